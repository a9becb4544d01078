"""The folder of a plan: ``report.html``, ``plan.nc`` and ``tables/``, each whole or not there."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

import pandas as pd

from khazri.appraise import backcast
from khazri.case import Case, price_basis
from khazri.cli.export import PYPSA_FILE
from khazri.errors import UnreadableFileError, UsageError
from khazri.plan import Plan, TableFormat, Unfinished, export_tables

PLAN_FILE = "plan.nc"
REPORT_FILE = "report.html"
TABLES_FOLDER = "tables"
BASIS_FILE = "basis.csv"
UNFINISHED_FILE = "unfinished.json"


def default_folder(case: Case, year: int, scenario: str | None) -> Path:
    """Where a plan goes when nothing is said: ``out/<case>-<year>[-<scenario>]``.

    ``scenario`` is the one that was asked for; None where that is the default of the case.
    """
    parts = [case.path.resolve().name, str(year)]
    if scenario is not None:
        parts.append(scenario or "tables")
    return Path("out") / "-".join(parts)


def check_writable(folder: Path) -> None:
    """Refuse a folder that cannot be written, before hours are spent on what goes there.

    Raises
        UsageError  it is a file, or its place may not be written
    """
    place = folder.absolute()
    while not place.exists():
        place = place.parent
    if not place.is_dir():
        raise UsageError(f"{place} is a file; choose another folder with --out")
    if not os.access(place, os.W_OK | os.X_OK):
        raise UsageError(f"{place} may not be written; choose another folder with --out")


def key_in(folder: Path) -> str:
    """The key of the plan in a folder; ``""`` where there is no whole one."""
    import h5netcdf

    parts = (folder / PLAN_FILE, folder / REPORT_FILE, folder / TABLES_FOLDER)
    if not all(part.exists() for part in parts):
        return ""
    try:
        with h5netcdf.File(parts[0], "r") as file:
            return str(file.attrs.get("plan_key", ""))
    except OSError:
        return ""


def _backcast_beside(plan: Plan, case: Case, folder: Path) -> pd.DataFrame | None:
    """The back-cast that lies beside a plan's folder, if it is of the case as it is now.

    A plan of a reported year makes its own: None.
    """
    years = case.table("years")
    reported = set(years.loc[years["kind"] == "backcast", "year"].astype(int)) - {plan.year}
    for year in sorted(reported, reverse=True):
        found = _plan_of(case, folder.absolute().parent / default_folder(case, year, None).name)
        if found is not None and found.year == year:
            return backcast(case.with_scenario(found.scenario), found)
    return None


def _other_basis_beside(plan: Plan, case: Case, folder: Path) -> Plan | None:
    """A plan of the same case and year beside a plan's folder with another price basis.

    Scenarios that say what fuels cost come before those that build on them.
    """
    scenarios = case.table("scenarios")
    own = price_basis(scenarios, plan.scenario)
    if not own:
        return None
    others = [name for name in case.scenarios if price_basis(scenarios, name) not in ("", own)]
    said = dict(zip(scenarios["scenario"], scenarios["price_basis"].fillna(""), strict=True))
    default = str(case.table("case")["default_scenario"].iloc[0])
    for name in sorted(others, key=lambda other: not said[other]):
        for asked in (name, None) if name == default else (name,):
            there = folder.absolute().parent / default_folder(case, plan.year, asked).name
            found = _plan_of(case, there)
            if found is not None and (found.year, found.scenario) == (plan.year, name):
                return found
    return None


def _plan_of(case: Case, folder: Path) -> Plan | None:
    """The plan in a folder, if it is of the case as it is now."""
    if not key_in(folder):
        return None
    try:
        found = Plan.load(folder / PLAN_FILE)
    except UnreadableFileError:
        return None  # of another version of Khazri
    if found.scenario not in ("", *case.scenarios):
        return None
    now = case.with_scenario(found.scenario)
    return found if now.content_hash == found.data.attrs["case_hash"] else None


def write_folder(plan: Plan, case: Case, folder: Path) -> None:
    """Write a plan, its report and its tables; what lies there already is replaced, and what was
    made from an older plan goes.

    All is made beside the folder first. The file of the plan goes last and comes last: a folder
    that has it is whole, whenever the work was cut short.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".part-") as scratch:
        made = Path(scratch)
        export_tables(plan, made / TABLES_FOLDER, *TableFormat)
        _write_report(plan, case, folder, made)
        plan.save(made / PLAN_FILE)
        for name in (PLAN_FILE, PYPSA_FILE):
            (folder / name).unlink(missing_ok=True)
        shutil.rmtree(folder / TABLES_FOLDER, ignore_errors=True)
        for name in (TABLES_FOLDER, REPORT_FILE, PLAN_FILE):
            (made / name).replace(folder / name)
    (folder / UNFINISHED_FILE).unlink(missing_ok=True)


def refresh_report(plan: Plan, case: Case, folder: Path) -> None:
    """Write the report of the plan in a folder anew if other plans were made beside it since: it
    may be held against them."""
    written = (folder / REPORT_FILE).stat().st_mtime
    own = folder.absolute()
    beside = [path for path in own.parent.glob(f"*/{PLAN_FILE}") if path.parent != own]
    if not any(path.stat().st_mtime > written for path in beside):
        return
    with tempfile.TemporaryDirectory(dir=folder, prefix=".part-") as scratch:
        made = Path(scratch)
        (made / TABLES_FOLDER).mkdir()
        _write_report(plan, case, folder, made)
        for file in (made / TABLES_FOLDER).iterdir():
            file.replace(folder / TABLES_FOLDER / file.name)
        (made / REPORT_FILE).replace(folder / REPORT_FILE)


def _write_report(plan: Plan, case: Case, folder: Path, made: Path) -> None:
    """Write into ``made`` the report of a plan, beside what lies beside ``folder``, and the table
    of the other price basis if there is one."""
    from khazri.report import render
    from khazri.report.collect import report_view

    view = report_view(
        plan,
        case,
        backcast=_backcast_beside(plan, case, folder),
        other_basis=_other_basis_beside(plan, case, folder),
    )
    (made / REPORT_FILE).write_text(render(view), encoding="utf-8")
    if not view.basis.empty:
        view.basis.to_csv(made / TABLES_FOLDER / BASIS_FILE, index=False)


def keep_unfinished(found: Unfinished, facts: Mapping[str, object], folder: Path) -> Path:
    """Write what a run has found so far, for the case that it does not come to its end.

    A small file, in place of the one before it; :func:`write_folder` takes it away.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / UNFINISHED_FILE
    part = path.with_suffix(".part")
    told = {"schema": "khazri/unfinished/1", "status": "unfinished", "certified": False}
    part.write_text(json.dumps({**told, **facts, **asdict(found)}, indent=1), encoding="utf-8")
    part.replace(path)
    return path
