"""Tables of a plan: balances close, and the numbers are those of small sums."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khazri.plan import (
    balance,
    capacity,
    compare,
    emissions,
    exchange,
    generation,
    limits,
    links,
    price_parts,
    price_summary,
    summary,
    unserved,
)
from khazri.system import Stores, Supplies

from ..systems import group, system
from .conftest import random_plan, solved, two_areas

SEEDS = st.integers(0, 5)


@given(SEEDS)
@settings(max_examples=4)
def test_the_energy_of_every_bus_zone_and_carrier_closes(seed):
    frame = balance(random_plan(seed))
    for key in ("bus", "zone", "carrier"):
        sums = frame.groupby(key)["energy_mwh"].agg(["sum", lambda part: part.abs().sum()])
        left, moved = sums.to_numpy().T
        assert np.all(np.abs(left) < 1e-6 * moved)


@given(SEEDS)
@settings(max_examples=4)
def test_parts_of_prices_add_up_to_them(seed):
    plan = random_plan(seed)
    parts = price_parts(plan)
    total = parts.energy + parts.congestion + parts.scarcity
    assert total == pytest.approx(plan.prices.to_numpy(), abs=1e-4)
    assert np.all(parts.scarcity >= 0)
    assert np.ptp(parts.energy, axis=1) == pytest.approx(np.zeros(24), abs=1e-9)


def test_parts_of_the_prices_of_two_areas(joined, apart):
    """Joined: energy is the mean of 25 and 60 weighted with 1,000 and 1,500 MW, 46; A is 21 below,
    B 14 above. Apart, each is a system of its own, without congestion."""
    parts = price_parts(joined)
    assert parts.energy[0] == pytest.approx([46.0, 46.0], abs=0.02)
    assert parts.congestion[0] == pytest.approx([-21.0, 14.0], abs=0.02)
    assert parts.scarcity[0] == pytest.approx([0.0, 0.0])
    assert price_parts(apart).congestion[0] == pytest.approx([0.0, 0.0])


def scarce():
    """100 MW of demand, 80 MW of plants at 50 EUR/MWh in the second of three hours only 60."""
    return solved(
        system(
            3,
            load=np.full((3, 1), 100.0),
            profiles=[[1.0], [0.75], [1.5]],
            supplies=group(
                Supplies,
                1,
                name=["plant"],
                existing_mw=[80.0],
                profile=[0],
                variable_cost=[50.0],
                other_cost=[50.0],
                emissions=[0.5],
            ),
        )
    )


def test_unserved_demand_is_counted_and_told_first():
    """20 MW, then 40 MW stay unserved at 3,000 EUR/MWh; in the last hour 120 MW are there."""
    plan = scarce()
    row = unserved(plan).iloc[0]
    assert (row["energy_mwh"], row["hours"], row["peak_mw"]) == pytest.approx((60.0, 2.0, 40.0))
    told = summary(plan)
    assert told.unserved_mwh == pytest.approx(60.0)
    assert told.lines[0].startswith("60.0 MWh of demand (20 %) stay unserved in 2 hours")
    assert "unserved" in told.lines[0]
    prices = price_summary(plan).iloc[0]
    assert prices["hours_scarce"] == 2
    parts = price_parts(plan)
    assert parts.energy[:2, 0] == pytest.approx([50.0, 50.0])
    assert parts.scarcity[:2, 0] == pytest.approx([2950.0, 2950.0])


def test_generation_of_one_plant():
    """It makes 80 + 60 + 100 = 240 MWh of 240 that 80 MW make at load factor 1; 120 t of CO2."""
    plan = scarce()
    row = generation(plan).iloc[0]
    assert row["energy_mwh"] == pytest.approx(240.0)
    assert row["load_factor"] == pytest.approx(1.0)
    assert row["cost_eur"] == pytest.approx(240.0 * 50.0)
    assert row["curtailed_mwh"] == 0
    assert emissions(plan)["emissions_t"].tolist() == pytest.approx([120.0])


def test_a_store_delivers_less_than_it_takes():
    """50 MW are free in the first hour only, of which 40 charge a store of efficiency 0.9 * 0.9:
    the second hour has 32.4 MW of its 40 MW of demand."""
    plan = solved(
        system(
            2,
            load=[[10.0], [40.0]],
            profiles=[[1.0], [0.0]],
            supplies=group(Supplies, 1, existing_mw=[50.0], profile=[0], renewable=[True]),
            stores=group(
                Stores,
                1,
                charge_mw=[40.0],
                discharge_mw=[40.0],
                energy_mwh=[100.0],
                charge_efficiency=[0.9],
                discharge_efficiency=[0.9],
            ),
        )
    )
    items = balance(plan).set_index("item")["energy_mwh"]
    assert items["charge"] == pytest.approx(-40.0)
    assert items["discharge"] == pytest.approx(32.4)
    assert items["unserved"] == pytest.approx(7.6)
    store = generation(plan).set_index("asset").loc["stores0"]
    assert store["energy_mwh"] == pytest.approx(32.4)
    dispatched = plan.dispatch.sel(asset="stores0").to_numpy()
    assert dispatched == pytest.approx([-40.0, 32.4])


def test_the_link_of_two_areas(joined):
    """500 MWh forward, full in its one hour, rent 500 * 35 = 17,500."""
    row = links(joined).iloc[0]
    assert row["energy_forward_mwh"] == pytest.approx(500.0)
    assert row["energy_backward_mwh"] == pytest.approx(0.0, abs=1e-6)
    assert (row["hours_congested"], row["load_factor"]) == pytest.approx((1.0, 1.0))
    assert row["rent_eur"] == pytest.approx(17_500.0, abs=20.0)
    sent = exchange(joined).set_index(["from_country", "to_country"])["energy_mwh"]
    assert sent["A", "B"] == pytest.approx(500.0)
    assert sent["B", "A"] == pytest.approx(0.0, abs=1e-6)


def test_a_limit_that_binds_is_told_in_words():
    """The market step's yearly export volume binds in the random system."""
    frame = limits(random_plan(1)).set_index("limit")
    row = frame.loc["export_energy of market step"]
    assert row["used"] == pytest.approx(row["value"])
    assert row["words"].startswith("One more MWh allowed would save")
    assert frame.loc["import_energy of market step", "words"] == ""


def test_capacity_counts_what_is_built():
    plan = random_plan(1)
    frame = capacity(plan)
    assert (frame["built_mw"] <= frame["potential_mw"] - frame["existing_mw"] + 1e-3).all()
    assert frame["built_mw"].sum() > 0
    assert set(frame["country"]) == {"X", "Y"}


def test_comparison_gives_the_difference_first():
    """A link of 500 MW saves 21,250 EUR and lifts A's generation from 1,000 to 1,500 MWh."""
    tables = compare(solved(two_areas(0.0)), solved(two_areas(500.0)))
    for frame in tables.values():
        assert list(frame.columns)[-3:] == ["difference", "a", "b"]
    costs = tables["costs"].set_index("kind")
    assert costs.loc["total", "difference"] == pytest.approx(-21_250.0)
    made = tables["generation"].set_index("country")
    assert made.loc["A", ["difference", "a", "b"]].tolist() == pytest.approx([500, 1000, 1500])
    assert tables["prices"]["bus"].tolist() == ["b", "a"]
    assert tables["welfare"].iloc[0]["difference"] == pytest.approx(21_250.0, abs=0.05)
