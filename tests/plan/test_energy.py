"""Plans with several carriers: balances, carbon and accounts close, savings pay, prices scale."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khazri.case.schema import BALANCE_LINES
from khazri.plan import (
    Line,
    Plan,
    balance,
    capacity,
    costs,
    costs_by_country,
    emissions,
    emissions_by_source,
    energy_balance,
    generation,
    limits,
    measures,
    responses,
    total_welfare,
    welfare,
)
from khazri.plan.arrays import names, values
from khazri.program import build_program
from khazri.solve.blocks import BlockSolver
from khazri.solve.highs import HighsSolver
from khazri.solve.optimize import Effort, optimize
from khazri.system import System, build_system

from ..energy import energy_case, with_money
from .conftest import solved

SEEDS = st.integers(0, 4)


@cache
def system_of(seed: int) -> System:
    return build_system(energy_case(seed), 2030)


@cache
def plan_of(seed: int) -> Plan:
    return solved(system_of(seed))


@given(SEEDS)
@settings(max_examples=4)
def test_the_balance_of_every_bus_closes_over_the_year_and_in_each_hour(seed):
    """Rows of a bus add up to nothing; hour by hour the program's own balance does."""
    plan = plan_of(seed)
    table = balance(plan)
    turnover = table["energy_mwh"].abs().sum()
    assert table.groupby("bus")["energy_mwh"].sum().abs().max() < 1e-7 * turnover
    checked = plan.data.sel(family=plan.data["family"] == "balance")
    assert (checked["violation"] <= checked["tolerance"]).all()
    flowing = table[table["energy_mwh"].abs() > 1.0]
    assert {"fuel", "conversion", "generation", "saved"} <= set(flowing["item"])
    assert set(flowing["carrier"]) >= {"electricity", "gas", "heat", "hydrogen"}


@given(SEEDS)
@settings(max_examples=4)
def test_the_energy_balance_of_each_country_closes_carrier_by_carrier(seed):
    """The lines of a country and carrier add up to nothing, and say what other tables do."""
    plan = plan_of(seed)
    table = energy_balance(plan)
    turnover = table["energy_mwh"].abs().sum()
    assert table.groupby(["country", "carrier"])["energy_mwh"].sum().abs().max() < 1e-7 * turnover
    assert set(table["line"]) <= {str(line) for line in Line} == set(BALANCE_LINES)
    lines = table.groupby(["country", "carrier", "line", "detail"])["energy_mwh"].sum()
    gas = plan.data["supply_output"].sel(supply="ccgt").sum().item() / 0.5
    assert lines["AA", "gas", "plants", "gas"] == pytest.approx(-gas, rel=1e-6)
    sent = plan.data["forward"].sel(link="pipe").sum().item()
    assert lines["AA", "gas", "exports", "BB"] == pytest.approx(-sent, rel=1e-6)
    assert lines["BB", "gas", "imports", "AA"] == pytest.approx(0.99 * sent, rel=1e-6)
    stored = plan.data["charge"].sel(store="co2_store").sum().item()
    captured = lines.get(("AA", "co2", "conversion", "gas"), 0.0)
    assert captured == pytest.approx(stored, rel=1e-6, abs=1e-3)


@given(SEEDS)
@settings(max_examples=4)
def test_carbon_closes(seed):
    """CO2 emitted is the carbon taken from the ground, bought as fuel and imported, less what is
    exported, kept in stores and in products: counted by flows, not by plants."""
    plan, system = plan_of(seed), system_of(seed)
    carbon = dict(zip(system.buses.name, np.isin(system.buses.carrier, "gas") * 0.2, strict=True))
    carbon["c"] = 1.0
    table = balance(plan).pivot_table("energy_mwh", "item", "bus", aggfunc="sum")

    def carried(item: str) -> float:
        return float(sum(carbon[bus] * table.loc[item, bus] for bus in table.columns))

    made = generation(plan).set_index("asset")
    bought = 0.2 * made.loc["old", "energy_mwh"] / 0.35
    efficiency = {"battery": 1.0, "gas_store": 0.98, "co2_store": 1.0}
    data = plan.data
    stored = sum(
        carbon[str(bus)] * float(efficiency[str(name)] * into - out)
        for name, bus, into, out in zip(
            data["store"].to_numpy(),
            data["store_bus"].to_numpy(),
            data["charge"].sum("hour").to_numpy(),
            data["discharge"].sum("hour").to_numpy(),
            strict=True,
        )
    )
    demands = system.demands
    urea = list(demands.name).index("urea")
    given_up = responses(plan).set_index("demand").loc["urea", "given_up_mwh"]
    products = 0.7 * 0.2 * (system.demand_energy()[urea] - given_up)
    assert data["unserved"].to_numpy().sum() == pytest.approx(0.0, abs=0.1)
    nature = carried("generation") + bought + carried("purchases") + carried("sales")
    total = emissions_by_source(plan)["co2_t"].sum()
    assert total == pytest.approx(nature - stored - products, rel=1e-5)
    assert emissions(plan)["emissions_t"].sum() == pytest.approx(total)
    assert stored >= -1e-3


