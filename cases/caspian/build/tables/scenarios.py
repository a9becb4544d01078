"""Scenarios: overlays of the tables, which by themselves are the reference."""

from __future__ import annotations

from dataclasses import dataclass

from tables import electrification, fuels, gas, hydro
from tables.demand import DATA_CENTRES
from tables.energy import TWH, TWH_PER_BCM
from tables.hydrogen import AMMONIA_MARKET, H2_MARKET
from tables.links import CORRIDOR_PARTIES, EUR_2025_PER_EUR_2024, ZANGEZUR
from tables.places import BACKCAST_YEAR, PLANNING_YEARS
from tables.raw import preferred, records, technology
from tables.records import Row, Tables, assumed, sourced

DEMAND_GROWTH = {2030: 1.08, 2035: 1.12, 2040: 1.16, 2050: 1.2}
DEMAND_NOTE = "8 % more in 2030, 20 % in 2050: one point of growth a year at first, less later"
LOW_GROWTH = {2030: 0.94, 2035: 0.9, 2040: 0.87, 2050: 0.83}
LOW_NOTE = "6 % less in 2030, 17 % in 2050: one point of growth a year less at first"
GROWING = ("load_*", "gas_homes*", "gas_services*", "gas_industry", "oil_*_transport", "heat_*")
DATA_CENTRE_MW = {2030: 300, 2035: 1000, 2040: 1000, 2050: 1000}
DATA_CENTRE_LOAD_FACTOR = 0.88
HOURS_PER_YEAR = 8760
WIND_AND_SOLAR_MW = {2030: 6000, 2035: 8000, 2040: 8000, 2050: 8000}
UNBOUND = "1000"
BLACK_SEA_CABLE = "ge_ro_black_sea_cable"
KW_PER_MW = 1000.0


@dataclass(frozen=True)
class _Scenario:
    """A scenario and what it changes."""

    scenario: str
    name: str
    parent: str
    description: str
    patches: tuple[Row, ...] = ()
    price_basis: str = ""


def rows() -> Tables:
    """Return `scenarios` and `patches`."""
    scenarios = [
        _Scenario(
            "reference",
            "Reference",
            "",
            "The tables as they are; fuels at opportunity value",
            price_basis="opportunity values: what gas would bring abroad",
        ),
        _Scenario(
            "no_new_corridors",
            "No new corridors",
            "reference",
            "No corridor of the list can be built; lines under construction stay",
            (_corridor_patch("*", "off", "the plan without any of them"),),
        ),
        *[_one_corridor(name) for name in CORRIDOR_PARTIES],
        _Scenario(
            "black_sea_cable_at_catalogue_cost",
            "Black Sea cable at catalogue cost",
            "corridor_black_sea_energy",
            "The cable costs what cables and converters of its size cost, not what its "
            "project says",
            (_cable_at_catalogue_cost(),),
        ),
        _Scenario(
            "zangezur_nameplate",
            "Zangezur line at its nameplate",
            "corridor_zangezur_tripp",
            "The line carries the 1,000 MW of its announcement instead of 600 MW of firm transfer",
            tuple(_zangezur_nameplate()),
        ),
        _Scenario(
            "all_corridors",
            "All corridors",
            "reference",
            "Every corridor of the list is built from its earliest year on, also those "
            "whose year or "
            "cost is completed by judgement",
            (_corridor_patch("*", "built", "all together"),),
        ),
        _Scenario(
            "renewables_2030",
            "Renewables target",
            "reference",
            "Azerbaijan reaches 6,000 MW of wind and solar in 2030 and 8,000 MW from 2032 on",
            tuple(_renewables()),
        ),
        _Scenario(
            "high_demand",
            "High demand",
            "reference",
            "Demand 8 to 20 % higher everywhere, for all carriers, and 300 to 1,000 MW of data "
            "centres in Azerbaijan",
            tuple(_high_demand()),
        ),
        _Scenario(
            "low_demand",
            "Low demand",
            "reference",
            "Demand 6 to 17 % lower everywhere, for all carriers",
            tuple(_growth(LOW_GROWTH, LOW_NOTE)),
        ),
        _Scenario(
            "electric_transport",
            "Electric transport",
            "reference",
            "Azerbaijani cars change to power: 5 % in 2030, 65 % in 2050, trucks half as fast",
            tuple(_demand_patches(electrification.transport())),
        ),
        _Scenario(
            "electric_heating",
            "Electric heating",
            "reference",
            "Heat pumps replace 5 % of the gas of Azerbaijani homes in 2030 and 60 % in 2050",
            tuple(_demand_patches(electrification.heating())),
        ),
        _Scenario(
            "dear_hydrogen",
            "Dear hydrogen in Europe",
            "reference",
            "Europe pays 5 EUR/kg for hydrogen and half more for ammonia than in the reference",
            tuple(_hydrogen_price("1.43", "1.5", "5 EUR/kg")),
        ),
        _Scenario(
            "cheap_hydrogen",
            "Cheap hydrogen in Europe",
            "reference",
            "Europe pays 2 EUR/kg for hydrogen and a third less for ammonia",
            tuple(_hydrogen_price("0.571", "0.667", "2 EUR/kg")),
        ),
        _Scenario(
            "european_carbon_price",
            "European carbon price in Azerbaijan",
            "reference",
            "Emissions of Azerbaijan cost what they cost in the Union",
            tuple(_carbon_price()),
        ),
        _Scenario(
            "dry_year",
            "Dry year",
            "reference",
            "Hydro inflow of a dry year in all countries at once",
            tuple(_dry_year()),
        ),
        _Scenario(
            "regulated_prices",
            "Regulated gas prices",
            "reference",
            "Plants pay the gas tariffs of their countries instead of what the gas is worth: no "
            "more of it can be sold abroad than in 2024",
            tuple(_regulated()),
            "regulated tariffs",
        ),
        _Scenario(
            "hub_like_gas",
            "Gas near the hub price",
            "reference",
            "Gas of the Caspian producers is worth about 20 EUR/MWh in Azerbaijan in 2030: the "
            "pipelines ask little more than what they cost to run, and Europe takes all",
            tuple(_hub_like()),
            "values near the European hub",
        ),
        _Scenario(
            "backcast",
            "Back-cast 2024",
            "regulated_prices",
            "The year 2024: fleet and hydro of the year, tariffs, trade held to the "
            "reported volumes",
            tuple(_hydro_2024()),
        ),
        _Scenario(
            "free_trade_2024",
            "2024 with free trade",
            "backcast",
            "As the back-cast, without limits on yearly trade between countries",
            tuple(_free_trade()),
        ),
    ]
    return {
        "scenarios": [
            {
                "scenario": item.scenario,
                "name": item.name,
                "parent": item.parent or None,
                "description": item.description,
                "price_basis": item.price_basis or None,
            }
            for item in scenarios
        ],
        "patches": [
            {"scenario": item.scenario, **patch} for item in scenarios for patch in item.patches
        ],
    }


