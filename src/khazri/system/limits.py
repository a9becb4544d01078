"""Limits of one year as coefficients of what they add up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from khazri.case.years import Outside, at_year
from khazri.errors import Issue
from khazri.system.demand import demand_energy
from khazri.system.inputs import Inputs, flags_of, indices, some_of
from khazri.system.system import (
    Buses,
    Conversions,
    Demands,
    Emissions,
    Flags,
    Floats,
    Limit,
    LimitKind,
    Links,
    Measures,
    Names,
    OperatingReserve,
    Responses,
    Stores,
    Supplies,
    UnservedBlocks,
)

_OPERATING_RESERVE = "operating_reserve"
_OF_DEMAND = (LimitKind.SHARE, LimitKind.PLANNING_RESERVE, _OPERATING_RESERVE)
_MANY = ";"
_NONE: Floats = np.zeros(0)

_UNITS = {
    LimitKind.ENERGY: "MWh",
    LimitKind.CAPACITY: "MW",
    LimitKind.EMISSIONS: "t",
    LimitKind.SHARE: "MWh",
    LimitKind.TRADE: "MWh",
    LimitKind.NET_TRADE: "MWh",
    LimitKind.PLANNING_RESERVE: "MW",
}


@dataclass(frozen=True)
class Parts:
    """What limits add up: the groups of a system, and load (T, B) [MW]."""

    buses: Buses
    supplies: Supplies
    stores: Stores
    conversions: Conversions
    links: Links
    demands: Demands
    unserved: UnservedBlocks
    responses: Responses
    measures: Measures
    load: Floats


def build_limits(
    inputs: Inputs, parts: Parts
) -> tuple[tuple[Limit, ...], tuple[OperatingReserve, ...]]:
    """Limits and operating reserves of the year.

    Values are linear between the given years; outside of them there is no limit. A limit that
    nothing in the year can break is left out; a lower limit that nothing can meet is an issue, and
    so is an upper limit on capacity that what exists exceeds. Shares and reserves are of demand of
    one carrier, and of what serves it: several in a scope are an issue, and so is an operating
    reserve without demand.
    """
    table = at_year(inputs.tables["limits"], ["limit"], ["value"], inputs.year, Outside.ABSENT)
    rows = [_with_carrier(inputs, parts, row) for row in _rows(table)]
    limits = [_limit(inputs, parts, row) for row in rows if row["kind"] != _OPERATING_RESERVE]
    limits += _energy_limits(inputs, parts)
    reserves = [
        OperatingReserve(
            name=str(row["limit"]),
            buses=np.flatnonzero(_scope_of_buses(parts.buses, row) & ~parts.buses.is_market),
            requirement_share=float(row["value"]),
        )
        for row in rows
        if row["kind"] == _OPERATING_RESERVE
    ]
    return tuple(limit for limit in limits if limit is not None), tuple(reserves)


def _rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(key): value for key, value in row.items()} for row in table.to_dict("records")]


def _with_carrier(inputs: Inputs, parts: Parts, row: dict[str, Any]) -> dict[str, Any]:
    """A row that refers to demand with the carrier of the demand in its scope."""
    if row["kind"] not in _OF_DEMAND:
        return row
    carriers = _check_demand(inputs, parts, row)
    return {**row, "carrier": str(carriers[0])} if len(carriers) else row


def _check_demand(inputs: Inputs, parts: Parts, row: dict[str, Any]) -> Names:
    """Demand that a limit refers to is of one carrier; what reserves lack has a price there.

    Returns the carriers of the demand in the scope.
    """
    buses, demands = parts.buses, parts.demands
    scope = _scope_of_buses(buses, row)
    is_hourly = row["kind"] == _OPERATING_RESERVE
    if is_hourly:
        scope = scope & ~buses.is_market
    carriers: Names = np.unique(buses.carrier[demands.bus[scope[demands.bus]]])
    column = "zone" if row["zone"] else "country"
    expected, found, hint = "", str(row[column]), ""
    if len(carriers) > 1:
        expected = "one carrier: energy of several does not add up"
        hint = "name the carrier whose demand counts"
        column, found = "carrier", some_of(carriers)
    elif is_hourly and not len(carriers):
        expected = "a scope with demand: missing reserve costs what unserved demand does"
    if expected:
        row_id = f"{row['limit']}|{inputs.year}"
        issue = Issue("limits.csv", expected, found, row_id=row_id, column=column, hint=hint)
        inputs.issues.append(issue)
    return carriers


def _limit(inputs: Inputs, parts: Parts, row: dict[str, Any]) -> Limit | None:
    """One limit; None where it holds whatever is planned, or where it is an issue."""
    kind = LimitKind(row["kind"])
    value, coefficients = _TERMS[kind](inputs, parts, row)
    kept = {name: array for name, array in coefficients.items() if np.any(array != 0)}
    if kind in (LimitKind.EMISSIONS, LimitKind.NET_TRADE) and kept:
        return _make(str(row["limit"]), kind, str(row["sense"]), value, kept)
    is_met = value <= 0 if row["sense"] == "min" else value >= 0 and not kept
    # all other coefficients are positive: the sum of nothing, or of the least, is 0
    if not is_met and (not kept or value < 0):
        inputs.issues.append(_cannot_be_kept(inputs, row, value))
        return None
    return None if is_met else _make(str(row["limit"]), kind, str(row["sense"]), value, kept)


def _make(name: str, kind: LimitKind, sense: str, value: float, arrays: dict[str, Floats]) -> Limit:
    def array(group: str) -> Floats:
        return arrays.get(group, _NONE)

    return Limit(
        name=name,
        kind=kind,
        sense=sense,
        value=value,
        unit=_UNITS[kind],
        supply=array("supply"),
        discharge=array("discharge"),
        conversion=array("conversion"),
        forward=array("forward"),
        backward=array("backward"),
        supply_capacity=array("supply_capacity"),
        store_capacity=array("store_capacity"),
        conversion_capacity=array("conversion_capacity"),
        charge=array("charge"),
        unserved=array("unserved"),
        response=array("response"),
        measure=array("measure"),
        demand=array("demand"),
    )


_Terms = tuple[float, dict[str, Floats]]


def _energy(inputs: Inputs, parts: Parts, row: dict[str, Any]) -> _Terms:
    return float(row["value"]), _supplied(inputs, parts, row)


def _share(inputs: Inputs, parts: Parts, row: dict[str, Any]) -> _Terms:
    """Supplied energy over demand, which measures lower."""
    demands, measures = parts.demands, parts.measures
    scope = _scope_of_buses(parts.buses, row)
    energy = demand_energy(inputs, demands)[scope[demands.bus]].sum()
    saved = scope[measures.bus] * measures.saving.sum(axis=0)
    share = float(row["value"])
    return share * float(energy), {
        **_supplied(inputs, parts, row),
        "measure": share * saved,
    }


def _emissions(inputs: Inputs, parts: Parts, row: dict[str, Any]) -> _Terms:
    """Emissions of plants, and where no plants are named of links and of what is demanded.

    Demand that is not served, given up or saved does not emit.
    """
    gas = str(row["gas"])

    def plants(group: Supplies | Stores | Conversions, emissions: Emissions) -> Floats:
        return np.asarray(_scope(inputs, parts.buses, group, row) * emissions.counted(gas))

    stores, links = parts.stores, parts.links
    terms = {
        "supply": plants(parts.supplies, parts.supplies.emissions),
        "conversion": plants(parts.conversions, parts.conversions.emissions),
        "charge": plants(stores, stores.charge_emissions),
        "discharge": plants(stores, stores.discharge_emissions),
    }
    if row["technology"] or row["asset"] or row["renewable_only"]:
        return float(row["value"]), terms
    scope = _scope_of_buses(parts.buses, row).astype(np.float64)
    measures = parts.measures
    for name, group, sign in (
        ("demand", parts.demands, 1.0),
        ("unserved", parts.unserved, -1.0),
        ("response", parts.responses, -1.0),
    ):
        terms[name] = sign * scope[group.bus] * group.emissions.counted(gas)
    saved = measures.saving.sum(axis=0) * measures.emissions.counted(gas)
    terms["measure"] = -scope[measures.bus] * saved
    terms["forward"] = scope[links.from_bus] * links.forward_emissions.counted(gas)
    terms["backward"] = scope[links.to_bus] * links.backward_emissions.counted(gas)
    return float(row["value"]), terms


def _capacity(inputs: Inputs, parts: Parts, row: dict[str, Any]) -> _Terms:
    supply, store, conversion = (
        _scope(inputs, parts.buses, group, row).astype(np.float64)
        for group in (parts.supplies, parts.stores, parts.conversions)
    )
    existing = (
        supply @ parts.supplies.existing_mw
        + store @ parts.stores.discharge_mw
        + conversion @ parts.conversions.existing_mw
    )
    return float(row["value"] - existing), {
        "supply_capacity": supply * (parts.supplies.build_max_mw > 0),
        "store_capacity": store * (parts.stores.build_max_mw > 0),
        "conversion_capacity": conversion * (parts.conversions.build_max_mw > 0),
    }


def _planning_reserve(inputs: Inputs, parts: Parts, row: dict[str, Any]) -> _Terms:
    """Firm capacity over the common peak of the scope's load, which measures lower."""
    supplies, stores, conversions = parts.supplies, parts.stores, parts.conversions
    supply, store, conversion = (
        _scope(inputs, parts.buses, group, row) * group.capacity_credit
        for group in (supplies, stores, conversions)
    )
    existing = (
        supply @ supplies.existing_mw
        + store @ stores.discharge_mw
        + conversion @ conversions.existing_mw
    )
    scope = _scope_of_buses(parts.buses, row)
    load = parts.load[:, scope].sum(axis=1)
    factor = 1.0 + float(row["value"])
    return float(factor * load.max(initial=0.0) - existing), {
        "supply_capacity": supply * (supplies.build_max_mw > 0),
        "store_capacity": store * (stores.build_max_mw > 0),
        "conversion_capacity": conversion * (conversions.build_max_mw > 0),
        "measure": factor * _saved_at_peak(parts.measures, scope, load),
    }