@given(SEEDS)
@settings(max_examples=4)
def test_costs_and_welfare_add_up(seed):
    plan = plan_of(seed)
    assert costs(plan)["cost_eur"].sum() == pytest.approx(plan.cost, rel=1e-7)
    assert costs_by_country(plan)["cost_eur"].sum() == pytest.approx(plan.cost, rel=1e-7)
    frame = welfare(plan)
    countries, everyone = frame["total_eur"].iloc[:-1], frame["total_eur"].iloc[-1]
    assert countries.sum() == pytest.approx(everyone)
    assert everyone == pytest.approx(total_welfare(plan), rel=1e-8)


@given(SEEDS, st.floats(-2.0, 2.0))
@settings(max_examples=4)
def test_welfare_adds_up_whatever_the_prices_of_all_carriers(seed, noise):
    plan = plan_of(seed)
    rng = np.random.default_rng(seed)
    data = plan.data.copy()
    for name in ("price", "bus_limit_income", "store_limit_income"):
        values = data[name].to_numpy()
        data[name] = (data[name].dims, values + noise * rng.normal(size=values.shape) * 20)
    wrong = Plan(data)
    assert welfare(wrong)["total_eur"].iloc[-1] == pytest.approx(total_welfare(wrong), rel=1e-8)


@pytest.mark.parametrize(("gas", "column"), [("co2", "emissions_t"), ("co2e", "co2e_t")])
def test_a_cap_holds_what_the_tables_count(gas, column):
    """Four fifths of what AA emits freely: the limit, what it uses and the table of emissions are
    one number, and what it charges everybody, demand included, leaves the accounts closed."""
    free = emissions(plan_of(1)).set_index("country")[column]
    row = {"limit": "cap", "name": "cap", "kind": "emissions", "sense": "max", "year": 2030}
    row |= {"country": "AA", "value": 0.8 * free["AA"], "gas": gas}
    plan = solved(build_system(energy_case(1, limits=[row]), 2030))
    cap = limits(plan).set_index("limit").loc["cap"]
    assert cap["value"] == pytest.approx(0.8 * free["AA"])
    assert cap["used"] == pytest.approx(cap["value"], rel=1e-6)
    assert cap["price_eur"] < -1
    held = emissions(plan).set_index("country")[column]
    assert held["AA"] == pytest.approx(cap["value"], rel=1e-5)
    frame = welfare(plan).set_index("country")
    assert frame.loc["", "total_eur"] == pytest.approx(total_welfare(plan), rel=1e-8)
    assert frame.loc["", "limit_rents_eur"] == pytest.approx(
        -cap["price_eur"] * cap["value"], rel=1e-4
    )


@given(SEEDS)
@settings(max_examples=4)
def test_measures_are_taken_where_they_cost_less_than_they_save(seed):
    """Alone, a measure is taken up wholly or not at all, by its cost against the prices of its
    hours; one that costs less than nothing always is. Overlapping ones keep to their share."""
    table = measures(plan_of(seed)).set_index("measure")
    assert table.loc["idle", "cost_per_mwh"] < 0
    assert table.loc["idle", "uptake"] == pytest.approx(1.0)
    alone = table[table["overlap"] == ""]
    clear = alone[(alone["worth_per_mwh"] - alone["cost_per_mwh"]).abs() > 1e-3]
    worthwhile = clear["cost_per_mwh"] < clear["worth_per_mwh"]
    assert clear["uptake"].to_numpy() == pytest.approx(worthwhile.to_numpy(dtype=float), abs=1e-6)
    assert table["cost_per_mwh"].is_monotonic_increasing
    shell = table[table["overlap"] == "shell"]
    potential = shell["potential_mwh"] / (1 - 0.2)
    assert (shell["uptake"] * potential).sum() <= 0.75 * potential.sum() * (1 + 1e-6)
    assert table["saved_mwh"].to_numpy() == pytest.approx(
        (table["uptake"] * table["potential_mwh"]).to_numpy(), rel=1e-5
    )


