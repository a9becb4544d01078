"""What a reader of ten seconds takes away from a plan."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from khazri.plan import words
from khazri.plan.arrays import NOISE_MW, energy, main_carrier, names, place_of
from khazri.plan.plan import Plan
from khazri.plan.tables import emissions, exchange

_GROUPS_NAMED = 6
_COUNTRIES_NAMED = 6
_NOTHING_MW = 0.5


@dataclass(frozen=True)
class Summary:
    """Headline facts of a plan.

    ``unserved_mwh`` counts hours and buses above :data:`~khazri.plan.arrays.NOISE_MW`;
    ``unserved_zone`` is the zone of the bus with most of it, ``unserved_place`` the bus's name.
    ``mean_price`` is weighted by demand. ``built_mw`` has one entry per group with new capacity,
    largest first; ``corridors`` the share built of each phase.
    ``net_exports_mwh`` has one entry per country with demand, in the order of the case.
    ``price_basis`` is what the scenario prices fuels at, "" where it does not say.
    """

    title: str
    year: int
    scenario: str
    currency: str
    price_year: int
    cost: float
    bound: float
    gap: float
    gap_asked: float
    faults: tuple[str, ...]
    demand_mwh: float
    unserved_mwh: float
    unserved_hours: int
    unserved_zone: str
    unserved_place: str
    mean_price: float
    emissions_t: float
    renewable_share: float
    built_mw: tuple[tuple[str, float], ...]
    corridors: tuple[tuple[str, float], ...]
    net_exports_mwh: tuple[tuple[str, float], ...]
    price_basis: str
    solver: str
    seconds: float

    @property
    def is_valid(self) -> bool:
        """Whether the certificate is valid."""
        return not self.faults

    @property
    def is_gap_reached(self) -> bool:
        """Whether the gap asked for was reached; True where none was."""
        return not self.gap > self.gap_asked

    @property
    def lines(self) -> tuple[str, ...]:
        """The whole summary; unserved demand comes first, then whether there is no proof."""
        scenario = f", scenario '{self.scenario}'" if self.scenario else ""
        first = [self._unserved] if self.unserved_mwh > 0 else []
        if not self.is_valid:
            first.append(f"NOT CERTIFIED: {self.faults[0]}")
        built = ", ".join(
            f"{group} {words.power(mw)}" for group, mw in self.built_mw[:_GROUPS_NAMED]
        )
        corridors = ", ".join(f"{name} {words.share(part)}" for name, part in self.corridors)
        traders = sorted(self.net_exports_mwh, key=lambda entry: -abs(entry[1]))[:_COUNTRIES_NAMED]
        exports = ", ".join(f"{name} {words.energy(mwh)}" for name, mwh in traders)
        return (
            *first,
            f"{self.title}, {self.year}{scenario}",
            f"  cost {words.money(self.cost, self.currency)} a year ({self.price_year} prices), "
            f"mean price {words.number(self.mean_price)} {self.currency}/MWh",
            f"  demand {words.energy(self.demand_mwh)}, {words.share(self.renewable_share)} "
            f"of supply renewable, {words.emissions(self.emissions_t)} of CO2",
            f"  new: {built or 'nothing'}",
            *([f"  fuels at {self.price_basis}"] if self.price_basis else []),
            *([f"  corridors built: {corridors}"] if corridors else []),
            *([f"  net exports (negative: imports): {exports}"] if exports else []),
            f"  {self._proof}",
        )

    @property
    def _unserved(self) -> str:
        part = words.share(self.unserved_mwh / self.demand_mwh)
        hours = "hour" if self.unserved_hours == 1 else "hours"
        return (
            f"{words.energy(self.unserved_mwh)} of demand ({part}) stay unserved in "
            f"{self.unserved_hours:,} {hours}, most of it in {self.unserved_place}"
        )

    @property
    def _proof(self) -> str:
        state = "certified" if self.is_valid else "not certified"
        bound = words.money(self.bound, self.currency)
        asked = "" if self.is_gap_reached else f" (asked for {words.share(self.gap_asked)})"
        time = "" if np.isnan(self.seconds) else f", {self.seconds:.0f} s"
        gap = words.share(max(self.gap, 0.0))
        return f"{state}: at least {bound}, gap {gap}{asked}; {self.solver}{time}"


def summary(plan: Plan) -> Summary:
    """Return the headline facts of a plan.

    Demand, prices, shares and exports are those of the main carrier
    (:func:`~khazri.plan.arrays.main_carrier`), cost and emissions those of everything.
    """
    data, weight = plan.data, plan.weight
    certificate = plan.certificate
    is_main = names(plan, "bus_carrier") == main_carrier(plan)
    load = data["load"].to_numpy().astype(float) * is_main
    demand = float(weight @ load.sum(axis=1))
    unserved = plan.unserved.to_numpy().astype(float) * is_main
    unserved = np.where(unserved > NOISE_MW, unserved, 0.0)
    lost = weight @ unserved
    worst = int(np.argmax(lost))
    is_short = bool(lost.sum() > 0)
    price = data["price"].to_numpy().astype(float)
    return Summary(
        title=plan.title,
        year=plan.year,
        scenario=plan.scenario,
        currency=plan.currency,
        price_year=plan.price_year,
        cost=plan.cost,
        bound=plan.bound,
        gap=certificate.gap,
        gap_asked=float(plan.options.get("gap", np.nan)),
        faults=certificate.faults,
        demand_mwh=demand,
        unserved_mwh=float(lost.sum()),
        unserved_hours=int((unserved.sum(axis=1) > 0).sum()),
        unserved_zone=str(data["bus_zone"].to_numpy()[worst]) if is_short else "",
        unserved_place=str(data["bus_title"].to_numpy()[worst]) if is_short else "",
        mean_price=float(weight @ (price * load).sum(axis=1)) / demand if demand else np.nan,
        emissions_t=float(emissions(plan)["emissions_t"].sum()),
        renewable_share=_renewable_share(plan),
        built_mw=_built(plan),
        corridors=_corridors(plan),
        net_exports_mwh=_net_exports(plan),
        price_basis=str(data.attrs.get("price_basis", "")),
        solver=str(data.attrs["solver"]),
        seconds=float(data.attrs["seconds"]),
    )


def _renewable_share(plan: Plan) -> float:
    """Share of what plants generate and reservoirs with inflow give."""
    data = plan.data
    carrier, bus_carrier = main_carrier(plan), names(plan, "bus_carrier")
    is_main = bus_carrier[place_of(plan, names(plan, "supply_bus"))] == carrier
    output = energy(plan, "supply_output") * is_main
    fed = data["inflow"].to_numpy().any(axis=0)
    fed = fed & (bus_carrier[place_of(plan, names(plan, "store_bus"))] == carrier)
    water = plan.weight @ data["discharge"].to_numpy().astype(float) * fed
    total = output.sum() + water.sum()
    green = (
        output @ data["supply_renewable"].to_numpy() + water @ data["store_renewable"].to_numpy()
    )
    return float(green / total) if total > 0 else np.nan


def _built(plan: Plan) -> tuple[tuple[str, float], ...]:
    frame = plan.capacity
    built = frame.groupby("group")["built_mw"].sum().sort_values(ascending=False, kind="stable")
    return tuple((str(group), float(mw)) for group, mw in built.items() if mw > _NOTHING_MW)


def _corridors(plan: Plan) -> tuple[tuple[str, float], ...]:
    share = plan.data["phase_built"]
    parts = zip(share["phase_title"].to_numpy(), share.to_numpy(), strict=True)
    return tuple((str(name), float(part)) for name, part in parts if part > 1e-3)


def _net_exports(plan: Plan) -> tuple[tuple[str, float], ...]:
    table = exchange(plan)
    table = table[table["carrier"] == main_carrier(plan)]
    sent = table.groupby("from_country")["energy_mwh"].sum()
    received = table.groupby("to_country")["energy_mwh"].sum()
    net = sent.sub(received, fill_value=0.0)
    load = pd.Series(
        plan.weight @ plan.data["load"].to_numpy(), plan.data["bus_country"].to_numpy()
    )
    countries = load.groupby(level=0, sort=False).sum()
    return tuple(
        (str(country), float(net.get(country, 0.0)))
        for country, mwh in countries.items()
        if mwh > 0 and country in net.index
    )
