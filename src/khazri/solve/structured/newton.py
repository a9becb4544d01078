"""The linear system of one iteration as one chain sees it: stages are eliminated by kernels.

With stage rows eliminated, what is left is a matrix of the border: globals and multipliers of
global rows, which chains share, then cut columns, which are the chain's own.
"""

from __future__ import annotations

import numpy as np

from khazri.program.proof import stage_product
from khazri.program.varying import Floats
from khazri.solve.structured.kernels import Iterate, Stages

_ROUNDING = 1e-13
"""Share of what a global row has, before stage rows take their part, that may be rounding."""


class Newton:
    """Factor once, solve many times (docs/solver.md, "One iteration").

    A solve goes through the stages twice: :meth:`side` eliminates a right-hand side, and once the
    border (K,) is known :meth:`back` finds rows and columns.
    """

    def __init__(self, stages: Stages) -> None:
        self.stages = stages
        self.dependent = 0
        self._first, self._reduced = (np.empty((stages.T, stages.m)) for _ in range(2))
        self._sum_entries = stages.form.program.sum_entries
        self._weight = stages.form.program.weight

    def factor(self, at: Iterate, regular: float) -> Floats:
        """Factor at an iterate; return what the chain adds to the border's matrix (K, K).

        ``regular`` is the diagonal of stage columns without bounds.
        """
        self._at = at
        corner = self.stages.weights(at, regular)
        self._corner = corner
        gram, self.dependent = self.stages.factor(at, regular)
        matrix = corner + gram
        # Where stage rows leave a global row no freedom, the two parts differ by rounding only.
        rows = self.stages.k + np.arange(self.stages.R)
        matrix[rows, rows] -= _ROUNDING * np.abs(corner[rows, rows])
        return matrix

    def side(self, columns: Floats | None, rows: Floats, cuts: Floats | None = None) -> Floats:
        """Return what a right-hand side, of stage columns (T, n) or None for zeros and of stage
        rows (T, m), leaves for the border (K,); without columns, ``cuts`` (c,) are those that are
        cut."""
        stages, at = self.stages, self._at
        self._rows = stages.reduce(at, columns, rows, self._reduced)
        stages.substitute(at, self._rows, None, self._first)
        rhs = stages.border_side(at, columns, self._first)
        if columns is not None and stages.c:
            rhs[stages.k + stages.R :] += columns[-1, stages.form.cut_columns]
        if cuts is not None:
            rhs[stages.k + stages.R :] += cuts
        return rhs

    def back(self, columns: Floats | None, border: Floats, dx: Floats, row_dual: Floats) -> None:
        """Set ``dx`` (T, n) and ``row_dual`` (T, m) for the right-hand side that :meth:`side` saw
        last, of ``columns`` and the rows it has kept, and the solution of the border (K,): fresh
        memory costs more than the arithmetic."""
        stages, at = self.stages, self._at
        stages.substitute(at, self._rows, border, row_dual)
        stages.columns(at, columns, row_dual, border, dx)

    def border_residual(self, columns: Floats, border: Floats, row_dual: Floats) -> Floats:
        """Return what stages leave of the border's own equations (K,), for a right-hand side of
        columns (T, n), at a border (K,) and multipliers (T, m)."""
        stages = self.stages
        left = stages.border_side(self._at, columns, row_dual)
        left -= (self._corner * border).sum(axis=1)
        if stages.c:
            left[stages.k + stages.R :] += columns[-1, stages.form.cut_columns]
        return left

    def sum_product(self, dx: Floats) -> Floats:
        """Return ``sum_t w C dx`` (R,)."""
        product = stage_product(self._sum_entries, dx, self.stages.R)
        # Not `@`: its order of addition depends on how many threads a process may use.
        total: Floats = (self._weight[:, None] * product).sum(axis=0)
        return total
