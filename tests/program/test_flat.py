"""The one sparse matrix holds what the block arrays mean, in little more than its own memory."""

from __future__ import annotations

import tracemalloc
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csc_array
from tests.systems import random_system

from khazri.program import FlatProgram, Program, build_program, flatten
from khazri.program import flat as flat_module


def matrix(flat: FlatProgram) -> np.ndarray:
    shape = (flat.n_rows, flat.n_columns)
    return csc_array((flat.value, flat.index, flat.start), shape=shape).toarray()


def by_hand(program: Program) -> tuple[np.ndarray, list[tuple[float, float]]]:
    """Write the rows of the program one entry at a time: matrix and sides."""
    T, n, m = program.n_stages, program.n_columns, program.n_rows
    rows: list[np.ndarray] = []
    sides: list[tuple[float, float]] = []
    width = T * n + program.n_globals
    values = {
        name: getattr(program, name).value.dense()
        for name in ("entries", "carry", "global_entries", "sum_entries")
    }
    rhs = program.rhs.dense()
    for t in range(T):
        block = np.zeros((m, width))
        for e in range(len(program.entries)):
            row, column = program.entries.row[e], program.entries.column[e]
            block[row, t * n + column] += values["entries"][t, e]
        for e in range(len(program.carry)):
            row, column = program.carry.row[e], program.carry.column[e]
            if not program.is_first[t] or program.carry_is_cyclic[e]:
                block[row, program.previous[t] * n + column] += values["carry"][t, e]
        for e in range(len(program.global_entries)):
            row, column = program.global_entries.row[e], program.global_entries.column[e]
            block[row, T * n + column] += values["global_entries"][t, e]
        rows += list(block)
        sides += [(value, value) for value in rhs[t]]
    for base, slope, is_upper in (
        (program.upper.dense(), program.upper_slope.dense(), True),
        (program.lower.dense(), program.lower_slope.dense(), False),
    ):
        for t in range(T):
            for j in range(n):
                if program.capacity[j] >= 0 and slope[t, j] != 0.0:
                    row = np.zeros(width)
                    row[t * n + j] = 1.0
                    row[T * n + program.capacity[j]] = -slope[t, j]
                    rows.append(row)
                    sides.append((-np.inf, base[t, j]) if is_upper else (base[t, j], np.inf))
    sums = np.zeros((program.n_global_rows, width))
    for t in range(T):
        for e in range(len(program.sum_entries)):
            row, column = program.sum_entries.row[e], program.sum_entries.column[e]
            sums[row, t * n + column] += program.weight[t] * values["sum_entries"][t, e]
    for row, column, value in zip(
        program.sum_row, program.sum_column, program.sum_value, strict=True
    ):
        sums[row, T * n + column] += value
    rows += list(sums)
    sides += list(zip(program.sum_lower, program.sum_upper, strict=True))
    return np.array(rows), sides


def two_chains(program: Program) -> Program:
    """Return the program with its stages in two chains, the second one of a single stage."""
    T = program.n_stages
    previous = np.concatenate([[T - 2], np.arange(T - 2), [T - 1]])
    is_first = np.isin(np.arange(T), [0, T - 1])
    return replace(program, previous=previous, is_first=is_first)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 5), st.booleans(), st.integers(1, 400))
def test_the_matrix_is_what_the_blocks_mean(
    seed: int, hours: int, in_two_chains: bool, at_once: int
) -> None:
    """Whatever the number of stages written in one go."""
    program = build_program(random_system(seed, hours, 2))
    if in_two_chains and hours > 1:
        program = two_chains(program)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(flat_module, "_ENTRIES_AT_ONCE", at_once)
        flat = flatten(program)
    expected, sides = by_hand(program)
    np.testing.assert_array_equal(matrix(flat), expected)
    assert list(zip(flat.row_lower, flat.row_upper, strict=True)) == sides


def test_bounds_that_move_are_rows_and_all_others_stay() -> None:
    """A column has a bound of its own exactly where no row bounds it."""
    program = build_program(random_system(3, 12, 2))
    flat = flatten(program)
    T, n = program.n_stages, program.n_columns
    for mine, base, slope, free in (
        (flat.lower, program.lower, program.lower_slope, -np.inf),
        (flat.upper, program.upper, program.upper_slope, np.inf),
    ):
        moves = (program.capacity >= 0) & (slope.dense() != 0.0)
        assert moves.any() or free < 0
        expected = np.where(moves, free, base.dense())
        np.testing.assert_array_equal(mine[: T * n].reshape(T, n), expected)
    cost = program.cost.dense() * program.weight[:, None]
    np.testing.assert_array_equal(flat.cost, [*cost.ravel(), *program.global_cost])
    np.testing.assert_array_equal(flat.lower[T * n :], program.global_lower)
    np.testing.assert_array_equal(flat.upper[T * n :], program.global_upper)


def test_bounds_that_follow_from_rows_are_left_out() -> None:
    """Of the two columns marked nothing but their bounds changes."""
    program = build_program(random_system(3, 12, 2))
    marked = np.array([0, 3])
    full, freed = flatten(program), flatten(replace(program, implied=marked))
    T, n = program.n_stages, program.n_columns
    is_marked = np.concatenate(
        [np.tile(np.isin(np.arange(n), marked), T), [False] * program.n_globals]
    )
    np.testing.assert_array_equal(freed.lower, np.where(is_marked, -np.inf, full.lower))
    np.testing.assert_array_equal(freed.upper, np.where(is_marked, np.inf, full.upper))
    np.testing.assert_array_equal(matrix(freed), matrix(full))


def test_positions_take_32_bits_where_they_fit() -> None:
    assert flat_module._room(3, 2**31 - 1).dtype == np.int32
    assert flat_module._room(3, 2**31).dtype == np.int64
    flat = flatten(build_program(random_system(0, 4, 2)))
    assert flat.start.dtype == flat.index.dtype == np.int32


def test_building_takes_half_as_much_again_as_the_matrix() -> None:
    """Of 6 buses and 3,000 hours: from the system's arrays to the solver's, with the program
    between them, at most 1.5 times the solver's arrays at any moment."""
    system = random_system(1, 3000, 6)
    build_program(system)  # imports and what NumPy keeps for itself
    tracemalloc.start()
    try:
        flat = flatten(build_program(system))
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert flat.n_bytes > 5e6
    assert most < 1.5 * flat.n_bytes
