"""``khazri appraise --scenarios``: corridors held against other futures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from khazri.appraise.cba import Corridors, Regrets, Terms, scenario_variants
from khazri.appraise.cba.corridors import read_corridors
from khazri.case import read_case
from khazri.cli.outcome import Block, Grid
from khazri.report.numbers import money, unit_for
from khazri.study import Variant


def split_names(text: str) -> tuple[str, ...]:
    """Names of scenarios, as ``a,b,c``."""
    names = tuple(dict.fromkeys(one.strip() for one in text.split(",") if one.strip()))
    if not names:
        raise ValueError("names of scenarios of the case, as low_demand,high_demand")
    return names


def by_scenario(
    folder: Path, corridors: Corridors, terms: Terms, scenarios: Sequence[str]
) -> dict[str, tuple[Corridors, Terms]]:
    """The same corridors under each scenario, that of the terms first."""
    found = {terms.scenario: (corridors, terms)}
    for name in scenarios:
        if name not in found:
            other = read_corridors(read_case(folder, name), corridors.names)
            found[name] = (other, replace(terms, scenario=name))
    return found


def plans_of(scenarios: Mapping[str, tuple[Corridors, Terms]]) -> tuple[Variant, ...]:
    """The plans that tell the value of all corridors under all scenarios."""
    wanted = [v for one in scenarios.values() for v in scenario_variants(*one)]
    return tuple(dict.fromkeys(wanted))


def regret_blocks(found: Regrets, currency: str) -> list[Block]:
    """A grid for each corridor: options by scenario, and how much each is regretted at most."""
    blocks: list[Block] = []
    values = found.values[found.values["country"] == ""]
    for corridor, rows in values.groupby("corridor", sort=False):
        table = found.choices[found.choices["country"] == ""]
        table = table[table["corridor"] == corridor].set_index("option")
        square = rows.pivot_table(index="option", columns="scenario", values="npv_eur")
        square = square[list(found.scenarios)]
        unit = unit_for(money(currency), rows["npv_eur"].tolist())
        names = list(found.scenarios)
        amounts = square.to_dict("index")
        body = tuple(
            (
                str(option),
                *(unit.text(float(v)) for v in amounts[str(option)].values()),
                unit.text(float(row["largest_regret_eur"])),
                "least" if row["is_chosen"] else "",
            )
            for option, row in table.to_dict("index").items()
        )
        title = f"{corridor}: net value by scenario, and what is regretted at most [{unit.name}]"
        columns = ("option", *names, "regret", "")
        blocks += ["", Grid(columns, body, title, frozenset([*names, "regret"]))]
    return blocks
