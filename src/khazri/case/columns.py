"""What tables and columns are made of, and short ways to write them down."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ColumnType(StrEnum):
    """What a cell may hold."""

    TEXT = "text"
    NUMBER = "number"
    INTEGER = "integer"
    FLAG = "flag"
    CHOICE = "choice"
    DATE = "date"


@dataclass(frozen=True)
class Column:
    """One column of a table.

    ``minimum`` and ``maximum`` are inclusive. ``references`` names a table whose (single) key the
    value must be, ``many`` allows several such values parted by ``;``. ``default`` stands for an
    empty cell; a column that is neither ``required`` nor has a default may stay empty (missing).
    ``money`` marks amounts converted with the row's ``currency`` and ``price_year`` on reading.
    """

    name: str
    type: ColumnType
    meaning: str
    unit: str = ""
    required: bool = False
    default: str | float | bool | None = None
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[str, ...] = ()
    references: str | None = None
    many: bool = False
    money: bool = False


@dataclass(frozen=True)
class Table:
    """One table: a CSV file of the case folder with this name.

    ``key`` columns identify a row; together they must be unique. ``ordered`` lists pairs (low,
    high) of columns of which the first may not exceed the second where both are present.
    ``sourced`` tables carry ``source_id`` and ``note`` as their last columns, and each row needs a
    source; ``expert`` as source means an assumption whose reasoning stands in the note.
    """

    name: str
    meaning: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    required: bool = False
    sourced: bool = True
    ordered: tuple[tuple[str, str], ...] = ()

    def column(self, name: str) -> Column:
        """Return the column called ``name``; KeyError where the table has none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    @property
    def column_names(self) -> tuple[str, ...]:
        """Names of all columns, in the order of the file."""
        return tuple(column.name for column in self.columns)


def text(name: str, meaning: str, *, required: bool = False, default: str | None = None) -> Column:
    """A column of free text, or of identifiers."""
    return Column(name, ColumnType.TEXT, meaning, required=required, default=default)


def number(
    name: str,
    meaning: str,
    unit: str,
    *,
    required: bool = False,
    default: float | None = None,
    low: float | None = 0.0,
    high: float | None = None,
    money: bool = False,
) -> Column:
    """A column of numbers; negative ones only where ``low`` says so."""
    return Column(
        name,
        ColumnType.NUMBER,
        meaning,
        unit=unit,
        required=required,
        default=default,
        minimum=low,
        maximum=high,
        money=money,
    )


def year(name: str, meaning: str, *, required: bool = False) -> Column:
    """A column of calendar years."""
    return Column(
        name, ColumnType.INTEGER, meaning, unit="a", required=required, minimum=1900, maximum=2150
    )


def ref(
    name: str,
    to: str,
    meaning: str,
    *,
    required: bool = False,
    many: bool = False,
    default: str | None = None,
) -> Column:
    """A column of keys of the table ``to``."""
    return Column(
        name,
        ColumnType.TEXT,
        meaning,
        required=required,
        references=to,
        many=many,
        default=default,
    )


def choice(
    name: str, meaning: str, choices: tuple[str, ...], *, default: str | None = None
) -> Column:
    """A column of one of ``choices``; required where it has no default."""
    return Column(
        name,
        ColumnType.CHOICE,
        meaning,
        required=default is None,
        default=default,
        choices=choices,
    )


def flag(name: str, meaning: str, *, default: bool) -> Column:
    """A column of true or false."""
    return Column(name, ColumnType.FLAG, meaning, default=default)


_CURRENCY = text("currency", "currency of the money in this row; empty: the case's currency")
_PRICE_YEAR = year("price_year", "price year of the money in this row; empty: the case's")
MONEY = (_CURRENCY, _PRICE_YEAR)
"""Columns that say in which money the amounts of a row are."""
_SOURCE = (
    ref("source_id", "sources", "where the row comes from; expert = assumption", required=True),
    text("note", "remarks; for an assumption the reasoning"),
)


def table(
    name: str,
    meaning: str,
    key: tuple[str, ...],
    columns: tuple[Column, ...],
    *,
    required: bool = False,
    sourced: bool = True,
    ordered: tuple[tuple[str, str], ...] = (),
) -> Table:
    """A table; a ``sourced`` one gets ``source_id`` and ``note`` as its last columns."""
    full = columns + _SOURCE if sourced else columns
    return Table(name, meaning, key, full, required, sourced, ordered)
