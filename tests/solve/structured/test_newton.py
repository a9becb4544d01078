"""The linear system of an iteration against a dense solution of all its equations at once."""

from __future__ import annotations

import shutil

import numpy as np
import pytest

from khazri.solve.structured.border import Border, Sides
from khazri.solve.structured.form import HAS_LOWER, HAS_UPPER, IS_ACTIVE, make_form
from khazri.solve.structured.kernels import Iterate, Stages
from khazri.solve.structured.newton import Newton

from .programs import Trait, random_program

pytestmark = pytest.mark.skipif(not shutil.which("cc"), reason="needs a C compiler")

_LOOSE = 1e-3  # theta of columns without bounds

CASES = [
    (),
    (Trait.NO_STORES, Trait.NO_GLOBALS),
    (Trait.ONE_STAGE, Trait.CYCLIC, Trait.RAMPS, Trait.SUM_ROWS),
    (Trait.TWO_STAGES, Trait.CYCLIC, Trait.RAMPS),
    (Trait.SUM_ROWS, Trait.WEIGHTS, Trait.VARYING),
    (Trait.RESERVES, Trait.RAMPS, Trait.VARYING, Trait.CYCLIC, Trait.SUM_ROWS),
    (Trait.TIED, Trait.FIXED, Trait.CYCLIC, Trait.SUM_ROWS),
    (Trait.FREE_COLUMNS, Trait.ONE_SIDED, Trait.RISING_LOWER, Trait.OPEN_GLOBALS),
    (Trait.FIXED_GLOBALS, Trait.SUM_ROWS, Trait.RESERVES, Trait.RISING_LOWER),
]


class Dense:
    """All unknowns of a direction in one vector: columns, multipliers of rows, globals, slacks and
    multipliers of global rows; and their equations, written from the definition of the program.

    Optimality: ``c - A'u - C'v - zl + zu = 0``, ``d - G'u - H'v + sum(L zl - U zu) = 0``,
    ``v - (multipliers of the slack) = 0``; ``dzl = -zl (dx - L dy) / (x - l)`` and
    ``dzu = zu (dx - U dy) / (u - x)``.
    """

    def __init__(self, form, at, global_theta, slack_theta):
        program = form.program
        T, n, m = program.n_stages, program.n_columns, program.n_rows
        k, R = program.n_globals, program.n_global_rows
        place = form.ordering.place
        lower, upper = program.bounds(at.y)
        kind = form.columns.kind
        self.is_active = (kind & IS_ACTIVE) != 0
        a = at.z_lower / np.where(kind & HAS_LOWER, at.x - lower, 1.0)  # z is 0 where no bound is
        b = at.z_upper / np.where(kind & HAS_UPPER, upper - at.x, 1.0)
        free = (kind & (HAS_LOWER | HAS_UPPER)) == 0
        L, U = program.lower_slope.dense(), program.upper_slope.dense()

        rows = np.zeros((T, m, T, n))
        a_value, f_value = program.entries.value.dense(), program.carry.value.dense()
        for t in range(T):
            np.add.at(
                rows[t, :, t], (place[program.entries.row], program.entries.column), a_value[t]
            )
            carried = program.carry_is_cyclic if t == 0 else np.ones(len(program.carry), dtype=bool)
            np.add.at(
                rows[t, :, t - 1],
                (place[program.carry.row[carried]], program.carry.column[carried]),
                f_value[t, carried],
            )
        sums = np.zeros((R, T, n))
        c_value = program.sum_entries.value.dense() * program.weight[:, None]
        for t in range(T):
            np.add.at(sums[:, t], (program.sum_entries.row, program.sum_entries.column), c_value[t])
        in_rows = np.zeros((T, m, k))
        for t in range(T):
            np.add.at(in_rows[t], (form.g_row, form.g_column), form.g.dense()[t])
        along = np.zeros((T, n, k))
        curve = np.zeros(k)
        for j in np.flatnonzero(program.capacity >= 0):
            own, use = program.capacity[j], self.is_active[:, j]
            along[use, j, own] = (a * L + b * U)[use, j]
            curve[own] += (a * L**2 + b * U**2)[use, j].sum()

        self.sizes = np.cumsum([T * n, T * m, k, R, R])
        N = self.sizes[-1]
        X, D, Y, S, V = (
            slice(low, high) for low, high in zip([0, *self.sizes[:-1]], self.sizes, strict=True)
        )
        A, C = rows.reshape(T * m, T * n), sums.reshape(R, T * n)
        G, Q = in_rows.reshape(T * m, k), along.reshape(T * n, k)
        matrix = np.zeros((N, N))
        matrix[X, X] = np.diag((a + b + np.where(free, _LOOSE, 0.0)).ravel())
        matrix[X, Y], matrix[X, D], matrix[X, V] = -Q, -A.T, -C.T
        matrix[D, X], matrix[D, Y] = A, G
        matrix[Y, X], matrix[Y, D], matrix[Y, V] = -Q.T, -G.T, -form.sum_matrix.T
        matrix[Y, Y] = np.diag(curve + np.where(np.isinf(global_theta), 0.0, global_theta))
        matrix[S, S] = np.diag(np.where(np.isinf(slack_theta), 0.0, slack_theta))
        matrix[S, V] = np.eye(R)
        matrix[V, X], matrix[V, Y], matrix[V, S] = C, form.sum_matrix, -np.eye(R)
        fixed = np.concatenate(
            [
                np.flatnonzero(~self.is_active.ravel()),
                Y.start + np.flatnonzero(np.isinf(global_theta)),
                S.start + np.flatnonzero(np.isinf(slack_theta)),
            ]
        )
        matrix[fixed, :] = 0.0
        matrix[fixed, fixed] = 1.0
        self.matrix, self.fixed = matrix, fixed

    def solve(self, columns, rows, sides):
        rhs = np.concatenate(
            [columns.ravel(), rows.ravel(), sides.globals_, sides.slacks, sides.sums]
        )
        rhs[self.fixed] = 0.0
        return np.split(np.linalg.solve(self.matrix, rhs), self.sizes[:-1])


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("case", range(len(CASES)))
def test_the_direction_solves_all_equations(case, threads):
    program = random_program(case, CASES[case], hours=4, n_buses=2)
    form = make_form(program)
    rng = np.random.default_rng(case)
    T, n, m = program.n_stages, program.n_columns, program.n_rows
    k, R = program.n_globals, program.n_global_rows
    kind = form.columns.kind
    low, high = form.columns.global_lower, form.columns.global_upper
    y = np.where(np.isfinite(high), 0.4 * low + 0.6 * high, low + 10.0)
    lower, upper = program.bounds(y)
    has_lower, has_upper = (kind & HAS_LOWER) != 0, (kind & HAS_UPPER) != 0
    share = rng.uniform(0.1, 0.9, (T, n))
    low_end = np.where(np.isfinite(lower), lower, np.where(np.isfinite(upper), upper - 9, -5.0))
    high_end = np.where(np.isfinite(upper), upper, low_end + 9.0)
    x = np.where(kind & IS_ACTIVE, low_end + share * (high_end - low_end), 0.0)
    at = Iterate(
        x=x,
        z_lower=np.where(has_lower, rng.uniform(0.1, 10.0, (T, n)), 0.0),
        z_upper=np.where(has_upper, rng.uniform(0.1, 10.0, (T, n)), 0.0),
        y=y,
        row_dual=rng.normal(size=(T, m)),
        sum_dual=rng.normal(size=R),
    )
    global_theta = np.where(low >= high, np.inf, rng.uniform(0.1, 2.0, k))
    slack_theta = np.where(program.sum_lower >= program.sum_upper, np.inf, rng.uniform(0.1, 2.0, R))
    right, rows = np.where(kind & IS_ACTIVE, rng.normal(size=(T, n)), 0.0), rng.normal(size=(T, m))
    sides = Sides(
        np.where(np.isinf(global_theta), 0.0, rng.normal(size=k)),
        np.where(np.isinf(slack_theta), 0.0, rng.normal(size=R)),
        rng.normal(size=R),
    )
    newton, border = Newton(Stages(form, threads)), Border(form.sum_matrix, [len(form.cut_columns)])
    border.factor([newton.factor(at, _LOOSE)], global_theta, slack_theta)
    found = border.solve([newton.side(right, rows)], sides)
    dx, multipliers = np.empty((T, n)), np.empty((T, m))
    newton.back(right, found.border, dx, multipliers)
    columns, row_dual, globals_, slacks, sum_dual = Dense(
        form, at, global_theta, slack_theta
    ).solve(right, rows, sides)

    assert newton.dependent == 0
    for ours, theirs in (
        (dx.ravel(), columns),
        (multipliers.ravel(), row_dual),
        (found.globals_, globals_),
        (found.slacks, slacks),
        (found.sum_dual, sum_dual),
    ):
        scale = np.abs(theirs).max(initial=1.0)
        np.testing.assert_allclose(ours, theirs, atol=1e-8 * scale, rtol=1e-7)


