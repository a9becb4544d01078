"""Exchange between countries, every link, and the balance of each zone."""

from __future__ import annotations

import math

from markupsafe import Markup

from khazri.report.markup import Column, Figure, Section, element, join, table
from khazri.report.numbers import Unit, added, number, unit_for
from khazri.report.parts.words import Names, by, folded
from khazri.report.view import ReportView

_KINDS = {"ac": "AC", "dc": "DC", "back_to_back": "back-to-back"}


def exchange_section(view: ReportView, names: Names) -> Section:
    """Who trades with whom, and every link."""
    blocks: list[Figure | Markup] = []
    if not view.exchange.empty:
        blocks.append(_matrix(view, names))
    if not view.links.empty:
        blocks.append(_links(view, names))
    if not view.balance.empty:
        blocks.append(_balance(view, names))
    return Section(
        "exchange",
        "Exchange",
        "What crosses borders, and where the grid is tight.",
        tuple(blocks),
        "No exchange was handed to this report.",
    )


def _matrix(view: ReportView, names: Names) -> Figure:
    frame = by(view.exchange, ["from_country", "to_country"], ["energy_mwh"])
    frame = frame[(frame["from_country"] != frame["to_country"]) & (frame["energy_mwh"] > 0)]
    unit = unit_for(names.carrier.energy, frame["energy_mwh"])
    pivot = frame.pivot_table(
        index="from_country", columns="to_country", values="energy_mwh", aggfunc="sum"
    )
    order = [c for c in names.country if c in pivot.index or c in pivot.columns]
    pivot = pivot.reindex(index=[c for c in order if c in pivot.index],
                          columns=[c for c in order if c in pivot.columns])  # fmt: skip
    largest = float(frame["energy_mwh"].max()) if len(frame) else 0.0
    head = join(element("th", names.of_country(str(c)), scope="col", class_="num") for c in pivot)
    rows = []
    for country, values in pivot.iterrows():
        cells = [_shaded(float(v), largest, unit) for v in values]
        whole = element("td", element("b", unit.text(float(values.sum()))), class_="num")
        name = element("th", names.of_country(str(country)), scope="row")
        rows.append(element("tr", name, join(cells), whole))
    sums = join(
        element("td", element("b", unit.text(float(pivot[c].sum()))), class_="num") for c in pivot
    )
    grid = element(
        "table",
        element("caption", names.titled(
            f"Sent in the year, {unit.name}; sender down, receiver across"
        )),
        element(
            "thead",
            element("tr", element("th", "From", scope="col"), head,
                    element("th", "All exports", scope="col", class_="num")),
        ),
        element("tbody", join(rows), element(
            "tr", element("th", "All imports", scope="row"), sums, element("td", ""))),
        class_="matrix",
    )  # fmt: skip
    if len(frame):
        top = frame.sort_values("energy_mwh", ascending=False).iloc[0]
        finding = (
            f"The largest exchange is {unit.with_unit(float(top['energy_mwh']))} from "
            f"{names.of_country(top['from_country'])} to {names.of_country(top['to_country'])}"
        )
    else:
        finding = "Nothing crosses a border"
    listing = frame.sort_values("energy_mwh", ascending=False)
    listing = listing.assign(
        sender=[names.of_country(c) for c in listing["from_country"]],
        receiver=[names.of_country(c) for c in listing["to_country"]],
    )
    twin = table(
        listing,
        [Column("sender", "From"), Column("receiver", "To"),
         Column("energy_mwh", f"Energy, {unit.name}", unit.text)],
        names.titled(f"Exchange by pair of countries, {unit.name}"),
    )  # fmt: skip
    region = element(
        "div", grid, class_="table", tabindex=0, role="region",
        aria_label=names.titled(finding),
    )  # fmt: skip
    subtitle = f"Exchange between countries in {view.headline.year}, {unit.name}"
    return Figure("exchange-matrix", finding, subtitle, region, twin)


def _shaded(value: float, largest: float, unit: Unit) -> Markup:
    """A cell tinted by its share of the largest; the number is always there."""
    if not math.isfinite(value) or value == 0:
        return element("td", "·", class_="num none")
    style = f"--part:{100 * value / largest:.0f}%"
    return element("td", unit.text(value), class_="num part", style=style)


def _links(view: ReportView, names: Names) -> Markup:
    rate = names.carrier.power[0].name
    unit = unit_for(
        names.carrier.energy,
        view.links[["energy_forward_mwh", "energy_backward_mwh"]].to_numpy(dtype=float).ravel(),
    )
    frame = view.links.sort_values("hours_congested", ascending=False)
    frame = frame.assign(kind=[_KINDS.get(str(kind), str(kind)) for kind in frame["kind"]])
    return table(
        frame,
        [
            Column("name", "Link"),
            Column("kind", "Kind", is_whole=True),
            Column("status", "Status", is_whole=True),
            Column("capacity_forward_mw", f"Forward, {rate}", number),
            Column("capacity_backward_mw", f"Backward, {rate}", number),
            Column("built_mw", f"Added, {rate}", added),
            Column("energy_forward_mwh", f"Forward, {unit.name}", unit.text),
            Column("energy_backward_mwh", f"Backward, {unit.name}", unit.text),
            Column("hours_congested", "Hours full", number),
            Column("rent_eur", f"Rent, m {view.headline.currency}", _millions),
        ],
        names.titled(
            "Every link of the year, tightest first; full: at 95% of its capacity or more"
        ),
    )


def _millions(value: float) -> str:
    return number(value / 1e6)


def _balance(view: ReportView, names: Names) -> Markup:
    items = list(dict.fromkeys(view.balance["item"]))
    unit = unit_for(names.carrier.energy, view.balance["energy_mwh"].astype(float))
    pivot = view.balance.pivot_table(
        index="zone", columns="item", values="energy_mwh", aggfunc="sum"
    )
    zones = [zone for zone in names.zones if zone in pivot.index]
    pivot = pivot.reindex(index=zones, columns=items)
    shown = pivot.reset_index(drop=True)
    shown.insert(0, "place", [names.of_zone(zone) for zone in zones])
    columns = [Column("place", "Zone")]
    columns += [Column(str(i), f"{str(i)[:1].upper()}{str(i)[1:]}", unit.text) for i in items]
    content = table(shown, columns, names.titled(f"Balance of each zone in the year, {unit.name}"))
    return folded(names.titled("Balance of each zone"), content)
