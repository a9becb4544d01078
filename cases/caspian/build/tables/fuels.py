"""Fuel prices on two bases, and prices of emissions.

The table holds opportunity values: what the fuel is worth where it could be sold otherwise. The
scenario `regulated_prices` puts the tariffs of `regulated()` in their place. Each basis is used
for all producers at once, because a cheap tariff on one side of a border only moves gas flows.
"""

from __future__ import annotations

from dataclasses import dataclass

from tables.places import COUNTRIES, USD_2025_PER_USD_2023, USD_PER_EUR_2025
from tables.raw import NotOneValueError, preferred
from tables.records import Row, Tables, assumed, sourced
from tables.timeline import linear

MODELLED = ("AZ", "GE", "AM", "TR", "KZ", "UZ", "TM", "KG", "TJ", "RO", "BG", "HU")
EUROPEAN = ("RO", "BG", "HU")
WITH_GAS_NETWORK = ("AZ",)
"""Countries whose plants draw gas from a bus: its price is that of the best export."""
MWH_PER_MMBTU = 0.2930711
BIOMASS_USD_2023_PER_MMBTU = 5.0
"""Of the Turkish model, epm_turkiye_2025."""
COST_YEARS = (2030, 2035, 2040, 2050)


@dataclass(frozen=True)
class Price:
    """A fuel price in EUR of `price_year` per MWh (LHV)."""

    year: int
    value: float
    price_year: int
    source_id: str
    note: str


def opportunity() -> dict[str, list[Price]]:
    """Return the opportunity value of gas by country."""
    sangachal = [_raw("gas", "AZ_opportunity_at_Sangachal", "base", year) for year in COST_YEARS]
    gas = {
        "AZ": [
            _expert(
                2024,
                20.0,
                "realised export value of 33-34 EUR/MWh in 2024 less 14 EUR/MWh of transport, as "
                "in the netback of the later years",
            ),
            *sangachal,
        ],
        "GE": [
            _expert(2024, 20.2, "tariff of guaranteed plants in 2024 (gnerc_20240202), no subsidy"),
            *_beside(sangachal, 2.0, "Azerbaijani opportunity value plus 2 for transport"),
        ],
        "AM": [_expert(year, 17.0, "border price of Russian gas, held") for year in YEARS],
        "TR": [_raw("gas", "TR_power", "EPM_Turkiye", year) for year in (2024, *COST_YEARS)],
        "UZ": [
            _expert(2024, 13.5, "import price of Russian and Turkmen gas"),
            *_scaled(sangachal, 13.5 / 14, "import price of 13.5 in 2030, then as Azerbaijan"),
        ],
        "KZ": [
            _expert(2024, 13.5, "as Uzbekistan: both import Russian gas"),
            *_scaled(sangachal, 13.5 / 14, "as Uzbekistan: both import Russian gas"),
        ],
        "TM": [
            _raw("gas", "AZ_import_from_TM", "history", 2025),
            *_scaled(sangachal, 12.94 / 14, "swap price to Azerbaijan of 2025, then as Azerbaijan"),
        ],
        "KG": [_expert(2024, 16.66, "price of imported gas (agora_ca_2026), held")],
        "TJ": [_expert(2024, 16.66, "as Kyrgyzstan")],
    }
    hub = [
        _raw("gas", "EU_hub", "PyPSA_TD_WorldBank_TYNDP2024", year)
        for year in (2030, 2035, 2040, 2050)
    ]
    ttf = _raw("gas", "TTF", "history", 2024)
    return gas | {country: [ttf, *hub] for country in EUROPEAN}


def regulated() -> dict[str, list[Price]]:
    """Return tariffs of gas for power plants by country; countries with market prices keep them."""
    return {
        "AZ": [
            _raw("gas", "AZ_power", "history", 2024),
            *[_raw("gas", "AZ_power", "reference_regulated", year) for year in COST_YEARS],
        ],
        "GE": [
            _expert(
                2024,
                14.0,
                "between the 12 of the two Gardabani plants on social gas and the 20.2 of the "
                "others, weighted by output",
            ),
            _raw("gas", "GE", "base", 2030),
        ],
        "AM": [_raw("gas", "AM", "history", 2022), _raw("gas", "AM", "base", 2030)],
        "KZ": [_raw("gas", "KZ", "history", 2023)],
        "UZ": [_raw("gas", "UZ", "history", 2024), _raw("gas", "UZ", "base", 2030)],
        "TM": [_raw("gas", "TM", "base", 2024), _raw("gas", "TM", "base", 2030)],
        "TR": [
            _raw("gas", "TR_power", "history", 2024),
            *[_raw("gas", "TR_power", "EPM_Turkiye", year) for year in COST_YEARS],
        ],
    }


YEARS = (2024, *COST_YEARS)


def at(prices: list[Price], year: int) -> float:
    """Return the price of `year`, linear between the given years and held outside."""
    return linear({price.year: price.value for price in prices}, year)


def rows() -> Tables:
    """Return `fuel_prices` and `co2_prices`."""
    gas = [
        _row("gas", country, price)
        for country, prices in opportunity().items()
        if country not in WITH_GAS_NETWORK
        for price in prices
    ]
    return {"fuel_prices": gas + _solid_and_other_fuels(), "co2_prices": _co2_prices()}


