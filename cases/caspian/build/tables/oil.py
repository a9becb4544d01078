"""Oil of Azerbaijan: crude and condensate, the refinery and its products, pipelines and markets."""

from __future__ import annotations

from dataclasses import dataclass

from tables.energy import (
    BALANCE,
    EUR_2025,
    HOURS,
    OIL,
    PRICES,
    balance,
    bus,
    by_year,
    closing,
    demand,
    growing,
    kind,
    market,
    no_costs,
)
from tables.places import BACKCAST_YEAR, YEARS
from tables.raw import NotOneValueError, Value, lookup
from tables.records import EXPERT, Row, Tables, assumed, cite, merge, sourced

CRUDE = "oil_az"
GASOLINE, DISTILLATE, OTHER = "gasoline_az", "distillate_az", "other_products_az"
FIELD, REFINERY, PIPELINE = "oil_field", "refinery", "oil_pipeline"

BARRELS_PER_T = 7.33
OPEN_MW = 20_000.0
HANDLING_EUR_PER_MWH = 0.5
FREIGHT_USD_PER_BBL = 5.0

# Mt by year; the first row is 2024, when all fields together made 29.1 Mt.
_FIELDS_MT = {
    "oil_field_acg": (
        "Azeri-Chirag-Gunashli",
        {2024: 17.1, 2030: 14, 2035: 11, 2040: 8.5, 2050: 4.5},
        2.9,
    ),
    "oil_field_condensate": (
        "Condensate of Shah Deniz and Absheron",
        {2024: 4, 2030: 4, 2035: 4, 2040: 3.3, 2050: 2.1},
        2.9,
    ),
    "oil_field_socar": (
        "SOCAR's own fields",
        {2024: 8, 2030: 7, 2035: 6, 2040: 5.2, 2050: 3.4},
        8.0,
    ),
}
_PATH_NOTE = (
    "25, 21, 17 and 10 Mt of all fields in 2030, 2035, 2040 and 2050: between the aim to hold "
    "28 Mt (oedigital_exxon_2025) and the decline of 5 % a year since 2022"
)


@dataclass(frozen=True)
class _Refinery:
    """A state of the refinery: Mt of crude a year and what a MWh of crude becomes."""

    name: str
    title: str
    mt: float
    gasoline: float
    distillate: float
    other: float
    source: Row
    years: Row


def mwh_per_t() -> float:
    """Return the energy of a tonne of crude, MWh, as the two counts of 2024 have it."""
    energy = lookup(BALANCE, year="2024", flow="production", carrier="oil", unit="TWh")
    mass = lookup(OIL, zone="AZ", variable="oil_production_total", year="2024")
    return energy.value / mass.value


def rows() -> Tables:
    """Return all tables of oil."""
    return merge(
        [
            {"carriers": _carriers(), "buses": _buses(), "technologies": _technologies()},
            {
                "technology_costs": [
                    *no_costs(FIELD, "running costs stand at the fields"),
                    *no_costs(REFINERY, "usual cost of a simple refinery", variable=2.0),
                ]
            },
            _fields(),
            _refineries(),
            {"links": _links()},
            *_markets(),
            {"demands": _demands(), "unserved_blocks": _unserved()},
        ]
    )


_PRODUCTS = {
    GASOLINE: ("gasoline", "Gasoline", "motor_gasoline"),
    DISTILLATE: ("distillate", "Diesel and jet fuel", "gas_diesel_oil"),
    OTHER: ("other_products", "Other oil products", "residual_fuel_oil"),
}


def _carriers() -> list[Row]:
    names = {"crude": ("Crude oil and condensate", "crude_oil")} | {
        carrier: (title, raw) for carrier, title, raw in _PRODUCTS.values()
    }
    found: list[Row] = []
    for carrier, (title, raw) in names.items():
        factor = lookup(
            "fuels/emission_factors.csv", fuel_or_item=raw, variable="co2_combustion_per_mwh"
        )
        note = "liquefied gas, naphtha, fuel oil, bitumen" if carrier == "other_products" else raw
        found.append(
            {
                "carrier": carrier,
                "name": title,
                "co2_t_per_mwh": factor.value,
                **closing(factor, note),
            }
        )
    return found


