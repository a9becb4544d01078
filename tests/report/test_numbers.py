"""Numbers as people read them."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from khazri.report.numbers import (
    ENERGY,
    POWER,
    best,
    money,
    number,
    percent,
    scientific,
    ticks,
    unit_for,
)

ANY = st.floats(allow_nan=True, allow_infinity=True)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (1234.5, "1,234"),
        (12.345, "12.3"),
        (999.96, "1,000"),
        (-0.0456, "−0.046"),
        (1e-9, "<0.001"),
        (-1e-9, "−<0.001"),
        (math.nan, "–"),
        (math.inf, "–"),
        (1234567.0, "1,234,567"),
    ],
)
def test_three_digits_and_a_real_minus(value: float, text: str) -> None:
    assert number(value) == text


def test_the_largest_value_settles_the_unit() -> None:
    """999 MW stay MW; 1,000 MW are 1 GW; missing values do not count."""
    assert unit_for(POWER, [999.0, math.nan]).name == "MW"
    assert unit_for(POWER, [12.0, -1000.0]).name == "GW"
    assert unit_for(ENERGY, []).name == "MWh"
    assert unit_for(money("EUR"), [2.5e9]).with_unit(2.5e9) == "2.5\u00a0bn EUR"


def test_a_single_figure_takes_the_unit_that_suits_it() -> None:
    assert best(15_200.0, "MW") == "15.2\u00a0GW"
    assert best(0.3, "1") == "30%"
    assert best(54.2, "EUR/MWh") == "54.2\u00a0EUR/MWh"
    assert best(math.nan, "MW") == "–"


def test_shares_and_changes() -> None:
    assert percent(0.1234) == "12.3%"
    assert percent(0.021, signed=True) == "+2.1%"
    assert percent(-0.5, signed=True) == "−50%"
    assert percent(2e4) == ">100,000%"


def test_small_violations_keep_their_size() -> None:
    assert scientific(3.2e-7) == "3.2e−7"
    assert scientific(0.0) == "0"
    assert scientific(0.05) == "0.05"


@given(ANY)
def test_every_number_has_a_text(value: float) -> None:
    assert number(value)
    assert percent(value)
    assert scientific(value)
    assert best(value, "MWh")


@given(ANY, ANY)
def test_ticks_are_few_and_rise(low: float, high: float) -> None:
    """Any range below 10^100 MW gets two to twelve ticks, whatever its ends."""
    if math.isfinite(low) and math.isfinite(high):
        assume(abs(low) < 1e100 and abs(high) < 1e100)
    marks = ticks(low, high)
    assert 2 <= len(marks) <= 12
    assert all(a < b for a, b in pairwise(marks))
