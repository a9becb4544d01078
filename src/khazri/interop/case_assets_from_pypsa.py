"""Generators, storage units, stores and links of many ports as assets of a case."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from khazri.interop.attributes import CAPACITY, Component
from khazri.interop.case_draft import Draft, Item
from khazri.program.varying import Floats

_GROUPS = (
    ("nuclear", ("nuclear", "uranium")),
    ("lignite", ("lignite",)),
    ("coal", ("coal",)),
    ("oil", ("oil", "diesel")),
    ("geothermal", ("geothermal",)),
    ("biomass", ("biomass", "biogas", "waste")),
    ("wind_offshore", ("offwind", "offshore")),
    ("wind_onshore", ("wind",)),
    ("solar", ("solar", "pv", "csp")),
    ("pumped_hydro", ("phs", "pumped")),
    ("hydro_ror", ("ror", "run of river", "run-of-river")),
    ("hydro_reservoir", ("hydro", "reservoir")),
    ("hydrogen", ("h2", "hydrogen", "electrolys", "fuel cell")),
    ("battery", ("battery", "batteries")),
    ("unserved", ("shed", "lost load", "unserved")),
    ("gas", ("gas", "ocgt", "ccgt")),
    ("demand_response", ("demand", "dsr")),
    ("imports", ("import",)),
)
"""Groups of results by words in names of carriers; the first that fits."""
_OTHERWISE = {"supply": "imports", "storage": "battery", "conversion": "hydrogen"}
_PROFILE_KINDS = {"wind_onshore": "wind", "wind_offshore": "wind", "solar": "solar",
                  "hydro_ror": "hydro", "hydro_reservoir": "hydro"}  # fmt: skip
_SINGLE = 2e-7
"""By how much single precision may put two profiles that were equal apart."""


@dataclass(frozen=True)
class Size:
    """Capacity of a component: ``given``, at most ``largest`` (NaN: no expansion).

    ``cost`` is that of a unit over the horizon; ``is_open`` says that the network sets no end.
    """

    given: float
    largest: float
    cost: float
    is_open: bool

    @property
    def is_candidate(self) -> bool:
        """Whether it exists only if it is built."""
        return self.given == 0.0 and self.largest > 0.0

    @property
    def exists(self) -> bool:
        """Whether there is any, or may be."""
        return self.given > 0.0 or self.largest > 0.0


def size_of(draft: Draft, item: Item, cost: float) -> Size:
    """The capacity of a component; ``cost`` is that of a unit of extendable capacity."""
    name = CAPACITY[item.kind]
    if not item.flag(f"{name}_extendable"):
        return Size(item.number(name), np.nan, 0.0, is_open=False)
    if item.number(f"{name}_mod") > 0:
        draft.leave(f"{name}_mod, which makes capacity grow in modules; it grows as it likes", item)
    least, most = item.number(f"{name}_min"), item.number(f"{name}_max")
    wanted = item.number(f"{name}_set")
    if not np.isnan(wanted):
        least = most = wanted
    is_open = bool(np.isinf(most))
    if is_open:
        most = max(draft.ends.of(item.kind), 2.0 * least)
    return Size(least, most, cost, is_open)


def group_of(draft: Draft, item: Item, kind: str) -> str:
    """The group of results for a component, by the words of its carrier."""
    words = item.text("carrier").casefold()
    for group, marks in _GROUPS:
        if any(mark in words for mark in marks):
            return group
    group = _OTHERWISE[kind]
    draft.leave(
        f"carrier '{item.text('carrier')}' names no known group; results show it as {group}", item
    )
    return group


def constant(draft: Draft, item: Item, attribute: str) -> float:
    """A number that a case cannot let vary; the mean where it does."""
    if item.varies(attribute):
        draft.leave(f"{attribute} varies with time; the case has its mean", item)
    return item.number(attribute)


def refuse(draft: Draft, item: Item, attribute: str, default: float = 0.0) -> None:
    """Note an attribute that a case has no place for, where it is not at its default."""
    value = item.number(attribute)
    is_default = np.isnan(value) if np.isnan(default) else value == default
    if item.varies(attribute) or not is_default:
        draft.leave(f"{attribute}, for which cases have no column", item)


def _asset(draft: Draft, item: Item, size: Size, scale: float, **cells: object) -> str:
    """Add an asset whose capacity is ``scale`` times that of the component."""
    asset = draft.name("assets", item.name)
    draft.add(
        "assets",
        asset=asset,
        name=item.name,
        bus=cells.pop("bus"),
        status="candidate" if size.is_candidate else "existing",
        capacity_mw=size.given * scale,
        capacity_max_mw=size.largest * scale,
        overnight_cost=0.0 if size.largest > 0 else None,
        **cells,
    )
    if size.is_open:
        note = "the network sets no end; more than it can need"
        draft.assume("assets", asset, "capacity_max_mw", note)
    return asset


def _share(draft: Draft, item: Item, attribute: str) -> Floats:
    """A per-unit bound as a share of capacity, 0..1."""
    values = item.values(attribute, draft.hours)
    if (values < 0).any():
        draft.leave(f"{attribute} below 0; the case has 0 there", item)
    if (values > 1).any():
        draft.leave(f"{attribute} above 1; the case has 1 there", item)
    return np.clip(values, 0.0, 1.0)


def _bounds(draft: Draft, item: Item, group: str, zone: str) -> dict[str, object]:
    """Columns for the largest and the least output."""
    most, least = _share(draft, item, "p_max_pu"), _share(draft, item, "p_min_pu")
    cells: dict[str, object] = {}
    if np.ptp(most) > 0:
        kind = _PROFILE_KINDS.get(group, "other")
        cells["availability_profile"] = draft.profile(f"{item.name} p_max_pu", kind, most, zone)
    else:
        cells["availability"] = float(most[0])
    if least.max() > 0:
        cells["min_output"] = float(least.max())
    if np.ptp(least) > 0:
        shape = least / least.max()
        cells["min_output_profile"] = draft.profile(f"{item.name} p_min_pu", "other", shape, zone)
        cells["min_output"] = float(least.max()) * (1.0 - _SINGLE)
    elif np.ptp(most) > 0 and least.max() > 0:
        cells["min_output"] = float(least.max()) * (1.0 - _SINGLE)
    return cells


def add_generator(draft: Draft, item: Item, cost: float, emissions: float) -> None:
    """A generator as an asset of kind supply; ``emissions`` are t CO2 per MWh of its carrier."""
    size = size_of(draft, item, cost)
    if item.number("sign") != 1.0:
        draft.leave(f"a generator with sign {item.number('sign'):g} is left out", item)
        return
    if not size.exists:
        return
    refuse(draft, item, "p_set", np.nan)
    group = group_of(draft, item, "supply")
    fuel: dict[str, object] = {}
    efficiency: float | None = None
    if emissions > 0:
        efficiency = constant(draft, item, "efficiency")
        if efficiency > 1:
            draft.leave("efficiency above 1; the case has 1, so it emits less", item)
            efficiency = 1.0
        fuel["fuel"] = draft.fuel_of[item.text("carrier")]
    technology = draft.technology("supply", item.text("carrier"), group, size.cost, **fuel)
    bus = item.text("bus")
    least, most = item.number("e_sum_min"), item.number("e_sum_max")
    _asset(
        draft,
        item,
        size,
        1.0,
        bus=draft.bus_of[bus],
        technology=technology,
        efficiency=efficiency,
        variable_cost=constant(draft, item, "marginal_cost"),
        ramp_per_h=_ramp(draft, item),
        energy_min_mwh=least if np.isfinite(least) and least > 0 else None,
        energy_max_mwh=most if np.isfinite(most) else None,
        **_bounds(draft, item, group, draft.bus_of[bus]),
    )


def _ramp(draft: Draft, item: Item) -> float | None:
    """The largest change in an hour; None where there is no limit."""
    limits = [constant(draft, item, f"ramp_limit_{way}") for way in ("up", "down")]
    known = [limit for limit in limits if limit < 1]
    if not known:
        return None
    if len(known) == 1 or known[0] != known[1]:
        draft.leave("ramp limits that differ up and down; the case has the looser one", item)
    draft.leave("ramp limits; the case holds them from the last hour to the first as well", item)
    return max(limits) if max(limits) < 1 and not np.isnan(limits).any() else None


def add_storage_unit(draft: Draft, item: Item, cost: float) -> None:
    """A storage unit as an asset of kind storage."""
    size = size_of(draft, item, cost)
    give = constant(draft, item, "p_max_pu")
    take = -constant(draft, item, "p_min_pu")
    if not size.exists:
        return
    if give <= 0:
        draft.leave("a storage unit that gives nothing is left out", item)
        return
    for attribute in ("spill_cost", "marginal_cost_storage"):
        refuse(draft, item, attribute)
    for attribute in ("p_set", "p_dispatch_set", "p_store_set", "state_of_charge_set"):
        refuse(draft, item, attribute, np.nan)
    own = size.given if size.given > 0 else size.largest
    loss = constant(draft, item, "standing_loss")
    energy = own * item.number("max_hours")
    inflow = item.values("inflow", draft.hours)
    if (inflow < 0).any():
        draft.leave("inflow below 0; the case has 0 there", item)
        inflow = np.clip(inflow, 0.0, None)
    bus = draft.bus_of[item.text("bus")]
    water: dict[str, object] = {}
    if inflow.any():
        shape = inflow / inflow.mean()
        water = {
            "inflow_profile": draft.profile(f"{item.name} inflow", "hydro", shape, bus),
            "inflow_mwh": float(inflow.sum()),
        }
    _asset(
        draft,
        item,
        size,
        give,
        bus=bus,
        technology=draft.technology(
            "storage",
            item.text("carrier"),
            group_of(draft, item, "storage"),
            size.cost / give,
            charge_efficiency=constant(draft, item, "efficiency_store"),
            discharge_efficiency=constant(draft, item, "efficiency_dispatch"),
            standing_loss_per_h=loss,
        ),
        variable_cost=constant(draft, item, "marginal_cost"),
        charge_capacity_mw=own * max(take, 0.0),
        storage_hours=item.number("max_hours") / give,
        start_level=_start(draft, item, energy, loss, ("state_of_charge_initial", size)),
        **water,
    )


def add_store(draft: Draft, item: Item, cost: float) -> None:
    """A store as an asset of kind storage whose power fills or empties it within an hour, which no
    hour exceeds."""
    size = size_of(draft, item, cost)
    if not size.exists:
        return
    refuse(draft, item, "e_min_pu")
    refuse(draft, item, "e_max_pu", 1.0)
    for attribute in ("marginal_cost", "marginal_cost_storage"):
        refuse(draft, item, attribute)
    for attribute in ("e_set", "p_set"):
        refuse(draft, item, attribute, np.nan)
    loss = constant(draft, item, "standing_loss")
    own = size.given if size.given > 0 else size.largest
    _asset(
        draft,
        item,
        size,
        1.0,
        bus=draft.bus_of[item.text("bus")],
        technology=draft.technology(
            "storage",
            item.text("carrier"),
            group_of(draft, item, "storage"),
            size.cost,
            standing_loss_per_h=loss,
        ),
        variable_cost=0.0,
        charge_capacity_mw=own,
        storage_hours=1.0,
        start_level=_start(draft, item, own, loss, ("e_initial", size)),
    )


def _start(
    draft: Draft, item: Item, energy: float, loss: float, initial: tuple[str, Size]
) -> float | None:
    """The first level as a share of the energy capacity; None where the store is cyclic."""
    attribute, size = initial
    is_cyclic = "e_cyclic" if item.kind is Component.STORE else "cyclic_state_of_charge"
    if item.flag(is_cyclic):
        return None
    level = item.number(attribute)
    if level == 0.0:
        return 0.0
    if size.largest > 0:
        draft.leave(f"{attribute} of a size that is open; the case keeps its share of it", item)
    # PyPSA counts no loss in the first hour
    share = level / energy / (1.0 - loss) if energy > 0 and loss < 1 else 0.0
    if share > 1:
        draft.leave(f"{attribute} above the capacity; the case begins full", item)
    return min(share, 1.0)


def add_conversion(draft: Draft, item: Item, cost: float) -> None:
    """A link between carriers, or of many ports, as a conversion: its main flow is what arrives at
    the first bus that energy arrives at."""
    size = size_of(draft, item, cost)
    if not size.exists:
        return
    arrives = _arrivals(draft, item)
    main = next((bus for bus, values in arrives.items() if (values > 0).all()), None)
    start = draft.bus_of[item.text("bus0")]
    if main is None or start in arrives:
        draft.leave("no bus where energy arrives in all hours; the link is left out", item)
        return
    per_input = arrives.pop(main)
    most_per_input = float(per_input.max())
    if (item.values("p_min_pu", draft.hours) < 0).any():
        draft.leave("p_min_pu below 0; conversions do not run backward", item)
    for attribute in ("ramp_limit_up", "ramp_limit_down", "p_set"):
        refuse(draft, item, attribute, np.nan)
    paid = item.values("marginal_cost", draft.hours) / per_input
    if np.ptp(paid) > 0:
        draft.leave("marginal cost per output varies with time; the case has its mean", item)
    group = group_of(draft, item, "conversion")
    yearly = size.cost / most_per_input
    most = _share(draft, item, "p_max_pu") * per_input / most_per_input
    cells: dict[str, object] = {}
    if np.ptp(most) > 0:
        name = f"{item.name} largest output"
        cells["availability_profile"] = draft.profile(name, "other", most)
    else:
        cells["availability"] = float(most[0])
    least = np.clip(item.values("p_min_pu", draft.hours), 0.0, None) * per_input / most_per_input
    if np.ptp(least) > 0:
        draft.leave("least flow that varies with time; the case has the least of it", item)
    if least.min() > 0:
        cells["min_output"] = float(least.min()) * (1.0 - _SINGLE)
    asset = _asset(
        draft,
        item,
        size,
        most_per_input,
        bus=main,
        technology=draft.technology("conversion", item.text("carrier"), group, yearly),
        variable_cost=float(paid.mean()),
        **cells,
    )
    for bus, values in {start: -np.ones(draft.hours), **arrives}.items():
        _add_port(draft, asset, bus, values / per_input)


def _arrivals(draft: Draft, item: Item) -> dict[str, Floats]:
    """What arrives at each bus per MWh that leaves the first, (hours,)."""
    found: dict[str, Floats] = {}
    numbers = [name.removeprefix("bus") for name in item.row if str(name).startswith("bus")]
    for number in sorted(one for one in numbers if one.isdigit() and one != "0"):
        bus = item.text(f"bus{number}")
        if bus:
            suffix = "" if number == "1" else number
            values = item.values(f"efficiency{suffix}", draft.hours)
            to = draft.bus_of[bus]
            found[to] = found[to] + values if to in found else values
    return found


def _add_port(draft: Draft, asset: str, bus: str, ratio: Floats) -> None:
    """A port with a ratio that may vary: a size, and a shape of 0..1 where it does."""
    if not ratio.any():
        return
    size = float(ratio[np.argmax(np.abs(ratio))])
    cells: dict[str, object] = {}
    if np.ptp(ratio) > 0:
        shape = ratio / size
        if (shape < 0).any():
            item = Item(Component.LINK, asset, {}, {})
            draft.leave("an efficiency that changes its sign; the case has 0 there", item)
            shape = np.clip(shape, 0.0, None)
        cells["ratio_profile"] = draft.profile(f"{asset} at {bus}", "other", shape)
    draft.add("ports", asset=asset, bus=bus, ratio=size, **cells)
