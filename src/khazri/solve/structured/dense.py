"""Symmetric quasi-definite matrices, factored without pivoting by the compiled kernels.

Source: Vanderbei (1995), Symmetric quasidefinite matrices.
"""

from __future__ import annotations

import ctypes

import numpy as np

from khazri.program.varying import Floats
from khazri.solve.structured.library import load

# Added to the diagonal once that is scaled to one, and the least pivot taken as it is.
_REGULAR = 1e-13
_LEAST = 1e-12

_REFINEMENTS = 3


class Quasidefinite:
    """A factored symmetric matrix (q, q) with positive and negative pivots.

    Parameters
    ----------
    matrix : (q, q)
        Kept for refinement.
    sign : (q,)
        1 or -1: the sign of each pivot.
    """

    def __init__(self, matrix: Floats, sign: Floats) -> None:
        self._matrix = matrix
        size = np.sqrt(np.abs(np.diag(matrix)))
        self._scale = 1.0 / np.where(size > 0.0, size, 1.0)
        scaled = matrix * self._scale[:, None] * self._scale[None, :]
        scaled[np.diag_indices_from(scaled)] += _REGULAR * sign
        self._factored = scaled
        load().khazri_quasidefinite(
            ctypes.c_int64(len(scaled)),
            ctypes.c_void_p(scaled.ctypes.data),
            ctypes.c_void_p(sign.ctypes.data),
            ctypes.c_double(_LEAST),
        )

    def solve(self, rhs: Floats) -> Floats:
        """Return the solution (q,) for ``rhs`` (q,), refined."""
        value = np.zeros_like(rhs)
        left = rhs
        for _ in range(_REFINEMENTS):
            value = value + self._once(left * self._scale) * self._scale
            left = rhs - self._matrix @ value
        return value

    def _once(self, rhs: Floats) -> Floats:
        value = np.array(rhs)
        load().khazri_quasidefinite_solve(
            ctypes.c_int64(len(value)),
            ctypes.c_void_p(self._factored.ctypes.data),
            ctypes.c_void_p(value.ctypes.data),
        )
        return value
