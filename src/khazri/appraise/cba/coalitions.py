"""What coalitions of countries are worth: plans with the legs that each of them can build alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

import pandas as pd

from khazri.appraise.cba.benefits import Benefit, difference
from khazri.appraise.cba.corridors import Corridor, Corridors
from khazri.errors import UsageError
from khazri.study import Result, Variant

_MOST = 12
"""Parties beyond which all coalitions are too many: 4,096 of them."""


@dataclass(frozen=True)
class Coalitions:
    """All coalitions of the ``players`` of corridors in a year, and the legs each can build.

    Notes
        A leg needs the countries of both ends of its links, the legs before it, and those parties
        of its corridor where no link of it ends: countries that are only crossed, or only trade.
        Few sets of legs are possible, so few plans tell the worths of many coalitions.
    """

    corridors: Corridors
    year: int
    scenario: str
    players: tuple[str, ...]
    choices: Mapping[frozenset[str], Mapping[str, int]]

    def variant(self, members: frozenset[str]) -> Variant:
        """The plan that a coalition rests on."""
        return self.corridors.variant(self.choices[members], self.year, self.scenario)

    @property
    def variants(self) -> tuple[Variant, ...]:
        """All plans that are needed, each once."""
        return tuple(dict.fromkeys(self.variant(members) for members in self.choices))


def coalitions(corridors: Corridors, year: int, scenario: str) -> Coalitions:
    """All coalitions of the countries that corridors need.

    Raises
        UsageError  too many parties, or no leg can run in the year
    """
    players = tuple(dict.fromkeys(p for one in corridors.appraised for p in _needed_by(one)))
    if len(players) > _MOST:
        raise UsageError(
            f"{', '.join(corridors.names)} have {len(players)} parties, "
            f"more than {_MOST}; name fewer corridors"
        )
    if not any(one.n_ready(year) for one in corridors.appraised):
        raise UsageError(f"none of {', '.join(corridors.names)} can run in {year}")
    choices = {
        frozenset(members): {
            one.name: n for one in corridors.appraised if (n := _n_legs(one, set(members), year))
        }
        for size in range(len(players) + 1)
        for members in combinations(players, size)
    }
    return Coalitions(corridors, year, scenario, players, choices)


@dataclass(frozen=True, eq=False)
class CoalitionWorths:
    """Worths [EUR/a] of all coalitions and the plan that each rests on.

    ``together``: index country (parties first): benefit_eur, cost_eur [EUR/a] when all join and
    build what is best for them, is_host (a link of the corridors ends there).
    """

    worths: Mapping[frozenset[str], float]
    variants: Mapping[frozenset[str], Variant]
    together: pd.DataFrame


def coalition_worths(
    found: Coalitions, results: Mapping[Variant, Result], societal_co2: float = 0.0
) -> CoalitionWorths:
    """What each coalition is worth.

    Parameters
        results  of all ``found.variants``, from :func:`khazri.appraise.cba.case_appraisal.kept`

    Notes
        The welfare of its members with legs that they can build, less that without any corridor,
        investment as an annuity. Of the plans that are there the one counts that is best for them:
        a coalition may leave legs unbuilt, all of them too, so none is worth less than 0.
    """
    gains = {v: _gain(found, results, v, societal_co2) for v in found.variants}
    net = {v: table.sum(axis=1).to_dict() for v, table in gains.items()}
    built = {
        found.corridors.variant(choice, found.year, found.scenario): choice
        for choice in found.choices.values()
    }
    worths: dict[frozenset[str], float] = {}
    variants: dict[frozenset[str], Variant] = {}
    for members, own in found.choices.items():
        worth = {
            v: sum(net[v].get(member, 0.0) for member in sorted(members))
            for v, choice in built.items()
            if all(n <= own.get(name, 0) for name, n in choice.items())
        }
        variants[members] = max(worth, key=lambda v: worth[v])
        worths[members] = worth[variants[members]]
    return CoalitionWorths(
        worths, variants, _together(found, gains[variants[frozenset(found.players)]])
    )


def _together(found: Coalitions, gain: pd.DataFrame) -> pd.DataFrame:
    hosts = {c for one in found.corridors.appraised for leg in one.legs for c in leg.investment}
    order = [*found.players, *(c for c in gain.index if c not in found.players)]
    table = gain.reindex(order).fillna(0.0)
    return pd.DataFrame(
        {
            "benefit_eur": table["benefit"],
            "cost_eur": -table["paid"],
            "is_host": [country in hosts for country in order],
        },
        index=pd.Index(order, name="country"),
    )


def _gain(
    found: Coalitions, results: Mapping[Variant, Result], variant: Variant, societal_co2: float
) -> pd.DataFrame:
    """Benefit and what is paid, by country, against no corridor [EUR/a]."""
    result, none = results[variant], results[found.variant(frozenset())]
    change = difference(result.tables["outcome"], none.tables["outcome"], societal_co2)
    benefit = change[[str(kind) for kind in Benefit]].sum(axis=1)
    paid = none.tables["paid"]["eur_a"] - result.tables["paid"]["eur_a"]
    return pd.DataFrame({"benefit": benefit, "paid": paid})


def _needed_by(one: Corridor) -> list[str]:
    ends = [country for leg in one.legs for country in leg.investment]
    return list(dict.fromkeys([*one.parties, *ends]))


def _n_legs(one: Corridor, members: set[str], year: int) -> int:
    """How many of its legs, from the first on, members can build by themselves."""
    hosts = {country for leg in one.legs for country in leg.investment}
    if not (set(one.parties) - hosts) <= members:
        return 0
    count = 0
    for leg in one.legs[: one.n_ready(year)]:
        if not set(leg.investment) <= members:
            break
        count += 1
    return count
