"""What a point proves about a program, computed from the arrays alone.

Weak duality. For any multipliers π of the stage rows and μ of the global rows, the optimum is at
least

    Σ_h π_h·b_h + Σ_r (μ_r⁺ r⁻ - μ_r⁻ r⁺) + min over the bounds of (reduced costs · columns),

and as all bounds are finite the last minimum is a plain sum. So *any* multipliers give a proven
lower bound: those of a coarser program, of another solver, or rounded ones. None of it is taken
from the solver (docs/mathematics, "Proof").
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from khazri.program.program import Entries, Point, Program
from khazri.program.varying import Floats, Indices


@dataclass(frozen=True)
class Violations:
    """How far a point is from satisfying each family of rows and bounds.

    ``balance`` (T, m) are the residuals ``A x + F x₋ + G y - b`` [MW or MWh], ``below`` and
    ``above`` (T, n) how far columns are outside their bounds, ``sums`` (R,) how far global rows
    are outside theirs, ``globals_`` (k,) the same for global columns.
    """

    balance: Floats
    below: Floats
    above: Floats
    sums: Floats
    globals_: Floats


@dataclass(frozen=True)
class Bound:
    """A proven lower bound [EUR/a] and the reduced costs of the global columns (k,) behind it."""

    value: float
    global_reduced_cost: Floats


def stage_product(entries: Entries, x: Floats, n_rows: int) -> Floats:
    """Return entries times stage columns: (T, n_rows) from ``x`` (T, n)."""
    return _weighted(entries, x, entries.column, entries.row, n_rows)


def stage_transpose(entries: Entries, dual: Floats, n_columns: int) -> Floats:
    """Return transposed entries times stage multipliers: (T, n_columns) from ``dual`` (T, m)."""
    return _weighted(entries, dual, entries.row, entries.column, n_columns)


def _weighted(entries: Entries, source: Floats, pick: Indices, put: Indices, size: int) -> Floats:
    """Add up ``value * source[:, pick]`` into columns ``put`` of a (T, size) array."""
    shape = (source.shape[1], size)
    fixed = csr_array((entries.value.constant, (pick, put)), shape=shape)
    result: Floats = np.asarray(source @ fixed)
    moving = entries.value.index
    if len(moving):
        result += add_columns(source[:, pick[moving]] * entries.value.values, put[moving], size)
    return result


def add_columns(values: Floats, put: Indices, size: int) -> Floats:
    """Add columns of ``values`` (T, e) that go to the same place ``put`` (e,) of a (T, size)."""
    gather = csr_array(
        (np.ones(len(put)), (np.arange(len(put)), put)), shape=(len(put), size), dtype=float
    )
    return np.asarray(values @ gather, dtype=float)


def row_activity(program: Program, x: Floats, y: Floats) -> Floats:
    """Return ``A x + F x₋ + G y`` for each stage row, (T, m)."""
    activity = stage_product(program.entries, x, program.n_rows)
    activity += _carried(program, x)
    activity += _from_globals(program, y)
    return activity


def _carried(program: Program, x: Floats) -> Floats:
    """Return ``F x₋`` (T, m): what the previous stage hands on."""
    before = x[program.previous]
    handed = stage_product(program.carry, before, program.n_rows)
    firsts = np.flatnonzero(program.is_first)
    if len(firsts):
        cyclic = np.where(program.carry_is_cyclic, program.carry.value.dense()[firsts], 0.0)
        handed[firsts] = 0.0
        for place, first in enumerate(firsts):  # one per chain
            np.add.at(
                handed[first],
                program.carry.row,
                cyclic[place] * before[first, program.carry.column],
            )
    return handed


def _carried_transpose(program: Program, dual: Floats) -> Floats:
    """Return ``Fᵀ π₊`` (T, n): what a stage's columns are worth in the next stage."""
    kept = dual.copy()
    firsts = np.flatnonzero(program.is_first)
    kept[firsts] = 0.0
    spread = stage_transpose(program.carry, kept, program.n_columns)
    for first in firsts:  # one per chain
        value = np.where(program.carry_is_cyclic, program.carry.value.dense()[first], 0.0)
        np.add.at(spread[first], program.carry.column, value * dual[first, program.carry.row])
    worth = np.zeros_like(spread)
    np.add.at(worth, program.previous, spread)
    return worth


def _from_globals(program: Program, y: Floats) -> Floats:
    """Return ``G y`` (T, m)."""
    entries = program.global_entries
    return add_columns(entries.value.dense() * y[entries.column], entries.row, program.n_rows)


def sum_activity(program: Program, x: Floats, y: Floats) -> Floats:
    """Return ``Σ_h w_h C x_h + H y`` of the global rows, (R,)."""
    stage = program.weight @ stage_product(program.sum_entries, x, program.n_global_rows)
    return stage + global_activity(program, y)


