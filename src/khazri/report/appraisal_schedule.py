"""When the steps and legs of a corridor are due, by whom, and what it costs if they are late."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from khazri.appraise.cba import Corridor
from khazri.appraise.cba.corridors import SPENDING, CorridorLeg
from khazri.appraise.cba.steps import Step, StepState
from khazri.report.appraisal_charts import Span, gantt
from khazri.report.appraisal_view import NOISE_EUR, AppraisalPage
from khazri.report.markup import Column, Figure, join, table
from khazri.report.plots import legend

_SHOWN_AFTER = 8
"""Years of operation that the chart of times shows."""


def times(page: AppraisalPage, one: Corridor) -> Figure:
    """Years in which legs are paid and run: what fits on the sheet of a corridor."""
    rows = _leg_spans(page, one)
    ready = one.legs[-1].start
    finding = f"All of it can run from {ready} on" + (f"; now: {one.status}" if one.status else "")
    told = "" if one.steps else f"; the case has no works, so {len(SPENDING)} years are assumed"
    key = legend([("f-loss", "paid, as works go"), ("f-gain", "runs")])
    return Figure(
        f"times-{one.name}",
        finding,
        f"Years of each leg{told}",
        join([gantt(rows, finding), key]),
        _leg_years(page, one),
    )


def steps(page: AppraisalPage, one: Corridor) -> Figure | Markup:
    """Steps and legs over the years, with who has to do them; nothing if the case has none."""
    if not one.steps:
        return Markup()
    rows = [*(_step_span(step) for step in one.steps), *_leg_spans(page, one)]
    open_ = [step for step in one.steps if step.state is not StepState.DONE]
    finding = f"{len(open_)} of {len(one.steps)} steps are still to be done"
    assumed = sum(step.is_assumed for step in one.steps)
    marks = [("f-ink", "done"), ("f-going", "under way"), ("f-half", "planned"),
             ("f-loss", "paid"), ("f-gain", "runs")]  # fmt: skip
    used = {style for row in rows for _, _, style, _ in row.parts}
    key = legend([mark for mark in marks if mark[0] in used])
    return Figure(
        f"steps-{one.name}",
        finding,
        "Steps with their owners, and years of each leg; *: a date is an assumption, as in "
        f"{assumed or 'none'} of {len(one.steps)}",
        join([gantt(rows, finding), key]),
        _step_table(page, one),
    )


def _leg_spans(page: AppraisalPage, one: Corridor) -> list[Span]:
    return [
        Span(
            page.leg(one, i),
            [
                (*_paid_in(leg), "f-loss", f"paid from {_paid_in(leg)[0]} on"),
                (leg.start, leg.start + _SHOWN_AFTER, "f-gain", f"from {leg.start}"),
            ],
        )
        for i, leg in enumerate(one.legs)
    ]


def _paid_in(leg: CorridorLeg) -> tuple[int, int]:
    """The first year in which something is paid, and the one after the last."""
    first = leg.start - len(leg.spending)
    paid = [first + i for i, share in enumerate(leg.spending) if share > 0]
    return min(paid), max(paid) + 1


_STATE_STYLES = {
    StepState.DONE: "f-ink",
    StepState.UNDER_WAY: "f-going",
    StepState.PLANNED: "f-half",
}


def _step_span(step: Step) -> Span:
    first, last = (_in_years(day) for day in (step.start, step.finish))
    words = f"{step.start:%m/%Y} to {step.finish:%m/%Y}{'*' if step.is_assumed else ''}"
    return Span(step.title, [(first, max(last, first + 0.1), _STATE_STYLES[step.state], words)])


def _in_years(day: pd.Timestamp) -> float:
    return day.year + (day.day_of_year - 1) / 366


def _step_table(page: AppraisalPage, one: Corridor) -> Markup:
    frame = pd.DataFrame(
        {
            "step": [step.title for step in one.steps],
            "owner": [step.owner for step in one.steps],
            "where": [", ".join(page.country(c) for c in step.countries) for step in one.steps],
            "state": [str(step.state).replace("_", " ") for step in one.steps],
            "from": [f"{step.start:%Y-%m-%d}" for step in one.steps],
            "to": [f"{step.finish:%Y-%m-%d}{'*' if step.is_assumed else ''}" for step in one.steps],
        }
    )
    columns = [Column("step", "Step"), Column("owner", "Owner"), Column("where", "Country"),
               Column("state", "State"), Column("from", "From"), Column("to", "To")]  # fmt: skip
    return table(frame, columns, "Steps (*: a date is assumed)")


def _leg_years(page: AppraisalPage, one: Corridor) -> Markup:
    frame = pd.DataFrame(
        {
            "leg": [page.leg(one, i) for i in range(len(one.legs))],
            "building": [f"{_paid_in(leg)[0]} to {_paid_in(leg)[1] - 1}" for leg in one.legs],
            "start": [str(leg.start) for leg in one.legs],
            "end": [str(leg.start + leg.life - 1) for leg in one.legs],
        }
    )
    columns = [
        Column("leg", "Leg"),
        Column("building", "Paid in"),
        Column("start", "Runs from"),
        Column("end", "Counted to"),
    ]
    return table(frame, columns, "Years of each leg")


def step_delays(page: AppraisalPage, one: Corridor) -> Markup:
    """What it costs whom if a step that somebody has still to do is a year late."""
    rows = page.rows("step_delays", one.name, page.main)
    if rows.empty:
        return Markup()
    square = rows.pivot_table(index="step", columns="country", values="change_eur")
    unit = page.unit(square.to_numpy(dtype=float).ravel().tolist())
    size = square.abs().sum().sort_values(ascending=False)
    shown = ["", *[str(c) for c in size.index if c and size[c] > NOISE_EUR][:5]]
    later = rows.drop_duplicates("step").set_index("step")["later_a"]
    steps = [step for step in one.steps if step.name in square.index]
    frame = square.loc[[step.name for step in steps], shown].reset_index(drop=True)
    frame.insert(0, "step", [step.title for step in steps])
    frame.insert(1, "owner", [step.owner for step in steps])
    frame.insert(2, "later", [f"{later[step.name]} a" for step in steps])
    columns = [Column("step", "Step"), Column("owner", "Owner"), Column("later", "Leg is late by")]
    columns += [Column(c, page.country(c), unit.text) for c in shown]
    caption = f"If a step is done a year late: what that changes, net present value, {unit.name}"
    return table(frame, columns, caption)
