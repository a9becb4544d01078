"""A plan as a PyPSA network: capacities at the plan's, operation as planned, costs all the same."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from khazri.interop.attributes import Component
from khazri.interop.export_parts import carriers_of_supplies, conversion_flows
from khazri.interop.network import Network, make_network
from khazri.plan.arrays import names, values
from khazri.plan.plan import Plan
from khazri.program.varying import Floats, Indices
from khazri.system.system import Responses, System, UnservedBlocks

_Strings = NDArray[np.str_]

PURCHASE, SALE, UNSERVED, BACKWARD = "purchase", "sale", "unserved", "backward"
GIVEN_UP = "given up"
"""Words that name what a network has beside the items of a case, and the carriers of such."""


@dataclass(frozen=True)
class Exported:
    """A plan as a network, and what of the plan the network does not hold, in sentences."""

    network: Network
    not_carried: tuple[str, ...]


@dataclass(frozen=True)
class _Part:
    """Some components of one kind: values (n,), and what may vary, (T, n).

    What does not vary goes to the table after all; ``results`` stay hourly.
    """

    kind: Component
    names: _Strings
    table: Mapping[str, object]
    hourly: Mapping[str, Floats] = field(default_factory=dict)
    results: Mapping[str, Floats] = field(default_factory=dict)


def export_network(
    plan: Plan, system: System, places: Mapping[str, tuple[float, float]] | None = None
) -> Exported:
    """Write a plan as a PyPSA network.

    Parameters
    ----------
    plan
        A plan of whole hours.
    system
        The year of the case that it is a plan of: ``build_system(case, plan.year)``.
    places
        Latitude and longitude of each zone; buses have no position without.

    Returns
    -------
    Exported
        The network with capacities fixed at the plan's and with the plan's operation and prices as
        its results. ``capital_cost`` is what the year pays for a MW: annuities of what is built and
        fixed O&M of what exists, in proportion. So ``network.statistics.system_cost()`` adds up to
        the cost of the plan; optimising the network again gives no more than that, and exactly that
        where the plan is exact and nothing is ``not_carried``.
    """
    supply_carriers = carriers_of_supplies(system)
    parts = [
        _buses(plan, system, places or {}),
        _loads(plan, system),
        _supplies(plan, system, supply_carriers.of_supply),
        _fed_supplies(plan, system),
        _unserved(plan, system),
        _given_up(plan, system),
        *_markets(plan, system),
        _stores(plan, system, supply_carriers.table.index),
        _conversions(plan, system),
        _lines(plan, system),
        *_links(plan, system),
        _limits(system, supply_carriers.attributes),
    ]
    tables: dict[Component, pd.DataFrame] = {}
    series: dict[Component, dict[str, pd.DataFrame]] = {}
    snapshots = pd.Index(names(plan, "time"), name="snapshot")
    for kind in Component:
        of_kind = [part for part in parts if part.kind is kind and len(part.names)]
        if of_kind:
            tables[kind], series[kind] = _joined(of_kind, snapshots)
    tables[Component.CARRIER] = _carriers(supply_carriers.table, tables)
    left = tuple(_not_carried(plan, system, supply_carriers.attributes))
    return Exported(
        make_network(
            snapshots,
            tables,
            series,
            weightings=pd.DataFrame(
                np.repeat(plan.weight[:, None], 3, axis=1),
                snapshots,
                ["objective", "stores", "generators"],
            ),
            attributes={"network_name": f"{plan.title} {plan.year}", "meta": _meta(plan, left)},
        ),
        left,
    )


def _joined(
    parts: Sequence[_Part], snapshots: pd.Index
) -> tuple[pd.DataFrame, dict[str, pd.DataFrame]]:
    """The table and the series of components of one kind."""
    tables: list[pd.DataFrame] = []
    pieces: dict[str, list[pd.DataFrame]] = {}
    for part in parts:
        table = pd.DataFrame(dict(part.table), index=pd.Index(part.names.astype(object)))
        for name, array in part.hourly.items():
            moves = np.ptp(array, axis=0) > 0
            table[name] = array[0]
            pieces.setdefault(name, []).append(
                pd.DataFrame(array[:, moves], snapshots, table.index[moves])
            )
        for name, array in part.results.items():
            pieces.setdefault(name, []).append(pd.DataFrame(array, snapshots, table.index))
        tables.append(table)
    whole = pd.concat(tables)
    assert whole.index.is_unique, "two components of one kind have the same name"
    return whole, {name: pd.concat(frames, axis=1) for name, frames in pieces.items()}


def _buses(plan: Plan, system: System, places: Mapping[str, tuple[float, float]]) -> _Part:
    buses = system.buses
    here = [places.get(str(zone), (0.0, 0.0)) for zone in buses.zone]
    return _Part(
        Component.BUS,
        buses.name,
        {
            "carrier": _bus_carriers(system),
            "x": [longitude for _, longitude in here],
            "y": [latitude for latitude, _ in here],
            "country": buses.country,
            "zone": buses.zone,
        },
        results={"marginal_price": values(plan, "price")},
    )


def _bus_carriers(system: System) -> _Strings:
    """Carriers of buses; PyPSA takes the reactance of lines only where the carrier is "AC"."""
    passive = ~np.isnan(system.links.reactance)
    meshed = np.unique(system.buses.carrier[system.links.from_bus[passive]])
    return np.where(np.isin(system.buses.carrier, meshed), "AC", system.buses.carrier)


def _loads(plan: Plan, system: System) -> _Part:
    """Demand less what the measures that are taken up save."""
    has = np.flatnonzero(system.load.any(axis=0))
    saved = system.measures.saving * values(plan, "measure_uptake")
    lowered = system.load.copy()
    np.subtract.at(lowered.T, system.measures.bus, saved.T)
    load = lowered[:, has]
    return _Part(
        Component.LOAD,
        system.buses.name[has],
        {"bus": system.buses.name[has], "carrier": _bus_carriers(system)[has]},
        {"p_set": load},
        {"p": load},
    )


def _supplies(plan: Plan, system: System, carrier: _Strings) -> _Part:
    """Plants that buy their fuel, or need none, as generators."""
    supplies = system.supplies
    here = np.flatnonzero(supplies.fuel_bus < 0)
    existing, build_max = supplies.existing_mw[here], supplies.build_max_mw[here]
    paid = _paid(plan, "supply", supplies.existing_mw)[here]
    capacity = existing + values(plan, "supply_built")[here]
    return _Part(
        Component.GENERATOR,
        supplies.name[here],
        {
            "bus": system.buses.name[supplies.bus[here]],
            "carrier": carrier[here],
            **_capacity("p_nom", capacity, existing, build_max, paid),
            "marginal_cost": supplies.variable_cost[here],
            "efficiency": _inverse(supplies.fuel_per_mwh[here], np.ones(len(here))),
            "e_sum_min": np.nan_to_num(supplies.energy_min_mwh[here], nan=-np.inf),
            "e_sum_max": np.nan_to_num(supplies.energy_max_mwh[here], nan=np.inf),
            # a plant may never change by more than all of its capacity
            "ramp_limit_up": supplies.ramp_per_h[here],
            "ramp_limit_down": supplies.ramp_per_h[here],
        },
        _shares_of_capacity(system, here),
        {"p": values(plan, "supply_output")[:, here]},
    )


def _fed_supplies(plan: Plan, system: System) -> _Part:
    """Plants that draw their fuel from a bus as links from there, sized by their fuel."""
    supplies = system.supplies
    here = np.flatnonzero(supplies.fuel_bus >= 0)
    fuel = supplies.fuel_per_mwh[here]
    existing, build_max = supplies.existing_mw[here] * fuel, supplies.build_max_mw[here] * fuel
    paid = _paid(plan, "supply", supplies.existing_mw)[here] / fuel
    capacity = existing + values(plan, "supply_built")[here] * fuel
    output = values(plan, "supply_output")[:, here]
    return _Part(
        Component.LINK,
        supplies.name[here],
        {
            "bus0": system.buses.name[supplies.fuel_bus[here]],
            "bus1": system.buses.name[supplies.bus[here]],
            "carrier": supplies.group[here],
            **_capacity("p_nom", capacity, existing, build_max, paid),
            "marginal_cost": supplies.variable_cost[here] / fuel,
            "efficiency": 1.0 / fuel,
            "ramp_limit_up": supplies.ramp_per_h[here],
            "ramp_limit_down": supplies.ramp_per_h[here],
        },
        _shares_of_capacity(system, here),
        {"p": output * fuel, "p0": output * fuel, "p1": -output},
    )


def _shares_of_capacity(system: System, here: Indices) -> dict[str, Floats]:
    """What supplies may and must give of their capacity in each hour, (T, n)."""
    supplies = system.supplies
    return {
        "p_max_pu": system.series(supplies.profile[here]) * supplies.availability[here],
        "p_min_pu": system.series(supplies.min_profile[here]) * supplies.min_output[here],
    }


def _unserved(plan: Plan, system: System) -> _Part:
    """Demand that stays unserved, at most as large as its block."""
    unserved = system.unserved
    most = np.maximum(system.load[:, unserved.bus], 0.0) * unserved.share
    return _left_out(system, UNSERVED, unserved, most, values(plan, "unserved"))


def _given_up(plan: Plan, system: System) -> _Part:
    """Demand that its users give up, at most as large as its step."""
    responses = system.responses
    demanded = system.series(system.demands.profile[responses.demand])
    most = demanded * system.demands.mean_mw[responses.demand] * responses.share
    return _left_out(system, GIVEN_UP, responses, most, values(plan, "given_up"))


def _left_out(
    system: System, word: str, group: UnservedBlocks | Responses, most: Floats, used: Floats
) -> _Part:
    """Demand that is not met as dear generators of the size of ``most`` (T, n) [MW]."""
    size = most.max(axis=0, initial=0.0)
    return _Part(
        Component.GENERATOR,
        _named(word, group.name),
        {
            "bus": system.buses.name[group.bus],
            "carrier": word,
            "p_nom": size,
            "p_nom_opt": size,
            "marginal_cost": group.price - group.emissions.cost,
        },
        {"p_max_pu": most * _inverse(size, np.zeros(len(size)))},
        {"p": used},
    )


def _markets(plan: Plan, system: System) -> Iterable[_Part]:
    """Steps of markets as generators: purchases, and sales with the sign turned."""
    markets = system.markets
    buy, sell = system.market_prices()
    must = np.isnan(markets.shortfall_price)
    for word, sign, price, size, least, volume, used in (
        (PURCHASE, 1.0, buy, markets.import_max_mw, markets.import_min_mwh,
         markets.import_max_mwh, "imports"),
        (SALE, -1.0, -sell, markets.export_max_mw, markets.export_min_mwh,
         markets.export_max_mwh, "exports"),
    ):  # fmt: skip
        open_ = np.flatnonzero(size > 0)
        yield _Part(
            Component.GENERATOR,
            _named(word, markets.name[open_]),
            {
                "bus": system.buses.name[markets.bus[open_]],
                "carrier": word,
                "sign": np.full(len(open_), sign),
                "p_nom": size[open_],
                "p_nom_opt": size[open_],
                "e_sum_min": np.nan_to_num(np.where(must, least, np.nan)[open_], nan=-np.inf),
                "e_sum_max": np.nan_to_num(volume[open_], nan=np.inf),
            },
            {"marginal_cost": price[:, open_]},
            {"p": values(plan, used)[:, open_]},
        )


def _stores(plan: Plan, system: System, taken: pd.Index) -> _Part:
    stores = system.stores
    built = values(plan, "store_built")
    charge = stores.charge_mw + stores.charge_ratio * built
    discharge = stores.discharge_mw + built
    energy = stores.energy_mwh + stores.hours * built
    # one capacity for both ways; 1 where there is none, so that shares of it are numbers
    power = np.where((discharge > 0) | (charge > 0), np.maximum(discharge, charge), 1.0)
    inflow = system.series(stores.inflow_profile) * stores.inflow_mw
    given, taken_up = values(plan, "discharge"), values(plan, "charge")
    is_cyclic = np.isnan(stores.start_level)
    paid = values(plan, "store_investment_cost") * built + stores.fixed_cost * stores.discharge_mw
    return _Part(
        Component.STORAGE_UNIT,
        stores.name,
        {
            "bus": system.buses.name[stores.bus],
            "carrier": np.where(
                np.isin(stores.group, taken), stores.group + " store", stores.group
            ),
            "p_nom": power,
            "p_nom_opt": power,
            "p_max_pu": stores.availability * discharge / power,
            "p_min_pu": -stores.availability * charge / power,
            "max_hours": energy / power,
            "capital_cost": paid / power,
            "marginal_cost": stores.variable_cost + stores.discharge_emissions.cost,
            "efficiency_store": stores.charge_efficiency,
            "efficiency_dispatch": stores.discharge_efficiency,
            "standing_loss": stores.standing_loss_per_h,
            "cyclic_state_of_charge": is_cyclic,
            # PyPSA counts no loss in the first hour
            "state_of_charge_initial": np.where(is_cyclic, 0.0, stores.start_level)
            * (1.0 - stores.standing_loss_per_h)
            * energy,
        },
        {"inflow": inflow},
        {
            "p": given - taken_up,
            "p_dispatch": given,
            "p_store": taken_up,
            "state_of_charge": values(plan, "level"),
            "spill": values(plan, "spill"),
        },
    )


def _conversions(plan: Plan, system: System) -> _Part:
    """Conversions as links that start where they take their energy from."""
    conversions = system.conversions
    flows = conversion_flows(system)
    capacity = conversions.existing_mw + values(plan, "conversion_built")
    paid = _paid(plan, "conversion", conversions.existing_mw) * capacity
    # power at the start per main flow: the largest of the year makes the capacity
    size = np.abs(flows.per_main).max(axis=0)
    nominal = capacity * size
    least = flows.per_main / size * conversions.min_output
    most = flows.per_main / size * system.series(conversions.profile) * conversions.availability
    main = values(plan, "conversion_output")
    power = main * flows.per_main
    ends, hourly, results = {}, {}, {}
    for position, (bus, ratio) in enumerate(flows.ends, start=1):
        suffix = "" if position == 1 else str(position)
        ends[f"bus{position}"] = np.where(bus >= 0, system.buses.name[bus], "")
        hourly[f"efficiency{suffix}"] = ratio / flows.per_main
        results[f"p{position}"] = -main * ratio
    return _Part(
        Component.LINK,
        conversions.name,
        {
            "bus0": system.buses.name[flows.start],
            **ends,
            "carrier": conversions.group,
            "p_nom": nominal,
            "p_nom_opt": nominal,
            "capital_cost": paid * _inverse(nominal, np.zeros(len(nominal))),
        },
        {
            "p_min_pu": np.minimum(least, most),
            "p_max_pu": np.maximum(least, most),
            "marginal_cost": (conversions.variable_cost + conversions.emissions.cost)
            / flows.per_main,
            **hourly,
        },
        {"p": power, "p0": power, **results},
    )


def _lines(plan: Plan, system: System) -> _Part:
    """Links under the voltage law, whose reactance is that at 1 kV, the voltage of all buses."""
    links = system.links
    here = np.flatnonzero(~np.isnan(links.reactance))
    forward, backward = _link_sizes(plan, system)
    size = np.maximum(forward, backward)[here]
    flow = (values(plan, "forward") - values(plan, "backward"))[:, here]
    return _Part(
        Component.LINE,
        links.name[here],
        {
            "bus0": system.buses.name[links.from_bus[here]],
            "bus1": system.buses.name[links.to_bus[here]],
            "carrier": "AC",
            "x": links.reactance[here],
            "s_nom": size,
            "s_nom_opt": size,
            "capital_cost": _paid_for_links(plan, system)[here] * _inverse(size, 0.0 * size),
        },
        results={"p0": flow, "p1": -flow},
    )


def _links(plan: Plan, system: System) -> Iterable[_Part]:
    """Links by choice, one for each direction; the larger one bears the cost of both."""
    links = system.links
    forward, backward = _link_sizes(plan, system)
    paid = _paid_for_links(plan, system)
    free = np.isnan(links.reactance)
    charge = links.tariff_forward + links.forward_emissions.cost
    charge_back = links.tariff_backward + links.backward_emissions.cost
    for size, is_bearer, ends, tariff, used, word in (
        (forward, forward >= backward, (links.from_bus, links.to_bus), charge, "forward", ""),
        (backward, forward < backward, (links.to_bus, links.from_bus), charge_back, "backward",
         BACKWARD),
    ):  # fmt: skip
        here = np.flatnonzero(free & ((size > 0) | (not word)))
        power = values(plan, used)[:, here]
        kept, pumped = 1.0 - links.loss[here], links.compressor_ratio[here]
        pumps = np.append(system.buses.name, "")[links.compressor_bus[here]]
        yield _Part(
            Component.LINK,
            _named(word, links.name[here]) if word else links.name[here],
            {
                "bus0": system.buses.name[ends[0][here]],
                "bus1": system.buses.name[ends[1][here]],
                "carrier": links.kind[here],
                "efficiency": kept,
                **({"bus2": pumps, "efficiency2": -pumped} if pumped.any() else {}),
                "p_nom": size[here],
                "p_nom_opt": size[here],
                "capital_cost": (paid * is_bearer * _inverse(size, 0.0 * size))[here],
                "marginal_cost": tariff[here],
            },
            results={
                "p": power,
                "p0": power,
                "p1": -kept * power,
                **({"p2": pumped * power} if pumped.any() else {}),
            },
        )


def _limits(system: System, attributes: Mapping[str, str]) -> _Part:
    """Yearly limits on what plants make, by what a unit of their fuel counts."""
    kept = [limit for limit in system.limits if limit.name in attributes]
    return _Part(
        Component.GLOBAL_CONSTRAINT,
        np.array([limit.name for limit in kept], dtype=np.str_),
        {
            "type": "primary_energy",
            "carrier_attribute": [attributes[limit.name] for limit in kept],
            "sense": ["<=" if limit.sense == "max" else ">=" for limit in kept],
            "constant": [limit.value for limit in kept],
        },
    )


def _carriers(of_supplies: pd.DataFrame, tables: Mapping[Component, pd.DataFrame]) -> pd.DataFrame:
    """All carriers that components name; only those of supplies count for anything."""
    named = {str(name) for table in tables.values() if "carrier" in table
             for name in table["carrier"]}  # fmt: skip
    others = sorted(named - set(of_supplies.index))
    return of_supplies.reindex([*of_supplies.index, *others], fill_value=0.0)


def _not_carried(plan: Plan, system: System, attributes: Mapping[str, str]) -> Iterable[str]:
    """What optimising the network again would not keep to."""
    for limit in system.limits:
        if limit.name not in attributes:
            yield (
                f"limit '{limit.name}' ({limit.kind.value}): the plan's operation keeps to it, but "
                "PyPSA has no such limit"
            )
    for reserve in system.reserves:
        yield f"operating reserve '{reserve.name}': PyPSA has no reserves"
    yield from _demand_not_carried(plan, system)
    missing = float((plan.weight @ values(plan, "reserve_shortage")).sum())
    if missing > 0:
        yield f"missing operating reserve of {missing:,.0f} MWh, whose cost the network lacks"
    if (system.supplies.ramp_per_h < 1).any():
        yield "the change of output from the last hour to the first, which PyPSA leaves free"
    for name in system.conversions.name[system.conversions.ramp_per_h < 1]:
        yield f"ramp limit of '{name}', whose link there may change as it likes"
    forward, backward = _link_sizes(plan, system)
    uneven = ~np.isnan(system.links.reactance) & (forward != backward)
    for name in system.links.name[uneven]:
        yield f"line '{name}': PyPSA knows one capacity for both ways; it has the larger one"


def _demand_not_carried(plan: Plan, system: System) -> Iterable[str]:
    """What measures, users and contracts pay, which a network has no place for."""
    taken = np.flatnonzero(values(plan, "measure_uptake") > 0)
    if len(taken):
        yield (
            f"{len(taken)} efficiency measures: loads are what they leave, at the plan's uptake, "
            "and their cost is not in the network"
        )
    if (system.demands.emissions.cost != 0).any():
        yield "payments of users for emissions of their demand, which are not in the network"
    if (system.stores.charge_emissions.cost != 0).any():
        yield "payments for emissions of charging stores: PyPSA has no cost of charging"
    supplies, markets = system.supplies, system.markets
    bound = ~np.isnan(supplies.energy_min_mwh) | ~np.isnan(supplies.energy_max_mwh)
    for name in supplies.name[bound & (supplies.fuel_bus >= 0)]:
        yield f"yearly energy of '{name}': PyPSA has no such bound on links"
    least = np.fmax(markets.import_min_mwh, markets.export_min_mwh) > 0
    for name in markets.name[least & ~np.isnan(markets.shortfall_price)]:
        yield f"least volume of market step '{name}', which the plan may miss for a price"


def _meta(plan: Plan, not_carried: Sequence[str]) -> str:
    """What PyPSA keeps as ``network.meta``: the plan behind the network."""
    facts = {
        "plan_key": plan.key,
        "case": str(plan.data.attrs["case"]),
        "year": plan.year,
        "scenario": plan.scenario,
        "currency": f"{plan.currency} of {plan.price_year}",
        "cost": plan.cost,
        "bound": plan.bound,
        "not_carried": list(not_carried),
    }
    return json.dumps({"khazri": facts})


def _capacity(
    name: str, capacity: Floats, existing: Floats, build_max: Floats, paid: Floats
) -> dict[str, object]:
    """A capacity at the plan's, with the bounds that it had and what the year pays for a MW."""
    return {
        name: capacity,
        f"{name}_opt": capacity,
        f"{name}_min": existing,
        f"{name}_max": existing + build_max,
        "capital_cost": paid,
    }


