"""Parts of a plan that PyPSA words differently: what limits count, and plants with many ports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from khazri.program.varying import Floats, Indices
from khazri.system.system import Limit, System

EMISSIONS = "co2_emissions"
"""The attribute of carriers that holds t CO2 per MWh of fuel."""

_SAME = 1e-9
"""Relative difference below which two factors are the same number."""


@dataclass(frozen=True)
class SupplyCarriers:
    """Carriers of supplies: PyPSA counts for limits by the carrier and the fuel that is burned.

    ``of_supply`` (S,) names the carrier of each, ``table`` holds what a MWh of fuel counts: CO2,
    and a column for each limit that is not one on all CO2. ``attributes`` gives the column of each
    limit that a network can hold.
    """

    of_supply: NDArray[np.str_]
    table: pd.DataFrame
    attributes: Mapping[str, str]


def carriers_of_supplies(system: System) -> SupplyCarriers:
    """Carriers by group of technology, parted where plants of a group count differently."""
    supplies = system.supplies
    efficiency = np.divide(
        1.0, supplies.fuel_per_mwh, out=np.ones(len(supplies)), where=supplies.fuel_per_mwh > 0
    )
    counted = {EMISSIONS: supplies.emissions.co2 * efficiency}
    attributes: dict[str, str] = {}
    for limit in system.limits:
        if not _is_on_supplies(limit) or np.any(limit.supply[supplies.fuel_bus >= 0]):
            continue
        if np.allclose(limit.supply, supplies.emissions.co2, rtol=_SAME, atol=0.0):
            attributes[limit.name] = EMISSIONS
        else:
            attributes[limit.name] = f"limit_{limit.name}".replace("/", "_")
            counted[attributes[limit.name]] = limit.supply * efficiency
    # twelve digits: factors that differ by rounding only are one carrier
    columns = {name: [f"{number:.12g}" for number in numbers] for name, numbers in counted.items()}
    keys = pd.DataFrame({"group": supplies.group.astype(str), **columns}).astype(str)
    first = ~keys.duplicated()
    of_key = pd.DataFrame(counted)[first.to_numpy()]
    number = keys.loc[first].groupby("group").cumcount()
    group = keys.loc[first, "group"]
    names = group.where(number == 0, group + " " + (number + 1).astype(str))
    name_of = keys.loc[first].assign(name=names)
    merged = keys.merge(name_of, on=list(keys.columns), how="left", validate="m:1")
    of_key.index = pd.Index(names.to_numpy(dtype=object))
    return SupplyCarriers(np.asarray(merged["name"].to_numpy(), dtype=np.str_), of_key, attributes)


def _is_on_supplies(limit: Limit) -> bool:
    """Whether a limit adds up nothing but energy of supplies."""
    others = (
        limit.discharge,
        limit.conversion,
        limit.forward,
        limit.backward,
        limit.supply_capacity,
        limit.store_capacity,
        limit.conversion_capacity,
        limit.charge,
        limit.unserved,
        limit.response,
        limit.measure,
        limit.demand,
    )
    return bool(np.any(limit.supply)) and not any(np.any(weights) for weights in others)


@dataclass(frozen=True)
class ConversionFlows:
    """Conversions (C,) as links with a start and further ends.

    ``start`` is the bus that a link starts at, ``per_main`` (T, C) what it takes from there per
    MWh of main flow: negative where a conversion takes nothing anywhere in all hours, so that its
    link starts at the main bus and runs backward. ``ends`` are pairs of buses (C,), -1 for none,
    and of what flows into them per MWh of main flow, (T, C).
    """

    start: Indices
    per_main: Floats
    ends: tuple[tuple[Indices, Floats], ...]


def conversion_flows(system: System) -> ConversionFlows:
    """The flows of all conversions: main flows first, then ports, with one of each as the start."""
    conversions, ports = system.conversions, system.conversions.ports
    count = len(conversions)
    owner = np.concatenate([np.arange(count), ports.conversion])
    bus = np.concatenate([conversions.bus, ports.bus])
    ratio = np.hstack(
        [np.ones((system.n_hours, count)), system.series(ports.profile) * ports.ratio]
    )
    takes = np.flatnonzero((ratio < 0).all(axis=0))
    start = np.arange(count)
    # the first port that takes energy; written backwards, so that the first comes last
    start[owner[takes[::-1]]] = takes[::-1]
    others = np.setdiff1d(np.arange(len(owner)), start)
    others = others[np.argsort(owner[others], kind="stable")]
    position = pd.Series(owner[others]).groupby(owner[others]).cumcount().to_numpy()
    ends = []
    for number in range(int(position.max(initial=0)) + 1):
        here = others[position == number]
        to = np.full(count, -1, dtype=np.int64)
        amount = np.ones((system.n_hours, count))
        to[owner[here]] = bus[here]
        amount[:, owner[here]] = ratio[:, here]
        ends.append((to, amount))
    return ConversionFlows(bus[start], -ratio[:, start], tuple(ends))
