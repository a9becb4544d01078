"""What every solver behind the interface must do; all of them run all of these.

Before a field is added to :class:`Candidate`, think twice: a difference between solvers is
something that callers would have to know.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np
import pytest

from khazri.errors import SolverError
from khazri.program import FlatProgram, flatten, lower_bound, unflatten
from khazri.solve.clarabel import ClarabelSolver
from khazri.solve.highs import HighsSolver
from khazri.solve.solver import (
    Feature,
    Method,
    PointStatus,
    Solver,
    SolverOptions,
    SolverProgress,
    SolverResult,
    Termination,
    with_fixed_integers,
)

from .flat_programs import INF, activity, dual_bound, flat
from .sample_programs import SampleSize, sample_program, with_integer_lines


@dataclass(frozen=True)
class Candidate:
    """A solver as it is put to the test; ``accuracy`` is that of values around 1."""

    solver: Solver
    options: SolverOptions
    accuracy: float

    def solve(self, program: FlatProgram) -> SolverResult:
        return self.solver.solve(program, self.options)


CANDIDATES = {
    "highs simplex": Candidate(HighsSolver(), SolverOptions(Method.SIMPLEX), 1e-7),
    "highs interior point": Candidate(HighsSolver(), SolverOptions(Method.INTERIOR_POINT), 1e-5),
    "clarabel": Candidate(ClarabelSolver(), SolverOptions(), 1e-5),
}


@pytest.fixture(params=CANDIDATES.values(), ids=CANDIDATES.keys())
def candidate(request: pytest.FixtureRequest) -> Candidate:
    answer: Candidate = request.param
    return answer


def assert_optimal(candidate: Candidate, program: FlatProgram, objective: float) -> SolverResult:
    """Solve, check the three answers, and prove the objective from both sides."""
    result = candidate.solve(program)
    assert result.termination is Termination.OPTIMAL, result.detail
    assert result.primal is PointStatus.FEASIBLE
    assert result.dual is PointStatus.FEASIBLE
    assert result.has_point
    scale = candidate.accuracy * (1.0 + abs(objective))
    assert result.objective == pytest.approx(objective, abs=scale)
    rows = activity(program, result.column_value)
    slack = candidate.accuracy * (1.0 + np.abs(rows))
    assert np.all(rows >= program.row_lower - slack)
    assert np.all(rows <= program.row_upper + slack)
    assert np.all(result.column_value >= program.lower - candidate.accuracy)
    assert np.all(result.column_value <= program.upper + candidate.accuracy)
    return result


def test_known_primal_and_price(candidate: Candidate) -> None:
    """Load 30, plants of 20 MW at 10 and 50 MW at 25 EUR/MWh: 20·10 + 10·25 = 450, price 25.

    One MW more of load costs 25; one MW more of the cheap plant saves 15. The cheap plant's limit
    is written as a row, so that its dual can be seen: -15.
    """
    program = flat(
        cost=[10, 25],
        matrix=[[1, 1], [1, 0]],
        rows=[(30, 30), (-INF, 20)],
        bounds=[(0, 99), (0, 50)],
    )
    result = assert_optimal(candidate, program, 450.0)
    assert result.column_value == pytest.approx([20, 10], abs=100 * candidate.accuracy)
    assert result.row_dual == pytest.approx([25, -15], abs=100 * candidate.accuracy)
    assert dual_bound(program, result.row_dual) == pytest.approx(450.0, abs=0.01)


def test_dual_is_the_slope_of_the_optimum(candidate: Candidate) -> None:
    """Load 31 in place of 30 must cost the dual of the balance more, 25."""
    costs = [
        candidate.solve(
            flat([10, 25], [[1, 1]], rows=[(load, load)], bounds=[(0, 20), (0, 50)])
        ).objective
        for load in (30.0, 31.0)
    ]
    assert costs[1] - costs[0] == pytest.approx(25.0, abs=0.01)


def test_lower_limit_has_a_positive_dual(candidate: Candidate) -> None:
    """min 3x, x ≥ 4 as a row: one more costs 3."""
    result = assert_optimal(candidate, flat([3], [[1]], [(4, INF)], [(0, 9)]), 12.0)
    assert result.row_dual == pytest.approx([3], abs=100 * candidate.accuracy)


def test_range_row_holds_on_either_side(candidate: Candidate) -> None:
    """2 ≤ x + y ≤ 5: cost (1, 2) meets the lower limit (dual 1), (-1, -2) the upper (-2)."""
    rows, bounds = [(2, 5)], [(0, 10), (0, 10)]
    low = assert_optimal(candidate, flat([1, 2], [[1, 1]], rows, bounds), 2.0)
    high = assert_optimal(candidate, flat([-1, -2], [[1, 1]], rows, bounds), -10.0)
    assert low.row_dual == pytest.approx([1], abs=100 * candidate.accuracy)
    assert high.row_dual == pytest.approx([-2], abs=100 * candidate.accuracy)


def test_degenerate(candidate: Candidate) -> None:
    """x + y ≥ 2 written twice and met exactly by y's bound 2 at x = 0: the duals add up to 1."""
    program = flat([5, 1], [[1, 1], [2, 2]], [(2, INF), (4, INF)], [(0, 9), (0, 2)])
    result = assert_optimal(candidate, program, 2.0)
    assert dual_bound(program, result.row_dual) == pytest.approx(2.0, abs=0.01)


