"""A plan of several carriers becomes a report of all of them, whose headlines speak of power."""

from __future__ import annotations

import re
from dataclasses import replace

import pandas as pd
import pytest

from khazri.case import Case
from khazri.plan import Plan, emissions, energy_balance, summary
from khazri.report import ReportView, render
from khazri.report.collect import report_view
from khazri.system import build_system

from ..energy import energy_case
from ..plan.conftest import solved
from .test_render import Page


@pytest.fixture(scope="module")
def case() -> Case:
    return energy_case(0, hours=168)


@pytest.fixture(scope="module")
def plan(case: Case) -> Plan:
    return solved(build_system(case, 2030))


@pytest.fixture(scope="module")
def view(plan: Plan, case: Case) -> ReportView:
    return report_view(plan, case)


@pytest.fixture(scope="module")
def html(view: ReportView) -> str:
    return render(view)


def _brief(view: ReportView) -> str:
    """The page without hours and further carriers: soon rendered."""
    none = pd.DataFrame()
    return render(replace(view, further=(), prices=none, residual_load=none, link_use=none))


def test_headlines_speak_of_power(view: ReportView, plan: Plan, case: Case) -> None:
    """Demand in headlines is that of power alone; exchange is that of the cable."""
    system = build_system(case, 2030)
    power = system.load[:, system.buses.carrier == "electricity"].sum()
    assert summary(plan).demand_mwh == pytest.approx(power, rel=1e-6)
    cable = plan.data["forward"].sel(link="cable").sum().item()
    sent = view.exchange.set_index(["from_country", "to_country"])["energy_mwh"]
    assert sent["AA", "BB"] == pytest.approx(cable, rel=1e-6)
    assert set(sent.index) == {("AA", "BB"), ("BB", "AA")}
    assert "GWh of electricity net" in view.headline.verdict


def test_every_carrier_has_its_view_power_first(view: ReportView) -> None:
    carriers = [one.carrier for one in (view, *view.further)]
    assert [one.id for one in carriers] == ["electricity", "gas", "heat", "hydrogen", "co2"]
    assert [one.energy[0].name for one in carriers] == ["MWh"] * 4 + ["t"]
    gas = view.further[0]
    assert set(gas.links["link"]) == {"pipe", "trunk"}
    assert set(view.links["link"]) == {"cable"}
    assert "M" in set(gas.zones["zone"])
    assert "M" not in set(view.zones["zone"])


def test_what_enters_a_zone_leaves_it_for_every_carrier(view: ReportView) -> None:
    """In the mix of the year, and hour by hour in the weeks shown, draws of plants included."""
    for one in (view, *view.further):
        sums = one.mix.groupby("zone")["energy_mwh"].sum()
        assert (sums.abs() <= 1e-5 * one.mix["energy_mwh"].abs().sum()).all()
        key = ["week", "zone", "hour"]
        supplied = one.dispatch.groupby(key)["mw"].sum()
        wanted = one.week_load.set_index(key)["mw"]
        gap = supplied.reindex(wanted.index).fillna(0.0) - wanted
        assert (gap.abs() < 0.5).all()
    draws = view.further[0].mix.set_index(["zone", "group"])["energy_mwh"]
    assert draws["A", "demand"] < 0


def test_the_page_has_a_control_and_a_part_for_each_carrier(html: str) -> None:
    page = Page(html)
    buttons = [a for a in page.all("input") if a.get("name") == "carrier"]
    assert [a["id"] for a in buttons] == [f"carrier-{n}" for n in range(5)]
    assert ["checked" in a for a in buttons] == [True] + [False] * 4
    for number in range(5):
        rule = f"body:has(#carrier-{number}:checked) .carrier-part:not(.carrier-{number})"
        assert rule in html
        assert html.count(f"carrier-part carrier-{number}") >= 8
    ids = [a["id"] for _, a, _ in page.elements if "id" in a]
    assert len(ids) == len(set(ids))
    assert {"map", "gas-map", "heat-map", "co2-levels", "flows-aa"} <= set(ids)
    assert {(a["href"] or "")[1:] for name in ("a", "use") for a in page.all(name)} <= set(ids)
    regions = [a["aria-label"] for _, a, _ in page.elements if a.get("role") == "region"]
    assert len(regions) == len(set(regions))


def test_a_report_of_one_carrier_has_no_control(view: ReportView) -> None:
    html = render(replace(view, further=()))
    assert "carrier-part" not in html
    assert 'name="carrier"' not in html


