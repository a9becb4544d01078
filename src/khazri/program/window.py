"""The program with its global columns fixed, over some consecutive stages."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from khazri.program.families import Column
from khazri.program.program import Entries, Labels, Program
from khazri.program.proof import add_columns, stage_transpose
from khazri.program.varying import Floats, Varying, constant, from_pieces

_ANY_STEP_MW = 1e6


@dataclass(frozen=True)
class Edges:
    """What a window of stages agrees on with the rest of the year.

    ``before`` (n,) are the columns of the stage before the window; with ``ramp_is_free`` outputs
    may take any step from it. ``final_lower`` and ``final_upper`` (n,) bound the columns of the
    last stage further (levels to be handed on), and ``sum_lower``, ``sum_upper`` (R,) are the part
    of each global row that the window may use, at the price ``sum_price`` (R,) [EUR per unit].
    """

    before: Floats
    ramp_is_free: bool
    final_lower: Floats
    final_upper: Floats
    sum_lower: Floats
    sum_upper: Floats
    sum_price: Floats


def window(program: Program, start: int, stop: int, y: Floats, edges: Edges) -> Program:
    """Return stages ``start`` to ``stop`` (exclusive) of the program at the globals ``y``.

    The result has no global columns: bounds and right-hand sides hold the given capacities, the
    first stage starts from ``edges.before``, and global rows are those that stage columns enter.
    """
    n_stages = stop - start
    scale = np.where(program.capacity >= 0, y[program.capacity] if len(y) else 0.0, 0.0)
    lower = _at(program.lower, program.lower_slope, scale, start, stop)
    upper = _at(program.upper, program.upper_slope, scale, start, stop)
    if edges.ramp_is_free:
        steps = program.columns.of(Column.RAMP)
        lower[0, steps], upper[0, steps] = -_ANY_STEP_MW, _ANY_STEP_MW
    least, most = lower[-1].copy(), upper[-1].copy()
    lower[-1] = np.clip(edges.final_lower, least, most)
    upper[-1] = np.clip(edges.final_upper, lower[-1], most)

    rhs = program.rhs.stages(start, stop).dense()
    moved = program.global_entries
    rhs -= add_columns(
        moved.value.stages(start, stop).dense() * y[moved.column], moved.row, program.n_rows
    )
    carry = program.carry
    handed = carry.value.stages(start, start + 1).dense()[0] * edges.before[carry.column]
    if program.is_first[start]:
        handed[~program.carry_is_cyclic] = 0.0
    np.subtract.at(rhs[0], carry.row, handed)

    entered = np.zeros(program.n_global_rows, dtype=bool)
    entered[program.sum_entries.row] = True
    number = np.cumsum(entered) - 1
    sums = program.sum_entries
    piece = cut(program, start, stop)
    prices = np.broadcast_to(edges.sum_price, (n_stages, program.n_global_rows))
    cost = piece.cost.dense() - stage_transpose(piece.sum_entries, prices, program.n_columns)
    no_slope = constant(np.zeros(program.n_columns), n_stages)
    nothing = np.zeros(0)
    none = np.zeros(0, dtype=np.int64)
    return replace(
        piece,
        cost=from_pieces([cost], n_stages),
        lower=from_pieces([lower], n_stages),
        upper=from_pieces([upper], n_stages),
        lower_slope=no_slope,
        upper_slope=no_slope,
        capacity=np.full(program.n_columns, -1, dtype=np.int64),
        global_entries=Entries(none, none, constant(nothing, n_stages)),
        rhs=from_pieces([rhs], n_stages),
        globals=Labels(program.globals.family[:0], program.globals.item[:0]),
        global_cost=nothing,
        global_lower=nothing,
        global_upper=nothing,
        is_integer=np.zeros(0, dtype=bool),
        global_rows=Labels(program.global_rows.family[entered], program.global_rows.item[entered]),
        sum_entries=Entries(number[sums.row], sums.column, sums.value.stages(start, stop)),
        sum_row=none,
        sum_column=none,
        sum_value=nothing,
        sum_lower=edges.sum_lower[entered],
        sum_upper=edges.sum_upper[entered],
        constant_cost=0.0,
    )


def cut(program: Program, start: int, stop: int) -> Program:
    """Return stages ``start`` to ``stop`` (exclusive) alone: nothing is handed to the first.

    Global columns and rows stay as they are, with the stages' own entries.
    """
    n_stages = stop - start
    is_first = np.zeros(n_stages, dtype=bool)
    is_first[0] = True
    return replace(
        program,
        duration=program.duration[start:stop],
        weight=program.weight[start:stop],
        previous=np.roll(np.arange(n_stages), 1),
        is_first=is_first,
        cost=program.cost.stages(start, stop),
        lower=program.lower.stages(start, stop),
        upper=program.upper.stages(start, stop),
        lower_slope=program.lower_slope.stages(start, stop),
        upper_slope=program.upper_slope.stages(start, stop),
        entries=_stages(program.entries, start, stop),
        carry=_stages(program.carry, start, stop),
        carry_is_cyclic=np.zeros(len(program.carry), dtype=bool),
        global_entries=_stages(program.global_entries, start, stop),
        rhs=program.rhs.stages(start, stop),
        sum_entries=_stages(program.sum_entries, start, stop),
        constant_cost=0.0,
    )


def _stages(entries: Entries, start: int, stop: int) -> Entries:
    return Entries(entries.row, entries.column, entries.value.stages(start, stop))


def _at(base: Varying, slope: Varying, scale: Floats, start: int, stop: int) -> Floats:
    """Return bounds (stages, n) at given capacities."""
    return base.stages(start, stop).dense() + slope.stages(start, stop).dense() * scale
