"""The block method on PyPSA networks: every feature, against HiGHS on the same program."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.interop.networks import FEATURES, base
from tests.interop.test_against_pypsa import GROUPS

from khazri.interop import read_network
from khazri.interop.program import build_network
from khazri.interop.solve import first_ends
from khazri.program import Program, flatten, lower_bound, violations
from khazri.solve.highs import HighsSolver
from khazri.solve.solver import Method, SolverOptions
from khazri.solve.structured.method import Ending, Tuning, solve_structured
from khazri.solve.structured.substitute import without_implied

TUNING = Tuning(tolerance=1e-7, threads=1)
DATA = Path(__file__).parents[1] / "data" / "pypsa"
ALONE = sorted(set(FEATURES) - {"modules"})  # capacity in whole modules is for branch and cut


def program_of(path: Path, *names: str) -> Program:
    rng = np.random.default_rng(7)
    network = base(rng)
    for name in names:
        FEATURES[name](network, rng)
    network.export_to_netcdf(path)
    read = read_network(path)
    return build_network(read, first_ends(read)).program


def check(program: Program) -> None:
    found = solve_structured(program, TUNING)
    options = SolverOptions(method=Method.SIMPLEX, tolerance=1e-9, threads=1)
    exact = HighsSolver().solve(flatten(program), options)
    assert found.ending is Ending.OPTIMAL
    cost = program.objective(found.point.x, found.point.y)
    assert cost == pytest.approx(exact.objective, rel=1e-6)
    bound = lower_bound(program, found.point.row_dual, found.point.sum_dual[0]).value
    assert bound == pytest.approx(exact.objective, rel=1e-5)
    off = violations(program, found.point)
    assert np.abs(off.balance).max() < 1e-4  # MW, of hundreds
    assert max(off.below.max(), off.above.max()) < 1e-4


@pytest.mark.slow
@pytest.mark.parametrize("name", ALONE)
def test_each_feature_has_the_optimum_of_highs(name: str, tmp_path: Path) -> None:
    check(program_of(tmp_path / "network.nc", name))


@pytest.mark.parametrize("names", GROUPS.values(), ids=GROUPS)
def test_features_together_have_the_optimum_of_highs(
    names: tuple[str, ...], tmp_path: Path
) -> None:
    check(program_of(tmp_path / "network.nc", *names))


@pytest.mark.parametrize("name", ["ac-dc-meshed.nc", "storage-hvdc.nc"])
def test_examples_have_the_optimum_of_highs(name: str) -> None:
    network = read_network(DATA / name)
    check(build_network(network, first_ends(network)).program)


def test_exchanges_of_stores_are_substituted_and_come_back(tmp_path: Path) -> None:
    """One row and one column fewer for each store whose exchange its level defines."""
    program = program_of(tmp_path / "network.nc", "many_ports")
    reduced = without_implied(program)
    taken = len(reduced.column)
    assert taken > 0
    assert reduced.program.n_columns == program.n_columns - taken
    assert reduced.program.n_rows == program.n_rows - taken
    found = solve_structured(program, TUNING).point
    assert found.x.shape == (program.n_stages, program.n_columns)
    balance = violations(program, found).balance[:, reduced.pivot]
    assert np.abs(balance).max() < 1e-9 * (1.0 + np.abs(found.x).max())
