"""Cells of a spreadsheet whose formula has no value.

The reader of spreadsheets gives such cells as empty, which a table would take for a default. So
the sheets are looked through once more for them, in the XML that an xlsx file is made of.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from xml.etree import ElementTree as ET

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_CELL = re.compile(r"([A-Z]+)(\d+)")
_LETTERS = 26


@dataclass(frozen=True)
class DeadFormula:
    """A cell without value: its sheet, row (from 1), column (from 0), and what it shows."""

    sheet: str
    row: int
    column: int
    shown: str


def dead_formulas(book: Path, sheets: Collection[str]) -> Iterator[DeadFormula]:
    """The cells in the named sheets of an xlsx file that show an error or were never computed."""
    with zipfile.ZipFile(book) as archive:
        for name, member in _members(archive).items():
            if name in sheets:
                with archive.open(member) as file:
                    for _, element in ET.iterparse(file):
                        if element.tag == f"{_MAIN}c":
                            yield from _dead(name, element)


def _members(archive: zipfile.ZipFile) -> dict[str, str]:
    """For each sheet the member of the archive that holds it."""
    relations = ET.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    target_of = {relation.get("Id"): relation.get("Target", "") for relation in relations}
    workbook = ET.fromstring(archive.read("xl/workbook.xml"))
    members = {}
    for sheet in workbook.iter(f"{_MAIN}sheet"):
        target = PurePosixPath("/xl") / target_of.get(sheet.get(_LINK), "")
        members[sheet.get("name", "")] = str(target).removeprefix("/")
    return members


def _dead(sheet: str, cell: ET.Element) -> Iterator[DeadFormula]:
    value = cell.find(f"{_MAIN}v")
    shown = "" if value is None or value.text is None else value.text
    is_error = cell.get("t") == "e"
    is_empty = cell.find(f"{_MAIN}f") is not None and shown == "" and cell.get("t") != "str"
    place = _CELL.fullmatch(cell.get("r", ""))
    if place is not None and (is_error or is_empty):
        column = 0
        for letter in place.group(1):
            column = column * _LETTERS + ord(letter) - ord("A") + 1
        yield DeadFormula(sheet, int(place.group(2)), column - 1, shown)
