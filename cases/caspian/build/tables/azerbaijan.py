"""Plants of Azerbaijan: thermal units one by one, renewables by zone, and candidates."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from tables import gas, heat
from tables.fleet import Asset, Citation
from tables.hydro import RESERVOIRS
from tables.places import BACKCAST_YEAR, PLANNING_YEARS
from tables.projects import own_cost, with_own_cost
from tables.raw import Record, records
from tables.timeline import stepped

LAST_YEAR = max(PLANNING_YEARS)
KNOWN_STATUS = ("operating", "converted", "construction", "contracted", "planned")
STATUS = {"operating": "existing", "converted": "existing", "contracted": "planned"}

TECHNOLOGY = {
    "ccgt": "ccgt",
    "ocgt": "ocgt",
    "steam_gas": "gas_steam",
    "gas_engine": "gas_engine",
    "waste": "waste",
    "solar": "solar",
    "wind_onshore": "wind_onshore",
    "hydro_reservoir": "hydro_reservoir",
    "hydro_ror": "hydro_ror",
    "small_hydro": "hydro_ror",
    "battery": "battery",
}
THERMAL = ("ccgt", "ocgt", "gas_steam", "gas_engine", "waste")
GAS_FIRED = ("ccgt", "ocgt", "gas_steam", "gas_engine", "gas_industrial")

MUST_RUN_PLANT = "az_indep_thermal"
MUST_RUN_MWH = 1_950_000
HOURS_PER_YEAR = 8760

MEMBERS_NOTE = "commissioning and retirement of the members"
RETIREMENT_NOTE = "life of such plants; no year is published"
EFFICIENCY_NOTE = "usual efficiency of such engines and turbines; none is published for this plant"

# Old plants that deliver far less than new ones at the same place: they share its hourly shape,
# scaled by the availability here.
OLD_SOLAR = ("az_small_pv", "az_hybrid")
OLD_NAKHCHIVAN_SOLAR = ("az_nakh_pv",)
OLD_WIND = ("az_yeni_yashma", "az_small_wind")
OLD_AVAILABILITY = {
    "az_absheron_solar_old": (
        0.334,
        "24 GWh in 2024 (556.3 less 500 of Garadagh and 32 of Nakhchivan) against a profile of "
        "capacity factor 0.248",
    ),
    "az_north_wind_onshore_old": (
        0.207,
        "38.5 GWh from 50 MW in 2024 against a profile of capacity factor 0.424",
    ),
    "az_absheron_wind_onshore_old": (
        0.28,
        "12.6 GWh from 13.5 MW in 2024 against a profile of capacity factor 0.38",
    ),
}

SOLAR_POTENTIAL_MW = {
    "az_absheron": 2500,
    "az_north": 500,
    "az_centre": 3000,
    "az_west": 1500,
    "az_south": 8000,
    "az_karabakh": 4500,
    "az_nakhchivan": 3000,
}
SOLAR_ROOM = {2024: 0.0, 2030: 0.27, 2035: 0.5, 2040: 0.75, 2050: 1.0}
SOLAR_NOTE = (
    "23,000 MW of economic potential (epm_re_potential) split over the zones by "
    "judgement; what can "
    "be built by then: 6,000 MW of signed solar and wind in 2030, then about 1,100 MW a year"
)
WIND_POTENTIAL_MW = {
    "az_absheron": 800,
    "az_north": 1400,
    "az_karabakh": 500,
    "az_nakhchivan": 300,
}
WIND_ROOM = {2024: 0.0, 2030: 0.6, 2035: 1.0}
WIND_NOTE = (
    "3,000 MW of economic potential (epm_re_potential) split over the zones by judgement, 60 % of "
    "it by 2030"
)
OFFSHORE_ROOM_MW = {2024: 0.0, 2034: 0.0, 2035: 1500.0, 2040: 7000.0, 2050: 14000.0}
OFFSHORE_NOTE = (
    "1.5 GW (low case, also one signed project) in 2035, the high case of 7 GW in 2040, twice that "
    "in 2050"
)

CCGT_ROOM_MW = {
    "az_absheron": (1500, "sites of Shimal and Sumgait"),
    "az_north": (920, "size of the older Yashma plans (epm_gendata_az: 500 MW)"),
    "az_centre": (1500, "site of the old Mingachevir units"),
    "az_west": (500, "one block near Ganja"),
    "az_south": (1000, "site of Janub"),
    "az_nakhchivan": (300, "gas over the pipeline from Igdir, 0.73 bcm a year (vk_173876)"),
}
OCGT_ROOM_MW = {
    "az_absheron": (1000, "sites of older gas turbines and engines"),
    "az_centre": (1000, "site of the old Mingachevir units"),
}
BATTERY_ROOM_MW = {
    "az_absheron": (2000, "a multiple of the 250 MW of the first programme"),
    "az_centre": (1000, "a multiple of the 250 MW of the first programme"),
    "az_south": (1500, "beside the solar plants"),
    "az_karabakh": (1000, "beside the solar plants"),
    "az_nakhchivan": (500, "beside the planned 500 MW of solar and wind"),
}
BATTERY_HOURS = 4.0


@dataclass(frozen=True)
class _Unit:
    """One row of the plant list."""

    record: Record

    @property
    def technology(self) -> str:
        if self.record["plant_id"] == MUST_RUN_PLANT:
            return "gas_industrial"
        return TECHNOLOGY[self.record["type"]]

    @property
    def commissioning(self) -> int | None:
        return int(self.record["commissioning_year"]) if self.record["commissioning_year"] else None

    @property
    def retirement(self) -> int | None:
        return int(self.record["retirement_year"]) if self.record["retirement_year"] else None

    @property
    def today(self) -> float:
        return float(self.record["capacity_mw"] or 0)

    @property
    def end_2024(self) -> float:
        return float(self.record["capacity_mw_end_2024"] or 0)

    def capacity(self, year: int) -> float:
        """Return the capacity in `year`; that of the end of 2024 stands for the back-cast year."""
        if self.retirement is not None and year >= self.retirement:
            return 0.0
        if year <= BACKCAST_YEAR:
            return self.end_2024
        if year < (self.commissioning or year):
            return 0.0
        return self.today or self.end_2024


def assets() -> list[Asset]:
    """Return all assets of Azerbaijan."""
    units = [_Unit(row) for row in records("azerbaijan/power_plants.csv")]
    units = [unit for unit in units if unit.record["status"] in KNOWN_STATUS]
    found = [
        *[_thermal(unit) for unit in units if unit.technology in (*THERMAL, "gas_industrial")],
        *_existing_batteries(units),
        *_weather_plants(units),
        *_hydro(units),
        *_candidates(),
    ]
    return [with_own_cost(_on_gas_bus(asset)) for asset in found]


def _on_gas_bus(asset: Asset) -> Asset:
    """Return the asset with the bus that it draws its gas from, if it burns gas."""
    if asset.technology not in GAS_FIRED:
        return asset
    return Asset(**{**vars(asset), "cells": {**asset.cells, "fuel_bus": gas.bus_of(asset.zone)}})


def _thermal(unit: _Unit) -> Asset:
    record = unit.record
    name = record["plant_id"]
    efficiency_source = record["efficiency_source_id"]
    cells: dict[str, float | int | str | bool | None] = {
        "efficiency": float(record["efficiency_net_lhv"]),
        "commissioning_year": unit.commissioning,
        "retirement_year": unit.retirement,
    }
    if record["status"] == "converted":
        cells["retirement_year"] = BACKCAST_YEAR + 1
        cells["commissioning_year"] = None
    if name == MUST_RUN_PLANT:
        share = MUST_RUN_MWH / HOURS_PER_YEAR / unit.today
        cells |= {"min_output": round(share, 5), "availability": round(share, 5)}
    capacity = unit.today or unit.end_2024
    citations = {
        "efficiency": Citation(efficiency_source, record["note"] or EFFICIENCY_NOTE),
        **_retirement(record),
    }
    if name == heat.CHP_PLANT:
        capacity = round(capacity - heat.chp_power_mw(), 1)
        citations["capacity_mw"] = Citation(
            record["source_id"], f"107 MW less {heat.chp_power_mw():g} MW that go with the heat"
        )
    if unit.end_2024 == 0:
        cells["commissioning_year"] = max(unit.commissioning or 0, BACKCAST_YEAR + 1)
    return Asset(
        asset=name,
        name=record["plant"],
        zone=record["zone"],
        technology=unit.technology,
        status=STATUS.get(record["status"], record["status"]),
        capacity_mw=capacity,
        cells=cells,
        citations=citations,
        source_id=record["source_id"],
        note=record["note"],
    )


def _retirement(record: Record) -> dict[str, Citation]:
    """Return the source of the year in which a plant leaves; none where it has been converted."""
    if record["retirement_basis"] == "expert":
        return {"retirement_year": Citation("expert", record["note"] or RETIREMENT_NOTE)}
    if record["retirement_basis"] == "epm_30y":
        return {"retirement_year": Citation("epm_gendata_az", "30 years from commissioning")}
    return {}


def _existing_batteries(units: list[_Unit]) -> list[Asset]:
    return [
        Asset(
            asset=unit.record["plant_id"],
            name=unit.record["plant"],
            zone=unit.record["zone"],
            technology="battery",
            status=STATUS.get(unit.record["status"], unit.record["status"]),
            capacity_mw=unit.today,
            cells={
                "commissioning_year": unit.commissioning,
                "retirement_year": unit.retirement,
                "energy_mwh": float(unit.record["energy_mwh"]),
                "storage_hours": float(unit.record["energy_mwh"]) / unit.today,
            },
            citations=_retirement(unit.record),
            source_id=unit.record["source_id"],
            note=unit.record["note"],
        )
        for unit in units
        if unit.technology == "battery"
    ]


def _weather_plants(units: list[_Unit]) -> list[Asset]:
    """Return wind and solar by zone: projects with a cost of their own and weak old plants apart.

    All others are one asset with the room of the zone.
    """
    projects = [
        unit
        for unit in units
        if unit.technology in ("solar", "wind_onshore") and own_cost(unit.record["plant_id"])
    ]
    found = [_project(unit) for unit in projects]
    units = [unit for unit in units if unit not in projects]
    for zone, potential in SOLAR_POTENTIAL_MW.items():
        old = [unit for unit in units if unit.record["plant_id"] in OLD_SOLAR]
        nakhchivan = [unit for unit in units if unit.record["plant_id"] in OLD_NAKHCHIVAN_SOLAR]
        new = _of(units, zone, "solar", (*OLD_SOLAR, *OLD_NAKHCHIVAN_SOLAR))
        if zone == "az_absheron":
            found.append(_group(f"{zone}_solar_old", "old solar", zone, "solar", old))
        if zone == "az_nakhchivan":
            found.append(
                _group(
                    f"{zone}_solar_old",
                    "solar of 2015",
                    zone,
                    "solar",
                    nakhchivan,
                    profile=f"solar_fleet_{zone}",
                )
            )
        room = _room_beside(SOLAR_ROOM, potential, _of(projects, zone, "solar", ()))
        found.append(_group(f"{zone}_solar", "solar", zone, "solar", new, room, SOLAR_NOTE))
    for zone, potential in WIND_POTENTIAL_MW.items():
        old = _of(units, zone, "wind_onshore", (), OLD_WIND)
        new = _of(units, zone, "wind_onshore", OLD_WIND)
        if old:
            found.append(
                _group(f"{zone}_wind_onshore_old", "old wind farms", zone, "wind_onshore", old)
            )
        room = _room_beside(WIND_ROOM, potential, _of(projects, zone, "wind_onshore", ()))
        found.append(
            _group(f"{zone}_wind_onshore", "wind", zone, "wind_onshore", new, room, WIND_NOTE)
        )
    return found


def _project(unit: _Unit) -> Asset:
    """Return a plant of wind or sun as an asset of its own."""
    record = unit.record
    group = _group(record["plant_id"], "", record["zone"], unit.technology, [unit])
    return Asset(**{**vars(group), "name": record["plant"], "note": record["note"]})


def _room_beside(
    shares: dict[int, float], potential: float, projects: list[_Unit]
) -> dict[int, float]:
    """Return the room of a zone by year less what projects apart from it take."""
    return {
        year: max(share * potential - sum(unit.capacity(year) for unit in projects), 0.0)
        for year, share in shares.items()
    }


def _hydro(units: list[_Unit]) -> list[Asset]:
    found = []
    planned = ("az_khudaferin", "az_giz_galasi")
    for zone in ("az_centre", "az_west", "az_north", "az_karabakh", "az_nakhchivan"):
        reservoir = _of(units, zone, "hydro_reservoir", planned)
        group = _group(f"{zone}_hydro_reservoir", "reservoirs", zone, "hydro_reservoir", reservoir)
        found.append(_with_inflow(group, zone, RESERVOIRS[zone].energy_gwh))
    later = _of(units, "az_karabakh", "hydro_reservoir", (), planned)
    new = _group(
        "az_karabakh_hydro_reservoir_araz",
        "Khudaferin and Giz Galasi, Azerbaijani halves",
        "az_karabakh",
        "hydro_reservoir",
        later,
    )
    whole = Asset(
        **{
            **vars(new),
            "capacity": {},
            "capacity_mw": sum(unit.today for unit in later),
            "cells": {**new.cells, "commissioning_year": later[0].commissioning},
        }
    )
    found.append(
        _with_inflow(
            whole,
            "az_karabakh",
            sum(unit.today for unit in later) * 0.35 * HOURS_PER_YEAR / 1000,
            hours=200.0,
            note="capacity factor 0.35, of the order of the design of Khudaferin; small live "
            "storage, general knowledge",
        )
    )
    for zone in ("az_centre", "az_karabakh", "az_nakhchivan"):
        members = _of(units, zone, "hydro_ror", ())
        found.append(
            _group(f"{zone}_hydro_ror", "run-of-river and small hydro", zone, "hydro_ror", members)
        )
    return found


def _with_inflow(
    asset: Asset, zone: str, energy_gwh: float, hours: float | None = None, note: str = ""
) -> Asset:
    reservoir = RESERVOIRS[zone]
    reason = note or reservoir.note
    source_id = "expert" if note else reservoir.source_id
    cells = {
        **asset.cells,
        "availability_profile": None,
        "storage_hours": hours or reservoir.hours,
        "charge_capacity_mw": 0.0,
        "inflow_profile": f"hydro_reservoir_{zone}",
        "inflow_mwh": round(energy_gwh * 1000),
    }
    citations = {
        "inflow_mwh": Citation(source_id, reason),
        "storage_hours": Citation("expert", reason),
    }
    return Asset(**{**vars(asset), "cells": cells, "citations": citations})


def _of(
    units: list[_Unit],
    zone: str,
    technology: str,
    without: tuple[str, ...],
    only: tuple[str, ...] = (),
) -> list[_Unit]:
    return [
        unit
        for unit in units
        if unit.record["zone"] == zone
        and unit.technology == technology
        and unit.record["plant_id"] not in without
        and (not only or unit.record["plant_id"] in only)
    ]


def _group(
    asset: str,
    title: str,
    zone: str,
    technology: str,
    units: list[_Unit],
    room: dict[int, float] | None = None,
    room_note: str = "",
    profile: str = "",
) -> Asset:
    """Return the units as one asset whose capacity follows their commissioning and retirement."""
    changes = {BACKCAST_YEAR: sum(unit.capacity(BACKCAST_YEAR) for unit in units)}
    for year in range(BACKCAST_YEAR + 1, LAST_YEAR + 1):
        total = sum(unit.capacity(year) for unit in units)
        if abs(total - changes[max(changes)]) > 1e-6:
            changes[year] = total
    largest = max(units, key=lambda unit: unit.today, default=None)
    members = "; ".join(f"{unit.record['plant']} {unit.today:g} MW" for unit in units)
    availability = OLD_AVAILABILITY.get(asset)
    cells: dict[str, float | int | str | bool | None] = {
        "availability_profile": profile or f"{technology}_{zone}"
    }
    citations = {}
    if availability:
        cells["availability"] = availability[0]
        citations["availability"] = Citation("expert", availability[1])
    if technology == "hydro_ror":
        cells["availability"] = 1.0
    return Asset(
        asset=asset,
        name=f"{_zone_name(zone)}: {title}",
        zone=zone,
        technology=technology,
        status="existing" if any(unit.end_2024 for unit in units) else "planned",
        capacity=stepped(changes, BACKCAST_YEAR, LAST_YEAR),
        capacity_max=_room(room, changes) if room else {},
        cells=cells,
        citations=citations,
        source_id=largest.record["source_id"] if largest else "expert",
        note=f"group of {len(units)}: {members}" if units else room_note,
        years_note=MEMBERS_NOTE if units else room_note,
        years_citations={
            year: Citation("expert", RETIREMENT_NOTE)
            for before, year in pairwise(changes)
            if changes[year] < changes[before]
        },
        room=Citation("expert", room_note) if room else None,
    )


def _room(room: dict[int, float], changes: dict[int, float]) -> dict[int, float]:
    """Return the room by year, never below what is built or committed by then."""
    found = {}
    for year, value in room.items():
        built = changes[max(change for change in changes if change <= year)]
        found[year] = max(value, built)
    return found


def _zone_name(zone: str) -> str:
    return next(row["name"] for row in records("zones.csv") if row["zone"] == zone)


def _candidates() -> list[Asset]:
    found = [
        _candidate(zone, "ccgt", "new combined cycle", room, note)
        for zone, (room, note) in CCGT_ROOM_MW.items()
    ]
    found += [
        _candidate(zone, "ocgt", "new gas turbines", room, note)
        for zone, (room, note) in OCGT_ROOM_MW.items()
    ]
    found += [
        _candidate(zone, "battery", "new batteries", room, note, {"storage_hours": BATTERY_HOURS})
        for zone, (room, note) in BATTERY_ROOM_MW.items()
    ]
    offshore = "az_absheron"
    found.append(
        Asset(
            asset=f"{offshore}_wind_offshore",
            name=f"{_zone_name(offshore)}: offshore wind",
            zone=offshore,
            technology="wind_offshore",
            status="candidate",
            capacity={2024: 0.0},
            capacity_max=OFFSHORE_ROOM_MW,
            cells={"availability_profile": f"wind_offshore_{offshore}"},
            source_id="offshore_ifc",
            note="157 GW of technical potential; road map: 1.5 GW low case, 7 GW high case in 2040",
            years_source_id="expert",
            years_note=OFFSHORE_NOTE,
            room=Citation("expert", OFFSHORE_NOTE),
        )
    )
    return found


def _candidate(
    zone: str,
    technology: str,
    title: str,
    room: float,
    note: str,
    cells: dict[str, float | int | str | bool | None] | None = None,
) -> Asset:
    return Asset(
        asset=f"{zone}_{technology}_new",
        name=f"{_zone_name(zone)}: {title}",
        zone=zone,
        technology=technology,
        status="candidate",
        capacity={2024: 0.0},
        capacity_max={2030: room},
        cells=cells or {},
        source_id="expert",
        note=f"room for new capacity is an assumption: {note}",
    )
