"""Games from files: worths of coalitions and what is known of the parties, as CSV or JSON."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from khazri.appraise.sharing.game import Flags, Floats, Game, make_game
from khazri.appraise.sharing.share import Parties
from khazri.errors import CaseError, Issue, UnreadableFileError

COALITIONS_FILE = "coalitions.csv"
PARTIES_FILE = "parties.csv"

_PARTED_BY = ";"
_NUMBERS = ("benefit_eur", "cost_eur", "weight")
_YES_NO = {"true": True, "false": False}

Row = tuple[int, Mapping[str, str]]


def read_game(path: str | Path) -> tuple[Game, Parties]:
    """A game and its parties.

    Parameters
        path  a CSV of coalitions; a folder with ``coalitions.csv`` and, if wanted,
              ``parties.csv``; or a JSON file

    Raises
        UnreadableFileError  there is no such file, or it is neither CSV nor JSON
        CaseError            with all faults: cells that are not numbers, unknown parties,
                             coalitions given twice
        UsageError           coalitions are missing

    Notes
        ``coalitions.csv`` has ``coalition`` (members parted by ``;``) and ``worth_eur``;
        ``parties.csv`` has ``party`` and any of ``benefit_eur``, ``cost_eur``, ``weight``,
        ``host`` (true or false), each filled in all rows or none. In JSON:
        ``{"coalitions": {"A;B": 5, ...}, "parties": {"A": {"benefit_eur": 7, ...}, ...}}``.
    """
    path = Path(path)
    if path.is_dir():
        first, second = path / COALITIONS_FILE, path / PARTIES_FILE
        coalitions = _csv_rows(first)
        parties = _csv_rows(second) if second.exists() else []
        return _game(first.name, second.name, coalitions, parties)
    if path.suffix.casefold() == ".csv":
        return _game(path.name, "", _csv_rows(path), [])
    if path.suffix.casefold() == ".json":
        return _from_json(path)
    raise UnreadableFileError(path, f"a folder with {COALITIONS_FILE}, a .csv or a .json file")


def _csv_rows(path: Path) -> list[Row]:
    """The rows of a table with their line numbers."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return [(line, row) for line, row in enumerate(csv.DictReader(file), start=2)]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UnreadableFileError(path, "a table (CSV, UTF-8)") from error


def _from_json(path: Path) -> tuple[Game, Parties]:
    expected = 'an object {"coalitions": {"A;B": worth, ...}, "parties": {"A": {...}, ...}}'
    try:
        content: Any = json.loads(path.read_text(encoding="utf-8"))
        coalitions: list[Row] = [
            (i, {"coalition": str(name), "worth_eur": str(worth)})
            for i, (name, worth) in enumerate(content["coalitions"].items(), start=1)
        ]
        parties: list[Row] = [
            (i, {"party": str(name), **{str(k): _cell(v) for k, v in facts.items()}})
            for i, (name, facts) in enumerate(content.get("parties", {}).items(), start=1)
        ]
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise UnreadableFileError(path, expected) from error
    return _game(path.name, path.name, coalitions, parties)


def _cell(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _game(
    first: str, second: str, coalitions: list[Row], parties: list[Row]
) -> tuple[Game, Parties]:
    """The game of the rows of both tables; CaseError with all faults."""
    issues: list[Issue] = []
    players = [row.get("party", "").strip() for _, row in parties]
    worths: dict[frozenset[str], float] = {}
    for line, row in coalitions:
        written = (row.get("coalition") or "").strip()
        members = frozenset(name.strip() for name in written.split(_PARTED_BY) if name.strip())
        worth = _number(row.get("worth_eur"))
        if worth is None:
            found = row.get("worth_eur") or ""
            issues.append(Issue(first, "a number", found, line, written, "worth_eur"))
        if members in worths:
            issues.append(Issue(first, "each coalition once", written, line, written, "coalition"))
        unknown = sorted(members - set(players)) if players else []
        if unknown:
            issues.append(
                Issue(first, f"parties of {second}", unknown[0], line, written, "coalition")
            )
        worths[members] = worth if worth is not None else math.nan
    known = _parties(second, parties, issues)
    if issues:
        raise CaseError(issues)
    return make_game(worths, players), known


def _parties(table: str, rows: list[Row], issues: list[Issue]) -> Parties:
    columns: dict[str, Floats] = {}
    for name in _NUMBERS:
        cells = [(line, row, (row.get(name) or "").strip()) for line, row in rows]
        if not any(text for _, _, text in cells):
            continue
        values = [_number(text) for _, _, text in cells]
        issues += [
            Issue(table, "a number in each row or none", text, line, row.get("party"), name)
            for (line, row, text), value in zip(cells, values, strict=True)
            if value is None
        ]
        columns[name] = np.array([math.nan if value is None else value for value in values])
    return Parties(
        benefit=columns.get("benefit_eur"),
        cost=columns.get("cost_eur"),
        weight=columns.get("weight"),
        hosts=_hosts(table, rows, issues),
    )


def _hosts(table: str, rows: list[Row], issues: list[Issue]) -> Flags | None:
    cells = [(line, row, (row.get("host") or "").strip().casefold()) for line, row in rows]
    if not any(text for _, _, text in cells):
        return None
    issues += [
        Issue(table, "true or false", text, line, row.get("party"), "host")
        for line, row, text in cells
        if text not in _YES_NO
    ]
    return np.array([_YES_NO.get(text, False) for _, _, text in cells], dtype=bool)


def _number(text: str | None) -> float | None:
    """A finite number; None where the text is none."""
    try:
        value = float((text or "").strip())
    except ValueError:
        return None
    return value if math.isfinite(value) else None
