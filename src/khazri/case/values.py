"""From text to typed columns, cell by cell as the schema says.

Missing values are NaN in text, number and date columns and ``<NA>`` in integer columns; a default
of the schema stands for an empty cell. A cell that cannot be understood becomes missing and an
issue, never another number.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api.extensions import ExtensionArray

from khazri.case.columns import Column, ColumnType, Table
from khazri.case.schema import TABLES
from khazri.case.texts import TextTable, did_you_mean
from khazri.errors import Issue

Cell = str | float | int | bool | dt.date | None

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_INTEGER = re.compile(r"[+-]?\d+(\.0+)?")
_NUMBER_WITH_UNIT = re.compile(r"([+-]?[\d.,]+)\s*([^\d\s.,+-].*)")
_DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+")
_THOUSANDS = re.compile(r"[+-]?\d{1,3}([, ' ]\d{3})+(\.\d+)?")
_CONTROL_SIGN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ufffd\ufffe\uffff]")
"""Signs that no one types; the replacement sign U+FFFD is left by a wrong conversion."""
_FLAGS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_ABSENT = frozenset({"na", "n/a", "nan", "null", "none", "-", "–", "?", "tbd"})
_KEY_SIGNS = frozenset("|;*?")
_FREE_KEYS = frozenset({"citations", "patches", "uncertainty_cells"})
"""Tables whose keys are made of keys of other tables and patterns."""

_NOUNS = {
    ColumnType.TEXT: "a text",
    ColumnType.NUMBER: "a number",
    ColumnType.INTEGER: "a whole number",
    ColumnType.FLAG: "true or false",
    ColumnType.DATE: "a date as 2026-01-31",
}


@dataclass(frozen=True)
class Fault:
    """What is wrong with one cell: the part of an :class:`Issue` that needs no place."""

    expected: str
    hint: str = ""


@dataclass(frozen=True)
class TypedTable:
    """One table, typed; ``rows`` (R) are the rows of the file, ``sound`` (R) those without fault.

    ``complete`` is False where rows or keys are missing that the file should have held, so that
    references into the table cannot be judged.
    """

    schema: Table
    frame: pd.DataFrame
    rows: NDArray[np.int64]
    sound: NDArray[np.bool_]
    complete: bool

    def issue(
        self,
        index: int,
        column: str | None,
        expected: str,
        hint: str = "",
        found: str | None = None,
    ) -> Issue:
        """An issue about row ``index`` of the frame; ``found`` is the cell if not given."""
        if found is None:
            found = "" if column is None else cell_text(self.frame[column].iloc[index])
        return Issue(
            f"{self.schema.name}.csv",
            expected,
            found=found,
            row=int(self.rows[index]),
            row_id=row_label(self.schema, self.frame, index),
            column=column,
            hint=hint,
        )


def typed_table(text: TextTable) -> tuple[TypedTable, list[Issue]]:
    """A table of text as typed columns, and an issue for each cell that cannot be understood."""
    table = text.schema
    issues = []
    columns = {}
    sound = np.ones(len(text), dtype=bool)
    for column in table.columns:
        kind = value_type(column)
        values: list[Cell] = []
        for index, cell in enumerate(text.cells[column.name]):
            value, fault = parse_cell(column, cell)
            if fault is not None:
                sound[index] = False
            # A column that is missing as a whole has been told with the header.
            if fault is not None and column.name in text.header:
                issues.append(_cell_issue(text, index, column.name, cell, fault))
            if value is None and kind is ColumnType.FLAG:
                value = bool(column.default)
            values.append(value)
        columns[column.name] = _array(values, kind)
    frame = pd.DataFrame(columns)
    rows = np.asarray(text.rows, dtype=np.int64)
    typed = TypedTable(table, frame, rows, sound, text.readable)
    issues += _duplicate_issues(typed) if text.readable else []
    return typed, issues


def value_type(column: Column) -> ColumnType:
    """The type of a column's cells: a reference has the type of the key that it refers to."""
    if column.references is None:
        return column.type
    target = TABLES[column.references]
    return target.column(target.key[0]).type


