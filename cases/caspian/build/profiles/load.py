"""Hourly load, mean 1.

Measured load is used for Romania (2019), Bulgaria (2016) and Hungary (2025), the national load plan
of 2025 for the nine Turkish zones. The others are built from a template (Turkish or Kazakh hours on
the local clock, holidays taken out) in three steps: seasons from the zone's own monthly energies,
days stretched to the energy of the peak day (the weather in them, not the weekends), hours
stretched to the peak.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from tables.places import AZERBAIJANI_ZONES

from profiles import clock, raw
from profiles.clock import Array

TURKISH_HOLIDAYS = [
    "01-01",
    "03-29",
    "03-30",
    "03-31",
    "04-01",
    "04-23",
    "05-01",
    "05-19",
    "06-05",
    "06-06",
    "06-07",
    "06-08",
    "06-09",
    "07-15",
    "08-30",
    "10-28",
    "10-29",
]
HOLIDAYS_BY_DATE = {
    "ro": ["01-01", "01-02", "05-01", "12-25", "12-26"],
    "bg": ["01-01", "03-03", "05-01", "12-24", "12-25", "12-26"],
}
AZ_HOLIDAYS = [
    "01-01",
    "01-02",
    "01-20",
    "03-08",
    "03-20",
    "03-21",
    "03-22",
    "03-23",
    "03-24",
    "03-30",
    "03-31",
    "05-09",
    "05-28",
    "06-06",
    "06-07",
    "06-15",
    "06-26",
    "11-08",
    "11-09",
    "12-31",
]
HOLIDAY_FACTOR = 0.94

# GWh a month. Azerbaijan: the sums of January-April, May-August, September-November and December
# 2024 are published; inside them the daily energies of 2021 by month and the generation of 2021-22
# set the shares.
AZ_GWH = (2390, 2150, 2330, 2034, 2086, 2228, 2590, 2694, 2262, 2010, 2058, 2335)
# Georgia: 3.69 TWh in the first quarter and 10.4 TWh in nine months of 14.47 TWh in 2024, June 2021
# and July 2023 as published; months in between are interpolated.
GE_GWH = (1325, 1175, 1190, 1095, 1060, 1080, 1165, 1175, 1135, 1275, 1345, 1450)
# Armenia: quarters as generation of 2019-2021 (about 27, 22.5, 24 and 26.5 %), months between them
# as in Eastern Anatolia's neighbour Georgia.
AM_GWH = (755, 675, 675, 590, 575, 590, 655, 650, 570, 615, 665, 785)
# Kazakhstan: monthly demand of 2018.
KZ_GWH = (9868, 8833, 9062, 8105, 7956, 7607, 8151, 7882, 7743, 8663, 9263, 9996)
# Uzbekistan, Turkmenistan, Kyrgyzstan and Tajikistan: no monthly figures; shapes are assumptions.
UZ_GWH = (7500, 6600, 6500, 6050, 6250, 6800, 7600, 7350, 6250, 6250, 6750, 7600)
TM_GWH = (2010, 1800, 1850, 1750, 1900, 2200, 2450, 2350, 1950, 1850, 1850, 2040)
KG_GWH = (2250, 1980, 1800, 1350, 1150, 1050, 1080, 1080, 1070, 1400, 1850, 2240)
TJ_GWH = (1880, 1700, 1720, 1550, 1600, 1650, 1780, 1750, 1580, 1550, 1700, 1840)


@dataclass(frozen=True)
class Shape:
    """How a zone's load is made from a template.

    `months` energies; `peak_day` energy of the peak day over the mean day's, reached as far as the
    months allow; `lag` hours by which the template is moved to the zone's local clock (negative:
    earlier in UTC); `cooling` summer bump at `cooling_hour` UTC and `evening` winter bump at
    `evening_hour` UTC, as share of the mean, before the stretching.
    """

    months: tuple[int, ...]
    peak_day: float
    template: str
    lag: int = 0
    cooling: float = 0.0
    cooling_hour: float = 12.0
    evening: float = 0.0
    evening_hour: float = 15.5
    holidays: list[str] = field(default_factory=list)


# Azerbaijan: energy of the peak day as on 6 August 2025, about 100 GWh at 4,871 MW, which is a day
# load factor of 0.855.
AZ = Shape(AZ_GWH, 1.5155 * 0.855, "tr", lag=-1, cooling=0.09, evening=0.03, holidays=AZ_HOLIDAYS)
KZ = Shape(KZ_GWH, 1.15, "kz")
SHAPES: dict[str, Shape] = {
    **dict.fromkeys(AZERBAIJANI_ZONES, AZ),
    "ge": Shape(GE_GWH, 1.275, "tr", lag=-1, evening=0.06),
    "am": Shape(AM_GWH, 1.29, "tr", lag=-1, evening=0.06),
    "kz_north": KZ,
    "kz_south": Shape(KZ_GWH, 1.19, "kz", evening=0.10, evening_hour=13.5),
    "kz_west": Shape(KZ_GWH, 1.16, "kz", evening=0.03, evening_hour=13.5),
    "uz": Shape(UZ_GWH, 1.17, "kz", cooling=0.05, cooling_hour=11.0, evening=0.03),
    "tm": Shape(TM_GWH, 1.26, "kz", cooling=0.08, cooling_hour=11.0),
    "kg": Shape(KG_GWH, 1.50, "kz", evening=0.06, evening_hour=13.5),
    "tj": Shape(TJ_GWH, 1.17, "kz", evening=0.10, evening_hour=14.0),
}
TURKISH = tuple(raw.TURKISH_ZONES)


def day_of(date: str) -> int:
    """Return the row of the planning year's day `MM-DD`."""
    month, day = (int(part) for part in date.split("-"))
    return int(
        np.flatnonzero((clock.INDEX[::24].month == month) & (clock.INDEX[::24].day == day))[0]
    )