def test_many_optima(candidate: Candidate) -> None:
    """Two plants of the same cost: any split, one cost, one price."""
    result = assert_optimal(candidate, flat([7, 7], [[1, 1]], [(3, 3)], [(0, 5), (0, 5)]), 21.0)
    assert result.row_dual == pytest.approx([7], abs=100 * candidate.accuracy)


def test_free_column(candidate: Candidate) -> None:
    """min x + 2y with free x, x + y = 1, y ≤ 4: y = 4 would pay, so x = -3; cost 5 against 1."""
    program = flat([1, 0.5], [[1, 1]], [(1, 1)], [(-INF, INF), (0, 4)])
    result = assert_optimal(candidate, program, -1.0)
    assert result.column_value == pytest.approx([-3, 4], abs=100 * candidate.accuracy)


def test_fixed_column(candidate: Candidate) -> None:
    """x stays at 2: y = 8 meets 10; cost 2·1 + 8·3 = 26."""
    program = flat([1, 3], [[1, 1]], [(10, 10)], [(2, 2), (0, 20)])
    result = assert_optimal(candidate, program, 26.0)
    assert result.column_value == pytest.approx([2, 8], abs=100 * candidate.accuracy)


def test_empty_row_and_unused_column(candidate: Candidate) -> None:
    """A row of zeros that holds is no obstacle; a column in no row goes to its cheaper bound."""
    program = flat([1, -2], [[1, 0], [0, 0]], [(1, 4), (-1, 1)], [(0, 9), (0, 3)])
    result = assert_optimal(candidate, program, -5.0)
    assert result.row_dual[1] == pytest.approx(0.0, abs=candidate.accuracy)


def test_no_rows(candidate: Candidate) -> None:
    """Each column at its cheaper bound: 1·(-2) + (-3)·4."""
    assert_optimal(candidate, flat([1, -3], [], [], [(-2, 5), (0, 4)]), -14.0)


def test_no_columns(candidate: Candidate) -> None:
    """Nothing to decide: the constant, if the empty rows hold."""
    held = candidate.solve(flat([], [[]], [(-1, 1)], [], offset=3.0))
    assert held.termination is Termination.OPTIMAL
    assert held.objective == 3.0
    broken = candidate.solve(flat([], [[]], [(1, 2)], []))
    assert broken.termination is Termination.INFEASIBLE
    assert not broken.has_point


def test_offset_counts(candidate: Candidate) -> None:
    """min x + 100, x ≥ 1."""
    assert_optimal(candidate, flat([1], [[1]], [(1, INF)], [(0, 9)], offset=100.0), 101.0)


