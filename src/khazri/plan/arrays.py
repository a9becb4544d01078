"""Variables of a plan as arrays, and sums of them over hours, buses and countries."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from khazri.plan.plan import Plan
from khazri.program.varying import Floats

Array = NDArray[Any]

NOISE_MW = 0.01
"""Power in one hour and place below which unserved demand is a digit of the solver."""


def values(plan: Plan, name: str) -> Floats:
    """A variable of the plan as double precision."""
    return np.asarray(plan.data.variables[name].to_numpy(), dtype=float)


def names(plan: Plan, coordinate: str) -> Array:
    """A coordinate of the plan."""
    return np.asarray(plan.data.variables[coordinate].to_numpy())


def energy(plan: Plan, name: str) -> Floats:
    """Energy of the year [MWh] of each item of an hourly variable, (n,)."""
    return plan.weight @ values(plan, name)


def price_at(plan: Plan, buses: Array) -> Floats:
    """Prices (T, n) [EUR/MWh] at the named ``buses`` (n,)."""
    return values(plan, "price")[:, place_of(plan, buses)]


def fuel_paid(plan: Plan) -> Floats:
    """What supplies pay for fuel that they draw from buses, at its prices, (S,) [EUR/a]."""
    bus = names(plan, "supply_fuel_bus")
    draws = bus != ""
    paid = np.zeros(len(bus))
    worth = values(plan, "supply_output")[:, draws] * price_at(plan, bus[draws])
    paid[draws] = (plan.weight @ worth) * values(plan, "supply_fuel_use")[draws]
    return paid


def place_of(plan: Plan, buses: Array) -> NDArray[np.int64]:
    """Position of each named bus, (n,)."""
    index = pd.Index(names(plan, "bus"))
    return np.asarray(index.get_indexer(pd.Index(buses)), dtype=np.int64)


def to_buses(plan: Plan, amounts: Floats, buses: Array) -> Floats:
    """Add up amounts (T, n) or (n,) of items at ``buses`` (n,): (T, B) or (B,)."""
    is_at = buses[:, None] == names(plan, "bus")[None, :]
    return np.asarray(np.asarray(amounts, dtype=float) @ is_at.astype(float))


def main_carrier(plan: Plan) -> str:
    """The carrier that headlines speak of: the first, in the order of buses, with demand."""
    carriers = names(plan, "bus_carrier")
    demanded = carriers[energy(plan, "load") > 0]
    return str([*demanded, *carriers][0])


def countries(plan: Plan) -> list[str]:
    """Countries of the buses, in the order of the case."""
    return list(dict.fromkeys(str(name) for name in names(plan, "bus_country")))


def by_country(plan: Plan, amounts: Floats, country: Array) -> pd.Series[float]:
    """Add up amounts (n,) by their ``country`` (n,); every country of the plan has an entry."""
    sums = pd.Series(np.asarray(amounts, dtype=float), index=pd.Index(country))
    return sums.groupby(level=0).sum().reindex(countries(plan), fill_value=0.0)


def halves(plan: Plan, amounts: Floats) -> pd.Series[float]:
    """Amounts (L,) of links, half and half to the countries of both ends."""
    start = by_country(plan, 0.5 * amounts, names(plan, "link_from_country"))
    return start + by_country(plan, 0.5 * amounts, names(plan, "link_to_country"))
