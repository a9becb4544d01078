"""Kinds of plant, what they cost, and the cost of capital."""

from __future__ import annotations

from dataclasses import dataclass

from tables.places import COUNTRIES
from tables.raw import Value, preferred, technology
from tables.records import Row, Tables, assumed, cite, sourced

COST_YEARS = ("2025", "2030", "2035", "2040", "2050")
NOMINAL_TO_REAL = 0.0225
"""Points taken off a nominal cost of capital; `region/wacc.csv` says 2 to 2.5."""

REAL = "all costs of the case are real"

LINKS = ("ac_line", "dc_line", "dc_cable", "back_to_back")
AC_LINE, DC_LINE, DC_CABLE, BACK_TO_BACK = LINKS
"""Technologies of links: regulated grid, cheaper to finance than plants."""


@dataclass(frozen=True)
class _Technology:
    """A row of `technologies`, named as there; `lifetime` in years."""

    technology: str
    name: str
    group: str
    lifetime: float
    note: str
    kind: str = "supply"
    fuel: str = ""
    renewable: bool = False
    availability: float = 1.0
    capacity_credit: float = 0.0
    reserve_share: float = 0.0


_TECHNOLOGIES = (
    _Technology(
        technology="ccgt",
        name="Combined-cycle gas turbine",
        group="gas",
        fuel="gas",
        lifetime=25,
        availability=0.89,
        capacity_credit=0.9,
        reserve_share=0.5,
        note="availability: forced outage 3.3 % (rts_gmlc) and 28 days of maintenance a year",
    ),
    _Technology(
        technology="ocgt",
        name="Open-cycle gas turbine",
        group="gas",
        fuel="gas",
        lifetime=25,
        availability=0.95,
        capacity_credit=0.95,
        reserve_share=0.8,
        note="availability: forced outage 3.1 % and 0.8 weeks of maintenance (rts_gmlc)",
    ),
    _Technology(
        technology="gas_steam",
        name="Gas-fired steam turbine",
        group="gas",
        fuel="gas",
        lifetime=45,
        availability=0.81,
        capacity_credit=0.85,
        reserve_share=0.3,
        note="availability: forced outage 10 % and 35 days of maintenance (old regional units)",
    ),
    _Technology(
        technology="gas_engine",
        name="Gas engine",
        group="gas",
        fuel="gas",
        lifetime=25,
        availability=0.93,
        capacity_credit=0.95,
        reserve_share=0.9,
        note="availability: forced outage 3 % and 14 days of maintenance",
    ),
    _Technology(
        technology="gas_industrial",
        name="Industrial gas-fired plants for own use",
        group="gas",
        fuel="gas",
        lifetime=40,
        availability=0.9,
        capacity_credit=0.3,
        note="run for their own sites; firm only at their mean output",
    ),
    _Technology(
        technology="coal_steam",
        name="Hard-coal steam turbine",
        group="coal",
        fuel="coal",
        lifetime=45,
        availability=0.79,
        capacity_credit=0.8,
        reserve_share=0.2,
        note="availability: mean of the Turkish fleet on imported coal; country values at the "
        "assets",
    ),
    _Technology(
        technology="lignite_steam",
        name="Lignite steam turbine",
        group="lignite",
        fuel="lignite",
        lifetime=45,
        availability=0.7,
        capacity_credit=0.6,
        reserve_share=0.2,
        note="availability of the fleets of Bulgaria, Romania, Hungary; Turkish lignite has "
        "its own",
    ),
    _Technology(
        technology="nuclear",
        name="Nuclear plant",
        group="nuclear",
        fuel="uranium",
        lifetime=40,
        availability=0.87,
        capacity_credit=0.9,
        note="availability: forced outage 3 % and 35 days of maintenance",
    ),
    _Technology(
        technology="oil_engine",
        name="Fuel-oil engine",
        group="oil",
        fuel="oil",
        lifetime=25,
        availability=0.9,
        capacity_credit=0.9,
        reserve_share=0.8,
        note="reserve plants; availability as small oil turbines (rts_gmlc)",
    ),
    _Technology(
        technology="biomass",
        name="Biomass and biogas",
        group="biomass",
        fuel="biomass",
        renewable=True,
        lifetime=25,
        availability=0.52,
        capacity_credit=0.5,
        note="availability: 11.2 TWh of other renewable and thermal sources in Türkiye 2024 "
        "over 2,706 MW gives 0.47; 0.52 leaves room for fuel oil standing still",
    ),
    _Technology(
        technology="waste",
        name="Waste to energy",
        group="biomass",
        fuel="waste",
        renewable=True,
        lifetime=30,
        availability=0.717,
        capacity_credit=0.7,
        note="availability: 232.5 GWh from 37 MW in 2024 (Balakhani)",
    ),
    _Technology(
        technology="geothermal",
        name="Geothermal",
        group="geothermal",
        renewable=True,
        lifetime=30,
        availability=0.737,
        capacity_credit=0.7,
        note="availability: 11.2 TWh from 1,733.5 MW in Türkiye in 2024",
    ),
    _Technology(
        technology="wind_onshore",
        name="Onshore wind",
        group="wind_onshore",
        renewable=True,
        lifetime=30,
        capacity_credit=0.1,
        note="capacity credit is a low share of the mean output",
    ),
    _Technology(
        technology="wind_offshore",
        name="Offshore wind",
        group="wind_offshore",
        renewable=True,
        lifetime=30,
        capacity_credit=0.15,
        note="capacity credit is a low share of the mean output",
    ),
    _Technology(
        technology="solar",
        name="Solar photovoltaics",
        group="solar",
        renewable=True,
        lifetime=40,
        note="no credit: many peaks of the region fall into evenings",
    ),
    _Technology(
        technology="hydro_ror",
        name="Run-of-river hydro",
        group="hydro_ror",
        renewable=True,
        lifetime=80,
        capacity_credit=0.25,
        note="outages are inside the capacity factors; inflow is electric energy, so "
        "efficiency is 1",
    ),
    _Technology(
        technology="hydro_reservoir",
        name="Reservoir hydro",
        kind="storage",
        group="hydro_reservoir",
        renewable=True,
        lifetime=80,
        availability=0.94,
        capacity_credit=0.7,
        reserve_share=0.9,
        note="inflow is electric energy, so efficiency is 1; forced outage 2 %, 14 days of "
        "maintenance",
    ),
    _Technology(
        technology="pumped_hydro",
        name="Pumped storage",
        kind="storage",
        group="pumped_hydro",
        lifetime=80,
        availability=0.91,
        capacity_credit=0.8,
        reserve_share=0.9,
        note="round trip 0.75 (pypsa_td_2026), split evenly",
    ),
    _Technology(
        technology="battery",
        name="Battery",
        kind="storage",
        group="battery",
        lifetime=18,
        availability=0.97,
        capacity_credit=0.4,
        reserve_share=0.9,
        note="0.96 each way, so 0.92 round trip, applied once; life of 18 a gives the annuity "
        "of a power part of 10 a and an energy part of 25 a of a 4 h battery",
    ),
    *(
        _Technology(
            technology=technology,
            name=name,
            kind="link",
            group="imports",
            lifetime=40,
            note="carries the cost of capital of links, and their investment where a project has "
            "none of its own",
        )
        for technology, name in (
            (AC_LINE, "Overhead line"),
            (DC_LINE, "Overhead line of direct current with converters"),
            (DC_CABLE, "Submarine cable with converters"),
            (BACK_TO_BACK, "Back-to-back converter with its lines"),
        )
    ),
)

