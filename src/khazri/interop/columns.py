"""Stage columns of a network's program: what runs in each snapshot and between which bounds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from khazri.interop.attributes import Component
from khazri.interop.capacity import Capacity, Ends
from khazri.interop.grid import RADIANS, Grid
from khazri.interop.network import Network
from khazri.program import assemble
from khazri.program.assemble import ColumnFamily, StageColumns
from khazri.program.families import Column
from khazri.program.program import Flags, Names
from khazri.program.varying import Floats, Indices

ROUNDING = 1e-9
"""Relative amount by which a prescribed value may be outside of bounds and count as on them."""


class Extra(StrEnum):
    """Families of columns and rows that only networks have."""

    EXCHANGE = "store_exchange"
    """Power from a store to its bus, of either sign."""
    ANGLE = "phase_shift"
    """Phase shift of a transformer that may be chosen [degrees]."""
    HELD = "held"
    """A further limit of columns whose bounds already follow a capacity."""


class Part(StrEnum):
    """Groups of stage columns; several may belong to one family."""

    GENERATOR = "generator"
    LINK = "link"
    CHARGE = "charging of storage unit"
    DISCHARGE = "discharging of storage unit"
    SPILL = "spill of storage unit"
    LINE = "line"
    TRANSFORMER = "transformer"
    EXCHANGE = "exchange of store"
    ANGLE = "phase shift of transformer"
    GENERATOR_RAMP = "ramp of generator"
    LINK_RAMP = "ramp of link"
    HELD = "held"
    LEVEL = "level of storage unit"
    STORE_LEVEL = "level of store"


RAMPS = {Part.GENERATOR: Part.GENERATOR_RAMP, Part.LINK: Part.LINK_RAMP}
"""Parts with ramp limits and the part that holds their change from one snapshot to the next."""


@dataclass(frozen=True)
class Held:
    """Limits of one kind on top of bounds that follow a capacity.

    ``lower <= Σ value * column <= upper``: ``part`` and ``columns`` (q,) say which, within the
    part; ``others`` may add a second column to each, with its value. Bounds are (T, q).
    """

    name: str
    part: Part
    columns: Indices
    lower: Floats
    upper: Floats
    other_part: Part | None = None
    other_columns: Indices | None = None
    other_value: Floats | None = None


@dataclass(frozen=True)
class Columns:
    """All columns, with the limits that need a row of their own.

    ``items`` are the names of the columns of each part, in the order of parts. ``below`` and
    ``above`` mark, for each column, ends that the network leaves open and that are assumed.
    """

    side: StageColumns
    items: Mapping[Part, Names]
    held: tuple[Held, ...]
    below: Flags
    above: Flags

    @property
    def start(self) -> dict[Part, int]:
        """The first column of each part."""
        counts = np.cumsum([0, *(len(item) for item in self.items.values())])
        return {part: int(first) for part, first in zip(self.items, counts, strict=False)}


@dataclass(frozen=True)
class Frame:
    """What all columns of a network need: itself, its capacities, its grid, ends to assume.

    ``cost_scale`` (T,) is the weight of costs over that of the program's stages.
    """

    network: Network
    capacity: Mapping[Component, Capacity]
    grid: Grid
    ends: Ends
    cost_scale: Floats
    global_lower: Floats
    global_upper: Floats

    def values(self, kind: Component, attribute: str) -> Floats:
        """Return an attribute of the active components of ``kind``, (n,) or (T, n)."""
        values, place = self.network.values(kind, attribute), self.capacity[kind].place
        return values if len(place) == values.shape[-1] else values[..., place]

    def cost(self, kind: Component, attribute: str) -> Floats:
        """Return a cost per MWh, or per MWh and hour, scaled to the program's stages."""
        return scaled(self.values(kind, attribute), self.cost_scale)

    def reach(self, column: ColumnFamily, which: Indices) -> Floats:
        """Return the most (q,) that the bounds of the columns ``which`` allow, infinite aside."""
        most = np.zeros(len(which))
        owner = column.capacity[which]
        for base, slope in (
            (column.lower[..., which], column.lower_slope[..., which]),
            (column.upper[..., which], column.upper_slope[..., which]),
        ):
            for y in (self.global_lower, self.global_upper):
                scale = y[owner] if len(y) else np.zeros(len(which))
                at = np.abs(base + slope * np.where(owner >= 0, scale, 0.0))
                most = np.maximum(most, _over_time(np.where(np.isfinite(at), at, 0.0)))
        return most


