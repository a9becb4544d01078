"""The kinds of chart, as inline SVG that stretches with the page.

Positions along a plot are shares (0..1) of its width and height and are written as percentages,
so that text keeps its size at any width. Data is drawn in an inner viewport of 1000 x 1000 that
stretches freely. Colours are classes (``f-gas``, ``l-gas``), which the stylesheet resolves for a
light or dark page. No part needs a script.
"""

from __future__ import annotations

import struct
import zlib
from base64 import b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from khazri.report.markup import element, join, share
from khazri.report.numbers import number, ticks
from khazri.report.palette import cividis

Floats = NDArray[np.float64]

_VIEW = 1000.0


@dataclass(frozen=True)
class Segment:
    """A piece of a bar: signed length in the unit of the bar, class, and words for the pointer."""

    value: float
    style: str
    words: str
    hatched: bool = False


@dataclass(frozen=True)
class Bar:
    """A row of a bar chart: name, pieces from zero outwards, and the figure at its end."""

    name: str
    segments: Sequence[Segment]
    value: str
    context: str = ""


@dataclass(frozen=True)
class Curve:
    """A line over the whole width of a plot: values at even distances, class, and its label."""

    values: Floats
    style: str
    label: str


@dataclass(frozen=True)
class Mark:
    """A tick of the horizontal axis at a share (0..1) of the width."""

    at: float
    label: str


def legend(entries: Sequence[tuple[str, str]], *, hatch: str = "") -> Markup:
    """Swatches (class, name) in the order given; `hatch` explains hatching where it is used."""
    items = [
        element("li", element("i", class_=f"swatch {style}"), " ", name) for style, name in entries
    ]
    if hatch:
        items.append(element("li", element("i", class_="swatch hatched"), " ", hatch))
    return element("ul", join(items), class_="legend")


def bars(rows: Sequence[Bar], label: str) -> Markup:
    """Horizontal stacked bars on one scale; negative pieces go left of a common zero line."""
    reach = [_reach(row) for row in rows]
    low = min((r[0] for r in reach), default=0.0)
    high = max((r[1] for r in reach), default=0.0)
    span = (high - low) or 1.0
    zero = -low / span
    return element(
        "div", join(_bar(row, zero, span) for row in rows), class_="bars", role="img",
        aria_label=label,
    )  # fmt: skip


def _reach(row: Bar) -> tuple[float, float]:
    values = [s.value for s in row.segments]
    return sum(v for v in values if v < 0), sum(v for v in values if v > 0)


def _bar(row: Bar, zero: float, span: float) -> Markup:
    parts = []
    left = right = zero
    for segment in row.segments:
        width = abs(segment.value) / span
        if width == 0:
            continue
        if segment.value < 0:
            left -= width
        x = left if segment.value < 0 else right
        if segment.value > 0:
            right += width
        place = {"x": share(x), "width": share(width), "y": "15%", "height": "70%"}
        title = element("title", segment.words)
        parts.append(element("rect", title, class_=segment.style, **place))
        if segment.hatched:
            parts.append(element("rect", class_="hatch", **place))
    axis = element("line", x1=share(zero), x2=share(zero), y1="0", y2="100%", class_="zero")
    context = element("small", row.context) if row.context else Markup("")
    return element(
        "div",
        element("span", row.name, context, class_="bar-name"),
        element("svg", join(parts), axis, class_="bar", aria_hidden="true"),
        element("span", row.value, class_="bar-value"),
        class_="bar-row",
    )


@dataclass(frozen=True)
class Axes:
    """Frame of a plot: range and unit of the vertical axis, marks of the horizontal one."""

    low: float
    high: float
    unit: str
    marks: Sequence[Mark]
    show: Callable[[float], str] = number

    def height(self, values: Floats) -> Floats:
        """Vertical positions (0 top .. 1 bottom) of `values`."""
        return np.asarray((self.high - values) / (self.high - self.low))


def axes(values: Sequence[Floats], unit: str, marks: Sequence[Mark]) -> Axes:
    """Axes that hold zero and all finite `values`, with a little room beyond them."""
    every = np.concatenate([np.zeros(1), *(v[np.isfinite(v)] for v in values)])
    low, high = float(every.min()), float(every.max())
    if low == high:
        high = low + 1.0
    room = 0.04 * (high - low)
    return Axes(low - room if low < 0 else low, high + room if high > 0 else high, unit, marks)


