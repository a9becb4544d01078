"""A program in the form that the block method works on: rows in order, fixed columns taken out.

Every stage column lies between bounds that are affine in one global column. Columns whose bounds
coincide are no decision: they are held at zero and what they stand for goes into right-hand sides,
and into the global columns that their bounds follow. The interval of each global column is
narrowed to where no bounds cross, so that an interior exists wherever the program has one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from khazri.program import Program
from khazri.program.proof import row_activity, stage_product
from khazri.program.varying import Floats, Indices, Varying, from_pieces
from khazri.solve.structured.ordering import Ordering, order_rows

HAS_LOWER, HAS_UPPER, IS_ACTIVE = 1, 2, 4

# Bounds closer than this, relative to their size, are one value: an interior between them would
# be rounding.
_SAME = 1e-9

Kinds = NDArray[np.uint8]


class CrossedBoundsError(Exception):
    """No value of a global column keeps lower bounds below upper ones: the program is infeasible.

    ``stage`` and ``column`` say where.
    """

    def __init__(self, stage: int, column: int) -> None:
        super().__init__(f"the bounds of column {column} cross in stage {stage}")
        self.stage = stage
        self.column = column


@dataclass(frozen=True)
class Columns:
    """What the columns of each stage are.

    ``kind`` (T, n) combines HAS_LOWER, HAS_UPPER and IS_ACTIVE. ``held`` (T, n) and ``held_slope``
    (T, n), or None where all are zero, are value and slope in the global column of those that are
    not active. ``global_lower``, ``global_upper`` (k,) are the narrowed intervals.
    """

    kind: Kinds
    held: Floats | None
    held_slope: Floats | None
    global_lower: Floats
    global_upper: Floats


@dataclass(frozen=True)
class Form:
    """One chain of stages, ready for the kernels.

    Rows are in the order of ``ordering``; entries of A and F are sorted by column. ``rhs`` (T, m)
    and ``g`` hold what columns that are no decision bring, ``held_cost`` [EUR/a] what they cost.
    ``cut_columns`` (c,) are the columns of the last stage that the first one follows, ``cut_*``
    their entries there.
    """

    program: Program
    ordering: Ordering
    columns: Columns
    a_start: Indices
    a_row: Indices
    a: Varying
    carried: Indices
    f_start: Indices
    f_row: Indices
    f: Varying
    c_start: Indices
    c_row: Indices
    c_value: Varying
    g_row: Indices
    g_column: Indices
    g: Varying
    rhs: Floats
    cut_columns: Indices
    cut_f_start: Indices
    cut_f_row: Indices
    cut_f_value: Floats
    sum_rhs: Floats
    sum_matrix: Floats
    global_cost: Floats
    held_cost: float

    @property
    def n_stages(self) -> int:
        """Number of stages T."""
        return self.program.n_stages


def make_form(program: Program) -> Form:
    """Bring a program of one chain into the form of the kernels.

    Raises
    ------
    CrossedBoundsError
        Bounds cross whatever the global columns are.
    """
    columns = classify(program)
    ordering = order_rows(program)
    place = ordering.place
    a_order, a_start = _by_column(program.entries.column, program.n_columns)
    c_order, c_start = _by_column(program.sum_entries.column, program.n_columns)
    carried, which = np.unique(program.carry.column, return_inverse=True)
    f_order, f_start = _by_column(which, len(carried))
    # Cut columns that are no decision in the last stage are in the right-hand sides already.
    is_open = (columns.kind[-1] & IS_ACTIVE) != 0
    cyclic = program.carry_is_cyclic[f_order] & is_open[program.carry.column[f_order]]
    first = program.carry.value.dense()[0][f_order]
    cut, cut_which = np.unique(which[f_order][cyclic], return_inverse=True)
    cut_order, cut_start = _by_column(cut_which, len(cut))

    rhs, g_row, g_column, g, sum_rhs, sum_matrix, global_cost = _without_held(program, columns)
    held = columns.held
    held_cost = 0.0 if held is None else float((program.cost.times(program.weight) * held).sum())
    return Form(
        program=program,
        ordering=ordering,
        columns=columns,
        a_start=a_start,
        a_row=place[program.entries.row[a_order]],
        a=program.entries.value.take(a_order),
        carried=carried,
        f_start=f_start,
        f_row=place[program.carry.row[f_order]],
        f=program.carry.value.take(f_order),
        c_start=c_start,
        c_row=program.sum_entries.row[c_order],
        c_value=_weighted(program.sum_entries.value.take(c_order), program.weight),
        g_row=place[g_row],
        g_column=g_column,
        g=g,
        rhs=np.ascontiguousarray(rhs[:, ordering.rows]),
        cut_columns=carried[cut],
        cut_f_start=cut_start,
        cut_f_row=place[program.carry.row[f_order][cyclic]][cut_order],
        cut_f_value=first[cyclic][cut_order],
        sum_rhs=sum_rhs,
        sum_matrix=sum_matrix,
        global_cost=global_cost,
        held_cost=held_cost,
    )


def _weighted(value: Varying, weight: Floats) -> Varying:
    """Return ``value`` (T, e) times ``weight`` (T,)."""
    if np.ptp(weight) == 0.0:
        return Varying(value.constant * weight[0], value.index, value.values * weight[0])
    return from_pieces([value.dense() * weight[:, None]], len(weight))


def _by_column(column: Indices, n_columns: int) -> tuple[Indices, Indices]:
    """Return the order that sorts entries by column and where each column starts in it."""
    order = np.argsort(column, kind="stable")
    counts = np.bincount(column, minlength=n_columns)
    return order, np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)


def classify(program: Program) -> Columns:
    """Say which columns are decided in which stage, and narrow the intervals of the globals."""
    groups = _groups(program)
    low, high = _narrowed(program, groups)
    far = np.minimum(high, np.maximum(low, 0.0) + 1e6)
    shape = (program.n_stages, program.n_columns)
    kind = np.empty(shape, dtype=np.uint8)
    held: Floats | None = None
    held_slope: Floats | None = None
    for group in groups:
        widest = np.maximum(_room_at(program, group, low), _room_at(program, group, far))
        crossed = widest < -1e-6 * group.size
        if crossed.any():
            stage, place = (int(i) for i in np.argwhere(crossed)[0])
            raise CrossedBoundsError(stage, int(group.column[place]))
        is_held = widest <= _SAME * group.size
        sides = HAS_LOWER * np.isfinite(group.lower) + HAS_UPPER * np.isfinite(group.upper)
        kind[:, group.column] = np.where(is_held, 0, sides + IS_ACTIVE)
        held = _put(held, shape, group, np.where(is_held, group.lower, 0.0))
        held_slope = _put(held_slope, shape, group, np.where(is_held, group.lower_slope, 0.0))
    return Columns(kind, held, held_slope, low, high)


@dataclass(frozen=True)
class _Group:
    """Bounds of the columns ``column`` (q,), (T, q); (1, q) where they do not vary.

    ``room`` is what lies between them, ``room_slope`` what it gains per unit of the global column,
    ``size`` how large the bounds are.
    """

    column: Indices
    lower: Floats
    upper: Floats
    lower_slope: Floats
    room: Floats
    room_slope: Floats
    size: Floats


def _groups(program: Program) -> tuple[_Group, _Group]:
    """Return the bounds of columns that are the same in all stages, and those of the others."""
    bounds = (program.lower, program.upper, program.lower_slope, program.upper_slope)
    varies = np.zeros(program.n_columns, dtype=bool)
    for bound in bounds:
        varies[bound.index] = True
    fixed, moving = np.flatnonzero(~varies), np.flatnonzero(varies)
    return (
        _group(program, fixed, [bound.constant[None, fixed] for bound in bounds]),
        _group(program, moving, [bound.take(moving).dense() for bound in bounds]),
    )


def _group(program: Program, column: Indices, bounds: list[Floats]) -> _Group:
    lower, upper, lower_slope, upper_slope = bounds
    follows = program.capacity[column] >= 0
    lower_slope = np.where(follows, lower_slope, 0.0)
    size = np.ones(lower.shape)
    for bound in (lower, upper):
        np.maximum(size, np.abs(bound), out=size, where=np.isfinite(bound))
    room = upper - lower  # inf where one side is open
    room_slope = np.where(follows, upper_slope, 0.0) - lower_slope
    return _Group(column, lower, upper, lower_slope, room, room_slope, size)


def _room_at(program: Program, group: _Group, y: Floats) -> Floats:
    """Return the room between bounds at the globals ``y`` (k,)."""
    owner = program.capacity[group.column]
    return group.room + group.room_slope * (y[owner] if len(y) else 0.0)


def _put(
    whole: Floats | None, shape: tuple[int, int], group: _Group, values: Floats
) -> Floats | None:
    """Put a group's values into an array (T, n) that is made once one is not zero."""
    if not values.any():
        return whole
    whole = np.zeros(shape) if whole is None else whole
    whole[:, group.column] = values
    return whole