_CRUDE_ROUTES = {
    # link: (title of the market, zone, raw zone, raw variable, discount USD/bbl, reason)
    "oil_btc": ("Crude oil at Ceyhan", "tr_eastmed", "capacity", "AZ.BTC", 0.0, "price of Brent"),
    "oil_wrep": (
        "Crude oil at Supsa",
        "ge",
        "capacity",
        "AZ.WREP",
        2.0,
        "2 USD/bbl below Ceyhan: smaller ships through the straits (assumption)",
    ),
    "oil_novorossiysk": (
        "Crude oil at Novorossiysk",
        "ru_south",
        "capacity",
        "AZ.BAKU_NOVOROSSIYSK",
        4.0,
        "4 USD/bbl below Ceyhan: sold as a Russian blend (assumption)",
    ),
}


def _buses() -> list[Row]:
    return [
        bus(CRUDE, "Crude oil at Sangachal and Baku", "az_absheron", "crude"),
        *[
            bus(name, f"{title} in Azerbaijan", "az_absheron", carrier)
            for name, (carrier, title, _) in _PRODUCTS.items()
        ],
        *[
            bus(f"{link}_market", title, zone, "crude", "market")
            for link, (title, zone, *_) in _CRUDE_ROUTES.items()
        ],
        *[
            bus(f"{name}_market", f"{title}: market of the Black Sea", "ge", carrier, "market")
            for name, (carrier, title, _) in _PRODUCTS.items()
        ],
    ]


def _technologies() -> list[Row]:
    return [
        kind(FIELD, "Oil field", "supply", "extraction", 30, "capacity is the mean of the year"),
        kind(
            REFINERY, "Refinery", "conversion", "refining", 30, "main flow is diesel and jet fuel"
        ),
        kind(
            PIPELINE,
            "Oil pipeline or terminal",
            "link",
            "imports",
            40,
            "cost of capital of the country",
        ),
    ]


def _mw(mt: float) -> float:
    return mt * mwh_per_t() * 1e6 / HOURS


def _fields() -> Tables:
    total = lookup(OIL, zone="AZ", variable="oil_production_total", year="2024")
    per_bbl = mwh_per_t() / BARRELS_PER_T
    found: Tables = {"assets": [], "asset_years": []}
    for name, (title, path, usd) in _FIELDS_MT.items():
        reason = (
            f"{usd:g} USD/bbl: ACG in 2019 (bp_2019)"
            if usd == 2.9
            else f"{usd:g} USD/bbl: old wells on land and near the shore (judgement)"
        )
        found["assets"].append(
            {
                "asset": name,
                "name": f"Oil field: {title}",
                "bus": CRUDE,
                "technology": FIELD,
                "status": "existing",
                "capacity_mw": round(_mw(path[2024]), 3),
                "variable_cost": round(usd / per_bbl, 3),
                "currency": "USD",
                "price_year": 2019,
                **assumed(
                    f"of {total.value:g} Mt in 2024 (nefterynok_2025): 4 Mt of condensate (twice "
                    "the first half of 2025, xalq_bp_h1_2025), 8 Mt of SOCAR by judgement, the "
                    f"rest ACG; {reason}"
                ),
            }
        )
        found["asset_years"] += by_year(
            name, {year: _mw(mt) for year, mt in path.items()}, assumed(_PATH_NOTE)
        )
    return found


