"""Tables that follow from a plan: capacity, generation, links, balances, emissions, limits."""

from __future__ import annotations

import numpy as np
import pandas as pd

from khazri.plan.accounts import asset_costs, link_rents
from khazri.plan.arrays import (
    NOISE_MW,
    Array,
    by_country,
    energy,
    fuel_paid,
    names,
    place_of,
    price_at,
    to_buses,
    values,
)
from khazri.plan.emissions import emissions_by_source
from khazri.plan.plan import Plan
from khazri.plan.words import number
from khazri.program.varying import Floats

CONGESTED = 0.95
"""Share of its capacity from which a link counts as congested."""

_BINDING = 0.01
"""Worth of one unit [EUR] below which a limit does not bind: last digits of the solver."""

_ASSET = ("asset", "name", "zone", "country", "technology", "group")


def capacity(plan: Plan) -> pd.DataFrame:
    """Capacity [MW] of each plant, conversion and store, and of what has retired.

    Returns
    -------
    DataFrame
        asset, name, zone, country, technology, group, existing_mw, built_mw, retired_mw,
        potential_mw (what exists and what could be built).
    """
    parts = [
        _of_group(plan, dim).assign(
            existing_mw=values(plan, f"{dim}_existing"),
            built_mw=values(plan, f"{dim}_built"),
            retired_mw=values(plan, f"{dim}_retired"),
            potential_mw=values(plan, f"{dim}_potential"),
        )
        for dim in ("supply", "conversion", "store")
    ]
    present = pd.concat(parts, ignore_index=True)
    retired = _of_group(plan, "retirement").assign(
        existing_mw=0.0, built_mw=0.0, retired_mw=values(plan, "retired"), potential_mw=0.0
    )
    gone = retired[~retired["asset"].isin(present["asset"])]
    return pd.concat([present, gone], ignore_index=True)


def _of_group(plan: Plan, dim: str) -> pd.DataFrame:
    """Names, places and kinds of the items of a group."""
    item = "retirement_asset" if dim == "retirement" else dim
    coordinates = (item, *(f"{dim}_{name}" for name in ("title", *_ASSET[2:])))
    return pd.DataFrame(
        {column: names(plan, name) for column, name in zip(_ASSET, coordinates, strict=True)}
    )


def generation(plan: Plan) -> pd.DataFrame:
    """What each plant, conversion and store did in the year.

    Returns
    -------
    DataFrame
        asset, name, zone, country, technology, group, energy_mwh (stores: what they delivered,
        conversions: their main flow), curtailed_mwh (available output of renewables without fuel
        that is not used; stores: inflow spilled), load_factor (0..1), revenue_eur (energy sold
        less energy bought, at prices), cost_eur (all costs of the asset, payments for emissions
        included).
    """
    weight = plan.weight
    costs = asset_costs(plan).set_index("asset")["total_eur"]
    free = names(plan, "supply_renewable").astype(bool) & (names(plan, "supply_fuel") == "")
    unused = np.maximum(values(plan, "supply_available") - values(plan, "supply_output"), 0.0)
    sold = {
        "supply": values(plan, "supply_output"),
        "conversion": values(plan, "conversion_output"),
        "store": values(plan, "discharge") - values(plan, "charge"),
    }
    further = {
        "supply": -fuel_paid(plan),
        "conversion": _port_revenue(plan),
        "store": np.zeros(plan.data.sizes["store"]),
    }
    delivered = {
        "supply": energy(plan, "supply_output"),
        "conversion": energy(plan, "conversion_output"),
        "store": energy(plan, "discharge"),
    }
    curtailed = {
        "supply": np.where(free, weight @ unused, 0.0),
        "conversion": np.zeros(plan.data.sizes["conversion"]),
        "store": energy(plan, "spill"),
    }
    parts = []
    for dim, power in sold.items():
        total = values(plan, f"{dim}_existing") + values(plan, f"{dim}_built")
        most = total * weight.sum()
        revenue = weight @ (power * price_at(plan, names(plan, f"{dim}_bus")))
        parts.append(
            _of_group(plan, dim).assign(
                energy_mwh=delivered[dim],
                curtailed_mwh=curtailed[dim],
                load_factor=_ratio(delivered[dim], most),
                revenue_eur=revenue + further[dim],
            )
        )
    frame = pd.concat(parts, ignore_index=True)
    return frame.assign(cost_eur=frame["asset"].map(costs).to_numpy(dtype=float))


def _port_revenue(plan: Plan) -> Floats:
    """What the further ports of each conversion earn, (C,); negative where they buy."""
    value = plan.weight @ (values(plan, "port_flow") * price_at(plan, names(plan, "port_bus")))
    owner = names(plan, "port_conversion")[:, None] == names(plan, "conversion")[None, :]
    return np.asarray(value @ owner.astype(float), dtype=float)


