"""The iterations of the block method (docs/solver.md).

Every iteration: residuals → done? → factor → predictor → correctors → step. The distances of
columns to their bounds follow from the columns, so bounds hold exactly all the way and only rows
have residuals.

Sources: Mehrotra (1992) for the predictor and its second-order corrector; Gondzio (1996) for the
multiple centrality correctors; Colombo and Gondzio (2008) for weighting each of them.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from khazri.program import Point, Program
from khazri.program.varying import Floats
from khazri.solve.solver import OnProgress, SolverProgress
from khazri.solve.structured.border import Border, Sides, Solution
from khazri.solve.structured.chain import WEIGHTS, Chain, Left, Limits, Measured, balanced
from khazri.solve.structured.crew import Crew
from khazri.solve.structured.outcome import Ending, Outcome, Tuning
from khazri.solve.structured.rays import proves_infeasible
from khazri.solve.structured.small import start_small

_STEP = 0.995
"""Share of the way to the nearest bound that is taken."""

_BAND = 0.1
"""Products are wanted between this share of their target and its inverse."""

_GAIN = 0.01
"""A corrector must lengthen the steps by this much, or the next aims less high."""

_REFINEMENTS = 12
"""The most that a direction is refined where rows depend."""

_MET = 1e-3
"""Residuals of rows that a direction may leave there, as a share of the tolerance."""

_MISSED = 1.5
"""Rows that keep this many times the residual that the step should have left have not been met."""

_WORTH = 0.1
"""Share of what is left, squared, that a step of that must take off."""

_LONGEST = 30.0
"""The longest such step."""

_CROSSED = 1e-9
"""Ends of an interval in the wrong order by this much, relative to them, are no rounding."""

_LOOSE = 1e-2
"""Diagonal of columns without bounds, as a share of what those in the middle of theirs have: they
are held back a little (proximal point method, Rockafellar 1976) so that pivots stay comparable."""


@dataclass(frozen=True)
class _State:
    """What an iteration starts from, all measured at the same point."""

    sums: Floats
    push: Floats
    mu: float
    n_products: int
    gap: float
    cost: float
    row_residual: float
    dual_residual: float


@dataclass
class _Way:
    """The part of a direction that all chains share: of globals and slacks (k + R,), of the
    multipliers of their bounds, and of those of global rows (R,)."""

    small: Floats
    lower: Floats
    upper: Floats
    sum_dual: Floats
    added: tuple[float, float] = (0.0, 0.0)
    """Weights of the last corrector, of columns and multipliers: chains add it when they are next
    called."""


class Iterations:
    """One run. Chains hold what is as long as time; the rest is here and takes all decisions."""

    def __init__(
        self,
        program: Program,
        crew: Crew,
        tuning: Tuning,
        on_progress: OnProgress | None,
        began: float,
    ) -> None:
        self._program, self._crew, self._tuning = program, crew, tuning
        self._on_progress, self._began = on_progress, began
        self._k = program.n_globals

    def start(self) -> bool:
        """Columns in the middle of their bounds, all products of bounds and multipliers equal;
        False where bounds cross."""
        program, crew, k = self._program, self._crew, self._k
        limits = self._limits()
        if limits is None:
            return False
        low, high = limits.lower, limits.upper
        # A capacity of the order of all demand is far from both ends where the upper end is far.
        load = limits.load
        size = np.where(np.isfinite(low), low, -load)
        y = np.where(np.isfinite(high), 0.5 * (size + high), size + load)
        y = np.minimum(y, size + max(load, 1.0))
        answers = crew.ask(Chain.open, limits, y)
        opened = [one for one in answers if one is not None]
        if len(opened) < len(answers):
            return False
        cost, count = sum(one.cost for one in opened), sum(one.n_costs for one in opened)
        product = 1.0 + (cost / count if count else 0.0)
        self._sum_matrix = _total(one.sum_matrix for one in opened)
        self._global_cost = _total(one.global_cost for one in opened)
        self._constant = program.constant_cost + sum(one.held_cost for one in opened)
        self._row_size = float(np.mean([one.row_size for one in opened]))
        sum_rhs = _total(one.sum_rhs for one in opened)
        lower, upper = program.sum_lower + sum_rhs, program.sum_upper + sum_rhs
        n_cuts = [one.n_cuts for one in opened]
        self._border, self._has_cuts = Border(self._sum_matrix, n_cuts), any(n_cuts)
        used = _total(one.used for one in opened) + self._sum_matrix @ y
        self._small = start_small(
            np.concatenate([y, _inside(used, lower, upper)]),
            np.concatenate([low, lower]),
            np.concatenate([high, upper]),
            product,
        )
        small = self._small
        self._sum_dual = small.z_lower[k:] - small.z_upper[k:]
        starts = self._border.starts
        found = crew.ask(Chain.balance, product, self._y(), self._sum_dual, starts)
        reduced = self._global_cost + _total(worth for worth, _ in found)
        reduced = reduced + _total(pull for _, pull in found)
        reduced = reduced - self._sum_matrix.T @ self._sum_dual
        own = np.flatnonzero(small.has_lower[:k] & small.has_upper[:k])
        small.z_lower[own], small.z_upper[own] = balanced(reduced[own], small.z_lower[own])
        return True

    def run(self) -> Outcome:
        """Iterate until done."""
        best = np.inf
        idle = 0
        self._expected, self._is_missed = np.inf, False
        measured = self._crew.ask(Chain.measure)
        for iteration in range(self._tuning.max_iterations + 1):
            now = self._state(measured)
            merit = max(abs(now.gap), now.row_residual, now.dual_residual)
            if merit < 0.9 * best:
                best, idle = merit, 0
            else:
                idle += 1
            too_much = max(_MISSED * self._expected, 0.1 * self._tuning.tolerance)
            self._is_missed |= now.row_residual > too_much
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
            sides = self._factor(now)
            way, steps = self._predict(now, sides)
            target = self._target(now, way, steps)
            way, steps = self._correct(way, steps, target)
            self._expected = (1.0 - min(1.0, _STEP * steps[0])) * now.row_residual
            measured = self._move(way, steps)
        return self._outcome(Ending.ITERATION_LIMIT, now, iteration)

    def _limits(self) -> Limits | None:
        """What all chains' bounds leave to globals, and the largest of all right-hand sides; None
        where bounds cross."""
        answers = self._crew.ask(Chain.limits)
        found = [one for one in answers if one is not None]
        if len(found) < len(answers):
            return None
        lower = np.maximum.reduce([one.lower for one in found])
        upper = np.minimum.reduce([one.upper for one in found])
        crossed = lower > upper
        if np.any((lower - upper)[crossed] > _CROSSED * np.maximum(1.0, np.abs(lower[crossed]))):
            return None
        lower[crossed] = upper[crossed] = 0.5 * (lower + upper)[crossed]
        return Limits(
            lower,
            upper,
            np.maximum.reduce([one.largest for one in found]),
            max(one.load for one in found),
        )

    def _state(self, measured: Sequence[Measured]) -> _State:
        """What the measures of all chains and of the border say together."""
        small, k = self._small, self._k
        found = _together(measured)
        y, sum_dual = self._y(), self._sum_dual
        used = found.sums + self._sum_matrix @ y
        sums = small.value[k:] - used
        worth = self._sum_matrix.T @ sum_dual
        reduced = self._global_cost + found.row_worth - worth  # without multipliers of bounds
        push = np.concatenate([-reduced, -sum_dual])
        small_dual = np.concatenate([reduced + found.pull, sum_dual])
        small_dual = small_dual - small.z_lower + small.z_upper
        products = small.products()
        n_products = found.n_products + len(products)
        mu = (found.products + float(products.sum())) / max(n_products, 1)
        cost = found.cost + float(self._global_cost @ y)
        fixed = small.is_fixed
        dual = found.dual_value + small.bound_value()
        dual += float(small_dual[fixed] @ small.value[fixed])
        scale = 1.0 + np.abs(np.concatenate([self._global_cost, sum_dual]))
        over = np.abs(sums / (1.0 + np.abs(used))).max(initial=0.0)
        reduced_error = np.abs(small_dual / scale)[~fixed].max(initial=0.0)
        room = np.where(small.has_lower & small.has_upper, small.upper - small.lower, 0.0)
        room = np.where(np.isfinite(room), room, 0.0)
        unproven = found.unproven + float(np.abs(small_dual) @ room)
        size = 1.0 + abs(cost + self._constant)
        return _State(
            sums=sums,
            push=np.where(fixed, 0.0, push),
            mu=mu,
            n_products=n_products,
            gap=(cost - dual) / size,
            cost=cost,
            row_residual=float(max(found.row_residual, over)),
            dual_residual=float(max(found.dual_residual, reduced_error, unproven / size)),
        )

    def _factor(self, now: _State) -> list[Floats]:
        """Factor; return what chains leave of the predictor's right-hand side for the border."""
        k = self._k
        loose = max(_LOOSE * now.mu / self._row_size**2, 1e-12)
        found = self._crew.ask(Chain.factor, loose)
        theta = self._small.theta()
        self._border.factor([matrix for matrix, _, _ in found], theta[:k], theta[k:])
        # Dependent rows mostly are met all the same, and refining until they are costs a lot.
        self._depends = self._is_missed and any(dependent for _, _, dependent in found)
        return [side for _, side, _ in found]

    def _predict(self, now: _State, sides: list[Floats]) -> tuple[_Way, tuple[float, float]]:
        """The direction to the optimum as if products were linear, refined to meet rows."""
        k, small, crew = self._k, self._small, self._crew
        own = Sides(now.push[:k], now.push[k:], now.sums)
        found = self._border.solve(sides, own)
        left = crew.ask(Chain.predict, found.border, self._depends or self._has_cuts)
        products = (
            -np.where(small.has_lower, small.z_lower * small.to_lower(), 0.0),
            -np.where(small.has_upper, small.z_upper * small.to_upper(), 0.0),
        )
        if self._depends:
            way = self._way(self._improved(found, own, left, 1), products)
            ratios = crew.ask(Chain.direct, self._globals_of(way))
        else:
            sides = [one.side for one in left]
            more = self._border.solve(sides, self._unmet(found, own, left))
            way = self._way(found.plus(more, 1.0), products)
            ratios = crew.ask(Chain.refine, more.border, self._globals_of(way))
        ratios.append(small.ratios(way.small, way.lower, way.upper))
        return way, _steps(np.maximum.reduce(ratios))

    def _unmet(self, found: Solution, own: Sides, left: Sequence[Left]) -> Sides:
        """What a direction leaves of the border's right-hand side: of global rows (R,), and of
        globals (k,) where rows depend or columns are cut, which costs these digits."""
        uses = _total(one.used for one in left) + self._sum_matrix @ found.globals_
        globals_ = np.zeros(self._k)
        if self._depends or self._has_cuts:
            globals_ = self._border.globals_left(found, _total(one.globals_ for one in left), own)
        return Sides(globals_, np.zeros(len(uses)), own.sums - (uses - found.slacks))

    def _improved(
        self, found: Solution, own: Sides, left: Sequence[Left], n_plain: int
    ) -> Solution:
        """Refine a direction until its rows are met.

        The pivots of rows that depend are raised, so that one step of refinement takes off little
        of what these leave: after ``n_plain`` steps of length 1, each has the length that leaves
        least.
        """
        for count in range(_REFINEMENTS):
            enough = _MET * self._tuning.tolerance
            rows, cuts = max(one.rows for one in left), max(one.cuts for one in left)
            unmet = self._unmet(found, own, left)
            globals_ = np.abs(unmet.globals_ / (1.0 + np.abs(self._global_cost))).max(initial=0.0)
            if max(rows, cuts, globals_) < enough:
                break
            more = self._border.solve([one.side for one in left], unmet)
            off, itself, whole = _total(self._crew.ask(Chain.improve, more.border))
            # Rows that contradict others cannot be met: their multipliers would grow for nothing.
            is_worth = off > np.sqrt(_WORTH * itself * whole) and off < _LONGEST * itself
            is_plain = count < n_plain or (rows < enough and count < 2)
            if not is_plain and not is_worth:
                break
            length = 1.0 if is_plain else float(off / itself)
            found = found.plus(more, length)
            left = self._crew.ask(Chain.take, length, found.border, True)
        return found

    def _target(self, now: _State, way: _Way, steps: tuple[float, float]) -> float:
        """The product to aim at: the cube of what the predictor would leave (Mehrotra)."""
        after = sum(self._crew.ask(Chain.products_after, steps))
        small = self._small.products_after(way.small, way.lower, way.upper, steps)
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
            extra, ratios = self._corrector(way, trial, band)
            weight, longer = _longest(ratios)
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
            _add(way, extra, weight)
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
    ) -> tuple[_Way, Floats]:
        """A direction that brings products into ``band``, and the largest relative decreases with
        each of the weights, (2, weights)."""
        k, small, crew = self._k, self._small, self._crew
        found = crew.ask(Chain.correct, way.added, self._globals_of(way), trial, band)
        if trial == (0.0, 0.0):
            change = (
                np.where(small.has_lower, band[0] - way.small * way.lower, 0.0),
                np.where(small.has_upper, band[0] + way.small * way.upper, 0.0),
            )
        else:
            after = small.products_after(way.small, way.lower, way.upper, trial)
            change = (
                np.where(small.has_lower, _back_inside(after[0], band), 0.0),
                np.where(small.has_upper, _back_inside(after[1], band), 0.0),
            )
        push = small.push(*change)
        push[:k] += np.where(small.is_fixed[:k], 0.0, _total(border for _, border in found))
        own = Sides(push[:k], push[k:], np.zeros(len(self._sum_dual)))
        solved = self._border.solve([side for side, _ in found], own)
        if self._depends:
            left = crew.ask(Chain.meet, solved.border, True)
            extra = self._way(self._improved(solved, own, left, 0), change)
            answers = crew.ask(Chain.compare, self._globals_of(extra))
        else:
            extra = self._way(solved, change)
            answers = crew.ask(Chain.weigh, solved.border, self._globals_of(extra))
        ratios = np.maximum.reduce(answers)
        for i, weight in enumerate(WEIGHTS):
            ahead = small.ratios(
                way.small + weight * extra.small,
                way.lower + weight * extra.lower,
                way.upper + weight * extra.upper,
            )
            ratios[:, i] = np.maximum(ratios[:, i], ahead)
        return extra, ratios

    def _move(self, way: _Way, steps: tuple[float, float]) -> list[Measured]:
        primal, dual = (min(1.0, _STEP * step) for step in steps)
        self._small.move(way.small, way.lower, way.upper, primal, dual)
        self._sum_dual = self._sum_dual + dual * way.sum_dual
        return self._crew.ask(Chain.step, way.added, (primal, dual), self._y(), self._sum_dual)

    # ---- directions

    def _y(self) -> Floats:
        return self._small.value[: self._k].copy()

    def _globals_of(self, way: _Way) -> Floats:
        return np.ascontiguousarray(way.small[: self._k])

    def _way(self, found: Solution, change: tuple[Floats, Floats]) -> _Way:
        """A solution of the border with the multipliers of its variables' bounds."""
        small = np.concatenate([found.globals_, found.slacks])
        small = np.where(self._small.is_fixed, 0.0, small)
        return _Way(small, *self._small.multipliers(small, *change), found.sum_dual)

    # ---- endings

    def _point(self) -> Point:
        """The iterate in the program's own rows and columns."""
        found = self._crew.ask(Chain.point)
        shape = (self._program.n_stages, len(self._sum_dual))
        return Point(
            _joined([x for x, _ in found]),
            self._y(),
            _joined([row_dual for _, row_dual in found]),
            np.broadcast_to(self._sum_dual, shape),
        )

    def _outcome(self, ending: Ending, now: _State, iterations: int) -> Outcome:
        return Outcome(
            ending,
            self._point(),
            iterations,
            time.perf_counter() - self._began,
            now.cost + self._constant,
            now.gap,
            now.row_residual,
            now.dual_residual,
        )

    def without_point(self) -> Outcome:
        """Bounds cross: infeasible."""
        program = self._program
        nowhere = Point(
            np.full((program.n_stages, program.n_columns), np.nan),
            np.full(program.n_globals, np.nan),
            np.full((program.n_stages, program.n_rows), np.nan),
            np.full((program.n_stages, program.n_global_rows), np.nan),
        )
        seconds = time.perf_counter() - self._began
        return Outcome(Ending.INFEASIBLE, nowhere, 0, seconds, np.nan, np.inf, np.inf, np.inf)

    def _is_infeasible(self) -> bool:
        """Whether the multipliers prove that no point meets the rows: with all costs at zero they
        still prove a positive cost."""
        point = self._point()
        return proves_infeasible(self._program, point.row_dual, point.sum_dual[0])

    def _report(self, iteration: int, now: _State) -> bool:
        if self._on_progress is None:
            return True
        seconds = time.perf_counter() - self._began
        return self._on_progress(
            SolverProgress(iteration, now.row_residual, now.dual_residual, now.gap, seconds)
        )


