"""Hydro inflow as a share of turbine capacity: daily steps, measured rivers by the hour.

Seasons come from published monthly generation where it exists (Azerbaijan, Nakhchivan, Georgia,
Türkiye, Romania, Bulgaria), else from modelled series. What is published is generation, so the
storage upstream has already acted on it; for reservoirs half of the season is taken from natural
runoff. Run-of-river is cut at capacity, reservoir inflow may exceed it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from profiles import clock, field, raw
from profiles.clock import Array

SEED = 97

# GWh a month. Azerbaijan: mean of the differences of cumulative figures of 2020-2022; September to
# December from the annual totals.
AZ_GWH = (78, 96, 96, 168, 220, 141, 126, 114, 69, 69, 69, 69)
# Nakhchivan: differences of cumulative figures of 2020-2022.
NAKHCHIVAN_GWH = (5.7, 5.7, 6.5, 17.0, 26.0, 25.0, 15.0, 8.4, 2.9, 2.9, 3.0, 3.0)
# Georgia: 2.14 TWh in the first quarter, 4.6 in five months and 9.5 in nine months of 2024, 2.3 TWh
# in the last quarter; months between follow total generation of 2021-22.
GE_GWH = (680, 650, 810, 1080, 1380, 1420, 1360, 1130, 990, 850, 740, 710)
# Armenia: quarters of about 20, 38, 24 and 18 % (2019-2021, 2025), months between assumed.
AM_GWH = (110, 105, 135, 200, 250, 215, 160, 140, 120, 110, 105, 100)
# Share of the year's natural inflow by month, percent: Naryn at Toktogul and Vakhsh at Nurek, both
# fed by snow and ice. From general knowledge of the rivers, rounded.
NARYN_SHARES = (4, 3.5, 4.5, 8, 14, 18.5, 16, 11.5, 7, 5, 4.5, 3.5)
VAKHSH_SHARES = (3, 3, 4, 8, 12.5, 17, 19.5, 15.5, 7.5, 4, 3, 3)


@dataclass(frozen=True)
class Season:
    """Monthly shapes of a zone's reservoirs and run-of-river plants, and its daily spread.

    `spread` is the standard deviation of the log of daily run-of-river flow round the season.
    """

    reservoir: Array
    river: Array
    spread: float = 0.15


def mixed(first: Array, second: Array, share: float) -> Array:
    """Return the mix of two monthly shapes, each scaled to mean 1 first."""
    return (1 - share) * first / first.mean() + share * second / second.mean()


def seasons() -> dict[str, Season]:
    """Return the zones whose daily flow is drawn round a season."""
    per_day = clock.DAYS_IN_MONTH
    azerbaijan = np.array(AZ_GWH) / per_day
    runoff = {iso3: raw.hydro_months(iso3) for iso3 in ("AZE", "GEO", "ARM", "KAZ", "HUN")}
    georgia, armenia = np.array(GE_GWH) / per_day, np.array(AM_GWH) / per_day
    agora = raw.hourly("kz_uz_kg_agora_8760.parquet")
    syr_darya = clock.monthly_means(
        agora["KZ_SO_hydro_ror_cf"].to_numpy(np.float64).reshape(-1, 24).mean(axis=1)
    )
    kura = Season(azerbaijan, mixed(azerbaijan, runoff["AZE"], 0.3))
    nakhchivan = np.array(NAKHCHIVAN_GWH) / per_day
    naryn, vakhsh = np.array(NARYN_SHARES) / per_day, np.array(VAKHSH_SHARES) / per_day
    flat = np.ones(12)
    return {
        "az_centre": kura,
        "az_west": kura,
        "az_north": kura,
        "az_karabakh": Season(
            mixed(azerbaijan, runoff["AZE"], 0.4), mixed(azerbaijan, runoff["AZE"], 0.5), 0.2
        ),
        "az_nakhchivan": Season(nakhchivan, nakhchivan, 0.2),
        "ge": Season(mixed(georgia, runoff["GEO"], 0.5), georgia),
        "am": Season(armenia, mixed(armenia, runoff["ARM"], 0.5)),
        "kz_north": Season(mixed(flat, runoff["KAZ"], 0.4), flat),
        "kz_south": Season(mixed(flat, runoff["KAZ"], 0.5), syr_darya),
        "uz": Season(mixed(flat, syr_darya, 0.6), syr_darya),
        "kg": Season(mixed(flat, naryn, 0.8), naryn),
        "tj": Season(mixed(flat, vakhsh, 0.8), mixed(flat, vakhsh, 0.8)),
        "hu": Season(runoff["HUN"], runoff["HUN"]),
    }


def capped(shape: Array, target: float) -> Array:
    """Return min(factor x shape, 1) with the given mean; ValueError where none has it."""
    low, high = 0.0, 100 / float(shape.mean())
    for _ in range(60):
        middle = (low + high) / 2
        if np.minimum(middle * shape, 1.0).mean() < target:
            low = middle
        else:
            high = middle
    result = np.minimum(low * shape, 1.0)
    if abs(result.mean() - target) > 1e-6:
        raise ValueError(f"no factor gives mean {target}")
    return result


def hourly_from_days(days: Array) -> Array:
    """Return days, shape (365,), as hours, shape (8760,), each day constant."""
    return np.repeat(days, 24)


def flows(zone: str, season: Array, spread: float) -> Array:
    """Return daily flow, shape (365,), mean 1, round a monthly season with persistent noise."""
    noise = field.persistent_noise([f"flow {zone}"], clock.DAYS, 0.85, SEED)[:, 0]
    days = clock.daily_from_months(season) * np.exp(spread * noise)
    days *= (season / clock.monthly_means(days))[clock.MONTH_OF_DAY - 1]
    return days / days.mean()


def turkey(goals: dict[str, raw.Target]) -> dict[str, Array]:
    """Return the Turkish zones' series.

    River plants: the measured national hours of 2025, moved quarter by quarter to the seasons of
    the zone's representative days. Reservoirs: half the measured national dam output by month
    (mean of 2024 and 2025), half the zone's river season. Thrace has neither.
    """
    table = raw.hourly("tr_epias_hourly_2024_2025.parquet")
    river = clock.planning_hours(table["hydro_ror_mw"], 2025)
    quarter = (clock.MONTH_OF_DAY - 1) // 3
    days = river.reshape(-1, 24).mean(axis=1)
    own = np.array([days[quarter == part].mean() for part in range(4)])
    dam_days = [
        clock.planning_hours(table["hydro_dam_mw"], year).reshape(-1, 24).mean(axis=1)
        for year in (2024, 2025)
    ]
    dam = clock.monthly_means((dam_days[0] + dam_days[1]) / 2)
    series: dict[str, Array] = {}
    for zone, quarters in raw.turkish_quarter_means("hydro_ror_cf").items():
        months = np.repeat(quarters / own, 3)
        shape = river * hourly_from_days(clock.daily_from_months(months))
        series[f"hydro_ror_{zone}"] = capped(shape, goals[f"hydro_ror_{zone}"].value)
        river_months = clock.monthly_means(shape.reshape(-1, 24).mean(axis=1))
        inflow = flows(zone, mixed(dam, river_months, 0.5), 0.1)
        target = goals[f"hydro_reservoir_{zone}"].value
        series[f"hydro_reservoir_{zone}"] = hourly_from_days(inflow) * target
    return series


def balkans(goals: dict[str, raw.Target]) -> dict[str, Array]:
    """Return Romania's and Bulgaria's series from measured generation of 2019 and 2019-2023.

    Reservoir inflow is the output smoothed over 31 days: within that span dispatch, not water,
    decides. Romanian river plants take the total smoothed over 7 days, Bulgarian ones their own
    hours of 2019.
    """
    romania = clock.planning_hours(
        raw.hourly("ro_transelectrica_hourly_2019.parquet")["ro_hydro_mw"], 2019
    )
    days = romania.reshape(-1, 24).mean(axis=1)
    table = raw.hourly("bg_entsoe_generation_2019_2023.parquet")
    dams = np.mean(
        [
            clock.planning_hours(table["hydro_water_reservoir_mw"], year)
            .reshape(-1, 24)
            .mean(axis=1)
            for year in range(2019, 2024)
        ],
        axis=0,
    )
    rivers = clock.planning_hours(table["hydro_run_of_river_and_poundage_mw"], 2019)
    shapes = {
        "hydro_reservoir_ro": hourly_from_days(clock.smooth_days(days, 31)),
        "hydro_ror_ro": hourly_from_days(clock.smooth_days(days, 7)),
        "hydro_reservoir_bg": hourly_from_days(clock.smooth_days(dams, 31)),
        "hydro_ror_bg": rivers,
    }
    series = {}
    for name, shape in shapes.items():
        target = goals[name].value
        level = shape / shape.mean() * target
        series[name] = capped(shape, target) if "ror" in name else level
    return series


def build() -> dict[str, Array]:
    """Return all hydro series by profile id, shape (8760,) each."""
    goals = raw.targets()
    agora = raw.hourly("kz_uz_kg_agora_8760.parquet")
    rivers = {
        "kz_north": "KZ_NR_hydro_ror_cf",
        "kz_south": "KZ_SO_hydro_ror_cf",
        "uz": "UZ_UZ_hydro_ror_cf",
        "kg": "KG_KG_hydro_ror_cf",
    }
    series: dict[str, Array] = {}
    for zone, season in seasons().items():
        reservoir, river = f"hydro_reservoir_{zone}", f"hydro_ror_{zone}"
        if reservoir in goals:
            days = flows(zone, season.reservoir, season.spread / 2)
            hours = hourly_from_days(days)
            series[reservoir] = hours / hours.mean() * goals[reservoir].value
        if zone in rivers:
            days = agora[rivers[zone]].to_numpy(np.float64).reshape(-1, 24).mean(axis=1)
            shape = hourly_from_days(clock.smooth_days(days, 7))
        else:
            shape = hourly_from_days(flows(zone, season.river, season.spread))
        series[river] = capped(shape, goals[river].value)
    return series | turkey(goals) | balkans(goals)
