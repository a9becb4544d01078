"""What supplies and uses a carrier in each zone, through the year, and what its stores hold."""

from __future__ import annotations

import numpy as np
import pandas as pd
from markupsafe import Markup

from khazri.report.markup import Column, Figure, Section, join, table
from khazri.report.numbers import unit_for
from khazri.report.parts.words import MONTH_DAYS, MONTHS, Names, by
from khazri.report.plots import Bar, Curve, Mark, Segment, axes, bars, curves, legend, stacked_steps
from khazri.report.view import ReportView

_DEMAND = "demand"
_WEEKS = 52
_DAYS = 365
_ENDS = np.cumsum(MONTH_DAYS)
_STARTS = _ENDS - MONTH_DAYS
_STYLES = ("line c0", "line c1", "line c2", "line c3", "line c4", "line c5")


def mix_figure(view: ReportView, names: Names) -> Figure:
    """Supply of each zone to the right, use to the left."""
    frame = by(view.mix, ["zone", "group"], ["energy_mwh"])
    present = set(frame["group"])
    groups = [(g.id, g.name, f"f-{g.id}") for g in names.palette.ordered(present - {_DEMAND})]
    groups.append((_DEMAND, "Demand", "f-ink"))
    rest = frame[frame["group"] != "imports"]
    supply = rest[rest["energy_mwh"] > 0].groupby("zone")["energy_mwh"].sum()
    unit = unit_for(names.carrier.energy, frame.groupby("zone")["energy_mwh"].agg(_reach))
    rows = []
    for zone in [zone for zone in names.zones if zone in set(frame["zone"])]:
        own = frame[frame["zone"] == zone].set_index("group")["energy_mwh"]
        pieces = [
            Segment(float(own[group]), style, f"{name}: {unit.with_unit(float(own[group]))}")
            for group, name, style in groups
            if group in own.index
        ]
        country = names.of_country(names.country_of.get(zone, ""))
        name = names.of_zone(zone)
        used = float(-own[own < 0].sum())
        rows.append(Bar(name, pieces, unit.with_unit(used), country if country != name else ""))
    if supply.empty:
        finding = "No zone supplies it"
    else:
        top = str(supply.idxmax())
        finding = (
            f"{names.of_zone(top)} supplies the most, {unit.with_unit(float(supply.max()))} of "
            f"{unit.with_unit(float(supply.sum()))}"
        )
    key = legend([(style, "Net imports" if group == "imports" else name)
                  for group, name, style in groups if group in present])  # fmt: skip
    pivot = frame.pivot_table(index="zone", columns="group", values="energy_mwh", aggfunc="sum")
    order = [zone for zone in names.zones if zone in pivot.index]
    shown = pivot.reindex(order).reset_index(drop=True)
    shown.insert(0, "place", [names.of_zone(zone) for zone in order])
    columns = [Column("place", "Zone")]
    columns += [Column(group, name, unit.text) for group, name, _ in groups if group in present]
    caption = names.titled(f"Supply and use by zone, {unit.name}; use below zero")
    return Figure(
        "mix",
        finding,
        f"Supply (right) and use (left) in {view.headline.year}; all use at the end, {unit.name}",
        join([bars(rows, finding), key]),
        table(shown, columns, caption),
    )


def _reach(amounts: pd.Series[float]) -> float:
    return float(amounts.clip(lower=0).sum())


def season_figures(view: ReportView, names: Names) -> list[Figure]:
    """The year in weeks, of all countries and of the one in focus."""
    if view.seasons.empty:
        return []
    found = [_season(view.seasons, view, names, ("all", "All zones"))]
    focus = view.headline.focus_country
    countries = set(view.seasons["country"])
    if focus in countries and len(countries) > 1:
        own = view.seasons[view.seasons["country"] == focus]
        found.append(_season(own, view, names, ("focus", names.of_country(focus))))
    return found


