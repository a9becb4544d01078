"""From a system and its optimum to the plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

import khazri
from khazri.plan.plan import Plan, stamp
from khazri.plan.variables import VARIABLES
from khazri.program import Program
from khazri.program.families import Column, Global, GlobalRow, Row
from khazri.program.proof import sum_activity
from khazri.program.varying import Floats, Indices
from khazri.solve.certificate import FEASIBILITY
from khazri.solve.optimize import Optimum
from khazri.system.system import Conversions, Names, Phases, Stores, Supplies, System

_HOURS_WITHOUT_LEAP_DAY = 8760

Titles = Mapping[str, Mapping[str, str]]
"""Names shown to readers, by ``bus``, ``asset``, ``link`` and ``corridor`` and then by id."""

_Arrays = dict[str, NDArray[Any]]


def make_plan(
    system: System,
    program: Program,
    optimum: Optimum,
    titles: Titles | None = None,
    facts: Mapping[str, Any] | None = None,
) -> Plan:
    """Put an optimum into the planner's words.

    Parameters
    ----------
    system, program
        The year and its equations, one stage an hour.
    optimum
        What :func:`khazri.solve.optimize.optimize` found for ``program``.
    titles
        Names shown to readers; ids stand for those that are missing.
    facts
        Further attributes of the dataset: key, options, time and seconds of the run.
    """
    result = _Result(system, program, optimum)
    built = _built(result)
    values: _Arrays = {
        "weight": program.weight,
        "load": system.load,
        "price": result.dual(Row.BALANCE),
        **_supplies(result, built),
        **_stores(result, built),
        **_conversions(result, built),
        **_links(result, built),
        **_markets(result),
        **_demand(result),
        **_savings(result),
        **_emissions(system),
        **_limits(result),
        **_limit_incomes(result, built),
        **_proof(result),
    }
    variables = {name: _variable(name, array, system) for name, array in values.items()}
    coords = {**_hours(system), **_items(system, titles or {}), **_labels(result)}
    data = xr.Dataset(variables, coords=coords, attrs=stamp(_attributes(result, facts or {})))
    missing = set(VARIABLES) - set(data.data_vars)
    assert not missing, f"the plan lacks {sorted(missing)}"
    return Plan(data)


@dataclass(frozen=True)
class _Result:
    """What a plan is made from."""

    system: System
    program: Program
    optimum: Optimum

    def columns(self, family: Column) -> Floats:
        """Values of a family of stage columns, (T, n)."""
        return self.optimum.point.x[:, self.program.columns.of(family)]

    def dual(self, family: Row) -> Floats:
        """Multipliers of a family of stage rows per hour of weight, (T, n)."""
        rows = self.optimum.point.row_dual[:, self.program.rows.of(family)]
        return np.asarray(rows / self.program.weight[:, None], dtype=float)

    def globals_of(self, family: Global) -> Floats:
        """Values of a family of global columns, (n,)."""
        return self.optimum.point.y[self.program.globals.of(family)]


@dataclass(frozen=True)
class _Built:
    """New capacity [MW] of each item, and the share built of each phase."""

    supply: Floats
    store: Floats
    conversion: Floats
    link: Floats
    phase: Floats


def _built(result: _Result) -> _Built:
    system = result.system

    def spread(family: Global, grows: NDArray[np.bool_]) -> Floats:
        capacity = np.zeros(len(grows))
        capacity[grows] = result.globals_of(family)
        return capacity

    links = system.links
    in_phase = links.phase >= 0
    link = spread(Global.LINK, (links.build_max_mw > 0) & ~in_phase)
    phase = result.globals_of(Global.PHASE)
    link[in_phase] = phase[links.phase[in_phase]] * links.build_max_mw[in_phase]
    return _Built(
        supply=spread(Global.SUPPLY, system.supplies.build_max_mw > 0),
        store=spread(Global.STORE, system.stores.build_max_mw > 0),
        conversion=spread(Global.CONVERSION, system.conversions.build_max_mw > 0),
        link=link,
        phase=phase,
    )


def _supplies(result: _Result, built: _Built) -> _Arrays:
    supplies = result.system.supplies
    available = result.system.series(supplies.profile) * supplies.availability
    return {
        "supply_output": result.columns(Column.SUPPLY),
        "supply_available": available * (supplies.existing_mw + built.supply),
        "supply_existing": supplies.existing_mw,
        "supply_built": built.supply,
        "supply_retired": supplies.retired_mw,
        "supply_potential": supplies.existing_mw + supplies.build_max_mw,
        "supply_fuel_cost": supplies.fuel_cost,
        # The parts must add up to what the program charged.
        "supply_other_cost": supplies.variable_cost - supplies.fuel_cost - supplies.emissions.cost,
        "supply_investment_cost": supplies.investment_cost,
        "supply_fixed_cost": supplies.fixed_cost,
        "supply_fuel_use": supplies.fuel_per_mwh,
        "supply_reserve_share": supplies.reserve_share,
    }


def _stores(result: _Result, built: _Built) -> _Arrays:
    stores = result.system.stores
    inflow = result.system.series(stores.inflow_profile) * stores.inflow_mw
    spill = np.zeros_like(inflow)
    spill[:, stores.inflow_mw > 0] = result.columns(Column.SPILL)
    discharge, charge = _two_ways(result.columns(Column.DISCHARGE), result.columns(Column.CHARGE))
    return {
        "charge": charge,
        "discharge": discharge,
        "level": result.columns(Column.LEVEL),
        "inflow": inflow,
        "spill": spill,
        "stored_value": -result.dual(Row.STORE),
        "store_existing": stores.discharge_mw,
        "store_built": built.store,
        "store_retired": stores.retired_mw,
        "store_potential": stores.discharge_mw + stores.build_max_mw,
        "store_charge_capacity": stores.charge_mw + stores.charge_ratio * built.store,
        "store_energy_capacity": stores.energy_mwh + stores.hours * built.store,
        "store_availability": stores.availability,
        "store_discharge_cost": stores.variable_cost,
        "store_investment_cost": stores.investment_cost,
        "store_fixed_cost": stores.fixed_cost,
        "store_reserve_share": stores.reserve_share,
    }


def _conversions(result: _Result, built: _Built) -> _Arrays:
    conversions = result.system.conversions
    ports = conversions.ports
    output = result.columns(Column.CONVERSION)
    highest = result.system.series(conversions.profile) * conversions.availability
    ratio = result.system.series(ports.profile) * ports.ratio
    return {
        "conversion_output": output,
        "conversion_available": highest * (conversions.existing_mw + built.conversion),
        "port_flow": output[:, ports.conversion] * ratio,
        "conversion_existing": conversions.existing_mw,
        "conversion_built": built.conversion,
        "conversion_retired": conversions.retired_mw,
        "conversion_potential": conversions.existing_mw + conversions.build_max_mw,
        "conversion_variable_cost": conversions.variable_cost,
        "conversion_investment_cost": conversions.investment_cost,
        "conversion_fixed_cost": conversions.fixed_cost,
    }


def _links(result: _Result, built: _Built) -> _Arrays:
    links, phases = result.system.links, result.system.phases
    passive = ~np.isnan(links.reactance)
    sent = np.zeros((result.program.n_stages, len(links)))
    sent_back = np.zeros_like(sent)
    sent[:, passive] = result.columns(Column.FLOW)
    sent[:, ~passive] = result.columns(Column.FORWARD)
    sent_back[:, ~passive] = result.columns(Column.BACKWARD)
    forward, backward = _two_ways(sent, sent_back)
    return {
        "forward": forward,
        "backward": backward,
        "link_existing_forward": links.forward_mw,
        "link_existing_backward": links.backward_mw,
        "link_built_forward": built.link,
        "link_built_backward": built.link * links.backward_ratio,
        "link_potential_forward": links.forward_mw + links.build_max_mw,
        "link_loss": np.where(passive, 0.0, links.loss),
        "link_tariff_forward": np.where(passive, 0.0, links.tariff_forward),
        "link_tariff_backward": np.where(passive, 0.0, links.tariff_backward),
        "link_compressor_ratio": links.compressor_ratio,
        "link_fixed_cost": links.fixed_cost,
        "link_investment": _link_investment(result, built),
        "phase_built": built.phase,
        "phase_investment_cost": phases.investment_cost,
    }


def _two_ways(one: Floats, other: Floats) -> tuple[Floats, Floats]:
    """What goes each way; a negative value of the first, of a signed column, is the other way."""
    return np.maximum(one, 0.0), other + np.maximum(-one, 0.0)


def _link_investment(result: _Result, built: _Built) -> Floats:
    """Annuity of what is built of each link; a phase's is shared out by the links' own costs."""
    links, phases = result.system.links, result.system.phases
    own = links.investment_cost * links.build_max_mw
    in_phase = links.phase >= 0
    phase = links.phase[in_phase]
    total = np.bincount(phase, own[in_phase], minlength=len(phases))
    count = np.bincount(phase, minlength=len(phases))
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(total[phase] > 0, own[in_phase] / total[phase], 1.0 / count[phase])
    cost = links.investment_cost * built.link
    cost[in_phase] = share * (phases.investment_cost * built.phase)[phase]
    return cost


def _markets(result: _Result) -> _Arrays:
    markets = result.system.markets
    buy_price, sell_price = result.system.market_prices()
    missed = {}
    for way, family, least in (
        ("import", Global.IMPORT_SHORTFALL, markets.import_min_mwh),
        ("export", Global.EXPORT_SHORTFALL, markets.export_min_mwh),
    ):
        missed[f"{way}_shortfall"] = np.zeros(len(markets))
        priced = ~np.isnan(markets.shortfall_price) & (least > 0)
        missed[f"{way}_shortfall"][priced] = result.globals_of(family)
    return {
        **missed,
        "shortfall_price": np.nan_to_num(markets.shortfall_price),
        "imports": result.columns(Column.IMPORT),
        "exports": result.columns(Column.EXPORT),
        "buy_price": buy_price,
        "sell_price": sell_price,
        "import_capacity": markets.import_max_mw,
        "export_capacity": markets.export_max_mw,
    }


def _demand(result: _Result) -> _Arrays:
    system, program = result.system, result.program
    shortage = program.columns.of(Column.SHORTAGE)
    required = [
        reserve.requirement_share * system.load[:, reserve.buses].sum(axis=1)
        for reserve in system.reserves
    ]
    return {
        "unserved": result.columns(Column.UNSERVED),
        "unserved_share": system.unserved.share,
        "lost_load_value": system.unserved.price,
        "retired": system.retirements.retired_mw,
        "reserve_price": result.dual(Row.RESERVE),
        "reserve_requirement": np.array(required).reshape(-1, system.n_hours).T,
        "reserve_shortage": result.columns(Column.SHORTAGE),
        "reserve_shortage_price": program.cost.constant[shortage],
    }


def _savings(result: _Result) -> _Arrays:
    """Demand that is saved or given up."""
    system = result.system
    measures, responses = system.measures, system.responses
    energy = system.demand_energy(result.program.weight)
    uptake = result.globals_of(Global.MEASURE)
    price = result.dual(Row.BALANCE)[:, measures.bus]
    weight = result.program.weight
    total = weight @ measures.saving
    paid = np.divide(
        weight @ (measures.saving * price), total, out=np.zeros(len(measures)), where=total > 0
    )
    return {
        "measure_worth": paid + measures.emissions.cost,
        "demand_energy": energy,
        "given_up": result.columns(Column.RESPONSE),
        "response_price": responses.price,
        "response_energy": responses.share * energy[responses.demand],
        "saved": measures.saving * uptake,
        "measure_uptake": uptake,
        "measure_potential": measures.potential_mwh,
        "measure_rebound": measures.rebound,
        "measure_full_cost": measures.investment_cost,
    }


def _emissions(system: System) -> _Arrays:
    """What each kind of flow emits per MWh, and pays for it."""
    flows = {
        "supply": system.supplies.emissions,
        "conversion": system.conversions.emissions,
        "charge": system.stores.charge_emissions,
        "discharge": system.stores.discharge_emissions,
        "forward": system.links.forward_emissions,
        "backward": system.links.backward_emissions,
        "demand": system.demands.emissions,
        "unserved": system.unserved.emissions,
        "response": system.responses.emissions,
        "measure": system.measures.emissions,
    }
    values: _Arrays = {}
    for flow, emissions in flows.items():
        values[f"{flow}_emission_factor"] = emissions.co2
        values[f"{flow}_methane_factor"] = emissions.ch4
        values[f"{flow}_co2e_factor"] = emissions.co2e
        values[f"{flow}_emission_cost"] = emissions.cost
    return values


def _limit_price(result: _Result) -> Floats:
    """Multipliers of the global rows, (R,): those of the plan; of rounds, those of the bound."""
    optimum = result.optimum
    return optimum.point.sum_dual[0] if optimum.is_exact else optimum.bound_sum_dual


def _limit_rows(program: Program) -> Indices:
    """Global rows that limit something, the order of phases and overlaps left out."""
    order = (GlobalRow.PHASE_ORDER, GlobalRow.MEASURE_GROUP)
    return np.flatnonzero(~np.isin(program.global_rows.family, order))


def _limits(result: _Result) -> _Arrays:
    program, point = result.program, result.optimum.point
    rows = _limit_rows(program)
    price = _limit_price(result)[rows]
    low, high = program.sum_lower[rows], program.sum_upper[rows]
    given = np.zeros(len(rows))
    energy = result.system.demand_energy(program.weight)
    given[: len(result.system.limits)] = [
        float(limit.demand @ energy) if len(limit.demand) else 0.0 for limit in result.system.limits
    ]
    return {
        "limit_value": np.where(_is_lower(low, high, price), low, high) + given,
        "limit_used": sum_activity(program, point.x, point.y)[rows] + given,
        "limit_price": price,
    }


def _is_lower(low: Floats, high: Floats, price: Floats) -> NDArray[np.bool_]:
    """Whether the lower side of a limit is the one to show: the only one, or the one that binds."""
    return np.asarray(np.isinf(high) | (np.isfinite(low) & (price > 0)), dtype=np.bool_)


def _limit_incomes(result: _Result, built: _Built) -> _Arrays:
    """What each item would be paid if every limit were a market at its multiplier [EUR/a]."""
    system, weight = result.system, result.program.weight
    links = system.links
    rows = result.program.global_rows.of(GlobalRow.LIMIT)
    price = _limit_price(result)[rows]
    forward, backward = (np.zeros(len(links)) for _ in range(2))
    free = np.isnan(links.reactance)
    forward[free] = weight @ result.columns(Column.FORWARD)
    backward[free] = weight @ result.columns(Column.BACKWARD)
    supply = weight @ result.columns(Column.SUPPLY)
    store = weight @ result.columns(Column.DISCHARGE)
    charge = weight @ result.columns(Column.CHARGE)
    conversion = weight @ result.columns(Column.CONVERSION)
    income = {
        "supply_limit_income": np.zeros(len(system.supplies)),
        "store_limit_income": np.zeros(len(system.stores)),
        "conversion_limit_income": np.zeros(len(system.conversions)),
        "link_limit_income": np.zeros(len(links)),
        "bus_limit_income": np.zeros(len(system.buses)),
    }
    uses = (
        ("demand", system.demands.bus, system.demand_energy(weight)),
        ("unserved", system.unserved.bus, weight @ result.columns(Column.UNSERVED)),
        ("response", system.responses.bus, weight @ result.columns(Column.RESPONSE)),
        ("measure", system.measures.bus, result.globals_of(Global.MEASURE)),
    )
    for limit, worth in zip(system.limits, price, strict=True):
        for name, coefficients, amount in (
            ("supply_limit_income", limit.supply, supply),
            ("store_limit_income", limit.charge, charge),
            ("store_limit_income", limit.discharge, store),
            ("conversion_limit_income", limit.conversion, conversion),
            ("link_limit_income", limit.forward, forward),
            ("link_limit_income", limit.backward, backward),
            ("supply_limit_income", limit.supply_capacity, built.supply),
            ("store_limit_income", limit.store_capacity, built.store),
            ("conversion_limit_income", limit.conversion_capacity, built.conversion),
        ):
            if len(coefficients):
                income[name] += worth * coefficients * amount
        for name, bus, amount in uses:
            coefficients = getattr(limit, name)
            if len(coefficients):
                np.add.at(income["bus_limit_income"], bus, worth * coefficients * amount)
    return dict(income)


def _proof(result: _Result) -> _Arrays:
    optimum, families = result.optimum, result.optimum.certificate.families
    rounds = optimum.rounds
    size = np.array([check.size for check in families])
    return {
        "violation": np.array([check.violation for check in families]),
        "family_size": size,
        "tolerance": FEASIBILITY * np.maximum(1.0, size),
        "round_segments": np.array([r.n_segments for r in rounds]),
        "round_cost": np.array([r.cost for r in rounds]),
        "round_bound": np.array([r.bound for r in rounds]),
        "round_seconds_segments": np.array([r.seconds_segments for r in rounds]),
        "round_seconds_bound": np.array([r.seconds_bound for r in rounds]),
        "round_seconds_dispatch": np.array([r.seconds_dispatch for r in rounds]),
        "round_iterations": np.array([r.iterations for r in rounds]),
        "bound_row_dual": optimum.bound_row_dual,
        "bound_sum_dual": optimum.bound_sum_dual,
    }


def _variable(name: str, array: NDArray[Any], system: System) -> xr.Variable:
    about = VARIABLES[name]
    values = np.asarray(array)
    if about.is_hourly:
        values = values.astype(np.float32)
    units = about.unit.replace("EUR", system.currency)
    return xr.Variable(about.dims, values, {"units": units, "long_name": about.meaning})


def _hours(system: System) -> dict[str, Any]:
    """Hours 0..T-1, and their time in UTC; of a leap year the 29 February is left out."""
    start = pd.Timestamp(year=system.year, month=1, day=1)
    hours = pd.date_range(start, periods=system.n_hours + 24, freq="h")
    leap_day = (hours.month == 2) & (hours.day == 29)
    kept = hours[~leap_day] if system.n_hours <= _HOURS_WITHOUT_LEAP_DAY else hours
    time = kept[: system.n_hours].to_numpy()
    return {
        "hour": ("hour", np.arange(system.n_hours), {"long_name": "hour of the year, from 0"}),
        "time": ("hour", time, {"long_name": "begin of the hour, UTC"}),
    }


def _items(system: System, titles: Titles) -> dict[str, Any]:
    """Names, places and kinds of all items."""
    buses, links, markets = system.buses, system.links, system.markets
    ports = system.conversions.ports
    coords: dict[str, Any] = {
        "bus": buses.name,
        "bus_title": ("bus", _titles(buses.name, titles, "bus")),
        "bus_zone": ("bus", buses.zone),
        "bus_country": ("bus", buses.country),
        "bus_carrier": ("bus", buses.carrier),
        "bus_is_market": ("bus", buses.is_market),
        "bus_unit": ("bus", buses.unit),
        "link": links.name,
        "link_title": ("link", _titles(links.name, titles, "link")),
        "link_kind": ("link", links.kind),
        "phase": system.phases.name,
        "phase_corridor": ("phase", system.phases.corridor),
        "phase_title": ("phase", _phase_titles(system.phases, titles)),
        "market_step": markets.name,
        "market_step_market": ("market_step", markets.market),
        "unserved_block": system.unserved.name,
        "demand": system.demands.name,
        "demand_sector": ("demand", system.demands.sector),
        "response": system.responses.name,
        "response_demand": ("response", system.demands.name[system.responses.demand]),
        "measure": system.measures.name,
        "measure_title": ("measure", system.measures.title),
        "measure_sector": ("measure", system.measures.sector),
        "measure_overlap": (
            "measure",
            np.append(system.measure_groups.name, "")[system.measures.group],
        ),
        "supply_fuel_bus": ("supply", np.append(buses.name, "")[system.supplies.fuel_bus]),
        "link_compressor_bus": ("link", np.append(buses.name, "")[links.compressor_bus]),
        "reserve": _texts(reserve.name for reserve in system.reserves),
        "retirement_asset": ("retirement", system.retirements.name),
        "port_conversion": ("port", system.conversions.name[ports.conversion]),
    }
    groups: tuple[tuple[str, Supplies | Stores | Conversions], ...] = (
        ("supply", system.supplies),
        ("store", system.stores),
        ("conversion", system.conversions),
    )
    for dim, group in groups:
        coords[dim] = group.name
        coords[f"{dim}_title"] = (dim, _titles(group.name, titles, "asset"))
        coords[f"{dim}_technology"] = (dim, group.technology)
        coords[f"{dim}_group"] = (dim, group.group)
    for name in ("fuel", "renewable"):
        coords[f"supply_{name}"] = ("supply", getattr(system.supplies, name))
    coords["store_renewable"] = ("store", system.stores.renewable)
    for name in ("technology", "group"):
        coords[f"retirement_{name}"] = ("retirement", getattr(system.retirements, name))
    coords["retirement_title"] = (
        "retirement",
        _titles(system.retirements.name, titles, "asset"),
    )
    for dim, bus in (
        ("supply", system.supplies.bus),
        ("store", system.stores.bus),
        ("conversion", system.conversions.bus),
        ("port", ports.bus),
        ("market_step", markets.bus),
        ("unserved_block", system.unserved.bus),
        ("demand", system.demands.bus),
        ("response", system.responses.bus),
        ("measure", system.measures.bus),
        ("retirement", system.retirements.bus),
        ("link_from", links.from_bus),
        ("link_to", links.to_bus),
    ):
        over = dim.removesuffix("_from").removesuffix("_to")
        coords[f"{dim}_bus"] = (over, buses.name[bus])
        coords[f"{dim}_zone"] = (over, buses.zone[bus])
        coords[f"{dim}_country"] = (over, buses.country[bus])
    member = np.zeros((len(system.reserves), len(buses)), dtype=bool)
    for number, reserve in enumerate(system.reserves):
        member[number, reserve.buses] = True
    coords["reserve_covers"] = (("reserve", "bus"), member)
    return coords


def _labels(result: _Result) -> dict[str, Any]:
    """Names of limits, of the certificate's families and of the rows behind the bound."""
    program, families = result.program, result.optimum.certificate.families
    rows = _limit_rows(program)
    own = {limit.name: limit for limit in result.system.limits}
    family, item = program.global_rows.family[rows], program.global_rows.item[rows]
    is_own = family == GlobalRow.LIMIT
    named = [own[str(i)] if yes else None for i, yes in zip(item, is_own, strict=True)]
    price = _limit_price(result)[rows]
    lower = _is_lower(program.sum_lower[rows], program.sum_upper[rows], price)
    return {
        "limit": _texts(
            str(i) if limit else f"{f} of {i}"
            for f, i, limit in zip(family, item, named, strict=True)
        ),
        "limit_kind": (
            "limit",
            _texts(
                str(limit.kind) if limit else str(f) for f, limit in zip(family, named, strict=True)
            ),
        ),
        "limit_item": ("limit", item),
        "limit_sense": ("limit", np.where(lower, "min", "max")),
        "limit_unit": ("limit", _texts(limit.unit if limit else "MWh" for limit in named)),
        "family": _texts(check.family for check in families),
        "family_unit": ("family", _texts(check.unit for check in families)),
        "family_item": ("family", _texts(check.item for check in families)),
        "family_stage": ("family", np.array([check.stage for check in families])),
        "stage_row_family": ("stage_row", program.rows.family),
        "stage_row_item": ("stage_row", program.rows.item),
        "global_row_family": ("global_row", program.global_rows.family),
        "global_row_item": ("global_row", program.global_rows.item),
    }


