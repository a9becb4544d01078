"""The linear system that stages leave: globals, multipliers of global rows, cut columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from khazri.program.varying import Floats
from khazri.solve.structured.dense import Quasidefinite


@dataclass(frozen=True)
class Sides:
    """The border's own right-hand side: of globals (k,), of slacks (R,) and of global rows (R,)."""

    globals_: Floats
    slacks: Floats
    sums: Floats


@dataclass(frozen=True)
class Solution:
    """The whole border (p,), and in it changes of globals (k,), of slacks (R,) and of multipliers
    of global rows (R,)."""

    border: Floats
    globals_: Floats
    slacks: Floats
    sum_dual: Floats

    def plus(self, other: Solution, length: float) -> Solution:
        """Return this and so much of another."""
        return Solution(
            self.border + length * other.border,
            self.globals_ + length * other.globals_,
            self.slacks + length * other.slacks,
            self.sum_dual + length * other.sum_dual,
        )


class Border:
    """Factor once, solve many times.

    The border has globals and multipliers of global rows, then the cut columns of each chain:
    p = k + R + the sum of ``n_cuts``. Its matrix is symmetric quasi-definite: globals and cut
    columns against multipliers of global rows. Cut columns are not eliminated within their chains,
    so that refinement reaches them.

    ``sum_matrix`` (R, k) is what globals use of global rows, ``n_cuts`` (C,) the number of cut
    columns of each chain.
    """

    def __init__(self, sum_matrix: Floats, n_cuts: Sequence[int]) -> None:
        self._sum_matrix = sum_matrix
        self._R, self._k = sum_matrix.shape
        shared = self._k + self._R
        edges = shared + np.cumsum([0, *n_cuts])
        self.starts = edges[:-1].tolist()
        """Where the cut columns of each chain begin."""
        self._size = int(edges[-1])
        self._places = [
            np.concatenate([np.arange(shared), np.arange(a, b)]) for a, b in pairwise(edges)
        ]

    def factor(self, parts: Sequence[Floats], global_theta: Floats, slack_theta: Floats) -> None:
        """Factor what the stages of all chains add up to.

        Parameters
        ----------
        parts
            (k + R + cut columns) squared of each chain.
        global_theta, slack_theta
            (k,), (R,) diagonals of globals and of slacks; infinite: fixed.
        """
        matrix = np.zeros((self._size, self._size))
        for place, part in zip(self._places, parts, strict=True):
            matrix[np.ix_(place, place)] += part
        k, R = self._k, self._R
        matrix[:k, k : k + R] -= self._sum_matrix.T
        matrix[k : k + R, :k] -= self._sum_matrix
        self._fixed = np.flatnonzero(np.isinf(global_theta))
        place = np.arange(k)
        self._theta = np.where(np.isinf(global_theta), 0.0, global_theta)
        matrix[place, place] += self._theta
        self._slack_inverse = np.where(np.isinf(slack_theta), 0.0, 1.0 / slack_theta)
        rows = k + np.arange(R)
        matrix[rows, rows] -= self._slack_inverse
        matrix[self._fixed, :] = 0.0
        matrix[:, self._fixed] = 0.0
        matrix[self._fixed, self._fixed] = 1.0
        sign = np.ones(len(matrix))
        sign[rows] = -1.0
        self._system = Quasidefinite(matrix, sign)

    def solve(self, parts: Sequence[Floats], own: Sides) -> Solution:
        """Return the solution for what stages leave of their right-hand sides, (k + R + cut
        columns) of each chain, and the border's own."""
        k, R = self._k, self._R
        rhs = np.zeros(self._size)
        for place, part in zip(self._places, parts, strict=True):
            rhs[place] += part
        rhs[:k] += own.globals_
        rhs[k : k + R] -= own.sums + self._slack_inverse * own.slacks
        rhs[self._fixed] = 0.0
        border = self._system.solve(rhs)
        sum_dual = border[k : k + R]
        slacks = self._slack_inverse * (own.slacks - sum_dual)
        return Solution(border, border[:k], slacks, sum_dual)

    def globals_left(self, found: Solution, stages: Floats, own: Sides) -> Floats:
        """Return how far the equations of globals (k,) are from met, given what stages leave of
        them (k,)."""
        left = stages + own.globals_ - self._theta * found.globals_
        left = left + self._sum_matrix.T @ found.sum_dual
        left[self._fixed] = 0.0
        return left
