"""A case as a spreadsheet and back."""

from __future__ import annotations

import datetime as dt
import shutil
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook
from xlsxwriter import Workbook

from khazri.case import TABLES, export_workbook, import_workbook, read_case
from khazri.errors import CaseError, UsageError
from khazri.parquet import read_frame

TEXTS = (
    st.text(
        st.characters(
            codec="utf-8",
            exclude_categories=("Cc", "Cs", "Zs", "Zl", "Zp"),
            exclude_characters="|;*?\ufffd\ufffe\uffff",
        )
        | st.sampled_from(" =+-@\"',\n_x"),
        min_size=1,
        max_size=20,
    )
    .map(str.strip)
    .filter(bool)
)


def test_nothing_is_lost(demo_folder, tmp_path) -> None:
    """Tables, profiles and their hash are the same after the way there and back."""
    book = export_workbook(demo_folder, tmp_path / "book.xlsx")
    folder = import_workbook(book, tmp_path / "again")
    before, after = read_case(demo_folder), read_case(folder)
    assert after.content_hash == before.content_hash
    assert before.profiles.equals(after.profiles)
    for name in TABLES:
        assert before.tables[name].equals(after.tables[name]), name
        assert before.texts[name].rows == after.texts[name].rows
    assert (folder / "datapackage.json").is_file()


def _sheets(book: Path) -> dict[str, list[list]]:
    workbook = CalamineWorkbook.from_path(str(book))
    return {
        name: workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
        for name in workbook.sheet_names
    }


def _member(book: Path, name: str) -> str:
    with zipfile.ZipFile(book) as archive:
        return archive.read(name).decode()


def test_sheets_are_the_tables_in_their_order(short_folder, tmp_path) -> None:
    book = export_workbook(short_folder, tmp_path / "book.xlsx")
    sheets = _sheets(book)
    assert list(sheets) == [*TABLES, "profiles.demo"]
    assert sheets["assets"][1][:6] == [
        "arda_gas",
        "Gas plant of the capital",
        "arda_north",
        "ccgt",
        "existing",
        900.0,
    ]
    assert sheets["profiles.demo"][0][:2] == ["demo.parquet", "load_arda"]
    number = 1 + list(TABLES).index("assets")
    sheet = _member(book, f"xl/worksheets/sheet{number}.xml")
    assert "existing,construction,planned,candidate" in sheet
    assert 'xSplit="1" ySplit="1"' in sheet
    comments = _member(book, f"xl/comments{number}.xml")
    assert "capacity at the bus (0 for candidates)\nunit: MW\nempty: 0.0" in comments


def test_text_that_looks_like_a_formula_stays_text(short, tmp_path) -> None:
    """Cells that begin with = + - @ come back as they were and are marked as text."""
    names = ["=1+1", "+cmd|x", "-2 units", "@home"]
    for row, name in enumerate(names, start=2):
        short.cell("buses", row, "name", name)
    book = export_workbook(short.folder, tmp_path / "book.xlsx")
    assert 'quotePrefix="1"' in _member(book, "xl/styles.xml")
    sheet = _member(book, f"xl/worksheets/sheet{1 + list(TABLES).index('buses')}.xml")
    assert "<f>" not in sheet
    case = read_case(import_workbook(book, tmp_path / "again"))
    assert case.table("buses")["name"].to_list() == names


@settings(max_examples=4, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    names=st.lists(TEXTS, min_size=4, max_size=4),
    numbers=st.lists(st.floats(0, 1e12), min_size=13, max_size=13),
    year=st.integers(1900, 2150),
)
def test_any_text_and_number_comes_back(short, names, numbers, year) -> None:
    """Numbers to the last bit, any sign that can be typed, a file name of any length."""
    for row, name in enumerate(names, start=2):
        short.cell("buses", row, "name", name)
    for row, number in enumerate(numbers, start=2):
        short.cell("assets", row, "energy_max_mwh", repr(number))
    short.cell("corridors", 2, "expected_year", str(year))
    before = read_case(short.folder)
    book = export_workbook(short.folder, short.folder.parent / "book.xlsx")
    again = short.folder.parent / "again"
    shutil.rmtree(again, ignore_errors=True)
    after = read_case(import_workbook(book, again))
    assert after.table("buses")["name"].to_list() == before.table("buses")["name"].to_list()
    assert after.content_hash == before.content_hash


def test_long_names_of_profile_files(short, tmp_path) -> None:
    """Two short whose names begin alike for longer than a sheet name may be."""
    frame = read_frame(short.profiles)
    names = [f"{'long_' * 8}{letter}.parquet" for letter in "ab"]
    for name in names:
        shutil.copyfile(short.profiles, short.profiles.with_name(name))
    short.cell("profiles", 2, "file", names[0])
    short.cell("profiles", 3, "file", names[1])
    book = export_workbook(short.folder, tmp_path / "book.xlsx")
    folder = import_workbook(book, tmp_path / "again")
    assert {path.name for path in (folder / "profiles").iterdir()} == {"demo.parquet", *names}
    assert read_frame(folder / "profiles" / names[1]).equals(frame)


def test_a_case_with_faults_is_not_exported(short, tmp_path) -> None:
    short.cell("assets", 2, "capacity_mw", "abc")
    with pytest.raises(CaseError, match=r"assets.csv row 2"):
        export_workbook(short.folder, tmp_path / "book.xlsx")
    assert not (tmp_path / "book.xlsx").exists()


