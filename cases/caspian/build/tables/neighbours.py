"""Plants of Georgia, Armenia, Central Asia and the European zones, and their candidates.

Each asset is a `_Plant`: its capacity comes from `region/neighbours.csv` where the plant names a
row of it, otherwise from the number given here with its reasoning.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from tables.fleet import Asset, Citation
from tables.hydro import RESERVOIRS
from tables.places import BACKCAST_YEAR
from tables.raw import Value, neighbour, records
from tables.records import Cell

TITLES = {
    "ccgt": "combined cycle",
    "ocgt": "gas turbines",
    "gas_steam": "gas-fired steam plants",
    "coal_steam": "coal",
    "lignite_steam": "lignite",
    "nuclear": "nuclear",
    "biomass": "biomass",
    "oil_engine": "oil and other reserve plants",
    "solar": "solar of today",
    "solar_new": "new solar",
    "wind_onshore": "wind",
    "hydro_ror": "run-of-river hydro",
    "hydro_reservoir": "reservoirs",
    "pumped_hydro": "pumped storage",
    "ccgt_new": "new combined cycle",
    "ocgt_new": "new gas turbines",
    "battery_new": "new batteries",
    "coal_steam_new": "new coal",
}


PLANNING_VALUE = "usual planning value; no figure published"


@dataclass(frozen=True)
class _Plant:
    """Plants of one technology in one zone.

    `rows` are (variable, year) of the raw table, added up; `capacity` gives MW by year instead or
    for later years. `room` is the largest total by year. `sources` of efficiency and availability
    are rows of the raw table, or a number that `note` explains.
    """

    zone: str
    technology: str
    rows: tuple[tuple[str, str], ...] = ()
    capacity: dict[int, float] = field(default_factory=dict)
    room: dict[int, float] = field(default_factory=dict)
    efficiency: tuple[str, str] | float | None = None
    availability: tuple[str, str] | float | None = None
    variable_cost: float | None = None
    min_output: float | None = None
    note: str = ""
    name: str = ""
    source_id: str = ""
    status: str = "existing"
    profile: str = ""
    commissioning: int | None = None
    retirement: int | None = None
    hours: float | None = None


def assets() -> list[Asset]:
    """Return all assets of the neighbours but Türkiye."""
    plants = (*_CAUCASUS, *_KAZAKHSTAN, *_CENTRAL_ASIA, *_EUROPE)
    return [_asset(plant) for plant in plants]


def _asset(plant: _Plant) -> Asset:
    key = plant.name or plant.technology
    values = [neighbour(plant.zone, variable, year) for variable, year in plant.rows]
    today = sum(value.value for value in values)
    capacity = {BACKCAST_YEAR: today} | plant.capacity if plant.rows else plant.capacity
    cells, citations = _cells(plant)
    source_id = values[0].source_id if values else plant.source_id or "expert"
    remarks = [plant.note, *[_remark(plant, value) for value in values]]
    return Asset(
        asset=f"{plant.zone}_{key}",
        name=f"{_zone_name(plant.zone)}: {TITLES[key]}",
        zone=plant.zone,
        technology=plant.technology,
        status=plant.status,
        capacity_mw=today,
        capacity=capacity,
        capacity_max=plant.room,
        cells=cells,
        citations=citations,
        source_id=source_id,
        note="; ".join(dict.fromkeys(remark for remark in remarks if remark)),
        years_source_id="expert",
        years_note=plant.note or "development of the fleet is an assumption",
    )


def _remark(plant: _Plant, value: Value) -> str:
    return value.note if len(plant.rows) == 1 else f"{value.value:g} MW: {value.note}"


def _cells(plant: _Plant) -> tuple[dict[str, Cell], dict[str, Citation]]:
    cells: dict[str, Cell] = {
        "commissioning_year": plant.commissioning,
        "retirement_year": plant.retirement,
        "variable_cost": plant.variable_cost,
        "min_output": plant.min_output,
    }
    citations: dict[str, Citation] = {}
    for column in ("efficiency", "availability"):
        given = getattr(plant, column)
        if isinstance(given, tuple):
            value = neighbour(plant.zone, *given)
            cells[column] = value.value
            citations[column] = Citation(value.source_id, value.note or PLANNING_VALUE)
        elif given is not None:
            cells[column] = given
            citations[column] = Citation("expert", plant.note)
    if plant.variable_cost is not None:
        cells |= {"currency": "EUR", "price_year": 2025}
    if plant.technology == "hydro_reservoir":
        reservoir = RESERVOIRS[plant.zone]
        cells |= {
            "storage_hours": reservoir.hours,
            "charge_capacity_mw": 0.0,
            "inflow_profile": f"hydro_reservoir_{plant.zone}",
            "inflow_mwh": reservoir.energy_gwh * 1000,
        }
        citations["inflow_mwh"] = Citation(reservoir.source_id, reservoir.note)
        citations["storage_hours"] = Citation("expert", reservoir.note)
    elif plant.hours is not None:
        cells["storage_hours"] = plant.hours
    elif plant.technology in ("solar", "wind_onshore", "hydro_ror"):
        cells["availability_profile"] = plant.profile or f"{plant.technology}_{plant.zone}"
    if plant.technology == "hydro_ror":
        cells["availability"] = cells.get("availability") or 1.0
    return cells, citations


def _zone_name(zone: str) -> str:
    return next(row["name"] for row in records("zones.csv") if row["zone"] == zone)


def _gas(zone: str, room: dict[int, float], note: str) -> _Plant:
    return _Plant(
        zone,
        "ccgt",
        name="ccgt_new",
        capacity={2024: 0.0},
        room={2024: 0.0} | room,
        status="candidate",
        note=f"room for new capacity is an assumption: {note}",
    )


def _battery(zone: str, room: dict[int, float], note: str) -> _Plant:
    return _Plant(
        zone,
        "battery",
        name="battery_new",
        capacity={2024: 0.0},
        room={2024: 0.0} | room,
        status="candidate",
        hours=4.0,
        note=f"room for new capacity is an assumption: {note}",
    )


def _new_solar(zone: str, room: dict[int, float], note: str, source_id: str = "") -> _Plant:
    return _Plant(
        zone,
        "solar",
        name="solar_new",
        capacity={2024: 0.0},
        room={2024: 0.0} | room,
        status="candidate",
        source_id=source_id,
        note=f"room besides today's fleet: {note}",
    )


_OLD_GAS = "0.30-0.35 for old gas plants (the model's own efficiency is that of new ones)"
_GE_PLAN = "plan of GSE for 2034 (bmge_ge_2034), linear from today, continued to 2050"
_FADE = "old gas plants leave after 2030"

_CAUCASUS = (
    _Plant(
        "ge",
        "ccgt",
        rows=(("capacity_gas_ccgt", "2024"),),
        efficiency=("efficiency_gas_ccgt", "2024"),
        availability=("availability_gas_ccgt", "2024"),
    ),
    _Plant(
        "ge",
        "gas_steam",
        rows=(("capacity_gas_steam_old", "2024"),),
        capacity={2030: 599.0, 2035: 200.0, 2040: 0.0},
        efficiency=("efficiency_gas_steam_old", "2024"),
        availability=("availability_gas_steam_old", "2024"),
        note=_FADE,
    ),
    _Plant(
        "ge",
        "ocgt",
        rows=(("capacity_gas_turbine_simple", "2024"),),
        efficiency=("efficiency_gas_turbine_simple", "2024"),
        note="the coal plant of Tkibuli (13 MW) is left out",
    ),
    _Plant(
        "ge",
        "hydro_reservoir",
        capacity={2024: 2000.0},
        note="of 3,397 MW of hydro (bmge_omnia_1h24): Enguri, Vardnili, Zhinvali, Khrami, Shaori "
        "and smaller, general knowledge",
    ),
    _Plant(
        "ge",
        "hydro_ror",
        capacity={2024: 1397.0, 2050: 1397.0},
        room={2024: 1397.0, 2030: 2600.0, 2034: 5222.0, 2050: 7000.0},
        note="3,397 MW of hydro (bmge_omnia_1h24) less reservoirs; room: 7,222 MW of hydro in the "
        "plan for 2034, half of the growth by 2030 at most",
    ),
    _Plant(
        "ge",
        "wind_onshore",
        capacity={2024: 21.0, 2050: 21.0},
        room={2024: 21.0, 2034: 1291.0, 2050: 3300.0},
        note=f"Qartli 20.7 MW of 56 MW wind, solar and micro plants; room: {_GE_PLAN}",
    ),
    _Plant(
        "ge",
        "solar",
        capacity={2024: 35.0, 2050: 35.0},
        room={2024: 35.0, 2034: 1000.0, 2050: 3000.0},
        note="56 MW (bmge_omnia_1h24) less wind; room: the plan has 233 MW for 2034; more land is "
        "free, so 1,000 MW are allowed then",
    ),
    _gas("ge", {2030: 800, 2035: 1000, 2050: 1500}, "the plan has 408 MW more thermal by 2034"),
    _battery("ge", {2030: 300, 2035: 800, 2050: 3000}, "a tenth of the peak at first"),
    _Plant(
        "am",
        "nuclear",
        rows=(("capacity_nuclear", "2024"),),
        availability=("availability_nuclear", "2024"),
        retirement=2037,
        note="runs to 2036 as planned; a successor is not decided",
    ),
    _Plant(
        "am",
        "ccgt",
        rows=(("capacity_gas_ccgt_armpower", "2024"), ("capacity_gas_ccgt_yerevan", "2024")),
        efficiency=0.51,
        availability=("availability_gas_ccgt", "2024"),
        note="efficiency: 0.53 of ArmPower and 0.487 of Yerevan, weighted by capacity",
    ),
    _Plant(
        "am",
        "gas_steam",
        rows=(("capacity_gas_hrazdan5", "2024"), ("capacity_gas_steam_old", "2024")),
        capacity={2030: 867.0, 2035: 467.0, 2045: 0.0},
        efficiency=0.40,
        note="efficiency: 0.43 of Hrazdan 5, which runs, and 0.33 of the old blocks in reserve; the "
        "old blocks leave by 2035",
    ),
    _Plant(
        "am",
        "hydro_reservoir",
        capacity={2024: 400.0},
        note="Vorotan cascade, of 1,350 MW of hydro (elmaps_capacity_2026), general knowledge",
    ),
    _Plant(
        "am",
        "hydro_ror",
        capacity={2024: 950.0, 2050: 950.0},
        room={2024: 950.0, 2050: 1390.0},
        note="1,350 MW (elmaps_capacity_2026) less reservoirs, mostly the Sevan-Hrazdan cascade, "
        "which runs on irrigation water; room: small hydro up to 439 MW (usaid_am_lcedp_2022)",
    ),
    _Plant(
        "am",
        "solar",
        rows=(("capacity_solar", "2024-12"),),
        capacity={2050: 490.0},
        room={2024: 490.0, 2030: 1000.0, 2040: 2300.0, 2050: 3500.0},
        note="room: 1,000 MW in 2030 and 2,300 MW in 2040 (usaid_am_lcedp_2022), continued",
    ),
    _Plant(
        "am",
        "wind_onshore",
        capacity={2024: 0.0, 2050: 0.0},
        room={2024: 0.0, 2030: 150.0, 2040: 500.0, 2050: 500.0},
        status="candidate",
        note="room: 500 MW in 2040 (usaid_am_lcedp_2022)",
    ),
    _gas("am", {2030: 500, 2035: 700, 2050: 1000}, "a block beside ArmPower"),
    _battery("am", {2030: 300, 2035: 600, 2050: 1500}, "a fifth of the peak at first"),
)

_KZ_PLAN = "additions of the balance of 2022 up to 2035: 6.5 GW renewables, 5 GW gas, 2.4 GW nuclear"
_KZ_COAL = "old coal leaves slowly after 2035"

_KAZAKHSTAN = (
    _Plant(
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
    _Plant(
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
    _Plant(
        "kz_north",
        "gas_steam",
        rows=(("capacity_gas_ccgt", "2023"), ("capacity_gas_ocgt", "2023")),
        capacity={2035: 915.0, 2040: 500.0, 2050: 0.0},
        efficiency=0.35,
        availability=("availability_gas_ccgt", "2023"),
        note=f"{_OLD_GAS}; {_FADE}",
    ),
    _Plant("kz_north", "hydro_reservoir", rows=(("capacity_hdam", "2023"),)),
    _Plant("kz_north", "hydro_ror", rows=(("capacity_hror", "2023"),)),
    _Plant(
        "kz_north",
        "solar",
        rows=(("capacity_phot", "2023"),),
        capacity={2040: 406.0, 2050: 0.0},
        profile="solar_fleet_kz_north",
        note="today's fleet is gone by 2050",
    ),
    _Plant(
        "kz_north",
        "wind_onshore",
        rows=(("capacity_wton", "2023"),),
        capacity={2040: 837.0, 2050: 0.0},
        room={2024: 837.0, 2030: 3000.0, 2035: 6000.0, 2040: 10000.0, 2050: 25000.0},
        note=f"{_KZ_PLAN}; signed wind projects are larger, so more is allowed",
    ),
    _new_solar("kz_north", {2030: 500, 2035: 1500, 2050: 8000}, _KZ_PLAN),
    _gas("kz_north", {2030: 1500, 2035: 3000, 2050: 8000}, "gas network reaches Astana"),
    _Plant(
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
    _Plant(
        "kz_south",
        "gas_steam",
        rows=(("capacity_gas_ccgt", "2023"),),
        capacity={2035: 1576.0, 2040: 800.0, 2050: 0.0},
        efficiency=("efficiency_st_gas", "2024"),
        availability=("availability_gas_ccgt", "2023"),
        note=f"{_OLD_GAS}; {_FADE}",
    ),
    _Plant("kz_south", "hydro_reservoir", rows=(("capacity_hdam", "2023"),)),
    _Plant("kz_south", "hydro_ror", rows=(("capacity_hror", "2023"),)),
    _Plant(
        "kz_south",
        "solar",
        rows=(("capacity_phot", "2023"),),
        capacity={2040: 898.0, 2050: 0.0},
        profile="solar_fleet_kz_south",
        note="today's fleet is gone by 2050",
    ),
    _Plant(
        "kz_south",
        "wind_onshore",
        rows=(("capacity_wton", "2023"),),
        capacity={2040: 487.0, 2050: 0.0},
        room={2024: 487.0, 2030: 2500.0, 2035: 5000.0, 2040: 8000.0, 2050: 20000.0},
        note=f"{_KZ_PLAN}; signed wind projects are larger, so more is allowed",
    ),
    _new_solar("kz_south", {2030: 1000, 2035: 3000, 2050: 15000}, _KZ_PLAN),
    _gas("kz_south", {2030: 2500, 2035: 3500, 2050: 8000}, _KZ_PLAN),
    _battery("kz_south", {2030: 500, 2035: 1500, 2050: 6000}, "storage comes with wind projects"),
    _Plant(
        "kz_south",
        "nuclear",
        capacity={2024: 0.0, 2034: 0.0, 2035: 1200.0, 2037: 2400.0},
        status="planned",
        note="Ulken, 2,400 MW: 2035 in the balance of 2022 (inform_kz_2022_2035); second unit two "
        "years later",
    ),
    _Plant(
        "kz_west",
        "gas_steam",
        rows=(("capacity_gas_ccgt", "2023"), ("capacity_gas_ocgt", "2023")),
        capacity={2035: 4144.0, 2040: 2500.0, 2050: 500.0},
        efficiency=0.36,
        availability=("availability_gas_ccgt", "2023"),
        note=f"{_OLD_GAS}; some newer gas turbines of the oil fields; {_FADE}",
    ),
    _Plant(
        "kz_west",
        "wind_onshore",
        rows=(("capacity_wton", "2023"),),
        capacity={2040: 116.0, 2050: 0.0},
        room={2024: 116.0, 2030: 1500.0, 2035: 5000.0, 2040: 10000.0, 2050: 25000.0},
        note="room: what a Trans-Caspian corridor would need; the shore has the best wind; "
        + _KZ_PLAN,
    ),
    _new_solar("kz_west", {2030: 300, 2035: 1000, 2050: 6000}, _KZ_PLAN),
    _gas("kz_west", {2030: 1500, 2035: 2000, 2050: 4000}, _KZ_PLAN),
    _battery("kz_west", {2030: 300, 2035: 1000, 2050: 4000}, "storage comes with wind projects"),
)

_UZ_PLAN = "20 GW of wind and solar in 2030 (qazinform_iea_202502), 3 GW a year afterwards"

_CENTRAL_ASIA = (
    _Plant(
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
    _Plant(
        "uz",
        "gas_steam",
        rows=(("capacity_gas_ocgt", "2023"),),
        capacity={2030: 6000.0, 2035: 3500.0, 2040: 1500.0, 2050: 0.0},
        efficiency=("efficiency_st_gas", "2024"),
        availability=("availability_gas_ocgt", "2023"),
        note="called open cycle in the model; these are mostly old steam blocks, which leave as new "
        "plants come",
    ),
    _Plant(
        "uz",
        "coal_steam",
        rows=(("capacity_lig_subc", "2023"), ("capacity_lig_supc", "2023")),
        capacity={2035: 2500.0, 2050: 1500.0},
        efficiency=("efficiency_st_coal", "2024"),
        availability=("availability_lig_subc", "2023"),
        note="Angren lignite and coal",
    ),
    _Plant(
        "uz",
        "hydro_reservoir",
        rows=(("capacity_hdam", "2023"),),
        note="2,441 MW of all hydro at the end of 2025 (uzdaily_2025_results)",
    ),
    _Plant(
        "uz",
        "hydro_ror",
        rows=(("capacity_hror", "2023"),),
        capacity={2025: 341.0, 2050: 341.0},
        room={2024: 100.0, 2025: 341.0, 2030: 1200.0, 2050: 3000.0},
        note="2025: 2,441 MW of hydro less reservoirs; room: the plan of 6,000 MW in 2030 "
        "(azernews_227185) is taken to slip by ten years and more",
    ),
    _Plant(
        "uz",
        "solar",
        capacity={2024: 1850.0, 2025: 3930.0, 2045: 3930.0, 2050: 2000.0},
        profile="solar_fleet_uz",
        note="2024: capacity in service over the year, from 4.86 TWh of wind and solar "
        "(tca_8083_uz); 2025: end of the year (uzdaily_2025_results)",
    ),
    _Plant(
        "uz",
        "wind_onshore",
        capacity={2024: 500.0, 2025: 1652.0, 2040: 1652.0, 2050: 500.0},
        room={2024: 500.0, 2030: 8000.0, 2035: 12000.0, 2040: 18000.0, 2050: 30000.0},
        note="2024: capacity in service over the year, from 4.86 TWh of wind and solar "
        f"(tca_8083_uz); 2025: end of the year (uzdaily_2025_results); room: {_UZ_PLAN}",
    ),
    _new_solar("uz", {2030: 8000, 2035: 17000, 2040: 26000, 2050: 45000}, _UZ_PLAN),
    _gas("uz", {2030: 4000, 2035: 6000, 2050: 12000}, "new blocks replace old steam plants"),
    _battery("uz", {2030: 3000, 2035: 6000, 2050: 20000}, "storage comes with solar tenders"),
    _Plant(
        "uz",
        "nuclear",
        capacity={2024: 0.0, 2032: 0.0, 2033: 330.0},
        status="planned",
        note="six small reactors of 55 MW at Jizzakh (kursiv_uz_2024)",
    ),
    _Plant(
        "tm",
        "ccgt",
        rows=(("capacity_ccgt_gas", "2024-12"),),
        capacity={2026: 2060.0, 2027: 3634.0},
        efficiency=0.55,
        availability=("availability_ccgt_gas", "2024"),
        note="2027: Kiyanly, 1,574 MW (trend_3819385); efficiency as in the row of the fleet mean",
    ),
    _Plant(
        "tm",
        "ocgt",
        rows=(("capacity_gt_gas", "2024-12"),),
        capacity={2035: 3510.0, 2040: 2500.0, 2050: 500.0},
        efficiency=0.33,
        availability=("availability_gt_gas", "2024"),
        note="efficiency as in the row of the fleet mean; turbines of 2003-2014 leave after 2035",
    ),
    _Plant(
        "tm",
        "gas_steam",
        rows=(("capacity_st_gas", "2024-12"),),
        capacity={2030: 953.0, 2035: 400.0, 2040: 0.0},
        efficiency=0.31,
        availability=("availability_st_gas", "2024"),
        note=f"efficiency as in the row of the fleet mean; {_FADE}",
    ),
    _Plant(
        "tm",
        "wind_onshore",
        capacity={2024: 0.0, 2050: 0.0},
        room={2024: 0.0, 2030: 200.0, 2035: 1000.0, 2050: 5000.0},
        status="candidate",
        note="room on the Caspian shore is an assumption; nothing is signed",
    ),
    _new_solar("tm", {2030: 300, 2035: 1500, 2050: 8000}, "an assumption; first plants are built"),
    _gas("tm", {2030: 1000, 2035: 2000, 2050: 5000}, "gas is at hand"),
    _Plant(
        "kg",
        "hydro_reservoir",
        rows=(("capacity_hdam", "2023"),),
        note="Naryn cascade",
    ),
    _Plant(
        "kg",
        "hydro_ror",
        rows=(("capacity_hror", "2023"),),
        capacity={2050: 19.1},
        room={2024: 19.1, 2030: 600.0, 2035: 2000.0, 2050: 5000.0},
        note="room: small plants now, Kambarata-1 (1,860 MW) by 2035, general knowledge",
    ),
    _Plant(
        "kg",
        "coal_steam",
        rows=(("capacity_lig_subc", "2023"),),
        efficiency=("efficiency_chp_coal", "2024"),
        availability=("availability_chp_coal", "2024"),
    ),
    _Plant(
        "kg",
        "wind_onshore",
        capacity={2024: 0.0, 2050: 0.0},
        room={2024: 0.0, 2030: 500.0, 2035: 1500.0, 2050: 4000.0},
        status="candidate",
        note="room is an assumption; first tenders are held",
    ),
    _new_solar("kg", {2030: 1500, 2035: 4000, 2050: 12000}, "signed projects of about 2 GW"),
    _gas("kg", {2030: 500, 2035: 1000, 2050: 3000}, "Bishkek on imported gas"),
    _Plant(
        "tj",
        "hydro_reservoir",
        rows=(("capacity_hy_water", "2024"),),
        note="run-of-river plants included",
    ),
    _Plant(
        "tj",
        "coal_steam",
        rows=(("capacity_chp_coal", "2024"),),
        efficiency=("efficiency_chp_coal", "2024"),
        availability=("availability_chp_coal", "2024"),
    ),
    _Plant(
        "tj",
        "hydro_ror",
        capacity={2024: 0.0, 2050: 0.0},
        room={2024: 0.0, 2030: 600.0, 2035: 2400.0, 2050: 5000.0},
        status="candidate",
        note="Rogun beyond its first units and smaller plants, as run-of-river because the filling "
        "plan is open; general knowledge",
    ),
    _new_solar("tj", {2030: 500, 2035: 1500, 2050: 6000}, "an assumption; first plants signed"),
)

_EU_COAL = "lignite leaves the market by the 2030s"
_EU_ROOM = "an assumption of the order of the national plans of 2024"

_EUROPE = (
    _Plant("ro", "nuclear", rows=(("capacity_nuclear", "2024-12"),)),
    _Plant(
        "ro",
        "lignite_steam",
        rows=(("capacity_coal", "2024-12"),),
        capacity={2030: 600.0, 2033: 0.0},
        note=_EU_COAL,
    ),
    _Plant(
        "ro",
        "ccgt",
        rows=(("capacity_gas", "2024-12"),),
        capacity={2030: 3900.0, 2040: 3000.0, 2050: 1700.0},
        efficiency=0.50,
        note="860 MW of Brazi, old combined heat and power; 2030: Mintia under construction, "
        "1,700 MW, general knowledge; efficiency is a mean of both",
    ),
    _Plant("ro", "biomass", rows=(("capacity_biomass", "2024-12"),)),
    _Plant(
        "ro",
        "hydro_reservoir",
        capacity={2024: 3400.0},
        note="of 6,132 MW of hydro (elmaps_capacity_2026); split by general knowledge",
    ),
    _Plant(
        "ro",
        "hydro_ror",
        capacity={2024: 2732.0},
        note="of 6,132 MW of hydro (elmaps_capacity_2026); Iron Gates and the lower Olt",
    ),
    _Plant(
        "ro",
        "solar",
        rows=(("capacity_solar", "2023"),),
        capacity={2025: 5350.0, 2040: 5350.0, 2050: 1000.0},
        profile="solar_fleet_ro",
        note="with prosumers; 2,500 MW added in 2025 (balancing_hu_2025)",
    ),
    _Plant(
        "ro",
        "wind_onshore",
        rows=(("capacity_wind", "2024-12"),),
        capacity={2035: 3027.0, 2040: 1500.0, 2050: 0.0},
        room={2024: 3027.0, 2030: 7600.0, 2035: 10000.0, 2040: 14000.0, 2050: 22000.0},
        note=f"room: {_EU_ROOM}; fleet of 2010-2014",
    ),
    _new_solar("ro", {2030: 4000, 2035: 8000, 2040: 14000, 2050: 25000}, _EU_ROOM),
    _gas("ro", {2030: 1000, 2035: 2000, 2050: 4000}, "Black Sea gas"),
    _battery("ro", {2030: 4000, 2035: 6000, 2050: 15000}, "built fast since 2025"),
    _Plant("bg", "nuclear", rows=(("capacity_nuclear", "2024-12"),)),
    _Plant(
        "bg",
        "lignite_steam",
        rows=(("capacity_coal", "2024-12"),),
        capacity={2030: 3000.0, 2035: 1500.0, 2038: 0.0},
        note=f"{_EU_COAL}; exit by 2038 at the latest",
    ),
    _Plant("bg", "ccgt", rows=(("capacity_gas", "2024-12"),), efficiency=0.42, note="heat plants"),
    _Plant("bg", "biomass", rows=(("capacity_biomass", "2024-12"),)),
    _Plant(
        "bg",
        "hydro_reservoir",
        capacity={2024: 1800.0},
        note="of 2,354 MW of hydro (elmaps_capacity_2026); split by general knowledge",
    ),
    _Plant(
        "bg",
        "hydro_ror",
        capacity={2024: 554.0},
        note="of 2,354 MW of hydro (elmaps_capacity_2026); split by general knowledge",
    ),
    _Plant(
        "bg",
        "pumped_hydro",
        rows=(("capacity_pumped_storage", "2024-12"),),
        hours=8.0,
        note="Chaira: 8 hours at full power, general knowledge",
    ),
    _Plant(
        "bg",
        "solar",
        capacity={2024: 4500.0, 2025: 6104.0, 2040: 6104.0, 2050: 1500.0},
        profile="solar_fleet_bg",
        note="2025: 6,104 MW of 1 January 2025 (elmaps_capacity_2026), more than 4,200 MW in "
        "another count (capital_bg_202506); 2024: mean of the year",
    ),
    _Plant(
        "bg",
        "wind_onshore",
        rows=(("capacity_wind", "2024-12"),),
        capacity={2035: 715.0, 2050: 0.0},
        room={2024: 715.0, 2030: 2000.0, 2035: 3500.0, 2050: 9000.0},
        note=f"room: {_EU_ROOM}",
    ),
    _new_solar("bg", {2030: 3000, 2035: 6000, 2050: 15000}, _EU_ROOM),
    _gas("bg", {2030: 1000, 2035: 1500, 2050: 3000}, "beside the Greek and Turkish pipelines"),
    _battery("bg", {2030: 4000, 2035: 6000, 2050: 12000}, "built fast since 2025"),
    _Plant(
        "hu",
        "nuclear",
        rows=(("capacity_nuclear", "2024-12"),),
        capacity={2036: 1916.0, 2040: 4400.0},
        note="4,400 MW with Paks II, date uncertain (intellinews_hu has 2035): 2040",
    ),
    _Plant(
        "hu",
        "ccgt",
        rows=(("capacity_gas", "2024-12"),),
        capacity={2030: 4600.0, 2040: 4000.0, 2050: 1650.0},
        efficiency=0.51,
        note="2030: new blocks at Matra and Tisza, about 1,650 MW, general knowledge",
    ),
    _Plant(
        "hu",
        "lignite_steam",
        rows=(("capacity_coal", "2024-12"),),
        capacity={2029: 400.0, 2030: 0.0},
        note=_EU_COAL,
    ),
    _Plant("hu", "biomass", rows=(("capacity_biomass", "2024-12"),)),
    _Plant(
        "hu",
        "oil_engine",
        rows=(("capacity_oil", "2024-12"), ("capacity_other", "2024-12")),
        capacity={2035: 641.0, 2040: 0.0},
        note="fast reserve",
    ),
    _Plant(
        "hu",
        "solar",
        rows=(("capacity_solar", "2024-12"),),
        capacity={2025: 9300.0, 2045: 9300.0, 2050: 2000.0},
        profile="solar_fleet_hu",
        note="1,030 MW added in 2025 (balancing_hu_2025)",
    ),
    _Plant(
        "hu",
        "wind_onshore",
        rows=(("capacity_wind", "2024-12"),),
        capacity={2035: 325.0, 2040: 0.0},
        room={2024: 325.0, 2030: 1000.0, 2035: 3000.0, 2050: 6000.0},
        note=f"room: {_EU_ROOM}",
    ),
    _Plant("hu", "hydro_ror", rows=(("capacity_hydro", "2024-12"),)),
    _new_solar("hu", {2030: 2700, 2035: 6000, 2050: 15000}, "12,000 MW in 2030 (budapesttimes)"),
    _gas("hu", {2030: 500, 2035: 1500, 2050: 3000}, "besides the blocks under construction"),
    _battery("hu", {2030: 2000, 2035: 4000, 2050: 10000}, "subsidised programmes of 2024-2026"),
)
