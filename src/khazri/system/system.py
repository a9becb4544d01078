"""One planning year of a case as aligned arrays: what the equations are written from.

Every group is a frozen set of arrays over its items (S supplies, W stores, L links ...). Time
enters only through ``profiles`` (T, P): a group names a column of it, ``-1`` meaning "constant
1", so that thousands of hours are stored once. Money is EUR of the case's price year, power MW,
energy MWh; costs of capital are annuities in EUR per MW and year.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]
Flags = NDArray[np.bool_]
Names = NDArray[np.str_]


def _none() -> Floats:
    return np.zeros(0)


@dataclass(frozen=True)
class Buses:
    """Nodes of the balances, arrays (B,): names, and the place and carrier of each.

    ``unit`` is what flows of the carrier are measured in, "MW" or "t/h": of captured CO2, MWh
    reads t everywhere.
    """

    name: Names
    zone: Names
    country: Names
    carrier: Names
    unit: Names
    is_market: Flags

    def __len__(self) -> int:
        return len(self.name)


@dataclass(frozen=True)
class Emissions:
    """What flows emit per MWh, arrays (n,): ``co2``, ``ch4`` and both as CO2 equivalent ``co2e``
    [t/MWh], and the ``cost`` of emitting it [EUR/MWh].

    CO2 follows from carbon: what goes in and does not come out again has been burned, so a plant
    that takes CO2 from the air into a captured stream has a negative factor.
    """

    co2: Floats
    ch4: Floats
    co2e: Floats
    cost: Floats

    def __len__(self) -> int:
        return len(self.co2)

    def counted(self, gas: str) -> Floats:
        """What prices and limits of ``gas`` count: ``co2``, or ``co2e``."""
        return self.co2e if gas == "co2e" else self.co2


@dataclass(frozen=True)
class Supplies:
    """Supply assets, arrays (S,): output ``p`` at ``bus``.

    Output of an hour lies between ``min_output * min_shape`` and ``availability * cf`` times the
    capacity ``existing_mw + built``, with ``cf`` the column ``profile`` of the profiles.
    ``ramp_per_h`` and ``energy_min_mwh``, ``energy_max_mwh`` are NaN where there is no limit.
    ``variable_cost`` [EUR/MWh] is the sum of ``fuel_cost``, the cost of ``emissions`` and
    ``other_cost``. ``investment_cost`` [EUR/MW/a] is the annuity and fixed O&M of new capacity,
    ``fixed_cost`` [EUR/MW/a] the fixed O&M of existing capacity. ``fuel_per_mwh`` is MWh (LHV) of
    ``fuel`` per MWh of output, drawn from bus ``fuel_bus`` or, at -1, bought at ``fuel_cost``.
    """

    name: Names
    technology: Names
    group: Names
    bus: Indices
    existing_mw: Floats
    retired_mw: Floats
    build_max_mw: Floats
    availability: Floats
    profile: Indices
    min_output: Floats
    min_profile: Indices
    ramp_per_h: Floats
    energy_min_mwh: Floats
    energy_max_mwh: Floats
    variable_cost: Floats
    fuel_cost: Floats
    other_cost: Floats
    investment_cost: Floats
    fixed_cost: Floats
    fuel: Names
    fuel_per_mwh: Floats
    fuel_bus: Indices
    emissions: Emissions
    capacity_credit: Floats
    reserve_share: Floats
    renewable: Flags

    def __len__(self) -> int:
        return len(self.name)


@dataclass(frozen=True)
class Stores:
    """Stores and reservoirs, arrays (W,).

    ``charge_mw`` and ``discharge_mw`` are measured at the bus, ``energy_mwh`` inside the store.
    New capacity ``built`` (MW of discharge, at most ``build_max_mw``) brings ``charge_ratio``
    times as much charging power and ``hours`` times as much energy; ``investment_cost``
    [EUR/MW/a] covers all three. Inflow of an hour is ``inflow_mw`` times the column
    ``inflow_profile``; stores with inflow may spill. ``start_level`` is the share of the energy
    capacity before the first hour; NaN: cyclic. ``group`` is the group of the technology.
    ``variable_cost`` [EUR/MWh discharged] is besides that of emissions; carriers with carbon emit
    what is lost of them in charging and discharging.
    """

    name: Names
    technology: Names
    group: Names
    bus: Indices
    charge_mw: Floats
    discharge_mw: Floats
    energy_mwh: Floats
    retired_mw: Floats
    build_max_mw: Floats
    charge_ratio: Floats
    hours: Floats
    availability: Floats
    charge_efficiency: Floats
    discharge_efficiency: Floats
    standing_loss_per_h: Floats
    inflow_mw: Floats
    inflow_profile: Indices
    start_level: Floats
    variable_cost: Floats
    charge_emissions: Emissions
    discharge_emissions: Emissions
    investment_cost: Floats
    fixed_cost: Floats
    capacity_credit: Floats
    reserve_share: Floats
    renewable: Flags

    def __len__(self) -> int:
        return len(self.name)


@dataclass(frozen=True)
class Ports:
    """Further ports of conversions, arrays (Q,): ``ratio`` MWh into ``bus`` (negative: out of it)
    per MWh of the main flow of conversion ``conversion``, times the column ``profile``."""

    conversion: Indices
    bus: Indices
    ratio: Floats
    profile: Indices


@dataclass(frozen=True)
class Conversions:
    """Conversions, arrays (C,): main flow ``f`` into ``bus``, further flows in ``ports``.

    The main flow lies between ``min_output`` and ``availability * cf`` times the capacity, and
    changes by at most ``ramp_per_h`` times the capacity from hour to hour (NaN: as it likes).
    ``variable_cost`` [EUR/MWh] is besides that of ``emissions``.
    """

    name: Names
    technology: Names
    group: Names
    bus: Indices
    existing_mw: Floats
    retired_mw: Floats
    build_max_mw: Floats
    availability: Floats
    profile: Indices
    min_output: Floats
    ramp_per_h: Floats
    variable_cost: Floats
    emissions: Emissions
    investment_cost: Floats
    fixed_cost: Floats
    capacity_credit: Floats
    ports: Ports

    def __len__(self) -> int:
        return len(self.name)


@dataclass(frozen=True)
class Links:
    """Links, arrays (L,).

    Capacities are what exists; ``build_max_mw`` can be added forward, ``backward_ratio`` times as
    much backward. ``reactance`` [ohm at 1 kV, x / V^2] is NaN where the voltage law does not
    apply; such links carry a pair of flows of which ``loss`` is lost and each MWh sent costs
    ``tariff_forward`` or ``tariff_backward`` [EUR/MWh], emissions beside. Each MWh sent draws
    ``compressor_ratio`` MWh from bus ``compressor_bus`` (-1: none). ``phase`` indexes the corridor
    phase that builds the link, -1: the link is built on its own at ``investment_cost`` [EUR/MW/a].
    ``fixed_cost`` [EUR/MW/a] is per MW of the larger of both existing capacities.
    """

    name: Names
    kind: Names
    from_bus: Indices
    to_bus: Indices
    forward_mw: Floats
    backward_mw: Floats
    build_max_mw: Floats
    backward_ratio: Floats
    reactance: Floats
    loss: Floats
    tariff_forward: Floats
    tariff_backward: Floats
    compressor_bus: Indices
    compressor_ratio: Floats
    forward_emissions: Emissions
    backward_emissions: Emissions
    investment_cost: Floats
    fixed_cost: Floats
    phase: Indices

    def __len__(self) -> int:
        return len(self.name)


@dataclass(frozen=True)
class Phases:
    """Phases of corridors, arrays (K,): the share built (0..1) is the decision.

    ``share_min`` is 1 where the scenario demands the corridor. ``after`` indexes the phase that
    must be built at least as far, -1: none. ``investment_cost`` [EUR/a] is that of all its links.
    """

    name: Names
    corridor: Names
    share_min: Floats
    share_max: Floats
    is_whole: Flags
    after: Indices
    investment_cost: Floats

    def __len__(self) -> int:
        return len(self.name)


@dataclass(frozen=True)
class Markets:
    """Steps of price markets, arrays (M,): imports at ``buy_price`` and exports at ``sell_price``
    [EUR/MWh] in the mean of the year, which swing with the column ``profile``
    (:meth:`System.market_prices`); yearly volumes NaN where unlimited. What a least volume is
    missed by costs ``shortfall_price`` [EUR/MWh]; NaN: it must be met."""

    name: Names
    market: Names
    bus: Indices
    buy_price: Floats
    sell_price: Floats
    profile: Indices
    import_max_mw: Floats
    export_max_mw: Floats
    import_max_mwh: Floats
    export_max_mwh: Floats
    import_min_mwh: Floats
    export_min_mwh: Floats
    shortfall_price: Floats

    def __len__(self) -> int:
        return len(self.name)


@dataclass(frozen=True)
class Demands:
    """Demands, arrays (D,): mean power ``mean_mw`` times the column ``profile``, at ``bus``; each
    MWh served causes ``emissions``, which its users pay for."""

    name: Names
    sector: Names
    bus: Indices
    mean_mw: Floats
    profile: Indices
    emissions: Emissions

    def __len__(self) -> int:
        return len(self.name)


@dataclass(frozen=True)
class Responses:
    """Parts of demands that are given up where energy is dearer than ``price`` [EUR/MWh], arrays
    (R,): up to ``share`` of demand ``demand`` in each hour, whose ``emissions`` it saves."""

    name: Names
    demand: Indices
    bus: Indices
    share: Floats
    price: Floats
    emissions: Emissions

    def __len__(self) -> int:
        return len(self.name)


@dataclass(frozen=True)
class Measures:
    """Measures that save energy, arrays (E,): the uptake of each (0..1) is the decision.

    ``saving`` (T, E) [MW] is what full uptake takes off the demand at ``bus``, rebound taken off
    already; ``potential_mwh`` is what it would save in the year without rebound, of which
    ``rebound`` is used up again. ``investment_cost`` [EUR/a] is annuity and fixed cost of full
    uptake. Each MWh saved spares ``emissions``. ``group`` indexes the :class:`MeasureGroups`, -1:
    none.
    """

    name: Names
    title: Names
    sector: Names
    bus: Indices
    group: Indices
    potential_mwh: Floats
    rebound: Floats
    saving: Floats
    investment_cost: Floats
    emissions: Emissions

    def __len__(self) -> int:
        return len(self.name)


@dataclass(frozen=True)
class MeasureGroups:
    """Overlapping measures, arrays (G,): together the members of a group save at most
    ``potential_mwh`` (before rebound), less than the sum of what each would alone."""

    name: Names
    potential_mwh: Floats

    def __len__(self) -> int:
        return len(self.name)


@dataclass(frozen=True)
class UnservedBlocks:
    """Blocks of demand that may stay unserved, arrays (U,): up to ``share`` of the demand of
    ``bus`` in each hour, at ``price`` [EUR/MWh]. Each MWh spares ``emissions``, the mean of the
    demands of the bus over the year."""

    name: Names
    bus: Indices
    share: Floats
    price: Floats
    emissions: Emissions

    def __len__(self) -> int:
        return len(self.name)


class LimitKind(StrEnum):
    """What a yearly limit adds up."""

    ENERGY = "energy"
    CAPACITY = "capacity"
    EMISSIONS = "emissions"
    SHARE = "share"
    TRADE = "trade"
    NET_TRADE = "net_trade"
    PLANNING_RESERVE = "planning_reserve"


@dataclass(frozen=True)
class Limit:
    """A limit on the year: ``sense`` ("max" or "min") of a weighted sum against ``value``.

    Each array holds one coefficient per item of its group; an empty array stands for zeros.
    ``supply``, ``charge``, ``discharge``, ``conversion``, ``forward``, ``backward``, ``unserved``
    and ``response`` weigh energies [per MWh], ``supply_capacity``, ``store_capacity`` and
    ``conversion_capacity`` weigh *new* capacity [per MW]: the part of existing capacity is already
    taken off ``value``. ``measure`` weighs uptakes. ``demand`` weighs the energy of demands, which
    is given: what it comes to is taken off ``value`` when rows are written.
    """

    name: str
    kind: LimitKind
    sense: str
    value: float
    unit: str
    supply: Floats
    discharge: Floats
    conversion: Floats
    forward: Floats
    backward: Floats
    supply_capacity: Floats
    store_capacity: Floats
    conversion_capacity: Floats
    charge: Floats = field(default_factory=_none)
    unserved: Floats = field(default_factory=_none)
    response: Floats = field(default_factory=_none)
    measure: Floats = field(default_factory=_none)
    demand: Floats = field(default_factory=_none)


@dataclass(frozen=True)
class OperatingReserve:
    """Headroom needed in each hour: ``requirement_share`` of the demand of ``buses`` (indices).

    Available capacity not used counts with the ``reserve_share`` of each supply and store.
    """

    name: str
    buses: Indices
    requirement_share: float


@dataclass(frozen=True)
class Retirements:
    """Capacity lost by retirement up to the year, arrays (R,): wholly retired assets, which are in
    no other group, and the ``retired_mw`` of those that go on with less."""

    name: Names
    technology: Names
    group: Names
    bus: Indices
    retired_mw: Floats

    def __len__(self) -> int:
        return len(self.name)


def _no_retirements() -> Retirements:
    names, none = np.zeros(0, dtype=np.str_), np.zeros(0, dtype=np.int64)
    return Retirements(names, names, names, none, _none())


def no_emissions(count: int) -> Emissions:
    """Emissions of ``count`` flows that emit nothing."""
    zero = np.zeros(count)
    return Emissions(zero, zero, zero, zero)


@dataclass(frozen=True)
class System:
    """One planning year of one scenario.

    ``profiles`` (T, P) holds all hourly series, ``profile_names`` (P,) their names. ``load`` (T, B)
    [MW] is the sum of the demands at each bus. Methane is compared with CO2 over ``gwp_horizon_a``
    years.
    """

    case: str
    title: str
    year: int
    scenario: str
    price_year: int
    currency: str
    case_hash: str
    profile_names: Names
    profiles: Floats
    buses: Buses
    load: Floats
    demands: Demands
    unserved: UnservedBlocks
    supplies: Supplies
    stores: Stores
    conversions: Conversions
    links: Links
    phases: Phases
    markets: Markets
    limits: tuple[Limit, ...]
    reserves: tuple[OperatingReserve, ...]
    gwp_horizon_a: int
    responses: Responses
    measures: Measures
    measure_groups: MeasureGroups
    retirements: Retirements = field(default_factory=_no_retirements)

    @property
    def n_hours(self) -> int:
        """Number of hours T."""
        return len(self.profiles)

    def market_prices(self) -> tuple[Floats, Floats]:
        """Return the prices of purchases and of sales at the market steps, each (T, M) [EUR/MWh].

        Both move with the profile times their common level, the mean of the two, so that the
        spread between them stays the same in every hour, also where prices are negative.
        """
        markets = self.markets
        buys, sells = markets.import_max_mw > 0, markets.export_max_mw > 0
        sides = np.maximum(buys.astype(float) + sells, 1.0)
        level = (markets.buy_price * buys + markets.sell_price * sells) / sides
        swing = (self.series(markets.profile) - 1.0) * level
        return markets.buy_price + swing, markets.sell_price + swing

    def demand_energy(self, weight: Floats | None = None) -> Floats:
        """Return the energy of each demand in the year, (D,) [MWh].

        ``weight`` (T,) [h] is how many hours each stage stands for; one, if it is not given.
        """
        hours = np.ones(self.n_hours) if weight is None else weight
        sums = np.append(hours @ self.profiles, hours.sum())
        return np.asarray(self.demands.mean_mw * sums[self.demands.profile], dtype=np.float64)

    def series(self, profile: Indices) -> Floats:
        """Return the columns ``profile`` (n,) of the profiles as (T, n); -1 gives ones."""
        values = np.ones((self.n_hours, len(profile)))
        known = profile >= 0
        values[:, known] = self.profiles[:, profile[known]]
        return values

    def __repr__(self) -> str:
        from khazri.system.describe import describe

        return describe(self)

    def _repr_html_(self) -> str:
        from khazri.system.describe import describe_html

        return describe_html(self)
