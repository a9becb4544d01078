"""A small case made of dictionaries, typed as the reader of cases types its files."""

from collections.abc import Callable, Mapping

import pytest

from khazri.case import TABLES, Case

from ..tables import Rows, case_of

_BASE: dict[str, Rows] = {
    "case": [{"case": "small", "title": "A small case", "price_year": 2025, "wacc": 0.05}],
    "countries": [{"country": "AA", "name": "A"}, {"country": "BB", "name": "B"}],
    "zones": [
        {"zone": "A1", "name": "A1", "country": "AA", "latitude": 40, "longitude": 50},
        {"zone": "A2", "name": "A2", "country": "AA", "latitude": 41, "longitude": 51},
        {"zone": "B1", "name": "B1", "country": "BB", "latitude": 42, "longitude": 52},
    ],
    "carriers": [
        {"carrier": "electricity", "name": "Electricity"},
        {"carrier": "gas", "name": "Gas", "co2_t_per_mwh": 0.2},
    ],
    "buses": [
        {"bus": "a1", "name": "a1", "zone": "A1", "carrier": "electricity"},
        {"bus": "a2", "name": "a2", "zone": "A2", "carrier": "electricity"},
        {"bus": "b1", "name": "b1", "zone": "B1", "carrier": "electricity"},
    ],
    "technologies": [
        {
            "technology": "ccgt",
            "name": "CCGT",
            "kind": "supply",
            "group": "gas",
            "fuel": "gas",
            "lifetime_a": 25,
            "availability": 0.9,
            "capacity_credit": 0.9,
            "reserve_share": 1,
        },
        {
            "technology": "wind",
            "name": "Wind",
            "kind": "supply",
            "group": "wind_onshore",
            "renewable": "true",
            "capacity_credit": 0.1,
        },
        {"technology": "battery", "name": "Battery", "kind": "storage", "group": "battery"},
        {
            "technology": "reservoir",
            "name": "Reservoir",
            "kind": "storage",
            "group": "hydro_reservoir",
            "renewable": "true",
            "capacity_credit": 0.5,
        },
        {"technology": "electrolysis", "name": "E", "kind": "conversion", "group": "hydrogen"},
    ],
    "technology_costs": [
        {"technology": technology, "year": year, "parameter": parameter, "value": value}
        for technology, year, parameter, value in (
            ("ccgt", 2030, "overnight_cost", 1000),
            ("ccgt", 2030, "fixed_om", 20),
            ("ccgt", 2030, "variable_om", 2),
            ("ccgt", 2020, "efficiency", 0.5),
            ("ccgt", 2040, "efficiency", 0.6),
            ("wind", 2030, "overnight_cost", 1200),
            ("wind", 2040, "overnight_cost", 1000),
            ("wind", 2030, "fixed_om", 30),
            ("wind", 2030, "variable_om", 0),
            ("wind", 2030, "lifetime", 30),
            ("battery", 2030, "overnight_cost", 100),
            ("battery", 2030, "energy_overnight_cost", 150),
            ("battery", 2030, "fixed_om", 3),
            ("battery", 2030, "energy_fixed_om", 1),
            ("battery", 2030, "variable_om", 1),
            ("reservoir", 2030, "fixed_om", 40),
            ("reservoir", 2030, "variable_om", 0),
            ("electrolysis", 2030, "overnight_cost", 800),
            ("electrolysis", 2030, "fixed_om", 16),
            ("electrolysis", 2030, "variable_om", 0),
        )
    ],
    "fuel_prices": [{"carrier": "gas", "country": "AA", "year": 2030, "price": 30}],
    "demands": [
        {"demand": "d1", "bus": "a1", "year": 2030, "energy_mwh": 400, "profile": "load"},
        {"demand": "d2", "bus": "b1", "year": 2030, "energy_mwh": 40},
    ],
    "unserved_blocks": [
        {"country": country, "block": block, "share": share, "price": price}
        for country in ("AA", "BB")
        for block, share, price in (("last", 0.75, 5000), ("first", 0.25, 1000))
    ],
}

PROFILES = {
    "load": [0.5, 1.5, 1.25, 0.75],
    "gusts": [0.2, 0.4, 0.6, 0.8],
    "melt": [0.0, 0.5, 1.0, 0.5],
    "prices": [0.8, 1.2, 1.0, 1.0],
}
"""Four hours make a year."""


MakeCase = Callable[..., Case]


@pytest.fixture(scope="session")
def make_case() -> MakeCase:
    """Makes a case: tables given replace those of the small case, ``more_x`` adds to table x."""

    def make(**tables: Rows) -> Case:
        rows: dict[str, list[Mapping[str, object]]] = {name: [] for name in TABLES}
        for name, content in _BASE.items():
            rows[name].extend(content)
        for name, content in tables.items():
            if name.startswith("more_"):
                rows[name.removeprefix("more_")].extend(content)
            else:
                rows[name] = list(content)
        return case_of(rows, PROFILES)

    return make
