"""Costs by kind, welfare and emissions by country."""

from __future__ import annotations

import math
from collections.abc import Sequence

from markupsafe import Markup

from khazri.report.markup import Column, Figure, Section, join, table
from khazri.report.numbers import MASS, Unit, money, number, percent, unit_for
from khazri.report.parts.words import Names, by, total
from khazri.report.plots import Bar, Segment, bars, legend
from khazri.report.view import ReportView


def money_section(view: ReportView, names: Names) -> Section:
    """Welfare by country, costs by kind, emissions by country."""
    blocks: list[Figure | Markup] = []
    if not view.costs.empty:
        blocks.append(costs_figure(view))
    if not view.welfare.empty:
        blocks.append(_welfare_table(view, names, "Welfare by country and group"))
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


def _signed_bars(rows: Sequence[tuple[str, float]], unit: Unit, label: str) -> Markup:
    made = []
    for name, value in rows:
        finite = value if math.isfinite(value) else 0.0
        words = f"{name}: {unit.with_unit(value)}"
        made.append(Bar(name, [Segment(finite, "f-ink", words)], unit.with_unit(value)))
    return bars(made, label)


_EARNED = (
    ("producers_eur", "f-gain", "plants and stores"),
    ("congestion_rent_eur", "f-base", "links"),
    ("emissions_payments_eur", "f-half", "payments for emissions"),
)
"""What is earned besides the use of power: column of the welfare table, colour, words."""


def welfare_figure(view: ReportView, names: Names) -> Figure:
    """Who earns: what is left to plants, links and states of each country, largest first.

    Consumers' welfare is measured from going without power and would dwarf the rest: it is in the
    table, and compared between plans.
    """
    currency = view.headline.currency
    columns = [column for column, _, _ in _EARNED]
    frame = by(view.welfare, ["country"], columns)
    frame = frame.assign(earned=frame[columns].sum(axis=1))
    frame = frame.sort_values("earned", ascending=False)
    unit = unit_for(money(currency), frame["earned"])
    rows = []
    for row in frame.to_dict("records"):
        name = names.of_country(str(row["country"]))
        pieces = [
            Segment(float(row[column]), style, f"{name}, {words}: {unit.with_unit(row[column])}")
            for column, style, words in _EARNED
            if math.isfinite(float(row[column]))
        ]
        rows.append(Bar(name, pieces, unit.with_unit(float(row["earned"]))))
    top = frame.iloc[0]
    finding = (
        f"Plants, links and state of {names.of_country(str(top['country']))} are left with "
        f"{unit.with_unit(float(top['earned']))} a year, the most"
    )
    key = legend([(style, words) for _, style, words in _EARNED])
    return Figure(
        "welfare",
        finding,
        f"Revenue less cost by country, {unit.name} {view.headline.price_year} per year",
        join([bars(rows, finding), key]),
        _welfare_table(view, names, "What each country and group is left with"),
        "Consumers' welfare, from the value of lost load, is in the table.",
    )


def _welfare_table(view: ReportView, names: Names, title: str) -> Markup:
    frame = view.welfare
    frame = frame.assign(name=[names.of_country(str(c)) for c in frame["country"]])
    columns = ["consumers_eur", "producers_eur", "congestion_rent_eur", "traders_eur",
               "limit_rents_eur", "emissions_payments_eur", "total_eur"]  # fmt: skip
    unit = unit_for(money(view.headline.currency), frame[columns].to_numpy(dtype=float).ravel())
    heads = ("Consumers", "Producers", "Links", "Traders", "Limits", "Emissions", "Total")
    return table(
        frame,
        [Column("name", "Country"),
         *(Column(c, h, unit.text) for c, h in zip(columns, heads, strict=True))],
        f"{title}, {unit.name} {view.headline.price_year} per year",
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
        _signed_bars(rows, unit, finding),
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
    return Figure("emissions", finding, subtitle, _signed_bars(rows, unit, finding), twin)


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
