"""Hydrogen, ammonia and captured CO2 in Azerbaijan: plants, stores, ways out and their prices."""

from __future__ import annotations

from tables import gas
from tables.energy import (
    EUR_2025,
    HOURS,
    HYDROGEN,
    ROOM_NOTE,
    TWH,
    bus,
    by_year,
    catalogue,
    closing,
    demand,
    kind,
    market,
    no_costs,
    ratio,
)
from tables.places import YEARS
from tables.raw import lookup
from tables.records import EXPERT, Row, Tables, assumed, cite, merge, sourced
from tables.timeline import linear

H2, AMMONIA, CO2, CO2_STORE = "h2_az", "ammonia_az", "co2_az", "co2_store_az"
H2_MARKET, AMMONIA_MARKET = "h2_market_eu", "ammonia_market"
POWER = "az_absheron"
H2_LINK, CO2_LINK = "h2_pipeline", "co2_pipeline"

KWH_PER_KG = 33.33
MWH_PER_T_AMMONIA = 5.17
GAS_CO2 = 0.202
PRICE_NOTE = "no sourced sale exists"

H2_EUR_PER_KG = {2024: 3.5, 2035: 3.5, 2050: 3.0}
AMMONIA_EUR_PER_T = {2024: 550.0, 2050: 500.0}
EXPORT_MT = {2024: 0.0, 2030: 0.0, 2035: 0.02, 2040: 0.3, 2050: 1.0}
AMMONIA_EXPORT_MT = {2024: 0.0, 2030: 0.0, 2035: 0.3, 2050: 2.0}
PIPELINE_KM = 3420.0
CO2_EUR_PER_T = 15.0
CO2_T_PER_H = 1200.0
FIRST_YEAR = 2035
"""Before it nobody buys ammonia and nothing captures CO2."""


# asset, name, bus, technology, room by year [MW], ports, reasoning
_Candidate = tuple[str, str, str, str, dict[int, float], dict[str, float], str]


def rows() -> Tables:
    """Return all tables of hydrogen, ammonia and captured CO2."""
    return merge(
        [
            {"carriers": _carriers(), "buses": _buses(), "technologies": _technologies()},
            {"technology_costs": _costs()},
            _plants(),
            {"links": _links(), "citations": _citations()},
            *_markets(),
            {
                "demands": _demands(),
                "unserved_blocks": [
                    {
                        "country": "AZ",
                        "carrier": "hydrogen",
                        "block": "hydrogen",
                        "share": 1.0,
                        "price": 300.0,
                        **EUR_2025.cells(),
                        **assumed("the ammonia plant would rather stand still"),
                    }
                ],
            },
        ]
    )


def _carriers() -> list[Row]:
    return [
        {
            "carrier": "hydrogen",
            "name": "Hydrogen",
            "co2_t_per_mwh": 0.0,
            **assumed("no carbon"),
        },
        {"carrier": "ammonia", "name": "Ammonia", "co2_t_per_mwh": 0.0, **assumed("no carbon")},
        {
            "carrier": "captured_co2",
            "name": "Captured CO2",
            "co2_t_per_mwh": 1.0,
            "unit": "t/h",
            **assumed("definition: a tonne is a tonne"),
        },
    ]


def _buses() -> list[Row]:
    return [
        bus(H2, "Hydrogen at Sangachal", POWER, "hydrogen"),
        bus(AMMONIA, "Ammonia at Alat", POWER, "ammonia"),
        bus(CO2, "Captured CO2 on Absheron", POWER, "captured_co2"),
        bus(CO2_STORE, "CO2 in old fields", POWER, "captured_co2"),
        bus(H2_MARKET, "Hydrogen: Europe", "eu_ce", "hydrogen", "market"),
        bus(AMMONIA_MARKET, "Ammonia: world market at the Black Sea", "ge", "ammonia", "market"),
    ]


