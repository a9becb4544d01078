"""The energy of whole countries: flows from sources to uses, and balances of all carriers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
from markupsafe import Markup

from khazri.report.choice import Choice
from khazri.report.flows import Flow, Kind, Node, country_flows
from khazri.report.markup import Column, Figure, join, table
from khazri.report.numbers import ENERGY, Unit, number, percent, unit_for
from khazri.report.parts.words import Names, carrier_names, folded
from khazri.report.plots import legend
from khazri.report.sankey import Ribbon, SankeyNode, sankey
from khazri.report.view import ReportView

_SMALL = 0.001
"""Share of all that enters a country below which a flow is in the table only."""
_COLOURS = 10
_ROUNDING = 1e-6
_TERAWATT_HOUR = 1e6

_LINES = {
    "production": "Production",
    "imports": "Imports",
    "exports": "Exports",
    "stores": "Stores",
    "plants": "Power and heat plants",
    "conversion": "Conversion",
    "compressors": "Compressors",
    "losses": "Losses of lines and pipes",
    "demand": "Demand",
    "saved": "Saved by measures",
    "given up": "Given up by users",
    "unserved": "Unserved",
}


@dataclass(frozen=True)
class CountryEnergy:
    """What is shown of a country; ``flows`` is None where it has one carrier."""

    country: str
    flows: Figure | None
    balance: Markup
    published: Markup | None


def countries_with_energy(view: ReportView, names: Names) -> list[CountryEnergy]:
    """Countries with a balance, those with several carriers first, else as the case lists them."""
    frame = view.energy_balance
    masses = set(view.carriers.loc[view.carriers["unit"] == "t", "carrier"])
    pairs = frame.loc[~frame["carrier"].isin(masses), ["country", "carrier"]].drop_duplicates()
    several = pairs.groupby("country").size() > 1
    listed = [country for country in names.country if country in several.index]
    order = sorted(listed, key=lambda country: not several[country])
    return [
        CountryEnergy(
            country,
            _flow_figure(view, names, country) if several[country] else None,
            _balance(view, names, country),
            _published(view, names, country),
        )
        for country in order
    ]


def country_choice(shown: Sequence[CountryEnergy], names: Names) -> Choice:
    """The control by which one of the countries is shown."""
    return Choice("country", "Country", [names.of_country(one.country) for one in shown])


def _flow_figure(view: ReportView, names: Names, country: str) -> Figure:
    rows = view.energy_balance[view.energy_balance["country"] == country]
    energies = view.carriers[view.carriers["unit"] != "t"]
    known = dict(zip(energies["carrier"], energies["name"], strict=True))
    groups = {group.id: group.name for group in names.palette.groups}
    flows = country_flows(rows, known, groups)
    entering = sum(flow.energy for flow in flows if flow.start.kind is Kind.SOURCE)
    large = [flow for flow in flows if flow.energy >= _SMALL * entering]
    unit = unit_for(ENERGY, [entering])
    place = names.of_country(country)
    finding = _finding(place, flows, entering, unit)
    style = {carrier: f"k{index % _COLOURS}" for index, carrier in enumerate(known)}
    chart = _diagram(large, style, unit, finding)
    shown = [(style[c], name) for c, name in known.items() if any(f.carrier == c for f in large)]
    key = legend([*shown, ("k-none", "losses of conversion, ambient heat")])
    small = len(flows) - len(large)
    note = f"{small} flows below {percent(_SMALL)} of this are in the table only." if small else ""
    if len(energies) < len(view.carriers):
        note = f"{note} Captured CO₂ is counted in tonnes: it is in the balance below.".strip()
    return Figure(
        f"flows-{country.lower()}",
        finding,
        f"Energy of {place} in {view.headline.year}, {unit.name}: from sources (left) over "
        "carriers and conversion to uses (right)",
        chart + key,
        _flow_table(flows, known, unit, place),
        note,
    )


def _finding(place: str, flows: Sequence[Flow], entering: float, unit: Unit) -> str:
    def share_of(name: str) -> float:
        return sum(flow.energy for flow in flows if flow.end == Node(Kind.USE, name))

    away = share_of("Exports")
    words_ = f"{unit.with_unit(entering)} of energy enter {place}"
    if away > 0:
        return f"{words_}; {unit.with_unit(away)} of it, {percent(away / entering)}, are exported"
    lost = share_of("Losses of conversion")
    return f"{words_}; {unit.with_unit(lost)} are lost in conversion"


def _diagram(flows: Sequence[Flow], style: Mapping[str, str], unit: Unit, label: str) -> Markup:
    listed = list(dict.fromkeys(node for flow in flows for node in (flow.start, flow.end)))
    place = {node: number for number, node in enumerate(listed)}
    inward = dict.fromkeys(listed, 0.0)
    outward = dict(inward)
    for flow in flows:
        outward[flow.start] += flow.energy
        inward[flow.end] += flow.energy
    nodes = [
        SankeyNode(
            node.name.removesuffix(": conversion"),
            unit.with_unit(max(inward[node], outward[node])),
            node.kind is Kind.USE,
        )
        for node in listed
    ]
    ribbons = [
        Ribbon(
            place[flow.start],
            place[flow.end],
            flow.energy,
            style.get(flow.carrier, "k-none"),
            f"{flow.start.name} to {flow.end.name}: {unit.with_unit(flow.energy)}",
        )
        for flow in flows
    ]
    return sankey(nodes, ribbons, label)


def _flow_table(flows: Sequence[Flow], known: Mapping[str, str], unit: Unit, place: str) -> Markup:
    ordered = sorted(flows, key=lambda flow: -flow.energy)
    frame = pd.DataFrame(
        {
            "start": [flow.start.name for flow in ordered],
            "end": [flow.end.name for flow in ordered],
            "carrier": [known.get(flow.carrier, "") for flow in ordered],
            "energy": [flow.energy for flow in ordered],
        }
    )
    columns = [
        Column("start", "From"),
        Column("end", "To"),
        Column("carrier", "Carrier"),
        Column("energy", unit.name, unit.text),
    ]
    return table(frame, columns, f"Flows of energy of {place}, {unit.name}")


def _balance(view: ReportView, names: Names, country: str) -> Markup:
    """Lines down, carriers across; the sums of the carriers, which are zero."""
    rows = view.energy_balance[view.energy_balance["country"] == country]
    lines = [line for line in _LINES if line in set(rows["line"])]
    known = carrier_names(view)
    present = [carrier for carrier in known if carrier in set(rows["carrier"])]
    pivot = rows.pivot_table(index="line", columns="carrier", values="energy_mwh", aggfunc="sum")
    pivot = pivot.reindex(index=lines, columns=present)
    # Hourly values are kept in single precision: sums are right to seven digits.
    open_ = pivot.sum(axis=0)
    pivot.loc["sum"] = open_.where(open_.abs() > _ROUNDING * pivot.abs().sum(axis=0), 0.0)
    shown = pivot.reset_index(drop=True)
    shown.insert(0, "line", [*(_LINES[line] for line in lines), "Sum"])
    unit = dict(zip(view.carriers["carrier"], view.carriers["unit"], strict=True))
    columns = [Column("line", "Line")] + [
        Column(
            carrier,
            f"{known[carrier]}, {'Mt' if unit[carrier] == 't' else 'TWh'}",
            lambda value: number(value / _TERAWATT_HOUR),
        )
        for carrier in present
    ]
    place = names.of_country(country)
    return table(shown, columns, f"Energy balance of {place}; what leaves is below zero")


def _published(view: ReportView, names: Names, country: str) -> Markup | None:
    """Every line in detail, and the published ones beside those of the model for their year: in
    one table where that is the plan's year."""
    rows = view.energy_balance[view.energy_balance["country"] == country]
    own = view.published_balance[view.published_balance["country"] == country]
    of_year = own[own["year"] == view.headline.year]
    if len(of_year) == len(own):
        return _lines(view, names, country, rows, own)
    every = _lines(view, names, country, rows, of_year)
    published = _lines(view, names, country, rows.iloc[:0], own)
    return join(part for part in (published, every) if part is not None)


