"""The page of corridors under uncertainty: chances by country, tornado and fan of each corridor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from markupsafe import Markup
from numpy.typing import NDArray

from khazri.appraise.cba import Corridor, Method
from khazri.appraise.uncertainty import (
    QUANTILE_NAMES,
    QUANTILES,
    Sampling,
    UncertainCase,
    Uncertainty,
)
from khazri.case.uncertainty import Action
from khazri.report.appraisal_view import METHOD_WORDS
from khazri.report.markup import Column, Figure, Section, element, table
from khazri.report.memo import Card, Memo, render_memo
from khazri.report.numbers import Unit, money, number, percent, unit_for
from khazri.report.plots import Curve, Mark, axes
from khazri.report.uncertainty_charts import Swing, fan, tornado
from khazri.study import Fidelity

Floats = NDArray[np.float64]

_SHOWN_COUNTRIES = 12
_SMALL = 0.01
"""Countries with less than this share of the largest amount of any are left to the tables."""

_SAMPLING_WORDS = {
    Sampling.SOBOL: "a scrambled Sobol sequence",
    Sampling.LATIN_HYPERCUBE: "a Latin hypercube",
}


@dataclass(frozen=True)
class _Page:
    """What every part of the page needs."""

    found: Uncertainty
    drawn: UncertainCase
    country_names: dict[str, str]
    titles: dict[str, str]
    actions: dict[str, Action]

    @property
    def main(self) -> Method:
        """The method that headlines speak of."""
        return self.drawn.terms.methods[0]

    @property
    def currency(self) -> str:
        """Currency of all amounts."""
        return self.drawn.case.currency

    def rows(self, name: str, corridor: str, method: Method) -> pd.DataFrame:
        """Rows of a table on one corridor by one method."""
        frame = self.found.tables[name]
        is_asked = (frame["corridor"] == corridor) & (frame["method"] == str(method))
        return frame[is_asked].reset_index(drop=True)

    def country(self, code: str) -> str:
        """A country as readers know it; all of them for ""."""
        return self.country_names.get(code, code) if code else "All together"


def uncertainty_page(
    found: Uncertainty, drawn: UncertainCase, coarse: Fidelity, fine: Fidelity
) -> str:
    """The page as one HTML file that needs neither network nor script.

    ``coarse`` says how finely the plans of draws were made, ``fine`` those of the appraisal.
    """
    case, terms = drawn.case, drawn.terms
    names = case.table("countries")
    page = _Page(
        found,
        drawn,
        dict(zip(names["country"].astype(str), names["name"].astype(str), strict=True)),
        {one.name: one.title for one in drawn.drivers},
        {one.name: one.action for one in drawn.drivers},
    )
    shown = [
        one for one in drawn.corridors.appraised if len(page.rows("chances", one.name, page.main))
    ]
    sections = [_corridor(page, one, method) for one in shown for method in terms.methods]
    sections += [_drivers(page), _method(page, coarse, fine)]
    return render_memo(
        Memo(
            title=f"Corridors under uncertainty: {case.title}",
            facts=f"{terms.scenario or 'tables as they are'} · {found.sample.count} draws of "
            f"{len(found.drivers)} drivers, {len(drawn.variants())} plans of "
            f"{', '.join(map(str, terms.years))} over {coarse.hours} · "
            f"{case.currency} of {case.price_year}, values of {terms.base_year} at "
            f"{percent(terms.rate)}",
            verdict=_verdict(page, shown),
            under=f"Each corridor {METHOD_WORDS[page.main]}; the ranges are those of the case, "
            "and chances are no better than they are",
            cards=_cards(page, shown),
            sections=tuple(sections),
        )
    )


def _all(page: _Page, corridor: str, method: Method) -> dict[str, float]:
    rows = page.rows("chances", corridor, method)
    row = rows[rows["country"] == ""].iloc[0]
    return {str(k): float(row[k]) for k in row.index if k not in {"corridor", "method", "country"}}


def _verdict(page: _Page, shown: Sequence[Corridor]) -> str:
    if not shown:
        return "No corridor can run in any of the planning years"
    said = []
    for one in shown:
        row = _all(page, one.name, page.main)
        said.append(f"{one.title} pays in {row['paying']:.0f} of {row['draws']:.0f} draws")
    return "; ".join(said)


def _cards(page: _Page, shown: Sequence[Corridor]) -> tuple[Card, ...]:
    cards = []
    for one in shown:
        row = _all(page, one.name, page.main)
        unit = unit_for(money(page.currency), [row["p05"], row["p95"]])
        cards.append(
            Card(
                one.title,
                percent(row["chance"]),
                f"{percent(row['chance_low'])} to {percent(row['chance_high'])} with 95%; net "
                f"value {unit.text(row['p05'])} to {unit.with_unit(row['p95'])} in 90% of draws",
            )
        )
    return tuple(cards)


# ---- one corridor --------------------------------------------------------------------------------


def _corridor(page: _Page, one: Corridor, method: Method) -> Section:
    row = _all(page, one.name, method)
    unit = unit_for(money(page.currency), [row[n] for n in ("p05", "p95", "base_eur")])
    lead = (
        f"{METHOD_WORDS[method].capitalize()} it pays in {row['paying']:.0f} of "
        f"{row['draws']:.0f} draws, {percent(row['chance'])}; with so few draws the true share "
        f"is {percent(row['chance_low'])} to {percent(row['chance_high'])} with 95% confidence. "
        f"As the tables say its net value is {unit.with_unit(row['base_eur'])}, in the middle of "
        f"the draws {unit.with_unit(row['p50'])}. {_shift_told(row, unit)}"
    )
    if row["unclear"]:
        lead += f" {row['unclear']:.0f} draws are nearer to zero than their plans are exact."
    suffix = f"{one.name}-{method}"
    return Section(
        f"risk-{suffix}",
        f"{one.title} {METHOD_WORDS[method]}",
        lead,
        (
            _tornado(page, one, method, suffix),
            _fan(page, one, method, suffix),
            _chances(page, one, method),
        ),
    )


def _shift_told(row: dict[str, float], unit: Unit) -> str:
    """What the coarser plans of draws do to the figures."""
    fine = row["base_eur"] + row["shift_eur"]
    return (
        f"Plans of draws are coarse: with those of the appraisal the case as its tables say is "
        f"worth {unit.with_unit(fine)}, so the draws are off by about "
        f"{unit.with_unit(-row['shift_eur'])}. Moved by that, it pays in "
        f"{row['paying_shifted']:.0f} of {row['draws']:.0f}."
    )


def _tornado(page: _Page, one: Corridor, method: Method, suffix: str) -> Figure:
    rows = page.rows("tornado", one.name, method)
    rows = rows[rows["country"] == ""].reset_index(drop=True)
    base = float(rows["npv_base_eur"].iloc[0])
    ends = rows[["npv_low_eur", "npv_high_eur"]].to_numpy(dtype=float)
    unit = unit_for(money(page.currency), [*ends.ravel().tolist(), base])
    swings = []
    for row, (low, high) in zip(rows.to_dict("records"), ends, strict=True):
        title = page.titles[str(row["driver"])]
        sign = "×" if page.actions[str(row["driver"])] == Action.MULTIPLY else "+"
        swings.append(
            Swing(
                title,
                f"{sign} {number(row['low'])} to {number(row['high'])}",
                low / unit.size,
                high / unit.size,
                f"{title} at {number(row['low'])}: {unit.with_unit(low)}",
                f"{title} at {number(row['high'])}: {unit.with_unit(high)}",
                f"{unit.text(low)} to {unit.text(high)}",
            )
        )
    top = rows.iloc[0]
    finding = (
        f"{page.titles[str(top['driver'])]} moves the value most: "
        f"{unit.text(float(top['npv_low_eur']))} at its low end, "
        f"{unit.with_unit(float(top['npv_high_eur']))} at its high end"
    )
    frame = rows.assign(title=[page.titles[str(name)] for name in rows["driver"]])
    columns = [
        Column("title", "Driver"),
        Column("low", "Low", number),
        Column("high", "High", number),
        Column("npv_low_eur", "Value at low", unit.text),
        Column("npv_high_eur", "Value at high", unit.text),
        Column("swing_eur", "Width", unit.text),
        Column("rank_correlation", "Rank correlation over the draws", number),
    ]
    return Figure(
        f"tornado-{suffix}",
        finding,
        f"Net present value of all with one driver at a time at its ends, {unit.name}; the line "
        f"is the case as its tables say, {unit.text(base)}",
        tornado(swings, base / unit.size, finding),
        table(frame, columns, f"Net present value, {unit.name}"),
    )


def _fan(page: _Page, one: Corridor, method: Method, suffix: str) -> Figure:
    rows = page.rows("fan", one.name, method)
    rows = rows[rows["country"] == ""].reset_index(drop=True)
    years = rows["year"].astype(int).tolist()
    names = ("base", *QUANTILE_NAMES)
    unit = unit_for(money(page.currency), rows[list(names)].to_numpy(dtype=float).ravel().tolist())
    scaled = {name: rows[name].to_numpy(dtype=float) / unit.size for name in names}
    lines = [
        Curve(scaled["p50"], "line", "median of the draws"),
        Curve(scaled["base"], "line c2", "as the tables say"),
    ]
    span = max(years[-1] - years[0], 1)
    marks = [Mark((y - years[0]) / span, str(y)) for y in years if y % 10 == 0]
    frame = axes(list(scaled.values()), unit.name, marks)
    paid = rows[rows["p50"] > 0]
    finding = (
        f"In half of all draws it has paid for itself by {int(paid['year'].iloc[0])} or before"
        if len(paid)
        else "In half of all draws it never pays for itself"
    )
    twin = rows.assign(year=[str(year) for year in years])
    heads = {
        name: f"{percent(share)} below"
        for name, share in zip(QUANTILE_NAMES, QUANTILES, strict=True)
    }
    heads |= {"base": "As the tables say", "p50": "Median"}
    columns = [Column("year", "Until")]
    columns += [Column(name, heads[name], unit.text) for name in names]
    return Figure(
        f"fan-{suffix}",
        finding,
        f"Present value of all benefits less costs until each year, {unit.name}",
        fan(_bands(scaled), lines, frame, finding),
        table(twin, columns, f"Present value until each year, {unit.name}"),
        note="Each year has its own quantiles, so no single draw follows the edge of a band.",
    )


def _bands(scaled: dict[str, Floats]) -> Floats:
    return np.stack([scaled[name] for name in QUANTILE_NAMES if name != "p50"])


def _chances(page: _Page, one: Corridor, method: Method) -> Markup:
    rows = page.rows("chances", one.name, method)
    reach = rows[["p05", "p95", "base_eur"]].abs().max(axis=1)
    touched = rows[(reach > _SMALL * reach.max()) | (rows["country"] == "")]
    order = touched["p50"].abs().sort_values(ascending=False, kind="stable").index
    is_all = touched["country"] == ""
    kept = touched.loc[[i for i in order if not is_all[i]][:_SHOWN_COUNTRIES]]
    kept = pd.concat([touched[is_all], kept.sort_values("p50", ascending=False)])
    unit = unit_for(money(page.currency), kept[["p05", "p95"]].to_numpy(dtype=float).ravel())
    frame = kept.assign(
        who=[page.country(str(code)) for code in kept["country"]],
        pays=[f"{p} of {n}" for p, n in zip(kept["paying"], kept["draws"], strict=True)],
        moved=[str(p) for p in kept["paying_shifted"]],
        between=[
            f"{percent(low)} to {percent(high)}"
            for low, high in zip(kept["chance_low"], kept["chance_high"], strict=True)
        ],
    )
    columns = [
        Column("who", "Country"),
        Column("pays", "Gains in", is_whole=True),
        Column("chance", "Chance", percent),
        Column("between", "95% interval", is_whole=True),
        Column("moved", "Gains in, moved", is_whole=True),
        Column("base_eur", "As the tables say", unit.text),
        Column("p05", "5% below", unit.text),
        Column("p50", "Median", unit.text),
        Column("p95", "95% below", unit.text),
    ]
    caption = (
        f"Net present value by country, {unit.name}; chance that it is above zero. Moved: by what "
        "finer plans change about the case as its tables say"
    )
    return table(frame, columns, caption)


# ---- drivers and method --------------------------------------------------------------------------


def _drivers(page: _Page) -> Section:
    frame = page.found.drivers
    frame = frame.assign(
        range=[
            f"{'×' if action == 'multiply' else '+'} {number(low)} to {number(high)}"
            for action, low, high in zip(frame["action"], frame["low"], frame["high"], strict=True)
        ],
        moves=frame["moves"].astype(str),
    )
    columns = [
        Column("name", "Driver"),
        Column("range", "Range", is_whole=True),
        Column("distribution", "Distribution"),
        Column("moves", "Cells"),
        Column("source_id", "Source"),
        Column("note", "Reasoning"),
    ]
    lead = (
        "Each is drawn by itself; what moves together is one driver. Ranges hold for the whole "
        "life of a corridor: a single dry or windy year is not meant."
    )
    return Section("drivers", "What is uncertain", lead, (table(frame, columns, "Drivers"),))


def _method(page: _Page, coarse: Fidelity, fine: Fidelity) -> Section:
    sample = page.found.sample
    rests_on = page.found.rests_on
    certified = "all certified" if rests_on["is_certified"].all() else "not all of them certified"
    said = [
        f"{sample.count} draws from {_SAMPLING_WORDS[sample.sampling]}, seed {sample.seed}: the "
        "same command draws the same.",
        f"Plans of draws: {coarse.words}. All use the segments of the case as its tables say.",
        f"Plans of the appraisal: {fine.words}. Below, what the difference does to the case as it "
        "is; draws are off by about as much, and only where it is said they are moved by it.",
        "The table uncertainty_rests_on.csv names the plans behind each value by their keys; "
        f"{certified}.",
        "Where a driver changes only what a corridor itself costs, plans are the same and are not "
        "made again.",
        "Intervals of chances are Wilson's for independent draws; evenly spread draws are better "
        "than that. They say nothing about ranges that are wrong.",
        "The case has one weather year: other weather is a factor on water and wind, not another "
        "course of the hours.",
    ]
    listed = element("ul", *(element("li", one) for one in said))
    return Section("method", "How it was computed", "", (listed, _fidelity(page)))


def _fidelity(page: _Page) -> Markup:
    rows = page.found.fidelity
    rows = rows[rows["country"] == ""]
    unit: Unit = unit_for(money(page.currency), rows["npv_fine_eur"].tolist())
    names = {one.name: one.title for one in page.drawn.corridors.appraised}
    frame = rows.assign(
        title=[names[str(one)] for one in rows["corridor"]],
        how=[METHOD_WORDS[Method(one)] for one in rows["method"]],
        off=rows["npv_coarse_eur"] - rows["npv_fine_eur"],
    )
    columns = [
        Column("title", "Corridor"),
        Column("how", "Method"),
        Column("npv_coarse_eur", "As plans of draws", unit.text),
        Column("npv_fine_eur", "As plans of the appraisal", unit.text),
        Column("off", "Difference", unit.text),
    ]
    return table(frame, columns, f"Net present value as the tables say, {unit.name}")
