"""Appraisals from plans: which are needed, and that tables follow from them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from tests.corridors import change, two_corridors

from khazri.appraise.cba import Method
from khazri.appraise.cba.case_appraisal import ALL, appraise, variants
from khazri.appraise.cba.corridors import read_corridors, with_legs
from khazri.case import read_case
from khazri.errors import UsageError
from khazri.study import CorridorState, varied

_EUR = 1.0
"""Sums of a hundred million EUR are rounded to less than that."""


def _rows(table, **where):
    for column, value in where.items():
        table = table[table[column] == value]
    return table


# ---- corridors -----------------------------------------------------------------------------------


def test_legs_follow_each_other_and_cost_both_ends_alike(appraised):
    """The second pole costs 18,000 EUR: 9,000 each; 2 % a year of it are 180 EUR each."""
    first, second = appraised.corridors.of("sea_cable").legs
    assert (first.start, second.start) == (2030, 2035)
    assert second.investment == pytest.approx({"AR": 9000.0, "BE": 9000.0})
    assert second.fixed == pytest.approx({"AR": 180.0, "BE": 180.0})
    assert second.life == 40


def test_a_later_leg_does_not_run_before_an_earlier_one(tmp_path):
    folder = two_corridors(tmp_path / "two")
    change(folder, "links", {"commissioning_year": "2038"}, link="sea_cable_1")
    legs = read_corridors(read_case(folder), ["sea_cable"]).of("sea_cable").legs
    assert [leg.start for leg in legs] == [2038, 2038]


def test_corridors_that_are_off_are_appraised_only_by_name(tmp_path):
    folder = two_corridors(tmp_path / "two")
    change(folder, "corridors", {"state": str(CorridorState.OFF)}, corridor="corin_line")
    case = read_case(folder)
    assert read_corridors(case).names == ("sea_cable",)
    assert read_corridors(case).left_out == {"corin_line"}
    assert read_corridors(case, ["corin_line"]).names == ("corin_line",)


def test_corridors_that_the_scenario_demands_stand_in_every_plan(tmp_path):
    folder = two_corridors(tmp_path / "two")
    change(folder, "corridors", {"state": str(CorridorState.BUILT)}, corridor="corin_line")
    corridors = read_corridors(read_case(folder), ["sea_cable"])
    assert corridors.variant({}, 2030, "reference").built == {"corin_line"}


def test_a_corridor_that_is_not_there_is_refused_with_a_suggestion(appraised):
    with pytest.raises(UsageError, match="did you mean 'sea_cable'"):
        read_corridors(appraised.case, ["see_cable"])


# ---- which plans ---------------------------------------------------------------------------------


def test_choices_that_are_the_same_in_a_year_are_one_plan(appraised):
    """2030: none, each, both, the second pole not there yet: 4. 2040: these, and the first pole
    alone, by itself and beside the line: 6."""
    wanted = variants(appraised.corridors, appraised.terms)
    assert [sum(v.year == year for v in wanted) for year in (2030, 2040)] == [4, 6]


def test_a_leg_alone_narrows_the_links(appraised):
    one = appraised.corridors.variant({"sea_cable": 1}, 2040, "reference")
    assert one.links == {"sea_cable_1", "corin_dc"}
    assert (one.built, one.off) == ({"sea_cable"}, {"corin_line"})
    assert appraised.corridors.variant({"sea_cable": 1}, 2030, "reference").links is None
    varied(appraised.case, one)


def test_one_method_needs_fewer_plans(appraised):
    terms = replace(appraised.terms, methods=(Method.TOOT,))
    assert set(variants(appraised.corridors, terms)) < set(appraised.results)
    found = appraise(appraised.corridors, terms, appraised.results)
    assert set(found.value["method"]) == {"toot"}


# ---- benefits ------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", list(Method))
@pytest.mark.parametrize("corridor", ["sea_cable", "corin_line"])
@pytest.mark.parametrize("year", [2030, 2040])
def test_benefits_are_what_the_plans_cost_less(appraised, method, corridor, year):
    """Without a value of CO2 beyond its price: cost without less cost with, and the yearly cost of
    the corridor, which is counted as investment, given back."""
    with_it, without = (
        appraised.at(year, **with_legs(appraised.corridors, corridor, n, method)) for n in (2, 0)
    )
    paid = with_it.tables["paid"]["eur_a"].sum() - without.tables["paid"]["eur_a"].sum()
    rows = _rows(appraised.found.yearly, corridor=corridor, method=str(method), year=year)
    assert rows["eur_a"].sum() == pytest.approx(without.cost - with_it.cost + paid, abs=_EUR)
    rests = _rows(appraised.found.rests_on, corridor=corridor, method=str(method), year=year)
    assert rests["benefit_eur_a"].item() == pytest.approx(rows["eur_a"].sum(), abs=1e-6)
    assert (rests["with_plan"].item(), rests["without_plan"].item()) == (with_it.key, without.key)
    doubt = sum(one.cost - one.bound for one in (with_it, without))
    assert rests["uncertainty_eur_a"].item() == pytest.approx(max(doubt, 0.0), abs=1e-6)


def test_a_social_cost_of_carbon_is_a_benefit_of_its_own(appraised):
    """At s EUR/t: what plants pay less than before, less s for each tonne more."""
    terms = replace(appraised.terms, societal_co2=150.0)
    found = appraise(appraised.corridors, terms, appraised.results)
    with_it, without = (appraised.at(2030, sea_cable=n).tables["outcome"] for n in (1, 0))
    change_of = (with_it - without).sum()
    rows = _rows(found.yearly, corridor="sea_cable", method="pint", year=2030)
    beyond = _rows(rows, kind="CO2 beyond its price")["eur_a"].sum()
    assert beyond == pytest.approx(
        change_of["emissions_payments_eur"] - 150.0 * change_of["co2_t"], abs=_EUR
    )
    assert abs(beyond) > 100 * _EUR


def test_legs_that_cannot_run_yet_are_told(appraised):
    assert appraised.found.waiting.to_dict("records") == [
        {"corridor": "sea_cable", "leg": "sea_cable/2", "year": 2030, "start": 2035}
    ]


# ---- value ---------------------------------------------------------------------------------------


def test_the_value_of_all_is_that_of_the_countries_and_follows_from_the_years(appraised):
    """The line: 20,000 EUR in halves in 2028 and 2029, 400 EUR a year from 2030 to 2069, benefits
    of 2030 and 2040 with straight lines between, held after: discounted at 4 % to 2025."""
    rows = _rows(appraised.found.value, corridor="corin_line", method="pint")
    total = _rows(rows, country="")
    assert rows[rows["country"] != ""]["npv_eur"].sum() == pytest.approx(total["npv_eur"].item())
    yearly = _rows(appraised.found.yearly, corridor="corin_line", method="pint")
    at = yearly.groupby("year")["eur_a"].sum()
    years = np.arange(2030, 2070)
    gained = np.interp(years, [2030, 2040], at.to_numpy()) - 400.0
    factor = 1.04 ** -(years - 2025.0)
    paid = 10_000 * (1.04**-3 + 1.04**-4)
    assert total["npv_eur"].item() == pytest.approx(gained @ factor - paid, abs=_EUR)


def test_uncertainty_is_discounted_like_benefits(appraised):
    """Were both plans of each year 10 EUR off, the value of 40 years would be by 20 EUR a year."""
    wide = {v: replace(r, bound=r.cost - 10.0) for v, r in appraised.results.items()}
    found = appraise(appraised.corridors, appraised.terms, wide)
    rows = _rows(found.value, corridor="corin_line", method="toot", country="")
    annuities = (1.04 ** -(np.arange(2030, 2070) - 2025.0)).sum()
    assert rows["uncertainty_eur"].item() == pytest.approx(20.0 * annuities)


def test_all_together_are_against_none_by_either_method(appraised):
    """Their yearly benefit is that of the plan with all against that with none."""
    both = _rows(appraised.found.value, corridor=ALL, country="").set_index("method")["npv_eur"]
    assert both["toot"] == pytest.approx(both["pint"])
    yearly = _rows(appraised.found.yearly, corridor=ALL, method="pint", year=2030)["eur_a"].sum()
    whole = appraised.at(2030, sea_cable=1, corin_line=1)
    paid = whole.tables["paid"]["eur_a"].sum()
    assert yearly == pytest.approx(appraised.at(2030).cost - whole.cost + paid, abs=_EUR)


def test_all_together_are_the_sum_and_what_they_are_beyond_it(appraised):
    """Each has its own years; what both are beyond the sum counts while both run: at that of 2030
    and 2040 in these years, between on the line from one to the other, then held."""
    value = appraised.found.value
    pint = value[(value["method"] == "pint") & (value["country"] == "")].set_index("corridor")
    yearly = appraised.found.yearly[appraised.found.yearly["method"] == "pint"]
    total = yearly.pivot_table(index="year", columns="corridor", values="eur_a", aggfunc="sum")
    beyond = total[ALL] - total["sea_cable"] - total["corin_line"]
    assert (beyond.abs() > _EUR).any()
    cable, line = (appraised.corridors.of(name).legs for name in ("sea_cable", "corin_line"))
    first = max(cable[0].start, line[0].start)
    end = min(max(leg.start + leg.life for leg in legs) for legs in (cable, line))
    years = np.arange(first, end)
    worth = np.interp(years, beyond.index, beyond)
    present = (worth * (1 + appraised.terms.rate) ** (appraised.terms.base_year - years)).sum()
    sums = pint["npv_eur"]["sea_cable"] + pint["npv_eur"]["corin_line"]
    assert pint["npv_eur"][ALL] == pytest.approx(sums + present, rel=1e-9)


def test_delay_and_starts_agree(appraised):
    """The line has one leg: a year of delay is the value of a start in 2031 less that in 2030."""
    where = {"corridor": "corin_line", "method": "pint"}
    starts = _rows(appraised.found.starts, country="", **where).set_index("start")["npv_eur"]
    delays = _rows(appraised.found.delays, country="", delay_a=1, **where)
    assert delays["change_eur"].item() == pytest.approx(starts[2031] - starts[2030], abs=1e-6)


# ---- synergy -------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", list(Method))
def test_synergy_is_what_both_add_beyond_each(appraised, method):
    """Of two corridors taking out and putting in start from other ends and find the same."""
    rows = _rows(appraised.found.synergy, year=2030, method=str(method))
    square = rows.pivot_table(index="corridor", columns="other", values="eur_a")
    worth = {
        legs: -appraised.at(2030, **dict(legs)).cost
        + appraised.at(2030, **dict(legs)).tables["paid"]["eur_a"].sum()
        for legs in [(), (("sea_cable", 1),), (("corin_line", 1),),
                     (("sea_cable", 1), ("corin_line", 1))]
    }  # fmt: skip
    none, sea, line, both = worth.values()
    assert square.loc["sea_cable", "corin_line"] == pytest.approx(both - sea - line + none, abs=2.0)
    own = both - line if method is Method.TOOT else sea - none
    assert square.loc["sea_cable", "sea_cable"] == pytest.approx(own, abs=2.0)
    pd.testing.assert_frame_equal(square, square.T, check_names=False)


# ---- steps and adequacy --------------------------------------------------------------------------


@pytest.mark.parametrize("method", list(Method))
def test_a_late_step_costs_what_its_leg_costs(appraised, method):
    """A year of the permit is a year of the first pole, for everybody; the second pole has five
    years to spare after its works, so a year of those costs nobody anything."""
    rows = _rows(appraised.found.step_delays, corridor="sea_cable", method=str(method))
    of_leg = _rows(
        appraised.found.delays,
        corridor="sea_cable",
        method=str(method),
        leg="sea_cable/1",
        delay_a=1,
    )
    late = _rows(rows, step="sea_cable_permit").set_index("country")["change_eur"]
    assert late.to_dict() == pytest.approx(of_leg.set_index("country")["change_eur"].to_dict())
    assert abs(late[""]) > _EUR
    second = _rows(rows, step="sea_cable_second")
    assert set(second["later_a"]) == {0}
    assert second["change_eur"].abs().max() == 0.0
    assert set(appraised.found.steps["owner"]) == set(rows["owner"])


def test_adequacy_is_added_where_somebody_finds_it(appraised):
    """Belma lacks 500 EUR a year where nothing stands, 100 with anything: each corridor by itself
    is worth 400 EUR a year more to it, and to all."""

    def adequacy(variant):
        return {"BE": 100.0 if variant.built else 500.0}

    terms = replace(appraised.terms, methods=(Method.PINT,))
    found = appraise(appraised.corridors, terms, appraised.results, adequacy)
    assert found.not_computed == ()
    assert appraised.found.not_computed
    rows = _rows(found.yearly, kind="adequacy", corridor="corin_line", year=2030)
    assert rows.set_index("country")["eur_a"].to_dict() == {"AR": 0.0, "BE": 400.0, "CO": 0.0}
    with_it, without = (
        _rows(one.rests_on, corridor="corin_line", method="pint", year=2030)["benefit_eur_a"].item()
        for one in (found, appraised.found)
    )
    assert with_it - without == pytest.approx(400.0, abs=1e-6)
