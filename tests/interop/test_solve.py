"""Solving networks made by hand: known answers, open ends, and what cannot be solved."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.interop.tiny import network, one_bus

from khazri.errors import InfeasibleError
from khazri.interop import Component, Network, Solved, solve_network
from khazri.interop.capacity import Ends
from khazri.interop.program import build_network
from khazri.interop.solve import first_ends
from khazri.program.families import GlobalRow, Row
from khazri.solve.blocks import BlockSolver
from khazri.solve.highs import HighsSolver
from khazri.solve.optimize import SIMPLEX_COLUMNS

EXACT = 1e-6
"""Vertices of tiny programs come out to rounding; this leaves room for the solver's tolerance."""


def solve(net: Network) -> Solved:
    solved = solve_network(net, HighsSolver())
    assert solved.certificate.is_valid, solved.certificate.faults
    return solved


def result(solved: Solved, kind: Component, name: str) -> np.ndarray:
    return solved.network.series[kind][name].to_numpy()


def test_one_plant_serves_one_load() -> None:
    """100 MW at 10 EUR/MWh for two snapshots that count 3 h each: 6,000 EUR, price 10."""
    net = network(
        2,
        {
            Component.BUS: {"here": {}},
            Component.LOAD: {"town": {"bus": "here", "p_set": 100.0}},
            Component.GENERATOR: {"plant": {"bus": "here", "p_nom": 150.0, "marginal_cost": 10.0}},
        },
        weight=3.0,
    )
    solved = solve(net)
    assert solved.cost == pytest.approx(6000.0, rel=EXACT)
    assert solved.constant == 0.0
    np.testing.assert_allclose(result(solved, Component.BUS, "marginal_price"), [[10], [10]])
    np.testing.assert_allclose(result(solved, Component.GENERATOR, "p"), [[100], [100]])


def test_an_open_capacity_is_as_large_as_needed_and_its_given_part_is_the_constant() -> None:
    """100 MW are needed at 7 EUR/MW and twice 10 EUR/MWh: 700 + 2,000. 30 MW of it are given:
    PyPSA's objective is 210 less. The price of the snapshots adds up to 27: 7 more than twice 10.
    """
    solved = solve(one_bus(p_nom=30.0, p_nom_extendable=True, capital_cost=7.0))
    assert solved.cost == pytest.approx(2700.0, rel=EXACT)
    assert solved.constant == pytest.approx(210.0)
    assert solved.objective == pytest.approx(2490.0, rel=EXACT)
    assert solved.network.tables[Component.GENERATOR].loc["plant", "p_nom_opt"] == pytest.approx(
        100
    )
    assert result(solved, Component.BUS, "marginal_price").sum() == pytest.approx(27.0, rel=EXACT)


def test_modules_are_whole() -> None:
    """100 MW in modules of 30 MW: four of them, 120 MW at 7 EUR/MW and 2,000 EUR of operation."""
    solved = solve(one_bus(p_nom=0.0, p_nom_extendable=True, p_nom_mod=30.0, capital_cost=7.0))
    assert solved.cost == pytest.approx(2840.0, rel=EXACT)
    assert solved.network.tables[Component.GENERATOR].loc["plant", "p_nom_opt"] == pytest.approx(
        120
    )


def test_modules_are_decided_over_all_snapshots_however_many() -> None:
    """100 MW for 50 hours from modules of 30 MW at 7 EUR/MW and 10 EUR/MWh, beside 430 plants of
    0.1 MW at 100 EUR/MWh and more: four modules, 840 and 50,000 EUR. A fourth one costs 210 EUR
    and saves 90 EUR/MWh or more on 500 MWh. Large enough for the block method, which leaves it to
    branch and cut over all hours."""
    plants = {
        f"small {i}": {"bus": "here", "p_nom": 0.1, "marginal_cost": 100.0 + i} for i in range(430)
    }
    modular = {"p_nom_extendable": True, "p_nom_mod": 30.0, "capital_cost": 7.0}
    modules = {"bus": "here", "marginal_cost": 10.0, **modular}
    net = network(
        50,
        {
            Component.BUS: {"here": {}},
            Component.LOAD: {"town": {"bus": "here", "p_set": 100.0}},
            Component.GENERATOR: {"modules": modules, **plants},
        },
    )
    solved = solve_network(net, BlockSolver())
    assert solved.n_columns > SIMPLEX_COLUMNS
    assert solved.solver.startswith("HiGHS")
    assert solved.cost == pytest.approx(50_840.0, rel=EXACT)