def _season(frame: pd.DataFrame, view: ReportView, names: Names, scope: tuple[str, str]) -> Figure:
    pivot = frame.pivot_table(index="week", columns="group", values="mw", aggfunc="sum")
    pivot = pivot.reindex(range(_WEEKS)).fillna(0.0)
    demand = pivot.pop(_DEMAND).to_numpy() if _DEMAND in pivot else np.zeros(_WEEKS)
    groups = names.palette.ordered({str(group) for group in pivot.columns})
    stack = pivot.clip(lower=0).sum(axis=1).to_numpy()
    below = pivot.clip(upper=0).sum(axis=1).to_numpy()
    unit = unit_for(names.carrier.power, [*stack, *-below, *demand])
    layers = [(pivot[g.id].to_numpy() / unit.size, f"f-{g.id}", g.name) for g in groups]
    marks = [Mark(start / _DAYS, name) for start, name in zip(_STARTS, MONTHS, strict=True)]
    axis = axes([stack / unit.size, below / unit.size, demand / unit.size], unit.name, marks)
    line = Curve(demand / unit.size, "demand", "Demand")
    used = demand - below if not demand.any() else demand
    most, least = int(used.argmax()), int(used.argmin())
    id_, name = scope
    what = "demand" if demand.any() else "use"
    finding = (
        f"{name}, weekly {what}: highest in {_month(most)} ({unit.with_unit(used[most])}), lowest "
        f"in {_month(least)} ({unit.with_unit(used[least])})"
    )
    key = legend([*((f"f-{g.id}", g.name) for g in groups), ("line demand", "Demand")])
    twin = pivot.groupby([_month(week) for week in range(_WEEKS)], sort=False).mean()
    twin.insert(0, "demand", pd.Series(demand).groupby(
        [_month(week) for week in range(_WEEKS)], sort=False).mean().to_numpy())  # fmt: skip
    shown = twin.rename_axis("month").reset_index()
    columns = [Column("month", "Weeks from"), Column("demand", "Demand", unit.text)]
    columns += [Column(g.id, g.name, unit.text) for g in groups]
    return Figure(
        f"seasons-{id_}",
        finding,
        f"{name}, means of the weeks of {view.headline.year}; {unit.name}",
        join([stacked_steps(layers, line, axis, finding), key]),
        table(shown, columns, names.titled(f"{name}, means by month of weeks, {unit.name}")),
    )


def _month(week: int) -> str:
    """The month in which the middle of a week lies."""
    return MONTHS[int(np.searchsorted(_ENDS, 7 * week + 3.5))]


def stores_section(view: ReportView, names: Names) -> Section:
    """What stores hold through the year."""
    blocks: list[Figure | Markup] = []
    if not view.levels.empty and view.levels["level_mwh"].abs().sum() > 0:
        blocks.append(_levels(view, names))
    return Section(
        "stores",
        "Stores",
        "How full stores are at the end of each day of the year.",
        tuple(blocks),
        "The plan has no stores, or they stay empty.",
    )


def _levels(view: ReportView, names: Names) -> Figure:
    pivot = view.levels.pivot_table(index="day", columns="group", values="level_mwh", aggfunc="sum")
    room = view.stores.groupby("group")["energy_mwh"].sum().reindex(pivot.columns)
    filled = [str(g) for g in pivot.columns if pivot[g].max() > 0]
    groups = [g for g in names.palette.ordered(set(filled)) if g.id in filled]
    shares = {
        g.id: 100 * pivot[g.id].to_numpy(dtype=float) / _size(float(room[g.id]), pivot[g.id])
        for g in groups
    }
    lines = [
        Curve(
            shares[group.id],
            f"series l-{group.id}",
            f"{group.name}: {_held(room, group.id, names)}",
        )
        for group in groups
    ]
    days = len(pivot)
    marks = [
        Mark(start / days, name)
        for start, name in zip(_STARTS, MONTHS, strict=True)
        if start < days
    ]
    frame = axes([np.array([0.0, 100.0])], "% full", marks)
    swing = {g.id: float(np.ptp(pivot[g.id].to_numpy(dtype=float))) for g in groups}
    top = max(groups, key=lambda group: swing[group.id])
    unit = unit_for(names.carrier.energy, [swing[top.id]])
    finding = f"{top.name} swings most: by {unit.with_unit(swing[top.id])} over the year"
    months = np.searchsorted(_ENDS, pivot.index.to_numpy() % _DAYS, side="right")
    energy = unit_for(names.carrier.energy, pivot[filled].to_numpy(dtype=float).ravel())
    last = pivot[filled].groupby(months, sort=True).last()
    shown = last.reset_index(drop=True)
    shown.insert(0, "month", [f"End of {MONTHS[month]}" for month in last.index])
    columns = [Column("month", "When"), *(Column(g.id, g.name, energy.text) for g in groups)]
    return Figure(
        "levels",
        finding,
        f"Energy in stores at the end of each day of {view.headline.year}, share of what they hold",
        curves(lines, frame, finding, named=len(lines)),
        table(shown, columns, names.titled(f"Energy in stores, {energy.name}")),
    )


def _size(room: float, level: pd.Series[float]) -> float:
    """What stores can hold; what they hold at most where nothing limits them."""
    return room if np.isfinite(room) and room > 0 else float(level.max())


def _held(room: pd.Series[float], group: str, names: Names) -> str:
    size = float(room[group])
    if not np.isfinite(size):
        return "no limit"
    return unit_for(names.carrier.energy, [size]).with_unit(size)
