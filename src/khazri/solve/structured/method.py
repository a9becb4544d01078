"""A primal-dual interior point method on the hour template (docs/solver.md).

Every iteration: residuals → done? → factor → predictor → correctors → step. The distances of
columns to their bounds follow from the columns, so bounds hold exactly all the way and only rows
have residuals.

Sources: Mehrotra (1992) for the predictor and its second-order corrector; Gondzio (1996) for the
multiple centrality correctors; Colombo and Gondzio (2008) for weighting each of them.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from khazri.program import Point, Program
from khazri.program.proof import lower_bound
from khazri.program.varying import Floats, constant
from khazri.solve.solver import OnProgress, SolverProgress
from khazri.solve.structured.form import (
    HAS_LOWER,
    HAS_UPPER,
    IS_ACTIVE,
    CrossedBoundsError,
    Form,
    make_form,
)
from khazri.solve.structured.kernels import Direction, Iterate, Residuals, Stages
from khazri.solve.structured.newton import Newton, Sides, Solution
from khazri.solve.structured.small import start_small
from khazri.solve.structured.substitute import without_implied

_STEP = 0.995
"""Share of the way to the nearest bound that is taken."""

_BAND = 0.1
"""Products are wanted between this share of their target and its inverse."""

_WEIGHTS = np.array([0.1, 0.3, 0.5, 0.7, 0.85, 1.0])
"""Weights with which a corrector may be added."""

_GAIN = 0.01
"""A corrector must lengthen the steps by this much, or the next aims less high."""

_LOOSE = 1e-2
"""Diagonal of columns without bounds, as a share of what those in the middle of theirs have: they
are held back a little (proximal point method, Rockafellar 1976) so that pivots stay comparable."""


class Ending(StrEnum):
    """Why the method stopped."""

    OPTIMAL = "optimal"
    INFEASIBLE = "infeasible"
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
    correctors: int = 6


@dataclass(frozen=True)
class Outcome:
    """The last point and how good the method takes it to be; ``gap`` and residuals are relative,
    ``cost`` [EUR/a] is what the method makes of it.

    If the program is infeasible the multipliers of ``point`` prove it (:func:`proves_infeasible`),
    unless bounds cross: then there are none.
    """

    ending: Ending
    point: Point
    iterations: int
    seconds: float
    cost: float
    gap: float
    row_residual: float
    dual_residual: float


def solve_structured(
    program: Program, tuning: Tuning, on_progress: OnProgress | None = None
) -> Outcome:
    """Solve a program of one chain, its integers relaxed.

    Parameters
    ----------
    program
        T stages of n columns and m rows; one chain (``is_first`` only in the first stage).
    tuning
        Tolerance and limits.
    on_progress
        Called after each iteration; returning False stops the method.

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
        raise ValueError("the block method takes one chain of stages that starts in the first")
    began = time.perf_counter()
    reduced = without_implied(program)
    try:
        form = make_form(reduced.program)
    except CrossedBoundsError:
        nowhere = Point(
            np.full((program.n_stages, program.n_columns), np.nan),
            np.full(program.n_globals, np.nan),
            np.full((program.n_stages, program.n_rows), np.nan),
            np.full((program.n_stages, program.n_global_rows), np.nan),
        )
        return Outcome(Ending.INFEASIBLE, nowhere, 0, 0.0, np.nan, np.inf, np.inf, np.inf)
    found = _Method(form, tuning, on_progress, began).run()
    return replace(found, point=reduced.restore(found.point))


def takes_stages(program: Program) -> bool:
    """Whether the method takes this program: one chain, which starts in its first stage."""
    return bool(np.flatnonzero(program.is_first).tolist() == [0])


@dataclass(frozen=True)
class _State:
    """What an iteration starts from, all measured at the same point."""

    residuals: Residuals
    sums: Floats
    push: Floats
    mu: float
    n_products: int
    gap: float
    cost: float
    row_residual: float
    dual_residual: float


@dataclass(frozen=True)
class _Work:
    """Memory that every iteration uses anew; ``columns`` holds reduced costs first, then what
    correctors aim at."""

    rows: Floats
    columns: Floats
    predictor: Floats
    predictor_rows: Floats
    z_lower: Floats
    z_upper: Floats
    corrector: Floats
    corrector_rows: Floats
    change_lower: Floats
    change_upper: Floats
    no_rows: Floats

    @classmethod
    def of(cls, stages: Stages) -> _Work:
        """Memory for these stages."""
        wide, high = (stages.T, stages.n), (stages.T, stages.m)
        return cls(
            rows=np.empty(high),
            columns=np.empty(wide),
            predictor=np.empty(wide),
            predictor_rows=np.empty(high),
            z_lower=np.empty(wide),
            z_upper=np.empty(wide),
            corrector=np.empty(wide),
            corrector_rows=np.empty(high),
            change_lower=np.empty(wide),
            change_upper=np.empty(wide),
            no_rows=np.zeros(high),
        )


