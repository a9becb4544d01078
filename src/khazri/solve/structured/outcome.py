"""What the block method is asked and what it answers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from khazri.program import Point


class Ending(StrEnum):
    """Why the method stopped."""

    OPTIMAL = "optimal"
    INFEASIBLE = "infeasible"
    UNBOUNDED = "unbounded"
    STALLED = "stalled"
    ITERATION_LIMIT = "iteration limit"
    TIME_LIMIT = "time limit"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True)
class Tuning:
    """When to stop, and how hard to try.

    ``tolerance`` is relative: of the gap, of rows against their right-hand sides and of reduced
    costs against costs. ``correctors`` is the most per iteration.
    """

    tolerance: float = 1e-6
    max_iterations: int = 200
    time_limit_s: float = float("inf")
    threads: int = 2
    correctors: int = 4


@dataclass(frozen=True)
class Outcome:
    """The last point and how good the method takes it to be; ``gap`` and residuals are relative,
    ``cost`` [EUR/a] is what the method makes of it.

    If the program is infeasible the multipliers of ``point`` prove it
    (:func:`~khazri.solve.structured.rays.proves_infeasible`), unless bounds cross: then there are
    none. If it is unbounded the columns of ``point`` are a ray
    (:func:`~khazri.solve.structured.rays.proves_unbounded`).
    """

    ending: Ending
    point: Point
    iterations: int
    seconds: float
    cost: float
    gap: float
    row_residual: float
    dual_residual: float