@given(SEEDS)
@settings(max_examples=2)
def test_twice_the_money_changes_nothing_but_the_money(seed):
    plan = plan_of(seed)
    double = solved(build_system(with_money(energy_case(seed), 2.0), 2030))
    assert double.cost == pytest.approx(2 * plan.cost, rel=1e-7)
    saved = [measures(made).set_index("measure")["uptake"] for made in (plan, double)]
    pd.testing.assert_series_equal(saved[0], saved[1], rtol=1e-5, atol=1e-6)
    carbon = [emissions(made)["emissions_t"].sum() for made in (plan, double)]
    assert carbon[1] == pytest.approx(carbon[0], rel=1e-4)
    built = [capacity(made)["built_mw"] for made in (plan, double)]
    np.testing.assert_allclose(built[1], built[0], rtol=1e-5, atol=1e-4)
    lines = [
        made.set_index(["country", "carrier", "line", "detail"])["energy_mwh"]
        for made in map(energy_balance, (plan, double))
    ]
    both = pd.concat(lines, axis=1).fillna(0.0).to_numpy()
    assert np.abs(both[:, 0] - both[:, 1]).max() < 1e-6 * np.abs(both).sum()


@given(SEEDS)
@settings(max_examples=4)
def test_what_more_wind_frees_is_what_the_balances_say(seed):
    """A tenth more wind in the dearest hour: what plants, counted hour by hour at their own need,
    burn less of gas is what fields, stores, markets and users have more of, line by line."""
    calm = system_of(seed)
    plan = plan_of(seed)
    wind = list(calm.supplies.name).index("wind")
    hour = int(values(plan, "price")[:, calm.supplies.bus[wind]].argmax())
    profiles = calm.profiles.copy()
    profiles[hour, calm.supplies.profile[wind]] += 0.1
    windy = solved(replace(calm, profiles=profiles))
    assert windy.cost < plan.cost
    lines = energy_balance(windy).merge(
        energy_balance(plan), "outer", ["country", "carrier", "line", "detail"]
    )
    lines["change"] = lines["energy_mwh_x"].fillna(0.0) - lines["energy_mwh_y"].fillna(0.0)
    gas = lines[lines["carrier"] == "gas"]
    freed = sum(sign * _gas_burnt(made) for sign, made in ((1.0, plan), (-1.0, windy)))
    burnt = gas["line"].isin([str(Line.PLANTS), str(Line.CONVERSION)])
    size = lines["energy_mwh_y"].abs().sum()
    assert gas["change"][burnt].sum() == pytest.approx(freed, abs=1e-7 * size)
    assert gas["change"][~burnt].sum() == pytest.approx(-freed, abs=1e-7 * size)
    changed = lines.groupby(["country", "carrier"])["change"].sum()
    assert changed.abs().max() < 1e-7 * size
    assert lines["change"].abs().max() > 1e-3


def _gas_burnt(plan: Plan) -> float:
    """Gas that plants and conversions draw from buses of gas in all hours [MWh]."""
    is_gas = dict(zip(names(plan, "bus"), names(plan, "bus_carrier") == "gas", strict=True))
    supply = [is_gas.get(bus, False) for bus in names(plan, "supply_fuel_bus")]
    port = [is_gas[bus] for bus in names(plan, "port_bus")]
    output = values(plan, "supply_output") * values(plan, "supply_fuel_use")
    return float(output[:, supply].sum() - values(plan, "port_flow")[:, port].sum())


def test_the_block_method_proves_a_month():
    """Measures and contracts tie all hours together, stores and ramps one to the next."""
    program = build_program(build_system(energy_case(2, hours=28 * 24), 2030))
    certificate = optimize(program, BlockSolver(), Effort()).certificate
    assert not certificate.faults
    assert 0 <= certificate.gap < 1e-6


def test_rounds_over_segments_enclose_the_plan_of_every_hour():
    """Measures, response and stores of CO2 over segments: a proven bound below the optimum, a
    certified plan above it."""
    program = build_program(build_system(energy_case(3, hours=96), 2030))
    optimum = optimize(program, HighsSolver(), Effort(segments=24, gap=0.9, window_h=24))
    exact = optimize(program, HighsSolver(), Effort(segments=0)).certificate.cost
    certificate = optimum.certificate
    assert not optimum.is_exact
    assert not certificate.faults
    assert certificate.bound <= exact * (1 + 1e-9) <= certificate.cost * (1 + 2e-9)
