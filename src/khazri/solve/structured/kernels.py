"""The compiled kernels as Python sees them: arrays in, arrays out, parts of the year in threads."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np

from khazri.program.varying import Floats, Varying
from khazri.solve.structured.form import Form
from khazri.solve.structured.library import load

_IX = ctypes.c_int64
_POINTER = ctypes.c_void_p
_REAL = ctypes.c_double


class _VaryingStruct(ctypes.Structure):
    _fields_ = [
        ("n", _IX),
        ("n_varying", _IX),
        ("fixed", _POINTER),
        ("index", _POINTER),
        ("values", _POINTER),
    ]


_VARYING = {"a", "f", "g", "c_value", "lower", "upper", "lower_slope", "upper_slope", "cost"}
_COUNTS = {"n_carried", "n_coupled", "n_g", "n_summed", "n_bordered"}
_FORM_FIELDS = (
    *["T", "n", "m", "b", "s", "k", "R", "c", "K", "lds", "ldk"],
    *["a_start", "a_row", "a", "n_carried", "carried", "f_start", "f_row", "f"],
    *["n_coupled", "couple_next", "couple_own", "couple_f", "couple_a", "couple_column"],
    *["c_start", "c_row", "c_value", "weight", "n_g", "g_row", "g_column", "g"],
    *[
        "lower",
        "upper",
        "lower_slope",
        "upper_slope",
        "cost",
        "capacity",
        "owner",
        "n_summed",
        "summed",
        "n_bordered",
        "bordered",
        "kind",
        "rhs",
    ],
    *["cut_column", "cut_f_start", "cut_f_row", "cut_f_value"],
    *["l_start", "l_row", "border_start", "border_column"],
)


def _kind(name: str) -> Any:
    if name in _VARYING:
        return _VaryingStruct
    if name in _COUNTS or name in ("T", "n", "m", "b", "s", "k", "R", "c", "K", "lds", "ldk"):
        return _IX
    return _POINTER


class _FormStruct(ctypes.Structure):
    _fields_ = [(name, _kind(name)) for name in _FORM_FIELDS]


class _PointStruct(ctypes.Structure):
    _fields_ = [
        *(
            (name, _POINTER)
            for name in (
                ["x", "z_lower", "z_upper", "theta_inverse", "slope", "y", "row_dual", "sum_dual"]
            )
        ),
        ("regular", _REAL),
    ]


class _FactorStruct(ctypes.Structure):
    _fields_ = [(name, _POINTER) for name in ("pivot_inverse", "l_value", "l_inverse", "coupling")]


class _SidesStruct(ctypes.Structure):
    _fields_ = [(name, _POINTER) for name in ("rows", "border")]


def _address(array: np.ndarray | None) -> int | None:
    if array is None:
        return None
    assert array.flags.c_contiguous, "kernels need contiguous arrays"
    return int(array.ctypes.data)


def _packed(rows: int) -> int:
    """Numbers in a lower triangle whose rows are rounded up to multiples of 8."""
    return sum(_padded(row + 1) for row in range(rows))


def _padded(count: int) -> int:
    return -(-count // 8) * 8


@dataclass
class Iterate:
    """Where the method stands: columns (T, n) with the multipliers of their bounds, globals (k,),
    multipliers of stage rows (T, m) in the order of elimination and of global rows (R,)."""

    x: Floats
    z_lower: Floats
    z_upper: Floats
    y: Floats
    row_dual: Floats
    sum_dual: Floats


@dataclass
class Stages:
    """The kernels over the stages of one chain, and the memory they work in.

    ``theta_inverse``, ``slope`` (T, n) and the factor belong to the last call of :meth:`factor`.
    """

    form: Form
    threads: int
    _struct: _FormStruct = field(init=False)
    _kept: list[Any] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        form, program = self.form, self.form.program
        n, m, T = program.n_columns, program.n_rows, program.n_stages
        order = form.ordering
        b, k, R, c = order.n_plain, program.n_globals, program.n_global_rows, len(form.cut_columns)
        s, K = m - b, k + R + c
        self.T, self.n, self.m, self.b, self.s = T, n, m, b, s
        self.k, self.R, self.c, self.K = k, R, c, K
        self.lds, self.ldk = _padded(max(s, 1)), _padded(max(K, 1))
        couple = self._coupling()
        capacity = program.capacity
        is_summed = np.diff(form.c_start) > 0
        summed = np.flatnonzero(is_summed)
        bordered = np.flatnonzero(is_summed | (capacity >= 0))
        values: dict[str, Any] = {
            "T": T, "n": n, "m": m, "b": b, "s": s, "k": k, "R": R, "c": c, "K": K,
            "lds": self.lds, "ldk": self.ldk,
            "a_start": form.a_start, "a_row": form.a_row, "a": form.a,
            "n_carried": len(form.carried), "carried": form.carried,
            "f_start": form.f_start, "f_row": form.f_row, "f": form.f,
            "n_coupled": len(couple[0]),
            "couple_next": couple[0], "couple_own": couple[1], "couple_f": couple[2],
            "couple_a": couple[3], "couple_column": couple[4],
            "c_start": form.c_start, "c_row": form.c_row, "c_value": form.c_value,
            "weight": program.weight,
            "n_g": len(form.g_row), "g_row": form.g_row, "g_column": form.g_column, "g": form.g,
            "lower": program.lower, "upper": program.upper,
            "lower_slope": program.lower_slope, "upper_slope": program.upper_slope,
            "cost": program.cost, "capacity": capacity,
            "owner": np.where(capacity >= 0, capacity, K),
            "n_summed": len(summed), "summed": summed,
            "n_bordered": len(bordered), "bordered": bordered, "kind": form.columns.kind,
            "rhs": form.rhs,
            "cut_column": form.cut_columns, "cut_f_start": form.cut_f_start,
            "cut_f_row": form.cut_f_row, "cut_f_value": form.cut_f_value,
            "l_start": order.l_start, "l_row": order.l_row,
            "border_start": order.border_start, "border_column": order.border_column,
        }  # fmt: skip
        self._struct = _FormStruct(**{name: self._held(value) for name, value in values.items()})
        self.theta_inverse, self.slope = np.zeros((T, n)), np.zeros((T, n))
        self._factors = {
            "pivot_inverse": np.zeros((T, b)),
            "l_value": np.zeros((T, int(order.l_start[-1]))),
            "l_inverse": np.zeros((T, _packed(s))),
            "coupling": np.zeros((T, len(couple[0]))),
        }
        self._factor_struct = _FactorStruct(
            **{name: _address(array) for name, array in self._factors.items()}
        )
        self._library = load()
        for name in _KERNELS:
            getattr(self._library, name).restype = _IX
        self._middle = T // 2
        self._pool = ThreadPoolExecutor(self.threads)
        edges = np.linspace(0, T, min(4 * self.threads, T) + 1).astype(int)
        self._parts = list(zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True))

    def _held(self, value: Any) -> Any:
        """Keep arrays alive and turn them into what the structure holds."""
        if isinstance(value, Varying):
            # A bound that is not there is never used, but it takes part in branch-free arithmetic.
            fixed = np.nan_to_num(value.constant, posinf=0.0, neginf=0.0)
            index = np.ascontiguousarray(value.index, dtype=np.int64)
            moving = np.nan_to_num(np.ascontiguousarray(value.values), posinf=0.0, neginf=0.0)
            self._kept += [fixed, index, moving]
            return _VaryingStruct(
                len(fixed), len(index), _address(fixed), _address(index), _address(moving)
            )
        if isinstance(value, int):
            return value
        kind = value.dtype if value.dtype == np.uint8 else float if value.dtype == float else "i8"
        array = np.ascontiguousarray(value, dtype=kind)
        self._kept.append(array)
        return _address(array)

    def _coupling(self) -> tuple[np.ndarray, ...]:
        """All products of an entry of F with one of A of the same carried column."""
        form, b = self.form, self.form.ordering.n_plain
        parts: list[list[int]] = [[], [], [], [], []]
        for i, column in enumerate(form.carried):
            for f in range(form.f_start[i], form.f_start[i + 1]):
                for a in range(form.a_start[column], form.a_start[column + 1]):
                    for part, value in zip(
                        parts,
                        (form.f_row[f] - b, form.a_row[a] - b, f, a, column),
                        strict=True,
                    ):
                        part.append(int(value))
        return tuple(np.array(part, dtype=np.int64) for part in parts)

    # ---- calls

    def _point(self, at: Iterate, regular: float) -> _PointStruct:
        return _PointStruct(
            _address(at.x),
            _address(at.z_lower),
            _address(at.z_upper),
            _address(self.theta_inverse),
            _address(self.slope),
            _address(at.y),
            _address(at.row_dual),
            _address(at.sum_dual),
            regular,
        )

    def _call(self, name: str, *arguments: Any) -> int:
        converted = [
            argument
            if isinstance(argument, (ctypes._SimpleCData, type(None)))
            else _IX(argument)
            if isinstance(argument, int)
            else _REAL(argument)
            if isinstance(argument, float)
            else ctypes.c_void_p(_address(argument))
            if isinstance(argument, np.ndarray)
            else ctypes.byref(argument)
            for argument in arguments
        ]
        answer = int(getattr(self._library, name)(*converted))
        if answer < 0:
            raise MemoryError(f"{name} found no memory to work in")
        return answer

    def _over_parts(self, call: Callable[[int, int], Any]) -> list[Any]:
        """Run ``call(first, stop)`` over parts of the year; results in the order of the year."""
        return self._at_once([partial(call, *part) for part in self._parts])

    def _at_once(self, calls: Sequence[Callable[[], Any]]) -> list[Any]:
        """Run calls side by side; results in their order.

        Kernels work in memory that belongs to the caller, so an exception, Ctrl-C among them, goes
        on only when all of them are done.
        """
        running = [self._pool.submit(call) for call in calls]
        try:
            return [one.result() for one in running]
        finally:
            wait(running)

    def weights(self, at: Iterate, regular: float) -> Floats:
        """Set ``theta_inverse`` and ``slope``; return what is diagonal in the border, (K, K)."""
        point = self._point(at, regular)

        def part(first: int, stop: int) -> Floats:
            corner = np.zeros((self.K, self.K))
            self._call("khazri_weights", self._struct, point, first, stop, corner)
            return corner

        return _sum(self._over_parts(part))

    def factor(self, at: Iterate, regular: float) -> tuple[Floats, int]:
        """Eliminate all stage rows; return ``B' S^-1 B`` (K, K) and how many rows depend."""
        point = self._point(at, regular)
        middle, T = self._middle, self.T

        def half(first: int, stop: int, step: int) -> tuple[Floats, Floats, int]:
            border = np.zeros((self.lds, self.ldk))
            schur = np.zeros((self.ldk, self.ldk))
            count = self._call(
                "khazri_factor", self._struct, point, self._factor_struct,
                first, stop, step, border, schur,
            )  # fmt: skip
            return border, schur, count

        before, after = self._at_once([lambda: half(0, middle, 1), lambda: half(T - 1, middle, -1)])
        schur = before[1] + after[1]
        border = np.zeros((self.lds, self.ldk))
        count = self._call(
            "khazri_factor_middle", self._struct, point, self._factor_struct,
            middle, before[0], after[0], border, schur,
        )  # fmt: skip
        whole = schur[: self.K, : self.K]
        return np.triu(whole) + np.triu(whole, 1).T, before[2] + after[2] + count

    def reduce(self, at: Iterate, columns: Floats | None, rows: Floats, out: Floats) -> Floats:
        """Return the right-hand side ``rows`` (T, m) with that of the ``columns`` (T, n) taken
        off, in ``out`` where there are any."""
        if columns is None:
            return rows
        point = self._point(at, 0.0)
        self._over_parts(
            lambda first, stop: self._call(
                "khazri_reduce", self._struct, point, columns, rows, first, stop, out
            )
        )
        return out

    def substitute(self, at: Iterate, rows: Floats, border: Floats | None, u: Floats) -> None:
        """Set the multipliers ``u`` (T, m) for a reduced right-hand side ``rows`` (T, m) at known
        ``border`` (K,), None for zeros."""
        point = self._point(at, 0.0)
        padded = None if border is None else np.append(border, 0.0)
        sides = _SidesStruct(_address(rows), _address(padded))
        middle, T = self._middle, self.T
        form, factors = self._struct, self._factor_struct
        self._at_once(
            [
                lambda: self._call("khazri_forwards", form, point, factors, sides, 0, middle, 1, u),
                lambda: self._call(
                    "khazri_forwards", form, point, factors, sides, T - 1, middle, -1, u
                ),
            ]
        )
        self._call("khazri_middle", form, point, factors, sides, middle, u)
        self._at_once(
            [
                lambda: self._call("khazri_backwards", form, factors, middle - 1, -1, -1, u),
                lambda: self._call("khazri_backwards", form, factors, middle + 1, T, 1, u),
            ]
        )

    def border_side(self, at: Iterate, columns: Floats | None, u: Floats) -> Floats:
        """Return ``B' u`` and the terms of ``columns`` in the border, (K,)."""
        point = self._point(at, 0.0)

        def part(first: int, stop: int) -> Floats:
            out = np.zeros(self.K + 1)
            self._call("khazri_border", self._struct, point, columns, u, first, stop, out)
            return out

        return _sum(self._over_parts(part))[: self.K]

    def columns(
        self, at: Iterate, columns: Floats | None, u: Floats, border: Floats, dx: Floats
    ) -> None:
        """Set the columns ``dx`` (T, n) of a direction."""
        point = self._point(at, 0.0)
        padded = np.append(border, 0.0)
        self._over_parts(
            lambda first, stop: self._call(
                "khazri_columns", self._struct, point, columns, padded, u, first, stop, dx
            )
        )

    def residuals(self, at: Iterate, rows: Floats, columns: Floats) -> Residuals:
        """Return how far the iterate is from feasibility; ``rows`` (T, m) and ``columns`` (T, n)
        are overwritten and part of the answer."""
        point = self._point(at, 0.0)

        def part(first: int, stop: int) -> tuple[Floats, Floats, Floats]:
            border, pull = np.zeros(self.K), np.zeros(self.k)
            totals = np.zeros(7)
            self._call(
                "khazri_residuals", self._struct, point, first, stop,
                rows, columns, border, pull, totals,
            )  # fmt: skip
            return border, pull, totals

        parts = self._over_parts(part)
        border, pull = _sum([p[0] for p in parts]), _sum([p[1] for p in parts])
        totals = np.array([p[2] for p in parts])
        return Residuals(
            rows=rows,
            columns=columns,
            row_worth=border[: self.k],
            sums=border[self.k : self.k + self.R],
            pull=pull,
            products=float(totals[:, 0].sum()),
            n_products=int(totals[:, 1].sum()),
            cost=float(totals[:, 2].sum()),
            dual_value=float(totals[:, 3].sum()),
            dual_residual=float(totals[:, 4].max()),
            dual_size=float(totals[:, 5].max()),
            unproven=float(totals[:, 6].sum()),
        )

    def direction(
        self, at: Iterate, dx: Floats, dy: Floats, lower: Floats, upper: Floats
    ) -> tuple[float, float]:
        """Set the multipliers (T, n) of the bounds along a predictor; return the largest relative
        decreases of distances to bounds and of multipliers."""
        point = self._point(at, 0.0)

        def part(first: int, stop: int) -> Floats:
            ratios = np.zeros(2)
            self._call(
                "khazri_direction", self._struct, point, first, stop,
                dx, dy, lower, upper, ratios,
            )  # fmt: skip
            return ratios

        ratios = np.max(self._over_parts(part), axis=0)
        return float(ratios[0]), float(ratios[1])

    def products_after(
        self, at: Iterate, d: Direction, step_primal: float, step_dual: float
    ) -> float:
        """Return the sum of all products of bounds and multipliers after a step."""
        point = self._point(at, 0.0)

        def part(first: int, stop: int) -> Floats:
            total = np.zeros(1)
            self._call(
                "khazri_products_after", self._struct, point, first, stop,
                d.x, d.y, d.z_lower, d.z_upper, step_primal, step_dual, total,
            )  # fmt: skip
            return total

        return float(_sum(self._over_parts(part))[0])

    def corrector(
        self,
        at: Iterate,
        d: Direction,
        steps: tuple[float, float],
        band: tuple[float, float, float],
        lower: Floats,
        upper: Floats,
        columns: Floats,
    ) -> Floats:
        """Set the right-hand side ``columns`` (T, n) of a corrector and return that of the globals
        (k,); ``lower``, ``upper`` (T, n) become the changes of the products it wants."""
        point = self._point(at, 0.0)

        def part(first: int, stop: int) -> Floats:
            border = np.zeros(self.k)
            self._call(
                "khazri_corrector", self._struct, point, first, stop,
                d.x, d.y, d.z_lower, d.z_upper, np.array(steps), np.array(band),
                lower, upper, columns, border,
            )  # fmt: skip
            return border

        return _sum(self._over_parts(part))

    def ratios(self, at: Iterate, d: Direction, c: Direction, weights: Floats) -> Floats:
        """Turn the changes of products that ``c`` wants into its multipliers; return the largest
        relative decreases along ``d + weight c``, (2, weights)."""
        point = self._point(at, 0.0)

        def part(first: int, stop: int) -> Floats:
            out = np.zeros((2, len(weights)))
            self._call(
                "khazri_ratios", self._struct, point, first, stop,
                d.x, d.y, d.z_lower, d.z_upper, c.x, c.y, c.z_lower, c.z_upper,
                weights, len(weights), out,
            )  # fmt: skip
            return out

        result: Floats = np.max(self._over_parts(part), axis=0)
        return result

    def add(self, target: Floats, change: Floats, weight: float = 1.0) -> None:
        """Add ``weight`` times ``change`` to ``target``, arrays of one shape whose first axis is
        that of the stages."""
        width = target[0].size
        self._over_parts(
            lambda first, stop: self._call(
                "khazri_add", first * width, stop * width, weight, change, target
            )
        )

    def combine(self, d: Direction, c: Direction, primal: float, dual: float) -> None:
        """Add ``c`` to the columns and multipliers of the stages in ``d``, weighted."""
        self.add(d.x, c.x, primal)
        self.add(d.z_lower, c.z_lower, dual)
        self.add(d.z_upper, c.z_upper, dual)
        self.add(d.row_dual, c.row_dual, dual)

    def step(self, at: Iterate, d: Direction, primal: float, dual: float) -> None:
        """Move columns, the multipliers of their bounds and those of stage rows along ``d``."""
        point = self._point(at, 0.0)
        self._over_parts(
            lambda first, stop: self._call(
                "khazri_step",
                self._struct,
                point,
                first,
                stop,
                primal,
                dual,
                d.x,
                d.z_lower,
                d.z_upper,
                d.row_dual,
            )
        )

    def row_residual(self, rows: Floats, dx: Floats, dy: Floats, out: Floats) -> None:
        """Set ``out`` (T, m) to ``rows - (A dx + F dx_ + G dy)``."""
        self._over_parts(
            lambda first, stop: self._call(
                "khazri_row_residual", self._struct, first, stop, rows, dx, dy, out
            )
        )


