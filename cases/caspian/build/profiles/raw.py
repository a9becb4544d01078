"""Reading of the raw files: one function each, nothing is changed here."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from khazri.parquet import read_frame
from profiles.clock import Array

CASE = Path(__file__).resolve().parents[2]
RAW = CASE / "raw" / "profiles"
TARGETS = Path(__file__).resolve().parent / "targets.csv"

TURKISH_ZONES = {
    "tr_eastana": "EastAna",
    "tr_southeast": "SouthEast",
    "tr_centerblack": "CenterBlack",
    "tr_centerana": "CenterAna",
    "tr_eastmed": "EastMed",
    "tr_westmed": "WestMed",
    "tr_westana": "WestAna",
    "tr_northwest": "NorthWest",
    "tr_trakia": "Trakia",
}
QUARTERS = ("Q1", "Q2", "Q3", "Q4")


@dataclass(frozen=True)
class Place:
    """A zone or an offshore site: where its weather is taken."""

    name: str
    latitude: float
    longitude: float


@dataclass(frozen=True)
class Target:
    """The value a series is scaled to, with its source and the reasoning."""

    value: float
    unit: str
    source_id: str
    note: str


def modelled_places() -> list[Place]:
    """Return the modelled zones in the order of the zone table."""
    table = pd.read_csv(CASE / "raw" / "zones.csv")
    rows = table[table["role"] == "modelled"]
    return [
        Place(str(name), float(lat), float(lon))
        for name, lat, lon in zip(rows["zone"], rows["latitude"], rows["longitude"], strict=True)
    ]


def zone_names() -> dict[str, str]:
    """Return the readable name of every zone, markets included."""
    table = pd.read_csv(CASE / "raw" / "zones.csv")
    return dict(zip(table["zone"].astype(str), table["name"].astype(str), strict=True))


def targets() -> dict[str, Target]:
    """Return the targets of all series by profile id."""
    table = pd.read_csv(TARGETS)
    columns = (table[name] for name in ("profile", "value", "unit", "source_id", "note"))
    return {
        str(profile): Target(float(value), str(unit), str(source_id), str(note))
        for profile, value, unit, source_id, note in zip(*columns, strict=True)
    }


def hourly(file: str) -> pd.DataFrame:
    """Return a raw Parquet file, its first column (time, or hour of the year) as UTC index."""
    frame = read_frame(RAW / file)
    for column in ("time_utc", "time", "hour_of_year_utc"):
        if column in frame:
            frame = frame.set_index(column)
    if isinstance(frame.index, pd.DatetimeIndex):
        frame = frame.tz_localize("UTC")
    return frame


def calibration() -> pd.DataFrame:
    """Return the calibration values as collected, all columns as text but `value`."""
    return pd.read_csv(RAW / "calibration.csv", dtype={"value": str})


def ghi_quantiles() -> pd.DataFrame:
    """Return the quantiles of daily mean irradiance (W/m²) by cell and month."""
    return pd.read_csv(RAW / "merra2_daily_ghi_quantiles_3deg.csv.gz")


def hydro_months(iso3: str) -> Array:
    """Return the modelled monthly capacity factors of a country's hydro plants, shape (12,)."""
    table = pd.read_csv(RAW / "hydro_monthly_cf_plexos_world.csv")
    row = table[(table["country"] == iso3) & (table["level"] == "country")].iloc[0]
    return np.array([float(row[f"M{month}"]) for month in range(1, 13)])


def turkish_quarter_means(variable: str) -> dict[str, Array]:
    """Return quarterly means, shape (4,), of a variable of the representative days by zone.

    Zones without that resource are left out.
    """
    table = pd.read_csv(RAW / "tr_zones_epm_repdays.csv.gz")
    table = table[table["variable"] == variable]
    hours = [f"t{hour:02d}" for hour in range(1, 25)]
    means = table[hours].mean(axis=1) * table["weight_days"]
    weighted = table.assign(weighted=means).groupby(["zone", "season"])
    quarters = weighted["weighted"].sum() / weighted["weight_days"].sum()
    return {
        zone: quarters.loc[name].reindex(QUARTERS).to_numpy(dtype=np.float64)
        for zone, name in TURKISH_ZONES.items()
        if name in quarters.index.get_level_values(0)
    }


def turkish_fleet(variable: str) -> dict[str, float]:
    """Return MW at the end of 2024 by Turkish zone of a capacity variable of the region table."""
    table = pd.read_csv(CASE / "raw" / "region" / "neighbours.csv")
    rows = table[(table["variable"] == variable) & table["zone"].isin(list(TURKISH_ZONES))]
    rows = rows[rows["year"].astype(str) == "2024"]
    return dict(zip(rows["zone"].astype(str), rows["value"].astype(float), strict=True))
