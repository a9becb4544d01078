"""Reading of the raw files: cells stay text, values are looked up by what they are."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

RAW = Path(__file__).resolve().parents[2] / "raw"

Record = dict[str, str]

LAST_PRICE_YEAR = 2025
"""Price year of the case; no deflator reaches beyond it."""


@dataclass(frozen=True)
class Value:
    """A number with its source and the remark beside it."""

    value: float
    source_id: str
    note: str


class NotOneValueError(LookupError):
    """The raw files hold no value, or several, where one is needed."""


@cache
def records(path: str) -> tuple[Record, ...]:
    """Return the rows of the raw file `path`, for example `region/links.csv`."""
    with (RAW / path).open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def preferred(path: str) -> list[Record]:
    """Return the rows of `path` whose column `preferred` says yes."""
    return [row for row in records(path) if row["preferred"] == "yes"]


def neighbour(zone: str, variable: str, year: str, source_id: str | None = None) -> Value:
    """Return one value of `region/neighbours.csv`; a source decides between several rows."""
    rows = [
        row
        for row in records("region/neighbours.csv")
        if (row["zone"], row["variable"], row["year"]) == (zone, variable, year)
        and source_id in (None, row["source_id"])
    ]
    if len(rows) > 1:
        rows = [row for row in rows if row["preferred"] == "yes"]
    return _one(rows, f"neighbours {zone} {variable} {year}")


def balance(area: str, year: str, category: str, item: str) -> Value:
    """Return the preferred value of a full year of `azerbaijan/balances.csv`."""
    rows = [
        row
        for row in preferred("azerbaijan/balances.csv")
        if (row["area"], row["year"], row["category"], row["item"]) == (area, year, category, item)
        and row["period"] == "year"
    ]
    return _one(rows, f"balances {area} {year} {category} {item}")


def technology(name: str, variable: str, year: str) -> Value:
    """Return the preferred value of `technology/technology_costs.csv`, money in EUR of 2025.

    Raises NotOneValueError where the row is in another currency or price year.
    """
    rows = [
        row
        for row in preferred("technology/technology_costs.csv")
        if (row["technology"], row["variable"], row["year"]) == (name, variable, year)
    ]
    what = f"technology costs {name} {variable} {year}"
    if any((row["currency"], row["price_year"]) not in (("EUR", "2025"), ("", "")) for row in rows):
        raise NotOneValueError(f"{what}: not in EUR of 2025")
    return _one(rows, what)


def _one(rows: list[Record], what: str) -> Value:
    if len(rows) != 1:
        raise NotOneValueError(f"{what}: {len(rows)} rows in the raw files, expected one")
    row = rows[0]
    return Value(float(row["value"]), row["source_id"], row["note"])


def lookup(path: str, **cells: str) -> Value:
    """Return the one preferred value of `path` whose row has all these `cells`."""
    rows = [
        row for row in preferred(path) if all(row[column] == cell for column, cell in cells.items())
    ]
    return _one(rows, f"{path} {' '.join(cells.values())}")
