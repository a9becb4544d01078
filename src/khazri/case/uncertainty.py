"""What is uncertain in a case: drivers, their ranges, and the cells that they move.

The tables of a case say what is expected; ``uncertainties`` and ``uncertainty_cells`` say what may
come otherwise. A driver at ``x`` multiplies its cells by ``1 + weight (x - 1)``, or adds
``weight x`` to them, so at 1, or 0, it leaves the case as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from khazri.case.columns import Column, ColumnType, Table

DRIVERS = "uncertainties"
CELLS = "uncertainty_cells"
PROFILES = "profiles"
PROFILE_COLUMN = "annual_mean"
"""The column of ``profiles`` that stands for all hourly values of a profile."""

NOT_DRIVEN = ("case", "years", "sources", "citations", "scenarios", "patches", DRIVERS, CELLS)
"""Tables that no driver may move."""


_ROUNDING = 1e-9
"""How far a low bound may be above a high one that moved by the same factor."""


class Action(StrEnum):
    """What a driver does to its cells."""

    MULTIPLY = "multiply"
    ADD = "add"

    @property
    def neutral(self) -> float:
        """The value that leaves cells as they are."""
        return 1.0 if self is Action.MULTIPLY else 0.0


class Distribution(StrEnum):
    """How likely values of a range are; the triangular one is likeliest where the tables are."""

    TRIANGULAR = "triangular"
    UNIFORM = "uniform"


@dataclass(frozen=True)
class Driver:
    """Something uncertain, from ``low`` to ``high`` around what the tables say."""

    name: str
    title: str
    action: Action
    low: float
    high: float
    distribution: Distribution
    source: str
    note: str

    @property
    def neutral(self) -> float:
        """The value at which the case is as its tables say."""
        return self.action.neutral

    def change(self, value: float, weight: float) -> float:
        """Factor or summand of cells with a ``weight`` when the driver is at ``value``."""
        return self.neutral + weight * (value - self.neutral)

    def at(self, share: NDArray[np.float64]) -> NDArray[np.float64]:
        """Values (S,) below which ``share`` (S,) of the distribution lies."""
        span = self.high - self.low
        if self.distribution is Distribution.UNIFORM or span == 0:
            return self.low + span * share
        turn = (self.neutral - self.low) / span
        rising = self.low + np.sqrt(share * turn) * span
        falling = self.high - np.sqrt((1.0 - share) * (1.0 - turn)) * span
        return np.where(share < turn, rising, falling)


@dataclass(frozen=True, eq=False)
class Moved:
    """Cells that a driver moves: one column of the rows at ``places`` of a table."""

    driver: str
    table: str
    column: str
    weight: float
    places: NDArray[np.int64]


def moved(frame: pd.DataFrame, cells: Moved, action: Action, change: float) -> pd.DataFrame:
    """The table with the cells times, or plus, ``change``."""
    column = frame[cells.column].to_numpy(dtype=np.float64, copy=True)
    at = column[cells.places]
    column[cells.places] = at * change if action is Action.MULTIPLY else at + change
    return frame.assign(**{cells.column: column})


def out_of_range(table: Table, frame: pd.DataFrame) -> Iterator[tuple[str, int, str]]:
    """Numbers that their column does not allow: column, position, what was expected."""
    for column in table.columns:
        if column.type is not ColumnType.NUMBER:
            continue
        values = frame[column.name].to_numpy(dtype=np.float64)
        low, high = _limits(column)
        for place in np.flatnonzero((values < low) | (values > high)):
            yield column.name, int(place), f"{low:g} to {high:g}"
    for low_name, high_name in table.ordered:
        if table.column(low_name).type is ColumnType.NUMBER:
            lower, upper = (frame[n].to_numpy(dtype=np.float64) for n in (low_name, high_name))
            for place in np.flatnonzero(lower > upper * (1.0 + _ROUNDING) + _ROUNDING):
                yield low_name, int(place), f"at most {high_name}, {upper[place]:g}"


def matching(pattern: str, labels: Sequence[str]) -> NDArray[np.int64]:
    """Positions of the keys that a pattern stands for; * and ? do not reach over |."""
    escaped = re.escape(pattern).replace(r"\*", "[^|]*").replace(r"\?", "[^|]")
    expression = re.compile(escaped)
    return np.array([i for i, one in enumerate(labels) if expression.fullmatch(one)], np.int64)


def with_value(
    frame: pd.DataFrame, table: str, column: str, places: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Those of the ``places`` at which the column is not empty; profiles have values anyway."""
    if table == PROFILES:
        return places
    return np.asarray(places[frame[column].iloc[places].notna().to_numpy()])


def _limits(column: Column) -> tuple[float, float]:
    low = -np.inf if column.minimum is None else column.minimum
    high = np.inf if column.maximum is None else column.maximum
    return low, high
