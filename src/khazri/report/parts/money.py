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


_SOURCES = (
    ("plants", "f-ink", "plants"),
    ("demand", "f-gain", "users of fuels"),
    ("links", "f-loss", "lines and pipes"),
    ("stores", "f-storage", "stores"),
)
"""Sources of emissions: id, colour, words."""


def _emissions(view: ReportView, names: Names) -> Figure:
    """Emissions by country and source, with methane as what it is worth in CO2."""
    frame = view.emissions.assign(methane_co2e_t=view.emissions["co2e_t"] - view.emissions["co2_t"])
    sums = by(frame, ["country", "source"], ["co2_t", "methane_t", "methane_co2e_t", "co2e_t"])
    whole = by(frame, ["country"], ["co2_t", "methane_co2e_t", "co2e_t"])
    whole = whole.sort_values("co2e_t", ascending=False)
    unit = unit_for(MASS, whole["co2e_t"])
    rows = []
    for row in whole.to_dict("records"):
        own = sums[sums["country"] == row["country"]].set_index("source")["co2_t"]
        pieces = [
            Segment(
                _finite(own.get(source)), style, f"CO₂ of {words}: {unit.with_unit(own[source])}"
            )
            for source, style, words in _SOURCES
            if source in own.index
        ]
        methane = float(row["methane_co2e_t"])
        pieces.append(
            Segment(_finite(methane), "f-half", f"methane: {unit.with_unit(methane)} CO₂e")
        )
        name = names.of_country(str(row["country"]))
        rows.append(Bar(name, pieces, unit.with_unit(float(row["co2e_t"]))))
    carbon, methane = total(frame, "co2_t"), total(frame, "methane_co2e_t")
    years = view.headline.gwp_horizon_a
    finding = f"The plan emits {unit.with_unit(carbon)} CO₂ in the year" + (
        f", and methane worth {unit.with_unit(methane)} over {years} years" if methane > 0 else ""
    )
    used = set(sums.loc[sums["co2_t"] != 0, "source"])
    shown = [(style, f"CO₂ of {words}") for source, style, words in _SOURCES if source in used]
    key = legend([*shown, ("f-half", "methane as CO₂e")])
    return Figure(
        "emissions",
        finding,
        f"Emissions by country and source in {view.headline.year}, {unit.name} CO₂e; methane over "
        f"{years} years (GWP{years})",
        join([bars(rows, finding), key]),
        _emission_table(view, names, unit),
    )


def _finite(value: float | None) -> float:
    return value if value is not None and math.isfinite(value) else 0.0


def _emission_table(view: ReportView, names: Names, unit: Unit) -> Markup:
    source = {id_: words for id_, _, words in _SOURCES}
    shown = view.emissions.assign(
        name=[names.of_country(str(c)) for c in view.emissions["country"]],
        source=[source.get(str(s), str(s)) for s in view.emissions["source"]],
        detail=[names.of_detail(str(d)) for d in view.emissions["detail"]],
    ).sort_values("co2e_t", ascending=False)
    return table(
        shown,
        [
            Column("name", "Country"),
            Column("source", "Source"),
            Column("detail", "Of what"),
            Column("co2_t", f"CO₂, {unit.name}", unit.text),
            Column("methane_t", "Methane, kt", lambda value: number(value / 1e3)),
            Column("co2e_t", f"CO₂e, {unit.name}", unit.text),
        ],
        f"Emissions by source, methane over {view.headline.gwp_horizon_a} years",
    )


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
