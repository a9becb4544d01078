"""What was reported for 2024: the back-cast is held against it."""

from __future__ import annotations

from tables import energy, oil
from tables.places import BACKCAST_YEAR
from tables.raw import Value, balance, lookup, neighbour
from tables.records import Row, Tables, sourced

GWH = 1000.0
TWH = 1e6
LHV_TWH_PER_BCM = 9.6
MWH_PER_KGCAL = 1163.0
"""MWh in a thousand Gcal."""
HYDRO = "hydro_reservoir+hydro_ror"
"""Reports do not tell reservoirs from run-of-river plants."""

# country, item, value, unit, source, note
_STATED: tuple[tuple[str, str, float, str, str, str], ...] = (
    (
        "AZ",
        "generation:gas",
        24_473_200,
        "MWh",
        "moe_2024_apa",
        "thermal generation of 24,543.2 GWh less 70 GWh of fuel oil (owid_2026)",
    ),
    (
        "AZ",
        "fuel:gas",
        5.7 * LHV_TWH_PER_BCM * TWH,
        "MWh",
        "expert",
        "5.7 bcm (5.3-5.7) at 9.6 kWh/m3: an estimate from output and efficiency, not a report",
    ),
    ("AZ", "emissions", 10_900_000, "t", "expert", "from the estimated gas burn, not a report"),
    ("AM", "generation:nuclear", 2_760_000, "MWh", "lowcarbonpower_am", "30 % of 9.2 TWh, rounded"),
    ("AM", "generation:solar", 920_000, "MWh", "lowcarbonpower_am", "10 % of 9.2 TWh, rounded"),
    ("AM", "generation:gas", 3_680_000, "MWh", "lowcarbonpower_am", "40 % of 9.2 TWh, rounded"),
    (
        "KZ",
        "generation:coal",
        70_700_000,
        "MWh",
        "tca_iea_4062",
        "60 % of 117.9 TWh (share of January to November); another count has 71 % in 2023",
    ),
    (
        "KZ",
        "generation:gas",
        29_500_000,
        "MWh",
        "tca_iea_4062",
        "25 % of 117.9 TWh (share of January to November)",
    ),
    (
        "RO",
        "generation:wind_onshore",
        6_100_000,
        "MWh",
        "romaniainsider_11m2024",
        "5.6 TWh in eleven months, scaled to the year",
    ),
    (
        "RO",
        "generation:solar",
        3_700_000,
        "MWh",
        "romaniainsider_11m2024",
        "3.4 TWh in eleven months, scaled to the year",
    ),
    (
        "HU",
        "generation:solar",
        9_000_000,
        "MWh",
        "budapesttimes_hu_solar",
        "a quarter of the generation, taken as 36 TWh",
    ),
)

