"""A memo on sharing: who gets what by each rule, what holds, who pays whom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import pandas as pd
from markupsafe import Markup

from khazri.appraise.sharing import (
    Rule,
    Sharing,
    payment_table,
    payoff_table,
    stability_table,
)
from khazri.report.appraisal_view import KEY_DIGITS
from khazri.report.markup import Column, Figure, Section, element, table
from khazri.report.memo import Card, Memo
from khazri.report.numbers import Unit, money, unit_for
from khazri.report.plots import Bar, Segment, bars


@dataclass(frozen=True, eq=False)
class Told:
    """What a memo says of a game beyond its numbers.

    ``facts`` stand under each figure; ``per`` follows amounts (" a year"); ``names`` are those of
    parties as readers know them; ``notes`` say how worths were found and ``plans`` (columns plan,
    legs, is_certified, coalitions) which plans they rest on, if any.
    """

    title: str
    currency: str
    facts: str = ""
    per: str = ""
    names: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    plans: pd.DataFrame | None = None

    def name(self, party: str) -> str:
        """A party as readers know it."""
        return self.names.get(party, party)

    def listed(self, parties: Iterable[str]) -> str:
        """Parties one after the other; none for none."""
        return ", ".join(self.name(one) for one in parties)


def sharing_memo(sharing: Sharing, told: Told) -> Memo:
    """The memo of one game."""
    game = sharing.game
    payoffs, stability = payoff_table(sharing), stability_table(sharing)
    plain = unit_for(money(told.currency), payoffs.drop(columns="party").to_numpy().ravel())
    unit = Unit(f"{plain.name}{told.per}", plain.size)
    payoffs["party"] = [told.name(str(one)) for one in payoffs["party"]]
    holding = [str(rule) for rule in stability.loc[stability["is_stable"], "rule"]]
    gain = game.total - float(game.alone.sum())
    payments = payment_table(sharing)
    sections = [
        Section(
            "rules",
            "Who gets what",
            "Each rule shares what all together are worth; costs are counted.",
            (*(_rule_figure(sharing, rule, unit, told) for rule in sharing.payoffs),
             _payoff_table(payoffs, unit)),
        ),
        Section(
            "stability",
            "What holds",
            "A sharing holds where no coalition is worth more by itself than its members get.",
            (_stability_table(sharing, stability, unit, told),),
        ),
    ]  # fmt: skip
    if len(payments):
        lead = "From what falls to each to what the rule gives it, with the fewest payments."
        shown = (_payments_table(payments, unit, told),)
        sections.append(Section("payments", "Who pays whom", lead, shown))
    if told.notes or told.plans is not None:
        sections.append(_computed(told))
    facts = f"{game.n} parties, {2**game.n - 1} coalitions"
    return Memo(
        title=told.title,
        facts=f"{facts} · {told.facts or told.currency}",
        verdict=_verdict(sharing, unit, gain, told),
        under=f"Holds: {', '.join(holding)}" if holding else "No rule holds",
        cards=(
            Card("Together", unit.with_unit(game.total), "what all are worth"),
            Card("Apart", unit.with_unit(float(game.alone.sum())), "the sum of all alone"),
            Card(
                "Core",
                "not empty" if sharing.core.has_core else "empty",
                _core_told(sharing.core.largest_excess, unit),
            ),
        ),
        sections=tuple(sections),
        alerts=tuple(
            f"Sharing {rule} does not apply here: {why}" for rule, why in sharing.left_out.items()
        ),
    )


def _core_told(excess: float, unit: Unit) -> str:
    """How far the best sharing is from falling apart, or from holding together."""
    if excess > 0:
        return f"by any sharing some coalition gets {unit.with_unit(excess)} less than alone"
    return (
        "by the most even sharing every coalition gets at least "
        f"{unit.with_unit(-excess)} more than alone"
    )


def _verdict(sharing: Sharing, unit: Unit, gain: float, told: Told) -> str:
    if sharing.core.has_core:
        return (
            f"Together the parties gain {unit.with_unit(gain)}, and there is a sharing that "
            "nobody has a reason to leave"
        )
    game = sharing.game
    names = "; ".join(told.listed(game.members_of(s)) for s in sharing.core.tight)
    return f"No sharing holds: one of these would always have a reason to go: {names}"


def _computed(told: Told) -> Section:
    """How worths were found, and the plans behind them."""
    blocks = [element("ul", *(element("li", note) for note in told.notes))] if told.notes else []
    if told.plans is not None:
        frame = told.plans.assign(
            certified=["yes" if one else "no" for one in told.plans["is_certified"]],
            plan=told.plans["plan"].str[:KEY_DIGITS],
        )
        columns = [
            Column("plan", "Plan", is_whole=True),
            Column("legs", "What stands"),
            Column("certified", "Certified"),
            Column("coalitions", "Coalitions that rest on it", lambda n: f"{n:.0f}"),
        ]
        blocks.append(table(frame, columns, "The plans behind it"))
    return Section("method", "How it was computed", "", tuple(blocks))


def _rule_figure(sharing: Sharing, rule: Rule, unit: Unit, told: Told) -> Figure:
    payoff = sharing.payoffs[rule]
    names = [told.name(one) for one in sharing.game.players]
    rows = [
        Bar(
            name,
            [Segment(float(value), "f-gain" if value >= 0 else "f-loss",
                     f"{name}: {unit.with_unit(float(value))}")],
            unit.text(float(value)),
        )
        for name, value in zip(names, payoff, strict=True)
    ]  # fmt: skip
    most = int(payoff.argmax())
    title = f"{rule[0].upper()}{rule[1:]}"
    is_even = payoff.max() - payoff.min() < 0.01 * abs(payoff.max())
    who = "each gets about" if is_even else f"{names[most]} gets most,"
    finding = f"{title}: {who} {unit.with_unit(float(payoff[most]))}"
    frame = pd.DataFrame({"party": names, "gets": payoff})
    twin = table(
        frame,
        [Column("party", "Party"), Column("gets", unit.name, unit.text)],
        f"{rule}, {unit.name}",
    )
    ident = str(rule.name).lower()
    return Figure(f"rule-{ident}", finding, f"By this rule, {unit.name}", bars(rows, finding), twin)


def _payoff_table(payoffs: pd.DataFrame, unit: Unit) -> Markup:
    heads = {"alone_eur": "worth alone", "marginal_eur": "adds to the others"}
    columns = [
        Column(str(name), heads.get(str(name), str(name)), unit.text)
        for name in payoffs.columns
        if name != "party"
    ]
    return table(payoffs, [Column("party", "Party"), *columns], f"All rules, {unit.name}")


def _stability_table(sharing: Sharing, stability: pd.DataFrame, unit: Unit, told: Told) -> Markup:
    leaves = {
        sharing.game.name_of(s): told.listed(sharing.game.members_of(s))
        for s in range(1, 2**sharing.game.n)
    }
    frame = stability.assign(
        holds=["yes" if one else "no" for one in stability["is_stable"]],
        leaves=[leaves.get(str(one), "") for one in stability["leaves"]],
    )
    columns = [
        Column("rule", "Rule"),
        Column("holds", "Holds"),
        Column("leaves", "Would leave first"),
        Column("largest_excess_eur", "Would gain by leaving", unit.text),
        Column("n_leave", "Coalitions with a reason", lambda n: f"{n:.0f}"),
    ]
    caption = (
        f"Stability of each rule, {unit.name}; would gain by leaving: the coalition that has most "
        "reason to, below zero: it would lose"
    )
    return table(frame, columns, caption)


def _payments_table(payments: pd.DataFrame, unit: Unit, told: Told) -> Markup:
    payments = payments.assign(
        payer=[told.name(str(one)) for one in payments["payer"]],
        payee=[told.name(str(one)) for one in payments["payee"]],
    )
    columns = [
        Column("rule", "Rule"),
        Column("payer", "Pays"),
        Column("payee", "To"),
        Column("amount_eur", unit.name, unit.text),
    ]
    return table(payments, columns, f"Payments, {unit.name}")
