"""What is decided in a program, in which order rows go, and what columns that are held bring."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from khazri.program import Program
from khazri.program.assemble import labels
from khazri.program.program import Entries
from khazri.program.proof import row_activity, sum_activity
from khazri.program.varying import constant, from_pieces
from khazri.solve.structured.form import (
    HAS_LOWER,
    HAS_UPPER,
    IS_ACTIVE,
    CrossedBoundsError,
    classify,
    make_form,
)
from khazri.solve.structured.ordering import order_rows

from .programs import Trait, random_program

INF = float("inf")


def bounded(bounds, slopes=None, capacity=None, *, interval=(0.0, 100.0), n_stages=2) -> Program:
    """Make a program of one row in which all columns have entry 1, and of one global column.

    ``bounds`` and ``slopes`` are (lower, upper) of each column, numbers or one per stage.
    """
    n = len(bounds)
    lower, upper = (
        from_pieces(
            [np.broadcast_to(np.stack([np.broadcast_to(b[side], n_stages) for b in bounds], 1),
                             (n_stages, n)).astype(float)], n_stages)
        for side in (0, 1)
    )  # fmt: skip
    slope = np.array(slopes if slopes is not None else [(0.0, 0.0)] * n, dtype=float)
    none = np.zeros(0, dtype=np.int64)
    return Program(
        duration=np.ones(n_stages),
        weight=np.ones(n_stages),
        previous=np.roll(np.arange(n_stages), 1),
        is_first=np.arange(n_stages) == 0,
        columns=labels([("column", np.arange(n).astype(str))]),
        rows=labels([("row", np.array(["0"]))]),
        is_store=np.zeros(1, dtype=bool),
        cost=constant(np.arange(1.0, n + 1), n_stages),
        lower=lower,
        upper=upper,
        lower_slope=constant(slope[:, 0], n_stages),
        upper_slope=constant(slope[:, 1], n_stages),
        capacity=np.array(capacity if capacity is not None else [-1] * n, dtype=np.int64),
        entries=Entries(np.zeros(n, dtype=np.int64), np.arange(n), constant(np.ones(n), n_stages)),
        carry=Entries(none, none, constant(np.zeros(0), n_stages)),
        carry_is_cyclic=np.zeros(0, dtype=bool),
        global_entries=Entries(none, none, constant(np.zeros(0), n_stages)),
        rhs=constant(np.array([10.0]), n_stages),
        globals=labels([("global", np.array(["0"]))]),
        global_cost=np.array([7.0]),
        global_lower=np.array([interval[0]], dtype=float),
        global_upper=np.array([interval[1]], dtype=float),
        is_integer=np.zeros(1, dtype=bool),
        global_rows=labels([("sum", np.zeros(0, dtype=str))]),
        sum_entries=Entries(none, none, constant(np.zeros(0), n_stages)),
        sum_row=none,
        sum_column=none,
        sum_value=np.zeros(0),
        sum_lower=np.zeros(0),
        sum_upper=np.zeros(0),
        constant_cost=0.0,
    )


def test_columns_are_classed_by_their_bounds():
    """Both bounds, the lower, the upper, none, and equal ones in the second stage only."""
    program = bounded([(0, 5), (0, INF), (-INF, 5), (-INF, INF), ([0, 2], [2, 2])])
    kind = classify(program).kind
    both = HAS_LOWER | HAS_UPPER | IS_ACTIVE
    first = [both, HAS_LOWER | IS_ACTIVE, HAS_UPPER | IS_ACTIVE, IS_ACTIVE, both]
    assert kind.tolist() == [first, [*first[:4], 0]]


def test_held_columns_keep_their_value_and_slope():
    """Bounds 3 to 3, and 1 + 0.5 y to 1 + 0.5 y; the third column is decided."""
    program = bounded([(3, 3), (1, 1), (0, 9)], [(0, 0), (0.5, 0.5), (0, 0)], [-1, 0, -1])
    columns = classify(program)
    assert columns.held.tolist() == [[3, 1, 0]] * 2
    assert columns.held_slope.tolist() == [[0, 0.5, 0]] * 2


def test_intervals_are_narrowed_to_where_no_bounds_cross():
    """4 + 0 y <= x <= 0.5 y needs y >= 8; y/5 <= x <= 6 needs y <= 30."""
    program = bounded([(4, 0), (0, 6)], [(0, 0.5), (0.2, 0)], [0, 0])
    columns = classify(program)
    assert columns.global_lower == pytest.approx([8.0])
    assert columns.global_upper == pytest.approx([30.0])


def test_the_tightest_stage_narrows():
    """Lower bounds 4 and 6: y >= 12."""
    assert classify(bounded([([4, 6], 0)], [(0, 0.5)], [0])).global_lower == pytest.approx([12.0])


def test_an_interval_may_shrink_to_a_point():
    """4 <= x <= 0.5 y and y <= 8: y is 8, and the column that follows it is held at 4."""
    columns = classify(bounded([(4, 0), (0, 9)], [(0, 0.5), (0, 0)], [0, -1], interval=(0, 8)))
    assert columns.global_lower.tolist() == columns.global_upper.tolist() == [8.0]
    assert columns.kind[:, 0].tolist() == [0, 0]
    assert columns.held[:, 0].tolist() == [4.0, 4.0]


def test_bounds_that_cross_are_told_with_their_place():
    program = bounded([(0, 9), ([0, 5], 4)])
    with pytest.raises(CrossedBoundsError) as caught:
        make_form(program)
    assert (caught.value.stage, caught.value.column) == (1, 1)


def test_bounds_that_cross_for_every_capacity_are_told():
    """4 <= x <= 0.5 y needs y >= 8, y is at most 6; the worst stage is the second."""
    program = bounded([(0, 9), ([4, 5], 0)], [(0, 0), (0, 0.5)], [-1, 0], interval=(0, 6))
    with pytest.raises(CrossedBoundsError) as caught:
        make_form(program)
    assert (caught.value.stage, caught.value.column) == (1, 1)


def test_a_crossing_within_rounding_is_none():
    columns = classify(bounded([(4, 0)], [(0, 0.5)], [0], interval=(0, 8 * (1 - 1e-12))))
    assert columns.global_lower == pytest.approx([8.0])
    assert (columns.global_lower == columns.global_upper).all()


def test_held_columns_go_into_right_hand_sides_and_globals():
    """Held: 3 (cost 1) and 1 + 0.5 y (cost 2), in a row that wants 10 of three columns.

    The row keeps 10 - 3 - 1 = 6 and gets 0.5 y; y costs 7 + 2 stages * 2 * 0.5 = 9.
    """
    program = bounded([(3, 3), (1, 1), (0, 9)], [(0, 0), (0.5, 0.5), (0, 0)], [-1, 0, -1])
    form = make_form(program)
    assert form.rhs.tolist() == [[6.0], [6.0]]
    assert (form.g_row.tolist(), form.g_column.tolist()) == ([0], [0])
    assert form.g.dense().tolist() == [[0.5], [0.5]]
    assert form.global_cost.tolist() == [9.0]


HELD = [
    (Trait.FIXED,),
    (Trait.TIED,),
    (Trait.FIXED, Trait.TIED, Trait.SUM_ROWS, Trait.VARYING, Trait.WEIGHTS),
    (Trait.TIED, Trait.RAMPS, Trait.CYCLIC, Trait.FIXED, Trait.SUM_ROWS, Trait.RESERVES),
    (Trait.TIED, Trait.ONE_STAGE, Trait.RAMPS, Trait.CYCLIC),
]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("traits", HELD)
def test_what_held_columns_bring_is_nothing_but_moved(traits, seed):
    """At any point that holds them, rows, sums and cost say the same in both forms."""
    program = random_program(seed, traits, hours=5)
    form = make_form(program)
    columns, rng = form.columns, np.random.default_rng(seed)
    active = (columns.kind & IS_ACTIVE) != 0
    assert not active.all()
    y = rng.uniform(10.0, 20.0, program.n_globals)
    decided = np.where(active, rng.normal(size=active.shape), 0.0)
    lower, upper = program.bounds(y)
    x = np.where(active, decided, lower)
    np.testing.assert_allclose(lower[~active], upper[~active])

    whole = row_activity(program, x, y) - program.rhs.dense()
    left = row_activity(program, decided, np.zeros_like(y))[:, form.ordering.rows] - form.rhs
    brought = np.zeros_like(left)
    np.add.at(brought.T, form.g_row, (form.g.dense() * y[form.g_column]).T)
    np.testing.assert_allclose(left + brought, whole[:, form.ordering.rows], atol=1e-9)

    sums = sum_activity(program, x, y)
    own = sum_activity(program, decided, np.zeros_like(y)) + form.sum_matrix @ y
    np.testing.assert_allclose(own - form.sum_rhs, sums, atol=1e-9)

    held_cost = program.objective(np.where(active, 0.0, program.lower.dense()), np.zeros_like(y))
    expected = program.objective(x, y)
    own_cost = program.objective(decided, np.zeros_like(y)) + form.global_cost @ y
    assert own_cost + held_cost - program.constant_cost == pytest.approx(expected)


# ---- the order of rows

ORDERED = [
    (),
    (Trait.NO_STORES,),
    (Trait.RAMPS, Trait.CYCLIC),
    (Trait.RESERVES, Trait.SUM_ROWS),
    (Trait.REDUNDANT, Trait.TIED),
]


@pytest.mark.parametrize("traits", ORDERED)
@pytest.mark.parametrize("n_buses", [1, 3, 8])
def test_the_pattern_covers_the_factor(traits, n_buses):
    """Cholesky of ``A A' + F F'`` in this order has no entry outside the pattern, and no plain row
    touches a neighbouring stage."""
    program = random_program(n_buses, traits, hours=2, n_buses=n_buses)
    ordering = order_rows(program)
    m, b = program.n_rows, ordering.n_plain
    assert sorted(ordering.rows.tolist()) == list(range(m))
    assert (ordering.rows[ordering.place] == np.arange(m)).all()
    a, f = np.zeros((m, program.n_columns)), np.zeros((m, program.n_columns))
    rng = np.random.default_rng(0)
    a[ordering.place[program.entries.row], program.entries.column] = rng.uniform(
        1, 2, len(program.entries)
    )
    f[ordering.place[program.carry.row], program.carry.column] = 1.0
    assert not f[:b].any()
    assert not a[:b][:, f.any(axis=0)].any()
    factor = np.linalg.cholesky(a @ a.T + f @ f.T + 1e-3 * np.eye(m))
    allowed = np.eye(m, dtype=bool)
    for column in range(b):
        below = ordering.l_row[ordering.l_start[column] : ordering.l_start[column + 1]]
        assert (below > column).all()
        assert (np.diff(below) > 0).all()
        allowed[below, column] = True
    assert not np.abs(factor[:, :b])[~allowed[:, :b]].any()


@pytest.mark.parametrize("traits", ORDERED)
def test_the_pattern_of_the_border_covers_what_is_eliminated_into_it(traits):
    """``L^-1 B`` of the plain rows, B the rows' entries in globals and in global rows."""
    program = random_program(5, (*traits, Trait.RISING_LOWER), hours=2, n_buses=6)
    ordering = order_rows(program)
    m, n, b = program.n_rows, program.n_columns, ordering.n_plain
    k, R = program.n_globals, program.n_global_rows
    a = np.zeros((m, n))
    a[ordering.place[program.entries.row], program.entries.column] = 1.0
    touches = np.zeros((n, k + R))
    follows = np.flatnonzero(program.capacity >= 0)
    touches[follows, program.capacity[follows]] = 1.0
    touches[program.sum_entries.column, k + program.sum_entries.row] = 1.0
    border = a @ touches
    border[ordering.place[program.global_entries.row], program.global_entries.column] = 1.0
    factor = np.eye(m)
    for column in range(b):
        factor[ordering.l_row[ordering.l_start[column] : ordering.l_start[column + 1]], column] = -1
    reached = np.linalg.solve(factor[:b, :b], border[:b])  # signs alike: nothing cancels
    for row in range(b):
        mine = slice(ordering.border_start[row], ordering.border_start[row + 1])
        allowed = ordering.border_column[mine]
        assert set(np.flatnonzero(reached[row])) <= set(allowed.tolist())


def test_a_chain_of_plain_rows_is_ordered_without_fill():
    """Rows 0-1-2-3 share columns in a star around row 0: its leaves go first, nothing fills in."""
    program = bounded([(0, 1)] * 3)
    star = replace(
        program,
        rows=labels([("row", np.arange(4).astype(str))]),
        is_store=np.zeros(4, dtype=bool),
        rhs=constant(np.zeros(4), 2),
        entries=Entries(
            np.array([0, 1, 0, 2, 0, 3]), np.array([0, 0, 1, 1, 2, 2]), constant(np.ones(6), 2)
        ),
    )
    ordering = order_rows(star)
    assert len(ordering.l_row) == 3
    assert ordering.rows.tolist() == [1, 2, 0, 3]
