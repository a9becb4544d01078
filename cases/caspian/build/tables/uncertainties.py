"""What is uncertain over the life of a corridor: drivers, their ranges, and the cells they move."""

from __future__ import annotations

from dataclasses import dataclass

from tables.records import Row, Tables, assumed, sourced

_GROWING = {2030: 0.4, 2035: 0.6, 2040: 0.8, 2050: 1.0}
"""How much of the uncertainty of demand in 2050 is there already."""

_EVERY_FIVE = (2035, 2040, 2050)
_BUILDABLE = {
    "tr_*_wind_onshore": _EVERY_FIVE,
    "tr_*_solar_new": _EVERY_FIVE,
    "ro_wind_onshore": _EVERY_FIVE,
    "ro_solar_new": _EVERY_FIVE,
    "bg_wind_onshore": (2035, 2050),
    "bg_solar_new": (2035, 2050),
    "hu_wind_onshore": _EVERY_FIVE,
    "hu_solar_new": (2035, 2050),
    "ge_wind_onshore": (2034, 2050),
    "ge_solar": (2034, 2050),
    "ge_hydro_ror": (2034, 2050),
}
"""Rows of `asset_years` after 2030 with what the neighbours can build."""

_RENEWABLE_COSTS = (
    "solar|*|overnight_cost",
    "wind_onshore|*|overnight_cost",
    "wind_offshore|*|overnight_cost",
    "battery|*|overnight_cost",
    "battery|*|energy_overnight_cost",
)

Cell = tuple[str, str, str, float]
"""Table, key, column and weight."""


@dataclass(frozen=True)
class _Driver:
    """A driver with its range as factors, where that comes from, and what it moves."""

    driver: str
    name: str
    low: float
    high: float
    basis: Row
    cells: tuple[Cell, ...]


_DRIVERS = (
    _Driver(
        "gas_price",
        "Price of gas",
        0.8,
        1.35,
        sourced(
            "idx_weo_2024",
            "low: 22.9 EUR/MWh of the World Energy Outlook in 2030 over the 28.4 of the case; "
            "high: the 38.3 of 2024. Power beyond the Union's borders of the case follows half "
            "the way, as gas sets its price in part of the hours (assumption)",
        ),
        (
            ("fuel_prices", "gas|*|*", "price", 1.0),
            ("market_steps", "gas_market_*|*|*", "buy_price", 1.0),
            ("market_steps", "gas_market_*|*|*", "sell_price", 1.0),
            *(
                ("market_steps", f"{market}|*|*", column, 0.5)
                for market in ("eu_ce__*", "gr__*")
                for column in ("buy_price", "sell_price")
            ),
        ),
    ),
    _Driver(
        "demand",
        "Demand for power",
        0.83,
        1.2,
        assumed("17 % less to 20 % more in 2050, as in low_demand and high_demand; 40 % of it in "
                "2030"),
        tuple(("demands", f"load_*|{y}", "energy_mwh", w) for y, w in _GROWING.items()),
    ),
    _Driver(
        "co2_price",
        "Price of emissions",
        0.64,
        1.45,
        assumed("low: the Union's price stays near the 65 to 75 EUR of 2024 and 2025; high: 160 "
                "EUR in 2030 (veyt_2030) and 142 of BNEF (solarbe_bnef_2025) over the 110 here"),
        (("co2_prices", "*|*", "price", 1.0),),
    ),
    _Driver(
        "hydrology",
        "Water for hydropower",
        0.85,
        1.1,
        assumed("mean of decades, not of a year: single dry years are 13 to 44 % below it "
                "(scenario dry_year), and glaciers and snow give less as it warms"),
        (
            ("assets", "*_hydro_reservoir*", "inflow_mwh", 1.0),
            ("profiles", "hydro_ror_*", "annual_mean", 1.0),
        ),
    ),
    _Driver(
        "wind_and_sun",
        "Yield of wind and sun",
        0.9,
        1.08,
        assumed("one weather year stands for decades: what modelled wind may be off its long mean "
                "by; sun a third of that"),
        (
            ("profiles", "wind_*", "annual_mean", 1.0),
            ("profiles", "solar_*", "annual_mean", 0.3),
        ),
    ),
    _Driver(
        "neighbours_fleets",
        "What the neighbours can build of wind, sun and water",
        0.7,
        1.3,
        assumed("30 % less or more than the case lets them from 2035 on: Türkiye, Georgia, "
                "Romania, Bulgaria, Hungary; the plan decides how much of it is built"),
        tuple(
            ("asset_years", f"{asset}|{year}", "capacity_max_mw", 1.0)
            for asset, years in _BUILDABLE.items()
            for year in years
        ),
    ),
    _Driver(
        "renewables_cost",
        "Cost of wind, sun and batteries",
        0.8,
        1.25,
        assumed("catalogues for the same plant and year lie about so far apart"),
        tuple(("technology_costs", key, "value", 1.0) for key in _RENEWABLE_COSTS),
    ),
    _Driver(
        "zangezur_cost",
        "Cost of the Zangezur corridor",
        0.88,
        1.4,
        assumed("estimates go from 430 to 545 m USD around the 487 of the case; beyond that, lines "
                "through mountains and works across a border overrun"),
        (
            ("links", "az_nakh_zangezur_330", "capex_million", 1.0),
            ("links", "nakh_tr_400_b2b", "capex_million", 1.0),
        ),
    ),
    _Driver(
        "black_sea_cost",
        "Cost of the Black Sea cable",
        0.85,
        1.4,
        assumed("high: above the 1.3 times of the catalogue (black_sea_cable_at_catalogue_cost), "
                "as no cable of this depth and length has been laid"),
        (("links", "ge_ro_black_sea_cable", "capex_million", 1.0),),
    ),
)  # fmt: skip


def rows() -> Tables:
    """Return `uncertainties` and `uncertainty_cells`."""
    drivers: list[Row] = []
    cells: list[Row] = []
    for one in _DRIVERS:
        drivers.append(
            {"driver": one.driver, "name": one.name, "low": one.low, "high": one.high, **one.basis}
        )
        cells += [
            {"driver": one.driver, "table": table, "key": key, "column": column, "weight": weight}
            for table, key, column, weight in one.cells
        ]
    return {"uncertainties": drivers, "uncertainty_cells": cells}
