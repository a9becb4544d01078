"""Rays: what shows that a program has no point, or no optimum, and how one is found.

Multipliers that prove a positive cost where all costs are zero show that no point meets the rows
(Farkas). A direction (dx, dy) that all rows and bounds allow without end,

    A dx + F dx₋ + G dy = 0,   L dy ≤ dx where there is a lower bound,   dx ≤ U dy where an upper,

likewise for global rows and globals, and along which the cost falls, shows together with a point
that meets all rows that there is no optimum.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from khazri.program import Program
from khazri.program.proof import lower_bound, row_activity, sum_activity
from khazri.program.varying import Floats, constant, from_pieces

_MET = 1e-7
"""Largest residual of a ray in a row, as a share of its largest entry times the row's."""

_FALLS = 1e-6
"""Least fall of the cost, as a share of what all entries of the ray cost."""


def has_open_bounds(program: Program) -> bool:
    """Whether a column or global has no end on one side: without, there are no rays."""
    bounds = (program.lower, program.upper)
    open_ = [np.isinf(b.constant).any() or np.isinf(b.values).any() for b in bounds]
    ends = (program.global_lower, program.global_upper)
    return bool(any(open_) or any(np.isinf(end).any() for end in ends))


def ray_program(program: Program) -> Program:
    """Return the program of the cheapest direction that all rows and bounds allow for ever.

    Entries lie between -1 and 1, so it has an optimum: zero if there is no ray. Costs are scaled to
    at most 1.
    """
    T = program.n_stages
    lower, upper = np.isfinite(program.lower.dense()), np.isfinite(program.upper.dense())
    low, high = np.isfinite(program.global_lower), np.isfinite(program.global_upper)
    dearest = np.abs(program.cost.times(program.weight)).max(initial=0.0)
    scale = 1.0 / max(float(dearest), float(np.abs(program.global_cost).max(initial=0.0)), 1e-300)
    return replace(
        program,
        cost=from_pieces([scale * program.cost.dense()], T),
        global_cost=scale * program.global_cost,
        constant_cost=0.0,
        rhs=constant(np.zeros(program.n_rows), T),
        lower=from_pieces([np.where(lower, 0.0, -1.0)], T),
        upper=from_pieces([np.where(upper, 0.0, 1.0)], T),
        lower_slope=from_pieces([np.where(lower, program.lower_slope.dense(), 0.0)], T),
        upper_slope=from_pieces([np.where(upper, program.upper_slope.dense(), 0.0)], T),
        global_lower=np.where(low, 0.0, -1.0),
        global_upper=np.where(high, 0.0, 1.0),
        sum_lower=np.where(np.isfinite(program.sum_lower), 0.0, -np.inf),
        sum_upper=np.where(np.isfinite(program.sum_upper), 0.0, np.inf),
    )


def without_costs(program: Program) -> Program:
    """Return the program that asks only whether there is a point."""
    return replace(
        program,
        cost=constant(np.zeros(program.n_columns), program.n_stages),
        global_cost=np.zeros(program.n_globals),
        constant_cost=0.0,
    )


def proves_infeasible(program: Program, row_dual: Floats, sum_dual: Floats) -> bool:
    """Return whether multipliers (T, m), (R,) are a Farkas proof that no point meets all rows."""
    free = without_costs(program)
    value = lower_bound(free, row_dual, sum_dual).value
    size = float(np.abs(program.rhs.dense() * row_dual).sum())
    return bool(value > 1e-9 * max(size, 1e-300)) and np.isfinite(value)


def proves_unbounded(program: Program, dx: Floats, dy: Floats) -> bool:
    """Return whether ``dx`` (T, n), ``dy`` (k,) is a ray: if any point meets all rows, then the
    cost falls from there without end.

    Bounds are kept exactly, rows to a ten millionth of the largest entry.
    """
    size = max(float(np.abs(dx).max(initial=0.0)), float(np.abs(dy).max(initial=0.0)))
    if not 0.0 < size < np.inf:
        return False
    free = ray_program(program)
    lower, upper = free.bounds(dy)  # of the box where there are no others
    slack = 1e-12 * size
    is_outside = (
        np.any((dx < lower - slack) & np.isfinite(program.lower.dense()))
        or np.any((dx > upper + slack) & np.isfinite(program.upper.dense()))
        or np.any((dy < -slack) & np.isfinite(program.global_lower))
        or np.any((dy > slack) & np.isfinite(program.global_upper))
    )
    rows, sums = np.abs(row_activity(free, dx, dy)), sum_activity(free, dx, dy)
    most, most_sum = _MET * size * _row_sizes(program), _MET * size * _sum_sizes(program)
    is_off = (
        np.any(rows > most)
        or np.any(sums < free.sum_lower - most_sum)
        or np.any(sums > free.sum_upper + most_sum)
    )
    costs, global_costs = program.cost.times(program.weight) * dx, program.global_cost * dy
    rise = float(costs.sum() + global_costs.sum())
    spent = float(np.abs(costs).sum() + np.abs(global_costs).sum())
    return not is_outside and not is_off and rise < -_FALLS * spent


def _row_sizes(program: Program) -> Floats:
    """The largest entry of each row of a stage (m,)."""
    size = np.zeros(program.n_rows)
    for entries in (program.entries, program.carry, program.global_entries):
        np.maximum.at(size, entries.row, np.abs(entries.value.dense()).max(axis=0, initial=0.0))
    return size


def _sum_sizes(program: Program) -> Floats:
    """The largest entry of each global row (R,)."""
    size = np.zeros(program.n_global_rows)
    entries = program.sum_entries
    largest = np.abs(entries.value.times(program.weight)).max(axis=0, initial=0.0)
    np.maximum.at(size, entries.row, largest)
    np.maximum.at(size, program.sum_row, np.abs(program.sum_value))
    return size