def scaled(values: Floats, scale: Floats) -> Floats:
    """Return ``values`` (n,) or (T, n) times ``scale`` (T,); (n,) where nothing changes."""
    if np.all(scale == scale[0]):
        return np.asarray(values * scale[0])
    return values * scale[:, None]


def _over_time(values: Floats) -> Floats:
    return np.asarray(values.max(axis=0, initial=0.0) if values.ndim == 2 else values)


def stage_columns(frame: Frame) -> Columns:
    """Return all stage columns of a network and the limits that need rows."""
    parts: dict[Part, ColumnFamily] = {}
    held: list[Held] = []
    for part, column in (
        (Part.GENERATOR, _dispatch(frame, Component.GENERATOR, Column.SUPPLY)),
        (Part.LINK, _dispatch(frame, Component.LINK, Column.CONVERSION)),
    ):
        kind = Component.GENERATOR if part is Part.GENERATOR else Component.LINK
        wanted = frame.values(kind, "p_set")
        parts[part] = _hold(part, column, wanted, wanted, held, "p_set")
    _storage_units(frame, parts, held)
    _branches(frame, parts, held)
    _stores(frame, parts, held)
    below, above = {}, {}
    for part, column in parts.items():
        end = frame.ends.energy if column.family == Column.LEVEL else frame.ends.power
        parts[part], below[part], above[part] = _close(column, end)
    for part, kind in ((Part.GENERATOR, Component.GENERATOR), (Part.LINK, Component.LINK)):
        parts[RAMPS[part]] = _ramp(frame, kind, parts[part])
    parts[Part.HELD] = _copies(frame, parts, held)
    ordered = {part: parts[part] for part in Part}

    def flags(known: Mapping[Part, Flags]) -> Flags:
        none = {part: np.zeros(len(column.item), dtype=bool) for part, column in ordered.items()}
        return np.concatenate([known.get(part, none[part]) for part in ordered])

    side = assemble.stage_columns(list(ordered.values()), len(frame.network.snapshots))
    items = {part: column.item for part, column in ordered.items()}
    return Columns(side, items, tuple(held), flags(below), flags(above))


def _close(column: ColumnFamily, end: float) -> tuple[ColumnFamily, Flags, Flags]:
    """Put ``end`` where a column is open; tell below and above of which columns that was done."""
    below, above = np.isneginf(column.lower), np.isposinf(column.upper)
    closed = replace(
        column,
        lower=np.where(below, np.minimum(-end, np.minimum(column.upper, 0.0) - end), column.lower),
        upper=np.where(above, np.maximum(end, np.maximum(column.lower, 0.0) + end), column.upper),
    )
    return closed, ever(below), ever(above)


def ever(flags: Flags) -> Flags:
    """Return which of (n,) or (T, n) flags are set in any snapshot, (n,)."""
    return np.asarray(flags.any(axis=0) if flags.ndim == 2 else flags)


def _named(word: str, names: Names) -> Names:
    return np.array([f"{word} {name}" for name in names], dtype=str)


def _dispatch(frame: Frame, kind: Component, family: Column) -> ColumnFamily:
    """Output of generators, main flow of links."""
    capacity = frame.capacity[kind]
    lower, lower_slope = capacity.bound(frame.values(kind, "p_min_pu"))
    upper, upper_slope = capacity.bound(frame.values(kind, "p_max_pu"))
    return ColumnFamily(
        family,
        _named(kind.word, capacity.names),
        frame.cost(kind, "marginal_cost"),
        lower,
        upper,
        lower_slope,
        upper_slope,
        capacity.number,
    )