def test_a_small_efficiency_needs_more_than_was_first_assumed() -> None:
    """100 MW of heat at an efficiency of 1 in 10,000 need 1,000,000 MW: 200 times what 50 times
    the need would allow. Fuel at 0.01 EUR/MWh: 10,000 EUR in each of two snapshots."""
    net = network(
        2,
        {
            Component.BUS: {"fuel": {"carrier": "fuel"}, "heat": {"carrier": "heat"}},
            Component.LOAD: {"town": {"bus": "heat", "p_set": 100.0}},
            Component.GENERATOR: {"well": {"bus": "fuel", "p_nom": np.inf, "marginal_cost": 0.01}},
            Component.LINK: {
                "boiler": {
                    "bus0": "fuel",
                    "bus1": "heat",
                    "efficiency": 1e-4,
                    "p_nom_extendable": True,
                }
            },
        },
    )
    built = build_network(net, first_ends(net))
    assert built.program.global_upper.max() < 1e6
    solved = solve(net)
    assert solved.cost == pytest.approx(20_000.0, rel=EXACT)


def test_a_capacity_that_earns_without_end_is_named() -> None:
    with pytest.raises(InfeasibleError, match="nothing limits capacity of generator plant") as told:
        solve(one_bus(p_nom_extendable=True, capital_cost=-5.0))
    assert told.value.exit_code == 3


def test_a_capacity_that_costs_nothing_is_no_reason_to_complain() -> None:
    solved = solve(one_bus(p_nom_extendable=True))
    assert solved.cost == pytest.approx(2000.0, rel=EXACT)


def test_all_bounds_are_finite() -> None:
    """The proof needs it, whatever the network leaves open."""
    net = network(
        3,
        {
            Component.BUS: {"x": {}, "y": {}},
            Component.GENERATOR: {
                "g": {"bus": "x", "p_nom_extendable": True, "ramp_limit_up": 0.1, "p_set": 5.0},
                "h": {"bus": "x", "p_nom": np.inf, "ramp_limit_down": 0.5},
            },
            Component.LINK: {"l": {"bus0": "x", "bus1": "y", "p_nom": np.inf, "p_min_pu": -1.0}},
            Component.LINE: {"a": {"bus0": "x", "bus1": "y", "x": 1.0, "s_nom": np.inf}},
            Component.STORE: {"s": {"bus": "y", "e_nom": np.inf}, "t": {"bus": "y"}},
            Component.STORAGE_UNIT: {"u": {"bus": "y", "p_nom": 5.0, "max_hours": np.inf}},
        },
    )
    program = build_network(net, Ends(1e3, 1e4)).program
    for bound in (program.lower, program.upper, program.lower_slope, program.upper_slope):
        assert np.isfinite(bound.dense()).all()
    assert np.isfinite(program.global_lower).all()
    assert np.isfinite(program.global_upper).all()
    lower, upper = program.bounds(program.global_upper)
    assert (lower <= upper).all()


def test_a_short_bus_is_named_with_snapshot_and_amount() -> None:
    """150 MW of plant for loads of 100 and 190 MW: 40 MWh are missing in the second snapshot."""
    net = network(
        2,
        {
            Component.BUS: {"here": {}},
            Component.LOAD: {"town": {"bus": "here"}},
            Component.GENERATOR: {"plant": {"bus": "here", "p_nom": 150.0}},
        },
        {Component.LOAD: {"p_set": {"town": [100.0, 190.0]}}},
    )
    with pytest.raises(InfeasibleError) as told:
        solve(net)
    assert str(told.value).splitlines() == [
        "No operation and no capacities meet all limits at once. At least this is missing:",
        "  bus here: 40 MWh short, up to 40 MW, in 2030-01-01 01:00:00",
        "These limits bind and collide:",
        "  generator plant at its maximum in 2030-01-01 01:00:00",
    ]


