"""Plants of the neighbours: how they are described and made into assets.

The modules of the regions list `Plant`s: the capacity comes from `region/neighbours.csv` where the
plant names a row of it, otherwise from the number given there with its reasoning.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from tables.fleet import Asset, Citation
from tables.hydro import RESERVOIRS
from tables.places import BACKCAST_YEAR
from tables.projects import with_own_cost
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


FADE = "old gas plants leave after 2030"
OLD_GAS = "0.30-0.35 for old gas plants (the model's own efficiency is that of new ones)"
FLEET_NOTE = "development of the fleet is an assumption"
PLANNING_VALUE = "usual planning value; no figure published"


@dataclass(frozen=True)
class Plant:
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


def assets(plants: Iterable[Plant]) -> list[Asset]:
    """Return the assets that the plants describe."""
    return [with_own_cost(_asset(plant)) for plant in plants]


def _asset(plant: Plant) -> Asset:
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
        years_note=plant.note or FLEET_NOTE,
        room=Citation("expert", plant.note or FLEET_NOTE) if plant.room else None,
    )


def _remark(plant: Plant, value: Value) -> str:
    return value.note if len(plant.rows) == 1 else f"{value.value:g} MW: {value.note}"


def _cells(plant: Plant) -> tuple[dict[str, Cell], dict[str, Citation]]:
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


def new_gas(zone: str, room: dict[int, float], note: str) -> Plant:
    """Return new combined cycles with the room by year [MW]."""
    return Plant(
        zone,
        "ccgt",
        name="ccgt_new",
        capacity={2024: 0.0},
        room={2024: 0.0} | room,
        status="candidate",
        note=f"room for new capacity is an assumption: {note}",
    )


def new_battery(zone: str, room: dict[int, float], note: str) -> Plant:
    """Return new batteries of four hours with the room by year [MW]."""
    return Plant(
        zone,
        "battery",
        name="battery_new",
        capacity={2024: 0.0},
        room={2024: 0.0} | room,
        status="candidate",
        hours=4.0,
        note=f"room for new capacity is an assumption: {note}",
    )


def new_solar(zone: str, room: dict[int, float], note: str, source_id: str = "") -> Plant:
    """Return new solar beside today's fleet with the room by year [MW]."""
    return Plant(
        zone,
        "solar",
        name="solar_new",
        capacity={2024: 0.0},
        room={2024: 0.0} | room,
        status="candidate",
        source_id=source_id,
        note=f"room besides today's fleet: {note}",
    )
