"""Prices, exchange, money and emissions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd
from markupsafe import Markup
from numpy.typing import NDArray

from khazri.report.markup import Column, Figure, Section, element, join, table
from khazri.report.numbers import ENERGY, MASS, POWER, Unit, money, number, percent, unit_for
from khazri.report.palette import cividis
from khazri.report.parts.words import Names, by, plural, total
from khazri.report.plots import Bar, Curve, Mark, Segment, axes, bars, curves, heat_map, scale_bar
from khazri.report.view import ReportView

Floats = NDArray[np.float64]

# Curves are thinned to this many points; more than pixels on most screens.
_POINTS = 401
_LABELLED = 6
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
        blocks.append(_link_use(view))
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


def _quantiles(frame: pd.DataFrame, headers: Sequence[str], unit: str) -> Markup:
    """Values at given shares of the hours, a row for each column of the frame."""
    rows = []
    for header, column in zip(headers, frame.columns, strict=True):
        values = frame[column].to_numpy(dtype=float)
        finite = np.sort(values[np.isfinite(values)])[::-1]
        at = [round(s * (finite.size - 1)) for s in _SHARES]
        rows.append([header, *(finite[at] if finite.size else [np.nan] * len(_SHARES))])
    labels = [f"{100 * s:g}%" for s in _SHARES]
    shown = pd.DataFrame(rows, columns=["name", *labels])
    columns = [Column("name", ""), *(Column(label, label, number) for label in labels)]
    return table(shown, columns, f"Value reached or exceeded in the given share of hours, {unit}")


def _price_durations(view: ReportView, names: Names) -> Figure:
    unit = f"{view.headline.currency}/MWh"
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
    # The dearest half per cent of hours may hold prices of unserved demand that hide all else.
    rest = [line.values[_POINTS // 200 :] for line in lines]
    frame = axes(rest, unit, _MARKS)
    finding = _price_finding(view, names)
    grey = "; all other zones in grey" if others else ""
    return Figure(
        "price-duration",
        finding,
        f"Hourly price by zone, {unit} {view.headline.price_year}{grey}",
        curves(lines, frame, finding, heavy=len(heavy)),
        _quantiles(view.prices[present], [names.of_zone(z) for z in present], unit),
        "The dearest half per cent of hours may run beyond the top; the table has them.",
    )


def _price_finding(view: ReportView, names: Names) -> str:
    summary = view.price_summary.dropna(subset=["mean"])
    summary = summary[summary["zone"].isin(names.zones)]
    if summary.empty:
        return "Prices by zone"
    ordered = summary.sort_values("mean")
    low, high = ordered.iloc[0], ordered.iloc[-1]
    unit = f"{view.headline.currency}/MWh"
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
               heavy=len(lines)),
        _quantiles(shown, [str(c) for c in shown.columns], unit.name),
    )  # fmt: skip


def _link_use(view: ReportView) -> Figure:
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
        curves(lines, frame, finding, heavy=len(lines)),
        _quantiles(100 * view.link_use[chosen], labels, "% of capacity"),
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
    unit = f"{view.headline.currency}/MWh"
    present = [zone for zone in names.zones if zone in view.prices.columns]
    first = next((zone for zone in names.focus if zone in present), present[0])
    every = view.prices[present].to_numpy(dtype=float)
    finite = every[np.isfinite(every)]
    low, high = (float(v) for v in np.quantile(finite, [0.01, 0.99])) if finite.size else (0.0, 1.0)
    large = heat_map(_by_hour(view.prices[first]), low, high, f"Prices in {names.of_zone(first)}")
    others = [
        element(
            "div",
            element("h5", names.of_zone(zone)),
            heat_map(_by_hour(view.prices[zone]), low, high, f"Prices in {names.of_zone(zone)}"),
        )
        for zone in present
        if zone != first
    ]
    chart = [large, scale_bar(number(low), number(high), unit)]
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
        table(months, columns, f"Mean price by hour and month, {names.of_zone(first)}, {unit}"),
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
    return f"highest around {int(means.argmax()):02d}:00 and lowest around {int(means.argmin()):02d}:00"


def _months(by_hour: Floats) -> pd.DataFrame:
    ends = np.cumsum([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
    names = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
    shown: dict[str, object] = {"hour": [f"{h:02d}:00" for h in range(24)]}
    start = 0
    for name, end in zip(names, ends, strict=True):
        part = by_hour[:, start:end]
        if part.size and np.isfinite(part).any(axis=1).all():
            shown[name] = np.nanmean(part, axis=1)
        start = int(end)
    return pd.DataFrame(shown)


def _price_table(view: ReportView, names: Names) -> Markup:
    frame = view.price_summary
    frame = frame.assign(name=[names.of_zone(str(zone)) for zone in frame["zone"]])
    unit = f"{view.headline.currency}/MWh"
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
        f"Prices by zone, {unit} {view.headline.price_year}",
    )


def exchange_section(view: ReportView, names: Names) -> Section:
    """Who trades with whom, and every link."""
    blocks: list[Figure | Markup] = []
    if not view.exchange.empty:
        blocks.append(_matrix(view, names))
    if not view.links.empty:
        blocks.append(_links(view, names))
    if not view.balance.empty:
        blocks.append(_balance(view, names))
    return Section(
        "exchange",
        "Exchange",
        "What crosses borders, and where the grid is tight.",
        tuple(blocks),
        "No exchange was handed to this report.",
    )


def _matrix(view: ReportView, names: Names) -> Figure:
    frame = by(view.exchange, ["from_country", "to_country"], ["energy_mwh"])
    frame = frame[(frame["from_country"] != frame["to_country"]) & (frame["energy_mwh"] > 0)]
    unit = unit_for(ENERGY, frame["energy_mwh"])
    pivot = frame.pivot_table(
        index="from_country", columns="to_country", values="energy_mwh", aggfunc="sum"
    )
    order = [c for c in names.country if c in pivot.index or c in pivot.columns]
    pivot = pivot.reindex(index=[c for c in order if c in pivot.index],
                          columns=[c for c in order if c in pivot.columns])  # fmt: skip
    largest = float(frame["energy_mwh"].max()) if len(frame) else 0.0
    head = join(element("th", names.of_country(c), scope="col", class_="num") for c in pivot)
    rows = []
    for country, values in pivot.iterrows():
        cells = [_shaded(float(v), largest, unit) for v in values]
        whole = element("td", element("b", unit.text(float(values.sum()))), class_="num")
        name = element("th", names.of_country(str(country)), scope="row")
        rows.append(element("tr", name, join(cells), whole))
    sums = join(
        element("td", element("b", unit.text(float(pivot[c].sum()))), class_="num") for c in pivot
    )
    grid = element(
        "table",
        element("caption", f"Energy sent in the year, {unit.name}; sender down, receiver across"),
        element(
            "thead",
            element("tr", element("th", "From", scope="col"), head,
                    element("th", "All exports", scope="col", class_="num")),
        ),
        element("tbody", join(rows), element(
            "tr", element("th", "All imports", scope="row"), sums, element("td", ""))),
        class_="matrix",
    )  # fmt: skip
    if len(frame):
        top = frame.sort_values("energy_mwh", ascending=False).iloc[0]
        finding = (
            f"The largest exchange is {unit.with_unit(float(top['energy_mwh']))} from "
            f"{names.of_country(top['from_country'])} to {names.of_country(top['to_country'])}"
        )
    else:
        finding = "No energy crosses a border"
    listing = frame.sort_values("energy_mwh", ascending=False)
    listing = listing.assign(
        sender=[names.of_country(c) for c in listing["from_country"]],
        receiver=[names.of_country(c) for c in listing["to_country"]],
    )
    twin = table(
        listing,
        [Column("sender", "From"), Column("receiver", "To"),
         Column("energy_mwh", f"Energy, {unit.name}", unit.text)],
        f"Exchange by pair of countries, {unit.name}",
    )  # fmt: skip
    region = element("div", grid, class_="table", tabindex=0, role="region", aria_label=finding)
    subtitle = f"Exchange between countries in {view.headline.year}, {unit.name}"
    return Figure("exchange-matrix", finding, subtitle, region, twin)


def _shaded(value: float, largest: float, unit: Unit) -> Markup:
    """A cell tinted by its share of the largest; the number is always there."""
    if not np.isfinite(value) or value == 0:
        return element("td", "·", class_="num none")
    red, green, blue = cividis(1.0 - 0.75 * value / largest)
    tone = "on-dark" if value > 0.55 * largest else "on-light"
    style = f"background:rgb({red},{green},{blue})"
    return element("td", unit.text(value), class_=f"num {tone}", style=style)


def _links(view: ReportView, names: Names) -> Markup:
    frame = view.links.sort_values("hours_congested", ascending=False)
    frame = frame.assign(
        ends=[
            f"{names.of_zone(str(a))} – {names.of_zone(str(b))}"
            for a, b in zip(frame["from_zone"], frame["to_zone"], strict=True)
        ]
    )
    return table(
        frame,
        [
            Column("name", "Link"),
            Column("ends", "Between"),
            Column("kind", "Kind"),
            Column("status", "Status"),
            Column("capacity_forward_mw", "Forward, MW", number),
            Column("capacity_backward_mw", "Backward, MW", number),
            Column("built_mw", "Added, MW", number),
            Column("energy_forward_mwh", "Forward, GWh", _gwh),
            Column("energy_backward_mwh", "Backward, GWh", _gwh),
            Column("hours_congested", "Hours full", number),
            Column("rent_eur", f"Rent, m {view.headline.currency}", _millions),
        ],
        "Every link of the year, tightest first; full: at 95% of its capacity or more",
    )


def _gwh(value: float) -> str:
    return number(value / 1e3)


def _millions(value: float) -> str:
    return number(value / 1e6)


def _balance(view: ReportView, names: Names) -> Markup:
    items = list(dict.fromkeys(view.balance["item"]))
    pivot = view.balance.pivot_table(
        index="zone", columns="item", values="energy_mwh", aggfunc="sum"
    )
    zones = [zone for zone in names.zones if zone in pivot.index]
    pivot = pivot.reindex(index=zones, columns=items)
    shown = pivot.reset_index(drop=True)
    shown.insert(0, "place", [names.of_zone(zone) for zone in zones])
    columns = [Column("place", "Zone")]
    columns += [Column(str(i), f"{str(i)[:1].upper()}{str(i)[1:]}", _gwh) for i in items]
    content = table(shown, columns, "Energy balance of each zone in the year, GWh")
    return Markup(
        '<details class="twin"><summary>Energy balance of each zone</summary>{}</details>'
    ).format(content)


def money_section(view: ReportView, names: Names) -> Section:
    """Welfare by country, costs by kind, emissions by country."""
    blocks: list[Figure | Markup] = []
    if not view.costs.empty:
        blocks.append(costs_figure(view))
    if not view.welfare.empty:
        blocks.append(_welfare_table(view, names))
    if not view.emissions.empty:
        blocks.append(_emissions(view, names))
    if not view.comparison.empty:
        blocks.append(_comparison(view))
    return Section(
        "money",
        "Costs, welfare, emissions",
        f"Money in {view.headline.currency} of {view.headline.price_year} for one year.",
        tuple(blocks),
        "No accounts were handed to this report.",
    )


def _signed_bars(
    rows: Sequence[tuple[str, float]], unit: Unit, style: Literal["gain", "ink"], label: str
) -> Markup:
    made = []
    for name, value in rows:
        colour = "f-ink" if style == "ink" else ("f-gain" if value >= 0 else "f-loss")
        finite = value if np.isfinite(value) else 0.0
        words = f"{name}: {unit.with_unit(value)}"
        made.append(Bar(name, [Segment(finite, colour, words)], unit.with_unit(value)))
    return bars(made, label)


def welfare_figure(view: ReportView, names: Names) -> Figure:
    """Who gains and who pays: the welfare of each country, largest first."""
    currency = view.headline.currency
    frame = by(view.welfare, ["country"], ["total_eur"]).sort_values("total_eur", ascending=False)
    unit = unit_for(money(currency), frame["total_eur"])
    rows = [
        (names.of_country(str(c)), float(v))
        for c, v in zip(frame["country"], frame["total_eur"], strict=True)
    ]
    losers = [name for name, value in rows if value < 0]
    finding = (
        f"{plural(len(losers), 'country has', 'countries have')} a negative welfare total: "
        f"{', '.join(losers)}"
        if losers
        else f"{rows[0][0]} has the largest welfare total: {unit.with_unit(rows[0][1])} a year"
    )
    return Figure(
        "welfare",
        finding,
        f"Welfare by country, {unit.name} {view.headline.price_year} per year",
        _signed_bars(rows, unit, "gain", finding),
        _welfare_table(view, names),
        "Consumers, producers, congestion rent and payments for emissions together.",
    )


def _welfare_table(view: ReportView, names: Names) -> Markup:
    frame = view.welfare
    frame = frame.assign(name=[names.of_country(str(c)) for c in frame["country"]])
    columns = ["consumers_eur", "producers_eur", "congestion_rent_eur", "emissions_payments_eur",
               "total_eur"]  # fmt: skip
    unit = unit_for(money(view.headline.currency), frame[columns].to_numpy(dtype=float).ravel())
    heads = ("Consumers", "Producers", "Congestion rent", "Emissions payments", "Total")
    return table(
        frame,
        [Column("name", "Country"),
         *(Column(c, h, unit.text) for c, h in zip(columns, heads, strict=True))],
        f"Welfare by country and group, {unit.name} {view.headline.price_year} per year",
    )  # fmt: skip


def costs_figure(view: ReportView) -> Figure:
    """Costs of the system by kind; income counts below zero."""
    frame = by(view.costs, ["kind"], ["cost_eur"])
    unit = unit_for(money(view.headline.currency), frame["cost_eur"])
    rows = [(str(k), float(v)) for k, v in zip(frame["kind"], frame["cost_eur"], strict=True)]
    amount = total(frame, "cost_eur")
    largest = max(rows, key=lambda row: row[1])
    part = largest[1] / amount if amount else float("nan")
    finding = (
        f"The system costs {unit.with_unit(amount)} a year; {largest[0]} is {percent(part)} of it"
    )
    twin = table(
        frame, [Column("kind", "Kind"), Column("cost_eur", unit.name, unit.text)],
        f"Costs by kind, {unit.name} {view.headline.price_year} per year",
    )  # fmt: skip
    return Figure(
        "costs",
        finding,
        f"Cost by kind, {unit.name} {view.headline.price_year} per year; below zero: income",
        _signed_bars(rows, unit, "ink", finding),
        twin,
    )


def _emissions(view: ReportView, names: Names) -> Figure:
    frame = by(view.emissions, ["country"], ["emissions_t"])
    frame = frame.sort_values("emissions_t", ascending=False)
    unit = unit_for(MASS, frame["emissions_t"])
    rows = [
        (names.of_country(str(c)), float(v))
        for c, v in zip(frame["country"], frame["emissions_t"], strict=True)
    ]
    amount = total(frame, "emissions_t")
    finding = f"Power plants emit {unit.with_unit(amount)} CO₂ in the year"
    shown = frame.assign(name=[names.of_country(str(c)) for c in frame["country"]])
    twin = table(
        shown,
        [Column("name", "Country"), Column("emissions_t", f"{unit.name} CO₂", unit.text)],
        f"Emissions by country, {unit.name} CO₂",
    )
    subtitle = f"Emissions by country in {view.headline.year}, {unit.name} CO₂"
    return Figure("emissions", finding, subtitle, _signed_bars(rows, unit, "ink", finding), twin)


def _comparison(view: ReportView) -> Markup:
    return table(
        view.comparison,
        [
            Column("name", "Run"),
            Column("figure", "Figure"),
            Column("value", "Value", number),
            Column("unit", "Unit"),
        ],
        "Runs beside this plan",
    )
