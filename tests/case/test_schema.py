"""The schema agrees with itself."""

from __future__ import annotations

import pytest

from khazri.case import EXPERT, PALETTE, TABLES, ColumnType, Table
from khazri.case.values import cell_text, parse_cell


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)
def test_table_agrees_with_itself(table: Table) -> None:
    names = table.column_names
    assert len(set(names)) == len(names)
    assert set(table.key) <= set(names)
    for low, high in table.ordered:
        assert table.column(low).type is table.column(high).type
    for column in table.columns:
        assert column.meaning
        assert bool(column.choices) == (column.type is ColumnType.CHOICE)
        if column.references is not None:
            assert len(TABLES[column.references].key) == 1
        if column.money:
            assert {"currency", "price_year"} <= set(names)
        if column.default is not None:
            assert not column.required
            assert parse_cell(column, cell_text(column.default)) == (column.default, None)
        if column.type is ColumnType.FLAG:
            assert isinstance(column.default, bool)


def test_sourced_tables_name_their_source_last() -> None:
    for table in TABLES.values():
        assert (table.column_names[-2:] == ("source_id", "note")) == table.sourced


def test_unknown_column() -> None:
    with pytest.raises(KeyError, match="colour"):
        TABLES["buses"].column("colour")


def test_names_that_other_packages_use() -> None:
    assert EXPERT == "expert"
    assert PALETTE[-1] == "unserved"
