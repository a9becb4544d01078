"""When things happen: weeks that a report shows hour by hour, the seasons, levels of stores."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from khazri.plan import Plan
from khazri.plan.arrays import names, place_of, values
from khazri.program.varying import Floats
from khazri.report.hours import DEMAND, Hours, buses_of
from khazri.report.view import COLUMNS, Carrier, empty

_HOURS = 168
_DAY = 24
_WEEKS = 52
_NOTHING_MW = 0.05
_NOTHING_MWH = 0.5


def weeks(plan: Plan, hours: Hours, carrier: Carrier, *, all_of_them: bool) -> pd.DataFrame:
    """Weeks with the highest demand, most wind and least to spare: week, title, reason, start_hour.

    They begin at midnight UTC. The tightest week is the one with the highest mean price, weighted
    by demand. Demand counts what plants draw. A plan of less than a week has none, and a carrier
    that nothing happens to; weeks that coincide are shown once. Without ``all_of_them`` only the
    first is there.
    """
    drawn = [np.minimum(power, 0.0).sum(axis=1) for power in hours.power.values()]
    taken = hours.load if hours.load.any() else -np.sum(drawn, axis=0)[:, None]
    if len(taken) < _HOURS or not taken.any():
        return empty("weeks")
    total = taken.sum(axis=1)
    peak = int(np.argmax(total))
    latest = len(taken) - _HOURS
    rate, money = carrier.power[0].name, carrier.price_unit(plan.currency)
    found = [
        (
            "peak",
            "Week of the highest demand",
            f"peak of {total[peak]:,.0f} {rate} on {_date(plan, peak)}",
            min(max((peak // _DAY - 3) * _DAY, 0), latest),
        ),
    ]
    wind = hours.wind.sum(axis=1)
    if all_of_them and wind.any():
        most = int(np.argmax(_week_sums(wind))) * _DAY
        mean = wind[most : most + _HOURS].mean()
        words = f"wind could give {mean:,.0f} {rate} on average"
        found.append(("wind", "Windiest week", words, most))
    if all_of_them:
        price = hours.price if hours.load.any() else hours.price.mean(axis=1, keepdims=True)
        paid = _week_sums((price * taken).sum(axis=1)) / np.maximum(_week_sums(total), 1e-9)
        words = f"mean price of {paid.max():,.0f} {money}"
        found.append(("tight", "Tightest week", words, int(np.argmax(paid)) * _DAY))
    frame = pd.DataFrame(found, columns=list(COLUMNS["weeks"]))
    return frame.drop_duplicates("start_hour").reset_index(drop=True)


def dispatch(hours: Hours, chosen: pd.DataFrame) -> pd.DataFrame:
    """Power of each zone and group in the hours of the weeks: week, zone, group, hour, mw.

    Groups that do nothing in a week are left out.
    """
    parts = [
        _long(power[first : first + _HOURS], hours.zones).assign(week=week, group=group)
        for week, first in zip(chosen["week"], chosen["start_hour"], strict=True)
        for group, power in hours.power.items()
    ]
    if not parts:
        return empty("dispatch")
    frame = pd.concat(parts, ignore_index=True)
    most = frame["mw"].abs().groupby([frame[key] for key in ("week", "zone", "group")])
    kept = frame[most.transform("max") >= _NOTHING_MW]
    return kept[list(COLUMNS["dispatch"])].reset_index(drop=True)


def week_load(hours: Hours, chosen: pd.DataFrame) -> pd.DataFrame:
    """Demand of each zone in the hours of the weeks: week, zone, hour, mw."""
    parts = [
        _long(hours.load[first : first + _HOURS], hours.zones).assign(week=week)
        for week, first in zip(chosen["week"], chosen["start_hour"], strict=True)
    ]
    if not parts:
        return empty("week_load")
    return pd.concat(parts, ignore_index=True)[list(COLUMNS["week_load"])]


def _long(power: Floats, zones: tuple[str, ...]) -> pd.DataFrame:
    """Rows (zone, hour, mw) of power (T, Z), zone by zone."""
    count, places = power.shape
    return pd.DataFrame(
        {
            "zone": np.repeat(np.array(zones, dtype=object), count),
            "hour": np.tile(np.arange(count), places),
            "mw": power.T.ravel(),
        }
    )


def residual_load(hours: Hours) -> pd.DataFrame:
    """Demand of each zone less what wind and sun could give, hour by zone [MW]."""
    return pd.DataFrame(hours.load - hours.wind - hours.sun, columns=list(hours.zones))


def mix(hours: Hours) -> pd.DataFrame:
    """What enters and leaves each zone in the year: zone, group, energy_mwh; demand is < 0.

    The rows of a zone add up to zero but for rounding.
    """
    flows = {**hours.power, DEMAND: -hours.load}
    parts = [
        pd.DataFrame({"zone": hours.zones, "group": group, "energy_mwh": hours.weight @ power})
        for group, power in flows.items()
    ]
    frame = pd.concat(parts, ignore_index=True)
    return frame[frame["energy_mwh"].abs() > _NOTHING_MWH].reset_index(drop=True)


def seasons(hours: Hours) -> pd.DataFrame:
    """Mean power of each of 52 weeks by country and group: country, group, week, mw.

    Demand has its own group and is > 0. A year has a day more than 52 weeks: it is in the last. A
    plan of other hours than a year has none.
    """
    if len(hours.load) < _WEEKS * _HOURS:
        return empty("seasons")
    week = np.minimum(np.arange(len(hours.load)) // _HOURS, _WEEKS - 1)
    starts = np.flatnonzero(np.diff(week, prepend=-1))
    count = np.bincount(week).astype(float)[:, None]
    where = list(dict.fromkeys(hours.countries))
    member = np.array(hours.countries)[:, None] == np.array(where)[None, :]
    parts = []
    for group, power in {**hours.power, DEMAND: hours.load}.items():
        means = np.add.reduceat(power @ member.astype(float), starts, axis=0) / count
        shown = np.flatnonzero(np.abs(means).max(axis=0) >= _NOTHING_MW)
        parts.append(
            pd.DataFrame(
                {
                    "country": np.repeat(np.array(where, dtype=object)[shown], _WEEKS),
                    "group": group,
                    "week": np.tile(np.arange(_WEEKS), len(shown)),
                    "mw": means[:, shown].T.ravel(),
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def levels(plan: Plan, carrier: str) -> pd.DataFrame:
    """Energy in the stores at the end of each day: country, group, day, level_mwh."""
    level = values(plan, "level")[_DAY - 1 :: _DAY]
    keys, here = _stores(plan, carrier)
    frame = keys.join(pd.DataFrame(level[:, here].T))
    sums = frame.groupby(["country", "group"], sort=False, as_index=False).sum()
    return sums.melt(["country", "group"], var_name="day", value_name="level_mwh")


def stores(plan: Plan, carrier: str) -> pd.DataFrame:
    """What the stores can hold: country, group, energy_mwh."""
    keys, here = _stores(plan, carrier)
    frame = keys.assign(energy_mwh=values(plan, "store_energy_capacity")[here])
    return frame.groupby(["country", "group"], sort=False, as_index=False).sum()


def _stores(plan: Plan, carrier: str) -> tuple[pd.DataFrame, NDArray[np.int64]]:
    """Country and group of the stores at buses of the carrier, and which stores they are."""
    place = place_of(plan, names(plan, "store_bus"))
    here = np.flatnonzero(buses_of(plan, carrier)[place])
    keys = pd.DataFrame(
        {
            "country": names(plan, "store_country")[here],
            "group": names(plan, "store_group")[here],
        }
    )
    return keys, here


def _week_sums(hourly: Floats) -> Floats:
    """Sums over the weeks that begin at each midnight."""
    running = np.concatenate([[0.0], np.cumsum(hourly)])
    return np.asarray((running[_HOURS:] - running[:-_HOURS])[::_DAY], dtype=float)


def _date(plan: Plan, hour: int) -> str:
    moment = pd.Timestamp(names(plan, "time")[hour])
    return f"{moment.day} {moment:%B, %H:00} UTC"
