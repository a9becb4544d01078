"""Corridors under several scenarios."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from khazri.appraise.cba import Method
from khazri.appraise.cba.case_appraisal import variants
from khazri.appraise.cba.regret import NEVER, regret_of, scenario_variants


@pytest.fixture(scope="module")
def dear_and_cheap(appraised):
    """The plans of the reference under another name, with links ten thousand times as dear."""
    terms = replace(appraised.terms, methods=(Method.PINT,))
    dear = replace(
        appraised.corridors,
        appraised=tuple(
            replace(one, legs=tuple(
                replace(leg, investment={c: 1e4 * v for c, v in leg.investment.items()})
                for leg in one.legs))
            for one in appraised.corridors.appraised
        ),
    )  # fmt: skip
    other = replace(terms, scenario="dear")
    results = {
        **appraised.results,
        **{replace(v, scenario="dear"): r for v, r in appraised.results.items()},
    }
    return regret_of({"cheap": (appraised.corridors, terms), "dear": (dear, other)}, results)


def test_only_the_plans_of_corridors_alone_are_needed(appraised):
    terms = replace(appraised.terms, methods=(Method.PINT,))
    needed = set(scenario_variants(appraised.corridors, terms))
    assert needed < set(variants(appraised.corridors, terms))


def test_regret_is_what_is_missed_against_the_best(dear_and_cheap, appraised):
    """Built at once it is worth what the appraisal says; under dear links not to build is best."""
    table = dear_and_cheap.values
    rows = table[(table["corridor"] == "corin_line") & (table["country"] == "")]
    square = rows.pivot_table(index="option", columns="scenario", values="npv_eur")
    value = appraised.found.value
    known = value[(value["corridor"] == "corin_line") & (value["method"] == "pint")]
    at_once = known.set_index("country").loc["", "npv_eur"]
    assert square.loc["built at once", "cheap"] == pytest.approx(at_once)
    assert at_once > 0 > square["dear"].drop(NEVER).max()
    assert (square.loc[NEVER] == 0.0).all()
    lost = rows.pivot_table(index="option", columns="scenario", values="regret_eur")
    pd.testing.assert_frame_equal(lost, square.max() - square)


def test_the_choice_has_the_smallest_largest_regret(dear_and_cheap):
    choices, values = dear_and_cheap.choices, dear_and_cheap.values
    for (corridor, country), rows in choices.groupby(["corridor", "country"]):
        own = values[(values["corridor"] == corridor) & (values["country"] == country)]
        largest = own.groupby("option")["regret_eur"].max()
        chosen = rows.set_index("option")
        assert chosen["largest_regret_eur"].to_dict() == pytest.approx(largest.to_dict())
        assert chosen.loc[chosen["is_chosen"], "largest_regret_eur"].max() == pytest.approx(
            largest.min()
        )


def test_adequacy_counts_under_all_scenarios(appraised):
    """400 EUR a year saved by whatever stands: a start at once is worth more by all years of it."""
    terms = replace(appraised.terms, methods=(Method.PINT,))
    held = {terms.scenario: (appraised.corridors, terms)}

    def adequacy(variant):
        return {"BE": 100.0 if variant.built else 500.0}

    def of_belma(found):
        rows = found.values[found.values["corridor"] == "corin_line"]
        return rows[rows["country"] == "BE"].set_index("option")["npv_eur"]

    plain = of_belma(regret_of(held, appraised.results))
    more = of_belma(regret_of(held, appraised.results, adequacy))
    line = appraised.corridors.of("corin_line").legs[0]
    years = np.arange(line.start, line.start + line.life) - terms.base_year
    worth = 400.0 * ((1 + terms.rate) ** -years.astype(float)).sum()
    assert more["built at once"] - plain["built at once"] == pytest.approx(worth)
    assert more[NEVER] == plain[NEVER] == 0.0