def _solid_and_other_fuels() -> list[Row]:
    imported = _raw("coal", "TR_imported", "EPM_Turkiye", 2030)
    lignite = _raw("lignite", "TR_domestic", "EPM_Turkiye", 2030)
    lignite_eu = _raw("lignite", "SK_DE_RS_PL", "TYNDP2024", 2030)
    uranium = _raw("uranium", "world", "EPM_Turkiye", 2030)
    kazakh = _raw("coal", "KZ", "history", 2023)
    uzbek = _raw("coal", "UZ", "EPM_CASA_2020", 2024)
    tajik = _raw("coal", "TJ", "EPM_CASA_2020", 2024)
    kyrgyz = _raw("coal", "KG", "EPM_CASA_2020", 2024)
    oil = [_raw("fuel_oil", "EU", "PyPSA_TD_WorldBank_TYNDP2024", year) for year in COST_YEARS]
    biomass = Price(
        2024,
        BIOMASS_USD_2023_PER_MMBTU / MWH_PER_MMBTU * USD_2025_PER_USD_2023 / USD_PER_EUR_2025,
        2025,
        "epm_turkiye_2025",
        f"{BIOMASS_USD_2023_PER_MMBTU:.1f} USD/MMBtu of 2023, brought to 2025 with the deflator "
        f"{USD_2025_PER_USD_2023} and {USD_PER_EUR_2025} USD/EUR",
    )
    found = [
        _row("coal", "TR", imported),
        _row("coal", "KZ", kazakh),
        _row("coal", "UZ", uzbek),
        _row("coal", "TJ", tajik),
        _row("coal", "KG", kyrgyz),
        _row("lignite", "TR", lignite),
    ]
    found += [_row("lignite", country, lignite_eu) for country in EUROPEAN]
    found += [_row("uranium", country, uranium) for country in MODELLED]
    found += [_row("oil", country, price) for country in ("TR", "HU") for price in oil]
    found += [_row("biomass", country, biomass) for country in ("TR", *EUROPEAN)]
    free = _expert(2024, 0.0, "plants are paid to burn it; no payment is modelled")
    return [*found, _row("waste", "AZ", free)]


def _co2_prices() -> list[Row]:
    """Return carbon prices; the raw path of several countries at once is given to each of them."""
    markets = {"EU_ETS": EUROPEAN, "TR": ("TR",), "KZ": ("KZ",), "AZ": ("AZ",)}
    markets["GE_AM_UZ_TM"] = ("GE", "AM", "UZ", "TM", "KG", "TJ")
    found: list[Row] = []
    for market, countries in markets.items():
        path = [
            row
            for row in preferred("fuels/prices.csv")
            if (row["commodity"], row["market"], row["scenario"]) == ("co2", market, "base")
        ]
        for country in countries:
            found.append(_co2_today(country))
            found += [
                {
                    "country": country,
                    "year": int(row["year"]),
                    "price": float(row["value"]),
                    "currency": row["currency"],
                    "price_year": int(row["price_year"]),
                    **sourced(row["source_id"], row["note"]),
                }
                for row in path
            ]
    return found


def _co2_today(country: str) -> Row:
    row: Row = {"country": country, "year": 2024, "currency": "EUR", "price_year": 2024}
    if country in EUROPEAN:
        ets = _raw_row("co2", "EU_ETS", "history", 2024)
        return {**row, "price": float(ets["value"]), **sourced(ets["source_id"], ets["note"])}
    if country == "KZ":
        return {**row, "price": 1.0, **assumed("Kazakh system at about 1 EUR/t in 2024")}
    return {**row, "price": 0.0, **assumed(f"no carbon price on power in {COUNTRIES[country]}")}


def _raw_row(commodity: str, market: str, scenario: str, year: int) -> dict[str, str]:
    found = [
        row
        for row in preferred("fuels/prices.csv")
        if (row["commodity"], row["market"], row["scenario"], row["year"])
        == (commodity, market, scenario, str(year))
    ]
    if len(found) != 1:
        raise NotOneValueError(f"{commodity} {market} {scenario} {year}: {len(found)} rows")
    return found[0]


def _raw(commodity: str, market: str, scenario: str, year: int) -> Price:
    """Return a price of `fuels/prices.csv`, whose column in EUR per MWh (LHV) is used."""
    row = _raw_row(commodity, market, scenario, year)
    original = f"{row['value']} {row['unit']}"
    return Price(
        year=int(row["year"]),
        value=float(row["value_eur_per_mwh_lhv"]),
        price_year=int(row["eur_price_year"]),
        source_id=row["source_id"],
        note=f"from {original}; {row['note']}" if "LHV" not in row["unit"] else row["note"],
    )


def _expert(year: int, value: float, note: str) -> Price:
    return Price(year, value, 2025, "expert", note)


def _beside(prices: list[Price], distance: float, note: str) -> list[Price]:
    return [_expert(price.year, price.value + distance, note) for price in prices]


def _scaled(prices: list[Price], factor: float, note: str) -> list[Price]:
    return [_expert(price.year, round(price.value * factor, 2), note) for price in prices]


def _row(carrier: str, country: str, price: Price, note: str = "") -> Row:
    return {
        "carrier": carrier,
        "country": country,
        "year": price.year,
        "price": price.value,
        "currency": "EUR",
        "price_year": price.price_year,
        "source_id": price.source_id,
        "note": "; ".join(text for text in (note, price.note) if text),
    }
