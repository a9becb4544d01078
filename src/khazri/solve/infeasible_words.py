"""An infeasible program in words: at most fifteen lines for people."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from khazri.errors import InfeasibleError
from khazri.program import Program
from khazri.program.families import GLOBAL_ROWS, GLOBALS, Column, Global, GlobalRow, Row
from khazri.solve.infeasible import InfeasibleReport, Missing, Side, explain_infeasible

_MOST_MISSING = 5
_MOST_LIMITS = 7
_LIMIT_COLUMNS = ["family", "item", "side", "share", "first_hour", "last_hour", "n_hours"]
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
    Column.RESPONSE: _Place("step of demand", "demand_steps.csv", is_row=False),
    Column.IMPORT: _Place("purchase from market", "market_steps.csv", is_row=False),
    Column.EXPORT: _Place("sale to market", "market_steps.csv", is_row=False),
    Column.RAMP: _Place("ramp of plant", "assets.csv"),
    Column.SHORTAGE: _Place("missing reserve", "limits.csv"),
    Global.SUPPLY: _Place("new capacity of plant", "assets.csv"),
    Global.STORE: _Place("new capacity of store", "assets.csv"),
    Global.CONVERSION: _Place("new capacity of conversion", "assets.csv"),
    Global.LINK: _Place("new capacity of link", "links.csv"),
    Global.PHASE: _Place("corridor phase", "corridor_links.csv", is_row=False),
    Global.MEASURE: _Place("measure", "efficiency.csv", is_row=False),
    Global.IMPORT_SHORTFALL: _Place("missed purchase", "market_steps.csv", is_row=False),
    Global.EXPORT_SHORTFALL: _Place("missed sale", "market_steps.csv", is_row=False),
    GlobalRow.LIMIT: _Place("limit", "limits.csv"),
    GlobalRow.SUPPLY_ENERGY: _Place("energy of plant", "assets.csv"),
    GlobalRow.IMPORT_ENERGY: _Place("volume bought from market", "market_steps.csv", is_row=False),
    GlobalRow.EXPORT_ENERGY: _Place("volume sold to market", "market_steps.csv", is_row=False),
    GlobalRow.PHASE_ORDER: _Place("order of corridor phases", "corridors.csv", is_row=False),
    GlobalRow.MEASURE_GROUP: _Place("overlap of measures", "efficiency_groups.csv"),
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
    return _error(explain_infeasible(program, first_hour), {})


def with_units(error: InfeasibleError, units: Mapping[str, str]) -> InfeasibleError:
    """The same error, in words and facts with the units of limits, by name of the limit.

    A program does not know them; a system does.
    """
    if not error.facts:
        return error
    missing = [fact for fact in error.facts if "amount" in fact]
    limits = [fact for fact in error.facts if "amount" not in fact]
    report = InfeasibleReport(pd.DataFrame(missing), pd.DataFrame(limits, columns=_LIMIT_COLUMNS))
    return _error(report, units)


def _error(report: InfeasibleReport, units: Mapping[str, str]) -> InfeasibleError:
    def missing_line(row: pd.Series) -> str:
        return _missing_line(row, units)

    facts: list[dict[str, object]] = []
    for table, say in ((report.missing, missing_line), (report.limits, _limit_line)):
        for _, row in table.iterrows():
            place = _PLACES.get(row.family, _Place(row.family, ""))
            name = f"{place.noun} {row['item']}"
            facts.append(
                {
                    **{str(column): value for column, value in row.items()},
                    "where": _where(place, row).strip("()") or name,
                    "words": say(row),
                }
            )
    for fact in facts[: len(report.missing)]:
        fact["unit"] = _unit(str(fact["family"]), str(fact["item"]), units)
    return InfeasibleError(in_words(report, units), facts)


def in_words(report: InfeasibleReport, units: Mapping[str, str] | None = None) -> str:
    """Say in at most 15 lines what is missing, where and when, and which limits collide.

    ``units`` are those of limits, by name of the limit. Names are kept whole: lines may be long.
    """
    if not report.is_found:
        return _not_found(report)
    lines = ["No plan meets all limits at once. At least this is missing:"]
    lines += _first(report.missing, _MOST_MISSING, lambda row: _missing_line(row, units or {}))
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
        yield f"  {say(row)}"
    if len(table) > shown:
        yield f"  and {len(table) - shown} more"


def _missing_line(row: pd.Series, units: Mapping[str, str]) -> str:
    place = _PLACES.get(row.family, _Place(row.family, ""))
    name = f"{place.noun} {row['item']}"
    kind = Missing(row["kind"])
    when = _when(row)
    unit = _unit(row.family, str(row["item"]), units) or "in the unit of the limit"
    if kind is Missing.CONTRADICTION:
        by = f"by {_number(row.peak)} {unit}"
        return f"{name}: its minimum is above its maximum {by}{when} {_where(place, row)}"
    if kind in _YEAR_WORDS:
        return f"{name}: {_number(row.amount)} {unit} {_YEAR_WORDS[kind]} {_where(place, row)}"
    peak = "" if row.n_hours == 1 else f", up to {_number(row.peak)} MW"
    return f"{name}: {_number(row.amount)} MWh {_STAGE_WORDS[kind]}{when}{peak}"


def _unit(family: str, item: str, units: Mapping[str, str]) -> str:
    """The unit of what is missing, "" where it is not known."""
    if family == GlobalRow.LIMIT:
        return units.get(item, "")
    for families in (GLOBALS, GLOBAL_ROWS):
        for known, facts in families.items():
            if family == known:
                return "phases" if facts.unit == "1" else facts.unit
    return "MWh" if family in (Row.STORE, Column.LEVEL) else "MW"


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