def test_captured_co2_is_counted_in_tonnes(html: str) -> None:
    figure = html.split('<figure id="co2-capacity-zones"')[1].split("</figure>", maxsplit=1)[0]
    assert "MW" not in figure
    assert re.search(r"\d\u00a0t/h", figure)


def test_emissions_add_up_to_those_of_the_plan(view: ReportView, plan: Plan, html: str) -> None:
    told = emissions(plan)[["emissions_t", "co2e_t"]].sum()
    assert view.emissions["co2_t"].sum() == pytest.approx(told["emissions_t"], rel=1e-9)
    assert view.emissions["co2e_t"].sum() == pytest.approx(told["co2e_t"], rel=1e-9)
    assert "(GWP100)" in html
    assert "over 100 years" in html


def test_balances_stand_in_the_page_and_close(view: ReportView, plan: Plan, html: str) -> None:
    own = energy_balance(plan)
    own = own[own["country"] != "MM"]
    pd.testing.assert_frame_equal(view.energy_balance, own.reset_index(drop=True))
    table = html[html.index("Energy balance of AA;") :]
    table = table[: table.index("</table>")]
    last = table[table.rindex("<tr>") :]
    assert re.findall(r'data-value="([^"]*)"', last) == ["0"] * 5


def test_a_published_balance_stands_beside(plan: Plan, case: Case) -> None:
    """60,000 MWh of gas are said to be demanded by homes; the deviation is counted from that."""
    actuals = pd.DataFrame(
        [
            {"country": "AA", "year": 2030, "item": "balance:gas:demand:homes", "value": 6e4,
             "unit": "MWh"}
        ]
    ).reindex(columns=case.table("actuals").columns)  # fmt: skip
    told = replace(case, tables={**case.tables, "actuals": actuals})
    view = report_view(plan, told)
    row = view.published_balance.iloc[0]
    assert (row["carrier"], row["line"], row["detail"]) == ("gas", "demand", "homes")
    own = view.energy_balance.set_index(["country", "carrier", "line", "detail"])["energy_mwh"]
    homes = -own["AA", "gas", "demand", "homes"]
    assert row["model"] == pytest.approx(homes)
    assert row["deviation"] == pytest.approx(homes / 6e4 - 1)
    assert "Balance of AA in 2030 beside the published one, line by line: " in _brief(view)
    past = replace(view, published_balance=view.published_balance.assign(year=2024))
    assert "Balance of AA in 2024 beside the published one" in _brief(past)
    assert "Every line of the balance of AA in 2030" in _brief(past)


def test_other_prices_of_fuel_stand_beside_and_flips_are_named(plan: Plan, case: Case) -> None:
    """The other plan costs twice as much, sells power the other way and builds nothing."""
    scenarios = pd.DataFrame(
        [("free", "Free", None, "", "values"), ("fixed", "Fixed", "free", "", "tariffs")],
        columns=["scenario", "name", "parent", "description", "price_basis"],
    )
    told = replace(case, tables={**case.tables, "scenarios": scenarios})
    mine = Plan(plan.data.assign_attrs(scenario="free"))
    data = plan.data.copy(deep=True).assign_attrs(scenario="fixed", cost=2 * plan.cost)
    for name in ("supply_built", "conversion_built", "store_built"):
        data[name][:] = 0.0
    data["forward"], data["backward"] = data["backward"].copy(), data["forward"].copy()
    view = report_view(mine, told, other_basis=Plan(data))
    rows = view.basis.set_index(["figure", "country", "detail"]).sort_index()
    cost = rows.loc[("System cost", "", "")]
    assert cost[["value", "other"]].tolist() == [plan.cost, 2 * plan.cost]
    assert rows.loc[("Net exports", "AA", "electricity"), "flips"]
    assert rows.loc[("New capacity", "AA", "gas"), "other"] == 0
    assert not rows.loc[("CO2 emissions", "", ""), "flips"]
    # The mean price of the headline is that of electricity alone, whatever gas costs there.
    here = (data["bus_country"] == "AA") & (data["bus_carrier"] == "electricity")
    load, price = data["load"].to_numpy()[:, here], data["price"].to_numpy()[:, here]
    paid = rows.loc[("Mean price", "AA", "electricity"), "value"]
    assert paid == pytest.approx((load * price).sum() / load.sum())
    assert view.cards.set_index("name").loc["Mean price of AA", "value"] == paid
    text = Page(_brief(view)).text
    assert "Fuels are priced at values. At tariffs, supply would cost" in text
    assert "AA would export" in text
    alone = report_view(mine, told)
    assert alone.basis.empty
    assert "--scenario fixed" in Page(_brief(alone)).text
