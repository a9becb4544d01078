"""``khazri share``: who gets what of what parties are worth together, and who pays whom."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from khazri.appraise.sharing import (
    Game,
    Parties,
    Sharing,
    payment_table,
    payoff_table,
    read_game,
    share,
    stability_table,
    superadditive_faults,
)
from khazri.appraise.sharing.payments import SIGNIFICANT
from khazri.cli import settings as parse
from khazri.cli.folder import check_writable
from khazri.cli.outcome import Block, Grid, Outcome
from khazri.report.memo import render_memo
from khazri.report.memo_sharing import Told, sharing_memo
from khazri.report.numbers import Unit, money, unit_for

CURRENCY = "EUR"
MEMO_FILE = "memo.html"
_NAMED_FAULTS = 3


def share_command(
    source: Path, threshold: str | None, out: str | None, environ: Mapping[str, str]
) -> Outcome:
    """Read a game, share it by every rule, and write the tables where ``out`` says."""
    settings = parse.Settings(environ)
    significant = settings.choose("threshold", threshold, str(SIGNIFICANT)).read(parse.share)
    out = settings.asked("out", out)
    if out is not None:
        check_writable(Path(out))
    game, parties = read_game(source)
    told = Told(source.resolve().stem, CURRENCY)
    return shared(game, parties, significant, told, out)


def shared(
    game: Game, parties: Parties, significant: float, told: Told, out: str | None
) -> Outcome:
    """Share a game by every rule, and write the tables where ``out`` says."""
    sharing = share(game, parties, significant)
    payoffs, stability, payments = (
        table(sharing) for table in (payoff_table, stability_table, payment_table)
    )
    unit = unit_for(money(told.currency), payoffs.drop(columns="party").to_numpy().ravel())
    blocks: list[Block] = [
        f"{game.n} parties are worth {unit.with_unit(game.total)} together, "
        f"{unit.with_unit(float(game.alone.sum()))} apart\n",
        _payoff_grid(payoffs, unit),
        "",
        _stability_grid(stability, unit),
        "",
        _core_words(sharing, unit),
    ]
    if len(payments):
        blocks += ["", _payment_grid(payments, unit)]
    warnings = _warnings(sharing, unit)
    if out is not None:
        folder = Path(out)
        tables = {"payoffs": payoffs, "stability": stability, "payments": payments}
        page = render_memo(sharing_memo(sharing, told))
        _write(folder, tables, page)
        blocks.append(f"\nmemo    {folder / MEMO_FILE}\ntables  {folder}")
    result = {
        "players": list(game.players),
        "total_eur": game.total,
        "core": {
            "is_empty": not sharing.core.has_core,
            "least_excess_eur": sharing.core.largest_excess,
            "decided_by": [list(game.members_of(s)) for s in sharing.core.tight],
        },
        "nucleolus_proven": sharing.proven,
        "payoffs": payoffs.to_dict("records"),
        "stability": stability.to_dict("records"),
        "payments": payments.to_dict("records"),
        "left_out": {str(rule): why for rule, why in sharing.left_out.items()},
        "uncovered_eur": sharing.uncovered,
    }
    return Outcome("share", result, tuple(blocks), warnings=warnings)


def _payoff_grid(payoffs: pd.DataFrame, unit: Unit) -> Grid:
    """A row for each rule, a column for each party."""
    names = {"alone_eur": "worth alone", "marginal_eur": "added to the others"}
    columns = ("rule", *(str(party) for party in payoffs["party"]))
    rows = tuple(
        (names.get(str(name), str(name)), *(unit.text(float(v)) for v in payoffs[name]))
        for name in payoffs.columns
        if name != "party"
    )
    return Grid(columns, rows, f"what each party gets [{unit.name}]", frozenset(columns[1:]))


def _stability_grid(stability: pd.DataFrame, unit: Unit) -> Grid:
    columns = ("rule", "holds", "would leave first", "gains", "coalitions")
    rows = tuple(
        (
            str(row["rule"]),
            "yes" if row["is_stable"] else "no",
            str(row["leaves"]),
            unit.text(float(row["largest_excess_eur"])) if row["leaves"] else "",
            str(row["n_leave"]) if row["leaves"] else "",
        )
        for row in stability.to_dict("records")
    )
    return Grid(columns, rows, f"is it stable [{unit.name}]", frozenset({"gains", "coalitions"}))


def _payment_grid(payments: pd.DataFrame, unit: Unit) -> Grid:
    columns = ("rule", "pays", "to", "amount")
    rows = tuple(
        (str(row["rule"]), str(row["payer"]), str(row["payee"]), unit.text(row["amount_eur"]))
        for row in payments.to_dict("records")
    )
    return Grid(columns, rows, f"who pays whom [{unit.name}]", frozenset({"amount"}))


def _core_words(sharing: Sharing, unit: Unit) -> str:
    core, game = sharing.core, sharing.game
    proof = "; the nucleolus passed Kohlberg's criterion" if sharing.proven else ""
    if core.has_core:
        return f"the core is not empty: there is a sharing that nobody has a reason to leave{proof}"
    decided = ", ".join(game.name_of(s) for s in core.tight)
    return (
        "the core is empty: of any sharing some coalition lacks at least "
        f"{unit.with_unit(core.largest_excess)} (decided by {decided}){proof}"
    )


def _warnings(sharing: Sharing, unit: Unit) -> tuple[str, ...]:
    game = sharing.game
    said = [f"{rule} left out: {why}" for rule, why in sharing.left_out.items()]
    faults = superadditive_faults(game)
    said += [
        f"{game.name_of(one)} and {game.name_of(other)} lose {unit.with_unit(loss)} by joining"
        for one, other, loss in faults[:_NAMED_FAULTS]
    ]
    if len(faults) > _NAMED_FAULTS:
        said.append(f"{len(faults) - _NAMED_FAULTS} more pairs of coalitions lose by joining")
    if sharing.uncovered > 0:
        said.append(
            f"EU cost allocation leaves losses of {unit.with_unit(sharing.uncovered)}: "
            "all gains are too small to cover them"
        )
    return tuple(said)


def _write(folder: Path, tables: Mapping[str, pd.DataFrame], page: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MEMO_FILE).write_text(page, encoding="utf-8")
    for name, frame in tables.items():
        frame.to_csv(folder / f"{name}.csv", index=False, lineterminator="\n")
