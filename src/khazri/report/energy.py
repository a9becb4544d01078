"""Tables of a report that hold all carriers: balances, measures, emissions, price bases."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from khazri import plan as accounts
from khazri.case import Case
from khazri.plan import Plan
from khazri.plan.arrays import main_carrier, names, values
from khazri.report.view import COLUMNS, Carrier, empty

_BALANCE = "balance"
_BUILT_MW = 1.0
"""New capacity of a group from which it counts as built."""
_BUILT_SHARE = 0.01
"""Share of a corridor from which it counts as built."""
_TRADED_MWH = 1e3
"""Net exports of a country, or fuel that it burns, below this count as none."""
_SAME = 1e-3
"""Share within which two prices of a fuel are one."""


def carrier_table(listed: list[Carrier]) -> pd.DataFrame:
    """Carriers by id, name and unit."""
    rows = [(one.id, one.name, one.energy[0].name) for one in listed]
    return pd.DataFrame(rows, columns=list(COLUMNS["carriers"]))


def energy_balance(plan: Plan) -> pd.DataFrame:
    """Balances of the countries that have more than markets."""
    frame = accounts.energy_balance(plan)
    modelled = names(plan, "bus_country")[~names(plan, "bus_is_market").astype(bool)]
    return frame[frame["country"].isin(modelled)].reset_index(drop=True)


def published_balance(backcast: pd.DataFrame, case: Case) -> pd.DataFrame:
    """Lines of published energy balances out of a back-cast."""
    rows = backcast[is_balance(backcast)]
    if rows.empty:
        return empty("published_balance")
    titles = case.table("sources").set_index("source_id")["title"]
    parts = [[*str(item).split(":"), ""][1:4] for item in rows["item"]]
    carrier, line, detail = (list(column) for column in zip(*parts, strict=True))
    return pd.DataFrame(
        {
            "country": rows["country"].to_numpy(),
            "year": rows["year"].to_numpy(dtype=int),
            "carrier": carrier,
            "line": line,
            "detail": detail,
            "reported": rows["reported"].to_numpy(dtype=float),
            "model": rows["model"].to_numpy(dtype=float),
            "deviation": rows["deviation"].to_numpy(dtype=float),
            "source": [str(titles.get(source, source)) for source in rows["source_id"]],
        }
    )


def is_balance(backcast: pd.DataFrame) -> pd.Series[bool]:
    """Which rows of a back-cast are lines of energy balances."""
    return backcast["item"].astype(str).str.startswith(f"{_BALANCE}:")


def basis_table(plan: Plan, other: Plan, focus: str) -> pd.DataFrame:
    """Figures of a plan beside those of one with other fuel prices, and which answers turn round.

    The figures of the headline come first, those of country ``focus`` among them, and what a MWh of
    fuel costs where the two plans differ in it: all countries that burn it, so that a reader sees
    whether they stand on one basis. Net exports flip where their sign does, corridors and new
    capacity where one plan builds them and the other does not. Of these, only what flips is here.
    """
    rows = [
        *_figures(plan, other, focus),
        *_fuel_prices(plan, other),
        *_net_exports(plan, other, focus),
        *_additions(plan, other),
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS["basis"]))


Row = tuple[str, str, str, float, float, str, bool]
"""Figure, country, of what, value, value in the other plan, unit, whether it flips."""


def mean_price(plan: Plan, country: str) -> float:
    """What a MWh of the main carrier costs those who use it, in a country or ("") in all."""
    here = names(plan, "bus_carrier") == main_carrier(plan)
    if country:
        here &= names(plan, "bus_country") == country
    load, price = values(plan, "load")[:, here], values(plan, "price")[:, here]
    demand = float(plan.weight @ load.sum(axis=1))
    return float(plan.weight @ (load * price).sum(axis=1)) / demand if demand else np.nan


def _figures(plan: Plan, other: Plan, focus: str) -> Iterator[Row]:
    main, per_mwh = main_carrier(plan), f"{plan.currency}/MWh"
    yield "System cost", "", "", plan.cost, other.cost, f"{plan.currency}/a", False
    a, b = (float(accounts.emissions(one)["emissions_t"].sum()) for one in (plan, other))
    yield "CO2 emissions", "", "", a, b, "t", False
    for country in dict.fromkeys((focus, "")):
        a, b = (mean_price(one, country) for one in (plan, other))
        if np.isfinite(a):
            yield "Mean price", country, main, a, b, per_mwh, False


def _fuel_prices(plan: Plan, other: Plan) -> Iterator[Row]:
    """Fuels whose price differs between the plans in some country, for all that burn them."""
    both = pd.concat([_paid_for_fuel(one) for one in (plan, other)], axis=1, keys=["a", "b"])
    differ = ((both["a"] - both["b"]).abs() > _SAME * both["a"].abs()).groupby(level=0).any()
    for fuel in differ.index[differ]:
        for (_, country), a, b in _rows(both.loc[[fuel]]):
            yield "Price of fuel", str(country), str(fuel), a, b, f"{plan.currency}/MWh", False


def _paid_for_fuel(plan: Plan) -> pd.Series[float]:
    """Mean price of what plants burn (LHV) by fuel and country: bought, or that of its bus."""
    output, use = values(plan, "supply_output"), values(plan, "supply_fuel_use")
    place = pd.Index(names(plan, "bus")).get_indexer(pd.Index(names(plan, "supply_fuel_bus")))
    price = np.where(
        place >= 0,
        values(plan, "price")[:, place],
        np.divide(values(plan, "supply_fuel_cost"), use, out=np.zeros(len(use)), where=use > 0),
    )
    frame = pd.DataFrame(
        {
            "fuel": names(plan, "supply_fuel"),
            "country": names(plan, "supply_country"),
            "burnt": plan.weight @ (output * use),
            "paid": plan.weight @ (output * use * price),
        }
    )
    sums = frame[frame["fuel"] != ""].groupby(["fuel", "country"], sort=False)[["burnt", "paid"]]
    found = sums.sum()
    found = found[found["burnt"] >= _TRADED_MWH]
    return found["paid"] / found["burnt"]


def _net_exports(plan: Plan, other: Plan, focus: str) -> Iterator[Row]:
    a, b = (_traded(one) for one in (plan, other))
    both = pd.concat([a, b], axis=1, keys=["a", "b"]).fillna(0.0)
    turned = np.sign(both["a"]) * np.sign(both["b"]) < 0
    turned &= both.abs().min(axis=1) >= _TRADED_MWH
    told = turned | (both.index == (focus, main_carrier(plan)))
    for (country, carrier), sold, elsewhere in _rows(both[told]):
        flips = bool(turned[(country, carrier)])
        yield "Net exports", country, carrier, sold, elsewhere, "MWh", flips


def _traded(plan: Plan) -> pd.Series[float]:
    """Exports less imports by country and carrier [MWh]."""
    frame = energy_balance(plan)
    traded = frame[frame["line"].isin(["imports", "exports"])]
    return -traded.groupby(["country", "carrier"])["energy_mwh"].sum()


def _additions(plan: Plan, other: Plan) -> Iterator[Row]:
    shares = [
        pd.Series(values(one, "phase_built"), index=names(one, "phase_title").astype(str))
        for one in (plan, other)
    ]
    phases = pd.concat(shares, axis=1, keys=["a", "b"]).fillna(0.0)
    flipped = (phases["a"] > _BUILT_SHARE) != (phases["b"] > _BUILT_SHARE)
    for name, share, elsewhere in _rows(phases[flipped]):
        yield "Corridor, share built", "", str(name), share, elsewhere, "1", True
    built = [
        accounts.capacity(one).groupby(["country", "group"])["built_mw"].sum()
        for one in (plan, other)
    ]
    groups = pd.concat(built, axis=1, keys=["a", "b"]).fillna(0.0)
    turned = (groups["a"] >= _BUILT_MW) != (groups["b"] >= _BUILT_MW)
    for (country, group), new, elsewhere in _rows(groups[turned]):
        yield "New capacity", country, group, new, elsewhere, "MW", True


def _rows(frame: pd.DataFrame) -> Iterator[tuple[Any, float, float]]:
    """Key, a and b of each row."""
    for key, a, b in zip(frame.index, frame["a"], frame["b"], strict=True):
        yield key, float(a), float(b)