def _refineries() -> Tables:
    ran = lookup(OIL, zone="AZ.REFINERY", variable="throughput", year="2023")
    gasoline = lookup(OIL, zone="AZ.REFINERY", variable="gasoline_output", year="2023")
    size = lookup(OIL, zone="AZ.REFINERY", variable="capacity_after_modernisation", year="2027")
    after = {
        product: lookup(
            OIL, zone="AZ.REFINERY", variable=f"output_after_modernisation_{product}"
        ).value
        / size.value
        for product in ("gasoline", "diesel", "jet", "petrochemicals")
    }
    states = (
        _Refinery(
            "oil_refinery",
            "Heydar Aliyev refinery",
            ran.value,
            gasoline.value / ran.value,
            0.465,
            0.2,
            closing(
                ran,
                "gasoline 1.5 of 6.3 Mt; other yields by judgement so that a tenth is used on the "
                "site, as in the energy balance",
            ),
            {"retirement_year": 2027},
        ),
        _Refinery(
            "oil_refinery_2027",
            "Heydar Aliyev refinery, modernised",
            size.value,
            after["gasoline"],
            after["diesel"] + after["jet"],
            after["petrochemicals"],
            closing(size, "published outputs over throughput; the rest is used on the site"),
            {"commissioning_year": 2027},
        ),
    )
    found: Tables = {"assets": [], "ports": [], "citations": []}
    for state in states:
        is_new = "commissioning_year" in state.years
        found["assets"].append(
            {
                "asset": state.name,
                "name": state.title,
                "bus": DISTILLATE,
                "technology": REFINERY,
                "status": "construction" if is_new else "existing",
                "capacity_mw": round(_mw(state.mt) * state.distillate, 3),
                "availability": 1.0,
                **state.years,
                **state.source,
            }
        )
        if not is_new:
            yields = "yields of diesel and other products by judgement"
            found["citations"].append(cite("assets", state.name, "capacity_mw", EXPERT, yields))
            found["citations"] += [
                cite("ports", f"{state.name}|{at}", "ratio", EXPERT, yields)
                for at in (CRUDE, GASOLINE, OTHER)
            ]
        for at, per_crude in ((CRUDE, -1.0), (GASOLINE, state.gasoline), (OTHER, state.other)):
            found["ports"].append(
                {
                    "asset": state.name,
                    "bus": at,
                    "ratio": round(per_crude / state.distillate, 5),
                    **state.source,
                }
            )
    return found


def _route_size(link: str) -> tuple[Value, int]:
    """Return the capacity of a crude route as its source has it, and in MW."""
    _, _, variable, zone, *_rest = _CRUDE_ROUTES[link]
    size = lookup(OIL, zone=zone, variable=variable)
    try:
        lookup(OIL, zone=zone, variable=variable, unit="million bbl/day")
    except NotOneValueError:
        return size, round(_mw(size.value))  # million t/a
    return size, round(_mw(size.value * 365 / BARRELS_PER_T))


def _links() -> list[Row]:
    fee = lookup(OIL, zone="AZ.BTC", variable="pipeline_revenue_h1", year="2025")
    usd_per_t = 16.6
    tariff: Row = {
        "tariff": round(usd_per_t / mwh_per_t(), 3),
        "currency": "USD",
        "price_year": 2025,
    }
    found: list[Row] = []
    for name, (title, *_rest) in _CRUDE_ROUTES.items():
        size, most = _route_size(name)
        found.append(
            {
                "link": name,
                "name": f"Pipeline to {title.removeprefix('Crude oil at ')}",
                "from_bus": CRUDE,
                "to_bus": f"{name}_market",
                "kind": "pipeline",
                "technology": PIPELINE,
                "status": "existing",
                "capacity_forward_mw": most,
                **tariff,
                **closing(
                    size, f"tariff {usd_per_t:g} USD/t: revenue over oil moved ({fee.source_id})"
                ),
            }
        )
    found += [
        {
            "link": f"{name}_terminal",
            "name": f"Terminals for {_PRODUCTS[name][1].lower()}",
            "from_bus": name,
            "to_bus": f"{name}_market",
            "kind": "pipeline",
            "technology": PIPELINE,
            "status": "existing",
            "capacity_forward_mw": OPEN_MW,
            "capacity_backward_mw": OPEN_MW,
            "tariff": HANDLING_EUR_PER_MWH,
            **EUR_2025.cells(),
            **assumed(
                f"rail and ships, never narrow; handling costs {HANDLING_EUR_PER_MWH:g} EUR/MWh, "
                "some 6 EUR/t"
            ),
        }
        for name in _PRODUCTS
    ]
    return found


def brent(year: int) -> tuple[float, int, Value]:
    """Return the price of Brent [USD/bbl], its price year and its row."""
    scenario = "history" if year == BACKCAST_YEAR else "base"
    value = lookup(PRICES, commodity="oil", market="Brent", scenario=scenario, year=str(year))
    return value.value, 2024, value


# USD/bbl over Brent at the Black Sea.
_PREMIUM = {GASOLINE: 10.0, DISTILLATE: 15.0, OTHER: -10.0}


