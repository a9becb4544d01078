"""Charts of what is uncertain: a tornado of drivers, and a fan of quantiles over the years."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from khazri.report.markup import element, join, share
from khazri.report.plots import Axes, Curve, legend, line_legend, plot

Floats = NDArray[np.float64]

_LOW, _HIGH = "f-half", "f-ink"
"""Fill of the part of a bar that belongs to the low and to the high end of a driver."""

_INNER, _OUTER = "half of all draws", "nine of ten draws"


@dataclass(frozen=True)
class Swing:
    """A row of a tornado: a driver, the value at its low and high end, and words for both."""

    name: str
    context: str
    at_low: float
    at_high: float
    low_words: str
    high_words: str
    said: str


def tornado(rows: Sequence[Swing], base: float, label: str) -> Markup:
    """Bars from the value at the low end to that at the high end of each driver, on one scale.

    A line stands at ``base``, where all drivers are as the tables say, and one at zero if it is
    within reach.
    """
    reach = [base, *(v for row in rows for v in (row.at_low, row.at_high))]
    low, high = min(reach), max(reach)
    if low > 0 and low < 0.5 * (high - low):
        low = 0.0
    room = 0.02 * ((high - low) or 1.0)
    low, span = low - room, (high - low + 2 * room) or 1.0

    def at(value: float) -> float:
        return (value - low) / span

    drawn = [_swing(row, at(base), at(row.at_low), at(row.at_high), at(0.0)) for row in rows]
    key = legend([(_LOW, "driver at its low end"), (_HIGH, "driver at its high end")])
    return join([element("div", join(drawn), class_="bars", role="img", aria_label=label), key])


def _swing(row: Swing, base: float, low: float, high: float, zero: float) -> Markup:
    parts = [
        element(
            "rect", element("title", words), class_=style,
            x=share(min(base, end)), width=share(max(abs(end - base), 0.002)), y=top, height=height,
        )
        for end, style, words, top, height in (
            (low, _LOW, row.low_words, "15%", "35%"),
            (high, _HIGH, row.high_words, "50%", "35%"),
        )
    ]  # fmt: skip
    lines = [element("line", x1=share(base), x2=share(base), y1="0", y2="100%", class_="zero")]
    if 0.0 <= zero <= 1.0:
        lines.append(element("line", x1=share(zero), x2=share(zero), y1="0", y2="100%",
                             class_="grid"))  # fmt: skip
    return element(
        "div",
        element("span", row.name, element("small", row.context), class_="bar-name"),
        element("svg", *parts, *lines, class_="bar", aria_hidden="true"),
        element("span", row.said, class_="bar-value"),
        class_="bar-row",
    )


def fan(spread: Floats, lines: Sequence[Curve], frame: Axes, label: str) -> Markup:
    """Bands between quantiles over the years, with lines over them.

    Parameters
        spread  (4, Y) in the unit of the frame: 5 %, 25 %, 75 % and 95 %
        lines   (Y,) each; all are named below the plot
    """
    shapes = [
        _band(frame.height(spread[a]), frame.height(spread[b]), style, words)
        for a, b, style, words in ((3, 0, "fan-outer", _OUTER), (2, 1, "fan-inner", _INNER))
    ]
    shapes += [
        element("path", element("title", one.label), d=_path(frame.height(one.values)),
                class_=one.style)
        for one in reversed(lines)
    ]  # fmt: skip
    key = legend([("fan-inner", _INNER), ("fan-outer", _OUTER)])
    return join([plot(frame, join(shapes), label), line_legend(lines), key])


def _band(upper: Floats, lower: Floats, style: str, words: str) -> Markup:
    outline = f"{_path(upper)}L{_path(lower, backwards=True)[1:]}Z"
    return element("path", element("title", words), d=outline, class_=f"area {style}")


def _path(heights: Floats, *, backwards: bool = False) -> str:
    """A line through even distances of the inner viewport, 1000 wide and high."""
    points = np.column_stack([np.linspace(0.0, 1000.0, heights.size), 1000.0 * heights]).round(1)
    ordered = points[::-1] if backwards else points
    return "M" + " ".join(f"{x:g},{y:g}" for x, y in ordered)
