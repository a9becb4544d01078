"""Programs of made-up power systems of any size, written straight into the arrays.

The systems are random but of the kind the engine plans: meshed buses with load, wind, sun,
several gas plants, batteries, reservoirs, lines with losses, unserved energy, an emission limit,
and capacities to choose. Magnitudes are real ones: MW, MWh, EUR.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from khazri.program.program import Entries, Labels, Program
from khazri.program.varying import Floats, Indices, constant, from_pieces

HOURS = 8760


@dataclass(frozen=True)
class SampleSize:
    """How large a sample is: buses, stages, and the hours they stand for."""

    n_buses: int = 8
    n_stages: int = 168
    hours: int = HOURS
    plants_per_bus: int = 3


@dataclass
class _Columns:
    """Stage columns as they are added; bounds are (n,) or (T, n) pieces."""

    family: list[str] = field(default_factory=list)
    item: list[str] = field(default_factory=list)
    cost: list[Floats] = field(default_factory=list)
    lower: list[Floats] = field(default_factory=list)
    upper: list[Floats] = field(default_factory=list)
    lower_slope: list[Floats] = field(default_factory=list)
    upper_slope: list[Floats] = field(default_factory=list)
    capacity: list[Indices] = field(default_factory=list)

    def add(
        self,
        family: str,
        items: list[str],
        cost: Floats | float = 0.0,
        lower: Floats | float = 0.0,
        upper: Floats | float = 0.0,
        lower_slope: Floats | float = 0.0,
        upper_slope: Floats | float = 0.0,
        capacity: Indices | None = None,
    ) -> Indices:
        n = len(items)
        first = len(self.item)
        self.family += [family] * n
        self.item += items
        for target, value in (
            (self.cost, cost),
            (self.lower, lower),
            (self.upper, upper),
            (self.lower_slope, lower_slope),
            (self.upper_slope, upper_slope),
        ):
            array = np.asarray(value, dtype=float)
            target.append(array if array.ndim == 2 else np.broadcast_to(array, (n,)).copy())
        self.capacity.append(np.full(n, -1) if capacity is None else capacity)
        return np.arange(first, first + n)


@dataclass
class _Globals:
    """Global columns as they are added."""

    family: list[str] = field(default_factory=list)
    item: list[str] = field(default_factory=list)
    cost: list[Floats] = field(default_factory=list)
    upper: list[Floats] = field(default_factory=list)

    def add(self, family: str, items: list[str], cost: Floats, upper: Floats) -> Indices:
        first = len(self.item)
        self.family += [family] * len(items)
        self.item += items
        self.cost.append(cost)
        self.upper.append(upper)
        return np.arange(first, first + len(items))


@dataclass
class _Entries:
    """Entries as they are added; values are (e,) or (T, e) pieces."""

    row: list[Indices] = field(default_factory=list)
    column: list[Indices] = field(default_factory=list)
    value: list[Floats] = field(default_factory=list)

    def add(self, row: Indices, column: Indices, value: Floats | float) -> None:
        self.row.append(row)
        self.column.append(column)
        array = np.asarray(value, dtype=float)
        self.value.append(array if array.ndim == 2 else np.broadcast_to(array, row.shape).copy())

    def entries(self, n_stages: int) -> Entries:
        return Entries(
            np.concatenate([*self.row, np.zeros(0, dtype=np.int64)]),
            np.concatenate([*self.column, np.zeros(0, dtype=np.int64)]),
            from_pieces(self.value, n_stages),
        )


@dataclass(frozen=True)
class _Weather:
    """Hourly series averaged over stages: load (T, B) MW, wind, sun (T, B), inflow (T,)."""

    load: Floats
    wind: Floats
    sun: Floats
    inflow: Floats


def _weather(size: SampleSize, starts: Indices, rng: np.random.Generator) -> _Weather:
    hours, n = size.hours, size.n_buses
    hour = np.arange(hours)[:, None]
    day, year = 2 * np.pi * hour / 24, 2 * np.pi * hour / HOURS
    mean_load = rng.uniform(400.0, 2500.0, n)
    noise = rng.normal(0.0, 0.03, (hours, n))
    load = mean_load * (
        1.0 + 0.15 * np.sin(day - 2.2) + 0.12 * np.cos(year) + 0.05 * np.cos(2 * day) + noise
    )
    gusts = rng.normal(0.0, 1.0, (hours, n)) * np.sqrt(1.0 - 0.97**2)
    state = np.zeros((hours, n))
    for h in range(1, hours):
        state[h] = 0.97 * state[h - 1] + gusts[h]
    wind = np.clip(1.0 / (1.0 + np.exp(-1.4 * state + 0.7 - 0.3 * np.cos(year))) - 0.05, 0.0, 1.0)
    clouds = rng.uniform(0.5, 1.0, (hours, n))
    sun = np.clip(-np.cos(day), 0.0, None) * (0.65 - 0.25 * np.cos(year)) * clouds
    inflow = 0.4 * (1.0 + 0.8 * np.sin(year[:, 0] - 0.5))
    duration = np.diff(np.append(starts, hours))

    def averaged(series: Floats) -> Floats:
        total: Floats = np.add.reduceat(series, starts, axis=0)
        return total / (duration[:, None] if series.ndim == 2 else duration)

    return _Weather(averaged(load), averaged(wind), averaged(sun), averaged(inflow))


def sample_program(size: SampleSize, seed: int = 0) -> Program:
    """Return a random system of ``size``; the same seed gives the same program.

    Stages are segments of different lengths that cover ``size.hours`` hours in order.
    """
    rng = np.random.default_rng(seed)
    n, n_stages, hours = size.n_buses, size.n_stages, size.hours
    inner = rng.choice(np.arange(1, hours), n_stages - 1, replace=False)
    starts = np.concatenate([[0], np.sort(inner)]).astype(np.int64)
    duration = np.diff(np.append(starts, hours)).astype(float)
    weather = _weather(size, starts, rng)
    mean_load = weather.load.mean(axis=0)
    buses = [f"bus{i}" for i in range(n)]
    ring = [(i, (i + 1) % n) for i in range(n)] if n > 2 else [(0, 1)][: n - 1]
    lines = ring + [(i, (i + n // 2) % n) for i in range(0, n // 2, 2)] * (n > 3)
    hydro = [b for i, b in enumerate(buses) if i % 3 == 0]
    at_hydro = np.arange(0, n, 3)
    all_buses = np.arange(n)

    columns, globals_, entries, carry = _Columns(), _Globals(), _Entries(), _Entries()
    store_families = ["battery"] * n + ["reservoir"] * len(hydro)
    battery_row = n + all_buses
    hydro_row = 2 * n + np.arange(len(hydro))

    # ---- supply
    emissions: list[tuple[Indices, Floats]] = []
    for plant in range(size.plants_per_bus):
        items = [f"{b}-gas{plant}" for b in buses]
        cost, rate = rng.uniform(35.0, 110.0, n), rng.uniform(0.33, 0.6, n)
        upper = mean_load * rng.uniform(0.2, 0.5, n)
        column = columns.add("gas", items, cost, 0.1 * upper * (plant == 0), upper)
        entries.add(all_buses, column, 1.0)
        emissions.append((column, rate))
    built = globals_.add("new gas", buses, rng.uniform(60e3, 90e3, n), 2.0 * mean_load)
    column = columns.add(
        "new gas", buses, rng.uniform(45.0, 60.0, n), upper_slope=0.95, capacity=built
    )
    entries.add(all_buses, column, 1.0)
    emissions.append((column, np.full(n, 0.35)))
    for family, series, cost, existing in (
        ("wind", weather.wind, 85e3, 0.1),
        ("sun", weather.sun, 45e3, 0.2),
    ):
        per_mw = cost * rng.uniform(0.85, 1.2, n)
        built = globals_.add(family, buses, per_mw, 4.0 * mean_load)
        column = columns.add(
            family, buses, 0.5, 0.0, existing * mean_load * series, 0.0, series, built
        )
        entries.add(all_buses, column, 1.0)
    column = columns.add("unserved", buses, 3000.0, 0.0, weather.load)
    entries.add(all_buses, column, 1.0)

    # ---- batteries: power and energy are chosen apart
    power = globals_.add("battery power", buses, rng.uniform(20e3, 30e3, n), 2.0 * mean_load)
    energy = globals_.add("battery energy", buses, rng.uniform(12e3, 18e3, n), 12.0 * mean_load)
    column = columns.add("charge", buses, 0.2, upper_slope=1.0, capacity=power)
    entries.add(all_buses, column, -1.0)
    entries.add(battery_row, column, -0.95 * np.broadcast_to(duration[:, None], (n_stages, n)))
    column = columns.add("discharge", buses, 0.2, upper_slope=1.0, capacity=power)
    entries.add(all_buses, column, 1.0)
    entries.add(battery_row, column, np.broadcast_to(duration[:, None] / 0.95, (n_stages, n)))
    column = columns.add("level", buses, upper_slope=1.0, capacity=energy)
    entries.add(battery_row, column, 1.0)
    kept = 0.9999**duration
    carry.add(battery_row, column, -np.broadcast_to(kept[:, None], (n_stages, n)))

    # ---- reservoirs
    turbine = 0.5 * mean_load[at_hydro]
    by_hour = np.broadcast_to(duration[:, None], (n_stages, len(hydro)))
    column = columns.add("turbine", hydro, 0.1, 0.0, turbine)
    entries.add(at_hydro, column, 1.0)
    entries.add(hydro_row, column, by_hour)
    column = columns.add("spill", hydro, 0.0, 0.0, 3.0 * turbine)
    entries.add(hydro_row, column, by_hour)
    column = columns.add(
        "level", [f"{h}-lake" for h in hydro], 0.0, 50.0 * turbine, 700.0 * turbine
    )
    entries.add(hydro_row, column, 1.0)
    carry.add(hydro_row, column, -1.0)

    # ---- lines: both directions, with losses
    first = np.array([a for a, _ in lines], dtype=np.int64)
    second = np.array([b for _, b in lines], dtype=np.int64)
    names = [f"{buses[a]}-{buses[b]}" for a, b in lines]
    limit = rng.uniform(100.0, 600.0, len(lines))
    built = globals_.add(
        "line", names, rng.uniform(8e3, 25e3, len(lines)), np.full(len(lines), 2e3)
    )
    for family, source, sink in (("flow", first, second), ("back", second, first)):
        column = columns.add(family, names, 0.01, 0.0, limit, 0.0, 1.0, built)
        entries.add(source, column, -1.0)
        entries.add(sink, column, 0.97)

    # ---- emissions of the year
    sum_column = np.concatenate([c for c, _ in emissions])
    sum_rate = np.concatenate([r for _, r in emissions])
    load_mwh = float(duration @ weather.load.sum(axis=1)) * HOURS / hours

    inflow = duration[:, None] * weather.inflow[:, None] * turbine
    stage = np.arange(n_stages)
    row_family = ["balance"] * n + store_families
    nothing = np.zeros(0, dtype=np.int64)
    n_globals = len(globals_.item)
    return Program(
        duration=duration,
        weight=duration * HOURS / hours,
        previous=np.concatenate([[n_stages - 1], stage[:-1]]).astype(np.int64),
        is_first=stage == 0,
        columns=Labels(np.array(columns.family), np.array(columns.item)),
        rows=Labels(np.array(row_family), np.array(buses + buses + hydro)),
        is_store=np.array(row_family) != "balance",
        cost=from_pieces(columns.cost, n_stages),
        lower=from_pieces(columns.lower, n_stages),
        upper=from_pieces(columns.upper, n_stages),
        lower_slope=from_pieces(columns.lower_slope, n_stages),
        upper_slope=from_pieces(columns.upper_slope, n_stages),
        capacity=np.concatenate(columns.capacity).astype(np.int64),
        entries=entries.entries(n_stages),
        carry=carry.entries(n_stages),
        carry_is_cyclic=np.ones(n + len(hydro), dtype=bool),
        global_entries=Entries(nothing, nothing, constant(np.zeros(0), n_stages)),
        rhs=from_pieces([weather.load, np.zeros(n), inflow], n_stages),
        globals=Labels(np.array(globals_.family), np.array(globals_.item)),
        global_cost=np.concatenate(globals_.cost),
        global_lower=np.zeros(n_globals),
        global_upper=np.concatenate(globals_.upper),
        is_integer=np.zeros(n_globals, dtype=bool),
        global_rows=Labels(np.array(["emissions"]), np.array(["all"])),
        sum_entries=Entries(np.zeros_like(sum_column), sum_column, constant(sum_rate, n_stages)),
        sum_row=nothing,
        sum_column=nothing,
        sum_value=np.zeros(0),
        sum_lower=np.zeros(1),
        sum_upper=np.array([0.2 * load_mwh]),
        constant_cost=1e6,
    )


def with_integer_lines(program: Program) -> Program:
    """Return ``program`` with line capacities in whole MW."""
    return replace(program, is_integer=program.globals.family == "line")
