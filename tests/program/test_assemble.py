"""Pieces of programs: matrices that are collected entry by entry."""

from __future__ import annotations

import numpy as np

from khazri.program.assemble import Matrix, labels


def dense(matrix: Matrix, n_stages: int) -> np.ndarray:
    entries = matrix.entries(n_stages)
    assert len({*zip(entries.row.tolist(), entries.column.tolist(), strict=True)}) == len(entries)
    full = np.zeros((n_stages, 3, 3))
    full[:, entries.row, entries.column] = entries.value.dense()
    return full


def test_numbers_and_series_are_collected() -> None:
    matrix = Matrix()
    matrix.add(np.array([0, 1]), np.array([0, 1]), 2.0)
    matrix.add(np.array([2]), np.array([0]), np.array([[5.0], [7.0]]))
    np.testing.assert_array_equal(
        dense(matrix, 2),
        [[[2, 0, 0], [0, 2, 0], [5, 0, 0]], [[2, 0, 0], [0, 2, 0], [7, 0, 0]]],
    )


def test_entries_of_the_same_place_are_added_up() -> None:
    """A link that arrives where it starts takes 1 and gives 0.9, then 0.8: −0.1 and −0.2."""
    matrix = Matrix()
    matrix.add(np.array([0, 1]), np.array([0, 2]), -1.0)
    matrix.add(np.array([0, 2]), np.array([0, 2]), np.array([[0.9, 4.0], [0.8, 4.0]]))
    np.testing.assert_allclose(
        dense(matrix, 2),
        [[[-0.1, 0, 0], [0, 0, -1], [0, 0, 4]], [[-0.2, 0, 0], [0, 0, -1], [0, 0, 4]]],
    )


def test_labels_lie_one_family_after_another() -> None:
    made = labels(
        (("a", np.array(["x", "y"])), ("b", np.array([], dtype=str)), ("c", np.array(["z"])))
    )
    assert list(made.family) == ["a", "a", "c"]
    assert list(made.item) == ["x", "y", "z"]
    assert len(labels(())) == 0
