"""The planning calendar and the ways to bring another year's series onto it.

The planning year is 2025 in UTC: 8,760 hours from Wednesday 1 January 00:00. Series of other years
keep their weekdays: each day takes the source day with the same weekday that lies nearest to the
same date, so that weekends fall together in all zones.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Array = NDArray[np.float64]

YEAR = 2025
HOURS = 8760
DAYS = 365
INDEX = pd.date_range(f"{YEAR}-01-01", periods=HOURS, freq="h", tz="UTC")
MONTH_OF_DAY = np.asarray(INDEX[::24].month, dtype=np.int64)
DAYS_IN_MONTH = np.bincount(MONTH_OF_DAY, minlength=13)[1:]


def year_days(series: pd.Series, year: int) -> Array:
    """Return the UTC days of `year` as rows of 24 hours, gaps filled between their neighbours.

    `series` has a UTC index. The result has 365 rows, 366 in a leap year. Raises ValueError where
    more than 2 % of the hours are missing.
    """
    start = pd.Timestamp(f"{year}-01-01", tz="UTC")
    end = pd.Timestamp(f"{year + 1}-01-01", tz="UTC")
    hours = pd.date_range(start, end, freq="h", inclusive="left")
    values = series.astype("float64").reindex(hours)
    missing = float(values.isna().mean())
    if missing > 0.02:
        raise ValueError(f"{series.name}: {missing:.1%} of the hours of {year} are missing")
    filled = values.interpolate(limit_direction="both").to_numpy(dtype=np.float64)
    return filled.reshape(-1, 24)


def matching_days(year: int) -> NDArray[np.int64]:
    """Return, for each planning day, the row of the day of `year` that stands in for it.

    Same weekday, at most three days from the same date; at the turn of the year a week off where
    the nearest one lies outside. 29 February of a leap year is used only as such a neighbour.
    """
    source = pd.date_range(f"{year}-01-01", f"{year}-12-31", freq="D")
    rows = np.empty(DAYS, dtype=np.int64)
    for day, date in enumerate(INDEX[::24]):
        same = (pd.Timestamp(year, date.month, date.day) - source[0]).days
        weekday = (source[0].weekday() + same) % 7
        shift = (date.weekday() - weekday + 3) % 7 - 3
        row = same + shift
        if row < 0:
            row += 7
        if row >= len(source):
            row -= 7
        rows[day] = row
    return rows


def planning_hours(series: pd.Series, year: int) -> Array:
    """Return a series of `year` on the planning calendar, shape (8760,)."""
    return year_days(series, year)[matching_days(year)].reshape(-1)


def daily_from_months(months: Array) -> Array:
    """Return a smooth daily curve, shape (365,), with the given monthly means, shape (12,).

    Periodic linear interpolation between mid-months, corrected until each month keeps its mean;
    negative values are raised to zero on the way.
    """
    months = np.asarray(months, dtype=np.float64)
    middles = np.cumsum(DAYS_IN_MONTH) - DAYS_IN_MONTH / 2
    position = np.concatenate(([middles[-1] - DAYS], middles, [middles[0] + DAYS]))
    knots = months.copy()
    curve = np.empty(DAYS)
    for _ in range(60):
        wrapped = np.concatenate(([knots[-1]], knots, [knots[0]]))
        curve = np.maximum(np.interp(np.arange(DAYS) + 0.5, position, wrapped), 0.0)
        knots = knots + 0.7 * (months - monthly_means(curve))
    means = monthly_means(curve)
    factor = np.divide(months, means, out=np.ones(12), where=means > 0)
    return curve * factor[MONTH_OF_DAY - 1]


def monthly_means(days: Array) -> Array:
    """Return the monthly means, shape (12,), of a daily series, shape (365,)."""
    return np.bincount(MONTH_OF_DAY, weights=days, minlength=13)[1:] / DAYS_IN_MONTH


def smooth_days(days: Array, width: int) -> Array:
    """Return the centred running mean of `width` (odd) days, taken round the turn of the year."""
    half = width // 2
    wrapped = np.concatenate((days[-half:], days, days[:half]))
    return np.convolve(wrapped, np.full(width, 1.0 / width), mode="valid")