def without_holidays(days: Array, holidays: list[str]) -> Array:
    """Return (365, 24) load with each holiday replaced by the mean of the same weekday around it.

    The four nearest weeks before and after count that are no holidays and lie in the year.
    """
    off = {day_of(date) for date in holidays}
    result = days.copy()
    for day in off:
        weeks = [day + 7 * week for week in (-1, 1, -2, 2, -3, 3, -4, 4)]
        usable = [row for row in weeks if 0 <= row < clock.DAYS and row not in off][:4]
        result[day] = days[usable].mean(axis=0)
    return result


def turkish_plan() -> Array:
    """Return the Turkish load plan of 2025 in MW, shape (8760,).

    On 7 April (local) the published plan stands at 56 GW in all hours, night included: an error,
    replaced by the mean of the weeks before and after.
    """
    turkey = raw.hourly("tr_epias_hourly_2024_2025.parquet")["load_plan_mw"]
    plan = clock.planning_hours(turkey, 2025)
    start = 24 * day_of("04-07") - 3
    wrong = np.arange(start, start + 24)
    plan[wrong] = (plan[wrong - 168] + plan[wrong + 168]) / 2
    return plan


def templates() -> dict[str, Array]:
    """Return the hours, shape (8760,), that zones without measurements borrow."""
    days = turkish_plan().reshape(-1, 24)
    kazakh = raw.hourly("kz_uz_kg_agora_8760.parquet")["KZ_SO_load_pu_of_mean"]
    weekday_shift = 2  # the Kazakh year begins on a Monday, the planning year on a Wednesday
    return {
        "tr": without_holidays(days, TURKISH_HOLIDAYS).reshape(-1),
        "kz": np.roll(kazakh.to_numpy(np.float64), -24 * weekday_shift),
    }


def bump(hour: float, width: float) -> Array:
    """Return a bell of height 1 over the day at `hour` UTC, shape (24,), `width` in hours."""
    distance = (np.arange(24) + 0.5 - hour + 12) % 24 - 12
    return np.exp(-0.5 * (distance / width) ** 2)


