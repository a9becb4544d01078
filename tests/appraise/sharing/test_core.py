"""Nucleolus, core and least core: known solutions, and proof on random games."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from khazri.appraise.sharing import (
    Game,
    excess,
    is_nucleolus,
    least_core,
    nucleolus,
    prenucleolus,
    savings_game,
    shapley_value,
)
from khazri.appraise.sharing.game import proper
from khazri.errors import UsageError

from .games import airport_costs, bankruptcy, convex_games, game, games, glove, permuted, voting


@pytest.mark.parametrize(
    ("estate", "expected"),
    [
        (100.0, [100 / 3, 100 / 3, 100 / 3]),
        (200.0, [50.0, 75.0, 75.0]),
        (300.0, [50.0, 100.0, 150.0]),
    ],
)
def test_the_three_wives_of_the_talmud(estate, expected):
    """Aumann and Maschler (1985): claims 100, 200, 300 on estates of 100, 200 and 300."""
    source = bankruptcy(estate, [100.0, 200.0, 300.0])
    assert nucleolus(source) == pytest.approx(expected, abs=1e-9)
    assert is_nucleolus(source, np.array(expected))


@given(st.lists(st.integers(1, 50), min_size=2, max_size=6), st.floats(0.0, 1.0))
def test_bankruptcy_follows_the_contested_garment(claims, share):
    """Aumann and Maschler (1985), theorem: the nucleolus of a bankruptcy game gives half of each
    claim as a constraint on equal awards below half of all claims, on equal losses above."""
    claim = np.array(claims, dtype=float)
    estate = share * claim.sum()
    expected = _talmud(estate, claim)
    assert nucleolus(bankruptcy(estate, list(claim))) == pytest.approx(expected, abs=1e-6)


def _talmud(estate: float, claim: np.ndarray) -> np.ndarray:
    if estate > claim.sum() / 2:
        return claim - _talmud(claim.sum() - estate, claim)
    low, high = 0.0, float(claim.max())
    for _ in range(100):
        middle = (low + high) / 2
        enough = np.minimum(claim / 2, middle).sum() >= estate
        low, high = (low, middle) if enough else (middle, high)
    return np.minimum(claim / 2, high)


def test_gloves_leave_all_to_the_scarce_one():
    """Either right glove can be done without, so that only (1, 0, 0) is in the core."""
    assert nucleolus(glove()) == pytest.approx([1.0, 0.0, 0.0], abs=1e-9)
    found = least_core(glove())
    assert found.has_core
    assert found.largest_excess == pytest.approx(0.0, abs=1e-9)


def test_runways():
    """Littlechild (1974): needs 1, 2, 3 are charged 1/2, 3/4 and the rest, 7/4."""
    found = nucleolus(savings_game("abc", airport_costs([1.0, 2.0, 3.0])))
    assert np.array([1.0, 2.0, 3.0]) - found == pytest.approx([0.5, 0.75, 1.75], abs=1e-9)


@given(st.lists(st.integers(1, 40), min_size=2, max_size=7))
def test_runways_of_any_needs(needs):
    """Littlechild (1974): charge the least of c_k / (k + 1) for the k smallest and of c_n / n,
    level after level."""
    needs = sorted(needs)
    expected = _littlechild([float(c) for c in needs])
    saved = nucleolus(
        savings_game("abcdefg"[: len(needs)], airport_costs([float(c) for c in needs]))
    )
    assert np.array(needs) - saved == pytest.approx(expected, abs=1e-6)


def _littlechild(needs: list[float]) -> list[float]:
    charge: list[float] = []
    n = len(needs)
    while len(charge) < n:
        left, paid = n - len(charge), sum(charge)
        levels = [
            (needs[len(charge) + k - 1] - paid) / (k + 1 if k < left else k)
            for k in range(1, left + 1)
        ]
        least = min(levels)
        upto = max(k for k, level in enumerate(levels, start=1) if level <= least + 1e-12)
        charge += [least] * upto
    return charge


def test_tennessee_valley():
    """Straffin and Heaney (1981): 116,234, 93,540 and 202,810 thousand dollars of cost."""
    cost = np.array([0, 163520, 140826, 301607, 250096, 378821, 367370, 412584], dtype=float)
    found = nucleolus(savings_game(("navigation", "flood control", "power"), cost))
    assert cost[[1, 2, 4]] - found == pytest.approx([116234, 93540, 202810], abs=1)


def test_a_majority_of_three_has_no_core():
    """Any two get 1: whoever is left out offers more; at best each pair lacks 1/3."""
    found = least_core(voting(2, [1, 1, 1]))
    assert not found.has_core
    assert found.largest_excess == pytest.approx(1 / 3)
    assert set(found.tight) == {3, 5, 6}
    assert nucleolus(voting(2, [1, 1, 1])) == pytest.approx([1 / 3, 1 / 3, 1 / 3])


def test_being_alone_is_a_floor():
    """a alone has 0; b + c alone have 12 of the 10 there are. Without floor a pays: it gets -2 / 2.

    Excess of a and of b + c: -x_a and 12 - (10 - x_a) = 2 + x_a; equal at x_a = -1.
    """
    worth = {(): 0.0, (0,): 0.0, (1,): 0.0, (2,): 0.0, (0, 1): 0.0, (0, 2): 0.0, (1, 2): 12.0}
    source = game(3, lambda s: {**worth, (0, 1, 2): 10.0}[tuple(sorted(s))])
    assert nucleolus(source) == pytest.approx([0.0, 5.0, 5.0], abs=1e-9)
    assert prenucleolus(source) == pytest.approx([-1.0, 5.5, 5.5], abs=1e-9)
    assert not is_nucleolus(source, prenucleolus(source))
    assert is_nucleolus(source, nucleolus(source))
    assert not is_nucleolus(source, nucleolus(source), with_floor=False)


def test_apart_worth_more_than_together():
    with pytest.raises(UsageError, match="all apart 2"):
        nucleolus(game(2, lambda s: float(len(s) == 1)))


def test_one_party_takes_all():
    one = Game(("a",), np.array([0.0, 7.0]))
    assert nucleolus(one) == pytest.approx([7.0])
    assert least_core(one).has_core
    assert is_nucleolus(one, np.array([7.0]))


@given(games(essential=True))
def test_kohlberg_proves_every_nucleolus(source):
    assert is_nucleolus(source, nucleolus(source))
    assert is_nucleolus(source, prenucleolus(source), with_floor=False)


@given(games(most=5, essential=True), st.integers(0, 2**31))
def test_kohlberg_refuses_what_is_only_near(source, seed):
    if source.n == 1:
        return
    step = np.random.default_rng(seed).normal(size=source.n)
    moved = nucleolus(source) + 0.01 * (step - step.mean())
    assert not is_nucleolus(source, moved)


@pytest.mark.parametrize("seed", range(12))
def test_no_sharing_on_a_grid_is_better(seed):
    """All sharings in twelfths of a small game with whole worths: the excesses, sorted from the
    largest, of none are lexicographically below those of the nucleolus."""
    rng = np.random.default_rng(seed)
    n = 3 if seed < 8 else 4
    worth = rng.integers(0, 4, 2**n).astype(float)
    worth[0] = worth[1 << np.arange(n)] = 0.0
    worth[-1] = 3.0
    source = Game(tuple("abcd"[:n]), worth)
    parts = 36 if n == 3 else 24
    grid = np.array([p for p in product(range(parts + 1), repeat=n) if sum(p) == parts])
    lacks = worth - (grid * worth[-1] / parts) @ source.members.T
    ordered = -np.sort(-lacks[:, proper(n)], axis=1)
    mine = -np.sort(-excess(source, nucleolus(source))[proper(n)])
    difference = np.where(np.abs(ordered - mine) < 1e-7, 0.0, ordered - mine)
    first = difference[np.arange(len(grid)), np.argmax(difference != 0, axis=1)]
    assert (first >= 0).all()


@given(convex_games())
def test_nucleolus_and_shapley_value_of_a_convex_game_lie_in_its_core(source):
    assert least_core(source).has_core
    for payoff in (nucleolus(source), shapley_value(source)):
        assert excess(source, payoff).max() <= 1e-6


@given(games(essential=True))
def test_the_nucleolus_reaches_the_least_core_where_there_is_a_core(source):
    found = least_core(source)
    if found.has_core and source.n > 1:
        assert excess(source, nucleolus(source))[proper(source.n)].max() == pytest.approx(
            found.largest_excess, abs=1e-6
        )


@given(games(most=4, essential=True), st.data())
def test_the_nucleolus_does_not_look_at_names_or_money(source, data):
    order = data.draw(st.permutations(range(source.n)))
    scaled = Game(source.players, 1e9 * source.worth)
    assert nucleolus(permuted(source, order)) == pytest.approx(
        nucleolus(source)[list(order)], abs=1e-6
    )
    assert nucleolus(scaled) / 1e9 == pytest.approx(nucleolus(source), abs=1e-6)


@pytest.mark.parametrize("n", [8, 10])
def test_ten_parties(n):
    rng = np.random.default_rng(n)
    size = np.array([bin(s).count("1") for s in range(2**n)])
    worth = rng.uniform(0.5, 1.0, 2**n) * size**2 * 1e6
    worth[0] = 0.0
    source = Game(tuple("abcdefghij"[:n]), worth)
    assert is_nucleolus(source, nucleolus(source))
