"""Programs of one system under several weathers, joined."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from khazri.program import flatten
from khazri.program.build import build_program
from khazri.program.chains import join_chains
from khazri.program.proof import row_activity, sum_activity
from khazri.program.varying import constant
from khazri.solve.highs import HighsSolver
from khazri.solve.solver import SolverOptions

from ..systems import random_system


def program(hours: int = 6):
    made = build_program(random_system(1, hours, 2))
    return replace(made, is_integer=np.zeros_like(made.is_integer))


def test_a_program_joined_with_itself_has_its_optimum():
    """0.3 and 0.7 of the same are the same."""
    one = program()
    both = join_chains([one, one], np.array([0.3, 0.7]))
    assert both.n_stages == 12
    assert both.weight.sum() == pytest.approx(one.weight.sum())
    found = [
        HighsSolver().solve(flatten(p), SolverOptions(threads=1)).objective for p in (one, both)
    ]
    assert found[1] == pytest.approx(found[0], rel=1e-7)


def test_chains_of_different_length_keep_their_rows():
    """Rows of each part as if it were alone; global rows the weighted mean."""
    parts = [program(6), program(4)]
    parts[1] = replace(parts[1], cost=constant(2.0 * parts[1].cost.dense()[0], 4))
    both = join_chains(parts, np.array([0.25, 0.75]))
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(10, both.n_columns)), rng.normal(size=both.n_globals)
    apart = [x[:6], x[6:]]
    alone = [row_activity(p, part, y) for p, part in zip(parts, apart, strict=True)]
    np.testing.assert_allclose(row_activity(both, x, y), np.concatenate(alone), atol=1e-12)
    sums = [sum_activity(p, part, y) for p, part in zip(parts, apart, strict=True)]
    np.testing.assert_allclose(
        sum_activity(both, x, y), 0.25 * sums[0] + 0.75 * sums[1], rtol=1e-12, atol=1e-9
    )
    cost = [p.objective(part, y) for p, part in zip(parts, apart, strict=True)]
    assert both.objective(x, y) == pytest.approx(0.25 * cost[0] + 0.75 * cost[1], rel=1e-12)
    assert both.is_first.nonzero()[0].tolist() == [0, 6]
    assert both.previous[[0, 6]].tolist() == [5, 9]


def test_what_is_the_same_everywhere_is_held_once():
    one = program()
    both = join_chains([one, one], np.array([0.5, 0.5]))
    np.testing.assert_array_equal(both.rhs.index, one.rhs.index)
    np.testing.assert_array_equal(both.cost.constant, one.cost.constant)


@pytest.mark.parametrize("weights", [[0.5, 0.6], [1.0], [1.5, -0.5]])
def test_weights_are_shares(weights):
    with pytest.raises(ValueError, match="add up to one"):
        join_chains([program(), program()], np.array(weights))


def test_programs_of_other_systems_are_refused():
    other = build_program(random_system(1, 6, 3))
    with pytest.raises(ValueError, match="the same columns"):
        join_chains([program(), other], np.array([0.5, 0.5]))
