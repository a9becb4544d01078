"""A program without the columns and rows that decide nothing, and the way back.

Five things go: columns of a stage that can only be zero (what a store without pump charges), rows
that nothing enters any more, rows that hold one column at zero, with it (what is bought in a market
that no line reaches), rows that only say that one column is a multiple of another (what flows to a
market is what is sold there), and global rows of decided globals (the order of phases of which all
are decided), which leave an interior point method no room. The answers are those of the whole
program.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from khazri.program.program import Entries, Flags, Labels, Point, Program
from khazri.program.proof import global_activity, reduced_costs
from khazri.program.varying import Floats, Indices, Varying, constant, overwrite


@dataclass(frozen=True)
class Lone:
    """Rows ``row`` (q,) that hold their only column ``column`` (q,), with coefficient ``entry``
    (q,), at zero."""

    column: Indices
    row: Indices
    entry: Floats


@dataclass(frozen=True)
class Shortened:
    """A program of fewer columns and rows.

    ``program`` keeps the columns ``columns`` (n',), rows ``rows`` (m',) and global rows ``sums``
    (R',) of ``original``.
    Column ``follower`` (q,) is ``ratio`` (q,) times column ``leader`` (q,) by row ``link`` (q,), in
    which the follower has the coefficient ``follower_entry`` (q,) and the leader ``leader_entry``.
    The follower's limits are the leader's in the stages ``sets_lower``, ``sets_upper`` (T, q).
    ``lone`` are rows with the columns they hold at zero; what goes in one round may leave others
    alone for the next.
    """

    original: Program
    program: Program
    columns: Indices
    rows: Indices
    sums: Indices
    follower: Indices
    leader: Indices
    link: Indices
    follower_entry: Floats
    leader_entry: Floats
    sets_lower: Flags
    sets_upper: Flags
    lone: tuple[Lone, ...]

    @property
    def ratio(self) -> Floats:
        """Units of the follower for each of the leader, (q,)."""
        return -self.leader_entry / self.follower_entry

    def restore(self, point: Point, *, is_ray: bool = False) -> Point:
        """Return a point of the short program as one of the original.

        Where a limit of the follower binds, the price of the row leaves the follower's reduced
        cost to it; otherwise the leader's. A row that holds a column at zero has the price at which
        the column's reduced cost is zero. ``is_ray`` says that the multipliers are a Farkas proof,
        which knows no costs.
        """
        whole = self.original
        x = np.zeros((whole.n_stages, whole.n_columns))
        x[:, self.columns] = point.x
        x[:, self.follower] = self.ratio * x[:, self.leader]
        row_dual = np.zeros((whole.n_stages, whole.n_rows))
        row_dual[:, self.rows] = point.row_dual
        sum_dual = np.zeros(whole.n_global_rows)
        sum_dual[self.sums] = point.sum_dual[0]
        rows, sums = np.arange(whole.n_rows), np.arange(whole.n_global_rows)

        def left(columns: Indices) -> Floats:
            part = select(whole, columns, rows, sums)
            if is_ray:
                part = replace(part, cost=constant(np.zeros(part.n_columns), whole.n_stages))
            return reduced_costs(part, row_dual, sum_dual)

        of_follower, of_leader = left(self.follower), left(self.leader)
        both = of_leader + self.ratio * of_follower
        follower_binds = np.where(both > 0.0, self.sets_lower, self.sets_upper)
        row_dual[:, self.link] = np.where(
            follower_binds, of_leader / self.leader_entry, of_follower / self.follower_entry
        )
        for held in reversed(self.lone):
            row_dual[:, held.row] = left(held.column) / held.entry
        shape = (whole.n_stages, whole.n_global_rows)
        return Point(x, point.y, row_dual, np.broadcast_to(sum_dual, shape))


def shorten(program: Program) -> Shortened:
    """Leave out the columns and rows that decide nothing.

    Parameters
    ----------
    program
        Any program; global columns stay.

    Returns
    -------
    Shortened
        With the same optimum; :meth:`Shortened.restore` brings its points and multipliers back.
    """
    open_ = ~_is_zero(program)
    lone: list[Lone] = []
    while len((held := _held_at_zero(program, open_)).row):
        open_[held.column] = False
        lone.append(held)
    is_left, n_left = _left(program, open_)
    follower, leader = _pairs(program, is_left, n_left)
    link, own = program.entries.row[follower], program.entries.value.constant
    x, z = program.entries.column[follower], program.entries.column[leader]
    ratio = -own[leader] / own[follower]
    merged, sets_lower, sets_upper = _merge(program, x, z, ratio)

    is_needed = (n_left > 0) | ~_is_plain(program)
    is_needed[link] = False
    open_[x] = False
    rows, columns = np.flatnonzero(is_needed), np.flatnonzero(open_)
    sums = np.flatnonzero(~_is_settled(merged, open_))
    return Shortened(
        original=program,
        program=select(merged, columns, rows, sums),
        columns=columns,
        rows=rows,
        sums=sums,
        follower=x,
        leader=z,
        link=link,
        follower_entry=own[follower],
        leader_entry=own[leader],
        sets_lower=sets_lower,
        sets_upper=sets_upper,
        lone=tuple(lone),
    )


def select(program: Program, columns: Indices, rows: Indices, sums: Indices) -> Program:
    """Return the program of the stage columns ``columns`` (n',), rows ``rows`` (m',) and global
    rows ``sums`` (R',) alone."""
    new_column = _places(columns, program.n_columns)
    new_row = _places(rows, program.n_rows)
    new_sum = _places(sums, program.n_global_rows)

    def chosen(labels: Labels, which: Indices) -> Labels:
        return Labels(labels.family[which], labels.item[which])

    def kept(entries: Entries) -> tuple[Entries, Indices]:
        stay = np.flatnonzero((new_row[entries.row] >= 0) & (new_column[entries.column] >= 0))
        row, column = new_row[entries.row[stay]], new_column[entries.column[stay]]
        return Entries(row, column, entries.value.take(stay)), stay

    carry, handed = kept(program.carry)
    moved = np.flatnonzero(new_row[program.global_entries.row] >= 0)
    of_stages, column = new_sum[program.sum_entries.row], new_column[program.sum_entries.column]
    summed = np.flatnonzero((of_stages >= 0) & (column >= 0))
    of_globals = np.flatnonzero(new_sum[program.sum_row] >= 0)
    implied = new_column[program.implied]
    return replace(
        program,
        columns=chosen(program.columns, columns),
        rows=chosen(program.rows, rows),
        is_store=program.is_store[rows],
        cost=program.cost.take(columns),
        lower=program.lower.take(columns),
        upper=program.upper.take(columns),
        lower_slope=program.lower_slope.take(columns),
        upper_slope=program.upper_slope.take(columns),
        capacity=program.capacity[columns],
        entries=kept(program.entries)[0],
        carry=carry,
        carry_is_cyclic=program.carry_is_cyclic[handed],
        global_entries=Entries(
            new_row[program.global_entries.row[moved]],
            program.global_entries.column[moved],
            program.global_entries.value.take(moved),
        ),
        rhs=program.rhs.take(rows),
        global_rows=chosen(program.global_rows, sums),
        sum_entries=Entries(
            of_stages[summed], column[summed], program.sum_entries.value.take(summed)
        ),
        sum_row=new_sum[program.sum_row[of_globals]],
        sum_column=program.sum_column[of_globals],
        sum_value=program.sum_value[of_globals],
        sum_lower=program.sum_lower[sums],
        sum_upper=program.sum_upper[sums],
        implied=implied[implied >= 0],
    )


def _places(chosen: Indices, size: int) -> Indices:
    """Where each of ``size`` items stands among the ``chosen`` ones, -1 where it is not there."""
    places = np.full(size, -1, dtype=np.int64)
    places[chosen] = np.arange(len(chosen))
    return places


def _is_settled(program: Program, open_: Flags) -> Flags:
    """Global rows that hold only globals of which each is fixed, and are met."""
    is_open = np.zeros(program.n_global_rows, dtype=bool)
    is_open[program.sum_entries.row[open_[program.sum_entries.column]]] = True
    may_move = program.global_lower < program.global_upper
    is_open[program.sum_row[may_move[program.sum_column]]] = True
    used = global_activity(program, program.global_lower)
    is_met = (program.sum_lower <= used) & (used <= program.sum_upper)
    return ~is_open & is_met


def _is_zero(program: Program) -> Flags:
    """Columns that are zero in all stages, whatever the globals are."""
    fixed = ~_ever(program.lower) & ~_ever(program.upper)
    grows = _ever(program.lower_slope) | _ever(program.upper_slope)
    may_grow = (program.global_lower != 0.0) | (program.global_upper != 0.0)
    follows = program.capacity >= 0
    grows[follows] &= may_grow[program.capacity[follows]]
    return fixed & (~grows | ~follows)


def _ever(values: Varying) -> Flags:
    """Which items are other than zero in some stage."""
    found = values.constant != 0.0
    found[values.index] = (values.values != 0.0).any(axis=0)
    return np.asarray(found, dtype=bool)


def _moves(values: Varying) -> Flags:
    """Which items may differ between stages."""
    moves = np.zeros(values.n_items, dtype=bool)
    moves[values.index] = True
    return moves


def _is_plain(program: Program) -> Flags:
    """Rows of the columns of one stage alone, with a right-hand side of zero."""
    plain = ~_ever(program.rhs)
    plain[program.carry.row] = False
    plain[program.global_entries.row] = False
    return plain


def _left(program: Program, open_: Flags) -> tuple[Flags, Indices]:
    """Which entries are of open columns (e,), and how many there are in each row (m,)."""
    is_left = open_[program.entries.column] & _ever(program.entries.value)
    return is_left, np.bincount(program.entries.row[is_left], minlength=program.n_rows)


def _held_at_zero(program: Program, open_: Flags) -> Lone:
    """Plain rows with one open column left, which has limits of its own around zero."""
    is_left, n_left = _left(program, open_)
    entries = program.entries
    only = _is_plain(program) & (n_left == 1)
    moves = _moves(entries.value)
    which = np.flatnonzero(is_left & only[entries.row] & ~moves)
    # One row is enough to hold a column.
    which = which[np.unique(entries.column[which], return_index=True)[1]]
    column = entries.column[which]
    around = (program.capacity[column] < 0) & ~np.isin(column, program.implied)
    around &= (program.lower.take(column).dense() <= 0.0).all(axis=0)
    around &= (program.upper.take(column).dense() >= 0.0).all(axis=0)
    which = which[around]
    return Lone(entries.column[which], entries.row[which], entries.value.constant[which])


def _pairs(program: Program, is_left: Flags, n_left: Indices) -> tuple[Indices, Indices]:
    """Entries of followers and of their leaders, (q,) each: two to a plain row.

    A follower is in no other row; neither has limits that follow a global column, and no column is
    in two pairs.
    """
    entries = program.entries
    candidate = _is_plain(program) & (n_left == 2)
    which = np.flatnonzero(is_left & candidate[entries.row])
    which = which[np.argsort(entries.row[which], kind="stable")]
    first, second = which[0::2], which[1::2]

    moves = _moves(entries.value)
    fits = program.capacity < 0
    fits[program.implied] = False
    suits = ~moves & fits[entries.column]
    n_rows = np.bincount(entries.column, minlength=program.n_columns)
    n_rows[program.carry.column] += 1
    alone = n_rows[entries.column] == 1

    value = entries.value.constant
    both = suits[first] & suits[second] & (value[first] * value[second] < 0.0)
    both &= alone[first] | alone[second]
    first, second = first[both], second[both]
    follower = np.where(alone[second], second, first)
    leader = np.where(alone[second], first, second)
    once = np.unique(entries.column[leader], return_index=True)[1]
    return follower[once], leader[once]


def _merge(
    program: Program, follower: Indices, leader: Indices, ratio: Floats
) -> tuple[Program, Flags, Flags]:
    """Give leaders the costs, limits and sums of their followers; say whose limits they are."""

    def of(values: Varying, columns: Indices) -> Floats:
        return values.take(columns).dense()

    lower, upper = of(program.lower, leader), of(program.upper, leader)
    least, most = of(program.lower, follower) / ratio, of(program.upper, follower) / ratio
    sets_lower, sets_upper = least > lower, most < upper
    cost = of(program.cost, leader) + ratio * of(program.cost, follower)

    sums = program.sum_entries
    replaced = np.arange(program.n_columns)
    replaced[follower] = leader
    times = np.ones(program.n_columns)
    times[follower] = ratio
    factor = times[sums.column]
    value = Varying(
        sums.value.constant * factor,
        sums.value.index,
        sums.value.values * factor[sums.value.index],
    )
    merged = replace(
        program,
        cost=overwrite(program.cost, leader, cost),
        lower=overwrite(program.lower, leader, np.maximum(lower, least)),
        upper=overwrite(program.upper, leader, np.minimum(upper, most)),
        sum_entries=Entries(sums.row, replaced[sums.column], value),
    )
    return merged, sets_lower, sets_upper
