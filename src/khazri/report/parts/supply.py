"""Capacity, generation and dispatch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from markupsafe import Markup

from khazri.report.markup import Column, Figure, Section, join, table
from khazri.report.numbers import (
    VISIBLE_MW,
    Unit,
    added,
    number,
    percent,
    unit_for,
)
from khazri.report.parts.projects import project_costs_figure
from khazri.report.parts.seasons import mix_figure, season_figures
from khazri.report.parts.words import MONTH_DAYS, MONTHS, Names, by, folded, plural, total
from khazri.report.plots import (
    Bar,
    Curve,
    Mark,
    Segment,
    axes,
    bars,
    legend,
    stacked_steps,
)
from khazri.report.view import ReportView

HOURS_OF_WEEK = 168
_FULL = 0.999
"""Share of what is allowed from which an addition counts as the most."""


def capacity_section(view: ReportView, names: Names) -> Section:
    """Existing and built capacity by zone, and where projects differ from default costs."""
    blocks: list[Figure | Markup] = []
    if not view.capacity.empty:
        blocks.append(_capacity_by_zone(view, names))
        if not names.is_further or total(view.capacity, "built_mw") > 0:
            blocks.append(_built(view, names))
    if not view.project_costs.empty:
        blocks.append(project_costs_figure(view))
    return Section(
        "capacity",
        "Capacity",
        "What stands in the year of the plan, and what the plan adds.",
        tuple(blocks),
        "No capacities were handed to this report.",
    )


def _capacity_by_zone(view: ReportView, names: Names) -> Figure:
    frame = by(view.capacity, ["zone", "group"], ["existing_mw", "built_mw", "retired_mw"])
    unit = unit_for(
        names.carrier.power, frame.groupby("zone")[["existing_mw", "built_mw"]].sum().sum(axis=1)
    )
    groups = names.palette.ordered(set(frame["group"]))
    rows = []
    for zone, part in _zones_in_order(frame, names):
        segments = []
        for group in groups:
            cells = part[part["group"] == group.id]
            for column, word, hatched in (("existing_mw", "existing", False),
                                          ("built_mw", "added", True)):  # fmt: skip
                value = float(cells[column].sum())
                words = f"{group.name}, {word}: {unit.with_unit(value)}"
                segments.append(Segment(max(value, 0.0), f"f-{group.id}", words, hatched))
        amount = total(part, "existing_mw") + total(part, "built_mw")
        rows.append(_zone_bar(zone, names, segments, unit.with_unit(amount)))
    existing, built = total(frame, "existing_mw"), total(frame, "built_mw")
    both = unit_for(names.carrier.power, [existing, built])
    finding = (
        f"{both.with_unit(existing)} stand already; the plan adds {both.with_unit(built)}"
        if built > 0
        else f"{both.with_unit(existing)} stand already; the plan adds nothing"
    )
    key = legend([(f"f-{g.id}", g.name) for g in groups], hatch="hatched: added by the plan")
    shown = frame[(frame["existing_mw"] != 0) | (frame["built_mw"] != 0)]
    twin = _wide(
        shown.assign(mw=shown["existing_mw"] + shown["built_mw"]),
        "mw",
        unit,
        names,
        "Capacity by zone and group",
    )
    return Figure(
        "capacity-zones",
        finding,
        f"Capacity by zone and group in {view.headline.year}, {unit.name}",
        join([bars(rows, finding), key]),
        twin,
    )


def _zones_in_order(frame: pd.DataFrame, names: Names) -> list[tuple[str, pd.DataFrame]]:
    present = dict(list(frame.groupby("zone", sort=False)))
    listed = [zone for zone in names.zones if zone in present]
    others = [str(zone) for zone in present if zone not in set(listed)]
    return [(zone, present[zone]) for zone in listed + others]


def _zone_bar(zone: str, names: Names, segments: Sequence[Segment], value: str) -> Bar:
    country = names.of_country(names.country_of.get(zone, ""))
    name = names.of_zone(zone)
    return Bar(name, segments, value, country if country != name else "")


def _wide(frame: pd.DataFrame, column: str, unit: Unit, names: Names, title: str) -> Markup:
    """Zones down, groups across."""
    groups = names.palette.ordered(set(frame["group"]))
    pivot = frame.pivot_table(index="zone", columns="group", values=column, aggfunc="sum")
    order = [zone for zone in names.zones if zone in pivot.index]
    pivot = pivot.reindex(order)
    shown = pd.DataFrame({"zone": [names.of_zone(zone) for zone in order]})
    columns = [Column("zone", "Zone")]
    for group in groups:
        shown[group.id] = pivot[group.id].to_numpy()
        columns.append(Column(group.id, group.name, unit.text))
    return table(shown, columns, names.titled(f"{title}, {unit.name}"))


def _built(view: ReportView, names: Names) -> Figure:
    frame = view.capacity[pd.to_numeric(view.capacity["built_mw"]) > 0]
    by_group = by(frame, ["group"], ["built_mw"])
    rate = names.carrier.power[0].name
    unit = unit_for(names.carrier.power, by_group["built_mw"])
    rows = []
    for group in names.palette.ordered(set(by_group["group"])):
        parts = by(frame[frame["group"] == group.id], ["country"], ["built_mw"])
        amount = total(parts, "built_mw")
        top = parts.sort_values("built_mw", ascending=False).iloc[0]
        where = f"most in {names.of_country(top['country'])}: {unit.with_unit(top['built_mw'])}"
        segment = Segment(amount, f"f-{group.id}", f"{group.name}: {unit.with_unit(amount)}", True)
        rows.append(Bar(group.name, [segment], unit.with_unit(amount), where))
    if by_group.empty:
        finding = "The plan builds no plant"
    else:
        largest = by_group.sort_values("built_mw", ascending=False).iloc[0]
        finding = (
            f"{names.of_group(largest['group'])} is the largest addition: "
            f"{unit.with_unit(largest['built_mw'])}"
        )
    shown = frame.sort_values("built_mw", ascending=False).assign(
        where=[
            names.of_zone(zone) for zone in frame.sort_values("built_mw", ascending=False)["zone"]
        ]
    )
    twin = table(
        shown,
        [
            Column("name", "Asset"),
            Column("where", "Zone"),
            Column("existing_mw", f"Existing, {rate}", number),
            Column("built_mw", f"Added, {rate}", added),
            Column("potential_mw", f"Potential, {rate}", number),
        ],
        names.titled(f"Additions by asset, {rate}"),
    )
    subtitle = f"Additions by group up to {view.headline.year}, {unit.name}"
    return Figure("capacity-built", finding, subtitle, bars(rows, finding), twin, _at_most(frame))


def _at_most(frame: pd.DataFrame) -> str:
    """How many additions are as large as the case allows, "" where none is."""
    amounts = frame[["existing_mw", "built_mw", "potential_mw"]].astype(float)
    amounts = amounts[amounts["built_mw"] >= VISIBLE_MW]
    whole = amounts["existing_mw"] + amounts["built_mw"]
    full = int((whole >= _FULL * amounts["potential_mw"]).sum())
    if not full:
        return ""
    verb = "is" if full == 1 else "are"
    return (
        f"{full:,} of {plural(len(amounts), 'addition', 'additions')} {verb} at the most the case "
        f"allows: {'this limit decides it' if full == 1 else 'these limits decide them'}."
    )


def generation_section(view: ReportView, names: Names) -> Section:
    """Supply and use by zone, what is generated from what, and every asset."""
    blocks: list[Figure | Markup] = []
    if not view.mix.empty:
        blocks.append(mix_figure(view, names))
    if not view.generation.empty:
        if not names.is_further:
            blocks.append(_mix(view, names))
        blocks.append(_assets(view, names))
    return Section(
        "generation",
        "Supply and use",
        "Where the energy of the year comes from, and where it goes.",
        tuple(blocks),
        "No generation was handed to this report.",
    )


def _mix(view: ReportView, names: Names) -> Figure:
    frame = by(view.generation, ["zone", "group"], ["energy_mwh", "curtailed_mwh"])
    unit = unit_for(names.carrier.energy, frame.groupby("zone")["energy_mwh"].sum())
    groups = names.palette.ordered(set(frame["group"]))
    rows = []
    for zone, part in _zones_in_order(frame, names):
        amount = float(part["energy_mwh"].clip(lower=0).sum())
        segments = []
        for group in groups:
            value = float(part.loc[part["group"] == group.id, "energy_mwh"].clip(lower=0).sum())
            words = f"{group.name}: {unit.with_unit(value)}"
            piece = value / amount if amount > 0 else 0.0
            segments.append(Segment(piece, f"f-{group.id}", f"{words}, {percent(piece)}"))
        rows.append(_zone_bar(zone, names, segments, unit.with_unit(amount)))
    whole = by(frame, ["group"], ["energy_mwh"]).sort_values("energy_mwh", ascending=False)
    amount = total(whole, "energy_mwh")
    first = whole.iloc[0]
    part_of = float(first["energy_mwh"]) / amount if amount > 0 else float("nan")
    finding = f"{names.of_group(first['group'])} gives {percent(part_of)} of all generation"
    curtailed = total(frame, "curtailed_mwh")
    note = f"Curtailed: {unit_for(names.carrier.energy, [curtailed]).with_unit(curtailed)}."
    key = legend([(f"f-{g.id}", g.name) for g in groups])
    return Figure(
        "generation-mix",
        finding,
        f"Generation by zone in {view.headline.year}: shares; total at the end, {unit.name}",
        join([bars(rows, finding), key]),
        _wide(frame, "energy_mwh", unit, names, "Generation by zone and group"),
        note,
    )


def _assets(view: ReportView, names: Names) -> Markup:
    frame = view.generation
    unit = unit_for(names.carrier.energy, frame["energy_mwh"].astype(float))
    rows = frame[pd.to_numeric(frame["energy_mwh"]).abs() > 0]
    rows = rows.sort_values("energy_mwh", ascending=False)
    rows = rows.assign(where=[names.of_zone(zone) for zone in rows["zone"]])
    listing = table(
        rows,
        [
            Column("name", "Asset"),
            Column("where", "Zone"),
            Column("energy_mwh", f"Output, {unit.name}", unit.text),
            Column("curtailed_mwh", f"Curtailed, {unit.name}", unit.text),
            Column("load_factor", "Load factor", percent),
            Column(
                "revenue_eur", f"Revenue, m {view.headline.currency}", lambda v: number(v / 1e6)
            ),
            Column("cost_eur", f"Cost, m {view.headline.currency}", lambda v: number(v / 1e6)),
        ],
        names.titled("Output, revenue and cost of each asset in the year"),
    )
    return folded(names.titled("Every asset: energy, revenue, cost"), listing)


def dispatch_section(view: ReportView, names: Names) -> Section:
    """The year, and the weeks that matter, for the whole region and the country in focus."""
    blocks: list[Figure | Markup] = [*season_figures(view, names)]
    for row in view.weeks.to_dict("records"):
        week = _Week(
            str(row["week"]), str(row["title"]), str(row["reason"]), int(row["start_hour"])
        )
        blocks.append(
            _week_figure(
                view,
                names,
                week,
                _Scope("all", "All zones", "all zones", names.zones, is_whole=True),
            )
        )
        if names.focus and len(names.focus) < len(names.zones):
            country = names.of_country(view.headline.focus_country)
            scope = _Scope("focus", country, country, names.focus)
            blocks.append(_week_figure(view, names, week, scope))
    return Section(
        "dispatch",
        "Dispatch",
        "How the hours run: supply stacked above zero, charging and exports below, "
        "demand as a line. Hours in UTC.",
        tuple(blocks),
        is_paired=True,
        lacking="No weeks were handed to this report.",
    )


@dataclass(frozen=True)
class _Week:
    id: str
    title: str
    reason: str
    start: int


@dataclass(frozen=True)
class _Scope:
    id: str
    name: str
    phrase: str
    zones: Sequence[str]
    is_whole: bool = False


def _week_figure(view: ReportView, names: Names, week: _Week, scope: _Scope) -> Figure:
    chosen = set(scope.zones)
    supply = _of_week(view.dispatch, week, chosen)
    load = _of_week(view.week_load, week, chosen)
    hours = pd.RangeIndex(HOURS_OF_WEEK)
    pivot = supply.pivot_table(index="hour", columns="group", values="mw", aggfunc="sum")
    pivot = pivot.reindex(hours).fillna(0.0)
    demand = load.groupby("hour")["mw"].sum().reindex(hours).to_numpy(dtype=float)
    groups = names.palette.ordered({str(g) for g in pivot.columns})
    stack = pivot.clip(lower=0).sum(axis=1).to_numpy()
    unit = unit_for(names.carrier.power, [*stack, *demand[np.isfinite(demand)]])
    layers = [(pivot[g.id].to_numpy(dtype=float) / unit.size, f"f-{g.id}", g.name) for g in groups]
    below = pivot.clip(upper=0).sum(axis=1).to_numpy() / unit.size
    frame = axes([stack / unit.size, below, demand / unit.size], unit.name, _days(week.start))
    line = Curve(demand / unit.size, "demand", "Demand")
    largest = float(np.nanmax(demand)) if np.isfinite(demand).any() else float("nan")
    finding = f"{week.title}: demand of {scope.phrase} peaks at {unit.with_unit(largest)}"
    twin = pd.DataFrame({"hour": [_hour_name(week.start + h) for h in hours], "demand": demand})
    columns = [Column("hour", "Hour, UTC"), Column("demand", "Demand", unit.text)]
    for group in groups:
        twin[group.id] = pivot[group.id].to_numpy()
        columns.append(Column(group.id, group.name, unit.text))
    key_of = legend([*((f"f-{g.id}", g.name) for g in groups), ("line demand", "Demand")])
    # The reason is told in figures of the whole region; a part of it has only the days.
    why = week.reason if scope.is_whole else f"the week from {_date(week.start // 24)}"
    return Figure(
        f"week-{week.id}-{scope.id}",
        finding,
        f"{scope.name}, {why}; {unit.name}",
        join([stacked_steps(layers, line, frame, finding), key_of]),
        table(twin, columns, names.titled(f"{scope.name}, {week.title}, {unit.name}")),
    )


def _of_week(frame: pd.DataFrame, week: _Week, zones: set[str]) -> pd.DataFrame:
    return frame[(frame["week"].astype(str) == week.id) & frame["zone"].isin(zones)]


def _days(start: int) -> list[Mark]:
    """A mark at each midnight of the week, named by its date."""
    first = (-start) % 24
    return [
        Mark((first + 24 * day) / HOURS_OF_WEEK, _date((start + first) // 24 + day))
        for day in range(7)
        if first + 24 * day < HOURS_OF_WEEK
    ]


def _date(day: int) -> str:
    """Day of a year of 365 days (0 is 1 January; days beyond the end start again)."""
    rest = day % 365
    for month, length in zip(MONTHS, MONTH_DAYS, strict=True):
        if rest < length:
            return f"{rest + 1} {month}"
        rest -= length
    raise AssertionError("a day lies in one of twelve months")


def _hour_name(hour: int) -> str:
    return f"{_date(hour // 24)} {hour % 24:02d}:00"
