"""A case as one spreadsheet and back, without loss.

Each table is a sheet with the columns of its file; comments on the header say meaning and unit.
Each profile file is a sheet named ``profiles.…`` whose first cell holds the name of the file, the
first row the profiles and the first column the hours. Rows have the numbers that they have in the
files, so that faults are told by the row of the sheet.
"""

from __future__ import annotations

import csv
import datetime as dt
import re
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from khazri.case.case import check_case
from khazri.case.columns import Column, ColumnType, Table
from khazri.case.formulas import dead_formulas
from khazri.case.package import write_package
from khazri.case.profiles import PROFILE_FOLDER, profile_files
from khazri.case.schema import TABLES
from khazri.case.texts import TextTable, did_you_mean, read_texts
from khazri.case.values import number_text, parse_cell, value_type
from khazri.errors import CaseError, Issue, UsageError
from khazri.parquet import read_frame, write_frame

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

_PROFILE_PREFIX = "profiles."
_SHEET_NAME_LENGTH = 31
_CELL_LENGTH = 32767
"""The longest text that a cell of a spreadsheet holds."""
_ROWS_WITH_CHOICES = 5000
"""How far down the drop-down lists of columns with choices reach."""
_ACTIVE_SIGNS = ("=", "+", "-", "@")
"""First signs of text that a spreadsheet could take for a formula."""
_NOT_IN_SHEET_NAMES = re.compile(r"[\[\]:*?/\\']")


def export_workbook(folder: str | Path, book: str | Path) -> Path:
    """Write a case as a spreadsheet (xlsx); returns its path.

    Raises
        CaseError   the case has faults; nothing is written
        UsageError  the name of the book does not end in .xlsx
    """
    import xlsxwriter

    folder, book = Path(folder), Path(book)
    if book.suffix.casefold() != ".xlsx":
        raise UsageError(f"{book} is not the name of a spreadsheet; end it in .xlsx")
    texts, _ = read_texts(folder)
    issues = [*check_case(folder), *_length_issues(texts)]
    if issues:
        raise CaseError(issues)
    book.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(str(book)) as workbook:
        for name in TABLES:
            _write_table(workbook, texts[name])
        used: set[str] = set()
        for path in profile_files(folder):
            _write_profiles(workbook, path, used)
    return book


def import_workbook(book: str | Path, folder: str | Path) -> Path:
    """Write the case in a spreadsheet as a case folder; returns the folder.

    The folder may be new, empty or a case, whose tables and profiles are then replaced while its
    other files stay.

    Raises
        CaseError   the book has faults, told by sheet and row; nothing is written
        UsageError  there is no such xlsx file, or the folder holds something else
    """
    book, folder = Path(book), Path(folder)
    if not book.is_file() or book.suffix.casefold() != ".xlsx":
        raise UsageError(f"{book} is no spreadsheet; give the name of an xlsx file")
    is_case = (folder / "case.csv").is_file()
    if folder.exists() and not is_case and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder} holds something else than a case; choose a new folder")
    sheets, issues = _read_sheets(book)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        made = Path(scratch) / folder.name
        issues += _write_case(sheets, made, book)
        if not issues:
            issues = [_in_book(issue, book) for issue in check_case(made)]
        if issues:
            raise CaseError(issues)
        write_package(made)
        _replace_case(made, folder)
    return folder


def _write_table(workbook: Workbook, text: TextTable) -> None:
    """One table as a sheet; a table without file is a sheet with a header only."""
    table = text.schema
    sheet = workbook.add_worksheet(table.name)
    header = [name for name in text.header if name in table.column_names]
    bold = workbook.add_format({"bold": True, "bottom": 1})
    quoted = workbook.add_format({"quote_prefix": True})
    sheet.freeze_panes(1, len(table.key))
    for position, name in enumerate(header or table.column_names):
        column = table.column(name)
        sheet.write_string(0, position, name, bold)
        sheet.write_comment(0, position, _comment(table, column))
        sheet.set_column(position, position, max(10, min(len(name) + 2, 30)))
        _offer_choices(sheet, position, column)
        for row, cell in zip(text.rows, text.cells[name], strict=True):
            _write_cell(sheet, (row - 1, position), column, cell, quoted)


