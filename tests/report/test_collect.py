"""From a case to the tables of its report."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from khazri.case import assumptions, new_case, read_case
from khazri.plan import Plan, costs, plan_case, words
from khazri.report import Proof, render
from khazri.report.collect import report_view
from khazri.solve.optimize import Effort


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    """The demonstration case, of which nine days are planned."""
    full = read_case(new_case(tmp_path_factory.mktemp("cases") / "demo"))
    return replace(full, profiles=full.profiles.iloc[: 9 * 24], hours=9 * 24)


@pytest.fixture(scope="module")
def plan(case) -> Plan:
    return plan_case(case, effort=Effort(segments=0, gap=0.01))


@pytest.fixture(scope="module")
def view(plan, case):
    return report_view(plan, case)


def test_the_headline_is_that_of_the_plan(view, plan):
    head = view.headline
    assert head.proof is Proof.CERTIFIED
    assert (head.upper_bound_eur, head.lower_bound_eur) == (plan.cost, plan.bound)
    assert head.gap_asked == 0.01
    assert head.plan_hash == plan.key != ""
    assert head.largest_violation_mw < 1e-3
    assert head.created.endswith("UTC")


def test_what_is_shown_of_each_week_adds_up_to_demand(view):
    """Supply, imports and unserved demand, less charging, are the demand of every zone and hour."""
    assert set(view.weeks["week"]) <= {"peak", "wind", "tight"}
    assert (view.weeks["start_hour"] <= 2 * 24).all()
    key = ["week", "zone", "hour"]
    supplied = view.dispatch.groupby(key)["mw"].sum()
    wanted = view.week_load.set_index(key)["mw"]
    assert len(wanted) == len(view.weeks) * view.week_load["zone"].nunique() * 168
    gap = supplied.reindex(wanted.index) - wanted
    assert gap.abs().max() < 0.5


def test_the_balance_of_each_zone_closes(view):
    sums = view.balance.groupby("zone")["energy_mwh"].sum()
    moved = view.balance["energy_mwh"].abs().sum()
    assert sums.abs().max() < 1e-6 * moved


def test_costs_are_those_of_the_plan(view, plan):
    assert view.costs["cost_eur"].sum() == pytest.approx(plan.cost, rel=1e-6)
    card = view.cards.set_index("name").loc["System cost"]
    assert card["value"] == plan.cost
    assert np.isnan(card["change"])
    assert len(costs(plan)) >= len(view.costs)


def test_zones_and_prices_agree(view):
    shown = view.zones.loc[~view.zones["market"], "zone"]
    assert set(view.prices.columns) == set(shown)
    assert set(view.price_summary["zone"]) == set(shown)
    assert len(view.prices) == 9 * 24
    assert view.link_use.abs().to_numpy().max() <= 1.0


def test_changes_and_comparison_are_against_the_first_other_plan(plan, case):
    other = Plan(plan.data.assign_attrs(cost=plan.cost / 2))
    view = report_view(plan, case, others={"half": other})
    card = view.cards.set_index("name").loc["System cost"]
    assert card["change"] == pytest.approx(1.0)
    costs_of = view.comparison.query("figure == 'System cost'").set_index("name")["value"]
    assert costs_of["this plan"] == pytest.approx(2 * costs_of["half"])


def test_last_digits_of_the_solver_are_no_additions(plan, case):
    data = plan.data.copy(deep=True)
    data["supply_built"][:] = 0.009
    data["supply_built"][0] = 0.02
    built = report_view(Plan(data), case).capacity["built_mw"]
    assert built[(built > 0) & (built < 1)].tolist() == [0.02]


def test_a_plan_without_proof_says_so(plan, case):
    data = plan.data.copy()
    data["violation"] = data["violation"] + 1e6
    head = report_view(Plan(data), case).headline
    assert head.proof is Proof.NOT_PROVEN
    assert head.proof_words.startswith("Not proven: balance of")
    wide = Plan(plan.data.assign_attrs(bound=plan.bound / 2))
    told = report_view(wide, case).headline
    assert told.proof is Proof.GAP_OPEN
    assert "exact with corridors as decided" in told.proof_words
    rounds = Plan(wide.data.assign_attrs(is_exact=0))
    assert "as decided" not in report_view(rounds, case).headline.proof_words


def test_a_back_cast_is_told_in_words(plan, case):
    country = str(case.table("countries")["country"].iloc[0])
    frame = pd.DataFrame(
        {
            "country": [country] * 2,
            "item": ["generation:hydro_ror+solar", "import"],
            "partner": ["", country],
            "reported": [1.0, 2.0],
            "model": [1.5, 1.0],
            "unit": ["MWh"] * 2,
            "deviation": [0.5, -0.5],
            "source_id": ["expert"] * 2,
            "note": ["", "as told"],
        }
    )
    shown = report_view(plan, case, backcast=frame).backcast
    assert shown["item"].iloc[0] == "generation: hydro ror and solar"
    name = case.table("countries")["name"].iloc[0]
    assert shown["item"].iloc[1] == f"imports from {name}"
    assert shown["explanation"].iloc[1] == "as told"


def test_a_year_with_reports_is_held_against_them(plan, case, view):
    assert view.backcast.empty
    country = str(case.table("countries")["country"].iloc[0])
    report = {"country": country, "year": plan.year, "item": "demand", "value": 1.0, "unit": "MWh"}
    actuals = pd.DataFrame([report]).reindex(columns=case.table("actuals").columns)
    reported = replace(case, tables={**case.tables, "actuals": actuals})
    assert report_view(plan, reported).backcast["item"].tolist() == ["demand"]


def test_the_verdict_has_cost_trade_and_price_of_the_focus_country(view, plan, case):
    focus = view.headline.focus_country
    name = case.table("countries").set_index("country")["name"][focus]
    shown = view.cards.set_index("name")["value"]
    way = "exports" if shown[f"Net exports of {name}"] >= 0 else "imports"
    verdict = view.headline.verdict
    assert words.money(plan.cost, plan.currency) in verdict
    assert f"{name} {way} {words.energy(abs(shown[f'Net exports of {name}']))} net" in verdict
    assert f"{words.number(shown[f'Mean price of {name}'])} {plan.currency}/MWh" in verdict
    assert "unserved" not in verdict


def test_rows_on_judgement_are_counted_as_khazri_sources_does(view, case):
    assert view.assumptions["rows"].sum() == len(assumptions(case))


def test_the_report_can_be_drawn(view):
    page = render(view)
    assert view.headline.verdict in page
    assert len(page) < 5_000_000