def _patch(table: str, key: str, column: str, action: str, value: str, source: Row) -> Row:
    return {
        "table": table,
        "key": key,
        "column": column,
        "action": action,
        "value": value,
        **source,
    }


def _corridor_patch(corridor: str, state: str, note: str) -> Row:
    return _patch("corridors", corridor, "state", "set", state, assumed(f"definition: {note}"))


def _one_corridor(name: str) -> _Scenario:
    title = next(
        row["name"] for row in records("region/corridors.csv") if row["corridor_id"] == name
    )
    return _Scenario(
        f"corridor_{name}",
        f"Only {title}",
        "no_new_corridors",
        "Built from its earliest year on, no other corridor",
        (_corridor_patch(name, "built", "this corridor alone"),),
    )


def _cable_at_catalogue_cost() -> Row:
    """Return the cost of the cable by `technology/technology_costs.csv`, in EUR of 2024."""
    (cable,) = (row for row in records("region/links.csv") if row["link_id"] == BLACK_SEA_CABLE)
    size, length = float(cable["capacity_forward_mw"]), float(cable["length_km"])
    per_km = technology("hvdc_submarine_cable_deep_long", "investment", "2030")
    converter = technology("vsc_converter_station", "investment", "2030")
    million = (size * length * per_km.value + 2 * size * converter.value * KW_PER_MW) / 1e6
    note = (
        f"{size:g} MW x {length:g} km at {per_km.value:g} EUR/(MW km) and two converters at "
        f"{converter.value:g} EUR/kW: {million:.0f} million EUR of 2025"
    )
    return _patch(
        "links",
        BLACK_SEA_CABLE,
        "capex_million",
        "set",
        f"{million / EUR_2025_PER_EUR_2024:.0f}",
        assumed(note),
    )


def _zangezur_nameplate() -> list[Row]:
    (line,) = (row for row in records("region/links.csv") if row["link_id"] == ZANGEZUR)
    source = sourced(line["source_id"], "nameplate, not a net transfer capacity")
    columns = {
        "capacity_forward_mw": line["capacity_forward_mw"],
        "capacity_backward_mw": line["capacity_backward_mw"],
        "build_max_mw": line["capacity_forward_mw"],
    }
    return [
        _patch("links", ZANGEZUR, column, "set", value, source) for column, value in columns.items()
    ]


