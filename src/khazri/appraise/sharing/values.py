"""Rules that share the worth of all together by a formula: Shapley, Nash, Gately, proportional."""

from __future__ import annotations

from math import factorial

import numpy as np

from khazri.appraise.sharing.game import TOLERANCE, Floats, Game
from khazri.errors import UsageError


def shapley_value(game: Game) -> Floats:
    """What each party adds on average over all orders of joining, (n,) [EUR].

    Notes
        phi_i = sum over S without i of |S|! (n - |S| - 1)! / n! (v(S + i) - v(S)); as one product
        of a (n, 2^n) matrix with the worths. The parts add up to the worth of all.

    Source
        Shapley (1953), A value for n-person games
    """
    n = game.n
    members = game.members
    size = members.sum(axis=1).astype(int)
    # a coalition counts for its members as what they complete, for the others as what they add to
    as_member = np.array([0.0, *(_weight(n, s - 1) for s in range(1, n + 1))])
    as_other = np.array([*(_weight(n, s) for s in range(n)), 0.0])
    weight = members.T * as_member[size] - (1.0 - members.T) * as_other[size]
    value: Floats = weight @ game.worth
    return value


def _weight(n: int, before: int) -> float:
    """Share of the orders in which exactly ``before`` given parties come before one given."""
    return factorial(before) * factorial(n - before - 1) / factorial(n)


def nash_bargain(
    game: Game, weight: Floats | None = None, disagreement: Floats | None = None
) -> Floats:
    """Each party's fallback and its part of the surplus over all fallbacks, (n,) [EUR].

    Parameters
        weight        (n,) [1] bargaining power, none below 0; equal if not given
        disagreement  (n,) [EUR] what is left to each party if they do not agree; if not given what
                      it is worth alone

    Raises
        UsageError  a weight is below zero or all are zero; or there is no surplus

    Notes
        Where money can be handed over, the product of gains, each to the power of its weight, is
        largest at d_i + w_i / sum(w) (v(N) - sum(d)).

    Source
        Nash (1950), The bargaining problem; weights: Kalai (1977), Nonsymmetric Nash solutions
    """
    power = np.ones(game.n) if weight is None else weight
    fallback = game.alone if disagreement is None else disagreement
    if (power < 0).any() or power.sum() <= 0:
        raise UsageError("weights of bargaining are not below zero, and one is above")
    surplus = game.total - fallback.sum()
    if surplus < -TOLERANCE * game.size:
        raise UsageError(
            f"there is nothing to bargain over: together {game.total:,.0f}, "
            f"fallbacks {fallback.sum():,.0f}"
        )
    shared: Floats = fallback + power / power.sum() * surplus
    return shared


def separable_costs(game: Game) -> Floats:
    """Separable costs, remaining benefits: the surplus over being alone in proportion to what all
    would lose with each party, (n,) [EUR].

    Raises
        UsageError  the parties add less to all than they are worth alone, or nothing at all

    Notes
        With M_i = v(N) - v(N without i): v_i + (M_i - v_i) / sum(M_j - v_j) (v(N) - sum(v_j)).
        In a game of costs this is what each party costs at the margin and a part of the joint cost
        in proportion to what it saves at the margin. Equals the point at which all have the same
        propensity to disrupt.

    Source
        Straffin and Heaney (1981), Game theory and the Tennessee Valley Authority; Gately (1974)
    """
    gain = game.marginal - game.alone
    surplus = game.total - game.alone.sum()
    if abs(surplus) <= TOLERANCE * game.size:
        return np.asarray(game.alone + surplus / game.n)
    if gain.sum() <= TOLERANCE * game.size or (gain < -TOLERANCE * game.size).any():
        raise UsageError("a party adds less to all others than it is worth alone")
    shared: Floats = game.alone + gain / gain.sum() * surplus
    return shared


def equal_split(game: Game) -> Floats:
    """The same for every party, (n,) [EUR]."""
    return np.full(game.n, game.total / game.n)


def in_proportion(total: float, key: Floats) -> Floats:
    """A total in proportion to a key (n,), which is nowhere below zero.

    To the benefit of each party: costs are paid in proportion to benefit. To the cost that each
    bears: all earn the same on what they spend.

    Raises
        UsageError  a key is below zero, or all are zero
    """
    if (key < 0).any() or key.sum() <= 0:
        raise UsageError("what one party has of it is below zero, or nobody has any")
    shared: Floats = total * key / key.sum()
    return shared
