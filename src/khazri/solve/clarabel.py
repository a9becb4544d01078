"""Clarabel: a second, independent interior point method, for comparison and for small programs."""

from __future__ import annotations

import time
from dataclasses import dataclass
from types import ModuleType
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csc_array, csc_matrix, csr_array, eye_array, vstack

from khazri.errors import MissingExtraError, SolverError
from khazri.program.flat import FlatProgram
from khazri.program.varying import Floats
from khazri.solve.solver import (
    Basis,
    Feature,
    Method,
    OnProgress,
    PointStatus,
    SolverOptions,
    SolverProgress,
    SolverResult,
    Termination,
    check_numbers,
    without_columns,
)

if TYPE_CHECKING:
    import clarabel

_TERMINATION = {
    "Solved": Termination.OPTIMAL,
    "PrimalInfeasible": Termination.INFEASIBLE,
    "DualInfeasible": Termination.INFEASIBLE_OR_UNBOUNDED,
    "MaxTime": Termination.TIME_LIMIT,
    "CallbackTerminated": Termination.INTERRUPTED,
}


@dataclass(frozen=True)
class ClarabelSolver:
    """Clarabel through its Python package, an extra of Khazri.

    It holds on to Python while it works and looks for Ctrl-C once an iteration.
    """

    @property
    def name(self) -> str:
        """Name and version."""
        return f"Clarabel {_load().__version__}"

    def supports(self, feature: Feature) -> bool:
        """Tell whether the solver can do this."""
        return feature is Feature.RAYS

    def solve(
        self,
        program: FlatProgram,
        options: SolverOptions,
        on_progress: OnProgress | None = None,
        start: Basis | None = None,
    ) -> SolverResult:
        """Solve ``program``; see :class:`~khazri.solve.solver.Solver`. ``start`` is of no use."""
        package = _load()
        _refuse(program, options)
        check_numbers(program)
        if program.n_columns == 0:
            return without_columns(program, self.name)
        cone = _to_cone(program)
        sides = [
            package.ZeroConeT(cone.n_equal),
            package.NonnegativeConeT(len(cone.limit) - cone.n_equal),
        ]
        no_quadratic = csc_matrix((program.n_columns, program.n_columns))
        scale = _Scale(_typical(program.cost), _typical(cone.limit))
        began = time.monotonic()
        work = package.DefaultSolver(
            no_quadratic,
            program.cost / scale.cost,
            csc_matrix(cone.matrix),
            cone.limit / scale.column,
            sides,
            _settings(package, options),
        )
        listener = _Listener(on_progress, began)
        work.set_termination_callback(listener.hear)
        answer = work.solve()
        if listener.error is not None:
            raise listener.error
        return _result(program, cone, scale, answer, time.monotonic() - began, self.name)


def _load() -> ModuleType:
    """Return the package, or say how to get it."""
    try:
        import clarabel
    except ImportError as error:
        raise MissingExtraError("the solver 'clarabel'", "solvers") from error
    module: ModuleType = clarabel
    return module


def _refuse(program: FlatProgram, options: SolverOptions) -> None:
    """Raise where something is asked that Clarabel cannot do."""
    if program.is_integer.any():
        raise SolverError("Clarabel has no integers; use HiGHS for discrete decisions")
    if options.method is Method.SIMPLEX or options.crossover:
        raise SolverError("Clarabel has neither a simplex method nor a crossover; use HiGHS")


def _settings(package: ModuleType, options: SolverOptions) -> clarabel.DefaultSettings:
    settings = package.DefaultSettings()
    settings.verbose = False
    settings.time_limit = options.time_limit_s
    settings.max_threads = options.threads
    settings.tol_feas = options.tolerance
    settings.tol_gap_rel = options.tolerance
    settings.tol_gap_abs = options.tolerance
    return settings


@dataclass
class _Listener:
    """Hands progress on and tells Clarabel to stop; an error in the caller's code waits here."""

    on_progress: OnProgress | None
    began: float
    error: Exception | None = None

    def hear(self, info: clarabel.DefaultInfo) -> bool:
        """Return whether to stop."""
        try:
            progress = SolverProgress(
                iteration=info.iterations,
                primal_infeasibility=info.res_primal,
                dual_infeasibility=info.res_dual,
                gap=info.gap_rel,
                seconds=time.monotonic() - self.began,
            )
            return self.on_progress is not None and not self.on_progress(progress)
        except KeyboardInterrupt:
            return True
        except Exception as error:  # noqa: BLE001 - raised again once Clarabel has stopped
            self.error = error
            return True


