"""From a system to its program: each family of columns and rows in turn."""

from __future__ import annotations

import numpy as np

from khazri.program.assemble import ColumnFamily, Matrix, labels, stage_columns
from khazri.program.cycles import cycle_basis
from khazri.program.families import Column, Row
from khazri.program.program import Entries, Program
from khazri.program.ramps import Ramps, ramps_of, write_ramps
from khazri.program.signed import signed_links, signed_stores
from khazri.program.varying import Floats, Indices, constant, from_pieces
from khazri.program.yearly import GlobalColumns, global_columns, global_rows
from khazri.system.system import OperatingReserve, System


def build_program(system: System) -> Program:
    """Write the equations of one year of ``system`` as a block-structured program.

    Parameters
    ----------
    system
        One planning year as arrays.

    Returns
    -------
    Program
        T stages of one hour; costs in EUR a year. Row and column families are those of
        :mod:`khazri.program.families`, stores last.

    Notes
    -----
    Work and memory are proportional to hours times items whose values vary with time.
    """
    hours = system.n_hours
    globals_ = global_columns(system)
    ramps = ramps_of(system, globals_)
    columns = stage_columns(_stage_columns(system, globals_, ramps), hours)
    offset = {family: columns.labels.of(family).start for family in Column}

    passive = _passive(system)
    cycles = cycle_basis(
        system.links.from_bus[passive],
        system.links.to_bus[passive],
        system.links.reactance[passive],
        len(system.buses),
    )
    rows = labels(
        (
            (Row.BALANCE, system.buses.name),
            (Row.VOLTAGE_LAW, np.array([f"cycle {i + 1}" for i in range(len(cycles))], dtype=str)),
            (Row.RESERVE, np.array([reserve.name for reserve in system.reserves], dtype=str)),
            (Row.RAMP, ramps.name),
            (Row.STORE, system.stores.name),
        )
    )
    first = {family: rows.of(family).start for family in Row}

    matrix, carry, moved = Matrix(), Matrix(), Matrix()
    rhs: list[Floats] = [system.load]
    _balance(system, matrix, offset, passive)
    moved.add(system.measures.bus, globals_.measure, system.measures.saving)
    matrix.add(
        first[Row.VOLTAGE_LAW] + cycles.cycle,
        offset[Column.FLOW] + cycles.line,
        cycles.coefficient,
    )
    rhs.append(np.zeros(len(cycles)))
    rhs.append(_reserve(system, matrix, moved, globals_, offset, first[Row.RESERVE]))
    write_ramps(ramps, matrix, carry, offset, first[Row.RAMP])
    n_ramp = len(ramps.name)
    rhs.append(np.zeros(n_ramp))
    rhs.append(_store(system, matrix, carry, moved, globals_, offset, first[Row.STORE]))
    cyclic = np.concatenate([np.ones(n_ramp, dtype=bool), np.isnan(system.stores.start_level)])

    sums = global_rows(system, globals_, offset)
    is_first = np.zeros(hours, dtype=bool)
    is_first[0] = True
    return Program(
        duration=np.ones(hours),
        weight=np.ones(hours),
        previous=np.roll(np.arange(hours), 1),
        is_first=is_first,
        columns=columns.labels,
        rows=rows,
        is_store=rows.family == Row.STORE,
        cost=columns.cost,
        lower=columns.lower,
        upper=columns.upper,
        lower_slope=columns.lower_slope,
        upper_slope=columns.upper_slope,
        capacity=columns.capacity,
        entries=matrix.entries(hours),
        carry=carry.entries(hours),
        carry_is_cyclic=cyclic,
        global_entries=moved.entries(hours),
        rhs=from_pieces(rhs, hours),
        globals=globals_.labels,
        global_cost=globals_.cost,
        global_lower=globals_.lower,
        global_upper=globals_.upper,
        is_integer=globals_.is_integer,
        global_rows=sums.labels,
        sum_entries=Entries(sums.row, sums.column, constant(sums.value, hours)),
        sum_row=sums.global_row,
        sum_column=sums.global_column,
        sum_value=sums.global_value,
        sum_lower=sums.lower,
        sum_upper=sums.upper,
        constant_cost=_constant_cost(system),
    )


