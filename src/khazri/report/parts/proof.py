"""How sure the plan is: bounds, certificate, limits, and the back-cast."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping

import pandas as pd
from markupsafe import Markup

from khazri.report.markup import Column, Figure, Section, element, join, table
from khazri.report.numbers import (
    ABSENT,
    SCALES,
    Unit,
    best,
    money,
    number,
    percent,
    scientific,
    unit_for,
)
from khazri.report.parts.words import Names, plural
from khazri.report.plots import interval
from khazri.report.view import Headline, Proof, ReportView

_MARKS = {
    Proof.CERTIFIED: ("◆", "Certified"),
    Proof.GAP_OPEN: ("◇", "Certified, gap wider than asked for"),
    Proof.NOT_PROVEN: ("▲", "Not proven"),
}
# Deviations beyond this share fill the bar of the back-cast.
_FULL_DEVIATION = 0.5

_VISIBLE_MW = 0.001
"""Violations below a kilowatt are no news to a reader; the table of the certificate has them."""


def proof_mark(headline: Headline) -> Markup:
    """The mark of proof: a shape and words, linked to the certificate."""
    shape, name = _MARKS[headline.proof]
    facts = []
    if math.isfinite(headline.gap):
        facts.append(f"gap {percent(headline.gap)}")
    if math.isfinite(headline.largest_violation_mw):
        worst = headline.largest_violation_mw
        said = f"{number(worst)} MW" if worst >= _VISIBLE_MW else f"under {_VISIBLE_MW} MW"
        facts.append(f"largest violation {said}")
    words = f"{name}: {', '.join(facts)}" if facts else name
    return element(
        "a", element("span", shape, aria_hidden="true"), " ", words, href="#proof",
        class_=f"proof {headline.proof.value}",
    )  # fmt: skip


def proof_section(view: ReportView) -> Section:
    """Both bounds, and the largest violation of each equation family."""
    blocks: list[Figure | Markup] = [_bounds(view)]
    if not view.certificate.empty:
        blocks.append(_certificate(view))
    return Section(
        "proof",
        "Bounds and certificate",
        f"{view.headline.proof_words} The certificate is computed from the equations alone, "
        "never taken from the solver.",
        tuple(blocks),
    )


def _bounds(view: ReportView) -> Figure:
    facts = view.headline
    low, high = facts.lower_bound_eur, facts.upper_bound_eur
    unit = unit_for(money(facts.currency), [low, high])
    known = math.isfinite(low) and math.isfinite(high)
    finding = (
        f"No plan of this system costs less than {unit.with_unit(low)} a year; this one costs "
        f"{unit.with_unit(high)}"
        if known
        else "The bounds of the least cost are not known"
    )
    words = (f"lower bound {unit.with_unit(low)}", f"this plan {unit.with_unit(high)}")
    reach = max(abs(high), abs(low)) if known else 0.0
    bars_drawn = known and reach > 0 and min(low, high) >= 0
    # The line starts near the lower bound, else a gap of a per cent would be a hair.
    start = low - 4 * max(high - low, 0.002 * reach) if known else 0.0
    span = (high - start) * 1.05 or 1.0
    chart = (
        interval((low - start) / span, (high - start) / span, words, finding)
        if bars_drawn
        else element("p", f"{words[0]}, {words[1]}")
    )
    rows = pd.DataFrame(
        [
            ("Lower bound", unit.with_unit(low), "no plan can cost less"),
            ("This plan", unit.with_unit(high), "upper bound: cost of this plan over every hour"),
            ("Gap", percent(facts.gap), f"asked for: {percent(facts.gap_asked)}"),
            (
                "Largest violation",
                f"{scientific(facts.largest_violation_mw)} MW",
                "of any equation",
            ),
            ("Solver", facts.solver, f"{number(facts.run_seconds)} s for the whole run"),
        ],
        columns=["what", "value", "meaning"],
    )
    twin = table(
        rows, [Column("what", "What"), Column("value", "Value"), Column("meaning", "Meaning")],
        f"Bounds, {facts.currency} {facts.price_year} per year",
    )  # fmt: skip
    subtitle = f"Bounds of the least cost, {unit.name} {facts.price_year} per year; the line does "
    return Figure("bounds", finding, subtitle + "not start at zero", chart, twin)


def _certificate(view: ReportView) -> Markup:
    frame = view.certificate
    frame = frame.assign(
        verdict=["within" if bool(ok) else "VIOLATED" for ok in frame["valid"]],
    )
    return table(
        frame,
        [
            Column("family", "Equations"),
            Column("violation", "Largest violation", scientific),
            Column("tolerance", "Tolerance", scientific),
            Column("unit", "Unit"),
            Column("verdict", "Verdict"),
        ],
        "Certificate: largest violation of each family of equations",
    )


def limits_section(view: ReportView) -> Section:
    """Limits, how far they are used, and what they are worth."""
    blocks: tuple[Figure | Markup, ...] = ()
    if not view.limits.empty:
        frame = view.limits
        used = [
            float(u) / float(v) if float(v) else float("nan")
            for u, v in zip(frame["used"], frame["value"], strict=True)
        ]
        units = _units(frame)
        sizes = [unit.size for unit in units]
        frame = frame.assign(used_share=used, shown_unit=[unit.name for unit in units],
                             shown_value=frame["value"].astype(float) / sizes,
                             shown_used=frame["used"].astype(float) / sizes)  # fmt: skip
        blocks = (
            table(
                frame,
                [
                    Column("name", "Limit"),
                    Column("shown_value", "Value", number),
                    Column("shown_used", "Used", number),
                    Column("shown_unit", "Unit", is_whole=True),
                    Column("used_share", "Share used", percent),
                    Column("words", "What it is worth"),
                ],
                "Limits of the year",
            ),
        )
    return Section(
        "limits",
        "Limits",
        "Limits that bind are worth something: what one more unit would save.",
        blocks,
        "This plan has no limits beyond those of plants and links.",
    )


def _units(frame: pd.DataFrame) -> list[Unit]:
    """The unit of each limit: one for all energies, one for all powers, one for all masses."""
    chosen = {}
    for unit, values in frame["value"].abs().astype(float).groupby(frame["unit"].astype(str)):
        usual = values[values > 0].median()
        own = Unit("%", 0.01) if unit == "1" else Unit(str(unit), 1.0)
        chosen[unit] = unit_for(SCALES.get(str(unit), (own,)), [float(usual)])
    return [chosen[str(unit)] for unit in frame["unit"]]


def _shown(frame: pd.DataFrame, column: str) -> list[str]:
    return [
        best(float(value), str(unit))
        for value, unit in zip(frame[column], frame["unit"], strict=True)
    ]


def backcast_section(view: ReportView, names: Names) -> Section:
    """What was reported for a past year beside what the model gives."""
    blocks: tuple[Figure | Markup, ...] = ()
    if not view.backcast.empty:
        blocks = tuple(
            _backcast_country(str(country), part, names)
            for country, part in view.backcast.groupby("country", sort=False)
        )
    return Section(
        "backcast",
        "Back-cast",
        "The model run for a past year, beside what was reported. Misses are shown as they are; "
        "figures that the case takes over, such as demand, are met by construction.",
        blocks,
        "No back-cast was run with this plan; khazri backcast makes one.",
    )


def _backcast_country(country: str, part: pd.DataFrame, names: Names) -> Figure:
    known = part[pd.to_numeric(part["deviation"]).notna()]
    if known.empty:
        finding = f"{names.of_country(country)}: nothing to compare"
    else:
        worst = known.iloc[int(pd.to_numeric(known["deviation"]).abs().argmax())]
        near = int((pd.to_numeric(known["deviation"]).abs() <= 0.05).sum())
        finding = (
            f"{names.of_country(country)}: {near} of {plural(len(known), 'figure', 'figures')} "
            f"within 5%; farthest off: {worst['item']} "
            f"({percent(float(worst['deviation']), signed=True)})"
        )
    head = join(
        element("th", name, scope="col", class_=style)
        for name, style in (("Figure", "txt"), ("Reported", "num"), ("Model", "num"),
                            ("Deviation", "dev"), ("In %", "num"))
    )  # fmt: skip
    body = join(_backcast_row(row) for row in part.to_dict("records"))
    drawn = element(
        "table",
        element("caption", f"Reported and modelled, {names.of_country(country)}"),
        element("thead", element("tr", head)),
        element("tbody", body),
        class_="backcast",
    )
    shown = part.assign(
        shown_reported=_shown(part, "reported"), shown_model=_shown(part, "model")
    )  # fmt: skip
    twin = table(
        shown,
        [
            Column("item", "Figure"),
            Column("shown_reported", "Reported"),
            Column("shown_model", "Model"),
            Column("deviation", "Deviation", lambda v: percent(v, signed=True)),
            Column("source", "Source of the reported figure"),
            Column("explanation", "Why it differs"),
        ],
        f"Back-cast of {names.of_country(country)}: figures, sources, explanations",
    )
    region = element("div", drawn, class_="table", tabindex=0, role="region", aria_label=finding)
    subtitle = "Model over reported; the bar is full at 50%"
    return Figure(f"backcast-{country.lower()}", finding, subtitle, region, twin)


def _backcast_row(row: Mapping[Hashable, object]) -> Markup:
    unit = str(row["unit"])
    reported, model = float(str(row["reported"])), float(str(row["model"]))
    deviation = float(str(row["deviation"]))
    return element(
        "tr",
        element("th", str(row["item"]), scope="row"),
        element("td", best(reported, unit), class_="num"),
        element("td", best(model, unit), class_="num"),
        element("td", _deviation_bar(deviation), class_="dev"),
        element("td", percent(deviation, signed=True), class_="num"),
    )


def _deviation_bar(deviation: float) -> Markup:
    """A bar from the middle: right for too much, left for too little."""
    if not math.isfinite(deviation):
        return Markup(ABSENT)
    part = min(abs(deviation) / _FULL_DEVIATION, 1.0) / 2
    x = 0.5 if deviation > 0 else 0.5 - part
    style = "f-gain" if abs(deviation) <= 0.05 else "f-loss"
    return element(
        "svg",
        element("rect", x=f"{100 * x:.2f}%", width=f"{100 * part:.2f}%", y="20%", height="60%",
                class_=style),
        element("line", x1="50%", x2="50%", y1="0", y2="100%", class_="zero"),
        class_="bar", aria_hidden="true",
    )  # fmt: skip
