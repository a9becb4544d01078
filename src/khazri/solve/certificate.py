"""The certificate: what a plan is worth, computed from the program's arrays and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from khazri.program import Labels, Point, Program, Violations, reduced_costs, violations
from khazri.program.families import COLUMNS, GLOBAL_ROWS, ROWS, Family
from khazri.program.varying import Floats, Indices

FEASIBILITY = 1e-5
"""Largest violation allowed, relative to the size of the family (see :func:`certify`)."""

PRICE_SUPPORT = 1e-3
"""Largest cost that a stage's dispatch may leave on the table at the plan's own prices, relative
to the mean cost of a stage. At the optimum it is zero (complementary slackness)."""


@dataclass(frozen=True)
class FamilyCheck:
    """The largest violation of one family of rows or bounds: amount, unit, size and where."""

    family: str
    violation: float
    unit: str
    size: float
    item: str
    stage: int

    @property
    def is_met(self) -> bool:
        """Whether the violation is small against the numbers of the family."""
        return bool(self.violation <= FEASIBILITY * max(1.0, self.size))


@dataclass(frozen=True)
class Certificate:
    """What is proven about a plan.

    ``cost`` [EUR/a] is the cost of the plan, recomputed; ``bound`` [EUR/a] a proven lower bound
    on the cost of every plan. ``claimed_cost`` is what the solver said. ``unsupported_cost``
    [EUR/h] is the most that any stage's dispatch could save at the plan's own prices, in stage
    ``unsupported_stage``; ``mean_stage_cost`` [EUR/h] what it is measured against.
    """

    cost: float
    bound: float
    claimed_cost: float
    unsupported_cost: float
    unsupported_stage: int
    mean_stage_cost: float
    families: tuple[FamilyCheck, ...]

    @property
    def gap(self) -> float:
        """Relative distance of cost and bound; infinite without a bound."""
        return relative_gap(self.cost, self.bound)

    @property
    def faults(self) -> tuple[str, ...]:
        """Why the certificate is not valid, in words; empty if it is."""
        said = [
            f"{check.family} of {check.item or '-'} is violated by {check.violation:.3g} "
            f"{check.unit} in stage {check.stage}"
            for check in self.families
            if not check.is_met
        ]
        if not np.isfinite(self.cost):
            said.append("the cost of the plan is not a number")
        if not np.isfinite(self.bound):
            said.append("no lower bound is proven")
        if np.isfinite(self.gap) and self.gap < -1e-6:
            said.append("the lower bound is above the cost: one of them is wrong")
        if not abs(self.claimed_cost - self.cost) <= 1e-6 * max(1.0, abs(self.cost)):
            said.append(
                f"the solver claims a cost of {self.claimed_cost:.6g}, recomputed {self.cost:.6g}"
            )
        if not self.unsupported_cost <= PRICE_SUPPORT * max(1.0, self.mean_stage_cost):
            said.append(
                f"the prices do not support the dispatch of stage {self.unsupported_stage}: at "
                f"them it could save {self.unsupported_cost:.3g} EUR/h"
            )
        return tuple(said)

    @property
    def is_valid(self) -> bool:
        """Whether every row and bound is met and the costs and bounds agree."""
        return not self.faults


def relative_gap(cost: float, bound: float) -> float:
    """Return ``(cost - bound) / |cost|``; infinite where there is no bound."""
    if not np.isfinite(cost) or not np.isfinite(bound):
        return float("inf")
    return (cost - bound) / max(abs(cost), 1e-9)


def certify(
    program: Program,
    point: Point,
    bound: float,
    claimed_cost: float,
    handovers: Indices,
) -> Certificate:
    """Check ``point`` against every row and bound of ``program`` and state what is proven.

    Parameters
    ----------
    program
        The full program, hour by hour.
    point
        Columns, and the prices that go with the dispatch.
    bound
        A lower bound proven by :func:`khazri.program.lower_bound` on the same program.
    claimed_cost
        What the solver said the plan costs [EUR/a].
    handovers : (q,)
        Last stages of the windows that were solved one after another: levels and outputs that ramp
        are handed on there, at values that one window's prices alone need not support.
    """
    unsupported = _unsupported_cost(program, point, handovers)
    worst = int(np.argmax(np.nan_to_num(unsupported, nan=np.inf)))
    dispatch = np.abs(program.cost.times(program.weight) * point.x).sum()
    return Certificate(
        cost=program.objective(point.x, point.y),
        bound=bound,
        claimed_cost=claimed_cost,
        unsupported_cost=float(unsupported[worst]),
        unsupported_stage=worst,
        mean_stage_cost=float(dispatch / program.weight.sum()),
        families=_families(program, point, violations(program, point)),
    )


def _unsupported_cost(program: Program, point: Point, handovers: Indices) -> Floats:
    """Return what each stage could save at the point's prices by moving within bounds, (T,).

    ``rc⁺ (x - l) + rc⁻ (x - u)`` summed over the columns of a stage, per hour.
    """
    reduced = reduced_costs(program, point.row_dual, point.sum_dual)
    lower, upper = program.bounds(point.y)
    saving = np.maximum(reduced, 0.0) * np.maximum(point.x - lower, 0.0)
    saving += np.minimum(reduced, 0.0) * np.minimum(point.x - upper, 0.0)
    # What is handed on (levels, outputs that ramp) has its value in the next window as well.
    handed = np.unique(program.carry.column)
    saving[np.ix_(handovers, handed)] = 0.0
    return np.asarray(saving.sum(axis=1) / program.weight, dtype=float)


def _families(program: Program, point: Point, found: Violations) -> tuple[FamilyCheck, ...]:
    """Find the largest violation of each family of rows and of bounds."""
    checks: list[FamilyCheck] = []

    def check(
        name: str, unit: str, labels: Labels, family: str, amount: Floats, size: Floats
    ) -> None:
        here = labels.of(family)
        if here.stop > here.start:
            checks.append(_worst(name, unit, amount[:, here], size[:, here], labels.item[here]))

    residual, size = np.abs(found.balance), np.abs(program.rhs.dense())
    for row, unit in _units(program.rows, ROWS):
        check(row, unit, program.rows, row, residual, size)
    outside, size = np.maximum(found.below, found.above), np.abs(point.x)
    for column, unit in _units(program.columns, COLUMNS):
        check(f"bounds of {column}", unit, program.columns, column, outside, size)
    limits = np.maximum(_size(program.sum_lower), _size(program.sum_upper))
    for limit, unit in _units(program.global_rows, GLOBAL_ROWS):
        labels, amount = program.global_rows, found.sums[None]
        check(limit, unit, labels, limit, amount, limits[None])
    if program.n_globals:
        checks.append(
            _worst(
                "bounds of capacities",
                "MW",
                found.globals_[None],
                np.abs(point.y[None]),
                program.globals.item,
            )
        )
    if program.is_integer.any():
        whole = np.abs(point.y - np.round(point.y))[None, program.is_integer]
        items = program.globals.item[program.is_integer]
        checks.append(_worst("whole decisions", "1", whole, np.ones_like(whole), items))
    return tuple(checks)


def _units(labels: Labels, registered: Mapping[Any, Family]) -> Iterator[tuple[str, str]]:
    """Yield each family that ``labels`` hold with its unit; powers where none is registered."""
    for family in dict.fromkeys(labels.family.tolist()):
        yield family, registered[family].unit if family in registered else "MW"


def _size(bound: Floats) -> Floats:
    """Size of the finite entries, zero elsewhere."""
    return np.where(np.isfinite(bound), np.abs(bound), 0.0)


def _worst(family: str, unit: str, amount: Floats, size: Floats, item: np.ndarray) -> FamilyCheck:
    """Return the largest entry of ``amount`` (T, n) as a check; NaN counts as infinite."""
    values = np.nan_to_num(amount, nan=np.inf)
    stage, column = np.unravel_index(int(np.argmax(values)), values.shape)
    biggest = np.nan_to_num(size, nan=0.0, posinf=0.0)
    return FamilyCheck(
        family=str(family),
        violation=float(values[stage, column]),
        unit=unit,
        size=float(biggest.max()),
        item=str(item[column]),
        stage=int(stage),
    )
