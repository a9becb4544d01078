"""Whole decisions by branch and bound, and what their neighbourhood proves."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from khazri.program import Program, Segments, build_program, lower_bound, shorten
from khazri.solve import decide as decide_module
from khazri.solve import optimize as optimize_module
from khazri.solve.around import changed_rows, decide_around, neighbourhood
from khazri.solve.blocks import BlockSolver
from khazri.solve.decide import decide, hold
from khazri.solve.highs import HighsSolver
from khazri.solve.optimize import Effort, Optimum, optimize
from khazri.solve.structured.method import Ending, Tuning, solve_structured
from khazri.system.system import Phases

from ..systems import group, random_system

HOURS = 48


def corridors(seed: int, cost_eur: float = 2e6) -> Program:
    """Two whole phases of a corridor, the second after the first, of 300 MW each."""
    made = random_system(seed, HOURS, 4)
    phase = np.full(len(made.links), -1)
    phase[-2:] = [0, 1]
    phases = group(
        Phases, 2, name=["corridor 1", "corridor 2"], corridor=["corridor"] * 2, after=[-1, 0],
        is_whole=True, investment_cost=cost_eur * HOURS / 8760,
    )  # fmt: skip
    return build_program(replace(made, links=replace(made.links, phase=phase), phases=phases))


def exact(program: Program) -> Optimum:
    """By branch and cut over all hours."""
    return optimize(program, HighsSolver(), Effort(segments=0, tolerance=1e-8))


def every_hour(program: Program) -> Segments:
    return Segments(np.arange(program.n_stages), program.n_stages)


def relax(program: Program) -> Program:
    return replace(program, is_integer=np.zeros_like(program.is_integer))


@pytest.mark.parametrize(("seed", "cost_eur"), [(0, 2e7), (1, 1e6), (1, 6e6), (2, 1e6)])
def test_decisions_are_those_of_branch_and_cut(seed: int, cost_eur: float) -> None:
    program = corridors(seed, cost_eur)
    found = decide(program, every_hour(program), threads=1)
    assert found is not None
    known = exact(program)
    chosen = found.decided.point.y[program.is_integer]
    assert np.abs(chosen - np.round(chosen)).max() < 1e-9
    assert found.decided.cost == pytest.approx(known.certificate.cost, rel=2e-4)
    assert found.relaxed.cost <= found.decided.cost * (1 + 1e-5)


def test_a_search_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    program = corridors(0)
    monkeypatch.setattr(decide_module, "MOST_NODES", 0)
    assert decide(program, every_hour(program), threads=1) is None


def test_rows_of_decided_phases_leave_with_a_price_of_zero() -> None:
    """The order of phases holds two globals: with both decided it says nothing."""
    program = corridors(0)
    lower, upper = hold(
        program.global_lower, program.global_upper, program.is_integer, np.zeros(program.n_globals)
    )
    held = replace(relax(program), global_lower=lower, global_upper=upper)
    order = program.global_rows.family == "phase_order"
    assert order.sum() == 1
    short = shorten(held)
    assert "phase_order" not in short.program.global_rows.family
    assert "phase_order" in shorten(relax(program)).program.global_rows.family
    found = solve_structured(held, Tuning(threads=1))
    assert found.ending is Ending.OPTIMAL
    assert np.all(found.point.sum_dual[:, order] == 0.0)
    bound = lower_bound(held, found.point.row_dual, found.point.sum_dual[0]).value
    assert bound == pytest.approx(found.cost, rel=1e-5)


def test_a_second_phase_without_the_first_is_infeasible() -> None:
    program = corridors(0)
    which = np.flatnonzero(program.is_integer)
    wrong = np.zeros(program.n_globals)
    wrong[which[1]] = 1.0
    lower, upper = hold(program.global_lower, program.global_upper, program.is_integer, wrong)
    held = replace(relax(program), global_lower=lower, global_upper=upper)
    assert solve_structured(held, Tuning(threads=1)).ending is Ending.INFEASIBLE


@pytest.mark.parametrize("seed", range(2))
def test_a_neighbourhood_proves_what_its_optimum_says(seed: int) -> None:
    """With no corridor allowed, its prices prove little about building it. All rows together are
    the program itself; some of them prove something between."""
    program = corridors(seed, 1e6)
    free = relax(program)
    nothing = np.zeros(program.n_globals)
    lower, upper = hold(program.global_lower, program.global_upper, program.is_integer, nothing)
    held = solve_structured(replace(free, global_lower=lower, global_upper=upper), Tuning(1e-8))
    relaxed = solve_structured(free, Tuning(1e-8))
    rows, sums = held.point.row_dual, held.point.sum_dual[0]
    before = lower_bound(program, rows, sums).value

    near = changed_rows(relaxed.point.row_dual, rows)
    assert 0 < len(near) <= program.n_rows
    small = neighbourhood(free, near, rows, sums)
    inside = solve_structured(small, Tuning(1e-8))
    after = lower_bound(program, *decide_around(free, near, rows, sums, Tuning(1e-8))).value
    assert after == pytest.approx(inside.cost, rel=1e-6)
    size = 1e-7 * abs(relaxed.cost)
    assert before - size <= after <= relaxed.cost + size

    every = neighbourhood(free, np.arange(program.n_rows), rows, sums)
    whole = solve_structured(every, Tuning(1e-8))
    assert before - size <= whole.cost <= relaxed.cost + size


@pytest.mark.parametrize("seed", range(2))
def test_large_programs_with_whole_decisions_are_exact_as_decided(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(optimize_module, "SIMPLEX_COLUMNS", 100)
    program = corridors(seed, 6e6)
    found = optimize(program, BlockSolver(threads=1), Effort())
    assert "block method" in found.solver
    assert found.is_exact
    assert found.certificate.is_valid, found.certificate.faults
    decided = found.point.y[program.is_integer]
    assert np.all(decided == np.round(decided))
    lower, upper = hold(
        program.global_lower, program.global_upper, program.is_integer, found.point.y
    )
    held = replace(relax(program), global_lower=lower, global_upper=upper)
    alone = exact(held)
    assert found.certificate.cost == pytest.approx(alone.certificate.cost, rel=2e-6)
    assert found.certificate.bound <= exact(program).certificate.cost * (1 + 1e-9)
