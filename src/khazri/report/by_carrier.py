"""The tables of a report that are those of one carrier."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from khazri import plan as accounts
from khazri.case import Case
from khazri.plan import Plan
from khazri.plan.arrays import NOISE_MW, Array, main_carrier, names, place_of, values
from khazri.program.varying import Floats
from khazri.report.hours import Hours, bus_shares, buses_of, hours_of
from khazri.report.view import COLUMNS, Carrier, ReportView
from khazri.report.weeks import (
    dispatch,
    levels,
    mix,
    residual_load,
    seasons,
    stores,
    week_load,
    weeks,
)

_SERIES = 6
"""Hourly series that charts of a further carrier show."""

_BALANCE = {
    "generation": "production",
    "conversion": "conversion",
    "fuel": "plants",
    "discharge": "storage",
    "charge": "storage",
    "received": "net imports",
    "sent": "net imports",
    "pumping": "net imports",
    "purchases": "net imports",
    "sales": "net imports",
    "saved": "demand",
    "given up": "demand",
    "unserved": "unserved",
    "demand": "demand",
}
_MASS_UNIT = "t/h"


def carriers_of(plan: Plan, case: Case) -> list[Carrier]:
    """Carriers with buses that are no markets: the main one, then as the case lists them."""
    table = case.table("carriers")
    main = main_carrier(plan)
    listed = [
        Carrier(str(row.carrier), str(row.name_), str(row.unit) == _MASS_UNIT)
        for row in table.rename(columns={"name": "name_"}).itertuples(index=False)
        if buses_of(plan, str(row.carrier)).any()
    ]
    return sorted(listed, key=lambda carrier: carrier.id != main)


@dataclass(frozen=True)
class PlanTables:
    """Tables of a plan that hold all carriers; each carrier takes its rows."""

    capacity: pd.DataFrame
    generation: pd.DataFrame
    links: pd.DataFrame
    exchange: pd.DataFrame
    balance: pd.DataFrame
    prices: pd.DataFrame


def plan_tables(plan: Plan) -> PlanTables:
    """Make the tables once for all carriers."""
    return PlanTables(
        capacity=_without_noise(accounts.capacity(plan)),
        generation=accounts.generation(plan),
        links=_without_noise(accounts.links(plan)),
        exchange=accounts.exchange(plan),
        balance=accounts.balance(plan),
        prices=accounts.price_summary(plan),
    )


def view_of(
    plan: Plan, case: Case, whole: PlanTables, carrier: Carrier, base: ReportView
) -> ReportView:
    """The view ``base`` with the tables of one carrier.

    The main carrier has all hourly series; of the others only the first zones, those of the
    country in focus before others.
    """
    hours = hours_of(plan, carrier.id)
    is_main = carrier.id == main_carrier(plan)
    chosen = weeks(plan, hours, carrier, all_of_them=is_main)
    assets = _assets_of(plan, carrier.id)
    sent = whole.exchange[whole.exchange["carrier"] == carrier.id]
    zones = _zones(plan, case, carrier.id)
    shown = list(hours.zones) if is_main else _first(hours, base.headline.focus_country)
    prices = pd.DataFrame(hours.price, columns=list(hours.zones))[shown]
    links = _links(plan, case, whole, carrier.id)
    tight = links.sort_values("hours_congested", ascending=False, kind="stable")["link"]
    return replace(
        base,
        carrier=carrier,
        zones=zones,
        absent=frozenset(zones.loc[~zones["market"], "zone"]) - set(hours.zones),
        capacity=_capacity(whole.capacity[whole.capacity["asset"].isin(assets)]),
        generation=whole.generation[whole.generation["asset"].isin(assets)],
        weeks=chosen,
        dispatch=dispatch(hours, chosen),
        week_load=week_load(hours, chosen),
        links=links,
        exchange=sent.drop(columns="carrier"),
        mix=mix(hours),
        seasons=seasons(hours),
        levels=levels(plan, carrier.id),
        stores=stores(plan, carrier.id),
        balance=_balance(plan, whole, carrier.id),
        price_summary=_price_summary(plan, whole, carrier.id),
        prices=prices,
        residual_load=residual_load(hours)
        if hours.wind.any() or hours.sun.any()
        else pd.DataFrame(),
        link_use=_link_use(plan, list(links["link"] if is_main else tight[:_SERIES])),
    )


def _first(hours: Hours, focus: str) -> list[str]:
    """The zones whose series are shown: those of the country in focus, then others."""
    order = sorted(range(len(hours.zones)), key=lambda place: hours.countries[place] != focus)
    return [hours.zones[place] for place in order[:_SERIES]]


def _assets_of(plan: Plan, carrier: str) -> Array:
    """Plants, conversions and stores whose main flow is of the carrier, and what has retired."""
    of_bus = names(plan, "bus_carrier")
    parts = []
    for dim in ("supply", "conversion", "store"):
        place = place_of(plan, names(plan, f"{dim}_bus"))
        parts.append(names(plan, dim)[of_bus[place] == carrier])
    known = np.concatenate([names(plan, dim) for dim in ("supply", "conversion", "store")])
    retired = names(plan, "retirement_asset")
    # A plan does not keep the bus of what is gone: it counts with the main carrier.
    gone = retired[~np.isin(retired, known)] if carrier == main_carrier(plan) else retired[:0]
    return np.concatenate([*parts, gone])


def _zones(plan: Plan, case: Case, carrier: str) -> pd.DataFrame:
    """Zones with modelled buses, and markets of the carrier; in the order of the case."""
    frame = pd.DataFrame(
        {
            "zone": names(plan, "bus_zone"),
            "is_market": names(plan, "bus_is_market").astype(bool),
            "is_own": names(plan, "bus_carrier") == carrier,
        }
    )
    market = frame.groupby("zone")["is_market"].all()
    own = frame.groupby("zone")["is_own"].any()
    zones = case.table("zones")
    here = zones["zone"].map(own | ~market).fillna(value=False).astype(bool)
    kept = zones.loc[here, ["zone", "name", "country", "latitude", "longitude"]]
    kept = kept.reset_index(drop=True)
    return kept.assign(market=kept["zone"].map(market).astype(bool))


def _capacity(frame: pd.DataFrame) -> pd.DataFrame:
    amounts = frame[["existing_mw", "built_mw", "retired_mw", "potential_mw"]]
    return frame[(amounts > 0).any(axis=1)].reset_index(drop=True)


def _without_noise(frame: pd.DataFrame) -> pd.DataFrame:
    """Additions below :data:`~khazri.plan.arrays.NOISE_MW` are last digits of the solver: none."""
    return frame.assign(built_mw=frame["built_mw"].where(frame["built_mw"] > NOISE_MW, 0.0))


def _links(plan: Plan, case: Case, whole: PlanTables, carrier: str) -> pd.DataFrame:
    start = place_of(plan, names(plan, "link_from_bus"))
    frame = pd.DataFrame(whole.links[names(plan, "bus_carrier")[start] == carrier])
    status = case.table("links").set_index("link")["status"]
    return frame.assign(status=frame["link"].map(status).astype("str"))


def _balance(plan: Plan, whole: PlanTables, carrier: str) -> pd.DataFrame:
    frame = whole.balance
    frame = frame[frame["bus"].isin(names(plan, "bus")[buses_of(plan, carrier)])]
    frame = frame.assign(item=frame["item"].map(_BALANCE))
    by_item = frame.groupby(["zone", "item"], sort=False)["energy_mwh"].sum()
    sums: pd.DataFrame = by_item.to_frame().reset_index()
    most = sums["energy_mwh"].abs().groupby(sums["item"]).transform("max")
    return pd.DataFrame(sums[most > 0]).reset_index(drop=True)


def _price_summary(plan: Plan, whole: PlanTables, carrier: str) -> pd.DataFrame:
    """Prices of each zone, of several buses as demand weighs them."""
    here = buses_of(plan, carrier)
    frame = whole.prices[here]
    figures = list(COLUMNS["price_summary"][1:])
    weighed = frame[figures].mul(bus_shares(plan, carrier)[here], axis=0)
    sums = weighed.groupby(frame["zone"], sort=False)[figures].sum()
    return pd.DataFrame(sums.reset_index())


def _link_use(plan: Plan, shown: list[str]) -> pd.DataFrame:
    """Flow over capacity of each link, negative backward; 0 where there is no capacity."""
    place = pd.Index(names(plan, "link")).get_indexer(pd.Index(shown))

    def share(way: str) -> Floats:
        most = values(plan, f"link_existing_{way}") + values(plan, f"link_built_{way}")
        flow = values(plan, way)[:, place]
        return np.divide(flow, most[place], out=np.zeros_like(flow), where=most[place] > 1e-6)

    return pd.DataFrame(np.clip(share("forward") - share("backward"), -1.0, 1.0), columns=shown)
