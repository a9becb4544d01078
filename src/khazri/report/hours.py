"""Hours of one carrier, zone by zone: who supplies, who draws, what is demanded and paid."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from khazri.plan import Plan
from khazri.plan.arrays import Array, names, place_of, values
from khazri.program.varying import Floats

IMPORTS, UNSERVED, GIVEN_UP, DEMAND = "imports", "unserved", "demand_response", "demand"
_WIND = ("wind_onshore", "wind_offshore")
_SUN = ("solar",)


@dataclass(frozen=True)
class Hours:
    """Power of one carrier in each hour and zone.

    ``zones`` (Z,) are those with buses of the carrier that are no markets, ``countries`` (Z,) are
    theirs. ``power`` has for each group what enters (> 0) or leaves (< 0) the zones, (T, Z) [MW]:
    stores are negative while they charge, plants and conversions where they draw; "imports" is
    what links and markets bring less what they take; "unserved" and "demand_response" is demand
    that is not served. It all adds up to ``load`` (T, Z) [MW], demand less what measures save.
    ``price`` (T, Z) [EUR/MWh] is that of the zone's buses, by :func:`bus_shares`; ``wind`` and
    ``sun`` (T, Z) [MW] is what they could give.
    """

    carrier: str
    zones: tuple[str, ...]
    countries: tuple[str, ...]
    weight: Floats
    power: Mapping[str, Floats]
    load: Floats
    price: Floats
    wind: Floats
    sun: Floats


@dataclass(frozen=True)
class _Zones:
    """Zones of a carrier, and which of them each bus is in (-1: none), (B,)."""

    plan: Plan
    zones: tuple[str, ...]
    of_bus: Array

    def sums(self, amounts: Floats, buses: Array) -> Floats:
        """Amounts (T, n) of items at ``buses`` (n,), added up by zone, (T, Z)."""
        place = place_of(self.plan, buses)
        zone = np.where(place >= 0, self.of_bus[place], -1)
        here = np.flatnonzero(zone >= 0)
        member = zone[here][:, None] == np.arange(len(self.zones))[None, :]
        return np.asarray(amounts[:, here] @ member.astype(float))


def buses_of(plan: Plan, carrier: str) -> Array:
    """Which buses are of the carrier and no markets, (B,)."""
    is_market = names(plan, "bus_is_market").astype(bool)
    return np.asarray(~is_market & (names(plan, "bus_carrier") == carrier))


def bus_shares(plan: Plan, carrier: str) -> Floats:
    """What each bus counts for in the price of its zone, (B,): its share of the year's demand, or
    the same for all where there is none; 0 for buses of other carriers and markets."""
    here = buses_of(plan, carrier)
    demand = np.where(here, plan.weight @ values(plan, "load"), 0.0)
    zone = pd.Series(names(plan, "bus_zone"))
    total = pd.Series(demand).groupby(zone).transform("sum").to_numpy()
    count = pd.Series(here.astype(float)).groupby(zone).transform("sum").to_numpy()
    even = here / np.maximum(count, 1.0)
    return np.asarray(np.divide(demand, total, out=even, where=total > 0))


def hours_of(plan: Plan, carrier: str) -> Hours:
    """Take the hours of one carrier from a plan."""
    here = buses_of(plan, carrier)
    named = names(plan, "bus_zone")
    zones = tuple(dict.fromkeys(str(zone) for zone in named[here]))
    of_bus = np.where(here, pd.Index(zones).get_indexer(pd.Index(named)), -1)
    at = _Zones(plan, zones, of_bus)
    country = dict(zip(named.tolist(), names(plan, "bus_country").tolist(), strict=True))
    power: dict[str, Floats] = {}
    for group, amounts in _entries(at):
        power[group] = power[group] + amounts if group in power else amounts
    load = values(plan, "load")
    saved = at.sums(values(plan, "saved"), names(plan, "measure_bus"))
    return Hours(
        carrier=carrier,
        zones=zones,
        countries=tuple(str(country[zone]) for zone in zones),
        weight=plan.weight,
        power=power,
        load=at.sums(load, names(plan, "bus")) - saved,
        price=at.sums(values(plan, "price") * bus_shares(plan, carrier), names(plan, "bus")),
        wind=_available(at, _WIND),
        sun=_available(at, _SUN),
    )


def _available(at: _Zones, groups: tuple[str, ...]) -> Floats:
    chosen = np.isin(names(at.plan, "supply_group"), groups)
    power = values(at.plan, "supply_available")[:, chosen]
    return at.sums(power, names(at.plan, "supply_bus")[chosen])


def _entries(at: _Zones) -> Iterator[tuple[str, Floats]]:
    """Groups and what they bring to the zones."""
    plan = at.plan
    made = values(plan, "supply_output")
    conversion = pd.Index(names(plan, "conversion"))
    owner = conversion.get_indexer(pd.Index(names(plan, "port_conversion")))
    kind = names(plan, "conversion_group")
    draws = names(plan, "supply_fuel_bus") != ""
    for power, bus, group in (
        (made, names(plan, "supply_bus"), names(plan, "supply_group")),
        (
            -(made * values(plan, "supply_fuel_use"))[:, draws],
            names(plan, "supply_fuel_bus")[draws],
            names(plan, "supply_group")[draws],
        ),
        (values(plan, "conversion_output"), names(plan, "conversion_bus"), kind),
        (values(plan, "port_flow"), names(plan, "port_bus"), kind[owner]),
        (
            values(plan, "discharge") - values(plan, "charge"),
            names(plan, "store_bus"),
            names(plan, "store_group"),
        ),
    ):
        present = at.of_bus[place_of(plan, bus)] >= 0
        for name in dict.fromkeys(group[present].tolist()):
            chosen = present & (group == name)
            yield str(name), at.sums(power[:, chosen], bus[chosen])
    yield IMPORTS, _net_imports(at)
    yield UNSERVED, at.sums(values(plan, "unserved"), names(plan, "unserved_block_bus"))
    yield GIVEN_UP, at.sums(values(plan, "given_up"), names(plan, "response_bus"))


def _net_imports(at: _Zones) -> Floats:
    """What links and markets bring to each zone less what they take, compressors included."""
    plan = at.plan
    forward, backward = values(plan, "forward"), values(plan, "backward")
    kept = 1.0 - values(plan, "link_loss")
    pumps = names(plan, "link_compressor_bus")
    driven = pumps != ""
    pumping = ((forward + backward) * values(plan, "link_compressor_ratio"))[:, driven]
    traded = values(plan, "imports") - values(plan, "exports")
    return (
        at.sums(backward * kept - forward, names(plan, "link_from_bus"))
        + at.sums(forward * kept - backward, names(plan, "link_to_bus"))
        + at.sums(-pumping, pumps[driven])
        + at.sums(traded, names(plan, "market_step_bus"))
    )
