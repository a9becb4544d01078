"""What one corridor is worth, from the plans with its legs and without them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from khazri.appraise.cba.benefits import (
    ADEQUACY,
    Adequacy,
    Benefits,
    benefits,
    difference,
    money_columns,
)
from khazri.appraise.cba.corridors import Choice, Corridor, Corridors, with_legs
from khazri.appraise.cba.synergy import Method
from khazri.appraise.cba.value import Flows, Leg, appraisal, flows
from khazri.study import Result, Variant


@dataclass(frozen=True)
class Terms:
    """On which terms corridors are appraised: ``rate`` [1/a] real, ``societal_co2`` [EUR/t] (0: the
    price alone), values in ``base_year``."""

    years: tuple[int, ...]
    scenario: str
    methods: tuple[Method, ...]
    rate: float
    societal_co2: float
    base_year: int


@dataclass(frozen=True, eq=False)
class Change:
    """One plan held against another: benefits and effects by country, and what both plans may be
    off their optimum [EUR/a]."""

    table: pd.DataFrame
    uncertainty: float
    with_it: Result
    without: Result

    @property
    def total(self) -> float:
        """Benefit of all [EUR/a]."""
        return float(self.table[money_columns(self.table)].to_numpy().sum())


@dataclass(frozen=True, eq=False)
class Plans:
    """The plans that are there, by what stands in them.

    ``variant_of`` names the plan of a choice in a year; ``adequacy`` finds what expected energy not
    served is worth in it, and is not asked where there is none.
    """

    corridors: Corridors
    terms: Terms
    results: Mapping[Variant, Result]
    variant_of: Callable[[Choice, int], Variant]
    adequacy: Adequacy | None = None

    def result(self, choice: Choice, year: int) -> Result:
        """The plan of a choice in a year."""
        return self.results[self.variant_of(choice, year)]

    def change(self, choice: Choice, base: Choice, year: int) -> Change:
        """What a choice changes against another one."""
        with_it, without = self.result(choice, year), self.result(base, year)
        table = difference(
            with_it.tables["outcome"], without.tables["outcome"], self.terms.societal_co2
        )
        if self.adequacy is not None:
            lacking, lacked = (
                pd.Series(self.adequacy(self.variant_of(one, year))) for one in (choice, base)
            )
            saved = lacked.sub(lacking, fill_value=0.0)
            table[ADEQUACY] = saved.reindex(table.index).fillna(0.0)
        return Change(table, with_it.excess + without.excess, with_it, without)


@dataclass(frozen=True, eq=False)
class Worth:
    """A corridor over its life: ``states`` with its first leg, its first two and so on, ``legs``
    with what each country pays, ``flows`` by year, ``value`` by country (see :func:`appraisal`);
    ``doubt``: present value [EUR] of what the plans may be off their optimum."""

    states: Sequence[Benefits]
    legs: Sequence[Leg]
    flows: Flows
    value: pd.DataFrame
    doubt: float


def worth_of(plans: Plans, corridor: Corridor, method: Method) -> Worth | None:
    """What a corridor is worth by a method; None if it is ready in no planning year.

    Parameters
        corridor  with the cost to be counted, which may differ from that in ``plans.corridors``
    """
    terms = plans.terms
    base = with_legs(plans.corridors, corridor.name, 0, method)
    by_leg = [
        {
            year: plans.change(with_legs(plans.corridors, corridor.name, n, method), base, year)
            for year in terms.years
            if corridor.n_ready(year) >= n
        }
        for n in range(1, len(corridor.legs) + 1)
    ]
    # a later leg is ready in no year in which those before it are not
    by_leg = [changes for changes in by_leg if changes]
    if not by_leg:
        return None
    states = [benefits({y: c.table for y, c in changes.items()}) for changes in by_leg]
    legs = [leg.for_countries(states[0].countries) for leg in corridor.legs[: len(states)]]
    found = flows(states, legs, terms.base_year)
    value = appraisal(found, terms.rate, terms.base_year)
    return Worth(states, legs, found, value, _doubt(by_leg, legs, terms))


def _doubt(by_leg: Sequence[Mapping[int, Change]], legs: Sequence[Leg], terms: Terms) -> float:
    """Present value [EUR] of what the plans may be off their optimum over the life."""
    none = np.zeros(1)
    states = [
        Benefits(
            ("uncertainty",),
            ("",),
            np.array(sorted(changes), dtype=np.int64),
            np.array([changes[year].uncertainty for year in sorted(changes)])[None, None, :],
        )
        for changes in by_leg
    ]
    free = [replace(leg, investment=none, fixed=none) for leg in legs]
    table = appraisal(flows(states, free, terms.base_year), terms.rate, terms.base_year)
    return float(table["benefit_eur"].iloc[-1])