class _Method:
    """One run; the point lives in ``at`` and ``small`` and changes with every step."""

    def __init__(
        self, form: Form, tuning: Tuning, on_progress: OnProgress | None, began: float
    ) -> None:
        self._form, self._tuning, self._on_progress = form, tuning, on_progress
        self._began = began
        self._stages = Stages(form, tuning.threads)
        self._newton = Newton(self._stages)
        self._k = self._stages.k
        program = form.program
        self._sum_lower = program.sum_lower + form.sum_rhs
        self._sum_upper = program.sum_upper + form.sum_rhs
        largest = np.abs(form.rhs).max(axis=0, initial=0.0)
        is_store = program.is_store[form.ordering.rows]
        typical = [float(largest[kind].max(initial=0.0)) for kind in (~is_store, is_store)]
        own = np.where(is_store, typical[1], typical[0])
        self._row_size = 1.0 + np.maximum(largest, 1e-2 * own)
        self._work = _Work.of(self._stages)
        self._start()

    # ---- the method

    def run(self) -> Outcome:
        """Iterate until done."""
        best = np.inf
        idle = 0
        for iteration in range(self._tuning.max_iterations + 1):
            now = self._measure()
            merit = max(abs(now.gap), now.row_residual, now.dual_residual)
            idle = 0 if merit < 0.9 * best else idle + 1
            best = min(best, merit)
            if merit < self._tuning.tolerance:
                return self._outcome(Ending.OPTIMAL, now, iteration)
            if (idle >= 5 or now.gap < -10.0) and self._is_infeasible():
                return self._outcome(Ending.INFEASIBLE, now, iteration)
            if idle >= 25 or not np.isfinite(merit):
                return self._outcome(Ending.STALLED, now, iteration)
            if not self._report(iteration, now):
                return self._outcome(Ending.INTERRUPTED, now, iteration)
            if time.perf_counter() - self._began > self._tuning.time_limit_s:
                return self._outcome(Ending.TIME_LIMIT, now, iteration)
            self._factor(now)
            direction, steps = self._predict(now)
            target = self._target(now, direction, steps)
            direction, steps = self._correct(direction, steps, target)
            self._move(direction, steps)
        return self._outcome(Ending.ITERATION_LIMIT, now, iteration)

    def _start(self) -> None:
        """Columns in the middle of their bounds, all products of bounds and multipliers equal."""
        form, stages = self._form, self._stages
        program, columns = form.program, form.columns
        kind = columns.kind
        is_active = (kind & IS_ACTIVE) != 0
        low, high = columns.global_lower, columns.global_upper
        # A capacity of the order of all demand is far from both ends where the upper end is far.
        load = float(np.abs(form.rhs).sum(axis=1).max(initial=1.0))
        size = np.where(np.isfinite(low), low, -load)
        y = np.where(np.isfinite(high), 0.5 * (size + high), size + load)
        y = np.minimum(y, size + max(load, 1.0))
        lower, upper = program.bounds(y)
        has_lower, has_upper = (kind & HAS_LOWER) != 0, (kind & HAS_UPPER) != 0
        both = has_lower & has_upper
        room = np.where(both, 0.5 * (upper - lower), 1.0)
        x = np.where(has_lower, lower + room, np.where(has_upper, upper - room, 0.0))
        x[~is_active] = 0.0
        cost = np.abs(program.cost.times(program.weight)) * room
        product = 1.0 + (float(cost[is_active].mean()) if is_active.any() else 0.0)
        self._at = Iterate(
            x=x,
            z_lower=np.where(has_lower & is_active, product / room, 0.0),
            z_upper=np.where(has_upper & is_active, product / room, 0.0),
            y=y,
            row_dual=np.zeros((stages.T, stages.m)),
            sum_dual=np.zeros(stages.R),
        )
        used = self._newton.sum_product(x) + form.sum_matrix @ y
        self._small = start_small(
            np.concatenate([y, _inside(used, self._sum_lower, self._sum_upper)]),
            np.concatenate([low, self._sum_lower]),
            np.concatenate([high, self._sum_upper]),
            product,
        )
        self._at.y = self._small.value[: self._k].copy()
        self._start_duals()

    def _start_duals(self) -> None:
        """Multipliers of bounds that balance all reduced costs.

        With both bounds there, ``z_lower - z_upper = reduced cost`` and ``z_lower z_upper`` as it
        was has a solution for any reduced cost. Steps keep the balance, so the dual objective is a
        bound from the first iteration on, and only rows have residuals.
        """
        at, small, work, k = self._at, self._small, self._work, self._k
        form = self._form
        at.sum_dual = small.z_lower[k:] - small.z_upper[k:]
        found = self._stages.residuals(at, work.rows, work.columns)
        kind = form.columns.kind
        both = kind == HAS_LOWER | HAS_UPPER | IS_ACTIVE
        at.z_lower[both], at.z_upper[both] = _balanced(-found.columns[both], at.z_lower[both])
        found = self._stages.residuals(at, work.rows, work.columns)
        reduced = form.global_cost + found.row_worth + found.pull
        reduced = reduced - form.sum_matrix.T @ at.sum_dual
        own = np.flatnonzero(small.has_lower[:k] & small.has_upper[:k])
        small.z_lower[own], small.z_upper[own] = _balanced(reduced[own], small.z_lower[own])

    def _measure(self) -> _State:
        form, at, small, k = self._form, self._at, self._small, self._k
        found = self._stages.residuals(at, self._work.rows, self._work.columns)
        used = found.sums + form.sum_matrix @ at.y
        sums = small.value[k:] - used
        worth = form.sum_matrix.T @ at.sum_dual
        reduced = form.global_cost + found.row_worth - worth  # without multipliers of bounds
        push = np.concatenate([-reduced, -at.sum_dual])
        small_dual = np.concatenate([reduced + found.pull, at.sum_dual])
        small_dual = small_dual - small.z_lower + small.z_upper
        products = small.products()
        n_products = found.n_products + len(products)
        mu = (found.products + float(products.sum())) / max(n_products, 1)
        cost = found.cost + float(form.global_cost @ at.y)
        fixed = small.is_fixed
        dual = found.dual_value + small.bound_value()
        dual += float(small_dual[fixed] @ small.value[fixed])
        scale = 1.0 + np.abs(np.concatenate([form.global_cost, at.sum_dual]))
        rows = np.abs(found.rows / self._row_size).max(initial=0.0)
        over = np.abs(sums / (1.0 + np.abs(used))).max(initial=0.0)
        reduced_error = np.abs(small_dual / scale)[~fixed].max(initial=0.0)
        room = np.where(small.has_lower & small.has_upper, small.upper - small.lower, 0.0)
        room = np.where(np.isfinite(room), room, 0.0)
        unproven = found.unproven + float(np.abs(small_dual) @ room)
        size = 1.0 + abs(cost + form.program.constant_cost)
        return _State(
            residuals=found,
            sums=sums,
            push=np.where(fixed, 0.0, push),
            mu=mu,
            n_products=n_products,
            gap=(cost - dual) / size,
            cost=cost,
            row_residual=float(max(rows, over)),
            dual_residual=float(
                max(found.dual_residual / (1.0 + found.dual_size), reduced_error, unproven / size)
            ),
        )

    def _factor(self, now: _State) -> None:
        theta = self._small.theta()
        loose = max(_LOOSE * now.mu / float(self._row_size.mean()) ** 2, 1e-12)
        self._newton.factor(self._at, loose, theta[: self._k], theta[self._k :])

    def _predict(self, now: _State) -> tuple[_Way, tuple[float, float]]:
        """The direction to the optimum as if products were linear."""
        k, small = self._k, self._small
        sides = Sides(
            now.residuals.columns, now.residuals.rows, now.push[:k], now.push[k:], now.sums
        )
        work = self._work
        found = self._newton.solve(sides, work.predictor, work.predictor_rows)
        found = self._newton.refine(sides, found, work.corrector, work.corrector_rows)
        products = (
            -np.where(small.has_lower, small.z_lower * small.to_lower(), 0.0),
            -np.where(small.has_upper, small.z_upper * small.to_upper(), 0.0),
        )
        way = self._way(found, work.z_lower, work.z_upper, products)
        d = way.direction
        ratios = self._stages.direction(self._at, d.x, d.y, d.z_lower, d.z_upper)
        own = self._small.ratios(way.small, way.small_lower, way.small_upper)
        return way, self._steps((max(ratios[0], own[0]), max(ratios[1], own[1])))

    def _target(self, now: _State, way: _Way, steps: tuple[float, float]) -> float:
        """The product to aim at: the cube of what the predictor would leave (Mehrotra)."""
        after = self._stages.products_after(self._at, way.direction, *steps)
        small = self._small.products_after(way.small, way.small_lower, way.small_upper, steps)
        after += float(small[0].sum() + small[1].sum())
        left = after / now.n_products / now.mu
        return float(np.clip(left, 1e-2, 1.0) ** 3) * now.mu

    def _correct(
        self, way: _Way, steps: tuple[float, float], target: float
    ) -> tuple[_Way, tuple[float, float]]:
        """Bend the direction back to the central path as long as that lengthens the steps."""
        reach = (2.0, 0.3)
        lost = 0
        for count in range(1 + self._tuning.correctors):
            if count == 0:
                trial, band = (0.0, 0.0), (target, target, 0.0)
            else:
                trial = (
                    min(1.0, reach[0] * steps[0] + reach[1]),
                    min(1.0, reach[0] * steps[1] + reach[1]),
                )
                band = (_BAND * target, target / _BAND, target / _BAND)
            extra = self._corrector(way, trial, band)
            weight, longer = self._weigh(way, extra)
            if count == 0:
                # Centring shortens the predictor's steps at times and is wanted all the same.
                gain = np.inf
            else:
                weight = (
                    weight[0] if longer[0] > steps[0] else 0.0,
                    weight[1] if longer[1] > steps[1] else 0.0,
                )
                longer = (max(longer[0], steps[0]), max(longer[1], steps[1]))
                gain = longer[0] - steps[0] + longer[1] - steps[1]
            if max(weight) > 0.0:
                self._add(way, extra, *weight)
            steps = longer
            if min(steps) > 0.95:
                break
            if gain < _GAIN:
                lost += 1
                reach = (1.2, 0.1)
                if lost == 2:
                    break
        return way, steps

    def _corrector(
        self, way: _Way, trial: tuple[float, float], band: tuple[float, float, float]
    ) -> _Way:
        k, small, stages = self._k, self._small, self._stages
        work = self._work
        border = stages.corrector(
            self._at, way.direction, trial, band, work.change_lower, work.change_upper, work.columns
        )
        if trial == (0.0, 0.0):
            change = (
                np.where(small.has_lower, band[0] - way.small * way.small_lower, 0.0),
                np.where(small.has_upper, band[0] + way.small * way.small_upper, 0.0),
            )
        else:
            after = small.products_after(way.small, way.small_lower, way.small_upper, trial)
            change = (
                np.where(small.has_lower, _back_inside(after[0], band), 0.0),
                np.where(small.has_upper, _back_inside(after[1], band), 0.0),
            )
        push = small.push(*change)
        push[:k] += np.where(small.is_fixed[:k], 0.0, border)
        sides = Sides(work.columns, work.no_rows, push[:k], push[k:], np.zeros(stages.R))
        found = self._newton.solve(sides, work.corrector, work.corrector_rows)
        return self._way(found, work.change_lower, work.change_upper, change)

    def _weigh(self, way: _Way, extra: _Way) -> tuple[tuple[float, float], tuple[float, float]]:
        """The weights, of columns and of multipliers, that give the longest steps, and these."""
        ratios = self._stages.ratios(self._at, way.direction, extra.direction, _WEIGHTS)
        for i, weight in enumerate(_WEIGHTS):
            own = self._small.ratios(
                way.small + weight * extra.small,
                way.small_lower + weight * extra.small_lower,
                way.small_upper + weight * extra.small_upper,
            )
            ratios[:, i] = np.maximum(ratios[:, i], own)
        # The largest of equally good weights.
        best = len(_WEIGHTS) - 1 - np.argmin(ratios[:, ::-1], axis=1)
        weights = _WEIGHTS[best]
        steps = self._steps((float(ratios[0, best[0]]), float(ratios[1, best[1]])))
        return (float(weights[0]), float(weights[1])), steps

    def _move(self, way: _Way, steps: tuple[float, float]) -> None:
        primal, dual = (min(1.0, _STEP * step) for step in steps)
        at, d = self._at, way.direction
        self._stages.step(at, d, primal, dual)
        self._small.move(way.small, way.small_lower, way.small_upper, primal, dual)
        at.y = self._small.value[: self._k].copy()
        at.row_dual += dual * d.row_dual
        at.sum_dual = at.sum_dual + dual * d.sum_dual

    # ---- directions

    def _way(
        self, found: Solution, lower: Floats, upper: Floats, change: tuple[Floats, Floats]
    ) -> _Way:
        """A solution of the linear system with the multipliers of the small variables' bounds."""
        small = np.concatenate([found.globals_, found.slacks])
        small = np.where(self._small.is_fixed, 0.0, small)
        y = np.ascontiguousarray(small[: self._k])
        d = Direction(found.columns, lower, upper, y, found.row_dual, found.sum_dual)
        return _Way(d, small, *self._small.multipliers(small, *change))

    def _add(self, way: _Way, extra: _Way, primal: float, dual: float) -> None:
        self._stages.combine(way.direction, extra.direction, primal, dual)
        way.small = way.small + primal * extra.small
        way.small_lower = way.small_lower + dual * extra.small_lower
        way.small_upper = way.small_upper + dual * extra.small_upper
        d, e = way.direction, extra.direction
        d.y = np.ascontiguousarray(way.small[: self._k])
        d.row_dual += dual * e.row_dual
        d.sum_dual = d.sum_dual + dual * e.sum_dual

    def _steps(self, ratios: tuple[float, float]) -> tuple[float, float]:
        return 1.0 / max(ratios[0], 1.0), 1.0 / max(ratios[1], 1.0)

    # ---- endings

    def _point(self) -> Point:
        """The iterate in the program's own rows and columns."""
        form, at = self._form, self._at
        columns, x = form.columns, at.x.copy()
        if columns.held is not None:
            x += columns.held
        if columns.held_slope is not None:
            capacity = form.program.capacity
            follows = capacity >= 0
            x[:, follows] += columns.held_slope[:, follows] * at.y[capacity[follows]]
        row_dual = at.row_dual[:, form.ordering.place]
        shape = (form.n_stages, len(at.sum_dual))
        return Point(x, at.y.copy(), row_dual, np.broadcast_to(at.sum_dual, shape))

    def _outcome(self, ending: Ending, now: _State, iterations: int) -> Outcome:
        point = self._point()
        return Outcome(
            ending,
            point,
            iterations,
            time.perf_counter() - self._began,
            now.cost + self._form.held_cost + self._form.program.constant_cost,
            now.gap,
            now.row_residual,
            now.dual_residual,
        )

    def _is_infeasible(self) -> bool:
        """Whether the multipliers prove that no point meets the rows: with all costs at zero they
        still prove a positive cost."""
        point = self._point()
        return proves_infeasible(self._form.program, point.row_dual, point.sum_dual[0])

    def _report(self, iteration: int, now: _State) -> bool:
        if self._on_progress is None:
            return True
        seconds = time.perf_counter() - self._began
        return self._on_progress(
            SolverProgress(iteration, now.row_residual, now.dual_residual, now.gap, seconds)
        )