def _inside(value: Floats, lower: Floats, upper: Floats) -> Floats:
    """Return ``value`` moved inside its bounds by a tenth of their distance."""
    both = np.isfinite(lower) & np.isfinite(upper)
    margin = np.where(both, 0.1 * (np.where(both, upper, 0.0) - np.where(both, lower, 0.0)), 0.0)
    one = 0.1 * (
        1.0 + np.abs(np.where(np.isfinite(lower), lower, np.where(np.isfinite(upper), upper, 0.0)))
    )
    margin = np.where(both, margin, one)
    return np.minimum(np.maximum(value, lower + margin), upper - margin)


def _total(parts: Iterable[Floats]) -> Floats:
    """The sum of arrays of one shape, always in the same order."""
    every = iter(parts)
    total = next(every).copy()
    for part in every:
        total += part
    return total


def _joined(parts: Sequence[Floats]) -> Floats:
    """The stages of all chains, (T, ...)."""
    return parts[0] if len(parts) == 1 else np.concatenate(parts)


def _together(parts: Sequence[Measured]) -> Measured:
    """What chains measure, as if they were one."""
    return Measured(
        row_worth=_total(part.row_worth for part in parts),
        pull=_total(part.pull for part in parts),
        sums=_total(part.sums for part in parts),
        products=sum(part.products for part in parts),
        n_products=sum(part.n_products for part in parts),
        cost=sum(part.cost for part in parts),
        dual_value=sum(part.dual_value for part in parts),
        unproven=sum(part.unproven for part in parts),
        row_residual=max(part.row_residual for part in parts),
        dual_residual=max(part.dual_residual for part in parts),
    )


