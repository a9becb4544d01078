"""The program as one sparse matrix, for general solvers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csc_array

from khazri.program.program import Entries, Flags, Point, Program
from khazri.program.varying import Floats, Indices, Varying


@dataclass(frozen=True)
class FlatProgram:
    """``min c·z, row_lower ≤ M z ≤ row_upper, lower ≤ z ≤ upper``, M in compressed columns.

    Columns are the stage columns, stage by stage, then the globals. Rows are the stage rows, stage
    by stage, then one row for each bound that moves with a global column, then the global rows.
    """

    cost: Floats
    lower: Floats
    upper: Floats
    start: Indices
    index: Indices
    value: Floats
    row_lower: Floats
    row_upper: Floats
    is_integer: Flags
    offset: float

    @property
    def n_columns(self) -> int:
        """Number of columns."""
        return len(self.cost)

    @property
    def n_rows(self) -> int:
        """Number of rows."""
        return len(self.row_lower)


@dataclass(frozen=True)
class _MovingBounds:
    """Rows ``x - slope·y ≥ base`` (or ≤): stage (q,), column (q,), slope (q,), base (q,)."""

    stage: Indices
    column: Indices
    slope: Floats
    base: Floats


def _moving(base: Varying, slope: Varying, capacity: Indices) -> _MovingBounds:
    """Collect bounds that move with a global column where their slope is not zero."""
    n_stages = base.n_stages
    can_move = (capacity >= 0) & (slope.constant != 0.0)
    can_move[slope.index] = capacity[slope.index] >= 0
    columns = np.flatnonzero(can_move)
    slopes = slope.take(columns).dense()
    stage, place = np.nonzero(slopes)
    bases = base.take(columns).dense()
    keep = (stage, place)
    assert slopes.shape == (n_stages, len(columns))
    return _MovingBounds(stage, columns[place], slopes[keep], bases[keep])


def flatten(program: Program) -> FlatProgram:
    """Return the program as one sparse matrix.

    Cost and memory are proportional to the number of non-zeros: the pattern of one stage is
    repeated by array arithmetic, without sorting.
    """
    n_stages, n, m = program.n_stages, program.n_columns, program.n_rows
    n_stage_columns = n_stages * n
    upper_rows = _moving(program.upper, program.upper_slope, program.capacity)
    lower_rows = _moving(program.lower, program.lower_slope, program.capacity)
    first_bound = n_stages * m
    first_lower = first_bound + len(upper_rows.stage)
    first_sum = first_lower + len(lower_rows.stage)

    blocks = [
        _stage_block(program.entries, n_stages, n, m),
        _carry_block(program),
        _sum_block(program, first_sum),
        (
            upper_rows.stage * n + upper_rows.column,
            first_bound + np.arange(len(upper_rows.stage)),
            np.ones(len(upper_rows.stage)),
        ),
        (
            lower_rows.stage * n + lower_rows.column,
            first_lower + np.arange(len(lower_rows.stage)),
            np.ones(len(lower_rows.stage)),
        ),
        (
            n_stage_columns + program.capacity[upper_rows.column],
            first_bound + np.arange(len(upper_rows.stage)),
            -upper_rows.slope,
        ),
        (
            n_stage_columns + program.capacity[lower_rows.column],
            first_lower + np.arange(len(lower_rows.stage)),
            -lower_rows.slope,
        ),
        _global_block(program, n_stage_columns),
        (n_stage_columns + program.sum_column, first_sum + program.sum_row, program.sum_value),
    ]
    start, index, value = _compress(blocks, n_stage_columns + program.n_globals)
    if np.any(program.previous == np.arange(n_stages)):
        # In a chain of one stage a store follows itself: its two entries are one.
        n_rows = first_sum + program.n_global_rows
        matrix = csc_array((value, index, start), shape=(n_rows, len(start) - 1))
        matrix.sum_duplicates()
        start, index, value = matrix.indptr.astype(np.int64), matrix.indices, matrix.data

    lower, upper = program.lower.dense(), program.upper.dense()
    lower[lower_rows.stage, lower_rows.column] = -np.inf
    upper[upper_rows.stage, upper_rows.column] = np.inf
    infinite_up = np.full(len(lower_rows.stage), np.inf)
    infinite_down = np.full(len(upper_rows.stage), -np.inf)
    rhs = program.rhs.dense().ravel()
    return FlatProgram(
        cost=np.concatenate([program.cost.times(program.weight).ravel(), program.global_cost]),
        lower=np.concatenate([lower.ravel(), program.global_lower]),
        upper=np.concatenate([upper.ravel(), program.global_upper]),
        start=start,
        index=index,
        value=value,
        row_lower=np.concatenate([rhs, infinite_down, lower_rows.base, program.sum_lower]),
        row_upper=np.concatenate([rhs, upper_rows.base, infinite_up, program.sum_upper]),
        is_integer=np.concatenate([np.zeros(n_stage_columns, dtype=bool), program.is_integer]),
        offset=program.constant_cost,
    )


def unflatten(program: Program, column_value: Floats, row_dual: Floats) -> Point:
    """Return a solution of the flat program in the shape of the program."""
    n_stage_columns = program.n_stages * program.n_columns
    n_stage_rows = program.n_stages * program.n_rows
    n_sums = program.n_global_rows
    return Point(
        x=column_value[:n_stage_columns].reshape(program.n_stages, program.n_columns),
        y=column_value[n_stage_columns:],
        row_dual=row_dual[:n_stage_rows].reshape(program.n_stages, program.n_rows),
        sum_dual=np.broadcast_to(row_dual[len(row_dual) - n_sums :], (program.n_stages, n_sums)),
    )


_Block = tuple[Indices, Indices, Floats]


def _stage_block(entries: Entries, n_stages: int, n: int, m: int) -> _Block:
    """Repeat the entries of a stage in its columns and rows."""
    stage = np.arange(n_stages)[:, None]
    column = (stage * n + entries.column).ravel()
    row = (stage * m + entries.row).ravel()
    return column, row, entries.value.dense().ravel()


def _carry_block(program: Program) -> _Block:
    """Entries of the previous stage's columns: row of stage h, column of ``previous[h]``."""
    carry = program.carry
    stage = np.arange(program.n_stages)[:, None]
    column = program.previous[:, None] * program.n_columns + carry.column
    row = stage * program.n_rows + carry.row
    value = carry.value.dense()
    keep = ~program.is_first[:, None] | program.carry_is_cyclic
    return column[keep], row[keep], value[keep]


