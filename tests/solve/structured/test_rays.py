"""Programs whose cost can fall for ever: recognised as by HiGHS, with a ray that is checked."""

from __future__ import annotations

import shutil
from dataclasses import replace

import numpy as np
import pytest
from tests.systems import group, system

from khazri.program import Program, build_program
from khazri.program.varying import from_pieces
from khazri.solve.solver import Termination
from khazri.solve.structured.method import Ending, Tuning, solve_structured
from khazri.solve.structured.rays import has_open_bounds, proves_infeasible, proves_unbounded
from khazri.system import Links, Markets, Supplies

from .programs import Flaw, Trait, random_program, with_flaw
from .test_method import by_simplex, mixed

pytestmark = pytest.mark.skipif(not shutil.which("cc"), reason="needs a C compiler")

_TUNING = Tuning(tolerance=5e-7)
_OPEN = (
    (Trait.FREE_COLUMNS,),
    (Trait.ONE_SIDED,),
    (Trait.OPEN_GLOBALS,),
    (Trait.ONE_SIDED, Trait.OPEN_GLOBALS),
)


def tempted(seed: int) -> Program:
    """A program with open ends whose costs were disturbed, a little or much: it may have an
    optimum or none."""
    rng = np.random.default_rng(seed)
    program = mixed(seed, always=_OPEN[seed % 4], never=(Trait.NO_GLOBALS,))
    cost = program.cost.dense()
    change = rng.normal(size=program.n_columns) * np.abs(cost).mean() * rng.choice([0.01, 0.1, 1.0])
    gift = np.abs(program.global_cost).mean() * rng.choice([0.0, 0.3, 3.0])
    return replace(
        program,
        cost=from_pieces([cost + change], program.n_stages),
        global_cost=program.global_cost - gift,
    )


def check(seed: int) -> Ending:
    program = tempted(seed)
    found = solve_structured(program, _TUNING)
    expected = by_simplex(program).termination
    assert (found.ending is Ending.UNBOUNDED) == (expected is Termination.UNBOUNDED)
    assert (found.ending is Ending.OPTIMAL) == (expected is Termination.OPTIMAL)
    if found.ending is Ending.UNBOUNDED:
        assert proves_unbounded(program, found.point.x, found.point.y)
        assert found.cost == -np.inf
    return found.ending


def test_what_has_no_end_is_unbounded_as_by_highs():
    endings = [check(seed) for seed in range(8)]
    assert endings.count(Ending.UNBOUNDED) >= 2
    assert endings.count(Ending.OPTIMAL) >= 2


@pytest.mark.slow
def test_many_that_have_no_end_are_unbounded_as_by_highs():
    endings = [check(seed) for seed in range(12, 160)]
    assert endings.count(Ending.UNBOUNDED) >= 30


def endless() -> Program:
    """A capacity without upper bound whose building pays."""
    program = random_program(302, (Trait.OPEN_GLOBALS,), hours=6)
    return replace(program, global_cost=program.global_cost - 1e4)


def test_doctored_rays_are_refused():
    """Turned round, of nothing, with a number missing, through a bound, off a row, upwards."""
    program = endless()
    point = solve_structured(program, _TUNING).point
    dx, dy = point.x, point.y
    assert proves_unbounded(program, dx, dy)
    assert proves_unbounded(program, 1e6 * dx, 1e6 * dy)
    assert not proves_unbounded(program, -dx, -dy)
    assert not proves_unbounded(program, 0.0 * dx, 0.0 * dy)
    assert not proves_unbounded(program, np.where(dx == dx.max(), np.nan, dx), dy)
    assert not proves_unbounded(program, dx, dy - 1e-3)
    column = int(program.entries.column[0])
    off = dx.copy()
    off[0, column] += 1e-3
    assert not proves_unbounded(program, off, dy)
    dear = replace(program, global_cost=program.global_cost + 1e6)
    assert not proves_unbounded(dear, dx, dy)


@pytest.mark.parametrize("seed", [0, 34, 57])
def test_a_ray_without_a_point_is_infeasible(seed):
    """Building pays for ever, but a row asks more than its columns have."""
    no_other = (Trait.NO_GLOBALS, Trait.FREE_COLUMNS, Trait.ONE_SIDED)
    program = mixed(seed, always=(Trait.OPEN_GLOBALS,), never=no_other)
    capacity = program.capacity.copy()
    capacity[program.entries.column[program.entries.row == 0]] = -1  # row 0 does not grow with one
    gift = 1e4 * np.abs(program.global_cost).max()
    program = replace(program, capacity=capacity, global_cost=program.global_cost - gift)
    assert has_open_bounds(program)
    short = with_flaw(program, Flaw.SHORTAGE)
    found = solve_structured(short, _TUNING)
    assert found.ending is Ending.INFEASIBLE
    assert proves_infeasible(short, found.point.row_dual, found.point.sum_dual[0])


def test_programs_with_all_ends_have_no_rays():
    assert not has_open_bounds(random_program(0))
    for trait in (Trait.OPEN_GLOBALS, Trait.FREE_COLUMNS, Trait.ONE_SIDED):
        assert has_open_bounds(random_program(302, (trait,), hours=6))


def test_proof_of_a_program_with_a_column_that_follows_another() -> None:
    """Exports must be 100 MWh in two hours, but the line to the market takes 20 MW. What is sold
    is what flows, so the method works without the market's row, and gives it a price after."""
    built = system(
        2,
        n_buses=2,
        load=[[50.0, 0.0], [50.0, 0.0]],
        supplies=group(Supplies, 1, existing_mw=100.0, variable_cost=20.0),
        links=group(Links, 1, from_bus=[0], to_bus=[1], forward_mw=20.0),
        markets=group(
            Markets, 1, bus=[1], sell_price=35.0, export_max_mw=90.0, export_min_mwh=100.0
        ),
    )
    program = build_program(built)
    found = solve_structured(program, _TUNING)
    assert found.ending is Ending.INFEASIBLE
    assert proves_infeasible(program, found.point.row_dual, found.point.sum_dual[0])
