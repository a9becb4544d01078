"""``khazri appraise``: what corridors are worth, to whom, and when."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pandas as pd

from khazri.appraise.cba import (
    Appraisal,
    Method,
    Regrets,
    Terms,
    appraise,
    kept,
    read_corridors,
    regret_of,
    variants,
)
from khazri.appraise.uncertainty import assess, uncertain_case
from khazri.case import Case, read_case
from khazri.cli import settings as parse
from khazri.cli.appraise_scenarios import by_scenario, plans_of, regret_blocks, split_names
from khazri.cli.appraise_uncertainty import UncertaintyFlags, read_asked, write_uncertainty
from khazri.cli.folder import check_writable
from khazri.cli.outcome import Block, Grid, Outcome, as_json, call
from khazri.cli.settings import Setting, Settings
from khazri.cli.work import Work
from khazri.errors import KhazriError, NotCertifiedError, UsageError
from khazri.report.appraisal import appraisal_page
from khazri.report.numbers import money, number, percent, unit_for
from khazri.solve.blocks import n_threads
from khazri.study import (
    Extract,
    Fidelity,
    Progress,
    Result,
    Store,
    Variant,
    Workers,
    dask_cluster,
    local_processes,
    run_study,
)

PAGE_FILE = "appraisal.html"
JSON_FILE = "appraisal.json"
STORE_FOLDER = "study"
_DISCOUNT_RATE = "4%"
_BOTH = "both"


@dataclass(frozen=True)
class AppraiseFlags:
    """What was written on the command line; None where nothing was."""

    corridors: Sequence[str] = ()
    years: str | None = None
    scenario: str | None = None
    method: str | None = None
    hours: str | None = None
    jobs: str | None = None
    dask: str | None = None
    discount_rate: str | None = None
    societal_co2: str | None = None
    scenarios: str | None = None
    out: str | None = None
    uncertainty: UncertaintyFlags | None = None


def appraise_command(folder: Path, flags: AppraiseFlags, work: Work) -> Outcome:
    """Plan a case with and without its corridors, and say what they are worth."""
    chosen = Settings(work.environ)
    case = read_case(folder, chosen.asked("scenario", flags.scenario))
    chosen.choose("scenario", flags.scenario, case=(case.scenario, "case.csv default_scenario"))
    terms = _terms(chosen, flags, case)
    fidelity = read_fidelity(chosen, flags.hours)
    workers = read_workers(chosen, flags.jobs, flags.dask)
    usual = str(Path("out") / f"{case.path.resolve().name}-appraisal")
    out = Path(chosen.choose("out", flags.out, usual).text)
    check_writable(out)
    against = chosen.choose("scenarios", flags.scenarios, case.scenario).read(split_names)
    asked = read_asked(chosen, flags.uncertainty or UncertaintyFlags())
    corridors = read_corridors(case, flags.corridors)
    held = by_scenario(folder, corridors, terms, against)
    drawn = uncertain_case(case, corridors, terms, asked.sample) if asked else None
    store = out.parent / STORE_FOLDER
    extract = partial(kept, corridor_links=tuple(corridors.every_link))
    wanted = variants(corridors, terms)
    results = run_plans(case, wanted, fidelity, extract, store, workers, work)
    work.progress.say("appraise", _corridors(len(corridors.names)))
    found = appraise(corridors, terms, results)
    notes = _notes(found)
    facts = _facts(case, found, fidelity, chosen, notes)
    blocks = _blocks(found, case, out)
    regret = None
    if len(held) > 1:
        others = run_plans(case, plans_of(held), fidelity, extract, store, workers, work)
        regret = regret_of(held, others)
        results.update(others)
        blocks += regret_blocks(regret, case.currency)
        _write_regret(out, regret)
        facts["regret"] = regret.choices.to_dict("records")
        facts["by_scenario"] = regret.values.to_dict("records")
    page = appraisal_page(found, case, fidelity, notes, regret)
    _write(out, found, facts, page)
    if asked and drawn:
        wanted = drawn.variants()
        draws = run_plans(case, wanted, asked.fidelity, extract, store, workers, work)
        risk = assess(drawn, draws, found)
        blocks += write_uncertainty(asked, drawn, risk, fidelity, out)
        facts["uncertainty"] = risk.chances.to_dict("records")
        results.update(draws)
    return Outcome(
        "appraise",
        {**facts, "page": out / PAGE_FILE, "tables": out, **_records(found, _ON_SCREEN)},
        tuple(blocks),
        advice=(call("finance", folder, corridors.names[0], "--plan", "DIR"),),
        warnings=notes,
        errors=not_certified(results),
    )


_ON_SCREEN = ("plans", "value", "synergy", "waiting")
"""Tables that ``--json`` prints too; all others are in the folder alone."""


def run_plans(
    case: Case,
    wanted: Sequence[Variant],
    fidelity: Fidelity,
    extract: Extract,
    store: Path,
    workers: Workers,
    work: Work,
) -> dict[Variant, Result]:
    """Make the plans of a study, telling how far it is."""

    def tell(state: Progress) -> None:
        left = f", about {_time(state.left_s)} left" if state.left_s > 0 else ""
        work.progress.say("plans", f"{state.done} of {state.total} done{left} ({state.label})")
        work.screen.left = (
            f"{state.done} of {state.total} plans are kept in {store}; "
            "the same command goes on from there"
        )

    results = run_study(case.path, wanted, fidelity, extract, Store(store), workers, tell)
    work.screen.left = ""
    return results


def not_certified(results: Mapping[Variant, Result]) -> tuple[KhazriError, ...]:
    """What keeps results from being trusted."""
    bad = [variant.label for variant, result in results.items() if not result.is_valid]
    if not bad:
        return ()
    return (NotCertifiedError(f"{len(bad)} plans are not certified: {'; '.join(bad[:3])}"),)


def read_fidelity(chosen: Settings, hours: str | None) -> Fidelity:
    """How finely the plans are computed."""
    usual = Fidelity()
    found = chosen.choose("hours", hours, str(usual.segments)).read(parse.segments)
    return usual if found is None else Fidelity(found or None, usual.tolerance)


def read_workers(chosen: Settings, jobs: str | None, dask: str | None) -> Workers:
    """Who makes the plans."""
    address = chosen.asked("dask", dask)
    count = chosen.choose("jobs", jobs, str(n_threads())).read(_count)
    return dask_cluster(address) if address else local_processes(count)


def read_years(case: Case, setting: Setting) -> tuple[int, ...]:
    """Planning years, rising."""
    years = setting.read(parse.years)
    for year in years:
        if year not in case.years:
            known = ", ".join(str(one) for one in case.years)
            raise UsageError(
                f"the case has no year {year}; years: {known}",
                where="--years",
                found=str(year),
                expected=f"one of {known}",
            )
    return tuple(sorted(years))


def _terms(chosen: Settings, flags: AppraiseFlags, case: Case) -> Terms:
    table = case.table("years")
    planning = table.loc[table["kind"] == "planning", "year"].astype(int)
    usual = ",".join(str(year) for year in planning)
    return Terms(
        years=read_years(case, chosen.choose("years", flags.years, usual)),
        scenario=case.scenario,
        methods=chosen.choose("method", flags.method, _BOTH).read(_methods),
        rate=chosen.choose("discount-rate", flags.discount_rate, _DISCOUNT_RATE).read(parse.share),
        societal_co2=chosen.choose("societal-co2", flags.societal_co2, "0").read(_amount),
        base_year=case.price_year,
    )


def _methods(text: str) -> tuple[Method, ...]:
    if text == _BOTH:
        return tuple(Method)
    if text in tuple(Method):
        return (Method(text),)
    raise ValueError(f"{', '.join(Method)} or {_BOTH}")


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise ValueError("a number of plans side by side, 1 or more")
    return int(text)


def _amount(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0.0 <= value < float("inf"):
        raise ValueError("EUR per tonne, 0 (the price alone) or more")
    return value


def _time(seconds: float) -> str:
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes else f"{seconds:.0f} s"


def _corridors(count: int) -> str:
    return f"{count} {'corridor' if count == 1 else 'corridors'}"


def _notes(found: Appraisal) -> tuple[str, ...]:
    """What is not in the plans of a year, and what stands or is left out besides."""
    corridors = found.corridors
    titles = {leg.name: leg.title for one in corridors.appraised for leg in one.legs}
    waits: dict[str, list[int]] = {}
    for row in found.waiting.to_dict("records"):
        waits.setdefault(str(row["leg"]), []).append(int(row["year"]))
    starts = dict(zip(found.waiting["leg"], found.waiting["start"], strict=True))
    told = [
        f"{titles[leg]} ({leg}) cannot run before {starts[leg]}: it is not in the plans of "
        f"{', '.join(map(str, years))}"
        for leg, years in waits.items()
    ]
    if corridors.left_out:
        told.append(f"no plan has {', '.join(sorted(corridors.left_out))}")
    if corridors.built_anyway:
        told.append(f"every plan has {', '.join(sorted(corridors.built_anyway))}")
    return tuple(told)


def _facts(
    case: Case, found: Appraisal, fidelity: Fidelity, chosen: Settings, notes: Sequence[str]
) -> dict[str, object]:
    terms = found.terms
    return {
        "case": case.name,
        "scenario": terms.scenario,
        "years": list(terms.years),
        "methods": [str(method) for method in terms.methods],
        "discount_rate": terms.rate,
        "societal_co2_eur_t": terms.societal_co2,
        "base_year": terms.base_year,
        "fidelity": fidelity.words,
        "not_computed": list(found.not_computed),
        "settings": chosen.as_dict(),
        "notes": list(notes),
    }


def _records(found: Appraisal, names: Sequence[str]) -> dict[str, object]:
    return {name: found.tables[name].to_dict("records") for name in names}


def _write(out: Path, found: Appraisal, facts: Mapping[str, object], page: str) -> None:
    out.mkdir(parents=True, exist_ok=True)
    for name, table in found.tables.items():
        table.to_csv(out / f"{name}.csv", index=False, lineterminator="\n")
    whole = as_json({**facts, **_records(found, list(found.tables))})
    (out / JSON_FILE).write_text(json.dumps(whole, indent=1), encoding="utf-8")
    (out / PAGE_FILE).write_text(page, encoding="utf-8")


def _write_regret(out: Path, regret: Regrets) -> None:
    out.mkdir(parents=True, exist_ok=True)
    for name, table in (("by_scenario", regret.values), ("regret", regret.choices)):
        table.to_csv(out / f"{name}.csv", index=False, lineterminator="\n")


def _blocks(found: Appraisal, case: Case, out: Path) -> list[Block]:
    terms = found.terms
    blocks: list[Block] = [
        f"{_corridors(len(found.corridors.names))} in {len(found.plans)} plans of "
        f"{', '.join(map(str, terms.years))}, {case.currency} of {terms.base_year} at "
        f"{percent(terms.rate)} a year\n"
    ]
    for method in terms.methods:
        rows = found.value[(found.value["method"] == str(method)) & (found.value["country"] == "")]
        if len(rows):
            blocks += [_value_grid(rows, method, case.currency), ""]
    blocks += [f"not computed: {one}" for one in found.not_computed]
    blocks.append(f"\npage    {out / PAGE_FILE}\ntables  {out}")
    return blocks


_METHOD_WORDS = {
    Method.TOOT: "taken out one at a time (TOOT)",
    Method.PINT: "put in one at a time (PINT)",
}


def _value_grid(rows: pd.DataFrame, method: Method, currency: str) -> Grid:
    amounts = rows[["benefit_eur", "cost_eur", "npv_eur"]].to_numpy(dtype=float)
    unit = unit_for(money(currency), amounts.ravel().tolist())
    columns = ("corridor", "benefit", "cost", "net value", "±", "benefit/cost", "return", "payback")
    body = tuple(
        (
            str(row["corridor"]),
            unit.text(row["benefit_eur"]),
            unit.text(row["cost_eur"]),
            unit.text(row["npv_eur"]),
            unit.text(row["uncertainty_eur"]),
            number(row["benefit_cost"]),
            percent(row["internal_return"]),
            number(row["payback_years"]),
        )
        for row in rows.to_dict("records")
    )
    title = f"{_METHOD_WORDS[method]} [{unit.name}]"
    return Grid(columns, body, title, frozenset(columns[1:]))
