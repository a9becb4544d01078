"""The block method against HiGHS, on random programs of every kind."""

from __future__ import annotations

import shutil
from dataclasses import replace

import numpy as np
import pytest

from khazri.program import Program, flatten, unflatten
from khazri.program.build import build_program
from khazri.program.proof import lower_bound, violations
from khazri.program.varying import from_pieces
from khazri.solve.highs import HighsSolver
from khazri.solve.solver import Method, SolverOptions, SolverResult, Termination
from khazri.solve.structured.form import IS_ACTIVE, make_form
from khazri.solve.structured.method import (
    Ending,
    Outcome,
    Tuning,
    solve_structured,
    takes_stages,
)
from khazri.solve.structured.rays import proves_infeasible

from ...systems import random_system
from .programs import Flaw, Trait, random_program, with_flaw

pytestmark = pytest.mark.skipif(not shutil.which("cc"), reason="needs a C compiler")

# Half of what is allowed against HiGHS, whose vertices are exact to 1e-9.
_TUNING = Tuning(tolerance=5e-7)


def by_simplex(program: Program) -> SolverResult:
    options = SolverOptions(tolerance=1e-9, threads=1, method=Method.SIMPLEX)
    return HighsSolver().solve(flatten(program), options)


def mixed(seed: int, *, always: tuple[Trait, ...] = (), never: tuple[Trait, ...] = ()) -> Program:
    """A program of random size with up to five random traits."""
    rng = np.random.default_rng(seed)
    choice = [trait for trait in Trait if trait not in (*always, *never)]
    traits = rng.choice(len(choice), size=rng.integers(0, 6), replace=False)
    hours, n_buses = int(rng.integers(3, 30)), int(rng.integers(1, 5))
    chosen = (*always, *(choice[i] for i in traits))
    return random_program(seed, chosen, hours=hours, n_buses=n_buses)


def check_optimal(program: Program, found: Outcome, most_gap: float = 1e-6) -> float:
    """Same objective as HiGHS to 1e-6, rows and bounds met, and where all bounds are finite the
    multipliers prove it; returns the proven gap."""
    reference = by_simplex(program)
    assert reference.termination is Termination.OPTIMAL
    assert found.ending is Ending.OPTIMAL
    cost = program.objective(found.point.x, found.point.y)
    assert cost == pytest.approx(reference.objective, rel=1e-6, abs=1e-6)

    off = violations(program, found.point)
    size = 1.0 + np.abs(program.rhs.dense()).max()
    assert np.abs(off.balance).max(initial=0.0) < 1e-6 * size
    width = 1.0 + np.abs(found.point.x).max()
    assert max(off.below.max(initial=0.0), off.above.max(initial=0.0)) < 1e-11 * width
    assert off.globals_.max(initial=0.0) < 1e-11 * (1.0 + np.abs(found.point.y).max(initial=0.0))
    bounds = (program.lower.dense(), program.upper.dense())
    if not all(np.isfinite(b).all() for b in (*bounds, program.global_lower, program.global_upper)):
        return 0.0
    proven = lower_bound(program, found.point.row_dual, found.point.sum_dual[0]).value
    gap = (cost - proven) / (1.0 + abs(cost))
    assert -1e-6 < gap < most_gap
    return gap


@pytest.mark.parametrize("trait", list(Trait))
def test_a_program_of_each_kind_has_the_optimum_of_highs(trait):
    program = random_program(list(Trait).index(trait), (trait,), hours=10)
    check_optimal(program, solve_structured(program, _TUNING))


@pytest.mark.parametrize("seed", range(24))
def test_programs_of_mixed_kinds_have_the_optimum_of_highs(seed):
    program = mixed(seed)
    check_optimal(program, solve_structured(program, _TUNING))


AWKWARD = [
    (4, (Trait.FREE_COLUMNS, Trait.BADLY_SCALED, Trait.RAMPS, Trait.REDUNDANT)),
    (5, (Trait.CYCLIC, Trait.ONE_STAGE, Trait.TIED, Trait.FIXED, Trait.FIXED_GLOBALS)),
    (6, (Trait.CYCLIC, Trait.TWO_STAGES, Trait.TIED)),
    (7, (Trait.NO_INTERIOR, Trait.BADLY_SCALED, Trait.REDUNDANT, Trait.TIGHT)),
]


