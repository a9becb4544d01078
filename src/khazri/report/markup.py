"""Elements of HTML and SVG, tables and figures, always escaped."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import pandas as pd
from markupsafe import Markup, escape

from khazri.report.numbers import ABSENT

Value = str | int | float


def element(name: str, *content: str | Markup, **attributes: Value) -> Markup:
    """One element; a trailing underscore in an attribute's name is dropped, others become hyphens.

    Content and values are escaped unless they are markup already.
    """
    pairs = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(_text(value))}"'
        for key, value in attributes.items()
    )
    inner = Markup("").join(content)
    return Markup(f"<{name}{pairs}>{inner}</{name}>")


def join(parts: Iterable[str | Markup]) -> Markup:
    """All parts behind each other."""
    return Markup("").join(parts)


def share(value: float) -> str:
    """A position of the plot as percent of its width or height."""
    return f"{_text(round(100 * value, 3))}%"


def _text(value: Value) -> str:
    """Coordinates with three decimals at most and no trailing zeros."""
    if isinstance(value, float):
        text = f"{value:.3f}".rstrip("0").rstrip(".")
        return "0" if text in ("-0", "") else text
    return str(value)


@dataclass(frozen=True)
class Column:
    """A column of a table for reading.

    ``show`` turns a cell into text; a column without it holds text. The stored number is kept
    beside the shown one with ten digits for sorting. Text that ``is_whole`` is
    not broken into lines.
    """

    name: str
    header: str
    show: Callable[[float], str] | None = None
    is_whole: bool = False


def table(frame: pd.DataFrame, columns: Sequence[Column], caption: str) -> Markup:
    """An HTML table with a caption; numbers right-aligned, heads repeated in print.

    Text in the first column heads its row.
    """
    head = join(
        element("th", column.header, scope="col", class_="num" if column.show else "txt")
        for column in columns
    )
    body = join(
        element(
            "tr",
            join(
                _cell(column, value, heads_row=column is columns[0])
                for column, value in zip(columns, row, strict=True)
            ),
        )
        for row in frame[[column.name for column in columns]].itertuples(index=False, name=None)
    )
    return element(
        "div",
        element(
            "table",
            element("caption", caption),
            element("thead", element("tr", head)),
            element("tbody", body),
        ),
        class_="table",
        tabindex=0,
        role="region",
        aria_label=caption,
    )


def _cell(column: Column, value: object, *, heads_row: bool) -> Markup:
    if column.show is None:
        missing = value is None or (isinstance(value, float) and math.isnan(value)) or value == ""
        text = ABSENT if missing else str(value)
        attributes = {"class_": "whole"} if column.is_whole else {}
        if heads_row:
            return element("th", text, scope="row", **attributes)
        return element("td", text, **attributes)
    number = float(value) if isinstance(value, (int, float)) else _as_float(value)
    return element("td", column.show(number), data_value=f"{number:.10g}")


def _as_float(value: object) -> float:
    """Numbers of NumPy, and NaN for absent ones."""
    return float("nan") if value is None or value is pd.NA else float(str(value))


@dataclass(frozen=True)
class Figure:
    """A chart with its finding, what is drawn in which unit, and the same data as a table.

    ``finding`` is a sentence, ``subtitle`` says what is drawn, with unit and year.
    """

    id: str
    finding: str
    subtitle: str
    chart: Markup
    table: Markup
    note: str = ""


@dataclass(frozen=True)
class Section:
    """A part of the long reading: a title, an introduction, figures and tables.

    ``blocks`` are figures or ready markup in order, two beside each other on large screens where
    ``is_paired``; an empty section shows ``lacking`` instead.
    """

    id: str
    title: str
    lead: str
    blocks: tuple[Figure | Markup, ...] = ()
    lacking: str = ""
    is_paired: bool = False
