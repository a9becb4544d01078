"""A solved program in the variables that PyPSA writes its results to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd
from scipy.sparse import coo_array, csc_array
from scipy.sparse.csgraph import connected_components
from scipy.sparse.linalg import splu

from khazri.interop.attributes import CAPACITY, Component
from khazri.interop.capacity import existing_cost
from khazri.interop.columns import RAMPS, Extra, Part
from khazri.interop.network import Network, ports, with_results
from khazri.interop.program import Built
from khazri.program import Point, reduced_costs
from khazri.program.families import GlobalRow, Row
from khazri.program.varying import Floats, Indices

_OUTPUT = {
    Part.GENERATOR: Component.GENERATOR,
    Part.LINK: Component.LINK,
    Part.LINE: Component.LINE,
    Part.TRANSFORMER: Component.TRANSFORMER,
    Part.LEVEL: Component.STORAGE_UNIT,
    Part.STORE_LEVEL: Component.STORE,
}
"""The part of each kind whose bounds have the multipliers ``mu_upper`` and ``mu_lower``."""

Results = dict[Component, dict[str, pd.DataFrame]]


_PRESCRIBED = {
    Part.GENERATOR: Component.GENERATOR,
    Part.LINK: Component.LINK,
    Part.DISCHARGE: Component.STORAGE_UNIT,
    Part.CHARGE: Component.STORAGE_UNIT,
    Part.LEVEL: Component.STORAGE_UNIT,
    Part.STORE_LEVEL: Component.STORE,
    Part.EXCHANGE: Component.STORE,
    Part.LINE: Component.LINE,
    Part.TRANSFORMER: Component.TRANSFORMER,
}
"""The kind of each part that values may be prescribed for, or that angles limit."""

_NAMES: Mapping[Part, tuple[str, ...]] = {
    Part.GENERATOR: ("p_set",),
    Part.LINK: ("p_set",),
    Part.DISCHARGE: ("p_dispatch_set", "p_set"),
    Part.CHARGE: ("p_store_set",),
    Part.LEVEL: ("state_of_charge_set",),
    Part.STORE_LEVEL: ("e_set",),
    Part.EXCHANGE: ("p_set",),
    Part.LINE: (),
    Part.TRANSFORMER: (),
}
"""The attributes that prescribe the values of each part."""


def network_with_results(built: Built, point: Point, cost: float) -> Network:
    """Return the network with its solution.

    Parameters
    ----------
    built
        The program of the network.
    point
        Its solution.
    cost
        What the solution costs.

    Notes
    -----
    Variables and signs are those of PyPSA 1.4: prices per MWh, multipliers of bounds and energies
    as the objective's growth in the snapshot with all its weight. ``objective`` leaves out the cost
    of given capacity, which is ``objective_constant``.
    """
    constant = existing_cost(built.network)
    series = _series(built, point)
    series[Component.BUS]["p"] = _injection(built, series)
    angle = _angles(built, series[Component.BUS]["p"].to_numpy())
    if angle is not None:
        series[Component.BUS]["v_ang"] = _frame(built, Component.BUS, angle)
    attributes = {
        "network__objective": cost - constant,
        "network__objective_constant": constant,
    }
    return with_results(built.network, _tables(built, point), series, attributes)


def prices(built: Built, point: Point) -> Floats:
    """Return the price at each bus, (T, buses) [currency/MWh]; 0 where a snapshot has no weight."""
    weight = built.network.weightings["objective"].to_numpy(dtype=float)[:, None]
    balance = point.row_dual[:, built.program.rows.of(Row.BALANCE)]
    zero = np.zeros_like(balance)
    return np.asarray(np.divide(balance, weight, out=zero, where=weight != 0.0))


def _tables(built: Built, point: Point) -> dict[Component, pd.DataFrame]:
    """Capacities, and multipliers of global constraints."""
    tables = {}
    for kind, name in CAPACITY.items():
        table = built.network.table(kind)
        if not len(table):
            continue
        capacity = built.capacity[kind]
        found = np.where(table[f"{name}_extendable"], 0.0, table[name])
        found[capacity.place] = capacity.chosen(point.y)
        tables[kind] = pd.DataFrame({f"{name}_opt": found}, index=table.index)
    kind = Component.GLOBAL_CONSTRAINT
    table = built.network.table(kind)
    if len(table):
        limits = built.program.global_rows.of(GlobalRow.LIMIT)
        names = [
            str(item).removeprefix(f"{kind.word} ")
            for item in built.program.global_rows.item[limits]
        ]
        dual = pd.Series(point.sum_dual[0, limits], index=names)
        tables[kind] = pd.DataFrame({"mu": dual.reindex(table.index).fillna(0.0)})
    return tables


def _frame(built: Built, kind: Component, values: Floats) -> pd.DataFrame:
    """A frame of all active components of a kind, of buses and loads of all of them."""
    names = (
        built.capacity[kind].names if kind in built.capacity else built.network.table(kind).index
    )
    return pd.DataFrame(values, index=built.network.snapshots, columns=pd.Index(names))


def _series(built: Built, point: Point) -> Results:
    network, x = built.network, point.x
    found: Results = {kind: {} for kind in network.tables}
    found.setdefault(Component.BUS, {})
    found[Component.BUS]["marginal_price"] = _frame(built, Component.BUS, prices(built, point))

    def put(kind: Component, name: str, values: Floats) -> None:
        if kind in network.tables:
            found[kind][name] = _frame(built, kind, values)

    def part(which: Part) -> Floats:
        return x[:, built.columns(which)]

    load = network.values(Component.LOAD, "p_set")
    load = np.broadcast_to(load, (len(x), load.shape[-1]))
    put(Component.LOAD, "p", load * network.table(Component.LOAD)["active"].to_numpy())
    put(Component.GENERATOR, "p", part(Part.GENERATOR))
    main = part(Part.LINK)
    for name in ("p", "p0"):
        put(Component.LINK, name, main)
    for port, arriving in _arriving(built, main):
        put(Component.LINK, f"p{port}", -arriving)
    for kind, which in ((Component.LINE, Part.LINE), (Component.TRANSFORMER, Part.TRANSFORMER)):
        put(kind, "p0", part(which))
        put(kind, "p1", -part(which))
    put(Component.TRANSFORMER, "phase_shift_opt", _phase_shift(built, part(Part.ANGLE)))
    unit = Component.STORAGE_UNIT
    put(unit, "p", part(Part.DISCHARGE) - part(Part.CHARGE))
    put(unit, "p_dispatch", part(Part.DISCHARGE))
    put(unit, "p_store", part(Part.CHARGE))
    put(unit, "state_of_charge", part(Part.LEVEL))
    spill = np.zeros((len(x), len(built.capacity[unit])))
    spill[:, built.spilling] = part(Part.SPILL)
    put(unit, "spill", spill)
    put(Component.STORE, "p", part(Part.EXCHANGE))
    put(Component.STORE, "e", part(Part.STORE_LEVEL))
    for kind, name, values in _multipliers(built, point):
        put(kind, name, values)
    return found


def _arriving(built: Built, main: Floats) -> Iterator[tuple[int, Floats]]:
    """Yield each port of links beyond the first with what arrives there, (T, links)."""
    table = built.network.table(Component.LINK)
    place = built.capacity[Component.LINK].place
    for port in (1, *ports(table.columns)):
        name = "efficiency" if port == 1 else f"efficiency{port}"
        is_there = (table[f"bus{port}"] != "").to_numpy()[place]
        yield port, main * built.network.values(Component.LINK, name)[..., place] * is_there


def _phase_shift(built: Built, chosen: Floats) -> Floats:
    kind = Component.TRANSFORMER
    place = built.capacity[kind].place
    given = built.network.values(kind, "phase_shift")[..., place]
    shift = np.broadcast_to(given, (len(chosen), len(place))).copy()
    table = built.network.table(kind).iloc[place]
    shift[:, (table["phase_shift_min"] < table["phase_shift_max"]).to_numpy()] = chosen
    return shift


def _multipliers(built: Built, point: Point) -> Iterator[tuple[Component, str, Floats]]:
    """Multipliers of bounds, ramps and energy balances, by kind and name."""
    reduced = reduced_costs(built.program, point.row_dual, point.sum_dual)
    yield from _prescribed(built, point, reduced)
    for part, kind in _OUTPUT.items():
        here = reduced[:, built.columns(part)]
        yield kind, "mu_lower", np.maximum(here, 0.0)
        yield kind, "mu_upper", np.minimum(here, 0.0)
    for part, which in built.ramping.items():
        here = np.zeros((len(reduced), len(built.capacity[_OUTPUT[part]])))
        here[:, which] = reduced[:, built.columns(RAMPS[part])]
        if len(which):
            yield _OUTPUT[part], "mu_ramp_limit_down", np.maximum(here, 0.0)
            yield _OUTPUT[part], "mu_ramp_limit_up", np.minimum(here, 0.0)
    store = point.row_dual[:, built.program.rows.of(Row.STORE)]
    n_units = len(built.capacity[Component.STORAGE_UNIT])
    # PyPSA writes these rows with the level on the other side.
    yield Component.STORAGE_UNIT, "mu_energy_balance", -store[:, :n_units]
    yield Component.STORE, "mu_energy_balance", -store[:, n_units:]


def _prescribed(
    built: Built, point: Point, reduced: Floats
) -> Iterator[tuple[Component, str, Floats]]:
    """Multipliers of prescribed values; what they explain is taken off ``reduced``, the bounds'."""
    row = built.first[Extra.HELD]
    tied: dict[tuple[Part, str], Floats] = {}
    for one in built.held:
        values = np.zeros((len(reduced), len(built.capacity[_PRESCRIBED[one.part]])))
        values[:, one.columns] = point.row_dual[:, row : row + len(one.columns)]
        row += len(one.columns)
        tied[one.part, one.name] = values
    for part, kind in _PRESCRIBED.items():
        for name in _NAMES[part]:
            place = built.capacity[kind].place
            wanted = built.network.values(kind, name)[..., place]
            is_given = np.broadcast_to(~np.isnan(wanted), (len(reduced), len(place)))
            if not is_given.any():
                continue
            here = reduced[:, built.columns(part)]
            values = tied.get((part, name), np.zeros_like(here))
            if (part, name) != (Part.DISCHARGE, "p_set"):
                is_bound = is_given & (built.program.capacity[built.columns(part)] < 0)
                values = np.where(is_bound, here, values)
                here[is_bound] = 0.0
            yield kind, f"mu_{name}", values


