"""Cases: the tables and profiles of a power system, read, checked, patched and in one currency."""

from khazri.case.case import Case, check_case, read_case
from khazri.case.columns import Column, ColumnType, Table
from khazri.case.package import write_package
from khazri.case.scenario import Change, price_basis
from khazri.case.schema import (
    EXPERT,
    PALETTE,
    TABLES,
    TECHNOLOGY_PARAMETERS,
)
from khazri.case.sources import (
    Provenance,
    Source,
    assumptions,
    describe_scenario,
    source_table,
    sources_of,
)
from khazri.case.template import new_case
from khazri.case.workbook import export_workbook, import_workbook
from khazri.case.years import Outside, at_year

__all__ = [
    "EXPERT",
    "PALETTE",
    "TABLES",
    "TECHNOLOGY_PARAMETERS",
    "Case",
    "Change",
    "Column",
    "ColumnType",
    "Outside",
    "Provenance",
    "Source",
    "Table",
    "assumptions",
    "at_year",
    "check_case",
    "describe_scenario",
    "export_workbook",
    "import_workbook",
    "new_case",
    "price_basis",
    "read_case",
    "source_table",
    "sources_of",
    "write_package",
]
