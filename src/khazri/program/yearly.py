"""What is decided once for the year, and the rows that add up over it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from khazri.program.assemble import Matrix, labels
from khazri.program.families import Column, Global, GlobalRow
from khazri.program.program import Labels, Names
from khazri.program.varying import Floats, Indices
from khazri.system.system import Limit, System


@dataclass(frozen=True)
class GlobalColumns:
    """Global columns and, for each group of items, which one an item follows (-1: none)."""

    labels: Labels
    cost: Floats
    lower: Floats
    upper: Floats
    is_integer: np.ndarray
    supply: Indices
    store: Indices
    conversion: Indices
    link: Indices
    link_share: Floats
    phase: Indices
    measure: Indices
    import_shortfall: Indices
    export_shortfall: Indices


@dataclass(frozen=True)
class GlobalRows:
    """Global rows as entries of stage columns and of global columns."""

    labels: Labels
    row: Indices
    column: Indices
    value: Floats
    global_row: Indices
    global_column: Indices
    global_value: Floats
    lower: Floats
    upper: Floats


@dataclass(frozen=True)
class _Block:
    """One family of global columns: those of ``names`` that ``is_there``."""

    family: Global
    names: Names
    is_there: np.ndarray
    cost: Floats
    upper: Floats


def global_columns(system: System) -> GlobalColumns:
    """Number the global columns: expandable items, phases, measures, shortfalls of volumes."""
    links, phases, measures, markets = (
        system.links,
        system.phases,
        system.measures,
        system.markets,
    )
    alone = (links.build_max_mw > 0) & (links.phase < 0)
    blocks = [
        _Block(
            family, group.name, group.build_max_mw > 0, group.investment_cost, group.build_max_mw
        )
        for family, group in (
            (Global.SUPPLY, system.supplies),
            (Global.STORE, system.stores),
            (Global.CONVERSION, system.conversions),
        )
    ]
    every_phase = np.ones(len(phases), dtype=bool)
    every_measure = np.ones(len(measures), dtype=bool)
    # Who saves energy does not pay for its emissions either.
    spared = measures.saving.sum(axis=0) * measures.emissions.cost
    blocks += [
        _Block(Global.LINK, links.name, alone, links.investment_cost, links.build_max_mw),
        _Block(Global.PHASE, phases.name, every_phase, phases.investment_cost, phases.share_max),
        _Block(
            Global.MEASURE,
            measures.name,
            every_measure,
            measures.investment_cost - spared,
            np.ones(len(measures)),
        ),
    ]
    has_price = ~np.isnan(markets.shortfall_price)
    blocks += [
        _Block(family, markets.name, has_price & (least > 0), markets.shortfall_price, least)
        for family, least in (
            (Global.IMPORT_SHORTFALL, markets.import_min_mwh),
            (Global.EXPORT_SHORTFALL, markets.export_min_mwh),
        )
    ]
    numbers: dict[Global, Indices] = {}
    count = 0
    for block in blocks:
        number = np.full(len(block.names), -1, dtype=np.int64)
        number[block.is_there] = count + np.arange(block.is_there.sum())
        count += int(block.is_there.sum())
        numbers[block.family] = number
    phase = numbers[Global.PHASE]
    lower, is_integer = np.zeros(count), np.zeros(count, dtype=bool)
    lower[phase], is_integer[phase] = phases.share_min, phases.is_whole
    in_phase = links.phase >= 0
    of_link = numbers[Global.LINK]
    of_link[in_phase] = phase[links.phase[in_phase]]
    return GlobalColumns(
        labels=labels((block.family, block.names[block.is_there]) for block in blocks),
        cost=np.concatenate([block.cost[block.is_there] for block in blocks]),
        lower=lower,
        upper=np.concatenate([block.upper[block.is_there] for block in blocks]),
        is_integer=is_integer,
        supply=numbers[Global.SUPPLY],
        store=numbers[Global.STORE],
        conversion=numbers[Global.CONVERSION],
        link=of_link,
        # A link of a phase grows by its full size times the share built.
        link_share=np.where(in_phase, links.build_max_mw, 1.0),
        phase=phase,
        measure=numbers[Global.MEASURE],
        import_shortfall=numbers[Global.IMPORT_SHORTFALL],
        export_shortfall=numbers[Global.EXPORT_SHORTFALL],
    )


class _Rows:
    """Global rows as they are written: entries, and the sides of each row."""

    def __init__(self) -> None:
        self.stage, self.fixed = Matrix(), Matrix()
        self._families: list[tuple[str, Names]] = []
        self._lower: list[Floats] = []
        self._upper: list[Floats] = []
        self._count = 0

    def new(self, family: GlobalRow, items: Names, low: Floats, high: Floats) -> Indices:
        """Append rows with their sides (NaN: none); return their numbers."""
        rows = self._count + np.arange(len(items))
        self._count += len(items)
        self._families.append((family, items))
        self._lower.append(np.where(np.isnan(low), -np.inf, low))
        self._upper.append(np.where(np.isnan(high), np.inf, high))
        return rows

    def finish(self) -> GlobalRows:
        """Return everything written."""
        stage, fixed = self.stage.entries(1), self.fixed.entries(1)
        return GlobalRows(
            labels=labels(self._families),
            row=stage.row,
            column=stage.column,
            value=stage.value.constant,
            global_row=fixed.row,
            global_column=fixed.column,
            global_value=fixed.value.constant,
            lower=np.concatenate([np.zeros(0), *self._lower]),
            upper=np.concatenate([np.zeros(0), *self._upper]),
        )


def global_rows(system: System, columns: GlobalColumns, offset: Mapping[Column, int]) -> GlobalRows:
    """Write limits, yearly energies, market volumes, the order of phases and overlaps.

    ``offset`` is where each family of stage columns begins.
    """
    rows = _Rows()
    for limit in system.limits:
        _limit(system, limit, columns, offset, rows)
    supplies, phases, measures = system.supplies, system.phases, system.measures
    bound = np.flatnonzero(~np.isnan(supplies.energy_min_mwh) | ~np.isnan(supplies.energy_max_mwh))
    rows.stage.add(
        rows.new(
            GlobalRow.SUPPLY_ENERGY,
            supplies.name[bound],
            supplies.energy_min_mwh[bound],
            supplies.energy_max_mwh[bound],
        ),
        offset[Column.SUPPLY] + bound,
        1.0,
    )
    _volumes(system, columns, offset, rows)
    later = np.flatnonzero(phases.after >= 0)
    none, zero = np.full(len(later), np.nan), np.zeros(len(later))
    order = rows.new(GlobalRow.PHASE_ORDER, phases.name[later], none, zero)
    rows.fixed.add(order, columns.phase[later], 1.0)
    rows.fixed.add(order, columns.phase[phases.after[later]], -1.0)
    groups = system.measure_groups
    overlap = rows.new(
        GlobalRow.MEASURE_GROUP, groups.name, np.full(len(groups), np.nan), groups.potential_mwh
    )
    member = np.flatnonzero(measures.group >= 0)
    rows.fixed.add(
        overlap[measures.group[member]], columns.measure[member], measures.potential_mwh[member]
    )
    return rows.finish()


def _volumes(
    system: System, columns: GlobalColumns, offset: Mapping[Column, int], rows: _Rows
) -> None:
    """Write least and largest volumes of market steps; what a priced least one is missed by.

    Largest ones that all hours at full power do not reach need no row.
    """
    markets = system.markets
    for family, column, low, high, most_mw, missed in (
        (
            GlobalRow.IMPORT_ENERGY,
            Column.IMPORT,
            markets.import_min_mwh,
            markets.import_max_mwh,
            markets.import_max_mw,
            columns.import_shortfall,
        ),
        (
            GlobalRow.EXPORT_ENERGY,
            Column.EXPORT,
            markets.export_min_mwh,
            markets.export_max_mwh,
            markets.export_max_mw,
            columns.export_shortfall,
        ),
    ):
        held = np.flatnonzero((most_mw * system.n_hours > high) | (low > 0))
        new = rows.new(family, markets.name[held], low[held], high[held])
        rows.stage.add(new, offset[column] + held, 1.0)
        priced = missed[held] >= 0
        rows.fixed.add(new[priced], missed[held][priced], 1.0)


def _limit(
    system: System,
    limit: Limit,
    columns: GlobalColumns,
    offset: Mapping[Column, int],
    rows: _Rows,
) -> None:
    """Write one limit; what demand uses of it whatever is planned goes to the other side."""
    value = limit.value
    if len(limit.demand):
        value -= float(limit.demand @ system.demand_energy())
    low = value if limit.sense == "min" else np.nan
    high = value if limit.sense == "max" else np.nan
    row = rows.new(GlobalRow.LIMIT, np.array([limit.name]), np.array([low]), np.array([high]))
    chosen = np.flatnonzero(np.isnan(system.links.reactance))
    for weights, family in (
        (limit.supply, Column.SUPPLY),
        (limit.conversion, Column.CONVERSION),
        (limit.charge, Column.CHARGE),
        (limit.discharge, Column.DISCHARGE),
        (limit.forward[chosen] if len(limit.forward) else limit.forward, Column.FORWARD),
        (limit.backward[chosen] if len(limit.backward) else limit.backward, Column.BACKWARD),
        (limit.unserved, Column.UNSERVED),
        (limit.response, Column.RESPONSE),
    ):
        used = np.flatnonzero(weights)
        rows.stage.add(np.repeat(row, len(used)), offset[family] + used, weights[used])
    for weights, numbers in (
        (limit.supply_capacity, columns.supply),
        (limit.store_capacity, columns.store),
        (limit.conversion_capacity, columns.conversion),
        (limit.measure, columns.measure),
    ):
        if len(weights):
            used = np.flatnonzero((weights != 0) & (numbers >= 0))
            rows.fixed.add(np.repeat(row, len(used)), numbers[used], weights[used])
