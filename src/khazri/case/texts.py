"""The tables of a case folder as text, exactly as their files hold them.

Nothing is interpreted here: cells are strings without surrounding space, an empty cell is ``""``.
Each row remembers its line in the file, so that whatever is found later can be told by it.
"""

from __future__ import annotations

import csv
import difflib
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from khazri.case.columns import Table
from khazri.case.schema import TABLES
from khazri.errors import Issue, UsageError


@dataclass(frozen=True)
class TextTable:
    """One table as text.

    ``cells`` holds every column of the schema (R strings each); a column that the file lacks is
    all empty. ``rows`` (R) are the rows of the file, of which ``header`` is row 1 (empty where
    there is no file). ``readable`` is False where rows or keys could not be read, so that nothing
    may be concluded from their absence.
    """

    schema: Table
    cells: Mapping[str, list[str]]
    rows: list[int]
    header: tuple[str, ...] = ()
    readable: bool = True

    def __len__(self) -> int:
        return len(self.rows)


def read_texts(folder: Path) -> tuple[dict[str, TextTable], list[Issue]]:
    """All tables of a case folder as text, and what is wrong with the files themselves."""
    if not folder.is_dir():
        found = "a file" if folder.exists() else ""
        expected = "a folder with the tables of a case"
        hint = "start one with: khazri case new DIR"
        return {}, [Issue(str(folder), expected, found=found, hint=hint)]
    strangers = sorted(path for path in folder.glob("*.csv") if path.stem not in TABLES)
    issues = [_unknown_file(path) for path in strangers]
    meant = {closest(path.stem, TABLES) for path in strangers}
    texts = {}
    for name, table in TABLES.items():
        path = folder / f"{name}.csv"
        if path.is_file():
            texts[name], found_issues = _read_file(path, table)
            issues += found_issues
        elif not table.required:
            texts[name] = empty_text(table)
        else:
            texts[name] = empty_text(table, readable=False)
            if name not in meant:
                expected = f"this file: {_first_down(table.meaning)}"
                issues.append(Issue(path.name, expected, hint="add the file; it is required"))
    return texts, issues


def empty_text(table: Table, *, readable: bool = True) -> TextTable:
    """The table without rows."""
    return TextTable(table, {name: [] for name in table.column_names}, [], readable=readable)


def closest(word: str, options: Iterable[str]) -> str | None:
    """The option that ``word`` most probably was meant to be, if one is close."""
    folded = {option.casefold(): option for option in sorted(options, reverse=True)}
    matches = difflib.get_close_matches(word.casefold(), list(folded), n=1, cutoff=0.6)
    if matches:
        return folded[matches[0]]
    # a part of one name alone: "tripp" of "zangezur_tripp"
    within = [name for name in folded if len(word) > 2 and word.casefold() in name]
    return folded[within[0]] if len(within) == 1 else None


def did_you_mean(word: str, options: Iterable[str], otherwise: str = "") -> str:
    """A spelling suggestion as a hint; ``otherwise`` where nothing is close."""
    match = closest(word, options)
    return f"did you mean '{match}'?" if match else otherwise


def unknown_name(
    message: str, name: str, options: Iterable[str], *, where: str, expected: str, otherwise: str
) -> UsageError:
    """The error of a name that is none of ``options``: ``message`` and a suggestion behind it.

    ``where`` says what was named ("scenario"), ``otherwise`` is the hint where nothing is close.
    """
    hint = did_you_mean(name, options, otherwise)
    return UsageError(f"{message}; {hint}", where=where, found=name, expected=expected, hint=hint)


def unknown_table(name: str) -> UsageError:
    """The error of a table that the schema does not have."""
    return unknown_name(
        f"no table is called '{name}'",
        name,
        TABLES,
        where="table",
        expected="the name of a table",
        otherwise="khazri schema lists them",
    )


