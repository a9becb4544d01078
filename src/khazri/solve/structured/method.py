"""A primal-dual interior point method on the hour template (docs/solver.md)."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np

from khazri.program import Program, shorten
from khazri.solve.solver import OnProgress
from khazri.solve.structured.crew import Hire, here
from khazri.solve.structured.iterations import Iterations
from khazri.solve.structured.outcome import Ending, Outcome, Tuning
from khazri.solve.structured.rays import (
    has_open_bounds,
    proves_unbounded,
    ray_program,
    without_costs,
)
from khazri.solve.structured.split import follows_itself, split_chains
from khazri.solve.structured.substitute import without_implied

__all__ = ["Ending", "Outcome", "Tuning", "solve_structured", "takes_stages"]

_MORE = 2
"""How many times as many correctors a second attempt has."""

_RAY_TOLERANCE = 1e-9
"""Rays are looked for to this tolerance."""


def solve_structured(
    program: Program,
    tuning: Tuning,
    on_progress: OnProgress | None = None,
    hire: Hire = here,
) -> Outcome:
    """Solve a program, its integers relaxed.

    Parameters
    ----------
    program
        T stages of n columns and m rows, in one chain or several, one after the other: weather
        years or scenarios that share globals and global rows.
    tuning
        Tolerance and limits.
    on_progress
        Called after each iteration; returning False stops the method.
    hire
        Who works on the chains: this process, or Dask
        (:func:`~khazri.solve.structured.distribute.on_dask`).

    Raises
    ------
    KernelsMissingError
        The compiled kernels are not there.

    Notes
    -----
    An iteration costs T (s³ + s² K + s K²) operations for s coupled rows and K border columns, and
    memory grows as T (n + s²).
    """
    if not takes_stages(program):
        raise ValueError("the block method takes chains of stages that follow each other")
    began = time.perf_counter()
    short = shorten(program)
    reduced = without_implied(short.program)
    small = reduced.program
    found = _solve(small, tuning, on_progress, hire, began)
    is_lost = found.ending in (Ending.STALLED, Ending.ITERATION_LIMIT)
    if is_lost and has_open_bounds(small):
        found = _without_end(small, found, tuning, on_progress, hire, began)
    elif found.ending is Ending.STALLED:
        # Steps of another length may get past where these stayed.
        careful = replace(tuning, correctors=_MORE * tuning.correctors)
        again = _solve(small, careful, on_progress, hire, began)
        found = replace(again, iterations=found.iterations + again.iterations)
    if found.ending is Ending.UNBOUNDED:  # a ray has right-hand sides of zero
        reduced = replace(reduced, original=ray_program(short.program))
    is_ray = found.ending is Ending.INFEASIBLE
    return replace(found, point=short.restore(reduced.restore(found.point), is_ray=is_ray))


def _solve(
    program: Program, tuning: Tuning, on_progress: OnProgress | None, hire: Hire, began: float
) -> Outcome:
    crew = hire(split_chains(program), tuning.threads)
    try:
        method = Iterations(program, crew, tuning, on_progress, began)
        return method.run() if method.start() else method.without_point()
    finally:
        crew.close()


def _without_end(
    program: Program,
    found: Outcome,
    tuning: Tuning,
    on_progress: OnProgress | None,
    hire: Hire,
    began: float,
) -> Outcome:
    """What a program is on which the method got lost: unbounded where there are a ray and a point,
    infeasible where there are a ray and a proof that there is no point, else ``found``."""
    careful = replace(tuning, tolerance=min(tuning.tolerance, _RAY_TOLERANCE))
    ray = _solve(ray_program(program), careful, on_progress, hire, began)
    if not proves_unbounded(program, ray.point.x, ray.point.y):
        return found
    some = _solve(without_costs(program), tuning, on_progress, hire, began)
    told = replace(found, iterations=found.iterations + ray.iterations + some.iterations)
    seconds = time.perf_counter() - began
    if some.ending is Ending.OPTIMAL:
        point = replace(found.point, x=ray.point.x, y=ray.point.y)
        return replace(told, ending=Ending.UNBOUNDED, point=point, seconds=seconds, cost=-np.inf)
    if some.ending is Ending.INFEASIBLE:
        return replace(some, iterations=told.iterations, seconds=seconds)
    return replace(told, seconds=seconds)


def takes_stages(program: Program) -> bool:
    """Whether the method takes this program: one chain or several, one after the other."""
    return follows_itself(program)