def stacked_steps(
    layers: Sequence[tuple[Floats, str, str]], line: Curve | None, frame: Axes, label: str
) -> Markup:
    """Layers (values, class, name) of steps on each other: positive up, negative down from zero.

    Each layer is (n,) values of n even intervals; `line` is drawn over them as steps as well.
    """
    up = np.zeros_like(layers[0][0]) if layers else np.zeros(0)
    down = up.copy()
    shapes = []
    for values, style, name in layers:
        for part, base in ((np.maximum(values, 0), up), (np.minimum(values, 0), down)):
            if np.any(part != 0):
                outline = _step_area(frame.height(base), frame.height(base + part))
                title = element("title", name)
                shapes.append(element("path", title, d=outline, class_=f"area {style}"))
                base += part
    if line is not None:
        path = _step_line(frame.height(line.values))
        shapes.append(element("path", d=path, class_="halo"))
        shapes.append(element("path", element("title", line.label), d=path, class_=line.style))
    return plot(frame, join(shapes), label)


def curves(lines: Sequence[Curve], frame: Axes, label: str, *, named: int) -> Markup:
    """Lines over the width; the first `named` are named below the plot, the others when pointed at.

    Earlier lines are drawn over later ones.
    """
    shapes = [
        element("path", element("title", c.label), d=_line(frame.height(c.values)), class_=c.style)
        for c in reversed(lines)
    ]
    return join([plot(frame, join(shapes), label), line_legend(lines[:named])])


def line_legend(lines: Sequence[Curve]) -> Markup:
    """Samples of lines with their names, in the order given."""
    items = []
    for curve in lines:
        sample = element("line", x1="0", x2="30", y1="7", y2="7", class_=curve.style)
        swatch = element("svg", sample, width="30", height="14", aria_hidden="true")
        items.append(element("li", swatch, " ", curve.label))
    return element("ul", join(items), class_="legend")


def plot(frame: Axes, data: Markup, label: str) -> Markup:
    """Data, drawn in the inner viewport, on a frame with its grid and marks."""
    steps = ticks(frame.low, frame.high)
    inside = [t for t in steps if frame.low <= t <= frame.high]
    heights = frame.height(np.array(inside))
    grid = [
        element("line", x1="0", x2="100%", y1=share(y), y2=share(y),
                class_="zero" if t == 0 else "grid")
        + element("text", frame.show(t), x="0", dx=-8, y=share(y), dy=4, class_="tick-y")
        for t, y in zip(inside, heights, strict=True)
    ]  # fmt: skip
    marks = [
        element("line", x1=share(m.at), x2=share(m.at), y1="0", y2="100%", class_="mark")
        + element("text", m.label, x=share(m.at), y="100%", dy=18, class_="tick-x")
        for m in frame.marks
    ]
    viewport = element(
        "svg", data, viewBox=f"0 0 {_VIEW:.0f} {_VIEW:.0f}", preserveAspectRatio="none",
        width="100%", height="100%", class_="data",
    )  # fmt: skip
    unit = element("text", frame.unit, x="0", dx=-8, y="0", dy=-10, class_="unit")
    content = join([*marks, *grid, viewport, unit])
    svg = element("svg", content, role="img", aria_label=label)
    return element("div", svg, class_="plot")


def _coordinates(x: Floats, y: Floats) -> str:
    """Points as "x,y" of the inner viewport; heights to a tenth, plenty on any screen."""
    return " ".join(f"{a:g},{b:g}" for a, b in zip(x, np.round(y * _VIEW, 1), strict=True))


def _step_points(heights: Floats) -> tuple[Floats, Floats]:
    edges = np.round(np.linspace(0.0, _VIEW, heights.size + 1), 1)
    return np.repeat(edges, 2)[1:-1], np.repeat(heights, 2)


def _step_area(base: Floats, top: Floats) -> str:
    x, high = _step_points(top)
    _, low = _step_points(base)
    return f"M{_coordinates(x, high)} {_coordinates(x[::-1], low[::-1])}Z"


def _step_line(heights: Floats) -> str:
    x, y = _step_points(heights)
    return _through_finite(x, y)


def _line(heights: Floats) -> str:
    return _through_finite(np.round(np.linspace(0.0, _VIEW, heights.size), 1), heights)


def _through_finite(x: Floats, y: Floats) -> str:
    """A line through the finite points, interrupted where a value is missing."""
    finite = np.isfinite(y)
    starts = np.flatnonzero(np.diff(finite.astype(int), prepend=0) == 1)
    ends = np.flatnonzero(np.diff(finite.astype(int), append=0) == -1) + 1
    runs = zip(starts, ends, strict=True)
    return "".join(f"M{_coordinates(x[a:b], y[a:b])}" for a, b in runs)