def _renewables() -> list[Row]:
    source = {
        2030: sourced("president_bess_20260108", "6,000 MW under signed contracts by 2030"),
        2035: sourced("president_bess_20260108", "8,000 MW in 2032"),
        2040: sourced("president_bess_20260108", "8,000 MW in 2032, held"),
        2050: sourced("president_bess_20260108", "8,000 MW in 2032, held"),
    }
    return [
        _patch(
            "limits",
            f"az_wind_and_solar|{year}",
            "value",
            "set",
            str(WIND_AND_SOLAR_MW[year]),
            source[year],
        )
        for year in PLANNING_YEARS
    ]


def _growth(factors: dict[int, float], note: str) -> list[Row]:
    """Return demand of all carriers multiplied by the factor of each year."""
    return [
        _patch(
            "demands",
            f"{name}|{year}",
            "energy_mwh",
            "multiply",
            f"{factors[year]:g}",
            assumed(note),
        )
        for name in GROWING
        for year in PLANNING_YEARS
    ]


def _demand_patches(changes: list[tuple[str, str, str, str]]) -> list[Row]:
    return [
        _patch("demands", key, "energy_mwh", action, value, assumed(note))
        for key, action, value, note in changes
    ]


def _hydrogen_price(hydrogen: str, ammonia: str, words: str) -> list[Row]:
    return [
        _patch(
            "market_steps",
            f"{market}|all|{year}",
            "sell_price",
            "multiply",
            factor,
            assumed(f"{words} in place of 3.5; no sourced sale exists"),
        )
        for market, factor in ((H2_MARKET, hydrogen), (AMMONIA_MARKET, ammonia))
        for year in PLANNING_YEARS
    ]


def _carbon_price() -> list[Row]:
    """Return the price of the Union in place of the Azerbaijani one."""
    found = []
    for year in PLANNING_YEARS:
        (row,) = (
            row
            for row in preferred("fuels/prices.csv")
            if (row["commodity"], row["market"], row["scenario"], row["year"])
            == ("co2", "EU_ETS", "base", str(year))
        )
        found.append(
            _patch(
                "co2_prices",
                f"AZ|{year}",
                "price",
                "set",
                row["value"],
                assumed("definition: the price of the Union"),
            )
        )
    return found


def _high_demand() -> list[Row]:
    found = _growth(DEMAND_GROWTH, DEMAND_NOTE)
    for zone, share in DATA_CENTRES.items():
        for year in PLANNING_YEARS:
            power = DATA_CENTRE_MW[year] * share
            energy = power * DATA_CENTRE_LOAD_FACTOR * HOURS_PER_YEAR
            found.append(
                _patch(
                    "demands",
                    f"data_centres_{zone}|{year}",
                    "energy_mwh",
                    "set",
                    f"{round(energy)}",
                    assumed(
                        f"{power:g} MW at a load factor of {DATA_CENTRE_LOAD_FACTOR:g}: "
                        "the central "
                        "case of 300 MW in 2030, the high case of 1,000 MW from 2035 on "
                        "(azerbaijan/data_centres.csv)"
                    ),
                )
            )
    return found


def _dry_year() -> list[Row]:
    found = []
    for prefix, (factor, note) in hydro.DRY.items():
        found.append(
            _patch(
                "assets",
                f"{prefix}*_hydro_reservoir*",
                "inflow_mwh",
                "multiply",
                f"{factor:g}",
                assumed(note),
            )
        )
        found.append(
            _patch(
                "assets",
                f"{prefix}*_hydro_ror",
                "availability",
                "multiply",
                f"{factor:g}",
                assumed(note),
            )
        )
    return found


def _hydro_2024() -> list[Row]:
    reservoirs = [
        _patch(
            "assets",
            f"{prefix}*_hydro_reservoir",
            "inflow_mwh",
            "multiply",
            f"{factor:g}",
            assumed(f"inflow of 2024 against the mean: {note}"),
        )
        for prefix, (factor, note) in hydro.YEAR_2024.items()
    ]
    rivers = [
        _patch("assets", asset, "availability", "multiply", f"{factor:g}", assumed(note))
        for asset, (factor, note) in hydro.ROR_2024.items()
    ]
    return [*reservoirs, *rivers, *_turkish_growth()]


def _turkish_growth() -> list[Row]:
    """Return the capacity in the middle of 2024 over that of the end, for fleets that grew."""
    found = []
    for fleet, share, source_id, note in (
        ("wind_onshore", 0.959, "teias_wam_202504", "12,335 of 12,864 MW"),
        ("solar", 0.90, "teias_wam_202504", "17,930 of 19,882 MW"),
    ):
        reason = (
            f"in service in the middle of 2024: {note}, between the values of March 2024 and 2025"
        )
        found.append(
            _patch(
                "assets",
                f"tr_*_{fleet}",
                "availability",
                "set",
                f"{share:g}",
                sourced(source_id, reason),
            )
        )
    return found


