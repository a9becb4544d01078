"""The same answers as PyPSA with HiGHS: its examples, each feature, and random combinations.

The fast suite solves a few networks that hold all features between them; each feature alone and
many combinations are marked slow.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pypsa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.interop.networks import FEATURES, base, quiet, solve_both, solve_by_pypsa

from khazri.errors import InfeasibleError
from khazri.interop import Component, Solved, read_network, solve_network, write_network
from khazri.solve.highs import HighsSolver

DATA = Path(__file__).parents[1] / "data" / "pypsa"

SAME = 1e-6
"""Relative difference of objectives that counts as none: what both solvers' tolerances allow."""

SAME_PRICE = 1e-4
"""Difference of prices [per MWh] that counts as none, against prices of tens and hundreds."""

GROUPS = {
    "plants": (
        "availability",
        "least_output",
        "varying_cost",
        "extendable_generators",
        "overnight_costs",
        "prescribed_capacity",
        "ramps",
        "extendable_ramps",
        "starting_ramps_without_commitment",
        "energy_limits",
        "prescribed_output",
        "negative_sign",
        "inactive",
    ),
    "grid": (
        "extendable_lines",
        "line_ratings",
        "line_types",
        "parallel_lines",
        "angle_limits",
        "transformers",
        "phase_shifters",
        "direct_current",
        "transmission_limits",
    ),
    "time": (
        "weightings",
        "links",
        "many_ports",
        "ports_at_one_bus",
        "link_ramps",
        "link_output",
        "storage_units",
        "hydro",
        "prescribed_storage",
        "stores",
        "extendable_generators",
        "emission_limit",
        "operational_limits",
        "technology_limits",
    ),
}
"""Features that are solved together in the fast suite."""

NEEDS = {
    "operational_limits": ("hydro",),
    "transmission_limits": ("extendable_lines", "links"),
    "technology_limits": ("extendable_generators",),
    "emission_limit": ("hydro", "stores"),
}
"""Features that mean nothing without others."""

INTEGER = frozenset({"modules"})
"""Features that make the program one with integers: PyPSA gives no prices then. They are alone."""


def with_features(names: tuple[str, ...], seed: int) -> pypsa.Network:
    rng = np.random.default_rng(seed)
    n = base(rng)
    wanted = dict.fromkeys(need for name in names for need in (*NEEDS.get(name, ()), name))
    for name in wanted:
        FEATURES[name](n, rng)
    return n


def assert_same_cost(solved: Solved, n: pypsa.Network) -> None:
    assert solved.certificate.is_valid, solved.certificate.faults
    assert solved.objective == pytest.approx(n.objective, rel=SAME)
    assert solved.constant == pytest.approx(n.objective_constant, rel=SAME)


def assert_same_prices(solved: Solved, n: pypsa.Network) -> None:
    price = solved.network.series[Component.BUS]["marginal_price"]
    there = n.buses_t.marginal_price[price.columns]
    np.testing.assert_allclose(price.to_numpy(), there.to_numpy(), atol=SAME_PRICE)


@pytest.mark.parametrize(
    ("name", "objective", "constant"),
    [
        ("ac-dc-meshed.nc", -3_474_256.0406, 21_915_277.5183),
        ("storage-hvdc.nc", 14_670_508.8254, 1_211_329.7805),
    ],
)
def test_examples_of_pypsa_have_their_known_objectives(
    name: str, objective: float, constant: float
) -> None:
    """Values of PyPSA 1.4.0 with HiGHS, to four decimals."""
    solved = solve_network(read_network(DATA / name), HighsSolver())
    assert solved.certificate.is_valid
    assert solved.objective == pytest.approx(objective, abs=2e-3)
    assert solved.constant == pytest.approx(constant, abs=2e-3)
    assert abs(solved.certificate.gap) < 1e-9


def test_each_feature_is_in_a_group() -> None:
    together = {name for group in GROUPS.values() for name in group}
    assert together | INTEGER == set(FEATURES)


@pytest.mark.parametrize("group", GROUPS)
def test_all_features_together_cost_the_same(group: str, tmp_path: Path) -> None:
    n = with_features(GROUPS[group], seed=4)
    solved = solve_both(n, tmp_path)
    assert_same_cost(solved, n)
    assert_same_prices(solved, n)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("name", FEATURES)
def test_each_feature_alone_costs_the_same(name: str, seed: int, tmp_path: Path) -> None:
    n = with_features((name,), seed)
    solved = solve_both(n, tmp_path)
    assert_same_cost(solved, n)
    if name not in INTEGER:
        assert_same_prices(solved, n)


