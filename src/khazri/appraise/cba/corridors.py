"""Corridors of a case: their legs, who pays for them, and the plans that an appraisal needs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from khazri.appraise.cba.steps import Step, read_steps, spending_of
from khazri.appraise.cba.synergy import Method, needed_sets
from khazri.appraise.cba.value import Leg
from khazri.appraise.finance import country_of_buses, link_parts
from khazri.case import Case
from khazri.case.texts import unknown_name
from khazri.errors import UsageError
from khazri.study import CorridorState, Variant

SPENDING = (0.5, 0.5)
"""Shares of the investment in the years before operation where a case has no works of a leg."""


@dataclass(frozen=True)
class CorridorLeg:
    """What is built together: ``links``, from ``start`` on for ``life`` years; ``titles`` are the
    names of the links as readers know them.

    ``investment`` [EUR] and ``fixed`` [EUR/a] by country: of each link half and half to the
    countries of both ends. ``spending``: shares of the investment in the years before ``start``,
    as its works go.
    """

    name: str
    phase: int
    links: tuple[str, ...]
    titles: tuple[str, ...]
    start: int
    life: int
    spending: tuple[float, ...]
    investment: Mapping[str, float]
    fixed: Mapping[str, float]

    @property
    def title(self) -> str:
        """The leg as readers know it."""
        return ", ".join(self.titles)

    def for_countries(self, countries: Sequence[str], starts_at: int | None = None) -> Leg:
        """The same as arrays over countries."""
        return Leg(
            name=self.name,
            investment=np.array([self.investment.get(one, 0.0) for one in countries]),
            fixed=np.array([self.fixed.get(one, 0.0) for one in countries]),
            spending=self.spending,
            start=self.start if starts_at is None else starts_at,
            life=self.life,
        )


@dataclass(frozen=True)
class Corridor:
    """A named project with its legs in the order of building, and the steps that lead to them."""

    name: str
    title: str
    status: str
    parties: tuple[str, ...]
    expected_year: int | None
    legs: tuple[CorridorLeg, ...]
    steps: tuple[Step, ...] = ()

    @property
    def crossed(self) -> tuple[str, ...]:
        """Parties where no link ends: they are crossed, or only trade, and pay nothing."""
        paying = {country for leg in self.legs for country in leg.investment}
        return tuple(one for one in self.parties if one not in paying)

    def n_ready(self, year: int) -> int:
        """How many of its legs can run in a year."""
        return sum(leg.start <= year for leg in self.legs)


Choice = Mapping[str, int]
"""How many legs of each corridor stand; of those that it does not name none does."""


@dataclass(frozen=True)
class Corridors:
    """The corridors under appraisal, and all others of the case with what they do meanwhile."""

    appraised: tuple[Corridor, ...]
    built_anyway: frozenset[str]
    left_out: frozenset[str]
    every_link: Mapping[str, str]
    """The corridor of each link that belongs to one."""

    @property
    def names(self) -> tuple[str, ...]:
        """Names of those under appraisal, in the order of the case."""
        return tuple(one.name for one in self.appraised)

    def of(self, name: str) -> Corridor:
        """The corridor of that name."""
        return next(one for one in self.appraised if one.name == name)

    def standing(self, choice: Choice, year: int) -> dict[str, int]:
        """What of a choice can stand in a year: corridors and how many of their legs."""
        ready = {
            one.name: min(choice.get(one.name, 0), one.n_ready(year)) for one in self.appraised
        }
        return {name: n for name, n in ready.items() if n > 0}

    def variant(self, choice: Choice, year: int, scenario: str) -> Variant:
        """The plan of a choice. Choices that are the same in a year have the same plan."""
        stands = self.standing(choice, year)
        held_back = {
            link
            for name, n in stands.items()
            for leg in self.of(name).legs[n : self.of(name).n_ready(year)]
            for link in leg.links
        }
        return Variant(
            year=year,
            scenario=scenario,
            built=frozenset(stands) | self.built_anyway,
            off=(frozenset(self.names) - set(stands)) | self.left_out,
            links=frozenset(self.every_link) - held_back if held_back else None,
        )


def read_corridors(case: Case, wanted: Sequence[str] = ()) -> Corridors:
    """Corridors of a case with their legs.

    Parameters
        wanted  names; none: all that are not off under the scenario of the case

    Raises
        UsageError  no such corridor, none at all, or one without links, year or cost

    Notes
        Corridors that are not appraised stand if the scenario demands them, else they are left
        out: a plan that may choose them would answer a corridor with another one.
    """
    table = case.table("corridors")
    states = dict(zip(table["corridor"].astype(str), table["state"].astype(str), strict=True))
    for name in wanted:
        if name not in states:
            raise unknown_name(
                f"the case has no corridor '{name}'",
                name,
                states,
                where="corridor",
                expected="a corridor of the case",
                otherwise=f"corridors: {', '.join(states)}",
            )
    chosen = [n for n in states if n in wanted or (not wanted and states[n] != CorridorState.OFF)]
    if not chosen:
        raise UsageError("the case has no corridor that is not off; name those to appraise")
    members = case.table("corridor_links")
    others = [name for name in states if name not in chosen]
    return Corridors(
        appraised=tuple(_corridor(case, name) for name in chosen),
        built_anyway=frozenset(n for n in others if states[n] == CorridorState.BUILT),
        left_out=frozenset(n for n in others if states[n] != CorridorState.BUILT),
        every_link=dict(
            zip(members["link"].astype(str), members["corridor"].astype(str), strict=True)
        ),
    )


def needed_choices(corridors: Corridors, method: Method) -> tuple[dict[str, int], ...]:
    """All choices that an appraisal by a method holds against each other.

    One out or one in, pairs, all and none; and of corridors with several legs the first ones alone,
    which tells what waiting for the others costs.
    """
    whole = {one.name: len(one.legs) for one in corridors.appraised}
    choices = [{n: whole[n] for n in one} for one in needed_sets(corridors.names, method)]
    choices += [whole, {}]
    for one in corridors.appraised:
        choices += [with_legs(corridors, one.name, n, method) for n in range(len(one.legs) + 1)]
    return tuple(choices)


def with_legs(corridors: Corridors, name: str, n_legs: int, method: Method) -> dict[str, int]:
    """The first legs of a corridor beside all others (taken out) or alone (put in)."""
    others = {one.name: len(one.legs) for one in corridors.appraised if one.name != name}
    return {**(others if method is Method.TOOT else {}), name: n_legs}


def _corridor(case: Case, name: str) -> Corridor:
    table = case.table("corridors").set_index("corridor")
    row = table.loc[name]
    years = pd.to_numeric(table["expected_year"]).dropna()
    known = int(years.loc[name]) if name in years.index else None
    members = case.table("corridor_links")
    phases = [int(one) for one in members.loc[members["corridor"] == name, "phase"]]
    steps = read_steps(case, name, phases)
    return Corridor(
        name=name,
        title=str(row["name"]),
        status=str(table["status"].fillna("").loc[name]),
        parties=_parties(row["parties"]),
        expected_year=known,
        legs=tuple(_legs(case, name, known, steps)),
        steps=steps,
    )


def _parties(cell: object) -> tuple[str, ...]:
    if isinstance(cell, (tuple, list)):
        return tuple(str(one) for one in cell)
    return tuple(one for one in str(cell).split(";") if one) if isinstance(cell, str) else ()


def _legs(
    case: Case, name: str, expected: int | None, steps: Sequence[Step]
) -> Iterator[CorridorLeg]:
    """Legs in their order; one is not ready before those that it follows."""
    members = case.table("corridor_links")
    members = members[members["corridor"] == name]
    if members.empty:
        raise UsageError(f"the corridor '{name}' has no links; give them in corridor_links.csv")
    links = case.table("links").set_index("link")
    country = country_of_buses(case)
    earliest = 0
    for phase, rows in members.groupby("phase", sort=True):
        inside = [str(one) for one in rows["link"]]
        years = links.loc[inside, "commissioning_year"].dropna().astype(int)
        earliest = max([earliest, *(int(year) for year in years)])
        start = earliest or expected
        if start is None:
            raise UsageError(
                f"the corridor '{name}' has no year; give commissioning_year of its links or "
                "its expected_year"
            )
        parts = link_parts(case, inside, start).set_index("item").loc[inside]
        if not (parts["investment_eur"] > 0).all():
            free = ", ".join(parts.index[~(parts["investment_eur"] > 0)])
            raise UsageError(f"{free} of '{name}' has no cost; give it capex_million or a length")
        ends = [links.loc[inside, end].map(country) for end in ("from_bus", "to_bus")]
        yield CorridorLeg(
            name=f"{name}/{phase}",
            phase=int(str(phase)),
            links=tuple(inside),
            titles=tuple(str(one) for one in links.loc[inside, "name"].fillna("")),
            start=start,
            life=int(parts["lifetime_a"].min()),
            spending=spending_of([s for s in steps if s.phase == phase], start, SPENDING),
            investment=_halves(parts["investment_eur"], ends),
            fixed=_halves(parts["fixed_om_eur"].fillna(0.0), ends),
        )


def _halves(amounts: pd.Series[float], ends: Sequence[pd.Series[str]]) -> Mapping[str, float]:
    both = pd.concat([(0.5 * amounts).groupby(end.to_numpy()).sum() for end in ends])
    return {str(c): float(v) for c, v in both.groupby(level=0).sum().items()}
