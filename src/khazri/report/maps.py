"""Maps of zones, prices and flows, as inline SVG."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from markupsafe import Markup
from numpy.typing import NDArray

from khazri.report.geography import (
    CONTEXT,
    Extent,
    Projection,
    Shapes,
    extent_of,
    projection_for,
)
from khazri.report.labels import Label, draw_labels
from khazri.report.markup import element, join
from khazri.report.numbers import ENERGY, MASS_RATE, POWER, Unit, number, unit_for
from khazri.report.palette import cividis

Floats = NDArray[np.float64]

WIDTH = 1000.0
# Links that many hours a year at 95 % of capacity are shown as tight.
TIGHT_HOURS = 500.0
# Widest and narrowest flow, in units of a map WIDTH wide.
_WIDEST, _NARROWEST = 9.5, 1.2
# So many of the tightest flows have their hours written beside them.
_NAMED_TIGHT = 5
# Widths of the map on small screens, pixels.
_NARROW = (340.0, 400.0, 520.0, 760.0)
# Flows below this share of the largest are drawn thin and grey, without an arrow.
_FAINT = 0.002
_GRID = 0.1


@dataclass(frozen=True)
class Place:
    """A zone or market on the map: position in degrees, words, mean price or NaN."""

    zone: str
    name: str
    country: str
    longitude: float
    latitude: float
    is_market: bool
    price: float
    price_unit: str
    is_short: bool


@dataclass(frozen=True)
class Flow:
    """All links between two zones together: energy of the year each way [MWh], capacity added.

    ``tight_hours`` is that of the tightest link.
    """

    start: str
    end: str
    forward: float
    backward: float
    tight_hours: float
    built_mw: float

    @property
    def gross(self) -> float:
        """Energy of both directions [MWh]."""
        return self.forward + self.backward


def places(
    zones: pd.DataFrame, price_summary: pd.DataFrame, unserved: pd.DataFrame, price_unit: str
) -> dict[str, Place]:
    """Zones with position, mean price and whether energy stays unserved there."""
    price = price_summary.set_index("zone")["mean"].to_dict()
    short = set(unserved.loc[unserved["energy_mwh"] > 0, "zone"])
    return {
        str(row["zone"]): Place(
            zone=str(row["zone"]),
            name=str(row["name"]),
            country=str(row["country"]),
            longitude=float(row["longitude"]),
            latitude=float(row["latitude"]),
            is_market=bool(row["market"]),
            price=float(price.get(row["zone"], math.nan)),
            price_unit=price_unit,
            is_short=row["zone"] in short,
        )
        for row in zones.to_dict("records")
    }


def flows(links: pd.DataFrame, known: Mapping[str, Place]) -> list[Flow]:
    """Links added up by pair of zones, largest energy last (drawn on top)."""
    between = links[links["from_zone"] != links["to_zone"]]
    found: dict[tuple[str, str], Flow] = {}
    for row in between.itertuples(index=False):
        ends = (str(row.from_zone), str(row.to_zone))
        if not set(ends) <= set(known):
            continue
        there, back = _amount(row.energy_forward_mwh), _amount(row.energy_backward_mwh)
        if ends[0] > ends[1]:
            ends, there, back = (ends[1], ends[0]), back, there
        so_far = found.get(ends, Flow(*ends, 0.0, 0.0, 0.0, 0.0))
        found[ends] = Flow(
            *ends,
            so_far.forward + there,
            so_far.backward + back,
            max(so_far.tight_hours, _amount(row.hours_congested)),
            so_far.built_mw + _amount(row.built_mw),
        )
    return sorted(found.values(), key=lambda flow: flow.gross)


def _amount(value: object) -> float:
    number = float(str(value)) if value is not None else 0.0
    return number if math.isfinite(number) else 0.0


@dataclass(frozen=True)
class MapStyle:
    """What a map shows besides zones and flows.

    ``focus`` limits it to the surroundings of these zones, which are then named one by one;
    ``pixels`` are widths at which it is seen on large screens, ``energy`` the units of flows.
    """

    focus: frozenset[str] = frozenset()
    pixels: tuple[float, ...] = (760.0, 880.0, 1060.0)
    energy: tuple[Unit, ...] = ENERGY


@dataclass(frozen=True)
class Ground:
    """What maps of the same part of the world share: extent, and outlines by name of the shape.

    Maps refer to the outlines, which stand once in the page (``definitions``).
    """

    id: str
    extent: Extent
    projection: Projection
    outlines: Mapping[str, str]

    def shape_id(self, name: str) -> str:
        """Id of an outline in the page."""
        return f"{self.id}-{list(self.outlines).index(name)}"

    @property
    def definitions(self) -> Markup:
        """All outlines."""
        return join(
            element("path", id=self.shape_id(name), d=outline)
            for name, outline in self.outlines.items()
        )


def ground_of(
    id_: str, zones: pd.DataFrame, shapes: Shapes | None, focus: frozenset[str] = frozenset()
) -> Ground:
    """The ground of maps of all ``zones``, or around those in ``focus``."""
    degrees = zones[["longitude", "latitude"]].to_numpy(dtype=float)
    projection = shapes.projection if shapes else projection_for(degrees)
    projected = dict(zip(zones["zone"].astype(str), projection.project(degrees), strict=True))
    shown = focus or frozenset(projected)
    around = [projected[zone][None, :] for zone in shown]
    rings: dict[str, list[Floats]] = {}
    if shapes is not None:
        rings = {
            name: [projection.project(r) for r in parts] for name, parts in shapes.rings.items()
        }
        around += [ring for zone in shown for ring in rings.get(zone, [])]
    extent = extent_of(
        np.concatenate(around), width=WIDTH, margin=0.10 if focus else 0.025, tallest=0.62
    )
    ordered = sorted(rings.items(), key=lambda item: not item[0].startswith(CONTEXT))
    outlines = {name: _outline(parts, extent) for name, parts in ordered}
    return Ground(id_, extent, projection, {name: d for name, d in outlines.items() if d})


def flow_map(
    known: Mapping[str, Place],
    all_flows: Sequence[Flow],
    ground: Ground,
    countries: Mapping[str, str],
    style: MapStyle,
    label: str,
) -> Markup:
    """The map: zones tinted by price, flows with width by energy, arrows in net direction.

    The page needs the definitions of the ``ground``.
    """
    extent = ground.extent
    degrees = np.array([(p.longitude, p.latitude) for p in known.values()])
    projected = ground.projection.project(degrees)
    positions = dict(zip(known, extent.place(projected), strict=True))
    prices = [p.price for p in known.values() if math.isfinite(p.price)]
    land = [_shape(ground, name, known.get(name), prices) for name in ground.outlines]
    largest = max((f.gross for f in all_flows), default=0.0)
    scaled = 1.6 if style.focus else 1.0
    lines = [
        _flow(f, positions, (largest, scaled), _flow_words(f, known, style.energy))
        for f in all_flows
    ]
    nodes = [_node(p, positions[z], scaled) for z, p in known.items()]
    drawing = element(
        "svg", join([*land, *lines, *nodes]), viewBox=f"0 0 {extent.width:.0f} {extent.height:.0f}",
        width="100%", height="100%",
    )  # fmt: skip
    labels = _labels(known, positions, all_flows, countries, style)
    seen = [t for t in labels if 0 < t.x < extent.width and 0 < t.y < extent.height]
    return element(
        "svg", drawing, draw_labels(seen, extent, style.pixels, "wide"),
        draw_labels(seen, extent, _NARROW, "narrow"), class_="map",
        style=f"aspect-ratio:{extent.width:.0f}/{extent.height:.0f}", role="img", aria_label=label,
    )  # fmt: skip


def _shape(ground: Ground, name: str, place: Place | None, prices: Sequence[float]) -> Markup:
    outline = f"#{ground.shape_id(name)}"
    if place is None:
        return element("use", href=outline, class_="land")
    title = element("title", _words(place))
    style = "zone short" if place.is_short else "zone"
    if not math.isfinite(place.price):
        return element("use", title, href=outline, class_=style)
    low_price, high_price = min(prices), max(prices)
    level = (place.price - low_price) / ((high_price - low_price) or 1.0)
    red, green, blue = cividis(level)
    return element("use", title, href=outline, class_=style, fill=f"rgb({red},{green},{blue})")


def _outline(parts: Sequence[Floats], extent: Extent) -> str:
    """The path of a shape; "" where it is not seen."""
    paths = []
    for ring in parts:
        points = extent.place(ring)
        low, high = points.min(axis=0), points.max(axis=0)
        is_seen = (high > 0).all() and low[0] < extent.width and low[1] < extent.height
        if is_seen:
            paths.append(_ring(points))
    return "".join(paths)


def _ring(points: Floats) -> str:
    """A closed path; points that round to the one before are left out."""
    steps = np.round(points / _GRID).astype(int)
    keep = np.concatenate([[True], np.any(np.diff(steps, axis=0) != 0, axis=1)])
    kept = steps[keep] * _GRID
    return "M" + " ".join(f"{x:.6g},{y:.6g}" for x, y in kept) + "Z"


def _words(place: Place) -> str:
    if not math.isfinite(place.price):
        return place.name
    return f"{place.name}: mean price {number(place.price)} {place.price_unit}"


def _node(place: Place, at: Floats, scaled: float) -> Markup:
    title = element("title", _words(place))
    x, y = float(at[0]), float(at[1])
    if place.is_market:
        side = 7.0 * scaled
        return element(
            "rect", title, x=x - side / 2, y=y - side / 2, width=side, height=side, class_="market"
        )
    return element("circle", title, cx=x, cy=y, r=2.6 * scaled, class_="node")


def _flow(flow: Flow, at: Mapping[str, Floats], scale: tuple[float, float], words: str) -> Markup:
    """A line split by the share of each direction, an arrow in net direction, outlines if tight.

    ``scale`` has the largest flow of the map and a factor on all widths.
    """
    largest, scaled = scale
    start, end = at[flow.start], at[flow.end]
    if flow.backward > flow.forward:
        start, end = end, start
    title = element("title", words)
    if largest == 0 or flow.gross < _FAINT * largest:
        new = " new" if flow.built_mw > 0 else ""
        return element("g", title, _segment(start, end, 1.0 * scaled, f"idle{new}"))
    width = scaled * max(_NARROWEST, _WIDEST * math.sqrt(flow.gross / largest))
    main = max(flow.forward, flow.backward) / flow.gross
    split = start + (end - start) * main
    parts = []
    if flow.tight_hours > TIGHT_HOURS:
        parts += [
            _segment(start, end, width + 6 * scaled, "tight"),
            _segment(start, end, width + 3 * scaled, "gap"),
        ]
    if flow.built_mw > 0:
        parts.append(_segment(start, end, width + 3 * scaled, "new"))
    parts += [_segment(start, end, width, "less"), _segment(start, split, width, "more")]
    return element("g", title, join(parts), _arrow(start, end, width, scaled))


def _segment(start: Floats, end: Floats, width: float, style: str) -> Markup:
    return element(
        "line", x1=float(start[0]), y1=float(start[1]), x2=float(end[0]), y2=float(end[1]),
        class_=f"flow {style}", stroke_width=width,
    )  # fmt: skip


def _arrow(start: Floats, end: Floats, width: float, scaled: float) -> Markup:
    """A triangle at the middle of the line, wider than the line."""
    along = end - start
    length = float(np.hypot(*along))
    if length == 0:
        return Markup("")
    along = along / length
    across = np.array([-along[1], along[0]])
    middle = (start + end) / 2
    size = min(width * 0.9 + 3.2 * scaled, length / 2)
    corners = (middle + along * size, middle - along * size * 0.6 + across * size * 0.9,
               middle - along * size * 0.6 - across * size * 0.9)  # fmt: skip
    points = " ".join(f"{float(c[0]):.1f},{float(c[1]):.1f}" for c in corners)
    return element("polygon", points=points, class_="arrow")


def _flow_words(flow: Flow, known: Mapping[str, Place], energy: tuple[Unit, ...]) -> str:
    names = known[flow.start].name, known[flow.end].name
    unit = unit_for(energy, [flow.forward, flow.backward])
    words = (
        f"{names[0]} to {names[1]}: {unit.text(flow.forward)} {unit.name}, "
        f"back {unit.text(flow.backward)} {unit.name}"
    )
    if flow.tight_hours > 0:
        words += f"; full in {number(flow.tight_hours)} h"
    rate = POWER[0] if energy is ENERGY else MASS_RATE[0]
    return words + (f"; {number(flow.built_mw)} {rate.name} added" if flow.built_mw > 0 else "")


def _labels(
    known: Mapping[str, Place],
    at: Mapping[str, Floats],
    all_flows: Sequence[Flow],
    countries: Mapping[str, str],
    style: MapStyle,
) -> list[Label]:
    """Names by weight: countries or zones in focus first, then markets, then tight links."""
    names: list[Label] = []
    markets: list[Label] = []
    groups: dict[str, list[Floats]] = {}
    for zone, place in known.items():
        x, y = (float(v) for v in at[zone])
        if place.is_market:
            markets.append(Label(place.name.split(" (")[0], x, y, "map-name minor"))
        elif zone in style.focus:
            names.append(Label(place.name.split(",")[0], x, y, "map-name"))
        else:
            groups.setdefault(place.country, []).append(at[zone])
    for country, points in groups.items():
        x, y = (float(v) for v in np.mean(points, axis=0))
        names.append(Label(countries.get(country, country), x, y, "map-name"))
    tight = []
    for flow in sorted(all_flows, key=lambda f: f.tight_hours, reverse=True)[:_NAMED_TIGHT]:
        if flow.tight_hours > TIGHT_HOURS:
            x, y = (float(v) for v in (at[flow.start] + at[flow.end]) / 2)
            tight.append(Label(f"full {number(flow.tight_hours)} h", x, y, "map-tight"))
    return names + markets + tight


def map_key(
    all_flows: Sequence[Flow], prices: Sequence[float], energy: tuple[Unit, ...], price_unit: str
) -> Markup:
    """What widths, tints and outlines mean."""
    largest = max((flow.gross for flow in all_flows), default=0.0)
    items = []
    if largest > 0:
        unit = unit_for(energy, [largest])
        for part in (1.0, 0.25):
            width = _WIDEST * math.sqrt(part)
            line = element("line", x1="2", x2="34", y1="8", y2="8", class_="flow more",
                           stroke_width=width)  # fmt: skip
            items.append(_key(line, unit.with_unit(largest * part)))
        less = element(
            "line", x1="2", x2="34", y1="8", y2="8", class_="flow less", stroke_width=5.0
        )
        more = element(
            "line", x1="2", x2="26", y1="8", y2="8", class_="flow more", stroke_width=5.0
        )
        items.append(_key(join([less, more]), "share of the main direction, of the other"))
    if any(flow.tight_hours > TIGHT_HOURS for flow in all_flows):
        outline = join(
            element("line", x1="2", x2="34", y1="8", y2="8", class_=f"flow {style}", stroke_width=w)
            for style, w in (("tight", 13.0), ("gap", 9.0), ("more", 5.0))
        )
        items.append(_key(outline, f"full in more than {number(TIGHT_HOURS)} h"))
    if any(flow.built_mw > 0 for flow in all_flows):
        outline = join(
            element("line", x1="2", x2="34", y1="8", y2="8", class_=f"flow {style}", stroke_width=w)
            for style, w in (("new", 9.0), ("more", 5.0))
        )
        items.append(_key(outline, "capacity added"))
    finite = [p for p in prices if math.isfinite(p)]
    if finite:
        scale = element("i", class_="cividis soft")
        words = f" {number(max(finite))} {price_unit}, mean price"
        items.append(element("li", f"{number(min(finite))} ", scale, words))
    return element("ul", join(items), class_="legend")


def _key(drawing: Markup, words: str) -> Markup:
    swatch = element("svg", drawing, width="36", height="16", class_="key", aria_hidden="true")
    return element("li", swatch, " ", words)
