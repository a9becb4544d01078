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
"""Net exports of a country below this count as none."""


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


def basis_table(plan: Plan, other: Plan) -> pd.DataFrame:
    """Figures of a plan beside those of one with other fuel prices, and which answers turn round.

    Net exports flip where their sign does, corridors and new capacity where one plan builds them
    and the other does not. Net exports and capacity that do not flip are left out.
    """
    rows = [*_figures(plan, other), *_net_exports(plan, other), *_additions(plan, other)]
    return pd.DataFrame(rows, columns=list(COLUMNS["basis"]))


Row = tuple[str, float, float, str, bool]


def _figures(plan: Plan, other: Plan) -> Iterator[Row]:
    cost, carbon, main = "System cost", "CO2 emissions", main_carrier(plan)
    yield cost, plan.cost, other.cost, f"{plan.currency}/a", False
    a, b = (float(accounts.emissions(one)["emissions_t"].sum()) for one in (plan, other))
    yield carbon, a, b, "t", False
    a, b = (_mean_price(one, main) for one in (plan, other))
    yield f"Mean price of {main}", a, b, f"{plan.currency}/MWh", False


def _mean_price(plan: Plan, carrier: str) -> float:
    here = names(plan, "bus_carrier") == carrier
    load, price = values(plan, "load")[:, here], values(plan, "price")[:, here]
    demand = float(plan.weight @ load.sum(axis=1))
    return float(plan.weight @ (load * price).sum(axis=1)) / demand if demand else np.nan


def _net_exports(plan: Plan, other: Plan) -> Iterator[Row]:
    a, b = (_traded(one) for one in (plan, other))
    both = pd.concat([a, b], axis=1, keys=["a", "b"]).fillna(0.0)
    turned = np.sign(both["a"]) * np.sign(both["b"]) < 0
    large = both.abs().min(axis=1) >= _TRADED_MWH
    for (country, carrier), sold, elsewhere in _rows(both[turned & large]):
        yield f"Net exports of {country}: {carrier}", sold, elsewhere, "MWh", True


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
        yield f"Corridor: {name}, share built", share, elsewhere, "1", True
    built = [
        accounts.capacity(one).groupby(["country", "group"])["built_mw"].sum()
        for one in (plan, other)
    ]
    groups = pd.concat(built, axis=1, keys=["a", "b"]).fillna(0.0)
    turned = (groups["a"] >= _BUILT_MW) != (groups["b"] >= _BUILT_MW)
    for (country, group), new, elsewhere in _rows(groups[turned]):
        yield f"New in {country}: {group}", new, elsewhere, "MW", True


def _rows(frame: pd.DataFrame) -> Iterator[tuple[Any, float, float]]:
    """Key, a and b of each row."""
    for key, a, b in zip(frame.index, frame["a"], frame["b"], strict=True):
        yield key, float(a), float(b)
