"""Wind capacity factors on shore and off shore.

Measured fleets (Romania, Bulgaria, Hungary) and the model series of Kazakhstan and Uzbekistan are
scaled to their targets. All other places take normal scores from a Gaussian field that agrees with
these series and with the measured national wind of Türkiye; scores become wind speeds of a Weibull
distribution and, through a turbine's power curve, capacity factors with the target mean.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr
from windpowerlib import WindTurbine
from windpowerlib.power_curves import smooth_power_curve

from profiles import clock, field, raw
from profiles.clock import Array

SEED = 73
CORRELATION_KM = 700.0
HOUR_PERSISTENCE = 0.96
HOUR_SMOOTHING = 0.6
CASPIAN_CORRELATION = 0.55
CASPIAN = ("az_absheron", "az_north", "az_absheron_offshore", "kz_west", "tm")
LOSS = 0.10
MODEL_SERIES = {
    "kz_north": "KZ_NR_wind_onshore_cf",
    "kz_south": "KZ_SO_wind_onshore_cf",
    "kz_west": "KZ_WS_wind_onshore_cf",
    "uz": "UZ_UZ_wind_onshore_cf",
}
OFFSHORE = (
    raw.Place("az_absheron_offshore", 40.3, 50.7),
    raw.Place("tr_northwest_offshore", 40.5, 27.8),
    raw.Place("tr_trakia_offshore", 41.7, 28.3),
    raw.Place("tr_westana_offshore", 39.0, 26.5),
    raw.Place("ro_offshore", 44.2, 29.4),
    raw.Place("bg_offshore", 42.9, 28.4),
)


@dataclass(frozen=True)
class Regime:
    """Weibull shape, and swings of the score by season and hour (in standard deviations).

    `season` peaks on `peak_day`, `diurnal` at `peak_hour` of local solar time and only by day's
    heating: stronger in summer. All are assumptions about the terrain.
    """

    shape: float
    season: float
    peak_day: int
    diurnal: float
    peak_hour: float


# The Absheron wind blows in all seasons: the Caspian swing that comes with the Kazakh series is
# brought to half by a counter-swing. Passes and valleys of the Caucasus have thermal winds
# in the afternoons of the warm half-year.
ABSHERON = Regime(shape=2.0, season=0.15, peak_day=205, diurnal=0.08, peak_hour=16)
COAST = Regime(shape=2.0, season=0.0, peak_day=15, diurnal=0.08, peak_hour=16)
VALLEY = Regime(shape=1.9, season=0.15, peak_day=75, diurnal=0.35, peak_hour=17)
PASS = Regime(shape=1.8, season=0.20, peak_day=30, diurnal=0.20, peak_hour=17)
PLAIN = Regime(shape=2.0, season=0.15, peak_day=60, diurnal=0.20, peak_hour=15)
SEA = Regime(shape=2.1, season=0.05, peak_day=15, diurnal=0.0, peak_hour=16)
# Turkish zones follow the measured national wind; each stands for hundreds of turbines spread over
# 300 km, so its distribution is narrower.
FOLLOWS = Regime(shape=3.2, season=0.0, peak_day=15, diurnal=0.0, peak_hour=16)
REGIMES = {
    "az_absheron": ABSHERON,
    "az_north": ABSHERON,
    "az_centre": VALLEY,
    "az_west": VALLEY,
    "az_south": PLAIN,
    "az_karabakh": PASS,
    "az_nakhchivan": VALLEY,
    "ge": PASS,
    "am": PASS,
    "tm": COAST,
    "kg": VALLEY,
    "tj": VALLEY,
}


def power_curve(kind: str) -> tuple[Array, Array]:
    """Return wind speeds (m/s) and output per unit of a turbine, smoothed over many farms.

    The spread of speeds between the farms of a zone is taken as a fifth of the mean speed.
    """
    turbine = WindTurbine(turbine_type=kind, hub_height=110)
    curve = smooth_power_curve(
        turbine.power_curve["wind_speed"],
        turbine.power_curve["value"],
        standard_deviation_method="turbulence_intensity",
        turbulence_intensity=0.20,
    )
    output = curve["value"].to_numpy() / turbine.nominal_power
    return curve["wind_speed"].to_numpy(), np.clip(output, 0.0, 1.0)


def capacity_factors(
    scores: Array, shape: float, target: float, curve: tuple[Array, Array]
) -> Array:
    """Return capacity factors, shape (t,), whose mean is `target`.

    Scores (t,) are ranked to uniform shares, shares become Weibull speeds of the given shape, and
    the scale is found by bisection. 10 % of output is lost to wakes and outages.
    """
    shares = ndtr(field.normal_scores(scores))
    unit_speed = (-np.log1p(-shares)) ** (1 / shape)
    speeds, outputs = curve
    low, high = 1.0, 30.0
    factors = np.zeros_like(scores)
    for _ in range(60):
        scale = (low + high) / 2
        factors = (1 - LOSS) * np.interp(scale * unit_speed, speeds, outputs, right=0.0)
        if factors.mean() < target:
            low = scale
        else:
            high = scale
    return factors


def swing(regime: Regime, longitude: float) -> Array:
    """Return the score's shift by season and hour, shape (8760,)."""
    hour = np.arange(clock.HOURS)
    day = hour / 24
    solar_hour = (hour + 0.5 + longitude / 15) % 24
    warm = 1 - 0.6 * np.cos(2 * np.pi * (day - 20) / 365)
    return regime.season * np.cos(
        2 * np.pi * (day - regime.peak_day) / 365
    ) + regime.diurnal * warm * np.cos(2 * np.pi * (solar_hour - regime.peak_hour) / 24)


