"""Costs by kind, and who gains: welfare accounts that add up whatever the prices are.

Every balance row of the program says that what enters a bus leaves it. Multiplied with the price
of the bus and added up over buses and hours, all payments for energy cancel: what consumers pay is
what plants, stores, links and market traders earn. So the surpluses of all add up to

    total welfare = value of all demand at lost-load values
                    - system cost (unserved demand included) + payments for emissions

for any prices at all; the accounts hold for a plan that is only nearly optimal, too.
"""

from __future__ import annotations

from enum import StrEnum

import numpy as np
import pandas as pd

from khazri.plan.arrays import (
    by_country,
    countries,
    energy,
    fuel_paid,
    halves,
    names,
    place_of,
    price_at,
    to_buses,
    values,
)
from khazri.plan.plan import Plan
from khazri.program.varying import Floats


class CostKind(StrEnum):
    """What money is spent on."""

    INVESTMENT = "investment"
    FIXED = "fixed operation"
    FUEL = "fuel"
    EMISSIONS = "emissions"
    SAVINGS = "efficiency measures"
    OTHER = "other variable"
    TARIFFS = "link tariffs"
    PURCHASES = "purchases from markets"
    SALES = "sales to markets"
    SHORTFALL = "missed contract volumes"
    UNSERVED = "unserved demand"
    GIVEN_UP = "demand given up"
    SHORTAGE = "missing reserve"


def costs(plan: Plan) -> pd.DataFrame:
    """Costs of the year by kind: kind, cost_eur; they add up to the cost of the plan.

    ``investment`` is the annuity of new capacity with its fixed O&M, ``fixed operation`` the fixed
    O&M of what exists; sales to markets are negative.
    """
    table = costs_by_country(plan)
    sums = table.groupby("kind", sort=False)["cost_eur"].sum()
    return pd.DataFrame({"kind": sums.index.to_numpy(), "cost_eur": sums.to_numpy()})


def costs_by_country(plan: Plan) -> pd.DataFrame:
    """Costs of the year by country and kind: country, kind, cost_eur.

    Costs of links are split half and half between the countries of both ends, those of missing
    reserve by the demand that the reserve covers. Payments for emissions are those of plants, links
    and of whoever uses fuel; what is not served, given up or saved spares them.
    """
    parts = _links_and_markets(plan)
    assets = asset_costs(plan)
    for kind in (
        CostKind.INVESTMENT,
        CostKind.FIXED,
        CostKind.FUEL,
        CostKind.EMISSIONS,
        CostKind.OTHER,
    ):
        own = by_country(plan, assets[kind].to_numpy(), assets["country"].to_numpy())
        parts[kind] = parts[kind] + own if kind in parts else own
    parts[CostKind.EMISSIONS] += _users_emissions(plan)
    parts[CostKind.SAVINGS] = _savings_cost(plan)
    parts[CostKind.GIVEN_UP] = _given_up(plan)
    blocks = energy(plan, "unserved") * values(plan, "lost_load_value")
    parts[CostKind.UNSERVED] = by_country(plan, blocks, names(plan, "unserved_block_country"))
    parts[CostKind.SHORTAGE] = _shortage_cost(plan)
    frames = [
        pd.DataFrame(
            {
                "country": parts[kind].index.to_numpy(),
                "kind": str(kind),
                "cost_eur": parts[kind].to_numpy(),
            }
        )
        for kind in CostKind
    ]
    return pd.concat(frames, ignore_index=True)


def asset_costs(plan: Plan) -> pd.DataFrame:
    """Costs of each plant, conversion and store [EUR/a].

    Returns
    -------
    DataFrame
        asset, country, one column per kind that assets have (investment, fixed operation, fuel,
        emissions, other variable), total_eur.
    """
    output = energy(plan, "supply_output")
    supply = {
        CostKind.FUEL: output * values(plan, "supply_fuel_cost"),
        CostKind.EMISSIONS: output * values(plan, "supply_emission_cost"),
        CostKind.OTHER: output * values(plan, "supply_other_cost"),
    }
    store = {
        CostKind.OTHER: energy(plan, "discharge") * values(plan, "store_discharge_cost"),
        CostKind.EMISSIONS: energy(plan, "charge") * values(plan, "charge_emission_cost")
        + energy(plan, "discharge") * values(plan, "discharge_emission_cost"),
    }
    flow = energy(plan, "conversion_output")
    conversion = {
        CostKind.OTHER: flow * values(plan, "conversion_variable_cost"),
        CostKind.EMISSIONS: flow * values(plan, "conversion_emission_cost"),
    }
    parts = []
    for dim, variable in (("supply", supply), ("conversion", conversion), ("store", store)):
        none = np.zeros(plan.data.sizes[dim])
        built, existing = values(plan, f"{dim}_built"), values(plan, f"{dim}_existing")
        parts.append(
            pd.DataFrame(
                {
                    "asset": names(plan, dim),
                    "country": names(plan, f"{dim}_country"),
                    CostKind.INVESTMENT: built * values(plan, f"{dim}_investment_cost"),
                    CostKind.FIXED: existing * values(plan, f"{dim}_fixed_cost"),
                    CostKind.FUEL: variable.get(CostKind.FUEL, none),
                    CostKind.EMISSIONS: variable.get(CostKind.EMISSIONS, none),
                    CostKind.OTHER: variable.get(CostKind.OTHER, none),
                }
            )
        )
    frame = pd.concat(parts, ignore_index=True)
    frame.columns = pd.Index([str(column) for column in frame.columns])
    return frame.assign(total_eur=frame.drop(columns=["asset", "country"]).sum(axis=1))


