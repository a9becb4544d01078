"""What a corridor changes: the year of a plan with it less that of one without it, by country."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from khazri.errors import UsageError
from khazri.plan import Plan, emissions, generation, welfare
from khazri.plan.arrays import by_country, countries, energy, halves, names, values
from khazri.study import Variant

Floats = NDArray[np.float64]


class Benefit(StrEnum):
    """Kinds of benefit in money [EUR/a]; their sum is the benefit of a country."""

    CONSUMERS = "consumers"
    PRODUCERS = "producers"
    CONGESTION_RENT = "congestion rent"
    TRADERS = "traders"
    LIMITS = "limits and reserves"
    CO2 = "CO2 beyond its price"


class Effect(StrEnum):
    """What is counted in its own unit beside the money, and not added to it."""

    CO2_T = "co2_t"
    CURTAILED_MWH = "curtailed_mwh"
    RENEWABLE_MWH = "renewable_mwh"
    LOSSES_MWH = "losses_mwh"
    UNSERVED_MWH = "unserved_mwh"


NOT_COMPUTED = ("adequacy: expected energy not served over many weather years and outages",)
"""Benefits of the guideline that a plan of one year does not show; :class:`Adequacy` adds it."""

ADEQUACY = "adequacy"
"""Kind of benefit of what :class:`Adequacy` finds, beside those of :class:`Benefit`."""


class Adequacy(Protocol):
    """Finds what plans of one year do not show; to be given to ``appraise``."""

    def __call__(self, variant: Variant) -> Mapping[str, float]:
        """Expected energy not served in the year of a plan by country, at the value of lost load
        [EUR/a], over and above what the plan itself leaves unserved; none where not named."""


_WELFARE = {
    Benefit.CONSUMERS: "consumers_eur",
    Benefit.PRODUCERS: "producers_eur",
    Benefit.CONGESTION_RENT: "congestion_rent_eur",
    Benefit.TRADERS: "traders_eur",
    Benefit.LIMITS: "limit_rents_eur",
}


def outcome(plan: Plan, own_links: Sequence[str] = ()) -> pd.DataFrame:
    """The year of a plan by country, as far as it may differ with a corridor.

    Parameters
        own_links  links of the corridor under appraisal: what they cost a year is given back to
                   the congestion rent, because the investment is counted when it is paid

    Returns
    -------
    DataFrame
        index country; a column for each kind of benefit but CO2 and for each effect, and
        ``emissions_payments_eur``. Losses of links are halved between the countries of both ends.
    """
    table = welfare(plan)
    table = table[table["country"] != ""].set_index("country")
    parts = {*_WELFARE.values(), "emissions_payments_eur", "total_eur"}
    assert set(table.columns) == parts, "the accounts have parts that the appraisal does not know"
    at = np.isin(names(plan, "link"), list(own_links))
    if at.sum() < len(set(own_links)):
        lacking = sorted(set(own_links) - {str(one) for one in names(plan, "link")})
        raise UsageError(f"the plan of {plan.year} has no link {', '.join(lacking)}")
    frame = pd.DataFrame({str(kind): table[column] for kind, column in _WELFARE.items()})
    frame[str(Benefit.CONGESTION_RENT)] += halves(plan, values(plan, "link_investment") * at)
    frame["emissions_payments_eur"] = table["emissions_payments_eur"]
    made = generation(plan).groupby("country")[["energy_mwh", "curtailed_mwh"]].sum()
    renewable = names(plan, "supply_renewable").astype(bool)
    green = energy(plan, "supply_output") * renewable
    sent = energy(plan, "forward") + energy(plan, "backward")
    effects = {
        Effect.CO2_T: emissions(plan).set_index("country")["emissions_t"],
        Effect.CURTAILED_MWH: made["curtailed_mwh"],
        Effect.RENEWABLE_MWH: by_country(plan, green, names(plan, "supply_country")),
        Effect.LOSSES_MWH: halves(plan, sent * values(plan, "link_loss")),
        Effect.UNSERVED_MWH: by_country(
            plan, energy(plan, "unserved"), names(plan, "unserved_block_country")
        ),
    }
    for effect, series in effects.items():
        frame[str(effect)] = series.reindex(countries(plan), fill_value=0.0)
    return frame.fillna(0.0)


def difference(with_it: pd.DataFrame, without: pd.DataFrame, societal_co2: float) -> pd.DataFrame:
    """Benefits and effects of a corridor by country: an outcome with it less one without it.

    Parameters
        societal_co2  [EUR/t] what a tonne costs society; 0: the price alone counts

    Returns
    -------
    DataFrame
        index country; a column for each kind of benefit [EUR/a] and each effect.

    Notes
        Payments for emissions are a cost of producers at the price; what a tonne costs beyond it is
        ``-societal_co2 x change of emissions + change of payments``, so that all together count
        each tonne once, at the societal cost. Where that is 0, the price stands for it, and the
        benefit beyond it is none.
    """
    if list(with_it.index) != list(without.index):
        raise UsageError("both outcomes need the same countries")
    change = with_it - without
    paid = change.pop("emissions_payments_eur")
    beyond = paid - societal_co2 * change[str(Effect.CO2_T)] if societal_co2 > 0 else 0.0 * paid
    order = [*(str(kind) for kind in Benefit), *(str(effect) for effect in Effect)]
    return change.assign(**{str(Benefit.CO2): beyond})[order]


def money_columns(table: pd.DataFrame) -> list[str]:
    """Columns of a :func:`difference` that are money; their sum is the benefit of a country."""
    return [*(str(kind) for kind in Benefit), *({ADEQUACY} & set(table.columns))]


@dataclass(frozen=True, eq=False)
class Benefits:
    """Benefits of a corridor in planning years: ``amount`` (K, C, P) [EUR/a] by kind, country and
    planning year; ``years`` (P,) rise."""

    kinds: tuple[str, ...]
    countries: tuple[str, ...]
    years: NDArray[np.int64]
    amount: Floats

    def along(self, years: NDArray[np.int64]) -> Floats:
        """Benefits (K, C, Y) in any years: linear between planning years, held outside them."""
        given = self.years.astype(np.float64)
        weight = np.array([np.interp(years, given, unit) for unit in np.eye(len(given))])
        return np.asarray(self.amount @ weight)

    def total(self, years: NDArray[np.int64]) -> Floats:
        """Sum over kinds, (C, Y)."""
        return np.asarray(self.along(years).sum(axis=0))


def benefits(by_year: Mapping[int, pd.DataFrame]) -> Benefits:
    """Benefits from the differences of planning years.

    Raises
        UsageError  there is no year, or the years have different countries
    """
    if not by_year:
        raise UsageError("benefits need at least one planning year")
    years = sorted(by_year)
    names_of = list(by_year[years[0]].index)
    if any(list(by_year[year].index) != names_of for year in years):
        raise UsageError("all planning years need the same countries")
    kinds = money_columns(by_year[years[0]])
    amount = np.stack([by_year[year][kinds].to_numpy(dtype=float).T for year in years], axis=-1)
    countries_of = tuple(str(one) for one in names_of)
    return Benefits(tuple(kinds), countries_of, np.array(years, dtype=np.int64), amount)