def compare_combination(names: list[str], seed: int, folder: Path) -> None:
    """Both solve it to the same cost, or both find that it cannot be solved."""
    n = with_features(tuple(names), seed)
    quiet()
    n.export_to_netcdf(folder / "network.nc")
    condition = solve_by_pypsa(n)
    network = read_network(folder / "network.nc")
    if condition == "optimal":
        assert_same_cost(solve_network(network, HighsSolver()), n)
    else:
        assert "infeasible" in condition, condition
        with pytest.raises(InfeasibleError):
            solve_network(network, HighsSolver())


combinations = st.lists(st.sampled_from(sorted(FEATURES)), min_size=2, max_size=8, unique=True)
seeds = st.integers(0, 10_000)
checked = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@settings(max_examples=1, deadline=None, derandomize=True, suppress_health_check=checked)
@given(st.lists(st.sampled_from(sorted(FEATURES)), min_size=3, max_size=3, unique=True), seeds)
def test_a_random_combination_costs_the_same(tmp_path: Path, names: list[str], seed: int) -> None:
    compare_combination(names, seed, tmp_path)


@pytest.mark.slow
@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=checked)
@given(combinations, seeds)
def test_random_combinations_cost_the_same(tmp_path: Path, names: list[str], seed: int) -> None:
    compare_combination(names, seed, tmp_path)


def test_pypsa_opens_what_is_written(tmp_path: Path) -> None:
    """Results are where PyPSA looks for them, and its own reckoning of cost agrees."""
    quiet()
    solved = solve_network(read_network(DATA / "storage-hvdc.nc"), HighsSolver())
    write_network(solved.network, tmp_path / "solved.nc")
    n = pypsa.Network(tmp_path / "solved.nc")
    assert n.objective == pytest.approx(solved.objective, rel=1e-12)
    assert n.objective_constant == pytest.approx(solved.constant, rel=1e-12)
    reckoned = n.statistics.capex().sum() + n.statistics.opex().sum()
    fixed = sum(
        (c.static[f"{name}"] * c.static["capital_cost"])[~c.static[f"{name}_extendable"]].sum()
        for c, name in (
            (n.c.generators, "p_nom"),
            (n.c.lines, "s_nom"),
            (n.c.links, "p_nom"),
            (n.c.storage_units, "p_nom"),
        )
    )
    assert reckoned - fixed == pytest.approx(solved.cost, rel=1e-9)


@pytest.mark.slow
def test_a_solved_network_is_solved_by_pypsa_to_the_same(tmp_path: Path) -> None:
    quiet()
    solved = solve_network(read_network(DATA / "storage-hvdc.nc"), HighsSolver())
    write_network(solved.network, tmp_path / "solved.nc")
    n = pypsa.Network(tmp_path / "solved.nc")
    before = n.buses_t.marginal_price.copy()
    assert solve_by_pypsa(n) == "optimal"
    assert n.objective == pytest.approx(solved.objective, rel=1e-9)
    np.testing.assert_allclose(n.buses_t.marginal_price, before, atol=SAME_PRICE)


def test_all_results_are_those_of_pypsa_where_the_optimum_is_unique(tmp_path: Path) -> None:
    """Dispatch, levels, flows, angles, multipliers, capacities, prices of limits."""
    n = with_features(
        ("availability", "hydro", "many_ports", "ramps", "extendable_generators", "emission_limit"),
        seed=3,
    )
    solved = solve_both(n, tmp_path)
    write_network(solved.network, tmp_path / "solved.nc")
    ours = pypsa.Network(tmp_path / "solved.nc")
    compared = 0
    for name in ("Bus", "Generator", "Load", "Link", "Line", "StorageUnit", "Store"):
        theirs, here = n.c[name], ours.c[name]
        for attribute, frame in theirs.dynamic.items():
            if frame.empty or (frame == 0.0).all(axis=None):
                continue
            found = here.dynamic[attribute].reindex(columns=frame.columns, fill_value=0.0)
            np.testing.assert_allclose(found, frame, atol=SAME_PRICE, err_msg=f"{name} {attribute}")
            compared += 1
    assert compared > 25
    for name, column in (("Generator", "p_nom_opt"), ("GlobalConstraint", "mu")):
        np.testing.assert_allclose(
            ours.c[name].static[column], n.c[name].static[column], rtol=SAME, atol=1e-6
        )
