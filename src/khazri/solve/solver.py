"""What a linear solver is asked and what it answers: one small interface for all of them.

A solve has three separate answers: why it stopped (:class:`Termination`) and what its primal and
its dual values are (:class:`PointStatus` each). Nothing here is proof of anything: whether a
point is good is for :mod:`khazri.solve.certificate` to say, from the program's own arrays.

Signs. All programs are minimised. ``row_dual`` [objective per unit of the row] is what the
optimum grows by when the row's right-hand side grows: the price of a bus is the dual of its
balance "supply − demand = load". A row held by its lower limit has a dual ≥ 0, one held by its
upper limit a dual ≤ 0.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from khazri.errors import SolverError
from khazri.program.flat import FlatProgram
from khazri.program.varying import Floats


class Termination(StrEnum):
    """Why a solver stopped."""

    OPTIMAL = "optimal"
    INFEASIBLE = "infeasible"
    UNBOUNDED = "unbounded"
    INFEASIBLE_OR_UNBOUNDED = "infeasible or unbounded"
    TIME_LIMIT = "time limit"
    INTERRUPTED = "interrupted"
    FAILED = "failed"


class PointStatus(StrEnum):
    """What the values of a result are, in the solver's own judgement."""

    NONE = "none"
    """No values: the arrays hold NaN."""
    FEASIBLE = "feasible"
    """They meet all limits of their side within the tolerance."""
    INFEASIBLE = "infeasible"
    """They do not."""
    CERTIFICATE = "certificate"
    """A ray: primal, the cost falls along it for ever; dual, no point can meet the rows."""
    UNKNOWN = "unknown"
    """Values on the way to a solution; the solver does not say how good they are."""


class Method(StrEnum):
    """How linear programs are solved."""

    AUTOMATIC = "automatic"
    INTERIOR_POINT = "interior point"
    SIMPLEX = "simplex"


class Feature(StrEnum):
    """What a solver may be able to do beyond linear programs by an interior point method."""

    INTEGERS = "integers"
    SIMPLEX = "simplex"
    RAYS = "rays"
    WARM_START = "warm start"
    STAGES = "stages"
    """Programs stage by stage, by :func:`~khazri.solve.structured.solve_structured`."""


@dataclass(frozen=True)
class SolverOptions:
    """How to solve.

    ``tolerance`` is the relative feasibility of rows and duals and the relative gap between the
    primal and the dual objective; solvers that measure absolutely take it so. ``threads`` 0 lets
    the solver use all cores. ``crossover`` asks an interior point method for a vertex.
    """

    method: Method = Method.AUTOMATIC
    tolerance: float = 1e-7
    time_limit_s: float = float("inf")
    threads: int = 0
    crossover: bool = False


@dataclass(frozen=True)
class SolverProgress:
    """Where a running solver is; NaN where its method has no such number.

    Infeasibilities and ``gap`` are relative and meant for eyes, not for decisions.
    """

    iteration: int
    primal_infeasibility: float
    dual_infeasibility: float
    gap: float
    seconds: float


@dataclass(frozen=True)
class Basis:
    """Which columns (n,) and rows (m,) a vertex lies between bounds of, in the solver's own codes.

    The start of a similar program's solve: same numbers of columns and rows, other numbers in it.
    """

    columns: NDArray[np.int8]
    rows: NDArray[np.int8]


@dataclass(frozen=True)
class SolverResult:
    """A solver's answer.

    ``column_value`` (n,) and ``row_dual`` (m,) are what ``primal`` and ``dual`` say they are;
    ``objective`` is that of ``column_value``, NaN without one. ``detail`` is the solver's own word
    for its state. ``basis`` is there where a simplex method found the point.
    """

    termination: Termination
    primal: PointStatus
    dual: PointStatus
    column_value: Floats
    row_dual: Floats
    objective: float
    iterations: int
    seconds: float
    solver: str
    detail: str
    basis: Basis | None = None

    @property
    def has_point(self) -> bool:
        """Whether there are values of columns that are not a ray."""
        return self.primal not in (PointStatus.NONE, PointStatus.CERTIFICATE)


OnProgress = Callable[[SolverProgress], bool]
"""Called now and then in the caller's thread; returning False stops the solver."""


class Solver(Protocol):
    """A solver of linear programs."""

    @property
    def name(self) -> str:
        """Name and version."""

    def supports(self, feature: Feature) -> bool:
        """Tell whether the solver can do this."""

    def solve(
        self,
        program: FlatProgram,
        options: SolverOptions,
        on_progress: OnProgress | None = None,
        start: Basis | None = None,
    ) -> SolverResult:
        """Solve ``program``, by the simplex method from ``start`` where that is supported.

        Ctrl-C stops the solver and returns what there is within two seconds, as INTERRUPTED.

        Raises
        ------
        MissingExtraError
            The solver, or a part of it that ``options`` need, is not installed.
        SolverError
            The solver refuses the program, or cannot do what ``options`` ask.
        """


def check_numbers(program: FlatProgram) -> None:
    """Raise if a number of the program is NaN or an entry or cost infinite.

    Solvers differ in what they make of such numbers; some answer as if all were well.

    Raises
    ------
    SolverError
        With the name of the array.
    """
    for name in ("cost", "value"):
        if not np.all(np.isfinite(getattr(program, name))):
            raise SolverError(f"the program's {name} holds a number that is not finite")
    for name in ("lower", "upper", "row_lower", "row_upper"):
        if np.any(np.isnan(getattr(program, name))):
            raise SolverError(f"the program's {name} holds NaN")


class Sized(Protocol):
    """Something with as many columns and rows as a program."""

    @property
    def n_columns(self) -> int:
        """Number of columns."""

    @property
    def n_rows(self) -> int:
        """Number of rows."""


def without_point(
    program: Sized, termination: Termination, seconds: float, solver: str, detail: str
) -> SolverResult:
    """Return the result of a solve that has no values."""
    return SolverResult(
        termination=termination,
        primal=PointStatus.NONE,
        dual=PointStatus.NONE,
        column_value=np.full(program.n_columns, np.nan),
        row_dual=np.full(program.n_rows, np.nan),
        objective=np.nan,
        iterations=0,
        seconds=seconds,
        solver=solver,
        detail=detail,
    )


def without_columns(program: FlatProgram, solver: str) -> SolverResult:
    """Return the result of a program that has nothing to decide; solvers disagree about these."""
    is_met = bool(np.all((program.row_lower <= 0.0) & (program.row_upper >= 0.0)))
    if not is_met:
        detail = "a row without entries cannot be met"
        return without_point(program, Termination.INFEASIBLE, 0.0, solver, detail)
    return SolverResult(
        termination=Termination.OPTIMAL,
        primal=PointStatus.FEASIBLE,
        dual=PointStatus.FEASIBLE,
        column_value=np.zeros(0),
        row_dual=np.zeros(program.n_rows),
        objective=program.offset,
        iterations=0,
        seconds=0.0,
        solver=solver,
        detail="no columns",
    )


def with_fixed_integers(program: FlatProgram, column_value: Floats) -> FlatProgram:
    """Return the linear program that is left when integer columns stay at rounded values.

    Its duals are the prices of an integer plan.
    """
    fixed = np.round(column_value[program.is_integer])
    lower, upper = program.lower.copy(), program.upper.copy()
    lower[program.is_integer] = fixed
    upper[program.is_integer] = fixed
    none = np.zeros_like(program.is_integer)
    return replace(program, lower=lower, upper=upper, is_integer=none)
