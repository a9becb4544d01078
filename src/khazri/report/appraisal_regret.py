"""The part of an appraisal's page that holds corridors against several scenarios."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from khazri.appraise.cba import Regrets
from khazri.report.appraisal_view import METHOD_WORDS, AppraisalPage
from khazri.report.markup import Column, Section, element, table

_NOISE_EUR = 1e6
"""Countries that have less than this at stake are not named."""


def regret_section(page: AppraisalPage, found: Regrets) -> Section:
    """What each corridor is worth under each scenario, and which choice is regretted least."""
    titles = {one.name: one.title for one in page.found.corridors.appraised}
    blocks: list[Markup] = []
    for name, title in titles.items():
        values = found.values[found.values["corridor"] == name]
        if values.empty:
            continue
        choices = found.choices[found.choices["corridor"] == name]
        blocks += [
            element("h3", title),
            element("p", _words(page, values, choices)),
            _table(page, values, choices, found.scenarios),
            _by_country(page, choices),
        ]
    return Section(
        "regret",
        "Under other scenarios",
        f"Net present value {METHOD_WORDS[page.main]} if a corridor is built at once (in its "
        "earliest year), later, or not at all, and what each of these choices falls short of the "
        "best one if a scenario comes true: its regret.",
        tuple(blocks),
        lacking="" if blocks else "No corridor can run under all scenarios.",
    )


def _words(page: AppraisalPage, values: pd.DataFrame, choices: pd.DataFrame) -> str:
    """What a minister would take from the table."""
    of_all = choices[choices["country"] == ""].set_index("option")
    chosen = str(of_all.index[of_all["is_chosen"].to_numpy(dtype=bool)][0])
    most = float(of_all["largest_regret_eur"].min())
    unit = page.unit([most])
    best = values[(values["country"] == "") & (values["regret_eur"] <= 0.0)]
    wins = best.groupby("option")["scenario"].nunique()
    if most <= 0.0:
        return f"Under every scenario the best choice is the same: {chosen}."
    told = ", ".join(f"{option} under {n}" for option, n in wins.items())
    return (
        f"Least regretted is: {chosen}; it falls short of the best choice by at most "
        f"{unit.with_unit(most)}. Best is {told} of {values['scenario'].nunique()} scenarios."
    )


def _table(
    page: AppraisalPage, values: pd.DataFrame, choices: pd.DataFrame, scenarios: tuple[str, ...]
) -> Markup:
    rows = values[values["country"] == ""]
    square = rows.pivot_table(index="option", columns="scenario", values="npv_eur")
    of_all = choices[choices["country"] == ""].set_index("option")
    unit = page.unit(rows["npv_eur"].tolist())
    frame = square.loc[of_all.index, list(scenarios)].copy()
    frame["regret"] = of_all["largest_regret_eur"]
    frame["chosen"] = ["least" if one else "" for one in of_all["is_chosen"]]
    columns = [Column("option", "Choice")]
    columns += [Column(name, name.replace("_", " "), unit.text) for name in scenarios]
    columns += [Column("regret", "Largest regret", unit.text), Column("chosen", "Regretted")]
    return table(frame.reset_index(), columns, f"Net value by scenario for all, {unit.name}")


def _by_country(page: AppraisalPage, choices: pd.DataFrame) -> Markup:
    """The choice that each country would regret least, where it has anything to regret."""
    rows = choices[(choices["country"] != "") & choices["is_chosen"]]
    most = choices.groupby("country")["largest_regret_eur"].max()
    touched = [c for c in rows["country"].unique() if most[c] > _NOISE_EUR]
    if not touched:
        return Markup()
    by_option = {
        str(option): ", ".join(page.country(str(c)) for c in part["country"])
        for option, part in rows[rows["country"].isin(touched)].groupby("option", sort=False)
    }
    order = [str(one) for one in choices["option"].unique() if str(one) in by_option]
    frame = pd.DataFrame({"option": order, "who": [by_option[one] for one in order]})
    unit = page.unit([_NOISE_EUR])
    return table(
        frame,
        [Column("option", "Choice"), Column("who", "Countries")],
        f"What each country by itself would regret least, if it has more than "
        f"{unit.with_unit(_NOISE_EUR)} at stake",
    )
