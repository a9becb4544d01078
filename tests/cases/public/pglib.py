"""DC optimal power flow of a grid as one hour of a system, with quadratic costs in pieces.

A generator becomes several supplies at one bus: what it must give, then equal pieces of its range,
each at the slope of the chord. Chords lie above a convex parabola, by at most c2 w^2 / 4 where a
piece is w MW wide, and only one piece of each generator is in use partly. So the least cost with
chords is at least the true one and at most ``error`` above it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from khazri.system import Links, Supplies, System

from ...systems import group, system
from .matpower import Grid


@dataclass(frozen=True)
class DcFlow:
    """The system of a grid, and by how much its cost [USD/h] may exceed the true least cost."""

    system: System
    error: float


def dc_flow(grid: Grid, pieces: int) -> DcFlow:
    """The DC optimal power flow of ``grid`` with ``pieces`` chords for each parabola.

    The susceptance of a branch is x / (r^2 + x^2), ratios of transformers do not enter, and limits
    of the difference of angles are limits of the flow: so the values of PGLib are met.
    """
    assert not grid.shift.any(), "phase shifters"
    assert not grid.shunt.any(), "shunts"
    susceptance = grid.x / (grid.r**2 + grid.x**2)
    most = np.minimum(grid.rate, grid.base_mva * susceptance * grid.angle_max)
    supplies, error = _supplies(grid, pieces)
    n_buses, n_branches = len(grid.load), len(grid.start)
    links = group(
        Links,
        n_branches,
        from_bus=grid.start,
        to_bus=grid.end,
        forward_mw=most,
        backward_mw=most,
        reactance=1.0 / susceptance,
    )
    return DcFlow(
        system(1, n_buses=n_buses, load=[grid.load], supplies=supplies, links=links), error
    )


def _supplies(grid: Grid, pieces: int) -> tuple[Supplies, float]:
    """What generators must give and the pieces above, and the largest error of the chords."""
    square, slope, fixed = grid.cost.T
    assert np.all(square >= 0), "costs that are not convex"
    count = np.where(square > 0, pieces, 1)
    owner = np.repeat(np.arange(len(count)), count)
    number = np.arange(len(owner)) - np.repeat(np.cumsum(count) - count, count)
    width = ((grid.p_max - grid.p_min) / count)[owner]
    low = grid.p_min[owner] + number * width
    chord = square[owner] * (2 * low + width) + slope[owner]
    forced = grid.p_min > 0
    size = np.concatenate([grid.p_min[forced], width])
    base = (square * grid.p_min + slope)[forced]
    bus = np.concatenate([grid.generator_bus[forced], grid.generator_bus[owner]])
    # costs of standing by are told as fixed costs of the first piece
    first = np.where(number == 0, fixed[owner], 0.0)
    assert np.all((width > 0) | (first == 0)), "standing costs of a generator without a range"
    standing = np.divide(first, width, out=np.zeros_like(first), where=width > 0)
    supplies = group(
        Supplies,
        len(size),
        bus=bus,
        existing_mw=size,
        min_output=np.repeat([1.0, 0.0], [forced.sum(), len(width)]),
        variable_cost=np.concatenate([base, chord]),
        other_cost=np.concatenate([base, chord]),
        fixed_cost=np.concatenate([np.zeros(forced.sum()), standing]),
    )
    return supplies, float((square[owner] * width**2 / 4)[number == 0].sum())
