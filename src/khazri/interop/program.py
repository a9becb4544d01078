"""From a PyPSA network to a block-structured program."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from khazri.interop.attributes import Component
from khazri.interop.capacity import Capacity, Ends, Globals, capacities
from khazri.interop.columns import (
    RAMPS,
    Columns,
    Extra,
    Frame,
    Held,
    Part,
    ever,
    ramping,
    scaled,
    spilling,
    stage_columns,
)
from khazri.interop.grid import RADIANS, Cycles, Grid, cycles, grid
from khazri.interop.limits import limits
from khazri.interop.network import Network, ports
from khazri.program import assemble
from khazri.program.assemble import Matrix
from khazri.program.families import Row
from khazri.program.program import Flags, Labels, Program
from khazri.program.varying import Floats, Indices, from_pieces

_KINDS = {Part.GENERATOR: Component.GENERATOR, Part.LINK: Component.LINK}


@dataclass(frozen=True)
class Built:
    """A network's program and where in it everything is.

    ``start`` is the first column of each part; ``spilling`` and ``ramping`` say which of the active
    components have a column of spill or ramp. ``first`` is the first row of each family. ``held``
    are the limits that have rows of their own, in their order. ``assumed_global`` (k,),
    ``assumed_below`` and ``assumed_above`` (n,) mark ends of columns that the network leaves open.
    """

    program: Program
    network: Network
    capacity: Mapping[Component, Capacity]
    grid: Grid
    start: Mapping[Part, int]
    first: Mapping[str, int]
    spilling: Indices
    ramping: Mapping[Part, Indices]
    held: tuple[Held, ...]
    assumed_global: Flags
    assumed_below: Flags
    assumed_above: Flags

    def columns(self, part: Part) -> slice:
        """Where the columns of a part lie."""
        starts = [*self.start.values(), self.program.n_columns]
        place = list(self.start).index(part)
        return slice(starts[place], starts[place + 1])


def build_network(network: Network, ends: Ends) -> Built:
    """Write a network as a block-structured program.

    Parameters
    ----------
    network
        A network that :func:`~khazri.interop.support.check_supported` accepts.
    ends
        What is put where the network leaves a quantity open.

    Notes
    -----
    Costs are those of the horizon: operation weighted by snapshots, capacities as a whole, the
    given ones of what is extendable included. All rows are those of PyPSA 1.4, bounds that follow a
    capacity being bounds and not rows.
    """
    weight, cost_scale = _weights(network)
    capacity, globals_ = capacities(network, ends)
    frame = Frame(
        network, capacity, grid(network), ends, cost_scale, globals_.lower, globals_.upper
    )
    columns = stage_columns(frame)
    return _assemble(frame, columns, globals_, weight)


def _weights(network: Network) -> tuple[Floats, Floats]:
    """Return the weights (T,) of the program's stages, and those of costs over them."""
    objective = network.weightings["objective"].to_numpy(dtype=float)
    if np.all(objective > 0.0):
        return objective, np.ones(len(objective))
    return np.ones(len(objective)), objective