def _technologies() -> list[Row]:
    life = "life of the raw cost table"
    return [
        kind(
            "electrolyser",
            "Alkaline electrolyser",
            "conversion",
            "electrolysis",
            25,
            life,
            availability=0.97,
        ),
        kind("reformer_old", "Steam reformer of today", "conversion", "refining", 30, life),
        kind(
            "reformer_ccs",
            "Steam reformer with capture",
            "conversion",
            "carbon_capture",
            30,
            life,
            availability=0.95,
        ),
        kind(
            "h2_turbine",
            "Hydrogen turbine",
            "conversion",
            "hydrogen",
            25,
            "as an open-cycle gas turbine: the raw hydrogen rows are fuel-cell data",
            availability=0.95,
        ),
        kind(
            "ammonia_synthesis",
            "Ammonia synthesis",
            "conversion",
            "hydrogen",
            30,
            life,
            availability=0.95,
        ),
        kind(
            "h2_tank",
            "Hydrogen tank",
            "storage",
            "storage",
            30,
            "no salt cavern is known in Azerbaijan",
        ),
        kind("ammonia_tank", "Ammonia tank", "storage", "storage", 20, life),
        kind(
            "ccgt_ccs",
            "Combined cycle with capture",
            "conversion",
            "carbon_capture",
            25,
            life,
            availability=0.87,
        ),
        kind(
            "co2_reservoir",
            "CO2 in an old field",
            "storage",
            "storage",
            40,
            "what goes in stays in",
        ),
        kind(H2_LINK, "Hydrogen pipeline, repurposed", "link", "imports", 50, life),
        kind(CO2_LINK, "CO2 pipeline and wells", "link", "imports", 50, life),
    ]


def _costs() -> list[Row]:
    electrolysis = 1 / ratio("electrolyser_alkaline", "efficiency").value
    return [
        *catalogue("electrolyser", "electrolyser_alkaline", electrolysis),
        *no_costs("reformer_old", "usual cost, per MWh of hydrogen", 40.0, 1.0),
        *catalogue("reformer_ccs", "h2_smr_ccs", 1 / ratio("h2_smr_ccs", "efficiency").value),
        *catalogue("h2_turbine", "ocgt"),
        *catalogue("ammonia_synthesis", "ammonia_synthesis"),
        *catalogue("h2_tank", "", energy="h2_storage_tank"),
        *_ammonia_tank(),
        *_capture_plant(),
        *no_costs("co2_reservoir", "inside the tariff of the pipeline"),
    ]


def _ammonia_tank() -> list[Row]:
    """Return the cost of tanks, of which the raw row gives EUR per MWh."""
    return [
        {**row, "value": float(str(row["value"])) / 1000}
        if row["parameter"] in ("energy_overnight_cost", "energy_fixed_om")
        else row
        for row in catalogue("ammonia_tank", "", energy="ammonia_storage")
    ]


def _capture_plant() -> list[Row]:
    """Return the cost of a combined cycle with capture, given in dollars."""
    name = "ccgt_ccs"
    source = sourced("nrel_atb_2024_td", "2-on-1 combined cycle (H-Frame) with 95 % capture")
    usd: Row = {"currency": "USD", "price_year": 2025}
    return [
        {
            "technology": name,
            "year": 2030,
            "parameter": parameter,
            "value": value,
            **usd,
            **source,
        }
        for parameter, value in (
            ("overnight_cost", 2715.86),
            ("fixed_om", round(2715.86 * 0.0224, 3)),
            ("variable_om", 4.6498),
        )
    ]