def _narrowed(program: Program, groups: tuple[_Group, ...]) -> tuple[Floats, Floats]:
    """Intervals (k,) of the globals in which there is room between all bounds."""
    low, high = program.global_lower.copy(), program.global_upper.copy()
    for group in groups:
        moving = np.flatnonzero(group.room_slope.any(axis=0))
        own = program.capacity[group.column[moving]]
        slope, room = group.room_slope[:, moving], group.room[:, moving]
        edge = np.divide(-room, slope, out=np.zeros(slope.shape), where=slope != 0.0)
        counts = np.isfinite(room)
        rises, falls = counts & (slope > 0.0), counts & (slope < 0.0)
        np.maximum.at(low, own, np.where(rises, edge, -np.inf).max(axis=0, initial=-np.inf))
        np.minimum.at(high, own, np.where(falls, edge, np.inf).min(axis=0, initial=np.inf))
    crossed = low > high
    apart = crossed & (low - high > _SAME * np.maximum(1.0, np.abs(low)))
    if apart.any():
        raise _crossed(program, groups, int(np.flatnonzero(apart)[0]), low)
    low[crossed] = high[crossed] = 0.5 * (low + high)[crossed]
    return low, high


def _crossed(
    program: Program, groups: tuple[_Group, ...], owner: int, low: Floats
) -> CrossedBoundsError:
    """Tell of the columns that follow a global one where their bounds cross most."""
    worst = (np.inf, 0, 0)
    for group in groups:
        own = np.flatnonzero(program.capacity[group.column] == owner)
        if len(own):
            room = (_room_at(program, group, low) / group.size)[:, own]
            stage, place = np.unravel_index(np.argmin(room), room.shape)
            here = (float(room[stage, place]), int(stage), int(group.column[own[place]]))
            worst = min(worst, here)
    return CrossedBoundsError(*worst[1:])