def _passive(system: System) -> Indices:
    """Links under the voltage law."""
    return np.flatnonzero(~np.isnan(system.links.reactance))


def _constant_cost(system: System) -> float:
    """Fixed O&M of what exists, and what all demand would pay for emissions [EUR/a]."""
    return float(
        system.demand_energy() @ system.demands.emissions.cost
        + system.supplies.fixed_cost @ system.supplies.existing_mw
        + system.stores.fixed_cost @ system.stores.discharge_mw
        + system.conversions.fixed_cost @ system.conversions.existing_mw
        + system.links.fixed_cost @ np.maximum(system.links.forward_mw, system.links.backward_mw)
    )


def _stage_columns(system: System, globals_: GlobalColumns, ramps: Ramps) -> list[ColumnFamily]:
    """All column families of a stage, levels last."""
    return [
        *_supply_columns(system, globals_),
        *_store_columns(system, globals_),
        *_link_columns(system, globals_),
        *_demand_and_market_columns(system),
        *_slack_columns(system, ramps),
        _level_column(system, globals_),
    ]


def _supply_columns(system: System, globals_: GlobalColumns) -> list[ColumnFamily]:
    supplies, conversions = system.supplies, system.conversions
    highest = system.series(supplies.profile) * supplies.availability
    lowest = system.series(supplies.min_profile) * supplies.min_output
    grows = globals_.supply >= 0
    main = system.series(conversions.profile) * conversions.availability
    builds = globals_.conversion >= 0
    return [
        ColumnFamily(
            Column.SUPPLY,
            supplies.name,
            supplies.variable_cost,
            lowest * supplies.existing_mw,
            highest * supplies.existing_mw,
            lowest * grows,
            highest * grows,
            globals_.supply,
        ),
        ColumnFamily(
            Column.CONVERSION,
            conversions.name,
            conversions.variable_cost + conversions.emissions.cost,
            conversions.min_output * conversions.existing_mw,
            main * conversions.existing_mw,
            conversions.min_output * builds,
            main * builds,
            globals_.conversion,
        ),
    ]


def _store_columns(system: System, globals_: GlobalColumns) -> list[ColumnFamily]:
    stores = system.stores
    grows = globals_.store >= 0
    charge = stores.availability * stores.charge_mw
    charge_slope = stores.availability * stores.charge_ratio * grows
    is_signed = signed_stores(system)
    spills = np.flatnonzero(stores.inflow_mw > 0)
    inflow = system.series(stores.inflow_profile[spills]) * stores.inflow_mw[spills]
    nothing = np.zeros(len(spills))
    return [
        ColumnFamily(
            Column.CHARGE,
            stores.name,
            stores.charge_emissions.cost,
            np.zeros(len(stores)),
            np.where(is_signed, 0.0, charge),
            np.zeros(len(stores)),
            np.where(is_signed, 0.0, charge_slope),
            globals_.store,
        ),
        ColumnFamily(
            Column.DISCHARGE,
            stores.name,
            stores.variable_cost + stores.discharge_emissions.cost,
            np.where(is_signed, -charge, 0.0),
            stores.availability * stores.discharge_mw,
            np.where(is_signed, -charge_slope, 0.0),
            stores.availability * grows,
            globals_.store,
        ),
        ColumnFamily(
            Column.SPILL,
            stores.name[spills],
            nothing,
            nothing,
            inflow,
            nothing,
            nothing,
            np.full(len(spills), -1, dtype=np.int64),
        ),
    ]