def _links_and_markets(plan: Plan) -> dict[CostKind, pd.Series[float]]:
    fixed = _links_fixed(plan)
    bought = plan.weight @ (values(plan, "imports") * values(plan, "buy_price"))
    sold = plan.weight @ (values(plan, "exports") * values(plan, "sell_price"))
    at = names(plan, "market_step_country")
    return {
        CostKind.INVESTMENT: halves(plan, values(plan, "link_investment")),
        CostKind.FIXED: halves(plan, fixed),
        CostKind.TARIFFS: halves(plan, _tariffs(plan)),
        CostKind.EMISSIONS: halves(plan, _links_emissions(plan)),
        CostKind.SHORTFALL: by_country(plan, _shortfall_cost(plan), at),
        CostKind.PURCHASES: by_country(plan, bought, at),
        CostKind.SALES: by_country(plan, -sold, at),
    }


def _tariffs(plan: Plan) -> Floats:
    """What each link pays for the energy sent over it, (L,) [EUR/a]."""
    forward = energy(plan, "forward") * values(plan, "link_tariff_forward")
    backward = energy(plan, "backward") * values(plan, "link_tariff_backward")
    paid: Floats = forward + backward
    return paid


def _links_emissions(plan: Plan) -> Floats:
    """What each link pays for emissions, (L,) [EUR/a]."""
    forward = energy(plan, "forward") * values(plan, "forward_emission_cost")
    paid: Floats = forward + energy(plan, "backward") * values(plan, "backward_emission_cost")
    return paid


def _shortfall_cost(plan: Plan) -> Floats:
    """What traders pay for least volumes that they miss, (M,) [EUR/a]."""
    missed = values(plan, "import_shortfall") + values(plan, "export_shortfall")
    return np.asarray(missed * values(plan, "shortfall_price"), dtype=float)


def _users_emissions(plan: Plan) -> pd.Series[float]:
    """What users pay for emissions of the energy that they get, by country [EUR/a]."""
    paid = by_country(
        plan,
        values(plan, "demand_energy") * values(plan, "demand_emission_cost"),
        names(plan, "demand_country"),
    )
    for power, flow, dim in (
        ("unserved", "unserved", "unserved_block"),
        ("given_up", "response", "response"),
        ("saved", "measure", "measure"),
    ):
        spared = energy(plan, power) * values(plan, f"{flow}_emission_cost")
        paid = paid - by_country(plan, spared, names(plan, f"{dim}_country"))
    return paid


def _savings_cost(plan: Plan) -> pd.Series[float]:
    """Cost of the measures that are taken up, by country [EUR/a]."""
    cost = values(plan, "measure_uptake") * values(plan, "measure_full_cost")
    return by_country(plan, cost, names(plan, "measure_country"))


def _given_up(plan: Plan) -> pd.Series[float]:
    """Worth to its users of the demand that is given up, by country [EUR/a]."""
    worth = energy(plan, "given_up") * values(plan, "response_price")
    return by_country(plan, worth, names(plan, "response_country"))


def _shortage_cost(plan: Plan) -> pd.Series[float]:
    """Cost of missing operating reserve, shared by the demand that each reserve covers."""
    cost = energy(plan, "reserve_shortage") * values(plan, "reserve_shortage_price")
    covered = names(plan, "reserve_covers") * energy(plan, "load")[None, :]
    total = covered.sum(axis=1, keepdims=True)
    part = np.divide(covered, total, out=np.zeros_like(covered, dtype=float), where=total > 0)
    return by_country(plan, cost @ part, names(plan, "bus_country"))


