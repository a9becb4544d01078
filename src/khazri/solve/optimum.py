"""What is asked of an optimisation, what it tells on the way, and what comes out."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from khazri.program import Point
from khazri.program.varying import Floats
from khazri.solve.certificate import Certificate
from khazri.solve.dispatch import OnWindow
from khazri.solve.solver import OnProgress, SolverProgress


@dataclass(frozen=True)
class Effort:
    """How far to go.

    ``segments``: how many for the first plan; None: as many as suit the program's size; 0: none,
    the whole program at once. ``gap`` is the relative gap at which to stop, ``time_limit_s`` the
    time after which no further round is begun. ``window_h`` is the length of the windows in which
    hours are operated and ``n_parts`` how many parts of the year run side by side.
    """

    segments: int | None = None
    gap: float = 0.02
    time_limit_s: float = 260.0
    window_h: int = 96
    n_parts: int = 2
    tolerance: float = 1e-6


@dataclass(frozen=True)
class Progress:
    """What is being done: a phase, a sentence, and how much of it is done (0..1; NaN: unknown)."""

    phase: str
    text: str
    done: float
    seconds: float


OnPhase = Callable[[Progress], None]


@dataclass(frozen=True)
class Best:
    """The best plan so far: global values ``y`` (k,) that were run through every hour at ``cost``,
    and the ``bound`` proven by then [EUR/a]."""

    y: Floats
    cost: float
    bound: float


OnBest = Callable[[Best], None]


@dataclass(frozen=True)
class Round:
    """One round: its segments, best cost and bound by its end [EUR/a], and seconds of its parts.

    The first round is small and learns where hours differ; ``cost`` is infinite as long as there is
    no plan that holds in every hour.
    """

    n_segments: int
    cost: float
    bound: float
    seconds_segments: float
    seconds_bound: float
    seconds_dispatch: float
    iterations: int


@dataclass(frozen=True)
class Optimum:
    """The best plan found, the best bound proven, and how.

    ``bound_row_dual`` (T, m) and ``bound_sum_dual`` (R,) are the multipliers that prove the bound:
    put into :func:`khazri.program.lower_bound` they give it again. ``is_exact`` says that all
    stages were solved as one program, with whole decisions as taken before: operation and prices
    are those of its optimum.
    """

    point: Point
    certificate: Certificate
    rounds: tuple[Round, ...]
    bound_row_dual: Floats
    bound_sum_dual: Floats
    solver: str
    is_exact: bool


class Speaker:
    """Tells the caller what is going on, with the seconds since the start."""

    def __init__(self, on_phase: OnPhase | None) -> None:
        self._on_phase = on_phase
        self._start = time.perf_counter()

    @property
    def is_heard(self) -> bool:
        """Whether anybody listens."""
        return self._on_phase is not None

    def seconds(self) -> float:
        """Seconds since the start."""
        return time.perf_counter() - self._start

    def say(self, phase: str, text: str, done: float = float("nan")) -> None:
        """Report a phase."""
        if self._on_phase is not None:
            self._on_phase(Progress(phase, text, done, self.seconds()))

    def windows(self, phase: str, what: str) -> OnWindow:
        """Return a callback that reports windows done under ``phase``."""

        def report(done: int, of: int) -> None:
            self.say(phase, f"{what}: {done} of {of} parts", done / of)

        return report

    def iterations(self, phase: str, what: str) -> OnProgress | None:
        """Return a callback that reports the solver's iterations under ``phase``."""
        if self._on_phase is None:
            return None

        def report(progress: SolverProgress) -> bool:
            near = "" if np.isnan(progress.gap) else f", gap {progress.gap:.1e}"
            self.say(phase, f"{what}: iteration {progress.iteration}{near}")
            return True

        return report