def test_infeasible(candidate: Candidate) -> None:
    """x + y ≥ 3 against x + y ≤ 1. Where a ray is given it must prove it: with cost 0 the bound
    that the ray proves is positive, so it grows without end along the ray."""
    program = flat([1, 2], [[1, 1], [1, 1]], [(3, INF), (-INF, 1)], [(0, 10), (0, 10)])
    result = candidate.solve(program)
    assert result.termination is Termination.INFEASIBLE
    assert not result.has_point
    assert np.isnan(result.column_value).all()
    assert np.isnan(result.objective)
    if result.dual is PointStatus.CERTIFICATE:
        free = flat([0, 0], [[1, 1], [1, 1]], [(3, INF), (-INF, 1)], [(0, 10), (0, 10)])
        ray = np.where(np.abs(result.row_dual) < candidate.accuracy, 0.0, result.row_dual)
        assert dual_bound(free, ray / np.abs(ray).max()) > 0.1


def test_infeasible_against_bounds(candidate: Candidate) -> None:
    """x + y = 30 with both at most 10."""
    result = candidate.solve(flat([1, 2], [[1, 1]], [(30, 30)], [(0, 10), (0, 10)]))
    assert result.termination is Termination.INFEASIBLE
    assert not result.has_point


def test_unbounded(candidate: Candidate) -> None:
    """min -x, x - y ≤ 1, both without upper bound: along (1, 1) the cost falls for ever."""
    program = flat([-1, 0], [[1, -1]], [(-INF, 1)], [(0, INF), (0, INF)])
    result = candidate.solve(program)
    assert result.termination in (Termination.UNBOUNDED, Termination.INFEASIBLE_OR_UNBOUNDED)
    if result.primal is PointStatus.CERTIFICATE:
        ray = result.column_value
        assert program.cost @ ray < 0
        assert activity(program, ray)[0] < candidate.accuracy * np.abs(ray).max()
        assert np.isnan(result.objective)


def test_badly_scaled(candidate: Candidate) -> None:
    """Costs from 0.01 to 80,000 and limits from 1 to 1,000,000: 1e5·0.01 + 1,000·80,000.

    A store of up to 1e6 MWh must hold 1e5; a plant of 1,000 MW is built for a load of 950 at
    availability 0.95.
    """
    program = flat(
        cost=[0.01, 0.5, 80_000],
        matrix=[[1, 0, 0], [0, 1, 0], [0, 1, -0.95]],
        rows=[(1e5, INF), (950, 950), (-INF, 0)],
        bounds=[(0, 1e6), (0, 1e5), (0, 5e4)],
    )
    result = assert_optimal(candidate, program, 1e5 * 0.01 + 950 * 0.5 + 1000 * 80_000)
    price = 0.5 + 80_000 / 0.95
    assert result.row_dual[1] == pytest.approx(price, rel=100 * candidate.accuracy)


def test_integers(candidate: Candidate) -> None:
    """min 3x + 4y, 2x + 3y ≥ 7, whole: (2, 1) costs 10; the relaxation (0, 7/3) 9.33.

    With x = 2 and y = 1 fixed, z, which meets the rest of a load of 1.5 at 5, sets the price.
    """
    program = flat(
        [3, 4, 5], [[2, 3, 0], [0, 0, 1]], [(7, INF), (1.5, 1.5)], [(0, 9), (0, 9), (0, 9)], [0, 1]
    )
    if not candidate.solver.supports(Feature.INTEGERS):
        with pytest.raises(SolverError, match="integers"):
            candidate.solve(program)
        return
    result = candidate.solve(program)
    assert result.termination is Termination.OPTIMAL
    assert result.dual is PointStatus.NONE
    assert np.isnan(result.row_dual).all()
    assert result.column_value == pytest.approx([2, 1, 1.5], abs=1e-6)
    assert result.objective == pytest.approx(17.5)
    priced = assert_optimal(candidate, with_fixed_integers(program, result.column_value), 17.5)
    assert priced.row_dual[1] == pytest.approx(5, abs=1e-4)


