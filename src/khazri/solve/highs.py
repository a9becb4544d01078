"""HiGHS: the interior point method HiPO, the dual simplex method, and branch and cut."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from queue import SimpleQueue
from threading import Thread

import highspy
import numpy as np

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
    without_point,
)

_SIMPLEX_ROWS = 10_000
"""Up to this many rows the simplex method is as fast as HiPO and gives a vertex (measured on
meshed systems of 8 to 28 buses: equal at 9,000 to 17,000 rows, HiPO twice as fast at 19,000 and
2.4 times at 43,000; windows with fixed capacities suit the simplex method better still)."""

_VERTEX_TOLERANCE = 1e-7
"""Feasibility of a vertex, absolute (MW, MWh, EUR per unit)."""

_PATIENCE_S = 1.5
"""How long a stopped solver may take to give back its last point."""

_NUMBER = r"[-+]?(?:\d+\.?\d*(?:[eE][-+]?\d+)?|inf|nan)"
_HIPO_LINE = re.compile(rf">?\s*(\d+)\s+({_NUMBER})\s+({_NUMBER})\s+({_NUMBER})\s+({_NUMBER})\s")
_SIMPLEX_LINE = re.compile(
    rf"(\d+)\s+({_NUMBER})(?:\s+Pr:\s*\d+\(({_NUMBER})\))?(?:;\s*Du:\s*\d+\(({_NUMBER})\))?\s"
)

_TERMINATION = {
    highspy.HighsModelStatus.kOptimal: Termination.OPTIMAL,
    highspy.HighsModelStatus.kInfeasible: Termination.INFEASIBLE,
    highspy.HighsModelStatus.kUnbounded: Termination.UNBOUNDED,
    highspy.HighsModelStatus.kUnboundedOrInfeasible: Termination.INFEASIBLE_OR_UNBOUNDED,
    highspy.HighsModelStatus.kTimeLimit: Termination.TIME_LIMIT,
    highspy.HighsModelStatus.kInterrupt: Termination.INTERRUPTED,
}
_POINT = {
    int(highspy.SolutionStatus.kSolutionStatusNone): PointStatus.NONE,
    int(highspy.SolutionStatus.kSolutionStatusInfeasible): PointStatus.INFEASIBLE,
    int(highspy.SolutionStatus.kSolutionStatusFeasible): PointStatus.FEASIBLE,
}
_BASIS = [highspy.HighsBasisStatus(code) for code in range(5)]


class HipoMissingError(MissingExtraError):
    """HiGHS is there, but without HiPO, its interior point method for large programs."""

    def __init__(self) -> None:
        super().__init__("HiPO, the interior point method of HiGHS,", "extras")

    def __str__(self) -> str:
        """What is missing and the command that brings it."""
        return f"{self.what} is not installed; get it with: pip install 'highspy[extras]'"


def hipo_available() -> bool:
    """Tell whether HiPO is there: a plain ``highspy`` refuses the option and would use IPX."""
    model = highspy.Highs()  # type: ignore[no-untyped-call]
    model.setOptionValue("output_flag", False)
    answer: highspy.HighsStatus = model.setOptionValue("solver", "hipo")
    return answer == highspy.HighsStatus.kOk


@dataclass(frozen=True)
class HighsSolver:
    """HiGHS through ``highspy``.

    Linear programs of more than some thousand rows go to HiPO without crossover, smaller ones to
    the dual simplex method, programs with integers to branch and cut. The solver runs in a thread
    of its own (HiGHS lets go of Python while it works), so that the caller's thread can report
    progress and hear Ctrl-C. Nothing is printed.
    """

    @property
    def name(self) -> str:
        """Name and version."""
        major, minor = highspy.HIGHS_VERSION_MAJOR, highspy.HIGHS_VERSION_MINOR
        return f"HiGHS {major}.{minor}.{highspy.HIGHS_VERSION_PATCH}"

    def supports(self, feature: Feature) -> bool:
        """Tell whether the solver can do this."""
        return feature is not Feature.STAGES

    def solve(
        self,
        program: FlatProgram,
        options: SolverOptions,
        on_progress: OnProgress | None = None,
        start: Basis | None = None,
    ) -> SolverResult:
        """Solve ``program``; see :class:`~khazri.solve.solver.Solver`.

        Memory: HiGHS takes a copy of the matrix, which is freed before this returns. Ours is let
        go before HiGHS works, and is freed there if nobody else holds it, as in
        ``solve(flatten(program), options)``.
        """
        began = time.monotonic()
        check_numbers(program)
        if program.n_columns == 0:
            return without_columns(program, self.name)
        model = highspy.Highs()  # type: ignore[no-untyped-call]
        run = _Run(model, _method(program, options), is_mixed=bool(program.is_integer.any()))
        _set_options(run, options)
        hand_over(run.model, program)
        asked = _Asked(program.n_columns, program.n_rows, program.cost, program.offset)
        del program
        if start is not None and run.method is Method.SIMPLEX:
            _start_from(run.model, start)
        try:
            for progress in run.progress():
                if on_progress is not None and not on_progress(progress):
                    run.stop()
        except KeyboardInterrupt:
            run.stop()
            run.wait(_PATIENCE_S)
        except BaseException:
            run.stop()
            raise
        seconds = time.monotonic() - began
        if not run.finished:
            detail = "stopped between iterations, without a point"
            return without_point(asked, Termination.INTERRUPTED, seconds, self.name, detail)
        if run.used_ipx:
            raise HipoMissingError
        result = _result(run, asked, seconds, self.name)
        run.release()
        return result


@dataclass(frozen=True)
class _Asked:
    """What is remembered of a program while HiGHS works: its size and costs."""

    n_columns: int
    n_rows: int
    cost: Floats
    offset: float


def _method(program: FlatProgram, options: SolverOptions) -> Method:
    if options.method is not Method.AUTOMATIC:
        return options.method
    return Method.SIMPLEX if program.n_rows <= _SIMPLEX_ROWS else Method.INTERIOR_POINT


@dataclass
class _Run:
    """One solve in a thread: messages of HiGHS come in, progress goes out through a queue."""

    model: highspy.Highs
    method: Method
    is_mixed: bool
    finished: bool = False
    used_ipx: bool = False
    _should_stop: bool = False
    _line: str = ""
    _began: float = field(default_factory=time.monotonic)
    _news: SimpleQueue[SolverProgress | None] = field(default_factory=SimpleQueue)
    _thread: Thread | None = None

    def progress(self) -> Iterator[SolverProgress]:
        """Start the solver and yield its progress until it ends."""
        self.model.cbLogging.subscribe(self._on_message)
        self.model.cbIpmInterrupt.subscribe(self._on_interior_point)
        self.model.cbSimplexInterrupt.subscribe(self._on_check)
        self.model.cbMipInterrupt.subscribe(self._on_check)
        self.model.cbMipLogging.subscribe(self._on_tree)
        # Not a daemon: a process that ended while HiGHS works would be aborted by its thread pool.
        self._thread = Thread(target=self._work, name="highs")
        self._thread.start()
        while (news := self._news.get()) is not None:
            yield news

    def stop(self) -> None:
        """Ask the solver to stop at its next check."""
        self._should_stop = True

    def wait(self, seconds: float) -> None:
        """Wait until the solver ends, at most ``seconds``."""
        if self._thread is not None:
            self._thread.join(seconds)

    def release(self) -> None:
        """Free the model: it and its callbacks hold each other, until Python's collector comes."""
        self.model.disableCallbacks()  # type: ignore[no-untyped-call]
        self.model.callbacks.clear()

    def _work(self) -> None:
        try:
            self.model.run()
            self.finished = True
        finally:
            self._news.put(None)

    def _on_check(self, event: highspy.HighsCallbackEvent) -> None:
        if self._should_stop:
            event.interrupt()

    def _on_interior_point(self, event: highspy.HighsCallbackEvent) -> None:
        # HiPO has read its options by now; from here on its lines come to us alone.
        self.model.setOptionValue("log_to_console", False)
        self._on_check(event)

    def _on_tree(self, event: highspy.HighsCallbackEvent) -> None:
        nodes, gap = int(event.data_out.mip_node_count), float(event.data_out.mip_gap)
        seconds = time.monotonic() - self._began
        self._news.put(SolverProgress(nodes, np.nan, np.nan, gap, seconds))

    def _on_message(self, event: highspy.HighsCallbackEvent) -> None:
        message: str = event.message
        if message.startswith("Solving") and self.method is Method.INTERIOR_POINT:
            # HiPO tells its iterations only if it may print when it starts. Nothing is printed
            # between here and its first check for interrupts, where printing is switched off.
            self.model.setOptionValue("log_to_console", not self.is_mixed)
        self.used_ipx |= message.startswith("IPX model has") and not self.is_mixed
        self._line += message
        *lines, self._line = self._line.split("\n")
        for line in lines:
            progress = read_progress(line, self.method, time.monotonic() - self._began)
            if progress is not None and not self.is_mixed:
                self._news.put(progress)


