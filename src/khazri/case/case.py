"""A case: all its tables and profiles, read, checked, patched and in one currency."""

from __future__ import annotations

import hashlib
import html
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from khazri.case.check import row_issues
from khazri.case.check_uncertainty import uncertainty_issues
from khazri.case.check_whole import whole_issues
from khazri.case.money import converted, money_issues, money_tables, rates_of
from khazri.case.profiles import read_profiles
from khazri.case.references import reference_issues
from khazri.case.scenario import (
    Change,
    blame_patches,
    chain_of,
    cycle_issues,
    patch_issues,
    patched_texts,
)
from khazri.case.schema import TABLES
from khazri.case.texts import TextTable, read_texts, unknown_name, unknown_table
from khazri.case.values import TypedTable, typed_table
from khazri.errors import CaseError, Issue

CASE_TABLE = "case"


@dataclass(frozen=True, eq=False)
class Case:
    """One case under one scenario.

    ``tables`` holds every table of the schema, typed, defaults filled in, index 0..n-1; a table
    without file is empty. Money is in ``currency`` of ``price_year``. ``profiles`` (T, P) has one
    column for each profile, rows are the hours of a year in UTC. ``content_hash`` is the SHA-256
    of all of that. ``rows`` gives for each table the rows of its file, ``texts`` its cells as
    written, ``changes`` the cells that the scenario (``""``: the tables as they are) has changed.
    """

    path: Path
    name: str
    title: str
    currency: str
    price_year: int
    hours: int
    scenario: str
    tables: Mapping[str, pd.DataFrame]
    profiles: pd.DataFrame
    content_hash: str
    rows: Mapping[str, NDArray[np.int64]] = field(repr=False)
    texts: Mapping[str, TextTable] = field(repr=False)
    changes: tuple[Change, ...] = field(repr=False)

    def table(self, name: str) -> pd.DataFrame:
        """The table called ``name``; UsageError where the schema has none."""
        if name not in self.tables:
            raise unknown_table(name)
        return self.tables[name]

    @property
    def years(self) -> tuple[int, ...]:
        """The years that can be planned, in order."""
        return tuple(sorted(int(year) for year in self.tables["years"]["year"]))

    @property
    def scenarios(self) -> tuple[str, ...]:
        """The scenarios of the case, in the order of the table."""
        return tuple(str(name) for name in self.tables["scenarios"]["scenario"])

    @property
    def default_year(self) -> int:
        """The year that is planned when none is asked for: as stated, or else the first."""
        stated = self.tables[CASE_TABLE]["default_year"].iloc[0]
        return self.years[0] if pd.isna(stated) else int(stated)

    def with_scenario(self, scenario: str) -> Case:
        """The same case under another scenario, read anew."""
        return read_case(self.path, scenario)

    def __repr__(self) -> str:
        scenario = f"scenario '{self.scenario}'" if self.scenario else "no scenario"
        years = ", ".join(str(year) for year in self.years)
        counts = ", ".join(f"{len(self.tables[name])} {name}" for name in _SHOWN)
        return (
            f"Case '{self.name}': {self.title}\n"
            f"  {scenario}; years {years}; money in {self.currency} {self.price_year}\n"
            f"  {counts}, {self.profiles.shape[1]} profiles of {self.hours:,} hours\n"
            f"  content {self.content_hash[:12]}"
        )

    def _repr_html_(self) -> str:
        first, *others = (html.escape(line.strip()) for line in repr(self).splitlines())
        items = "".join(f"<li>{line}</li>" for line in others)
        return f"<div><strong>{first}</strong><ul>{items}</ul></div>"


_SHOWN = ("buses", "assets", "links", "corridors", "markets", "demands", "limits")


@dataclass(frozen=True)
class _Checked:
    """Tables that passed all checks, with their texts and profiles."""

    texts: Mapping[str, TextTable]
    tables: Mapping[str, TypedTable]
    profiles: pd.DataFrame


def read_case(path: str | Path, scenario: str | None = None) -> Case:
    """The case in a folder, checked, under a scenario.

    Parameters
        path      folder with the tables and the folder ``profiles``
        scenario  name of a scenario; ``""``: the tables as they are; None: the default of the case

    Raises
        CaseError   with all faults of tables, profiles, patches and of the patched tables
        UsageError  there is no such scenario
    """
    folder = Path(path)
    base = _read_base(folder)
    name = _scenario_name(base.tables, scenario)
    checked, changes = _under_scenario(folder, base, name)
    return _case(folder, name, checked, changes)


def check_case(path: str | Path) -> tuple[Issue, ...]:
    """All faults of a case, those that only one of its scenarios brings included."""
    folder = Path(path)
    try:
        base = _read_base(folder)
    except CaseError as error:
        return error.issues
    issues: dict[Issue, None] = {}
    for name in base.tables["scenarios"].frame["scenario"]:
        try:
            _under_scenario(folder, base, str(name))
        except CaseError as error:
            issues.update(dict.fromkeys(error.issues))
    return tuple(issues)


