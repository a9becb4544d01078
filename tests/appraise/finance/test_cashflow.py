"""Construction, loans, tax, cover and currency: by hand, and money that neither comes nor goes."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from khazri.appraise.finance import (
    Cover,
    Currency,
    Debt,
    Project,
    Repayment,
    Tax,
    Terms,
    cashflow,
    internal_return,
    present_value,
    regulated_revenue,
    with_revenue,
)
from khazri.errors import UsageError

from .projects import cable, full_terms, project

_RULED = (Repayment.ANNUITY, Repayment.LEVEL, Repayment.SCULPTED)
"""Ways of paying back that need no parts."""


def test_interest_during_construction():
    """50 and 50 with 60 % of debt at 10 %: draw 30; then 3 of interest, draw 0.6 x 53 = 31.8."""
    terms = Terms(0.05, debt=Debt(0.6, 0.10, 3))
    flow = cashflow(project(100.0, [50.0] * 3, spending=(0.5, 0.5)), terms)
    assert flow.uses[:2] == pytest.approx([50.0, 53.0])
    assert flow.drawn[:2] == pytest.approx([30.0, 31.8])
    assert flow.paid_in[:2] == pytest.approx([20.0, 21.2])
    assert flow.opening[2] == pytest.approx(61.8)


def test_a_fee_on_what_is_drawn_is_paid_by_both():
    """Draw d = 0.6 (50 + 0.02 d): d = 30 / 0.988."""
    terms = Terms(0.05, debt=Debt(0.6, 0.0, 3, fee=0.02))
    flow = cashflow(project(50.0, [50.0] * 3), terms)
    assert flow.drawn[0] == pytest.approx(30.0 / 0.988)
    assert flow.uses[0] == pytest.approx(50.0 + 0.02 * 30.0 / 0.988)


def test_an_annuity():
    """1,000 at 10 % in three years: 402.11 each (1,000 / 2.48685)."""
    flow = cashflow(project(1000.0, [600.0] * 3), Terms(0.05, debt=Debt(1.0, 0.10, 3)))
    assert flow.service[1:] == pytest.approx([402.11] * 3, abs=5e-3)
    assert flow.principal[1:] == pytest.approx([302.11, 332.33, 365.56], abs=5e-3)
    assert flow.dscr[1:] == pytest.approx([600 / 402.1148] * 3)
    assert np.isnan(flow.dscr[0])


def test_level_principal_after_grace():
    """1,000 at 10 %: 100 of interest in the year of grace, then 500 + 100 and 500 + 50."""
    debt = Debt(1.0, 0.10, 3, 1, Repayment.LEVEL)
    flow = cashflow(project(1000.0, [700.0] * 4), Terms(0.05, debt=debt))
    assert flow.service[1:] == pytest.approx([100.0, 600.0, 550.0, 0.0])
    assert flow.to_owners[1:] == pytest.approx([600.0, 100.0, 150.0, 700.0])


def test_principal_as_agreed():
    """1,000 at 10 %, paid back in parts of 0.2 and 0.8: service 300 and 880."""
    debt = Debt(1.0, 0.10, 2, 0, Repayment.AGREED, parts=(0.2, 0.8))
    flow = cashflow(project(1000.0, [900.0] * 3), Terms(0.05, debt=debt))
    assert flow.service[1:] == pytest.approx([300.0, 880.0, 0.0])


def test_interest_of_nothing():
    flow = cashflow(project(900.0, [600.0] * 3), Terms(0.05, debt=Debt(1.0, 0.0, 3)))
    assert flow.service[1:] == pytest.approx([300.0] * 3)


def test_a_sculpted_loan_is_the_value_of_the_cash_over_its_cover():
    """Cash 110, 121, 133.1 at 10 % is worth 300; with a cover of 1.5 it carries 200 of 400.

    Service 73.33, 80.67, 88.73; what is left is worth 100 in every year's cover: LLCR 1.5 too.
    """
    debt = Debt(1.0, 0.10, 3, 0, Repayment.SCULPTED, target_dscr=1.5)
    flow = cashflow(project(400.0, [110.0, 121.0, 133.1]), Terms(0.05, debt=debt))
    assert flow.debt_share == pytest.approx(0.5)
    assert flow.dscr[1:] == pytest.approx([1.5] * 3)
    assert flow.llcr[1:] == pytest.approx([1.5] * 3)
    assert flow.service[1:] == pytest.approx([110 / 1.5, 121 / 1.5, 133.1 / 1.5])
    assert flow.principal.sum() == pytest.approx(200.0)


def test_a_sculpted_loan_of_given_size_keeps_one_cover():
    """100 of 400 on the same cash: cover 300 / 100."""
    debt = Debt(0.25, 0.10, 3, 0, Repayment.SCULPTED)
    flow = cashflow(project(400.0, [110.0, 121.0, 133.1]), Terms(0.05, debt=debt))
    assert flow.sculpted_dscr == pytest.approx(3.0)


@pytest.mark.parametrize("repayment", _RULED)
def test_a_loan_is_sized_by_its_weakest_year(repayment):
    flow = cashflow(cable(), full_terms(repayment))
    assert np.nanmin(flow.dscr) == pytest.approx(1.3, abs=1e-6) or flow.debt_share == 0.7
    assert flow.debt_share <= 0.7
    assert flow.principal.sum() == pytest.approx(flow.drawn.sum())


def test_no_loan_without_cash():
    debt = Debt(0.5, 0.10, 3, 0, Repayment.SCULPTED, target_dscr=1.2)
    flow = cashflow(project(400.0, [-5.0] * 3), Terms(0.05, debt=debt))
    assert flow.debt_share == 0.0
    assert flow.to_owners == pytest.approx([-400.0, -5.0, -5.0, -5.0])


def test_losses_are_carried_forward():
    """90 written off over 3 years: profits of -20, 10, 30, 60; taxed are 0, 0, 20, 60 at 25 %."""
    terms = Terms(0.05, tax=Tax(0.25, 3))
    flow = cashflow(project(90.0, [10.0, 40.0, 60.0, 60.0]), terms)
    assert flow.depreciation[1:] == pytest.approx([30.0, 30.0, 30.0, 0.0])
    assert flow.tax[1:] == pytest.approx([0.0, 0.0, 5.0, 15.0])
    assert flow.free_after_tax[1:] == pytest.approx([10.0, 40.0, 55.0, 45.0])


def test_interest_lowers_tax():
    """Profit 60 - 50 of write-off - 10 of interest = 0, but 10 without the loan."""
    terms = Terms(0.05, debt=Debt(1.0, 0.10, 2, 1), tax=Tax(0.5, 2))
    flow = cashflow(project(100.0, [60.0, 60.0]), terms)
    assert flow.tax[1:] == pytest.approx([0.0, 0.0])
    assert flow.free_after_tax[1:] == pytest.approx([55.0, 55.0])


def test_premiums_on_what_is_at_risk():
    """2 % on half the loan and all equity: 0.5 x 60 + 40 = 70 in the first year of operation."""
    cover = Cover(0.02, 0.5, 1.0, 2)
    terms = Terms(0.05, debt=Debt(0.6, 0.0, 3), cover=cover)
    flow = cashflow(project(100.0, [50.0] * 3), terms)
    assert flow.premium == pytest.approx([0.0, 1.4, 0.0, 0.0])


def test_inflation_and_another_currency():
    """Half of 100 loses 10 % a year: 95 in the first year of operation, 90.5 in the second."""
    terms = Terms(0.05, inflation=0.02, currency=Currency(0.5, 0.10))
    flow = cashflow(project(100.0, [100.0, 100.0], 10.0), terms)
    assert flow.revenue[1:] == pytest.approx([95.0 * 1.02, 90.5 * 1.02**2])
    assert flow.operation_cost[1:] == pytest.approx([10.2, 10.404])
    assert flow.real_free == pytest.approx([-100.0, 85.0, 80.5])


@pytest.mark.parametrize("rate", [0.03, 0.08])
def test_a_regulated_asset_earns_its_allowed_rate(rate):
    """Return on the rest and write-off: worth what was invested at that very rate."""
    base = project(1000.0, [0.0] * 30, 15.0)
    paid = with_revenue(base, regulated_revenue(1000.0, rate, 25, base.operation_cost))
    flow = cashflow(paid, Terms(rate))
    assert float(present_value(flow.real_free, rate)) == pytest.approx(0.0, abs=1e-9)
    assert internal_return(flow.free).value == pytest.approx(rate)


@given(
    st.sampled_from(_RULED),
    st.floats(0.0, 1.0),
    st.floats(0.0, 0.15),
    st.integers(2, 12),
    st.integers(0, 1),
)
def test_what_is_used_is_paid_and_what_is_drawn_is_paid_back(repayment, share, rate, tenor, grace):
    terms = replace(full_terms(), debt=Debt(share, rate, tenor, grace, repayment, fee=0.01))
    flow = cashflow(cable(), terms)
    assert flow.uses.sum() == pytest.approx(flow.drawn.sum() + flow.paid_in.sum())
    assert flow.principal.sum() == pytest.approx(flow.drawn.sum(), rel=1e-6, abs=1e-6)
    every = flow.revenue - flow.operation_cost - flow.premium - flow.tax - flow.service
    assert flow.to_owners[3:] == pytest.approx(every[3:])
    assert flow.to_owners[:3] == pytest.approx(-flow.paid_in[:3])


@given(st.sampled_from(_RULED), st.floats(0.05, 1.0), st.floats(0.0, 0.12))
def test_a_fair_loan_neither_gives_nor_takes(repayment, share, rate):
    """At the rate of the loan, without fees and taxes, owners have what the project is worth."""
    debt = Debt(share, rate, 10, 1, repayment)
    flow = cashflow(cable(), Terms(0.05, inflation=0.02, debt=debt))
    owners, whole = (float(present_value(f, rate)) for f in (flow.to_owners, flow.free))
    assert owners == pytest.approx(whole, abs=1e-6 * 1000)


def test_samples_are_as_if_computed_alone():
    base, terms = cable(), full_terms()
    scale = np.array([0.8, 1.0, 1.3])
    many = replace(base, investment=1000.0 * scale, revenue=scale[::-1, None] * base.revenue)
    together = cashflow(many, terms)
    for i in range(3):
        one = replace(base, investment=1000.0 * scale[i], revenue=scale[::-1][i] * base.revenue)
        alone = cashflow(one, terms)
        assert together.to_owners[i] == pytest.approx(alone.to_owners, abs=1e-8)
        assert together.debt_share[i] == pytest.approx(float(alone.debt_share))


@pytest.mark.parametrize(
    ("make", "where"),
    [
        (lambda: Debt(1.5, 0.1, 3), "debt.share"),
        (lambda: Debt(0.5, -0.1, 3), "debt.rate"),
        (lambda: Debt(0.5, 0.1, 3, 3), "debt.grace"),
        (lambda: Debt(0.5, 0.1, 3, target_dscr=0.0), "debt.target_dscr"),
        (lambda: Debt(0.5, 0.1, 3, 0, Repayment.AGREED, parts=(0.5, 0.5)), "debt.parts"),
        (lambda: Tax(20.0, 10), "tax.rate"),
        (lambda: Tax(0.2, 0), "tax.depreciation_years"),
        (lambda: Cover(2.0), "cover.premium"),
        (lambda: Cover(0.01, debt_share=2.0), "cover.debt_share"),
        (lambda: Currency(2.0), "currency.local_share"),
        (lambda: Terms(5.0), "discount_rate"),
        (lambda: project(1.0, [1.0], spending=(0.5,)), "spending"),
    ],
)
def test_terms_that_cannot_be(make, where):
    with pytest.raises(UsageError) as caught:
        make()
    assert caught.value.where == where


def test_a_loan_longer_than_the_operation():
    with pytest.raises(UsageError, match="5 years, the operation 3"):
        cashflow(project(1.0, [1.0] * 3), Terms(0.05, debt=Debt(0.5, 0.1, 5)))


def test_rows_of_different_length():
    with pytest.raises(UsageError, match="same years"):
        Project("x", 1.0, (1.0,), 2030, 2030, np.ones(3), np.ones(2), np.ones(3))