def _lines(
    view: ReportView, names: Names, country: str, rows: pd.DataFrame, own: pd.DataFrame
) -> Markup | None:
    """A table of lines of the plan's balance and of published ones; None where there are none."""
    known = carrier_names(view)
    keys = ["carrier", "line", "detail"]
    model = rows[[*keys, "energy_mwh"]].rename(columns={"energy_mwh": "model"})
    model = model.assign(
        model=model["model"].abs().where(model["line"] != "stores", model["model"])
    )
    taken = set(own[keys].itertuples(index=False, name=None))
    rest = [key not in taken for key in model[keys].itertuples(index=False, name=None)]
    frame = pd.concat([own[[*keys, "reported", "model", "deviation", "source"]], model[rest]])
    if frame.empty:
        return None
    rank = {line: number for number, line in enumerate(_LINES)}
    order = {carrier: number for number, carrier in enumerate(known)}
    frame = frame.sort_values(
        keys, key=lambda column: column.map({**rank, **order}).fillna(0)
        if column.name != "detail" else column, kind="stable",
    )  # fmt: skip
    place = names.of_country(country)
    shown = frame.assign(
        carrier=[known.get(str(c), str(c)) for c in frame["carrier"]],
        line=[_LINES.get(str(line), str(line)) for line in frame["line"]],
        detail=[_detail(str(detail), names) if detail else "all" for detail in frame["detail"]],
        source=frame["source"].fillna("") if "source" in frame else "",
    )
    columns = [Column("carrier", "Carrier"), Column("line", "Line"), Column("detail", "Of what")]
    year = view.headline.year if own.empty else int(own["year"].iloc[0])
    model_column = Column("model", f"Model {year}, TWh or Mt", lambda v: number(v / _TERAWATT_HOUR))
    if own.empty:
        caption = f"Every line of the balance of {place} in {year}"
        return folded(caption, table(shown, [*columns, model_column], caption))
    columns += [
        Column("reported", f"Published for {year}", lambda v: number(v / _TERAWATT_HOUR)),
        model_column,
        Column("deviation", "Deviation", lambda v: percent(v, signed=True)),
        Column("source", "Source"),
    ]
    decided = own.loc[own["line"] != "demand", "deviation"].abs()
    caption = (
        f"Balance of {place} in {year} beside the published one, line by line: "
        f"{int((decided <= 0.1).sum())} of {len(decided)} published lines that are not demand "
        "within 10%. Lines that the case takes over are met by construction; where the source is "
        "an estimate, nothing was published"
    )
    return table(shown, columns, caption)


def _detail(detail: str, names: Names) -> str:
    return " and ".join(names.of_detail(part) for part in detail.split("+"))
