"""Dense kernels against NumPy, in every variant that this machine runs."""

from __future__ import annotations

import ctypes
import shutil

import numpy as np
import pytest

from khazri.errors import UsageError
from khazri.solve.structured import compile as compiling
from khazri.solve.structured.library import load, load_variant

pytestmark = pytest.mark.skipif(not shutil.which("cc"), reason="needs a C compiler")


@pytest.fixture(params=compiling.VARIANTS)
def library(request):
    load()  # compiled, or this fails with what to do
    try:
        found = load_variant(compiling.HERE, {"KHAZRI_KERNELS": request.param})
    except UsageError:
        pytest.skip("this machine does not run the variant")
    for name in ("invert_factor", "quasidefinite", "quasidefinite_solve"):
        getattr(found, f"khazri_{name}").restype = ctypes.c_int64
    return found


def address(array):
    assert array.flags.c_contiguous
    return ctypes.c_void_p(array.ctypes.data)


def whole(number):
    return ctypes.c_int64(number)


@pytest.mark.parametrize("rows", [8, 16, 40])
@pytest.mark.parametrize("columns", [8, 16, 24, 32, 56])
@pytest.mark.parametrize("depth", [0, 1, 7, 33])
def test_products_of_tall_blocks(library, rows, columns, depth):
    rng = np.random.default_rng(rows + columns + depth)
    a, b = rng.normal(size=(depth, rows + 8)), rng.normal(size=(depth, columns))
    c = rng.normal(size=(rows, columns + 16))
    expected = c.copy()
    expected[:, :columns] -= a[:, :rows].T @ b
    library.khazri_gemm_tn(
        whole(rows), whole(columns), whole(depth), address(a), whole(rows + 8), address(b),
        whole(columns), address(c), whole(columns + 16), ctypes.c_double(-1.0), ctypes.c_int(0),
    )  # fmt: skip
    np.testing.assert_allclose(c, expected, atol=1e-12)


@pytest.mark.parametrize("size", [8, 24, 48, 80])
def test_of_a_symmetric_product_the_upper_triangle_is_made(library, size):
    rng = np.random.default_rng(size)
    a = rng.normal(size=(11, size))
    c = np.zeros((size, size))
    library.khazri_gemm_tn(
        whole(size), whole(size), whole(11), address(a), whole(size), address(a), whole(size),
        address(c), whole(size), ctypes.c_double(1.0), ctypes.c_int(1),
    )  # fmt: skip
    np.testing.assert_allclose(np.triu(c), np.triu(a.T @ a), atol=1e-12)


@pytest.mark.parametrize("size", [1, 2, 5, 17, 64])
def test_the_inverse_of_a_cholesky_factor(library, size):
    rng = np.random.default_rng(size)
    half = rng.normal(size=(size, size + 3))
    matrix = half @ half.T
    padded = -(-size // 8) * 8
    upper, inverse = matrix.copy(), np.full((size, padded), 7.0)
    before = np.diag(matrix).copy()
    dependent = library.khazri_invert_factor(
        whole(size), address(upper), whole(size), address(before), address(inverse), whole(padded)
    )
    lower = np.linalg.cholesky(matrix)
    assert dependent == 0
    np.testing.assert_allclose(np.triu(upper), lower.T, atol=1e-9 * np.abs(lower).max())
    np.testing.assert_allclose(inverse[:, :size] @ lower, np.eye(size), atol=1e-7)
    assert not np.triu(inverse, 1).any()


def test_a_dependent_row_is_counted_and_stays_finite(library):
    """Row 2 is the sum of rows 0 and 1: its pivot is rounding, and is raised to 1e-11 of its 6."""
    half = np.array([[1.0, 0.0, 1.0], [0.0, 1.0, 1.0], [1.0, 1.0, 2.0]])
    matrix = half @ half.T
    upper, inverse = matrix.copy(), np.zeros((3, 8))
    dependent = library.khazri_invert_factor(
        whole(3), address(upper), whole(3), address(np.diag(matrix).copy()), address(inverse),
        whole(8),
    )  # fmt: skip
    assert dependent == 1
    assert upper[2, 2] ** 2 == pytest.approx(6e-11)
    # A right-hand side that the rows allow is met all the same.
    rhs = matrix @ np.array([1.0, 2.0, 3.0])
    found = inverse[:, :3].T @ (inverse[:, :3] @ rhs)
    np.testing.assert_allclose(matrix @ found, rhs, rtol=1e-3)


@pytest.mark.parametrize(("positive", "negative"), [(1, 0), (0, 1), (3, 2), (20, 13)])
def test_a_quasidefinite_system_is_solved(library, positive, negative):
    rng = np.random.default_rng(positive)
    size = positive + negative
    matrix = np.zeros((size, size))
    for part in (slice(0, positive), slice(positive, size)):
        half = rng.normal(size=(part.stop - part.start, size + 2))
        matrix[part, part] = half @ half.T + 0.1 * np.eye(len(half))
    matrix[positive:, positive:] *= -1.0
    matrix[:positive, positive:] = rng.normal(size=(positive, negative))
    matrix[positive:, :positive] = matrix[:positive, positive:].T
    sign = np.repeat([1.0, -1.0], [positive, negative])
    factored, rhs = matrix.copy(), rng.normal(size=size)
    value = rhs.copy()
    small = library.khazri_quasidefinite(
        whole(size), address(factored), address(sign), ctypes.c_double(1e-12)
    )
    library.khazri_quasidefinite_solve(whole(size), address(factored), address(value))
    assert small == 0
    np.testing.assert_allclose(matrix @ value, rhs, atol=1e-8)


def test_a_pivot_without_size_takes_the_least_one_of_its_sign(library):
    matrix, sign = np.array([[4.0, 0.0], [0.0, 0.0]]), np.array([1.0, -1.0])
    small = library.khazri_quasidefinite(
        whole(2), address(matrix), address(sign), ctypes.c_double(1e-3)
    )
    assert small == 1
    assert np.diag(matrix).tolist() == [4.0, -1e-3]