def shaped(template: Array, shape: Shape, peak: float) -> Array:
    """Return the load of a zone, shape (8760,), mean 1 and largest hour `peak`.

    Raises ValueError where no stretch of the hours reaches the peak.
    """
    hours = np.roll(template, shape.lag).reshape(-1, 24)
    daily = hours.mean(axis=1)
    profile = hours / daily[:, None]
    summer = np.clip(-np.cos(2 * np.pi * (np.arange(clock.DAYS) - 20) / 365), 0.0, None)
    winter = np.clip(np.cos(2 * np.pi * (np.arange(clock.DAYS) - 10) / 365), 0.0, None)
    profile = (
        profile
        + shape.cooling * summer[:, None] * bump(shape.cooling_hour, 3.0)
        + shape.evening * winter[:, None] * bump(shape.evening_hour, 2.0)
    )
    profile /= profile.mean(axis=1, keepdims=True)
    off = np.ones(clock.DAYS)
    off[[day_of(date) for date in shape.holidays]] = HOLIDAY_FACTOR
    anomaly = daily / clock.smooth_days(daily, 31)
    weekday = np.arange(clock.DAYS) % 7
    working = (np.bincount(weekday, weights=anomaly) / np.bincount(weekday))[weekday]
    weather = anomaly / working
    season = clock.daily_from_months(np.array(shape.months, dtype=np.float64) / clock.DAYS_IN_MONTH)
    energy = solved(
        lambda power: month_true(season * off * working * weather**power, season), shape.peak_day
    )
    load = solved(
        lambda stretch: (energy[:, None] * np.maximum(1 + stretch * (profile - 1), 0.2)).reshape(
            -1
        ),
        peak,
    )
    if abs(load.max() - peak) > 1e-3:
        raise ValueError(f"peak {peak} out of reach: {load.max():.3f}")
    return load


def month_true(days: Array, season: Array) -> Array:
    """Return `days` scaled month by month to the monthly means of `season`."""
    factor = clock.monthly_means(season) / clock.monthly_means(days)
    return days * factor[clock.MONTH_OF_DAY - 1]


def solved(make: Callable[[float], Array], peak: float) -> Array:
    """Return `make(x)` over its mean, x in 0..6 chosen so that its largest value is near `peak`."""
    low, high = 0.0, 6.0
    for _ in range(60):
        middle = (low + high) / 2
        series = make(middle)
        if series.max() / series.mean() < peak:
            low = middle
        else:
            high = middle
    series = make(low)
    return series / series.mean()


def measured(zone: str, file: str, column: str, year: int) -> Array:
    """Return measured load on the planning calendar, mean 1; fixed holidays keep their date."""
    series = raw.hourly(file)[column]
    source = clock.year_days(series, year)
    rows = clock.matching_days(year)
    days = source[rows].copy()
    fixed = HOLIDAYS_BY_DATE.get(zone, [])
    leap = source.shape[0] - clock.DAYS
    for date in fixed:
        target = day_of(date)
        own = target + (leap if target >= 59 else 0)
        for borrower in np.flatnonzero(rows == own):
            days[borrower] = source[rows[(borrower + 7) % clock.DAYS]]
        days[target] = source[own]
    hours = days.reshape(-1)
    return hours / hours.mean()


def build() -> dict[str, Array]:
    """Return all load series by profile id, shape (8760,) each, mean 1."""
    borrowed = templates()
    plan = turkish_plan()
    goals = raw.targets()
    series = {
        f"load_{zone}": shaped(borrowed[shape.template], shape, goals[f"load_{zone}"].value)
        for zone, shape in SHAPES.items()
    }
    series |= {f"load_{zone}": plan / plan.mean() for zone in TURKISH}
    series["load_ro"] = measured("ro", "ro_transelectrica_hourly_2019.parquet", "ro_load_mw", 2019)
    series["load_bg"] = measured("bg", "bg_dispaset_load_2016.parquet", "BG_load_mw", 2016)
    series["load_hu"] = measured("hu", "hu_entsoe_hourly_2025.parquet", "hu_load_mw", 2025)
    return series
