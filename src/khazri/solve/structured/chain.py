"""One chain of stages: all that is as long as time, behind messages that are not.

A chain holds its part of the iterate, factors and directions. Its methods take and return numbers
and arrays of the size of the border only (globals, global rows, rows of one stage), so it may live
in another process. The method (``method.py``) holds the rest and takes all decisions. The border
(p,) has the cut columns of all chains, what a chain sees of it (K,) only its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from khazri.program import Program
from khazri.program.varying import Floats
from khazri.solve.structured.form import (
    HAS_LOWER,
    HAS_UPPER,
    IS_ACTIVE,
    CrossedBoundsError,
    Form,
    make_form,
)
from khazri.solve.structured.kernels import Direction, Iterate, Stages
from khazri.solve.structured.newton import Newton

WEIGHTS = np.array([0.1, 0.3, 0.5, 0.7, 0.85, 1.0])
"""Weights with which a corrector may be added."""


@dataclass(frozen=True)
class Limits:
    """What a chain knows of the whole program before it starts.

    ``lower``, ``upper`` (k,) are the intervals of globals in which none of its bounds cross;
    ``largest`` (m,) is the largest right-hand side of each row, ``load`` that of a stage in all.
    """

    lower: Floats
    upper: Floats
    largest: Floats
    load: float


@dataclass(frozen=True)
class Opened:
    """What a chain says of its start: sum and number of what its columns may cost, ``used`` (R,)
    of the global rows, what held columns bring to these, to globals and to costs, the mean size of
    its rows, and how many columns are cut."""

    cost: float
    n_costs: int
    used: Floats
    sum_rhs: Floats
    sum_matrix: Floats
    global_cost: Floats
    held_cost: float
    row_size: float
    n_cuts: int


@dataclass(frozen=True)
class Measured:
    """How far a chain's part of the iterate is from feasible and optimal.

    ``row_worth`` (k,) is ``-G' row_dual``, ``pull`` (k,) what bounds that follow globals push on
    them, ``sums`` (R,) the activity of the global rows; numbers as in
    :class:`~khazri.solve.structured.kernels.Residuals`, residuals relative.
    """

    row_worth: Floats
    pull: Floats
    sums: Floats
    products: float
    n_products: int
    cost: float
    dual_value: float
    unproven: float
    row_residual: float
    dual_residual: float


@dataclass(frozen=True)
class Left:
    """What a direction leaves to do: the largest residuals of ``rows`` and of equations of cut
    columns, ``cuts``, relative; ``used`` (R,), what its columns use of global rows; ``globals_``
    (k,), what stages leave of the globals' equations; ``side`` (K,), what residuals leave for the
    border. Where only rows count the others are zero."""

    rows: float
    cuts: float
    used: Floats
    globals_: Floats
    side: Floats


class Chain:
    """A chain of stages and where it stands."""

    def __init__(self, program: Program, threads: int, number: int) -> None:
        """Prepare ``program``, the chain with this ``number``, for ``threads``."""
        self._program, self._threads, self._number = program, threads, number
        self._form: Form | None = None

    def limits(self) -> Limits | None:
        """Return what the program says of globals and sizes; None where its bounds cross."""
        try:
            form = self._form = make_form(self._program)
        except CrossedBoundsError:
            return None
        size = np.abs(form.rhs)
        return Limits(
            form.columns.global_lower,
            form.columns.global_upper,
            size.max(axis=0, initial=0.0),
            float(size.sum(axis=1).max(initial=1.0)),
        )

    def _prepare(self, form: Form, largest: Floats) -> None:
        """Make room for the iterations; ``largest`` (m,) are right-hand sides of all chains."""
        self._stages = Stages(form, self._threads)
        self._newton = Newton(self._stages)
        is_store = form.program.is_store[form.ordering.rows]
        typical = [float(largest[kind].max(initial=0.0)) for kind in (~is_store, is_store)]
        own = np.where(is_store, typical[1], typical[0])
        self._row_size = 1.0 + np.maximum(largest, 1e-2 * own)
        wide, high = (self._stages.T, self._stages.n), (self._stages.T, self._stages.m)
        self._rows, self._left, self._no_rows = np.empty(high), np.empty(high), np.zeros(high)
        # Reduced costs first, then what correctors aim at.
        self._columns = np.empty(wide)
        self._way, self._extra = self._direction(), self._direction()
        self._more: Direction | None = None

    def _direction(self) -> Direction:
        """Memory for a direction of the stages."""
        stages = self._stages
        wide, high = (stages.T, stages.n), (stages.T, stages.m)
        nothing = np.zeros(stages.k)
        return Direction(
            np.empty(wide), np.empty(wide), np.empty(wide), nothing, np.empty(high), np.zeros(0)
        )

    # ---- the start

    def open(self, limits: Limits, y: Floats) -> Opened | None:
        """Put columns in the middle of their bounds at globals ``y`` (k,), within the limits of all
        chains; None where bounds cross there."""
        form = self._form
        assert form is not None, "asked for its limits before"
        own = form.columns
        if not (
            np.array_equal(limits.lower, own.global_lower)
            and np.array_equal(limits.upper, own.global_upper)
        ):
            try:
                form = self._form = make_form(
                    replace(self._program, global_lower=limits.lower, global_upper=limits.upper)
                )
            except CrossedBoundsError:
                return None
        self._prepare(form, limits.largest)
        program, kind = form.program, form.columns.kind
        is_active = (kind & IS_ACTIVE) != 0
        lower, upper = program.bounds(y)
        has_lower, has_upper = (kind & HAS_LOWER) != 0, (kind & HAS_UPPER) != 0
        both = has_lower & has_upper
        room = np.where(both, 0.5 * (upper - lower), 1.0)
        x = np.where(has_lower, lower + room, np.where(has_upper, upper - room, 0.0))
        x[~is_active] = 0.0
        cost = np.abs(program.cost.times(program.weight)) * room
        mean = float(cost[is_active].sum()) if is_active.any() else 0.0
        stages = self._stages
        # Until `balance`, multipliers are those of a product of one.
        self._at = Iterate(
            x=x,
            z_lower=np.where(has_lower & is_active, room, 0.0),
            z_upper=np.where(has_upper & is_active, room, 0.0),
            y=y,
            row_dual=np.zeros((stages.T, stages.m)),
            sum_dual=np.zeros(stages.R),
        )
        return Opened(
            cost=mean,
            n_costs=int(is_active.sum()),
            used=self._newton.sum_product(x),
            sum_rhs=form.sum_rhs,
            sum_matrix=form.sum_matrix,
            global_cost=form.global_cost,
            held_cost=form.held_cost,
            row_size=float(self._row_size.mean()),
            n_cuts=stages.c,
        )

    def balance(
        self, product: float, y: Floats, sum_dual: Floats, starts: Sequence[int]
    ) -> tuple[Floats, Floats]:
        """Set multipliers of bounds that balance all reduced costs; return ``row_worth`` and
        ``pull`` (k,). ``starts`` tell where in the border the cut columns of each chain begin.

        With both bounds there, ``z_lower - z_upper = reduced cost`` and ``z_lower z_upper`` the
        square of ``product`` over the distance has a solution for any reduced cost. Steps keep the
        balance, so the dual objective is a bound from the first iteration on, and only rows have
        residuals.
        """
        at, stages = self._at, self._stages
        at.y, at.sum_dual = y, sum_dual
        start = starts[self._number]
        self._place = np.append(np.arange(stages.k + stages.R), start + np.arange(stages.c))
        for z in (at.z_lower, at.z_upper):
            np.divide(product, z, out=z, where=z != 0.0)
        found = self._stages.residuals(at, self._rows, self._columns)
        form = self._stages.form
        both = form.columns.kind == HAS_LOWER | HAS_UPPER | IS_ACTIVE
        at.z_lower[both], at.z_upper[both] = balanced(-found.columns[both], at.z_lower[both])
        found = self._stages.residuals(at, self._rows, self._columns)
        return found.row_worth, found.pull

    # ---- an iteration

    def measure(self) -> Measured:
        """Return how good the iterate is."""
        found = self._stages.residuals(self._at, self._rows, self._columns)
        self._dual_size = found.dual_size
        return Measured(
            row_worth=found.row_worth,
            pull=found.pull,
            sums=found.sums,
            products=found.products,
            n_products=found.n_products,
            cost=found.cost,
            dual_value=found.dual_value,
            unproven=found.unproven,
            row_residual=float(np.abs(found.rows / self._row_size).max(initial=0.0)),
            dual_residual=found.dual_residual / (1.0 + found.dual_size),
        )

    def factor(self, regular: float) -> tuple[Floats, Floats, int]:
        """Factor at the iterate; return the part in the border's matrix (K, K), what the
        predictor's right-hand side leaves for the border (K,), and how many rows depend."""
        matrix = self._newton.factor(self._at, regular)
        side = self._newton.side(self._columns, self._rows)
        return matrix, side, self._newton.dependent

    def predict(self, border: Floats, every: bool) -> Left:
        """Set the predictor to the border (p,) found; ``every``: equations of
        the border count too, not only rows."""
        way = self._way
        self._newton.back(self._columns, border[self._place], way.x, way.row_dual)
        self._goal = (way, self._rows)
        return self._leave(border, every)

    def refine(self, border: Floats, dy: Floats) -> tuple[float, float]:
        """Add the refinement that belongs to the border (p,) to the predictor; then as
        :meth:`direct`."""
        way, extra = self._way, self._extra
        self._newton.back(None, border[self._place], extra.x, extra.row_dual)
        self._stages.add(way.x, extra.x)
        self._stages.add(way.row_dual, extra.row_dual)
        return self.direct(dy)

    def direct(self, dy: Floats) -> tuple[float, float]:
        """Let the predictor's globals go along ``dy`` (k,); return the largest relative decreases
        of distances to bounds and of multipliers."""
        way = self._way
        way.y = dy
        return self._stages.direction(self._at, way.x, way.y, way.z_lower, way.z_upper)

    def products_after(self, steps: tuple[float, float]) -> float:
        """Return the sum of all products after steps of columns and multipliers."""
        return self._stages.products_after(self._at, self._way, *steps)

    def correct(
        self,
        added: tuple[float, float],
        dy: Floats,
        trial: tuple[float, float],
        band: tuple[float, float, float],
    ) -> tuple[Floats, Floats]:
        """Add the last corrector to the direction, weighted for columns and multipliers, which then
        goes along ``dy`` (k,), and aim at products in a band after a step; return what that leaves
        for the border (K,) and the right-hand side of the globals (k,)."""
        way, extra = self._way, self._extra
        self._add(added)
        way.y = dy
        push = self._stages.corrector(
            self._at, way, trial, band, extra.z_lower, extra.z_upper, self._columns
        )
        return self._newton.side(self._columns, self._no_rows), push

    def weigh(self, border: Floats, dy: Floats) -> Floats:
        """Set the corrector to the border (p,) found; then as :meth:`compare`."""
        self._back_to_corrector(border)
        return self.compare(dy)

    def compare(self, dy: Floats) -> Floats:
        """Let the corrector's globals go along ``dy`` (k,); return the largest relative decreases
        with each of the weights, (2, weights)."""
        self._extra.y = dy
        return self._stages.ratios(self._at, self._way, self._extra, WEIGHTS)

    def step(
        self,
        added: tuple[float, float],
        steps: tuple[float, float],
        y: Floats,
        sum_dual: Floats,
    ) -> Measured:
        """Add the last corrector to the direction, weighted for columns and multipliers, and move
        along it, to globals ``y`` (k,) and multipliers ``sum_dual`` (R,); return how good that
        is."""
        at, way = self._at, self._way
        self._add(added)
        self._stages.step(at, way, *steps)
        at.y, at.sum_dual = y, sum_dual
        return self.measure()

    def _add(self, weights: tuple[float, float]) -> None:
        if max(weights) > 0.0:
            self._stages.combine(self._way, self._extra, *weights)

    # ---- where rows depend

    def meet(self, border: Floats, every: bool) -> Left:
        """Set the corrector to the border (p,) found; ``every``: equations of
        the border count too, not only rows."""
        self._back_to_corrector(border)
        self._goal = (self._extra, self._no_rows)
        return self._leave(border, every)

    def improve(self, border: Floats) -> Floats:
        """Solve for what is left; return the products of what that takes off with what is left,
        with itself, and of what is left with itself, (3,)."""
        if self._more is None:
            self._more = self._direction()
            self._met = np.empty_like(self._left)
        more = self._more
        self._newton.back(None, border[self._place], more.x, more.row_dual)
        globals_ = np.ascontiguousarray(border[: self._stages.k])
        self._stages.row_residual(self._no_rows, more.x, globals_, self._met)
        met, left = -self._met / self._row_size, self._left / self._row_size
        # Not dot products: their order of addition depends on a process's number of threads.
        return np.array([(met * left).sum(), (met * met).sum(), (left * left).sum()])

    def take(self, length: float, border: Floats, every: bool) -> Left:
        """Add so much of that to the direction, whose border is ``border`` (p,) then; ``every`` as
        in :meth:`predict`."""
        more, way = self._more, self._goal[0]
        assert more is not None, "improved before"
        way.x += length * more.x
        way.row_dual += length * more.row_dual
        return self._leave(border, every)

    def _leave(self, border: Floats, every: bool) -> Left:
        way, rows = self._goal
        own, newton, k = border[self._place], self._newton, self._stages.k
        self._stages.row_residual(rows, way.x, own[:k].copy(), self._left)
        size = float(np.abs(self._left / self._row_size).max(initial=0.0))
        used = newton.sum_product(way.x)
        if not every:
            return Left(size, 0.0, used, np.zeros(k), newton.side(None, self._left))
        left = newton.border_residual(self._columns, own, way.row_dual)
        cuts = left[k + self._stages.R :]
        cut_size = float(np.abs(cuts).max(initial=0.0)) / (1.0 + self._dual_size)
        return Left(size, cut_size, used, left[:k], newton.side(None, self._left, cuts))

    def _back_to_corrector(self, border: Floats) -> None:
        extra = self._extra
        self._newton.back(self._columns, border[self._place], extra.x, extra.row_dual)

    # ---- the end

    def point(self) -> tuple[Floats, Floats]:
        """Return columns (T, n) and multipliers of rows (T, m) as the program has them: the only
        answer that is as long as time."""
        form, at = self._stages.form, self._at
        columns, x = form.columns, at.x.copy()
        if columns.held is not None:
            x += columns.held
        if columns.held_slope is not None:
            capacity = form.program.capacity
            follows = capacity >= 0
            x[:, follows] += columns.held_slope[:, follows] * at.y[capacity[follows]]
        return x, at.row_dual[:, form.ordering.place]


def balanced(reduced: Floats, z: Floats) -> tuple[Floats, Floats]:
    """Return multipliers of lower and upper bounds whose difference is ``reduced`` and whose
    product is ``z`` squared."""
    half = 0.5 * reduced
    large = np.hypot(half, z) + np.abs(half)
    small = z * (z / large)
    return np.where(half >= 0.0, large, small), np.where(half >= 0.0, small, large)