def _attributes(result: _Result, facts: Mapping[str, Any]) -> dict[str, Any]:
    system, optimum = result.system, result.optimum
    certificate = optimum.certificate
    return {
        "title": system.title,
        "case": system.case,
        "year": system.year,
        "scenario": system.scenario,
        "currency": system.currency,
        "price_year": system.price_year,
        "gwp_horizon_a": system.gwp_horizon_a,
        "case_hash": system.case_hash,
        "khazri_version": khazri.__version__,
        "solver": optimum.solver,
        "is_exact": int(optimum.is_exact),
        "cost": certificate.cost,
        "bound": certificate.bound,
        "claimed_cost": certificate.claimed_cost,
        "unsupported_cost": certificate.unsupported_cost,
        "unsupported_stage": certificate.unsupported_stage,
        "mean_stage_cost": certificate.mean_stage_cost,
        "plan_key": "",
        "options": "{}",
        "input_hashes": "{}",
        "seed": "",
        "price_basis": "",
        "created": "",
        "seconds": float("nan"),
        **facts,
    }


def _titles(names: Names, titles: Titles, kind: str) -> Names:
    known = titles.get(kind, {})
    return _texts(known.get(str(name), str(name)) for name in names)


def _phase_titles(phases: Phases, titles: Titles) -> Names:
    """The name of the corridor, with the number of the phase where there are several."""
    known = titles.get("corridor", {})
    corridors = [str(name) for name in phases.corridor]
    shown = []
    for place, corridor in enumerate(corridors):
        title = known.get(corridor, corridor)
        number = corridors[: place + 1].count(corridor)
        shown.append(f"{title}, phase {number}" if corridors.count(corridor) > 1 else title)
    return _texts(shown)


def _texts(values: Any) -> Names:
    return np.array([str(value) for value in values], dtype=np.str_)