def test_a_text_too_long_for_a_cell_is_refused(short, tmp_path) -> None:
    short.cell("sources", 2, "note", "x" * 32768)
    with pytest.raises(CaseError, match="32768 signs"):
        export_workbook(short.folder, tmp_path / "book.xlsx")


def test_the_name_of_the_book(short_folder, tmp_path) -> None:
    with pytest.raises(UsageError, match="xlsx"):
        export_workbook(short_folder, tmp_path / "book.csv")


def test_importing_replaces_the_tables_of_a_case_and_keeps_the_rest(short, tmp_path) -> None:
    book = export_workbook(short.folder, tmp_path / "book.xlsx")
    (short.folder / "shapes").mkdir()
    (short.folder / "shapes" / "zones.geojson").write_text("{}")
    short.add("asset_years", asset="arda_gas", year="2030", capacity_mw="1", source_id="example")
    short.cell("assets", 2, "name", "changed")
    import_workbook(book, short.folder)
    assert not short.path("asset_years").exists()
    assert (short.folder / "shapes" / "zones.geojson").read_text() == "{}"
    assert read_case(short.folder).table("assets")["name"].iloc[0] == "Gas plant of the capital"


def test_another_folder_is_not_overwritten(short_folder, tmp_path) -> None:
    book = export_workbook(short_folder, tmp_path / "book.xlsx")
    with pytest.raises(UsageError, match="something else than a case"):
        import_workbook(book, tmp_path)
    with pytest.raises(UsageError, match="is no spreadsheet"):
        import_workbook(tmp_path / "none.xlsx", tmp_path / "new")


def _edited(book: Path, change) -> None:
    """Write the book anew after ``change`` to its sheets; a tuple is a formula and its value."""
    sheets = _sheets(book)
    change(sheets)
    with Workbook(str(book)) as workbook:
        day = workbook.add_format({"num_format": "yyyy-mm-dd"})
        for name, rows in sheets.items():
            sheet = workbook.add_worksheet(name)
            for row, cells in enumerate(rows):
                for column, cell in enumerate(cells):
                    if isinstance(cell, tuple):
                        sheet.write_formula(row, column, cell[0], None, cell[1])
                    elif isinstance(cell, dt.datetime):
                        sheet.write_datetime(row, column, cell, day)
                    else:
                        sheet.write(row, column, cell)


def _put(sheet: str, row: int, column: str, cell: object):
    def change(sheets) -> None:
        sheets[sheet][row - 1][sheets[sheet][0].index(column)] = cell

    return change


def _rename(sheets) -> None:
    sheets["lniks"] = sheets.pop("links")


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (_put("assets", 3, "capacity_mw", "abc"), "assets row 3"),
        (_put("assets", 3, "capacity_mw", ("=1/0", "#DIV/0!")), "assets row 3"),
        (_put("assets", 3, "capacity_mw", ("=B7*2", "")), "assets row 3"),
        (_put("buses", 4, "zone", "belmo"), "buses row 4"),
        (_put("profiles.demo", 9, "wind_arda", "calm"), "profiles.demo row 9"),
        (_put("profiles.demo", 9, "wind_arda", None), "profiles.demo row 9"),
        (_put("profiles.demo", 1, "demo.parquet", "demo"), "profiles.demo row 1"),
        (_rename, "book.xlsx: found 'lniks'"),
    ],
    ids=["text", "error", "formula", "reference", "hour", "gap", "file", "sheet"],
)
def test_a_book_with_faults_writes_nothing(short_folder, tmp_path, change, place) -> None:
    book = export_workbook(short_folder, tmp_path / "book.xlsx")
    _edited(book, change)
    with pytest.raises(CaseError) as caught:
        import_workbook(book, tmp_path / "again")
    assert place in str(caught.value).splitlines()[0]
    assert [path.name for path in tmp_path.iterdir()] == ["book.xlsx"]


def test_a_file_that_is_no_book(tmp_path) -> None:
    (tmp_path / "book.xlsx").write_bytes(b"not a book")
    with pytest.raises(CaseError, match="a spreadsheet"):
        import_workbook(tmp_path / "book.xlsx", tmp_path / "again")


def test_dates_and_flags_that_a_spreadsheet_made_its_own(short_folder, tmp_path) -> None:
    """A date typed as a date, a flag as TRUE, a year as 2030.0."""
    book = export_workbook(short_folder, tmp_path / "book.xlsx")

    def change(sheets) -> None:
        _put("sources", 2, "date", dt.datetime(2026, 3, 1))(sheets)
        _put("corridors", 2, "whole", True)(sheets)
        _put("years", 2, "year", 2030.0)(sheets)
        _put("demands", 2, "energy_mwh", ("=56*1E5", 5.6e6))(sheets)
        sheets["buses"] += [[""] * 6, [""] * 6]

    _edited(book, change)
    case = read_case(import_workbook(book, tmp_path / "again"))
    assert case.table("sources")["date"].iloc[0] == "2026-03-01"
    assert case.table("corridors")["whole"].to_list() == [True]
    assert case.years == (2030, 2040)
    assert case.table("demands")["energy_mwh"].iloc[0] == 5_600_000


def test_the_fewest_digits_give_the_same_single() -> None:
    """0.1 in single precision is 0.100000001490116; the sheet shows 0.1."""
    from khazri.case.workbook import _single_digits

    values = pd.Series(np.array([0.1, 1 / 3, 1.0], dtype=np.float32))
    digits = _single_digits(values)
    assert digits == [0.1, 0.33333334, 1.0]
    assert (np.array(digits, dtype=np.float32) == values.to_numpy()).all()
