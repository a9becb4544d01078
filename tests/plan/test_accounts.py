"""Accounts add up, and agree with a case solved by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khazri.plan import Plan, costs, costs_by_country, make_plan, total_welfare, welfare
from khazri.plan.accounts import link_rents
from khazri.program import build_program
from khazri.solve.highs import HighsSolver
from khazri.solve.optimize import Effort, optimize
from khazri.system import Limit, LimitKind

from ..systems import random_system
from .conftest import in_two_countries, random_plan, solved, two_areas

SEEDS = st.integers(0, 5)


def by_country(plan: Plan):
    return welfare(plan).set_index("country")


def test_prices_of_two_areas(apart, joined):
    """A marginal plant sets the price; between two plants any price in the step is one.

    Apart: A serves 1,000 MW with the plants up to 10 + 0.01 * 1,000 = 20, B 1,500 MW up to 70.
    Joined by 500 MW: A makes 1,500 MW, up to 25, B 1,000 MW, up to 60. Steps of 1 MW make the
    curve flat within 0.01 and 0.02 EUR/MWh.
    """
    assert apart.prices.to_numpy()[0] == pytest.approx([20.0, 70.0], abs=0.011)
    assert joined.prices.to_numpy()[0] == pytest.approx([25.0, 60.0], abs=0.011)


def test_the_gain_of_two_areas_is_exact(apart, joined):
    """The link gains 21,250 EUR in the hour.

    A's 500 MW more cost 500 * (20 + 25) / 2 = 11,250, B's 500 MW less save 500 * (60 + 70) / 2 =
    32,500. Steps valued at their middle give the same sums as the lines, to the last digit.
    """
    assert apart.cost - joined.cost == pytest.approx(21_250.0, abs=1e-6)
    assert total_welfare(joined) - total_welfare(apart) == pytest.approx(21_250.0, abs=0.05)


def test_who_gains_in_two_areas(apart, joined):
    """Congestion rent 500 * (60 - 25) = 17,500, half to each; consumers of B gain 1,500 * 10,
    those of A lose 1,000 * 5; producers of A gain 6,250, those of B lose 12,500.

    Prices within a step are not unique: each part may move by its volume times the step.
    """
    gain = by_country(joined) - by_country(apart)
    step = 1500 * 0.011 * 2
    assert gain.loc["B", "consumers_eur"] == pytest.approx(15_000.0, abs=step)
    assert gain.loc["A", "consumers_eur"] == pytest.approx(-5_000.0, abs=step)
    assert gain.loc["A", "producers_eur"] == pytest.approx(6_250.0, abs=step)
    assert gain.loc["B", "producers_eur"] == pytest.approx(-12_500.0, abs=step)
    assert gain.loc["A", "congestion_rent_eur"] == pytest.approx(8_750.0, abs=step)
    assert gain.loc["B", "congestion_rent_eur"] == pytest.approx(8_750.0, abs=step)
    assert gain.loc["", "total_eur"] == pytest.approx(21_250.0, abs=0.05)


def test_each_direction_of_a_link_pays_its_own_tariff():
    """The link of two areas, drawn from B to A: 500 MW go backward at 8 EUR/MWh, not at 3.

    4,000 EUR, half of it in each country; 17,500 - 4,000 = 13,500 of the rent are left.
    """
    areas = two_areas(500.0)
    turned = replace(
        areas.links,
        from_bus=areas.links.to_bus,
        to_bus=areas.links.from_bus,
        tariff_forward=np.array([3.0]),
        tariff_backward=np.array([8.0]),
    )
    plan = solved(replace(areas, links=turned))
    table = costs_by_country(plan)
    paid = table[table["kind"] == "link tariffs"].set_index("country")["cost_eur"]
    assert paid.to_dict() == pytest.approx({"A": 2000.0, "B": 2000.0})
    step = 500 * 0.011 * 2
    assert link_rents(plan)[1][0] == pytest.approx(13_500.0, abs=step)
    assert costs(plan)["cost_eur"].sum() == pytest.approx(plan.cost, rel=1e-7)


@given(SEEDS)
@settings(max_examples=4)
def test_costs_add_up_to_the_certified_cost(seed):
    plan = random_plan(seed)
    assert costs(plan)["cost_eur"].sum() == pytest.approx(plan.cost, rel=1e-7)
    by_place = costs_by_country(plan)
    assert by_place["cost_eur"].sum() == pytest.approx(plan.cost, rel=1e-7)
    assert set(by_place["country"]) == {"X", "Y"}
    tariffs = costs(plan).set_index("kind").loc["link tariffs", "cost_eur"]
    data = plan.data
    sent = data["forward"].sum("hour") * 0.5 + data["backward"].sum("hour") * 1.5
    assert tariffs == pytest.approx(float(sent[data["link_loss"] > 0].sum()), rel=1e-6)
    assert tariffs > 0


@given(SEEDS, st.floats(-2.0, 2.0))
@settings(max_examples=6)
def test_welfare_adds_up_whatever_the_prices(seed, noise):
    """The identity rests on the balances alone: prices, and multipliers of limits, may be wrong."""
    plan = random_plan(seed)
    rng = np.random.default_rng(seed)
    data = plan.data.copy()
    for name in ("price", "reserve_price", "supply_limit_income", "link_limit_income"):
        values = data[name].to_numpy()
        data[name] = (data[name].dims, values + noise * rng.normal(size=values.shape) * 50)
    wrong = Plan(data)
    frame = welfare(wrong)
    parts = frame.drop(columns=["country", "total_eur"])
    assert parts.sum(axis=1).to_numpy() == pytest.approx(frame["total_eur"].to_numpy())
    countries, everyone = frame["total_eur"].iloc[:-1], frame["total_eur"].iloc[-1]
    assert countries.sum() == pytest.approx(everyone)
    assert everyone == pytest.approx(total_welfare(wrong), rel=1e-8)


def test_new_plants_earn_their_costs():
    """Free entry: each MW of what is built, but not to its largest size, earns its annuity."""
    data = random_plan(1).data
    built = data["supply_built"].to_numpy()
    total = built + data["supply_existing"].to_numpy()
    inside = (built > 1.0) & (total < data["supply_potential"].to_numpy() - 1.0)
    assert inside.sum() >= 3
    margin = data["price"].sel(bus=data["supply_bus"]).to_numpy() - data["supply_other_cost"].data
    earned = (margin * data["supply_output"].to_numpy()).sum(axis=0)[inside] / total[inside]
    cost = data["supply_investment_cost"].to_numpy()[inside]
    # gas counts for the operating reserve, which may pay a part
    without_reserve = data["supply_reserve_share"].to_numpy()[inside] == 0
    assert earned[without_reserve] == pytest.approx(cost[without_reserve], rel=1e-3)


def test_a_share_of_renewables_is_paid_for_by_limit_rents():
    """With a limit that needs more wind and sun, its multiplier pays renewables; the payment leaves
    the accounts of the same country, so that totals stay."""
    chosen = in_two_countries(random_system(1, hours=24))
    renewable = chosen.supplies.renewable.astype(float)
    free = solved(chosen)
    made = float((free.data["supply_output"].to_numpy() * renewable).sum())
    none = np.zeros(0)
    limit = Limit(
        name="more",
        kind=LimitKind.ENERGY,
        sense="min",
        value=1.1 * made,
        unit="MWh",
        supply=renewable,
        **dict.fromkeys(("discharge", "conversion", "forward", "backward"), none),
        **dict.fromkeys(("supply_capacity", "store_capacity", "conversion_capacity"), none),
    )
    plan = solved(replace(chosen, limits=(limit,)))
    frame = welfare(plan)
    price = plan.data["limit_price"].to_numpy()[0]
    assert price > 0
    paid = -frame["limit_rents_eur"].iloc[-1]
    assert paid == pytest.approx(price * 1.1 * made, rel=1e-4)
    assert frame["total_eur"].iloc[-1] == pytest.approx(total_welfare(plan), rel=1e-9)
    assert total_welfare(plan) < total_welfare(free)


def test_the_bound_can_be_proven_from_the_plan():
    chosen = in_two_countries(random_system(2, hours=24))
    plan = solved(chosen)
    assert plan.prove(build_program(chosen)) == pytest.approx(plan.bound, rel=1e-12)


def test_a_plan_of_rounds_carries_its_proof_and_its_accounts():
    """Bounded from both sides over segments: the multipliers of the plan prove the bound anew
    from the file alone, and the accounts of the hours add up all the same."""
    chosen = in_two_countries(random_system(3, hours=96))
    program = build_program(chosen)
    effort = Effort(segments=24, gap=0.9, window_h=24)
    optimum = optimize(program, HighsSolver(), effort)
    assert not optimum.is_exact
    plan = make_plan(chosen, program, optimum)
    assert plan.prove(program) == pytest.approx(plan.bound, rel=1e-12)
    assert plan.bound < plan.cost
    frame = welfare(plan)
    assert frame["total_eur"].iloc[-1] == pytest.approx(total_welfare(plan), rel=1e-8)
    assert costs(plan)["cost_eur"].sum() == pytest.approx(plan.cost, rel=1e-7)