def read_progress(line: str, method: Method, seconds: float) -> SolverProgress | None:
    """Read an iteration from a line of HiGHS's log; None if it is another line."""
    text = line.strip() + " "
    if method is Method.INTERIOR_POINT:
        found = _HIPO_LINE.match(text)
        if found is None:
            return None
        primal, dual, primal_infeasibility, dual_infeasibility = map(float, found.groups()[1:])
        gap = abs(primal - dual) / max(1.0, (abs(primal) + abs(dual)) / 2)
        return SolverProgress(int(found[1]), primal_infeasibility, dual_infeasibility, gap, seconds)
    found = _SIMPLEX_LINE.match(text)
    if found is None or (found[3] is None and found[4] is None):
        return None
    return SolverProgress(
        int(found[1]), float(found[3] or "nan"), float(found[4] or "nan"), np.nan, seconds
    )


def highs_options(
    options: SolverOptions, *, is_interior: bool, is_mixed: bool
) -> dict[str, str | float | int | bool]:
    """Return the options of HiGHS for a linear or a mixed program, by their names there."""
    # Loose tolerances save an interior point method iterations; a vertex costs the same anyway.
    tolerance = options.tolerance if is_interior else min(options.tolerance, _VERTEX_TOLERANCE)
    settings: dict[str, str | float | int | bool] = {
        "threads": options.threads,
        "time_limit": options.time_limit_s,
        "primal_feasibility_tolerance": tolerance,
        "dual_feasibility_tolerance": tolerance,
        "primal_residual_tolerance": tolerance,
        "dual_residual_tolerance": tolerance,
        "optimality_tolerance": tolerance,
        "ipm_optimality_tolerance": tolerance,
        "run_crossover": "on" if options.crossover else "off",
        # Normal equations would be dense in the rows that share a capacity (measured: 40 times
        # the operations); not trying them saves a tenth of the time.
        "hipo_system": "augmented",
    }
    if is_mixed:
        settings["mip_rel_gap"] = options.tolerance
    else:
        settings["solver"] = "hipo" if is_interior else "simplex"
    return settings


