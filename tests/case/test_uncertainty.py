"""Drivers of uncertainty: what they move, how they are drawn, and how mistakes are told."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from khazri.case import Case, read_case
from khazri.case.driven import driven, drivers_of
from khazri.case.uncertainty import Action, Distribution, Driver
from khazri.errors import CaseError, UsageError


def _driver(low: float, high: float, kind: str = "triangular") -> Driver:
    return Driver("d", "D", Action.MULTIPLY, low, high, Distribution(kind), "expert", "")


def test_a_factor_moves_its_cells_by_weight(demo: Case) -> None:
    """Gas at 1.5: 20 EUR/MWh becomes 30; the market follows half the way, 62 · 1.25 = 77.5.
    Demand at 1.1 with weight 0.5 in 2030: 5,600,000 MWh · 1.05 = 5,880,000."""
    case = driven(demo, {"gas_price": 1.5, "demand": 1.1})
    assert case.table("fuel_prices")["price"].to_list()[:3] == pytest.approx([30, 33, 39])
    assert case.table("fuel_prices")["price"].iloc[3] == demo.table("fuel_prices")["price"].iloc[3]
    assert case.table("market_steps")["buy_price"].iloc[0] == pytest.approx(77.5)
    assert case.table("demands")["energy_mwh"].to_list()[:2] == pytest.approx([5.88e6, 7.92e6])
    assert case.table("assets").equals(demo.table("assets"))
    assert case.content_hash != demo.content_hash


def test_rain_fills_lakes_and_rivers(demo: Case) -> None:
    """900,000 · 0.8 = 720,000 MWh; each hour of the river has 0.8 of its water."""
    case = driven(demo, {"rain": 0.8})
    assert case.table("assets")["inflow_mwh"].dropna().to_list() == pytest.approx([720_000])
    assert np.allclose(case.profiles["river_arda"], 0.8 * demo.profiles["river_arda"])
    assert case.profiles["inflow_arda"].equals(demo.profiles["inflow_arda"])


def test_capacity_factors_end_at_one(files) -> None:
    files.add("uncertainties", driver="wind", name="Wind", low="0.9", high="2", source_id="example")
    files.add("uncertainty_cells", driver="wind", table="profiles", key="wind_*",
              column="annual_mean", weight="1")  # fmt: skip
    case = read_case(files.folder)
    moved = driven(case, {"wind": 2.0}).profiles["wind_arda"]
    assert np.allclose(moved, np.minimum(2 * case.profiles["wind_arda"], 1.0))
    assert moved.max() == 1.0


def test_drivers_where_the_tables_are_change_nothing(demo: Case) -> None:
    values = {one.name: one.neutral for one in drivers_of(demo)}
    case = driven(demo, values)
    assert all(case.table(name).equals(frame) for name, frame in demo.tables.items())
    assert case.profiles.equals(demo.profiles)
    assert driven(demo, {}) is demo


def test_a_summand_is_added(files) -> None:
    """20 EUR/MWh + 3 = 23, and half of it 22 + 1.5 = 23.5."""
    files.add("uncertainties", driver="tax", name="Tax", action="add", low="-1", high="5",
              source_id="example")  # fmt: skip
    files.drop("uncertainty_cells", 2, 3, 4)
    files.drop("uncertainties", 2)
    rows = [{"key": "gas|AR|2030", "weight": "1"}, {"key": "gas|AR|2040", "weight": "0.5"}]
    for row in rows:
        files.add("uncertainty_cells", driver="tax", table="fuel_prices", column="price", **row)
    prices = driven(read_case(files.folder), {"tax": 3.0}).table("fuel_prices")["price"]
    assert prices.to_list()[:2] == [23.0, 23.5]


def test_names_that_are_not_there(demo: Case) -> None:
    with pytest.raises(UsageError, match="no driver 'gas_prise'; did you mean 'gas_price'"):
        driven(demo, {"gas_prise": 1.0})


def test_the_triangle_by_hand() -> None:
    """From 0.5 to 2 with its top at 1: a third lies below 1. At a sixth half of that third is
    there: 0.5 + √(1/6 · 1/3) · 1.5 = 0.5 + 0.35355; at two thirds 2 - √(1/3 · 2/3) · 1.5."""
    found = _driver(0.5, 2.0).at(np.array([0.0, 1 / 6, 1 / 3, 2 / 3, 1.0]))
    by_hand = [0.5, 0.5 + 1.5 / np.sqrt(18), 1.0, 2.0 - 1.5 * np.sqrt(2) / 3, 2.0]
    assert found == pytest.approx(by_hand)
    assert _driver(0.5, 2.0, "uniform").at(np.array([0.25])) == pytest.approx([0.875])


@given(
    low=st.floats(0.1, 1.0), high=st.floats(1.0, 3.0),
    shares=st.lists(st.floats(0.0, 1.0), min_size=2, max_size=9),
)  # fmt: skip
def test_draws_stay_in_their_range_and_rise_with_their_share(low, high, shares) -> None:
    for kind in Distribution:
        found = _driver(low, high, kind).at(np.sort(np.array(shares)))
        assert (found >= low - 1e-12).all()
        assert (found <= high + 1e-12).all()
        assert (np.diff(found) >= -1e-12).all()


@pytest.mark.parametrize(
    ("table", "row", "column", "value", "said"),
    [
        ("uncertainties", 2, "low", "1.1", "at most 1, at which the tables are as they are"),
        ("uncertainties", 2, "high", "0.9", "at least 1"),
        ("uncertainty_cells", 2, "table", "fuel_price", "did you mean 'fuel_prices'"),
        ("uncertainty_cells", 2, "table", "patches", "a table that drivers may move"),
        ("uncertainty_cells", 2, "column", "prize", "did you mean 'price'"),
        ("uncertainty_cells", 2, "column", "currency", "a column of numbers of fuel_prices"),
        ("uncertainty_cells", 2, "key", "gas|AR", "3 parts joined by |: carrier|country|year"),
        ("uncertainty_cells", 2, "key", "gas|AX|2030", "did you mean 'gas|AR|2030'"),
        ("uncertainty_cells", 8, "key", "arda_gas", "inflow_mwh has a value"),
        ("uncertainty_cells", 6, "key", "arda_*|2030", "row 5 (demand) moves energy_mwh"),
        ("uncertainty_cells", 9, "driver", "rian", "did you mean 'rain'"),
        ("uncertainty_cells", 2, "weight", "heavy", "a number"),
        ("uncertainty_cells", 2, "weight", "0", "moves nothing"),
        ("uncertainties", 2, "low", "-0.5", "a factor of 0 or more"),
        ("uncertainties", 2, "low", "2", "at most high, which is 1.5"),
        ("uncertainties", 2, "high", "much", "a number as action says"),
        ("uncertainties", 2, "distribution", "normal", "one of triangular, uniform"),
    ],
)  # fmt: skip
def test_mistakes_are_told_by_row_and_column(files, table, row, column, value, said) -> None:
    files.cell(table, row, column, value)
    with pytest.raises(CaseError) as caught:
        read_case(files.folder)
    text = str(caught.value)
    first = caught.value.issues[0]
    assert (first.table, first.row) == (f"{table}.csv", row), text
    assert said in text


def test_a_driver_that_moves_nothing_is_told(files) -> None:
    files.drop("uncertainty_cells", 7)
    with pytest.raises(CaseError, match="a driver that moves something") as caught:
        read_case(files.folder)
    assert [(one.table, one.row) for one in caught.value.issues] == [("uncertainties.csv", 4)]


def test_a_range_that_a_column_does_not_allow_is_told_by_its_row(files) -> None:
    """A loss of 0.025 times 25 is 0.625, and no link may lose more than a half."""
    files.cell("uncertainties", 4, "high", "25")
    files.cell("uncertainty_cells", 7, "column", "loss")
    with pytest.raises(CaseError) as caught:
        read_case(files.folder)
    (issue,) = caught.value.issues
    assert (issue.table, issue.row) == ("uncertainty_cells.csv", 7)
    assert "'cable_cost' at 25 makes loss of 'sea_cable_1' 0.625, expected 0 to 0.5" in issue.hint


def test_bounds_that_would_cross_are_told(files) -> None:
    """arda_gas may have 900 MW at most, and has 900: 1.5 times that is too much."""
    files.cell("uncertainty_cells", 7, "table", "assets")
    files.cell("uncertainty_cells", 7, "key", "arda_gas")
    files.cell("uncertainty_cells", 7, "column", "capacity_mw")
    with pytest.raises(CaseError, match="expected at most capacity_max_mw, 900"):
        read_case(files.folder)
