"""All rules of sharing side by side: who gets what, is it stable, who pays whom."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

import numpy as np
import pandas as pd

from khazri.appraise.sharing.core import LeastCore, is_nucleolus, least_core, nucleolus
from khazri.appraise.sharing.game import Flags, Floats, Game, excess, proper
from khazri.appraise.sharing.payments import SIGNIFICANT, Payment, compensate, fewest_payments
from khazri.appraise.sharing.values import (
    equal_split,
    in_proportion,
    nash_bargain,
    separable_costs,
    shapley_value,
)
from khazri.errors import UsageError

_NOTHING = 1e-7
"""Share of the size of a game below which a coalition lacks nothing worth leaving for."""


class Rule(StrEnum):
    """How what all together are worth is shared."""

    OWN = "as it falls"
    SHAPLEY = "Shapley value"
    NUCLEOLUS = "nucleolus"
    NASH = "Nash bargaining"
    SEPARABLE = "separable costs, remaining benefits"
    BENEFIT = "in proportion to benefit"
    COST = "in proportion to cost"
    EQUAL = "equal parts"
    CBCA = "EU cost allocation"


@dataclass(frozen=True, eq=False)
class Parties:
    """What is known of the parties beside the worths, each (n,) or None where it is not.

    ``benefit`` and ``cost`` [EUR or EUR/a] are what each has and bears when all take part, before
    any payment; benefits less costs add up to what all together are worth. ``weight`` is power in
    bargaining, ``hosts`` marks on whose ground the project lies.
    """

    benefit: Floats | None = None
    cost: Floats | None = None
    weight: Floats | None = None
    hosts: Flags | None = None

    @property
    def own(self) -> Floats | None:
        """What each is left with before any payment, (n,); None where that is not known."""
        if self.benefit is None or self.cost is None:
            return None
        return np.asarray(self.benefit - self.cost, dtype=np.float64)


@dataclass(frozen=True, eq=False)
class Sharing:
    """A game shared by every rule that applies.

    ``payoffs`` (n,) [EUR] by rule; ``left_out`` says why a rule does not apply; ``core`` how
    stable sharing can be at best; ``proven`` whether the nucleolus passed Kohlberg's criterion;
    ``uncovered`` [EUR] losses that cost allocation could not make good.
    """

    game: Game
    parties: Parties
    payoffs: Mapping[Rule, Floats]
    left_out: Mapping[Rule, str]
    core: LeastCore
    proven: bool
    uncovered: float


def share(game: Game, parties: Parties | None = None, threshold: float = SIGNIFICANT) -> Sharing:
    """Share a game by every rule; a rule that cannot be applied is left out with the reason.

    Raises
        UsageError  benefits less costs do not add up to what all together are worth
    """
    known = parties or Parties()
    own = known.own
    if own is not None and abs(own.sum() - game.total) > 1e-6 * game.size:
        raise UsageError(
            f"benefits less costs add up to {own.sum():,.0f}, "
            f"but all together are worth {game.total:,.0f}"
        )
    compensation = None if own is None else compensate(own, hosts=known.hosts, threshold=threshold)
    rules: dict[Rule, Callable[[], Floats]] = {
        Rule.OWN: lambda: _known(own, "benefits and costs are not given"),
        Rule.SHAPLEY: lambda: shapley_value(game),
        Rule.NUCLEOLUS: lambda: nucleolus(game),
        Rule.NASH: lambda: nash_bargain(game, known.weight),
        Rule.SEPARABLE: lambda: separable_costs(game),
        Rule.BENEFIT: lambda: in_proportion(
            game.total, _known(known.benefit, "benefits are not given")
        ),
        Rule.COST: lambda: in_proportion(game.total, _known(known.cost, "costs are not given")),
        Rule.EQUAL: lambda: equal_split(game),
        Rule.CBCA: lambda: _known(
            None if compensation is None else compensation.payoff,
            "benefits and costs are not given",
        ),
    }
    payoffs: dict[Rule, Floats] = {}
    left_out: dict[Rule, str] = {}
    for rule, pay in rules.items():
        try:
            payoffs[rule] = pay()
        except UsageError as error:
            left_out[rule] = str(error)
    return Sharing(
        game=game,
        parties=known,
        payoffs=MappingProxyType(payoffs),
        left_out=MappingProxyType(left_out),
        core=least_core(game),
        proven=Rule.NUCLEOLUS in payoffs and is_nucleolus(game, payoffs[Rule.NUCLEOLUS]),
        uncovered=0.0 if compensation is None else compensation.uncovered,
    )


def payoff_table(sharing: Sharing) -> pd.DataFrame:
    """What each party gets: party, alone_eur, marginal_eur, and a column for each rule [EUR]."""
    game = sharing.game
    frame = pd.DataFrame(
        {"party": game.players, "alone_eur": game.alone, "marginal_eur": game.marginal}
    )
    for rule, payoff in sharing.payoffs.items():
        frame[str(rule)] = payoff
    return frame


def stability_table(sharing: Sharing) -> pd.DataFrame:
    """Whether each sharing holds.

    Returns
    -------
    DataFrame
        rule, is_stable (in the core), largest_excess_eur (above zero: what the coalition with most
        reason gains by leaving), leaves (that coalition), n_leave (coalitions that gain by
        leaving), reasons (all of them by name with what they gain, most first).
    """
    game = sharing.game
    near = _NOTHING * game.size
    rows = []
    for rule, payoff in sharing.payoffs.items():
        lack = excess(game, payoff)
        some = proper(game.n)
        order = some[np.argsort(-lack[some], kind="stable")]
        leaving = [int(s) for s in order if lack[s] > near]
        rows.append(
            {
                "rule": str(rule),
                "is_stable": not leaving and abs(payoff.sum() - game.total) <= near,
                "largest_excess_eur": float(lack[order[0]]) if len(order) else 0.0,
                "leaves": game.name_of(leaving[0]) if leaving else "",
                "n_leave": len(leaving),
                "reasons": "; ".join(f"{game.name_of(s)}: {lack[s]:.0f}" for s in leaving),
            }
        )
    return pd.DataFrame(rows)


def payments_of(sharing: Sharing, rule: Rule) -> tuple[Payment, ...]:
    """The fewest payments from what falls to each to what a rule gives it.

    Raises
        UsageError  benefits and costs are not given, or the rule does not apply
    """
    own = _known(sharing.parties.own, "payments need the benefit and the cost of each party")
    if rule not in sharing.payoffs:
        raise UsageError(f"{rule}: {sharing.left_out[rule]}")
    return fewest_payments(sharing.payoffs[rule] - own)


def payment_table(sharing: Sharing) -> pd.DataFrame:
    """Who pays whom by each rule: rule, payer, payee, amount_eur; empty without costs given."""
    columns = ("rule", "payer", "payee", "amount_eur")
    if sharing.parties.own is None:
        return pd.DataFrame({name: [] for name in columns})
    names = sharing.game.players
    rows = [
        (str(rule), names[payment.payer], names[payment.payee], payment.amount)
        for rule in sharing.payoffs
        if rule is not Rule.OWN
        for payment in payments_of(sharing, rule)
    ]
    return pd.DataFrame(rows, columns=list(columns))


def _known(values: Floats | None, otherwise: str) -> Floats:
    if values is None:
        raise UsageError(otherwise)
    return values
