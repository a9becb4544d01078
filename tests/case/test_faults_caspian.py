"""More than a hundred mistakes in the reference case at once, each told by its table and row."""

from __future__ import annotations

import csv
import itertools
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from khazri.case import TABLES, Column, ColumnType, read_case
from khazri.errors import CaseError

SHARE_TO_NAME = 0.95
"""Share of the mistakes whose message has to begin with the right table and row."""

NUMBERS = ("abc", "1,5", "nan", "3 MW", "1 000", "inf", "--1", "TBD")
INTEGERS = ("20x0", "2030.5", "twenty", "2,030")


def _mistakes(column: Column, cell: str, count: int) -> Iterator[str]:
    """Wrong contents of a cell, by the type of its column; none where anything is right."""
    if column.references is not None:
        yield f"{cell.split(';', maxsplit=1)[0]}_zz"
    elif column.type is ColumnType.NUMBER:
        yield NUMBERS[count % len(NUMBERS)]
        if column.minimum is not None:
            yield repr(column.minimum - 1)
        if column.maximum is not None:
            yield repr(column.maximum + 1)
    elif column.type is ColumnType.INTEGER:
        yield INTEGERS[count % len(INTEGERS)]
        yield "-7"
    elif column.type is ColumnType.CHOICE:
        yield f"{cell}x"
    elif column.type is ColumnType.FLAG:
        yield "maybe"
    if column.required:
        yield ""


def _spoil(folder: Path) -> set[tuple[str, int]]:
    """Make at most one mistake in a row, as many as there are rows for; returns where."""
    made = set()
    count = itertools.count()
    for table in TABLES.values():
        path = folder / f"{table.name}.csv"
        if not path.is_file():
            continue
        with path.open(encoding="utf-8", newline="") as file:
            header, *records = csv.reader(file)
        rows = iter(range(len(records)))
        for column in table.columns:
            # A wrong identifier is told where it is missed, so these are left alone.
            if column.name not in header or (column.name,) == table.key:
                continue
            place = header.index(column.name)
            row = next(rows, None)
            if row is None:
                break
            for wrong in _mistakes(column, records[row][place], next(count)):
                records[row][place] = wrong
                made.add((path.name, row + 2))
                row = next(rows, None)
                if row is None:
                    break
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([header, *records])
    return made


def test_all_are_told_in_one_pass(caspian: Path, tmp_path: Path) -> None:
    for path in caspian.glob("*.csv"):
        shutil.copyfile(path, tmp_path / path.name)
    shutil.copytree(caspian / "profiles", tmp_path / "profiles")
    made = _spoil(tmp_path)
    assert len(made) >= 100
    with pytest.raises(CaseError) as caught:
        read_case(tmp_path)
    issues = caught.value.issues
    named = {(issue.table, issue.row) for issue in issues}
    assert len(named & made) >= SHARE_TO_NAME * len(made), sorted(made - named)
    consequences = [issue for issue in issues if (issue.table, issue.row) not in made]
    assert len(consequences) <= 0.05 * len(made), [str(issue) for issue in consequences]
    for issue in issues:
        assert str(issue).startswith(f"{issue.table} row {issue.row}")
        assert len(str(issue).splitlines()) <= 6
