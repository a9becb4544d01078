"""Capacities of a network's components: given, or global columns of the program."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from khazri.interop.attributes import CAPACITY, Component
from khazri.interop.network import Network
from khazri.program.families import Global
from khazri.program.program import Flags, Names
from khazri.program.varying import Floats, Indices

HOURS_A_YEAR = 8760.0
"""What PyPSA divides the weights of snapshots by to get years."""

_FAMILY: Mapping[Component, Global] = {
    Component.GENERATOR: Global.SUPPLY,
    Component.LINK: Global.CONVERSION,
    Component.LINE: Global.LINK,
    Component.TRANSFORMER: Global.LINK,
    Component.STORAGE_UNIT: Global.STORE,
    Component.STORE: Global.STORE,
}
_WHOLE = 1e-9
"""How far a number of modules may be from a whole one and still count as it."""


@dataclass(frozen=True)
class Capacity:
    """Capacities of the active components of one kind, arrays (n,).

    ``place`` are their rows in the table. ``given`` [MW or MWh] is the capacity of those that are
    not extendable, 0 for the others, whose capacity is ``size`` times the global column ``number``
    (-1: not extendable): the size of a module, else 1. ``cost`` is what a unit of extendable
    capacity costs over the horizon.
    """

    names: Names
    place: Indices
    given: Floats
    number: Indices
    size: Floats
    cost: Floats

    def __len__(self) -> int:
        return len(self.names)

    def bound(self, per_unit: Floats) -> tuple[Floats, Floats]:
        """Return ``per_unit`` times the capacity, (n,) or (T, n): constant part and slope."""
        return _times(per_unit, self.given), _times(per_unit, self.size)

    def chosen(self, y: Floats) -> Floats:
        """Return the capacities (n,) at the global columns ``y``."""
        built = y[self.number] * self.size if len(y) else np.zeros(len(self))
        return np.where(self.number >= 0, built, self.given)


def _times(per_unit: Floats, size: Floats) -> Floats:
    """Return ``per_unit`` (n,) or (T, n) times ``size`` (n,); (n,) where nothing changes."""
    counts = size != 0.0
    if np.isinf(size).any():
        counts = counts & (per_unit != 0.0)  # nothing of the infinite is nothing
    product = np.multiply(per_unit, size, out=np.zeros(per_unit.shape), where=counts)
    is_same = product.ndim == 2 and np.array_equal(product.min(axis=0), product.max(axis=0))
    return product[0].copy() if is_same else product


@dataclass(frozen=True)
class Globals:
    """The global columns, arrays (k,); ``is_assumed`` marks upper ends that the network leaves
    open."""

    family: Names
    item: Names
    cost: Floats
    lower: Floats
    upper: Floats
    is_integer: Flags
    is_assumed: Flags


@dataclass(frozen=True)
class Ends:
    """Ends to assume where a network leaves a quantity open: powers [MW] and energies [MWh]."""

    power: float
    energy: float

    def of(self, kind: Component) -> float:
        """Return the end for capacities of ``kind``."""
        return self.energy if kind is Component.STORE else self.power


def capacities(network: Network, ends: Ends) -> tuple[dict[Component, Capacity], Globals]:
    """Return the capacities of all kinds and the global columns behind the extendable ones."""
    found: dict[Component, Capacity] = {}
    pieces: list[Globals] = []
    count = 0
    for kind in CAPACITY:
        capacity, columns = _of_kind(network, kind, count, ends.of(kind))
        found[kind] = capacity
        pieces.append(columns)
        count += len(columns.item)
    return found, Globals(
        *(
            np.concatenate([getattr(piece, name) for piece in pieces])
            for name in Globals.__dataclass_fields__
        )
    )


def active(network: Network, kind: Component) -> Indices:
    """Return the rows of the table of ``kind`` that are active."""
    return np.flatnonzero(network.table(kind)["active"].to_numpy(dtype=bool))


def _of_kind(network: Network, kind: Component, count: int, end: float) -> tuple[Capacity, Globals]:
    place = active(network, kind)
    table = network.table(kind).iloc[place]
    name = CAPACITY[kind]

    def column(suffix: str) -> Floats:
        return table[f"{name}{suffix}"].to_numpy(dtype=float)

    extends = table[f"{name}_extendable"].to_numpy(dtype=bool)
    module = column("_mod")
    size = np.where(extends, np.where(module > 0.0, module, 1.0), 0.0)
    number = np.full(len(table), -1, dtype=np.int64)
    number[extends] = count + np.arange(extends.sum())
    names = table.index.to_numpy(dtype=str)
    cost = horizon_cost(network, kind).to_numpy()[place]
    capacity = Capacity(names, place, np.where(extends, 0.0, column("")), number, size, cost)

    unit, is_integer = size[extends], (module > 0.0)[extends]
    lower, upper = column("_min")[extends] / unit, column("_max")[extends] / unit
    is_assumed = np.isinf(upper)
    upper = np.where(is_assumed, np.maximum(end / unit, 2.0 * lower + 1.0), upper)
    wanted = column("_set")[extends] / unit
    lower = np.where(np.isnan(wanted), lower, np.maximum(lower, wanted))
    upper = np.where(np.isnan(wanted), upper, np.minimum(upper, wanted))
    rough = is_integer & np.isnan(wanted)
    return capacity, Globals(
        family=np.full(extends.sum(), str(_FAMILY[kind])),
        item=np.array([f"capacity of {kind.word} {one}" for one in names[extends]], dtype=str),
        cost=cost[extends] * unit,
        lower=np.where(rough, np.ceil(lower - _WHOLE), lower),
        upper=np.where(rough, np.floor(upper + _WHOLE), upper),
        is_integer=is_integer,
        is_assumed=is_assumed & np.isnan(wanted),
    )


def years(network: Network) -> float:
    """Return the length of the horizon in years."""
    return float(network.weightings["objective"].sum()) / HOURS_A_YEAR


def capital_cost(network: Network, kind: Component) -> pd.Series:
    """Return what a unit of capacity costs over the horizon, without fixed operation.

    Notes
    -----
    An overnight cost, where there is one, is paid back in equal parts over the lifetime n at the
    discount rate r: r / (1 − (1+r)⁻ⁿ) of it a year.
    """
    table = network.table(kind)
    rate, lifetime = table["discount_rate"].to_numpy(), table["lifetime"].to_numpy()
    with np.errstate(divide="ignore", invalid="ignore"):
        annuity = np.where(rate == 0.0, 1.0 / lifetime, rate / (1.0 - (1.0 + rate) ** -lifetime))
    annuity = np.where(np.isinf(lifetime), np.maximum(rate, 0.0), annuity)
    overnight = table["overnight_cost"]
    return (overnight * annuity * years(network)).where(overnight.notna(), table["capital_cost"])


def horizon_cost(network: Network, kind: Component) -> pd.Series:
    """Return what a unit of capacity costs over the horizon, with fixed operation."""
    return capital_cost(network, kind) + network.table(kind)["fom_cost"].fillna(0.0)


def existing_cost(network: Network) -> float:
    """Return the cost of the given capacity of what is extendable: PyPSA's objective leaves it out
    and calls it the objective's constant."""
    total = 0.0
    for kind, name in CAPACITY.items():
        table = network.table(kind)
        counts = table["active"] & table[f"{name}_extendable"]
        total += float((horizon_cost(network, kind) * table[name])[counts].sum())
    return total
