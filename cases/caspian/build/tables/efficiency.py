"""Measures of Azerbaijan that save energy, as a supply curve, and how they overlap."""

from __future__ import annotations

from dataclasses import dataclass

from tables import gas, heat
from tables.demand import azerbaijani_shares
from tables.energy import EFFICIENCY, EUR_2025, TWH
from tables.places import AZERBAIJANI_ZONES
from tables.raw import lookup, preferred
from tables.records import Row, Tables, assumed

CAPITAL, ELSEWHERE = "az_absheron", "az_centre"
"""Where measures of homes and industry act: around the capital, and in the middle of the grid for
all other zones (each would cost two unknowns that border the whole year)."""

ROOM = {2030: 0.5, 2035: 1.0}
"""Share of the potential that can be taken up by then: stock turns over in a decade."""

REBOUND_NOTE = "rebound by judgement, as found for such measures elsewhere"


@dataclass(frozen=True)
class _Measure:
    """A measure of the raw table: where it acts and what it overlaps with."""

    name: str
    title: str
    bus: str
    sector: str
    rebound: float = 0.0
    group: str = ""


_ELECTRIC = (
    ("street_lighting_led", "LED street lighting", "services", 0.0, ""),
    ("efficient_lighting_buildings", "LED lighting in buildings", "residential", 0.05, "homes"),
    ("efficient_appliances", "Efficient appliances", "residential", 0.05, "homes"),
    ("efficient_air_conditioning", "Efficient air conditioning", "services", 0.15, ""),
    ("industry_motors_drives", "Motors and drives in industry", "industry", 0.05, ""),
)
_GAS = (
    _Measure("industry_heat_and_process", "Heat recovery in industry", gas.GRID, "industry", 0.05),
    _Measure(
        "building_retrofit_public", "Renovation of public buildings", gas.GRID, "services", 0.1
    ),
    _Measure(
        "building_retrofit_residential_light",
        "Windows, roofs, thermostats in homes",
        gas.GRID,
        "residential",
        0.2,
        "gas_homes",
    ),
    _Measure(
        "building_retrofit_residential_deep",
        "Deep renovation of apartments",
        gas.GRID,
        "residential",
        0.2,
        "gas_homes",
    ),
    _Measure(
        "condensing_boilers",
        "Condensing boilers in homes",
        gas.GRID,
        "residential",
        0.1,
        "gas_homes",
    ),
    _Measure(
        "gas_distribution_loss_reduction", "Fewer losses of the gas network", gas.GRID, "losses"
    ),
    _Measure("flaring_reduction", "Use of flared gas", gas.FIELDS, "flaring"),
    _Measure(
        "compressor_electrification_sangachal",
        "Power for the compressors of Sangachal",
        gas.FIELDS,
        "own_use",
    ),
)
_GROUPS = {
    "gas_homes": (
        "Gas saved in homes",
        0.85,
        "a tight house leaves less for its boiler to save: 12 and 17 % by renovation and 7 % by "
        "boilers of what is used come to 33 instead of 36 %, and few houses take all three",
    ),
    "homes": (
        "Electricity saved in homes",
        0.95,
        "light that is given off as heat less heats and cools less; small",
    ),
}
_LEFT_OUT = (
    "heat_pump_replacing_gas",
    "ccgt_repowering",
    "steam_unit_replacement_next",
)
"""A scenario electrifies heat; the plan itself replaces plants; one of them has been built."""


def rows() -> Tables:
    """Return `efficiency` and `efficiency_groups`."""
    shares = azerbaijani_shares()
    found: list[Row] = []
    for zone in AZERBAIJANI_ZONES:
        found += _measure(
            _Measure(
                "distribution_loss_reduction", "Fewer losses of the power grid", zone, "losses"
            ),
            shares[zone],
            zone,
        )
    places = {CAPITAL: shares[CAPITAL], ELSEWHERE: 1 - shares[CAPITAL]}
    for name, title, sector, rebound, group in _ELECTRIC:
        for zone, share in places.items():
            label = f"{group}_{zone}" if group else ""
            measure = _Measure(name, title, zone, sector, rebound, label)
            found += _measure(measure, share, zone)
    for measure in _GAS:
        found += _measure(measure, 1.0)
    network = _Measure(
        "district_heat_network",
        "Fewer losses of district heat",
        next(iter(heat.NETWORKS)),
        heat.LOSSES,
    )
    found += _measure(network, heat.NETWORKS[network.bus][2])
    groups = {str(row["group"]) for row in found if row["group"]}
    return {
        "efficiency": found,
        "efficiency_groups": [_group(name) for name in sorted(groups)],
    }


def _group(name: str) -> Row:
    key = name if name in _GROUPS else "homes"
    title, share, note = _GROUPS[key]
    zone = name.removeprefix("homes_")
    return {
        "group": name,
        "name": title if key == name else f"{title}, {zone}",
        "share": share,
        **assumed(note),
    }


def _measure(measure: _Measure, share: float, zone: str = "") -> list[Row]:
    """Return the rows of a measure, or of its part in a zone."""
    value = {
        variable: lookup(EFFICIENCY, measure=measure.name, variable=variable)
        for variable in ("potential", "capex", "lifetime")
    }
    potential, capex = value["potential"].value, value["capex"].value
    where = f"{share:.1%} of {potential:g} GWh by the share of demand; " if zone else ""
    note = f"{where}{value['capex'].note}"
    if measure.rebound:
        note += f"; {REBOUND_NOTE}"
    return [
        {
            "measure": f"{measure.name}_{zone}" if zone else measure.name,
            "name": measure.title,
            "bus": measure.bus,
            "sector": measure.sector,
            "year": year,
            "potential_mwh": round(potential * 1000 * share * part),
            "overnight_cost": round(capex * 1e6 / (potential * TWH / 1000), 2),
            "lifetime_a": value["lifetime"].value,
            "rebound": measure.rebound,
            "group": measure.group or None,
            **EUR_2025.cells(),
            **assumed(note),
        }
        for year, part in ROOM.items()
    ]


def unused_measures() -> set[str]:
    """Return the measures of the raw table that are neither used nor left out on purpose."""
    used = {
        "distribution_loss_reduction",
        "district_heat_network",
        *_LEFT_OUT,
        *(name for name, *_ in _ELECTRIC),
        *(measure.name for measure in _GAS),
    }
    return {
        row["measure"] for row in preferred(EFFICIENCY) if row["variable"] == "potential"
    } - used