@pytest.mark.parametrize(("weight", "amount"), [(3.0, "120"), (0.5, "20")])
def test_the_snapshot_is_found_whatever_it_weighs(weight: float, amount: str) -> None:
    """40 MW are missing in the third snapshot, for 3 h or for half an hour."""
    net = network(
        3,
        {
            Component.BUS: {"here": {}},
            Component.LOAD: {"town": {"bus": "here"}},
            Component.GENERATOR: {"plant": {"bus": "here", "p_nom": 150.0}},
        },
        {Component.LOAD: {"p_set": {"town": [100.0, 100.0, 190.0]}}},
        weight=weight,
    )
    with pytest.raises(InfeasibleError) as told:
        solve(net)
    line = f"  bus here: {amount} MWh short, up to 40 MW, in 2030-01-01 02:00:00"
    assert str(told.value).splitlines()[1] == line


def test_a_limit_that_is_too_tight_is_named() -> None:
    """200 MWh of load, of which carriers let 150 be generated."""
    net = network(
        2,
        {
            Component.BUS: {"here": {}},
            Component.CARRIER: {"gas": {"co2_emissions": 1.0}},
            Component.LOAD: {"town": {"bus": "here", "p_set": 100.0}},
            Component.GENERATOR: {"plant": {"bus": "here", "carrier": "gas", "p_nom": 150.0}},
            Component.GLOBAL_CONSTRAINT: {"co2": {"sense": "<=", "constant": 150.0}},
        },
    )
    with pytest.raises(InfeasibleError, match="global constraint co2: 50 above its maximum"):
        solve(net)


@pytest.mark.parametrize(
    ("plant", "words"),
    [
        ({"p_set": 170.0}, "generator plant: its minimum is above its maximum by 20 MW"),
        (
            {"p_nom_extendable": True, "p_nom_min": 50.0, "p_nom_max": 40.0},
            "capacity of generator plant: its minimum is above its maximum by 10 MW",
        ),
    ],
)
def test_bounds_that_contradict_each_other_are_named(plant: dict[str, Any], words: str) -> None:
    with pytest.raises(InfeasibleError, match=words):
        solve(one_bus(**plant))


def test_weights_of_zero_leave_a_snapshot_without_cost_and_price() -> None:
    """The first snapshot costs nothing, the second 100 MW at 10 EUR/MWh."""
    net = one_bus()
    net.weightings.loc[net.snapshots[0], "objective"] = 0.0
    solved = solve(net)
    assert solved.cost == pytest.approx(1000.0, rel=EXACT)
    np.testing.assert_allclose(
        result(solved, Component.BUS, "marginal_price"), [[0], [10]], atol=EXACT
    )


def test_the_program_holds_only_rows_that_are_needed() -> None:
    """One balance a snapshot; limits of operation and capacity are bounds, not rows."""
    program = build_network(one_bus(p_nom_extendable=True), Ends(1e3, 1e4)).program
    assert list(program.rows.family) == [Row.BALANCE]
    assert program.n_global_rows == 0
    limited = build_network(one_bus(e_sum_max=5.0), Ends(1e3, 1e4)).program
    assert list(limited.global_rows.family) == [GlobalRow.SUPPLY_ENERGY]


def test_the_certificate_covers_what_only_networks_have(tmp_path: Path) -> None:
    solved = solve(
        network(
            2,
            {
                Component.BUS: {"x": {}},
                Component.LOAD: {"l": {"bus": "x", "p_set": 10.0}},
                Component.GENERATOR: {
                    "g": {"bus": "x", "p_nom_extendable": True, "p_set": 10.0, "capital_cost": 1.0}
                },
                Component.STORE: {"s": {"bus": "x", "e_nom": 5.0}},
            },
        )
    )
    checked = {check.family for check in solved.certificate.families}
    assert {"balance", "held", "bounds of held", "bounds of store_exchange"} <= checked
