"""``khazri check``: all faults of a case; or else its sizes, years, and what scenarios change."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from khazri.case import Case, check_case, describe_scenario, read_case
from khazri.cli.outcome import Block, Grid, Outcome, call
from khazri.cli.work import Work
from khazri.errors import CaseError, Issue
from khazri.plan import words

if TYPE_CHECKING:
    from khazri.system import System

_SIZES = ("buses", "assets", "links", "corridors", "markets", "demands", "limits", "scenarios")


def check_command(folder: Path, scenario: str | None, work: Work) -> Outcome:
    """Check a case under all its scenarios, or under one."""
    if scenario is None:
        work.progress.say("read", f"all tables of {folder}, under each scenario")
        issues = check_case(folder)
        if issues:
            raise CaseError(issues)
    case = read_case(folder, scenario)
    systems = []
    found: dict[Issue, None] = {}
    for year in case.years:
        work.progress.say("build", f"the system of {year}")
        try:
            systems.append(_system(case, year))
        except CaseError as error:
            found.update(dict.fromkeys(error.issues))
    if found:
        raise CaseError(found)
    return _all_well(case, systems) if scenario is None else _one_scenario(case)


def _system(case: Case, year: int) -> System:
    from khazri.system import build_system

    return build_system(case, year)


def _all_well(case: Case, systems: list[System]) -> Outcome:
    sizes = {name: len(case.tables[name]) for name in _SIZES}
    sizes["profiles"] = case.profiles.shape[1]
    counted = ", ".join(f"{name} {count:,}" for name, count in sizes.items() if count)
    own = Counter(case.tables["patches"]["scenario"].astype(str))
    scenarios = [
        {
            "scenario": row["scenario"],
            "name": row["name"],
            "parent": row["parent"],
            "own_patches": own[row["scenario"]],
            "description": row["description"],
        }
        for row in _texts(case, "scenarios")
    ]
    years = [_year(system) for system in systems]
    blocks: tuple[Block, ...] = (
        f"{case.title}: no faults",
        f"{counted}, hours {case.hours:,}; money in {case.currency} {case.price_year}\n",
        _years_grid(years),
        "",
        _scenarios_grid(scenarios, case.scenario),
    )
    other = next((name for name in case.scenarios if own[name]), None)
    advice = [call("plan", case.path, "--year", case.default_year)]
    if other:
        advice.append(call("check", case.path, "--scenario", other))
    result = {
        "case": case.name,
        "title": case.title,
        "path": case.path,
        "content_hash": case.content_hash,
        "default_year": case.default_year,
        "default_scenario": case.scenario,
        "sizes": sizes,
        "years": years,
        "scenarios": scenarios,
    }
    return Outcome("check", result, blocks, tuple(advice))


def _texts(case: Case, table: str) -> list[dict[str, str]]:
    """The rows of a table as written."""
    cells = case.texts[table].cells
    return [dict(zip(cells, row, strict=True)) for row in zip(*cells.values(), strict=True)]


def _year(system: System) -> dict[str, object]:
    load = system.load.sum(axis=1)
    return {
        "year": system.year,
        "demand_mwh": float(load.sum()),
        "peak_mw": float(load.max(initial=0.0)),
        "plants": len(system.supplies) + len(system.conversions),
        "stores": len(system.stores),
        "links": len(system.links),
        "limits": len(system.limits) + len(system.reserves),
    }


def _years_grid(years: list[dict[str, object]]) -> Grid:
    rows = tuple(
        (
            str(year["year"]),
            words.energy(float(str(year["demand_mwh"]))),
            words.power(float(str(year["peak_mw"]))),
            *(str(year[name]) for name in ("plants", "stores", "links", "limits")),
        )
        for year in years
    )
    columns = ("year", "demand", "peak", "plants", "stores", "links", "limits")
    return Grid(columns, rows, right=frozenset(columns[1:]))


def _scenarios_grid(scenarios: list[dict[str, object]], default: str) -> Grid:
    rows = []
    for row in scenarios:
        assumed = str(row["description"] or row["name"])
        if row["parent"] not in ("", default):
            assumed += f" (on {row['parent']})"
        if row["scenario"] == default:
            assumed += " (the default)"
        rows.append((str(row["scenario"]), str(row["own_patches"]), assumed))
    columns = ("scenario", "patches", "what it assumes")
    return Grid(columns, tuple(rows), right=frozenset({"patches"}))


def _one_scenario(case: Case) -> Outcome:
    changes = describe_scenario(case, case.scenario).to_dict("records")
    rows = tuple(
        (
            str(change["table"]),
            str(change["key"]),
            str(change["column"]),
            f"{change['before'] or '–'} → {change['after'] or '–'}",
        )
        for change in changes
    )
    name = f"scenario '{case.scenario}'" if case.scenario else "the tables as they are"
    count = "1 value" if len(rows) == 1 else f"{len(rows):,} values"
    blocks: tuple[Block, ...] = (f"{case.title}, {name}: no faults; {count} changed",)
    if rows:
        blocks = (*blocks, "", Grid(("table", "row", "column", "change"), rows))
    result = {
        "case": case.name,
        "scenario": case.scenario,
        "content_hash": case.content_hash,
        "changes": changes,
    }
    scenario_words = ("--scenario", case.scenario) if case.scenario else ()
    advice = call("plan", case.path, "--year", case.default_year, *scenario_words)
    return Outcome("check", result, blocks, (advice,))