@dataclass(frozen=True)
class _Cone:
    """``matrix z + s = limit``, ``s = 0`` in the first ``n_equal`` rows, ``s ≥ 0`` in the others.

    ``row`` and ``sign`` say which row of the program each comes from, if any (-1), and whether it
    was turned round.
    """

    matrix: csc_array
    limit: Floats
    n_equal: int
    row: np.ndarray
    sign: Floats


@dataclass(frozen=True)
class _Scale:
    """What costs and columns are divided by: Clarabel's tests for infeasibility and its
    tolerances expect both around 1, and take a system in EUR and MWh for unbounded."""

    cost: float
    column: float


def _typical(values: Floats) -> float:
    """Return the geometric mean of the sizes of the values that are not 0; 1 if all are."""
    sizes = np.abs(values[values != 0.0])
    return float(np.exp(np.log(sizes).mean())) if len(sizes) else 1.0


def _to_cone(program: FlatProgram) -> _Cone:
    """Write limits and bounds as equalities and inequalities, leaving out those without end."""
    shape = (program.n_rows, program.n_columns)
    matrix = csc_array((program.value, program.index, program.start), shape=shape).tocsr()
    identity = eye_array(program.n_columns, format="csr")
    parts: list[tuple[csr_array, np.ndarray, Floats, float, bool]] = []
    for source, lower, upper, is_row in (
        (matrix, program.row_lower, program.row_upper, True),
        (identity, program.lower, program.upper, False),
    ):
        equal = np.flatnonzero(lower == upper)
        above = np.flatnonzero(np.isfinite(upper) & (lower != upper))
        below = np.flatnonzero(np.isfinite(lower) & (lower != upper))
        parts.append((source[equal], equal, upper[equal], 1.0, is_row))
        parts.append((source[above], above, upper[above], 1.0, is_row))
        parts.append((source[below], below, lower[below], -1.0, is_row))
    equalities = [parts[0], parts[3]]
    ordered = [*equalities, *parts[1:3], *parts[4:6]]
    return _Cone(
        matrix=vstack([block * sign for block, _, _, sign, _ in ordered], format="csc"),
        limit=np.concatenate([limit * sign for _, _, limit, sign, _ in ordered]),
        n_equal=sum(len(place) for _, place, _, _, _ in equalities),
        row=np.concatenate([np.where(is_row, place, -1) for _, place, _, _, is_row in ordered]),
        sign=np.concatenate([np.full(len(place), sign) for _, place, _, sign, _ in ordered]),
    )


def _result(
    program: FlatProgram,
    cone: _Cone,
    scale: _Scale,
    answer: clarabel.DefaultSolution,
    seconds: float,
    name: str,
) -> SolverResult:
    detail = str(answer.status)
    termination = _TERMINATION.get(detail, Termination.FAILED)
    primal = dual = PointStatus.UNKNOWN
    if termination is Termination.OPTIMAL:
        primal = dual = PointStatus.FEASIBLE
    column_value = scale.column * np.array(answer.x)
    # The multiplier of "≤" is what the cost falls by when the limit grows.
    is_row = cone.row >= 0
    row_dual = np.zeros(program.n_rows)
    price = -scale.cost * cone.sign * np.array(answer.z)
    np.add.at(row_dual, cone.row[is_row], price[is_row])
    if termination is Termination.INFEASIBLE:
        primal, dual = PointStatus.NONE, PointStatus.CERTIFICATE
        column_value = np.full(program.n_columns, np.nan)
    if termination is Termination.INFEASIBLE_OR_UNBOUNDED:
        primal, dual = PointStatus.CERTIFICATE, PointStatus.NONE
        row_dual = np.full(program.n_rows, np.nan)
    is_ray = primal is PointStatus.CERTIFICATE
    return SolverResult(
        termination=termination,
        primal=primal,
        dual=dual,
        column_value=column_value,
        row_dual=row_dual,
        objective=np.nan if is_ray else program.offset + float(program.cost @ column_value),
        iterations=answer.iterations,
        seconds=seconds,
        solver=name,
        detail=detail,
    )