_KERNELS = (
    "khazri_weights",
    "khazri_factor",
    "khazri_factor_middle",
    "khazri_reduce",
    "khazri_forwards",
    "khazri_middle",
    "khazri_backwards",
    "khazri_border",
    "khazri_columns",
    "khazri_residuals",
    "khazri_direction",
    "khazri_products_after",
    "khazri_corrector",
    "khazri_ratios",
    "khazri_add",
    "khazri_step",
    "khazri_row_residual",
)


@dataclass
class Direction:
    """A direction of all variables; the small ones in ``y`` (k,), ``row_dual`` (T, m) and
    ``sum_dual`` (R,)."""

    x: Floats
    z_lower: Floats
    z_upper: Floats
    y: Floats
    row_dual: Floats
    sum_dual: Floats


@dataclass(frozen=True)
class Residuals:
    """What :meth:`Stages.residuals` finds.

    ``rows`` (T, m) are right-hand sides less activities, ``columns`` (T, n) minus the reduced costs
    without the multipliers of bounds; ``row_worth`` (k,) is ``-G' row_dual``, ``pull`` (k,) what
    the bounds that follow a global column push on it, ``sums`` (R,) the activity of the global
    rows. ``products`` are those of distances to bounds with their multipliers.
    ``unproven`` is what dual residuals of columns between two bounds take off a proven bound.
    """

    rows: Floats
    columns: Floats
    row_worth: Floats
    sums: Floats
    pull: Floats
    products: float
    n_products: int
    cost: float
    dual_value: float
    dual_residual: float
    dual_size: float
    unproven: float


def _sum(parts: list[Floats]) -> Floats:
    total = parts[0].copy()
    for other in parts[1:]:
        total += other
    return total
