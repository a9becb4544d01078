"""Kinds of plant, what they cost, and the cost of capital."""

from __future__ import annotations

from tables.places import COUNTRIES
from tables.raw import Value, preferred, technology
from tables.records import Row, Tables, assumed, cite, sourced

COST_YEARS = ("2025", "2030", "2035", "2040", "2050")
NOMINAL_TO_REAL = 0.0225
"""Points taken off a nominal cost of capital; `region/wacc.csv` says 2 to 2.5."""

REAL = "all costs of the case are real"

INTERCONNECTOR = "interconnector"
"""Technology of all links: regulated grid, cheaper to finance than plants."""

# technology, name, kind, group, fuel, renewable, lifetime, availability, min_output, ramp,
# capacity credit, reserve share, note
_TECHNOLOGIES: tuple[tuple[str, str, str, str, str, bool, float, float, float, float, str], ...] = (
    (
        "ccgt",
        "Combined-cycle gas turbine",
        "supply",
        "gas",
        "gas",
        False,
        25,
        0.89,
        0.9,
        0.5,
        "availability: forced outage 3.3 % (rts_gmlc) and 28 days of maintenance a year",
    ),
    (
        "ocgt",
        "Open-cycle gas turbine",
        "supply",
        "gas",
        "gas",
        False,
        25,
        0.95,
        0.95,
        0.8,
        "availability: forced outage 3.1 % and 0.8 weeks of maintenance (rts_gmlc)",
    ),
    (
        "gas_steam",
        "Gas-fired steam turbine",
        "supply",
        "gas",
        "gas",
        False,
        45,
        0.81,
        0.85,
        0.3,
        "availability: forced outage 10 % and 35 days of maintenance (old regional units)",
    ),
    (
        "gas_engine",
        "Gas engine",
        "supply",
        "gas",
        "gas",
        False,
        25,
        0.93,
        0.95,
        0.9,
        "availability: forced outage 3 % and 14 days of maintenance",
    ),
    (
        "gas_industrial",
        "Industrial gas-fired plants for own use",
        "supply",
        "gas",
        "gas",
        False,
        40,
        0.9,
        0.3,
        0.0,
        "run for their own sites; firm only at their mean output",
    ),
    (
        "coal_steam",
        "Hard-coal steam turbine",
        "supply",
        "coal",
        "coal",
        False,
        45,
        0.79,
        0.8,
        0.2,
        "availability: mean of the Turkish fleet on imported coal; country values at the assets",
    ),
    (
        "lignite_steam",
        "Lignite steam turbine",
        "supply",
        "lignite",
        "lignite",
        False,
        45,
        0.7,
        0.6,
        0.2,
        "availability of the fleets of Bulgaria, Romania, Hungary; Turkish lignite has its own",
    ),
    (
        "nuclear",
        "Nuclear plant",
        "supply",
        "nuclear",
        "uranium",
        False,
        40,
        0.87,
        0.9,
        0.0,
        "availability: forced outage 3 % and 35 days of maintenance",
    ),
    (
        "oil_engine",
        "Fuel-oil engine",
        "supply",
        "oil",
        "oil",
        False,
        25,
        0.9,
        0.9,
        0.8,
        "reserve plants; availability as small oil turbines (rts_gmlc)",
    ),
    (
        "biomass",
        "Biomass and biogas",
        "supply",
        "biomass",
        "biomass",
        True,
        25,
        0.52,
        0.5,
        0.0,
        "availability: 11.2 TWh of other renewable and thermal sources in Türkiye 2024 over "
        "2,706 MW gives 0.47; 0.52 leaves room for fuel oil standing still",
    ),
    (
        "waste",
        "Waste to energy",
        "supply",
        "biomass",
        "waste",
        True,
        30,
        0.717,
        0.7,
        0.0,
        "availability: 232.5 GWh from 37 MW in 2024 (Balakhani)",
    ),
    (
        "geothermal",
        "Geothermal",
        "supply",
        "geothermal",
        "",
        True,
        30,
        0.737,
        0.7,
        0.0,
        "availability: 11.2 TWh from 1,733.5 MW in Türkiye in 2024",
    ),
    (
        "wind_onshore",
        "Onshore wind",
        "supply",
        "wind_onshore",
        "",
        True,
        30,
        1.0,
        0.1,
        0.0,
        "capacity credit is a low share of the mean output",
    ),
    (
        "wind_offshore",
        "Offshore wind",
        "supply",
        "wind_offshore",
        "",
        True,
        30,
        1.0,
        0.15,
        0.0,
        "capacity credit is a low share of the mean output",
    ),
    (
        "solar",
        "Solar photovoltaics",
        "supply",
        "solar",
        "",
        True,
        40,
        1.0,
        0.0,
        0.0,
        "no credit: many peaks of the region fall into evenings",
    ),
    (
        "hydro_ror",
        "Run-of-river hydro",
        "supply",
        "hydro_ror",
        "",
        True,
        80,
        1.0,
        0.25,
        0.0,
        "outages are inside the capacity factors; inflow is electric energy, so efficiency is 1",
    ),
    (
        "hydro_reservoir",
        "Reservoir hydro",
        "storage",
        "hydro_reservoir",
        "",
        True,
        80,
        0.94,
        0.7,
        0.9,
        "inflow is electric energy, so efficiency is 1; forced outage 2 %, 14 days of maintenance",
    ),
    (
        "pumped_hydro",
        "Pumped storage",
        "storage",
        "pumped_hydro",
        "",
        False,
        80,
        0.91,
        0.8,
        0.9,
        "round trip 0.75 (pypsa_td_2026), split evenly",
    ),
    (
        "battery",
        "Battery",
        "storage",
        "battery",
        "",
        False,
        18,
        0.97,
        0.4,
        0.9,
        "0.96 each way, so 0.92 round trip, applied once; life of 18 a gives the annuity "
        "of a power "
        "part of 10 a and an energy part of 25 a of a 4 h battery",
    ),
    (
        INTERCONNECTOR,
        "Interconnector",
        "link",
        "imports",
        "",
        False,
        40,
        1.0,
        0.0,
        0.0,
        "carries the cost of capital of links",
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


def _technology(
    item: tuple[str, str, str, str, str, bool, float, float, float, float, str],
) -> Row:
    name, title, kind, group, fuel, renewable, life, availability, credit, reserve, note = item
    return {
        "technology": name,
        "name": title,
        "kind": kind,
        "group": group,
        "fuel": fuel or None,
        "renewable": renewable,
        "lifetime_a": life,
        "availability": availability,
        "capacity_credit": credit,
        "reserve_share": reserve,
        **_STORES.get(name, {}),
        **assumed(note),
    }


def _costs() -> list[Row]:
    found: list[Row] = []
    for name, raw_name in _COST_NAMES.items():
        found += _investment(name, raw_name)
        found += _over_years(name, raw_name, "vom", "variable_om")
        if name in _WITH_EFFICIENCY:
            found += _over_years(name, raw_name, "efficiency", "efficiency")
    found += _battery_energy()
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
    """Return the real cost of capital of plants and of interconnectors in each country."""
    found: list[Row] = []
    for row in preferred("region/wacc.csv"):
        country = row["zone"].upper().replace("RU_SOUTH", "RU")
        if country not in COUNTRIES or not row["measure"].startswith("nominal"):
            continue
        if row["technology"] not in ("solar_wind", "transmission_interconnector"):
            continue
        is_link = row["technology"] == "transmission_interconnector"
        found.append(
            {
                "country": country,
                "technology": INTERCONNECTOR if is_link else None,
                "wacc": round(float(row["value_pct"]) / 100 - NOMINAL_TO_REAL, 6),
                **sourced(
                    row["source_id"],
                    f"{row['value_pct']} % nominal less {NOMINAL_TO_REAL:.2%} for inflation: "
                    f"{REAL}; {row['note']}",
                ),
            }
        )
    return found
