"""Plants of Kazakhstan in its three zones."""

from __future__ import annotations

from tables.plants import FADE, OLD_GAS, Plant, new_battery, new_gas, new_solar

_KZ_PLAN = (
    "additions of the balance of 2022 up to 2035: 6.5 GW renewables, 5 GW gas, 2.4 GW nuclear"
)
_KZ_COAL = "old coal leaves slowly after 2035"

PLANTS = (
    Plant(
        "kz_north",
        "coal_steam",
        rows=(
            ("capacity_hrdc_subc", "2023"),
            ("capacity_hrdc_supc", "2023"),
            ("capacity_lig_subc", "2023"),
        ),
        capacity={2035: 12763.0, 2040: 10200.0, 2050: 6000.0},
        efficiency=("efficiency_hrdc_supc", "2023"),
        availability=("availability_hrdc_supc", "2023"),
        note=_KZ_COAL,
    ),
    Plant(
        "kz_north",
        "coal_steam",
        name="coal_steam_new",
        capacity={2024: 0.0, 2032: 0.0, 2035: 2600.0},
        efficiency=0.42,
        availability=0.8,
        status="planned",
        note="Ekibastuz GRES-3, 2,600 MW (trend_4130084), no year published: 2035; efficiency and "
        "availability of a new supercritical plant",
    ),
    Plant(
        "kz_north",
        "gas_steam",
        rows=(("capacity_gas_ccgt", "2023"), ("capacity_gas_ocgt", "2023")),
        capacity={2035: 915.0, 2040: 500.0, 2050: 0.0},
        efficiency=0.35,
        availability=("availability_gas_ccgt", "2023"),
        note=f"{OLD_GAS}; {FADE}",
    ),
    Plant("kz_north", "hydro_reservoir", rows=(("capacity_hdam", "2023"),)),
    Plant("kz_north", "hydro_ror", rows=(("capacity_hror", "2023"),)),
    Plant(
        "kz_north",
        "solar",
        rows=(("capacity_phot", "2023"),),
        capacity={2040: 406.0, 2050: 0.0},
        profile="solar_fleet_kz_north",
        note="today's fleet is gone by 2050",
    ),
    Plant(
        "kz_north",
        "wind_onshore",
        rows=(("capacity_wton", "2023"),),
        capacity={2040: 837.0, 2050: 0.0},
        room={2024: 837.0, 2030: 3000.0, 2035: 6000.0, 2040: 10000.0, 2050: 25000.0},
        note=f"{_KZ_PLAN}; signed wind projects are larger, so more is allowed",
    ),
    new_solar("kz_north", {2030: 500, 2035: 1500, 2050: 8000}, _KZ_PLAN),
    new_gas("kz_north", {2030: 1500, 2035: 3000, 2050: 8000}, "gas network reaches Astana"),
    Plant(
        "kz_south",
        "coal_steam",
        rows=(("capacity_hrdc_subc", "2023"),),
        capacity={2030: 871.0, 2035: 500.0, 2050: 0.0},
        efficiency=("efficiency_hrdc_subc", "2023"),
        availability=("availability_hrdc_subc", "2023"),
        variable_cost=11.4,
        note="3.3 of operation and the dearer coal of the south: 3.97 against 1.30 EUR/MWh at the "
        "mine (epm_ca_2026) over the efficiency; Almaty plants turn to gas",
    ),
    Plant(
        "kz_south",
        "gas_steam",
        rows=(("capacity_gas_ccgt", "2023"),),
        capacity={2035: 1576.0, 2040: 800.0, 2050: 0.0},
        efficiency=("efficiency_st_gas", "2024"),
        availability=("availability_gas_ccgt", "2023"),
        note=f"{OLD_GAS}; {FADE}",
    ),
    Plant("kz_south", "hydro_reservoir", rows=(("capacity_hdam", "2023"),)),
    Plant("kz_south", "hydro_ror", rows=(("capacity_hror", "2023"),)),
    Plant(
        "kz_south",
        "solar",
        rows=(("capacity_phot", "2023"),),
        capacity={2040: 898.0, 2050: 0.0},
        profile="solar_fleet_kz_south",
        note="today's fleet is gone by 2050",
    ),
    Plant(
        "kz_south",
        "wind_onshore",
        rows=(("capacity_wton", "2023"),),
        capacity={2040: 487.0, 2050: 0.0},
        room={2024: 487.0, 2030: 2500.0, 2035: 5000.0, 2040: 8000.0, 2050: 20000.0},
        note=f"{_KZ_PLAN}; signed wind projects are larger, so more is allowed",
    ),
    new_solar("kz_south", {2030: 1000, 2035: 3000, 2050: 15000}, _KZ_PLAN),
    new_gas("kz_south", {2030: 2500, 2035: 3500, 2050: 8000}, _KZ_PLAN),
    new_battery(
        "kz_south", {2030: 500, 2035: 1500, 2050: 6000}, "storage comes with wind projects"
    ),
    Plant(
        "kz_south",
        "nuclear",
        capacity={2024: 0.0, 2034: 0.0, 2035: 1200.0, 2037: 2400.0},
        status="planned",
        note="Ulken, 2,400 MW: 2035 in the balance of 2022 (inform_kz_2022_2035); second unit two "
        "years later",
    ),
    Plant(
        "kz_west",
        "gas_steam",
        rows=(("capacity_gas_ccgt", "2023"), ("capacity_gas_ocgt", "2023")),
        capacity={2035: 4144.0, 2040: 2500.0, 2050: 500.0},
        efficiency=0.36,
        availability=("availability_gas_ccgt", "2023"),
        note=f"{OLD_GAS}; some newer gas turbines of the oil fields; {FADE}",
    ),
    Plant(
        "kz_west",
        "wind_onshore",
        rows=(("capacity_wton", "2023"),),
        capacity={2040: 116.0, 2050: 0.0},
        room={2024: 116.0, 2030: 1500.0, 2035: 5000.0, 2040: 10000.0, 2050: 25000.0},
        note="room: what a Trans-Caspian corridor would need; the shore has the best wind; "
        + _KZ_PLAN,
    ),
    new_solar("kz_west", {2030: 300, 2035: 1000, 2050: 6000}, _KZ_PLAN),
    new_gas("kz_west", {2030: 1500, 2035: 2000, 2050: 4000}, _KZ_PLAN),
    new_battery("kz_west", {2030: 300, 2035: 1000, 2050: 4000}, "storage comes with wind projects"),
)
