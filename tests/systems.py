"""Systems made by hand or at random, as material for tests and benchmarks."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np

from khazri.system.system import (
    Buses,
    Conversions,
    Demands,
    Emissions,
    Limit,
    LimitKind,
    Links,
    Markets,
    MeasureGroups,
    Measures,
    Phases,
    Ports,
    Responses,
    Stores,
    Supplies,
    System,
    UnservedBlocks,
)

_DEFAULTS: dict[str, Any] = {
    "technology": "any",
    "group": "gas",
    "kind": "dc",
    "fuel": "",
    "sector": "all",
    "availability": 1.0,
    "profile": -1,
    "min_profile": -1,
    "inflow_profile": -1,
    "phase": -1,
    "after": -1,
    "ramp_per_h": np.nan,
    "energy_min_mwh": np.nan,
    "energy_max_mwh": np.nan,
    "import_max_mwh": np.nan,
    "export_max_mwh": np.nan,
    "import_min_mwh": np.nan,
    "export_min_mwh": np.nan,
    "shortfall_price": np.nan,
    "fuel_bus": -1,
    "compressor_bus": -1,
    "unit": "MW",
    "reactance": np.nan,
    "start_level": np.nan,
    "backward_ratio": 1.0,
    "charge_ratio": 1.0,
    "charge_efficiency": 1.0,
    "discharge_efficiency": 1.0,
    "share": 1.0,
    "share_max": 1.0,
    "price": 3000.0,
    "carrier": "electricity",
    "country": "X",
}
_INDICES = {
    "bus", "profile", "min_profile", "inflow_profile", "phase", "after", "from_bus", "to_bus",
    "conversion", "fuel_bus", "compressor_bus", "demand",
}  # fmt: skip
_NAMES = {
    "name", "technology", "group", "kind", "fuel", "sector", "carrier", "country", "zone",
    "corridor", "market", "unit", "title",
}  # fmt: skip
_FLAGS = {"renewable", "is_market", "is_whole"}


def group(kind: type, count: int = 0, **values: Any) -> Any:
    """Make a group of ``count`` items; columns not given take a default (0 or "")."""
    arrays = {}
    unknown = set(values) - {field.name for field in fields(kind)}
    assert not unknown, f"{kind.__name__} has no {sorted(unknown)}"
    for field in fields(kind):
        name = field.name
        if name == "ports":
            arrays[name] = values.get("ports", group(Ports))
            continue
        if field.type == "Emissions":
            arrays[name] = _emissions(values.get(name, 0.0), count)
            continue
        if name == "saving":
            arrays[name] = np.asarray(values.get(name, np.zeros((1, count))), dtype=float)
            continue
        if (kind, name) == (Measures, "group"):
            arrays[name] = np.array(np.broadcast_to(values.get(name, -1), (count,)), dtype=np.int64)
            continue
        value = values.get(name, _DEFAULTS.get(name, "" if name in _NAMES else 0))
        if name == "name" and "name" not in values:
            value = [f"{kind.__name__.lower()}{i}" for i in range(count)]
        dtype = (
            str if name in _NAMES else np.int64 if name in _INDICES else bool
            if name in _FLAGS else float
        )  # fmt: skip
        arrays[name] = np.array(np.broadcast_to(np.asarray(value, dtype=dtype), (count,)))
    return kind(**arrays)


def _emissions(given: Any, count: int) -> Emissions:
    """Emissions as given, or of a fossil fuel that emits ``given`` t CO2 without a price."""
    if isinstance(given, Emissions):
        return given
    co2 = np.array(np.broadcast_to(np.asarray(given, dtype=float), (count,)))
    zero = np.zeros(count)
    return Emissions(co2, zero, co2, zero)


def system(
    hours: int,
    *,
    n_buses: int = 1,
    profiles: Any = None,
    load: Any = None,
    **groups: Any,
) -> System:
    """Make a system of ``n_buses`` buses whose demand is ``load`` (T, B), with unserved blocks."""
    series = np.zeros((hours, 0)) if profiles is None else np.asarray(profiles, dtype=float)
    demand = np.zeros((hours, n_buses)) if load is None else np.asarray(load, dtype=float)
    demand = demand.reshape(hours, n_buses)
    names = [f"b{i}" for i in range(n_buses)]
    buses = groups.get("buses") or group(Buses, n_buses, name=names, zone=names)
    unserved = groups.get("unserved") or group(
        UnservedBlocks, n_buses, name=[f"u{i}" for i in range(n_buses)], bus=np.arange(n_buses)
    )  # fmt: skip
    return System(
        case="test",
        title="test",
        year=2030,
        scenario="reference",
        price_year=2025,
        currency="EUR",
        case_hash="0",
        profile_names=np.array([f"p{i}" for i in range(series.shape[1])], dtype=str),
        profiles=series,
        buses=buses,
        load=demand,
        demands=groups.get("demands") or group(Demands),
        unserved=unserved,
        supplies=groups.get("supplies") or group(Supplies),
        stores=groups.get("stores") or group(Stores),
        conversions=groups.get("conversions") or group(Conversions),
        links=groups.get("links") or group(Links),
        phases=groups.get("phases") or group(Phases),
        markets=groups.get("markets") or group(Markets),
        limits=groups.get("limits", ()),
        reserves=groups.get("reserves", ()),
        gwp_horizon_a=100,
        responses=groups.get("responses") or group(Responses),
        measures=groups.get("measures") or group(Measures, saving=np.zeros((hours, 0))),
        measure_groups=groups.get("measure_groups") or group(MeasureGroups),
    )


def a_limit(**values: Any) -> Limit:
    """Make a yearly limit; weights not given are zero."""
    empty = np.zeros(0)
    given: dict[str, Any] = {
        "name": "limit",
        "kind": LimitKind.ENERGY,
        "sense": "max",
        "value": 0.0,
        "unit": "MWh",
        "supply": empty,
        "discharge": empty,
        "conversion": empty,
        "forward": empty,
        "backward": empty,
        "supply_capacity": empty,
        "store_capacity": empty,
        "conversion_capacity": empty,
    }
    return Limit(**{**given, **values})


def random_system(seed: int, hours: int, n_buses: int = 4) -> System:
    """Make a system with wind, sun, two thermal plants, a battery and a reservoir at each bus, a
    meshed grid with links under and outside the voltage law, a market and a corridor phase."""
    rng = np.random.default_rng(seed)
    t = np.arange(hours)
    day = 2 * np.pi * (t % 24) / 24
    b = np.arange(n_buses)
    solar = np.clip(-np.cos(day)[:, None] - 0.1, 0, None) * rng.uniform(0.5, 1, (hours, n_buses))
    noise = rng.normal(size=(hours, n_buses)).cumsum(axis=0)
    noise -= np.linspace(0, 1, hours)[:, None] * noise[-1]
    wind = 1 / (1 + np.exp(-(noise / (np.abs(noise).max() + 1e-9) * 4 - 0.7)))
    shape = 1 - 0.25 * np.cos(day - 0.8)[:, None] + 0.05 * rng.normal(size=(hours, n_buses))
    inflow = np.clip(0.35 + 0.3 * np.sin(2 * np.pi * t / max(hours, 2))[:, None], 0, 1)
    inflow = inflow * rng.uniform(0.6, 1.2, (1, n_buses))
    price = 1 + 0.4 * np.sin(day * 2)[:, None]
    profiles = np.concatenate([solar, wind, inflow, price], axis=1)
    load = shape * rng.uniform(500, 1500, n_buses)
    peak = load.max(axis=0)
    supplies = group(
        Supplies,
        4 * n_buses,
        name=[f"{kind}{i}" for kind in ("solar", "wind", "gas", "coal") for i in b],
        group=np.repeat(["solar", "wind_onshore", "gas", "coal"], n_buses),
        bus=np.tile(b, 4),
        existing_mw=np.concatenate([0.2 * peak, 0.1 * peak, 0.6 * peak, 0.3 * peak]),
        build_max_mw=np.concatenate([2 * peak, 2 * peak, 1.0 * peak, 0 * peak]),
        profile=np.concatenate([b, n_buses + b, np.full(2 * n_buses, -1)]),
        availability=np.repeat([1.0, 1.0, 0.95, 0.85], n_buses),
        min_output=np.repeat([0.0, 0.0, 0.0, 0.3], n_buses),
        ramp_per_h=np.repeat([np.nan, np.nan, np.nan, 0.2], n_buses),
        variable_cost=np.concatenate(
            [np.full(n_buses, 0.5), np.full(n_buses, 1.0), rng.uniform(50, 90, n_buses),
             rng.uniform(25, 40, n_buses)]
        ),
        investment_cost=np.repeat([50_000.0, 95_000.0, 70_000.0, 0.0], n_buses) * hours / 8760,
        emissions=np.repeat([0.0, 0.0, 0.4, 0.95], n_buses),
        reserve_share=np.repeat([0.0, 0.0, 1.0, 0.5], n_buses),
        renewable=np.repeat([True, True, False, False], n_buses),
    )  # fmt: skip
    stores = group(
        Stores,
        2 * n_buses,
        name=[f"{kind}{i}" for kind in ("battery", "reservoir") for i in b],
        group=np.repeat(["battery", "hydro_reservoir"], n_buses),
        bus=np.tile(b, 2),
        charge_mw=np.concatenate([0.05 * peak, 0 * peak]),
        discharge_mw=np.concatenate([0.05 * peak, 0.2 * peak]),
        energy_mwh=np.concatenate([0.2 * peak, 40 * peak]),
        build_max_mw=np.concatenate([peak, 0 * peak]),
        charge_ratio=np.repeat([1.0, 0.0], n_buses),
        hours=np.repeat([4.0, 0.0], n_buses),
        charge_efficiency=np.repeat([0.95, 1.0], n_buses),
        discharge_efficiency=np.repeat([0.95, 1.0], n_buses),
        standing_loss_per_h=np.repeat([0.0002, 0.0], n_buses),
        inflow_mw=np.concatenate([0 * peak, 0.2 * peak]),
        inflow_profile=np.concatenate([np.full(n_buses, -1), 2 * n_buses + b]),
        start_level=np.where(np.arange(2 * n_buses) % 3 == 2, 0.5, np.nan),
        investment_cost=np.repeat([60_000.0, 0.0], n_buses) * hours / 8760,
        variable_cost=np.repeat([0.2, 0.1], n_buses),
        reserve_share=1.0,
    )  # fmt: skip
    ring = np.roll(b, -1)
    extra = np.arange(0, n_buses, 2)
    links = group(
        Links,
        2 * n_buses + len(extra),
        name=[f"line{i}" for i in b] + [f"dc{i}" for i in b] + [f"new{i}" for i in extra],
        from_bus=np.concatenate([b, b, extra]),
        to_bus=np.concatenate(
            [ring, (b + (2 if n_buses > 2 else 1)) % n_buses, (extra + 1) % n_buses]
        ),
        forward_mw=np.concatenate([0.3 * peak, 0.1 * peak, 0 * extra]),
        backward_mw=np.concatenate([0.3 * peak, 0.1 * peak, 0 * extra]),
        build_max_mw=np.concatenate([0 * peak, 0 * peak, np.full(len(extra), 300.0)]),
        reactance=np.concatenate(
            [rng.uniform(1e-4, 3e-4, n_buses), np.full(n_buses + len(extra), np.nan)]
        ),
        loss=np.concatenate([np.zeros(n_buses), np.full(n_buses + len(extra), 0.03)]),
        tariff_forward=np.concatenate([np.zeros(n_buses), np.full(n_buses + len(extra), 0.5)]),
        tariff_backward=np.concatenate([np.zeros(n_buses), np.full(n_buses + len(extra), 0.75)]),
        investment_cost=30_000.0 * hours / 8760,
        phase=np.concatenate([np.full(2 * n_buses, -1), np.where(extra == 0, 0, -1)]),
    )
    phases = group(
        Phases,
        1,
        name=["corridor 1"],
        corridor=["corridor"],
        investment_cost=300.0 * 25_000.0 * hours / 8760,
    )
    markets = group(
        Markets,
        1,
        name=["market step"],
        market=["market"],
        bus=[0],
        buy_price=[85.0],
        sell_price=[45.0],
        profile=[3 * n_buses],
        import_max_mw=[200.0],
        export_max_mw=[200.0],
        import_max_mwh=[0.5 * 200.0 * hours],
        export_max_mwh=[0.4 * 200.0 * hours],
    )
    from khazri.system.system import OperatingReserve

    return system(
        hours,
        n_buses=n_buses,
        profiles=profiles,
        load=load,
        supplies=supplies,
        stores=stores,
        links=links,
        phases=phases,
        markets=markets,
        reserves=(OperatingReserve("reserve", b, 0.05),),
    )