def test_refinement_meets_rows_of_a_badly_conditioned_system():
    """With theta from 1e-7 to 1e7, rows are met to rounding after one step."""
    program = random_program(3, (Trait.SUM_ROWS, Trait.RAMPS), hours=6, n_buses=2)
    form = make_form(program)
    rng = np.random.default_rng(0)
    T, n, m, R = program.n_stages, program.n_columns, program.n_rows, program.n_global_rows
    y = 0.5 * (form.columns.global_lower + form.columns.global_upper)
    lower, upper = program.bounds(y)
    z_lower, z_upper = (10.0 ** rng.uniform(-7, 7, (T, n)) for _ in range(2))
    at = Iterate(
        0.5 * (lower + upper), z_lower, z_upper, y, rng.normal(size=(T, m)), rng.normal(size=R)
    )
    slack_theta = np.where(program.sum_lower >= program.sum_upper, np.inf, 1.0)
    newton, border = Newton(Stages(form, 1)), Border(form.sum_matrix, [len(form.cut_columns)])
    border.factor([newton.factor(at, _LOOSE)], np.ones(len(y)), slack_theta)
    columns, rows = rng.normal(size=(T, n)), rng.normal(size=(T, m))
    none = Sides(np.zeros(len(y)), np.zeros(R), np.zeros(R))
    dx, more, left = np.zeros((T, n)), np.empty((T, n)), rows
    dy = np.zeros(len(y))
    for right in (columns, None):
        found = border.solve([newton.side(right, left)], none)
        newton.back(right, found.border, more, np.empty((T, m)))
        dx, dy, left = dx + more, dy + found.globals_, np.empty((T, m))
        newton.stages.row_residual(rows, dx, dy, left)
    assert np.abs(left).max() < 1e-9 * max(1.0, np.abs(dx).max())
