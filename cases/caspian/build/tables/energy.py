"""What the tables of gas, oil, heat and hydrogen share: units, warming, and ways to write rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tables.places import YEARS
from tables.raw import Value, lookup, preferred, technology
from tables.records import Cell, Row, Tables, assumed, sourced

TWH = 1e6
HOURS = 8760.0
TWH_PER_BCM = 9.6
"""Net calorific value of Azerbaijani gas, 34.5 MJ/m3 (`fuels/emission_factors.csv`)."""
MW_PER_BCM = TWH_PER_BCM * TWH / HOURS
MWH_PER_GCAL = 1.163
CH4_T_PER_MWH = 0.072
"""Methane in a MWh of gas: 50 MJ/kg net."""

BALANCE = "fuels/energy_balance_az.csv"
GAS = "fuels/gas.csv"
NETWORK = "fuels/gas_network.csv"
OIL = "fuels/oil.csv"
HYDROGEN = "fuels/hydrogen.csv"
HEAT = "azerbaijan/district_heat.csv"
EFFICIENCY = "fuels/efficiency_measures.csv"
PRICES = "fuels/prices.csv"

ROOM_NOTE = "room for new capacity is an assumption"


@dataclass(frozen=True)
class Money:
    """Currency and price year of the amounts of a row."""

    currency: str = "EUR"
    price_year: int = 2025

    def cells(self) -> Row:
        """Return the closing money cells of a row."""
        return {"currency": self.currency, "price_year": self.price_year}


EUR_2025 = Money()


def closing(value: Value, note: str = "") -> Row:
    """Return source and note of a row that rests on `value`, `note` first."""
    return sourced(value.source_id, "; ".join(text for text in (note, value.note) if text))


def kind(
    name: str,
    title: str,
    role: str,
    group: str,
    lifetime: float,
    note: str,
    **cells: Cell,
) -> Row:
    """Return a row of `technologies`."""
    return {
        "technology": name,
        "name": title,
        "kind": role,
        "group": group,
        "lifetime_a": lifetime,
        **cells,
        **assumed(note),
    }


def cost(name: str, year: int, parameter: str, value: float, closing_cells: Row) -> Row:
    """Return a row of `technology_costs` in EUR of 2025."""
    money: Row = {} if parameter in ("efficiency", "lifetime") else EUR_2025.cells()
    return {
        "technology": name,
        "year": year,
        "parameter": parameter,
        "value": value,
        **money,
        **closing_cells,
    }


def no_costs(name: str, reason: str, fixed: float = 0.0, variable: float = 0.0) -> list[Row]:
    """Return fixed and variable O&M of a technology that is not built anew."""
    return [
        cost(name, 2024, "fixed_om", fixed, assumed(reason)),
        cost(name, 2024, "variable_om", variable, assumed(reason)),
    ]


def catalogue(name: str, raw_name: str, factor: float = 1.0, energy: str = "") -> list[Row]:
    """Return investment, fixed and variable O&M of `raw/technology/technology_costs.csv`.

    The raw O&M is a percentage of the investment. `factor` brings the investment to EUR/kW of the
    main flow. With `energy` the investment of that raw technology counts
    for the energy of a store, in EUR/kWh, and `raw_name` may be empty.
    """
    found: list[Row] = []
    for parameter, raw, fixed in (
        ("overnight_cost", raw_name, "fixed_om"),
        ("energy_overnight_cost", energy, "energy_fixed_om"),
    ):
        for year in _years(raw, "investment") if raw else []:
            value = technology(raw, "investment", year)
            invested = value.value * factor
            found.append(cost(name, int(year), parameter, round(invested, 4), closing(value)))
            percent = technology(raw, "fom", _nearest(raw, "fom", year)) if _has(raw) else None
            share = percent.value if percent else 2.0
            found.append(
                cost(
                    name,
                    int(year),
                    fixed,
                    round(invested * share / 100, 5),
                    closing(percent, f"{share:g} % of the investment a year")
                    if percent
                    else assumed(f"{share:g} % of the investment a year, as stores of other kinds"),
                )
            )
    if not raw_name:
        found.append(cost(name, 2025, "overnight_cost", 0.0, assumed("inside the cost of energy")))
        found.append(cost(name, 2025, "fixed_om", 0.0, assumed("inside the cost of energy")))
    years = _years(raw_name, "vom") if raw_name else []
    found += [
        cost(name, int(year), "variable_om", value.value, closing(value))
        for year in years
        for value in [technology(raw_name, "vom", year)]
    ]
    if not years:
        found.append(cost(name, 2025, "variable_om", 0.0, assumed("none besides energy is known")))
    return found


def ratio(raw_name: str, variable: str, year: str = "2030") -> Value:
    """Return an efficiency or another input per output of the raw table."""
    return technology(raw_name, variable, _nearest(raw_name, variable, year))


def _years(raw_name: str, variable: str) -> list[str]:
    return sorted(
        row["year"]
        for row in preferred("technology/technology_costs.csv")
        if (row["technology"], row["variable"]) == (raw_name, variable) and row["currency"] != "USD"
    )


def _has(raw_name: str) -> bool:
    return bool(_years(raw_name, "fom"))


def _nearest(raw_name: str, variable: str, year: str) -> str:
    return min(_years(raw_name, variable), key=lambda other: abs(int(other) - int(year)))


def bus(name: str, title: str, zone: str, carrier: str, note: str = "") -> Row:
    """Return a row of `buses`."""
    return {
        "bus": name,
        "name": title,
        "zone": zone,
        "carrier": carrier,
        **sourced("khazri_zones", note),
    }


def by_year(
    asset: str, capacity: Mapping[int, float], closing_cells: Row, room: Mapping[int, float] = {}
) -> list[Row]:
    """Return rows of `asset_years`: MW in place and, where given, the room."""
    return [
        {
            "asset": asset,
            "year": year,
            "capacity_mw": round(capacity.get(year, 0.0), 3) if capacity else None,
            "capacity_max_mw": round(room[year], 3) if year in room else None,
            **closing_cells,
        }
        for year in sorted({*capacity, *room})
    ]


def market(name: str, title: str, steps: Iterable[Row], closing_cells: Row) -> Tables:
    """Return a market on the bus of its own name, with its steps."""
    return {
        "markets": [{"market": name, "name": title, "bus": name, **closing_cells}],
        "market_steps": [{"market": name, "step": "all", **step} for step in steps],
    }


def demand(
    name: str,
    at: str,
    sector: str,
    energy_twh: Mapping[int, float],
    closing_cells: Row,
    *,
    profile: str = "",
    feedstock: float = 0.0,
    later: str = "",
) -> list[Row]:
    """Return rows of `demands`; years after the first are assumptions where `later` says how."""
    first = min(energy_twh)
    return [
        {
            "demand": name,
            "bus": at,
            "sector": sector,
            "year": year,
            "energy_mwh": round(energy * TWH),
            "profile": profile or None,
            "feedstock_share": feedstock,
            **(closing_cells if year == first or not later else assumed(later)),
        }
        for year, energy in sorted(energy_twh.items())
    ]


def growing(first: float, rate: float) -> dict[int, float]:
    """Return a value by planning year that grows from 2024 on by `rate` a year."""
    return {year: first * (1 + rate) ** (year - YEARS[0]) for year in YEARS}


def balance(flow: str, sector: str, carrier: str) -> Value:
    """Return a flow of the national energy balance of 2024 in TWh."""
    return lookup(BALANCE, year="2024", flow=flow, sector=sector, carrier=carrier, unit="TWh")


def warming() -> list[Row]:
    """Return `gwp`: methane of fossil origin over 20 and 100 years."""
    found: list[Row] = []
    for horizon in (20, 100):
        value = lookup(
            "fuels/emission_factors.csv", fuel_or_item="ch4_fossil", variable=f"gwp{horizon}"
        )
        found.append(
            {
                "gas": "ch4_fossil",
                "horizon_a": horizon,
                "value": value.value,
                **closing(value, "sixth assessment report"),
            }
        )
    return found