# country, item, partner, raw zone, raw variable, raw year, factor to the unit
_FROM_NEIGHBOURS: tuple[tuple[str, str, str, str, str, str, float], ...] = (
    ("TR", "generation:total", "", "tr", "generation_total", "2024", TWH),
    ("TR", "generation:gas", "", "tr", "generation_gas", "2024", TWH),
    ("TR", "generation:coal+lignite", "", "tr", "generation_coal", "2024", TWH),
    ("TR", f"generation:{HYDRO}", "", "tr", "generation_hydro", "2024", TWH),
    ("UZ", f"generation:{HYDRO}", "", "uz", "generation_hydro", "2024", TWH),
    ("TR", "generation:wind_onshore", "", "tr", "generation_wind", "2024", TWH),
    ("TR", "generation:solar", "", "tr", "generation_solar", "2024", TWH),
    ("TR", "generation:geothermal", "", "tr", "generation_geothermal", "2024", TWH),
    ("TR", "demand", "", "tr", "demand_energy", "2024", TWH),
    ("GE", "generation:total", "", "ge", "generation_total", "2024", TWH),
    ("GE", "demand", "", "ge", "demand_energy", "2024", TWH),
    ("GE", "import", "", "ge", "import_total", "2024", GWH),
    ("GE", "import", "RU", "ge", "import_from_ru", "2024", GWH),
    ("GE", "import", "AZ", "ge", "import_from_az", "2024", GWH),
    ("GE", "import", "AM", "ge", "import_from_am", "2024", GWH),
    ("GE", "export", "AM", "ge", "export_to_am", "2024", GWH),
    ("AM", "generation:total", "", "am", "generation_total", "2024", TWH),
    ("AM", "export", "GE", "am", "export_to_ge", "2024", GWH),
    ("AM", "export", "IR", "am", "export_to_ir", "2024", GWH),
    ("KZ", "generation:total", "", "kz", "generation_total", "2024", TWH),
    ("KZ", "import", "RU", "ru", "export_to_kz", "2024", TWH),
    ("UZ", "generation:total", "", "uz", "generation_total", "2024", TWH),
    ("TJ", "generation:total", "", "tj", "generation_total", "2024", TWH),
    ("TJ", "export", "", "tj", "export_total", "2024", GWH),
    ("TJ", "import", "", "tj", "import_total", "2024", GWH),
    ("KG", "demand", "", "kg", "demand_energy", "2024", TWH),
    ("RO", "generation:total", "", "ro", "generation_total", "2024", TWH),
    ("RO", "demand", "", "ro", "demand_energy", "2024", TWH),
    ("HU", "demand", "", "hu", "demand_energy", "2024", TWH),
)
_SOURCE_OF = {
    ("tr", "demand_energy"): "donanimhaber_120gw",
    ("ge", "demand_energy"): "georgiatoday_2025",
    ("ge", "generation_total"): "georgiatoday_2025",
    ("am", "generation_total"): "panarmenian_320221",
    ("ro", "demand_energy"): "realitatea_ro_2025",
}

_AZERBAIJAN = (
    ("generation:total", "", "generation", "total"),
    ("generation:wind_onshore", "", "generation", "wind"),
    ("generation:solar", "", "generation", "solar"),
    (f"generation:{HYDRO}", "", "generation", "hydro"),
    ("generation:biomass", "", "generation", "waste"),
    ("export", "", "trade", "exports_total"),
    ("import", "", "trade", "imports_total"),
    ("demand", "", "consumption", "gross_demand"),
)


def rows() -> Tables:
    """Return `actuals`, sorted by country and item."""
    found = [
        _row(country, item, "", Value(value, source, note), unit)
        for country, item, value, unit, source, note in _STATED
    ]
    for country, item, partner, zone, variable, year, factor in _FROM_NEIGHBOURS:
        value = neighbour(zone, variable, year, _SOURCE_OF.get((zone, variable)))
        found.append(_row(country, item, partner, _times(value, factor), "MWh"))
    for item, partner, category, name in _AZERBAIJAN:
        value = balance("az", str(BACKCAST_YEAR), category, name)
        found.append(_row("AZ", item, partner, _times(value, GWH), "MWh"))
    found += [_row("AZ", f"balance:{line}", "", value, "MWh") for line, value in _balance_lines()]
    found.append(_row("AZ", "emissions:total", "", _all_emissions(), "t"))
    return {"actuals": sorted(found, key=_order)}