_STORES: dict[str, Row] = {
    "battery": {
        "charge_efficiency": 0.96,
        "discharge_efficiency": 0.96,
        "standing_loss_per_h": 4e-5,
    },
    "pumped_hydro": {"charge_efficiency": 0.866, "discharge_efficiency": 0.866},
}

# How the technologies of the case are called in the raw cost table.
_COST_NAMES = {
    "ccgt": "ccgt",
    "ocgt": "ocgt",
    "gas_steam": "steam_gas",
    "gas_engine": "gas_engine",
    "coal_steam": "coal_steam",
    "lignite_steam": "lignite_steam",
    "nuclear": "nuclear_large",
    "wind_onshore": "wind_onshore",
    "wind_offshore": "wind_offshore_fixed",
    "solar": "solar_pv_tracking",
    "hydro_ror": "hydro_ror",
    "hydro_reservoir": "hydro_reservoir",
    "pumped_hydro": "pumped_hydro",
    "battery": "battery_power",
}
_WITH_EFFICIENCY = (
    "ccgt",
    "ocgt",
    "gas_steam",
    "gas_engine",
    "coal_steam",
    "lignite_steam",
    "nuclear",
)
# What a link costs by the raw cost table: stations per kW (both ends), and line per MW and km.
_LINK_COSTS = {
    AC_LINE: {"line_cost": "ac_overhead_line"},
    DC_LINE: {"overnight_cost": "hvdc_converter_pair", "line_cost": "hvdc_overhead_line"},
    DC_CABLE: {
        "overnight_cost": "hvdc_converter_pair",
        "line_cost": "hvdc_submarine_cable_deep_long",
    },
    BACK_TO_BACK: {"overnight_cost": "back_to_back_station", "line_cost": "ac_overhead_line"},
}
OFFSHORE_CABLE_KM = 30.0

