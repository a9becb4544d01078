"""The sheet of one corridor: a page for a minister, and the figures behind it."""

from __future__ import annotations

import numpy as np
import pandas as pd
from markupsafe import Markup

from khazri.appraise.cba import ADEQUACY, Benefit, Corridor, Effect, Method, best_start
from khazri.report.appraisal_charts import Step, waterfall
from khazri.report.appraisal_schedule import step_delays, steps, times
from khazri.report.appraisal_view import KEY_DIGITS, METHOD_WORDS, NOISE_EUR, AppraisalPage
from khazri.report.markup import Column, Figure, Section, element, join, table
from khazri.report.numbers import SCALES, number, percent, unit_for
from khazri.report.plots import Bar, Curve, Mark, Segment, axes, bars, curves, legend

_KIND_STYLES = {
    Benefit.CONSUMERS: "f-solar",
    Benefit.PRODUCERS: "f-gas",
    Benefit.CONGESTION_RENT: "f-wind_onshore",
    Benefit.TRADERS: "f-imports",
    Benefit.LIMITS: "f-battery",
    Benefit.CO2: "f-biomass",
    ADEQUACY: "f-hydro_reservoir",
}

_EFFECT_WORDS = {
    Effect.CO2_T: ("CO2 emitted", "t"),
    Effect.CURTAILED_MWH: ("Renewables curtailed", "MWh"),
    Effect.RENEWABLE_MWH: ("Renewables used", "MWh"),
    Effect.LOSSES_MWH: ("Losses of links", "MWh"),
    Effect.UNSERVED_MWH: ("Demand not served in the plan", "MWh"),
}

_LINES = ("line c2", "line c3", "line c6", "line c1 wide")
"""Of countries, and of all below them: wide, so that a line that lies on it is seen."""

_ROWS = 7
"""Countries in a chart, so that the sheet of a corridor fits on a page in print."""

_TOUCHED = 0.002
"""Countries that less than this share of the most moved one goes to are left to the table."""

_SEEN = 0.02
"""Lines of countries with less than this share of the largest amount would lie on zero."""


# ---- the sheet of a corridor ---------------------------------------------------------------------


def sheet(page: AppraisalPage, one: Corridor) -> Section:
    """What a minister needs to know of a corridor: worth, to whom, when."""
    value = page.total(one.name, page.main)
    assert value is not None
    return Section(
        f"sheet-{one.name}",
        one.title,
        _headline(page, one, value),
        (
            _cards(page, one, value),
            _waterfall(page, one),
            _countries(page, one),
            _over_start(page, one),
            times(page, one),
            _who_pays(page, one),
        ),
    )


def _headline(page: AppraisalPage, one: Corridor, value: dict[str, float]) -> str:
    unit = page.unit([value["npv_eur"], value["cost_eur"]])
    rows = page.rows("value", one.name, page.main)
    by_country = rows[rows["country"] != ""].sort_values("npv_eur")
    worst, best = by_country.iloc[0], by_country.iloc[-1]
    more = "more" if value["npv_eur"] >= 0 else "less"
    said = [
        f"Over {one.legs[0].life} years it brings {unit.with_unit(value['benefit_eur'])} and costs "
        f"{unit.with_unit(value['cost_eur'])}: {unit.with_unit(abs(value['npv_eur']))} {more} than "
        f"it costs, {METHOD_WORDS[page.main]}."
    ]
    for method in page.found.terms.methods[1:]:
        other = page.total(one.name, method)
        if other is not None:
            said.append(
                f"{METHOD_WORDS[method].capitalize()} its net value is "
                f"{unit.with_unit(other['npv_eur'])}."
            )
    noise = max(value["uncertainty_eur"], NOISE_EUR)
    if best["npv_eur"] > noise:
        said.append(f"{page.country(str(best['country']))} gains most "
                    f"({unit.with_unit(float(best['npv_eur']))})")  # fmt: skip
        if worst["npv_eur"] < -noise:
            said[-1] += (f", {page.country(str(worst['country']))} loses most "
                         f"({unit.with_unit(float(-worst['npv_eur']))})")  # fmt: skip
        said[-1] += "."
    if value["npv_eur"] ** 2 <= value["uncertainty_eur"] ** 2:
        said.append("The plans are not exact enough to tell gain from loss.")
    return " ".join(said)


