"""Programs of several chains: against HiGHS on the whole matrix, and wherever chains are."""

from __future__ import annotations

import shutil
from dataclasses import replace

import numpy as np
import pytest

from khazri.program import Program
from khazri.program.chains import join_chains
from khazri.solve.structured.distribute import on_dask
from khazri.solve.structured.method import (
    Ending,
    Outcome,
    Tuning,
    solve_structured,
    takes_stages,
)
from khazri.solve.structured.rays import proves_infeasible
from khazri.solve.structured.split import split_chains

from .programs import Flaw, Trait, random_program, with_flaw
from .test_method import by_simplex, check_optimal

pytestmark = pytest.mark.skipif(not shutil.which("cc"), reason="needs a C compiler")

_TUNING = Tuning(tolerance=5e-7)
_SHARED = (Trait.SUM_ROWS, Trait.CYCLIC, Trait.RAMPS, Trait.TIED)


def chains(seed: int) -> Program:
    """Two to eight chains of random size with up to five random traits."""
    rng = np.random.default_rng(seed)
    every = list(Trait)
    traits = rng.choice(len(every), size=rng.integers(0, 6), replace=False)
    hours, n_buses = int(rng.integers(3, 15)), int(rng.integers(1, 5))
    return random_program(
        seed,
        [every[i] for i in traits],
        hours=hours,
        n_buses=n_buses,
        n_chains=int(rng.integers(2, 9)),
    )


@pytest.mark.parametrize("trait", list(Trait))
def test_chains_of_each_kind_have_the_optimum_of_highs(trait):
    program = random_program(list(Trait).index(trait), (trait,), hours=5, n_chains=3)
    check_optimal(program, solve_structured(program, _TUNING))


@pytest.mark.parametrize("seed", range(12))
def test_two_to_eight_chains_have_the_optimum_of_highs(seed):
    program = chains(seed)
    assert takes_stages(program)
    check_optimal(program, solve_structured(program, _TUNING))


@pytest.mark.slow
def test_many_chains_have_the_optimum_of_highs():
    for seed in range(100, 200):
        program = chains(seed)
        check_optimal(program, solve_structured(program, _TUNING), 1e-5)


def test_chains_that_share_nothing_are_solved_as_if_alone():
    """Without globals and global rows, costs add up: those of two programs, half of each."""
    one, other = (random_program(seed, (Trait.NO_GLOBALS,), hours=6) for seed in (1, 1))
    other = replace(other, cost=replace(other.cost, values=1.5 * other.cost.values))
    both = solve_structured(join_chains([one, other], np.array([0.5, 0.5])), _TUNING)
    apart = [solve_structured(program, _TUNING) for program in (one, other)]
    assert both.cost == pytest.approx(0.5 * sum(found.cost for found in apart), rel=1e-6)


def test_chains_are_split_and_joined_again():
    """Each part with all costs of globals again and a quarter of the likelihood: the same."""
    program = random_program(3, (*_SHARED, Trait.VARYING, Trait.WEIGHTS), hours=5, n_chains=4)
    whole = []
    for part in split_chains(program):
        whole.append(
            replace(
                part,
                weight=4.0 * part.weight,
                global_cost=program.global_cost,
                sum_row=program.sum_row,
                sum_column=program.sum_column,
                sum_value=program.sum_value,
                constant_cost=program.constant_cost,
            )
        )
    joined = join_chains(whole, np.full(4, 0.25))
    rng = np.random.default_rng(0)
    x = rng.normal(size=(program.n_stages, program.n_columns))
    y = rng.normal(size=program.n_globals)
    assert joined.objective(x, y) == pytest.approx(program.objective(x, y), rel=1e-12)
    for name in ("lower", "upper", "rhs", "cost"):
        np.testing.assert_array_equal(getattr(joined, name).dense(), getattr(program, name).dense())
    np.testing.assert_array_equal(joined.previous, program.previous)
    np.testing.assert_array_equal(joined.is_first, program.is_first)
    np.testing.assert_allclose(joined.sum_lower, program.sum_lower)


def test_a_shortage_in_one_chain_is_infeasible_with_a_proof():
    program = random_program(1, (Trait.SUM_ROWS,), hours=6, n_chains=4)
    short = with_flaw(program, Flaw.SHORTAGE)
    found = solve_structured(short, _TUNING)
    assert found.ending is Ending.INFEASIBLE
    assert proves_infeasible(short, found.point.row_dual, found.point.sum_dual[0])


def test_an_interval_of_globals_is_narrowed_by_every_chain():
    """Chain one asks y ≥ 4 and chain three y ≤ 3 by bounds that would cross: infeasible; with 3.5
    in place of 4 and 3 both hold y there."""
    program = random_program(2, (), hours=3, n_chains=3)
    column = int(np.flatnonzero(program.capacity >= 0)[0])
    own = int(program.capacity[column])
    slopes = program.upper_slope.dense()
    lower, upper = program.lower.dense(), program.upper.dense()

    def asking(at_least: float, at_most: float) -> Program:
        # room = upper + slope y - lower ≥ 0
        low, high, slope = lower.copy(), upper.copy(), slopes.copy()
        high[0, column], low[0, column] = 0.0, slope[0, column] * at_least
        slope[-1, column] = -slope[-1, column]
        high[-1, column], low[-1, column] = -slope[-1, column] * at_most, 0.0
        return with_bounds(program, low, high, slope)

    assert program.global_lower[own] < 60.0
    crossing = asking(40.0, 30.0)
    assert by_simplex(crossing).termination.value.startswith("infeasible")
    assert solve_structured(crossing, _TUNING).ending is Ending.INFEASIBLE


def with_bounds(program: Program, lower, upper, upper_slope) -> Program:
    from khazri.program.varying import from_pieces

    T = program.n_stages
    return replace(
        program,
        lower=from_pieces([lower], T),
        upper=from_pieces([upper], T),
        upper_slope=from_pieces([upper_slope], T),
    )


def same_bits(one: Outcome, other: Outcome) -> bool:
    names = ("x", "y", "row_dual", "sum_dual")
    return one.iterations == other.iterations and all(
        getattr(one.point, name).tobytes() == getattr(other.point, name).tobytes() for name in names
    )


@pytest.mark.parametrize("n_chains", [2, 5])
def test_threads_that_take_a_chain_each_give_the_same_bits(n_chains):
    program = random_program(5, _SHARED, hours=20, n_chains=n_chains)
    one, two = (solve_structured(program, replace(_TUNING, threads=n)) for n in (1, 2))
    assert same_bits(one, two)


@pytest.mark.slow
def test_two_processes_of_a_cluster_give_the_same_bits_as_one():
    distributed = pytest.importorskip("distributed")
    program = random_program(3, _SHARED, hours=20, n_chains=5)
    crossing = with_flaw(program, Flaw.CROSSED)
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=":0"
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        there = solve_structured(program, _TUNING, hire=on_dask(client))
        assert solve_structured(crossing, _TUNING, hire=on_dask(client)).ending is Ending.INFEASIBLE
    assert same_bits(there, solve_structured(program, replace(_TUNING, threads=1)))
    check_optimal(program, there)
