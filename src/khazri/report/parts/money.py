"""Costs by kind, welfare and emissions by country."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

from markupsafe import Markup

from khazri.report.markup import Column, Figure, Section, table
from khazri.report.numbers import MASS, Unit, money, number, percent, unit_for
from khazri.report.parts.words import Names, by, plural, total
from khazri.report.plots import Bar, Segment, bars
from khazri.report.view import ReportView


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
        finite = value if math.isfinite(value) else 0.0
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