def _comment(table: Table, column: Column) -> str:
    """What the comment on a header says."""
    lines = [column.meaning]
    if column.unit:
        lines.append(f"unit: {column.unit}")
    if column.choices:
        lines.append("one of: " + ", ".join(column.choices))
    if column.references:
        lines.append(f"a key of: {column.references}")
    if column.name in table.key:
        lines.append("part of the key" if len(table.key) > 1 else "the key")
    elif column.required:
        lines.append("required")
    elif column.default is not None:
        lines.append(f"empty: {column.default}")
    return "\n".join(lines)


def _offer_choices(sheet: Worksheet, position: int, column: Column) -> None:
    kind = value_type(column)
    choices = ["true", "false"] if kind is ColumnType.FLAG else list(column.choices)
    # A list in a cell rule may have 255 signs.
    if choices and len(",".join(choices)) <= 255:
        rule = {"validate": "list", "source": choices, "error_type": "warning"}
        sheet.data_validation(1, position, _ROWS_WITH_CHOICES, position, rule)


def _write_cell(
    sheet: Worksheet, place: tuple[int, int], column: Column, cell: str, quoted: Format
) -> None:
    """Numbers as numbers where the format holds all their digits, everything else as text."""
    if cell == "":
        return
    if value_type(column) in {ColumnType.NUMBER, ColumnType.INTEGER}:
        value, _ = parse_cell(column, cell)
        if isinstance(value, int | float) and float(f"{value:.16G}") == value:
            sheet.write_number(*place, value)
            return
    if cell.startswith(_ACTIVE_SIGNS):
        sheet.write_string(*place, cell, quoted)
    else:
        sheet.write_string(*place, cell)


def _write_profiles(workbook: Workbook, path: Path, used: set[str]) -> None:
    """One profile file as a sheet, in the digits of single precision."""
    frame = read_frame(path)
    sheet = workbook.add_worksheet(_sheet_name(path, used))
    bold = workbook.add_format({"bold": True, "bottom": 1})
    sheet.freeze_panes(1, 1)
    sheet.write_string(0, 0, path.name, bold)
    sheet.write_column(1, 0, range(len(frame)))
    for position, name in enumerate(frame.columns, start=1):
        sheet.write_string(0, position, name, bold)
        sheet.write_column(1, position, _single_digits(frame[name]))


def _single_digits(values: pd.Series) -> list[float]:
    """Numbers with the fewest digits that give the same number in single precision."""
    return [float(str(value)) for value in values.to_numpy(dtype=np.float32)]


def _sheet_name(path: Path, used: set[str]) -> str:
    """A name for the sheet of a profile file: allowed, short enough and not yet used."""
    stem = _NOT_IN_SHEET_NAMES.sub("_", f"{_PROFILE_PREFIX}{path.stem}")
    name = stem[:_SHEET_NAME_LENGTH]
    number = 1
    while name.casefold() in used:
        number += 1
        tail = f"~{number}"
        name = stem[: _SHEET_NAME_LENGTH - len(tail)] + tail
    used.add(name.casefold())
    return name


def _length_issues(texts: Mapping[str, TextTable]) -> list[Issue]:
    """Cells that are too long for a spreadsheet."""
    return [
        Issue(
            f"{name}.csv",
            f"at most {_CELL_LENGTH} signs, as a spreadsheet holds no more in a cell",
            found=f"{len(cell)} signs",
            row=row,
            column=column,
        )
        for name, text in texts.items()
        for column, cells in text.cells.items()
        for row, cell in zip(text.rows, cells, strict=True)
        if len(cell) > _CELL_LENGTH
    ]


def _read_sheets(book: Path) -> tuple[dict[str, list[list[object]]], list[Issue]]:
    """All sheets as rows of cells, and an issue for each whose name says nothing."""
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        workbook = CalamineWorkbook.from_path(str(book))
    except (CalamineError, OSError) as error:
        issue = Issue(book.name, "a spreadsheet (xlsx)", found=str(error))
        raise CaseError([issue]) from error
    sheets: dict[str, list[list[object]]] = {}
    issues = []
    for name in workbook.sheet_names:
        if name in TABLES or name.startswith(_PROFILE_PREFIX):
            sheet = workbook.get_sheet_by_name(name)
            sheets[name] = [list(row) for row in sheet.to_python(skip_empty_area=False)]
        else:
            hint = did_you_mean(name, TABLES, "remove the sheet or give it the name of a table")
            expected = "a sheet with the name of a table"
            issues.append(Issue(book.name, expected, found=name, hint=hint))
    return sheets, issues + _formula_issues(book, sheets)