def _plants() -> Tables:
    found: Tables = {"assets": [], "asset_years": [], "ports": []}
    twh = gas.grey_hydrogen_twh()
    grey = twh * TWH / HOURS
    electrolysis = ratio("electrolyser_alkaline", "efficiency")
    reforming = ratio("h2_smr", "efficiency")
    blue, caught = ratio("h2_smr_ccs", "efficiency"), ratio("h2_smr_ccs", "capture_rate")
    power = ratio("ammonia_synthesis", "electricity_input")
    hydrogen = ratio("ammonia_synthesis", "hydrogen_input")
    cycle, kept = ratio("ccgt_ccs", "efficiency"), ratio("ccgt_ccs", "capture_rate")
    turbine = ratio("ocgt", "efficiency")
    plants: tuple[_Candidate, ...] = (
        (
            "h2_electrolyser",
            "Electrolyser at Sangachal",
            H2,
            "electrolyser",
            {2024: 0.0, 2030: 500.0, 2035: 2000.0, 2040: 5000.0, 2050: 15000.0},
            {POWER: -1 / electrolysis.value},
            f"efficiency {electrolysis.value:g} of 2030; room of the order of the offshore wind "
            "that companies speak of",
        ),
        (
            "h2_reformer_ccs",
            "Steam reformer with capture at Sangachal",
            H2,
            "reformer_ccs",
            {2024: 0.0, 2034: 0.0, 2035: 1000.0, 2040: 3000.0},
            {gas.GRID: -1 / blue.value, CO2: caught.value * GAS_CO2 / blue.value},
            f"efficiency {blue.value:g}, {caught.value:.0%} of the carbon caught",
        ),
        (
            "h2_turbine",
            "Hydrogen turbine on Absheron",
            POWER,
            "h2_turbine",
            {2024: 0.0, 2030: 500.0, 2040: 2000.0},
            {H2: -1 / turbine.value},
            f"efficiency {turbine.value:g} as a gas turbine",
        ),
        (
            "ammonia_plant",
            "Green ammonia at Alat",
            AMMONIA,
            "ammonia_synthesis",
            {2024: 0.0, 2034: 0.0, 2035: 1150.0, 2040: 2000.0},
            {POWER: -power.value, H2: -hydrogen.value},
            f"{hydrogen.value:g} MWh of hydrogen and {power.value:g} MWh of power for each MWh",
        ),
        (
            "az_absheron_ccgt_ccs",
            "Absheron: combined cycle with capture",
            POWER,
            "ccgt_ccs",
            {2024: 0.0, 2034: 0.0, 2035: 1000.0, 2040: 3000.0},
            {gas.GRID: -1 / cycle.value, CO2: kept.value * GAS_CO2 / cycle.value},
            f"efficiency {cycle.value:g}, {kept.value:.0%} of the carbon caught",
        ),
    )
    for name, title, at, technology, room, ports, note in plants:
        source = assumed(f"{ROOM_NOTE}; {note}")
        found["assets"].append({**_candidate(name, title, at, technology, room), **source})
        found["asset_years"] += by_year(name, dict.fromkeys(room, 0.0), source, room)
        found["ports"] += _ports(name, ports, source)
    source = assumed(
        f"0.435 Mt of ammonia a year hold {gas.GREY_HYDROGEN_MT:.3f} Mt of hydrogen "
        f"(fuels/hydrogen.csv), {twh:.2f} TWh; as large as its demand, so that no grey hydrogen "
        "is left for exports that are called clean"
    )
    found["assets"].append(
        {
            "asset": "h2_reformer",
            "name": "Steam reformer of the ammonia plant in Sumgait",
            "bus": H2,
            "technology": "reformer_old",
            "status": "existing",
            "capacity_mw": round(grey + 0.05, 1),
            **source,
        }
    )
    found["ports"] += _ports("h2_reformer", {gas.GRID: -1 / reforming.value}, source)
    tanks: tuple[tuple[str, str, str, str, dict[int, float], float], ...] = (
        ("h2_tank", "Hydrogen tanks at Sangachal", H2, "h2_tank", {2024: 2000.0}, 12.0),
        (
            "ammonia_tank",
            "Ammonia tanks at Alat",
            AMMONIA,
            "ammonia_tank",
            {2024: 0.0, 2034: 0.0, 2035: 2000.0},
            720.0,
        ),
    )
    for name, title, at, technology, room, hours in tanks:
        source = assumed(f"{ROOM_NOTE}; {hours:g} hours at full power")
        tank = _candidate(name, title, at, technology, room)
        found["assets"].append({**tank, "storage_hours": hours, **source})
        if len(room) > 1:
            found["asset_years"] += by_year(name, dict.fromkeys(room, 0.0), source, room)
    found["assets"].append(
        {
            "asset": "co2_reservoir",
            "name": "Old fields under Absheron and its waters",
            "bus": CO2_STORE,
            "technology": "co2_reservoir",
            "status": "planned",
            "commissioning_year": FIRST_YEAR,
            "capacity_mw": 1.0,
            "charge_capacity_mw": CO2_T_PER_H,
            "energy_mwh": CO2_T_PER_H * HOURS,
            "start_level": 0.0,
            **assumed(
                "ten million tonnes a year at most, about the power sector's CO2 of today; no "
                "study of the fields was found"
            ),
        }
    )
    return found


def _candidate(name: str, title: str, at: str, technology: str, room: dict[int, float]) -> Row:
    """Return what all candidates say: nothing is there, and the room of their best year."""
    return {
        "asset": name,
        "name": title,
        "bus": at,
        "technology": technology,
        "status": "candidate",
        "capacity_mw": 0.0,
        "capacity_max_mw": max(room.values()),
    }


def _ports(asset: str, ports: dict[str, float], source: Row) -> list[Row]:
    return [
        {"asset": asset, "bus": at, "ratio": round(value, 5), **source}
        for at, value in ports.items()
    ]