def _saved_at_peak(measures: Measures, scope: Flags, load: Floats) -> Floats:
    """What each measure (E,) surely takes off the peak of ``load`` (T,) [MW].

    Its least saving in the hours that can be the peak: those above the highest load that is left
    when everything is saved.
    """
    saving = measures.saving * scope[measures.bus]
    may_be_peak = load >= (load - saving.sum(axis=1)).max(initial=0.0)
    return np.asarray(saving[may_be_peak].min(axis=0), dtype=np.float64)


def _trade(inputs: Inputs, parts: Parts, row: dict[str, Any]) -> _Terms:
    """Energy sent from country to partner, measured where it is sent.

    A side that is not named is any country; links within a country count only if they are named.
    """
    links, country = parts.links, parts.buses.country
    start, end = country[links.from_bus], country[links.to_bus]
    named = _named(links.name, row["link"])
    concerned = named if row["link"] else start != end

    if row["carrier"]:
        concerned = concerned & (parts.buses.carrier[links.from_bus] == row["carrier"])

    def sends(sender: Any, receiver: Any) -> Flags:
        matches = concerned.copy()
        if row["country"]:
            matches &= sender == row["country"]
        if row["partner"]:
            matches &= receiver == row["partner"]
        return matches

    forward, backward = sends(start, end), sends(end, start)
    for name in links.name[(forward | backward) & ~np.isnan(links.reactance)]:
        inputs.issues.append(
            Issue(
                "limits.csv",
                "links without reactance_ohm: only their two directions can be told apart",
                found=str(name),
                row_id=f"{row['limit']}|{inputs.year}",
                column="link",
                hint="clear the link's reactance_ohm, or limit other links",
            )
        )
    return float(row["value"]), {
        "forward": forward.astype(np.float64),
        "backward": backward.astype(np.float64),
    }


