"""A corridor on one sheet: who gains, what it is worth to whom, what a delay costs, what goes with
it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from markupsafe import Markup

from khazri.appraise.cba import NOT_COMPUTED, Benefits, Leg, best_start
from khazri.report.markup import Column, Figure, Section, join, table
from khazri.report.memo import Card, Memo
from khazri.report.numbers import Unit, money, number, percent, unit_for
from khazri.report.plots import Bar, Curve, Mark, Segment, axes, bars, curves, legend

_MARKS = 6

_STYLES = ("f-gain", "f-base", "f-half", "f-ink", "f-loss", "f-solar")
"""Colours of the kinds of benefit in their order."""


@dataclass(frozen=True, eq=False)
class CorridorSheet:
    """What a sheet shows; everything but the first seven may be absent.

    ``benefits`` are those with all legs; ``worth`` is the table of
    :func:`khazri.appraise.cba.appraisal`, ``starts`` of ``by_start``, ``delays`` of
    ``delay_costs``, ``matrices`` of ``synergy`` by the name of the method, ``choice`` of the
    function of that name. ``facts`` say which plans all of it comes from.
    """

    title: str
    facts: str
    currency: str
    rate: float
    benefits: Benefits
    legs: Sequence[Leg]
    worth: pd.DataFrame
    starts: pd.DataFrame | None = None
    delays: pd.DataFrame | None = None
    matrices: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    choice: pd.DataFrame | None = None
    country_names: Mapping[str, str] = field(default_factory=dict)

    def name_of(self, country: str) -> str:
        """A country as readers know it; "All" for the empty name."""
        return self.country_names.get(country, country) if country else "All"


def corridor_memo(sheet: CorridorSheet) -> Memo:
    """The memo of a corridor."""
    everyone = sheet.worth[sheet.worth["country"] == ""].iloc[0]
    unit = unit_for(money(sheet.currency), sheet.worth["npv_eur"].tolist())
    npv = float(everyone["npv_eur"])
    losers = sheet.worth[(sheet.worth["npv_eur"] < 0) & (sheet.worth["country"] != "")]
    sections = [
        Section(
            "gains",
            "Who gains",
            "Plans with the corridor less plans without it; what its own links cost is counted "
            "where it is paid.",
            (_gains_figure(sheet), _worth_table(sheet, unit), _legs_table(sheet)),
        )
    ]
    timing = _timing(sheet, unit)
    if timing:
        lead = "Benefits follow the calendar, costs the year of building."
        sections.append(Section("timing", "When to build, and what waiting costs", lead, timing))
    beside = _beside(sheet)
    if beside:
        lead = "On the diagonal what each adds; beside it what a pair adds beyond both."
        sections.append(
            Section("beside", "Beside other corridors and in other futures", lead, beside)
        )
    return Memo(
        title=sheet.title,
        facts=sheet.facts,
        verdict=(
            f"{sheet.title} is worth {unit.with_unit(npv)} to all together, at "
            f"{percent(sheet.rate)} a year"
        ),
        under="Loses: " + ", ".join(sheet.name_of(str(c)) for c in losers["country"])
        if len(losers)
        else "No country loses",
        cards=(
            Card("Net present value", unit.with_unit(npv), "all countries"),
            Card("Benefits over costs", number(float(everyone["benefit_cost"])), "present values"),
            Card(
                "Rate of return",
                percent(float(everyone["internal_return"])),
                "real, for all together",
            ),
            Card("Payback", f"{number(float(everyone['payback_years']))} a", "undiscounted"),
        ),
        sections=tuple(sections),
        alerts=tuple(f"Not computed: {one}" for one in NOT_COMPUTED),
    )


def _gains_figure(sheet: CorridorSheet) -> Figure:
    """Benefits of the last planning year by country and kind."""
    found = sheet.benefits
    amount = found.amount[:, :, -1]
    unit = unit_for(money(sheet.currency), np.append(amount.ravel(), amount.sum(axis=0)).tolist())
    order = np.argsort(-amount.sum(axis=0), kind="stable")
    rows = []
    for place in order:
        name = sheet.name_of(found.countries[place])
        pieces = [
            Segment(float(value), style, f"{name}, {kind}: {unit.with_unit(float(value))}")
            for value, style, kind in zip(amount[:, place], _STYLES, found.kinds, strict=False)
        ]
        rows.append(Bar(name, pieces, unit.with_unit(float(amount[:, place].sum()))))
    total, year = float(amount.sum()), int(found.years[-1])
    top = sheet.name_of(found.countries[order[0]])
    finding = f"In {year} all gain {unit.with_unit(total)}; {top} gains most"
    frame = pd.DataFrame(amount.T[order], columns=list(found.kinds))
    frame.insert(0, "country", [sheet.name_of(found.countries[place]) for place in order])
    columns = [Column("country", "Country"), *(Column(k, k, unit.text) for k in found.kinds)]
    key = legend(list(zip(_STYLES, found.kinds, strict=False)))
    return Figure(
        "gains-by-country",
        finding,
        f"Benefits by country and kind in {year}, {unit.name}",
        join([bars(rows, finding), key]),
        table(frame, columns, f"Benefits in {year}, {unit.name}"),
    )


def _worth_table(sheet: CorridorSheet, unit: Unit) -> Markup:
    frame = sheet.worth.assign(country=[sheet.name_of(str(c)) for c in sheet.worth["country"]])
    return table(
        frame,
        [
            Column("country", "Country"),
            Column("benefit_eur", "Benefits", unit.text),
            Column("cost_eur", "Costs", unit.text),
            Column("npv_eur", "Net", unit.text),
            Column("benefit_cost", "Benefits over costs", number),
            Column("internal_return", "Rate of return", percent),
            Column("payback_years", "Payback, a", number),
        ],
        f"Present values at {percent(sheet.rate)} a year, {unit.name}",
    )


def _legs_table(sheet: CorridorSheet) -> Markup:
    total = [float(leg.investment.sum()) for leg in sheet.legs]
    unit = unit_for(money(sheet.currency), total)
    frame = pd.DataFrame(
        {
            "leg": [leg.name for leg in sheet.legs],
            "paid": [f"{leg.first_payment} to {leg.start - 1}" for leg in sheet.legs],
            "runs": [f"{leg.start} to {leg.start + leg.life - 1}" for leg in sheet.legs],
            "investment": total,
        }
    )
    return table(
        frame,
        [
            Column("leg", "Leg"),
            Column("paid", "Paid"),
            Column("runs", "Runs"),
            Column("investment", f"Investment, {unit.name}", unit.text),
        ],
        "Legs",
    )


def _timing(sheet: CorridorSheet, unit: Unit) -> tuple[Figure | Markup, ...]:
    blocks: list[Figure | Markup] = []
    if sheet.starts is not None:
        blocks.append(_starts_figure(sheet, sheet.starts, unit))
    if sheet.delays is not None:
        frame = sheet.delays.assign(
            country=[sheet.name_of(str(one)) for one in sheet.delays["country"]]
        )
        frame = frame[frame["change_eur"].abs() > 0]
        amount = unit_for(money(sheet.currency), frame["change_eur"].tolist())
        columns = [
            Column("leg", "Leg"),
            Column("delay_a", "Late by, a", number),
            Column("country", "Country"),
            Column("change_eur", f"Net value, {amount.name}", amount.text),
        ]
        blocks.append(table(frame, columns, "What a delay of one leg changes for whom"))
    return tuple(blocks)


def _starts_figure(sheet: CorridorSheet, starts: pd.DataFrame, unit: Unit) -> Figure:
    wide = starts.pivot_table("npv_eur", "start", "country").sort_index()
    years = wide.index.to_numpy(dtype=int)
    lines = [Curve(wide[""].to_numpy(dtype=float) / unit.size, "line c1", "all")]
    span, step = max(len(years) - 1, 1), max(1, -(-len(years) // _MARKS))
    marks = [Mark(i / span, str(int(years[i]))) for i in range(0, len(years), step)]
    frame = axes([line.values for line in lines], unit.name, marks)
    best = best_start(starts)
    finding = f"The best first year of operation for all is {best}"
    shown = wide.reset_index().assign(year=years.astype(str))
    columns = [
        Column("year", "First year"),
        *(Column(str(c), sheet.name_of(str(c)), unit.text) for c in wide.columns),
    ]
    return Figure(
        "starts",
        finding,
        f"Net present value over the first year of operation, {unit.name}",
        curves(lines, frame, finding, named=1),
        table(shown, columns, f"Net present value by first year, {unit.name}"),
    )


def _beside(sheet: CorridorSheet) -> tuple[Markup, ...]:
    blocks = []
    for method, matrix in sheet.matrices.items():
        unit = unit_for(money(sheet.currency), matrix.to_numpy(dtype=float).ravel().tolist())
        frame = matrix.reset_index(names="corridor")
        columns = [Column(str(name), str(name), unit.text) for name in matrix.columns]
        title = f"{method.upper()}, {unit.name}"
        blocks.append(table(frame, [Column("corridor", "Corridor"), *columns], title))
    if sheet.choice is not None:
        amounts = sheet.choice[["largest_regret", "worst", "mean"]].to_numpy(dtype=float)
        unit = unit_for(money(sheet.currency), amounts.ravel().tolist())
        frame = sheet.choice.reset_index(names="option")
        frame["least"] = ["yes" if one else "" for one in frame["least_regret"]]
        columns = [
            Column("option", "Option"),
            Column("largest_regret", "Largest regret", unit.text),
            Column("worst", "Worst case", unit.text),
            Column("mean", "Mean", unit.text),
            Column("least", "Least regret"),
        ]
        blocks.append(table(frame, columns, f"Over all scenarios, {unit.name}"))
    return tuple(blocks)
