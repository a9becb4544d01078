"""``khazri share CASE``: what the parties of corridors are worth together, from plans of a case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from khazri.appraise.cba.case_appraisal import kept
from khazri.appraise.cba.coalitions import (
    Coalitions,
    CoalitionWorths,
    Outside,
    coalition_worths,
    coalitions,
)
from khazri.appraise.cba.corridors import read_corridors
from khazri.appraise.sharing import Parties, make_game
from khazri.appraise.sharing.payments import SIGNIFICANT
from khazri.case import Case, read_case
from khazri.cli import settings as parse
from khazri.cli.appraise import (
    STORE_FOLDER,
    not_certified,
    read_fidelity,
    read_workers,
    read_years,
    run_plans,
)
from khazri.cli.folder import check_writable
from khazri.cli.outcome import Outcome
from khazri.cli.share import shared
from khazri.cli.work import Work
from khazri.errors import UsageError
from khazri.report.memo_sharing import Told
from khazri.report.numbers import percent
from khazri.study import Fidelity, Result, Variant

COALITIONS_FILE = "coalitions.csv"


@dataclass(frozen=True)
class ShareFlags:
    """What was written on the command line; None where nothing was."""

    corridors: str | None = None
    year: str | None = None
    scenario: str | None = None
    hours: str | None = None
    jobs: str | None = None
    dask: str | None = None
    threshold: str | None = None
    outside: str | None = None
    out: str | None = None


def share_case_command(folder: Path, flags: ShareFlags, work: Work) -> Outcome:
    """Plan a case for every coalition of parties, and share what they are worth together."""
    chosen = parse.Settings(work.environ)
    case = read_case(folder, chosen.asked("scenario", flags.scenario))
    year = chosen.choose("year", flags.year, str(case.default_year))
    years = read_years(case, year)
    if len(years) > 1:
        raise UsageError(f"one year is shared at a time, not {year.text}", where="--year")
    significant = chosen.choose("threshold", flags.threshold, str(SIGNIFICANT)).read(parse.share)
    outside = chosen.choose("outside", flags.outside, str(Outside.NOTHING)).read(_outside)
    fidelity = read_fidelity(chosen, flags.hours)
    workers = read_workers(chosen, flags.jobs, flags.dask)
    usual = str(Path("out") / f"{case.path.resolve().name}-share")
    out = Path(chosen.choose("out", flags.out, usual).text)
    check_writable(out)
    named = chosen.asked("corridors", flags.corridors)
    corridors = read_corridors(case, [one.strip() for one in (named or "").split(",") if one])
    game = coalitions(corridors, years[0], case.scenario, outside)
    extract = partial(kept, corridor_links=tuple(corridors.every_link))
    store = out.parent / STORE_FOLDER
    results = run_plans(case, game.variants, fidelity, extract, store, workers, work)
    doubt = 2 * max(0.0, *(result.cost - result.bound for result in results.values()))
    found = coalition_worths(game, results, noise=doubt)
    plans = _plans(game, results, found)
    told = _told(case, game, plans, fidelity, doubt, significant)
    outcome = shared(
        make_game(found.worths, game.players), _parties(game, found), significant, told, str(out)
    )
    plans.to_csv(out / COALITIONS_FILE, index=False, lineterminator="\n")
    facts = {
        **outcome.result,
        "year": years[0],
        "scenario": case.scenario,
        "outside": str(outside),
        "fidelity": fidelity.words,
        "plans": len(results),
        "uncertainty_eur": doubt,
        "coalitions": plans.to_dict("records"),
    }
    return replace(
        outcome,
        result=facts,
        blocks=(
            f"{len(found.worths)} coalitions of {', '.join(game.players)} in {years[0]} rest on "
            f"{len(results)} plans ({fidelity.words})",
            *outcome.blocks,
        ),
        errors=not_certified(results),
    )


_OUTSIDE_WORDS = {
    Outside.NOTHING: "Those who are not in a coalition build nothing.",
    Outside.TOGETHER: "Those who are not in a coalition build what is best for them together, and "
    "the coalition knows that.",
}


def _told(
    case: Case,
    game: Coalitions,
    plans: pd.DataFrame,
    fidelity: Fidelity,
    doubt: float,
    significant: float,
) -> Told:
    """What the memo says beyond the numbers."""
    countries = case.table("countries")
    names = dict(zip(countries["country"].astype(str), countries["name"].astype(str), strict=True))
    projects = ", ".join(one.title for one in game.corridors.appraised)
    notes = [
        "A coalition is worth the welfare of its members in a plan with the legs that they can "
        "build without others, less that in a plan without any, with investment as an annuity. A "
        "leg needs the countries where its links end, and those parties where none ends.",
        _OUTSIDE_WORDS[game.outside],
        "Investment and fixed cost of a link are paid half and half by the countries where it "
        "ends; payments between parties come on top.",
        f"Plans over {fidelity.words}; together two of them may be off by "
        f"{doubt:,.0f} {case.currency} a year, and what a party gains up to that counts as "
        "nothing.",
        "European cost allocation: a country that hosts a link and loses is brought to zero by "
        f"those who have {percent(significant)} of all gains or more; that threshold is an "
        "assumption (--threshold).",
    ]
    for one in game.corridors.appraised:
        if one.crossed:
            crossed = " and ".join(names[c] for c in one.crossed)
            notes.append(
                f"{crossed}: a party of {one.title} where no link ends. It pays nothing, even for "
                "what may lie on its territory, but its consent is needed, and by that it has a "
                "share."
            )
    rests_on = plans[plans["coalition"] != ""].groupby(["plan", "legs"], sort=False)
    behind = rests_on.agg(is_certified=("is_certified", "first"), coalitions=("plan", "size"))
    titles = {leg.name: leg.title for one in game.corridors.appraised for leg in one.legs}
    behind = behind.reset_index()
    behind["legs"] = [
        "; ".join(titles[name] for name in legs.split(";") if name) or "no corridor"
        for legs in behind["legs"]
    ]
    return Told(
        title=f"{projects}, {game.year}",
        currency=case.currency,
        facts=f"{game.scenario or 'tables as they are'} · {len(behind)} plans of {game.year} over "
        f"{fidelity.hours} · {case.currency} of {case.price_year}",
        per=" a year",
        names=names,
        notes=tuple(notes),
        plans=behind,
    )


def _outside(text: str) -> Outside:
    if text not in tuple(Outside):
        raise ValueError(f"{' or '.join(Outside)}: what those do who are not in a coalition")
    return Outside(text)


def _plans(
    game: Coalitions, results: Mapping[Variant, Result], found: CoalitionWorths
) -> pd.DataFrame:
    """What stands beside each coalition, what it is worth, and the plan it rests on."""
    legs_of = {
        game.plan_of(option): ";".join(
            leg.name
            for name, n in game.corridors.standing(dict(option), game.year).items()
            for leg in game.corridors.of(name).legs[:n]
        )
        for option in game.options
    }
    return pd.DataFrame(
        [
            {
                "coalition": ";".join(p for p in game.players if p in members),
                "worth_eur": worth,
                "legs": legs_of[found.variants[members]],
                "plan": results[found.variants[members]].key,
                "is_certified": results[found.variants[members]].is_valid,
            }
            for members, worth in found.worths.items()
        ]
    )


def _parties(game: Coalitions, found: CoalitionWorths) -> Parties:
    table = found.together.loc[list(game.players)]
    return Parties(
        benefit=table["benefit_eur"].to_numpy(dtype=float),
        cost=table["cost_eur"].to_numpy(dtype=float),
        hosts=np.asarray(table["is_host"], dtype=bool),
    )