def test_start_from_a_neighbour(candidate: Candidate) -> None:
    """The same system with 1 % more load, started from the old basis: fewer iterations."""
    sample = sample_program(SampleSize(n_buses=4, n_stages=24))
    more = replace(sample, rhs=replace(sample.rhs, values=1.01 * sample.rhs.values))
    first = candidate.solve(flatten(sample))
    cold = candidate.solve(flatten(more))
    warm = candidate.solver.solve(flatten(more), candidate.options, start=first.basis)
    assert warm.objective == pytest.approx(cold.objective, rel=1e-6)
    if candidate.solver.supports(Feature.WARM_START) and first.basis is not None:
        assert warm.iterations < 0.5 * cold.iterations


def test_unsupported_method_is_refused(candidate: Candidate) -> None:
    if candidate.solver.supports(Feature.SIMPLEX):
        pytest.skip("has a simplex method")
    with pytest.raises(SolverError, match="simplex"):
        candidate.solver.solve(flat([1], [[1]], [(1, 1)], [(0, 1)]), SolverOptions(Method.SIMPLEX))


def test_nan_is_refused(candidate: Candidate) -> None:
    with pytest.raises(SolverError):
        candidate.solve(flat([np.nan], [[1]], [(1, 1)], [(0, 1)]))


def test_time_limit(candidate: Candidate) -> None:
    """A program of seconds must stop at a tenth of one; what it has so far is not called good."""
    program = flatten(sample_program(SampleSize(n_buses=8, n_stages=300)))
    options = SolverOptions(candidate.options.method, time_limit_s=0.1)
    result = candidate.solver.solve(program, options)
    assert result.termination is Termination.TIME_LIMIT
    assert result.primal is not PointStatus.FEASIBLE or result.dual is not PointStatus.FEASIBLE
    assert result.column_value.shape == (program.n_columns,)
    assert result.row_dual.shape == (program.n_rows,)


def test_callback_stops_the_solver(candidate: Candidate) -> None:
    program = flatten(sample_program(SampleSize(n_buses=8, n_stages=300)))
    heard: list[SolverProgress] = []

    def stop(progress: SolverProgress) -> bool:
        heard.append(progress)
        return False

    began = time.monotonic()
    result = candidate.solver.solve(program, candidate.options, stop)
    assert result.termination is Termination.INTERRUPTED
    assert heard
    assert heard[0].iteration >= 0
    assert time.monotonic() - began < 20


def test_error_in_the_callback_reaches_the_caller(candidate: Candidate) -> None:
    program = flatten(sample_program(SampleSize(n_buses=3, n_stages=40)))

    def fail(_: SolverProgress) -> bool:
        raise LookupError("from the caller")

    with pytest.raises(LookupError, match="from the caller"):
        candidate.solver.solve(program, candidate.options, fail)


def test_nothing_is_printed(candidate: Candidate, capfd: pytest.CaptureFixture[str]) -> None:
    candidate.solve(flatten(sample_program(SampleSize(n_buses=3, n_stages=40))))
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("seed", range(4))
def test_solvers_agree_on_random_systems(seed: int) -> None:
    """Objectives agree to 1e-6, and each solver's duals prove its objective to 1e-5."""
    program = sample_program(SampleSize(n_buses=4, n_stages=24), seed)
    results = {name: candidate.solve(flatten(program)) for name, candidate in CANDIDATES.items()}
    expected = results["highs simplex"].objective
    for name, result in results.items():
        assert result.termination is Termination.OPTIMAL, name
        assert result.objective == pytest.approx(expected, rel=1e-6), name
        point = unflatten(program, result.column_value, result.row_dual)
        bound = lower_bound(program, point.row_dual, point.sum_dual[0]).value
        assert bound <= expected * (1 + 1e-9), name
        assert bound == pytest.approx(expected, rel=1e-5), name


def test_integer_lines_cost_no_less() -> None:
    """Whole-MW lines restrict the program: dearer, but by less than rounding all of them up."""
    sample = sample_program(SampleSize(n_buses=4, n_stages=24))
    solver = HighsSolver()
    relaxed = solver.solve(flatten(sample), SolverOptions()).objective
    whole = solver.solve(flatten(with_integer_lines(sample)), SolverOptions())
    assert whole.termination is Termination.OPTIMAL
    assert relaxed * (1 - 1e-9) <= whole.objective <= relaxed * 1.001
