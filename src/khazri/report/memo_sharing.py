"""A memo on sharing: who gets what by each rule, what holds, who pays whom."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from khazri.appraise.sharing import (
    Rule,
    Sharing,
    payment_table,
    payoff_table,
    stability_table,
)
from khazri.report.markup import Column, Figure, Section, join, table
from khazri.report.memo import Card, Memo
from khazri.report.numbers import Unit, money, unit_for
from khazri.report.plots import Bar, Segment, bars


def sharing_memo(sharing: Sharing, title: str, currency: str) -> Memo:
    """The memo of one game."""
    game = sharing.game
    payoffs, stability = payoff_table(sharing), stability_table(sharing)
    unit = unit_for(money(currency), payoffs.drop(columns="party").to_numpy().ravel())
    holding = [str(rule) for rule in stability.loc[stability["is_stable"], "rule"]]
    gain = game.total - float(game.alone.sum())
    payments = payment_table(sharing)
    sections = [
        Section(
            "rules",
            "Who gets what",
            "Each rule shares what all together are worth; costs are counted.",
            (*(_rule_figure(sharing, rule, unit) for rule in sharing.payoffs),
             _payoff_table(payoffs, unit)),
        ),
        Section(
            "stability",
            "What holds",
            "A sharing holds where no coalition is worth more by itself than its members get.",
            (_stability_table(stability, unit),),
        ),
    ]  # fmt: skip
    if len(payments):
        lead = "From what falls to each to what the rule gives it, with the fewest payments."
        shown = (_payments_table(payments, unit),)
        sections.append(Section("payments", "Who pays whom", lead, shown))
    return Memo(
        title=title,
        facts=f"{game.n} parties, {2**game.n - 1} coalitions · {currency}",
        verdict=_verdict(sharing, unit, gain),
        under=f"Holds: {', '.join(holding)}" if holding else "No rule holds",
        cards=(
            Card("Together", unit.with_unit(game.total), "what all are worth"),
            Card("Apart", unit.with_unit(float(game.alone.sum())), "the sum of all alone"),
            Card(
                "Core",
                "not empty" if sharing.core.has_core else "empty",
                "the best sharing leaves a coalition at most "
                f"{unit.with_unit(sharing.core.largest_excess)} short",
            ),
        ),
        sections=tuple(sections),
        alerts=tuple(f"{rule} left out: {why}" for rule, why in sharing.left_out.items()),
    )


def _verdict(sharing: Sharing, unit: Unit, gain: float) -> str:
    if sharing.core.has_core:
        return (
            f"Together the parties gain {unit.with_unit(gain)}, and there is a sharing that "
            "nobody has a reason to leave"
        )
    names = ", ".join(sharing.game.name_of(s) for s in sharing.core.tight)
    return f"No sharing holds: {names} would always have a reason to go"


def _rule_figure(sharing: Sharing, rule: Rule, unit: Unit) -> Figure:
    payoff = sharing.payoffs[rule]
    names = sharing.game.players
    rows = [
        Bar(
            name,
            [Segment(float(value), "f-gain" if value >= 0 else "f-loss",
                     f"{name}: {unit.with_unit(float(value))}")],
            unit.with_unit(float(value)),
        )
        for name, value in zip(names, payoff, strict=True)
    ]  # fmt: skip
    most = int(payoff.argmax())
    title = f"{rule[0].upper()}{rule[1:]}"
    finding = f"{title}: {names[most]} gets {unit.with_unit(float(payoff[most]))}"
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


def _stability_table(stability: pd.DataFrame, unit: Unit) -> Markup:
    frame = stability.assign(holds=["yes" if one else "no" for one in stability["is_stable"]])
    return join(
        [
            table(
                frame,
                [
                    Column("rule", "Rule"),
                    Column("holds", "Holds"),
                    Column("leaves", "Would leave first"),
                    Column("largest_excess_eur", f"Lacks, {unit.name}", unit.text),
                    Column("n_leave", "Coalitions with a reason", lambda n: f"{n:.0f}"),
                ],
                f"Stability of each rule, {unit.name}; below zero: what nobody lacks",
            )
        ]
    )


def _payments_table(payments: pd.DataFrame, unit: Unit) -> Markup:
    columns = [
        Column("rule", "Rule"),
        Column("payer", "Pays"),
        Column("payee", "To"),
        Column("amount_eur", unit.name, unit.text),
    ]
    return table(payments, columns, f"Payments, {unit.name}")
