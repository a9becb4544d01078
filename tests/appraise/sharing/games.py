"""Games of known solution, and random ones."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from hypothesis import strategies as st

from khazri.appraise.sharing import Game
from khazri.appraise.sharing.game import membership

NAMES = "abcdefghijkl"


def game(n: int, worth_of: Callable[[frozenset[int]], float]) -> Game:
    """A game of ``n`` parties with the worth of each set of their positions."""
    sets = [frozenset(i for i in range(n) if s >> i & 1) for s in range(2**n)]
    return Game(tuple(NAMES[:n]), np.array([float(worth_of(s)) for s in sets]))


def glove() -> Game:
    """One left glove, two right ones; only a pair is worth something: 1."""
    return game(3, lambda s: float(0 in s and len(s) > 1))


def bankruptcy(estate: float, claims: list[float]) -> Game:
    """What is left of an estate to each coalition when all others have had their claims."""
    return game(
        len(claims),
        lambda s: max(0.0, estate - sum(c for i, c in enumerate(claims) if i not in s)),
    )


def voting(quota: float, weights: list[float]) -> Game:
    """1 for every coalition whose votes reach the quota."""
    return game(len(weights), lambda s: float(sum(weights[i] for i in s) >= quota))


def airport_costs(needs: list[float]) -> np.ndarray:
    """Cost of the runway that each coalition needs: that of its largest member."""
    return np.array(
        [
            max((c for i, c in enumerate(needs) if s >> i & 1), default=0.0)
            for s in range(2 ** len(needs))
        ]
    )


@st.composite
def games(draw: st.DrawFn, most: int = 5, *, essential: bool = False) -> Game:
    """Games with small whole worths; in ``essential`` ones all apart have no more than together."""
    n = draw(st.integers(1, most))
    worth = np.array(draw(st.lists(st.integers(-5, 12), min_size=2**n, max_size=2**n)), dtype=float)
    worth[0] = 0.0
    if essential:
        worth[-1] = max(worth[-1], worth[1 << np.arange(n)].sum())
    return Game(tuple(NAMES[:n]), worth)


@st.composite
def convex_games(draw: st.DrawFn, most: int = 5) -> Game:
    """Sums of games in which one coalition is needed: convex, so that there is a core."""
    n = draw(st.integers(2, most))
    needed = draw(st.lists(st.integers(0, 6), min_size=2**n, max_size=2**n))
    sets = np.arange(2**n)
    holds = (sets[:, None] & sets[None, :]) == sets[None, :]
    worth = holds[:, 1:] @ np.array(needed[1:], dtype=float)
    return Game(tuple(NAMES[:n]), worth)


def permuted(source: Game, order: list[int]) -> Game:
    """The same game with party ``order[i]`` at place i."""
    place = membership(source.n).astype(int) @ (1 << np.array(order))
    return Game(tuple(source.players[i] for i in order), source.worth[place])