def _write_case(sheets: Mapping[str, list[list[object]]], folder: Path, book: Path) -> list[Issue]:
    """Write sheets as tables and profiles, and tell what cannot be written as such."""
    (folder / PROFILE_FOLDER).mkdir(parents=True)
    issues = []
    for name, rows in sheets.items():
        where = f"{book.name}: {name}"
        if name in TABLES:
            records = _text_records(rows)
            if len(records) > 1 or (records and TABLES[name].required):
                _write_records(folder / f"{name}.csv", records)
        else:
            file = str(rows[0][0]) if rows and rows[0] else ""
            if not file.endswith(".parquet") or Path(file).name != file:
                expected = "the name of a Parquet file, as load.parquet, in the first cell"
                issues.append(Issue(where, expected, found=file, row=1))
                continue
            faults = _number_issues(rows, where)
            issues += faults
            if not faults:
                write_frame(_profile_frame(rows), folder / PROFILE_FOLDER / file)
    return issues


def _text_records(rows: Sequence[Sequence[object]]) -> list[list[str]]:
    """Cells as text, without empty rows at the end and empty columns at the right."""
    records = [[_as_text(cell) for cell in row] for row in rows]
    while records and not any(records[-1]):
        records.pop()
    width = max((len(record) for record in records), default=0)
    while width and not any(record[width - 1] for record in records):
        width -= 1
    return [record[:width] for record in records]


def _as_text(cell: object) -> str:
    """One cell of a sheet as a table would write it."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, int | float):
        return number_text(float(cell))
    if isinstance(cell, dt.datetime) and cell.time() == dt.time():
        return cell.date().isoformat()
    if isinstance(cell, dt.date | dt.datetime | dt.time):
        return cell.isoformat()
    return str(cell).strip()


def _write_records(path: Path, records: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(records)


def _formula_issues(book: Path, sheets: Mapping[str, list[list[object]]]) -> list[Issue]:
    """Formulas in tables that have no value."""
    issues = []
    for dead in dead_formulas(book, sheets.keys() & TABLES.keys()):
        header = sheets[dead.sheet][0] if sheets[dead.sheet] else []
        column = _as_text(header[dead.column]) if dead.column < len(header) else None
        found = dead.shown or "a formula without value"
        hint = "correct the formula, or open the book in a spreadsheet program and save it"
        where = f"{book.name}: {dead.sheet}"
        issues.append(Issue(where, "a value", found=found, row=dead.row, column=column, hint=hint))
    return issues


def _number_issues(rows: list[list[object]], where: str) -> list[Issue]:
    """Hours of profiles that are not numbers; the first of each profile."""
    issues = []
    for position, name in enumerate(rows[0]):
        if position == 0 or name == "":
            continue
        for row, record in enumerate(rows[1:], start=2):
            if not isinstance(record[position], int | float):
                found, column = _as_text(record[position]), str(name)
                issues.append(Issue(where, "a number", found=found, row=row, column=column))
                break
    return issues


def _profile_frame(rows: list[list[object]]) -> pd.DataFrame:
    """The profiles of a sheet in single precision."""
    names = [str(name) for name in rows[0][1:] if name != ""]
    width = len(names) + 1
    values = np.array([row[1:width] for row in rows[1:]], dtype=np.float64)
    return pd.DataFrame(values.astype(np.float32).reshape(-1, len(names)), columns=names)


def _in_book(issue: Issue, book: Path) -> Issue:
    """An issue of a table told by its sheet."""
    return replace(issue, table=f"{book.name}: {issue.table.removesuffix('.csv')}")


def _replace_case(made: Path, folder: Path) -> None:
    """Put the tables and profiles of one folder in the place of those of another."""
    (folder / PROFILE_FOLDER).mkdir(parents=True, exist_ok=True)
    for name in TABLES:
        (folder / f"{name}.csv").unlink(missing_ok=True)
    for path in profile_files(folder):
        path.unlink()
    for path in [*made.glob("*.*"), *profile_files(made)]:
        if path.is_file():
            shutil.move(path, folder / path.relative_to(made))
