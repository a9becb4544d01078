"""Solar capacity factors: one new tracking plant per zone, and today's fleets where known.

A zone's days get a clearness from a Gaussian field of daily scores: those of neighbours with
hourly series (Türkiye, Romania, Bulgaria, Hungary, Kazakhstan, Uzbekistan, Kyrgyzstan) are real
or model input, the rest is drawn so that it fits them. The score picks the day's irradiance from
the reanalysis distribution of cell and month; months are scaled to measured irradiance where it
exists, else to 0.88 of the reanalysis, which is the ratio found at the measured places and the
mean ratio of Global Solar Atlas to MERRA-2 over the region. pvlib does the rest.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pvlib
from scipy.special import ndtr, ndtri

from profiles import clock, field, raw
from profiles.clock import Array

SEED = 41
CORRELATION_KM = 600.0
DAY_PERSISTENCE = 0.35
REANALYSIS_RATIO = 0.88
NEAR_MINGACHEVIR = {"az_west": 0.854}  # the ratio measured there
MEASURED_GHI = {
    "az_absheron": "az_absheron_pirallahi",
    "az_centre": "az_mingachevir",
    "az_nakhchivan": "az_nakhchivan",
}
QUANTILES = np.array([1, 5, 10, 20, 30, 40, 50, 60, 70, 80, 90, 95, 99]) / 100
DC_PER_AC = 1.25
SYSTEM_LOSS = 0.12
LOSS_PER_KELVIN = 0.0035
KELVIN_PER_IRRADIANCE = 0.03
MODEL_FLEETS = {
    "kz_north": "KZ_NR_solar_pv_cf",
    "kz_south": "KZ_SO_solar_pv_cf",
    "kz_west": "KZ_WS_solar_pv_cf",
    "uz": "UZ_UZ_solar_pv_cf",
    "kg": "KG_KG_solar_pv_cf",
}
REFERENCE = "az_absheron"


@dataclass(frozen=True)
class Sky:
    """What pvlib needs at one place: mid-hour sun position and clear sky, shape (8760,) each."""

    zenith: Array
    azimuth: Array
    extraterrestrial: Array
    clear_ghi: Array
    temperature: Array


def clear_sky(place: raw.Place) -> Sky:
    """Return sun and clear sky (Ineichen with the turbidity of the climatology) at mid-hours.

    The air temperature is a plain sine of day and hour by latitude and height (an assumption that
    moves annual energy by about 1 %).
    """
    times = clock.INDEX + pd.Timedelta("30min")
    altitude = float(pvlib.location.lookup_altitude(place.latitude, place.longitude))
    position = pvlib.solarposition.get_solarposition(
        times, place.latitude, place.longitude, altitude=altitude
    )
    airmass = pvlib.atmosphere.get_absolute_airmass(
        pvlib.atmosphere.get_relative_airmass(position["apparent_zenith"]),
        pvlib.atmosphere.alt2pres(altitude),
    )
    turbidity = pvlib.clearsky.lookup_linke_turbidity(times, place.latitude, place.longitude)
    extraterrestrial = pvlib.irradiance.get_extra_radiation(times)
    clear = pvlib.clearsky.ineichen(
        position["apparent_zenith"], airmass, turbidity, altitude, extraterrestrial
    )
    day = np.repeat(np.arange(clock.DAYS), 24)
    solar_hour = (np.arange(clock.HOURS) % 24 + 0.5 + place.longitude / 15) % 24
    temperature = (
        32.7
        - 0.45 * place.latitude
        - 0.0055 * altitude
        - 12.0 * np.cos(2 * np.pi * (day - 25) / 365)
        + 5.0 * np.cos(2 * np.pi * (solar_hour - 15) / 24)
    )
    return Sky(
        zenith=position["apparent_zenith"].to_numpy(),
        azimuth=position["azimuth"].to_numpy(),
        extraterrestrial=np.asarray(extraterrestrial, dtype=np.float64),
        clear_ghi=np.nan_to_num(clear["ghi"].to_numpy()),
        temperature=temperature,
    )


def reanalysis_quantiles(place: raw.Place) -> Array:
    """Return daily mean irradiance (W/m²) by month and quantile, shape (12, 13).

    Bilinear between the four cells round the place.
    """
    table = raw.ghi_quantiles()
    columns = [f"q{round(100 * q):02d}" for q in QUANTILES]
    cells = table.set_index(["lat", "lon", "month"])[columns].sort_index()
    south = min(np.floor(place.latitude / 3) * 3, 51.0)
    west = np.floor(place.longitude / 3) * 3
    north_share, east_share = (place.latitude - south) / 3, (place.longitude - west) / 3
    result = np.zeros((12, QUANTILES.size))
    for lat, lat_share in ((south, 1 - north_share), (south + 3, north_share)):
        for lon, lon_share in ((west, 1 - east_share), (west + 3, east_share)):
            result += lat_share * lon_share * cells.loc[(lat, lon)].to_numpy()
    return result


def ghi_months(place: raw.Place, quantiles: Array) -> Array:
    """Return the monthly mean irradiance (W/m²) that a place is scaled to, shape (12,)."""
    site = MEASURED_GHI.get(place.name)
    if site is None:
        edges = np.concatenate(([0.0], (QUANTILES[1:] + QUANTILES[:-1]) / 2, [1.0]))
        ratio = NEAR_MINGACHEVIR.get(place.name, REANALYSIS_RATIO)
        return ratio * (quantiles @ np.diff(edges))
    table = raw.calibration()
    rows = table[(table["zone"] == site) & (table["variable"] == "ghi_monthly")]
    megajoules = rows.sort_values("period")["value"].astype(float).to_numpy()
    return megajoules * 1e6 / (clock.DAYS_IN_MONTH * 86400)


def day_scores(energy: Array, clear: Array) -> Array:
    """Return normal scores of days against their season, shape (365,).

    `energy` and `clear` are daily sums of output and of clear-sky irradiance. Each day is ranked
    among the 41 days round it, so the growth of a fleet over the year does not count.
    """
    ratio = energy / clear
    window = np.arange(-20, 21)
    around = ratio[(np.arange(clock.DAYS)[:, None] + window) % clock.DAYS]
    below = (around < ratio[:, None]).sum(axis=1) + 0.5 * ((around == ratio[:, None]).sum(axis=1))
    return ndtri(below / window.size)


def measured_fleets() -> dict[str, Array]:
    """Return hourly output or capacity factors of fleets with a series, in any unit."""
    agora = raw.hourly("kz_uz_kg_agora_8760.parquet")
    fleets = {zone: agora[column].to_numpy(np.float64) for zone, column in MODEL_FLEETS.items()}
    fleets["kg"] = np.roll(fleets["kg"], -1)  # its noon lies an hour after the sun's
    romania = raw.hourly("ro_transelectrica_hourly_2019.parquet")["ro_solar_mw"]
    bulgaria = raw.hourly("bg_entsoe_generation_2019_2023.parquet")["solar_mw"]
    hungary = raw.hourly("hu_entsoe_hourly_2025.parquet")["hu_solar_mw"]
    turkey = raw.hourly("tr_epias_hourly_2024_2025.parquet")["solar_licensed_mw"]
    fleets["ro"] = np.maximum(clock.planning_hours(romania, 2019), 0.0)
    fleets["bg"] = np.maximum(clock.planning_hours(bulgaria, 2019), 0.0)
    fleets["hu"] = np.maximum(clock.planning_hours(hungary, 2025), 0.0)
    fleets["tr"] = np.maximum(clock.planning_hours(turkey, 2025), 0.0)
    return fleets


def clearness_scores(places: list[raw.Place], skies: list[Sky], fleets: dict[str, Array]) -> Array:
    """Return the daily scores of all places, shape (365, places)."""
    names = [place.name for place in places]
    distance = field.distances_km(
        np.array([place.latitude for place in places]),
        np.array([place.longitude for place in places]),
    )
    correlation = field.nearest_correlation(np.exp(-distance / CORRELATION_KM))
    fleet_mw = raw.turkish_fleet("capacity_pv_solar")
    observer = np.zeros((len(fleets), len(places)))
    scores = np.empty((clock.DAYS, len(fleets)))
    clear = np.stack([sky.clear_ghi.reshape(-1, 24).sum(axis=1) for sky in skies], axis=1)
    for row, (zone, output) in enumerate(fleets.items()):
        if zone == "tr":
            observer[row] = [fleet_mw.get(name, 0.0) for name in names]
        else:
            observer[row, names.index(zone)] = 1.0
        days_clear = clear @ observer[row] / observer[row].sum()
        scores[:, row] = day_scores(output.reshape(-1, 24).sum(axis=1), days_clear)
    noise = field.persistent_noise(names, clock.DAYS, DAY_PERSISTENCE, SEED)
    return field.conditioned(correlation, noise, observer, scores)


def hourly_ghi(place: raw.Place, sky: Sky, scores: Array) -> Array:
    """Return global horizontal irradiance (W/m²), shape (8760,).

    The day's energy comes from its score; within the day cloud noise is largest on half-clear
    days, none on clear ones. No hour exceeds 1.05 times the clear sky.
    """
    quantiles = reanalysis_quantiles(place)
    share = ndtr(scores)
    days = np.array(
        [
            np.interp(share[day], QUANTILES, quantiles[month - 1])
            for day, month in enumerate(clock.MONTH_OF_DAY)
        ]
    )
    clear = sky.clear_ghi.reshape(-1, 24)
    clear_mean = clear.mean(axis=1)
    target = ghi_months(place, quantiles)
    for _ in range(30):
        factor = target / clock.monthly_means(days)
        days = np.minimum(days * factor[clock.MONTH_OF_DAY - 1], 1.02 * clear_mean)
    clearness = np.clip(days / clear_mean, 0.0, 1.02)
    noise = field.persistent_noise([f"cloud {place.name}"], clock.HOURS, 0.7, SEED)[:, 0]
    spread = 1.6 * clearness * np.maximum(1 - clearness, 0.0)
    ghi = clear * clearness[:, None] * np.exp(spread[:, None] * noise.reshape(-1, 24))
    for _ in range(20):
        ghi = np.minimum(ghi * (days / ghi.mean(axis=1))[:, None], 1.05 * clear)
    return ghi.reshape(-1)


def plane_power(sky: Sky, ghi: Array, *, tracking: bool) -> Array:
    """Return output per unit of AC capacity before the inverter's limit, shape (8760,).

    Erbs split and Hay-Davies sky; single-axis tracker (55 degrees, ground cover 0.4, backtracking)
    or modules fixed at 30 degrees to the south.
    """
    split = pvlib.irradiance.erbs(ghi, sky.zenith, clock.INDEX.day_of_year.to_numpy())
    if tracking:
        tracker = pvlib.tracking.singleaxis(
            sky.zenith, sky.azimuth, axis_azimuth=180, max_angle=55, backtrack=True, gcr=0.4
        )
        tilt = np.nan_to_num(np.asarray(tracker["surface_tilt"]), nan=0.0)
        azimuth = np.nan_to_num(np.asarray(tracker["surface_azimuth"]), nan=180.0)
    else:
        tilt, azimuth = np.full(clock.HOURS, 30.0), np.full(clock.HOURS, 180.0)
    plane = pvlib.irradiance.get_total_irradiance(
        tilt,
        azimuth,
        sky.zenith,
        sky.azimuth,
        np.minimum(np.nan_to_num(split["dni"]), 1050.0),
        ghi,
        np.nan_to_num(split["dhi"]),
        dni_extra=sky.extraterrestrial,
        model="haydavies",
    )
    irradiance = np.where(sky.zenith < 90, np.nan_to_num(np.asarray(plane["poa_global"])), 0.0)
    cell = sky.temperature + KELVIN_PER_IRRADIANCE * irradiance
    efficiency = (1 - LOSS_PER_KELVIN * (cell - 25)) * (1 - SYSTEM_LOSS)
    return np.maximum(DC_PER_AC * irradiance / 1000 * efficiency, 0.0)


def scaled_to_mean(power: Array, target: float) -> tuple[Array, float]:
    """Return min(factor x power, 1) with the given mean, and the factor (bisection)."""
    low, high = 0.0, 20.0
    for _ in range(60):
        middle = (low + high) / 2
        if np.minimum(middle * power, 1.0).mean() < target:
            low = middle
        else:
            high = middle
    return np.minimum(low * power, 1.0), low


def with_month_shape(output: Array, months: Array) -> Array:
    """Return hourly `output` with its monthly means made proportional to `months`, shape (12,)."""
    means = clock.monthly_means(output.reshape(-1, 24).mean(axis=1))
    return output * np.repeat((months / means)[clock.MONTH_OF_DAY - 1], 24)


def build() -> dict[str, Array]:
    """Return all solar series by profile id, shape (8760,) each, in 0..1.

    New plants are scaled to the zone's target where there is one; elsewhere the bifacial factor
    that brings the reference zone to its measured output is carried over.
    """
    places = raw.modelled_places()
    goals = raw.targets()
    skies = [clear_sky(place) for place in places]
    fleets = measured_fleets()
    scores = clearness_scores(places, skies, fleets)
    irradiance = {
        place.name: hourly_ghi(place, sky, scores[:, column])
        for column, (place, sky) in enumerate(zip(places, skies, strict=True))
    }
    trackers = {
        place.name: plane_power(sky, irradiance[place.name], tracking=True)
        for place, sky in zip(places, skies, strict=True)
    }
    _, bifacial = scaled_to_mean(trackers[REFERENCE], goals[f"solar_{REFERENCE}"].value)
    series: dict[str, Array] = {}
    for place in places:
        goal = goals.get(f"solar_{place.name}")
        power = trackers[place.name]
        if goal is None:
            series[f"solar_{place.name}"] = np.minimum(bifacial * power, 1.0)
        else:
            series[f"solar_{place.name}"] = scaled_to_mean(power, goal.value)[0]
    for place, sky in zip(places, skies, strict=True):
        goal = goals.get(f"solar_fleet_{place.name}")
        if goal is None:
            continue
        if place.name in fleets:
            output = fleets[place.name]
            if place.name in ("ro", "bg", "hu"):
                fixed = plane_power(sky, irradiance[place.name], tracking=False)
                months = clock.monthly_means(fixed.reshape(-1, 24).mean(axis=1))
                output = with_month_shape(output, months)
        else:
            output = plane_power(sky, irradiance[place.name], tracking=False)
        series[f"solar_fleet_{place.name}"] = scaled_to_mean(output, goal.value)[0]
    return series
