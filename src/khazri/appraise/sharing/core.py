"""Core, least core and nucleolus: sharing that leaves no coalition a reason to go.

The excess of a coalition is its worth less what its members get. The core is where no excess is
above zero. The least core makes the largest excess as small as it can be. The nucleolus makes the
largest excess smallest, then the second largest, and so on; it always exists, is unique, and lies
in the core where there is one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog

from khazri.appraise.sharing.game import (
    TOLERANCE,
    Flags,
    Floats,
    Game,
    Indices,
    excess,
    membership,
    proper,
)
from khazri.errors import SolverError, UsageError

_DUAL = 1e-7
"""Multipliers below this are zero: those of a round add up to one over at most 2^n rows."""

_SPAN = 1e-9
"""Distance from a subspace below which a vector of zeros and ones lies in it."""

_LEVEL = 1e-8
"""Share of the size of a game below which two excesses are the same."""


@dataclass(frozen=True)
class LeastCore:
    """How stable sharing can be at best.

    ``largest_excess`` [EUR] is the smallest that the largest excess can be made; not above zero
    where there is a core. ``payoff`` (n,) reaches it. ``tight`` are coalitions whose excess is the
    largest in every such sharing: those that decide.
    """

    largest_excess: float
    payoff: Floats
    tight: tuple[int, ...]
    has_core: bool


def least_core(game: Game) -> LeastCore:
    """The smallest largest excess over all coalitions but nobody and all.

    Source
        Maschler, Peleg and Shapley (1979), Geometric properties of the kernel, nucleolus, and
        related solution concepts; Bondareva (1963) and Shapley (1967) for when there is a core
    """
    if game.n == 1:
        return LeastCore(0.0, game.worth[1:].copy(), (), True)
    scale = game.size
    step = _smallest_largest(game.worth / scale, _Fixed.none(game.n), None)
    level = step.level * scale
    return LeastCore(
        level, step.payoff * scale, tuple(int(s) for s in step.tight), level <= _LEVEL * scale
    )


def nucleolus(game: Game) -> Floats:
    """The sharing (n,) [EUR] that leaves the excesses lexicographically smallest, among those that
    give everybody at least what it is worth alone.

    Raises
        UsageError  all together are worth less than all apart, so there is no such sharing

    Notes
        At most n - 1 linear programs: each makes the largest excess still open as small as it can
        be; coalitions with a positive multiplier have it in every solution, and are fixed there,
        together with all that follow from them linearly. The fixed rows are then solved as
        equations, which brings the result to rounding.

    Source
        Schmeidler (1969), The nucleolus of a characteristic function game; Maschler, Peleg and
        Shapley (1979)
    """
    if not game.has_imputation:
        raise UsageError(
            f"all together are worth {game.total:,.0f}, all apart {game.alone.sum():,.0f}: "
            "no sharing gives everybody what it has alone"
        )
    return _nucleolus(game, game.alone)


def prenucleolus(game: Game) -> Floats:
    """The same without the floor of being alone; exists for every game."""
    return _nucleolus(game, None)


def _nucleolus(game: Game, floor: Floats | None) -> Floats:
    if game.n == 1:
        return game.worth[1:].copy()
    scale = game.size
    low = None if floor is None else floor / scale
    if floor is not None and game.total - floor.sum() <= TOLERANCE * scale:
        # nothing is left to share
        return np.asarray(floor + (game.total - floor.sum()) / game.n)
    fixed = _Fixed.none(game.n)
    while fixed.rank < game.n:
        fixed = fixed.with_step(_smallest_largest(game.worth / scale, fixed, low))
    return _as_equations(game.worth / scale, fixed, low) * scale


@dataclass(frozen=True, eq=False)
class _Fixed:
    """Coalitions whose excess is settled: ``coalitions`` (k,), ``level`` (k,) of their excess and
    ``round`` (k,) in which they were; ``at_floor`` parties that get what they have alone.
    """

    n: int
    coalitions: Indices
    level: Floats
    round: Indices
    at_floor: Flags

    @staticmethod
    def none(n: int) -> _Fixed:
        none = np.zeros(0, dtype=np.int64)
        return _Fixed(n, none, np.zeros(0), none, np.zeros(n, dtype=bool))

    @property
    def rows(self) -> Floats:
        """Vectors of all together and of the settled coalitions, (1 + k, n)."""
        return np.asarray(membership(self.n)[np.append(2**self.n - 1, self.coalitions)])

    @property
    def basis(self) -> Floats:
        """Orthonormal rows (rank, n) that span :attr:`rows`."""
        _, size, directions = np.linalg.svd(self.rows, full_matrices=False)
        return np.asarray(directions[size > _SPAN * size[0]], dtype=np.float64)

    @property
    def rank(self) -> int:
        return len(self.basis)

    @property
    def open(self) -> Indices:
        """Coalitions whose excess does not follow from those settled."""
        candidates = proper(self.n)
        vectors = membership(self.n)[candidates]
        basis = self.basis
        off = vectors - (vectors @ basis.T) @ basis
        return np.asarray(candidates[np.linalg.norm(off, axis=1) > np.sqrt(_SPAN)])

    def with_step(self, step: _Step) -> _Fixed:
        count = len(step.tight)
        last = int(self.round.max(initial=-1))
        return _Fixed(
            self.n,
            np.concatenate([self.coalitions, step.tight]),
            np.concatenate([self.level, np.full(count, step.level)]),
            np.concatenate([self.round, np.full(count, last + 1)]),
            self.at_floor | step.at_floor,
        )


@dataclass(frozen=True, eq=False)
class _Step:
    """One linear program: its level, a payoff (n,), coalitions tight in every solution, and
    parties that are at their floor in every solution."""

    level: float
    payoff: Floats
    tight: Indices
    at_floor: Flags


def _smallest_largest(worth: Floats, fixed: _Fixed, floor: Floats | None) -> _Step:
    """Make the largest excess of the open coalitions as small as the settled ones allow."""
    n, open_ = fixed.n, fixed.open
    members = membership(n)
    upper = np.hstack([-members[open_], -np.ones((len(open_), 1))])
    equal = np.hstack([fixed.rows, np.zeros((len(fixed.rows), 1))])
    right = np.append(worth[-1], worth[fixed.coalitions] - fixed.level)
    low = np.full(n, -np.inf) if floor is None else floor
    found = linprog(
        np.append(np.zeros(n), 1.0),
        A_ub=upper,
        b_ub=-worth[open_],
        A_eq=equal,
        b_eq=right,
        bounds=np.column_stack([np.append(low, -np.inf), np.full(n + 1, np.inf)]),
        method="highs-ds",
    )
    if found.status != 0:
        raise SolverError(f"the linear program of a sharing has no answer: {found.message}")
    pull = -np.asarray(found.ineqlin.marginals)
    tight = open_[pull > min(_DUAL, 0.5 * float(pull.max()))]
    floor_pull = np.asarray(found.lower.marginals)[:n]
    return _Step(float(found.x[-1]), np.asarray(found.x[:n]), tight, floor_pull > _DUAL)


def _as_equations(worth: Floats, fixed: _Fixed, floor: Floats | None) -> Floats:
    """Solve the settled rows for the payoff and the level of each round."""
    n, rounds = fixed.n, int(fixed.round.max()) + 1
    level = np.zeros((len(fixed.rows), rounds))
    level[np.arange(1, len(fixed.rows)), fixed.round] = 1.0
    rows = np.hstack([fixed.rows, level])
    right = np.append(worth[-1], worth[fixed.coalitions])
    if floor is not None:
        at = np.flatnonzero(fixed.at_floor)
        rows = np.vstack([rows, np.eye(n + rounds)[at]])
        right = np.append(right, floor[at])
    solved = np.linalg.lstsq(rows, right, rcond=None)[0]
    return np.asarray(solved[:n], dtype=np.float64)


def is_nucleolus(game: Game, payoff: Floats, *, with_floor: bool = True) -> bool:
    """Whether a sharing (n,) is the nucleolus, by Kohlberg's criterion.

    For every level, the coalitions with at least that excess must be balanced: positive weights
    give each party one membership in all. Parties that get no more than they have alone may be
    added with any weight. Needs no knowledge of how the payoff was found: a proof of its own.

    Parameters
        with_floor  False: the prenucleolus, for which being alone is no floor

    Source
        Kohlberg (1971), On the nucleolus of a characteristic function game
    """
    near = _LEVEL * game.size
    if abs(payoff.sum() - game.total) > near:
        return False
    if with_floor and (payoff < game.alone - near).any():
        return False
    if game.n == 1:
        return True
    missing = excess(game, payoff)[proper(game.n)]
    members = game.members[proper(game.n)]
    at_floor = np.eye(game.n)[np.flatnonzero(payoff <= game.alone + near)]
    extra = at_floor if with_floor else np.zeros((0, game.n))
    ordered = np.sort(missing)[::-1]
    levels = ordered[np.append(True, -np.diff(ordered) > near)]
    for level in levels:
        chosen = members[missing >= level - near]
        if not _is_balanced(chosen, extra):
            return False
        if np.linalg.matrix_rank(chosen) == game.n:
            return True  # all further coalitions follow linearly from these
    return True


def _is_balanced(members: Floats, extra: Floats) -> bool:
    """Whether positive weights of ``members`` (k, n) and any of ``extra`` add up to one each."""
    k, n = members.shape
    # weight = least + more, all not below zero; the least of all as large as can be
    columns = np.vstack([members, extra, members.sum(axis=0, keepdims=True)])
    found = linprog(
        np.append(np.zeros(len(columns) - 1), -1.0),
        A_eq=columns.T,
        b_eq=np.ones(n),
        bounds=(0.0, None),
        method="highs-ds",
    )
    return bool(found.status == 0 and -found.fun > _DUAL / max(k, 1))
