"""Plants of Türkiye: nine zones by technology, what is committed, and candidates."""

from __future__ import annotations

from tables.fleet import Asset, Citation
from tables.hydro import RESERVOIRS
from tables.places import BACKCAST_YEAR
from tables.projects import with_own_cost
from tables.raw import NotOneValueError, Record, neighbour, preferred, records
from tables.records import Cell
from tables.timeline import linear

ZONES = (
    "tr_eastana",
    "tr_southeast",
    "tr_centerblack",
    "tr_centerana",
    "tr_eastmed",
    "tr_westmed",
    "tr_westana",
    "tr_northwest",
    "tr_trakia",
)

STAYS = {2050: 1.0}
STAYS_NOTE = "all of today's and committed plants remain or are renewed at their sites: assumption"

# Technology of the case: name in the raw rows, and what remains of today's fleet by year.
FLEET = {
    "lignite_steam": ("st_domesticcoal", {2035: 1.0, 2040: 0.8, 2050: 0.4}),
    "coal_steam": ("st_importedcoal", {2035: 1.0, 2040: 1.0, 2050: 0.6}),
    "ccgt": ("ccgt_gas", {2035: 1.0, 2040: 0.85, 2050: 0.3}),
    "ocgt": ("ocgt_gas", {2030: 1.0, 2035: 0.7, 2040: 0.4, 2050: 0.0}),
    "biomass": ("biomassplant_biomass", {2040: 1.0, 2050: 0.5}),
    "geothermal": ("st_geothermal", STAYS),
    "hydro_ror": ("ror_water", STAYS),
    "hydro_reservoir": ("reservoirhydro_water", STAYS),
    "nuclear": ("nuclear_uranium", STAYS),
    "solar": ("pv_solar", {2040: 1.0, 2050: 0.0}),
    "wind_onshore": ("onshorewind_wind", {2035: 1.0, 2040: 0.8, 2050: 0.0}),
}
REMAINING_NOTE = (
    "what remains after 2030 is an assumption: combined cycles and coal of 1998-2018 live about 40 "
    "years, wind 25-30, solar 30"
)
TITLES = {
    "lignite_steam": "lignite and other domestic coal",
    "coal_steam": "imported coal",
    "ccgt": "combined cycle",
    "ocgt": "open cycle and small gas plants",
    "biomass": "biomass",
    "geothermal": "geothermal",
    "hydro_ror": "run-of-river hydro",
    "hydro_reservoir": "reservoirs",
    "nuclear": "Akkuyu nuclear plant",
    "solar": "solar of today",
    "wind_onshore": "wind",
}
EFFICIENCY = ("lignite_steam", "coal_steam", "ccgt", "ocgt")

# Room for wind and solar in the whole country, today's fleet included.
ROOM_MW = {
    "wind_onshore": {2024: 12864.1, 2030: 29600.0, 2035: 43000.0, 2040: 57000.0, 2050: 85000.0},
    "solar": {2024: 19881.6, 2030: 52900.0, 2035: 77000.0, 2040: 103000.0, 2050: 154000.0},
}
ROOM_NOTE = (
    "2030: the capacities that the National Energy Plan has for 2035 (29.6 GW of wind, 52.9 GW of "
    "solar) as upper end; 2035: 120 GW of wind and solar (road map of 2024) in the same "
    "proportion; "
    "later: 8 GW a year, the pace up to 2035; split over zones by today's wind fleet, solar by "
    "today's fleet, each mixed half and half with equal shares"
)
CCGT_ROOM_MW = {
    "tr_northwest": 4000,
    "tr_westana": 3000,
    "tr_trakia": 4000,
    "tr_westmed": 1500,
    "tr_centerblack": 1500,
    "tr_eastmed": 2000,
    "tr_centerana": 3000,
    "tr_southeast": 2000,
    "tr_eastana": 1000,
}
LATE_FACTOR = {2030: 1.0, 2035: 1.5, 2040: 2.5, 2050: 5.0}
BATTERY_SHARE = {
    "tr_northwest": 0.25,
    "tr_westana": 0.2,
    "tr_trakia": 0.15,
    "tr_centerana": 0.2,
    "tr_southeast": 0.1,
    "tr_eastmed": 0.1,
}
BATTERY_ROOM_MW = {2024: 0.0, 2030: 10000.0, 2035: 20000.0, 2040: 40000.0, 2050: 80000.0}


