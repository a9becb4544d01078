"""Cases: the tables and profiles of a power system, read, checked, patched and in one currency."""

from khazri.case.case import Case, check_case, read_case
from khazri.case.package import write_package
from khazri.case.scenario import Change
from khazri.case.schema import TABLES, Column, ColumnType, Table
from khazri.case.template import new_case
from khazri.case.years import Outside, at_year

__all__ = [
    "TABLES",
    "Case",
    "Change",
    "Column",
    "ColumnType",
    "Outside",
    "Table",
    "at_year",
    "check_case",
    "new_case",
    "read_case",
    "write_package",
]
