"""Steps of corridors: when legs are paid, and what waits for a step that is late."""

from __future__ import annotations

import pandas as pd
import pytest
from tests.corridors import change, two_corridors

from khazri.appraise.cba.corridors import read_corridors
from khazri.appraise.cba.steps import Step, StepKind, StepState, slips, spending_of
from khazri.case import read_case


def _step(name: str, start: str, finish: str, phase: int = 1, after: tuple[str, ...] = ()) -> Step:
    return Step(
        *(name, name, phase, StepKind.WORKS, StepState.PLANNED, "owner", ("A",)),
        *(pd.Timestamp(start), pd.Timestamp(finish), after, False),
    )  # fmt: skip


def test_paid_alike_in_each_year_of_works():
    """Works of 2027 and 2028 and of 2028 and 2029, operation from 2031: a third a year, then a
    year without."""
    works = [_step("a", "2027-06-01", "2028-03-31"), _step("b", "2028-01-01", "2029-12-31")]
    assert spending_of(works, 2031, (1.0,)) == pytest.approx((1 / 3, 1 / 3, 1 / 3, 0.0))
    assert spending_of([], 2031, (0.5, 0.5)) == (0.5, 0.5)


def test_a_step_with_time_to_spare_holds_up_nothing():
    """Operation from 2030. Done in June 2028, a year late is June 2029: in time. Done in June 2029,
    a year late is June 2030, so the leg runs from 2031; two years late, from 2032."""
    steps = [_step("early", "2027-01-01", "2028-06-30"), _step("late", "2027-01-01", "2029-06-30")]
    assert slips(steps, "early", 1, {1: 2030}) == {1: 0}
    assert slips(steps, "late", 1, {1: 2030}) == {1: 1}
    assert slips(steps, "late", 2, {1: 2030}) == {1: 2}


def test_what_follows_waits_and_takes_as_long():
    """The permit is done a year late, at the end of 2028; the works after it, 730 days from then on
    instead of from 2028 on, end in December 2030, so their leg runs from 2031; those of the other
    leg follow nothing."""
    steps = [
        _step("permit", "2026-01-01", "2027-12-31"),
        _step("works", "2028-01-01", "2029-12-31", 1, ("permit",)),
        _step("other", "2028-01-01", "2034-12-31", 2),
    ]
    assert slips(steps, "permit", 1, {1: 2030, 2: 2035}) == {1: 1, 2: 0}


def test_steps_of_the_case(tmp_path):
    """The demo pays for both poles in 2028 and 2029; the second runs from 2035, so a year late
    harms nothing."""
    folder = two_corridors(tmp_path / "two")
    change(
        folder, "corridor_steps", {"source_id": "expert", "note": "why"}, step="sea_cable_second"
    )
    cable = read_corridors(read_case(folder), ["sea_cable"]).appraised[0]
    first, second = cable.legs
    assert first.spending == (0.5, 0.5)
    assert second.spending == (0.5, 0.5, 0.0, 0.0, 0.0, 0.0, 0.0)
    assert [one.is_assumed for one in cable.steps] == [False, False, True]
    starts = {leg.phase: leg.start for leg in cable.legs}
    assert slips(cable.steps, "sea_cable_permit", 1, starts) == {1: 1, 2: 0}
    assert slips(cable.steps, "sea_cable_second", 1, starts) == {1: 0, 2: 0}
