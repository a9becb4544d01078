"""Shapley, Nash, separable costs and proportional rules on games of known solution."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from khazri.appraise.sharing import (
    Game,
    equal_split,
    in_proportion,
    nash_bargain,
    savings_game,
    separable_costs,
    shapley_value,
)
from khazri.errors import UsageError

from .games import airport_costs, bankruptcy, game, games, glove, permuted, voting


def by_all_orders(source: Game) -> np.ndarray:
    """The Shapley value as it is defined: the mean of what each adds over all orders."""
    got = np.zeros(source.n)
    orders = list(permutations(range(source.n)))
    for order in orders:
        before = 0
        for party in order:
            got[party] += source.worth[before | 1 << party] - source.worth[before]
            before |= 1 << party
    return got / len(orders)


def test_the_left_glove_is_worth_two_thirds():
    """The owner of the left glove adds 1 unless it comes first, in 4 of 6 orders; each other
    in 1."""
    assert shapley_value(glove()) == pytest.approx([2 / 3, 1 / 6, 1 / 6])


def test_runways_are_paid_by_all_who_need_them():
    """Littlechild and Owen (1973): each step of the runway is shared by those that need it.

    Needs 1, 2, 4: 1/3; 1/3 + 1/2; 1/3 + 1/2 + 2. What is saved is the need less that.
    """
    saved = shapley_value(savings_game("abc", airport_costs([1.0, 2.0, 4.0])))
    assert np.array([1.0, 2.0, 4.0]) - saved == pytest.approx([1 / 3, 5 / 6, 17 / 6])


def test_votes_in_the_council_of_1958():
    """Six countries with 4, 4, 4, 2, 2, 1 votes, quota 12: of 60 parts 14 for the large ones, 9 for
    those of two votes and none for the smallest, whose vote never decides."""
    found = shapley_value(voting(12, [4, 4, 4, 2, 2, 1]))
    assert found * 60 == pytest.approx([14, 14, 14, 9, 9, 0])


def test_the_tennessee_valley():
    """Straffin and Heaney (1981): navigation, flood control and power, thousand dollars.

    Separable costs 45,214, 33,763 and 110,977 leave 222,630, shared as 118,306 : 107,063 : 139,119.
    """
    cost = np.array([0, 163520, 140826, 301607, 250096, 378821, 367370, 412584], dtype=float)
    saved = savings_game(("navigation", "flood control", "power"), cost)
    alone = cost[[1, 2, 4]]
    assert alone - separable_costs(saved) == pytest.approx([117476, 99157, 195951], abs=1)
    assert alone - shapley_value(saved) == pytest.approx([117829, 100756.5, 193998.5], abs=1)


def test_separable_costs_give_all_the_same_propensity_to_disrupt():
    """Gately (1974): what the others lose over what oneself loses, if one goes."""
    found = bankruptcy(8.0, [2.0, 4.0, 5.0])
    payoff = separable_costs(found)
    others = (payoff.sum() - payoff) - (found.total - found.marginal)
    ratio = others / (payoff - found.alone)
    assert ratio == pytest.approx(np.full(3, ratio[0]))


def test_separable_costs_need_parties_that_add_something():
    """b alone is worth 5 but adds 10 - 9 = 1 to a."""
    with pytest.raises(UsageError, match="adds less"):
        separable_costs(game(2, lambda s: {0: 0.0, 1: 9.0 if 0 in s else 5.0, 2: 10.0}[len(s)]))
    assert separable_costs(game(2, lambda s: float(len(s)))) == pytest.approx([1.0, 1.0])


def test_two_bargain_over_the_surplus_by_weight():
    """Alone 10 and 20, together 60: the surplus of 30 goes 1 : 2 by weight."""
    two = game(2, lambda s: {(): 0.0, (0,): 10.0, (1,): 20.0, (0, 1): 60.0}[tuple(sorted(s))])
    assert nash_bargain(two) == pytest.approx([25.0, 35.0])
    assert nash_bargain(two, np.array([1.0, 2.0])) == pytest.approx([20.0, 40.0])
    assert nash_bargain(two, disagreement=np.zeros(2)) == pytest.approx([30.0, 30.0])


def test_the_bargain_makes_the_product_of_gains_largest():
    three = bankruptcy(9.0, [2.0, 4.0, 8.0])
    weight = np.array([1.0, 2.0, 3.0])
    best = nash_bargain(three, weight)
    tries = np.random.default_rng(1).dirichlet([1, 1, 1], 500) * (three.total - three.alone.sum())
    assert (np.log(tries) @ weight).max() <= np.log(best - three.alone) @ weight


@pytest.mark.parametrize("weight", [[-1.0, 2.0], [0.0, 0.0]])
def test_weights_are_not_negative(weight):
    with pytest.raises(UsageError, match="weights"):
        nash_bargain(game(2, lambda s: float(len(s) == 2)), np.array(weight))


def test_nothing_to_bargain_over():
    with pytest.raises(UsageError, match="nothing to bargain"):
        nash_bargain(game(2, lambda s: float(len(s) == 1)))


def test_proportional_and_equal_parts():
    assert in_proportion(30.0, np.array([1.0, 2.0, 0.0])) == pytest.approx([10.0, 20.0, 0.0])
    assert equal_split(glove()) == pytest.approx([1 / 3, 1 / 3, 1 / 3])
    with pytest.raises(UsageError, match="below zero"):
        in_proportion(1.0, np.array([1.0, -1.0]))


@given(games())
def test_shapley_is_the_mean_over_all_orders_and_shares_all(source):
    assert shapley_value(source) == pytest.approx(by_all_orders(source), abs=1e-9)
    assert shapley_value(source).sum() == pytest.approx(source.total, abs=1e-9)


@given(games(), st.data())
def test_shapley_does_not_look_at_names(source, data):
    order = data.draw(st.permutations(range(source.n)))
    assert shapley_value(permuted(source, order)) == pytest.approx(
        shapley_value(source)[list(order)], abs=1e-9
    )


@given(games(most=4))
def test_who_adds_nothing_gets_nothing(source):
    with_idler = Game((*source.players, "idler"), np.tile(source.worth, 2))
    assert shapley_value(with_idler) == pytest.approx([*shapley_value(source), 0.0], abs=1e-9)


@given(games(most=4), st.integers(0, 2**31))
def test_shapley_of_a_sum_is_the_sum(source, seed):
    other = np.random.default_rng(seed).normal(size=len(source.worth))
    other[0] = 0.0
    both = Game(source.players, source.worth + other)
    assert shapley_value(both) == pytest.approx(
        shapley_value(source) + shapley_value(Game(source.players, other)), abs=1e-9
    )
