"""The linear system of one iteration: stages eliminated by kernels, the border in dense form."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from khazri.program.proof import stage_product
from khazri.program.varying import Floats
from khazri.solve.structured.kernels import Iterate, Stages

# Added to the border's diagonal once that is scaled to one, and the least pivot taken as it is.
_BORDER_REGULAR = 1e-13
_BORDER_LEAST = 1e-12


@dataclass(frozen=True)
class Sides:
    """A right-hand side: of stage columns (T, n) or None for zeros, stage rows (T, m), globals
    (k,), the slacks of global rows (R,) and global rows (R,)."""

    columns: Floats | None
    rows: Floats
    globals_: Floats
    slacks: Floats
    sums: Floats


@dataclass(frozen=True)
class Solution:
    """Changes of stage columns (T, n), multipliers of stage rows (T, m), globals (k,), slacks of
    global rows (R,) and multipliers of global rows (R,)."""

    columns: Floats
    row_dual: Floats
    globals_: Floats
    slacks: Floats
    sum_dual: Floats


class Newton:
    """Factor once, solve many times (docs/solver.md, "Linear system").

    With stage rows eliminated, what is left is the symmetric quasi-definite matrix of the border,
    globals and cut columns against multipliers of global rows.
    """

    def __init__(self, stages: Stages) -> None:
        self.stages = stages
        entries = stages.form.program.sum_entries
        self._sum_entries = entries
        self._weight = stages.form.program.weight
        self.dependent = 0
        shape = (stages.T, stages.m)
        self._first, self._left = np.empty(shape), np.empty(shape)

    def factor(
        self, at: Iterate, regular: float, global_theta: Floats, slack_theta: Floats
    ) -> None:
        """Factor at an iterate.

        Parameters
        ----------
        at
            Where the method stands.
        regular
            Diagonal of stage columns without bounds.
        global_theta, slack_theta
            (k,), (R,) diagonals of globals and of slacks; infinite: fixed.
        """
        stages = self.stages
        k, R = stages.k, stages.R
        self._at = at
        corner = stages.weights(at, regular)
        gram, self.dependent = stages.factor(at, regular)
        matrix = corner + gram
        H = stages.form.sum_matrix
        matrix[:k, k : k + R] -= H.T
        matrix[k : k + R, :k] -= H
        self._fixed = np.flatnonzero(np.isinf(global_theta))
        diagonal = np.where(np.isinf(global_theta), 0.0, global_theta)
        place = np.arange(k)
        matrix[place, place] += diagonal
        self._slack_inverse = np.where(np.isinf(slack_theta), 0.0, 1.0 / slack_theta)
        rows = k + np.arange(R)
        matrix[rows, rows] -= self._slack_inverse
        matrix[self._fixed, :] = 0.0
        matrix[:, self._fixed] = 0.0
        matrix[self._fixed, self._fixed] = 1.0
        size = np.sqrt(np.abs(np.diag(matrix)))
        self._scale = 1.0 / np.where(size > 0.0, size, 1.0)
        scaled = matrix * self._scale[:, None] * self._scale[None, :]
        sign = np.ones(len(size))
        sign[rows] = -1.0
        scaled[np.diag_indices_from(scaled)] += _BORDER_REGULAR * sign
        self._matrix = matrix
        stages.factor_border(scaled, sign, _BORDER_LEAST)
        self._border = scaled

    def _border_solve(self, rhs: Floats) -> Floats:
        rhs = rhs.copy()
        rhs[self._fixed] = 0.0
        value = np.zeros_like(rhs)
        left = rhs
        for _ in range(3):
            value = value + self.stages.solve_border(self._border, left * self._scale) * self._scale
            left = rhs - self._matrix @ value
        return value

    def sum_product(self, dx: Floats) -> Floats:
        """Return ``sum_t w C dx`` (R,)."""
        product: Floats = self._weight @ stage_product(self._sum_entries, dx, self.stages.R)
        return product

    def solve(self, sides: Sides, columns: Floats, row_dual: Floats) -> Solution:
        """Return the solution; ``columns`` (T, n) and ``row_dual`` (T, m) are overwritten and part
        of it: fresh memory costs more than the arithmetic."""
        stages, at = self.stages, self._at
        k, R = stages.k, stages.R
        stages.substitute(at, sides.columns, sides.rows, np.zeros(stages.K), self._first)
        rhs = stages.border_side(at, sides.columns, self._first)
        rhs[:k] += sides.globals_
        rhs[k : k + R] -= sides.sums + self._slack_inverse * sides.slacks
        if sides.columns is not None and stages.c:
            rhs[k + R :] += sides.columns[-1, stages.form.cut_columns]
        border = self._border_solve(rhs)
        stages.substitute(at, sides.columns, sides.rows, border, row_dual)
        stages.columns(at, sides.columns, row_dual, border, columns)
        sum_dual = border[k : k + R]
        slacks = self._slack_inverse * (sides.slacks - sum_dual)
        return Solution(columns, row_dual, border[:k], slacks, sum_dual)

    def refine(self, sides: Sides, found: Solution, columns: Floats, row_dual: Floats) -> Solution:
        """Return ``found`` with the rows met better: one step of iterative refinement, for which
        ``columns`` (T, n) and ``row_dual`` (T, m) are memory to work in."""
        self.stages.row_residual(sides.rows, found.columns, found.globals_, self._left)
        uses = self.sum_product(found.columns) + self.stages.form.sum_matrix @ found.globals_
        sums = sides.sums - (uses - found.slacks)
        k, R = self.stages.k, self.stages.R
        left = Sides(None, self._left, np.zeros(k), np.zeros(R), sums)
        change = self.solve(left, columns, row_dual)
        np.add(found.columns, change.columns, out=found.columns)
        np.add(found.row_dual, change.row_dual, out=found.row_dual)
        return Solution(
            found.columns,
            found.row_dual,
            found.globals_ + change.globals_,
            found.slacks + change.slacks,
            found.sum_dual + change.sum_dual,
        )
