"""Charts of appraisals: steps of a waterfall, times of legs, a matrix of synergies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from markupsafe import Markup

from khazri.report.markup import element, join, share
from khazri.report.numbers import Unit, ticks


@dataclass(frozen=True)
class Step:
    """A step of a waterfall: a change, or the sum of all before it."""

    name: str
    value: float
    words: str
    is_sum: bool = False


def waterfall(steps: Sequence[Step], label: str) -> Markup:
    """Steps below each other, each beginning where the one before it ended; sums begin at zero."""
    ends = np.cumsum([0.0 if step.is_sum else step.value for step in steps])
    starts = [0.0 if step.is_sum else float(end) - step.value
              for step, end in zip(steps, ends, strict=True)]  # fmt: skip
    stops = [start + step.value for start, step in zip(starts, steps, strict=True)]
    low, high = min([0.0, *starts, *stops]), max([0.0, *starts, *stops])
    span = (high - low) or 1.0
    rows = [
        _row(step, (start - low) / span, (stop - low) / span, -low / span)
        for step, start, stop in zip(steps, starts, stops, strict=True)
    ]
    return element("div", join(rows), class_="bars", role="img", aria_label=label)


def _row(step: Step, start: float, stop: float, zero: float) -> Markup:
    style = "f-ink" if step.is_sum else "f-gain" if step.value >= 0 else "f-loss"
    bar = element(
        "rect", element("title", f"{step.name}: {step.words}"), class_=style,
        x=share(min(start, stop)), width=share(max(abs(stop - start), 0.002)),
        y="15%", height="70%",
    )  # fmt: skip
    axis = element("line", x1=share(zero), x2=share(zero), y1="0", y2="100%", class_="zero")
    name: str | Markup = element("b", step.name) if step.is_sum else step.name
    return element(
        "div",
        element("span", name, class_="bar-name"),
        element("svg", bar, axis, class_="bar", aria_hidden="true"),
        element("span", step.words, class_="bar-value"),
        class_="bar-row",
    )


@dataclass(frozen=True)
class Span:
    """A row of a time chart: years (first, beyond the last, class, words) of one leg."""

    name: str
    parts: Sequence[tuple[float, float, str, str]]


def gantt(rows: Sequence[Span], label: str) -> Markup:
    """Rows of years on one axis; the axis is named below."""
    low = min(start for row in rows for start, _, _, _ in row.parts)
    high = max(end for row in rows for _, end, _, _ in row.parts)
    span = (high - low) or 1.0
    marks = [year for year in ticks(low, high) if low <= year <= high and year == round(year)]

    def lines(style: str) -> list[Markup]:
        return [
            element("line", x1=share((m - low) / span), x2=share((m - low) / span), y1="0",
                    y2="100%", class_=style)
            for m in marks
        ]  # fmt: skip

    drawn = []
    for row in rows:
        parts = [
            element(
                "rect", element("title", f"{row.name}: {words}"), class_=style,
                x=share((start - low) / span), width=share((end - start) / span), y="15%",
                height="70%",
            )
            for start, end, style, words in row.parts
        ]  # fmt: skip
        drawn.append(
            element(
                "div",
                element("span", row.name, class_="bar-name"),
                element("svg", *lines("grid"), *parts, class_="bar", aria_hidden="true"),
                element("span", row.parts[-1][3], class_="bar-value"),
                class_="bar-row",
            )
        )
    names = [
        element("text", f"{m:.0f}", x=share((m - low) / span), y="14", class_="tick-x")
        for m in marks
    ]
    axis = element(
        "div",
        element("span", "", class_="bar-name"),
        element("svg", *names, class_="bar"),
        element("span", "", class_="bar-value"),
        class_="bar-row",
        aria_hidden="true",
    )
    return element("div", join([*drawn, axis]), class_="bars", role="img", aria_label=label)


def matrix(values: pd.DataFrame, titles: dict[str, str], unit: Unit, caption: str) -> Markup:
    """A square table of amounts: the darker, the larger against the largest of all.

    Parameters
        values  (n, n) by name; the diagonal is what each adds alone, beside it what pairs do
        titles  what readers are shown for a name
    """
    most = float(np.abs(values.to_numpy(dtype=float)).max()) or 1.0
    head = join(
        element("th", titles[str(name)], scope="col", class_="num") for name in values.columns
    )
    body = []
    for one, row in zip(values.index, values.to_numpy(dtype=float), strict=True):
        cells = [
            element(
                "td", unit.text(float(value)), class_="num", data_value=repr(float(value)),
                style=_wash(float(value), most),
            )
            for value in row
        ]  # fmt: skip
        body.append(element("tr", element("th", titles[str(one)], scope="row"), *cells))
    table = element(
        "table",
        element("caption", caption),
        element("thead", element("tr", element("td", ""), head)),
        element("tbody", join(body)),
    )
    return element(
        "div", table, class_="table matrix", tabindex=0, role="region", aria_label=caption
    )


def _wash(value: float, most: float) -> str:
    colour = "gain" if value >= 0 else "loss"
    part = round(45 * abs(value) / most)
    return f"background:color-mix(in srgb,var(--{colour}) {part}%,var(--ground))"
