"""Hourly shapes of day-ahead prices in the neighbouring markets, mean 1."""

from __future__ import annotations

import pandas as pd

from profiles import clock, raw
from profiles.clock import Array

MARKETS = {"ro": ("ro",), "bg": ("bg",), "hu": ("hu",), "gr": ("gr",), "eu_ce": ("de", "at")}
YEARS = {"ro": 2025, "bg": 2025, "hu": 2025, "gr": 2024, "eu_ce": 2024}


def build() -> dict[str, Array]:
    """Return price shapes by profile id, shape (8760,) each, mean 1; negative hours are kept.

    Romania, Bulgaria and Hungary are those of 2025; Greece and Central Europe (mean of Germany and
    Austria) those of 2024 on the weekdays of 2025.
    """
    table: pd.DataFrame = raw.hourly("eu_dayahead_prices_2024_2025.parquet")
    series: dict[str, Array] = {}
    for zone, columns in MARKETS.items():
        prices = clock.planning_hours(table[list(columns)].mean(axis=1), YEARS[zone])
        series[f"price_{zone}"] = prices / prices.mean()
    return series
