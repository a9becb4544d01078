"""Plants of Georgia and Armenia."""

from __future__ import annotations

from tables.plants import FADE, Plant, new_battery, new_gas

_GE_PLAN = "plan of GSE for 2034 (bmge_ge_2034), linear from today, continued to 2050"

PLANTS = (
    Plant(
        "ge",
        "ccgt",
        rows=(("capacity_gas_ccgt", "2024"),),
        efficiency=("efficiency_gas_ccgt", "2024"),
        availability=("availability_gas_ccgt", "2024"),
    ),
    Plant(
        "ge",
        "gas_steam",
        rows=(("capacity_gas_steam_old", "2024"),),
        capacity={2030: 599.0, 2035: 200.0, 2040: 0.0},
        efficiency=("efficiency_gas_steam_old", "2024"),
        availability=("availability_gas_steam_old", "2024"),
        note=FADE,
    ),
    Plant(
        "ge",
        "ocgt",
        rows=(("capacity_gas_turbine_simple", "2024"),),
        efficiency=("efficiency_gas_turbine_simple", "2024"),
        note="the coal plant of Tkibuli (13 MW) is left out",
    ),
    Plant(
        "ge",
        "hydro_reservoir",
        capacity={2024: 2000.0},
        note="of 3,397 MW of hydro (bmge_omnia_1h24): Enguri, Vardnili, Zhinvali, Khrami, Shaori "
        "and smaller, general knowledge",
    ),
    Plant(
        "ge",
        "hydro_ror",
        capacity={2024: 1397.0, 2050: 1397.0},
        room={2024: 1397.0, 2030: 2600.0, 2034: 5222.0, 2050: 7000.0},
        note="3,397 MW of hydro (bmge_omnia_1h24) less reservoirs; room: 7,222 MW of hydro in the "
        "plan for 2034, half of the growth by 2030 at most",
    ),
    Plant(
        "ge",
        "wind_onshore",
        capacity={2024: 21.0, 2050: 21.0},
        room={2024: 21.0, 2034: 1291.0, 2050: 3300.0},
        note=f"Qartli 20.7 MW of 56 MW wind, solar and micro plants; room: {_GE_PLAN}",
    ),
    Plant(
        "ge",
        "solar",
        capacity={2024: 35.0, 2050: 35.0},
        room={2024: 35.0, 2034: 1000.0, 2050: 3000.0},
        note="56 MW (bmge_omnia_1h24) less wind; room: the plan has 233 MW for 2034; more land is "
        "free, so 1,000 MW are allowed then",
    ),
    new_gas("ge", {2030: 800, 2035: 1000, 2050: 1500}, "the plan has 408 MW more thermal by 2034"),
    new_battery("ge", {2030: 300, 2035: 800, 2050: 3000}, "a tenth of the peak at first"),
    Plant(
        "am",
        "nuclear",
        rows=(("capacity_nuclear", "2024"),),
        availability=("availability_nuclear", "2024"),
        retirement=2037,
        note="runs to 2036 as planned; a successor is not decided",
    ),
    Plant(
        "am",
        "ccgt",
        rows=(("capacity_gas_ccgt_armpower", "2024"), ("capacity_gas_ccgt_yerevan", "2024")),
        efficiency=0.51,
        availability=("availability_gas_ccgt", "2024"),
        note="efficiency: 0.53 of ArmPower and 0.487 of Yerevan, weighted by capacity",
    ),
    Plant(
        "am",
        "gas_steam",
        rows=(("capacity_gas_hrazdan5", "2024"), ("capacity_gas_steam_old", "2024")),
        capacity={2030: 867.0, 2035: 467.0, 2045: 0.0},
        efficiency=0.40,
        note="efficiency: 0.43 of Hrazdan 5, which runs, and 0.33 of the old blocks in "
        "reserve; the "
        "old blocks leave by 2035",
    ),
    Plant(
        "am",
        "hydro_reservoir",
        capacity={2024: 400.0},
        note="Vorotan cascade, of 1,350 MW of hydro (elmaps_capacity_2026), general knowledge",
    ),
    Plant(
        "am",
        "hydro_ror",
        capacity={2024: 950.0, 2050: 950.0},
        room={2024: 950.0, 2050: 1390.0},
        note="1,350 MW (elmaps_capacity_2026) less reservoirs, mostly the Sevan-Hrazdan cascade, "
        "which runs on irrigation water; room: small hydro up to 439 MW (usaid_am_lcedp_2022)",
    ),
    Plant(
        "am",
        "solar",
        rows=(("capacity_solar", "2024-12"),),
        capacity={2050: 490.0},
        room={2024: 490.0, 2030: 1000.0, 2040: 2300.0, 2050: 3500.0},
        note="room: 1,000 MW in 2030 and 2,300 MW in 2040 (usaid_am_lcedp_2022), continued",
    ),
    Plant(
        "am",
        "wind_onshore",
        capacity={2024: 0.0, 2050: 0.0},
        room={2024: 0.0, 2030: 150.0, 2040: 500.0, 2050: 500.0},
        status="candidate",
        note="room: 500 MW in 2040 (usaid_am_lcedp_2022)",
    ),
    new_gas("am", {2030: 500, 2035: 700, 2050: 1000}, "a block beside ArmPower"),
    new_battery("am", {2030: 300, 2035: 600, 2050: 1500}, "a fifth of the peak at first"),
)