def _level_column(system: System, globals_: GlobalColumns) -> ColumnFamily:
    stores = system.stores
    zero = np.zeros(len(stores))
    return ColumnFamily(
        Column.LEVEL,
        stores.name,
        zero,
        zero,
        stores.energy_mwh,
        zero,
        stores.hours * (globals_.store >= 0),
        globals_.store,
    )


def _link_columns(system: System, globals_: GlobalColumns) -> list[ColumnFamily]:
    links = system.links
    passive = _passive(system)
    other = np.setdiff1d(np.arange(len(links)), passive)
    slope = np.where(globals_.link >= 0, globals_.link_share, 0.0)
    back_slope = slope * links.backward_ratio
    is_signed = signed_links(system)
    is_two_way = is_signed | ~np.isnan(links.reactance)
    zero = np.zeros(len(links))

    def family(
        name: Column, which: Indices, cost: Floats, low: Floats, high: Floats, *slopes: Floats
    ) -> ColumnFamily:
        low_slope, high_slope = slopes
        return ColumnFamily(
            name,
            links.name[which],
            cost[which],
            low[which],
            high[which],
            low_slope[which],
            high_slope[which],
            globals_.link[which],
        )

    forward_cost = links.tariff_forward + links.forward_emissions.cost
    backward_cost = links.tariff_backward + links.backward_emissions.cost
    lowest = np.where(is_two_way, -links.backward_mw, 0.0)
    low_slope = np.where(is_two_way, -back_slope, 0.0)
    backward = np.where(is_signed, 0.0, links.backward_mw)
    back_slope = np.where(is_signed, 0.0, back_slope)
    return [
        family(Column.FLOW, passive, zero, lowest, links.forward_mw, low_slope, slope),
        family(Column.FORWARD, other, forward_cost, lowest, links.forward_mw, low_slope, slope),
        family(Column.BACKWARD, other, backward_cost, zero, backward, zero, back_slope),
    ]


def _demand_and_market_columns(system: System) -> list[ColumnFamily]:
    unserved, responses, markets = system.unserved, system.responses, system.markets
    none = np.zeros(len(responses))
    demanded = system.demands.mean_mw[responses.demand] * system.series(
        system.demands.profile[responses.demand]
    )
    zero, nothing = np.zeros(len(unserved)), np.zeros(len(markets))
    fixed = np.full(len(unserved), -1, dtype=np.int64)
    open_ = np.full(len(markets), -1, dtype=np.int64)
    buy_price, sell_price = system.market_prices()
    return [
        ColumnFamily(
            Column.UNSERVED,
            unserved.name,
            # What is not served does not emit; its users pay the less.
            unserved.price - unserved.emissions.cost,
            zero,
            np.maximum(system.load[:, unserved.bus], 0.0) * unserved.share,
            zero,
            zero,
            fixed,
        ),
        ColumnFamily(
            Column.RESPONSE,
            responses.name,
            responses.price - responses.emissions.cost,
            none,
            demanded * responses.share,
            none,
            none,
            np.full(len(responses), -1, dtype=np.int64),
        ),
        ColumnFamily(
            Column.IMPORT,
            markets.name,
            buy_price,
            nothing,
            markets.import_max_mw,
            nothing,
            nothing,
            open_,
        ),
        ColumnFamily(
            Column.EXPORT,
            markets.name,
            -sell_price,
            nothing,
            markets.export_max_mw,
            nothing,
            nothing,
            open_,
        ),
    ]


