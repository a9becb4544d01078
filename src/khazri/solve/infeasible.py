"""Why no plan meets all limits: which collide, where, when and by how much.

Each row is given two elastic columns, "short" and "surplus", at a price, and the cheapest way to
meet all rows is found (an elastic program). What is bought says what is missing; the multipliers
say between which limits: with the costs of the program at zero they are the terms of a Farkas
proof, evaluated on the program's own arrays as in :mod:`khazri.program.proof`. Bounds stay hard.
Yearly limits are cheaper to break than balances, so that a limit is named where one is the cause.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
import pandas as pd

from khazri.errors import SolverError
from khazri.program import (
    FlatProgram,
    Point,
    Program,
    Segments,
    aggregate,
    flatten,
    lower_bound,
    reduced_costs,
    unflatten,
)
from khazri.program.families import Row
from khazri.program.program import Flags, Labels
from khazri.program.varying import Floats, Indices, constant
from khazri.solve.highs import HighsSolver
from khazri.solve.segments import choose_segments, drivers
from khazri.solve.solver import SolverOptions, Termination

_MOST_COLUMNS = 40_000
"""Stage columns of the elastic program: some seconds of work."""

_MOST_ROUNDS = 4
"""How often segments in which something is missing are cut into their hours."""

_LIMIT_PRICE = 0.1
"""Price of a yearly limit per MWh, in prices of a balance: broken before a balance is."""

_LAW_PRICE = 10.0
"""Price of the voltage law, in prices of a balance: broken last, as it can always be met."""

_TRACE = 1e-6
"""Amounts and shares below this are rounding (MW or MWh, against systems of MW and more)."""

_SHARE_SHOWN = 0.02
"""Limits whose part in the contradiction is smaller than this share of the largest are left out."""


class Missing(StrEnum):
    """In what way a row or bound cannot be met."""

    SHORT = "short"
    SURPLUS = "surplus"
    BELOW = "below its minimum"
    ABOVE = "above its maximum"
    CONTRADICTION = "minimum above maximum"


class Side(StrEnum):
    """Which side of a row or bound takes part in a contradiction."""

    NEED = "need"
    AT_LEAST = "at least"
    AT_MOST = "at most"


@dataclass(frozen=True)
class InfeasibleReport:
    """What is missing and which limits collide.

    ``missing`` has a row for each item that cannot be met: ``kind``, ``family``, ``item``,
    ``amount`` (MWh for stage rows, the limit's own unit for yearly ones; of segments at least so
    much), ``peak`` (MW, or the same unit), ``first_hour``, ``last_hour`` and ``n_hours`` (-1 where
    the whole year counts). ``limits`` has a row for each need or limit that takes part: ``family``,
    ``item``, ``side``, ``share`` of the contradiction (needs add up to 1), and the hours.
    ``only_integers`` says that all limits can be met with parts of whole decisions, ``is_exact``
    that every stage was looked at by itself.
    """

    missing: pd.DataFrame
    limits: pd.DataFrame
    only_integers: bool = False
    is_exact: bool = True

    @property
    def is_found(self) -> bool:
        """Whether something was found that cannot be met."""
        return len(self.missing) > 0


def explain_infeasible(program: Program, first_hour: int = 0) -> InfeasibleReport:
    """Find what makes ``program`` infeasible.

    Parameters
    ----------
    program
        Any program; a large one is looked at over segments of hours, finer where something is
        missing. Averages can hide a shortage of single hours: see ``is_found``.
    first_hour
        Hour of the year at which the program begins, for a window of it.

    Raises
    ------
    SolverError
        The elastic program could not be solved.

    Notes
    -----
    Takes some seconds: at most a handful of programs with about forty thousand columns.
    """
    contradictions = _contradictions(program, first_hour)
    if len(contradictions):
        return InfeasibleReport(contradictions, _limits_table([]))
    most = max(_MOST_COLUMNS // max(program.n_columns, 1), 1)
    hour = first_hour + np.concatenate([[0.0], np.cumsum(program.duration)]).astype(int)
    segments = _first_segments(program, most)
    for _ in range(_MOST_ROUNDS):
        coarse = aggregate(program, segments) if len(segments) < program.n_stages else program
        elastic = _solve_elastic(coarse)
        finer = _finer(segments, elastic.amount.sum(axis=1), most)
        if finer is None:
            break
        segments = finer
    span = _Span(hour[segments.start], hour[segments.stop])
    missing = _missing_table(
        [*_missing_rows(coarse, elastic, span), *_missing_sums(coarse, elastic)]
    )
    is_exact = len(segments) == program.n_stages
    if not len(missing):
        only_integers = bool(program.is_integer.any())
        return InfeasibleReport(missing, _limits_table([]), only_integers, is_exact)
    limits = _limits_table(list(_limits(coarse, elastic, span)))
    return InfeasibleReport(missing, limits, is_exact=is_exact)


@dataclass(frozen=True)
class _Span:
    """First hour of each stage and the hour after it, (T,)."""

    start: Indices
    stop: Indices


def _first_segments(program: Program, most: int) -> Segments:
    if program.n_stages <= most:
        return Segments(np.arange(program.n_stages), program.n_stages)
    middle = 0.5 * (program.global_lower + program.global_upper)
    firsts = np.flatnonzero(program.is_first)
    return choose_segments(drivers(program, middle), most // 2, firsts)


def _finer(segments: Segments, amount: Floats, most: int) -> Segments | None:
    """Cut segments in which something is missing, the worst first; None if there is no need."""
    worth = np.flatnonzero((amount > _TRACE) & (segments.size > 1))
    worst = worth[np.argsort(-amount[worth], kind="stable")]
    room = most - len(segments)
    affordable = worst[np.cumsum(segments.size[worst] - 1) <= room]
    if not len(affordable):
        return None
    cut = np.isin(segments.of_stage, affordable)
    return Segments(np.union1d(segments.start, np.flatnonzero(cut)), segments.n_stages)


# ---- bounds that contradict each other whatever is decided


def _contradictions(program: Program, first_hour: int) -> pd.DataFrame:
    """Return bounds with their minimum above their maximum at both ends of the capacity."""
    hour = first_hour + np.concatenate([[0.0], np.cumsum(program.duration)]).astype(int)
    span = _Span(hour[:-1], hour[1:])
    gaps = []
    for y in (program.global_lower, program.global_upper):
        lower, upper = program.bounds(y)
        gaps.append(lower - upper)
    # affine in one global column: what holds at both of its ends holds in between
    gap = np.minimum(*gaps)
    found = [
        _Item(
            Missing.CONTRADICTION,
            program.columns,
            int(column),
            program.weight * gap[:, column],
            gap,
        )
        for column in np.flatnonzero((gap > _TRACE).any(axis=0))
    ]
    rows = [_row_of(item, span) for item in found]
    for labels, low, high in (
        (program.globals, program.global_lower, program.global_upper),
        (program.global_rows, program.sum_lower, program.sum_upper),
    ):
        rows += [
            _year_row(Missing.CONTRADICTION, labels, int(place), float(low[place] - high[place]))
            for place in np.flatnonzero(low > high + _TRACE)
        ]
    return _missing_table(rows)


# ---- the elastic program


@dataclass(frozen=True)
class _Elastic:
    """Solution of the elastic program.

    ``short`` and ``surplus`` (T, m) are what rows lack and have too much [MW, MWh for stores],
    ``below`` and ``above`` (R,) the same for yearly limits; ``point`` holds the multipliers.
    """

    short: Floats
    surplus: Floats
    below: Floats
    above: Floats
    point: Point

    @property
    def amount(self) -> Floats:
        """What stage rows lack or have too much, (T, m)."""
        return self.short + self.surplus


def _solve_elastic(program: Program) -> _Elastic:
    """Find the cheapest way to meet all rows."""
    flat = flatten(program)
    n, k = flat.n_columns, program.n_stages * program.n_rows
    rows = np.concatenate([np.arange(k), flat.n_rows - np.arange(program.n_global_rows, 0, -1)])
    price = np.concatenate([_row_prices(program).ravel(), _sum_prices(program)])
    options = SolverOptions(tolerance=1e-9, crossover=True)
    result = HighsSolver().solve(_with_elastic(flat, rows, price), options)
    if result.termination is not Termination.OPTIMAL:
        raise SolverError(f"the search for what is missing stopped: {result.detail}")
    bought = result.column_value[n:].reshape(2, -1)
    bought = np.where(bought > _TRACE, bought, 0.0)
    stage = bought[:, :k].reshape(2, program.n_stages, program.n_rows)
    # A store's row is "level − … = inflow": what it lacks is on the other side.
    is_store = program.is_store
    return _Elastic(
        short=np.where(is_store, stage[1], stage[0]),
        surplus=np.where(is_store, stage[0], stage[1]),
        below=bought[0, k:],
        above=bought[1, k:],
        point=unflatten(program, result.column_value[:n], result.row_dual),
    )


def _row_prices(program: Program) -> Floats:
    """Return 1 for each MWh of the year that a row lacks, more for the voltage law; (T, m)."""
    is_law = program.rows.family == Row.VOLTAGE_LAW
    per_unit = np.where(program.is_store, 1.0 / program.duration[:, None], 1.0)
    prices: Floats = program.weight[:, None] * per_unit * np.where(is_law, _LAW_PRICE, 1.0)
    return prices


def _sum_prices(program: Program) -> Floats:
    """Return prices of yearly limits, (R,): per unit, so that a MWh counts the same in all."""
    entries = program.sum_entries
    sizes = np.abs(entries.value.constant)
    count = np.bincount(entries.row, minlength=program.n_global_rows)
    total = np.bincount(entries.row, sizes, minlength=program.n_global_rows)
    mean = np.divide(total, count, out=np.ones(program.n_global_rows), where=total > 0)
    hours = np.where(count > 0, 1.0, program.weight.sum())
    prices: Floats = _LIMIT_PRICE * hours / mean
    return prices


def _with_elastic(flat: FlatProgram, rows: Indices, price: Floats) -> FlatProgram:
    """Add a column that raises and one that lowers each of ``rows``, at ``price``; nothing else
    costs anything and nothing needs to be whole."""
    count = len(rows)
    new = 2 * count
    return FlatProgram(
        cost=np.concatenate([np.zeros(flat.n_columns), price, price]),
        lower=np.concatenate([flat.lower, np.zeros(new)]),
        upper=np.concatenate([flat.upper, np.full(new, np.inf)]),
        start=np.concatenate([flat.start, flat.start[-1] + np.arange(1, new + 1)]),
        index=np.concatenate([flat.index, rows, rows]),
        value=np.concatenate([flat.value, np.ones(count), -np.ones(count)]),
        row_lower=flat.row_lower,
        row_upper=flat.row_upper,
        is_integer=np.zeros(flat.n_columns + new, dtype=bool),
        offset=0.0,
    )


# ---- what is missing


@dataclass(frozen=True)
class _Item:
    """Something of one item over the stages: ``amount`` (T,) MWh of the year, ``power`` (T, n)."""

    kind: Missing
    labels: Labels
    place: int
    amount: Floats
    power: Floats


def _missing_rows(program: Program, elastic: _Elastic, span: _Span) -> Iterator[dict[str, object]]:
    energy = program.weight[:, None] / np.where(program.is_store, program.duration[:, None], 1.0)
    for kind, values in ((Missing.SHORT, elastic.short), (Missing.SURPLUS, elastic.surplus)):
        for row in np.flatnonzero(values.any(axis=0)):
            amount = values[:, row] * energy[:, row]
            yield _row_of(_Item(kind, program.rows, int(row), amount, values), span)


def _missing_sums(program: Program, elastic: _Elastic) -> Iterator[dict[str, object]]:
    for kind, values in ((Missing.BELOW, elastic.below), (Missing.ABOVE, elastic.above)):
        for place in np.flatnonzero(values > 0):
            yield _year_row(kind, program.global_rows, int(place), float(values[place]))


def _row_of(item: _Item, span: _Span) -> dict[str, object]:
    stages = np.flatnonzero(item.amount > 0)
    return {
        "kind": item.kind.value,
        "family": str(item.labels.family[item.place]),
        "item": str(item.labels.item[item.place]),
        "amount": float(item.amount[stages].sum()),
        "peak": float(item.power[stages, item.place].max()),
        **_hours(stages, span),
    }


def _year_row(kind: Missing, labels: Labels, place: int, amount: float) -> dict[str, object]:
    return {
        "kind": kind.value,
        "family": str(labels.family[place]),
        "item": str(labels.item[place]),
        "amount": amount,
        "peak": amount,
        "first_hour": -1,
        "last_hour": -1,
        "n_hours": -1,
    }


def _hours(stages: Indices, span: _Span) -> dict[str, object]:
    if not len(stages):
        return {"first_hour": -1, "last_hour": -1, "n_hours": -1}
    return {
        "first_hour": int(span.start[stages[0]]),
        "last_hour": int(span.stop[stages[-1]] - 1),
        "n_hours": int((span.stop[stages] - span.start[stages]).sum()),
    }


def _missing_table(rows: list[dict[str, object]]) -> pd.DataFrame:
    columns = ["kind", "family", "item", "amount", "peak", "first_hour", "last_hour", "n_hours"]
    table = pd.DataFrame(rows, columns=columns)
    return table.sort_values("amount", ascending=False, ignore_index=True)


# ---- what collides


def _limits(program: Program, elastic: _Elastic, span: _Span) -> Iterator[dict[str, object]]:
    """Split the proof that something is missing into needs and limits."""
    point = elastic.point
    free = replace(
        program,
        cost=constant(np.zeros(program.n_columns), program.n_stages),
        global_cost=np.zeros(program.n_globals),
        constant_cost=0.0,
    )
    price = point.sum_dual[0]
    reduced = reduced_costs(free, point.row_dual, price)
    rising, falling = np.maximum(reduced, 0.0), np.minimum(reduced, 0.0)
    capacity = lower_bound(free, point.row_dual, price).global_reduced_cost
    yield from _stage_terms(program.rows, point.row_dual * program.rhs.dense(), Side.NEED, span)
    for side, weight, bound in (
        (Side.AT_LEAST, rising, program.lower.dense()),
        (Side.AT_MOST, falling, program.upper.dense()),
    ):
        yield from _stage_terms(program.columns, weight * bound, side, span)
    for labels, values, low, high in (
        (program.globals, capacity, program.global_lower, program.global_upper),
        (program.global_rows, price, program.sum_lower, program.sum_upper),
    ):
        yield from _year_terms(labels, _held(values > _TRACE, values, low), Side.AT_LEAST)
        yield from _year_terms(labels, _held(values < -_TRACE, values, high), Side.AT_MOST)


def _held(holds: Flags, value: Floats, bound: Floats) -> Floats:
    return np.where(holds, value, 0.0) * np.where(holds, bound, 0.0)


def _stage_terms(
    labels: Labels, terms: Floats, side: Side, span: _Span
) -> Iterator[dict[str, object]]:
    for place in np.flatnonzero((np.abs(terms) > _TRACE).any(axis=0)):
        stages = np.flatnonzero(np.abs(terms[:, place]) > _TRACE)
        yield {
            "family": str(labels.family[place]),
            "item": str(labels.item[place]),
            "side": side.value,
            "share": float(terms[:, place].sum()),
            **_hours(stages, span),
        }


def _year_terms(labels: Labels, terms: Floats, side: Side) -> Iterator[dict[str, object]]:
    for place in np.flatnonzero(terms != 0.0):
        yield {
            "family": str(labels.family[place]),
            "item": str(labels.item[place]),
            "side": side.value,
            "share": float(terms[place]),
            "first_hour": -1,
            "last_hour": -1,
            "n_hours": -1,
        }


def _limits_table(rows: list[dict[str, object]]) -> pd.DataFrame:
    """Put the largest first; shares of what is needed, negative for what is there."""
    columns = ["family", "item", "side", "share", "first_hour", "last_hour", "n_hours"]
    table = pd.DataFrame(rows, columns=columns)
    if not len(table):
        return table
    table["share"] /= table["share"].clip(lower=0.0).sum()
    size = table["share"].abs()
    shown = table[size >= _SHARE_SHOWN * size.max()]
    order = np.argsort(-shown["share"].abs().to_numpy(), kind="stable")
    ordered: pd.DataFrame = shown.iloc[order].reset_index(drop=True)
    return ordered
