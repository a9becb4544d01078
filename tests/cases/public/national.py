"""Calliope's national-scale example as a system: two regions, gas, solar heat with storage, a
battery and a line.

The example decides more sizes on their own than a store or plant here has, so some parts become
two: a solar plant is a field, a receiver (a link), a heat store and a turbine; the power of the
battery is that of a free link in front of it. Powers are in kW, money in US dollars: nothing in
the equations depends on it.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from khazri.system import Conversions, Limit, LimitKind, Links, Ports, Stores, Supplies, System

from ...systems import a_limit, group, system

_RATE, _LIFE = 0.10, 25
_ANNUITY = _RATE / (1 - (1 + _RATE) ** -_LIFE)
_HOURS_OF_A_YEAR = 8760
_WIDE = 1e6
"""kW that nothing here reaches."""
_FAST = 100.0
"""kW for each kWh of a store whose power no flow here reaches."""
_SITES = 3

# what the model files of the example say
_GAS = {"cost": 750.0, "most": 30_000.0, "fuel_cost": 0.02, "efficiency": 0.5, "ramp": 0.8}
_SOLAR = {
    "turbine_cost": 1000.0, "turbine_most": 10_000.0, "store_cost": 50.0, "store_most": 614_033.0,
    "store_loss": 0.002, "field_cost": 200.0, "receiver_cost": 200.0, "output_cost": 0.002,
    "efficiency": 0.4, "own_use": 0.9,
}  # fmt: skip
_BATTERY = {"cost": 200.0, "power": 1000.0, "power_per_energy": 4.0, "efficiency": 0.95}
_LINE = {"cost": 200.0, "most": 10_000.0, "efficiency": 0.85, "output_cost": 0.002}

_REGION_1, _REGION_2, _BATTERY_BUS = 0, 1, 2
_POWER_1, _FIELD_1, _HEAT_1 = 3, 6, 9
_N_BUSES = 12


def national_scale(series: Path, days: int) -> System:
    """The first ``days`` days of the example; ``series`` is the CSV file of its time series."""
    table = pd.read_csv(series).iloc[: 24 * days]
    hours = len(table)
    # costs of capital are those of the part of a year that is modelled
    yearly = _ANNUITY * hours / _HOURS_OF_A_YEAR
    load = np.zeros((hours, _N_BUSES))
    load[:, [_REGION_1, _REGION_2]] = table[["demand_1", "demand_2"]]
    sites = np.arange(_SITES)
    heat = table[[f"heat_{site + 1}" for site in sites]]
    return system(
        hours,
        n_buses=_N_BUSES,
        profiles=heat.to_numpy(),
        load=load,
        supplies=_supplies(yearly, sites),
        stores=_stores(yearly, sites),
        conversions=_turbines(yearly, sites),
        links=_links(yearly, sites),
        limits=tuple(_turbine_below_store(site) for site in sites),
    )


def _supplies(yearly: float, sites: np.ndarray) -> Supplies:
    fuel = _GAS["fuel_cost"] / _GAS["efficiency"]
    return group(
        Supplies,
        1 + _SITES,
        name=["gas", *(f"field {site + 1}" for site in sites)],
        bus=[_REGION_1, *(_FIELD_1 + sites)],
        build_max_mw=[_GAS["most"], *[_WIDE] * _SITES],
        profile=[-1, *sites],
        ramp_per_h=[_GAS["ramp"], *[np.nan] * _SITES],
        variable_cost=[fuel, *[0.0] * _SITES],
        other_cost=[fuel, *[0.0] * _SITES],
        investment_cost=yearly * np.array([_GAS["cost"], *[_SOLAR["field_cost"]] * _SITES]),
    )


def _stores(yearly: float, sites: np.ndarray) -> Stores:
    power = _BATTERY["power_per_energy"]
    return group(
        Stores,
        1 + _SITES,
        name=["battery", *(f"heat {site + 1}" for site in sites)],
        bus=[_BATTERY_BUS, *(_HEAT_1 + sites)],
        build_max_mw=[_WIDE, *[_FAST * _SOLAR["store_most"]] * _SITES],
        hours=[1 / power, *[1 / _FAST] * _SITES],
        charge_efficiency=[_BATTERY["efficiency"], *[1.0] * _SITES],
        discharge_efficiency=[_BATTERY["efficiency"], *[1.0] * _SITES],
        standing_loss_per_h=[0.0, *[_SOLAR["store_loss"]] * _SITES],
        investment_cost=yearly
        * np.array([_BATTERY["cost"] / power, *[_SOLAR["store_cost"] / _FAST] * _SITES]),
    )


def _turbines(yearly: float, sites: np.ndarray) -> Conversions:
    """From heat to power; own use takes a part of the output and so of the capacity."""
    heat = 1 / (_SOLAR["efficiency"] * _SOLAR["own_use"])
    ports = group(Ports, _SITES, conversion=sites, bus=_HEAT_1 + sites, ratio=-heat, profile=-1)
    return group(
        Conversions,
        _SITES,
        name=[f"turbine {site + 1}" for site in sites],
        bus=_POWER_1 + sites,
        build_max_mw=_SOLAR["turbine_most"],
        availability=_SOLAR["own_use"],
        variable_cost=_SOLAR["output_cost"],
        investment_cost=yearly * _SOLAR["turbine_cost"],
        ports=ports,
    )


def _links(yearly: float, sites: np.ndarray) -> Links:
    """The line, the battery's connection, the receivers, and free local lines."""
    per_sent = _LINE["efficiency"] * _LINE["output_cost"]
    free = _SITES * [0.0]
    return group(
        Links,
        2 + 2 * _SITES,
        name=["line", "battery", *(f"receiver {s + 1}" for s in sites),
              *(f"local {s + 1}" for s in sites)],
        from_bus=[_REGION_1, _REGION_2, *(_FIELD_1 + sites), *(_POWER_1 + sites)],
        to_bus=[_REGION_2, _BATTERY_BUS, *(_HEAT_1 + sites), *[_REGION_1] * _SITES],
        forward_mw=[0.0, _BATTERY["power"], *free, *[_WIDE] * _SITES],
        backward_mw=[0.0, _BATTERY["power"], *free, *free],
        build_max_mw=[_LINE["most"], 0.0, *[_WIDE] * _SITES, *free],
        backward_ratio=[1.0, 1.0, *free, *free],
        loss=[1 - _LINE["efficiency"], 0.0, *free, *free],
        tariff_forward=[per_sent, 0.0, *free, *free],
        tariff_backward=[per_sent, 0.0, *free, *free],
        investment_cost=yearly
        * np.array([_LINE["cost"], 0.0, *[_SOLAR["receiver_cost"]] * _SITES, *free]),
    )  # fmt: skip


def _turbine_below_store(site: int) -> Limit:
    """At most 1 kW of turbine for each kWh of the heat store."""
    turbine, store = np.zeros(_SITES), np.zeros(1 + _SITES)
    turbine[site], store[1 + site] = 1.0, -1 / _FAST
    return a_limit(
        name=f"turbine {site + 1}",
        kind=LimitKind.CAPACITY,
        unit="MW",
        conversion_capacity=turbine,
        store_capacity=store,
    )
