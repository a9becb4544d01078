"""Operation of given capacities in every hour, window by window: a feasible plan.

The year is cut into windows of some days. What ties them together - levels of stores and shares
of yearly limits - is taken from a coarser solution of the whole year (:class:`Guide`): a window
must hand on the levels of the guide (more, where that cannot be), and may use of each yearly limit
what the guide used up to its end less what was used before, at the guide's price of the limit. So
windows fit together to a plan that meets every hourly constraint and every yearly maximum; whether
yearly minima are met is said with it. A few parts of the year run side by side; they start from
the guide's levels and end exactly at them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from khazri.errors import SolverError
from khazri.program import Edges, Point, Program, Segments, flatten, unflatten, window
from khazri.program.families import Column, Row
from khazri.program.proof import global_activity, stage_product, sum_activity
from khazri.program.varying import Floats, Indices
from khazri.solve.certificate import FEASIBILITY
from khazri.solve.solver import Solver, SolverOptions, Termination

OnWindow = Callable[[int, int], None]
"""Called with the number of windows done and of all windows."""


@dataclass(frozen=True)
class Guide:
    """What windows take from a coarser solution: W windows, arrays over them.

    ``start`` (W,) are their first stages; ``level`` (W, n) the columns at their ends (only levels
    are used); ``usage`` (W, R) what each uses of the global rows, with unused rest shared out, and
    ``price`` (R,) what their multipliers are.
    """

    start: Indices
    n_stages: int
    level: Floats
    usage_lower: Floats
    usage_upper: Floats
    price: Floats

    @property
    def stop(self) -> Indices:
        """First stage after each window, (W,)."""
        return np.append(self.start[1:], self.n_stages)


@dataclass(frozen=True)
class Dispatch:
    """Operation of all stages: the point, its windows' last stages, and its claimed cost.

    ``short`` (R,) is what global rows with a least value fall short of it: hours cannot always
    give what means over segments promise. Where it is not zero the point is no plan.
    """

    point: Point
    handovers: Indices
    claimed_cost: float
    short: Floats

    @property
    def is_plan(self) -> bool:
        """Whether no global row falls short."""
        return not self.short.any()


def make_guide(
    program: Program, coarse: Program, segments: Segments, point: Point, windows: Indices
) -> Guide:
    """Return the guide that a solution of the program over segments gives.

    Parameters
    ----------
    program, coarse
        The full program and the same over ``segments``.
    point
        Solution of ``coarse``.
    windows : (W,)
        First stage of each window; each must be the first stage of a segment.
    """
    first = np.searchsorted(segments.start, windows)
    assert np.array_equal(segments.start[first], windows), "windows begin within segments"
    last = np.append(first[1:], len(segments)) - 1
    used = stage_product(coarse.sum_entries, point.x, coarse.n_global_rows)
    usage = np.add.reduceat(used * coarse.weight[:, None], first, axis=0)
    fixed = global_activity(program, point.y)
    length = np.diff(np.append(windows, program.n_stages)) / program.n_stages
    total = usage.sum(axis=0)
    with np.errstate(invalid="ignore"):
        # What the coarse solution leaves unused is shared out by length; a least value likewise.
        upper = usage + length[:, None] * (program.sum_upper - fixed - total)
        lower = usage + length[:, None] * (program.sum_lower - fixed - total)
    return Guide(windows, program.n_stages, point.x[last], lower, upper, point.sum_dual[0])


def dispatch(
    program: Program,
    y: Floats,
    guide: Guide,
    solver: Solver,
    options: SolverOptions,
    *,
    n_parts: int = 2,
    on_window: OnWindow | None = None,
) -> Dispatch:
    """Operate the capacities ``y`` (k,) through every stage of ``program``, in two windows or more.

    Raises
    ------
    SolverError
        A window cannot be operated with the given capacities, or the solver gave up on it.
    """
    year = _Year(program, y, guide, solver, replace(options, threads=1), on_window)
    n_windows = len(guide.start)
    count = max(1, min(n_parts, n_windows // 2))
    cuts = np.linspace(0, n_windows, count + 1).astype(int)
    parts = [np.arange(low, high) for low, high in pairwise(cuts)]
    with ThreadPoolExecutor(max_workers=len(parts)) as pool:
        # First windows first: the last window of a part must ramp to the first of the next.
        openings: list[Future[_Window]] = [
            pool.submit(year.solve, int(part[0]), None, None, _Used.none(program)) for part in parts
        ]
        solved_openings = [future.result() for future in openings]
        rests = [
            pool.submit(lambda index: list(year.rest(parts[index], solved_openings, index)), index)
            for index in range(len(parts))
        ]
        windows = [
            solved
            for opening, rest in zip(solved_openings, rests, strict=True)
            for solved in (opening, *rest.result())
        ]
    return _join(program, y, guide, windows)


@dataclass(frozen=True)
class _Used:
    """What earlier windows of a part used of the global rows, and what the guide gave them."""

    used: Floats
    lower: Floats
    upper: Floats

    @staticmethod
    def none(program: Program) -> _Used:
        zero = np.zeros(program.n_global_rows)
        return _Used(zero, zero, zero)


@dataclass(frozen=True)
class _Window:
    """A solved window and what was used of the global rows by its end."""

    point: Point
    used: _Used
    cost: float


@dataclass
class _Year:
    """The windows of one year: what they share while they are solved."""

    program: Program
    y: Floats
    guide: Guide
    solver: Solver
    options: SolverOptions
    on_window: OnWindow | None
    n_done: int = 0

    def rest(self, part: Indices, openings: list[_Window], index: int) -> Iterator[_Window]:
        """Solve the windows of a part after its first, in order."""
        current = openings[index]
        after = openings[(index + 1) % len(openings)]
        for number in part[1:]:
            is_last = number == part[-1]
            ramp_to = after if is_last else None
            current = self.solve(int(number), current.point, ramp_to, current.used)
            yield current

    def solve(
        self, number: int, before: Point | None, after: _Window | None, used: _Used
    ) -> _Window:
        """Solve one window; ``before`` is the window before it (None: start from the guide)."""
        program, guide = self.program, self.guide
        start, stop = int(guide.start[number]), int(guide.stop[number])
        levels = program.columns.of(Column.LEVEL)
        lower = np.full(program.n_columns, -np.inf)
        upper = np.full(program.n_columns, np.inf)
        lower[levels] = upper[levels] = guide.level[number, levels]
        if stop == guide.n_stages:
            # Nothing follows the year for stores that begin it at a given level.
            ends = program.carry.column[~program.carry_is_cyclic]
            upper[ends] = np.inf
        if after is not None:
            self._ramp_to(after.point.x[0], stop % guide.n_stages, lower, upper)
        allowed_lower = used.lower + guide.usage_lower[number]
        allowed_upper = used.upper + guide.usage_upper[number]
        edges = Edges(
            before=guide.level[number - 1] if before is None else before.x[-1],
            ramp_is_free=before is None,
            final_lower=lower,
            final_upper=upper,
            sum_lower=allowed_lower - used.used,
            sum_upper=allowed_upper - used.used,
            sum_price=guide.price,
        )
        piece, point, cost = self._first_solvable(start, stop, edges, is_last=after is not None)
        entered = np.unique(program.sum_entries.row)
        taken = np.zeros(program.n_global_rows)
        stage = stage_product(piece.sum_entries, point.x, piece.n_global_rows)
        taken[entered] = piece.weight @ stage
        self.n_done += 1
        if self.on_window is not None:
            self.on_window(self.n_done, len(guide.start))
        return _Window(
            self._whole(point, entered),
            _Used(used.used + taken, allowed_lower, allowed_upper),
            cost + float(guide.price @ taken),
        )

    def _ramp_to(self, x: Floats, stage: int, lower: Floats, upper: Floats) -> None:
        """Keep outputs of the last stage within a ramp of the stage that follows."""
        program = self.program
        ramps = program.columns.of(Column.RAMP)
        rows = program.rows.of(Row.RAMP)
        supply = program.carry.column[: rows.stop - rows.start]
        low, high = program.bounds(self.y)
        lower[supply] = x[supply] - high[stage, ramps]
        upper[supply] = x[supply] - low[stage, ramps]

    def _first_solvable(
        self, start: int, stop: int, edges: Edges, *, is_last: bool
    ) -> tuple[Program, Point, float]:
        """Solve with all edges; else leave limits to later windows, hand on more, hand on less."""
        later = replace(edges, sum_lower=np.full_like(edges.sum_lower, -np.inf))
        more = replace(later, final_upper=np.full_like(edges.final_upper, np.inf))
        less = replace(more, final_lower=np.full_like(edges.final_lower, -np.inf))
        tries = (edges, later) if is_last else (edges, later, more, less)
        for attempt in tries:
            piece = window(self.program, start, stop, self.y, attempt)
            flat = flatten(piece)
            result = self.solver.solve(flat, self.options)
            if result.termination is Termination.OPTIMAL:
                point = unflatten(piece, result.column_value, result.row_dual)
                return piece, point, result.objective
            if result.termination is not Termination.INFEASIBLE:
                raise SolverError(
                    f"hours {start} to {stop - 1}: {result.solver} stopped "
                    f"({result.termination}: {result.detail})"
                )
        raise SolverError(
            f"hours {start} to {stop - 1} cannot be operated with the capacities found over "
            "segments; more segments (--hours) find others"
        )

    def _whole(self, point: Point, entered: Indices) -> Point:
        """Put a window's multipliers into the rows of the full program."""
        sums = np.repeat(self.guide.price[None], len(point.x), axis=0)
        sums[:, entered] += point.sum_dual
        return Point(point.x, self.y, point.row_dual, sums)


def _join(program: Program, y: Floats, guide: Guide, windows: list[_Window]) -> Dispatch:
    """Put windows together; changes of output at their edges follow from the outputs."""
    x = np.concatenate([w.point.x for w in windows])
    rows = program.rows.of(Row.RAMP)
    supply = program.carry.column[: rows.stop - rows.start]
    x[:, program.columns.of(Column.RAMP)] = x[:, supply] - x[program.previous][:, supply]
    fixed = float(program.global_cost @ y) + program.constant_cost
    used = sum_activity(program, x, y)
    short = np.maximum(program.sum_lower - used, 0.0)
    short[short <= FEASIBILITY * np.maximum(1.0, np.abs(program.sum_lower))] = 0.0
    return Dispatch(
        Point(
            x,
            y,
            np.concatenate([w.point.row_dual for w in windows]),
            np.concatenate([w.point.sum_dual for w in windows]),
        ),
        guide.stop - 1,
        sum(w.cost for w in windows) + fixed,
        short,
    )