def _add(way: _Way, extra: _Way, weights: tuple[float, float]) -> None:
    """Add a corrector, weighted for columns and multipliers, to a direction."""
    primal, dual = weights
    way.small = way.small + primal * extra.small
    way.lower = way.lower + dual * extra.lower
    way.upper = way.upper + dual * extra.upper
    way.sum_dual = way.sum_dual + dual * extra.sum_dual
    way.added = weights


def _steps(ratios: Floats) -> tuple[float, float]:
    """Steps of columns and of multipliers to the nearest bound, at most 1."""
    return 1.0 / max(float(ratios[0]), 1.0), 1.0 / max(float(ratios[1]), 1.0)


def _longest(ratios: Floats) -> tuple[tuple[float, float], tuple[float, float]]:
    """The weights, of columns and of multipliers, that give the longest steps, and these, from
    the relative decreases (2, weights); the largest of equally good weights."""
    best = len(WEIGHTS) - 1 - np.argmin(ratios[:, ::-1], axis=1)
    weights = WEIGHTS[best]
    steps = _steps(np.array([ratios[0, best[0]], ratios[1, best[1]]]))
    return (float(weights[0]), float(weights[1])), steps


def _back_inside(product: Floats, band: tuple[float, float, float]) -> Floats:
    low, high, most = band
    up = np.where(product < low, low - product, 0.0)
    return np.where(product > high, np.maximum(high - product, -most), up)