def link_rents(plan: Plan) -> tuple[Floats, Floats]:
    """Rent of each link, (L,) [EUR/a]: value received less value sent, and the same less its costs.

    What compressors draw is bought at the price of their bus. Costs are tariffs, payments for
    emissions, fixed O&M and the annuity of what is built.
    """
    start = price_at(plan, names(plan, "link_from_bus"))
    end = price_at(plan, names(plan, "link_to_bus"))
    kept = 1.0 - values(plan, "link_loss")
    forward, backward = values(plan, "forward"), values(plan, "backward")
    earned = forward * (kept * end - start) + backward * (kept * start - end)
    rent = plan.weight @ earned - _pumping(plan)
    cost = (
        _tariffs(plan)
        + _links_emissions(plan)
        + _links_fixed(plan)
        + values(plan, "link_investment")
    )
    return rent, rent - cost


def _pumping(plan: Plan) -> Floats:
    """What the compressors of each link pay for what they draw, (L,) [EUR/a]."""
    bus = names(plan, "link_compressor_bus")
    driven = bus != ""
    sent = (values(plan, "forward") + values(plan, "backward"))[:, driven]
    paid = np.zeros(len(bus))
    paid[driven] = plan.weight @ (sent * price_at(plan, bus[driven]))
    return np.asarray(paid * values(plan, "link_compressor_ratio"), dtype=float)


def _links_fixed(plan: Plan) -> Floats:
    """Fixed O&M of each existing link, by the larger of its capacities, (L,) [EUR/a]."""
    larger = np.maximum(
        values(plan, "link_existing_forward"), values(plan, "link_existing_backward")
    )
    return values(plan, "link_fixed_cost") * larger


def demand_value(plan: Plan) -> pd.Series[float]:
    """Value of all demand by country [EUR/a].

    Each block of demand, a share of its bus's, is worth its value of lost load; the shares of the
    blocks of a bus with demand add up to one. Steps of demands are worth their own price instead.
    """
    share = values(plan, "unserved_share")
    price = values(plan, "lost_load_value")
    worth = to_buses(plan, share * price, names(plan, "unserved_block_bus"))
    demanded = plan.weight @ np.maximum(values(plan, "load"), 0.0)
    steps = place_of(plan, names(plan, "response_bus"))
    less = values(plan, "response_energy") * (worth[steps] - values(plan, "response_price"))
    return by_country(plan, demanded * worth, names(plan, "bus_country")) - by_country(
        plan, less, names(plan, "response_country")
    )


def welfare(plan: Plan) -> pd.DataFrame:
    """Who gains, by country and for all (the last row, ``country`` "").

    Returns
    -------
    DataFrame
        country, [EUR/a]: consumers_eur (value of served demand less what they pay for it at
        prices, for emissions, and for measures that save energy), producers_eur (plants,
        conversions and stores: what they earn at prices and from limits and reserves, less all
        their costs), congestion_rent_eur (links, less tariffs and costs, half and half between the
        countries of both ends), traders_eur (between market steps and their bus), limit_rents_eur
        (what limits and operating reserves collect from those whom they bind; negative: what they
        pay out, e.g. to reach a share of renewables, and the cost of missing reserve),
        emissions_payments_eur (received by the state), total_eur.

    Notes
    -----
    Parts add up to the total in each row, and the totals to :func:`total_welfare` but for rounding.
    Limits are held in the country of whom they bind, so their payments cancel within it. Yearly
    energies of single plants and volumes of market steps leave their rents with the plant or the
    trader.
    """
    reserve_income, reserve_paid = _reserve_income(plan)
    limit_income = _limit_income(plan)
    consumers = _consumers(plan) + limit_income["users"]
    producers = _producers(plan) + reserve_income + limit_income["assets"]
    links = halves(plan, link_rents(plan)[1]) + limit_income["links"]
    collected = -(
        limit_income["assets"] + limit_income["links"] + limit_income["users"] + reserve_paid
    )
    assets = asset_costs(plan)
    state = by_country(
        plan, assets[str(CostKind.EMISSIONS)].to_numpy(), assets["country"].to_numpy()
    )
    state = state + _users_emissions(plan) + halves(plan, _links_emissions(plan))
    frame = pd.DataFrame(
        {
            "consumers_eur": consumers,
            "producers_eur": producers,
            "congestion_rent_eur": links,
            "traders_eur": _traders(plan),
            "limit_rents_eur": collected - _shortage_cost(plan),
            "emissions_payments_eur": state,
        },
        index=pd.Index(countries(plan)),
    )
    frame["total_eur"] = frame.sum(axis=1)
    everyone = frame.sum(axis=0).to_frame("").T
    return pd.concat([frame, everyone]).rename_axis("country").reset_index()


