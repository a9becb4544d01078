"""A small country with power, gas, heat, hydrogen and captured CO2, as material for tests.

Two countries: AA has a gas field, wind, a power plant that draws its gas from the grid, a CHP
plant, a boiler, a heat pump, an electrolyser, a plant with carbon capture and direct air capture,
stores of gas, power and CO2, and a pipeline to a market. BB has demand of power and gas, and a
plant that buys its fuel.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

import numpy as np

from khazri.case import TABLES, Case
from khazri.case.schema import TECHNOLOGY_PARAMETERS

from .tables import Rows, case_of

_KINDS = {
    "wind": "supply",
    "field": "supply",
    "ccgt": "supply",
    "old": "supply",
    "chp": "conversion",
    "boiler": "conversion",
    "heat_pump": "conversion",
    "electrolyser": "conversion",
    "capture": "conversion",
    "dac": "conversion",
    "battery": "storage",
    "gas_store": "storage",
    "co2_store": "storage",
}
_PORTS = {
    "chp": {"g": -2.0, "h": 0.8},
    "boiler": {"g": -1.1},
    "heat_pump": {"e": -1.0},
    "electrolyser": {"e": -1.5, "h": 0.2},
    "capture": {"g": -2.2, "c": 0.4},
    "dac": {"e": -1.0, "h": -1.5},
}


def energy_case(seed: int = 0, hours: int = 24, limits: Rows = ()) -> Case:
    """The country for one seed: costs, sizes and shapes differ, equations do not."""
    rng = np.random.default_rng(seed)

    def about(value: float) -> float:
        return round(float(value * rng.uniform(0.7, 1.4)), 6)

    day = 2 * np.pi * (np.arange(hours) % 24) / 24
    load = 1 - 0.3 * np.cos(day - 0.8) + 0.05 * rng.normal(size=hours)
    cold = 1 + 0.4 * np.cos(day) + 0.05 * rng.normal(size=hours)
    profiles = {
        "load": load / load.mean(),
        "cold": cold / cold.mean(),
        "gusts": rng.uniform(0.05, 0.95, hours),
        "draw": 1 / (2.5 + np.cos(day + np.pi)),
        "prices": 1 + 0.1 * np.sin(day),
    }
    return case_of({**_tables(about, hours), "limits": limits}, profiles)


def with_money(case: Case, factor: float) -> Case:
    """The same case with all money multiplied."""
    frames = {}
    for name, frame in case.tables.items():
        frame = frame.copy()
        for column in TABLES[name].columns:
            if column.money:
                frame[column.name] = frame[column.name] * factor
        if name == "technology_costs":
            is_money = frame["parameter"].map(lambda p: "EUR" in TECHNOLOGY_PARAMETERS[p])
            frame["value"] = frame["value"].where(~is_money, frame["value"] * factor)
        frames[name] = frame
    return replace(case, tables=MappingProxyType(frames))


def _tables(about: Callable[[float], float], hours: int) -> Mapping[str, Rows]:
    energy = float(hours)
    demands = {
        "homes": ("e", "homes", about(100), "load", 0.0),
        "works": ("e", "industry", about(80), "", 0.0),
        "far": ("eb", "homes", about(60), "load", 0.0),
        "stoves": ("g", "homes", about(90), "cold", 0.0),
        "urea": ("g", "industry", about(40), "", 0.7),
        "stoves b": ("gb", "homes", about(50), "cold", 0.0),
        "radiators": ("h", "homes", about(120), "cold", 0.0),
        "steel": ("y", "industry", about(10), "", 0.0),
    }
    measures = {
        "lamps": ("e", "homes", 0.04, about(20), 0.1, ""),
        "motors": ("e", "industry", 0.06, about(90), 0.0, ""),
        "walls": ("g", "homes", 0.12, about(25), 0.2, "shell"),
        "windows": ("g", "homes", 0.10, about(30), 0.2, "shell"),
        "idle": ("h", "", 0.05, -5.0, 0.0, ""),
    }
    power = {"homes": demands["homes"][2], "industry": demands["works"][2]}
    gas = {"homes": demands["stoves"][2]}
    lowered = {"e": power, "g": gas, "h": {"": demands["radiators"][2]}}
    assets = [
        _asset("wind", "e", about(80), availability_profile="gusts", capacity_max_mw=400),
        _asset("field", "g", about(450), ch4_t_per_mwh=0.0005),
        _asset(
            "ccgt", "e", about(150), fuel_bus="g", efficiency=0.5, ramp_per_h=0.4, min_output=0.1
        ),
        _asset("old", "eb", about(90), efficiency=0.35),
        _asset("chp", "e", about(30), capacity_max_mw=200),
        _asset("boiler", "h", 300),
        _asset("heat_pump", "h", 10, capacity_max_mw=150),
        _asset("electrolyser", "y", 20),
        _asset("capture", "e", 0, status="candidate", capacity_max_mw=60),
        _asset("dac", "c", 5),
        _asset("battery", "e", 10, storage_hours=4),
        _asset("gas_store", "g", 60, storage_hours=20),
        _asset("co2_store", "c", 1, charge_capacity_mw=40, energy_mwh=5000, start_level=0),
    ]
    investment = {"wind": 40, "chp": 30, "heat_pump": 20, "capture": 25}
    running = {"wind": 0.1, "field": about(8), "ccgt": 2, "old": 3, "chp": 2, "dac": about(15)}
    return {
        "case": [{"case": "small", "title": "Energy", "price_year": 2025, "hours": hours}],
        "gwp": [
            {"gas": gas_name, "horizon_a": years, "value": value}
            for gas_name, years, value in (
                ("ch4_fossil", 100, 29.8),
                ("ch4_fossil", 20, 82.5),
                ("ch4_biogenic", 100, 27.0),
                ("ch4_biogenic", 20, 79.7),
            )
        ],
        "countries": [{"country": name, "name": name} for name in ("AA", "BB", "MM")],
        "zones": [
            {"zone": name, "name": name, "country": country, "latitude": 40, "longitude": 50}
            for name, country in (("A", "AA"), ("B", "BB"), ("M", "MM"))
        ],
        "carriers": [
            {"carrier": name, "name": name, "co2_t_per_mwh": carbon, "unit": unit}
            for name, carbon, unit in (
                ("electricity", 0, "MW"),
                ("gas", 0.2, "MW"),
                ("heat", 0, "MW"),
                ("hydrogen", 0, "MW"),
                ("co2", 1, "t/h"),
            )
        ],
        "buses": [
            {"bus": bus, "name": bus, "zone": zone, "carrier": carrier}
            for bus, zone, carrier in (
                ("e", "A", "electricity"),
                ("eb", "B", "electricity"),
                ("g", "A", "gas"),
                ("gb", "B", "gas"),
                ("gm", "M", "gas"),
                ("h", "A", "heat"),
                ("y", "A", "hydrogen"),
                ("c", "A", "co2"),
            )
        ],
        "technologies": [
            {
                "technology": name,
                "name": name,
                "kind": kind,
                "group": "gas",
                "renewable": "true" if name == "wind" else "false",
                **({"fuel": "gas"} if name in {"ccgt", "old"} else {}),
                **({"charge_efficiency": 0.98} if name == "gas_store" else {}),
            }
            for name, kind in _KINDS.items()
        ],
        "technology_costs": [
            {"technology": name, "year": 2030, "parameter": parameter, "value": value}
            for name in _KINDS
            for parameter, value in (
                # EUR/kW that make sense beside a single day
                ("overnight_cost", investment.get(name, 10) * energy / 8760),
                ("fixed_om", 0.5 * energy / 8760),
                ("variable_om", running.get(name, 1)),
            )
        ],
        "fuel_prices": [{"carrier": "gas", "country": "BB", "year": 2030, "price": about(30)}],
        "co2_prices": [
            {"country": "AA", "year": 2030, "price": about(20), "gas": "co2e"},
            {"country": "BB", "year": 2030, "price": about(50)},
        ],
        "assets": assets,
        "ports": [
            {
                "asset": asset,
                "bus": bus,
                "ratio": ratio,
                **({"ratio_profile": "draw"} if asset == "heat_pump" else {}),
            }
            for asset, ports in _PORTS.items()
            for bus, ratio in ports.items()
        ],
        "links": [
            _link("cable", "e", "eb", 40, kind="dc", loss=0.02),
            _link("pipe", "g", "gb", 120, loss=0.01, tariff=1, compressor_bus="e",
                  compressor_ratio=0.005, ch4_t_per_mwh=0.0003),
            _link("trunk", "g", "gm", 150, loss=0.015, tariff=2),
        ],
        "demands": [
            {
                "demand": name,
                "bus": bus,
                "sector": sector,
                "year": 2030,
                "energy_mwh": size * energy,
                "feedstock_share": feedstock,
                **({"profile": profile} if profile else {}),
            }
            for name, (bus, sector, size, profile, feedstock) in demands.items()
        ],
        "demand_steps": [
            {"demand": "works", "step": "first", "share": 0.1, "price": about(45)},
            {"demand": "works", "step": "second", "share": 0.1, "price": about(90)},
            {"demand": "urea", "step": "all", "share": 0.5, "price": about(40)},
        ],
        "efficiency": [
            {
                "measure": name,
                "name": name,
                "bus": bus,
                "sector": sector,
                "year": 2030,
                "potential_mwh": share * lowered[bus][sector] * energy,
                "overnight_cost": max(cost, 0.0),
                "lifetime_a": 1,
                "wacc": 0,
                "fixed_om": min(cost, 0.0),
                "rebound": rebound,
                "group": overlap,
            }
            for name, (bus, sector, share, cost, rebound, overlap) in measures.items()
        ],
        "efficiency_groups": [{"group": "shell", "name": "Shell", "share": 0.75}],
        "unserved_blocks": [
            {"country": "AA", "block": "power", "carrier": "electricity", "share": 1,
             "price": 3000},
            {"country": "AA", "block": "rest", "share": 1, "price": 1000},
            {"country": "BB", "block": "all", "share": 1, "price": 2000},
        ],
        "markets": [{"market": "south", "name": "South", "bus": "gm", "price_profile": "prices"}],
        "market_steps": [
            {"market": "south", "step": "spot", "year": 2030, "buy_price": about(45),
             "sell_price": about(18), "import_max_mw": 30, "export_max_mw": 60},
            {"market": "south", "step": "contract", "year": 2030, "sell_price": about(12),
             "export_max_mw": 40, "export_min_mwh": 30 * energy, "shortfall_price": about(20)},
        ],
    }  # fmt: skip


def _asset(technology: str, bus: str, size: float, **values: object) -> dict[str, object]:
    return {
        "asset": technology,
        "name": technology,
        "technology": technology,
        "bus": bus,
        "status": "existing",
        "capacity_mw": size,
    } | values


def _link(name: str, start: str, end: str, size: float, **values: object) -> dict[str, object]:
    return {
        "link": name,
        "name": name,
        "from_bus": start,
        "to_bus": end,
        "kind": "pipeline",
        "status": "existing",
        "capacity_forward_mw": size,
        "capacity_backward_mw": size,
    } | values