def _injection(built: Built, series: Results) -> pd.DataFrame:
    """Return what all but lines and transformers give to each bus, (T, buses)."""
    network = built.network
    buses = network.table(Component.BUS).index
    total = np.zeros((len(buses), len(network.snapshots)))

    def add(kind: Component, column: str, values: Floats) -> None:
        table = network.table(kind)
        names = table[column] if kind is Component.LOAD else table[column].iloc[_place(built, kind)]
        at = buses.get_indexer(pd.Index(names))
        np.add.at(total, at[at >= 0], values.T[at >= 0])

    for kind in (Component.GENERATOR, Component.STORE, Component.LOAD, Component.STORAGE_UNIT):
        if kind in series:
            sign = network.table(kind)["sign"].to_numpy()
            sign = sign if kind is Component.LOAD else sign[_place(built, kind)]
            add(kind, "bus", series[kind]["p"].to_numpy() * sign)
    if Component.LINK in series:
        for port in (0, 1, *ports(network.table(Component.LINK).columns)):
            add(Component.LINK, f"bus{port}", -series[Component.LINK][f"p{port}"].to_numpy())
    return _frame(built, Component.BUS, total.T)


def _place(built: Built, kind: Component) -> Indices:
    return built.capacity[kind].place


def _angles(built: Built, injection: Floats) -> Floats | None:
    """Return voltage angles (T, buses) [rad] of mean zero in each synchronous area.

    None where a branch has no impedance. As in PyPSA, shifts of phase are left out.
    """
    grid, count = built.grid, injection.shape[1]
    angle = np.zeros_like(injection)
    if not len(grid):
        return angle
    with np.errstate(divide="ignore"):
        susceptance = 1.0 / grid.impedance
    if not np.isfinite(susceptance).all():
        return None
    ends = np.stack([grid.from_bus, grid.to_bus])
    adjacency = coo_array((np.ones(len(grid)), (ends[0], ends[1])), shape=(count, count))
    n_areas, area = connected_components(adjacency.tocsr(), directed=False)
    incidence = csc_array(
        (
            np.repeat([1.0, -1.0], len(grid)),
            (ends.ravel(), np.tile(np.arange(len(grid)), 2)),
        ),
        shape=(count, len(grid)),
    )
    laplacian = csc_array((incidence * susceptance) @ incidence.T)
    # One bus of each area is held at zero, then the mean of the area is taken off.
    _, anchor = np.unique(area, return_index=True)
    free = np.setdiff1d(np.arange(count), anchor)
    angle[:, free] = splu(csc_array(laplacian[free][:, free])).solve(injection[:, free].T).T
    members = csc_array((np.ones(count), (np.arange(count), area)), shape=(count, n_areas))
    mean = (angle @ members) / np.bincount(area)
    return np.asarray(angle - mean[:, area])