def _assemble(frame: Frame, columns: Columns, globals_: Globals, weight: Floats) -> Built:
    network, start = frame.network, columns.start
    n_stages = len(network.snapshots)
    hours = network.weightings["stores"].to_numpy(dtype=float)
    meshes = cycles(frame.grid, len(network.table(Component.BUS)))
    ramps = {part: ramping(frame, _KINDS[part]) for part in RAMPS}
    side = columns.side
    rows = _rows(frame, columns, meshes)
    first = {family: rows.of(family).start for family in (*Row, Extra.HELD)}

    matrix, carry = Matrix(), Matrix()
    rhs: list[Floats] = [_load(frame)]
    _balance(frame, matrix, start)
    rhs.append(_voltage_law(frame, matrix, start, meshes, first[Row.VOLTAGE_LAW]))
    row = first[Row.RAMP]
    for part, which in ramps.items():
        rhs.append(_ramps(frame, (matrix, carry), start, part, row))
        row += len(which)
    rhs.append(_held(columns, matrix, start, first[Extra.HELD]))
    rhs.append(_storage_units(frame, (matrix, carry), start, first[Row.STORE]))
    n_units = len(frame.capacity[Component.STORAGE_UNIT])
    rhs.append(_stores(frame, (matrix, carry), start, first[Row.STORE] + n_units))
    sums = limits(network, frame.capacity, start, weight)
    is_first = np.zeros(n_stages, dtype=bool)
    is_first[0] = True
    program = Program(
        duration=_duration(hours),
        weight=weight,
        previous=np.roll(np.arange(n_stages), 1),
        is_first=is_first,
        columns=side.labels,
        rows=rows,
        is_store=rows.family == Row.STORE,
        cost=side.cost,
        lower=side.lower,
        upper=side.upper,
        lower_slope=side.lower_slope,
        upper_slope=side.upper_slope,
        capacity=side.capacity,
        entries=matrix.entries(n_stages),
        carry=carry.entries(n_stages),
        carry_is_cyclic=_is_cyclic(frame, ramps),
        global_entries=Matrix().entries(n_stages),
        rhs=from_pieces(rhs, n_stages),
        globals=Labels(globals_.family, globals_.item),
        global_cost=globals_.cost,
        global_lower=globals_.lower,
        global_upper=globals_.upper,
        is_integer=globals_.is_integer,
        global_rows=sums.labels,
        sum_entries=sums.entries,
        sum_row=sums.global_row,
        sum_column=sums.global_column,
        sum_value=sums.global_value,
        sum_lower=sums.lower,
        sum_upper=sums.upper,
        constant_cost=0.0,
        implied=_implied(frame, columns),
    )
    return Built(
        program,
        network,
        frame.capacity,
        frame.grid,
        start,
        {str(family): number for family, number in first.items()},
        spilling(frame),
        ramps,
        columns.held,
        globals_.is_assumed,
        columns.below,
        columns.above,
    )


def _implied(frame: Frame, columns: Columns) -> Indices:
    """Return the exchanges of stores that no ``p_set`` limits: the bounds of the level do."""
    start, count = columns.start[Part.EXCHANGE], len(frame.capacity[Component.STORE])
    is_assumed = (columns.below | columns.above)[start : start + count]
    is_given = ever(~np.isnan(frame.values(Component.STORE, "p_set")))
    return start + np.flatnonzero(~is_assumed & ~is_given)


def _duration(hours: Floats) -> Floats:
    """Return the lengths of stages (T,), by which hours are told: whole ones, or all of them 1."""
    is_whole = np.all(hours >= 1.0) and np.all(hours == np.round(hours))
    return hours if is_whole else np.ones(len(hours))


def _rows(frame: Frame, columns: Columns, meshes: Cycles) -> Labels:
    buses = frame.network.table(Component.BUS).index.to_numpy(dtype=str)
    items = columns.items

    def named(word: str, names: np.ndarray) -> np.ndarray:
        return np.array([f"{word} {name}" for name in names], dtype=str)

    return assemble.labels(
        (
            (Row.BALANCE, named("bus", buses)),
            (Row.VOLTAGE_LAW, named("cycle", np.arange(1, meshes.count + 1))),
            (Row.RAMP, items[Part.GENERATOR_RAMP]),
            (Row.RAMP, items[Part.LINK_RAMP]),
            (Extra.HELD, items[Part.HELD]),
            *(
                (Row.STORE, named(kind.word, frame.capacity[kind].names))
                for kind in (Component.STORAGE_UNIT, Component.STORE)
            ),
        )
    )


def _buses(frame: Frame, kind: Component, column: str) -> Indices:
    """Return the rows (n,) of the table of buses that active components are at."""
    table = frame.network.table(kind).iloc[frame.capacity[kind].place]
    return frame.network.table(Component.BUS).index.get_indexer(pd.Index(table[column]))


def _load(frame: Frame) -> Floats:
    """Return what loads take from each bus, (T, buses)."""
    network = frame.network
    loads = network.table(Component.LOAD)
    on = np.flatnonzero(loads["active"].to_numpy(dtype=bool))
    taken = network.values(Component.LOAD, "p_set")[..., on]
    sign = loads["sign"].to_numpy(dtype=float)[on]
    buses = network.table(Component.BUS).index
    at = buses.get_indexer(pd.Index(loads["bus"]))[on]
    shape = (len(buses), len(on))
    # Of a bus with several loads the entries add up.
    total = csr_array((-sign, (at, np.arange(len(on)))), shape=shape) @ taken.T
    return np.broadcast_to(total.T, (len(network.snapshots), len(buses)))


