"""The linear system that chains share: globals against multipliers of global rows."""

from __future__ import annotations

from dataclasses import dataclass

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
    """The whole border (p,) as chains need it: changes of globals (k,), multipliers of global rows
    (R,), cut columns; and the changes of slacks (R,)."""

    border: Floats
    globals_: Floats
    slacks: Floats
    sum_dual: Floats


class Border:
    """Factor once, solve many times.

    ``sum_matrix`` (R, k) is what globals use of global rows. The matrix is symmetric
    quasi-definite: globals and cut columns against multipliers of global rows.
    """

    def __init__(self, sum_matrix: Floats) -> None:
        self._sum_matrix = sum_matrix
        self._R, self._k = sum_matrix.shape

    def factor(self, matrix: Floats, global_theta: Floats, slack_theta: Floats) -> None:
        """Factor what the stages of all chains add up to.

        Parameters
        ----------
        matrix : (p, p)
            Sum over chains; overwritten.
        global_theta, slack_theta
            (k,), (R,) diagonals of globals and of slacks; infinite: fixed.
        """
        k, R = self._k, self._R
        matrix[:k, k : k + R] -= self._sum_matrix.T
        matrix[k : k + R, :k] -= self._sum_matrix
        self._fixed = np.flatnonzero(np.isinf(global_theta))
        place = np.arange(k)
        matrix[place, place] += np.where(np.isinf(global_theta), 0.0, global_theta)
        self._slack_inverse = np.where(np.isinf(slack_theta), 0.0, 1.0 / slack_theta)
        rows = k + np.arange(R)
        matrix[rows, rows] -= self._slack_inverse
        matrix[self._fixed, :] = 0.0
        matrix[:, self._fixed] = 0.0
        matrix[self._fixed, self._fixed] = 1.0
        sign = np.ones(len(matrix))
        sign[rows] = -1.0
        self._system = Quasidefinite(matrix, sign)

    def solve(self, stages: Floats, own: Sides) -> Solution:
        """Return the solution for what stages leave of their right-hand sides (p,), summed over
        chains, and the border's own."""
        k, R = self._k, self._R
        rhs = stages.copy()
        rhs[:k] += own.globals_
        rhs[k : k + R] -= own.sums + self._slack_inverse * own.slacks
        rhs[self._fixed] = 0.0
        border = self._system.solve(rhs)
        sum_dual = border[k : k + R]
        slacks = self._slack_inverse * (own.slacks - sum_dual)
        return Solution(border, border[:k], slacks, sum_dual)
