"""The hourly profiles of the Caspian case, as they lie in the repository.

Most tests read the written files only. Those that build need pvlib or windpowerlib and are skipped
where the build extra is not installed.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from khazri.parquet import read_frame

CASE = Path(__file__).resolve().parents[2] / "cases" / "caspian"
KINDS = ("load", "wind", "solar", "hydro", "price", "heat")
MONTH = np.asarray(pd.date_range("2025-01-01", periods=8760, freq="h").month)
HOUR = np.arange(8760) % 24


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return pd.read_csv(CASE / "profiles.csv").set_index("profile")


@pytest.fixture(scope="module")
def hours() -> pd.DataFrame:
    files = [read_frame(CASE / "profiles" / f"{kind}.parquet") for kind in KINDS]
    return pd.concat(files, axis=1)


@pytest.fixture(scope="module")
def zones() -> pd.DataFrame:
    return pd.read_csv(CASE / "raw" / "zones.csv").set_index("zone")


def build_module(name: str) -> ModuleType:
    """Import a module of the build by its name."""
    build = str(CASE / "build")
    if build not in sys.path:
        sys.path.insert(0, build)
    return importlib.import_module(f"profiles.{name}")


def series(hours: pd.DataFrame, name: str) -> NDArray[np.float64]:
    return hours[name].to_numpy(np.float64)


def correlation(hours: pd.DataFrame, first: str, second: str) -> float:
    return float(np.corrcoef(series(hours, first), series(hours, second))[0, 1])


def test_files_hold_exactly_the_series_of_the_table(
    table: pd.DataFrame, hours: pd.DataFrame
) -> None:
    assert list(hours.columns) == list(table.index)
    assert hours.shape[0] == 8760
    assert (hours.dtypes == np.float32).all()
    for kind in KINDS:
        names = read_frame(CASE / "profiles" / f"{kind}.parquet").columns
        assert (table.loc[names, "file"] == f"{kind}.parquet").all()
        kinds = ("load", "other") if kind == "heat" else (kind,)
        assert table.loc[names, "kind"].isin(kinds).all()


def test_values_are_finite_and_in_range(table: pd.DataFrame, hours: pd.DataFrame) -> None:
    assert np.isfinite(hours.to_numpy()).all()
    for kind in ("wind", "solar"):
        names = table.index[table["kind"] == kind]
        assert hours[names].to_numpy().min() >= 0
        assert hours[names].to_numpy().max() <= 1
    hydro = table.index[table["kind"] == "hydro"]
    assert hours[hydro].to_numpy().min() >= 0
    rivers = [name for name in hydro if "ror" in name]
    assert hours[rivers].to_numpy().max() <= 1
    assert hours[table.index[table["file"] == "load.parquet"]].to_numpy().min() > 0.4
    assert hours[table.index[table["file"] == "heat.parquet"]].to_numpy().min() >= 0


def test_load_and_price_have_mean_one(table: pd.DataFrame, hours: pd.DataFrame) -> None:
    names = table.index[table["kind"].isin(["load", "price"])]
    assert hours[names].astype(np.float64).mean().to_numpy() == pytest.approx(1.0, abs=1e-5)


def test_table_reports_the_means_and_peaks_of_the_files(
    table: pd.DataFrame, hours: pd.DataFrame
) -> None:
    values = hours.astype(np.float64)
    assert table["annual_mean"].to_numpy() == pytest.approx(values.mean().to_numpy(), abs=6e-5)
    assert table["peak"].to_numpy() == pytest.approx(values.max().to_numpy(), abs=6e-5)


def test_every_series_meets_its_target_within_half_a_percent(
    table: pd.DataFrame, hours: pd.DataFrame
) -> None:
    aimed = table[table["calibration_value"].notna()]
    assert len(aimed) > 120
    for name, row in aimed.iterrows():
        values = series(hours, str(name))
        peak = row["calibration_unit"] == "peak over mean"
        reached = values.max() / values.mean() if peak else values.mean()
        assert reached == pytest.approx(row["calibration_value"], rel=5e-3), name


def test_every_modelled_zone_has_load_wind_and_solar(
    table: pd.DataFrame, zones: pd.DataFrame
) -> None:
    modelled = zones.index[zones["role"] == "modelled"]
    assert len(modelled) == 28
    for zone in modelled:
        assert {f"load_{zone}", f"wind_onshore_{zone}", f"solar_{zone}"} <= set(table.index)
    without_hydro = {"az_absheron", "az_south", "kz_west", "tm", "tr_trakia"}
    with_hydro = set(table.loc[table["kind"] == "hydro", "zone"])
    assert set(modelled) - with_hydro == without_hydro


def test_sources_are_known_and_the_marks_honest(table: pd.DataFrame) -> None:
    known = set(pd.read_csv(CASE / "raw" / "profiles" / "sources.csv")["source_id"])
    assert set(table["source_id"]) <= known
    targets = pd.read_csv(CASE / "build" / "profiles" / "targets.csv")
    assert set(targets["source_id"]) <= known
    assert set(targets["profile"]) <= set(table.index)
    caucasus = table["zone"].str.startswith("az_") | table["zone"].isin(["ge", "am"])
    assert (table.loc[caucasus, "basis"] == "modelled").all()
    assert table["note"].str.len().min() > 20


def test_azerbaijan_reproduces_2024(hours: pd.DataFrame) -> None:
    """27,167 GWh is 3,101.3 MW on average; times the peak of 1.5155 it is 4,700 MW.

    January to April took 8,904, May to August 9,598, September to November 6,330 and December
    2,335 GWh.
    """
    load = series(hours, "load_az_centre") * 27_167e3 / 8760
    assert load.max() == pytest.approx(4700, abs=5)
    gwh = np.bincount(MONTH, weights=load)[1:] / 1e3
    assert gwh.sum() == pytest.approx(27_167, abs=1)
    assert gwh[:4].sum() == pytest.approx(8_904, rel=0.002)
    assert gwh[4:8].sum() == pytest.approx(9_598, rel=0.002)
    assert gwh[8:11].sum() == pytest.approx(6_330, rel=0.002)
    assert gwh[11] == pytest.approx(2_335, rel=0.002)


def test_azerbaijan_peaks_on_a_summer_afternoon(hours: pd.DataFrame) -> None:
    """The record fell on 6 August 2025 at 15 h local time, which is 11 h UTC."""
    load = series(hours, "load_az_centre")
    peak = int(load.argmax())
    assert MONTH[peak] in (7, 8)
    assert 10 <= HOUR[peak] <= 12
    day = load.reshape(-1, 24)[peak // 24]
    assert day.mean() / day.max() == pytest.approx(0.855, abs=0.02)


@pytest.mark.parametrize("zone", ["ge", "am", "kg", "kz_north", "kz_west", "kz_south"])
def test_cold_zones_peak_in_winter(hours: pd.DataFrame, zone: str) -> None:
    assert MONTH[int(series(hours, f"load_{zone}").argmax())] in (12, 1, 2)


def test_solar_is_centred_on_local_noon(hours: pd.DataFrame, zones: pd.DataFrame) -> None:
    """The sun culminates at 12 h less longitude/15 h UTC, within 17 minutes of equation of time."""
    for name in hours.columns[hours.columns.str.startswith("solar_")]:
        zone = name.removeprefix("solar_fleet_").removeprefix("solar_")
        mean_day = series(hours, name).reshape(-1, 24).mean(axis=0)
        noon = 12 - zones.loc[zone, "longitude"] / 15
        centre = (mean_day * (np.arange(24) + 0.5)).sum() / mean_day.sum()
        assert centre == pytest.approx(noon, abs=0.75), name
        night = np.abs((np.arange(24) + 0.5 - noon + 12) % 24 - 12) > 9
        assert mean_day[night].max() < 0.01, name


def test_neighbours_share_weather_and_distant_zones_do_not(hours: pd.DataFrame) -> None:
    assert correlation(hours, "wind_onshore_az_absheron", "wind_onshore_az_north") > 0.7
    assert correlation(hours, "wind_onshore_az_absheron", "wind_offshore_az_absheron") > 0.7
    assert 0.3 < correlation(hours, "wind_onshore_az_absheron", "wind_onshore_kz_west") < 0.7
    assert correlation(hours, "wind_onshore_tr_westana", "wind_onshore_tr_northwest") > 0.6
    assert abs(correlation(hours, "wind_onshore_az_absheron", "wind_onshore_hu")) < 0.2
    noon = HOUR == 9
    clearness = hours[noon & (MONTH >= 6) & (MONTH <= 8)]
    near = clearness["solar_az_centre"].corr(clearness["solar_az_west"])
    far = clearness["solar_az_centre"].corr(clearness["solar_hu"])
    assert near > 0.4 > abs(far)


def test_turkish_zones_add_up_to_the_measured_national_wind(hours: pd.DataFrame) -> None:
    raw = CASE / "raw"
    table = pd.read_csv(raw / "region" / "neighbours.csv")
    fleet = table[table["variable"] == "capacity_onshorewind_wind"].set_index("zone")["value"]
    fleet = fleet.drop("tr", errors="ignore")
    total = sum(hours[f"wind_onshore_{zone}"] * mw for zone, mw in fleet.items()) / fleet.sum()
    metered = read_frame(raw / "profiles" / "tr_epias_hourly_2024_2025.parquet")
    year = metered.set_index("time_utc").loc["2025-01-01":"2025-12-31", "wind_cf_derived"]
    assert len(year) == 8760
    assert np.corrcoef(total, year)[0, 1] > 0.97
    assert total.mean() == pytest.approx(float(year.mean()), rel=0.02)


def test_snow_melt_feeds_the_rivers(hours: pd.DataFrame) -> None:
    spring, autumn = np.isin(MONTH, (4, 5, 6)), np.isin(MONTH, (10, 11, 12))
    for zone in ("az_centre", "az_nakhchivan", "ge", "am", "tr_eastana", "uz", "tj"):
        flow = series(hours, f"hydro_ror_{zone}")
        assert flow[spring].mean() > 1.1 * flow[autumn].mean(), zone


def test_days_of_other_years_keep_weekday_and_season() -> None:
    """1 January 2025 is a Wednesday; in 2019 that is 2 January (row 1), in 2016 6 January."""
    clock = build_module("clock")
    for year in (2016, 2019, 2024, 2025):
        rows = clock.matching_days(year)
        source = pd.date_range(f"{year}-01-01", f"{year}-12-31")[rows]
        target = clock.INDEX[::24]
        assert (source.day_of_week == target.day_of_week).all()
        gap = np.abs(source.day_of_year.to_numpy() - target.day_of_year.to_numpy())
        assert gap.max() <= 7
        assert np.median(gap) <= 3
    assert (clock.matching_days(2025) == np.arange(365)).all()
    assert clock.matching_days(2019)[0] == 1


def test_monthly_means_survive_smoothing() -> None:
    clock = build_module("clock")
    months = np.array([78, 96, 96, 168, 220, 141, 126, 114, 69, 69, 69, 69], dtype=np.float64)
    days = clock.daily_from_months(months)
    assert clock.monthly_means(days) == pytest.approx(months)
    assert np.abs(np.diff(days)).max() < 20


def test_a_conditioned_field_shows_what_was_observed() -> None:
    """Three places, the first seen alone and the mean of the other two seen as one.

    With correlation 0 between the second and third, their mean has variance 1/2, so what is seen
    is their sum over the root of 2.
    """
    field = build_module("field")
    correlation = np.array([[1.0, 0.6, 0.3], [0.6, 1.0, 0.0], [0.3, 0.0, 1.0]])
    noise = field.persistent_noise(["a", "b", "c"], 4000, 0.5, 1)
    scores = field.persistent_noise(["x", "y"], 4000, 0.5, 2)
    scores[:, 1] = 0.9 / np.sqrt(2) * scores[:, 0] + np.sqrt(1 - 0.405) * scores[:, 1]
    observer = np.array([[1.0, 0.0, 0.0], [0.0, 0.5, 0.5]])
    drawn = field.conditioned(correlation, noise, observer, scores)
    assert drawn[:, 0] == pytest.approx(scores[:, 0])
    assert (drawn[:, 1] + drawn[:, 2]) / np.sqrt(2) == pytest.approx(scores[:, 1])
    assert drawn.std(axis=0) == pytest.approx(np.ones(3), abs=0.05)
    assert np.corrcoef(drawn.T)[0, 1] == pytest.approx(0.6, abs=0.05)


def test_irradiance_ratio_lies_between_the_published_ones() -> None:
    """Global Solar Atlas over MERRA-2 at the cells nearest to the middle of each country."""
    quantiles = pd.read_csv(CASE / "raw" / "profiles" / "merra2_daily_ghi_quantiles_3deg.csv.gz")
    atlas = pd.read_csv(CASE / "raw" / "profiles" / "gsa_pvout_monthly_country.csv")
    atlas = atlas.set_index("iso3")["ghi_avg"]
    middles = {"AZE": (39, 48), "GEO": (42, 45), "TUR": (39, 36), "UZB": (42, 63), "TKM": (39, 60)}
    ratios = []
    for iso3, (lat, lon) in middles.items():
        cell = quantiles[(quantiles["lat"] == lat) & (quantiles["lon"] == lon)]
        ratios.append(atlas[iso3] / (cell["mean_w_m2"].mean() * 24 / 1000))
    assert min(ratios) < 0.88 < max(ratios)


@pytest.mark.parametrize(
    "kind",
    [
        "load",
        "hydro",
        "price",
        pytest.param("wind", marks=pytest.mark.slow),
        pytest.param("solar", marks=pytest.mark.slow),
    ],
)
def test_build_gives_the_committed_series(hours: pd.DataFrame, kind: str) -> None:
    if kind == "wind":
        pytest.importorskip("windpowerlib")
    if kind == "solar":
        pytest.importorskip("pvlib")
    built = build_module(kind).build()
    names = [name for name in hours.columns if name.startswith(f"{kind}_")]
    assert list(built) == names
    for name in names:
        assert built[name] == pytest.approx(series(hours, name), abs=1.5e-4), name


def test_half_years_of_heat_and_gas_are_those_published(hours: pd.DataFrame) -> None:
    """961 of 1,390 thousand Gcal of 2024 in the first half; 60 % of the gas of homes (estimate)."""
    first = MONTH <= 6
    heat, gas = series(hours, "heat_az_absheron"), series(hours, "gas_heating_az")
    assert heat[first].sum() / heat.sum() == pytest.approx(960.7 / 1390, abs=0.03)
    assert gas[first].sum() / gas.sum() == pytest.approx(0.6, abs=0.01)


def test_networks_heat_in_their_season_only(hours: pd.DataFrame) -> None:
    """15 November to 15 April; the rest of the year there is hot water, 6.3 % of the mean."""
    heat = series(hours, "heat_az_absheron")
    summer = (MONTH >= 5) & (MONTH <= 10)
    assert heat[summer] == pytest.approx(0.063, abs=1e-4)
    assert heat.max() > 3


def test_heat_pumps_take_a_mwh_for_about_three_of_heat(hours: pd.DataFrame) -> None:
    """Mean over the heat 3.2; never below 2.5, more in mild weather."""
    for zone in ("az_absheron", "az_west"):
        heat, power = series(hours, f"heat_{zone}"), series(hours, f"heat_pump_input_{zone}")
        assert heat.sum() / (heat * power).sum() == pytest.approx(3.2, abs=0.01)
        assert 1 / power.max() > 2.5
