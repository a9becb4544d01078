"""What coalitions of countries are worth: plans with the legs that each of them can build alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

import pandas as pd

from khazri.appraise.cba.benefits import Benefit, difference
from khazri.appraise.cba.corridors import Corridor, Corridors
from khazri.errors import UsageError
from khazri.study import Result, Variant

_MOST = 12
"""Parties beyond which all coalitions are too many: 4,096 of them."""


class Outside(StrEnum):
    """What those do who are not in a coalition."""

    NOTHING = "nothing"
    TOGETHER = "together"


Option = frozenset[tuple[str, int]]
"""Corridors with how many of their legs stand, so that options can be held against each other."""


@dataclass(frozen=True)
class Coalitions:
    """All coalitions of the ``players`` of corridors in a year, and the legs each can build.

    Notes
        A leg needs the countries of both ends of its links, the legs before it, and those parties
        of its corridor where no link of it ends: countries that are only crossed, or only trade.
        Few sets of legs are possible, so few plans tell the worths of many coalitions.
        ``outside``: those left out build nothing, or what is best for them together, which harms or
        helps the coalition without its doing.
    """

    corridors: Corridors
    year: int
    scenario: str
    players: tuple[str, ...]
    choices: Mapping[frozenset[str], Mapping[str, int]]
    outside: Outside = Outside.NOTHING

    @property
    def options(self) -> tuple[Option, ...]:
        """All that some coalitions can build beside each other."""
        single = list(dict.fromkeys(_option(choice) for choice in self.choices.values()))
        found = dict.fromkeys(single)
        if self.outside is Outside.TOGETHER:
            found.update(dict.fromkeys(_beside(a, b) for a in single for b in single))
        return tuple(found)

    def plan_of(self, option: Option) -> Variant:
        """The plan in which an option stands."""
        return self.corridors.variant(dict(option), self.year, self.scenario)

    def variant(self, members: frozenset[str]) -> Variant:
        """The plan that a coalition rests on."""
        return self.corridors.variant(self.choices[members], self.year, self.scenario)

    @property
    def variants(self) -> tuple[Variant, ...]:
        """All plans that are needed, each once."""
        return tuple(dict.fromkeys(self.plan_of(option) for option in self.options))


def coalitions(
    corridors: Corridors, year: int, scenario: str, outside: Outside = Outside.NOTHING
) -> Coalitions:
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
    return Coalitions(corridors, year, scenario, players, choices, outside)


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
    found: Coalitions,
    results: Mapping[Variant, Result],
    societal_co2: float = 0.0,
    noise: float = 0.0,
) -> CoalitionWorths:
    """What each coalition is worth.

    Parameters
        results  of all ``found.variants``, from :func:`khazri.appraise.cba.case_appraisal.kept`
        noise    [EUR/a] what a party gains or loses counts as nothing up to this

    Notes
        The welfare of its members with legs that they can build, less that without any corridor,
        investment as an annuity. Of the plans that are there the one counts that is best for them:
        a coalition may leave legs unbuilt, all of them too, so none is worth less than 0 by what it
        builds itself. What those outside build may take more from it. Where they act together, they
        do what is best for them beside what the coalition builds, and it knows that.
    """
    gains = {v: _gain(found, results, v, societal_co2, noise) for v in found.variants}
    net = {option: gains[found.plan_of(option)].sum(axis=1).to_dict() for option in found.options}

    def worth(option: Option, members: frozenset[str]) -> float:
        return float(sum(net[option].get(one, 0.0) for one in sorted(members)))

    single = list(dict.fromkeys(_option(choice) for choice in found.choices.values()))
    everybody = frozenset(found.players)
    worths: dict[frozenset[str], float] = {}
    variants: dict[frozenset[str], Variant] = {}
    for members in found.choices:
        others = everybody - members
        answers = [frozenset[tuple[str, int]]()]
        if found.outside is Outside.TOGETHER:
            answers = _within(single, found.choices[others])
        best = []
        for own in _within(single, found.choices[members]):
            # the others do what is best for them beside it
            stands = [_beside(own, answer) for answer in answers]
            best.append(max(stands, key=lambda option: worth(option, others)))
        chosen = max(best, key=lambda option: worth(option, members))
        variants[members] = found.plan_of(chosen)
        worths[members] = worth(chosen, members) if members else 0.0
    return CoalitionWorths(worths, variants, _together(found, gains[variants[everybody]]))


def _option(choice: Mapping[str, int]) -> Option:
    return frozenset(choice.items())


def _within(options: Sequence[Option], choice: Mapping[str, int]) -> list[Option]:
    """Those options that ask for no more legs than a choice has."""
    return [one for one in options if all(n <= choice.get(name, 0) for name, n in one)]


def _beside(one: Option, other: Option) -> Option:
    """What stands if both are built."""
    legs = dict(one)
    for name, n in other:
        legs[name] = max(n, legs.get(name, 0))
    return frozenset(legs.items())


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
    found: Coalitions,
    results: Mapping[Variant, Result],
    variant: Variant,
    societal_co2: float,
    noise: float,
) -> pd.DataFrame:
    """Benefit and what is paid, by country, against no corridor [EUR/a]."""
    result, none = results[variant], results[found.variant(frozenset())]
    change = difference(result.tables["outcome"], none.tables["outcome"], societal_co2)
    benefit = change[[str(kind) for kind in Benefit]].sum(axis=1)
    paid = none.tables["paid"]["eur_a"] - result.tables["paid"]["eur_a"]
    heard = (benefit + paid).abs() > noise
    return pd.DataFrame({"benefit": benefit.where(heard, -paid), "paid": paid})


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