def parse_cell(column: Column, cell: str) -> tuple[Cell, Fault | None]:
    """The value of one cell, and what is wrong with it (the value is then missing)."""
    if cell == "":
        if column.required:
            return None, Fault(_expected(column), f"{column.meaning}: fill it in")
        return column.default, None
    value, fault = _PARSERS[value_type(column)](column, cell)
    if fault is None and isinstance(value, int | float) and not isinstance(value, bool):
        fault = _range_fault(column, value)
    return (value, None) if fault is None else (None, fault)


def row_label(table: Table, frame: pd.DataFrame, index: int) -> str:
    """The key of a row as written in ``citations`` and ``patches``: parts joined by ``|``."""
    return "|".join(cell_text(frame[name].iloc[index]) for name in table.key)


def row_labels(table: Table, frame: pd.DataFrame) -> list[str]:
    """The keys of all rows (R)."""
    parts = [[cell_text(cell) for cell in frame[name]] for name in table.key]
    return ["|".join(key) for key in zip(*parts, strict=True)]


def cell_text(value: object) -> str:
    """A typed value as its file would hold it: shortest digits that give the same number."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool | np.bool_):
        return "true" if value else "false"
    if value is None or value is pd.NA or value is pd.NaT:
        return ""
    if isinstance(value, float):
        return number_text(value)
    if isinstance(value, dt.date):
        return value.isoformat()[:10]
    return str(value)


def number_text(value: float) -> str:
    """A number in the shortest way that reads back the same; "" for NaN."""
    if np.isnan(value):
        return ""
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    return repr(float(value))


def _array(values: list[Cell], kind: ColumnType) -> ExtensionArray | NDArray[np.generic]:
    """Cells as a column of their type; missing as that type has it."""
    if kind is ColumnType.NUMBER:
        return np.array(values, dtype=np.float64)
    if kind is ColumnType.FLAG:
        return np.array(values, dtype=np.bool_)
    if kind is ColumnType.INTEGER:
        return pd.array(np.array(values, dtype=np.object_), dtype="Int64")
    if kind is ColumnType.DATE:
        return np.array(values, dtype="datetime64[s]")
    return pd.array(np.array(values, dtype=np.object_), dtype="str")


def _expected(column: Column) -> str:
    """A noun phrase for what a cell of this column may hold."""
    if column.references is not None:
        return f"a key of {column.references}.csv"
    if column.type is ColumnType.CHOICE:
        return "one of " + ", ".join(column.choices)
    if column.type in {ColumnType.NUMBER, ColumnType.INTEGER}:
        return _expected_number(column)
    return _NOUNS[column.type]


def _expected_number(column: Column) -> str:
    noun = _NOUNS[column.type]
    unit = f" {column.unit}" if column.unit not in {"", "1", "a"} else ""
    low, high = column.minimum, column.maximum
    if low is not None and high is not None:
        return f"{noun} from {low:g} to {high:g}{unit}"
    if low is not None:
        return f"{noun} >= {low:g}{unit}"
    if high is not None:
        return f"{noun} <= {high:g}{unit}"
    return noun + unit


def _parse_text(_column: Column, cell: str) -> tuple[Cell, Fault | None]:
    if _CONTROL_SIGN.search(cell):
        return None, Fault("a text without control characters", "type the cell anew")
    return cell, None


def _parse_number(column: Column, cell: str) -> tuple[Cell, Fault | None]:
    if _NUMBER.fullmatch(cell):
        value = float(cell)
        if np.isfinite(value):
            return value, None
        return None, Fault(_expected(column), "the number is too large to hold")
    return None, Fault(_expected(column), _number_hint(column, cell))


def _parse_integer(column: Column, cell: str) -> tuple[Cell, Fault | None]:
    if _INTEGER.fullmatch(cell):
        return int(cell.partition(".")[0]), None
    return None, Fault(_expected(column), _number_hint(column, cell))


def _number_hint(column: Column, cell: str) -> str:
    """Why a cell is no number, in the words of whoever wrote it."""
    if cell.casefold() in _ABSENT:
        return "leave the cell empty where there is no value" if not column.required else ""
    if cell.casefold().lstrip("+-") in {"inf", "infinity", "∞"}:
        return "leave the cell empty for no limit" if not column.required else ""
    if _THOUSANDS.fullmatch(cell):
        return f"without thousands separator: {re.sub(r'[^0-9.+-]', '', cell)}"
    if _DECIMAL_COMMA.fullmatch(cell):
        return f"with a decimal point: {cell.replace(',', '.')}"
    with_unit = _NUMBER_WITH_UNIT.fullmatch(cell)
    if with_unit is not None:
        unit = f"; the unit is {column.unit}" if column.unit not in {"", "1"} else ""
        return f"the number alone, without '{with_unit.group(2)}'{unit}"
    return ""


def _parse_flag(column: Column, cell: str) -> tuple[Cell, Fault | None]:
    value = _FLAGS.get(cell.casefold())
    return (value, None) if value is not None else (None, Fault(_expected(column)))


def _parse_choice(column: Column, cell: str) -> tuple[Cell, Fault | None]:
    if cell in column.choices:
        return cell, None
    return None, Fault(_expected(column), did_you_mean(cell, column.choices))


def _parse_date(column: Column, cell: str) -> tuple[Cell, Fault | None]:
    try:
        return dt.date.fromisoformat(cell), None
    except ValueError:
        return None, Fault(_expected(column))


_PARSERS: dict[ColumnType, Callable[[Column, str], tuple[Cell, Fault | None]]] = {
    ColumnType.TEXT: _parse_text,
    ColumnType.NUMBER: _parse_number,
    ColumnType.INTEGER: _parse_integer,
    ColumnType.FLAG: _parse_flag,
    ColumnType.CHOICE: _parse_choice,
    ColumnType.DATE: _parse_date,
}


def _range_fault(column: Column, value: float) -> Fault | None:
    low, high = column.minimum, column.maximum
    if (low is None or value >= low) and (high is None or value <= high):
        return None
    hint = ""
    if high == 1 and 1 < value <= 100:
        hint = f"write a fraction, not percent: {number_text(value / 100)}"
    return Fault(_expected(column), hint)


def _cell_issue(text: TextTable, index: int, column: str, cell: str, fault: Fault) -> Issue:
    label = "|".join(text.cells[name][index] for name in text.schema.key)
    return Issue(
        f"{text.schema.name}.csv",
        fault.expected,
        found=cell,
        row=text.rows[index],
        row_id=label.strip("|") or None,
        column=column,
        hint=fault.hint,
    )


def _duplicate_issues(typed: TypedTable) -> list[Issue]:
    """Keys that stand twice, and signs in keys that have a meaning elsewhere."""
    issues = []
    first: dict[str, int] = {}
    column = typed.schema.key[0] if len(typed.schema.key) == 1 else None
    for index, label in enumerate(row_labels(typed.schema, typed.frame)):
        if not typed.sound[index]:
            continue
        if label in first:
            typed.sound[index] = False
            row = typed.rows[first[label]]
            expected = f"a key that no other row has ({', '.join(typed.schema.key)})"
            hint = f"row {row} has it already; remove one of the two or rename it"
            issues.append(typed.issue(index, column, expected, hint, found=label))
        first.setdefault(label, index)
    if typed.schema.name not in _FREE_KEYS:
        issues += _key_sign_issues(typed)
    return issues


def _key_sign_issues(typed: TypedTable) -> list[Issue]:
    issues = []
    for name in typed.schema.key:
        for index, cell in enumerate(typed.frame[name]):
            if isinstance(cell, str) and not _KEY_SIGNS.isdisjoint(cell):
                typed.sound[index] = False
                hint = "these signs part keys and mark patterns in other tables"
                issues.append(typed.issue(index, name, "a name without | ; * ?", hint))
    return issues
