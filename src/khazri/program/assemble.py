"""Pieces from which a program is put together: families of columns, matrices, labels."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from khazri.program.program import Entries, Labels, Names
from khazri.program.varying import Floats, Indices, Varying, from_pieces

_NONE: Indices = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True)
class ColumnFamily:
    """One family of stage columns, or a part of one; arrays (n,) or (T, n).

    ``lower_slope`` and ``upper_slope`` are what the bounds gain per unit of the global column
    ``capacity`` (n,), -1: none.
    """

    family: str
    item: Names
    cost: Floats
    lower: Floats
    upper: Floats
    lower_slope: Floats
    upper_slope: Floats
    capacity: Indices


@dataclass(frozen=True)
class StageColumns:
    """All stage columns side by side, as a program holds them."""

    labels: Labels
    cost: Varying
    lower: Varying
    upper: Varying
    lower_slope: Varying
    upper_slope: Varying
    capacity: Indices


@dataclass
class Matrix:
    """Entries of a repeated matrix, collected family by family."""

    rows: list[Indices] = field(default_factory=list)
    columns: list[Indices] = field(default_factory=list)
    values: list[Floats] = field(default_factory=list)

    def add(self, row: Indices, column: Indices, value: Floats | float) -> None:
        """Append entries; ``value`` is a number, (e,) or (T, e)."""
        array = np.asarray(value, dtype=float)
        self.rows.append(np.asarray(row, dtype=np.int64))
        self.columns.append(np.asarray(column, dtype=np.int64))
        self.values.append(np.full(len(row), float(array)) if array.ndim == 0 else array)

    def entries(self, n_stages: int) -> Entries:
        """Return what was collected as entries of ``n_stages`` stages.

        Entries of the same row and column are added up and come last.
        """
        rows = np.concatenate([_NONE, *self.rows])
        columns = np.concatenate([_NONE, *self.columns])
        _, pair, count = np.unique(
            np.stack([rows, columns]), axis=1, return_inverse=True, return_counts=True
        )
        again = count[pair.ravel()] > 1
        if not again.any():
            return Entries(rows, columns, from_pieces(self.values, n_stages))
        ends = np.cumsum([len(row) for row in self.rows])[:-1]
        flags = np.split(again, ends)
        once = [value[..., ~flag] for value, flag in zip(self.values, flags, strict=True)]
        twice = np.concatenate(
            [
                np.broadcast_to(value[..., flag], (n_stages, int(flag.sum())))
                for value, flag in zip(self.values, flags, strict=True)
            ],
            axis=1,
        )
        pairs, place = np.unique(
            np.stack([rows[again], columns[again]]), axis=1, return_inverse=True
        )
        sums = np.zeros((pairs.shape[1], n_stages))
        np.add.at(sums, place.ravel(), twice.T)
        return Entries(
            np.concatenate([rows[~again], pairs[0]]),
            np.concatenate([columns[~again], pairs[1]]),
            from_pieces([*once, sums.T], n_stages),
        )


def labels(families: Iterable[tuple[str, Names]]) -> Labels:
    """Return the labels of families that lie one after another."""
    pairs = [(str(family), np.asarray(item).astype(str)) for family, item in families]
    return Labels(
        np.concatenate([np.zeros(0, dtype=str)] + [np.full(len(i), f) for f, i in pairs]),
        np.concatenate([np.zeros(0, dtype=str)] + [i for _, i in pairs]),
    )


def stage_columns(families: Sequence[ColumnFamily], n_stages: int) -> StageColumns:
    """Put families of columns side by side."""
    return StageColumns(
        labels=labels((f.family, f.item) for f in families),
        cost=from_pieces([f.cost for f in families], n_stages),
        lower=from_pieces([f.lower for f in families], n_stages),
        upper=from_pieces([f.upper for f in families], n_stages),
        lower_slope=from_pieces([f.lower_slope for f in families], n_stages),
        upper_slope=from_pieces([f.upper_slope for f in families], n_stages),
        capacity=np.concatenate([_NONE, *(f.capacity for f in families)]),
    )
