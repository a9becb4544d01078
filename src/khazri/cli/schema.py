"""``khazri schema``: the tables of a case and their columns."""

from __future__ import annotations

from khazri.case.columns import Column, Table
from khazri.case.schema import TABLES
from khazri.case.texts import unknown_table
from khazri.cli.outcome import Grid, Outcome, call


def schema_command(name: str | None) -> Outcome:
    """All tables, or the columns of one."""
    if name is None:
        return _all_tables()
    if name not in TABLES:
        raise unknown_table(name)
    return _one_table(TABLES[name])


def _all_tables() -> Outcome:
    rows = tuple(
        (table.name, "required" if table.required else "", ", ".join(table.key), table.meaning)
        for table in TABLES.values()
    )
    return Outcome(
        "schema",
        {"tables": [_table_facts(table) for table in TABLES.values()]},
        (Grid(("table", "", "key", "what it holds"), rows),),
        (call("schema", "assets"),),
    )


def _one_table(table: Table) -> Outcome:
    rows = tuple(
        (
            column.name,
            column.type.value,
            column.unit,
            allowed(column),
            _if_empty(column),
            column.meaning,
        )
        for column in table.columns
    )
    key = ", ".join(table.key)
    return Outcome(
        "schema",
        {"tables": [_table_facts(table)]},
        (
            f"{table.name}.csv: {table.meaning}",
            f"key: {key}\n",
            Grid(("column", "type", "unit", "allowed", "if empty", "meaning"), rows),
        ),
    )


def allowed(column: Column) -> str:
    """The range, choices or foreign key of a column, in words."""
    if column.choices:
        return ", ".join(column.choices)
    if column.references:
        return f"key of {column.references}" + (", several parted by ;" if column.many else "")
    if column.minimum is not None and column.maximum is not None:
        return f"{column.minimum:g} to {column.maximum:g}"
    if column.minimum is not None:
        return f">= {column.minimum:g}"
    return f"<= {column.maximum:g}" if column.maximum is not None else ""


def _if_empty(column: Column) -> str:
    if column.required:
        return "an error"
    if column.default is None:
        return "–"
    if isinstance(column.default, bool):
        return "true" if column.default else "false"
    return column.default if isinstance(column.default, str) else f"{column.default:g}"


def _table_facts(table: Table) -> dict[str, object]:
    return {
        "table": table.name,
        "meaning": table.meaning,
        "required": table.required,
        "key": table.key,
        "columns": table.columns,
    }
