"""The weeks that a report shows hour by hour, and what happens in them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from khazri.plan import Plan
from khazri.plan.arrays import Array, main_carrier, names, to_buses, values
from khazri.program.varying import Floats
from khazri.report.view import COLUMNS, empty

_HOURS = 168
_DAY = 24
_WIND = ("wind_onshore", "wind_offshore")
_SUN = ("solar",)
_NOTHING_MW = 0.05


def weeks(plan: Plan) -> pd.DataFrame:
    """Weeks with the highest demand, most wind and least to spare: week, title, reason, start_hour.

    They begin at midnight UTC. The tightest week is the one with the highest mean price, weighted
    by demand. A plan of less than a week has none; weeks that coincide are shown once.
    """
    load, price = _load(plan), values(plan, "price")
    if len(load) < _HOURS:
        return empty("weeks")
    total = load.sum(axis=1)
    wind = _available(plan, _WIND).sum(axis=1)
    peak = int(np.argmax(total))
    paid = _week_sums((price * load).sum(axis=1)) / np.maximum(_week_sums(total), 1e-9)
    latest = len(load) - _HOURS
    most_wind = int(np.argmax(_week_sums(wind))) * _DAY
    found = [
        (
            "peak",
            "Week of the highest demand",
            f"peak of {total[peak]:,.0f} MW on {_date(plan, peak)}",
            min(max((peak // _DAY - 3) * _DAY, 0), latest),
        ),
        (
            "wind",
            "Windiest week",
            f"wind could give {wind[most_wind : most_wind + _HOURS].mean():,.0f} MW on average",
            most_wind,
        ),
        (
            "tight",
            "Tightest week",
            f"mean price of {paid.max():,.0f} {plan.currency}/MWh",
            int(np.argmax(paid)) * _DAY,
        ),
    ]
    if not wind.any():
        found.pop(1)
    frame = pd.DataFrame(found, columns=list(COLUMNS["weeks"]))
    return frame.drop_duplicates("start_hour").reset_index(drop=True)


def dispatch(plan: Plan, chosen: pd.DataFrame) -> pd.DataFrame:
    """Power of each zone and group in the hours of the weeks: week, zone, group, hour, mw.

    Stores are negative while they charge. ``imports`` is what links and markets bring, negative
    for exports; ``unserved`` the demand that stays unserved. Groups that do nothing in a week are
    left out.
    """
    by_group = _by_group(plan)
    return _cut(plan, chosen, by_group, "group")


def week_load(plan: Plan, chosen: pd.DataFrame) -> pd.DataFrame:
    """Demand of each zone in the hours of the weeks: week, zone, hour, mw."""
    frame = _cut(plan, chosen, {"": _load(plan)}, "group")
    return frame[list(COLUMNS["week_load"])]


def residual_load(plan: Plan) -> pd.DataFrame:
    """Demand of each zone less what wind and sun could give, hour by zone [MW]."""
    left = _load(plan) - _available(plan, (*_WIND, *_SUN))
    here = _shown(plan)
    frame = pd.DataFrame(left[:, here].T).groupby(names(plan, "bus_zone")[here], sort=False).sum()
    return frame.T


def _shown(plan: Plan) -> Array:
    """Buses of the main carrier that are no markets, (B,)."""
    is_market = names(plan, "bus_is_market").astype(bool)
    return np.asarray(~is_market & (names(plan, "bus_carrier") == main_carrier(plan)))


def _load(plan: Plan) -> Floats:
    return values(plan, "load") * _shown(plan)


def _available(plan: Plan, groups: tuple[str, ...]) -> Floats:
    """What plants of some groups could give at each bus, (T, B)."""
    chosen = np.isin(names(plan, "supply_group"), groups)
    power = values(plan, "supply_available")[:, chosen]
    return to_buses(plan, power, names(plan, "supply_bus")[chosen]) * _shown(plan)


def _week_sums(hourly: Floats) -> Floats:
    """Sums over the weeks that begin at each midnight."""
    running = np.concatenate([[0.0], np.cumsum(hourly)])
    return np.asarray((running[_HOURS:] - running[:-_HOURS])[::_DAY], dtype=float)


def _by_group(plan: Plan) -> dict[str, Floats]:
    """Power into each bus (T, B) by group."""
    result: dict[str, Floats] = {}
    stores = values(plan, "discharge") - values(plan, "charge")
    for power, dim in (
        (values(plan, "supply_output"), "supply"),
        (values(plan, "conversion_output"), "conversion"),
        (stores, "store"),
    ):
        group, bus = names(plan, f"{dim}_group"), names(plan, f"{dim}_bus")
        for name in dict.fromkeys(group.tolist()):
            chosen = group == name
            at_bus = to_buses(plan, power[:, chosen], bus[chosen])
            result[str(name)] = result.get(str(name), 0.0) + at_bus
    result["imports"] = _net_imports(plan)
    result["unserved"] = to_buses(plan, values(plan, "unserved"), names(plan, "unserved_block_bus"))
    return result


def _net_imports(plan: Plan) -> Floats:
    """What links and markets bring to each bus, ports of conversions included, (T, B)."""
    forward, backward = values(plan, "forward"), values(plan, "backward")
    kept = 1.0 - values(plan, "link_loss")
    start, end = names(plan, "link_from_bus"), names(plan, "link_to_bus")
    traded = values(plan, "imports") - values(plan, "exports")
    return (
        to_buses(plan, backward * kept - forward, start)
        + to_buses(plan, forward * kept - backward, end)
        + to_buses(plan, traded, names(plan, "market_step_bus"))
        + to_buses(plan, values(plan, "port_flow"), names(plan, "port_bus"))
    )


def _cut(plan: Plan, chosen: pd.DataFrame, power: dict[str, Floats], key: str) -> pd.DataFrame:
    """Rows of the weeks, zone by zone and entry by entry of ``power``."""
    here = np.flatnonzero(_shown(plan))
    zone = names(plan, "bus_zone")[here]
    zones = list(dict.fromkeys(zone.tolist()))
    member = (zone[:, None] == np.array(zones)[None, :]).astype(float)
    heads: list[tuple[str, str, str]] = []
    series: list[Floats] = []
    for week, first in zip(chosen["week"], chosen["start_hour"], strict=True):
        hours = slice(int(first), int(first) + _HOURS)
        for name, amounts in power.items():
            in_zones = amounts[hours][:, here] @ member
            for number, place in enumerate(zones):
                if name and np.abs(in_zones[:, number]).max(initial=0.0) < _NOTHING_MW:
                    continue
                heads.append((week, place, name))
                series.append(in_zones[:, number])
    if not series:
        return empty("dispatch")
    frame = pd.DataFrame(heads, columns=["week", "zone", key])
    frame = frame.loc[frame.index.repeat([len(one) for one in series])].reset_index(drop=True)
    hour = np.concatenate([np.arange(len(one)) for one in series])
    return frame.assign(hour=hour, mw=np.concatenate(series))


def _date(plan: Plan, hour: int) -> str:
    moment = pd.Timestamp(names(plan, "time")[hour])
    return f"{moment.day} {moment:%B, %H:00} UTC"
