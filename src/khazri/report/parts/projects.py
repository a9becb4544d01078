"""Own costs of projects beside what their technologies cost."""

from __future__ import annotations

from functools import partial

import pandas as pd
from markupsafe import Markup

from khazri.report.markup import Column, Figure, table
from khazri.report.numbers import number, percent
from khazri.report.parts.words import plural
from khazri.report.plots import Bar, Segment, bars
from khazri.report.view import ReportView


def project_costs_figure(view: ReportView) -> Figure:
    """How far each project's own cost lies from the cost of its technology, dearest first."""
    frame = view.project_costs
    own, default = (frame[name].astype(float) for name in ("own_cost", "default_cost"))
    frame = frame.assign(
        difference=own / default - 1, basis=frame["assumed"].map({True: "assumed", False: "stated"})
    )
    unit = str(frame["unit"].iloc[0])
    frame = frame.sort_values("difference", ascending=False, kind="stable")
    compared = frame[frame["difference"].notna()]
    fields = ("name", "technology", "basis", "difference", "own_cost", "default_cost", "assumed")
    rows = [
        Bar(
            str(name),
            [
                Segment(
                    float(difference),
                    "f-loss" if difference > 0 else "f-gain",
                    f"{name}: {number(own)} against {number(default)} {unit}",
                    bool(assumed),
                )
            ],
            percent(difference, signed=True),
            f"{technology}, {basis}",
        )
        for name, technology, basis, difference, own, default, assumed in zip(
            *(compared[name] for name in fields), strict=True
        )
    ]
    finding = _finding(frame["difference"].dropna())
    subtitle = (
        f"Own investment against the default of the technology in {view.headline.year}; left: "
        "cheaper, right: dearer; hatched: the own cost is an assumption"
    )
    return Figure("project-costs", finding, subtitle, bars(rows, finding), _twin(frame, unit, view))


def _finding(difference: pd.Series[float]) -> str:
    dearer, cheaper = int((difference > 0).sum()), int((difference < 0).sum())
    projects = plural(len(difference), "project", "projects")
    return (
        f"{projects} with known cost: {dearer:,} above and {cheaper:,} below the default of the "
        "technology"
    )


def _twin(frame: pd.DataFrame, unit: str, view: ReportView) -> Markup:
    return table(
        frame,
        [
            Column("name", "Project"),
            Column("technology", "Technology"),
            Column("size_mw", "Size, MW", number),
            Column("own_cost", f"Own cost, {unit}", number),
            Column("default_cost", f"Technology, {unit}", number),
            Column("difference", "Difference", partial(percent, signed=True)),
            Column("basis", "Own cost is"),
            Column("note", "Remark"),
        ],
        f"Investment of projects and of their technologies, {unit} {view.headline.price_year}",
    )