def _without_held(
    program: Program, columns: Columns
) -> tuple[Floats, Indices, Indices, Varying, Floats, Floats, Floats]:
    """Move what columns that are no decision bring to the right-hand sides and globals."""
    n_stages, n_sums = program.n_stages, program.n_global_rows
    rhs = program.rhs.dense()
    sum_rhs = np.zeros(n_sums)
    sum_matrix = np.zeros((n_sums, program.n_globals))
    np.add.at(sum_matrix, (program.sum_row, program.sum_column), program.sum_value)
    global_cost = program.global_cost.copy()
    entries = program.global_entries
    rows, owners, values = [entries.row], [entries.column], [entries.value.dense()]
    if columns.held is not None:
        rhs -= row_activity(program, columns.held, np.zeros(program.n_globals))
        used = stage_product(program.sum_entries, columns.held, n_sums)
        # Sums, not `@`: its order depends on how many threads a process may use.
        sum_rhs -= (program.weight[:, None] * used).sum(axis=0)
    if columns.held_slope is not None:
        slope = columns.held_slope
        cost = (program.cost.times(program.weight) * slope).sum(axis=0)
        tied = np.flatnonzero(slope.any(axis=0))
        np.add.at(global_cost, program.capacity[tied], cost[tied])
        for matrix, moved in ((program.entries, slope), (program.carry, slope[program.previous])):
            touched = np.flatnonzero(np.isin(matrix.column, tied))
            value = matrix.value.take(touched).dense() * moved[:, matrix.column[touched]]
            if matrix is program.carry:
                value[np.ix_(program.is_first, ~program.carry_is_cyclic[touched])] = 0.0
            rows.append(matrix.row[touched])
            owners.append(program.capacity[matrix.column[touched]])
            values.append(value)
        for entry in np.flatnonzero(np.isin(program.sum_entries.column, tied)):
            column = program.sum_entries.column[entry]
            one = program.sum_entries.value.take(np.array([entry])).dense()[:, 0]
            worth = (one * program.weight * slope[:, column]).sum()
            sum_matrix[program.sum_entries.row[entry], program.capacity[column]] += worth
    return (
        rhs,
        np.concatenate(rows),
        np.concatenate(owners),
        from_pieces(values, n_stages),
        sum_rhs,
        sum_matrix,
        global_cost,
    )
