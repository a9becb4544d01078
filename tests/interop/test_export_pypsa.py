"""A plan that leaves as a PyPSA network costs there what it costs here."""

from __future__ import annotations

import logging
import warnings
from dataclasses import replace

import numpy as np
import pytest

from khazri.interop import export_network, read_network, solve_network, write_network
from khazri.interop.export_parts import carriers_of_supplies, conversion_flows
from khazri.solve.highs import HighsSolver
from khazri.system import (
    Buses,
    Conversions,
    LimitKind,
    Links,
    Ports,
    Supplies,
    System,
)

from ..plan.conftest import in_two_countries, solved
from ..systems import a_limit, group, random_system, system

pypsa = pytest.importorskip("pypsa")

_SINGLE = 1e-7
"""Relative: operation is written in single precision."""
_SOLVERS = 1e-6
"""Relative: two solves of the same program, each within the tolerances of HiGHS."""


def opened(plan, chosen, path):
    """The network that PyPSA reads, and what it lacks."""
    exported = export_network(plan, chosen)
    write_network(exported.network, path)
    return _read(path), exported.not_carried


def _read(path):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pypsa.Network(str(path))


def again(network):
    """Let PyPSA find the cheapest operation of the same capacities; returns its cost."""
    logging.disable(logging.WARNING)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = network.optimize(
            solver_name="highs", include_objective_constant=False, log_to_console=False
        )
    logging.disable(logging.NOTSET)
    assert found[1] == "optimal"
    return cost(network)


def cost(network) -> float:
    return float(network.statistics.system_cost(round=False).sum())


def expressible(chosen: System) -> System:
    """The same system without what PyPSA has no words for: reserves and ramps over the year's end
    (a ramp of all of the capacity never binds)."""
    free = np.full(len(chosen.supplies), np.nan)
    return replace(chosen, reserves=(), supplies=replace(chosen.supplies, ramp_per_h=free))


def test_a_plan_costs_the_same_as_it_is_and_optimised_again(tmp_path):
    """Wind, sun, thermal plants with least output, batteries, reservoirs that spill, meshed lines,
    lossy links with charges, a corridor and a market."""
    chosen = expressible(in_two_countries(random_system(1, hours=24)))
    plan = solved(chosen)
    network, left = opened(plan, chosen, tmp_path / "plan.nc")
    assert left == ()
    assert cost(network) == pytest.approx(plan.cost, rel=_SINGLE)
    assert again(network) == pytest.approx(plan.cost, rel=_SOLVERS)
    operation = network.statistics.opex(round=False).sum()
    own = solve_network(read_network(tmp_path / "plan.nc"), HighsSolver())
    assert own.cost == pytest.approx(operation, rel=_SOLVERS)


def test_what_pypsa_has_no_words_for_is_told_and_costs_the_same(tmp_path):
    chosen = in_two_countries(random_system(2, hours=24))
    plan = solved(chosen)
    network, left = opened(plan, chosen, tmp_path / "plan.nc")
    assert [words.split("'")[0].strip() for words in left] == [
        "operating reserve",
        "the change of output from the last hour to the first, which PyPSA leaves free",
    ]
    assert network.meta["khazri"]["not_carried"] == list(left)
    assert cost(network) == pytest.approx(plan.cost, rel=_SINGLE)


def test_limits_on_plants_bind_there_too(tmp_path):
    """Two plants at 10 and 30 EUR/MWh serve 100 MW for two hours; the cheap one burns fuel with
    0.4 t per MWh of output and 40 t may be emitted: 100 MWh each, 4,000 EUR. A second limit wants
    at least 110 MWh of the dear one: 90 and 110 MWh, 4,200 EUR."""
    chosen = system(
        2,
        load=[[100.0], [100.0]],
        supplies=group(
            Supplies,
            2,
            name=["cheap", "dear"],
            group=["gas", "gas"],
            bus=0,
            existing_mw=200.0,
            variable_cost=[10.0, 30.0],
            other_cost=[10.0, 30.0],
            fuel="gas",
            fuel_per_mwh=[2.0, 1.6],
            emissions=[0.4, 0.0],
        ),
        limits=(
            a_limit(
                name="emissions",
                kind=LimitKind.EMISSIONS,
                value=40.0,
                unit="t",
                supply=np.array([0.4, 0.0]),
            ),
        ),
    )
    network, left = opened(solved(chosen), chosen, tmp_path / "one.nc")
    assert left == ()
    assert again(network) == pytest.approx(4000.0)
    least = a_limit(name="dear/2030", sense="min", value=110.0, supply=np.array([0.0, 1.0]))
    both = replace(chosen, limits=(*chosen.limits, least))
    network, left = opened(solved(both), both, tmp_path / "two.nc")
    assert left == ()
    assert again(network) == pytest.approx(4200.0)
    assert network.generators.efficiency.tolist() == [0.5, 0.625, 1.0]


