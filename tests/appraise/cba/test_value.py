"""Value over the life, delay, dates, synergy and regret: by hand."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from khazri.appraise.cba import (
    Benefits,
    Leg,
    Method,
    appraisal,
    best_start,
    by_start,
    choice,
    contributions,
    delay_costs,
    flows,
    needed_sets,
    regrets,
    synergy,
)
from khazri.errors import UsageError


def _benefits(a: list[float], b: list[float], years: tuple[int, ...] = (2030,)) -> Benefits:
    amount = np.array([[a, b]], dtype=float)
    return Benefits(("all",), ("A", "B"), np.array(years), amount)


def _leg(name: str, start: int, life: int = 2, cost: tuple[float, float] = (100.0, 0.0)) -> Leg:
    return Leg(name, np.array(cost), np.array([2.0, 0.0]), (1.0,), start, life)


def test_two_countries_and_both():
    """A pays 100 in 2029 and 2 a year, both gain in 2030 and 2031: A 62, B 24 each. At 0 %:
    A 124 - 104 = 20, B 48; all 172 - 104 = 68."""
    found = appraisal(flows([_benefits([62.0], [24.0])], [_leg("l", 2030)], 2029), 0.0, 2029)
    table = found.set_index("country")
    assert table["npv_eur"].tolist() == pytest.approx([20.0, 48.0, 68.0])
    assert table.loc["A", "benefit_cost"] == pytest.approx(124 / 104)
    assert np.isnan(table.loc["B", "benefit_cost"])
    # -100, 60, 60 is worth nothing at 13.07 %
    assert table.loc["A", "internal_return"] == pytest.approx(0.1307, abs=1e-4)
    assert table.loc["A", "payback_years"] == pytest.approx(1 + 40 / 60)
    # B pays nothing, so nothing is paid back
    assert table.loc["B", ["internal_return", "payback_years"]].isna().all()
    assert table.loc["B", "n_returns"] == 0


def test_all_is_valued_in_the_base_year():
    """100 in 2029 and 60 in each of 2030 and 2031, at 10 % and seen from 2027: all over 1.21."""
    one = flows([_benefits([62.0], [0.0])], [_leg("l", 2030)], 2027)
    found = appraisal(one, 0.10, 2027).set_index("country")
    by_hand = (-100 + 60 / 1.1 + 60 / 1.21) / 1.21
    assert found.loc["A", "npv_eur"] == pytest.approx(by_hand)
    # a base year after the first payment values it up
    later = flows([_benefits([62.0], [0.0])], [_leg("l", 2030)], 2031)
    assert appraisal(later, 0.10, 2031).set_index("country").loc["A", "npv_eur"] == pytest.approx(
        by_hand * 1.1**4
    )


def test_a_second_leg_waits_for_the_first():
    """Leg 1 alone brings A 10 a year, both bring 50. Leg 2 could run in 2030 but leg 1 runs from
    2031: 50 in 2031 only (leg 2 ends with 2031), then 10 in 2032."""
    states = [_benefits([10.0], [0.0]), _benefits([50.0], [0.0])]
    legs = [_leg("one", 2031), _leg("two", 2030)]
    found = flows(states, legs, 2029)
    gains = dict(zip(found.years.tolist(), found.benefit[0].tolist(), strict=True))
    assert gains == {2029: 0.0, 2030: 0.0, 2031: 50.0, 2032: 10.0}


def test_a_delay_of_the_first_leg_costs_what_the_second_brings():
    """At 0 %, both from 2030 for two years: gains 50 and 50. If leg one comes in 2031, both bring
    50 in 2031 only, and leg one alone 10 in 2032: 40 less for A. A delay of leg two: 10 instead of
    50 in 2030; both bring 50 in 2032 too, for which leg one is renewed, a year of two, at 50, and
    kept at 2: 42 less."""
    states = [_benefits([10.0], [0.0]), _benefits([50.0], [0.0])]
    legs = [_leg("one", 2030), _leg("two", 2030)]
    table = delay_costs(states, legs, 0.0, 2029)
    of_a = table[table["country"] == "A"].set_index("leg")["change_eur"]
    assert of_a["one"] == pytest.approx(-40.0)
    assert of_a["two"] == pytest.approx(-42.0)
    assert set(table["country"]) == {"A", "B", ""}


def test_the_best_year_is_when_gains_have_grown():
    """Gains of A grow from 0 in 2030 to 100 in 2040; 100 is paid once, life two years, at 10 %."""
    growing = _benefits([0.0, 100.0], [0.0, 0.0], (2030, 2040))
    starts = range(2030, 2046)
    table = by_start([growing], [_leg("l", 2030)], 0.10, 2029, starts)
    best = best_start(table)
    by_hand = {
        start: -100 / 1.1 ** (start - 2030)
        + sum((min(10.0 * (y - 2030), 100.0) - 2.0) / 1.1 ** (y - 2029) for y in (start, start + 1))
        for start in starts
    }
    assert best == max(by_hand, key=by_hand.__getitem__)
    rows = table[table["country"] == ""].set_index("start")["npv_eur"]
    assert rows[best] == pytest.approx(by_hand[best])


def test_legs_that_do_not_fit():
    with pytest.raises(UsageError, match="as many states"):
        flows([], [_leg("l", 2030)], 2029)
    wrong = Leg("l", np.ones(3), np.ones(3), (1.0,), 2030, 2)
    with pytest.raises(UsageError, match="for each country"):
        flows([_benefits([1.0], [1.0])], [wrong], 2029)
    with pytest.raises(UsageError, match="add up to one"):
        Leg("l", np.ones(2), np.ones(2), (0.5,), 2030, 2)
    other = Benefits(("all",), ("A", "C"), np.array([2030]), np.zeros((1, 2, 1)))
    with pytest.raises(UsageError, match="same countries"):
        flows([_benefits([1.0], [1.0]), other], [_leg("l", 2030), _leg("m", 2030)], 2029)


@given(st.floats(0.0, 0.2), st.integers(2026, 2034), st.integers(1, 30))
def test_parts_add_up_to_all(rate, base, life):
    legs = [_leg("one", 2030, life, (70.0, 30.0)), _leg("two", 2032, life, (0.0, 50.0))]
    states = [_benefits([9.0], [3.0]), _benefits([12.0], [15.0])]
    found = appraisal(flows(states, legs, base), rate, base).set_index("country")
    for column in ("benefit_eur", "cost_eur", "npv_eur"):
        assert found.loc[["A", "B"], column].sum() == pytest.approx(found.loc["", column])


# ---- synergy and choice ------------------------------------------------------------------------

_WORTHS = {
    frozenset(): 0.0,
    frozenset("a"): 10.0,
    frozenset("b"): 20.0,
    frozenset("c"): 5.0,
    frozenset("ab"): 22.0,
    frozenset("ac"): 25.0,
    frozenset("bc"): 25.0,
    frozenset("abc"): 30.0,
}


def test_competition_and_help():
    """Put in: a and b together 22 - 30 = -8, a and c 25 - 15 = +10, b and c 0. Taken out: a adds
    30 - 25 = 5; a and b beyond: 30 - 25 - 25 + 5 = -15."""
    pint = synergy(_WORTHS, "abc", Method.PINT)
    assert pint.loc["a", "b"] == pint.loc["b", "a"] == -8.0
    assert pint.loc["a", "c"] == 10.0
    assert pint.loc["b", "c"] == 0.0
    assert np.diag(pint).tolist() == [10.0, 20.0, 5.0]
    toot = synergy(_WORTHS, "abc", Method.TOOT)
    assert toot.loc["a", "a"] == 5.0
    assert toot.loc["a", "b"] == -15.0
    assert contributions(_WORTHS, "abc", Method.TOOT).tolist() == [5.0, 5.0, 8.0]


@pytest.mark.parametrize("method", list(Method))
def test_needed_sets_are_all_that_is_needed(method):
    worths = {one: _WORTHS[one] for one in needed_sets("abc", method)}
    assert synergy(worths, "abc", method).equals(synergy(_WORTHS, "abc", method))
    assert len(needed_sets("abcdef", method)) == 1 + 6 + 15
    with pytest.raises(UsageError, match="no worth of"):
        synergy({frozenset("a"): 1.0}, "abc", method)


@given(st.lists(st.floats(-100, 100), min_size=5, max_size=5))
def test_what_adds_up_neither_helps_nor_hinders(values):
    names = "abcde"
    worths = {
        frozenset(chosen): sum(v for n, v in zip(names, values, strict=True) if n in chosen)
        for size in range(6)
        for chosen in combinations(names, size)
    }
    for method in Method:
        expected = np.diag(values)
        assert synergy(worths, names, method).to_numpy() == pytest.approx(expected, abs=1e-9)


def test_regret_by_hand():
    """The best have 10 and 8: the cable falls short by 0 and 8, the line by 4 and 0."""
    values = pd.DataFrame({"calm": [10.0, 6.0], "storm": [0.0, 8.0]}, index=["cable", "line"])
    assert regrets(values).to_numpy().tolist() == [[0.0, 8.0], [4.0, 0.0]]
    table = choice(values, [3.0, 1.0])
    assert table["largest_regret"].tolist() == [8.0, 4.0]
    assert table["least_regret"].tolist() == [False, True]
    assert table["mean"].tolist() == [7.5, 6.5]
    assert table["worst"].tolist() == [0.0, 6.0]
    with pytest.raises(UsageError, match="weight"):
        choice(values, [1.0])