@pytest.mark.parametrize(("first", "traits"), AWKWARD)
def test_rows_whose_pivots_are_rounding_are_met(first, traits):
    """Rows that depend on others, that only a capacity or a cut column decides, or whose columns
    are all at their bounds."""
    for seed in range(first, first + 40, 8):
        program = random_program(seed, traits, hours=8)
        check_optimal(program, solve_structured(program, _TUNING))


def test_equations_that_the_border_alone_decides_are_met():
    """Two stages whose cyclic level is the only column of a row: elimination takes five digits off
    the equations of the level and of capacities."""
    program = mixed(1290)
    check_optimal(program, solve_structured(program, _TUNING), 1e-5)


@pytest.mark.slow
def test_many_programs_of_mixed_kinds_have_the_optimum_of_highs():
    gaps = []
    for seed in range(1000, 1400):
        program = mixed(seed)
        gaps.append(check_optimal(program, solve_structured(program, _TUNING), 1e-5))
    # Reduced costs are met relative to costs: times a wide range they leave more to prove.
    assert sum(gap > 1e-6 for gap in gaps) <= 2


@pytest.mark.parametrize(
    ("seed", "hours", "n_buses"), [(0, 1, 1), (1, 2, 2), (2, 3, 4), (3, 24, 3), (4, 48, 2)]
)
def test_an_energy_system_has_the_optimum_of_highs(seed, hours, n_buses):
    program = relaxed(build_program(random_system(seed, hours, n_buses)))
    check_optimal(program, solve_structured(program, _TUNING))


@pytest.mark.slow
def test_many_energy_systems_have_the_optimum_of_highs():
    for seed in range(40):
        hours, n_buses = [1, 2, 3, 24, 96][seed % 5], [1, 2, 4, 6][seed % 4]
        program = relaxed(build_program(random_system(seed, hours, n_buses)))
        check_optimal(program, solve_structured(program, _TUNING))


def relaxed(program: Program) -> Program:
    return replace(program, is_integer=np.zeros_like(program.is_integer))


# ---- what has no solution

_ENDLESS = (Trait.FREE_COLUMNS, Trait.ONE_SIDED, Trait.OPEN_GLOBALS, Trait.NO_STORES)
_MOVING = (Trait.RISING_LOWER, Trait.TIED)  # the most that a row can have is not at an end


def infeasible(seed: int, flaw: Flaw) -> Program:
    return with_flaw(mixed(seed, always=(Trait.SUM_ROWS,), never=_ENDLESS + _MOVING), flaw)


def check_infeasible(program: Program, found: Outcome, flaw: Flaw) -> None:
    assert by_simplex(program).termination is Termination.INFEASIBLE
    assert found.ending is Ending.INFEASIBLE
    if flaw is Flaw.CROSSED:
        assert np.isnan(found.point.x).all()
    else:
        assert proves_infeasible(program, found.point.row_dual, found.point.sum_dual[0])


@pytest.mark.parametrize("flaw", Flaw)
@pytest.mark.parametrize("seed", [1, 2])
def test_what_nothing_meets_is_infeasible_with_a_proof(flaw, seed):
    program = infeasible(seed, flaw)
    check_infeasible(program, solve_structured(program, _TUNING), flaw)


@pytest.mark.slow
@pytest.mark.parametrize("flaw", Flaw)
def test_many_programs_that_nothing_meets_are_infeasible_with_a_proof(flaw):
    for seed in range(2000, 2025):
        program = infeasible(seed, flaw)
        check_infeasible(program, solve_structured(program, _TUNING), flaw)


@pytest.mark.parametrize("flaw", [Flaw.SHORTAGE, Flaw.CONTRADICTION, Flaw.SUMS, Flaw.LEVELS])
def test_doctored_proofs_are_refused(flaw):
    """The ray turned round, of another program, and none at all."""
    program = infeasible(3, flaw)
    point = solve_structured(program, _TUNING).point
    rows, sums = point.row_dual, point.sum_dual[0]
    assert proves_infeasible(program, 1e3 * rows, 1e3 * sums)
    assert not proves_infeasible(program, -rows, -sums)
    assert not proves_infeasible(program, 0.0 * rows, 0.0 * sums)
    sound = mixed(3, always=(Trait.SUM_ROWS,), never=_ENDLESS + _MOVING)
    m = sound.n_rows
    assert not proves_infeasible(sound, rows[:, :m], sums)


