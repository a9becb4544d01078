"""An infeasible program in words: at most fifteen lines for people."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pandas as pd

from khazri.errors import InfeasibleError
from khazri.program import Program
from khazri.program.families import Column, Global, GlobalRow, Row
from khazri.solve.infeasible import InfeasibleReport, Missing, Side, explain_infeasible

_WIDTH = 100
_MOST_MISSING = 5
_MOST_LIMITS = 7
_YEAR = 8760
"""Hours of a year without 29 February."""


@dataclass(frozen=True)
class _Place:
    """What a family is called, the table its items are in, and whether they are rows of it."""

    noun: str
    table: str
    is_row: bool = True


_PLACES: dict[str, _Place] = {
    Row.BALANCE: _Place("bus", "demands.csv", is_row=False),
    Row.RESERVE: _Place("operating reserve", "limits.csv"),
    Row.RAMP: _Place("ramp of plant", "assets.csv"),
    Row.STORE: _Place("store", "assets.csv"),
    Column.SUPPLY: _Place("plant", "assets.csv"),
    Column.CONVERSION: _Place("conversion", "assets.csv"),
    Column.CHARGE: _Place("charging of store", "assets.csv"),
    Column.DISCHARGE: _Place("discharging of store", "assets.csv"),
    Column.SPILL: _Place("spill of store", "assets.csv"),
    Column.LEVEL: _Place("level of store", "assets.csv"),
    Column.FLOW: _Place("link", "links.csv"),
    Column.FORWARD: _Place("link", "links.csv"),
    Column.BACKWARD: _Place("backward flow of link", "links.csv"),
    Column.UNSERVED: _Place("unserved block", "unserved_blocks.csv", is_row=False),
    Column.IMPORT: _Place("purchase from market", "market_steps.csv", is_row=False),
    Column.EXPORT: _Place("sale to market", "market_steps.csv", is_row=False),
    Column.RAMP: _Place("ramp of plant", "assets.csv"),
    Column.SHORTAGE: _Place("missing reserve", "limits.csv"),
    Global.SUPPLY: _Place("new capacity of plant", "assets.csv"),
    Global.STORE: _Place("new capacity of store", "assets.csv"),
    Global.CONVERSION: _Place("new capacity of conversion", "assets.csv"),
    Global.LINK: _Place("new capacity of link", "links.csv"),
    Global.PHASE: _Place("corridor phase", "corridor_links.csv", is_row=False),
    GlobalRow.LIMIT: _Place("limit", "limits.csv"),
    GlobalRow.SUPPLY_ENERGY: _Place("energy of plant", "assets.csv"),
    GlobalRow.IMPORT_ENERGY: _Place("volume bought from market", "market_steps.csv", is_row=False),
    GlobalRow.EXPORT_ENERGY: _Place("volume sold to market", "market_steps.csv", is_row=False),
    GlobalRow.PHASE_ORDER: _Place("order of corridor phases", "corridors.csv", is_row=False),
}

_STAGE_WORDS = {Missing.SHORT: "short", Missing.SURPLUS: "too much"}
_YEAR_WORDS = {Missing.BELOW: "below its minimum", Missing.ABOVE: "above its maximum"}


def infeasible_error(program: Program, first_hour: int = 0) -> InfeasibleError:
    """Return the error to raise for an infeasible ``program``: words, and facts for programs.

    Raises
    ------
    SolverError
        The search for the cause was stopped.
    """
    report = explain_infeasible(program, first_hour)
    facts = [
        {str(name): value for name, value in row.items()}
        for table in (report.missing, report.limits)
        for row in table.to_dict("records")
    ]
    return InfeasibleError(in_words(report), facts)


def in_words(report: InfeasibleReport) -> str:
    """Say in at most 15 lines what is missing, where and when, and which limits collide."""
    if not report.is_found:
        return _not_found(report)
    lines = ["No plan meets all limits at once. At least this is missing:"]
    lines += _first(report.missing, _MOST_MISSING, _missing_line)
    colliding = _colliding(report)
    if len(colliding):
        lines.append("These limits bind and collide:")
        lines += _first(colliding, _MOST_LIMITS, _limit_line)
    return "\n".join(lines)


def _colliding(report: InfeasibleReport) -> pd.DataFrame:
    """Limits first, then needs; not the loads of buses that are named as short already."""
    limits = report.limits
    is_need = limits["side"] == Side.NEED
    is_said = limits["item"].isin(report.missing["item"].head(_MOST_MISSING))
    return pd.concat([limits[~is_need], limits[is_need & ~is_said]])


def _not_found(report: InfeasibleReport) -> str:
    if report.only_integers:
        return (
            "No plan meets all limits with whole decisions only; with corridors built in part\n"
            "there are plans."
        )
    if report.is_exact:
        return "All limits can be met: the solver's answer does not hold up to a second look."
    return (
        "No cause was found: over averages of hours all limits can be met. What is missing is\n"
        "hidden in single hours; a shorter period will show it."
    )


def _first(table: pd.DataFrame, most: int, say: Callable[[pd.Series], str]) -> Iterator[str]:
    """Say the first rows, one line each, and how many more there are."""
    shown = len(table) if len(table) <= most else most - 1
    for _, row in table.head(shown).iterrows():
        yield "  " + textwrap.shorten(say(row), _WIDTH - 2, placeholder=" …")
    if len(table) > shown:
        yield f"  and {len(table) - shown} more"


def _missing_line(row: pd.Series) -> str:
    place = _PLACES.get(row.family, _Place(row.family, ""))
    name = f"{place.noun} {row['item']}"
    kind = Missing(row["kind"])
    when = _when(row)
    if kind is Missing.CONTRADICTION:
        by = f"by {_number(row.peak)}"
        return f"{name}: its minimum is above its maximum {by}{when} {_where(place, row)}"
    if kind in _YEAR_WORDS:
        return f"{name}: {_number(row.amount)} {_YEAR_WORDS[kind]} {_where(place, row)}"
    peak = "" if row.n_hours == 1 else f", up to {_number(row.peak)} MW"
    return f"{name}: {_number(row.amount)} MWh {_STAGE_WORDS[kind]}{when}{peak}"


def _limit_line(row: pd.Series) -> str:
    place = _PLACES.get(row.family, _Place(row.family, ""))
    side = Side(row.side)
    name = f"{place.noun} {row['item']}"
    if side is Side.NEED:
        what = "inflow and start of" if row.family == Row.STORE else "load of"
        return f"{what} {name}{_when(row)} {_where(place, row)}"
    end = "minimum" if side is Side.AT_LEAST else "maximum"
    return f"{name} at its {end}{_when(row)} {_where(place, row)}"


def _where(place: _Place, row: pd.Series) -> str:
    if not place.table:
        return ""
    return f"({place.table} row '{row['item']}')" if place.is_row else f"({place.table})"


def _when(row: pd.Series) -> str:
    """Say the hours, with dates of a year without 29 February."""
    if row.n_hours < 0:
        return ""
    if row.n_hours >= _YEAR:
        return " all year"
    first, last = _date(row.first_hour), _date(row.last_hour)
    if row.n_hours == 1:
        return f" at {first}"
    return f" in {row.n_hours:,} hours, {first} to {last}"


def _date(hour: int) -> str:
    day = pd.Timestamp(2001, 1, 1) + pd.Timedelta(hours=int(hour) % _YEAR)
    return f"{day.day} {day:%b %H:%M}"


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 10 else f"{value:.3g}"
