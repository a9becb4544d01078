"""Multipliers improved in windows of hours prove a bound no lower than before."""

from __future__ import annotations

import numpy as np
import pytest

from khazri.program import (
    Point,
    Program,
    Segments,
    aggregate,
    build_program,
    flatten,
    lower_bound,
    spread_duals,
    unflatten,
)
from khazri.solve.highs import HighsSolver
from khazri.solve.solver import Method, SolverOptions
from khazri.solve.tighten import tighten

from ..systems import random_system

HOURS = 96
SIMPLEX = SolverOptions(Method.SIMPLEX)
WINDOWS = np.arange(0, HOURS, 24)


def solve(program: Program) -> tuple[Point, float]:
    result = HighsSolver().solve(flatten(program), SIMPLEX)
    return unflatten(program, result.column_value, result.row_dual), result.objective


@pytest.mark.parametrize("seed", range(4))
def test_the_bound_rises_towards_the_optimum(seed: int) -> None:
    """From six-hour segments at least half of what their bound lacks is won back."""
    program = build_program(random_system(seed, HOURS, 3))
    _, cost = solve(program)
    segments = Segments(np.arange(0, HOURS, 6), HOURS)
    coarse, _ = solve(aggregate(program, segments))
    rows, sums = spread_duals(program, segments, coarse.row_dual), coarse.sum_dual[0]
    before = lower_bound(program, rows, sums).value
    better = tighten(program, rows, sums, WINDOWS, HighsSolver(), SIMPLEX)
    after = lower_bound(program, better, sums).value
    assert before < cost
    assert before + 0.5 * (cost - before) <= after <= cost * (1 + 1e-9)


@pytest.mark.parametrize("seed", range(3))
def test_the_optimum_stays_the_optimum(seed: int) -> None:
    """From the optimum's own multipliers nothing can be won and nothing is lost."""
    program = build_program(random_system(seed, HOURS, 2))
    point, cost = solve(program)
    better = tighten(program, point.row_dual, point.sum_dual[0], WINDOWS, HighsSolver(), SIMPLEX)
    assert lower_bound(program, better, point.sum_dual[0]).value == pytest.approx(cost, rel=1e-8)


def test_out_of_time_multipliers_stay() -> None:
    """No window is begun."""
    program = build_program(random_system(0, HOURS, 2))
    segments = Segments(np.arange(0, HOURS, 6), HOURS)
    coarse, _ = solve(aggregate(program, segments))
    rows, sums = spread_duals(program, segments, coarse.row_dual), coarse.sum_dual[0]
    late = SolverOptions(Method.SIMPLEX, time_limit_s=0.0)
    same = tighten(program, rows, sums, WINDOWS, HighsSolver(), late)
    np.testing.assert_array_equal(same, rows)
