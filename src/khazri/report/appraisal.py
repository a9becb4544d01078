"""The page of an appraisal: a sheet for each corridor, how they go together, what it rests on."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd

from khazri.appraise.cba import ALL, Appraisal, Corridor, Method, Regrets
from khazri.appraise.cba.corridors import SPENDING
from khazri.case import Case
from khazri.report.appraisal_charts import matrix
from khazri.report.appraisal_regret import regret_section
from khazri.report.appraisal_sheet import detail, sheet, value_table
from khazri.report.appraisal_view import KEY_DIGITS, METHOD_WORDS, AppraisalPage
from khazri.report.markup import Column, Section, element, table
from khazri.report.memo import Card, Memo, render_memo
from khazri.report.numbers import Unit, number, percent
from khazri.study import Fidelity


def appraisal_page(
    found: Appraisal,
    case: Case,
    fidelity: Fidelity,
    notes: Sequence[str],
    regret: Regrets | None = None,
) -> str:
    """The appraisal as one HTML page that needs neither network nor script."""
    names = case.table("countries")
    country_names = dict(zip(names["country"].astype(str), names["name"].astype(str), strict=True))
    page = AppraisalPage(found, case.currency, country_names, fidelity.words)
    terms = found.terms
    shown = [one for one in found.corridors.appraised if page.total(one.name, page.main)]
    sections = [_overview(page, shown)]
    sections += [sheet(page, one) for one in shown]
    sections += [detail(page, one) for one in shown]
    if len(shown) > 1:
        sections.append(_synergy(page))
    if regret is not None:
        sections.append(regret_section(page, regret))
    sections += [_method(page, notes), _plans(page)]
    uncertified = found.plans[~found.plans["is_certified"].astype(bool)]
    return render_memo(
        Memo(
            title=f"Corridors: {case.title}",
            facts=f"{terms.scenario or 'tables as they are'} · {len(found.plans)} plans of "
            f"{', '.join(map(str, terms.years))} over {fidelity.hours} · "
            f"{case.currency} of {case.price_year}, values of {terms.base_year} at "
            f"{percent(terms.rate)}",
            verdict=_verdict(page, shown),
            under=f"{_methods_told(terms.methods)}; plans over {fidelity.hours}",
            cards=_front_cards(page, shown),
            sections=tuple(sections),
            alerts=tuple(
                f"The plan of {row['year']} with {row['corridors']} is not certified"
                for row in uncertified.to_dict("records")
            ),
        )
    )


def _methods_told(methods: Sequence[Method]) -> str:
    told = {
        Method.TOOT: "taken out one at a time while all others stand (TOOT)",
        Method.PINT: "put in one at a time while no other stands (PINT)",
    }
    return f"Each corridor is {' and '.join(told[m] for m in methods)}"


def _verdict(page: AppraisalPage, shown: Sequence[Corridor]) -> str:
    if not shown:
        return "No corridor can run in any of the planning years"
    values = {one.title: page.total(one.name, page.main) for one in shown}
    paying = [t for t, v in values.items() if v and v["npv_eur"] > v["uncertainty_eur"]]
    how = METHOD_WORDS[page.main]
    if len(shown) == 1:
        only = values[shown[0].title]
        assert only is not None
        unit = page.unit([only["npv_eur"]])
        side = "gains" if only["npv_eur"] >= 0 else "costs"
        return f"{shown[0].title} {side} {unit.with_unit(abs(only['npv_eur']))} net over its life"
    if not paying:
        return f"None of {len(shown)} corridors is worth more than it costs, {how}"
    most = "All" if len(paying) == len(shown) else f"{len(paying)} of"
    worth = "is worth more than it costs" if len(paying) == 1 else "are worth more than they cost"
    return f"{most} {len(shown)} corridors {worth}, {how}: {'; '.join(paying)}"


def _front_cards(page: AppraisalPage, shown: Sequence[Corridor]) -> tuple[Card, ...]:
    cards = []
    for one in shown:
        value = page.total(one.name, page.main)
        assert value is not None
        unit = page.unit([value["npv_eur"]])
        ratio = number(value["benefit_cost"])
        cards.append(Card(one.title, unit.with_unit(value["npv_eur"]),
                          f"net; benefit over cost {ratio}"))  # fmt: skip
    return tuple(cards)


# ---- all corridors -------------------------------------------------------------------------------


def _overview(page: AppraisalPage, shown: Sequence[Corridor]) -> Section:
    blocks = []
    for method in page.found.terms.methods:
        parts = []
        for name, title in [*((one.name, one.title) for one in shown), (ALL, "All together")]:
            value = page.total(name, method)
            if value is not None:
                parts.append({"title": title, **value})
        blocks.append(value_table(page, pd.DataFrame(parts), "title", "Corridor",
                                   f"Value {METHOD_WORDS[method]}"))  # fmt: skip
    return Section(
        "overview",
        "All corridors",
        "Present values over the life of each. ± is what all plans behind a figure may be off "
        "their optimum together, over the same segments of hours; nothing else that is uncertain "
        "is in it. Return: the rate at which it is worth nothing; payback: years from the first "
        "payment on. – where there is none: it is never paid back, or nothing is paid.",
        tuple(blocks),
    )


def _synergy(page: AppraisalPage) -> Section:
    frame = page.found.synergy
    titles = {one.name: one.title for one in page.found.corridors.appraised}
    blocks = []
    for method in page.found.terms.methods:
        for year in page.found.terms.years:
            part = frame[(frame["method"] == str(method)) & (frame["year"] == year)]
            if part["corridor"].nunique() < 2:
                continue
            order = list(dict.fromkeys(part["corridor"]))
            square = part.pivot_table(index="corridor", columns="other", values="eur_a")
            square = square.loc[order, order]
            unit = page.unit(square.to_numpy(dtype=float).ravel().tolist())
            doubt = unit.text(float(part["uncertainty_eur_a"].max()))
            ends = "all stand" if method is Method.TOOT else "none stands"
            blocks.append(
                matrix(
                    square, titles, unit,
                    f"{year}, from where {ends}: {unit.name} a year, each ± {doubt} at most",
                )
            )  # fmt: skip
    return Section(
        "synergy",
        "How they go together",
        "On the diagonal what a corridor adds a year, before its cost; beside it what a pair adds "
        "beyond the sum of both: above zero they help each other, below zero they compete.",
        tuple(blocks),
        lacking="" if blocks else "In no planning year two corridors stand together.",
    )


# ---- method and plans ----------------------------------------------------------------------------


def _method(page: AppraisalPage, notes: Sequence[str]) -> Section:
    terms = page.found.terms
    co2 = (
        f"A tonne of CO2 counts {number(terms.societal_co2)} {page.currency} in all: what plants "
        "pay for it, and the rest as a benefit of its own."
        if terms.societal_co2 > 0
        else "CO2 counts at the price that plants pay; no other value was asked for."
    )
    said = [
        "By the guideline of ENTSO-E for cost-benefit analysis (4th edition): socio-economic "
        "welfare of consumers, producers, links and traders, with and without a corridor.",
        f"Between planning years benefits are interpolated, after the last they are held to the "
        f"end of life; nothing is left then. Discounted at {percent(terms.rate)} a year, real.",
        "Investment and fixed cost of a link are borne half and half by the countries of both "
        "ends, as congestion rent is; the case says nothing else. A country that a link only "
        "crosses bears nothing, even for the part that lies in it.",
        "Investment is paid in equal parts in the years of works that the case names, or "
        f"{len(SPENDING)} years before operation. A leg that is needed beyond its life is renewed, "
        "and each year pays its part.",
        co2,
        "The sum over all countries is bounded by the plans' certificates. Its split between "
        "countries and kinds follows prices; where several prices are right, so are several "
        "splits.",
        "Values change with how finely the hours of a year are told apart; by how much, only "
        "the same command with another --hours tells.",
        *(f"Not computed: {one}." for one in page.found.not_computed),
        "In words only: security of supply beyond a year of hours, landscape and sea bed, "
        "technology and geopolitics are not in any figure here.",
        *(f"{note[0].upper()}{note[1:]}." for note in notes),
    ]
    listed = element("ul", *(element("li", one) for one in said))
    lead = f"All plans: {page.fidelity}."
    return Section("method", "How it was computed", lead, (listed,))


def _plans(page: AppraisalPage) -> Section:
    frame = page.found.plans
    worst = float(((frame["cost_eur"] - frame["bound_eur"]) / frame["cost_eur"].abs()).max())
    unit = Unit(f"m {page.currency}", 1e6)
    shown = frame.assign(
        plan=frame["plan"].str[:KEY_DIGITS],
        year=frame["year"].astype(str),
        certified=["yes" if one else "no" for one in frame["is_certified"]],
        off=frame["cost_eur"] - frame["bound_eur"],
    ).sort_values(["year", "corridors"])
    columns = [
        Column("plan", "Plan", is_whole=True),
        Column("year", "Year"),
        Column("corridors", "Corridors that stand"),
        Column("certified", "Certified"),
        Column("cost_eur", f"Cost, {unit.name}", lambda v: f"{v / unit.size:,.3f}"),
        Column("off", f"At most above the optimum, {page.currency}", number),
    ]
    lead = (
        f"{int(frame['is_certified'].sum())} of {len(frame)} plans are certified; the widest gap "
        f"between cost and proven bound is {worst * 1e6:.2g} millionths of the cost."
        if math.isfinite(worst)
        else "The plans have no proven bound."
    )
    return Section("plans", "Plans", lead, (table(shown, columns, "All plans"),))