def test_carriers_are_parted_only_where_plants_count_differently():
    """Three gas plants, of which two burn the same and one burns nothing that counts."""
    supplies = group(
        Supplies,
        4,
        group=["gas", "gas", "gas", "wind"],
        fuel_per_mwh=[2.0, 1.5, 1.0, 0.0],
        emissions=[0.4, 0.3, 0.0, 0.0],
    )
    carriers = carriers_of_supplies(system(1, supplies=supplies))
    assert carriers.of_supply.tolist() == ["gas", "gas", "gas 2", "wind"]
    assert carriers.table["co2_emissions"].to_dict() == pytest.approx(
        {"gas": 0.2, "gas 2": 0.0, "wind": 0.0}
    )


def _heat_and_power() -> System:
    """Gas at 20 EUR/MWh (bus 0), power (1) and heat (2). A plant of 10 MW power takes 2 MWh of gas
    and gives 0.5 of heat; a heat pump of up to 8 MW heat takes 1/4, then 1/2 of power; a pair of
    outputs without an input (bus 1 and 2) may give 1 MW each, at 5 EUR/MWh."""
    return system(
        2,
        n_buses=3,
        profiles=[[0.25], [0.5]],
        load=[[0.0, 8.0, 6.0], [0.0, 8.0, 6.0]],
        buses=group(Buses, 3, name=["gas", "power", "heat"], zone="z", carrier=["g", "p", "h"]),
        supplies=group(Supplies, 1, bus=0, existing_mw=100.0, variable_cost=20.0, other_cost=20.0),
        conversions=group(
            Conversions,
            3,
            name=["cogeneration", "heat pump", "spring"],
            bus=[1, 2, 1],
            existing_mw=[10.0, 0.0, 1.0],
            build_max_mw=[0.0, 8.0, 0.0],
            variable_cost=[1.0, 0.5, 5.0],
            investment_cost=[0.0, 3.0, 0.0],
            fixed_cost=[2.0, 0.0, 0.0],
            min_output=[0.1, 0.0, 0.0],
            ports=group(
                Ports,
                4,
                conversion=[0, 0, 1, 2],
                bus=[0, 2, 1, 2],
                ratio=[-2.0, 0.5, -1.0, 1.0],
                profile=[-1, -1, 0, -1],
            ),
        ),
    )


def test_plants_with_several_ports_become_links(tmp_path):
    chosen = _heat_and_power()
    plan = solved(chosen)
    assert float(plan.data["conversion_built"].sum()) > 0
    assert float(plan.data["unserved"].sum()) == pytest.approx(0.0, abs=1e-6)
    network, left = opened(plan, chosen, tmp_path / "plan.nc")
    assert left == ()
    assert cost(network) == pytest.approx(plan.cost, rel=_SINGLE)
    assert again(network) == pytest.approx(plan.cost, rel=_SOLVERS)
    links = network.links
    assert links.loc["cogeneration", ["bus0", "bus1", "bus2"]].tolist() == ["gas", "power", "heat"]
    assert links.loc["cogeneration", "efficiency"] == pytest.approx(0.5)
    assert links.loc["cogeneration", "efficiency2"] == pytest.approx(0.25)
    assert links.loc["heat pump", "bus0"] == "power"
    assert network.links_t.efficiency["heat pump"].tolist() == pytest.approx([4.0, 2.0])


def test_a_conversion_without_input_starts_at_its_own_bus():
    flows = conversion_flows(_heat_and_power())
    assert flows.start.tolist() == [0, 1, 1]
    assert flows.per_main[0].tolist() == [2.0, 0.25, -1.0]
    assert [bus.tolist() for bus, _ in flows.ends] == [[1, 2, 2], [2, -1, -1]]


def test_limits_on_links_and_uneven_lines_are_told(tmp_path):
    """A yearly limit on what a link carries has no place in PyPSA; nor has a line that carries
    100 MW one way and 50 MW the other."""
    chosen = system(
        1,
        n_buses=2,
        load=[[0.0, 60.0]],
        supplies=group(Supplies, 1, bus=0, existing_mw=100.0, variable_cost=1.0, other_cost=1.0),
        links=group(
            Links,
            2,
            name=["cable", "line"],
            from_bus=0,
            to_bus=1,
            forward_mw=[50.0, 100.0],
            backward_mw=50.0,
            reactance=[np.nan, 0.1],
        ),
        limits=(
            a_limit(name="trade", kind=LimitKind.TRADE, value=10.0, forward=np.array([1.0, 0.0])),
        ),
    )
    plan = solved(chosen)
    network, left = opened(plan, chosen, tmp_path / "plan.nc")
    assert [words.split(":")[0] for words in left] == ["limit 'trade' (trade)", "line 'line'"]
    assert network.lines.loc["line", "s_nom"] == 100.0
    assert cost(network) == pytest.approx(60.0)