def _storage_units(frame: Frame, parts: dict[Part, ColumnFamily], held: list[Held]) -> None:
    kind = Component.STORAGE_UNIT
    capacity = frame.capacity[kind]
    names, number = capacity.names, capacity.number
    zero = np.zeros(len(names))

    def column(part: Part, family: Column, cost: Floats, most: Floats) -> ColumnFamily:
        upper, slope = capacity.bound(most)
        item = _named(part.value, names)
        return ColumnFamily(family, item, cost, zero, upper, zero, slope, number)

    charge = column(Part.CHARGE, Column.CHARGE, zero, -frame.values(kind, "p_min_pu"))
    dispatch = column(
        Part.DISCHARGE,
        Column.DISCHARGE,
        frame.cost(kind, "marginal_cost"),
        frame.values(kind, "p_max_pu"),
    )
    level = column(
        Part.LEVEL,
        Column.LEVEL,
        frame.cost(kind, "marginal_cost_storage"),
        frame.values(kind, "max_hours"),
    )
    for part, one, attribute in (
        (Part.CHARGE, charge, "p_store_set"),
        (Part.DISCHARGE, dispatch, "p_dispatch_set"),
        (Part.LEVEL, level, "state_of_charge_set"),
    ):
        wanted = frame.values(kind, attribute)
        parts[part] = _hold(part, one, wanted, wanted, held, attribute)
    which = spilling(frame)
    inflow = np.maximum(frame.values(kind, "inflow")[..., which], 0.0)
    cost = frame.cost(kind, "spill_cost")[..., which]
    item, nothing = _named(Part.SPILL.value, names[which]), zero[which]
    free = np.full(len(which), -1, dtype=np.int64)
    parts[Part.SPILL] = ColumnFamily(
        Column.SPILL, item, cost, nothing, inflow, nothing, nothing, free
    )
    net = _dense(frame, frame.values(kind, "p_set"))
    which = np.flatnonzero(~np.isnan(net).all(axis=0))
    if len(which):
        lower, upper = _prescribed(net[:, which])
        both = Held("p_set", Part.DISCHARGE, which, lower, upper)
        held.append(
            replace(
                both,
                other_part=Part.CHARGE,
                other_columns=which,
                other_value=np.full(len(which), -1.0),
            )
        )


def spilling(frame: Frame) -> Indices:
    """Return the storage units with inflow, within the active ones."""
    return np.flatnonzero(ever(frame.values(Component.STORAGE_UNIT, "inflow") > 0.0))


def _branches(frame: Frame, parts: dict[Part, ColumnFamily], held: list[Held]) -> None:
    """Flows of lines and transformers, limited by capacity and by voltage angles."""
    for part, kind in ((Part.LINE, Component.LINE), (Part.TRANSFORMER, Component.TRANSFORMER)):
        capacity = frame.capacity[kind]
        most = frame.values(kind, "s_max_pu")
        lower, lower_slope = capacity.bound(-most)
        upper, upper_slope = capacity.bound(most)
        flow = ColumnFamily(
            Column.FLOW,
            _named(kind.word, capacity.names),
            np.zeros(len(capacity)),
            lower,
            upper,
            lower_slope,
            upper_slope,
            capacity.number,
        )
        is_here = frame.grid.is_line == (kind is Component.LINE)
        reactance = frame.grid.reactance[is_here]
        with np.errstate(divide="ignore", invalid="ignore"):
            cap = frame.values(kind, "v_ang_max") * RADIANS / reactance
        limited = np.isfinite(cap)
        if kind is Component.LINE:
            limited &= _is_alternating(frame)
            least, most = -cap, cap
        else:
            with np.errstate(divide="ignore", invalid="ignore"):
                shift = frame.values(kind, "phase_shift") * RADIANS / reactance
            least, most = -cap - shift, cap - shift
            _angles(frame, parts, held, cap)
            limited &= ~_shifts(frame)
        lowest = np.where(limited, least, np.nan)
        highest = np.where(limited, most, np.nan)
        parts[part] = _hold(part, flow, lowest, highest, held, "v_ang_max")


def _is_alternating(frame: Frame) -> Flags:
    """Tell of active lines whether their carrier, else that of their start, is ``AC``."""
    table = frame.network.table(Component.LINE).iloc[frame.capacity[Component.LINE].place]
    buses = frame.network.table(Component.BUS)["carrier"].to_numpy(dtype=str)
    own = table["carrier"].to_numpy(dtype=str)
    carrier = np.where(own == "", buses[frame.grid.from_bus[frame.grid.is_line]], own)
    return np.asarray(carrier == "AC")


def _shifts(frame: Frame) -> Flags:
    """Tell of active transformers whether their phase shift may be chosen."""
    kind = Component.TRANSFORMER
    return np.asarray(frame.values(kind, "phase_shift_min") < frame.values(kind, "phase_shift_max"))