def _set_options(run: _Run, options: SolverOptions) -> None:
    """Set HiGHS's options; an option it refuses is an error, never ignored."""
    is_interior = run.method is Method.INTERIOR_POINT
    if is_interior and not run.is_mixed and not hipo_available():
        raise HipoMissingError
    settings = highs_options(options, is_interior=is_interior, is_mixed=run.is_mixed)
    for name, value in {"output_flag": True, "log_to_console": False, **settings}.items():
        if run.model.setOptionValue(name, value) != highspy.HighsStatus.kOk:
            raise SolverError(f"HiGHS refuses the option {name} = {value}")


def hand_over(model: highspy.Highs, program: FlatProgram) -> None:
    """Give ``model`` the program; HiGHS copies its arrays once, without a detour through Python.

    Raises
    ------
    SolverError
        The program is too large for HiGHS, or its arrays hold what no program may.
    """
    if max(program.n_rows, len(program.value)) > np.iinfo(np.int32).max:
        raise SolverError("HiGHS counts entries in 32 bits: the program has too many for it")
    status = model.passModel(
        program.n_columns,
        program.n_rows,
        len(program.value),
        int(highspy.MatrixFormat.kColwise),
        int(highspy.ObjSense.kMinimize),
        program.offset,
        program.cost,
        program.lower,
        program.upper,
        program.row_lower,
        program.row_upper,
        program.start.astype(np.int32, copy=False),
        program.index.astype(np.int32, copy=False),
        program.value,
        program.is_integer.astype(np.int32),
    )
    if status == highspy.HighsStatus.kError:
        raise SolverError(
            "HiGHS refuses the program: NaN, or an upper limit of -inf, in its arrays"
        )


