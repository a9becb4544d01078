"""Rows of tables: how they are collected, merged and written."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from pathlib import Path

from khazri.case.schema import EXPERT, TABLES

Cell = str | float | bool | None
Row = dict[str, Cell]
Tables = dict[str, list[Row]]

SIGNIFICANT_DIGITS = 8


def assumed(note: str) -> Row:
    """Return the closing cells of an assumption; `note` holds its reasoning."""
    return {"source_id": EXPERT, "note": note}


def sourced(source_id: str, note: str = "") -> Row:
    """Return the closing cells of a row that rests on `source_id`."""
    return {"source_id": source_id, "note": note}


def cite(table: str, key: str, column: str, source_id: str, note: str = "") -> Row:
    """Return a citation: the source of one cell that differs from the source of its row."""
    return {"table": table, "key": key, "column": column, "source_id": source_id, "note": note}


def merge(parts: Iterable[Tables]) -> Tables:
    """Return all tables of `parts`, rows of one table in the order of the parts."""
    merged: Tables = {}
    for part in parts:
        for table, rows in part.items():
            merged.setdefault(table, []).extend(rows)
    return merged


def write(tables: Tables, folder: Path) -> None:
    """Write each table to `<table>.csv` in `folder`, columns as in the schema.

    Raises KeyError for a table or a column that the schema does not have.
    """
    for name, rows in tables.items():
        (folder / f"{name}.csv").write_text(table_text(name, rows), encoding="utf-8", newline="")


def table_text(name: str, rows: list[Row]) -> str:
    """Return the table as CSV text, lines ended by a line feed."""
    columns = TABLES[name].column_names
    for row in rows:
        unknown = set(row) - set(columns)
        if unknown:
            raise KeyError(f"{name} has no column {', '.join(sorted(unknown))}")
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_cell(row.get(column)) for column in columns] for row in rows)
    return text.getvalue()


def _cell(value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return f"{value:.{SIGNIFICANT_DIGITS}g}" if value != int(value) else str(int(value))
    return value