def links(plan: Plan) -> pd.DataFrame:
    """Capacity, use and rent of each link.

    Returns
    -------
    DataFrame
        link, name, kind, from_bus, to_bus, from_zone, to_zone, from_country, to_country,
        capacity_forward_mw and capacity_backward_mw (after building), built_mw (forward),
        energy_forward_mwh and energy_backward_mwh (sent), losses_mwh, load_factor (energy sent
        both ways over what the larger capacity could carry), hours_congested (at 95 % of capacity
        or more), rent_eur (value received less value sent), net_rent_eur (the same less tariffs
        and costs of the link).
    """
    data = plan.data
    forward, backward = values(plan, "forward"), values(plan, "backward")
    most = [
        values(plan, f"link_existing_{way}") + values(plan, f"link_built_{way}")
        for way in ("forward", "backward")
    ]
    sent = energy(plan, "forward"), energy(plan, "backward")
    full = np.zeros(data.sizes["link"])
    for flow, limit in zip((forward, backward), most, strict=True):
        full += plan.weight @ ((flow >= CONGESTED * limit) & (limit > 0) & (flow > NOISE_MW))
    rent, net = link_rents(plan)
    ends = [f"{end}_{place}" for place in ("bus", "zone", "country") for end in ("from", "to")]
    return pd.DataFrame(
        {
            "link": names(plan, "link"),
            "name": names(plan, "link_title"),
            "kind": names(plan, "link_kind"),
            **{end: names(plan, f"link_{end}") for end in ends},
            "capacity_forward_mw": most[0],
            "capacity_backward_mw": most[1],
            "built_mw": values(plan, "link_built_forward"),
            "energy_forward_mwh": sent[0],
            "energy_backward_mwh": sent[1],
            "losses_mwh": values(plan, "link_loss") * (sent[0] + sent[1]),
            "load_factor": _ratio(sent[0] + sent[1], np.maximum(*most) * plan.weight.sum()),
            "hours_congested": full,
            "rent_eur": rent,
            "net_rent_eur": net,
        }
    )


def exchange(plan: Plan) -> pd.DataFrame:
    """Energy sent between countries over all links, before losses.

    Returns
    -------
    DataFrame
        from_country, to_country, carrier, energy_mwh; one row per ordered pair that a link joins.
    """
    start, end = names(plan, "link_from_country"), names(plan, "link_to_country")
    carrier = names(plan, "bus_carrier")[place_of(plan, names(plan, "link_from_bus"))]
    ways = pd.DataFrame(
        {
            "from_country": np.concatenate([start, end]),
            "to_country": np.concatenate([end, start]),
            "carrier": np.tile(carrier, 2),
            "energy_mwh": np.concatenate([energy(plan, "forward"), energy(plan, "backward")]),
        }
    )
    between = ways[ways["from_country"] != ways["to_country"]]
    keys = ["from_country", "to_country", "carrier"]
    return between.groupby(keys, as_index=False, sort=False).sum()


def balance(plan: Plan) -> pd.DataFrame:
    """Energy of the year that enters (> 0) and leaves (< 0) each bus, by item.

    Returns
    -------
    DataFrame
        bus, zone, country, carrier, item, energy_mwh. Items: generation, conversion, discharge,
        charge, received, sent (over links), purchases, sales (at markets), unserved, demand. The
        rows of a bus add up to zero but for rounding. What plants and compressors draw is "fuel"
        and "pumping"; "saved" is what measures take off the demand, "given up" what users do
        without.
    """

    def at(name: str, buses: Array, factor: float | Floats = 1.0) -> Floats:
        return to_buses(plan, energy(plan, name) * factor, buses)

    start, end = names(plan, "link_from_bus"), names(plan, "link_to_bus")
    kept = 1.0 - values(plan, "link_loss")
    market, store = names(plan, "market_step_bus"), names(plan, "store_bus")
    pumps, ratio = names(plan, "link_compressor_bus"), values(plan, "link_compressor_ratio")
    items = {
        "generation": at("supply_output", names(plan, "supply_bus")),
        "conversion": at("conversion_output", names(plan, "conversion_bus"))
        + at("port_flow", names(plan, "port_bus")),
        "discharge": at("discharge", store),
        "charge": at("charge", store, -1.0),
        "received": at("forward", end, kept) + at("backward", start, kept),
        "sent": at("forward", start, -1.0) + at("backward", end, -1.0),
        "purchases": at("imports", market),
        "sales": at("exports", market, -1.0),
        "fuel": at(
            "supply_output", names(plan, "supply_fuel_bus"), -values(plan, "supply_fuel_use")
        ),
        "pumping": at("forward", pumps, -ratio) + at("backward", pumps, -ratio),
        "saved": at("saved", names(plan, "measure_bus")),
        "given up": at("given_up", names(plan, "response_bus")),
        "unserved": at("unserved", names(plan, "unserved_block_bus")),
        "demand": -energy(plan, "load"),
    }
    places = {
        column: names(plan, coordinate)
        for column, coordinate in (
            ("bus", "bus"),
            ("zone", "bus_zone"),
            ("country", "bus_country"),
            ("carrier", "bus_carrier"),
        )
    }
    parts = [
        pd.DataFrame({**places, "item": item, "energy_mwh": amounts})
        for item, amounts in items.items()
    ]
    return pd.concat(parts, ignore_index=True)


