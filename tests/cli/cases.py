"""Cases to break, and what a command printed."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Ran:
    """How a command ended and what it printed."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Khazri = Callable[..., Ran]


def edit(folder: Path, table: str, index: int, column: str, value: str) -> None:
    """Change one cell of a table."""
    rows = read_rows(folder, table)
    rows[index][column] = value
    _write_rows(folder, table, rows)


def scale(folder: Path, table: str, column: str, factor: float) -> None:
    """Multiply a column of a table where it is filled."""
    rows = read_rows(folder, table)
    for row in rows:
        if row[column]:
            row[column] = str(float(row[column]) * factor)
    _write_rows(folder, table, rows)


def read_rows(folder: Path, table: str) -> list[dict[str, str]]:
    """The rows of a table as written."""
    with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _write_rows(folder: Path, table: str, rows: list[dict[str, str]]) -> None:
    with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
