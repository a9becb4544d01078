"""Writes what came of the uncertain appraisal into docs/appraisal-uncertainty.md.

`make docs-uncertainty` runs the command that the page names; what is between the two headings below
is written anew from its folder, the rest of the page is left as it is.

    python docs/generate_uncertainty.py FOLDER
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from khazri.case import read_case
from khazri.report.numbers import number, percent

_HERE = Path(__file__).parent
_CASE = _HERE.parent / "cases" / "caspian"
_PAGE = _HERE / "appraisal-uncertainty.md"
_BEGIN, _END = "## What came of it\n", "## What a plan of a draw costs\n"
_COUNTRIES = 6
_SETTLED = 0.1
"""A value that the finer plans move by less than this share of it is called steady."""


def main() -> None:
    """Write the part from the folder named on the command line."""
    folder = Path(sys.argv[1])
    facts = json.loads((folder / "uncertainty.json").read_text(encoding="utf-8"))
    case = read_case(_CASE)
    countries = case.table("countries")
    names = dict(zip(countries["country"], countries["name"], strict=True))
    corridors = case.table("corridors").set_index("corridor")["name"]
    before, _, rest = _PAGE.read_text(encoding="utf-8").partition(_BEGIN)
    _, _, after = rest.partition(_END)
    lines = ["% Written by docs/generate_uncertainty.py; do not edit.", "", *_made(facts)]
    for name in dict.fromkeys(row["corridor"] for row in facts["chances"]):
        lines += [f"### {corridors[name]}", "", *_corridor(facts, name, names)]
    text = "\n".join([before + _BEGIN, *lines, "", _END + after])
    _PAGE.write_text(text, encoding="utf-8")
    print(_PAGE)


def _made(facts: Mapping[str, Any]) -> list[str]:
    """What was run, and how exact it is."""
    rests_on = pd.DataFrame(facts["rests_on"])
    plans = pd.concat([rests_on["with_plan"], rests_on["without_plan"]]).nunique()
    values = pd.DataFrame(facts["values"])
    worst = values.loc[values["country"] == "", "uncertainty_eur"].max()
    unclear = int(sum(row["unclear"] for row in facts["chances"] if not row["country"]))
    return [
        f"The command above, scenario `{facts['scenario']}`, seed {facts['seed']}: "
        f"{facts['draws']} draws, {plans} plans of draws, "
        + ("all certified" if rests_on["is_certified"].all() else "not all of them certified")
        + f". Plans of draws: {facts['fidelity_of_draws']}. Plans of the appraisal: "
        f"{facts['fidelity_of_appraisal']}. Present values of {facts['base_year']} at "
        f"{percent(facts['discount_rate'])}, in m EUR of {facts['base_year']}. The widest gaps of "
        f"plans move a value by {_m(worst, 2)} m EUR; {unclear or 'no'} "
        f"{'draw is' if unclear <= 1 else 'draws are'} nearer to zero than that.",
        "",
    ]


def _corridor(facts: Mapping[str, Any], name: str, names: Mapping[str, str]) -> list[str]:
    chances = pd.DataFrame(facts["chances"])
    chances = chances[chances["corridor"] == name].set_index("country")
    fidelity = pd.DataFrame(facts["fidelity"])
    fidelity = fidelity[fidelity["corridor"] == name].set_index("country")
    size = chances.drop(index="")[["p05", "p95"]].abs().max(axis=1)
    shown = ["", *size.sort_values(ascending=False).index[:_COUNTRIES]]
    body = []
    for code in shown:
        row = chances.loc[code]
        body.append(
            f"| {names[code] if code else 'all together'} | {row['paying']} of {row['draws']} "
            f"({percent(row['chance_low'])} to {percent(row['chance_high'])}) "
            f"| {_m(row['p05'])} | {_m(row['p50'])} | {_m(row['p95'])} "
            f"| {_m(fidelity.loc[code, 'npv_coarse_eur'])} "
            f"| {_m(fidelity.loc[code, 'npv_fine_eur'])} | {row['paying_shifted']} |"
        )
    titles = {row["driver"]: row["name"] for row in facts["drivers"]}
    tornado = pd.DataFrame(facts["tornado"])
    tornado = tornado[(tornado["corridor"] == name) & (tornado["country"] == "")]
    drivers = [
        f"| {titles[row['driver']]} | {number(row['low'])} to {number(row['high'])} "
        f"| {_m(row['npv_low_eur'])} | {_m(row['npv_high_eur'])} |"
        for row in tornado.to_dict("records")
    ]
    of_all = fidelity.to_dict("index")[""]
    coarse, fine = (float(of_all[f"npv_{kind}_eur"]) for kind in ("coarse", "fine"))
    return [
        "| | pays in | 5 % | median | 95 % | as plans of draws | as the appraisal "
        "| pays in, moved |",
        "|---|---|---|---|---|---|---|---|",
        *body,
        "",
        "The two columns before the last are the case as its tables say. Countries with the widest "
        "range. One driver at a time, all together:",
        "",
        "| driver | range | low end | high end |",
        "|---|---|---|---|",
        *drivers,
        "",
        _trust(
            next(row for row in facts["chances"] if row["corridor"] == name and not row["country"]),
            coarse,
            fine,
        ),
        "",
    ]


def _trust(row: Mapping[str, Any], coarse: float, fine: float) -> str:
    """How far the level and the sign of a corridor hold."""
    clear = (0, int(row["draws"]))
    paying = {int(row["paying"]), int(row["paying_shifted"])}
    if len(paying) == 1 and paying <= set(clear):
        sign = "The sign for all together is the same in all draws, moved or not"
    else:
        sign = (
            f"The sign for all together is not settled: it pays in {row['paying']} of "
            f"{row['draws']} draws, moved by what finer plans change in {row['paying_shifted']}"
        )
    off = abs(coarse - fine) / max(abs(fine), 1.0)
    if off < _SETTLED:
        level = f"the level is steady: finer plans move it by {percent(off)}"
    else:
        level = (
            f"the level is not: the coarse plans of draws are {percent(off)} off the finer ones of "
            "the appraisal, so draws show which drivers matter and in which direction, and no more"
        )
    return f"**How far to trust it.** {sign}; {level}."


def _m(eur: float, digits: int = 0) -> str:
    """An amount in m EUR; what rounds to nothing has no sign."""
    return f"{round(eur / 1e6, digits) + 0.0:,.{digits}f}"


if __name__ == "__main__":
    main()
