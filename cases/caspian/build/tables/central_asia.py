"""Plants of Uzbekistan, Turkmenistan, Kyrgyzstan and Tajikistan."""

from __future__ import annotations

from tables.plants import FADE, Plant, new_battery, new_gas, new_solar

_UZ_PLAN = "20 GW of wind and solar in 2030 (qazinform_iea_202502), 3 GW a year afterwards"

PLANTS = (
    Plant(
        "uz",
        "ccgt",
        rows=(("capacity_gas_ccgt", "2023"),),
        capacity={2025: 7224.0},
        efficiency=("efficiency_ccgt_gas", "2024"),
        availability=0.75,
        note="2025: 17,551 MW of thermal plants (uzdaily_2025_results) less those of 2023, all new "
        "ones combined cycles; availability between 0.59 (Agora, with heat obligations) and 0.81 "
        "(CASA model)",
    ),
    Plant(
        "uz",
        "gas_steam",
        rows=(("capacity_gas_ocgt", "2023"),),
        capacity={2030: 6000.0, 2035: 3500.0, 2040: 1500.0, 2050: 0.0},
        efficiency=("efficiency_st_gas", "2024"),
        availability=("availability_gas_ocgt", "2023"),
        note="called open cycle in the model; these are mostly old steam blocks, which "
        "leave as new "
        "plants come",
    ),
    Plant(
        "uz",
        "coal_steam",
        rows=(("capacity_lig_subc", "2023"), ("capacity_lig_supc", "2023")),
        capacity={2035: 2500.0, 2050: 1500.0},
        efficiency=("efficiency_st_coal", "2024"),
        availability=("availability_lig_subc", "2023"),
        note="Angren lignite and coal",
    ),
    Plant(
        "uz",
        "hydro_reservoir",
        rows=(("capacity_hdam", "2023"),),
        note="2,441 MW of all hydro at the end of 2025 (uzdaily_2025_results)",
    ),
    Plant(
        "uz",
        "hydro_ror",
        rows=(("capacity_hror", "2023"),),
        capacity={2025: 341.0, 2050: 341.0},
        room={2024: 100.0, 2025: 341.0, 2030: 1200.0, 2050: 3000.0},
        note="2025: 2,441 MW of hydro less reservoirs; room: the plan of 6,000 MW in 2030 "
        "(azernews_227185) is taken to slip by ten years and more",
    ),
    Plant(
        "uz",
        "solar",
        capacity={2024: 1850.0, 2025: 3930.0, 2045: 3930.0, 2050: 2000.0},
        profile="solar_fleet_uz",
        note="2024: capacity in service over the year, from 4.86 TWh of wind and solar "
        "(tca_8083_uz); 2025: end of the year (uzdaily_2025_results)",
    ),
    Plant(
        "uz",
        "wind_onshore",
        capacity={2024: 500.0, 2025: 1652.0, 2040: 1652.0, 2050: 500.0},
        room={2024: 500.0, 2030: 8000.0, 2035: 12000.0, 2040: 18000.0, 2050: 30000.0},
        note="2024: capacity in service over the year, from 4.86 TWh of wind and solar "
        f"(tca_8083_uz); 2025: end of the year (uzdaily_2025_results); room: {_UZ_PLAN}",
    ),
    new_solar("uz", {2030: 8000, 2035: 17000, 2040: 26000, 2050: 45000}, _UZ_PLAN),
    new_gas("uz", {2030: 4000, 2035: 6000, 2050: 12000}, "new blocks replace old steam plants"),
    new_battery("uz", {2030: 3000, 2035: 6000, 2050: 20000}, "storage comes with solar tenders"),
    Plant(
        "uz",
        "nuclear",
        capacity={2024: 0.0, 2032: 0.0, 2033: 330.0},
        status="planned",
        note="six small reactors of 55 MW at Jizzakh (kursiv_uz_2024)",
    ),
    Plant(
        "tm",
        "ccgt",
        rows=(("capacity_ccgt_gas", "2024-12"),),
        capacity={2026: 2060.0, 2027: 3634.0},
        efficiency=0.55,
        availability=("availability_ccgt_gas", "2024"),
        note="2027: Kiyanly, 1,574 MW (trend_3819385); efficiency as in the row of the fleet mean",
    ),
    Plant(
        "tm",
        "ocgt",
        rows=(("capacity_gt_gas", "2024-12"),),
        capacity={2035: 3510.0, 2040: 2500.0, 2050: 500.0},
        efficiency=0.33,
        availability=("availability_gt_gas", "2024"),
        note="efficiency as in the row of the fleet mean; turbines of 2003-2014 leave after 2035",
    ),
    Plant(
        "tm",
        "gas_steam",
        rows=(("capacity_st_gas", "2024-12"),),
        capacity={2030: 953.0, 2035: 400.0, 2040: 0.0},
        efficiency=0.31,
        availability=("availability_st_gas", "2024"),
        note=f"efficiency as in the row of the fleet mean; {FADE}",
    ),
    Plant(
        "tm",
        "wind_onshore",
        capacity={2024: 0.0, 2050: 0.0},
        room={2024: 0.0, 2030: 200.0, 2035: 1000.0, 2050: 5000.0},
        status="candidate",
        note="room on the Caspian shore is an assumption; nothing is signed",
    ),
    new_solar("tm", {2030: 300, 2035: 1500, 2050: 8000}, "an assumption; first plants are built"),
    new_gas("tm", {2030: 1000, 2035: 2000, 2050: 5000}, "gas is at hand"),
    Plant(
        "kg",
        "hydro_reservoir",
        rows=(("capacity_hdam", "2023"),),
        note="Naryn cascade",
    ),
    Plant(
        "kg",
        "hydro_ror",
        rows=(("capacity_hror", "2023"),),
        capacity={2050: 19.1},
        room={2024: 19.1, 2030: 600.0, 2035: 2000.0, 2050: 5000.0},
        note="room: small plants now, Kambarata-1 (1,860 MW) by 2035, general knowledge",
    ),
    Plant(
        "kg",
        "coal_steam",
        rows=(("capacity_lig_subc", "2023"),),
        efficiency=("efficiency_chp_coal", "2024"),
        availability=("availability_chp_coal", "2024"),
    ),
    Plant(
        "kg",
        "wind_onshore",
        capacity={2024: 0.0, 2050: 0.0},
        room={2024: 0.0, 2030: 500.0, 2035: 1500.0, 2050: 4000.0},
        status="candidate",
        note="room is an assumption; first tenders are held",
    ),
    new_solar("kg", {2030: 1500, 2035: 4000, 2050: 12000}, "signed projects of about 2 GW"),
    new_gas("kg", {2030: 500, 2035: 1000, 2050: 3000}, "Bishkek on imported gas"),
    Plant(
        "tj",
        "hydro_reservoir",
        rows=(("capacity_hy_water", "2024"),),
        note="run-of-river plants included",
    ),
    Plant(
        "tj",
        "coal_steam",
        rows=(("capacity_chp_coal", "2024"),),
        efficiency=("efficiency_chp_coal", "2024"),
        availability=("availability_chp_coal", "2024"),
    ),
    Plant(
        "tj",
        "hydro_ror",
        capacity={2024: 0.0, 2050: 0.0},
        room={2024: 0.0, 2030: 600.0, 2035: 2400.0, 2050: 5000.0},
        status="candidate",
        note="Rogun beyond its first units and smaller plants, as run-of-river because the filling "
        "plan is open; general knowledge",
    ),
    new_solar("tj", {2030: 500, 2035: 1500, 2050: 6000}, "an assumption; first plants signed"),
)