def _slack_columns(system: System, ramps: Ramps) -> list[ColumnFamily]:
    supplies, stores = system.supplies, system.stores
    growth = ramps.change * (ramps.capacity >= 0)
    # No headroom can exceed all capacity that may ever stand, twice for stores that turn round.
    most = float(
        (supplies.existing_mw + supplies.build_max_mw).sum()
        + 2.0 * (stores.discharge_mw + stores.build_max_mw).sum()
        + (stores.charge_mw + stores.charge_ratio * stores.build_max_mw).sum()
    )
    n_reserves = len(system.reserves)
    nothing = np.zeros(n_reserves)
    return [
        ColumnFamily(
            Column.RAMP,
            ramps.name,
            np.zeros(len(growth)),
            -ramps.change * ramps.existing_mw,
            ramps.change * ramps.existing_mw,
            -growth,
            growth,
            ramps.capacity,
        ),
        ColumnFamily(
            Column.HEADROOM,
            np.array([reserve.name for reserve in system.reserves], dtype=str),
            nothing,
            nothing,
            np.full(n_reserves, most),
            nothing,
            nothing,
            np.full(n_reserves, -1, dtype=np.int64),
        ),
        ColumnFamily(
            Column.SHORTAGE,
            np.array([reserve.name for reserve in system.reserves], dtype=str),
            np.array([_shortage_price(system, reserve) for reserve in system.reserves]),
            nothing,
            _requirement(system),
            nothing,
            nothing,
            np.full(n_reserves, -1, dtype=np.int64),
        ),
    ]


def _requirement(system: System) -> Floats:
    """Return the operating reserve that each group of buses needs, (T, reserves) [MW]."""
    required = np.zeros((system.n_hours, len(system.reserves)))
    for number, reserve in enumerate(system.reserves):
        required[:, number] = reserve.requirement_share * system.load[:, reserve.buses].sum(axis=1)
    return required


def _shortage_price(system: System, reserve: OperatingReserve) -> float:
    """Return the lowest value of lost load at the buses of a reserve [EUR/MWh]."""
    at = np.isin(system.unserved.bus, reserve.buses)
    return float(system.unserved.price[at].min())


def _balance(system: System, matrix: Matrix, offset: dict[Column, int], passive: Indices) -> None:
    """Write what enters and leaves each bus."""
    stores, links, ports = system.stores, system.links, system.conversions.ports

    def items(family: Column, count: int) -> Indices:
        return offset[family] + np.arange(count)

    matrix.add(system.supplies.bus, items(Column.SUPPLY, len(system.supplies)), 1.0)
    draws = np.flatnonzero(system.supplies.fuel_bus >= 0)
    matrix.add(
        system.supplies.fuel_bus[draws],
        offset[Column.SUPPLY] + draws,
        -system.supplies.fuel_per_mwh[draws],
    )
    matrix.add(system.conversions.bus, items(Column.CONVERSION, len(system.conversions)), 1.0)
    matrix.add(
        ports.bus,
        offset[Column.CONVERSION] + ports.conversion,
        system.series(ports.profile) * ports.ratio,
    )
    matrix.add(stores.bus, items(Column.CHARGE, len(stores)), -1.0)
    matrix.add(stores.bus, items(Column.DISCHARGE, len(stores)), 1.0)
    flow = items(Column.FLOW, len(passive))
    matrix.add(links.from_bus[passive], flow, -1.0)
    matrix.add(links.to_bus[passive], flow, 1.0)
    other = np.setdiff1d(np.arange(len(links)), passive)
    kept = 1.0 - links.loss[other]
    forward, backward = items(Column.FORWARD, len(other)), items(Column.BACKWARD, len(other))
    matrix.add(links.from_bus[other], forward, -1.0)
    matrix.add(links.to_bus[other], forward, kept)
    matrix.add(links.to_bus[other], backward, -1.0)
    matrix.add(links.from_bus[other], backward, kept)
    driven = np.flatnonzero(links.compressor_bus[other] >= 0)
    power = -links.compressor_ratio[other][driven]
    matrix.add(links.compressor_bus[other][driven], forward[driven], power)
    matrix.add(links.compressor_bus[other][driven], backward[driven], power)
    responses = system.responses
    matrix.add(responses.bus, items(Column.RESPONSE, len(responses)), 1.0)
    matrix.add(system.unserved.bus, items(Column.UNSERVED, len(system.unserved)), 1.0)
    matrix.add(system.markets.bus, items(Column.IMPORT, len(system.markets)), 1.0)
    matrix.add(system.markets.bus, items(Column.EXPORT, len(system.markets)), -1.0)


