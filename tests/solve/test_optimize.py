"""Plans in rounds: segments prove the bound, hours of given capacities are the plan."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khazri.errors import InfeasibleError
from khazri.program import build_program, lower_bound
from khazri.program.families import Column
from khazri.solve.highs import HighsSolver
from khazri.solve.optimize import Best, Effort, Optimum, Progress, optimize
from khazri.solve.segments import choose_segments, drivers
from khazri.system import Markets, Supplies, System

from ..systems import a_limit, group, random_system, system

ROUNDS = Effort(segments=24, gap=0.0, time_limit_s=0.0, window_h=24)


def planned(made: System, effort: Effort) -> Optimum:
    return optimize(build_program(made), HighsSolver(), effort)


@pytest.mark.parametrize("seed", [1, 2])
def test_rounds_enclose_the_exact_optimum(seed: int) -> None:
    made = random_system(seed, 120, 3)
    exact = planned(made, Effort(segments=0))
    rounds = planned(made, ROUNDS)
    assert exact.is_exact
    assert not rounds.is_exact
    assert exact.certificate.is_valid, exact.certificate.faults
    assert rounds.certificate.is_valid, rounds.certificate.faults
    cost = exact.certificate.cost
    assert rounds.certificate.bound <= cost * (1 + 1e-9) <= rounds.certificate.cost * (1 + 2e-9)
    assert rounds.certificate.gap < 0.15


def test_a_case_without_limits_of_the_year_is_planned_in_rounds() -> None:
    made = random_system(5, 96, 2)
    program = build_program(replace(made, markets=group(Markets, 0), limits=()))
    assert len(program.sum_lower) == 0
    found = optimize(program, HighsSolver(), ROUNDS)
    assert found.certificate.is_valid, found.certificate.faults


def test_the_best_so_far_is_told_with_what_is_proven() -> None:
    """The last told is the plan that is returned, before its certificate."""
    program = build_program(random_system(4, 96, 2))
    told: list[Best] = []
    found = optimize(program, HighsSolver(), ROUNDS, on_best=told.append)
    assert len(told) >= 1
    assert all(best.bound <= best.cost for best in told)
    assert told[-1].bound == pytest.approx(found.certificate.bound)
    assert told[-1].cost == pytest.approx(found.certificate.cost)
    np.testing.assert_array_equal(told[-1].y, found.point.y)


def test_anyone_can_prove_the_bound_again() -> None:
    """The multipliers that come with a plan give its bound from the arrays."""
    program = build_program(random_system(3, 96, 2))
    found = optimize(program, HighsSolver(), ROUNDS)
    again = lower_bound(program, found.bound_row_dual, found.bound_sum_dual).value
    assert again == pytest.approx(found.certificate.bound, rel=1e-12)


def test_more_rounds_never_widen_the_gap() -> None:
    made = random_system(4, 96, 2)
    one = planned(made, replace(ROUNDS, segments=12))
    more = planned(made, replace(ROUNDS, segments=12, time_limit_s=60.0))
    assert len(more.rounds) > 1
    assert more.certificate.gap <= one.certificate.gap * (1 + 1e-9)


@pytest.mark.parametrize("seed", [1, 2])
def test_a_yearly_minimum_that_hours_find_hard_is_met(seed: int) -> None:
    """Renewables must give a fifth more than they would: hours curtail more than segments show,
    so the requirement is raised until the plan of the hours meets it."""
    made = random_system(seed, 120, 3)
    free = planned(made, Effort(segments=0))
    program = build_program(made)
    weights = made.supplies.renewable.astype(float)
    supply = program.columns.of(Column.SUPPLY)
    energy = float((free.point.x[:, supply] @ weights).sum())
    limit = a_limit(sense="min", value=1.2 * energy, supply=weights)
    made = replace(made, limits=(limit,))
    exact = planned(made, Effort(segments=0))
    rounds = planned(made, replace(ROUNDS, time_limit_s=60.0))
    assert rounds.certificate.is_valid, rounds.certificate.faults
    cost = exact.certificate.cost
    assert rounds.certificate.bound <= cost * (1 + 1e-9) <= rounds.certificate.cost * (1 + 2e-9)


def test_integer_corridors_are_whole_and_bounded() -> None:
    """The phase of the sample is 0 or 1 in the plan, as in the exact optimum."""
    made = random_system(1, 96, 3)
    made = replace(made, phases=replace(made.phases, is_whole=np.array([True])))
    decided = set()
    for effort in (Effort(segments=0), ROUNDS):
        found = planned(made, effort)
        assert found.point.y[-1] in (0.0, 1.0)
        assert found.certificate.is_valid, found.certificate.faults
        assert found.certificate.bound <= found.certificate.cost
        decided.add(float(found.point.y[-1]))
    assert len(decided) == 1


def test_the_same_input_gives_the_same_plan() -> None:
    made = random_system(2, 96, 2)
    first, second = planned(made, ROUNDS), planned(made, ROUNDS)
    np.testing.assert_array_equal(first.point.x, second.point.x)
    assert first.certificate.bound == second.certificate.bound


def test_what_cannot_be_met_is_infeasible() -> None:
    """A plant that must give 50 MW where 10 MW are used."""
    made = system(
        4,
        load=np.full(4, 10.0),
        supplies=group(Supplies, 1, name=["must"], existing_mw=100.0, min_output=0.5),
    )
    with pytest.raises(InfeasibleError):
        planned(made, Effort(segments=0))


def test_phases_are_reported() -> None:
    heard: list[Progress] = []
    optimize(build_program(random_system(1, 96, 2)), HighsSolver(), ROUNDS, heard.append)
    phases = [progress.phase for progress in heard]
    assert phases[0] == "solve"
    assert phases[-1] == "certify"
    assert {"operate", "bounds"} <= set(phases)
    assert all(np.isnan(p.done) or 0 <= p.done <= 1 for p in heard)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 1000), wanted=st.integers(1, 150), every=st.integers(5, 60))
def test_segments_cover_the_year_and_begin_where_they_must(
    seed: int, wanted: int, every: int
) -> None:
    hours = 120
    features = np.random.default_rng(seed).normal(size=(hours, 3)).cumsum(axis=0)
    fixed = np.arange(0, hours, every)
    segments = choose_segments(features, wanted, fixed)
    assert segments.start[0] == 0
    assert segments.size.sum() == hours
    assert (segments.size > 0).all()
    assert np.isin(fixed, segments.start).all()
    # No segment may be twice the mean length, so a few more than wanted can be left.
    assert max(wanted, len(fixed)) <= len(segments) or len(segments) == hours
    assert len(segments) <= max(2 * max(wanted, len(fixed)) + len(fixed), 3)


def test_hours_that_are_alike_are_merged_first() -> None:
    """A step in the middle of the year is kept, whatever else goes."""
    features = np.concatenate([np.zeros(50), np.full(50, 9.0)])[:, None]
    features = features + 0.01 * np.random.default_rng(0).normal(size=features.shape)
    assert 50 in choose_segments(features, 4, np.zeros(0, dtype=int)).start


def test_drivers_have_one_row_an_hour() -> None:
    program = build_program(random_system(0, 30, 2))
    features = drivers(program, program.global_upper)
    assert features.shape[0] == 30
    assert np.isfinite(features).all()
    assert features.std(axis=0).max() > 0