def _net_trade(inputs: Inputs, parts: Parts, row: dict[str, Any]) -> _Terms:
    """As trade, less what is sent the other way.

    A least trade that counts one way alone is met by sending power there and back in one hour.
    """
    value, sent = _trade(inputs, parts, row)
    net = sent["forward"] - sent["backward"]
    return value, {"forward": net, "backward": -net}


_TERMS: dict[LimitKind, Callable[[Inputs, Parts, dict[str, Any]], _Terms]] = {
    LimitKind.ENERGY: _energy,
    LimitKind.CAPACITY: _capacity,
    LimitKind.EMISSIONS: _emissions,
    LimitKind.SHARE: _share,
    LimitKind.TRADE: _trade,
    LimitKind.NET_TRADE: _net_trade,
    LimitKind.PLANNING_RESERVE: _planning_reserve,
}


def _supplied(inputs: Inputs, parts: Parts, row: dict[str, Any]) -> dict[str, Floats]:
    """Coefficients of supplied energy.

    Stores count where they have inflow of their own; what they or conversions only pass on counts
    where the scope names their technology or asset.
    """
    is_named = bool(row["technology"] or row["asset"])
    buses, stores = parts.buses, parts.stores
    supply = _scope(inputs, buses, parts.supplies, row)
    discharge = _scope(inputs, buses, stores, row) & (is_named | (stores.inflow_mw > 0))
    conversion = _scope(inputs, buses, parts.conversions, row) & is_named
    return {
        "supply": supply.astype(np.float64),
        "discharge": discharge.astype(np.float64),
        "conversion": conversion.astype(np.float64),
    }


