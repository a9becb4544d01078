"""Money of all rows in the currency and price year of the case.

An amount in currency c and price year y becomes, in the case's currency C and price year Y,

    amount · rate[C, y] / rate[c, y] · deflator[C, Y] / deflator[C, y]

with ``rate`` in units of the currency per EUR (mean of the year): first exchanged in the year in
which it was a price, then carried over the years with the price level of the case's currency. The
other order would need a deflator for every currency and lets years of high inflation and
devaluation (TRY, RUB) pass through two large numbers that only nearly cancel. For currencies whose
real exchange rate moved between y and Y the two orders differ by that movement.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from khazri.case.columns import Table
from khazri.case.schema import TABLES, TECHNOLOGY_PARAMETERS
from khazri.case.texts import did_you_mean
from khazri.case.values import TypedTable
from khazri.errors import Issue

EURO = "EUR"
_EXCHANGE = "exchange_rate"
_DEFLATOR = "deflator"


@dataclass(frozen=True)
class Rates:
    """Exchange rates (units per EUR) and deflators (index) by variable, currency and year."""

    currency: str
    price_year: int
    values: Mapping[tuple[str, str, int], float]

    def factor(self, currency: str, year: int) -> float:
        """What to multiply money of ``currency`` and ``year`` with; KeyError where not known."""
        factor = 1.0
        if currency != self.currency:
            factor = self._exchange(self.currency, year) / self._exchange(currency, year)
        if year != self.price_year:
            factor *= self.values[_DEFLATOR, self.currency, self.price_year]
            factor /= self.values[_DEFLATOR, self.currency, year]
        return factor

    def missing(self, currency: str, year: int) -> tuple[str, str, int] | None:
        """The first variable, currency and year that ``factor`` needs and does not have."""
        needed = []
        if currency != self.currency:
            needed += [(_EXCHANGE, code, year) for code in (currency, self.currency)]
        if year != self.price_year:
            needed += [(_DEFLATOR, self.currency, when) for when in (year, self.price_year)]
        for key in needed:
            if key not in self.values and key[:2] != (_EXCHANGE, EURO):
                return key
        return None

    @property
    def known_currencies(self) -> set[str]:
        """Currencies with at least one exchange rate, the euro and that of the case."""
        exchanged = {currency for variable, currency, _ in self.values if variable == _EXCHANGE}
        return exchanged | {EURO, self.currency}

    def _exchange(self, currency: str, year: int) -> float:
        return 1.0 if currency == EURO else self.values[_EXCHANGE, currency, year]


def rates_of(case: pd.DataFrame, currencies: pd.DataFrame) -> Rates:
    """The rates of a case from its tables ``case`` and ``currencies``."""
    columns = (currencies[name] for name in ("variable", "currency", "year", "value"))
    values = {
        (str(variable), str(currency), int(year)): float(value)
        for variable, currency, year, value in zip(*columns, strict=True)
    }
    return Rates(str(case["currency"].iloc[0]), int(case["price_year"].iloc[0]), values)


def money_tables() -> list[Table]:
    """Tables whose rows have a currency and price year of their own."""
    return [
        table
        for table in TABLES.values()
        if table.name != "case" and {"currency", "price_year"} <= set(table.column_names)
    ]


def money_issues(tables: Mapping[str, TypedTable], rates: Rates) -> list[Issue]:
    """Rows whose money cannot be converted: unknown currency, no rate, no deflator."""
    known = rates.known_currencies
    issues = []
    for table in money_tables():
        typed = tables[table.name]
        currency, year = _basis(typed.frame, rates)
        for index, (code, price_year) in enumerate(zip(currency, year, strict=True)):
            if not typed.sound[index]:
                continue
            if code not in known:
                hint = did_you_mean(code, known, "add its exchange rate to currencies.csv")
                expected = "a currency with an exchange rate in currencies.csv"
                issues.append(typed.issue(index, "currency", expected, hint))
                continue
            missing = rates.missing(code, price_year)
            if missing is not None:
                variable, name, when = missing
                expected = f"a price year from which {code} can be converted"
                hint = f"currencies.csv has no {variable} of {name} for {when}"
                found = str(price_year)
                issues.append(typed.issue(index, "price_year", expected, hint, found=found))
    return issues


def converted(table: Table, frame: pd.DataFrame, rates: Rates) -> pd.DataFrame:
    """The rows of a table with all money in the currency and price year of the case."""
    currency, year = _basis(frame, rates)
    pairs = list(zip(currency, year, strict=True))
    factor_of = {pair: rates.factor(*pair) for pair in set(pairs)}
    factor = pd.Series([factor_of[pair] for pair in pairs], index=frame.index, dtype="float64")
    result = frame.copy()
    for column in table.columns:
        if column.money:
            result[column.name] = result[column.name] * factor
    if table.name == "technology_costs":
        is_money = result["parameter"].map(is_money_parameter).astype(bool)
        result["value"] = result["value"].where(~is_money, result["value"] * factor)
    result["currency"] = pd.Series(rates.currency, index=frame.index, dtype="str")
    result["price_year"] = pd.Series(rates.price_year, index=frame.index, dtype="Int64")
    return result


def is_money_parameter(parameter: str) -> bool:
    """Whether a parameter of ``technology_costs`` is an amount of money."""
    return EURO in TECHNOLOGY_PARAMETERS[parameter]


def _basis(frame: pd.DataFrame, rates: Rates) -> tuple[list[str], list[int]]:
    """Currency and price year of each row, those of the case where a row has none."""
    currency = [str(code) for code in frame["currency"].fillna(rates.currency)]
    year = [int(value) for value in frame["price_year"].fillna(rates.price_year)]
    return currency, year
