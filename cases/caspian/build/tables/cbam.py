"""Charges on links into the European Union: carbon at its border.

The Union charges imported power the price of its own allowances less the carbon price that was paid
where the power comes from, on the default emissions of that country:

    charge = default factor [t/MWh] x (price of allowances - carbon price paid) [EUR/t]

Factors stand in `region/market_prices.csv`, prices are those of `co2_prices`, whatever a scenario
makes of them, so that what a plant has paid at home is not paid again. Power in transit is charged
as power of its last sender.
"""

from __future__ import annotations

from tables.raw import Record, records
from tables.records import Row, Tables, sourced

FIRST_YEAR = 2026
"""Nothing is charged before."""

UNION = "BG"
"""Any member: all of them have one price of allowances."""

SENDERS = {"TR": "Turkiye", "GE": "Georgia"}
"""Names of the senders in the raw file."""

LINKS = {
    "tr_bg_400": "TR",
    "tr_gr_400": "TR",
    "tr_bg_400_third": "TR",
    "ge_ro_black_sea_cable": "GE",
}
"""Links whose forward direction enters the Union, with the country of the sender."""


def rows() -> Tables:
    """Return `carbon_charges`."""
    return {"carbon_charges": [_charge(link, sender) for link, sender in LINKS.items()]}


def _charge(link: str, sender: str) -> Row:
    factor = _factor(sender)
    annex = factor["note"].split(";")[0]
    return {
        "link": link,
        "direction": "forward",
        "co2_t_per_mwh": float(factor["value"]),
        "due_country": UNION,
        "paid_country": sender,
        "start_year": FIRST_YEAR,
        **sourced(factor["source_id"], f"CBAM: default factor of the sending country, {annex}"),
    }


def _factor(sender: str) -> Record:
    product = f"CBAM default emission factor, electricity imported from {SENDERS[sender]}"
    (row,) = (row for row in records("region/market_prices.csv") if row["product"] == product)
    return row
