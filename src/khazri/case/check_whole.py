"""Rules about the case as a whole: supply reaches demand, markets are no money machines, costs.

They look at tables whose rows are all sound, in the planning years of the case.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping

import numpy as np
import pandas as pd

from khazri.case.check import looked_up, sound_rows
from khazri.case.check_steps import step_issues
from khazri.case.money import converted, rates_of
from khazri.case.profiles import FACTOR_TOLERANCE
from khazri.case.schema import TABLES
from khazri.case.values import TypedTable
from khazri.case.years import Outside, at_year
from khazri.errors import Issue

Tables = Mapping[str, TypedTable]


def whole_issues(tables: Tables, profiles: pd.DataFrame) -> list[Issue]:
    """All breaches of the rules of this module; ``profiles`` (T, P) are those of the case."""
    issues = [issue for rule in _TABLE_RULES for issue in rule(tables)]
    issues += _factor_profiles(tables, profiles)
    return issues + list(_market_loops(tables, profiles))


def _years(tables: Tables) -> list[int]:
    return sorted(int(year) for year in tables["years"].frame["year"])


def _in_place(frame: pd.DataFrame, year: int) -> pd.Series:
    """Which assets or links (R) are there or may be built in a year."""
    start = frame["commissioning_year"].fillna(year)
    end = frame["retirement_year"].fillna(year + 1)
    return (start <= year) & (end > year)


def _zone_countries(tables: Tables, buses: pd.Series) -> pd.Series:
    """The country of each bus (R)."""
    zone = looked_up(tables, buses, "buses", "zone")
    return looked_up(tables, zone, "zones", "country")


def _islands(tables: Tables) -> Iterator[Issue]:
    """Every bus with demand has supply, or a way to it, in each year."""
    buses = tables["buses"]
    position = {bus: index for index, bus in enumerate(buses.frame["bus"])}
    demands = tables["demands"]
    told: set[str] = set()
    for year in _years(tables):
        supplied = _supplied(tables, year)
        demand = at_year(demands.frame, ["demand"], ["energy_mwh"], year)
        for bus in demand.loc[demand["energy_mwh"] > 0, "bus"].unique():
            if bus in supplied or bus in told:
                continue
            told.add(bus)
            expected = f"a bus with supply in {year}, as it has demand"
            hint = "there is no asset or market on it and no link or conversion from one that has"
            yield buses.issue(position[bus], "bus", expected, hint)


def _supplied(tables: Tables, year: int) -> set[str]:
    """The buses that energy can reach in a year, if only by what may be built."""
    assets = tables["assets"].frame
    assets = assets[_in_place(assets, year) & _has_size(tables, year)]
    kind = looked_up(tables, assets["technology"], "technologies", "kind")
    draws = (kind == "supply") & assets["fuel_bus"].notna()
    is_source = (kind == "supply") & ~draws
    is_source |= (kind == "storage") & assets["inflow_profile"].notna()
    burning = assets[draws]
    ways = [
        *_link_ways(tables, year),
        *_conversion_ways(tables, assets),
        *zip(burning["fuel_bus"], burning["bus"], strict=True),
    ]
    ends: dict[str, set[str]] = {}
    for start, end in ways:
        ends.setdefault(start, set()).add(end)
    supplied = {*assets.loc[is_source, "bus"], *tables["markets"].frame["bus"]}
    front = list(supplied)
    while front:
        new = ends.get(front.pop(), set()) - supplied
        supplied |= new
        front += new
    return supplied


def _link_ways(tables: Tables, year: int) -> list[tuple[str, str]]:
    """From where to where links carry in a year; candidates without sizes carry both ways."""
    links = tables["links"].frame
    links = links[_in_place(links, year)]
    build = links["build_max_mw"] > 0
    sizeless = build & ~(links["capacity_forward_mw"] > 0)
    forward = links[(links["capacity_forward_mw"] > 0) | build]
    backward = links[(links["capacity_backward_mw"] > 0) | sizeless]
    return [
        *zip(forward["from_bus"], forward["to_bus"], strict=True),
        *zip(backward["to_bus"], backward["from_bus"], strict=True),
    ]


def _conversion_ways(tables: Tables, assets: pd.DataFrame) -> list[tuple[str, str]]:
    """From each bus that a conversion asset takes from to each that it feeds."""
    takes: dict[str, list[str]] = {}
    feeds = {asset: [bus] for asset, bus in zip(assets["asset"], assets["bus"], strict=True)}
    ports = tables["ports"].frame[["asset", "bus", "ratio"]]
    for asset, bus, ratio in ports.itertuples(index=False, name=None):
        if asset in feeds:
            (takes.setdefault(asset, []) if ratio < 0 else feeds[asset]).append(bus)
    return [way for asset in takes for way in itertools.product(takes[asset], feeds[asset])]


def _has_size(tables: Tables, year: int) -> pd.Series:
    """Which assets (R) have capacity in a year or may get some."""
    assets = tables["assets"].frame
    columns = ["capacity_mw", "capacity_max_mw"]
    size = assets[columns].max(axis=1)
    by_year = at_year(
        tables["asset_years"].frame, ["asset"], columns, year, outside=Outside.HELD_AFTER
    )
    stated = by_year.set_index("asset")[columns].max(axis=1)
    return size.where(~assets["asset"].isin(stated.index), assets["asset"].map(stated)) > 0


def _market_buses(tables: Tables) -> Iterator[Issue]:
    """A market is alone on its bus, at the border of one modelled bus."""
    markets = tables["markets"]
    shared = markets.frame["bus"].duplicated()
    for index in sound_rows(markets, shared):
        yield markets.issue(index, "bus", "a bus without another market", "one bus a border")
    on_market = set(markets.frame["bus"])
    for name, column in (
        ("demands", "bus"),
        ("assets", "bus"),
        ("assets", "fuel_bus"),
        ("ports", "bus"),
        ("links", "compressor_bus"),
        ("efficiency", "bus"),
    ):
        typed = tables[name]
        for index in sound_rows(typed, typed.frame[column].isin(on_market)):
            hint = "the bus of a market carries nothing else; give it a bus of its own"
            yield typed.issue(index, column, "a bus without market", hint)
    links = tables["links"]
    touched: dict[str, str] = {}
    ends = links.frame[["from_bus", "to_bus"]].itertuples(index=False, name=None)
    for index, (start, end) in enumerate(ends):
        for column, bus, other in (("from_bus", start, end), ("to_bus", end, start)):
            if bus in on_market and touched.setdefault(bus, other) != other:
                expected = f"no second border of market bus '{bus}', which touches '{touched[bus]}'"
                hint = "power would pass through the market for free: one market bus a border"
                yield links.issue(index, column, expected, hint)


def _market_loops(tables: Tables, profiles: pd.DataFrame) -> Iterator[Issue]:
    """No market of a country always pays more than another market of the carrier in it asks.

    Such a pair is a money machine: power bought at one border of the foreign country would be
    carried to its other border in every hour, limited only by the steps.
    """
    markets = tables["markets"].frame
    names = [str(name) for name in markets["market"]]
    carrier = looked_up(tables, markets["bus"], "buses", "carrier")
    country = _zone_countries(tables, markets["bus"])
    place = dict(zip(names, zip(country, carrier, strict=True), strict=True))
    pairs = [
        (seller, buyer)
        for seller, buyer in itertools.permutations(names, 2)
        if place[seller] == place[buyer]
    ]
    if not pairs:
        return
    shape = {
        name: np.ones(1) if pd.isna(profile) else profiles[profile].to_numpy()
        for name, profile in zip(names, markets["price_profile"], strict=True)
    }
    typed = tables["market_steps"]
    rates = rates_of(tables["case"].frame, tables["currencies"].frame)
    steps = converted(TABLES["market_steps"], typed.frame, rates)
    told: set[tuple[str, str]] = set()
    for year in _years(tables):
        buy, sell = _best_prices(steps, year)
        for pair in pairs:
            seller, buyer = pair
            if pair in told or seller not in sell or buyer not in buy:
                continue
            margin = float((sell[seller] * shape[seller] - buy[buyer] * shape[buyer]).min())
            if margin <= 0:
                continue
            told.add(pair)
            index = int(np.flatnonzero(typed.frame["market"] == seller)[0])
            expected = f"at times at most the buy_price of market '{buyer}' of the same country"
            hint = (
                f"in {year} it pays at least {margin:.2f} {rates.currency}/MWh more in every hour: "
                "a money machine"
            )
            yield typed.issue(index, "sell_price", expected, hint)


def _best_prices(steps: pd.DataFrame, year: int) -> tuple[dict[str, float], dict[str, float]]:
    """For each market what the cheapest import costs and what the best export earns in a year."""
    columns = ["buy_price", "sell_price", "import_max_mw", "export_max_mw"]
    prices = at_year(steps, ["market", "step"], columns, year)
    buy = prices[prices["import_max_mw"] > 0].groupby("market")["buy_price"].min()
    sell = prices[prices["export_max_mw"] > 0].groupby("market")["sell_price"].max()
    return (
        {str(name): float(price) for name, price in buy.items()},
        {str(name): float(price) for name, price in sell.items()},
    )


def _factor_profiles(tables: Tables, profiles: pd.DataFrame) -> Iterator[Issue]:
    """Profiles that scale a capacity stay within 0..1."""
    typed = tables["profiles"]
    assets = tables["assets"].frame
    peak = profiles.max()
    user_of = {
        profile: asset
        for column in ("min_output_profile", "availability_profile")
        for profile, asset in zip(assets[column], assets["asset"], strict=True)
    }
    for index, profile in enumerate(typed.frame["profile"]):
        if profile in user_of and peak[profile] > 1 + FACTOR_TOLERANCE:
            expected = f"values from 0 to 1, as asset '{user_of[profile]}' is scaled by them"
            found = f"values up to {peak[profile]:.4g}"
            yield typed.issue(index, "profile", expected, found=found)


def _fuel(tables: Tables) -> Iterator[Issue]:
    """Fuel that is burnt has a price in the country or comes from a bus; it has an efficiency."""
    typed = tables["assets"]
    frame = typed.frame
    fuel = looked_up(tables, frame["technology"], "technologies", "fuel")
    country = _zone_countries(tables, frame["bus"])
    prices = tables["fuel_prices"].frame
    known = set(zip(prices["carrier"], prices["country"], strict=True))
    pairs = list(zip(fuel, country, strict=True))
    buys = frame["fuel_bus"].isna()
    unpriced = pd.Series([pd.notna(pair[0]) and pair not in known for pair in pairs]) & buys
    told: set[tuple[object, object]] = set()
    for index in sound_rows(typed, unpriced):
        if pairs[index] not in told:
            told.add(pairs[index])
            expected = f"a fuel with a price in {pairs[index][1]}: {pairs[index][0]} has none"
            hint = f"add {pairs[index][0]} for {pairs[index][1]} to fuel_prices.csv, or a fuel_bus"
            yield typed.issue(index, "technology", expected, hint)
    given = _parameters(tables, "efficiency")
    missing = fuel.notna() & frame["efficiency"].isna() & ~frame["technology"].isin(given)
    for index in sound_rows(typed, missing):
        hint = "give it here or as parameter efficiency in technology_costs.csv"
        yield typed.issue(index, "efficiency", "the efficiency of an asset that burns fuel", hint)


def _investment(tables: Tables) -> Iterator[Issue]:
    """What may be built has a cost."""
    typed = tables["assets"]
    frame = typed.frame
    limits = tables["asset_years"].frame
    by_year = frame["asset"].isin(limits.loc[limits["capacity_max_mw"].notna(), "asset"])
    expandable = (frame["capacity_max_mw"] > frame["capacity_mw"]) | by_year
    costed = frame["technology"].isin(_parameters(tables, "overnight_cost"))
    for index in sound_rows(typed, expandable & frame["overnight_cost"].isna() & ~costed):
        hint = "give it here or as parameter overnight_cost in technology_costs.csv"
        expected = "the investment cost of an asset that may be built"
        yield typed.issue(index, "overnight_cost", expected, hint)


def _parameters(tables: Tables, parameter: str) -> set[str]:
    """Technologies for which ``technology_costs`` gives a parameter."""
    frame = tables["technology_costs"].frame
    return set(frame.loc[frame["parameter"] == parameter, "technology"])


_TABLE_RULES: tuple[Callable[[Tables], Iterator[Issue]], ...] = (
    _market_buses,
    _fuel,
    _investment,
    _islands,
    step_issues,
)
