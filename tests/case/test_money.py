"""Money in the currency and price year of the case."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from khazri.case import TABLES, Case, read_case
from khazri.case.money import Rates, converted

RATES = Rates(
    "EUR",
    2025,
    {
        ("exchange_rate", "USD", 2022): 1.05,
        ("exchange_rate", "USD", 2025): 1.13,
        ("exchange_rate", "TRY", 2025): 44.0,
        ("deflator", "EUR", 2022): 90.0,
        ("deflator", "EUR", 2025): 100.0,
    },
)


def test_own_money_is_untouched() -> None:
    assert RATES.factor("EUR", 2025) == 1.0


def test_exchange_and_price_level() -> None:
    """105 USD of 2022 = 100 EUR of 2022 = 100 · 100/90 EUR of 2025."""
    assert RATES.factor("USD", 2022) * 105 == pytest.approx(100 * 100 / 90)
    assert RATES.factor("EUR", 2022) * 90 == pytest.approx(100)
    assert RATES.factor("TRY", 2025) * 44 == pytest.approx(1)


def test_a_case_in_another_currency_crosses_over_the_euro() -> None:
    """44 TRY = 1 EUR = 1.13 USD in 2025."""
    dollars = Rates("USD", 2025, RATES.values)
    assert dollars.factor("TRY", 2025) * 44 == pytest.approx(1.13)
    assert dollars.factor("EUR", 2025) == pytest.approx(1.13)


def test_what_is_missing_is_named() -> None:
    assert RATES.missing("USD", 2022) is None
    assert RATES.missing("TRY", 2022) == ("exchange_rate", "TRY", 2022)
    assert RATES.missing("EUR", 2021) == ("deflator", "EUR", 2021)
    assert RATES.missing("GBP", 2025) == ("exchange_rate", "GBP", 2025)


def test_demo_coal_price(demo: Case) -> None:
    """9.5 USD of 2024 at 1.08 USD/EUR, prices up from 98 to 100."""
    prices = demo.table("fuel_prices").set_index(["carrier", "country"])
    assert prices.loc[("coal", "BE"), "price"].item() == pytest.approx(9.5 / 1.08 * 100 / 98)
    assert set(demo.table("fuel_prices")["currency"]) == {"EUR"}
    assert set(demo.table("fuel_prices")["price_year"]) == {2025}


def test_only_money_among_technology_costs_is_converted() -> None:
    frame = pd.DataFrame(
        {
            "technology": ["ccgt", "ccgt"],
            "parameter": ["overnight_cost", "efficiency"],
            "value": [1050.0, 0.58],
            "currency": pd.array(["USD", None], dtype="str"),
            "price_year": pd.array([2022, None], dtype="Int64"),
        }
    )
    result = converted(TABLES["technology_costs"], frame, RATES)
    assert result["value"].to_list() == pytest.approx([1000 * 100 / 90, 0.58])
    assert result["currency"].to_list() == ["EUR", "EUR"]
    assert frame["currency"].to_list()[0] == "USD"


def test_empty_currency_is_that_of_the_case(files) -> None:
    """The case in dollars of 2024: a price without currency stays, the euro is not needed."""
    files.cell("case", 2, "currency", "USD")
    files.cell("case", 2, "price_year", "2024")
    case = read_case(files.folder)
    prices = case.table("fuel_prices").set_index(["carrier", "country", "year"])["price"]
    assert prices["gas", "AR", 2030] == 20
    assert prices["coal", "BE", 2030] == 9.5


@given(
    amount=st.floats(0.01, 1e6),
    rate=st.floats(1e-3, 1e3),
    levels=st.tuples(st.floats(10, 200), st.floats(10, 200)),
)
def test_doubling_a_rate_halves_the_money(amount, rate, levels) -> None:
    """Converting is linear in the amount, inverse in the rate, and own units do not matter."""

    def worth(rate: float, scale: float) -> float:
        values = {
            ("exchange_rate", "XXX", 2020): rate,
            ("deflator", "EUR", 2020): levels[0] * scale,
            ("deflator", "EUR", 2025): levels[1] * scale,
        }
        return amount * Rates("EUR", 2025, values).factor("XXX", 2020)

    assert worth(2 * rate, 1) == pytest.approx(worth(rate, 1) / 2)
    assert worth(rate, 3) == pytest.approx(worth(rate, 1))