def _cards(page: AppraisalPage, one: Corridor, value: dict[str, float]) -> Markup:
    net = page.unit([value["npv_eur"]])
    starts = page.rows("starts", one.name, page.main)
    best = best_start(starts)
    tried = starts["start"].astype(int)
    invested = sum(sum(leg.investment.values()) for leg in one.legs)
    most = float(starts.loc[starts["country"] == "", "npv_eur"].max())
    shown = str(best) if most > 0 else "none"
    note = "the last year tried; later may be better" if best == tried.max() else (
        "the earliest possible" if best == tried.min() else f"tried to {tried.max()}")  # fmt: skip
    if most <= 0:
        note = f"{tried.min()} to {tried.max()}: it never brings what it costs"
    cards = [
        ("Net value", net.with_unit(value["npv_eur"]),
         f"± {net.with_unit(value['uncertainty_eur'])} from the plans"),
        ("Benefit over cost", number(value["benefit_cost"]), ""),
        ("Return", percent(value["internal_return"]), "real, a year"),
        ("Investment", page.unit([invested]).with_unit(invested), "as in the case"),
        ("Best first year", shown, note),
    ]  # fmt: skip
    return element(
        "dl",
        *(
            element(
                "div",
                element("dt", name),
                element("dd", shown, class_="figure"),
                element("dd", said, class_="note"),
                class_="card",
            )
            for name, shown, said in cards
        ),
        class_="cards",
    )


def _who_pays(page: AppraisalPage, one: Corridor) -> Markup:
    """The assumption on who bears what, with the countries that bear nothing though parties."""
    paid: dict[str, float] = {}
    for leg in one.legs:
        for country, amount in leg.investment.items():
            paid[country] = paid.get(country, 0.0) + amount
    unit = page.unit(paid.values())
    order = sorted(paid, key=lambda country: -paid[country])
    shares = ", ".join(f"{page.country(c)} {unit.with_unit(paid[c])}" for c in order)
    said = (
        "Assumed: investment and fixed cost of each link are paid half and half by the countries "
        f"where it ends, whatever part of it lies in them: {shares}."
    )
    if one.crossed:
        said += (
            f" {' and '.join(page.country(c) for c in one.crossed)}: a party where no link ends, "
            "so it pays nothing here, even for what may lie on its territory."
        )
    return element("p", said, class_="remark")


def _waterfall(page: AppraisalPage, one: Corridor) -> Figure:
    """From country to country to the net value of all."""
    rows = page.rows("value", one.name, page.main)
    by_country = rows[rows["country"] != ""]
    total = float(rows.loc[rows["country"] == "", "npv_eur"].iloc[0])
    unit = page.unit([*by_country["npv_eur"].tolist(), total])
    seen, rest = _largest(by_country, "npv_eur")
    steps = [
        Step(page.country(str(row["country"])), float(row["npv_eur"]),
             unit.text(float(row["npv_eur"])))
        for row in seen.to_dict("records")
    ]  # fmt: skip
    if len(rest):
        amount = float(rest["npv_eur"].sum())
        steps.append(Step(f"{len(rest)} others", amount, unit.text(amount)))
    steps.append(Step("All", total, unit.text(total), is_sum=True))
    gaining = by_country[by_country["npv_eur"] > NOISE_EUR]
    finding = (
        f"{len(gaining)} of {len(by_country)} countries gain; together it is "
        f"{unit.with_unit(total)}"
    )
    return Figure(
        f"waterfall-{one.name}",
        finding,
        f"Net present value by country {METHOD_WORDS[page.main]}, {unit.name}: benefits less the "
        "share of investment and fixed cost",
        waterfall(steps, finding),
        _country_table(page, one, page.main),
    )