def _balance(frame: Frame, matrix: Matrix, start: Mapping[Part, int]) -> None:
    """Write what enters and leaves each bus."""

    def sign(kind: Component) -> Floats:
        return frame.values(kind, "sign")

    for part, kind, direction in (
        (Part.GENERATOR, Component.GENERATOR, 1.0),
        (Part.DISCHARGE, Component.STORAGE_UNIT, 1.0),
        (Part.CHARGE, Component.STORAGE_UNIT, -1.0),
        (Part.EXCHANGE, Component.STORE, 1.0),
    ):
        column = start[part] + np.arange(len(frame.capacity[kind]))
        matrix.add(_buses(frame, kind, "bus"), column, direction * sign(kind))
    for part, is_line in ((Part.LINE, True), (Part.TRANSFORMER, False)):
        here = frame.grid.is_line == is_line
        column = start[part] + np.arange(int(here.sum()))
        matrix.add(frame.grid.from_bus[here], column, -1.0)
        matrix.add(frame.grid.to_bus[here], column, 1.0)
    kind = Component.LINK
    column = start[Part.LINK] + np.arange(len(frame.capacity[kind]))
    matrix.add(_buses(frame, kind, "bus0"), column, -1.0)
    matrix.add(_buses(frame, kind, "bus1"), column, frame.values(kind, "efficiency"))
    for port in ports(frame.network.table(kind).columns):
        bus = _buses(frame, kind, f"bus{port}")
        there = np.flatnonzero(bus >= 0)
        share = frame.values(kind, f"efficiency{port}")[..., there]
        matrix.add(bus[there], column[there], share)


def _voltage_law(
    frame: Frame, matrix: Matrix, start: Mapping[Part, int], meshes: Cycles, first: int
) -> Floats:
    """Write the voltage law; return its right-hand side (T, cycles): given phase shifts."""
    n_lines = int(frame.grid.is_line.sum())
    column = np.where(
        meshes.branch < n_lines,
        start[Part.LINE] + meshes.branch,
        start[Part.TRANSFORMER] + meshes.branch - n_lines,
    )
    matrix.add(first + meshes.cycle, column, meshes.sign * meshes.weight)
    kind = Component.TRANSFORMER
    shift = frame.values(kind, "phase_shift")
    rhs = np.zeros((len(frame.network.snapshots), meshes.count))
    there = np.flatnonzero(meshes.branch >= n_lines)
    which = meshes.branch[there] - n_lines
    turn = meshes.sign[there] * RADIANS / meshes.scale[meshes.cycle[there]]
    chosen = frame.values(kind, "phase_shift_min") < frame.values(kind, "phase_shift_max")
    angle = np.cumsum(chosen) - 1
    may = chosen[which]
    matrix.add(first + meshes.cycle[there[may]], start[Part.ANGLE] + angle[which[may]], turn[may])
    given = there[~may]
    shifted = np.broadcast_to(shift, (len(rhs), shift.shape[-1]))[:, which[~may]] * turn[~may]
    np.subtract.at(rhs.T, meshes.cycle[given], shifted.T)
    return rhs


def _ramps(
    frame: Frame,
    matrices: tuple[Matrix, Matrix],
    start: Mapping[Part, int],
    part: Part,
    first: int,
) -> Floats:
    """Write changes of output; return the right-hand side (T, q): the output before the first."""
    matrix, carry = matrices
    kind = _KINDS[part]
    which = ramping(frame, kind)
    rows = first + np.arange(len(which))
    matrix.add(rows, start[part] + which, 1.0)
    matrix.add(rows, start[RAMPS[part]] + np.arange(len(which)), -1.0)
    carry.add(rows, start[part] + which, -1.0)
    rhs = np.zeros((len(frame.network.snapshots), len(which)))
    rhs[0] = np.nan_to_num(frame.values(kind, "p_init")[which])
    return rhs