def _balance_lines() -> list[tuple[str, Value]]:
    """Return the published energy balance of 2024, carrier by carrier [MWh]."""
    year = str(BACKCAST_YEAR)
    per_t = oil.mwh_per_t()
    gross = lookup(energy.GAS, zone="AZ", variable="gas_production_total", year=year)
    exported = lookup(energy.GAS, zone="AZ", variable="gas_export_total", year=year)
    heat_gas = lookup(energy.HEAT, item="gas_use_derived")
    crude = energy.balance("production", "all", "oil")
    sold = lookup(energy.OIL, zone="AZ", variable="oil_export_total", year=year)
    refined = lookup(energy.OIL, zone="AZ.REFINERY", variable="throughput", year="2023")
    gasoline = lookup(energy.OIL, zone="AZ.REFINERY", variable="gasoline_output", year="2023")
    heat = lookup(energy.HEAT, item="heat_production", period=year)
    lost = lookup(energy.HEAT, item="network_heat_losses", period=year)
    bcm, mt = LHV_TWH_PER_BCM * TWH, per_t * 1e6
    of_2023 = "value of 2023"
    lines = [
        ("gas:production", _noted(gross, bcm, "gross, reinjection and own use included")),
        ("gas:exports", _noted(exported, bcm, "")),
        ("gas:plants", _times(energy.balance("power_and_heat_input", "power", "natural_gas"), TWH)),
        ("gas:conversion:boiler", _noted(heat_gas, bcm / 1000, "boilers of the networks")),
        ("crude:production", _times(crude, TWH)),
        ("crude:exports", _noted(sold, mt, f"at {per_t:.2f} MWh/t; may hold oil of others")),
        ("crude:conversion", _noted(refined, mt, of_2023)),
        ("gasoline:conversion", _noted(gasoline, mt, f"{of_2023}, at the energy of crude")),
        ("heat:conversion", _noted(heat, MWH_PER_KGCAL, "")),
        ("heat:demand:losses", _noted(heat, MWH_PER_KGCAL * lost.value / 100, f"{lost.value:g} %")),
    ]
    for sector, flow, raw in (
        ("residential", "final_consumption", "residential"),
        ("industry", "final_consumption", "industry"),
        ("services", "final_consumption", "commercial_public"),
        ("farms_and_transport", "final_consumption", "agriculture_transport_other"),
        ("losses", "losses", "grid"),
        ("own_use", "own_use", "power"),
    ):
        value = _times(energy.balance(flow, raw, "electricity"), TWH)
        lines.append((f"electricity:demand:{sector}", value))
    for sector, flow, raw in (
        ("residential", "final_consumption", "residential"),
        ("services", "final_consumption", "commercial_public_agri"),
        ("industry", "final_consumption", "industry"),
    ):
        lines.append(
            (f"gas:demand:{sector}", _times(energy.balance(flow, raw, "natural_gas"), TWH))
        )
    flared = lookup(energy.GAS, zone="AZ", variable="gas_flaring", year=year)
    lines.append(("gas:demand:flaring", _noted(flared, bcm, "")))
    for line, flow, raw in (
        ("distillate:demand:agriculture", "final_consumption", "agriculture"),
        ("other_products:demand:residential", "final_consumption", "residential"),
        ("other_products:demand:chemicals", "non_energy", "chemicals"),
    ):
        lines.append((line, _times(energy.balance(flow, raw, "oil"), TWH)))
    return lines + _power_lines()


def _power_lines() -> list[tuple[str, Value]]:
    """Return the lines of electricity that the ministry reports [MWh].

    Water is left out: the balance has what reservoirs gave among the stores.
    """
    year = str(BACKCAST_YEAR)
    return [
        (f"electricity:{line}", _times(balance("az", year, category, name), GWH))
        for line, category, name in (
            ("production:solar", "generation", "solar"),
            ("production:wind_onshore", "generation", "wind"),
            ("production:biomass", "generation", "waste"),
            ("imports", "trade", "imports_total"),
            ("exports", "trade", "exports_total"),
        )
    ]


def _all_emissions() -> Value:
    found = lookup("fuels/emission_factors.csv", fuel_or_item="co2_total", country="AZ")
    return Value(
        found.value * 1e6, found.source_id, f"of {found.value:g} Mt in 2020; none is given for 2024"
    )


def _noted(value: Value, factor: float, note: str) -> Value:
    text = "; ".join(part for part in (note, value.note) if part)
    return Value(value.value * factor, value.source_id, text)


def _order(row: Row) -> tuple[str, str, str]:
    return str(row["country"]), str(row["item"]), str(row["partner"] or "")


def _times(value: Value, factor: float) -> Value:
    return Value(value.value * factor, value.source_id, value.note)


def _row(country: str, item: str, partner: str, value: Value, unit: str) -> Row:
    return {
        "country": country,
        "year": BACKCAST_YEAR,
        "item": item,
        "partner": partner or None,
        "value": round(value.value),
        "unit": unit,
        **sourced(value.source_id, value.note),
    }
