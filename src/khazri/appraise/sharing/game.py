"""A game in characteristic form: who the parties are and what each coalition of them is worth."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from khazri.errors import UsageError

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]
Flags = NDArray[np.bool_]

MOST_PLAYERS = 12
"""Above this the 2^n worths and the linear programs over them are no longer quick."""

TOLERANCE = 1e-9
"""Differences below this share of the size of a game are rounding."""


@dataclass(frozen=True, eq=False)
class Game:
    """Parties and the worth of every coalition.

    ``players`` are the names (n,); ``worth`` (2^n,) [EUR or EUR/a] is indexed by bit mask: bit i
    of the index says whether party i is a member. ``worth[0]`` is 0.
    """

    players: tuple[str, ...]
    worth: Floats

    def __post_init__(self) -> None:
        n = len(self.players)
        if not 1 <= n <= MOST_PLAYERS:
            raise UsageError(f"a game has 1 to {MOST_PLAYERS} parties, not {n}")
        if len(set(self.players)) < n:
            raise UsageError(f"two parties have the same name: {', '.join(self.players)}")
        if self.worth.shape != (2**n,):
            raise UsageError(f"{n} parties have {2**n} coalitions, not {self.worth.shape}")
        if not np.isfinite(self.worth).all():
            raise UsageError("every coalition needs a worth that is a number")
        if self.worth[0] != 0.0:
            raise UsageError("the coalition of nobody is worth nothing")

    @property
    def n(self) -> int:
        """Number of parties."""
        return len(self.players)

    @property
    def total(self) -> float:
        """What all together are worth."""
        return float(self.worth[-1])

    @property
    def alone(self) -> Floats:
        """What each party is worth alone, (n,)."""
        return np.asarray(self.worth[1 << np.arange(self.n)])

    @property
    def marginal(self) -> Floats:
        """What all together lose with each party, (n,)."""
        without = self.worth[(2**self.n - 1) ^ (1 << np.arange(self.n))]
        return np.asarray(self.total - without)

    @property
    def size(self) -> float:
        """The largest worth without sign, at least 1e-300; what rounding is measured by."""
        return max(float(np.abs(self.worth).max()), 1e-300)

    @property
    def members(self) -> Floats:
        """Membership (2^n, n): 1 where the party is in the coalition."""
        return membership(self.n)

    @property
    def has_imputation(self) -> bool:
        """Whether all together are worth at least as much as all apart."""
        return bool(self.total >= self.alone.sum() - TOLERANCE * self.size)

    def name_of(self, coalition: int) -> str:
        """The members of a coalition by name: ``AZ + GE``."""
        return " + ".join(self.members_of(coalition))

    def members_of(self, coalition: int) -> tuple[str, ...]:
        """The names of the members of a coalition."""
        return tuple(name for i, name in enumerate(self.players) if coalition >> i & 1)


def membership(n: int) -> Floats:
    """Membership (2^n, n) of ``n`` parties in each coalition by bit mask, 0 or 1."""
    return ((np.arange(2**n)[:, None] >> np.arange(n)) & 1).astype(np.float64)


def make_game(worths: Mapping[frozenset[str], float], players: Sequence[str] = ()) -> Game:
    """A game from worths by the names of the members.

    Parameters
        worths   worth of every coalition but that of nobody, which is worth nothing
        players  the parties in the order wanted; empty: as they appear in ``worths``

    Raises
        UsageError  a coalition is missing, or one names a party that is not there
    """
    order = tuple(players) or tuple(
        dict.fromkeys(name for members in worths for name in sorted(members))
    )
    place = {name: i for i, name in enumerate(order)}
    if len(order) > MOST_PLAYERS:
        raise UsageError(f"a game has 1 to {MOST_PLAYERS} parties, not {len(order)}")
    worth = np.full(2 ** len(order), np.nan)
    worth[0] = 0.0
    for members, value in worths.items():
        unknown = sorted(members - set(order))
        if unknown:
            raise UsageError(f"{unknown[0]} is in a coalition but not a party")
        if members:
            worth[sum(1 << place[name] for name in members)] = value
        elif value != 0.0:
            raise UsageError("the coalition of nobody is worth nothing")
    missing = np.flatnonzero(np.isnan(worth))
    if len(missing):
        names = [";".join(_names(order, int(s))) for s in missing[:4]]
        more = ", …" if len(missing) > 4 else ""
        raise UsageError(f"{len(missing)} coalitions have no worth: {', '.join(names)}{more}")
    return Game(order, worth)


def savings_game(players: Sequence[str], cost: Floats) -> Game:
    """The game of what coalitions save: the sum of what its members cost alone less what they
    cost together.

    ``cost`` (2^n,) is indexed by bit mask as ``worth`` of :class:`Game`; ``cost[0]`` is 0.
    """
    n = len(players)
    apart = membership(n) @ cost[1 << np.arange(n)]
    return Game(tuple(players), apart - cost)


def excess(game: Game, payoff: Floats) -> Floats:
    """What each coalition lacks, (2^n,): its worth less what its members get."""
    return game.worth - game.members @ payoff


def proper(n: int) -> Indices:
    """All coalitions but nobody and all."""
    return np.arange(1, 2**n - 1)


def superadditive_faults(game: Game) -> list[tuple[int, int, float]]:
    """Pairs of disjoint coalitions that are worth less together than apart, worst first.

    Each is (one, other, loss [EUR]); such a game is not superadditive: joining does harm. Looks at
    all 3^n pairs.
    """
    coalitions = np.arange(1, 2**game.n)
    faults: list[tuple[int, int, float]] = []
    for one in range(1, 2**game.n):
        others = coalitions[(coalitions & one == 0) & (coalitions > one)]
        loss = game.worth[one] + game.worth[others] - game.worth[one | others]
        bad = loss > TOLERANCE * game.size
        faults += [
            (one, int(other), float(amount))
            for other, amount in zip(others[bad], loss[bad], strict=True)
        ]
    return sorted(faults, key=lambda fault: -fault[2])


def _names(players: Iterable[str], coalition: int) -> list[str]:
    return [name for i, name in enumerate(players) if coalition >> i & 1]
