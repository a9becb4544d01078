"""Prices, residual load and link use, over the year and by how often."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from markupsafe import Markup
from numpy.typing import NDArray

from khazri.report.markup import Column, Figure, Section, element, join, table
from khazri.report.numbers import POWER, number, percent, unit_for
from khazri.report.parts.words import MONTH_DAYS, MONTHS, Names, plural
from khazri.report.plots import Curve, Mark, axes, curves, heat_map, scale_bar
from khazri.report.view import ReportView

Floats = NDArray[np.float64]

# Curves are thinned to this many points; more than pixels on most screens.
_POINTS = 401
_LABELLED = 6
# The vertical axis of prices is that of all but this part of the hours (one in ten).
_DEAREST = 10
# Below this gap capacities are settled well enough for prices of scarcity.
_SMALL_GAP = 0.002
_SHARES = (0.0, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 1.0)
_MARKS = [Mark(s, f"{100 * s:g}%") for s in (0.0, 0.25, 0.5, 0.75, 1.0)]
_STYLES = ("line c0", "line c1", "line c2", "line c3", "line c4", "line c5")


def duration_section(view: ReportView, names: Names) -> Section:
    """Curves of price, residual load and link use, hours sorted from high to low."""
    blocks: list[Figure | Markup] = []
    if not view.prices.empty:
        blocks.append(_price_durations(view, names))
    if not view.residual_load.empty:
        blocks.append(_residual_load(view, names))
    if not view.link_use.empty:
        blocks.append(_link_use(view, names))
    return Section(
        "durations",
        "How often",
        "All hours of the year, sorted from the highest value to the lowest.",
        tuple(blocks),
        "No hourly series were handed to this report.",
    )


def _sorted(values: Floats) -> Floats:
    """Values from high to low at `_POINTS` even shares of the hours; empty where none is finite."""
    finite = np.sort(values[np.isfinite(values)])[::-1]
    if finite.size == 0:
        return np.full(_POINTS, np.nan)
    position = np.linspace(0, finite.size - 1, _POINTS).round().astype(int)
    return np.asarray(finite[position])


def _quantiles(frame: pd.DataFrame, headers: Sequence[str], of_what: str, of: str) -> Markup:
    """Values at given shares of the hours, a row for each column of the frame."""
    rows = []
    for header, column in zip(headers, frame.columns, strict=True):
        values = frame[column].to_numpy(dtype=float)
        finite = np.sort(values[np.isfinite(values)])[::-1]
        at = [round(s * (finite.size - 1)) for s in _SHARES]
        rows.append([header, *(finite[at] if finite.size else [np.nan] * len(_SHARES))])
    labels = [f"{100 * s:g}%" for s in _SHARES]
    shown = pd.DataFrame(rows, columns=["name", *labels])
    columns = [Column("name", of), *(Column(label, label, number) for label in labels)]
    return table(shown, columns, f"Reached or exceeded in the given share of hours: {of_what}")


def _price_durations(view: ReportView, names: Names) -> Figure:
    unit = names.carrier.price_unit(view.headline.currency)
    present = [zone for zone in names.zones if zone in view.prices.columns]
    first = [zone for zone in names.focus if zone in present] or present
    heavy = first[:_LABELLED]
    others = [zone for zone in present if zone not in heavy]
    lines = [
        Curve(_sorted(view.prices[zone].to_numpy(dtype=float)), style, names.of_zone(zone))
        for zone, style in zip(heavy, _STYLES, strict=False)
    ] + [
        Curve(_sorted(view.prices[zone].to_numpy(dtype=float)), "line faint", names.of_zone(zone))
        for zone in others
    ]
    # Prices of unserved demand would hide all else: the axis ends above the usual prices.
    rest = [line.values[_POINTS // _DEAREST :] for line in lines]
    frame = axes(rest, unit, _MARKS)
    finding = _price_finding(view, names)
    grey = "; all other zones in grey" if others else ""
    return Figure(
        "price-duration",
        finding,
        f"Hourly price by zone, {unit} {view.headline.price_year}{grey}",
        curves(lines, frame, finding, named=len(heavy)),
        _quantiles(
            view.prices[present],
            [names.of_zone(z) for z in present],
            names.titled(f"price of zones, {unit}"),
            "Zone",
        ),
        "The dearest tenth of the hours may run beyond the top; the table has them."
        + _within_the_gap(view.headline.gap),
    )


def _within_the_gap(gap: float) -> str:
    """What prices leave open where the plan is not quite the best one."""
    if not gap > _SMALL_GAP:
        return ""
    return (
        f" Prices are those of this plan: other capacities within its gap of {percent(gap)} would "
        "have fewer or more hours of scarcity."
    )


def _price_finding(view: ReportView, names: Names) -> str:
    summary = view.price_summary.dropna(subset=["mean"])
    summary = summary[summary["zone"].isin(names.zones)]
    if summary.empty:
        return "Prices by zone"
    ordered = summary.sort_values("mean")
    low, high = ordered.iloc[0], ordered.iloc[-1]
    unit = names.carrier.price_unit(view.headline.currency)
    if len(ordered) == 1:
        return f"The mean price in {names.of_zone(low['zone'])} is {number(low['mean'])} {unit}"
    return (
        f"The mean price runs from {number(low['mean'])} {unit} in {names.of_zone(low['zone'])} "
        f"to {number(high['mean'])} {unit} in {names.of_zone(high['zone'])}"
    )


def _residual_load(view: ReportView, names: Names) -> Figure:
    zones = [zone for zone in names.zones if zone in view.residual_load.columns]
    focus = [zone for zone in names.focus if zone in zones]
    series = {"All zones": view.residual_load[zones].sum(axis=1)}
    if focus and len(focus) < len(zones):
        country = names.of_country(view.headline.focus_country)
        series[country] = view.residual_load[focus].sum(axis=1)
    frame = pd.DataFrame(series)
    unit = unit_for(POWER, frame.to_numpy(dtype=float).ravel())
    shown = frame / unit.size
    lines = [
        Curve(_sorted(shown[name].to_numpy(dtype=float)), style, str(name))
        for name, style in zip(shown.columns, _STYLES, strict=False)
    ]
    top = float(frame["All zones"].max())
    finding = (
        f"Demand left after wind and solar reaches {unit.with_unit(top)} in all zones together"
    )
    return Figure(
        "residual-load",
        finding,
        f"Demand less available wind and solar in {view.headline.year}, {unit.name}",
        curves(lines, axes([c.values for c in lines], unit.name, _MARKS), finding,
               named=len(lines)),
        _quantiles(shown, [str(c) for c in shown.columns],
                   names.titled(f"residual load, {unit.name}"), "Load"),
    )  # fmt: skip


def _link_use(view: ReportView, names: Names) -> Figure:
    links = view.links.set_index("link")
    present = [str(link) for link in view.link_use.columns if link in links.index]
    tight = links.loc[present].sort_values("hours_congested", ascending=False)
    chosen = [str(link) for link in tight.index[:_LABELLED]]
    labels = [str(links.loc[link, "name"]) for link in chosen]
    lines = [
        Curve(100 * _sorted(view.link_use[link].to_numpy(dtype=float)), style, label)
        for link, style, label in zip(chosen, _STYLES, labels, strict=False)
    ]
    frame = axes([np.array([-100.0, 100.0])], "% of capacity", _MARKS)
    hours = float(tight["hours_congested"].iloc[0]) if len(tight) else float("nan")
    finding = (
        f"{labels[0]} is full in {number(hours)} hours of the year"
        if hours > 0
        else "No link is at its capacity for any length of time"
    )
    return Figure(
        "link-use",
        finding,
        "Flow as share of capacity of the links most often full; below zero: backward",
        curves(lines, frame, finding, named=len(lines)),
        _quantiles(
            100 * view.link_use[chosen], labels, names.titled("links, % of capacity"), "Link"
        ),
    )


def price_section(view: ReportView, names: Names) -> Section:
    """When prices are high: hours by days, and a table by zone."""
    blocks: list[Figure | Markup] = []
    if not view.prices.empty:
        blocks.append(_price_map(view, names))
    if not view.price_summary.empty:
        blocks.append(_price_table(view, names))
    return Section(
        "prices",
        "Prices",
        "What one more megawatt-hour would cost the system, hour by hour and zone by zone.",
        tuple(blocks),
        "No prices were handed to this report.",
    )


def _price_map(view: ReportView, names: Names) -> Figure:
    unit = names.carrier.price_unit(view.headline.currency)
    present = [zone for zone in names.zones if zone in view.prices.columns]
    first = next((zone for zone in names.focus if zone in present), present[0])
    every = view.prices[present].to_numpy(dtype=float)
    finite = every[np.isfinite(every)]
    # Hours of scarcity cost ten times the rest: beyond the usual range all are drawn alike.
    low, high = (float(v) for v in np.quantile(finite, [0.01, 0.95])) if finite.size else (0.0, 1.0)
    large = heat_map(_by_hour(view.prices[first]), low, high, f"Prices in {names.of_zone(first)}")
    others = [
        element(
            "div",
            element("h4", names.of_zone(zone)),
            heat_map(_by_hour(view.prices[zone]), low, high, f"Prices in {names.of_zone(zone)}"),
        )
        for zone in present
        if zone != first
    ]
    chart = [large, scale_bar(number(low), f"{number(high)} and more", unit)]
    if others:
        chart.append(
            Markup('<details class="more"><summary>The same for {}</summary>{}</details>').format(
                plural(len(others), "other zone", "other zones"),
                element("div", join(others), class_="multiples"),
            )
        )
    by_hour = _by_hour(view.prices[first])
    finding = f"Prices in {names.of_zone(first)} are {_when(by_hour)}"
    months = _months(by_hour)
    columns = [Column("hour", "Hour, UTC")]
    columns += [Column(str(c), str(c), number) for c in months.columns if c != "hour"]
    return Figure(
        "price-map",
        finding,
        f"Price of each hour, {names.of_zone(first)}, {unit}; hours of the day (UTC) down, days of "
        f"{view.headline.year} across",
        join(chart),
        table(
            months,
            columns,
            names.titled(f"Mean price by hour and month, {names.of_zone(first)}, {unit}"),
        ),
    )


def _by_hour(series: pd.Series) -> Floats:
    """(24, days) of an hourly series; hours beyond the last whole day are left out."""
    values = series.to_numpy(dtype=float)
    days = values.size // 24
    return np.asarray(values[: 24 * days].reshape(days, 24).T)


def _when(by_hour: Floats) -> str:
    means = np.nan_to_num(np.nanmean(by_hour, axis=1)) if np.isfinite(by_hour).any() else None
    if means is None:
        return "not known"
    if float(np.ptp(means)) == 0.0:
        return "the same at every hour of the day"
    high, low = int(means.argmax()), int(means.argmin())
    return f"highest around {high:02d}:00 and lowest around {low:02d}:00 UTC"


def _months(by_hour: Floats) -> pd.DataFrame:
    ends = np.cumsum(MONTH_DAYS)
    shown: dict[str, object] = {"hour": [f"{h:02d}:00" for h in range(24)]}
    start = 0
    for name, end in zip(MONTHS, ends, strict=True):
        part = by_hour[:, start:end]
        if part.size and np.isfinite(part).any(axis=1).all():
            shown[name] = np.nanmean(part, axis=1)
        start = int(end)
    return pd.DataFrame(shown)


def _price_table(view: ReportView, names: Names) -> Markup:
    frame = view.price_summary
    frame = frame.assign(name=[names.of_zone(str(zone)) for zone in frame["zone"]])
    unit = names.carrier.price_unit(view.headline.currency)
    return table(
        frame,
        [
            Column("name", "Zone"),
            Column("mean", "Mean", number),
            Column("load_weighted", "Weighted by demand", number),
            Column("lowest_5_percent", "Lowest 5% below", number),
            Column("highest_5_percent", "Highest 5% above", number),
            Column("hours_negative", "Hours below zero", number),
            Column("hours_scarce", "Hours of scarcity", number),
        ],
        names.titled(f"Prices by zone, {unit} {view.headline.price_year}"),
    )
