"""Power in place of oil on the roads and of gas in homes: demands that scenarios switch on."""

from __future__ import annotations

from tables.demand import azerbaijani_shares
from tables.energy import TWH, balance, demand, growing, ratio
from tables.gas import RESIDENTIAL_GROWTH
from tables.oil import GASOLINE_TWH, ROAD_GROWTH
from tables.places import PLANNING_YEARS, YEARS
from tables.records import Row, Tables, assumed

ROAD_SHARE = {2030: 0.05, 2035: 0.15, 2040: 0.3, 2050: 0.65}
"""Share of cars on power; trucks follow with half of it."""
TRUCK_FACTOR = 0.5
POWER_PER_FUEL = 0.3
"""MWh of power that replace a MWh of fuel in an engine."""

HEATING_SHARE = {2030: 0.05, 2035: 0.15, 2040: 0.3, 2050: 0.6}
"""Share of the homes' gas that heat pumps replace."""
OLD_BOILER = 0.88

ROAD, HEATING = "road", "home_heating"


def rows() -> Tables:
    """Return the demands, which are zero in the reference."""
    found: list[Row] = []
    for zone in azerbaijani_shares():
        for name, sector, profile, scenario in (
            (f"{ROAD}_{zone}", "transport", "", "electric_transport"),
            (f"{HEATING}_{zone}", "residential_heating", "heat_pump_load_az", "electric_heating"),
        ):
            found += demand(
                name,
                zone,
                sector,
                dict.fromkeys(YEARS, 0.0),
                assumed(f"none in the reference; scenario {scenario} gives it a value"),
                profile=profile,
            )
    return {"demands": found}


def transport() -> list[tuple[str, str, str, str]]:
    """Return what electric transport changes: demand, action, value and reason."""
    distillate = growing(
        balance("final_consumption", "transport", "oil").value - GASOLINE_TWH, ROAD_GROWTH
    )
    gasoline = growing(GASOLINE_TWH, ROAD_GROWTH)
    found: list[tuple[str, str, str, str]] = []
    for year in PLANNING_YEARS:
        cars = ROAD_SHARE[year]
        trucks = cars * TRUCK_FACTOR
        note = f"{cars:.0%} of gasoline and {trucks:.1%} of diesel of the roads by {year}"
        found.append((f"oil_gasoline_transport|{year}", "multiply", f"{1 - cars:g}", note))
        found.append((f"oil_distillate_transport|{year}", "multiply", f"{1 - trucks:g}", note))
        power = (gasoline[year] * cars + distillate[year] * trucks) * POWER_PER_FUEL
        found += _split(ROAD, year, power, f"{note}, {POWER_PER_FUEL:g} MWh of power for a MWh")
    return found


def heating() -> list[tuple[str, str, str, str]]:
    """Return what electric heating changes: demand, action, value and reason."""
    homes = growing(
        balance("final_consumption", "residential", "natural_gas").value, RESIDENTIAL_GROWTH
    )
    performance = ratio("heat_pump_household_air", "cop_annual").value
    found: list[tuple[str, str, str, str]] = []
    for year in PLANNING_YEARS:
        share = HEATING_SHARE[year]
        note = f"{share:.0%} of the gas of homes by {year}"
        found.append((f"gas_homes*|{year}", "multiply", f"{1 - share:g}", note))
        power = homes[year] * share * OLD_BOILER / performance
        found += _split(HEATING, year, power, f"{note}; coefficient of performance {performance:g}")
    return found


def _split(name: str, year: int, twh: float, note: str) -> list[tuple[str, str, str, str]]:
    return [
        (f"{name}_{zone}|{year}", "set", f"{round(twh * share * TWH)}", note)
        for zone, share in azerbaijani_shares().items()
    ]
