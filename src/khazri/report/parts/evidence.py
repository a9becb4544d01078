"""Where the figures come from: quality of the hourly series, assumptions, sources."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from khazri.report.markup import Column, Figure, Section, join, table
from khazri.report.numbers import number
from khazri.report.parts.words import Names, plural, total
from khazri.report.plots import Bar, Segment, bars, legend
from khazri.report.view import ReportView

_BASES = ("measured", "mixed", "modelled")


def quality_section(view: ReportView, names: Names) -> Section:
    """What is measured and what is modelled, and how near the series are to their targets."""
    blocks: list[Figure | Markup] = []
    if not view.profiles.empty:
        blocks.append(_quality(view, names))
    return Section(
        "quality",
        "Quality of the hourly series",
        "Measured series were recorded; modelled ones are computed from weather or typical shapes.",
        tuple(blocks),
        "No hourly series were handed to this report.",
    )


def _quality(view: ReportView, names: Names) -> Figure:
    frame = view.profiles
    kinds = list(dict.fromkeys(frame["kind"]))
    rows = []
    for kind in kinds:
        part = frame[frame["kind"] == kind]
        counts = part["basis"].value_counts()
        segments = [
            Segment(
                float(counts.get(basis, 0)),
                "f-base",
                f"{basis}: {int(counts.get(basis, 0))}",
                basis != "measured",
            )
            if basis != "mixed"
            else Segment(float(counts.get(basis, 0)), "f-half", f"mixed: {counts.get(basis, 0)}")
            for basis in _BASES
        ]
        measured = int(counts.get("measured", 0))
        rows.append(Bar(str(kind).capitalize(), segments, f"{measured} of {len(part)} measured"))
    measured = int((frame["basis"] == "measured").sum())
    finding = (
        f"{measured} of {plural(len(frame), 'hourly series is', 'hourly series are')} measured"
    )
    key = legend([("f-base", "measured"), ("f-half", "mixed")], hatch="hatched: modelled")
    shown = frame.assign(
        place=[names.of_zone(str(z)) if isinstance(z, str) and z else "" for z in frame["zone"]],
        off=pd.to_numeric(frame["achieved"]) - pd.to_numeric(frame["target"]),
    )
    twin = table(
        shown,
        [
            Column("name", "Series"),
            Column("place", "Zone"),
            Column("basis", "Basis", is_whole=True),
            Column("measure", "Calibrated by"),
            Column("achieved", "Of the series", number),
            Column("target", "Aimed at", number),
            Column("method", "How it was made"),
        ],
        "Hourly series: basis, by what it was calibrated, what it has and what was aimed at",
    )
    return Figure(
        "quality-basis",
        finding,
        "Number of hourly series by kind and basis",
        join([bars(rows, finding), key]),
        twin,
    )


def assumptions_section(view: ReportView) -> Section:
    """Values without a source, with their reasoning."""
    blocks: tuple[Figure | Markup, ...] = ()
    if not view.assumptions.empty:
        blocks = (
            table(
                view.assumptions,
                [
                    Column("table", "Table"),
                    Column("key", "Row"),
                    Column("what", "What"),
                    Column("reasoning", "Reasoning"),
                    Column("rows", "Rows", number),
                ],
                "Assumptions of this plan",
            ),
        )
    rests = plural(int(total(view.assumptions, "rows")), "row rests", "rows rest")
    lines = plural(len(view.assumptions), "line", "lines")
    return Section(
        "assumptions",
        "Assumptions",
        f"{rests} on judgement rather than on a source, told in {lines}: rows of one table with "
        "the same reasoning share one.",
        blocks,
        "Every value of this plan has a source.",
    )


def sources_section(view: ReportView) -> Section:
    """Documents and data behind the values."""
    blocks: tuple[Figure | Markup, ...] = ()
    if not view.sources.empty:
        blocks = (
            table(
                view.sources,
                [
                    Column("source_id", "Source"),
                    Column("title", "Title"),
                    Column("publisher", "Publisher"),
                    Column("date", "Date"),
                    Column("licence", "Licence"),
                    Column("feeds", "Feeds"),
                    Column("url", "Address"),
                ],
                "Sources and what they feed",
            ),
        )
    return Section(
        "sources",
        "Sources",
        "What each source feeds, and on what terms its facts are used.",
        blocks,
        "No sources were handed to this report.",
    )
