"""Cost allocation of the European Union, and settling with the fewest payments."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from khazri.appraise.sharing import compensate, fewest_payments
from khazri.errors import UsageError


def test_losers_are_made_whole_by_those_who_gain_much():
    """Gains 60, 30, 8, loss 18. A tenth of 98 is 9.8: only 60 and 30 pay,
    2 : 1, that is 12 and 6."""
    found = compensate(np.array([60.0, 30.0, 8.0, -18.0]))
    assert found.payoff == pytest.approx([48.0, 24.0, 8.0, 0.0])
    assert found.pays.tolist() == [True, True, False, False]
    assert found.uncovered == 0.0
    assert not found.is_widened


def test_small_gains_help_where_large_ones_do_not_suffice():
    """Above a half of 20 is only 11, less than the loss of 15: all pay 15/20 of their gain."""
    found = compensate(np.array([11.0, 9.0, -15.0]), threshold=0.5)
    assert found.is_widened
    assert found.payoff == pytest.approx([2.75, 2.25, 0.0])


def test_what_all_gains_cannot_cover_is_told():
    """Gains of 10 against losses of 12 and 8: half of each loss is made good."""
    found = compensate(np.array([10.0, -12.0, -8.0]))
    assert found.payoff == pytest.approx([0.0, -6.0, -4.0])
    assert found.uncovered == pytest.approx(10.0)


def test_only_hosts_are_made_whole():
    found = compensate(np.array([10.0, -2.0, -3.0]), hosts=np.array([True, True, False]))
    assert found.payoff == pytest.approx([8.0, 0.0, -3.0])


def test_nobody_loses_nobody_pays():
    found = compensate(np.array([10.0, 0.0]))
    assert found.payoff == pytest.approx([10.0, 0.0])
    assert not found.pays.any()


def test_the_threshold_is_a_share():
    with pytest.raises(UsageError, match="threshold"):
        compensate(np.array([1.0, -1.0]), threshold=10.0)


@given(st.lists(st.integers(-50, 50), min_size=1, max_size=8), st.floats(0, 1))
def test_compensation_moves_money_and_makes_none(own, threshold):
    before = np.array(own, dtype=float)
    found = compensate(before, threshold=threshold)
    assert found.payoff.sum() == pytest.approx(before.sum(), abs=1e-9)
    assert ((found.payoff >= -1e-9) | (found.payoff >= before - 1e-9)).all()


def test_pairs_settle_among_themselves():
    """+5 -5 +3 -3 are two pairs: two payments, not three."""
    found = fewest_payments(np.array([5.0, 3.0, -5.0, -3.0]))
    assert [(p.payer, p.payee, p.amount) for p in found] == [(2, 0, 5.0), (3, 1, 3.0)]


def test_balances_add_up():
    assert fewest_payments(np.zeros(3)) == ()
    with pytest.raises(UsageError, match="differs"):
        fewest_payments(np.array([1.0, 1.0]))


def _fewest(balance: tuple[int, ...]) -> int:
    """The least number of payments: parties less the most groups of sum zero, by trying all."""
    party = [b for b in balance if b]
    if not party:
        return 0
    most = 0
    for label in product(range(len(party)), repeat=len(party)):
        groups = {g: sum(b for b, k in zip(party, label, strict=True) if k == g) for g in label}
        if not any(groups.values()):
            most = max(most, len(groups))
    return len(party) - most


@given(st.lists(st.integers(-4, 4), min_size=1, max_size=4))
def test_no_fewer_payments_settle_it(first):
    balance = (*first, -sum(first))
    found = fewest_payments(np.array(balance, dtype=float))
    got = np.zeros(len(balance))
    for payment in found:
        assert payment.amount > 0
        got[payment.payer] -= payment.amount
        got[payment.payee] += payment.amount
    assert got == pytest.approx(np.array(balance, dtype=float), abs=1e-9)
    assert len(found) == _fewest(balance)


def test_many_small_balances_are_rounding_together():
    """Three balances of 90 in 100 million are rounding each; 270 of what the first is owed come
    from nobody, and the settlement ends all the same."""
    payments = fewest_payments(np.array([1e8, 270.0 - 1e8, -90.0, -90.0, -90.0]))
    assert [(one.payer, one.payee, one.amount) for one in payments] == [(1, 0, 1e8 - 270.0)]
