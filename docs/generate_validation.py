"""Writes the back-cast tables of docs/validation.md from what `khazri backcast --json` printed.

    khazri --json backcast cases/caspian --year 2024 > out/backcast.json
    khazri --json backcast cases/caspian --year 2024 --scenario free_trade_2024 > out/free.json
    python docs/generate_validation.py out/backcast.json out/free.json

The result, docs/backcast-2024.md, is kept in the repository, for a run takes minutes.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from khazri.case import read_case

_HERE = Path(__file__).parent
_OUT = _HERE / "backcast-2024.md"
_SCALE = {"MWh": (1e6, "TWh"), "MW": (1e3, "GW"), "t": (1e6, "Mt"), "1": (1.0, "")}
_NEAR, _FAR = 0.05, 0.10
_GIVEN = frozenset({"demand"})

Row = dict[str, Any]


def main(arguments: Sequence[str]) -> None:
    """Write the tables from one back-cast, and a second one with free trade to set beside it."""
    held, *free = [json.loads(Path(name).read_text("utf-8"))["result"] for name in arguments]
    names = _country_names()
    parts = [_facts(held), _score(held["rows"]), _table(held["rows"], names)]
    if free:
        parts.append(_free_trade(held["rows"], free[0]["rows"], names))
    _OUT.write_text("\n\n".join(parts) + "\n", encoding="utf-8")


def _facts(result: dict[str, Any]) -> str:
    plan = result["plan"]
    return (
        f"Khazri {plan['khazri_version']}, {plan['solver']}; proven gap {plan['gap'] * 100:.2f} %; "
        f"plan `{plan['plan_key'][:12]}`."
    )


def _score(rows: list[Row]) -> str:
    """How many of the values that the plan decides are near what was reported."""
    known = [
        abs(row["deviation"])
        for row in rows
        if _is_number(row["deviation"]) and row["item"] not in _GIVEN
    ]
    near, far = (sum(d <= limit for d in known) for limit in (_NEAR, _FAR))
    return (
        f"Of {len(known)} reported values (demand, which is given, left out) {near} are met within "
        f"{_NEAR * 100:.0f} % and {far} within {_FAR * 100:.0f} %."
    )


def _table(rows: list[Row], names: dict[str, str]) -> str:
    lines = ["| country | item | reported | model | deviation |", "|---|---|---:|---:|---:|"]
    for row in rows:
        if not _is_number(row["model"]):
            continue
        scale, unit = _SCALE[row["unit"]]
        deviation = _percent(row["deviation"]) if _is_number(row["deviation"]) else "–"
        lines.append(
            f"| {names[row['country']]} | {_item(row, names)} "
            f"| {row['reported'] / scale:,.3f} {unit} | {row['model'] / scale:,.3f} {unit} "
            f"| {deviation} |"
        )
    return "\n".join(lines)


def _free_trade(held: list[Row], free: list[Row], names: dict[str, str]) -> str:
    lines = [
        "### With free trade",
        "",
        "The same year without yearly limits on trade: what contracts and borders held back.",
        "",
        "| country | item | reported | held | free |",
        "|---|---|---:|---:|---:|",
    ]
    at = {_key(row): row for row in free}
    for row in held:
        if row["item"] not in ("export", "import") or not _is_number(row["model"]):
            continue
        values = (row["reported"], row["model"], at[_key(row)]["model"])
        shown = " | ".join(f"{value / 1e6:,.2f} TWh" for value in values)
        lines.append(f"| {names[row['country']]} | {_item(row, names)} | {shown} |")
    return "\n".join(lines)


def _key(row: Row) -> tuple[str, str, str]:
    return row["country"], row["item"], row["partner"]


def _item(row: Row, names: dict[str, str]) -> str:
    noun, _, detail = str(row["item"]).partition(":")
    words = f"{noun}, {detail.replace('_', ' ').replace('+', ' and ')}" if detail else noun
    return f"{words} ({names[row['partner']]})" if row["partner"] else words


def _percent(value: float) -> str:
    tenths = round(value * 1000)
    return f"{'−' if tenths < 0 else '+' if tenths > 0 else ''}{abs(tenths) / 10:.1f} %"


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and math.isfinite(value)


def _country_names() -> dict[str, str]:
    table = read_case(_HERE.parent / "cases" / "caspian").table("countries")
    return dict(zip(table["country"].astype(str), table["name"].astype(str), strict=True))


if __name__ == "__main__":
    main(sys.argv[1:])
