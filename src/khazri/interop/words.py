"""Why a network has no solution, in its own words: buses, components and snapshots."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from khazri.errors import InfeasibleError
from khazri.interop.network import Network
from khazri.interop.places import place_of
from khazri.program import Program
from khazri.program.families import Column, GlobalRow, Row
from khazri.solve.infeasible import Missing, Side

_MOST = 6
"""Lines for what is missing, and as many for what collides."""

_ENERGIES = frozenset({Row.STORE, Column.LEVEL, GlobalRow.SUPPLY_ENERGY})

_KEPT = ("kind", "amount", "peak", "unit", "side", "share")
"""Facts that are the same for programs and networks."""

Fact = Mapping[str, object]


def in_words_of(network: Network, program: Program, error: InfeasibleError) -> InfeasibleError:
    """Return the same error in the words of the network."""
    if not error.facts:
        return error
    hour = np.concatenate([[0.0], np.cumsum(program.duration)]).astype(int)[:-1]

    def snapshot(fact: Fact, end: str) -> str:
        place = int(np.searchsorted(hour, int(str(fact[end])), side="right")) - 1
        return str(network.snapshots[max(place, 0)])

    def when(fact: Fact) -> str:
        first = int(str(fact["first_hour"]))
        if first < 0:
            return ""
        begin, end = snapshot(fact, "first_hour"), snapshot(fact, "last_hour")
        return f" in {begin}" if begin == end else f" between {begin} and {end}"

    missing = [fact for fact in error.facts if "amount" in fact]
    limits = [fact for fact in error.facts if "amount" not in fact]

    def told(fact: Fact, words: str) -> dict[str, object]:
        place = place_of(str(fact["item"]), _side(fact))
        kept = {name: fact[name] for name in _KEPT if name in fact}
        if kept.get("kind") in (Missing.SHORT, Missing.SURPLUS):
            kept["unit"] = "MWh"  # of the amount; the peak is in MW
        first = int(str(fact["first_hour"])) >= 0
        return {
            "component": place.kind,
            "name": place.name,
            "attribute": place.attribute,
            "first_snapshot": snapshot(fact, "first_hour") if first else None,
            "last_snapshot": snapshot(fact, "last_hour") if first else None,
            **kept,
            "where": str(place),
            "words": words,
        }

    lines = ["No operation and no capacities meet all limits at once. At least this is missing:"]
    lines += _first([_missing(fact) + when(fact) for fact in missing])
    named = {fact["item"] for fact in missing[:_MOST]}
    collide = [
        _limit(fact) + when(fact)
        for fact in limits
        if fact["side"] != Side.NEED or fact["item"] not in named
    ]
    if collide:
        lines += ["These limits bind and collide:", *_first(collide)]
    facts = [told(fact, _missing(fact) + when(fact)) for fact in missing]
    facts += [told(fact, _limit(fact) + when(fact)) for fact in limits]
    return InfeasibleError("\n".join(lines), facts)


def _first(lines: list[str]) -> list[str]:
    shown = lines if len(lines) <= _MOST else lines[: _MOST - 1]
    rest = len(lines) - len(shown)
    return [f"  {line}" for line in shown] + ([f"  and {rest} more"] if rest else [])


def _side(fact: Fact) -> Side:
    """Return the side of a limit; of what is missing, that which would have to give way."""
    if "side" in fact:
        return Side(str(fact["side"]))
    return Side.AT_LEAST if fact["kind"] == Missing.BELOW else Side.AT_MOST


def _missing(fact: Fact) -> str:
    kind, item = Missing(str(fact["kind"])), str(fact["item"])
    amount, peak = _number(fact["amount"]), _number(fact["peak"])
    family = str(fact["family"])
    if kind is Missing.CONTRADICTION:
        unit = "MWh" if family in _ENERGIES else "MW"
        return f"{item}: its minimum is above its maximum by {peak} {unit}"
    if kind in (Missing.BELOW, Missing.ABOVE):
        return f"{item}: {amount} {kind.value}"
    way = "short" if kind is Missing.SHORT else "too much"
    most = "" if family == Row.STORE else f", up to {peak} MW,"
    return f"{item}: {amount} MWh {way}{most}"


def _limit(fact: Fact) -> str:
    side, item = Side(str(fact["side"])), str(fact["item"])
    if side is Side.NEED:
        what = "inflow and start of" if fact["family"] == Row.STORE else "load of"
        return f"{what} {item}"
    return f"{item} at its {'minimum' if side is Side.AT_LEAST else 'maximum'}"


def _number(value: object) -> str:
    number = float(str(value))
    return f"{number:,.0f}" if abs(number) >= 10.0 else f"{number:.3g}"