def test_multipliers_of_a_program_with_a_solution_prove_nothing():
    program = random_program(0, (Trait.SUM_ROWS,))
    point = solve_structured(program, _TUNING).point
    assert not proves_infeasible(program, point.row_dual, point.sum_dual[0])


# ---- prices


@pytest.mark.parametrize("seed", range(6))
def test_prices_are_those_of_highs_where_they_are_unique(seed):
    """Random costs and right-hand sides: primal and dual are unique, and compared to 1e-4."""
    program = unique(seed)
    reference = by_simplex(program)
    theirs = unflatten(program, reference.column_value, reference.row_dual)
    ours = solve_structured(program, Tuning(tolerance=1e-9)).point
    np.testing.assert_allclose(ours.row_dual, theirs.row_dual, rtol=1e-4, atol=1e-3)
    np.testing.assert_allclose(ours.sum_dual, theirs.sum_dual, rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(ours.x, theirs.x, rtol=1e-4, atol=1e-2)


def unique(seed: int) -> Program:
    """A program without symmetries: costs and right-hand sides are disturbed at random."""
    traits = [(), (Trait.SUM_ROWS,), (Trait.WEIGHTS, Trait.RAMPS)][seed % 3]
    program = random_program(seed, traits, hours=8, n_buses=2)
    rng = np.random.default_rng(seed)
    cost = program.cost.dense()
    return replace(
        program, cost=from_pieces([cost * rng.uniform(0.9, 1.1, cost.shape)], program.n_stages)
    )


# ---- columns that are held


@pytest.mark.parametrize(
    "traits", [(Trait.FIXED,), (Trait.TIED,), (Trait.FIXED, Trait.TIED, Trait.CYCLIC, Trait.RAMPS)]
)
def test_held_columns_have_exactly_the_value_of_their_bounds(traits):
    program = random_program(7, traits)
    found = solve_structured(program, _TUNING).point
    held = (make_form(program).columns.kind & IS_ACTIVE) == 0
    assert held.any()
    lower, _ = program.bounds(found.y)
    np.testing.assert_array_equal(found.x[held], lower[held])


# ---- how it runs


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_the_same_input_gives_the_same_bits(threads):
    program = random_program(5, (Trait.SUM_ROWS, Trait.RAMPS, Trait.CYCLIC), hours=60)
    tuning = replace(_TUNING, threads=threads)
    first, second = (solve_structured(program, tuning) for _ in range(2))
    assert first.iterations == second.iterations
    for name in ("x", "y", "row_dual", "sum_dual"):
        one, other = getattr(first.point, name), getattr(second.point, name)
        assert one.tobytes() == other.tobytes()


def test_progress_is_told_and_can_stop_the_method():
    news = []

    def until_the_third(progress):
        news.append(progress)
        return len(news) < 3

    program = random_program(1)
    found = solve_structured(program, _TUNING, until_the_third)
    assert found.ending is Ending.INTERRUPTED
    assert [n.iteration for n in news] == [0, 1, 2]
    assert found.iterations == 2
    assert news[-1].gap == found.gap
    assert news[2].seconds >= news[0].seconds > 0.0
    assert np.isfinite(found.point.x).all()


def test_time_and_iterations_are_limited():
    program = random_program(1)
    late = solve_structured(program, replace(_TUNING, time_limit_s=0.0))
    assert (late.ending, late.iterations) == (Ending.TIME_LIMIT, 0)
    few = solve_structured(program, replace(_TUNING, max_iterations=3))
    assert (few.ending, few.iterations) == (Ending.ITERATION_LIMIT, 3)


def test_a_tighter_tolerance_is_met():
    program = random_program(2, (Trait.SUM_ROWS,))
    found = solve_structured(program, Tuning(tolerance=1e-10))
    assert found.ending is Ending.OPTIMAL
    assert max(abs(found.gap), found.row_residual, found.dual_residual) < 1e-10


def test_chains_that_do_not_follow_each_other_are_refused():
    program = random_program(0, hours=4)
    twice = replace(program, is_first=np.array([True, False, True, False]))
    assert not takes_stages(twice)
    with pytest.raises(ValueError, match="follow each other"):
        solve_structured(twice, _TUNING)