def _paid(plan: Plan, kind: str, existing: Floats) -> Floats:
    """What the year pays for a MW: of new and of existing capacity, in proportion [EUR/MW/a]."""
    built = values(plan, f"{kind}_built")
    new, old = values(plan, f"{kind}_investment_cost"), values(plan, f"{kind}_fixed_cost")
    return np.asarray((new * built + old * existing) * _inverse(existing + built, 0.0 * built))


def _paid_for_links(plan: Plan, system: System) -> Floats:
    """What the year pays for each link [EUR/a]."""
    larger = np.maximum(system.links.forward_mw, system.links.backward_mw)
    return np.asarray(values(plan, "link_investment") + system.links.fixed_cost * larger)


def _link_sizes(plan: Plan, system: System) -> tuple[Floats, Floats]:
    """Capacity of each link forward and backward, after building [MW]."""
    forward = system.links.forward_mw + values(plan, "link_built_forward")
    backward = system.links.backward_mw + values(plan, "link_built_backward")
    return forward, backward


def _inverse(numbers: Floats, otherwise: Floats) -> Floats:
    """1 over ``numbers``; ``otherwise`` where they are zero."""
    inverse: Floats = np.divide(
        1.0, numbers, out=np.array(otherwise, dtype=float), where=numbers > 0
    )
    return inverse


def _named(word: str, items: _Strings) -> _Strings:
    """Names of what a case has no name for."""
    return np.asarray([f"{item} {word}" for item in items], dtype=np.str_)