def _sum_block(program: Program, first_sum: int) -> _Block:
    entries = program.sum_entries
    stage = np.arange(program.n_stages)[:, None]
    column = (stage * program.n_columns + entries.column).ravel()
    row = np.broadcast_to(first_sum + entries.row, (program.n_stages, len(entries))).ravel()
    return column, row, entries.value.times(program.weight).ravel()


def _global_block(program: Program, n_stage_columns: int) -> _Block:
    entries = program.global_entries
    stage = np.arange(program.n_stages)[:, None]
    column = np.broadcast_to(n_stage_columns + entries.column, (program.n_stages, len(entries)))
    row = stage * program.n_rows + entries.row
    value = entries.value.dense()
    keep = value != 0.0
    return column[keep], row[keep], value[keep]


def _compress(blocks: list[_Block], n_columns: int) -> tuple[Indices, Indices, Floats]:
    """Join blocks of (column, row, value) into compressed columns by counting, not sorting."""
    counts = np.zeros(n_columns + 1, dtype=np.int64)
    for column, _, _ in blocks:
        counts[1:] += np.bincount(column, minlength=n_columns)
    start = np.cumsum(counts)
    index = np.empty(start[-1], dtype=np.int32)
    value = np.empty(start[-1])
    filled = start[:-1].copy()
    for column, row, values in blocks:
        # A stable sort by column is linear here (radix); it gives each entry its rank in a column.
        order = np.argsort(column, kind="stable")
        ordered = column[order]
        first = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))
        rank = np.arange(len(ordered)) - np.repeat(first, np.diff(np.append(first, len(ordered))))
        place = filled[ordered] + rank
        index[place] = row[order]
        value[place] = values[order]
        filled += np.bincount(column, minlength=n_columns)
    return start, index, value
