"""The program as one sparse matrix, for general solvers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array

from khazri.program.program import Flags, Point, Program
from khazri.program.varying import Floats, Indices, Varying

_ENTRIES_AT_ONCE = 100_000
"""Entries written in one go: enough for NumPy to be fast, few enough to stay in the processor's
cache (measured)."""

Places = NDArray[np.int32] | NDArray[np.int64]
"""Positions in the matrix: 32 bits wide, which halves their memory, where they fit."""


@dataclass(frozen=True)
class FlatProgram:
    """``min c·z, row_lower ≤ M z ≤ row_upper, lower ≤ z ≤ upper``, M in compressed columns.

    Columns are the stage columns, stage by stage, then the globals. Rows are the stage rows, stage
    by stage, then one row for each bound that moves with a global column, then the global rows.
    Bounds that follow from rows (:attr:`Program.implied`) are left out.
    """

    cost: Floats
    lower: Floats
    upper: Floats
    start: Places
    index: Places
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

    @property
    def n_bytes(self) -> int:
        """Memory of all arrays."""
        columns = (self.cost, self.lower, self.upper, self.is_integer)
        matrix = (self.start, self.index, self.value)
        return sum(array.nbytes for array in (*columns, *matrix, self.row_lower, self.row_upper))


def flatten(program: Program) -> FlatProgram:
    """Return the program as one sparse matrix.

    Notes
    -----
    The pattern of one stage is laid out once and repeated straight into the arrays of the result,
    some stages at a time. Cost is proportional to the number of non-zeros; memory is that of the
    result and, beside it, what varies with time in moving bounds.
    """
    n_stages, n = program.n_stages, program.n_columns
    n_stage_columns, n_stage_rows = n_stages * n, n_stages * program.n_rows
    upper = _moving(program.upper, program.upper_slope, program.capacity)
    lower = _moving(program.lower, program.lower_slope, program.capacity)
    first_lower = n_stage_rows + int(upper.count.sum())
    first_sum = first_lower + int(lower.count.sum())

    column_cost = _joined(program.cost, program.global_cost)
    by_stage = column_cost[:n_stage_columns].reshape(n_stages, n)
    by_stage *= program.weight[:, None]
    column_lower = _joined(program.lower, program.global_lower)
    column_upper = _joined(program.upper, program.global_upper)
    column_lower[:n_stage_columns].reshape(n_stages, n)[:, program.implied] = -np.inf
    column_upper[:n_stage_columns].reshape(n_stages, n)[:, program.implied] = np.inf
    row_lower = np.empty(first_sum + program.n_global_rows)
    row_upper = np.empty_like(row_lower)
    for whole, of_sums in ((row_lower, program.sum_lower), (row_upper, program.sum_upper)):
        _spread(program.rhs, whole[:n_stage_rows])
        whole[first_sum:] = of_sums
    row_lower[n_stage_rows:first_lower] = -np.inf
    row_upper[first_lower:first_sum] = np.inf

    pattern = _pattern(program, upper, lower, first_sum)
    matrix = _Matrix.empty(program, upper, lower, len(row_lower))
    next_upper, next_lower = n_stage_rows, first_lower
    at_once = max(1, _ENTRIES_AT_ONCE // max(1, pattern.n_entries))
    for begin in range(0, n_stages, at_once):
        end = min(begin + at_once, n_stages)
        raised = upper.rows(begin, end, next_upper)
        lowered = lower.rows(begin, end, next_lower)
        matrix.add_stages(program, pattern, (begin, end), raised, lowered)
        matrix.add_globals(program, (begin, end), raised, lowered)
        column_upper[raised.stage * n + raised.column] = np.inf
        column_lower[lowered.stage * n + lowered.column] = -np.inf
        row_upper[raised.number] = raised.base
        row_lower[lowered.number] = lowered.base
        next_upper += len(raised.number)
        next_lower += len(lowered.number)
    matrix.add_sums(program, first_sum)

    start, index, value = matrix.start, matrix.index, matrix.value
    if np.any(program.previous == np.arange(n_stages)):
        # In a chain of one stage a store follows itself: its two entries are one.
        whole = csc_array((value, index, start), shape=(len(row_lower), len(start) - 1))
        whole.sum_duplicates()
        start, index, value = whole.indptr, whole.indices, whole.data
    return FlatProgram(
        cost=column_cost,
        lower=column_lower,
        upper=column_upper,
        start=start,
        index=index,
        value=value,
        row_lower=row_lower,
        row_upper=row_upper,
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


def _spread(numbers: Varying, target: Floats) -> None:
    """Write ``numbers`` (T, n) into ``target`` (T n,)."""
    by_stage = target.reshape(numbers.n_stages, numbers.n_items)
    by_stage[:] = numbers.constant
    by_stage[:, numbers.index] = numbers.values


def _joined(stage: Varying, global_: Floats) -> Floats:
    """Return the numbers of all stage columns, then of the global columns."""
    n_stage_columns = stage.n_stages * stage.n_items
    whole = np.empty(n_stage_columns + len(global_))
    _spread(stage, whole[:n_stage_columns])
    whole[n_stage_columns:] = global_
    return whole


def _count(numbers: Varying) -> Indices:
    """Count in how many stages each item is not zero."""
    count = np.where(numbers.constant != 0.0, numbers.n_stages, 0)
    count[numbers.index] = np.count_nonzero(numbers.values, axis=0)
    return count


# ---- bounds that move with a global column


@dataclass(frozen=True)
class _MovingRows:
    """Rows ``x - slope·y ≥ base`` (or ≤) of some stages, arrays (q,), stage by stage.

    ``keeps`` (stages, columns that can move) tells where there is such a row; ``place`` is its
    place among the columns that can move and ``number`` its row in the matrix.
    """

    keeps: Flags
    stage: Indices
    place: Indices
    column: Indices
    number: Indices
    slope: Floats
    base: Floats


@dataclass(frozen=True)
class _Moving:
    """Bounds of one side that can move: column (q,), base and slope (T, q), and in how many
    stages each has a row, ``count`` (q,)."""

    column: Indices
    base: Varying
    slope: Varying
    count: Indices

    def rows(self, begin: int, end: int, first: int) -> _MovingRows:
        """Return the rows of the stages from ``begin`` to ``end``, numbered from ``first``."""
        slope = self.slope.stages(begin, end).dense()
        keeps = slope != 0.0
        stage, place = np.nonzero(keeps)
        return _MovingRows(
            keeps=keeps,
            stage=begin + stage,
            place=place,
            column=self.column[place],
            number=first + np.arange(len(stage)),
            slope=slope[keeps],
            base=self.base.stages(begin, end).dense()[keeps],
        )


def _moving(base: Varying, slope: Varying, capacity: Indices) -> _Moving:
    """Collect bounds that follow a global column with a slope other than zero."""
    can_move = slope.constant != 0.0
    can_move[slope.index] = True
    column = np.flatnonzero(can_move & (capacity >= 0))
    slope = slope.take(column)
    return _Moving(column, base.take(column), slope, _count(slope))


# ---- the matrix


def _room(size: int, largest: int) -> Places:
    """Return an empty array for ``size`` positions up to ``largest``."""
    if largest <= np.iinfo(np.int32).max:
        return np.empty(size, dtype=np.int32)
    return np.empty(size, dtype=np.int64)


@dataclass(frozen=True)
class _Pattern:
    """Entries in the columns of one stage, column by column.

    ``row`` is their row in the first stage, ``step`` how much it grows with each, ``value`` what
    does not change and ``first`` (n,) where each column begins. The others say where the five
    kinds of entries stand: those of stage rows, of the rows of the stage after, of global rows and
    of rows for moving bounds.
    """

    row: Indices
    step: Indices
    value: Floats
    first: Indices
    entries: Indices
    carry: Indices
    sums: Indices
    upper: Indices
    lower: Indices
    after: Indices

    @property
    def n_entries(self) -> int:
        """Number of entries."""
        return len(self.row)


def _pattern(program: Program, upper: _Moving, lower: _Moving, first_sum: int) -> _Pattern:
    entries, carry, sums = program.entries, program.carry, program.sum_entries
    kinds = (entries.column, carry.column, sums.column, upper.column, lower.column)
    column = np.concatenate(kinds)
    order = np.argsort(column, kind="stable")
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    of_entries, of_carry, of_sums, of_upper, of_lower = np.split(
        place, np.cumsum([len(kind) for kind in kinds])[:-1]
    )
    row, step = np.zeros((2, len(column)), dtype=np.int64)
    value = np.ones(len(column))
    row[of_entries], step[of_entries] = entries.row, program.n_rows
    row[of_sums] = first_sum + sums.row
    value[of_entries] = entries.value.constant
    value[of_carry] = carry.value.constant
    value[of_sums] = sums.value.constant
    after = np.empty(program.n_stages, dtype=np.int64)
    after[program.previous] = np.arange(program.n_stages)
    first = np.searchsorted(column[order], np.arange(program.n_columns))
    return _Pattern(
        row, step, value, first, of_entries, of_carry, of_sums, of_upper, of_lower, after
    )


class _Part(IntEnum):
    """What a global column holds, in this order."""

    UPPER = 0
    LOWER = 1
    STAGE = 2
    SUM = 3


@dataclass
class _Matrix:
    """Compressed columns that are being filled: ``in_stages`` entries of stage columns are there,
    and ``next_place`` (k, parts) says where each part of a global column goes on."""

    start: Places
    index: Places
    value: Floats
    in_stages: int
    next_place: Indices

    @classmethod
    def empty(cls, program: Program, upper: _Moving, lower: _Moving, n_rows: int) -> _Matrix:
        """Count the entries and make room for them."""
        n_stages, k = program.n_stages, program.n_globals
        moved = program.global_entries
        parts = {
            _Part.UPPER: np.bincount(program.capacity[upper.column], upper.count, k),
            _Part.LOWER: np.bincount(program.capacity[lower.column], lower.count, k),
            _Part.STAGE: np.bincount(moved.column, _count(moved.value), k),
            _Part.SUM: np.bincount(program.sum_column, minlength=k),
        }
        of_globals = np.stack([parts[part] for part in _Part], axis=1).astype(np.int64)
        each = len(program.entries) + len(program.carry) + len(program.sum_entries)
        absent = int(program.is_first.sum()) * int((~program.carry_is_cyclic).sum())
        of_stages = n_stages * each - absent + int(upper.count.sum() + lower.count.sum())
        begins = of_stages + np.cumsum(np.append(0, of_globals))
        size = int(begins[-1])
        start = _room(n_stages * program.n_columns + k + 1, max(size, n_rows))
        start[n_stages * program.n_columns :] = begins[:: len(_Part)]
        next_place = begins[:-1].reshape(k, len(_Part))
        return cls(start, _room(size, max(size, n_rows)), np.empty(size), 0, next_place)

    def add_stages(
        self,
        program: Program,
        pattern: _Pattern,
        span: tuple[int, int],
        raised: _MovingRows,
        lowered: _MovingRows,
    ) -> None:
        """Write the stage columns of the stages of ``span``."""
        begin, end = span
        stages, after = np.arange(begin, end)[:, None], pattern.after[begin:end, None]
        entries, carry, sums = program.entries.value, program.carry, program.sum_entries.value
        row = pattern.row + stages * pattern.step
        row[:, pattern.carry] = carry.row + after * program.n_rows
        value = np.broadcast_to(pattern.value, row.shape).copy()
        value[:, pattern.entries[entries.index]] = entries.values[begin:end]
        value[:, pattern.carry[carry.value.index]] = carry.value.values[after[:, 0]]
        value[:, pattern.sums] = sums.stages(begin, end).times(program.weight[begin:end])
        keeps = np.ones(row.shape, dtype=bool)
        keeps[:, pattern.carry] = ~program.is_first[after] | program.carry_is_cyclic
        for places, moving in ((pattern.upper, raised), (pattern.lower, lowered)):
            keeps[:, places] = moving.keeps
            row[moving.stage - begin, places[moving.place]] = moving.number

        kept_before = np.cumsum(np.append(0, keeps))
        column_begins = (stages - begin) * pattern.n_entries + pattern.first
        n = program.n_columns
        self.start[begin * n : end * n] = self.in_stages + kept_before[column_begins].ravel()
        filled = slice(self.in_stages, self.in_stages + int(kept_before[-1]))
        self.index[filled] = row[keeps]
        self.value[filled] = value[keeps]
        self.in_stages = filled.stop

    def add_globals(
        self,
        program: Program,
        span: tuple[int, int],
        raised: _MovingRows,
        lowered: _MovingRows,
    ) -> None:
        """Write what the stages of ``span`` have in the global columns."""
        for part, moving in ((_Part.UPPER, raised), (_Part.LOWER, lowered)):
            column = program.capacity[moving.column]
            self._add(part, column, moving.number, -moving.slope)
        moved = program.global_entries
        value = moved.value.stages(*span).dense()
        stage, place = np.nonzero(value)
        row = (span[0] + stage) * program.n_rows + moved.row[place]
        self._add(_Part.STAGE, moved.column[place], row, value[stage, place])

    def add_sums(self, program: Program, first_sum: int) -> None:
        """Write what the global rows have in the global columns."""
        self._add(_Part.SUM, program.sum_column, first_sum + program.sum_row, program.sum_value)

    def _add(self, part: _Part, column: Indices, row: Indices, value: Floats) -> None:
        """Append entries to their global columns, in the order given."""
        order = np.argsort(column, kind="stable")
        count = np.bincount(column, minlength=len(self.next_place))
        rank = np.arange(len(order)) - np.repeat(np.cumsum(count) - count, count)
        place = self.next_place[column[order], part] + rank
        self.index[place], self.value[place] = row[order], value[order]
        self.next_place[:, part] += count