def _angles(frame: Frame, parts: dict[Part, ColumnFamily], held: list[Held], cap: Floats) -> None:
    """Phase shifts that may be chosen, and the limit on angles of their transformers."""
    kind = Component.TRANSFORMER
    which = np.flatnonzero(_shifts(frame))
    zero, free = np.zeros(len(which)), np.full(len(which), -1, dtype=np.int64)
    parts[Part.ANGLE] = ColumnFamily(
        Extra.ANGLE,
        _named(Part.ANGLE.value, frame.capacity[kind].names[which]),
        zero,
        frame.values(kind, "phase_shift_min")[which],
        frame.values(kind, "phase_shift_max")[which],
        zero,
        zero,
        free,
    )
    limited = np.flatnonzero(np.isfinite(cap[which]))
    if len(limited):
        reactance = frame.grid.reactance[~frame.grid.is_line][which[limited]]
        most = np.broadcast_to(cap[which[limited]], (len(frame.network.snapshots), len(limited)))
        held.append(
            Held(
                "v_ang_max",
                Part.TRANSFORMER,
                which[limited],
                -most,
                most,
                Part.ANGLE,
                limited,
                RADIANS / reactance,
            )
        )


def _stores(frame: Frame, parts: dict[Part, ColumnFamily], held: list[Held]) -> None:
    kind = Component.STORE
    capacity = frame.capacity[kind]
    lower, lower_slope = capacity.bound(frame.values(kind, "e_min_pu"))
    upper, upper_slope = capacity.bound(frame.values(kind, "e_max_pu"))
    level = ColumnFamily(
        Column.LEVEL,
        _named(Part.STORE_LEVEL.value, capacity.names),
        frame.cost(kind, "marginal_cost_storage"),
        lower,
        upper,
        lower_slope,
        upper_slope,
        capacity.number,
    )
    wanted = frame.values(kind, "e_set")
    level = _hold(Part.STORE_LEVEL, level, wanted, wanted, held, "e_set")
    parts[Part.STORE_LEVEL] = level
    # What a store gives or takes is the change of its level; twice as much can never be needed.
    hours = frame.network.weightings["stores"].to_numpy()
    open_ended = ever(np.isinf(level.lower)) | ever(np.isinf(level.upper))
    change = (
        2.0 * frame.reach(level, np.arange(len(capacity)))
        + np.abs(frame.values(kind, "e_initial"))
        + 1.0
    )
    with np.errstate(divide="ignore"):
        longest = np.where(hours > 0.0, 1.0 / hours, np.inf)
    most = scaled(np.where(open_ended, np.inf, 2.0 * change), longest)
    zero, free = np.zeros(len(capacity)), np.full(len(capacity), -1, dtype=np.int64)
    exchange = ColumnFamily(
        Extra.EXCHANGE,
        _named(Part.EXCHANGE.value, capacity.names),
        frame.cost(kind, "marginal_cost"),
        -most,
        most,
        zero,
        zero,
        free,
    )
    wanted = frame.values(kind, "p_set")
    parts[Part.EXCHANGE] = _hold(Part.EXCHANGE, exchange, wanted, wanted, held, "p_set")


def ramping(frame: Frame, kind: Component) -> Indices:
    """Return those with ramp limits, within the active ones."""
    limited = [
        ~np.isnan(_dense(frame, frame.values(kind, f"ramp_limit_{name}"))).all(axis=0)
        for name in ("up", "down", "start_up", "shut_down")
    ]
    return np.flatnonzero(np.any(limited, axis=0))