def _read_base(folder: Path) -> _Checked:
    """The tables as they are; CaseError with all that is wrong with them and the patches."""
    texts, issues = read_texts(folder)
    if not texts:
        raise CaseError(issues)
    return _checked(folder, texts, issues)


def _under_scenario(
    folder: Path, base: _Checked, scenario: str
) -> tuple[_Checked, tuple[Change, ...]]:
    """The tables as a scenario changes them; CaseError where that breaks a rule."""
    chain = chain_of(base.tables["scenarios"].frame, scenario) if scenario else ()
    patched, changes = patched_texts(base.texts, base.tables, chain)
    if not changes:
        return base, ()
    try:
        return _checked(folder, patched, [], base), changes
    except CaseError as error:
        raise CaseError(blame_patches(list(error.issues), changes, scenario)) from None


def _checked(
    folder: Path,
    texts: Mapping[str, TextTable],
    issues: list[Issue],
    before: _Checked | None = None,
) -> _Checked:
    """Typed tables and profiles; CaseError with the ``issues`` given and all that are found.

    Checks that look at the case as a whole run only where all rows are sound, as a wrong row
    would be told again by its consequences. What is the same ``before`` is used again.
    """
    tables = {}
    found = list(issues)
    for name, text in texts.items():
        if before is not None and text is before.texts[name]:
            tables[name] = before.tables[name]
            continue
        tables[name], faults = typed_table(text)
        found += faults
    found += reference_issues(tables)
    found += cycle_issues(tables["scenarios"])
    told = {(issue.table, issue.row) for issue in found}
    rows = [*row_issues(tables), *patch_issues(tables), *uncertainty_issues(tables)]
    if len(tables[CASE_TABLE].frame) == 1 and tables[CASE_TABLE].sound.all():
        case = tables[CASE_TABLE].frame
        rows += money_issues(tables, rates_of(case, _sound(tables["currencies"])))
        profiles, faults = _profiles(folder, tables, before)
        rows += faults
    found += [issue for issue in rows if (issue.table, issue.row) not in told]
    if not found:
        found += whole_issues(tables, profiles)
    if found:
        raise CaseError(found)
    return _Checked(MappingProxyType(dict(texts)), MappingProxyType(tables), profiles)


def _profiles(
    folder: Path, tables: Mapping[str, TypedTable], before: _Checked | None
) -> tuple[pd.DataFrame, list[Issue]]:
    """The profiles of the tables, read again only where their table has changed."""
    hours = int(tables[CASE_TABLE].frame["hours"].iloc[0])
    if before is not None:
        same = tables["profiles"].frame.equals(before.tables["profiles"].frame)
        if same and len(before.profiles) == hours:
            return before.profiles, []
    return read_profiles(folder, tables["profiles"], hours)


def _sound(typed: TypedTable) -> pd.DataFrame:
    return typed.frame[typed.sound]


def _scenario_name(tables: Mapping[str, TypedTable], scenario: str | None) -> str:
    """The scenario asked for, or else the default of the case."""
    if scenario is None:
        default = tables[CASE_TABLE].frame["default_scenario"].iloc[0]
        return "" if pd.isna(default) else str(default)
    known = [str(name) for name in tables["scenarios"].frame["scenario"]]
    if scenario and scenario not in known:
        raise unknown_name(
            f"no scenario is called '{scenario}'",
            scenario,
            known,
            where="scenario",
            expected=f"one of {', '.join(known)}",
            otherwise=f"scenarios: {', '.join(known)}",
        )
    return scenario


def _case(folder: Path, scenario: str, checked: _Checked, changes: tuple[Change, ...]) -> Case:
    frames = {name: typed.frame for name, typed in checked.tables.items()}
    rates = rates_of(frames[CASE_TABLE], frames["currencies"])
    for table in money_tables():
        frames[table.name] = converted(table, frames[table.name], rates)
    row = frames[CASE_TABLE].iloc[0]
    return Case(
        path=folder,
        name=str(row["case"]),
        title=str(row["title"]),
        currency=str(row["currency"]),
        price_year=int(row["price_year"]),
        hours=int(row["hours"]),
        scenario=scenario,
        tables=MappingProxyType(frames),
        profiles=checked.profiles,
        content_hash=_content_hash(scenario, frames, checked.profiles),
        rows=MappingProxyType({name: typed.rows for name, typed in checked.tables.items()}),
        texts=checked.texts,
        changes=changes,
    )


def _content_hash(scenario: str, frames: Mapping[str, pd.DataFrame], profiles: pd.DataFrame) -> str:
    """SHA-256 over the scenario, all tables in the order of the schema, and all profiles."""
    digest = hashlib.sha256(scenario.encode())
    for name in TABLES:
        digest.update(f"\n{name}\n".encode())
        digest.update(frames[name].to_csv(index=False, lineterminator="\n").encode())
    for name in sorted(profiles.columns):
        digest.update(f"\n{name}\n".encode())
        digest.update(np.ascontiguousarray(profiles[name].to_numpy()).tobytes())
    return digest.hexdigest()