def _held(columns: Columns, matrix: Matrix, start: Mapping[Part, int], first: int) -> Floats:
    """Tie columns to the copies that carry their further limits; return the right-hand side."""
    row = first
    for one in columns.held:
        rows = row + np.arange(len(one.columns))
        matrix.add(rows, start[one.part] + one.columns, 1.0)
        if one.other_part is not None and one.other_columns is not None:
            assert one.other_value is not None
            matrix.add(rows, start[one.other_part] + one.other_columns, one.other_value)
        matrix.add(rows, start[Part.HELD] + rows - first, -1.0)
        row += len(rows)
    return np.zeros(row - first)


def _storage_units(
    frame: Frame, matrices: tuple[Matrix, Matrix], start: Mapping[Part, int], first: int
) -> Floats:
    """Write the energy kept in storage units; return the right-hand side (T, units)."""
    kind = Component.STORAGE_UNIT
    matrix, carry = matrices
    number = np.arange(len(frame.capacity[kind]))
    hours = frame.network.weightings["stores"].to_numpy(dtype=float)
    rows = first + number
    matrix.add(rows, start[Part.LEVEL] + number, 1.0)
    stored = frame.values(kind, "efficiency_store")
    matrix.add(rows, start[Part.CHARGE] + number, -scaled(stored, hours))
    taken = 1.0 / frame.values(kind, "efficiency_dispatch")
    matrix.add(rows, start[Part.DISCHARGE] + number, scaled(taken, hours))
    which = spilling(frame)
    lost = scaled(np.ones(len(which)), hours)
    matrix.add(rows[which], start[Part.SPILL] + np.arange(len(which)), lost)
    carry.add(rows, start[Part.LEVEL] + number, -_kept(frame, kind))
    inflow = frame.values(kind, "inflow")
    rhs = np.broadcast_to(inflow, (len(hours), len(number))) * hours[:, None]
    return _from(
        rhs,
        ~_flags(frame, kind, "cyclic_state_of_charge"),
        frame.values(kind, "state_of_charge_initial"),
    )


def _stores(
    frame: Frame, matrices: tuple[Matrix, Matrix], start: Mapping[Part, int], first: int
) -> Floats:
    """Write the energy kept in stores; return the right-hand side (T, stores)."""
    kind = Component.STORE
    matrix, carry = matrices
    number = np.arange(len(frame.capacity[kind]))
    hours = frame.network.weightings["stores"].to_numpy(dtype=float)
    rows = first + number
    matrix.add(rows, start[Part.STORE_LEVEL] + number, 1.0)
    matrix.add(rows, start[Part.EXCHANGE] + number, scaled(np.ones(len(number)), hours))
    carry.add(rows, start[Part.STORE_LEVEL] + number, -_kept(frame, kind))
    rhs = np.zeros((len(hours), len(number)))
    return _from(rhs, ~_flags(frame, kind, "e_cyclic"), frame.values(kind, "e_initial"))


def _kept(frame: Frame, kind: Component) -> Floats:
    """Return the share of a level that is left after a snapshot, (n,) or (T, n)."""
    hours = frame.network.weightings["stores"].to_numpy(dtype=float)
    loss = frame.values(kind, "standing_loss")
    if loss.ndim == 1 and np.all(hours == hours[0]):
        return np.asarray((1.0 - loss) ** hours[0])
    return np.asarray((1.0 - loss) ** hours[:, None])


def _flags(frame: Frame, kind: Component, attribute: str) -> Flags:
    table = frame.network.table(kind).iloc[frame.capacity[kind].place]
    return table[attribute].to_numpy(dtype=bool)


def _from(rhs: Floats, starts: Flags, level: Floats) -> Floats:
    """Add levels before the first snapshot, of which PyPSA lets nothing be lost in it."""
    begun = rhs.copy()
    begun[0] += np.where(starts, level, 0.0)
    return begun


def _is_cyclic(frame: Frame, ramps: Mapping[Part, Indices]) -> Flags:
    """Tell of each entry of the carry whether the first snapshot follows the last."""
    return np.concatenate(
        [
            np.zeros(sum(len(which) for which in ramps.values()), dtype=bool),
            _flags(frame, Component.STORAGE_UNIT, "cyclic_state_of_charge"),
            _flags(frame, Component.STORE, "e_cyclic"),
        ]
    )