# Technologies without a row in the raw cost table: never candidates, so only running costs matter.
_RUNNING_COSTS = {
    "oil_engine": (25.0, 8.0, 0.38, "as gas engines, more wear with fuel oil"),
    "biomass": (60.0, 4.0, 0.30, "small plants; usual planning values"),
    "waste": (120.0, 0.0, 0.25, "gate fees pay the rest; efficiency of Balakhani"),
    "geothermal": (90.0, 1.0, 1.0, "usual planning values; heat is not counted as fuel"),
    "gas_industrial": (20.0, 4.0, 0.33, "as small gas turbines; efficiency of the raw plant row"),
}


def rows() -> Tables:
    """Return `technologies`, `technology_costs` and `finance`, with citations."""
    return {
        "technologies": [_technology(item) for item in _TECHNOLOGIES],
        "technology_costs": _costs(),
        "finance": _finance(),
        "citations": [
            cite("technologies", name, "lifetime_a", "pypsa_td_2026")
            for name in ("ccgt", "ocgt", "wind_onshore", "wind_offshore", "solar", "hydro_ror")
        ],
    }


def _technology(item: _Technology) -> Row:
    return {
        "technology": item.technology,
        "name": item.name,
        "kind": item.kind,
        "group": item.group,
        "fuel": item.fuel or None,
        "renewable": item.renewable,
        "lifetime_a": item.lifetime,
        "availability": item.availability,
        "capacity_credit": item.capacity_credit,
        "reserve_share": item.reserve_share,
        **_STORES.get(item.technology, {}),
        **assumed(item.note),
    }


def _costs() -> list[Row]:
    found: list[Row] = []
    for name, raw_name in _COST_NAMES.items():
        found += _investment(name, raw_name)
        found += _over_years(name, raw_name, "vom", "variable_om")
        if name in _WITH_EFFICIENCY:
            found += _over_years(name, raw_name, "efficiency", "efficiency")
    found += _battery_energy()
    for name, parts in _LINK_COSTS.items():
        for parameter, raw_name in parts.items():
            found += _over_years(name, raw_name, "investment", parameter)
    for name in ("solar", "hydro_ror", "pumped_hydro", "battery"):
        found.append(_assumed_cost(name, "variable_om", 0.0, "no cost that follows output"))
    for name, (fixed, variable, efficiency, reason) in _RUNNING_COSTS.items():
        found += [
            _assumed_cost(name, "fixed_om", fixed, reason),
            _assumed_cost(name, "variable_om", variable, reason),
            _assumed_cost(name, "efficiency", efficiency, reason),
        ]
    return found