_DRY_DAMS = ", whose energy is not known: their power joins the fleet without inflow of its own"


def assets() -> list[Asset]:
    """Return all assets of Türkiye."""
    found = [
        asset
        for technology in FLEET
        for zone in ZONES
        if (asset := _fleet(zone, technology)) is not None
    ]
    found += _oil()
    for zone in ZONES:
        found.append(_new_solar(zone))
        found.append(_new_ccgt(zone))
    found += [_new_battery(zone, share) for zone, share in BATTERY_SHARE.items()]
    return [with_own_cost(asset) for asset in found]


def _fleet(zone: str, technology: str) -> Asset | None:
    """Return today's fleet and what is committed; None where the zone has neither."""
    raw_name, remaining = FLEET[technology]
    today, source_id = _today(zone, raw_name)
    committed = _committed(zone, raw_name)
    if today == 0 and not committed:
        return None
    whole = {min(remaining) - 1: 1.0}
    corners = {BACKCAST_YEAR, *remaining, *committed, *(year - 1 for year in committed)}
    steps = {
        year: round(
            today * linear(whole | remaining, year)
            + sum(value for start, value in committed.items() if start <= year),
            3,
        )
        for year in sorted(corners)
        if year >= BACKCAST_YEAR
    }
    reservoir = RESERVOIRS.get(zone) if technology == "hydro_reservoir" else None
    cells: dict[str, Cell] = {}
    citations: dict[str, Citation] = {}
    if reservoir:
        cells = {
            "storage_hours": reservoir.hours,
            "charge_capacity_mw": 0.0,
            "inflow_profile": f"hydro_reservoir_{zone}",
            "inflow_mwh": reservoir.energy_gwh * 1000,
        }
        citations["inflow_mwh"] = Citation(reservoir.source_id, reservoir.note)
        citations["storage_hours"] = Citation("expert", reservoir.note)
    elif technology == "solar":
        cells["availability_profile"] = f"solar_fleet_{zone}"
    elif technology in ("wind_onshore", "hydro_ror"):
        cells["availability_profile"] = f"{technology}_{zone}"
    if technology == "hydro_ror":
        cells["availability"] = 1.0
    if technology in EFFICIENCY:
        for column in ("efficiency", "availability"):
            value = neighbour(zone, f"{column}_{raw_name}", "2024")
            cells[column] = value.value
            citations[column] = Citation(value.source_id, value.note)
    room = _zone_room(zone, technology) if technology == "wind_onshore" else {}
    stays = remaining == STAYS
    return Asset(
        asset=f"{zone}_{technology}",
        name=f"{_zone_name(zone)}: {TITLES[technology]}",
        zone=zone,
        technology=technology,
        status="existing" if today else "construction",
        capacity=steps,
        capacity_max={
            year: max(value, *[mw for start, mw in steps.items() if start <= year])
            for year, value in room.items()
        },
        cells=cells,
        citations=citations,
        source_id=source_id,
        note="fleet of end 2024"
        + ("; with committed plants" if committed else "")
        + (_DRY_DAMS if committed and reservoir else ""),
        years_source_id=source_id if stays else "expert",
        years_note="committed plants from their start year"
        + ("" if stays else f"; {REMAINING_NOTE}")
        + (f"; room: {ROOM_NOTE}" if room else ""),
        years_citations={2050: Citation("expert", STAYS_NOTE)} if stays else {},
        room=Citation("expert", f"room: {ROOM_NOTE}") if room else None,
    )


def _today(zone: str, raw_name: str) -> tuple[float, str]:
    try:
        value = neighbour(zone, f"capacity_{raw_name}", "2024")
    except NotOneValueError:
        return 0.0, "epm_turkiye_2025"
    return value.value, value.source_id