def _free_trade() -> list[Row]:
    note = "definition: the yearly trade of the year is free"
    return [
        _patch(
            "limits",
            f"trade_max_*|{BACKCAST_YEAR}",
            "value",
            "multiply",
            UNBOUND,
            assumed(note),
        ),
        _patch(
            "limits",
            f"net_trade_max_*|{BACKCAST_YEAR}",
            "value",
            "multiply",
            UNBOUND,
            assumed(note),
        ),
        _patch("limits", f"net_trade_min_*|{BACKCAST_YEAR}", "value", "set", "-1e9", assumed(note)),
    ]


def _regulated() -> list[Row]:
    """Return new prices for all gas rows of countries with a tariff, in EUR of 2025.

    Where gas has a network of its own, the tariff stands at the way into the grid and no more
    than in 2024 can be exported.
    """
    tariffs = fuels.regulated()
    found: list[Row] = _azerbaijani_tariff([_in_2025(price) for price in tariffs["AZ"]])
    for country, prices in fuels.opportunity().items():
        if country not in tariffs or country in fuels.WITH_GAS_NETWORK:
            continue
        real = [_in_2025(price) for price in tariffs[country]]
        for price in prices:
            key = f"gas|{country}|{price.year}"
            nearest = min(tariffs[country], key=lambda tariff: abs(tariff.year - price.year))
            value = round(fuels.at(real, price.year), 3)
            if (value, 2025) == (price.value, price.price_year):
                continue
            source: Row = {
                "source_id": nearest.source_id,
                "note": f"tariff, in EUR of 2025; {nearest.note}",
            }
            found.append(_patch("fuel_prices", key, "price", "set", f"{value:g}", source))
            if price.price_year != 2025:
                found.append(_patch("fuel_prices", key, "price_year", "set", "2025", source))
    return found


def _azerbaijani_tariff(tariff: list[fuels.Price]) -> list[Row]:
    """Return free gas at the wells, the tariff on the way into the grid, and closed exports."""
    found = [
        _patch(
            "assets",
            "gas_field_*",
            "variable_cost",
            "set",
            "0",
            assumed("definition: the tariff is all that is paid for gas in the country"),
        )
    ]
    for price in tariff:
        found.append(
            _patch(
                "link_tariffs",
                f"{gas.LANDING}|{price.year}",
                "forward",
                "set",
                f"{price.value:g}",
                {"source_id": price.source_id, "note": f"tariff, in EUR of 2025; {price.note}"},
            )
        )
    for market, bcm in gas.SOLD_BCM.items():
        for year in PLANNING_YEARS:
            found.append(
                _patch(
                    "market_steps",
                    f"{market}|all|{year}",
                    "export_max_mwh",
                    "set",
                    f"{round(bcm * TWH_PER_BCM * TWH)}",
                    assumed(f"definition: no more than the {bcm:g} bcm of today"),
                )
            )
    return found


def _hub_like() -> list[Row]:
    """Return dearer gas for all producers alike, so that none of them gains by the basis."""
    note = "20 over 14 EUR/MWh in Azerbaijan, the same factor for all Caspian producers"
    cheaper = [
        _patch(
            "links",
            link,
            "tariff",
            "multiply",
            "0.3",
            assumed(
                "definition: what was invested is sunk; 4.2 instead of 14 EUR/MWh to Italy leave "
                "about 20 at the wells"
            ),
        )
        for link in ("gas_scp*", "gas_tanap*", "gas_tap*", "gas_tr_bg")
    ]
    wider = [
        _patch(
            "market_steps",
            f"{gas.EUROPE_MARKET}|all|{year}",
            "export_max_mwh",
            "multiply",
            "2",
            assumed("definition: Europe takes all that comes"),
        )
        for year in PLANNING_YEARS
    ]
    larger = [
        _patch(
            "links",
            "gas_*_more",
            column,
            "multiply",
            "3",
            assumed("definition: as many compressors as all this gas needs, at the same cost each"),
        )
        for column in ("build_max_mw", "capex_million")
    ]
    return [
        *cheaper,
        *wider,
        *larger,
        *[
            _patch(
                "fuel_prices", f"gas|{country}|{year}", "price", "multiply", "1.4286", assumed(note)
            )
            for country in ("GE", "KZ", "UZ", "TM")
            for year in PLANNING_YEARS
        ],
    ]


def _in_2025(price: fuels.Price) -> fuels.Price:
    if price.price_year == 2025:
        return price
    factor = next(
        float(row["value"])
        for row in preferred("region/currency.csv")
        if (row["variable"], row["currency"], row["year"])
        == ("deflator_to_2025", "EUR", str(price.price_year))
    )
    return fuels.Price(price.year, price.value * factor, 2025, price.source_id, price.note)
