"""Columns whose bounds follow from the rows, taken out with the rows that define them.

A column without bounds of its own makes its entry of ``theta^-1`` as large as the others allow, and
rows that share it look dependent. Where such a column is defined by a store row, it and the row are
substituted away: exact, and the stage is smaller for it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from khazri.program import Point, Program
from khazri.program.program import Entries, Flags
from khazri.program.proof import row_activity
from khazri.program.shorten import select
from khazri.program.varying import Floats, Indices, Varying


@dataclass(frozen=True)
class Reduced:
    """A program without some implied columns and the rows that define them.

    ``program`` is the smaller one; ``columns`` (n',) and ``rows`` (m',) are what it keeps of
    ``original``. Each substituted column ``column`` (q,) was defined by row ``pivot`` (q,) with the
    coefficient ``scale`` (q,); that row was added ``factor`` (e,) times to row ``other`` (e,), by
    the column number ``of`` (e,).
    """

    original: Program
    program: Program
    columns: Indices
    rows: Indices
    column: Indices
    pivot: Indices
    scale: Floats
    other: Indices
    of: Indices
    factor: Floats

    def restore(self, point: Point) -> Point:
        """Return a point of the smaller program as one of the original."""
        whole = self.original
        n_stages = whole.n_stages
        x = np.zeros((n_stages, whole.n_columns))
        x[:, self.columns] = point.x
        row_dual = np.zeros((n_stages, whole.n_rows))
        row_dual[:, self.rows] = point.row_dual
        if len(self.column):
            missing = whole.rhs.dense() - row_activity(whole, x, point.y)
            x[:, self.column] = missing[:, self.pivot] / self.scale
            # The column's reduced cost is zero: its rows' multipliers balance.
            worth = row_dual[:, self.other] * self.factor
            for place, one in enumerate(self.of):  # a few columns, not stages
                row_dual[:, self.pivot[one]] += worth[:, place]
        return Point(x, point.y, row_dual, point.sum_dual)


def without_implied(program: Program) -> Reduced:
    """Substitute the implied columns that a store row defines and nothing else needs."""
    chosen = _substitutable(program)
    pivot = np.array([row for _, row in chosen], dtype=np.int64)
    column = np.array([c for c, _ in chosen], dtype=np.int64)
    entries = program.entries
    scale = np.array([_value(entries, row, c) for c, row in chosen])
    other, of, factor = [], [], []
    for number, (c, row) in enumerate(chosen):
        for entry in np.flatnonzero((entries.column == c) & (entries.row != row)):
            other.append(int(entries.row[entry]))
            of.append(number)
            factor.append(-float(entries.value.constant[entry]) / scale[number])
    keep_row = np.ones(program.n_rows, dtype=bool)
    keep_row[pivot] = False
    keep_column = np.ones(program.n_columns, dtype=bool)
    keep_column[column] = False
    added = (np.array(other, dtype=np.int64), pivot[of] if of else pivot[:0], np.array(factor))
    reduced = _reduce(program, keep_column, keep_row, added) if len(column) else program
    return Reduced(
        original=program,
        program=reduced,
        columns=np.flatnonzero(keep_column),
        rows=np.flatnonzero(keep_row),
        column=column,
        pivot=pivot,
        scale=scale,
        other=added[0],
        of=np.array(of, dtype=np.int64),
        factor=added[2],
    )


def _substitutable(program: Program) -> list[tuple[int, int]]:
    """Implied columns with the store row of each, no row twice."""
    entries = program.entries
    is_moving = np.zeros(len(entries), dtype=bool)
    is_moving[entries.value.index] = True
    costs = np.abs(program.cost.constant) > 0.0
    costs[program.cost.index] = True
    elsewhere = np.zeros(program.n_columns, dtype=bool)
    elsewhere[program.carry.column] = True
    elsewhere[program.sum_entries.column] = True
    taken: set[int] = set()
    chosen: list[tuple[int, int]] = []
    for column in program.implied.tolist():
        own = np.flatnonzero(entries.column == column)
        if costs[column] or elsewhere[column] or is_moving[own].any():
            continue
        rows = entries.row[own]
        stores = [row for row in rows[program.is_store[rows]].tolist() if row not in taken]
        # Entries of the row are added to others, so they must not change with time.
        stores = [row for row in stores if not is_moving[entries.row == row].any()]
        if len(stores) == 1 and len(set(rows.tolist())) == len(rows):
            chosen.append((column, stores[0]))
            taken.add(stores[0])
    # A row that is added to others must not itself receive one that is substituted.
    received = {int(r) for c, p in chosen for r in entries.row[entries.column == c] if r != p}
    return [(c, p) for c, p in chosen if p not in received]


def _value(entries: Entries, row: int, column: int) -> float:
    found = np.flatnonzero((entries.row == row) & (entries.column == column))
    return float(entries.value.constant[found].sum())


def _reduce(
    program: Program,
    keep_column: Flags,
    keep_row: Flags,
    added: tuple[Indices, Indices, Floats],
) -> Program:
    """Add pivot rows to others, then drop them and the substituted columns."""
    carry, source = _with_rows(program.carry, added)
    rhs = program.rhs.dense()
    for row, by, times in zip(*added, strict=True):  # a few rows, not stages
        rhs[:, row] += times * rhs[:, by]
    mixed = replace(
        program,
        entries=_with_rows(program.entries, added)[0],
        carry=carry,
        carry_is_cyclic=program.carry_is_cyclic[source],
        global_entries=_with_rows(program.global_entries, added)[0],
        rhs=Varying(np.zeros(program.n_rows), np.arange(program.n_rows), rhs),
    )
    sums = np.arange(program.n_global_rows)
    return select(mixed, np.flatnonzero(keep_column), np.flatnonzero(keep_row), sums)


def _with_rows(entries: Entries, added: tuple[Indices, Indices, Floats]) -> tuple[Entries, Indices]:
    """Return entries with rows added to others, and which entry each came from."""
    rows, columns = [entries.row], [entries.column]
    sources, factors = [np.arange(len(entries))], [np.ones(len(entries))]
    for other, pivot, factor in zip(*added, strict=True):
        found = np.flatnonzero(entries.row == pivot)
        rows.append(np.full(len(found), other))
        columns.append(entries.column[found])
        sources.append(found)
        factors.append(np.full(len(found), factor))
    source, times = np.concatenate(sources), np.concatenate(factors)
    row, column = np.concatenate(rows).astype(np.int64), np.concatenate(columns)
    value = entries.value.take(source)
    value = Varying(value.constant * times, value.index, value.values * times[value.index])
    # Entries of one place become one: products of a column with itself count on it.
    key = row * (int(column.max(initial=0)) + 1) + column
    first, group = np.unique(key, return_index=True)[1], np.unique(key, return_inverse=True)[1]
    if len(first) < len(key):
        value = _grouped(value, group, len(first))
        row, column, source = row[first], column[first], source[first]
    return Entries(row, column, value), source


def _grouped(value: Varying, group: Indices, n_groups: int) -> Varying:
    """Return the sums (T, n_groups) of the items of each group."""
    fixed = np.zeros(n_groups)
    np.add.at(fixed, group, value.constant)
    index, place = np.unique(group[value.index], return_inverse=True)
    moving = np.zeros((value.n_stages, len(index)))
    for number, one in enumerate(place):  # a few items, not stages
        moving[:, one] += value.values[:, number]
    moving += fixed[index]
    fixed[index] = 0.0
    return Varying(fixed, index, moving)
