import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from khazri.system.costs import annuity, cost_of_capital, technology_values


def test_annuity_by_hand():
    """r = 10 %, n = 2: 0.1 / (1 - 1/1.21) = 0.1 · 1.21 / 0.21 = 0.576190; r = 0, n = 4: 1/4."""
    shares = annuity(np.array([0.1, 0.0]), np.array([2.0, 4.0]))
    np.testing.assert_allclose(shares, [0.121 / 0.21, 0.25])


@given(rate=st.floats(1e-6, 0.5), lifetime=st.integers(1, 100))
def test_annuities_pay_back_the_investment(rate, lifetime):
    share = annuity(np.array([rate]), np.array([float(lifetime)]))[0]
    worth = sum(share / (1 + rate) ** year for year in range(1, lifetime + 1))
    assert worth == pytest.approx(1.0, rel=1e-9)


def test_cost_of_capital_looks_for_technology_then_country_then_case():
    finance = pd.DataFrame(
        {
            "country": ["AA", "AA", "BB"],
            "technology": ["", "wind", "wind"],
            "wacc": [0.08, 0.06, 0.1],
        }
    )
    country = pd.Series(["AA", "AA", "BB", "BB"])
    technology = pd.Series(["wind", "ccgt", "wind", "ccgt"])
    np.testing.assert_array_equal(
        cost_of_capital(finance, country, technology, 0.05), [0.06, 0.08, 0.1, 0.05]
    )


def _costs(*rows):
    return pd.DataFrame(rows, columns=["technology", "parameter", "year", "value"])


def test_technology_values_are_linear_between_and_held_outside():
    """1200 EUR/kW in 2030 and 1000 in 2040 make 1150 in 2032.5 less nothing: 2032 → 1160."""
    costs = _costs(
        ("wind", "overnight_cost", 2040.0, 1000.0),
        ("wind", "overnight_cost", 2030.0, 1200.0),
        ("wind", "efficiency", 2030.0, 0.5),
        ("solar", "overnight_cost", 2030.0, 500.0),
    )
    technology = pd.Series(["wind", "wind", "wind", "solar", "none"])
    year = pd.Series([2032, 2020, 2050, 2030, 2030])
    values = technology_values(costs, technology, year)
    np.testing.assert_allclose(
        values["overnight_cost"], [1_160_000, 1_200_000, 1_000_000, 500_000, np.nan]
    )
    np.testing.assert_allclose(values["efficiency"], [0.5, 0.5, 0.5, np.nan, np.nan])
    assert values["fixed_om"].isna().all()


def test_technology_values_without_any_costs_are_missing():
    costs = _costs().astype(
        {"technology": "str", "parameter": "str", "year": float, "value": float}
    )
    values = technology_values(costs, pd.Series(["wind"]), pd.Series([2030]))
    assert values.isna().all(axis=None)


@given(
    low=st.floats(0, 1e4),
    high=st.floats(0, 1e4),
    year=st.integers(2025, 2045),
)
def test_values_between_two_years_lie_between_their_values(low, high, year):
    costs = _costs(("x", "lifetime", 2030.0, low), ("x", "lifetime", 2040.0, high))
    value = technology_values(costs, pd.Series(["x"]), pd.Series([year]))["lifetime"].iloc[0]
    assert min(low, high) - 1e-9 <= value <= max(low, high) + 1e-9
