"""What a corridor is worth over its life: by country and in all, and what a delay costs whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from khazri.appraise.cba.benefits import Benefits, Floats
from khazri.appraise.finance import internal_return, payback, present_value
from khazri.errors import UsageError


@dataclass(frozen=True, eq=False)
class Leg:
    """What is built together: its cost by country, and when.

    Parameters
        name        name shown to readers
        investment  (C,) [EUR] overnight cost that each country bears
        fixed       (C,) [EUR/a] fixed cost of operation that each country bears
        spending    (S,) [1] shares of the investment in the years before operation
        start       first year of operation
        life        [a] years of operation that are counted; nothing is left after them
    """

    name: str
    investment: Floats
    fixed: Floats
    spending: tuple[float, ...]
    start: int
    life: int

    def __post_init__(self) -> None:
        if abs(sum(self.spending) - 1.0) > 1e-9 or min(self.spending) < 0 or self.life < 1:
            raise UsageError(
                f"{self.name}: shares that add up to one, and a life of a year or more"
            )

    @property
    def first_payment(self) -> int:
        """The first year in which something is paid."""
        return self.start - len(self.spending)

    @property
    def end(self) -> int:
        """The first year after its life."""
        return self.start + self.life

    def cost(self, years: NDArray[np.int64], until: int | None = None) -> Floats:
        """What each country pays, (C, Y) [EUR/a].

        A leg that is needed ``until`` a year beyond its life is renewed at what it cost: each of
        these years bears its part of a life.
        """
        when = years - self.first_payment
        spent = np.zeros(len(years))
        is_building = (when >= 0) & (when < len(self.spending))
        spent[is_building] = np.array(self.spending)[when[is_building]]
        last = max(self.end, until or self.end)
        spent += ((years >= self.end) & (years < last)) / self.life
        runs = (years >= self.start) & (years < last)
        return np.asarray(self.investment[:, None] * spent + self.fixed[:, None] * runs)


@dataclass(frozen=True, eq=False)
class Flows:
    """Benefits and costs in each year, (C, Y) [EUR/a]; ``years`` (Y,) begin with the base year or
    the first payment, whichever is earlier."""

    countries: tuple[str, ...]
    years: NDArray[np.int64]
    benefit: Floats
    cost: Floats


def flows(states: Sequence[Benefits], legs: Sequence[Leg], base_year: int) -> Flows:
    """Benefits and costs of legs that are built one after the other.

    Parameters
        states  benefits with the first leg, with the first two, and so on, each against none
        legs    in the order in which they are needed: a later one runs no earlier than those
                before it, which are renewed as long as it runs
        base_year  the year that everything is valued in

    Raises
        UsageError  states, legs and their countries do not fit
    """
    if not legs or len(states) != len(legs):
        raise UsageError(f"{len(legs)} legs need as many states, not {len(states)}")
    countries = states[0].countries
    if any(state.countries != countries for state in states):
        raise UsageError("all states need the same countries")
    if any(leg.investment.shape != (len(countries),) for leg in legs):
        raise UsageError("each leg needs a cost for each country")
    starts = np.maximum.accumulate([leg.start for leg in legs])
    needed = np.maximum.accumulate([leg.end for leg in legs][::-1])[::-1]
    first = min(base_year, *(leg.first_payment for leg in legs))
    years = np.arange(first, int(needed[0]))
    benefit = np.zeros((len(countries), len(years)))
    before = np.zeros_like(benefit)
    for state, start, end in zip(states, starts, needed, strict=True):
        gained = state.total(years)
        benefit += (gained - before) * ((years >= start) & (years < end))
        before = gained
    parts = zip(legs, needed, strict=True)
    cost = np.sum([leg.cost(years, int(end)) for leg, end in parts], axis=0)
    return Flows(countries, years, benefit, cost)


def appraisal(found: Flows, rate: float, base_year: int) -> pd.DataFrame:
    """Net present value, benefit-cost ratio, rate of return and payback by country and in all.

    Parameters
        rate       [1/a] real discount rate; the guideline of ENTSO-E takes 4 %
        base_year  the year that everything is valued in

    Returns
    -------
    DataFrame
        country ("" for all), benefit_eur and cost_eur (present values), npv_eur; benefit_cost,
        internal_return and payback_years from the first year of ``found`` on (NaN for who pays
        nothing, and where there is no return or more than one, or it is never paid back);
        n_returns (how many returns there are).
    """
    shift = (1.0 + rate) ** float(base_year - int(found.years[0]))
    benefit = np.vstack([found.benefit, found.benefit.sum(axis=0)])
    cost = np.vstack([found.cost, found.cost.sum(axis=0)])
    worth, paid = (present_value(rows, rate) * shift for rows in (benefit, cost))
    ratio = np.full(len(worth), np.nan)
    np.divide(worth, paid, out=ratio, where=paid > 0)
    returns = [internal_return(row) for row in benefit - cost]
    pays = paid > 0
    return pd.DataFrame(
        {
            "country": [*found.countries, ""],
            "benefit_eur": worth,
            "cost_eur": paid,
            "npv_eur": worth - paid,
            "benefit_cost": ratio,
            "internal_return": np.where(pays, [one.value for one in returns], np.nan),
            "n_returns": np.where(pays, [len(one.all) for one in returns], 0),
            "payback_years": np.where(pays, [payback(row) for row in benefit - cost], np.nan),
        }
    )


def delay_costs(
    states: Sequence[Benefits],
    legs: Sequence[Leg],
    rate: float,
    base_year: int,
    years: Sequence[int] = (1,),
) -> pd.DataFrame:
    """What it costs whom if one leg comes later.

    The leg is paid and runs later, as long as it would have; those after it wait for it, paid when
    they were to be paid.

    Returns
    -------
    DataFrame
        leg, delay_a, country ("" for all), change_eur (of the net present value).
    """
    parts = [
        delay_cost(
            states, legs, [delay if one is leg else 0 for one in legs], rate, base_year
        ).assign(leg=leg.name, delay_a=delay)
        for leg in legs
        for delay in years
    ]
    table = pd.concat(parts, ignore_index=True)
    return table[["leg", "delay_a", "country", "change_eur"]]


def delay_cost(
    states: Sequence[Benefits],
    legs: Sequence[Leg],
    slips: Sequence[int],
    rate: float,
    base_year: int,
) -> pd.DataFrame:
    """What it costs whom if legs come later by ``slips`` [a], one for each.

    Returns
    -------
    DataFrame
        country ("" for all), change_eur (of the net present value).
    """
    later = [replace(leg, start=leg.start + n) for leg, n in zip(legs, slips, strict=True)]
    before, after = (
        appraisal(flows(states, some, base_year), rate, base_year) for some in (legs, later)
    )
    change = after["npv_eur"] - before["npv_eur"]
    return pd.DataFrame({"country": after["country"], "change_eur": change})


def by_start(
    states: Sequence[Benefits],
    legs: Sequence[Leg],
    rate: float,
    base_year: int,
    starts: Sequence[int],
) -> pd.DataFrame:
    """Net present value over the year in which operation begins, all legs moved alike.

    Returns
    -------
    DataFrame
        start, country ("" for all), npv_eur. The best year for all is where that is largest.
    """
    parts = []
    for start in starts:
        moved = [replace(leg, start=leg.start + start - legs[0].start) for leg in legs]
        table = appraisal(flows(states, moved, base_year), rate, base_year)
        parts.append(table[["country", "npv_eur"]].assign(start=start))
    return pd.concat(parts, ignore_index=True)[["start", "country", "npv_eur"]]


def best_start(table: pd.DataFrame, country: str = "") -> int:
    """The year of :func:`by_start` in which the value for a country, or for all, is largest."""
    rows = table[table["country"] == country]
    return int(rows["start"].to_numpy()[int(rows["npv_eur"].to_numpy().argmax())])