def _investment(name: str, raw_name: str) -> list[Row]:
    """Return overnight cost and fixed O&M; the raw O&M is a percentage of the investment."""
    found: list[Row] = []
    for year in _years(raw_name, "investment"):
        value = technology(raw_name, "investment", year)
        cost, note = value.value, value.note
        if name == "wind_offshore":
            station = technology("wind_offshore_ac_station", "investment", year)
            cable = technology("wind_offshore_ac_cable", "investment", year)
            cost += station.value + cable.value * OFFSHORE_CABLE_KM / 1000
            note = f"turbines {value.value:g}, station {station.value:g} and {OFFSHORE_CABLE_KM:g} "
            note += f"km of cable at {cable.value:g} EUR/(MW km); {value.note}"
        percent = _nearest(raw_name, "fom", year)
        found += [
            _cost(name, year, "overnight_cost", cost, value.source_id, note),
            _cost(
                name,
                year,
                "fixed_om",
                cost * percent.value / 100,
                percent.source_id,
                f"{percent.value:g} % of the overnight cost a year",
            ),
        ]
    return found


def _over_years(name: str, raw_name: str, variable: str, parameter: str) -> list[Row]:
    found = []
    for year in _years(raw_name, variable):
        value = technology(raw_name, variable, year)
        found.append(_cost(name, year, parameter, value.value, value.source_id, value.note))
    return found


def _battery_energy() -> list[Row]:
    found = []
    for year in COST_YEARS:
        value = technology("battery_energy", "investment", year)
        found.append(
            _cost(
                "battery", year, "energy_overnight_cost", value.value, value.source_id, value.note
            )
        )
    return found


def _years(raw_name: str, variable: str) -> list[str]:
    rows_ = preferred("technology/technology_costs.csv")
    return sorted(
        row["year"] for row in rows_ if (row["technology"], row["variable"]) == (raw_name, variable)
    )


def _nearest(raw_name: str, variable: str, year: str) -> Value:
    years = _years(raw_name, variable)
    return technology(raw_name, variable, min(years, key=lambda other: abs(int(other) - int(year))))


def _cost(name: str, year: str, parameter: str, value: float, source_id: str, note: str) -> Row:
    money: Row = {} if parameter == "efficiency" else {"currency": "EUR", "price_year": 2025}
    return {
        "technology": name,
        "year": int(year),
        "parameter": parameter,
        "value": value,
        **money,
        **sourced(source_id, note),
    }


def _assumed_cost(name: str, parameter: str, value: float, reason: str) -> Row:
    return _cost(name, "2025", parameter, value, "expert", reason)


def _finance() -> list[Row]:
    """Return the real cost of capital of plants and of links in each country."""
    found: list[Row] = []
    for row in preferred("region/wacc.csv"):
        country = row["zone"].upper().replace("RU_SOUTH", "RU")
        if country not in COUNTRIES or not row["measure"].startswith("nominal"):
            continue
        if row["technology"] not in ("solar_wind", "transmission_interconnector"):
            continue
        is_link = row["technology"] == "transmission_interconnector"
        found += [
            {
                "country": country,
                "technology": technology,
                "wacc": round(float(row["value_pct"]) / 100 - NOMINAL_TO_REAL, 6),
                **sourced(
                    row["source_id"],
                    f"{row['value_pct']} % nominal less {NOMINAL_TO_REAL:.2%} for inflation: "
                    f"{REAL}; {row['note']}",
                ),
            }
            for technology in (LINKS if is_link else (None,))
        ]
    return found
