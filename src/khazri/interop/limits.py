"""Global constraints of a network, and yearly energies of its generators, as global rows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pandas as pd

from khazri.interop.attributes import CAPACITY, Component
from khazri.interop.capacity import Capacity, capital_cost
from khazri.interop.columns import Part, scaled
from khazri.interop.network import Network
from khazri.program import assemble
from khazri.program.assemble import Matrix
from khazri.program.families import GlobalRow
from khazri.program.program import Entries, Labels
from khazri.program.varying import Floats, Indices


class LimitKind(StrEnum):
    """Types of global constraints."""

    PRIMARY_ENERGY = "primary_energy"
    OPERATION = "operational_limit"
    LINE_VOLUME = "transmission_volume_expansion_limit"
    LINE_COST = "transmission_expansion_cost_limit"
    CAPACITY = "tech_capacity_expansion_limit"


@dataclass(frozen=True)
class Limits:
    """Global rows as entries of stage columns and of global columns."""

    labels: Labels
    entries: Entries
    global_row: Indices
    global_column: Indices
    global_value: Floats
    lower: Floats
    upper: Floats


@dataclass
class _Rows:
    """Rows that are being collected, over the columns that stand in ``start``."""

    network: Network
    capacity: Mapping[Component, Capacity]
    start: Mapping[Part, int]
    generators: Floats
    last: Floats
    stage: Matrix
    fixed: Matrix

    def columns(self, part: Part, which: Indices) -> Indices:
        return self.start[part] + which

    def table(self, kind: Component) -> pd.DataFrame:
        """The table of the active components of ``kind``."""
        return self.network.table(kind).iloc[self.capacity[kind].place]


def limits(
    network: Network,
    capacity: Mapping[Component, Capacity],
    start: Mapping[Part, int],
    weight: Floats,
) -> Limits:
    """Return the global rows: one for each global constraint that limits anything, then energies.

    Parameters
    ----------
    network
        The network.
    capacity
        Its capacities, by kind.
    start
        First stage column of each part.
    weight : (T,)
        Weights of the program's stages, which it multiplies entries of stage columns by.
    """
    generators = network.weightings["generators"].to_numpy(dtype=float) / weight
    last = np.zeros(len(weight))
    last[-1] = 1.0 / weight[-1]
    rows = _Rows(network, capacity, start, generators, last, Matrix(), Matrix())
    names: list[str] = []
    lower: list[float] = []
    upper: list[float] = []
    for name, about in network.table(Component.GLOBAL_CONSTRAINT).iterrows():
        moved = _WRITERS[LimitKind(about["type"])](rows, about, len(names))
        if moved is None:
            continue
        value = float(about["constant"]) - moved
        names.append(str(name))
        lower.append(-np.inf if about["sense"] == "<=" else value)
        upper.append(np.inf if about["sense"] == ">=" else value)
    energies = _energies(rows, len(names))
    stage, fixed = rows.stage.entries(len(weight)), rows.fixed.entries(1)
    return Limits(
        labels=assemble.labels(
            (
                (GlobalRow.LIMIT, np.array([f"global constraint {n}" for n in names], dtype=str)),
                (GlobalRow.SUPPLY_ENERGY, energies.names),
            )
        ),
        entries=stage,
        global_row=fixed.row,
        global_column=fixed.column,
        global_value=fixed.value.constant,
        lower=np.concatenate([lower, energies.lower]),
        upper=np.concatenate([upper, energies.upper]),
    )


@dataclass(frozen=True)
class _Energies:
    names: np.ndarray
    lower: Floats
    upper: Floats


def _energies(rows: _Rows, first: int) -> _Energies:
    table = rows.table(Component.GENERATOR)
    least, most = table["e_sum_min"].to_numpy(), table["e_sum_max"].to_numpy()
    which = np.flatnonzero(np.isfinite(least) | np.isfinite(most))
    value = scaled(np.ones(len(which)), rows.generators)
    rows.stage.add(first + np.arange(len(which)), rows.columns(Part.GENERATOR, which), value)
    names = [f"energy of generator {name}" for name in table.index[which]]
    return _Energies(np.array(names, dtype=str), least[which], most[which])


def _primary_energy(rows: _Rows, about: pd.Series, row: int) -> float | None:
    """Carriers' rate per MWh of fuel: of generators over their efficiency, of what stores lose."""
    rate = rows.network.table(Component.CARRIER)[about["carrier_attribute"]].astype(float)
    if not (rate != 0.0).any():
        return None
    table = rows.table(Component.GENERATOR)
    each = _rate_of(table["carrier"], rate)
    efficiency = rows.network.values(Component.GENERATOR, "efficiency")
    place = rows.capacity[Component.GENERATOR].place
    used = np.flatnonzero(each)
    per_mwh = each[used] / efficiency[..., place[used]]
    _sum(rows, row, Part.GENERATOR, used, scaled(per_mwh, rows.generators))
    started, found = _emptied(rows, row, rate)
    return started if found or len(used) else None