@dataclass
class _Way:
    """A direction with its part of the small variables."""

    direction: Direction
    small: Floats
    small_lower: Floats
    small_upper: Floats


def proves_infeasible(program: Program, row_dual: Floats, sum_dual: Floats) -> bool:
    """Return whether multipliers (T, m), (R,) are a Farkas proof that no point meets all rows."""
    n_stages, n = program.n_stages, program.n_columns
    free = replace(
        program,
        cost=constant(np.zeros(n), n_stages),
        global_cost=np.zeros(program.n_globals),
        constant_cost=0.0,
    )
    value = lower_bound(free, row_dual, sum_dual).value
    size = float(np.abs(program.rhs.dense() * row_dual).sum())
    return bool(value > 1e-9 * max(size, 1e-300)) and np.isfinite(value)


def _inside(value: Floats, lower: Floats, upper: Floats) -> Floats:
    """Return ``value`` moved inside its bounds by a tenth of their distance."""
    both = np.isfinite(lower) & np.isfinite(upper)
    margin = np.where(both, 0.1 * (np.where(both, upper, 0.0) - np.where(both, lower, 0.0)), 0.0)
    one = 0.1 * (
        1.0 + np.abs(np.where(np.isfinite(lower), lower, np.where(np.isfinite(upper), upper, 0.0)))
    )
    margin = np.where(both, margin, one)
    return np.minimum(np.maximum(value, lower + margin), upper - margin)


def _balanced(reduced: Floats, z: Floats) -> tuple[Floats, Floats]:
    """Return multipliers of lower and upper bounds whose difference is ``reduced`` and whose
    product is ``z`` squared."""
    half = 0.5 * reduced
    large = np.hypot(half, z) + np.abs(half)
    small = z * (z / large)
    return np.where(half >= 0.0, large, small), np.where(half >= 0.0, small, large)


def _back_inside(product: Floats, band: tuple[float, float, float]) -> Floats:
    low, high, most = band
    up = np.where(product < low, low - product, 0.0)
    return np.where(product > high, np.maximum(high - product, -most), up)
