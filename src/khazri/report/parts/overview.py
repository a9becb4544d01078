"""The first screen: what is short, the map, the figures that matter, who gains, what binds."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd
from markupsafe import Markup

from khazri.report.maps import Ground, MapStyle, flow_map, flows, ground_of, map_key, places
from khazri.report.markup import Column, Figure, element, join, table
from khazri.report.numbers import ENERGY, added, best, number, percent, unit_for
from khazri.report.parts.words import Names, plural, total
from khazri.report.view import Proof, ReportView

DISCLAIMER = "Boundaries and names imply no opinion on legal status."
_WORTH_SHOWN = 3


def alerts(view: ReportView, names: Names) -> list[Markup]:
    """What a reader must know before anything else: unserved energy, missing proof."""
    found = []
    short = view.unserved[pd.to_numeric(view.unserved["energy_mwh"]) > 0]
    if not short.empty:
        amount = total(short, "energy_mwh")
        worst = short.iloc[int(pd.to_numeric(short["energy_mwh"]).argmax())]
        unit = unit_for(ENERGY, [amount])
        words = (
            f"{unit.with_unit(amount)} of demand stay unserved, in "
            f"{plural(len(short), 'zone', 'zones')}; most in {names.of_zone(str(worst['zone']))}: "
            f"{unit.with_unit(float(worst['energy_mwh']))} over {number(float(worst['hours']))} "
            f"hours, at most {best(float(worst['peak_mw']), 'MW')}."
        )
        found.append(element("p", element("b", "Unserved energy. "), words, class_="alert short"))
    if view.headline.proof is Proof.NOT_PROVEN:
        words = f"{view.headline.proof_words} Do not rely on the figures below."
        found.append(element("p", element("b", "Not proven. "), words, class_="alert"))
    return found


@dataclass(frozen=True)
class Grounds:
    """Grounds of the maps of a report: all zones, and those of the country in focus if any."""

    whole: Ground
    near: Ground

    @property
    def definitions(self) -> Markup:
        """Outlines that the page holds once for all maps."""
        if self.near is self.whole:
            return self.whole.definitions
        return self.whole.definitions + self.near.definitions


def grounds_of(view: ReportView) -> Grounds:
    """The grounds of the maps of all carriers."""
    zones = pd.concat([view.zones, *(one.zones for one in view.further)]).drop_duplicates("zone")
    whole = ground_of("ground", zones, view.shapes)
    focus = _near(view)
    near = ground_of("near", zones, view.shapes, focus) if focus else whole
    return Grounds(whole, near)


def _near(view: ReportView) -> frozenset[str]:
    """The zones of the country in focus that are no markets."""
    here = (view.zones["country"] == view.headline.focus_country) & ~view.zones["market"]
    return frozenset(view.zones.loc[here, "zone"])


def map_figure(view: ReportView, names: Names, grounds: Grounds) -> Figure:
    """The map of the whole region, with zones and links as a table beside it."""
    price_unit = names.carrier.price_unit(view.headline.currency)
    known = places(view.zones, view.price_summary, view.unserved, price_unit)
    all_flows = flows(view.links, known)
    modelled = [p for p in known.values() if not p.is_market]
    largest = all_flows[-1] if all_flows else None
    if largest is None or largest.gross == 0:
        finding = (
            "Nothing flows between zones" if names.is_further else "No energy flows between zones"
        )
    else:
        unit = unit_for(names.carrier.energy, [largest.gross])
        start, end, amount = largest.start, largest.end, largest.forward - largest.backward
        if amount < 0:
            start, end = end, start
        finding = (
            f"The largest flow, net {unit.with_unit(abs(amount))}, runs from "
            f"{names.of_zone(start)} to {names.of_zone(end)}"
        )
    style = MapStyle(focus=_local(view, names), energy=names.carrier.energy)
    ground = grounds.near if style.focus else grounds.whole
    drawing = flow_map(known, all_flows, ground, names.country, style, finding)
    key = map_key(all_flows, [p.price for p in modelled], names.carrier.energy, price_unit)
    rows = pd.DataFrame(
        [
            (
                f"{known[f.start].name} – {known[f.end].name}",
                f.forward,
                f.backward,
                f.tight_hours,
                f.built_mw,
            )
            for f in reversed(all_flows)
        ],
        columns=["between", "there", "back", "tight", "built"],
    )
    unit = unit_for(names.carrier.energy, [f.gross for f in all_flows])
    twin = table(
        rows,
        [
            Column("between", "Between"),
            Column("there", f"There, {unit.name}", unit.text),
            Column("back", f"Back, {unit.name}", unit.text),
            Column("tight", "Hours full", number),
            Column("built", f"Added, {names.carrier.power[0].name}", added),
        ],
        names.titled("Flows between zones, all links of a pair together"),
    )
    subtitle = (
        f"Energy over each border and internal line in {view.headline.year} (width), net direction "
        "(arrow); zones tinted by mean price"
    )
    return Figure("map", finding, subtitle, join([drawing, key]), twin, DISCLAIMER)


def _local(view: ReportView, names: Names) -> frozenset[str]:
    """The zones to draw close up: those of the country in focus, if the carrier is there only."""
    if not names.is_further or not names.focus or len(names.focus) < len(names.zones):
        return frozenset()
    return _near(view)


def focus_map(view: ReportView, names: Names, grounds: Grounds) -> Figure | None:
    """The country in focus close up; none where there is no focus."""
    if not names.focus or len(names.focus) == len(names.zones):
        return None
    price_unit = names.carrier.price_unit(view.headline.currency)
    known = places(view.zones, view.price_summary, view.unserved, price_unit)
    all_flows = flows(view.links, known)
    near = frozenset(names.focus)
    touching = [f for f in all_flows if f.start in near or f.end in near]
    country = names.of_country(view.headline.focus_country)
    into = sum(
        (f.forward - f.backward if f.end in near else f.backward - f.forward)
        for f in touching
        if (f.start in near) != (f.end in near)
    )
    unit = unit_for(names.carrier.energy, [into])
    finding = (
        f"{country} {'imports' if into > 0 else 'exports'} {unit.with_unit(abs(into))} net"
        if into
        else f"{country} trades nothing net"
    )
    style = MapStyle(near, (400.0, 560.0, 760.0), names.carrier.energy)
    drawing = flow_map(known, touching, grounds.near, names.country, style, finding)
    prices = [known[z].price for z in known if not known[z].is_market]
    rows = pd.DataFrame(
        [(known[z].name, known[z].price) for z in names.focus], columns=["zone", "price"]
    )
    twin = table(
        rows,
        [
            Column("zone", "Zone"),
            Column("price", f"Mean price, {price_unit}", number),
        ],
        names.titled(f"Zones of {country}"),
    )
    subtitle = f"{country} in {view.headline.year}: flows within and over its borders"
    key = map_key(touching, prices, names.carrier.energy, price_unit)
    return Figure("map-focus", finding, subtitle, join([drawing, key]), twin, DISCLAIMER)


def cards(view: ReportView) -> Markup:
    """Four to six figures with their change against the reference."""
    made = []
    for row in view.cards.to_dict("records"):
        value, unit = float(row["value"]), str(row["unit"])
        change = float(row["change"])
        parts = [
            element("dt", str(row["name"])),
            element("dd", _card_value(value, unit, view.headline.currency), class_="figure"),
        ]
        if math.isfinite(change):
            against = f"{percent(change, signed=True)} against the reference"
            parts.append(element("dd", against, class_="change"))
        if row["note"] and isinstance(row["note"], str):
            parts.append(element("dd", row["note"], class_="note"))
        made.append(element("div", join(parts), class_="card"))
    return element("dl", join(made), class_="cards")


def _card_value(value: float, unit: str, currency: str) -> str:
    """Money per year in millions or billions, other figures in the unit that suits them."""
    if unit in (currency, f"{currency}/a") and math.isfinite(value):
        size, name = (1e9, "bn") if abs(value) >= 1e9 else (1e6, "m")
        return f"{number(value / size)}\u00a0{name}\u00a0{unit}"
    return best(value, unit)


def worth(view: ReportView) -> Markup:
    """The limits that are worth most, in words; what would change the result."""
    binding = [
        f"{name}: {words[0].lower()}{words[1:]}"
        for name, words in zip(view.limits["name"], view.limits["words"], strict=True)
        if isinstance(words, str) and words
    ]
    if not binding:
        return Markup("")
    return element(
        "div",
        element("h3", "What binds"),
        element("ul", join(element("li", words) for words in binding[:_WORTH_SHOWN])),
        element("p", element("a", "All limits", href="#limits")),
        class_="worth",
    )


def built_line(view: ReportView, names: Names) -> str:
    """What the plan builds, in one line: the three largest groups."""
    built = pd.to_numeric(view.capacity["built_mw"])
    sums = built.groupby(view.capacity["group"].to_numpy()).sum().sort_values(ascending=False)
    sums = sums[sums > 0]
    if sums.empty:
        return "The plan builds no plant."
    unit = unit_for(names.carrier.power, sums)
    parts = [
        f"{names.of_group(str(g)).lower()} {unit.with_unit(float(v))}" for g, v in sums.items()
    ]
    more = f" and {plural(len(parts) - 3, 'other group', 'other groups')}" if len(parts) > 3 else ""
    return f"The plan builds {', '.join(parts[:3])}{more}."
