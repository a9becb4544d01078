"""Steps on the way to a corridor: when its legs are paid, and which leg waits if a step is late."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import pandas as pd

from khazri.case import EXPERT, Case


class StepKind(StrEnum):
    """What a step is."""

    AGREEMENT = "agreement"
    STUDY = "study"
    PERMIT = "permit"
    FINANCE = "finance"
    WORKS = "works"


class StepState(StrEnum):
    """How far a step is."""

    DONE = "done"
    UNDER_WAY = "under_way"
    PLANNED = "planned"


@dataclass(frozen=True)
class Step:
    """Something that has to be done by its ``owner`` before a ``phase`` of a corridor can run.

    ``start`` and ``finish`` are its first and last day; ``after`` names steps that have to be done
    before; ``is_assumed`` tells that one of both dates is an assumption.
    """

    name: str
    title: str
    phase: int
    kind: StepKind
    state: StepState
    owner: str
    countries: tuple[str, ...]
    start: pd.Timestamp
    finish: pd.Timestamp
    after: tuple[str, ...]
    is_assumed: bool


def read_steps(case: Case, corridor: str, phases: Sequence[int]) -> tuple[Step, ...]:
    """The steps of a corridor as they begin; those of the corridor as a whole hold up its first
    phase, and with it all others."""
    table = case.table("corridor_steps")
    rows = table[table["corridor"] == corridor].sort_values(["start", "finish"], kind="stable")
    assumed = _assumed(case)
    return tuple(
        Step(
            name=str(row["step"]),
            title=str(row["name"]),
            phase=min(phases, default=1) if pd.isna(row["phase"]) else int(row["phase"]),
            kind=StepKind(row["kind"]),
            state=StepState(row["state"]),
            owner=str(row["owner"]),
            countries=_names(row["countries"]),
            start=pd.Timestamp(row["start"]),
            finish=pd.Timestamp(row["finish"]),
            after=_names(row["after"]),
            is_assumed=str(row["step"]) in assumed,
        )
        for row in rows.to_dict("records")
    )


def spending_of(
    steps: Iterable[Step], start: int, otherwise: tuple[float, ...]
) -> tuple[float, ...]:
    """Shares of the investment in the years before ``start``: the same in each year of works.

    ``otherwise`` stands where no works are given.
    """
    years = {
        year
        for step in steps
        if step.kind is StepKind.WORKS
        for year in range(step.start.year, step.finish.year + 1)
    }
    if not years:
        return otherwise
    return tuple((1.0 / len(years) if year in years else 0.0) for year in range(min(years), start))


def slips(
    steps: Sequence[Step], late: str, years: int, starts: Mapping[int, int]
) -> dict[int, int]:
    """How many years each phase comes later if a step is done ``years`` later than it should be.

    Parameters
        late    name of that step
        starts  first year of operation of each phase

    Notes
        What follows a step begins when it is done and takes as long as before; a phase runs from
        the first year that begins after all its steps. So a step that is done early may be late
        without harm.
    """
    moved = {
        one.name: replace(one, finish=one.finish + pd.DateOffset(years=years))
        if one.name == late
        else one
        for one in steps
    }
    for one in sorted(steps, key=lambda step: (step.start, step.finish)):
        now = moved[one.name]
        ready = max([moved[name].finish for name in one.after if name in moved], default=now.start)
        if ready > now.start:
            moved[one.name] = replace(now, start=ready, finish=now.finish + (ready - now.start))
    return {
        phase: max(
            [0, *(one.finish.year + 1 - start for one in moved.values() if one.phase == phase)]
        )
        for phase, start in starts.items()
    }


def _assumed(case: Case) -> frozenset[str]:
    """Steps of which a date rests on an assumption."""
    table, cited = case.table("corridor_steps"), case.table("citations")
    rows = table.loc[table["source_id"] == EXPERT, "step"]
    cells = cited[(cited["table"] == "corridor_steps") & (cited["source_id"] == EXPERT)]
    return frozenset([*(str(one) for one in rows), *(str(one) for one in cells["key"])])


def _names(cell: object) -> tuple[str, ...]:
    if isinstance(cell, (tuple, list)):
        return tuple(str(one) for one in cell)
    return tuple(one.strip() for one in cell.split(";")) if isinstance(cell, str) and cell else ()