def _largest(
    frame: pd.DataFrame, column: str, count: int = _ROWS
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The rows with the largest amounts, gains first, and those left over."""
    order = frame[column].abs().sort_values(ascending=False, kind="stable").index
    seen = frame.loc[order[:count]].sort_values(column, ascending=False, kind="stable")
    return seen, frame.loc[order[count:]]


def _countries(page: AppraisalPage, one: Corridor) -> Figure:
    """Who of each country gains in the last planning year."""
    rows = page.rows("yearly", one.name, page.main)
    year = int(rows["year"].max())
    square = rows[rows["year"] == year].pivot_table(index="country", columns="kind", values="eur_a")
    totals = square.sum(axis=1)
    size = square.abs().sum(axis=1).sort_values(ascending=False)
    shown = [str(c) for c in size.index if size[c] > _TOUCHED * size.max()][:_ROWS]
    unit = page.unit(square.to_numpy(dtype=float).ravel().tolist())
    amount_of = square.to_dict("index")
    bars_of = [
        Bar(
            page.country(country),
            [
                Segment(
                    float(amount_of[country][str(kind)]),
                    style,
                    f"{page.country(country)}, {kind}: "
                    f"{unit.with_unit(float(amount_of[country][str(kind)]))}",
                )
                for kind, style in _KIND_STYLES.items()
                if str(kind) in square
            ],
            unit.text(float(totals[country])),
        )
        for country in shown
    ]
    amounts = square.sum()
    most = str(amounts.abs().idxmax())
    finding = (
        f"In {year} the largest change is that of {most}: "
        f"{unit.with_unit(float(amounts[most]))} in all countries"
        if abs(amounts[most]) > 1.0
        else f"In {year} it changes nothing"
    )
    present = [k for k in _KIND_STYLES if str(k) in square and square[str(k)].abs().sum() > 0]
    key = legend([(_KIND_STYLES[k], str(k)) for k in present])
    frame = square.reset_index().assign(total=totals.to_numpy())
    frame["country"] = [page.country(str(c)) for c in frame["country"]]
    columns = [Column("country", "Country")]
    columns += [Column(str(k), str(k).capitalize(), unit.text) for k in present]
    columns.append(Column("total", "All kinds", unit.text))
    return Figure(
        f"kinds-{one.name}",
        finding,
        f"Benefit in {year} by country and kind before the cost of the corridor, {unit.name} "
        "a year; right: sum; countries that it hardly touches are in the table alone",
        join([bars(bars_of, finding), key]),
        table(frame, columns, f"Benefit in {year}, {unit.name} a year"),
    )


def _country_table(page: AppraisalPage, one: Corridor, method: Method) -> Markup:
    rows = page.rows("value", one.name, method)
    rows = rows.sort_values("country", key=lambda c: c != "", kind="stable")
    rows["country"] = [page.country(str(c)) for c in rows["country"]]
    return value_table(page, rows, "country", "Country", f"Value {METHOD_WORDS[method]}")


def _over_start(page: AppraisalPage, one: Corridor) -> Figure:
    """Net value over the first year of operation."""
    rows = page.rows("starts", one.name, page.main)
    square = rows.pivot_table(index="start", columns="country", values="npv_eur")
    years = square.index.to_numpy(dtype=np.int64)
    spread = (square.max() - square.min() + square.abs().max()).drop("")
    most = float(square.abs().to_numpy().max())
    seen = spread[spread > _SEEN * most].sort_values(ascending=False)
    chosen = [*(str(c) for c in seen.index[: len(_LINES) - 1]), ""]
    unit = page.unit(square[chosen].to_numpy(dtype=float).ravel().tolist())
    lines = [
        Curve(square[c].to_numpy(dtype=float) / unit.size, style, page.country(c))
        for c, style in zip(chosen, [*_LINES[: len(chosen) - 1], _LINES[-1]], strict=True)
    ]
    best = best_start(rows)
    gain = float(square[""].max() - square[""].iloc[0])
    if float(square[""].max()) <= 0:
        finding = f"For all it is best not to build it with a start from {years[0]} to {years[-1]}"
    elif best == years[0]:
        finding = f"For all the earliest year, {best}, is best"
    else:
        finding = (
            f"For all a start in {best} is best: {unit.with_unit(gain)} more than in {years[0]}"
        )
    span = max(len(years) - 1, 1)
    marks = [Mark(i / span, str(int(y))) for i, y in enumerate(years) if i % 2 == 0]
    frame = axes([line.values for line in lines], unit.name, marks)
    twin_frame = square[chosen].reset_index()
    twin_frame["start"] = twin_frame["start"].astype(str)
    columns = [Column("start", "First year")]
    columns += [Column(c, page.country(c), unit.text) for c in chosen]
    return Figure(
        f"starts-{one.name}",
        finding,
        f"Net present value over the first year of operation, {unit.name}; all legs move alike; "
        "the countries with most at stake",
        curves(lines, frame, finding, named=len(lines)),
        table(twin_frame, columns, f"Net present value, {unit.name}"),
    )


# ---- more on a corridor --------------------------------------------------------------------------


def detail(page: AppraisalPage, one: Corridor) -> Section:
    """The figures behind the sheet, and the plans they come from."""
    blocks: list[Figure | Markup] = [
        _country_table(page, one, method) for method in page.found.terms.methods
    ]
    blocks += [
        _delays(page, one),
        steps(page, one),
        step_delays(page, one),
        _effects(page, one),
        _use(page, one),
        _rests_on(page, one),
    ]
    parties = ", ".join(page.country(c) for c in one.parties)
    return Section(
        f"more-{one.name}",
        f"{one.title}: figures",
        f"Parties: {parties or 'not named'}. In the tables of the case: {one.name}.",
        tuple(blocks),
    )


def _delays(page: AppraisalPage, one: Corridor) -> Markup:
    """What a year's delay of each leg costs whom."""
    rows = page.rows("delays", one.name, page.main)
    rows = rows[rows["delay_a"] == 1]
    square = rows.pivot_table(index="country", columns="leg", values="change_eur")
    unit = page.unit(square.to_numpy(dtype=float).ravel().tolist())
    size = square.abs().sum(axis=1).sort_values(ascending=False)
    order = ["", *(c for c in size.index if c and size[c] > 0)]
    frame = square.loc[order].reset_index()
    frame["country"] = [page.country(str(c)) for c in frame["country"]]
    columns = [Column("country", "Country")]
    titles = {leg.name: page.leg(one, i) for i, leg in enumerate(one.legs)}
    columns += [Column(str(leg), titles[str(leg)], unit.text) for leg in square.columns]
    caption = (
        f"What one year of delay of each leg changes, net present value {METHOD_WORDS[page.main]},"
        f" {unit.name}; above zero: to wait is worth it"
    )
    return table(frame, columns, caption)


def _effects(page: AppraisalPage, one: Corridor) -> Markup:
    rows = page.rows("effects", one.name, page.main)
    sums = rows.pivot_table(index="effect", columns="year", values="amount", aggfunc="sum")
    years = [str(year) for year in sums.columns]
    out = []
    for effect, (words, unit_name) in _EFFECT_WORDS.items():
        amounts = sums.loc[[str(effect)]].to_numpy(dtype=float)[0]
        unit = unit_for(SCALES[unit_name], amounts.tolist())
        scaled = dict(zip(years, (amounts / unit.size).tolist(), strict=True))
        out.append({"effect": f"{words}, {unit.name}", **scaled})
    columns = [Column("effect", "A year"), *(Column(year, year, number) for year in years)]
    return table(
        pd.DataFrame(out), columns, f"What changes in all countries, {METHOD_WORDS[page.main]}"
    )


def _use(page: AppraisalPage, one: Corridor) -> Markup:
    rows = page.rows("use", one.name, page.main)
    energy = rows[["energy_forward_mwh", "energy_backward_mwh"]].to_numpy(dtype=float)
    unit = unit_for(SCALES["MWh"], energy.ravel().tolist())
    worth = page.unit(rows["rent_eur"].tolist())
    rows = rows.assign(
        year=rows["year"].astype("str"), link=[page.link(str(name)) for name in rows["link"]]
    )
    columns = [
        Column("link", "Link"),
        Column("year", "Year"),
        Column("built_mw", "MW", number),
        Column("energy_forward_mwh", f"Forward, {unit.name}", unit.text),
        Column("energy_backward_mwh", f"Backward, {unit.name}", unit.text),
        Column("rent_eur", f"Congestion rent, {worth.name}", worth.text),
    ]
    return table(rows, columns, f"How it is used, {METHOD_WORDS[page.main]}")


def _rests_on(page: AppraisalPage, one: Corridor) -> Markup:
    parts = []
    for method in page.found.terms.methods:
        rows = page.rows("rests_on", one.name, method)
        parts.append(rows.assign(how=METHOD_WORDS[method]))
    frame = pd.concat(parts, ignore_index=True)
    unit = page.unit(frame["benefit_eur_a"].tolist())
    frame["year"] = frame["year"].astype(str)
    for column in ("with_plan", "without_plan"):
        frame[column] = frame[column].str[:KEY_DIGITS]
    columns = [
        Column("how", "Compared"),
        Column("year", "Year"),
        Column("with_plan", "Plan with", is_whole=True),
        Column("without_plan", "Plan without", is_whole=True),
        Column("benefit_eur_a", "Benefit of all", unit.text),
        Column("uncertainty_eur_a", "±", unit.text),
    ]
    return table(frame, columns, f"The plans behind it, {unit.name} a year")


def value_table(
    page: AppraisalPage, frame: pd.DataFrame, key: str, head: str, caption: str
) -> Markup:
    """Present values with what follows from them, a row each; ``key`` is the column of names."""
    amounts = frame[["benefit_eur", "cost_eur", "npv_eur"]].to_numpy(dtype=float).ravel()
    unit = page.unit(amounts.tolist())
    columns = [
        Column(key, head),
        Column("benefit_eur", "Benefit", unit.text),
        Column("cost_eur", "Cost", unit.text),
        Column("npv_eur", "Net value", unit.text),
    ]
    if frame["uncertainty_eur"].notna().any():
        columns.append(Column("uncertainty_eur", "±", unit.text))
    columns += [
        Column("benefit_cost", "Benefit over cost", number),
        Column("internal_return", "Return", percent),
        Column("payback_years", "Payback, years", number),
    ]
    return table(frame, columns, f"{caption}, {unit.name}")