def total_welfare(plan: Plan) -> float:
    """Value of all demand less the cost of the plan, payments for emissions added again [EUR/a]."""
    by_kind = costs(plan).set_index("kind")["cost_eur"]
    return float(demand_value(plan).sum() - by_kind.sum() + by_kind[str(CostKind.EMISSIONS)])


def _consumers(plan: Plan) -> pd.Series[float]:
    lost = energy(plan, "unserved") * values(plan, "lost_load_value")
    blocks = names(plan, "unserved_block_bus")
    paid = plan.weight @ (values(plan, "load") * values(plan, "price"))
    spared = plan.weight @ (values(plan, "unserved") * price_at(plan, blocks))
    country = names(plan, "unserved_block_country")
    surplus = (
        demand_value(plan)
        - by_country(plan, lost - spared, country)
        - by_country(plan, paid, names(plan, "bus_country"))
        - _given_up(plan)
        - _savings_cost(plan)
        - _users_emissions(plan)
    )
    for power, dim in (("given_up", "response"), ("saved", "measure")):
        price = price_at(plan, names(plan, f"{dim}_bus"))
        unpaid = plan.weight @ (values(plan, power) * price)
        surplus = surplus + by_country(plan, unpaid, names(plan, f"{dim}_country"))
    return surplus


def _producers(plan: Plan) -> pd.Series[float]:
    """What plants, conversions and stores earn for energy, less all their costs."""
    earned = -by_country(
        plan,
        asset_costs(plan)["total_eur"].to_numpy(),
        asset_costs(plan)["country"].to_numpy(),
    )
    for output, dim in (
        (values(plan, "supply_output"), "supply"),
        (values(plan, "conversion_output"), "conversion"),
        (values(plan, "discharge") - values(plan, "charge"), "store"),
        (values(plan, "port_flow"), "port"),
    ):
        value = plan.weight @ (output * price_at(plan, names(plan, f"{dim}_bus")))
        owner = names(plan, f"{dim}_country") if dim != "port" else _owners_of_ports(plan)
        earned = earned + by_country(plan, value, owner)
    return earned - by_country(plan, fuel_paid(plan), names(plan, "supply_country"))


def _owners_of_ports(plan: Plan) -> np.ndarray:
    """Country of the conversion that each port belongs to."""
    country = dict(zip(names(plan, "conversion"), names(plan, "conversion_country"), strict=True))
    return np.array([country[name] for name in names(plan, "port_conversion")], dtype=np.str_)


def _traders(plan: Plan) -> pd.Series[float]:
    """What is left to traders: between the market's price and that of its bus, both ways."""
    price = price_at(plan, names(plan, "market_step_bus"))
    bought = values(plan, "imports") * (price - values(plan, "buy_price"))
    sold = values(plan, "exports") * (values(plan, "sell_price") - price)
    gained = plan.weight @ (bought + sold) - _shortfall_cost(plan)
    return by_country(plan, gained, names(plan, "market_step_country"))


def _reserve_income(plan: Plan) -> tuple[pd.Series[float], pd.Series[float]]:
    """What plants and stores earn with headroom at reserve prices, and the same as paid."""
    weighted = values(plan, "reserve_price") * plan.weight[:, None]
    covers = names(plan, "reserve_covers").astype(float)
    headroom = values(plan, "supply_available") - values(plan, "supply_output")
    turned = (
        values(plan, "store_availability")
        * (values(plan, "store_existing") + values(plan, "store_built"))
        - values(plan, "discharge")
        + values(plan, "charge")
    )
    income = by_country(plan, np.zeros(0), np.zeros(0, dtype=np.str_))
    for power, dim in ((headroom, "supply"), (turned, "store")):
        is_at = names(plan, f"{dim}_bus")[:, None] == names(plan, "bus")[None, :]
        price = weighted @ (covers @ is_at.T.astype(float))
        share = values(plan, f"{dim}_reserve_share")
        earned = (price * power).sum(axis=0) * share
        income = income + by_country(plan, earned, names(plan, f"{dim}_country"))
    return income, income


def _limit_income(plan: Plan) -> dict[str, pd.Series[float]]:
    """What limits pay to assets, to links and to users of energy, by country."""
    assets = by_country(plan, np.zeros(0), np.zeros(0, dtype=np.str_))
    for dim in ("supply", "conversion", "store"):
        income = values(plan, f"{dim}_limit_income")
        assets = assets + by_country(plan, income, names(plan, f"{dim}_country"))
    return {
        "assets": assets,
        "links": halves(plan, values(plan, "link_limit_income")),
        "users": by_country(plan, values(plan, "bus_limit_income"), names(plan, "bus_country")),
    }