def _unknown_file(path: Path) -> Issue:
    hint = did_you_mean(path.stem, TABLES, "remove it; khazri schema lists the tables")
    return Issue(path.name, "the name of a table", found=path.stem, hint=hint)


def _read_file(path: Path, table: Table) -> tuple[TextTable, list[Issue]]:
    """One CSV file as text; a file that cannot be read is one issue."""
    unreadable = empty_text(table, readable=False)
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        found = f"byte 0x{content[error.start]:02x}"
        hint = "save the file as CSV in UTF-8"
        return unreadable, [Issue(path.name, "text in UTF-8", found=found, row=row, hint=hint)]
    records: list[list[str]] = []
    try:
        records.extend(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        row = len(records) + 1
        hint = "a cell with commas or quotes stands in double quotes, its own quotes doubled"
        issue = Issue(path.name, "well-formed CSV", found=str(error), row=row, hint=hint)
        return unreadable, [issue]
    if not records or not any(records[0]):
        expected = "a header row with the names of the columns"
        return unreadable, [Issue(path.name, expected, row=1)]
    return _table_of_records(path.name, table, records)


def _table_of_records(
    file: str, table: Table, records: list[list[str]]
) -> tuple[TextTable, list[Issue]]:
    """A table from the records of its file, of which the first is the header."""
    header = [name.strip() for name in records[0]]
    if len(header) == 1 and (";" in header[0] or "\t" in header[0]):
        expected = "columns parted by commas"
        hint = "save the file as CSV with the comma as separator and the point as decimal mark"
        issue = Issue(file, expected, found=header[0], row=1, hint=hint)
        return empty_text(table, readable=False), [issue]
    issues = _header_issues(file, table, header)
    rows: list[int] = []
    kept: list[list[str]] = []
    ragged = False
    for number, record in enumerate(records[1:], start=2):
        cells = [cell.replace("\r\n", "\n").strip() for cell in record]
        if len(cells) == len(header) and any(cells):
            rows.append(number)
            kept.append(cells)
        elif any(cells):
            ragged = True
            expected = f"{len(header)} cells, as in the header"
            hint = "text with a comma stands in double quotes; numbers have no thousands separator"
            found = f"{len(cells)} cells"
            issues.append(Issue(file, expected, found=found, row=number, hint=hint))
    position = {name: header.index(name) for name in table.column_names if name in header}
    cells_of = {
        name: [cells[position[name]] for cells in kept] if name in position else [""] * len(kept)
        for name in table.column_names
    }
    if table.required and not rows and not ragged:
        issues.append(Issue(file, "at least one row"))
    # What is missing may be in rows that could not be read, so nothing can be said about it.
    readable = not ragged and all(name in position for name in table.key)
    readable = readable and not (table.required and not rows)
    return TextTable(table, cells_of, rows, tuple(header), readable), issues


def _header_issues(file: str, table: Table, header: list[str]) -> list[Issue]:
    """Unknown, doubled and missing columns; a misspelt one is told once."""
    issues = []
    absent = [name for name in table.column_names if name not in header]
    meant = set()
    for position, name in enumerate(header):
        if name in table.column_names:
            if name in header[:position]:
                issues.append(Issue(file, "each column once", found=name, row=1, column=name))
            continue
        match = closest(name, absent)
        if match is not None:
            meant.add(match)
        hint = did_you_mean(name, absent, f"khazri schema {table.name} lists the columns")
        found = name or f"nothing in place {position + 1}"
        column = name or None
        expected = "the name of a column of this table"
        issues.append(Issue(file, expected, found=found, row=1, column=column, hint=hint))
    for name in absent:
        column_schema = table.column(name)
        if column_schema.required and name not in meant:
            hint = "add the column"
            expected = f"this column: {column_schema.meaning}"
            issues.append(Issue(file, expected, row=1, column=name, hint=hint))
    return issues


def _first_down(sentence: str) -> str:
    return sentence[0].lower() + sentence[1:].rstrip(".")
