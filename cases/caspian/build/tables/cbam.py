"""Charges on links into the European Union: carbon at its border, by direction and year.

The Union charges imported power the price of its own allowances less the carbon price that was paid
where the power comes from, on the default emissions of that country:

    charge = default factor [t/MWh] x (price of allowances - carbon price paid) [EUR/t]

Factors stand in `region/market_prices.csv`, prices are those of `co2_prices`, so that what a plant
has paid at home is not paid again. Power in transit is charged as power of its last sender.
"""

from __future__ import annotations

from tables import fuels
from tables.places import PLANNING_YEARS
from tables.raw import Record, records
from tables.records import Row, Tables, assumed, sourced

LAST_FREE_YEAR = 2025
"""Nothing is charged before 2026."""

UNION = "BG"
"""Any member: all of them have one price of allowances."""

SENDERS = {"TR": ("Turkiye", "Türkiye"), "GE": ("Georgia", "Georgia")}
"""Names of the senders in the raw file and in notes."""

LINKS = {
    "tr_bg_400": "TR",
    "tr_gr_400": "TR",
    "tr_bg_400_third": "TR",
    "ge_ro_black_sea_cable": "GE",
}
"""Links whose forward direction enters the Union, with the country of the sender."""

EXISTING = ("tr_bg_400", "tr_gr_400")


def rows() -> Tables:
    """Return `link_tariffs`."""
    found: list[Row] = []
    for link, sender in LINKS.items():
        if link in EXISTING:
            found.append(_none(link, sender))
        found += [_charge(link, sender, year) for year in PLANNING_YEARS]
    return {"link_tariffs": found}


def _charge(link: str, sender: str, year: int) -> Row:
    factor, paid, due = _factor(sender), _price(sender, year), _price(UNION, year)
    value, name = float(factor["value"]), SENDERS[sender][1]
    annex = factor["note"].split(";")[0]
    return {
        "link": link,
        "year": year,
        "forward": round(value * (due - paid), 2),
        "backward": 0.0,
        "currency": "EUR",
        "price_year": 2025,
        **assumed(
            f"CBAM: default factor of {name} {value:g} t/MWh ({factor['source_id']}, {annex}) x "
            f"({due:g} EUR/t of the Union - {paid:g} EUR/t paid in {name}), prices of co2_prices"
        ),
    }


def _none(link: str, sender: str) -> Row:
    return {
        "link": link,
        "year": LAST_FREE_YEAR,
        "forward": 0.0,
        "backward": 0.0,
        "currency": "EUR",
        "price_year": 2025,
        **sourced(
            _factor(sender)["source_id"],
            "no CBAM before 2026; the line to the charge of 2030 is too low for the years between",
        ),
    }


def _factor(sender: str) -> Record:
    product = f"CBAM default emission factor, electricity imported from {SENDERS[sender][0]}"
    (row,) = (row for row in records("region/market_prices.csv") if row["product"] == product)
    return row


def _price(country: str, year: int) -> float:
    """Return the carbon price in EUR of 2025 per t."""
    (row,) = (
        row
        for row in fuels.rows()["co2_prices"]
        if (row["country"], row["year"], row["price_year"]) == (country, year, 2025)
    )
    return float(str(row["price"]))
