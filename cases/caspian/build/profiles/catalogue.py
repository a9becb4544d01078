"""What each series is, in the words of the profile table, and how series are written."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from khazri.parquet import write_frame
from profiles import load, raw, wind
from profiles.clock import Array

KINDS = ("load", "wind", "solar", "hydro", "price", "heat")
"""Groups of series: one module and one file each."""
COLUMNS = [
    "profile",
    "name",
    "kind",
    "zone",
    "file",
    "unit",
    "basis",
    "method",
    "annual_mean",
    "peak",
    "calibration_value",
    "calibration_unit",
    "source_id",
    "note",
]
PREFIXES = {
    "load_": "Load",
    "wind_onshore_": "Onshore wind",
    "wind_offshore_": "Offshore wind",
    "solar_fleet_": "Solar, today's fleet",
    "solar_": "Solar, new tracking plant",
    "hydro_reservoir_": "Reservoir inflow",
    "hydro_ror_": "Run-of-river",
    "price_": "Day-ahead price shape",
    "heat_pump_input_": "Power of a heat pump for each MWh of heat",
    "heat_pump_load_": "Power of household heat pumps",
    "heat_": "District heat",
    "gas_heating_": "Gas of homes and services",
}
MODEL_YEAR = "weather year of the Central Asian model, not documented"


class Basis(StrEnum):
    """Where the values of a series come from."""

    MEASURED = "measured"
    MODELLED = "modelled"
    MIXED = "mixed"


@dataclass(frozen=True)
class Origin:
    """Basis, method, main source and assumptions of a series."""

    basis: Basis
    method: str
    source_id: str
    note: str


def split_name(profile: str) -> tuple[str, str, str]:
    """Return group, readable technology and zone of a profile id."""
    for prefix, label in PREFIXES.items():
        if profile.startswith(prefix):
            group = prefix.split("_")[0].replace("gas", "heat")
            return group, label, profile.removeprefix(prefix)
    raise ValueError(f"unknown kind of profile: {profile}")


def load_origin(zone: str) -> Origin:
    """Return where a load series comes from."""
    if zone in load.TURKISH:
        return Origin(
            Basis.MIXED,
            "national load plan of 2025 by the hour",
            "epias_gh_w",
            "A day-ahead plan, not metered load. All nine zones have the same shape, as in the "
            "only zonal source; so zonal peaks coincide. One faulty day (7 April) is replaced.",
        )
    measured = {
        "ro": ("national load of 2019", "pirate_emperor_ro", "Before the pandemic."),
        "bg": ("national load of 2016", "dispaset_2016", "A cold January."),
        "hu": ("national load of 2025", "miguff_hu_entsoe", "Without most rooftop solar output."),
    }
    if zone in measured:
        method, source, note = measured[zone]
        return Origin(
            Basis.MEASURED,
            f"{method} on the weekdays of 2025",
            source,
            f"{note} Fixed holidays keep their date.",
        )
    shape = load.SHAPES[zone]
    if zone.startswith("az_"):
        return Origin(
            Basis.MODELLED,
            "Turkish load plan of 2025 on the local clock with Azerbaijani holidays, stretched to "
            "the published energies of 2024 and to the peak",
            "moe_2024_apa",
            "No hourly load is published. Month shares inside the published sums of 2024 follow "
            "2021-22; the peak day's load factor of 0.855 is that of 6 August 2025. All zones have "
            "the same shape.",
        )
    if shape.template == "tr":
        return Origin(
            Basis.MODELLED,
            "Turkish load plan of 2025 on the local clock without its holidays, stretched to the "
            "country's months and peak",
            "gnerc_q12024" if zone == "ge" else "am_q12021",
            "Some months and quarters are published, the rest is interpolated (assumption); the "
            "winter evening bump is an assumption.",
        )
    known = zone.startswith("kz_")
    return Origin(
        Basis.MODELLED,
        "synthetic Kazakh load of the Central Asian model, stretched to months and peak",
        "korem_pypsa_kz" if known else "expert",
        "National months of 2018 for all three zones."
        if known
        else "Months are an assumption: no monthly demand was found. Summer cooling (Uzbekistan, "
        "Turkmenistan) and winter heating (Kyrgyzstan, Tajikistan) are put in by judgement.",
    )


def wind_origin(profile: str, zone: str) -> Origin:
    """Return where a wind series comes from."""
    if profile == "wind_onshore_uz":
        return Origin(
            Basis.MODELLED,
            "ranks of the hourly model series, Weibull speeds, turbine curve",
            "agora_ca_2026",
            f"The source is at full output in a tenth of the hours; {MODEL_YEAR}.",
        )
    if profile == "wind_offshore_kz_west" or (
        profile.startswith("wind_onshore_") and zone in wind.MODEL_SERIES
    ):
        return Origin(
            Basis.MODELLED,
            "hourly model series, bent to the target mean",
            "agora_ca_2026",
            f"Reanalysis-based; {MODEL_YEAR}.",
        )
    measured = {
        "ro": ("2019", "pirate_emperor_ro"),
        "bg": ("2019", "entsoe_bg_epm"),
        "hu": ("2025", "miguff_hu_entsoe"),
    }
    if profile.startswith("wind_onshore_") and zone in measured:
        year, source = measured[zone]
        return Origin(
            Basis.MIXED,
            f"metered national wind of {year}, bent to the target mean",
            source,
            "Today's fleet; new turbines reach more.",
        )
    if zone.startswith("tr_"):
        return Origin(
            Basis.MIXED,
            "random field that agrees with the measured national wind of 2025, Weibull speeds, "
            "turbine curve",
            "epias_gh_w",
            "The fleet-weighted sum of the onshore zones follows the measured hours (correlation "
            "above 0.97); the split between zones is drawn. Off shore: same field, own marginals.",
        )
    return Origin(
        Basis.MODELLED,
        "random field tied to neighbours with series by distance, Weibull speeds, turbine curve",
        "expert",
        "No hourly wind was found. Field: correlation exp(-distance / 700 km), at least 0.55 along "
        "the Caspian shore, persistence 0.97 an hour; season and hour of day by terrain are "
        "assumptions.",
    )


def solar_origin(profile: str, zone: str) -> Origin:
    """Return where a solar series comes from."""
    real = {"ro": "pirate_emperor_ro", "bg": "entsoe_bg_epm", "hu": "miguff_hu_entsoe"}
    central_asia = ("kz_west", "kz_north", "kz_south", "uz", "kg")
    if profile.startswith("solar_fleet_"):
        if zone in real:
            return Origin(
                Basis.MIXED,
                "metered national solar, months as a fixed plant of the zone, scaled to the mean",
                real[zone],
                "The months are modelled so that the growth of the fleet within the year drops "
                "out.",
            )
        if zone in central_asia:
            return Origin(
                Basis.MODELLED,
                "hourly model series, scaled to the mean",
                "agora_ca_2026",
                f"Reanalysis-based; {MODEL_YEAR}.",
            )
        return Origin(
            Basis.MODELLED,
            "clear sky, daily clearness, modules fixed at 30 degrees, scaled to the mean",
            "merra2_gsee",
            "Days follow the measured national solar of 2025."
            if zone.startswith("tr_")
            else "For the plants of before 2020.",
        )
    ties = {True: "Days follow the metered or modelled solar of the country"}.get(
        zone in real or zone in central_asia or zone.startswith("tr_"),
        "Days are drawn, tied to neighbours with series by exp(-distance / 600 km)",
    )
    return Origin(
        Basis.MODELLED,
        "clear sky (Ineichen), daily clearness from MERRA-2 quantiles, single-axis tracker, "
        "DC/AC 1.25",
        "merra2_gsee",
        f"{ties}. Monthly irradiance measured for Absheron, Mingachevir and Nakhchivan, elsewhere "
        "0.88 of MERRA-2. Without a target the bifacial factor of Garadagh is carried over.",
    )


def hydro_origin(profile: str, zone: str) -> Origin:
    """Return where a hydro series comes from."""
    if zone.startswith("tr_"):
        return Origin(
            Basis.MIXED,
            "measured national river output of 2025 by quarter as the zone's representative days"
            if "ror" in profile
            else "half measured national dam output of 2024-25, half the zone's river season",
            "epias_gh_w",
            "Levels are those of a typical year; 2024 was wet and 2025 dry.",
        )
    if zone in ("ro", "bg"):
        return Origin(
            Basis.MIXED,
            "measured hydro output, smoothed, scaled to the mean",
            "pirate_emperor_ro" if zone == "ro" else "entsoe_bg_epm",
            "Output stands for inflow: smoothing takes out the dispatch within weeks.",
        )
    if "ror" in profile and zone in ("kz_north", "kz_south", "uz", "kg"):
        return Origin(
            Basis.MODELLED,
            "model series smoothed over 7 days",
            "agora_ca_2026",
            f"The source jumps between low and full output from day to day; {MODEL_YEAR}.",
        )
    sources = {"ge": "gnerc_q12024", "am": "am_q12021", "az_nakhchivan": "moe_10m2021_azernews"}
    if zone in sources or zone.startswith("az_"):
        return Origin(
            Basis.MODELLED,
            "published generation by month with persistent daily noise",
            sources.get(zone, "moe_8m2021_metbuat"),
            "Months are published or differences of cumulative figures, partly interpolated; part "
            "of the season is modelled runoff. Daily noise is an assumption.",
        )
    if zone in ("kg", "tj"):
        return Origin(
            Basis.MODELLED,
            "season of a melt-fed river mixed with a flat one, persistent daily noise",
            "expert",
            "Months of natural inflow are an assumption (peak in June at the Naryn, in July at the "
            "Vakhsh). What is run in winter is for the reservoirs to decide.",
        )
    return Origin(
        Basis.MODELLED,
        "modelled monthly runoff mixed with a flat season, persistent daily noise",
        "plexos_hydro",
        "The share of the flat part stands for regulation upstream and is an assumption.",
    )


def price_origin(zone: str) -> Origin:
    """Return where a price shape comes from."""
    origins = {
        "ro": ("2025", "stranma_ro_dam_2025", "October to December are those of Bulgaria."),
        "bg": ("2025", "ibex_compiled_2026", "All hours observed."),
        "hu": ("2025", "miguff_hu_entsoe", "All hours observed."),
        "gr": ("2024", "laurabejder_prices_2024", "From 21 August those of Bulgaria."),
        "eu_ce": ("2024", "green_dcc_prices_2025", "Mean of Germany and Austria."),
    }
    year, source, note = origins[zone]
    return Origin(
        Basis.MIXED if zone in ("ro", "gr") else Basis.MEASURED,
        f"day-ahead prices of {year} on the weekdays of 2025, over their mean",
        source,
        f"{note} Negative hours are kept.",
    )


def heat_origin(profile: str) -> Origin:
    """Return where a series that follows temperature comes from."""
    follows = {
        "heat_pump_input": "share of Carnot to 65 °C, mean coefficient of performance 3.2",
        "heat_pump_load": "degree hours below 20 °C over the coefficient of performance",
        "gas_heating": "degree hours below 20 °C and 28 % for cooking and hot water",
    }
    what = next(
        (text for prefix, text in follows.items() if profile.startswith(prefix)),
        "degree hours below 20 °C in the season of the networks and 6.3 % of hot water",
    )
    return Origin(
        Basis.MODELLED,
        f"monthly normals of temperature, drawn anomalies of 3 K, cosine over the day; {what}",
        "expert",
        "No hourly temperature is in the raw data: normals are general knowledge, cold spells are "
        "drawn and do not fall together with those of the load of power.",
    )


def kind_of(profile: str) -> str:
    """Return the kind of a profile as the case knows it."""
    group, _, _ = split_name(profile)
    if group != "heat":
        return group
    return "other" if profile.startswith("heat_pump_input_") else "load"


def origin(profile: str) -> Origin:
    """Return basis, method, source and note of a profile."""
    kind, _, zone = split_name(profile)
    if kind == "load":
        return load_origin(zone)
    if kind == "wind":
        return wind_origin(profile, zone)
    if kind == "solar":
        return solar_origin(profile, zone)
    if kind == "hydro":
        return hydro_origin(profile, zone)
    if kind == "heat":
        return heat_origin(profile)
    return price_origin(zone)


def rows(series: dict[str, Array]) -> list[dict[str, str]]:
    """Return the rows of the profile table, one per series, in its column order."""
    goals = raw.targets()
    zones = raw.zone_names()
    result = []
    for profile, values in series.items():
        group, label, zone = split_name(profile)
        source = origin(profile)
        goal = goals.get(profile)
        note = source.note
        if goal is not None:
            note = f"{note} Target ({goal.source_id}): {goal.note}."
        stored = stored_values(values).astype(np.float64)
        result.append(
            {
                "profile": profile,
                "name": f"{label}, {zones.get(zone, 'Azerbaijan')}",
                "kind": kind_of(profile),
                "zone": zone if zone in zones else "",
                "file": f"{group}.parquet",
                "unit": "1",
                "basis": str(source.basis),
                "method": source.method,
                "annual_mean": f"{stored.mean():.4f}",
                "peak": f"{stored.max():.4f}",
                "calibration_value": "" if goal is None else f"{goal.value:g}",
                "calibration_unit": "" if goal is None else goal.unit,
                "source_id": source.source_id,
                "note": note,
            }
        )
    return result


def write_table(series: dict[str, Array], path: Path) -> None:
    """Write the profile table as CSV."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows(series))


def stored_values(values: Array) -> NDArray[np.float32]:
    """Return values as they are written: four decimals, single precision."""
    return np.round(values, 4).astype(np.float32)


def write_hours(series: dict[str, Array], path: Path) -> None:
    """Write series as one Parquet file of 8,760 float32 rows, the same bytes every time."""
    columns = {name: stored_values(values) for name, values in series.items()}
    write_frame(pd.DataFrame(columns), path)