def _markets() -> list[Tables]:
    per_bbl = mwh_per_t() / BARRELS_PER_T
    found: list[Tables] = []
    for link, (title, _, _, _, discount, reason) in _CRUDE_ROUTES.items():
        steps: list[Row] = []
        for year in YEARS:
            price, price_year, source = brent(year)
            steps.append(
                {
                    "year": year,
                    "sell_price": round((price - discount) / per_bbl, 3),
                    "export_max_mw": _route_size(link)[1],
                    "import_max_mw": 0.0,
                    "currency": "USD",
                    "price_year": price_year,
                    **closing(source, reason),
                }
            )
        part = market(f"{link}_market", title, steps, sourced("khazri_zones", "sales"))
        if discount:
            part["citations"] = [
                cite(
                    "market_steps",
                    f"{link}_market|all|{step['year']}",
                    "sell_price",
                    EXPERT,
                    reason,
                )
                for step in steps
                if step["source_id"] != EXPERT
            ]
        found.append(part)
    for name, premium in _PREMIUM.items():
        steps = []
        for year in YEARS:
            price, price_year, source = brent(year)
            steps.append(
                {
                    "year": year,
                    "sell_price": round((price + premium) / per_bbl, 3),
                    "buy_price": round((price + premium + FREIGHT_USD_PER_BBL) / per_bbl, 3),
                    "export_max_mw": OPEN_MW,
                    "import_max_mw": OPEN_MW,
                    "currency": "USD",
                    "price_year": price_year,
                    **assumed(
                        f"Brent ({source.source_id}) and {premium:+g} USD/bbl; what is bought "
                        f"costs {FREIGHT_USD_PER_BBL:g} USD/bbl more"
                    ),
                }
            )
        found.append(
            market(
                f"{name}_market",
                f"{_PRODUCTS[name][1]} at the Black Sea",
                steps,
                sourced("khazri_zones", "sales and purchases"),
            )
        )
    return found


ROAD_GROWTH = 0.015
GASOLINE_TWH = 18.0
"""1.5 Mt, which is what the refinery made in 2023 for the country."""
_INDUSTRY_DISTILLATE = 4.0


def _demands() -> list[Row]:
    """Return demand by product and sector; the balance knows oil as a whole."""
    transport = balance("final_consumption", "transport", "oil")
    farms = balance("final_consumption", "agriculture", "oil")
    industry = balance("final_consumption", "industry_construction", "oil")
    homes = balance("final_consumption", "residential", "oil")
    other_use = balance("non_energy", "chemicals", "oil")
    split = "split by product: 1.5 Mt of gasoline (newsaz_refinery_2024), the rest by judgement"
    later = f"{ROAD_GROWTH:.1%} a year from 2024 on; {split}"
    held = f"held; {split}"
    return [
        *demand(
            "oil_gasoline_transport",
            GASOLINE,
            "transport",
            growing(GASOLINE_TWH, ROAD_GROWTH),
            closing(transport, split),
            later=later,
        ),
        *demand(
            "oil_distillate_transport",
            DISTILLATE,
            "transport",
            growing(transport.value - GASOLINE_TWH, ROAD_GROWTH),
            closing(transport, split),
            later=later,
        ),
        *demand(
            "oil_distillate_agriculture",
            DISTILLATE,
            "agriculture",
            dict.fromkeys(YEARS, farms.value),
            closing(farms),
            later=held,
        ),
        *demand(
            "oil_distillate_industry",
            DISTILLATE,
            "industry",
            dict.fromkeys(YEARS, _INDUSTRY_DISTILLATE),
            closing(industry, split),
            later=held,
        ),
        *demand(
            "oil_other_industry",
            OTHER,
            "industry",
            dict.fromkeys(YEARS, industry.value - _INDUSTRY_DISTILLATE),
            closing(industry, split),
            later=held,
        ),
        *demand(
            "oil_other_homes",
            OTHER,
            "residential",
            dict.fromkeys(YEARS, homes.value),
            closing(homes),
            later=held,
        ),
        *demand(
            "oil_other_chemicals",
            OTHER,
            "chemicals",
            dict.fromkeys(YEARS, other_use.value),
            closing(other_use, "its carbon stays in products"),
            feedstock=1.0,
            later=held,
        ),
    ]


def _unserved() -> list[Row]:
    return [
        {
            "country": "AZ",
            "carrier": carrier,
            "block": carrier,
            "share": 1.0,
            "price": 500.0,
            **EUR_2025.cells(),
            **assumed("a multiple of the price at the pump: imports are always there"),
        }
        for carrier, _, _ in _PRODUCTS.values()
    ]