def _reserve(
    system: System,
    matrix: Matrix,
    moved: Matrix,
    globals_: GlobalColumns,
    offset: dict[Column, int],
    first: int,
) -> Floats:
    """Write the operating reserve; return its right-hand side (T, reserves)."""
    supplies, stores = system.supplies, system.stores
    highest = system.series(supplies.profile) * supplies.availability
    rhs = _requirement(system)
    for number, reserve in enumerate(system.reserves):
        row = first + number
        here = np.flatnonzero(np.isin(supplies.bus, reserve.buses) & (supplies.reserve_share > 0))
        share = supplies.reserve_share[here]
        matrix.add(np.full(len(here), row), offset[Column.SUPPLY] + here, -share)
        new = here[globals_.supply[here] >= 0]
        moved.add(
            np.full(len(new), row),
            globals_.supply[new],
            highest[:, new] * supplies.reserve_share[new],
        )
        kept = np.flatnonzero(np.isin(stores.bus, reserve.buses) & (stores.reserve_share > 0))
        weight = stores.reserve_share[kept]
        matrix.add(np.full(len(kept), row), offset[Column.DISCHARGE] + kept, -weight)
        matrix.add(np.full(len(kept), row), offset[Column.CHARGE] + kept, weight)
        grown = kept[globals_.store[kept] >= 0]
        moved.add(
            np.full(len(grown), row),
            globals_.store[grown],
            stores.availability[grown] * stores.reserve_share[grown],
        )
        # What measures save needs no reserve.
        saves = np.flatnonzero(np.isin(system.measures.bus, reserve.buses))
        moved.add(
            np.full(len(saves), row),
            globals_.measure[saves],
            reserve.requirement_share * system.measures.saving[:, saves],
        )
        matrix.add(np.array([row]), np.array([offset[Column.HEADROOM] + number]), -1.0)
        matrix.add(np.array([row]), np.array([offset[Column.SHORTAGE] + number]), 1.0)
        there = highest[:, here] @ (share * supplies.existing_mw[here])
        stored = float((weight * stores.availability[kept]) @ stores.discharge_mw[kept])
        rhs[:, number] -= there + stored
    return rhs


def _store(
    system: System,
    matrix: Matrix,
    carry: Matrix,
    moved: Matrix,
    globals_: GlobalColumns,
    offset: dict[Column, int],
    first: int,
) -> Floats:
    """Write the energy kept in stores; return the right-hand side (T, stores)."""
    stores = system.stores
    number = np.arange(len(stores))
    rows = first + number
    kept = 1.0 - stores.standing_loss_per_h
    spills = np.flatnonzero(stores.inflow_mw > 0)
    matrix.add(rows, offset[Column.LEVEL] + number, 1.0)
    matrix.add(rows, offset[Column.CHARGE] + number, -stores.charge_efficiency)
    matrix.add(rows, offset[Column.DISCHARGE] + number, 1.0 / stores.discharge_efficiency)
    matrix.add(rows[spills], offset[Column.SPILL] + np.arange(len(spills)), 1.0)
    carry.add(rows, offset[Column.LEVEL] + number, -kept)
    rhs = system.series(stores.inflow_profile) * stores.inflow_mw
    given = np.flatnonzero(~np.isnan(stores.start_level))
    rhs[0, given] += kept[given] * stores.start_level[given] * stores.energy_mwh[given]
    grown = given[globals_.store[given] >= 0]
    start = np.zeros((system.n_hours, len(grown)))
    start[0] = -kept[grown] * stores.start_level[grown] * stores.hours[grown]
    moved.add(rows[grown], globals_.store[grown], start)
    return rhs