def _links() -> list[Row]:
    per_km = ratio("h2_pipeline_repurposed", "investment")
    most = EXPORT_MT[2050] * KWH_PER_KG * TWH / HOURS
    return [
        {
            "link": "h2_to_europe",
            "name": "Hydrogen pipeline to Europe",
            "from_bus": H2,
            "to_bus": H2_MARKET,
            "kind": "pipeline",
            "technology": H2_LINK,
            "status": "candidate",
            "build_max_mw": round(most),
            "commissioning_year": 2035,
            "length_km": PIPELINE_KM,
            "capex_million": round(most * PIPELINE_KM * per_km.value / 1e6),
            "fixed_om_share": 0.032,
            "loss": 0.02,
            **EUR_2025.cells(),
            **closing(
                per_km,
                f"one line of the southern corridor repurposed over {PIPELINE_KM:g} km at "
                f"{per_km.value:g} EUR/(MW km); year and loss of compressors are assumptions",
            ),
        },
        {
            "link": "ammonia_terminal",
            "name": "Ammonia by rail and ship over the Black Sea",
            "from_bus": AMMONIA,
            "to_bus": AMMONIA_MARKET,
            "kind": "pipeline",
            "technology": H2_LINK,
            "status": "existing",
            "capacity_forward_mw": 2000.0,
            "commissioning_year": FIRST_YEAR,
            "tariff": 8.0,
            **EUR_2025.cells(),
            **assumed("about 40 EUR/t to a port of the Black Sea"),
        },
        {
            "link": "co2_wells",
            "name": "CO2 into old fields",
            "from_bus": CO2,
            "to_bus": CO2_STORE,
            "kind": "pipeline",
            "technology": CO2_LINK,
            "status": "planned",
            "commissioning_year": FIRST_YEAR,
            "capacity_forward_mw": CO2_T_PER_H,
            "tariff": CO2_EUR_PER_T,
            **EUR_2025.cells(),
            **assumed(
                f"{CO2_EUR_PER_T:g} EUR/t for pipeline, wells and watching: 100 km at 2,672 "
                "EUR/(t/h km) are 3 EUR/t, wells of depleted fields the rest"
            ),
        },
    ]


def _citations() -> list[Row]:
    """Return the sources of cells of the pipeline that its cost per kilometre does not give."""
    note = "first year, and compressors over the length of the corridor: assumptions"
    return [
        cite("links", "h2_to_europe", column, EXPERT, note)
        for column in ("commissioning_year", "loss", "build_max_mw")
    ]


def _markets() -> list[Tables]:
    sale = lookup(HYDROGEN, zone="EU", variable="h2_price_willingness", year="2035")
    found = []
    for name, title, price, per_mwh, volume, energy, reason in (
        (
            H2_MARKET,
            "Hydrogen in Europe",
            H2_EUR_PER_KG,
            1000 / KWH_PER_KG,
            EXPORT_MT,
            KWH_PER_KG,
            f"{sale.note} (fuels/hydrogen.csv): 3.5 EUR/kg, 3.0 in 2050",
        ),
        (
            AMMONIA_MARKET,
            "Low-carbon ammonia",
            AMMONIA_EUR_PER_T,
            1 / MWH_PER_T_AMMONIA,
            AMMONIA_EXPORT_MT,
            MWH_PER_T_AMMONIA,
            f"550 EUR/t, 500 in 2050: between grey ammonia and the hydrogen in it; {PRICE_NOTE}",
        ),
    ):
        steps: list[Row] = []
        for year in YEARS:
            most = linear(volume, year) * energy * TWH
            steps.append(
                {
                    "year": year,
                    "sell_price": round(linear(price, year) * per_mwh, 3),
                    "import_max_mw": 0.0,
                    "export_max_mw": round(most / HOURS),
                    **EUR_2025.cells(),
                    **assumed(f"{reason}; up to {linear(volume, year):.3g} Mt a year"),
                }
            )
        found.append(market(name, title, steps, sourced("khazri_zones", "sales")))
    return found


def _demands() -> list[Row]:
    source = lookup(HYDROGEN, variable="domestic_h2_demand_feedstock")
    twh = round(gas.grey_hydrogen_twh(), 4)
    return demand(
        "h2_ammonia_plant",
        H2,
        "chemicals",
        dict.fromkeys(YEARS, twh),
        closing(source, "the part of the ammonia plant; refineries make theirs of own gas"),
        later="held",
    )
