"""An investor's memo: what a project returns, to whom, on which terms, what may go wrong."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from markupsafe import Markup

from khazri.appraise.finance import Cashflow, Figures, Financed, Return, Simulation
from khazri.report.markup import Column, Figure, Section, join, table
from khazri.report.memo import Card, Memo
from khazri.report.numbers import ABSENT, Unit, money, number, percent, unit_for
from khazri.report.plots import (
    Bar,
    Curve,
    Mark,
    Segment,
    axes,
    bars,
    curves,
    legend,
    stacked_steps,
)

_MARKS = 6
_QUANTILE_WORDS = {0.05: "5 of 100", 0.25: "25 of 100", 0.5: "half", 0.75: "75 of 100",
                   0.95: "95 of 100"}  # fmt: skip


def finance_memo(
    source: Financed,
    flow: Cashflow,
    found: Figures,
    simulation: Simulation | None,
    tornado: pd.DataFrame | None,
    currency: str,
) -> Memo:
    """The memo of one project of a case."""
    project, terms = flow.project, flow.terms
    plans = ", ".join(
        f"{row['year']} ({str(row['plan_key'])[:8]})" for row in source.by_year.to_dict("records")
    )
    scenario = str(source.by_year["scenario"].iloc[0]) or "tables as they are"
    unit = unit_for(money(currency), [found.investment])
    sections = [_years(flow, currency), _terms(source, flow, currency)]
    if simulation is not None and tornado is not None:
        sections.insert(1, _risk(simulation, tornado, currency, found.net_present_value))
    return Memo(
        title=project.name,
        facts=f"{scenario} · plans of {plans} · {currency} of {project.price_year}",
        verdict=_verdict(project.name, found, terms.discount_rate),
        under=f"Investment {unit.with_unit(found.investment)}, operation from "
        f"{int(flow.year[project.n_construction])} for {project.n_operation} years",
        cards=_cards(found, currency, simulation),
        sections=tuple(sections),
        alerts=tuple(note for note in source.notes if "not certified" in note),
    )


def used_at(found: Figures) -> str:
    """The use of the capacity at which a project breaks even."""
    return (
        "beyond all" if found.break_even_utilisation > 1 else percent(found.break_even_utilisation)
    )


def _verdict(name: str, found: Figures, cost: float) -> str:
    real = found.project_return_real
    if math.isnan(real.value):
        return f"{name} has no single rate of return: {_why(real)}"
    distance = 100 * (real.value - cost)
    side = "above" if distance >= 0 else "below"
    return (
        f"{name} returns {percent(real.value)} a year in real terms, "
        f"{number(abs(distance))} points {side} its cost of capital of {percent(cost)}"
    )


def _why(found: Return) -> str:
    if not found.all:
        return "at no rate between −50 and 1,000 % is it worth nothing"
    rates = " and ".join(percent(rate) for rate in found.all)
    return f"it is worth nothing at {rates}, with {found.sign_changes} changes of sign"


def _cards(found: Figures, currency: str, simulation: Simulation | None) -> tuple[Card, ...]:
    worth = unit_for(money(currency), [found.net_present_value])
    cards = [
        Card("Net present value", worth.with_unit(found.net_present_value),
             "in the first year of construction, before loan and tax"),
        Card("Return of the project", percent(found.project_return_after_tax.value),
             "nominal, after tax, before the loan"),
        Card("Return of owners", percent(found.owners_return.value),
             "nominal, after loan and tax"),
    ]  # fmt: skip
    if math.isfinite(found.lowest_dscr):
        note = f"lowest; mean {number(found.mean_dscr)}, LLCR {number(found.lowest_llcr)}"
        cards.append(Card("DSCR", number(found.lowest_dscr), note))
    tariff = found.levelised_tariff
    if math.isfinite(tariff):
        note = f"owners need {number(found.tariff_for_owners)}; {currency}/MWh, real"
        cards.append(Card("Tariff needed", number(tariff), note))
    if math.isfinite(found.break_even_share):
        note = f"use of the capacity {used_at(found)}"
        cards.append(Card("Breaks even at", percent(found.break_even_share), f"of revenue; {note}"))
    if simulation is not None:
        chance = percent(simulation.chance_of_gain)
        cards.append(Card("Chance of a gain", chance, f"of {len(simulation.draws):,} samples"))
    return tuple(cards)


# ---- years -------------------------------------------------------------------------------------


def _years(flow: Cashflow, currency: str) -> Section:
    blocks: list[Figure | Markup] = [_cash_figure(flow, currency)]
    if np.isfinite(flow.dscr).any():
        blocks.append(_cover_figure(flow))
    return Section(
        "years",
        "Year by year",
        f"Money in {currency} of each year. Interest is due on what is owed at its beginning.",
        tuple(blocks),
    )


def _marks(flow: Cashflow) -> list[Mark]:
    count = len(flow.year)
    step = max(1, -(-count // _MARKS))
    return [Mark((i + 0.5) / count, str(int(flow.year[i]))) for i in range(0, count, step)]


def _cash_figure(flow: Cashflow, currency: str) -> Figure:
    layers = (
        (-flow.paid_in, "f-loss", "paid in by owners"),
        (-flow.drawn, "f-half", "paid in by lenders"),
        (-flow.operation_cost - flow.premium * (flow.uses == 0), "f-base", "operation and cover"),
        (-flow.tax, "f-ink", "tax"),
        (-flow.service, "f-half", "debt service"),
        (flow.revenue, "f-gain", "revenue"),
    )
    unit = unit_for(money(currency), np.concatenate([layer for layer, _, _ in layers]).tolist())
    shown = [(layer / unit.size, style, name) for layer, style, name in layers if layer.any()]
    up = np.sum([np.maximum(layer, 0) for layer, _, _ in shown], axis=0)
    down = np.sum([np.minimum(layer, 0) for layer, _, _ in shown], axis=0)
    frame = axes([up, down, flow.to_owners / unit.size], unit.name, _marks(flow))
    owners = Curve(flow.to_owners / unit.size, "demand", "what owners pay and get")
    best = int(flow.to_owners.argmax())
    finding = (
        f"Owners pay in {unit.with_unit(float(flow.paid_in.sum()))} and get most in "
        f"{int(flow.year[best])}, {unit.with_unit(float(flow.to_owners[best]))}"
    )
    key = legend([(style, name) for _, style, name in shown])
    return Figure(
        "cash",
        finding,
        f"Uses and revenue, {unit.name} of each year; line: what owners pay and get",
        join([stacked_steps(shown, owners, frame, finding), key]),
        _years_table(flow, unit),
    )


def _years_table(flow: Cashflow, unit: Unit) -> Markup:
    columns = (
        ("uses", "Uses"), ("drawn", "Drawn"), ("paid_in", "Paid in"), ("revenue", "Revenue"),
        ("operation_cost", "Operation"), ("premium", "Cover"), ("tax", "Tax"),
        ("interest", "Interest"), ("principal", "Principal"), ("to_owners", "To owners"),
    )  # fmt: skip
    frame = pd.DataFrame({name: getattr(flow, name) for name, _ in columns})
    frame["year"] = [str(int(year)) for year in flow.year]
    frame["dscr"], frame["llcr"] = flow.dscr, flow.llcr
    shown = [Column("year", "Year"), *(Column(name, head, unit.text) for name, head in columns)]
    shown += [Column("dscr", "DSCR", number), Column("llcr", "LLCR", number)]
    return table(frame, shown, f"All years, {unit.name} of each year")


def _cover_figure(flow: Cashflow) -> Figure:
    due = np.isfinite(flow.dscr) | np.isfinite(flow.llcr)
    first, last = np.flatnonzero(due)[[0, -1]]
    window = slice(int(first), int(last) + 1)
    years = flow.year[window]
    lines = [
        Curve(flow.dscr[window], "line c1", "DSCR: cash over debt service"),
        Curve(flow.llcr[window], "line c2", "LLCR: value of cash over what is owed"),
    ]
    span = max(len(years) - 1, 1)
    step = max(1, -(-len(years) // _MARKS))
    marks = [Mark(i / span, str(int(years[i]))) for i in range(0, len(years), step)]
    frame = axes([line.values for line in lines], "1", marks)
    weakest = int(np.nanargmin(np.round(flow.dscr, 6)))
    finding = (
        f"Debt service is covered {number(float(flow.dscr[weakest]))} times in "
        f"{int(flow.year[weakest])}, the weakest year"
    )
    rows = pd.DataFrame(
        {"year": [str(int(y)) for y in years], "dscr": flow.dscr[window], "llcr": flow.llcr[window]}
    )
    twin = table(
        rows,
        [Column("year", "Year"), Column("dscr", "DSCR", number), Column("llcr", "LLCR", number)],
        "Cover of the loan",
    )
    chart = curves(lines, frame, finding, named=2)
    return Figure("cover", finding, "Cover of the loan in each year", chart, twin)


# ---- risk --------------------------------------------------------------------------------------


def _risk(simulation: Simulation, tornado: pd.DataFrame, currency: str, expected: float) -> Section:
    chance = percent(simulation.chance_of_gain)
    return Section(
        "risk",
        "What may come otherwise",
        f"{len(simulation.draws):,} samples of all factors together; {chance} of them gain.",
        (_tornado_figure(tornado, currency, expected), _quantile_table(simulation, currency)),
    )


def _tornado_figure(tornado: pd.DataFrame, currency: str, expected: float) -> Figure:
    ends = tornado[["value_at_low", "value_at_high"]].to_numpy(dtype=float)
    unit = unit_for(money(currency), [*ends.ravel().tolist(), expected])
    rows = []
    for row, (low, high) in zip(tornado.to_dict("records"), ends, strict=True):
        segments = [
            Segment(float(change), "f-gain" if change > 0 else "f-loss",
                    f"{row['factor']} at {number(float(at))}: {unit.with_unit(float(worth))}")
            for change, at, worth in (
                (low - expected, row["low"], low), (high - expected, row["high"], high),
            )
        ]  # fmt: skip
        said = f"{unit.text(float(low))} to {unit.with_unit(float(high))}"
        rows.append(Bar(str(row["factor"]), segments, said))
    top = tornado.iloc[0]
    finding = (
        f"{str(top['factor']).capitalize()} moves the value most: from "
        f"{unit.text(float(top['value_at_low']))} to {unit.with_unit(float(top['value_at_high']))}"
    )
    columns = [
        Column("factor", "Factor"),
        Column("low", "Low", number),
        Column("high", "High", number),
        Column("value_at_low", "Value at low", unit.text),
        Column("value_at_high", "Value at high", unit.text),
    ]
    return Figure(
        "tornado",
        finding,
        f"Net present value with one factor at a time at its ends, change from "
        f"{unit.with_unit(expected)}",
        bars(rows, finding),
        table(tornado, columns, f"Net present value, {unit.name}"),
    )


def _quantile_table(simulation: Simulation, currency: str) -> Markup:
    frame = simulation.quantiles.reset_index(names="share")
    frame["at_most"] = [_QUANTILE_WORDS[round(float(share), 2)] for share in frame["share"]]
    unit = unit_for(money(currency), frame["net_present_value"].tolist())
    return table(
        frame,
        [
            Column("at_most", "At most this in … of the samples"),
            Column("net_present_value", f"Net present value, {unit.name}", unit.text),
            Column("project_return", "Return of the project", percent),
            Column("owners_return", "Return of owners", percent),
            Column("lowest_dscr", "Lowest DSCR", number),
        ],
        "Quantiles of the samples, each column by itself",
    )


# ---- terms -------------------------------------------------------------------------------------


def _terms(source: Financed, flow: Cashflow, currency: str) -> Section:
    unit = unit_for(money(currency), source.parts["investment_eur"].tolist())
    parts = table(
        source.parts,
        [
            Column("item", "Part"),
            Column("capacity_mw", "MW", number),
            Column("investment_eur", f"Investment, {unit.name}", unit.text),
            Column("fixed_om_eur", f"Fixed cost a year, {unit.name}", unit.text),
            Column("cost_of_capital", "Cost of capital, real", percent),
            Column("lifetime_a", "Life, a", number),
        ],
        "What is built",
    )
    years = source.by_year.assign(year=source.by_year["year"].astype("str"))
    earned = unit_for(money(currency), years["earned_eur"].tolist())
    plans = table(
        years,
        [
            Column("year", "Plan"),
            Column("scenario", "Scenario"),
            Column("plan_key", "Key"),
            Column("earned_eur", f"Earned at its prices, {earned.name}/a", earned.text),
            Column("running_cost_eur", f"Running cost, {earned.name}/a", earned.text),
            Column("energy_mwh", "Energy, MWh/a", number),
        ],
        "What the plans say",
    )
    rows = pd.DataFrame(_term_rows(flow), columns=["name", "value"])
    terms = table(rows, [Column("name", "Term"), Column("value", "Value")], "Terms")
    return Section("terms", "Terms and origin", _sentences(source.notes), (parts, plans, terms))


def _sentences(notes: Sequence[str]) -> str:
    """Notes as sentences."""
    return " ".join(f"{note[0].upper()}{note[1:]}." for note in notes)


def _term_rows(flow: Cashflow) -> Sequence[tuple[str, str]]:
    terms, absent = flow.terms, "none"
    debt, tax, cover = terms.debt, terms.tax, terms.cover
    show: Callable[[float], str] = percent
    sizes = "" if debt is None or debt.target_dscr is None else f", sized at {debt.target_dscr:g}"
    return [
        ("Cost of capital, real", show(terms.discount_rate)),
        ("Return that owners ask for, nominal", show(terms.asked_by_owners)),
        ("Inflation", show(terms.inflation)),
        (
            "Loan",
            absent
            if debt is None
            else f"{show(float(flow.debt_share))} of all uses{sizes}, "
            f"{show(float(np.asarray(debt.rate)))} a year, {debt.tenor} years of which "
            f"{debt.grace} without principal, {debt.repayment}",
        ),
        (
            "Tax",
            absent
            if tax is None
            else f"{show(tax.rate)} of profit, write-off over {tax.depreciation_years} years",
        ),
        (
            "Cover against political risk",
            absent
            if cover is None
            else f"{show(cover.premium)} a year on {show(cover.debt_share)} of the loan and "
            f"{show(cover.equity_share)} of equity",
        ),
        (
            "Revenue in another currency",
            f"{show(terms.currency.local_share)}, losing "
            f"{show(terms.currency.real_depreciation)} of its worth a year"
            if terms.currency.local_share
            else ABSENT,
        ),
    ]
