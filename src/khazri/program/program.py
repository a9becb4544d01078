"""The block-structured linear program: one hour's equations, repeated.

    min  Σ_h w_h c_h·x_h + d·y
    A_h x_h + F_h x_{h-1} + G_h y = b_h              for each stage h
    l_h + L_h y_g ≤ x_h ≤ u_h + U_h y_g              bounds affine in one global column each
    r⁻ ≤ Σ_h w_h C_h x_h + H y ≤ r⁺                  global rows
    y⁻ ≤ y ≤ y⁺

The pattern of A, F, G and C is the same in all stages; what varies with time is held as
:class:`~khazri.program.varying.Varying`. Every bound is finite: then *any* multipliers of the
stage rows and global rows prove a lower bound on the optimum (:mod:`khazri.program.proof`).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from khazri.program.varying import Floats, Indices, Varying

Flags = NDArray[np.bool_]
Names = NDArray[np.str_]


@dataclass(frozen=True)
class Labels:
    """Names of rows or columns, arrays (n,): the family and the item within it."""

    family: Names
    item: Names

    def __len__(self) -> int:
        return len(self.family)

    def of(self, family: str) -> slice:
        """Return where ``family`` lies (families are contiguous; empty slice if absent)."""
        found = np.flatnonzero(self.family == family)
        if not len(found):
            return slice(0, 0)
        return slice(int(found[0]), int(found[-1]) + 1)


@dataclass(frozen=True)
class Entries:
    """Non-zero entries of a matrix that repeats in each stage, arrays (e,)."""

    row: Indices
    column: Indices
    value: Varying

    def __len__(self) -> int:
        return len(self.row)


@dataclass(frozen=True)
class Program:
    """A block-structured program of T stages, n columns and m rows a stage, k global columns.

    ``duration`` (T,) [h] is the length of each stage, ``weight`` (T,) [h] how many hours of the
    year it stands for. ``previous`` (T,) is the stage before; the first stage of a chain has the
    chain's last stage there, and ``carry_is_cyclic`` says which entries of ``carry`` follow it:
    the others are absent in the first stage of a chain (``is_first``). ``is_store`` marks rows
    that add up over time (MWh); all others hold for powers (MW). ``capacity`` (n,) is the global
    column that the bounds of a stage column follow, -1: none. ``implied`` (q,) are stage columns
    whose bounds follow from the rows and the bounds of others: proofs use them, solvers do better
    without.
    """

    duration: Floats
    weight: Floats
    previous: Indices
    is_first: Flags
    columns: Labels
    rows: Labels
    is_store: Flags
    cost: Varying
    lower: Varying
    upper: Varying
    lower_slope: Varying
    upper_slope: Varying
    capacity: Indices
    entries: Entries
    carry: Entries
    carry_is_cyclic: Flags
    global_entries: Entries
    rhs: Varying
    globals: Labels
    global_cost: Floats
    global_lower: Floats
    global_upper: Floats
    is_integer: Flags
    global_rows: Labels
    sum_entries: Entries
    sum_row: Indices
    sum_column: Indices
    sum_value: Floats
    sum_lower: Floats
    sum_upper: Floats
    constant_cost: float
    implied: Indices = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    @property
    def n_stages(self) -> int:
        """Number of stages T."""
        return len(self.duration)

    @property
    def n_columns(self) -> int:
        """Columns n of one stage."""
        return len(self.columns)

    @property
    def n_rows(self) -> int:
        """Rows m of one stage."""
        return len(self.rows)

    @property
    def n_globals(self) -> int:
        """Global columns k."""
        return len(self.globals)

    @property
    def n_global_rows(self) -> int:
        """Global rows."""
        return len(self.global_rows)

    def bounds(self, y: Floats) -> tuple[Floats, Floats]:
        """Return lower and upper bounds (T, n) of the stage columns at the global columns ``y``."""
        scale = np.where(self.capacity >= 0, y[self.capacity] if len(y) else 0.0, 0.0)
        lower = self.lower.dense() + self.lower_slope.dense() * scale
        upper = self.upper.dense() + self.upper_slope.dense() * scale
        return lower, upper

    def objective(self, x: Floats, y: Floats) -> float:
        """Return the total cost [EUR/a] of stage columns ``x`` (T, n) and globals ``y`` (k,)."""
        fixed = self.cost.constant @ (self.weight @ x)
        moving = self.cost.values * x[:, self.cost.index]
        varying = float(self.weight @ moving.sum(axis=1)) if moving.size else 0.0
        # `constant` holds zeros at the varying items, so the two parts do not overlap.
        return float(fixed) + varying + float(self.global_cost @ y) + self.constant_cost


@dataclass(frozen=True)
class Point:
    """Values of a program's columns and multipliers of its rows.

    ``x`` (T, n) and ``y`` (k,) are the columns; ``row_dual`` (T, m) [EUR per MW or MWh of the
    right-hand side of that stage and year] and ``sum_dual`` (T, R) the multipliers: what the cost
    grows by when the right-hand side does. All stages see the same multiplier of a global row
    where the year was solved as a whole; where it was solved in windows each has its own.
    """

    x: Floats
    y: Floats
    row_dual: Floats
    sum_dual: Floats
