"""Present value, rates of return, payback, levelised price: by hand and from textbooks."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from khazri.appraise.finance import (
    Terms,
    break_even,
    cashflow,
    figures,
    internal_return,
    internal_returns,
    levelised_tariff,
    payback,
    present_value,
    tariff_for_owners,
    with_revenue,
)
from khazri.errors import UsageError
from khazri.system.costs import annuity

from .projects import cable, full_terms, project


@pytest.mark.parametrize(
    ("flow", "expected"),
    [
        ([-4000.0, 2000.0, 4000.0], 0.2808),  # Brealey, Myers and Allen, Principles, chapter 5
        ([-100.0, 39.0, 59.0, 55.0, 20.0], 0.28095),  # manual of NumPy financial functions, irr
        ([-100.0, 0.0, 0.0, 74.0], -0.0955),  # the same
        ([-100.0, 110.0], 0.10),
    ],
)
def test_rates_of_return_from_textbooks(flow, expected):
    found = internal_return(np.array(flow))
    assert found.value == pytest.approx(expected, abs=1e-4)
    assert found.sign_changes == 1
    assert internal_returns(np.array([flow]))[0] == pytest.approx(found.value, abs=1e-9)


def test_the_pump_has_two_rates_and_so_none():
    """Lorie and Savage (1955): -1,600, 10,000, -10,000 is worth nothing at 25 % and at 400 %."""
    flow = np.array([-1600.0, 10000.0, -10000.0])
    found = internal_return(flow)
    assert found.all == pytest.approx((0.25, 4.0))
    assert np.isnan(found.value)
    assert found.sign_changes == 2
    assert np.isnan(internal_returns(flow[None, :])[0])


def test_a_last_payment_makes_no_second_rate():
    """-100, three times 60 and a last -1 is worth nothing at 35.9 % and at -98 %, which means
    nothing: 60 = 100 / annuity factor at 36.3 % without the last payment."""
    flow = np.array([-100.0, 60.0, 60.0, 60.0, -1.0])
    found = internal_return(flow)
    assert found.sign_changes == 2
    assert found.all == (found.value,)
    assert 0.35 < found.value < 0.363
    assert internal_returns(flow[None, :])[0] == pytest.approx(found.value)


def test_no_rate_where_nothing_comes_back_or_no_rate_is_real():
    assert internal_return(np.array([-1.0, -2.0])).all == ()
    assert internal_return(np.array([1.0, -2.0, 2.0])).all == ()
    assert internal_return(np.zeros(3)).sign_changes == 0
    assert np.isnan(internal_returns(np.array([[-1.0, -2.0, 0.0]]))[0])


@given(st.floats(1.0, 1e9), st.lists(st.floats(0.0, 1.0), min_size=2, max_size=60))
def test_at_the_rate_of_return_a_flow_is_worth_nothing(paid, shares):
    flow = np.array([-paid, *(paid * s for s in shares)])
    found = internal_return(flow)
    if not np.isnan(found.value):
        gross = present_value(np.abs(flow), found.value)
        assert abs(present_value(flow, found.value)) <= 1e-6 * gross
        assert internal_returns(flow[None, :])[0] == pytest.approx(found.value, abs=1e-7)


def test_payback_within_a_year():
    """-100, then 40 a year: 20 are left after two years and take half of the third."""
    assert payback(np.array([-100.0, 40.0, 40.0, 40.0])) == pytest.approx(2.5)
    assert np.isnan(payback(np.array([-100.0, 40.0])))
    # at 10 %: 36.36 + 33.06 leave 30.58 of 30.05 + 27.32: 3 + 0.53 / 27.32
    long = np.array([-100.0, 40.0, 40.0, 40.0, 40.0])
    assert payback(long, 0.10) == pytest.approx(3 + (100 - 40 * 2.4868520) / (40 / 1.1**4))


def test_the_levelised_tariff_is_the_annuity_of_the_plan():
    """1,000 for 20 years at 10 %: 117.46 a year (Short, Packey and Holt 1995, table of capital
    recovery factors: 0.1175), with costs of 30 on 10 MWh 14.746 each."""
    found = levelised_tariff(project(1000.0, [0.0] * 20, 30.0), 0.10)
    share = float(annuity(np.array([0.10]), np.array([20.0]))[0])
    assert share == pytest.approx(0.1175, abs=5e-5)
    assert found == pytest.approx((1000.0 * share + 30.0) / 10.0)


def test_break_even_and_utilisation():
    """100 paid, 60 + 60 earned at 0 %: 100 / 120 of the revenue suffice, and of the use of 0.5."""
    found = figures(cashflow(project(100.0, [60.0, 60.0]), Terms(discount_rate=0.0)))
    assert found.break_even_share == pytest.approx(100 / 120)
    assert found.break_even_utilisation == pytest.approx(0.5 * 100 / 120)
    assert found.net_present_value == pytest.approx(20.0)
    assert found.levelised_tariff == pytest.approx(5.0)
    assert np.isnan(break_even(project(100.0, [0.0, 0.0]), 0.0))
    assert np.isnan(found.lowest_dscr)


def test_at_the_tariff_for_owners_they_get_what_they_ask_for():
    terms = full_terms()
    tariff = tariff_for_owners(cable(), terms)
    sold = with_revenue(cable(), tariff * cable().energy)
    owners = internal_return(cashflow(sold, terms).to_owners)
    assert owners.value == pytest.approx(terms.equity_rate, abs=1e-6)


def test_without_terms_owners_ask_for_the_levelised_tariff():
    terms = Terms(discount_rate=0.07)
    found = figures(cashflow(cable(), terms))
    assert found.tariff_for_owners == pytest.approx(found.levelised_tariff)


def test_real_and_nominal_returns_differ_by_inflation():
    flow = cashflow(cable(), Terms(discount_rate=0.05, inflation=0.03))
    found = figures(flow)
    assert 1 + found.project_return.value == pytest.approx(
        (1 + found.project_return_real.value) * 1.03
    )


def test_figures_are_of_one_project():
    many = with_revenue(cable(), np.ones((3, 25)))
    with pytest.raises(UsageError, match="one project"):
        figures(cashflow(many, Terms(discount_rate=0.05)))
