"""Small flat programs, solved by hand."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csc_array

from khazri.program.flat import FlatProgram
from khazri.program.varying import Floats

INF = float("inf")


def flat(
    cost: Sequence[float],
    matrix: Sequence[Sequence[float]],
    rows: Sequence[tuple[float, float]],
    bounds: Sequence[tuple[float, float]],
    integers: Sequence[int] = (),
    offset: float = 0.0,
) -> FlatProgram:
    """Return a flat program from a dense matrix, and (lower, upper) of its rows and columns."""
    n, m = len(cost), len(rows)
    dense = csc_array(np.array(matrix, dtype=float).reshape(m, n))
    dense.sort_indices()
    row_limits = np.array(rows, dtype=float).reshape(m, 2)
    limits = np.array(bounds, dtype=float).reshape(n, 2)
    is_integer = np.zeros(n, dtype=bool)
    is_integer[list(integers)] = True
    return FlatProgram(
        cost=np.array(cost, dtype=float),
        lower=limits[:, 0].copy(),
        upper=limits[:, 1].copy(),
        start=dense.indptr.astype(np.int64),
        index=dense.indices.astype(np.int32),
        value=dense.data,
        row_lower=row_limits[:, 0].copy(),
        row_upper=row_limits[:, 1].copy(),
        is_integer=is_integer,
        offset=offset,
    )


def activity(program: FlatProgram, column_value: Floats) -> Floats:
    """Return the rows' values."""
    result: Floats = _matrix(program) @ column_value
    return result


def dual_bound(program: FlatProgram, row_dual: Floats) -> float:
    """Return the lower bound on the optimum that multipliers of the rows prove.

    A multiplier of the wrong sign for a row without that limit, or a reduced cost that pushes a
    column without a bound, proves nothing: -inf.
    """
    held = np.where(row_dual > 0, program.row_lower, program.row_upper)
    reduced = program.cost - _matrix(program).T @ row_dual
    rest = np.where(reduced > 0, program.lower, program.upper)
    rows, columns = row_dual != 0, reduced != 0
    bound = program.offset + row_dual[rows] @ held[rows] + reduced[columns] @ rest[columns]
    return -INF if np.isnan(bound) else float(bound)


def _matrix(program: FlatProgram) -> csc_array:
    shape = (program.n_rows, program.n_columns)
    return csc_array((program.value, program.index, program.start), shape=shape)
