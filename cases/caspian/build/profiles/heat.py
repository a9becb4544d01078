"""Air temperature in Azerbaijan, and what follows it: heat load, gas for heating, heat pumps.

No hourly temperature is in the raw data. The days are monthly normals with persistent anomalies
drawn from a seeded generator, the hours a cosine over the day. Everything here is modelled.
"""

from __future__ import annotations

import numpy as np

from profiles import clock
from profiles.clock import Array
from profiles.field import persistent_noise

# Monthly means [°C]: Baku, and Ganja for the towns of the west and the Kura plain. General
# knowledge of the climate, rounded; no station record is in the raw data.
NORMALS = {
    "az_absheron": (4.5, 4.5, 7.0, 12.0, 18.0, 23.5, 26.5, 26.5, 22.5, 16.5, 11.0, 7.0),
    "az_west": (2.0, 3.5, 7.5, 13.0, 18.0, 23.0, 26.0, 26.0, 21.0, 15.0, 8.5, 4.0),
}
DAILY_SPREAD_K = 3.0
DAY_TO_DAY = 0.75
SWING_K = {"az_absheron": 3.0, "az_west": 4.5}
WARMEST_HOUR_UTC = 11.0
SEED = 2025

HEATED_BELOW = 15.0
ROOM = 20.0
SEASON = ("11-15", "04-15")
"""Season of the networks (azerbaijan/district_heat.csv)."""
HOT_WATER_SHARE = 0.063
"""Of the heat of the networks (value of service, azerbaijan/district_heat.csv)."""
GAS_BASE_SHARE = 0.28
"""Cooking and hot water in the gas of homes: with it 60 % of the year fall into its first half,
as in the raw estimate of the year from the first half of 2025."""

SUPPLY_TEMPERATURE = 65.0
APPROACH_K = 8.0
MEAN_COP = 3.2
"""Large air-source heat pump of 2030 (technology_costs.csv), as mean over the heat it gives."""


def temperature(zone: str) -> Array:
    """Return the air temperature of a zone by the hour, shape (8760,), in °C."""
    kelvin = clock.daily_from_months(np.array(NORMALS[zone]) + 273.15) - 273.15
    noise = persistent_noise(list(NORMALS), clock.DAYS, DAY_TO_DAY, SEED)
    # fronts pass over the whole country: half of the anomaly is common
    common = (noise.sum(axis=1) / np.sqrt(noise.shape[1])) * np.sqrt(0.7)
    own = noise[:, list(NORMALS).index(zone)] * np.sqrt(0.3)
    days = kelvin + DAILY_SPREAD_K * (common + own) / np.std(common + own)
    hours = np.interp(np.arange(clock.HOURS), 24 * np.arange(clock.DAYS) + 12, days)
    swing = SWING_K[zone] * np.cos(
        2 * np.pi * (np.arange(clock.HOURS) % 24 + 0.5 - WARMEST_HOUR_UTC) / 24
    )
    return np.asarray(hours + swing)


def in_season() -> Array:
    """Return 1 in the hours of the heating season, else 0, shape (8760,)."""
    dates = clock.INDEX.strftime("%m-%d")
    return ((dates >= SEASON[0]) | (dates < SEASON[1])).astype(np.float64)


def degree_hours(zone: str) -> Array:
    """Return kelvins below the room on days that are cold enough to heat, shape (8760,)."""
    hours = temperature(zone)
    days = hours.reshape(-1, 24).mean(axis=1)
    cold = np.repeat(days < HEATED_BELOW, 24)
    return np.where(cold, np.maximum(ROOM - hours, 0.0), 0.0)


def network_heat(zone: str) -> Array:
    """Return the load of district heat, shape (8760,), mean 1."""
    heating = degree_hours(zone) * in_season()
    return HOT_WATER_SHARE + (1 - HOT_WATER_SHARE) * heating / heating.mean()


def gas_for_heating() -> Array:
    """Return the gas of homes and services, shape (8760,), mean 1: weather of both places."""
    heating = 0.6 * degree_hours("az_absheron") + 0.4 * degree_hours("az_west")
    return GAS_BASE_SHARE + (1 - GAS_BASE_SHARE) * heating / heating.mean()


def power_per_heat(zone: str) -> Array:
    """Return the power that a heat pump takes for each MWh of heat, shape (8760,).

    A constant share of Carnot between the air, cooled by the approach, and the network; the share
    is such that the heat of the season is made at the mean coefficient of performance.
    """
    source = temperature(zone) - APPROACH_K + 273.15
    sink = SUPPLY_TEMPERATURE + 273.15
    per_heat = (sink - source) / sink
    load = network_heat(zone)
    return np.asarray(per_heat * load.sum() / (per_heat * load).sum() / MEAN_COP)


def build() -> dict[str, Array]:
    """Return the series by profile id, shape (8760,) each."""
    series = {f"heat_{zone}": network_heat(zone) for zone in NORMALS}
    series |= {f"heat_pump_input_{zone}": power_per_heat(zone) for zone in NORMALS}
    series["gas_heating_az"] = gas_for_heating()
    heating = degree_hours("az_absheron") * power_per_heat("az_absheron")
    series["heat_pump_load_az"] = heating / heating.mean()
    return series
