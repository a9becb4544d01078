"""Cases that others published come out with the digits they published."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from .comparisons import Comparison, comparisons, solved
from .matpower import Grid, read_matpower
from .pglib import dc_flow


@pytest.fixture(scope="module")
def data(repository):
    return repository / "tests" / "data" / "public"


@pytest.fixture(scope="module")
def found(data):
    return comparisons(data)


def test_every_value_agrees_with_what_was_published(found):
    assert len(found) >= 25
    wrong = [f"{c.case}, {c.value}: {c.published}, {c.ours!r}" for c in found if not c.agrees]
    assert not wrong


def test_the_table_of_the_pages_is_what_the_command_writes(repository, found):
    folder = str(repository / "docs")
    sys.path.insert(0, folder)
    try:
        import generate_public_cases
    finally:
        sys.path.remove(folder)
    page = (repository / "docs" / "public-cases.md").read_text("utf-8")
    assert page == generate_public_cases.table(found)


@pytest.mark.parametrize(
    ("published", "ours", "excess", "is_exact", "agrees"),
    [
        ("1.7480e4", 17_479.6, 0.0, False, True),
        ("1.7480e4", 17_479.4, 0.0, False, False),
        ("1.7480e4", 17_480.6, 0.0, False, False),
        ("1.7480e4", 17_480.6, 0.2, False, True),
        ("20", 20.4, 0.0, False, True),
        ("20", 20.0001, 0.0, True, False),
        ("20", 20.0, 0.0, True, True),
    ],
)
def test_what_counts_as_the_same_digits(published, ours, excess, is_exact, agrees):
    """Five digits of 1.7480e4 leave half a unit of the fifth open, 17,479.5 to 17,480.5."""
    one = Comparison("case", "value", "USD", published, ours, excess, is_exact)
    assert one.agrees == agrees


def test_chords_lie_above_parabolas_by_at_most_their_error(data):
    """Four times as many chords bring the cost down, by no more than what the error allowed."""
    grid = read_matpower(data / "pglib" / "pglib_case24_ieee_rts.m")
    rough, fine = (dc_flow(grid, pieces) for pieces in (5, 20))
    assert rough.error == pytest.approx(16 * fine.error)
    drop = solved(rough.system).cost - solved(fine.system).cost
    assert 0 < drop <= rough.error


def test_a_grid_of_three_buses_by_hand():
    """100 MW at bus 2 from bus 0 at 10 USD/MWh and bus 1 at 30, equal reactances, no resistance.

    Of what bus 0 sends to bus 2, 2/3 go straight and 1/3 by bus 1; of what bus 1 sends, 2/3 go
    straight. The line 0-2 carries 60 MW: 2/3 p0 + 1/3 p1 = 60 with p0 + p1 = 100 gives p0 = 80.
    80 x 10 + 20 x 30 = 1,400 USD/h, and 7 USD/h for standing by.
    """
    assert solved(dc_flow(_triangle(1.0), 1).system).cost == pytest.approx(1407.0)


def test_limits_of_angles_limit_flows():
    """As before, but the angles of buses 0 and 2 may differ by 0.045 rad, 45 MW at 100 MVA / 0.1:
    2/3 p0 + 1/3 p1 = 45 gives p0 = 35 and 35 x 10 + 65 x 30 = 2,300, and 7 for standing by."""
    assert solved(dc_flow(_triangle(0.045), 1).system).cost == pytest.approx(2307.0)


def _triangle(angle_max: float) -> Grid:
    """Three buses in a ring; ``angle_max`` [rad] of the line between the first and the last."""
    return Grid(
        base_mva=100.0,
        load=np.array([0.0, 0.0, 100.0]),
        shunt=np.zeros(3),
        generator_bus=np.array([0, 1]),
        p_min=np.zeros(2),
        p_max=np.array([200.0, 200.0]),
        cost=np.array([[0.0, 10.0, 7.0], [0.0, 30.0, 0.0]]),
        start=np.array([0, 0, 1]),
        end=np.array([1, 2, 2]),
        r=np.zeros(3),
        x=np.full(3, 0.1),
        rate=np.array([500.0, 60.0, 500.0]),
        tap=np.ones(3),
        shift=np.zeros(3),
        angle_max=np.array([1.0, angle_max, 1.0]),
    )