def _start_from(model: highspy.Highs, start: Basis) -> None:
    basis = highspy.HighsBasis()
    basis.col_status = [_BASIS[code] for code in start.columns]
    basis.row_status = [_BASIS[code] for code in start.rows]
    basis.valid = True
    if model.setBasis(basis) == highspy.HighsStatus.kError:
        raise SolverError("the basis to start from does not fit the program")


def _basis(model: highspy.Highs) -> Basis | None:
    basis = model.getBasis()
    if not basis.valid:
        return None
    columns, rows = (
        np.array([int(code) for code in codes], dtype=np.int8)
        for codes in (basis.col_status, basis.row_status)
    )
    return Basis(columns, rows)


def _result(run: _Run, asked: _Asked, seconds: float, name: str) -> SolverResult:
    model = run.model
    status, info = model.getModelStatus(), model.getInfo()
    termination = _TERMINATION.get(status, Termination.FAILED)
    values = model.getSolution()
    primal = _POINT[info.primal_solution_status] if values.value_valid else PointStatus.NONE
    dual = _POINT[info.dual_solution_status] if values.dual_valid else PointStatus.NONE
    column_value, row_dual = np.array(values.col_value), np.array(values.row_dual)
    if termination is Termination.OPTIMAL:
        # HiGHS judges by relative measures here; the two statuses are absolute.
        primal = PointStatus.FEASIBLE
        dual = PointStatus.NONE if run.is_mixed else PointStatus.FEASIBLE
    if termination is Termination.INFEASIBLE and run.method is Method.SIMPLEX:
        _, found, ray = model.getDualRay()  # type: ignore[attr-defined]
        if found:
            dual, row_dual = PointStatus.CERTIFICATE, np.array(ray)
    if termination is Termination.UNBOUNDED and run.method is Method.SIMPLEX:
        _, found, ray = model.getPrimalRay()  # type: ignore[attr-defined]
        if found:
            primal, column_value = PointStatus.CERTIFICATE, np.array(ray)
    if primal is PointStatus.NONE:
        column_value = np.full(asked.n_columns, np.nan)
    if dual is PointStatus.NONE:
        row_dual = np.full(asked.n_rows, np.nan)
    is_ray = primal is PointStatus.CERTIFICATE
    return SolverResult(
        termination=termination,
        primal=primal,
        dual=dual,
        column_value=column_value,
        row_dual=row_dual,
        objective=np.nan if is_ray else asked.offset + float(asked.cost @ column_value),
        iterations=max(info.ipm_iteration_count, 0) + max(info.simplex_iteration_count, 0),
        seconds=seconds,
        solver=name,
        detail=model.modelStatusToString(status),
        basis=_basis(model) if run.method is Method.SIMPLEX else None,
    )