def known_series() -> dict[str, Array]:
    """Return hourly wind of the zones with a series, in any unit, never negative."""
    agora = raw.hourly("kz_uz_kg_agora_8760.parquet")
    known = {zone: agora[column].to_numpy(np.float64) for zone, column in MODEL_SERIES.items()}
    romania = raw.hourly("ro_transelectrica_hourly_2019.parquet")["ro_wind_mw"]
    bulgaria = raw.hourly("bg_entsoe_generation_2019_2023.parquet")["wind_onshore_mw"]
    hungary = raw.hourly("hu_entsoe_hourly_2025.parquet")["hu_wind_mw"]
    turkey = raw.hourly("tr_epias_hourly_2024_2025.parquet")["wind_cf_derived"]
    known["ro"] = np.maximum(clock.planning_hours(romania, 2019), 0.0)
    known["bg"] = np.maximum(clock.planning_hours(bulgaria, 2019), 0.0)
    known["hu"] = np.maximum(clock.planning_hours(hungary, 2025), 0.0)
    known["tr"] = np.maximum(clock.planning_hours(turkey, 2025), 0.0)
    return known


def wind_scores(places: list[raw.Place], known: dict[str, Array]) -> Array:
    """Return hourly scores of all places, shape (8760, places), that fit the known series."""
    names = [place.name for place in places]
    distance = field.distances_km(
        np.array([place.latitude for place in places]),
        np.array([place.longitude for place in places]),
    )
    correlation = np.exp(-distance / CORRELATION_KM)
    caspian = np.isin(names, CASPIAN)
    shared = np.outer(caspian, caspian)
    correlation = np.where(shared, np.maximum(correlation, CASPIAN_CORRELATION), correlation)
    correlation = field.nearest_correlation(correlation)
    fleet_mw = raw.turkish_fleet("capacity_onshorewind_wind")
    observer = np.zeros((len(known), len(places)))
    for row, zone in enumerate(known):
        if zone == "tr":
            observer[row] = [fleet_mw.get(name, 0.0) for name in names]
        else:
            observer[row, names.index(zone)] = 1.0
    scores = np.stack([field.normal_scores(series) for series in known.values()], axis=1)
    noise = field.smoothed(
        field.persistent_noise(names, clock.HOURS, HOUR_PERSISTENCE, SEED), HOUR_SMOOTHING
    )
    return field.conditioned(correlation, noise, observer, scores)


def scaled(series: Array, target: float) -> Array:
    """Return a known series bent to the target mean without passing 1: 1 - (1 - x)^p.

    Leaves calm and full output where they are; p is found by bisection.
    """
    share = np.clip(series / max(1.0, float(series.max())), 0.0, 1.0)
    low, high = 0.05, 20.0
    for _ in range(60):
        power = (low + high) / 2
        if (1 - (1 - share) ** power).mean() < target:
            low = power
        else:
            high = power
    return 1 - (1 - share) ** low


def build() -> dict[str, Array]:
    """Return all wind series by profile id, shape (8760,) each, in 0..1."""
    zones = raw.modelled_places()
    places = [*zones, *OFFSHORE]
    goals = raw.targets()
    known = known_series()
    scores = wind_scores(places, known)
    on_land, at_sea = power_curve("E-141/4200"), power_curve("V164/8000")
    capacity_mw = {"ro": 3023.0, "bg": 700.0, "hu": 330.0}
    series: dict[str, Array] = {}
    for column, place in enumerate(places):
        zone = place.name.removesuffix("_offshore")
        sea = place.name.endswith("_offshore")
        name = f"wind_offshore_{zone}" if sea else f"wind_onshore_{zone}"
        goal = goals[name].value
        if place.name == "uz":  # the series stands at full output in a tenth of the hours
            series[name] = capacity_factors(known["uz"], PLAIN.shape, goal, on_land)
            continue
        if place.name in known:
            output = known[place.name] / capacity_mw.get(place.name, 1.0)
            series[name] = scaled(np.minimum(output, 1.0), goal)
            continue
        regime = SEA if sea else REGIMES.get(zone, FOLLOWS)
        moved = scores[:, column] + swing(regime, place.longitude)
        series[name] = capacity_factors(moved, regime.shape, goal, at_sea if sea else on_land)
    agora = raw.hourly("kz_uz_kg_agora_8760.parquet")["KZ_WS_wind_offshore_cf"].to_numpy(np.float64)
    series["wind_offshore_kz_west"] = scaled(agora, goals["wind_offshore_kz_west"].value)
    return series
