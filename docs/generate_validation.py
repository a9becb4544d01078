"""Writes the back-cast tables of docs/validation.md from what `khazri backcast --json` printed.

    khazri --json backcast cases/caspian --year 2024 > out/backcast.json
    khazri --json backcast cases/caspian --year 2024 --scenario free_trade_2024 > out/free.json
    python docs/generate_validation.py out/backcast.json out/free.json

The result, docs/backcast-2024.md, is kept in the repository, for a run takes minutes; `make
docs-results` does all of this.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from khazri.case import Case, read_case

_HERE = Path(__file__).parent
_OUT = _HERE / "backcast-2024.md"
_CASE = _HERE.parent / "cases" / "caspian"
_SCALE = {"MWh": (1e6, "TWh"), "MW": (1e3, "GW"), "t": (1e6, "Mt"), "1": (1.0, "")}
_NEAR, _FAR = 0.05, 0.10
_AT_LIMIT = 0.011
"""How near to a limit of trade a flow counts as set by it: the least net is 0.99 of the report."""
_HYDRO = "generation:hydro_reservoir+hydro_ror"
_FITTED = frozenset(
    {
        ("AZ", _HYDRO),
        ("AZ", "generation:solar"),
        ("AZ", "generation:wind_onshore"),
        ("AZ", "generation:biomass"),
        ("AZ", "generation:gas"),
        ("AZ", "generation:total"),
        ("TR", _HYDRO),
        ("TR", "generation:wind_onshore"),
        ("TR", "generation:geothermal"),
        ("UZ", _HYDRO),
        ("TJ", "generation:total"),
    }
)
"""What the case scales to the reported value, or leaves no choice; docs/validation.md says why."""

_GIVEN_LINES = (
    "demand",
    "balance:crude:production",
    "balance:gas:exports",
    "balance:electricity:production:solar",
    "balance:electricity:production:wind_onshore",
    "balance:electricity:production:biomass",
)
_GIVEN_CONVERSION = ("crude", "gasoline", "heat")
"""Lines of energy balances that are inputs: demand of all carriers, fields at what they gave, sales
of gas held to the report, sun, wind and waste scaled to it, and refining and heat, which follow
from demand."""

Row = dict[str, Any]


def main(arguments: Sequence[str]) -> None:
    """Write the tables from one back-cast, and a second one with free trade to set beside it."""
    held, *free = [json.loads(Path(name).read_text("utf-8"))["result"] for name in arguments]
    case = read_case(_CASE, held["plan"]["scenario"])
    names = _country_names(case)
    given = [_is_given(row, _trade_limits(case, held["plan"]["year"])) for row in held["rows"]]
    parts = [_facts(held), _score(held["rows"], given), _table(held["rows"], given, names)]
    if free:
        parts.append(_free_trade(held["rows"], free[0]["rows"], names))
    _OUT.write_text("\n\n".join(parts) + "\n", encoding="utf-8")


def _facts(result: dict[str, Any]) -> str:
    plan = result["plan"]
    return (
        f"Khazri {plan['khazri_version']}, {plan['solver']}; proven gap {plan['gap'] * 100:.2f} %; "
        f"plan `{plan['plan_key'][:12]}`."
    )


def _trade_limits(case: Case, year: int) -> dict[tuple[str, str], list[float]]:
    """Yearly limits of trade [MWh] by sender and receiver, empty for all countries."""
    table = case.table("limits")
    table = table[(table["kind"] == "trade") & (table["year"] == year)]
    found: dict[tuple[str, str], list[float]] = {}
    senders, receivers = (table[name].fillna("").astype(str) for name in ("country", "partner"))
    for ends, value in zip(zip(senders, receivers, strict=True), table["value"], strict=True):
        found.setdefault(ends, []).append(float(value))
    return found


def _is_given(row: Row, limits: dict[tuple[str, str], list[float]]) -> bool:
    """Whether a value is an input, fitted to the report, or a flow at a limit set to the report."""
    if (row["country"], row["item"]) in _FITTED or _is_given_line(row["item"]):
        return True
    if row["item"] not in ("export", "import") or not _is_number(row["model"]):
        return False
    ends = (row["country"], row["partner"])
    held = limits.get(ends if row["item"] == "export" else ends[::-1], [])
    return any(
        max(abs(row["model"] - limit), abs(row["reported"] - limit)) <= _AT_LIMIT * limit
        for limit in held
    )


def _is_given_line(item: str) -> bool:
    """Whether an item is demand or a line of an energy balance that the case gives."""
    if item in _GIVEN_LINES:
        return True
    parts = item.split(":")
    if parts[0] != "balance":
        return False
    return parts[2] == "demand" or (parts[2] == "conversion" and parts[1] in _GIVEN_CONVERSION)


def _score(rows: list[Row], given: list[bool]) -> str:
    """How many of the values that the plan decides are near what was reported."""
    known = [
        abs(row["deviation"])
        for row, is_given in zip(rows, given, strict=True)
        if _is_number(row["deviation"]) and not is_given
    ]
    near, far = (sum(d <= limit for d in known) for limit in (_NEAR, _FAR))
    return (
        f"Of the {len(known)} reported values that the plan decides, {near} are met within "
        f"{_NEAR * 100:.0f} % and {far} within {_FAR * 100:.0f} %. Those that are given say "
        "nothing and do not count."
    )


def _table(rows: list[Row], given: list[bool], names: dict[str, str]) -> str:
    lines = ["| country | item | reported | model | deviation |", "|---|---|---:|---:|---:|"]
    for row, is_given in zip(rows, given, strict=True):
        if not _is_number(row["model"]):
            continue
        scale, unit = _SCALE[row["unit"]]
        deviation = _percent(row["deviation"]) if _is_number(row["deviation"]) else "–"
        lines.append(
            f"| {names[row['country']]} | {_item(row, names)} "
            f"| {row['reported'] / scale:,.3f} {unit} | {row['model'] / scale:,.3f} {unit} "
            f"| {'given' if is_given else deviation} |"
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


def _country_names(case: Case) -> dict[str, str]:
    table = case.table("countries")
    return dict(zip(table["country"].astype(str), table["name"].astype(str), strict=True))


if __name__ == "__main__":
    main(sys.argv[1:])
