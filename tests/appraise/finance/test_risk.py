"""Ways of being paid, samples and the tornado."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from khazri.appraise.finance import (
    Debt,
    Factor,
    Repayment,
    Terms,
    Uncertain,
    cap_and_floor,
    cashflow,
    figures,
    interpolated,
    simulate,
    tariff_revenue,
    tornado,
)
from khazri.appraise.finance.risk import _late
from khazri.errors import UsageError

from .projects import cable, full_terms, project

_ALL = (
    Uncertain(Factor.INVESTMENT, 0.9, 1.0, 1.4),
    Uncertain(Factor.REVENUE, 0.6, 1.0, 1.2),
    Uncertain(Factor.OPERATION, 0.8, 1.0, 1.3),
    Uncertain(Factor.INTEREST, -0.01, 0.0, 0.03),
    Uncertain(Factor.DELAY, 0.0, 0.0, 3.0),
)


def test_cap_and_floor_by_the_year():
    assert cap_and_floor(np.array([5.0, 50.0, 20.0]), 30.0, 10.0) == pytest.approx([10, 30, 20])


def test_cap_and_floor_over_two_years():
    """5 + 50 = 55 lies within 20 to 60: kept. 20 + 90 is 50 above 60. The last year
    stands alone."""
    found = cap_and_floor(np.array([5.0, 50.0, 20.0, 90.0, 2.0]), 30.0, 10.0, period=2)
    assert found == pytest.approx([5.0, 50.0, 20.0, 40.0, 10.0])


@given(st.lists(st.floats(-50, 200), min_size=1, max_size=20), st.integers(1, 6))
def test_the_mean_of_each_period_stays_between_cap_and_floor(earned, period):
    found = cap_and_floor(np.array(earned), 100.0, 20.0, period)
    for start in range(0, len(earned), period):
        assert 20.0 - 1e-9 <= found[start : start + period].mean() <= 100.0 + 1e-9


def test_a_cap_below_the_floor():
    with pytest.raises(UsageError, match="below the floor"):
        cap_and_floor(np.ones(2), 1.0, 2.0)


def test_years_between_and_beyond_planning_years():
    found = interpolated(
        np.array([2040.0, 2030.0]), np.array([20.0, 10.0]), np.array([2025.0, 2035.0, 2050.0])
    )
    assert found == pytest.approx([10.0, 15.0, 20.0])
    assert tariff_revenue(3.0, np.array([2.0, 4.0])) == pytest.approx([6.0, 12.0])


def test_a_triangle_has_its_mean_and_its_ends():
    one = Uncertain(Factor.REVENUE, 0.5, 1.0, 2.0)
    share = (np.arange(10_000) + 0.5) / 10_000
    drawn = one.at(share)
    assert drawn.mean() == pytest.approx((0.5 + 1.0 + 2.0) / 3, abs=1e-3)
    assert drawn.min() >= 0.5
    assert drawn.max() <= 2.0
    assert (np.diff(drawn) >= 0).all()
    assert Uncertain(Factor.REVENUE, 1.0, 1.0, 1.0).at(share) == pytest.approx(1.0)


def test_certain_factors_change_nothing():
    sure = [Uncertain(one.factor, one.mode, one.mode, one.mode) for one in _ALL]
    found = simulate(cable(), full_terms(), sure, 4, seed=1)
    base = figures(cashflow(cable(), full_terms()))
    assert found.figures["net_present_value"].to_numpy() == pytest.approx(base.net_present_value)
    assert found.figures["owners_return"].to_numpy() == pytest.approx(base.owners_return.value)
    assert found.figures["lowest_dscr"].to_numpy() == pytest.approx(base.lowest_dscr)


def test_samples_lie_in_their_slices_and_come_again():
    found, again = (simulate(cable(), full_terms(), _ALL, 50, seed=7) for _ in range(2))
    assert found.draws.equals(again.draws)
    assert found.figures.equals(again.figures)
    edges = _ALL[0].at(np.linspace(0, 1, 51))
    counts, _ = np.histogram(found.draws["investment"], edges)
    assert (counts == 1).all()
    assert 0.0 <= found.chance_of_gain <= 1.0
    assert found.quantiles["net_present_value"].is_monotonic_increasing


def test_the_loan_is_agreed_before():
    """Half the revenue halves nothing of the service: the cover of 1.5 falls to half of it.

    Cash 110, 121, 133.1 carries 200 at a cover of 1.5; revenue is all there is.
    """
    debt = Debt(1.0, 0.10, 3, 0, Repayment.SCULPTED, target_dscr=1.5)
    found = simulate(
        project(400.0, [110.0, 121.0, 133.1]),
        Terms(0.05, debt=debt),
        [Uncertain(Factor.REVENUE, 0.5, 0.5, 0.5)],
        2,
        seed=1,
    )
    assert found.figures["lowest_dscr"].to_numpy() == pytest.approx(0.75)


def test_the_tornado_by_hand():
    """100 paid, 60 + 60 at 0 %: worth 20. Revenue 50 % to 150 %: -40 and 80; investment 80 % to
    110 %: 40 and 10."""
    found = tornado(
        project(100.0, [60.0, 60.0]),
        Terms(0.0),
        [Uncertain(Factor.INVESTMENT, 0.8, 1.0, 1.1), Uncertain(Factor.REVENUE, 0.5, 1.0, 1.5)],
    )
    assert found["factor"].tolist() == ["revenue", "investment"]
    assert found["value_at_low"].tolist() == pytest.approx([-40.0, 40.0])
    assert found["value_at_high"].tolist() == pytest.approx([80.0, 10.0])


def test_delay_moves_rows_back_and_loses_the_end():
    rows = np.array([[1.0, 2.0, 4.0]] * 3)
    found = _late(rows, np.array([0.0, 1.0, 1.5]))
    assert found.tolist() == [[1.0, 2.0, 4.0], [0.0, 1.0, 2.0], [0.0, 0.5, 1.5]]


@pytest.mark.parametrize(
    ("uncertain", "count", "said"),
    [([], 5, "at least one"), ([_ALL[0]] * 2, 5, "once"), ([_ALL[0]], 1, "two samples")],
)
def test_simulations_that_cannot_be(uncertain, count, said):
    with pytest.raises(UsageError, match=said):
        simulate(cable(), full_terms(), uncertain, count, seed=1)


def test_factors_rise_and_are_not_negative():
    with pytest.raises(UsageError, match="do not rise"):
        Uncertain(Factor.DELAY, 2.0, 1.0, 3.0)
    with pytest.raises(UsageError, match="not below 0"):
        Uncertain(Factor.REVENUE, -1.0, 1.0, 3.0)