def global_activity(program: Program, y: Floats) -> Floats:
    """Return ``H y``: what the global columns ``y`` (k,) use of the global rows, (R,)."""
    used = program.sum_value * y[program.sum_column]
    sums = np.bincount(program.sum_row, used, minlength=program.n_global_rows)
    return np.asarray(sums, dtype=float)


def global_worth(program: Program, sum_dual: Floats) -> Floats:
    """Return ``Hᵀ μ``: what global rows pay for the global columns at ``sum_dual`` (R,), (k,)."""
    paid = program.sum_value * sum_dual[program.sum_row]
    sums = np.bincount(program.sum_column, paid, minlength=program.n_globals)
    return np.asarray(sums, dtype=float)


def violations(program: Program, point: Point) -> Violations:
    """Return how far ``point`` is from each row and bound of the program."""
    lower, upper = program.bounds(point.y)
    sums = sum_activity(program, point.x, point.y)
    return Violations(
        balance=row_activity(program, point.x, point.y) - program.rhs.dense(),
        below=np.maximum(lower - point.x, 0.0),
        above=np.maximum(point.x - upper, 0.0),
        sums=np.maximum(np.maximum(program.sum_lower - sums, sums - program.sum_upper), 0.0),
        globals_=np.maximum(
            np.maximum(program.global_lower - point.y, point.y - program.global_upper), 0.0
        ),
    )


def reduced_costs(program: Program, row_dual: Floats, sum_dual: Floats) -> Floats:
    """Return the reduced costs (T, n) of the stage columns [EUR per MW or MWh and year].

    ``row_dual`` (T, m) and ``sum_dual``, (R,) or (T, R), are multipliers as in
    :class:`~khazri.program.program.Point`.
    """
    cost = program.cost.times(program.weight)
    cost -= stage_transpose(program.entries, row_dual, program.n_columns)
    cost -= _carried_transpose(program, row_dual)
    if program.n_global_rows:
        price = np.broadcast_to(sum_dual, (program.n_stages, program.n_global_rows))
        charged = stage_transpose(program.sum_entries, price, program.n_columns)
        cost -= charged * program.weight[:, None]
    return cost


def admissible(program: Program, sum_dual: Floats) -> Floats:
    """Return the parts of ``sum_dual`` (R,) that have the right sign for one-sided global rows."""
    price = np.where(np.isinf(program.sum_lower), np.minimum(sum_dual, 0.0), sum_dual)
    return np.where(np.isinf(program.sum_upper), np.maximum(price, 0.0), price)


def lower_bound(program: Program, row_dual: Floats, sum_dual: Floats) -> Bound:
    """Return the lower bound on the optimum that the multipliers prove.

    Parameters
    ----------
    row_dual : (T, m)
        Multipliers of the stage rows [EUR per unit of the right-hand side and year].
    sum_dual : (R,)
        Multipliers of the global rows; parts with the wrong sign for a one-sided row are dropped.

    Returns
    -------
    Bound
        ``-inf`` where a column without a finite bound has a reduced cost pointing to it.
    """
    price = admissible(program, sum_dual)
    reduced = reduced_costs(program, row_dual, price)
    value, capacity = priced(program, row_dual, price, reduced)
    value += _times_bound(np.maximum(capacity, 0.0), program.global_lower)
    value += _times_bound(np.minimum(capacity, 0.0), program.global_upper)
    return Bound(value, capacity)


def priced(
    program: Program, row_dual: Floats, price: Floats, reduced: Floats
) -> tuple[float, Floats]:
    """Return what is left of a program whose rows are paid for: a cost, and what globals cost (k,).

    Stage columns stand at the bound that their reduced costs ``reduced`` (T, n) point to, those
    with zero anywhere; ``row_dual`` (T, m) and ``price`` (R,) are multipliers of the stage rows and
    admissible ones of the global rows.
    """
    falling, rising = np.minimum(reduced, 0.0), np.maximum(reduced, 0.0)

    value = program.constant_cost + float(np.sum(row_dual * program.rhs.dense()))
    value += _times_bound(np.maximum(price, 0.0), program.sum_lower)
    value += _times_bound(np.minimum(price, 0.0), program.sum_upper)
    value += _times_bound(rising, program.lower.dense())
    value += _times_bound(falling, program.upper.dense())

    follows = program.capacity >= 0
    slope = (rising * program.lower_slope.dense() + falling * program.upper_slope.dense()).sum(0)
    capacity = program.global_cost + np.bincount(
        program.capacity[follows], slope[follows], minlength=program.n_globals
    )
    entries = program.global_entries
    worth = (entries.value.dense() * row_dual[:, entries.row]).sum(axis=0)
    capacity -= np.bincount(entries.column, worth, minlength=program.n_globals)
    capacity -= global_worth(program, price)
    return value, capacity


def _times_bound(weight: Floats, bound: Floats) -> float:
    """Return Σ weight * bound, where a zero weight makes an infinite bound harmless."""
    used = weight != 0.0
    return float(np.sum(weight[used] * bound[used]))