def _committed(zone: str, raw_name: str) -> dict[int, float]:
    return {
        int(row["year"]): float(row["value"])
        for row in preferred("region/neighbours.csv")
        if row["zone"] == zone
        and row["variable"] == f"capacity_committed_{raw_name}"
        and float(row["value"]) > 0
    }


def _oil() -> list[Asset]:
    """Return the fuel-oil engines; the small ones of seven zones are put into one zone."""
    rows = [row for row in _country_rows("capacity_ice_hfo") if float(row["value"]) > 0]
    west = [row for row in rows if row["zone"] == "tr_westana"]
    rest = [row for row in rows if row["zone"] != "tr_westana"]
    return [_oil_plant("tr_westana", west), _oil_plant("tr_centerana", rest)]


def _oil_plant(zone: str, rows: list[Record]) -> Asset:
    members = "; ".join(f"{row['zone']} {float(row['value']):g} MW" for row in rows)
    return Asset(
        asset=f"{zone}_oil_engine",
        name=f"{_zone_name(zone)}: fuel oil engines",
        zone=zone,
        technology="oil_engine",
        capacity_mw=sum(float(row["value"]) for row in rows),
        cells={"retirement_year": 2036},
        citations={"retirement_year": Citation("expert", "old reserve plants")},
        source_id="epm_turkiye_2025",
        note=f"small plants joined: {members}",
    )


def _country_rows(variable: str) -> list[Record]:
    return [
        row
        for row in preferred("region/neighbours.csv")
        if row["zone"] in ZONES and row["variable"] == variable
    ]


def _zone_room(zone: str, technology: str) -> dict[int, float]:
    """Return the room of a zone: half by today's fleet, half in equal parts."""
    raw_name = FLEET[technology][0]
    own = _today(zone, raw_name)[0]
    total = sum(_today(other, raw_name)[0] for other in ZONES)
    share = 0.5 * own / total + 0.5 / len(ZONES)
    return {
        year: round(own + share * (room - total), 1) for year, room in ROOM_MW[technology].items()
    }


def _new_solar(zone: str) -> Asset:
    """Return new solar, beside today's and the committed plants, which have another profile."""
    own = _today(zone, "pv_solar")[0]
    return Asset(
        asset=f"{zone}_solar_new",
        name=f"{_zone_name(zone)}: new solar",
        zone=zone,
        technology="solar",
        status="candidate",
        capacity={2024: 0.0},
        capacity_max={
            year: round(value - own, 1) for year, value in _zone_room(zone, "solar").items()
        },
        cells={"availability_profile": f"solar_{zone}"},
        source_id="expert",
        note=f"room: {ROOM_NOTE}",
        years_note="room besides today's fleet",
    )


def _new_ccgt(zone: str) -> Asset:
    room = CCGT_ROOM_MW[zone]
    return Asset(
        asset=f"{zone}_ccgt_new",
        name=f"{_zone_name(zone)}: new combined cycle",
        zone=zone,
        technology="ccgt",
        status="candidate",
        capacity={2024: 0.0},
        capacity_max={2024: 0.0}
        | {year: round(room * factor) for year, factor in LATE_FACTOR.items()},
        source_id="expert",
        note="room for new capacity: 22 GW in 2030, of the order of today's fleet, "
        "growing with the "
        "demand of the official path afterwards",
        years_note="room for new capacity",
    )


def _new_battery(zone: str, share: float) -> Asset:
    return Asset(
        asset=f"{zone}_battery_new",
        name=f"{_zone_name(zone)}: new batteries",
        zone=zone,
        technology="battery",
        status="candidate",
        capacity={2024: 0.0},
        capacity_max={year: room * share for year, room in BATTERY_ROOM_MW.items()},
        cells={"storage_hours": 4.0},
        source_id="expert",
        note="room: the National Energy Plan has 7.5 GW in 2035 (globaltrans_tr_nep); 20 "
        "GW then as "
        "upper end, since storage comes with licences for wind and solar",
        years_note="room for new capacity",
    )


def _zone_name(zone: str) -> str:
    return next(row["name"] for row in records("zones.csv") if row["zone"] == zone)
