"""Natural gas of Azerbaijan: fields, stores, pipelines, contracts, markets, demand."""

from __future__ import annotations

from tables.energy import bus, catalogue, kind, no_costs
from tables.gas.demand import (
    GREY_HYDROGEN_MT,
    RESIDENTIAL_GROWTH,
    demands,
    grey_hydrogen_twh,
    steps,
    unserved,
)
from tables.gas.fields import fields, stores
from tables.gas.markets import SOLD_BCM, markets
from tables.gas.names import (
    EUROPE_MARKET,
    FIELD,
    FIELDS,
    GEORGIA,
    GEORGIAN_MARKET,
    GRID,
    IGDIR_MARKET,
    IRAN_MARKET,
    IRAN_NAKHCHIVAN_MARKET,
    LANDING,
    NAKHCHIVAN,
    PIPELINE,
    RUSSIAN_MARKET,
    SYRIAN_MARKET,
    TURKISH_MARKET,
    TURKIYE,
    TURKMEN_MARKET,
    bus_of,
)
from tables.gas.pipelines import citations, landing_tariffs, links
from tables.records import Row, Tables, merge


def rows() -> Tables:
    """Return all tables of gas but what power plants draw."""
    return merge(
        [
            {"buses": _buses(), "technologies": _technologies()},
            {"technology_costs": _costs()},
            fields(),
            stores(),
            {"links": links(), "link_tariffs": landing_tariffs(), "citations": citations()},
            *markets(),
            {"demands": demands(), "demand_steps": steps(), "unserved_blocks": [unserved()]},
        ]
    )


def _buses() -> list[Row]:
    markets = {
        EUROPE_MARKET: ("Gas: Europe", "eu_ce"),
        TURKISH_MARKET: ("Gas: Türkiye", "tr_eastana"),
        GEORGIAN_MARKET: ("Gas: Georgia", "ge"),
        SYRIAN_MARKET: ("Gas: Syria over Kilis", "sy"),
        IGDIR_MARKET: ("Gas: Türkiye at Igdir", "tr_eastana"),
        IRAN_NAKHCHIVAN_MARKET: ("Gas: Iran at Nakhchivan", "ir"),
        IRAN_MARKET: ("Gas: Turkmen gas over Iran", "ir"),
        RUSSIAN_MARKET: ("Gas: Russia", "ru_south"),
        TURKMEN_MARKET: ("Gas: Turkmenistan", "tm"),
    }
    return [
        bus(FIELDS, "Gas: offshore fields and Sangachal", "az_absheron", "gas", "before the grid"),
        bus(GRID, "Gas: grid of Azerbaijan", "az_absheron", "gas"),
        bus(NAKHCHIVAN, "Gas: Nakhchivan", "az_nakhchivan", "gas"),
        bus(GEORGIA, "Gas: South Caucasus pipeline in Georgia", "ge", "gas", "transit"),
        bus(TURKIYE, "Gas: Trans-Anatolian pipeline", "tr_eastana", "gas", "transit"),
        *[bus(name, title, zone, "gas", "market") for name, (title, zone) in markets.items()],
    ]


def _technologies() -> list[Row]:
    return [
        kind(FIELD, "Gas field", "supply", "extraction", 30, "capacity is the mean of the year"),
        kind(
            "gas_storage",
            "Underground gas store",
            "storage",
            "storage",
            40,
            "1 % of what goes in drives the compressors (usual value)",
            charge_efficiency=0.99,
        ),
        kind("gas_line_pack", "Line pack", "storage", "storage", 40, "pressure in trunk lines"),
        kind(PIPELINE, "Gas pipeline", "link", "imports", 40, "cost of capital of the country"),
    ]


def _costs() -> list[Row]:
    return [
        *no_costs(FIELD, "running costs stand at the fields; what is invested is sunk"),
        *catalogue("gas_storage", "", energy="gas_storage_depleted_field"),
        *no_costs("gas_line_pack", "part of the pipelines"),
    ]


__all__ = [
    "EUROPE_MARKET",
    "FIELDS",
    "GREY_HYDROGEN_MT",
    "GRID",
    "LANDING",
    "RESIDENTIAL_GROWTH",
    "SOLD_BCM",
    "bus_of",
    "grey_hydrogen_twh",
    "rows",
]
