"""The case itself, its years and currencies, countries, zones, carriers and buses."""

from __future__ import annotations

from dataclasses import dataclass

from tables.raw import preferred, records
from tables.records import Row, Tables, assumed, cite, sourced

PLANNING_YEARS = (2030, 2035, 2040, 2050)
BACKCAST_YEAR = 2024
YEARS = (BACKCAST_YEAR, *PLANNING_YEARS)

COUNTRIES = {
    "AZ": "Azerbaijan",
    "GE": "Georgia",
    "AM": "Armenia",
    "TR": "Türkiye",
    "KZ": "Kazakhstan",
    "UZ": "Uzbekistan",
    "TM": "Turkmenistan",
    "KG": "Kyrgyzstan",
    "TJ": "Tajikistan",
    "RO": "Romania",
    "BG": "Bulgaria",
    "HU": "Hungary",
    "GR": "Greece",
    "EU": "Continental Europe beyond Hungary",
    "IR": "Iran",
    "RU": "Russia",
    "IQ": "Iraq",
    "SY": "Syria",
    "AF": "Afghanistan and Pakistan",
}

AZERBAIJANI_ZONES = (
    "az_absheron",
    "az_north",
    "az_centre",
    "az_west",
    "az_south",
    "az_karabakh",
    "az_nakhchivan",
)

USD_2025_PER_USD_2023 = 1.0566
"""Consumer prices (bls_cpi_u_2026), as in `region/currency.csv`."""
USD_PER_EUR_2025 = 1.13
"""Mean of the year (ecb_eurofxref_2026), as in `region/currency.csv`."""

EMISSION_FACTORS = {
    "gas": "natural_gas",
    "coal": "other_bituminous_coal",
    "lignite": "lignite",
    "oil": "residual_fuel_oil",
}
CARRIER_NAMES = {
    "electricity": "Electricity",
    "gas": "Natural gas",
    "coal": "Hard coal",
    "lignite": "Lignite",
    "oil": "Fuel oil",
    "uranium": "Nuclear fuel",
    "biomass": "Biomass",
    "waste": "Municipal waste",
}
CARRIER_NOTES = {
    "electricity": "no direct emissions",
    "uranium": "no direct emissions",
    "biomass": "biogenic CO2 counts as zero, as in emissions trading",
    "waste": "counted as zero: emissions trading leaves municipal waste out, and no "
    "price is applied",
}

MARKET_BORDERS = (
    ("ir", "am"),
    ("ir", "az_south"),
    ("ir", "az_nakhchivan"),
    ("ir", "tr_eastana"),
    ("ir", "tm"),
    ("ru_south", "az_north"),
    ("ru_south", "ge"),
    ("ru_north", "kz_north"),
    ("ru_north", "kz_west"),
    ("gr", "tr_trakia"),
    ("gr", "bg"),
    ("eu_ce", "hu"),
    ("eu_ce", "ro"),
    ("iq", "tr_southeast"),
    ("sy", "tr_southeast"),
    ("af", "uz"),
    ("af", "tm"),
    ("af", "tj"),
)
"""Markets and the modelled zone at each of their borders: every border has a bus of its own, so
that nothing can be carried through a market for free."""


@dataclass(frozen=True)
class Zone:
    """A zone of the raw list."""

    zone: str
    name: str
    country: str
    latitude: float
    longitude: float
    is_market: bool


def zones() -> list[Zone]:
    """Return all zones in the order of the raw list."""
    return [
        Zone(
            zone=row["zone"],
            name=row["name"],
            country=row["country"],
            latitude=float(row["latitude"]),
            longitude=float(row["longitude"]),
            is_market=row["role"] == "market",
        )
        for row in records("zones.csv")
    ]


def modelled_zones() -> list[str]:
    """Return the names of the zones with a balance of their own."""
    return [zone.zone for zone in zones() if not zone.is_market]


def country_of(zone: str) -> str:
    """Return the country of a zone."""
    return next(item.country for item in zones() if item.zone == zone)


def resolve(name: str) -> str:
    """Return the zone that `name` stands for: itself, or one of the aliases of the raw list.

    Raises KeyError where no zone has that name.
    """
    for row in records("zones.csv"):
        if name == row["zone"] or name in row["aliases"].split(";"):
            return row["zone"]
    raise KeyError(name)


