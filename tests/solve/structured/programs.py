"""Random structured programs, made around a point that meets them, with traits to choose from."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from khazri.program import Program
from khazri.program.assemble import Matrix, labels
from khazri.program.program import Entries
from khazri.program.proof import reduced_costs, row_activity, sum_activity
from khazri.program.varying import Floats, Indices, constant, from_pieces


class Trait(StrEnum):
    """What makes a program awkward."""

    DEGENERATE = "degenerate"
    NO_STORES = "no stores"
    ONE_STAGE = "one stage"
    TWO_STAGES = "two stages"
    FREE_COLUMNS = "free columns"
    ONE_SIDED = "one-sided bounds"
    TIGHT = "tight interior"
    NO_INTERIOR = "no interior"
    BADLY_SCALED = "badly scaled costs"
    FIXED = "fixed columns"
    TIED = "bounds that coincide and follow a capacity"
    REDUNDANT = "redundant rows"
    CYCLIC = "cyclic levels"
    RAMPS = "ramps"
    SUM_ROWS = "global rows"
    RESERVES = "reserves"
    VARYING = "entries that vary"
    WEIGHTS = "weights"
    OPEN_GLOBALS = "globals without upper bound"
    FIXED_GLOBALS = "fixed globals"
    NO_GLOBALS = "no globals"
    RISING_LOWER = "lower bounds that follow a capacity"


@dataclass(frozen=True)
class _Shape:
    buses: int
    stores: int
    ramps: int
    reserves: int
    per_bus: int

    @property
    def plain(self) -> int:
        """Columns before the levels."""
        return self.buses * self.per_bus + 2 * self.stores

    @property
    def n(self) -> int:
        return self.plain + self.stores + self.ramps

    @property
    def m(self) -> int:
        return self.buses + self.stores + self.ramps + self.reserves


def random_program(
    seed: int,
    traits: Collection[Trait] = (),
    *,
    hours: int = 12,
    n_buses: int = 3,
    n_chains: int = 1,
) -> Program:
    """Make a program that has a point, and an optimum.

    Each bus has ``per_bus`` columns of which some also touch a second bus; stores have a charge, a
    discharge and a level. Right-hand sides are what a random point inside the bounds needs, costs
    what random multipliers leave plus reduced costs of the sign that each bound allows, so primal
    and dual are both feasible whatever the traits. ``hours`` are those of each chain.
    """
    rng = np.random.default_rng(seed)
    has = set(traits).__contains__
    each = 1 if has(Trait.ONE_STAGE) else 2 if has(Trait.TWO_STAGES) else hours
    T = each * n_chains
    B = n_buses
    S = 0 if has(Trait.NO_STORES) else int(rng.integers(1, B + 1))
    shape = _Shape(
        buses=B,
        stores=S,
        ramps=int(rng.integers(1, B + 1)) if has(Trait.RAMPS) else 0,
        reserves=1 if has(Trait.RESERVES) else 0,
        per_bus=int(rng.integers(4, 7)),
    )
    k = 0 if has(Trait.NO_GLOBALS) else int(rng.integers(2, 5))
    R = int(rng.integers(4, 7)) if has(Trait.SUM_ROWS) else 0
    entries, carry, cyclic = _matrices(rng, shape, T, has)
    bounds = _bounds(rng, shape, k, T, has)
    y0 = rng.uniform(20.0, 60.0, k)
    global_lower = y0 * rng.uniform(0.0, 0.8, k)
    global_upper = y0 * rng.uniform(1.2, 3.0, k)
    if has(Trait.OPEN_GLOBALS):
        global_upper[rng.random(k) < 0.7] = np.inf
    if has(Trait.FIXED_GLOBALS):
        fixed = rng.random(k) < 0.5
        global_lower[fixed] = global_upper[fixed] = y0[fixed]
    follows = bounds.capacity >= 0
    scale = np.where(follows, y0[bounds.capacity] if k else 0.0, 0.0)
    lower = bounds.lower + bounds.lower_slope * scale
    upper = bounds.upper + bounds.upper_slope * scale
    low = np.where(np.isfinite(lower), lower, np.where(np.isfinite(upper), upper - 50.0, -50.0))
    high = np.where(np.isfinite(upper), upper, low + 50.0)
    share = rng.uniform(0.15, 0.85, (T, shape.n))
    if has(Trait.DEGENERATE):
        share = np.where(rng.random((T, shape.n)) < 0.6, np.round(share), share)
    if has(Trait.TIGHT):
        share = np.where(rng.random((T, shape.n)) < 0.9, 1e-4, share)
    if has(Trait.NO_INTERIOR):
        # A row whose columns all sit at their lower bounds leaves nothing to decide.
        touched = entries.column[entries.row == 0]
        positive = entries.value.dense()[0, entries.row == 0] > 0
        share[:, touched] = np.where(positive, 0.0, 1.0)
    x0 = low + share * (high - low)

    n_reserve = shape.reserves if k else 0
    global_entries = Entries(
        np.full(n_reserve, shape.m - 1, dtype=np.int64),
        rng.integers(0, max(k, 1), n_reserve).astype(np.int64),
        from_pieces([rng.uniform(-0.5, 0.5, (T, n_reserve))], T)
        if has(Trait.VARYING)
        else constant(rng.uniform(-0.5, 0.5, n_reserve), T),
    )
    weight = rng.uniform(0.5, 30.0, T) if has(Trait.WEIGHTS) else np.ones(T)
    sums = _sums(rng, shape, R, k, T, has)
    program = Program(
        duration=np.ones(T),
        weight=weight,
        previous=np.roll(np.arange(T).reshape(n_chains, each), 1, axis=1).ravel(),
        is_first=np.arange(T) % each == 0,
        columns=labels([("column", np.arange(shape.n).astype(str))]),
        rows=labels([("row", np.arange(shape.m).astype(str))]),
        is_store=(np.arange(shape.m) >= B) & (np.arange(shape.m) < B + S),
        cost=constant(np.zeros(shape.n), T),
        lower=from_pieces([bounds.lower], T),
        upper=from_pieces([bounds.upper], T),
        lower_slope=constant(bounds.lower_slope, T),
        upper_slope=from_pieces([bounds.upper_slope * np.ones((T, 1))], T),
        capacity=bounds.capacity,
        entries=entries,
        carry=carry,
        carry_is_cyclic=cyclic,
        global_entries=global_entries,
        rhs=constant(np.zeros(shape.m), T),
        globals=labels([("global", np.arange(k).astype(str))]),
        global_cost=np.zeros(k),
        global_lower=global_lower,
        global_upper=global_upper,
        is_integer=np.zeros(k, dtype=bool),
        global_rows=labels([("sum", np.arange(R).astype(str))]),
        sum_entries=sums[0],
        sum_row=sums[1],
        sum_column=sums[2],
        sum_value=sums[3],
        sum_lower=np.full(R, -np.inf),
        sum_upper=np.full(R, np.inf),
        constant_cost=float(rng.normal() * 100.0),
    )
    program = replace(program, rhs=from_pieces([row_activity(program, x0, y0)], T))
    program = _with_sum_limits(rng, program, sum_activity(program, x0, y0))
    program = _with_costs(rng, program, has)
    return _with_redundant_rows(rng, program) if has(Trait.REDUNDANT) else program


def _matrices(rng, shape: _Shape, T: int, has) -> tuple[Entries, Entries, np.ndarray]:
    """Entries of a stage, those that carry, and which of these are cyclic."""
    B, S, per = shape.buses, shape.stores, shape.per_bus
    a, f = Matrix(), Matrix()

    def vary(values: Floats) -> Floats:
        if not has(Trait.VARYING):
            return values
        changes = rng.random(len(values)) < 0.5
        return np.where(changes, values * rng.uniform(0.5, 1.5, (T, len(values))), values)

    own = np.arange(B * per)
    a.add(own // per, own, vary(np.where(rng.random(B * per) < 0.75, 1.0, -0.9)))
    if B > 1:
        shared = own[rng.random(B * per) < 0.3]
        a.add((shared // per + 1) % B, shared, vary(rng.uniform(-1.0, -0.8, len(shared))))
    store = np.arange(S)
    charge, discharge, level = B * per + store, B * per + S + store, shape.plain + store
    bus, row = rng.permutation(B)[:S], B + store
    a.add(bus, charge, -1.0)
    a.add(bus, discharge, 1.0)
    a.add(row, charge, vary(np.full(S, -0.9)))
    a.add(row, discharge, 1.1)
    a.add(row, level, 1.0)
    f.add(row, level, vary(rng.uniform(-1.0, -0.98, S)))
    is_cyclic = rng.random(S) < 0.7 if has(Trait.CYCLIC) else np.zeros(S, dtype=bool)
    ramp = np.arange(shape.ramps)
    driven = ramp * per  # the first column of a bus
    a.add(B + S + ramp, driven, 1.0)
    a.add(B + S + ramp, shape.plain + S + ramp, -1.0)
    f.add(B + S + ramp, driven, -1.0)
    if shape.reserves:
        chosen = own[rng.random(B * per) < 0.5]
        a.add(np.full(len(chosen), shape.m - 1), chosen, vary(rng.uniform(0.2, 1.0, len(chosen))))
        a.add(np.array([shape.m - 1]), np.array([B * per - 1]), -1.0)
    cyclic = np.concatenate([is_cyclic, np.full(shape.ramps, has(Trait.CYCLIC))])
    return a.entries(T), f.entries(T), cyclic


@dataclass(frozen=True)
class _Bounds:
    lower: Floats
    upper: Floats
    lower_slope: Floats
    upper_slope: Floats
    capacity: Indices


def _bounds(rng, shape: _Shape, k: int, T: int, has) -> _Bounds:
    """Bounds (T, n) of all columns, and slopes (n,) in the globals they follow."""
    n = shape.n
    lower = np.broadcast_to(np.where(rng.random(n) < 0.7, 0.0, rng.uniform(-20, 10, n)), (T, n))
    lower = lower.copy()
    upper = lower + rng.uniform(30.0, 100.0, n)
    if has(Trait.VARYING):
        upper = lower + (upper - lower) * rng.uniform(0.1, 1.0, (T, n))
    capacity = np.full(n, -1, dtype=np.int64)
    lower_slope, upper_slope = np.zeros(n), np.zeros(n)
    free = np.ones(n, dtype=bool)
    # The last columns are levels and ramps.
    free[shape.plain :] = False

    def some(share: float) -> Indices:
        chosen = np.flatnonzero(free & (rng.random(n) < share))
        free[chosen] = False
        return chosen

    if k:
        tied = some(0.3 if has(Trait.TIED) else 0.0)
        capacity[tied] = rng.integers(0, k, len(tied))
        slope = rng.uniform(0.1, 0.9, len(tied))
        lower_slope[tied] = upper_slope[tied] = slope
        upper[:, tied] = lower[:, tied]
        following = some(0.4)
        capacity[following] = rng.integers(0, k, len(following))
        upper_slope[following] = rng.uniform(0.3, 1.0, len(following))
        upper[:, following] = lower[:, following] + 1.0
        if has(Trait.RISING_LOWER):
            lower_slope[following] = upper_slope[following] * rng.uniform(0, 0.7, len(following))
    if has(Trait.FIXED):
        held = some(0.3)
        part = rng.random((T, len(held))) < 0.6
        upper[:, held] = np.where(part, lower[:, held], upper[:, held])
    if has(Trait.ONE_SIDED):
        upper[:, some(0.3)] = np.inf
        lower[:, some(0.3)] = -np.inf
    if has(Trait.FREE_COLUMNS):
        loose = some(0.3)
        lower[:, loose], upper[:, loose] = -np.inf, np.inf
    return _Bounds(lower, upper, lower_slope, upper_slope, capacity)


def _sums(rng, shape: _Shape, R: int, k: int, T: int, has):
    """Entries of the global rows in stage columns, and in globals."""
    c = Matrix()
    for row in range(R):
        columns = np.flatnonzero(rng.random(shape.n) < 0.3)
        values = rng.uniform(0.1, 1.0, len(columns))
        if has(Trait.VARYING):
            values = values * rng.uniform(0.5, 1.5, (T, len(columns)))
        c.add(np.full(len(columns), row), columns, values)
    rows = np.flatnonzero(rng.random(R) < 0.5) if k else np.zeros(0, dtype=np.int64)
    columns = rng.integers(0, max(k, 1), len(rows)).astype(np.int64)
    return c.entries(T), rows, columns, rng.uniform(-5.0, 5.0, len(rows))


def _with_sum_limits(rng, program: Program, activity: Floats) -> Program:
    """Global rows of each sense around ``activity`` (R,): at most, at least, equal, between."""
    sense = np.arange(len(activity)) % 4
    slack = rng.uniform(0.0, 0.05, len(activity)) * np.abs(activity)
    lower = np.select([sense == 0, sense == 2], [-np.inf, activity], activity - slack)
    upper = np.select([sense == 1, sense == 2], [np.inf, activity], activity + slack)
    return replace(program, sum_lower=lower, sum_upper=upper)


def _with_costs(rng, program: Program, has) -> Program:
    """Costs for which random multipliers are dual feasible."""
    T, n, m, k = program.n_stages, program.n_columns, program.n_rows, program.n_globals
    w = program.weight[:, None]
    price = rng.uniform(5.0, 80.0, (T, m)) * w
    scale = np.ones(n)
    if has(Trait.BADLY_SCALED):
        price *= 10.0 ** rng.uniform(-4.0, 4.0, m)
        scale = 10.0 ** rng.uniform(-4.0, 4.0, n)
    sense = np.arange(program.n_global_rows) % 4
    charge = rng.uniform(0.0, 3.0, len(sense)) * np.select([sense == 0, sense == 1], [-1, 1], 0.5)
    lower, upper = program.lower.dense(), program.upper.dense()
    z = rng.uniform(0.0, 30.0, (T, n)) * np.where(rng.random((T, n)) < 0.5, 1.0, -1.0)
    z = np.where(np.isinf(upper), np.abs(z), z)
    z = np.where(np.isinf(lower), -np.abs(z), z)
    z = np.where(np.isinf(lower) & np.isinf(upper), 0.0, z)
    if has(Trait.DEGENERATE):
        z = np.where(rng.random((T, n)) < 0.5, 0.0, z)
    z = z * w * scale
    cost = (z - reduced_costs(program, price, charge)) / w
    follows = program.capacity >= 0
    slopes = np.maximum(z, 0.0) * program.lower_slope.dense()
    slopes += np.minimum(z, 0.0) * program.upper_slope.dense()
    pushed = np.zeros(k)
    np.add.at(pushed, program.capacity[follows], slopes.sum(axis=0)[follows])
    entries = program.global_entries
    np.add.at(pushed, entries.column, -(entries.value.dense() * price[:, entries.row]).sum(axis=0))
    np.add.at(pushed, program.sum_column, -program.sum_value * charge[program.sum_row])
    left = rng.uniform(0.0, 50.0, k)
    left *= np.where(np.isinf(program.global_upper) | (rng.random(k) < 0.5), 1.0, -1.0)
    return replace(program, cost=from_pieces([cost], T), global_cost=left - pushed)


def _with_redundant_rows(rng, program: Program) -> Program:
    """Repeat the first stage row and, where there is one, the first equal global row."""
    m, factor = program.n_rows, rng.uniform(0.5, 2.0)
    a, rhs = program.entries, program.rhs.dense()
    again = np.flatnonzero(a.row == 0)
    repeated = Entries(
        np.concatenate([a.row, np.full(len(again), m)]),
        np.concatenate([a.column, a.column[again]]),
        from_pieces([a.value.dense(), factor * a.value.dense()[:, again]], program.n_stages),
    )
    return replace(
        program,
        rows=labels([("row", np.arange(m + 1).astype(str))]),
        is_store=np.append(program.is_store, False),
        entries=repeated,
        rhs=from_pieces([rhs, factor * rhs[:, :1]], program.n_stages),
    )


class Flaw(StrEnum):
    """Why no point meets a program."""

    SHORTAGE = "one row in one stage asks more than its columns have"
    SLIGHT = "the same by a thousandth"
    CONTRADICTION = "a row again with another right-hand side"
    SUMS = "a global row asks more than there is"
    LEVELS = "what comes in fits no store"
    CROSSED = "bounds that cross whatever the capacity"


def with_flaw(program: Program, flaw: Flaw) -> Program:
    """Return a program of the same size, or with a row more, that nothing meets.

    ``program`` has finite bounds, a store for LEVELS and a global row for SUMS.
    """
    rhs, stage = program.rhs.dense(), program.n_stages // 2
    at = np.where(np.isfinite(program.global_upper), program.global_upper, 0.0)
    lower, upper = program.bounds(at)
    if flaw in (Flaw.SHORTAGE, Flaw.SLIGHT):
        most = row_activity(program, np.zeros_like(upper), at)[stage, 0]
        here = program.entries.row == 0
        value = program.entries.value.dense()[stage, here]
        column = program.entries.column[here]
        low, high = lower[stage, column], upper[stage, column]
        most += float(np.maximum(value * low, value * high).sum())
        rhs[stage, 0] = most + (1e-3 if flaw is Flaw.SLIGHT else 0.5) * abs(most)
        return replace(program, rhs=from_pieces([rhs], program.n_stages))
    if flaw is Flaw.CONTRADICTION:
        twice = _with_redundant_rows(np.random.default_rng(0), program)
        rhs = twice.rhs.dense()
        rhs[stage, -1] += 10.0
        return replace(twice, rhs=from_pieces([rhs], program.n_stages))
    if flaw is Flaw.SUMS:
        entries = program.sum_entries
        value, column = entries.value.dense(), entries.column
        best = np.maximum(value * lower[:, column], value * upper[:, column])
        most = float(program.weight @ best[:, entries.row == 0].sum(axis=1))
        here = program.sum_row == 0
        ends = program.global_lower, program.global_upper
        paid = [program.sum_value[here] * end[program.sum_column[here]] for end in ends]
        most += float(np.maximum(*paid).sum())
        limit = program.sum_lower.copy()
        limit[0] = most + 0.1 * abs(most) + 1.0
        above = np.where(program.sum_upper < limit, np.inf, program.sum_upper)
        return replace(program, sum_lower=limit, sum_upper=above)
    if flaw is Flaw.LEVELS:
        rhs[:, np.flatnonzero(program.is_store)[0]] += 200.0
        return replace(program, rhs=from_pieces([rhs], program.n_stages))
    below = program.lower.dense()
    plain = int(np.flatnonzero(program.capacity < 0)[0])
    below[stage, plain] = program.upper.dense()[stage, plain] + 1.0
    return replace(program, lower=from_pieces([below], program.n_stages))
