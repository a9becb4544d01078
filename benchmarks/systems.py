"""A random system of any size as a PyPSA network: what the benchmarks build and solve.

At every bus there are wind, sun, two kinds of gas turbine, a battery, a hydrogen chain
(electrolyser, store, turbine and a demand of its own) and unserved load, at every third one a
reservoir with inflow. A ring of AC lines with chords obeys Kirchhoff's voltage law. All capacities
but the reservoirs' may grow, and emissions of the year are limited.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pypsa
from numpy.typing import NDArray
from scipy.signal import lfilter

Floats = NDArray[np.float64]

HOURS_A_YEAR = 8760
EMISSIONS_T_PER_MWH = 0.02
"""Limit of the emissions of a year per MWh of load; combined cycle plants emit 0.34 t."""

VOLTAGE_KV = 380.0
REACTANCE_OHM = (20.0, 80.0)
"""Lines of some 80 to 300 km."""


@dataclass(frozen=True)
class Size:
    """How large a system is: electrical buses and consecutive hours."""

    buses: int
    hours: int

    def __str__(self) -> str:
        """For tables: ``20 × 8,760``."""
        return f"{self.buses} × {self.hours:,}"


@dataclass(frozen=True)
class _Weather:
    """Hourly series (T, N): load [MW], output of wind and sun [-]; inflow (T,) [-]."""

    load: Floats
    wind: Floats
    sun: Floats
    inflow: Floats


def write_network(size: Size, path: Path, seed: int = 0) -> None:
    """Write the system of ``size`` to the netCDF file ``path``."""
    network(size, seed).export_to_netcdf(path)


def network(size: Size, seed: int = 0) -> pypsa.Network:
    """Return the system of ``size`` as a PyPSA network; the same seed gives the same system.

    Costs are EUR a year. Fewer hours than a year stand for the whole year in the objective and the
    limit of emissions; stores count them as they are, and end where they began.
    """
    rng = np.random.default_rng(seed)
    mean_load = rng.uniform(300.0, 1500.0, size.buses)
    weather = _weather(mean_load, size.hours, rng)
    grid = pypsa.Network()
    grid.set_snapshots(pd.date_range("2030-01-01", periods=size.hours, freq="h"))
    weight = HOURS_A_YEAR / size.hours
    grid.snapshot_weightings["objective"] = weight
    grid.snapshot_weightings["generators"] = weight
    grid.snapshot_weightings["stores"] = 1.0
    emissions = {"gas": 0.2}
    carriers = ["AC", "wind", "sun", "gas", "battery", "hydro", "hydrogen", "unserved"]
    grid.add("Carrier", carriers, co2_emissions=[emissions.get(name, 0.0) for name in carriers])
    buses = _named("bus", size.buses)
    grid.add("Bus", buses, carrier="AC", v_nom=VOLTAGE_KV)
    hours = grid.snapshots
    grid.add("Load", buses + " load", bus=buses, p_set=_table(weather.load, hours, buses + " load"))
    _add_generators(grid, buses, mean_load, weather, rng)
    _add_stores(grid, buses, mean_load, weather, rng)
    _add_hydrogen(grid, buses, rng)
    _add_lines(grid, buses, rng)
    grid.add(
        "GlobalConstraint",
        "emissions",
        type="primary_energy",
        carrier_attribute="co2_emissions",
        sense="<=",
        constant=EMISSIONS_T_PER_MWH * float(weather.load.sum()) * weight,
    )
    return grid


def _named(what: str, count: int) -> pd.Index[str]:
    return pd.Index([f"{what}{number}" for number in range(count)])


def _table(values: Floats, hours: pd.Index, names: pd.Index[str]) -> pd.DataFrame:
    return pd.DataFrame(values, index=hours, columns=names)


def _weather(mean_load: Floats, hours: int, rng: np.random.Generator) -> _Weather:
    """Draw load and weather: daily and seasonal cycles, wind that lasts for days, clouds."""
    shape = (hours, len(mean_load))
    hour = np.arange(hours)[:, None] + 0.5
    day, year = 2 * np.pi * hour / 24, 2 * np.pi * hour / HOURS_A_YEAR
    kept = 0.97
    gusts = rng.normal(0.0, np.sqrt(1.0 - kept**2), shape)
    state = lfilter([1.0], [1.0, -kept], gusts, axis=0)
    wind = 1.0 / (1.0 + np.exp(1.0 - 1.3 * state - 0.3 * np.cos(year)))
    clouds = rng.uniform(0.4, 1.0, shape)
    sun = np.clip(-np.cos(day), 0.0, None) * (0.7 - 0.25 * np.cos(year)) * clouds
    noise = rng.normal(0.0, 0.03, shape)
    load = mean_load * (1.0 + 0.18 * np.sin(day - 2.36) + 0.12 * np.cos(year) + noise)
    inflow = 0.42 * (1.0 + 0.7 * np.sin(year[:, 0]))
    return _Weather(load, wind, sun, inflow)


def _add_generators(
    grid: pypsa.Network,
    buses: pd.Index[str],
    mean_load: Floats,
    weather: _Weather,
    rng: np.random.Generator,
) -> None:
    n, hours = len(buses), grid.snapshots
    for carrier, series, cost, most, variable in (
        ("wind", weather.wind, (75e3, 105e3), 3.0, 0.5),
        ("sun", weather.sun, (38e3, 52e3), 4.0, 0.1),
    ):
        grid.add(
            "Generator",
            buses + f" {carrier}",
            bus=buses,
            carrier=carrier,
            p_nom_extendable=True,
            p_nom_max=most * mean_load,
            capital_cost=rng.uniform(*cost, n),
            marginal_cost=variable,
            p_max_pu=_table(series, hours, buses + f" {carrier}"),
        )
    for name, efficiency, cost, variable in (
        ("combined cycle", 0.58, 80e3, (55.0, 70.0)),
        ("open cycle", 0.38, 45e3, (85.0, 110.0)),
    ):
        grid.add(
            "Generator",
            buses + f" {name}",
            bus=buses,
            carrier="gas",
            efficiency=efficiency,
            p_nom_extendable=True,
            p_nom_max=5.0 * mean_load,
            capital_cost=cost,
            marginal_cost=rng.uniform(*variable, n),
        )
    grid.add(
        "Generator",
        buses + " unserved",
        bus=buses,
        carrier="unserved",
        p_nom=2.0 * mean_load,
        marginal_cost=3000.0,
    )


def _add_stores(
    grid: pypsa.Network,
    buses: pd.Index[str],
    mean_load: Floats,
    weather: _Weather,
    rng: np.random.Generator,
) -> None:
    grid.add(
        "StorageUnit",
        buses + " battery",
        bus=buses,
        carrier="battery",
        p_nom_extendable=True,
        p_nom_max=10.0 * mean_load,
        capital_cost=rng.uniform(40e3, 60e3, len(buses)),
        marginal_cost=0.1,
        max_hours=4.0,
        efficiency_store=0.95,
        efficiency_dispatch=0.95,
        standing_loss=1e-4,
        cyclic_state_of_charge=True,
    )
    at = buses[::3]
    turbine = 0.6 * mean_load[::3]
    grid.add(
        "StorageUnit",
        at + " reservoir",
        bus=at,
        carrier="hydro",
        p_nom=turbine,
        p_min_pu=0.0,
        marginal_cost=0.05,
        max_hours=600.0,
        spill_cost=0.01,
        cyclic_state_of_charge=True,
        inflow=_table(np.outer(weather.inflow, turbine), grid.snapshots, at + " reservoir"),
    )


def _add_hydrogen(grid: pypsa.Network, buses: pd.Index[str], rng: np.random.Generator) -> None:
    hydrogen = buses + " hydrogen"
    grid.add("Bus", hydrogen, carrier="hydrogen")
    grid.add("Load", hydrogen + " load", bus=hydrogen, p_set=rng.uniform(5.0, 40.0, len(buses)))
    for name, source, target, efficiency, cost, variable in (
        ("electrolyser", buses, hydrogen, 0.66, 60e3, 0.2),
        ("hydrogen turbine", hydrogen, buses, 0.55, 70e3, 0.3),
    ):
        grid.add(
            "Link",
            buses + f" {name}",
            bus0=source,
            bus1=target,
            carrier="hydrogen",
            efficiency=efficiency,
            p_nom_extendable=True,
            p_nom_max=10_000.0,
            capital_cost=cost,
            marginal_cost=variable,
        )
    grid.add(
        "Store",
        hydrogen + " store",
        bus=hydrogen,
        carrier="hydrogen",
        e_nom_extendable=True,
        e_nom_max=5e6,
        e_cyclic=True,
        capital_cost=900.0,
    )


def _add_lines(grid: pypsa.Network, buses: pd.Index[str], rng: np.random.Generator) -> None:
    """Add a ring and 0.45 chords a bus."""
    n = len(buses)
    ends = [(a, a + 1) for a in range(n - 1)] + [(0, n - 1)] * (n > 2)
    others = [(a, b) for a in range(n) for b in range(a + 2, n) if (a, b) != (0, n - 1)]
    n_chords = min(len(others), int(0.45 * n))
    chosen = rng.choice(len(others), n_chords, replace=False) if n_chords else []
    ends += [others[number] for number in np.sort(chosen)]
    first, second = (buses[[pair[side] for pair in ends]] for side in (0, 1))
    grid.add(
        "Line",
        _named("line", len(ends)),
        bus0=first,
        bus1=second,
        carrier="AC",
        x=rng.uniform(*REACTANCE_OHM, len(ends)),
        s_nom=200.0,
        s_nom_min=200.0,
        s_nom_max=3200.0,
        s_nom_extendable=True,
        capital_cost=rng.uniform(8e3, 20e3, len(ends)),
    )