def _operation(rows: _Rows, about: pd.Series, row: int) -> float | None:
    """Energy of a carrier's generators, and what its stores hold less at the end."""
    rate = pd.Series(1.0, index=[about["carrier_attribute"]])
    table = rows.table(Component.GENERATOR)
    used = np.flatnonzero(_rate_of(table["carrier"], rate))
    _sum(rows, row, Part.GENERATOR, used, scaled(np.ones(len(used)), rows.generators))
    started, found = _emptied(rows, row, rate, is_primary=False)
    return started if found or len(used) else None


def _sum(rows: _Rows, row: int, part: Part, which: Indices, value: Floats) -> None:
    rows.stage.add(np.full(len(which), row), rows.columns(part, which), value)


def _rate_of(carrier: pd.Series, rate: pd.Series) -> Floats:
    return carrier.map(rate).fillna(0.0).to_numpy(dtype=float)


def _emptied(
    rows: _Rows, row: int, rate: pd.Series, *, is_primary: bool = True
) -> tuple[float, bool]:
    """Write what stores that are not cyclic hold less at the end; return their start, and whether
    there are any."""
    total, found = 0.0, False
    for part, kind, cyclic, initial in (
        (
            Part.LEVEL,
            Component.STORAGE_UNIT,
            "cyclic_state_of_charge",
            "state_of_charge_initial",
        ),
        (Part.STORE_LEVEL, Component.STORE, "e_cyclic", "e_initial"),
    ):
        table = rows.table(kind)
        each = _rate_of(_carrier(rows, kind), rate) * ~table[cyclic].to_numpy(dtype=bool)
        used = np.flatnonzero(each)
        value = -each[used] * rows.last[:, None]
        _sum(rows, row, part, used, value)
        total += float(each @ table[initial].to_numpy())
        found |= bool(len(used))
    return total, found


def _carrier(rows: _Rows, kind: Component) -> pd.Series:
    """Carriers of the active components; of links, lines and stores without one, their bus's."""
    table = rows.table(kind)
    if kind is Component.TRANSFORMER:
        return pd.Series("", index=table.index, dtype=object)
    own = table["carrier"]
    bus = {Component.LINK: "bus0", Component.LINE: "bus0", Component.STORE: "bus"}.get(kind)
    if bus is None:
        return own
    return own.where(own != "", table[bus].map(rows.network.table(Component.BUS)["carrier"]))


def _expanding(rows: _Rows, kind: Component, is_used: np.ndarray) -> Indices:
    return np.flatnonzero(is_used & (rows.capacity[kind].number >= 0))


def _grow(rows: _Rows, row: int, kind: Component, which: Indices, value: Floats) -> None:
    capacity = rows.capacity[kind]
    rows.fixed.add(np.full(len(which), row), capacity.number[which], value * capacity.size[which])


def _transmission(rows: _Rows, about: pd.Series, row: int, *, is_cost: bool) -> float | None:
    """Length or cost times the capacity of lines and links of some carriers."""
    names = re.sub(r"[\[\]()]", "", str(about["carrier_attribute"])).split(",")
    wanted = {name.strip() for name in names}
    count = 0
    for kind in (Component.LINE, Component.LINK):
        which = _expanding(rows, kind, _carrier(rows, kind).isin(wanted).to_numpy())
        cost = capital_cost(rows.network, kind).to_numpy()[rows.capacity[kind].place]
        value = cost if is_cost else rows.table(kind)["length"].to_numpy()
        _grow(rows, row, kind, which, value[which])
        count += len(which)
    return 0.0 if count else None


def _line_volume(rows: _Rows, about: pd.Series, row: int) -> float | None:
    return _transmission(rows, about, row, is_cost=False)


def _line_cost(rows: _Rows, about: pd.Series, row: int) -> float | None:
    return _transmission(rows, about, row, is_cost=True)


def _capacity(rows: _Rows, about: pd.Series, row: int) -> float | None:
    """Capacity of a carrier, at one bus or at all."""
    count = 0
    for kind in CAPACITY:
        which = _expanding(
            rows, kind, (_carrier(rows, kind) == about["carrier_attribute"]).to_numpy()
        )
        count += len(which)
        if about["bus"]:
            end = "bus0" if "bus0" in rows.table(kind) else "bus"
            is_there = (rows.table(kind)[end] == about["bus"]).to_numpy()
            which = which[is_there[which]]
        _grow(rows, row, kind, which, np.ones(len(which)))
    return 0.0 if count else None


_WRITERS = {
    LimitKind.PRIMARY_ENERGY: _primary_energy,
    LimitKind.OPERATION: _operation,
    LimitKind.LINE_VOLUME: _line_volume,
    LimitKind.LINE_COST: _line_cost,
    LimitKind.CAPACITY: _capacity,
}
"""Each writes the entries of a row and returns what its constant is lowered by; None where nothing
of the network takes part, so that there is no row."""
