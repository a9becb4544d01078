"""Who pays whom: cross-border cost allocation as the European Union does it, and how to settle any
sharing with the fewest payments."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from khazri.appraise.sharing.game import TOLERANCE, Flags, Floats
from khazri.errors import UsageError

SIGNIFICANT = 0.10
"""Share of all net gains from which a country is asked to pay: an assumption, hence an option.

That ACER has such a threshold: Meeus and Keyaerts, First series of cross-border cost
allocation decisions for projects of common interest, Florence School of Regulation. That it is a
tenth is commonly told of its recommendations and was not checked against their text."""


@dataclass(frozen=True, eq=False)
class Compensation:
    """Net losers made whole by those who gain much.

    ``payoff`` (n,) [EUR] is what each is left with; ``pays`` marks who contributes; ``uncovered``
    [EUR] is the part of the losses that all gains cannot cover; ``is_widened`` tells that those
    above the threshold could not cover it and all who gain contribute.
    """

    payoff: Floats
    pays: Flags
    uncovered: float
    is_widened: bool


def compensate(
    own: Floats, *, hosts: Flags | None = None, threshold: float = SIGNIFICANT
) -> Compensation:
    """Cross-border cost allocation: hosting countries that lose are brought to zero.

    Parameters
        own        (n,) [EUR] benefit less cost of each country, costs borne where they arise
        hosts      (n,) countries on whose territory the project lies; only their losses are made
                   good; all if not given
        threshold  [1] share of all gains from which a country contributes, 0 to 1

    Notes
        Contributions are in proportion to net gain among the countries above the threshold; nobody
        pays more than it gains. Where these gains are too small, all who gain contribute; where
        those are too small as well, losses are made good in proportion. The regulation leaves the
        key to the authorities; proportion to net gain is the one used here.

    Source
        Regulation (EU) 2022/869, Article 16; ACER Recommendation No 02/2023 of 22 June 2023,
        recital 2: a net negative impact on a hosting country is to be compensated
    """
    if not 0.0 <= threshold <= 1.0:
        raise UsageError("the threshold of significance is a share from 0 to 1")
    is_host = np.ones(len(own), dtype=bool) if hosts is None else hosts
    gain = np.maximum(own, 0.0)
    loss = np.where(is_host, np.maximum(-own, 0.0), 0.0)
    due = float(loss.sum())
    pays = (gain > 0) & (gain >= threshold * gain.sum()) & (due > 0)
    is_widened = bool(gain[pays].sum() < due)
    if is_widened:
        pays = gain > 0
    able = float(gain[pays].sum())
    paid = min(due, able)
    contribution = np.where(pays, gain, 0.0) * (paid / able if able > 0 else 0.0)
    received = loss * (paid / due if due > 0 else 0.0)
    return Compensation(own - contribution + received, pays, due - paid, is_widened and due > 0)


@dataclass(frozen=True)
class Payment:
    """One payment [EUR] between two parties by their position."""

    payer: int
    payee: int
    amount: float


def fewest_payments(balance: Floats) -> tuple[Payment, ...]:
    """The fewest payments after which each party has received its ``balance`` (n,) [EUR].

    Balances add up to zero; who is below zero pays. Parties that settle among themselves need one
    payment less than they are, so the parties are cut into as many groups of sum zero as there
    are; found over all 2^n sets.

    Raises
        UsageError  the balances do not add up to zero
    """
    size = max(float(np.abs(balance).max(initial=0.0)), 1e-300)
    near = 1e3 * TOLERANCE * size
    if abs(float(balance.sum())) > near:
        raise UsageError(f"what is received and paid differs by {balance.sum():,.0f}")
    party = np.flatnonzero(np.abs(balance) > near)
    payments = [
        payment
        for group in _zero_groups(balance[party], near)
        for payment in _settle(balance, party[group], near)
    ]
    return tuple(sorted(payments, key=lambda p: (p.payer, p.payee)))


def _zero_groups(balance: Floats, near: float) -> list[NDArray[np.int64]]:
    """The most groups of positions whose balances add up to zero."""
    n = len(balance)
    sets = np.arange(2**n)
    total = ((sets[:, None] >> np.arange(n)) & 1) @ balance
    is_zero = np.abs(total) <= near
    most = np.zeros(2**n, dtype=np.int64)
    last = np.zeros(2**n, dtype=np.int64)
    for chosen in range(1, 2**n):
        inside = [i for i in range(n) if chosen >> i & 1]
        before = [most[chosen ^ (1 << i)] for i in inside]
        best = int(np.argmax(before))
        most[chosen] = before[best] + is_zero[chosen]
        last[chosen] = inside[best]
    groups: list[NDArray[np.int64]] = []
    members: list[int] = []
    chosen = 2**n - 1
    while chosen:
        if is_zero[chosen] and members:
            groups.append(np.array(members))
            members = []
        members.append(int(last[chosen]))
        chosen ^= 1 << int(last[chosen])
    return [*groups, np.array(members, dtype=np.int64)] if members else groups


def _settle(balance: Floats, group: NDArray[np.int64], near: float) -> list[Payment]:
    """Settle a group of sum zero: who owes most pays whom is owed most."""
    left = {int(i): float(balance[i]) for i in group}
    payments = []
    while left:
        payer, payee = min(left, key=left.__getitem__), max(left, key=left.__getitem__)
        amount = min(-left[payer], left[payee])
        if amount <= near:
            break  # what is left over is rounding, on either side
        payments.append(Payment(payer, payee, amount))
        left[payer] += amount
        left[payee] -= amount
    return payments