def unserved(plan: Plan) -> pd.DataFrame:
    """Demand that stays unserved: zone, country, energy_mwh, hours, peak_mw; only where it does.

    Powers below :data:`~khazri.plan.arrays.NOISE_MW` are last digits of the solver.
    """
    zone = names(plan, "bus_zone")
    power = np.asarray(plan.unserved.to_numpy(), dtype=float)
    power = np.where(power > NOISE_MW, power, 0.0)
    frame = pd.DataFrame(power.T).groupby(zone, sort=False).sum()
    hourly = frame.to_numpy().T
    country = dict(zip(zone, names(plan, "bus_country"), strict=True))
    table = pd.DataFrame(
        {
            "zone": frame.index.to_numpy(),
            "country": [country[z] for z in frame.index],
            "energy_mwh": plan.weight @ hourly,
            "hours": plan.weight @ (hourly > 0),
            "peak_mw": hourly.max(axis=0, initial=0.0),
        }
    )
    return table[table["energy_mwh"] > 0].reset_index(drop=True)


def emissions(plan: Plan) -> pd.DataFrame:
    """Emissions of each country [t]: country, emissions_t (CO2), methane_t, co2e_t (both)."""
    table = emissions_by_source(plan)
    sums = {
        column: by_country(plan, table[source].to_numpy(), table["country"].to_numpy())
        for column, source in (
            ("emissions_t", "co2_t"),
            ("methane_t", "methane_t"),
            ("co2e_t", "co2e_t"),
        )
    }
    frame = pd.DataFrame(sums)
    return frame.rename_axis("country").reset_index()


def fuel_use(plan: Plan) -> pd.DataFrame:
    """Fuel burned by plants (LHV) [MWh], bought or drawn: country, fuel, energy_mwh.

    Conversions (CHP plants, boilers, refineries) have no fuel but flows of carriers: what they draw
    is in :func:`~khazri.plan.energy_balance`, line conversion.
    """
    frame = pd.DataFrame(
        {
            "country": names(plan, "supply_country"),
            "fuel": names(plan, "supply_fuel"),
            "energy_mwh": energy(plan, "supply_output") * values(plan, "supply_fuel_use"),
        }
    )
    burned = frame[frame["fuel"] != ""]
    return burned.groupby(["country", "fuel"], as_index=False, sort=False).sum()


def limits(plan: Plan) -> pd.DataFrame:
    """What each limit is worth.

    Returns
    -------
    DataFrame
        limit, kind, item, sense, value, used, unit, price_eur (what the cost grows by per unit
        that the value grows), words (empty where the limit does not bind).

    Notes
    -----
    Values of capacity limits and planning reserves are those left for new capacity. Prices are the
    multipliers behind the bound: in a plan that is not exact they may differ from zero where the
    plan itself uses a little less than the limit.
    """
    frame = pd.DataFrame(
        {
            "limit": names(plan, "limit"),
            "kind": names(plan, "limit_kind"),
            "item": names(plan, "limit_item"),
            "sense": names(plan, "limit_sense"),
            "value": values(plan, "limit_value"),
            "used": values(plan, "limit_used"),
            "unit": names(plan, "limit_unit"),
            "price_eur": values(plan, "limit_price"),
        }
    )
    words = [
        _worth(float(price), str(unit), plan.currency)
        for price, unit in zip(frame["price_eur"], frame["unit"], strict=True)
    ]
    return frame.assign(words=np.array(words, dtype=np.str_))


def _worth(price: float, unit: str, currency: str) -> str:
    if abs(price) < _BINDING:
        return ""
    amount = f"{number(abs(price))} {currency}"
    if price > 0:
        return f"One more {unit} required would cost {amount}."
    return f"One more {unit} allowed would save {amount}."


def _ratio(part: Floats, whole: Floats) -> Floats:
    """The quotient; NaN where there is nothing to divide by."""
    result: Floats = np.full(len(whole), np.nan)
    np.divide(part, whole, out=result, where=whole > 0)
    return result
