"""What is proven from arrays: optimal multipliers prove the optimum, any others a lower bound."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.systems import random_system

from khazri.program import (
    Edges,
    Point,
    Program,
    Segments,
    aggregate,
    build_program,
    flatten,
    lower_bound,
    reduced_costs,
    spread_duals,
    unflatten,
    violations,
    window,
)
from khazri.program.proof import row_activity, sum_activity
from khazri.solve.highs import HighsSolver
from khazri.solve.solver import Method, SolverOptions

HOURS = 48
EXACT = 1e-7
"""Relative; the simplex method's vertices are exact but for rounding."""


def solve(program: Program) -> tuple[Point, float]:
    result = HighsSolver().solve(flatten(program), SolverOptions(Method.SIMPLEX))
    return unflatten(program, result.column_value, result.row_dual), result.objective


@pytest.fixture(scope="module", params=[0, 1])
def solved(request: pytest.FixtureRequest) -> tuple[Program, Point, float]:
    program = build_program(random_system(request.param, HOURS, 3))
    point, cost = solve(program)
    return program, point, cost


def test_an_optimal_point_is_feasible_and_its_multipliers_prove_its_cost(
    solved: tuple[Program, Point, float],
) -> None:
    program, point, cost = solved
    found = violations(program, point)
    for amount in (found.balance, found.below, found.above, found.sums, found.globals_):
        assert np.abs(amount).max() < 1e-6
    assert program.objective(point.x, point.y) == pytest.approx(cost, rel=EXACT)
    bound = lower_bound(program, point.row_dual, point.sum_dual[0])
    assert bound.value == pytest.approx(cost, rel=EXACT)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), size=st.floats(1e-3, 10.0))
def test_any_multipliers_prove_a_lower_bound(
    solved: tuple[Program, Point, float], seed: int, size: float
) -> None:
    program, point, cost = solved
    rng = np.random.default_rng(seed)
    rows = point.row_dual * (1 + size * rng.normal(size=point.row_dual.shape))
    sums = point.sum_dual[0] + size * rng.normal(size=program.n_global_rows)
    assert lower_bound(program, rows, sums).value <= cost * (1 + EXACT)


@settings(max_examples=10, deadline=None)
@given(cuts=st.sets(st.integers(1, HOURS - 1), min_size=3, max_size=30))
def test_segments_prove_a_lower_bound(solved: tuple[Program, Point, float], cuts: set[int]) -> None:
    program, _, cost = solved
    segments = Segments(np.array([0, *sorted(cuts)]), HOURS)
    coarse, _ = solve(aggregate(program, segments))
    spread = spread_duals(program, segments, coarse.row_dual)
    assert lower_bound(program, spread, coarse.sum_dual[0]).value <= cost * (1 + EXACT)


def test_averaging_alone_is_a_relaxation_where_costs_are_constant() -> None:
    """Without a market (whose prices vary), standing losses or ramps the segment optimum itself
    is the bound that its multipliers prove."""
    made = random_system(5, HOURS, 3)
    made = replace(
        made,
        markets=replace(made.markets, profile=np.array([-1])),
        stores=replace(made.stores, standing_loss_per_h=0 * made.stores.hours),
        supplies=replace(made.supplies, ramp_per_h=np.full(len(made.supplies), np.nan)),
    )
    program = build_program(made)
    _, cost = solve(program)
    segments = Segments(np.arange(0, HOURS, 6), HOURS)
    coarse, coarse_cost = solve(aggregate(program, segments))
    spread = spread_duals(program, segments, coarse.row_dual)
    proven = lower_bound(program, spread, coarse.sum_dual[0]).value
    assert proven == pytest.approx(coarse_cost, rel=1e-6)
    assert coarse_cost <= cost * (1 + EXACT)


def test_single_hours_as_segments_change_nothing(solved: tuple[Program, Point, float]) -> None:
    program, _, cost = solved
    segments = Segments(np.arange(HOURS), HOURS)
    _, same = solve(aggregate(program, segments))
    assert same == pytest.approx(cost, rel=EXACT)


def test_reduced_costs_are_the_slopes_of_the_lagrangian(
    solved: tuple[Program, Point, float],
) -> None:
    """Moving one column changes cost minus priced rows by its reduced cost."""
    program, point, _ = solved
    rng = np.random.default_rng(0)
    rows, sums = rng.normal(size=point.row_dual.shape), rng.normal(size=program.n_global_rows)
    reduced = reduced_costs(program, rows, sums)

    def lagrangian(x: np.ndarray) -> float:
        priced = np.sum(rows * row_activity(program, x, point.y))
        return float(
            program.objective(x, point.y) - priced - sums @ sum_activity(program, x, point.y)
        )

    start = lagrangian(point.x)
    for stage, place in [(0, 0), (5, 3), (HOURS - 1, program.n_columns - 1), (0, -1), (7, -2)]:
        moved = point.x.copy()
        moved[stage, place] += 1.0
        assert lagrangian(moved) - start == pytest.approx(reduced[stage, place], rel=1e-4, abs=0.05)


def test_a_window_of_the_optimum_costs_what_it_cost_there(
    solved: tuple[Program, Point, float],
) -> None:
    """Between the optimum's own levels, with its capacities and volumes, hours 12 to 35 cannot
    cost less nor more than in the optimum."""
    program, point, _ = solved
    start, stop = 12, 36
    levels = program.columns.of("level")
    lower, upper = np.full((2, program.n_columns), -np.inf)
    upper[:] = np.inf
    lower[levels] = upper[levels] = point.x[stop - 1, levels]
    ramped = program.carry.column[program.carry.column < levels.start]
    lower[ramped] = upper[ramped] = point.x[stop - 1, ramped]
    used = sum_activity(program, point.x, point.y) * 0
    for stage in range(start, stop):
        alone = np.zeros_like(point.x)
        alone[stage] = point.x[stage]
        used += sum_activity(program, alone, 0 * point.y)
    none = np.full_like(used, -np.inf)
    edges = Edges(point.x[start - 1], False, lower, upper, none, used, np.zeros_like(used))
    piece = window(program, start, stop, point.y, edges)
    found, cost = solve(piece)
    there = program.cost.times(program.weight)[start:stop] * point.x[start:stop]
    assert cost == pytest.approx(there.sum(), rel=1e-6)
    assert found.x.shape == (stop - start, program.n_columns)
