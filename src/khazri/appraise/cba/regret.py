"""Corridors under several scenarios: what to build, when, or not at all, is regretted least."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from khazri.appraise.cba.benefits import Adequacy
from khazri.appraise.cba.case_appraisal import values_by_start
from khazri.appraise.cba.corridors import Corridors, with_legs
from khazri.appraise.cba.synergy import choice, regrets
from khazri.appraise.cba.worth import Terms
from khazri.study import Result, Variant

LATER = (0, 5, 10)
"""Years after the earliest start that are held against each other, and against not building."""

NEVER = "not built"


@dataclass(frozen=True, eq=False)
class Regrets:
    """What corridors are worth and how much is regretted; ``country`` "" is all.

    ``values``: corridor, country, option, scenario, npv_eur, regret_eur.
    ``choices``: corridor, country, option, largest_regret_eur, worst_eur, mean_eur, is_chosen (its
    largest regret is the smallest).
    """

    scenarios: tuple[str, ...]
    values: pd.DataFrame
    choices: pd.DataFrame


def scenario_variants(corridors: Corridors, terms: Terms) -> tuple[Variant, ...]:
    """The plans that tell the value of each corridor under the scenario of the terms, by the first
    of their methods."""
    found = [
        corridors.variant(with_legs(corridors, one.name, n, terms.methods[0]), year, terms.scenario)
        for one in corridors.appraised
        for n in range(len(one.legs) + 1)
        for year in terms.years
    ]
    return tuple(dict.fromkeys(found))


def regret_of(
    by_scenario: Mapping[str, tuple[Corridors, Terms]],
    results: Mapping[Variant, Result],
    adequacy: Adequacy | None = None,
) -> Regrets:
    """Hold corridors under all scenarios against each other.

    Parameters
        by_scenario  corridors and terms as each scenario has them
        results      of the :func:`scenario_variants` of all of them
        adequacy     finds what expected energy not served is worth; None: not computed

    Source
        Savage (1951), The theory of statistical decision
    """
    starts = pd.concat(
        [
            values_by_start(corridors, terms, results, adequacy).assign(scenario=name)
            for name, (corridors, terms) in by_scenario.items()
        ],
        ignore_index=True,
    )
    values, choices = [], []
    for (corridor, country), rows in starts.groupby(["corridor", "country"], sort=False):
        if rows["scenario"].nunique() < len(by_scenario):
            continue  # under some scenario it runs in no planning year
        square = _options(rows, list(by_scenario))
        lost, chosen = regrets(square), choice(square)
        labels = {"corridor": str(corridor), "country": str(country)}
        long, lacks = (
            frame.reset_index().melt(id_vars="option", value_name=name)
            for frame, name in ((square, "npv_eur"), (lost, "regret_eur"))
        )
        values.append(long.assign(regret_eur=lacks["regret_eur"], **labels))
        choices.append(chosen.reset_index().assign(**labels))
    columns = ["corridor", "country", "option", "scenario", "npv_eur", "regret_eur"]
    names = {"largest_regret": "largest_regret_eur", "worst": "worst_eur", "mean": "mean_eur",
             "least_regret": "is_chosen"}  # fmt: skip
    of_choice = ["corridor", "country", "option", *names.values()]
    return Regrets(
        tuple(by_scenario),
        pd.concat(values, ignore_index=True)[columns] if values else pd.DataFrame(columns=columns),
        pd.concat(choices, ignore_index=True).rename(columns=names)[of_choice]
        if choices
        else pd.DataFrame(columns=of_choice),
    )


def _options(rows: pd.DataFrame, scenarios: Sequence[str]) -> pd.DataFrame:
    """Net present value of each option (rows) under each scenario (columns)."""
    first = rows.groupby("scenario")["start"].transform("min")
    later = rows["start"] - first
    table = rows.assign(option=later.map({n: option_name(n) for n in LATER})).dropna()
    square = table.pivot_table(index="option", columns="scenario", values="npv_eur")
    square = square.loc[[option_name(n) for n in LATER], list(scenarios)]
    square.loc[NEVER] = 0.0
    return square.rename_axis(index="option", columns="scenario")


def option_name(later: int) -> str:
    """How readers call a start so many years after the earliest one."""
    return f"{later} years later" if later else "built at once"