def market_bus(market: str, zone: str) -> str:
    """Return the bus of `market` at the border to `zone`."""
    return f"{market}__{zone}"


def rows() -> Tables:
    """Return the tables that say what the case is and where its nodes lie."""
    return {
        "case": [_case()],
        "years": [_year(year) for year in YEARS],
        "currencies": _currencies(),
        "countries": [
            {"country": code, "name": name, **sourced("khazri_zones")}
            for code, name in COUNTRIES.items()
        ],
        "zones": [
            {
                "zone": zone.zone,
                "name": zone.name,
                "country": zone.country,
                "latitude": zone.latitude,
                "longitude": zone.longitude,
                **sourced("khazri_zones", "market" if zone.is_market else ""),
            }
            for zone in zones()
        ],
        "carriers": [_carrier(name) for name in CARRIER_NAMES],
        "buses": _buses(),
        "citations": [
            cite(
                "case",
                "caspian",
                "wacc",
                "expert",
                "real: 8.5 % nominal in the region less 2.25 points; used only where the finance "
                "table has no row",
            )
        ],
    }


def _case() -> Row:
    return {
        "case": "caspian",
        "title": "Energy of Azerbaijan and power of its neighbours",
        "description": "Reference case: Azerbaijan with power in seven zones, gas, oil, district "
        "heat, hydrogen and measures that save energy, the power systems of its neighbours around "
        "the Caspian and the Black Sea, and price markets at the outer borders",
        "currency": "EUR",
        "price_year": 2025,
        "default_year": 2030,
        "default_scenario": "reference",
        "wacc": 0.0625,
        "gwp_horizon_a": 100,
        **sourced("khazri_zones"),
    }


def _year(year: int) -> Row:
    kind = "backcast" if year == BACKCAST_YEAR else "planning"
    return {"year": year, "kind": kind, **sourced("khazri_zones")}


def _currencies() -> list[Row]:
    found = preferred("region/currency.csv")
    rates: list[Row] = [
        {
            "variable": "exchange_rate",
            "currency": row["currency"],
            "year": int(row["year"]),
            "value": float(row["value"]),
            **sourced(row["source_id"], row["note"]),
        }
        for row in found
        if row["variable"] == "fx_annual_mean" and row["unit"].endswith("/EUR")
    ]
    # The raw rows give the factor to 2025; an index is its inverse, with 2025 = 1.
    deflators: list[Row] = [
        {
            "variable": "deflator",
            "currency": row["currency"],
            "year": int(row["year"]),
            "value": 1 / float(row["value"]),
            **sourced(row["source_id"], f"price index, 2025 = 1; {row['note']}"),
        }
        for row in found
        if row["variable"] == "deflator_to_2025"
    ]
    return rates + deflators


def _carrier(name: str) -> Row:
    row: Row = {"carrier": name, "name": CARRIER_NAMES[name]}
    if name not in EMISSION_FACTORS:
        return {**row, "co2_t_per_mwh": 0.0, **assumed(CARRIER_NOTES[name])}
    fuel = EMISSION_FACTORS[name]
    factor = next(
        record
        for record in preferred("fuels/emission_factors.csv")
        if record["fuel_or_item"] == fuel and record["variable"] == "co2_combustion_per_mwh"
    )
    note = f"{fuel}, {factor['note']}"
    return {**row, "co2_t_per_mwh": float(factor["value"]), **sourced(factor["source_id"], note)}


def _buses() -> list[Row]:
    by_name = {zone.zone: zone for zone in zones()}
    modelled: list[Row] = [
        {
            "bus": zone,
            "name": by_name[zone].name,
            "zone": zone,
            "carrier": "electricity",
            **sourced("khazri_zones"),
        }
        for zone in modelled_zones()
    ]
    borders: list[Row] = [
        {
            "bus": market_bus(market, zone),
            "name": f"{by_name[market].name}, border to {by_name[zone].name}",
            "zone": market,
            "carrier": "electricity",
            **sourced("khazri_zones", "price market at one border"),
        }
        for market, zone in MARKET_BORDERS
    ]
    return modelled + borders
