"""The linear system of one iteration as one chain sees it: stages are eliminated by kernels.

With stage rows eliminated, what is left is a matrix of the border: globals and multipliers of
global rows, which chains share, then cut columns, which are the chain's own. Those of a chain that
shares its border are eliminated here as well; those of a chain alone are left to the border, where
refinement reaches them.
"""

from __future__ import annotations

import numpy as np

from khazri.program.proof import stage_product
from khazri.program.varying import Floats
from khazri.solve.structured.dense import Quasidefinite
from khazri.solve.structured.kernels import Iterate, Stages


class Newton:
    """Factor once, solve many times (docs/solver.md, "One iteration").

    A solve goes through the stages twice: :meth:`side` eliminates a right-hand side, and once the
    border (p,) is known :meth:`back` finds rows and columns. p is k + R, and the number of cut
    columns more for a chain alone.
    """

    def __init__(self, stages: Stages, *, is_alone: bool) -> None:
        self.stages = stages
        self.p = stages.K if is_alone else stages.k + stages.R
        self.dependent = 0
        self._first, self._reduced = (np.empty((stages.T, stages.m)) for _ in range(2))
        self._sum_entries = stages.form.program.sum_entries
        self._weight = stages.form.program.weight
        self._own_side = np.zeros(stages.K - self.p)

    def factor(self, at: Iterate, regular: float) -> Floats:
        """Factor at an iterate; return what the chain adds to the border's matrix (p, p).

        ``regular`` is the diagonal of stage columns without bounds.
        """
        self._at = at
        corner = self.stages.weights(at, regular)
        gram, self.dependent = self.stages.factor(at, regular)
        matrix = corner + gram
        p = self.p
        if p == len(matrix):
            return matrix
        own = Quasidefinite(matrix[p:, p:].copy(), np.ones(len(matrix) - p))
        self._across = matrix[p:, :p].copy()
        self._own = own
        # By columns, as few as there are cut columns: own^-1 across.
        unit = np.eye(len(matrix) - p)
        inverse = np.stack([own.solve(column) for column in unit], axis=1)
        self._carried = inverse @ self._across
        return matrix[:p, :p] - self._across.T @ self._carried

    def side(self, columns: Floats | None, rows: Floats) -> Floats:
        """Return what a right-hand side, of stage columns (T, n) or None for zeros and of stage
        rows (T, m), leaves for the border (p,)."""
        stages, at = self.stages, self._at
        self._rows = stages.reduce(at, columns, rows, self._reduced)
        stages.substitute(at, self._rows, None, self._first)
        rhs = stages.border_side(at, columns, self._first)
        if columns is not None and stages.c:
            rhs[stages.k + stages.R :] += columns[-1, stages.form.cut_columns]
        self._own_side = rhs[self.p :]
        if not len(self._own_side):
            return rhs
        return rhs[: self.p] - self._carried.T @ self._own_side

    def back(self, columns: Floats | None, border: Floats, dx: Floats, row_dual: Floats) -> None:
        """Set ``dx`` (T, n) and ``row_dual`` (T, m) for the right-hand side that :meth:`side` saw
        last, of ``columns`` and the rows it has kept, and the solution of the border (p,): fresh
        memory costs more than the arithmetic."""
        stages, at = self.stages, self._at
        if len(self._own_side):
            own = self._own.solve(self._own_side - self._across @ border)
            border = np.concatenate([border, own])
        stages.substitute(at, self._rows, border, row_dual)
        stages.columns(at, columns, row_dual, border, dx)

    def sum_product(self, dx: Floats) -> Floats:
        """Return ``sum_t w C dx`` (R,)."""
        product: Floats = self._weight @ stage_product(self._sum_entries, dx, self.stages.R)
        return product