def _ramp(frame: Frame, kind: Component, output: ColumnFamily) -> ColumnFamily:
    """Change of output from one snapshot to the next.

    A missing limit counts as the whole capacity where there is one for starting or stopping. In
    the first snapshot there is a limit where the output before it is known.
    """
    which = ramping(frame, kind)
    capacity = frame.capacity[kind]
    chosen = replace(
        capacity,
        names=capacity.names[which],
        place=capacity.place[which],
        given=capacity.given[which],
        number=capacity.number[which],
        size=capacity.size[which],
        cost=capacity.cost[which],
    )
    start = frame.values(kind, "p_init")[which]
    most = 4.0 * (frame.reach(output, which) + np.abs(np.nan_to_num(start))) + 1.0

    def limit(name: str, instead: str) -> tuple[Floats, Floats]:
        share = _dense(frame, frame.values(kind, f"ramp_limit_{name}"))[:, which].copy()
        other = ~np.isnan(frame.values(kind, f"ramp_limit_{instead}")[which])
        share = np.where(np.isnan(share) & other, 1.0, share)
        share[0] = np.where(np.isnan(start), np.nan, share[0])
        is_free = np.isnan(share)
        base, slope = chosen.bound(np.where(is_free, 0.0, share))
        return np.where(is_free | np.isinf(base), most, base), slope

    up, up_slope = limit("up", "start_up")
    down, down_slope = limit("down", "shut_down")
    return ColumnFamily(
        Column.RAMP,
        _named(f"ramp of {kind.word}", chosen.names),
        np.zeros(len(which)),
        -down,
        up,
        -down_slope,
        up_slope,
        chosen.number,
    )


def _dense(frame: Frame, values: Floats) -> Floats:
    shape = (len(frame.network.snapshots), values.shape[-1])
    return np.broadcast_to(values, shape)


def _prescribed(values: Floats) -> tuple[Floats, Floats]:
    """Return bounds that hold ``values`` where there are any and leave the rest open."""
    missing = np.isnan(values)
    return np.where(missing, -np.inf, values), np.where(missing, np.inf, values)


def _hold(
    part: Part,
    column: ColumnFamily,
    least: Floats,
    most: Floats,
    held: list[Held],
    name: str,
) -> ColumnFamily:
    """Narrow bounds that follow no capacity to ``least`` and ``most`` (n,) or (T, n), NaN: open.

    Limits of columns whose bounds follow a capacity go to ``held``.
    """
    given = ~(np.isnan(least) & np.isnan(most))
    given = ever(given)
    if not given.any():
        return column
    lowest, highest = (
        np.where(np.isnan(least), -np.inf, least),
        np.where(np.isnan(most), np.inf, most),
    )
    follows = np.flatnonzero(given & (column.capacity >= 0))
    if len(follows):
        n_stages = max(lowest.shape[0] if lowest.ndim == 2 else 0, 0)
        shape = (n_stages, len(follows)) if n_stages else (len(follows),)
        held.append(
            Held(
                name,
                part,
                follows,
                np.broadcast_to(lowest[..., follows], shape),
                np.broadcast_to(highest[..., follows], shape),
            )
        )
    fixed = given & (column.capacity < 0)
    lower = np.where(fixed, np.maximum(column.lower, lowest), column.lower)
    upper = np.where(fixed, np.minimum(column.upper, highest), column.upper)
    crossed = lower > upper
    near = crossed & (lower - upper <= ROUNDING * np.maximum(1.0, np.abs(upper)))
    return replace(column, lower=np.where(near, upper, lower), upper=upper)


def _copies(frame: Frame, parts: Mapping[Part, ColumnFamily], held: list[Held]) -> ColumnFamily:
    """Copies of columns that have a further limit; as wide as the column where it is open."""
    items, lower, upper = [], [], []
    for one in held:
        most = 2.0 * frame.reach(parts[one.part], one.columns) + 1.0
        if one.other_part is not None:
            assert one.other_columns is not None
            assert one.other_value is not None
            reach = frame.reach(parts[one.other_part], one.other_columns)
            most += 2.0 * reach * np.abs(one.other_value)
        items.append(_named(one.name + " of", parts[one.part].item[one.columns]))
        lower.append(np.where(np.isinf(one.lower), -most, one.lower))
        upper.append(np.where(np.isinf(one.upper), most, one.upper))
    count = sum(len(item) for item in items)
    zero = np.zeros(count)
    shape = (len(frame.network.snapshots), count)
    return ColumnFamily(
        Extra.HELD,
        np.concatenate([np.zeros(0, dtype=str), *items]),
        zero,
        _side_by_side(lower, shape),
        _side_by_side(upper, shape),
        zero,
        zero,
        np.full(count, -1, dtype=np.int64),
    )


def _side_by_side(pieces: list[Floats], shape: tuple[int, int]) -> Floats:
    full = [np.broadcast_to(piece, (shape[0], piece.shape[-1])) for piece in pieces]
    return np.concatenate([np.zeros((shape[0], 0)), *full], axis=1)
