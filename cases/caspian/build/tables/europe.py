"""Plants of Romania, Bulgaria and Hungary."""

from __future__ import annotations

from tables.plants import Plant, new_battery, new_gas, new_solar

_EU_COAL = "lignite leaves the market by the 2030s"
_EU_ROOM = "an assumption of the order of the national plans of 2024"

PLANTS = (
    Plant("ro", "nuclear", rows=(("capacity_nuclear", "2024-12"),)),
    Plant(
        "ro",
        "lignite_steam",
        rows=(("capacity_coal", "2024-12"),),
        capacity={2030: 600.0, 2033: 0.0},
        note=_EU_COAL,
    ),
    Plant(
        "ro",
        "ccgt",
        rows=(("capacity_gas", "2024-12"),),
        capacity={2030: 3900.0, 2040: 3000.0, 2050: 1700.0},
        efficiency=0.50,
        note="860 MW of Brazi, old combined heat and power; 2030: Mintia under construction, "
        "1,700 MW, general knowledge; efficiency is a mean of both",
    ),
    Plant("ro", "biomass", rows=(("capacity_biomass", "2024-12"),)),
    Plant(
        "ro",
        "hydro_reservoir",
        capacity={2024: 3400.0},
        note="of 6,132 MW of hydro (elmaps_capacity_2026); split by general knowledge",
    ),
    Plant(
        "ro",
        "hydro_ror",
        capacity={2024: 2732.0},
        note="of 6,132 MW of hydro (elmaps_capacity_2026); Iron Gates and the lower Olt",
    ),
    Plant(
        "ro",
        "solar",
        rows=(("capacity_solar", "2023"),),
        capacity={2025: 5350.0, 2040: 5350.0, 2050: 1000.0},
        profile="solar_fleet_ro",
        note="with prosumers; 2,500 MW added in 2025 (balancing_hu_2025)",
    ),
    Plant(
        "ro",
        "wind_onshore",
        rows=(("capacity_wind", "2024-12"),),
        capacity={2035: 3027.0, 2040: 1500.0, 2050: 0.0},
        room={2024: 3027.0, 2030: 7600.0, 2035: 10000.0, 2040: 14000.0, 2050: 22000.0},
        note=f"room: {_EU_ROOM}; fleet of 2010-2014",
    ),
    new_solar("ro", {2030: 4000, 2035: 8000, 2040: 14000, 2050: 25000}, _EU_ROOM),
    new_gas("ro", {2030: 1000, 2035: 2000, 2050: 4000}, "Black Sea gas"),
    new_battery("ro", {2030: 4000, 2035: 6000, 2050: 15000}, "built fast since 2025"),
    Plant("bg", "nuclear", rows=(("capacity_nuclear", "2024-12"),)),
    Plant(
        "bg",
        "lignite_steam",
        rows=(("capacity_coal", "2024-12"),),
        capacity={2030: 3000.0, 2035: 1500.0, 2038: 0.0},
        note=f"{_EU_COAL}; exit by 2038 at the latest",
    ),
    Plant("bg", "ccgt", rows=(("capacity_gas", "2024-12"),), efficiency=0.42, note="heat plants"),
    Plant("bg", "biomass", rows=(("capacity_biomass", "2024-12"),)),
    Plant(
        "bg",
        "hydro_reservoir",
        capacity={2024: 1800.0},
        note="of 2,354 MW of hydro (elmaps_capacity_2026); split by general knowledge",
    ),
    Plant(
        "bg",
        "hydro_ror",
        capacity={2024: 554.0},
        note="of 2,354 MW of hydro (elmaps_capacity_2026); split by general knowledge",
    ),
    Plant(
        "bg",
        "pumped_hydro",
        rows=(("capacity_pumped_storage", "2024-12"),),
        hours=8.0,
        note="Chaira: 8 hours at full power, general knowledge",
    ),
    Plant(
        "bg",
        "solar",
        capacity={2024: 4500.0, 2025: 6104.0, 2040: 6104.0, 2050: 1500.0},
        profile="solar_fleet_bg",
        note="2025: 6,104 MW of 1 January 2025 (elmaps_capacity_2026), more than 4,200 MW in "
        "another count (capital_bg_202506); 2024: mean of the year",
    ),
    Plant(
        "bg",
        "wind_onshore",
        rows=(("capacity_wind", "2024-12"),),
        capacity={2035: 715.0, 2050: 0.0},
        room={2024: 715.0, 2030: 2000.0, 2035: 3500.0, 2050: 9000.0},
        note=f"room: {_EU_ROOM}",
    ),
    new_solar("bg", {2030: 3000, 2035: 6000, 2050: 15000}, _EU_ROOM),
    new_gas("bg", {2030: 1000, 2035: 1500, 2050: 3000}, "beside the Greek and Turkish pipelines"),
    new_battery("bg", {2030: 4000, 2035: 6000, 2050: 12000}, "built fast since 2025"),
    Plant(
        "hu",
        "nuclear",
        rows=(("capacity_nuclear", "2024-12"),),
        capacity={2036: 1916.0, 2040: 4400.0},
        note="4,400 MW with Paks II, date uncertain (intellinews_hu has 2035): 2040",
    ),
    Plant(
        "hu",
        "ccgt",
        rows=(("capacity_gas", "2024-12"),),
        capacity={2030: 4600.0, 2040: 4000.0, 2050: 1650.0},
        efficiency=0.51,
        note="2030: new blocks at Matra and Tisza, about 1,650 MW, general knowledge",
    ),
    Plant(
        "hu",
        "lignite_steam",
        rows=(("capacity_coal", "2024-12"),),
        capacity={2029: 400.0, 2030: 0.0},
        note=_EU_COAL,
    ),
    Plant("hu", "biomass", rows=(("capacity_biomass", "2024-12"),)),
    Plant(
        "hu",
        "oil_engine",
        rows=(("capacity_oil", "2024-12"), ("capacity_other", "2024-12")),
        capacity={2035: 641.0, 2040: 0.0},
        note="fast reserve",
    ),
    Plant(
        "hu",
        "solar",
        rows=(("capacity_solar", "2024-12"),),
        capacity={2025: 9300.0, 2045: 9300.0, 2050: 2000.0},
        profile="solar_fleet_hu",
        note="1,030 MW added in 2025 (balancing_hu_2025)",
    ),
    Plant(
        "hu",
        "wind_onshore",
        rows=(("capacity_wind", "2024-12"),),
        capacity={2035: 325.0, 2040: 0.0},
        room={2024: 325.0, 2030: 1000.0, 2035: 3000.0, 2050: 6000.0},
        note=f"room: {_EU_ROOM}",
    ),
    Plant("hu", "hydro_ror", rows=(("capacity_hydro", "2024-12"),)),
    new_solar("hu", {2030: 2700, 2035: 6000, 2050: 15000}, "12,000 MW in 2030 (budapesttimes)"),
    new_gas("hu", {2030: 500, 2035: 1500, 2050: 3000}, "besides the blocks under construction"),
    new_battery("hu", {2030: 2000, 2035: 4000, 2050: 10000}, "subsidised programmes of 2024-2026"),
)
