"""Buses, links and markets of gas, and which bus a plant draws from."""

from __future__ import annotations

FIELDS, GRID, NAKHCHIVAN = "gas_az_fields", "gas_az", "gas_az_nakhchivan"
GEORGIA, TURKIYE = "gas_ge", "gas_tr"
LANDING = "gas_landing"
PIPELINE = "gas_pipeline"
FIELD = "gas_field"

HEATING = "gas_heating_az"
"""Profile of households and services."""

NAKHCHIVAN_POWER_ZONE = "az_nakhchivan"

EUROPE_MARKET, TURKISH_MARKET = "gas_market_eu", "gas_market_tr"
GEORGIAN_MARKET, SYRIAN_MARKET = "gas_market_ge", "gas_market_sy"
IGDIR_MARKET, IRAN_NAKHCHIVAN_MARKET = "gas_market_tr_igdir", "gas_market_ir_nakhchivan"
IRAN_MARKET, RUSSIAN_MARKET, TURKMEN_MARKET = "gas_market_ir", "gas_market_ru", "gas_market_tm"


def bus_of(zone: str) -> str:
    """Return the gas bus that plants of an Azerbaijani zone draw from."""
    return NAKHCHIVAN if zone == NAKHCHIVAN_POWER_ZONE else GRID
