"""Values between given years."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from khazri.case import Outside, at_year

PRICES = pd.DataFrame(
    {
        "fuel": ["gas", "coal", "gas", "coal"],
        "year": pd.array([2040, 2030, 2030, 2050], dtype="Int64"),
        "price": [30.0, 8.0, 20.0, 12.0],
        "note": ["late", "now", "early", "far"],
    }
)


@pytest.mark.parametrize(
    ("year", "gas", "coal"),
    [
        (2025, 20.0, 8.0),
        (2030, 20.0, 8.0),
        (2035, 25.0, 9.0),
        (2040, 30.0, 10.0),
        (2060, 30.0, 12.0),
    ],
)
def test_linear_between_and_held_outside(year: int, gas: float, coal: float) -> None:
    """2035: gas (20 + 30) / 2; coal 8 + 4 · 5/20."""
    result = at_year(PRICES, ["fuel"], ["price"], year)
    assert result["fuel"].to_list() == ["gas", "coal"]
    assert result["price"].to_list() == pytest.approx([gas, coal])
    assert result["year"].to_list() == [year, year]
    assert result.columns.to_list() == PRICES.columns.to_list()


def test_other_columns_are_those_of_the_latest_row_so_far() -> None:
    assert at_year(PRICES, ["fuel"], ["price"], 2035)["note"].to_list() == ["early", "now"]
    assert at_year(PRICES, ["fuel"], ["price"], 2020)["note"].to_list() == ["early", "now"]
    assert at_year(PRICES, ["fuel"], ["price"], 2045)["note"].to_list() == ["late", "now"]


def test_absent_outside_the_given_years() -> None:
    assert at_year(PRICES, ["fuel"], ["price"], 2045, Outside.ABSENT)["fuel"].to_list() == ["coal"]
    assert at_year(PRICES, ["fuel"], ["price"], 2029, Outside.ABSENT).empty
    assert len(at_year(PRICES, ["fuel"], ["price"], 2040, Outside.ABSENT)) == 2


def test_held_after_but_absent_before() -> None:
    later = at_year(PRICES, ["fuel"], ["price"], 2045, Outside.HELD_AFTER)
    assert later["price"].to_list() == pytest.approx([30.0, 11.0])
    assert at_year(PRICES, ["fuel"], ["price"], 2029, Outside.HELD_AFTER).empty


def test_a_missing_value_is_as_if_not_mentioned() -> None:
    """The limit is given in 2030 and 2050 only: 2040 lies half way; the other never."""
    frame = pd.DataFrame(
        {
            "step": ["a", "a", "a"],
            "year": pd.array([2030, 2040, 2050], dtype="Int64"),
            "limit": [10.0, np.nan, 30.0],
            "other": [np.nan, np.nan, np.nan],
        }
    )
    result = at_year(frame, ["step"], ["limit", "other"], 2040)
    assert result["limit"].to_list() == pytest.approx([20.0])
    assert result["other"].isna().all()


def test_keys_may_be_missing() -> None:
    frame = pd.DataFrame(
        {
            "country": ["A", "A"],
            "technology": pd.array([None, "wind"], dtype="str"),
            "year": pd.array([2030, 2030], dtype="Int64"),
            "value": [1.0, 2.0],
        }
    )
    result = at_year(frame, ["country", "technology"], ["value"], 2030)
    assert result["value"].to_list() == [1.0, 2.0]


def test_nothing_comes_of_nothing() -> None:
    assert at_year(PRICES.iloc[:0], ["fuel"], ["price"], 2030).empty


@given(
    given_years=st.lists(st.integers(2000, 2060), min_size=1, max_size=6, unique=True),
    values=st.lists(st.floats(-1e3, 1e3), min_size=6, max_size=6),
    year=st.integers(1990, 2070),
)
def test_agrees_with_interpolation_key_by_key(given_years, values, year) -> None:
    """Two keys with the same years in different orders; numpy.interp holds outside, too."""
    count = len(given_years)
    frame = pd.DataFrame(
        {
            "key": ["x"] * count + ["y"] * count,
            "year": pd.array(given_years + given_years[::-1], dtype="Int64"),
            "value": values[:count] + [2 * value for value in values[:count][::-1]],
        }
    )
    order = np.argsort(given_years)
    expected = np.interp(year, np.array(given_years)[order], np.array(values[:count])[order])
    result = at_year(frame, ["key"], ["value"], year)["value"]
    assert result.to_list() == pytest.approx([expected, 2 * expected], abs=1e-9)
