"""Prices in summary and in parts: energy, congestion, scarcity."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from khazri.plan.arrays import names, place_of, price_at, values
from khazri.plan.plan import Plan
from khazri.program.varying import Floats

_LOW, _HIGH = 0.05, 0.95
_NEAR = 0.99
"""Share of the lowest value of lost load from which a price counts as one of scarcity."""
_AVAILABLE_MW = 0.01


@dataclass(frozen=True)
class PriceParts:
    """Parts of the price at each bus, each (T, B) [EUR/MWh]; they add up to it."""

    energy: Floats
    congestion: Floats
    scarcity: Floats


def price_parts(plan: Plan) -> PriceParts:
    """Split prices into energy, congestion and scarcity.

    Taken apart within each connected system: all buses of one carrier that links with capacity
    join. The *ceiling* of an hour is the highest variable cost among its plants with available
    output and the highest price of its open purchases. Then

    - scarcity is what the price of a bus is above the ceiling: no plant asks for it, it is the
      value of unserved demand, of missing reserve, of new capacity or of stored water;
    - energy is the mean over the system, weighted by demand, of the prices without scarcity:
      the same at all its buses;
    - congestion is the rest: what being at this bus adds or takes off, losses included.

    A system without plants and purchases has no ceiling, hence no scarcity. Plants that draw their
    fuel from a bus ask for its price of the hour. Conversions ask for no price of their own here;
    where only a conversion is dearer than all plants, its price counts as scarcity above their
    cost.
    """
    price, load = values(plan, "price"), np.maximum(values(plan, "load"), 0.0)
    system = _systems(plan)
    ceiling = _ceilings(plan, system)[:, system]
    scarcity = np.maximum(price - ceiling, 0.0)
    rest = price - scarcity
    energy = np.zeros_like(price)
    for number in range(int(system.max(initial=-1)) + 1):
        here = np.flatnonzero(system == number)
        weight = load[:, here]
        total = weight.sum(axis=1, keepdims=True)
        weight = np.where(total > 0, weight, 1.0)
        mean = (rest[:, here] * weight).sum(axis=1) / weight.sum(axis=1)
        energy[:, here] = mean[:, None]
    return PriceParts(energy, rest - energy, scarcity)


def price_summary(plan: Plan) -> pd.DataFrame:
    """Prices of each bus over all hours [EUR/MWh], and their parts.

    Returns
    -------
    DataFrame
        bus, zone, country, carrier, mean, load_weighted (NaN without demand), lowest_5_percent and
        highest_5_percent (the prices that five percent of hours are below or above),
        hours_negative, hours_scarce (at the value of unserved demand), and the means over hours of
        energy, congestion, scarcity.
    """
    price, load, weight = values(plan, "price"), values(plan, "load"), plan.weight
    parts = price_parts(plan)
    mean = weight / weight.sum()
    demand = weight @ load
    payment = weight @ (price * load)
    served = demand > 0
    return pd.DataFrame(
        {
            "bus": names(plan, "bus"),
            "zone": names(plan, "bus_zone"),
            "country": names(plan, "bus_country"),
            "carrier": names(plan, "bus_carrier"),
            "mean": mean @ price,
            "load_weighted": np.divide(
                payment, demand, out=np.full(len(demand), np.nan), where=served
            ),
            "lowest_5_percent": np.quantile(price, _LOW, axis=0),
            "highest_5_percent": np.quantile(price, _HIGH, axis=0),
            "hours_negative": weight @ (price < 0),
            "hours_scarce": weight @ (price >= _NEAR * _lowest_lost_load_value(plan)),
            "energy": mean @ parts.energy,
            "congestion": mean @ parts.congestion,
            "scarcity": mean @ parts.scarcity,
        }
    )


def _lowest_lost_load_value(plan: Plan) -> Floats:
    """Lowest value of lost load at each bus, (B,); infinite where no demand may stay unserved."""
    lowest = np.full(plan.data.sizes["bus"], np.inf)
    place = place_of(plan, names(plan, "unserved_block_bus"))
    np.minimum.at(lowest, place, values(plan, "lost_load_value"))
    return lowest


def _systems(plan: Plan) -> NDArray[np.int64]:
    """The connected system that each bus belongs to, (B,)."""
    size = plan.data.sizes["bus"]
    total = sum(
        values(plan, f"link_{kind}_{way}")
        for kind in ("existing", "built")
        for way in ("forward", "backward")
    )
    start = place_of(plan, names(plan, "link_from_bus"))
    end = place_of(plan, names(plan, "link_to_bus"))
    carrier = names(plan, "bus_carrier")
    joined = (np.asarray(total) > _AVAILABLE_MW) & (carrier[start] == carrier[end])
    graph = coo_array((np.ones(joined.sum()), (start[joined], end[joined])), shape=(size, size))
    _, label = connected_components(graph, directed=False)
    return np.asarray(label, dtype=np.int64)


def _ceilings(plan: Plan, system: NDArray[np.int64]) -> Floats:
    """Highest cost of what could be had in each hour and system, (T, systems); infinite if none."""
    plant = system[place_of(plan, names(plan, "supply_bus"))]
    cost = (
        values(plan, "supply_fuel_cost")
        + values(plan, "supply_emission_cost")
        + values(plan, "supply_other_cost")
    )
    fuel_bus = names(plan, "supply_fuel_bus")
    draws = np.flatnonzero(fuel_bus != "")
    if len(draws):
        cost = np.tile(cost, (plan.data.sizes["hour"], 1))
        use = values(plan, "supply_fuel_use")[draws]
        cost[:, draws] += use * price_at(plan, fuel_bus[draws])
    offered = np.where(values(plan, "supply_available") > _AVAILABLE_MW, cost, -np.inf)
    market = system[place_of(plan, names(plan, "market_step_bus"))]
    is_open = values(plan, "import_capacity") > 0
    asked = np.where(is_open, values(plan, "buy_price"), -np.inf)
    highest = np.full((plan.data.sizes["hour"], int(system.max(initial=-1)) + 1), -np.inf)
    for number in range(highest.shape[1]):
        for source, offers in ((plant, offered), (market, asked)):
            best = offers[:, source == number].max(axis=1, initial=-np.inf)
            highest[:, number] = np.maximum(highest[:, number], best)
    return np.where(np.isinf(highest), np.inf, highest)