def heat_map(values: Floats, low: float, high: float, label: str) -> Markup:
    """Hours of the day (rows, 0 on top) by days (columns) in cividis; missing values stay clear.

    `values` (24, days). Drawn as an embedded picture of one pixel per hour.
    """
    span = (high - low) or 1.0
    scale = np.array([(*cividis(i / 255), 255) for i in range(256)], dtype=np.uint8)
    level = np.clip(np.nan_to_num((values - low) / span) * 255, 0, 255).astype(np.uint8)
    pixels = scale[level]
    pixels[~np.isfinite(values)] = 0
    rows, days = values.shape
    marks = [
        element("text", f"{hour:02d}", x="0", dx=-8, y=share((hour + 0.5) / rows), dy=4,
                class_="tick-y")
        for hour in (0, 6, 12, 18)
    ] + [
        element("text", name, x=share((day + 15) / days), y="100%", dy=18, class_="tick-x")
        for name, day in zip(_MONTHS, _MONTH_STARTS, strict=True) if day < days
    ]  # fmt: skip
    picture = element(
        "image", href=_png(pixels), x="0", y="0", width="100%", height="100%",
        preserveAspectRatio="none", class_="pixels",
    )  # fmt: skip
    svg = element("svg", picture, join(marks), role="img", aria_label=label)
    return element("div", svg, class_="plot heat")


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTH_STARTS = (0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334)


def _png(pixels: NDArray[np.uint8]) -> str:
    """A data address with a PNG of (rows, columns, 4) RGBA values (RFC 2083, no filter)."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        check = zlib.crc32(kind + content)
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", check)

    height, width = pixels.shape[:2]
    lines = b"".join(b"\0" + pixels[row].tobytes() for row in range(height))
    image = (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(lines, 9))
        + chunk(b"IEND", b"")
    )
    return "data:image/png;base64," + b64encode(image).decode("ascii")


def scale_bar(low: str, high: str, unit: str) -> Markup:
    """The cividis scale with its ends named."""
    return element(
        "p", low, element("i", class_="cividis"), high, " ", unit, class_="scale"
    )  # fmt: skip


def interval(low: float, high: float, words: tuple[str, str], label: str) -> Markup:
    """Two ends of an interval on a line that starts at zero, with the space between them filled.

    `low` and `high` are shares of the line's reach; `words` stand at the ends.
    """
    content = [
        element("line", x1="0", x2="100%", y1="50%", y2="50%", class_="grid"),
        element("rect", x=share(low), width=share(max(high - low, 0.002)), y="35%",
                height="30%", class_="between"),
        *(element("line", x1=share(v), x2=share(v), y1="20%", y2="80%", class_="end")
          for v in (low, high)),
    ]  # fmt: skip
    texts = element("p", element("span", words[0]), element("span", words[1]), class_="ends")
    svg = element("svg", join(content), class_="interval", role="img", aria_label=label)
    return join([svg, texts])


@dataclass(frozen=True)
class Block:
    """A block of a supply curve: from ``left`` to ``right`` (0..1 of the width), ``height`` high.

    ``share`` (0..1) of its width is taken; ``mark`` is a height to be marked over it.
    """

    left: float
    right: float
    height: float
    share: float
    mark: float
    words: str


def supply_blocks(blocks: Sequence[Block], frame: Axes, label: str) -> Markup:
    """Blocks beside each other, the taken part of each filled; what is beyond the top is cut."""
    zero = float(frame.height(np.zeros(1))[0])
    drawn = []
    for block in blocks:
        top = float(np.clip(frame.height(np.array([block.height])), 0.0, 1.0)[0])
        middle = block.left + (block.right - block.left) * block.share
        low, high = max(zero, top), min(zero, top)
        parts = [
            element(
                "rect", x=start * _VIEW, width=(end - start) * _VIEW, y=high * _VIEW,
                height=(low - high) * _VIEW, class_=f"block {style}",
            )
            for start, end, style in (
                (block.left, middle, "f-gain"),
                (middle, block.right, "f-half"),
            )
            if end > start
        ]  # fmt: skip
        if np.isfinite(block.mark):
            y = float(np.clip(frame.height(np.array([block.mark])), 0.0, 1.0)[0]) * _VIEW
            line = f"M{block.left * _VIEW:.1f},{y:.1f}H{block.right * _VIEW:.1f}"
            parts.append(element("path", d=line, class_="line value-line"))
        drawn.append(element("g", element("title", block.words), join(parts)))
    return plot(frame, join(drawn), label)