def _scope(
    inputs: Inputs, buses: Buses, group: Supplies | Stores | Conversions, row: dict[str, Any]
) -> Flags:
    """Items of a group that match all of a limit's scope (empty: everything)."""
    matches = _scope_of_buses(buses, row)[group.bus]
    if row["technology"]:
        matches = matches & _named(group.technology, row["technology"])
    if row["asset"]:
        matches = matches & _named(group.name, row["asset"])
    if row["renewable_only"]:
        technologies = inputs.tables["technologies"]
        position = indices(pd.Index(technologies["technology"]), pd.Series(group.technology))
        matches = matches & flags_of(technologies, "renewable")[position]
    return matches


def _scope_of_buses(buses: Buses, row: dict[str, Any]) -> Flags:
    matches = np.ones(len(buses), dtype=np.bool_)
    if row["country"]:
        matches &= buses.country == row["country"]
    if row["zone"]:
        matches &= buses.zone == row["zone"]
    if row["carrier"]:
        matches &= buses.carrier == row["carrier"]
    return matches


def _named(names: Any, many: str) -> Flags:
    wanted = [part.strip() for part in many.split(_MANY)]
    return np.asarray(np.isin(names, wanted), dtype=np.bool_)


def _energy_limits(inputs: Inputs, parts: Parts) -> list[Limit]:
    """Yearly energies of single stores and conversions (those of supplies stay with them)."""
    assets = inputs.tables["assets"].set_index("asset")
    limits = []
    for group, name in ((parts.stores, "discharge"), (parts.conversions, "conversion")):
        for sense in ("min", "max"):
            column = f"energy_{sense}_mwh"
            bounds = assets[column].reindex(group.name).to_numpy(dtype=np.float64)
            for item in np.flatnonzero(~np.isnan(bounds)):
                one = np.zeros(len(group))
                one[item] = 1.0
                label = f"{group.name[item]} {column}"
                limits.append(
                    _make(label, LimitKind.ENERGY, sense, float(bounds[item]), {name: one})
                )
    return limits


def _cannot_be_kept(inputs: Inputs, row: dict[str, Any], value: float) -> Issue:
    if row["sense"] == "max":
        expected = f"at least {row['value'] - value:.6g}, the capacity that exists in the year"
        hint = "raise the limit, or let existing capacity retire earlier"
    else:
        expected = f"something in its scope that can supply the {value:.6g} that are missing"
        hint = "widen the scope, or add candidates to it"
    row_id = f"{row['limit']}|{inputs.year}"
    found = f"{row['value']:.6g}"
    return Issue("limits.csv", expected, found=found, row_id=row_id, column="value", hint=hint)
