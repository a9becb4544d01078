"""Every command on the demo case: what people and what programs are told."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.cli.cases import Khazri, edit, read_rows

from khazri.case import TABLES, read_case
from khazri.cli.sources import _short

_ENVELOPE = {"schema", "ok", "result", "warnings", "errors"}
_ERROR = {"code", "message", "where", "found", "expected", "hint"}


def test_new_case_can_be_checked_and_says_how_to_go_on(khazri: Khazri, tmp_path: Path) -> None:
    made = khazri("case", "new", tmp_path / "demo")
    assert made.code == 0
    assert f"khazri plan {tmp_path / 'demo'}" in made.err
    assert khazri("check", tmp_path / "demo").code == 0


def test_new_case_leaves_a_folder_that_holds_something_alone(
    khazri: Khazri, tmp_path: Path
) -> None:
    (tmp_path / "letter.txt").write_text("dear reader")
    made = khazri("case", "new", tmp_path)
    assert made.code == 2
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_check_lists_sizes_years_and_scenarios(khazri: Khazri, small: Path) -> None:
    told = khazri("check", small)
    assert told.code == 0
    for words in ("no faults", "buses 4", "2030", "2040", "high_demand", "low_carbon"):
        assert words in told.out


def test_check_of_a_scenario_lists_the_cells_it_changes(khazri: Khazri, small: Path) -> None:
    told = khazri("check", small, "--scenario", "low_carbon", "--json")
    changes = {(c["table"], c["key"], c["after"]) for c in told.json["result"]["changes"]}
    assert ("corridors", "sea_cable", "built") in changes
    assert ("limits", "emissions|2030", "3000000") in changes


def test_check_tells_all_faults_by_table_and_counts_them(
    khazri: Khazri, small: Path, tmp_path: Path
) -> None:
    broken = Path(shutil.copytree(small, tmp_path / "broken"))
    edit(broken, "assets", 0, "capacity_mw", "abc")
    edit(broken, "assets", 1, "bus", "arda_nort")
    edit(broken, "links", 2, "capacity_forward_mw", "-5")
    told = khazri("check", broken)
    assert told.code == 2
    assert told.out == ""
    assert "assets.csv row 2" in told.err
    assert "did you mean 'arda_north'?" in told.err
    assert "links.csv row 4" in told.err
    assert told.err.rstrip().endswith("error 3 faults in 2 tables; nothing was written")
    entries = khazri("check", broken, "--json").json["errors"]
    assert len(entries) == 3
    assert all(set(entry) >= _ERROR for entry in entries)
    assert {entry["code"] for entry in entries} == {"case"}


def test_faults_that_show_only_when_a_year_is_built_are_told(
    khazri: Khazri, small: Path, tmp_path: Path
) -> None:
    """Without the cost of its fuel a plant can be read but not planned."""
    broken = Path(shutil.copytree(small, tmp_path / "broken"))
    rows = (broken / "technology_costs.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [row for row in rows if not row.startswith("coal,2030,variable_om")]
    (broken / "technology_costs.csv").write_text("".join(kept), encoding="utf-8")
    told = khazri("check", broken)
    assert told.code == 2
    assert "variable_om" in told.err


def test_sources_count_values(khazri: Khazri, small: Path) -> None:
    told = khazri("sources", small, "--json").json["result"]
    assert {source["source_id"] for source in told["sources"]} == {
        row["source_id"] for row in read_rows(small, "sources")
    }
    assert sum(source["values"] for source in told["sources"]) > 400


def test_sources_of_a_value_names_title_and_licence(khazri: Khazri, small: Path) -> None:
    told = khazri("sources", small, "assets", "arda_lake", "capacity_mw")
    assert told.code == 0
    assert "300 MW" in told.out
    assert "CC0-1.0" in told.out


def test_numbers_of_sources_are_short_and_shares_have_no_unit(khazri: Khazri, small: Path) -> None:
    written = ("3573.4999981060455", "0.54", "12345678.25", "-0.123456789", "2 a")
    shortened = ["3573.5", "0.54", "12345678", "-0.1234568", "2 a"]
    assert [_short(value) for value in written] == shortened
    shown = khazri("sources", small, "assets", "arda_gas", "efficiency").out
    assert "0.54" in shown
    assert not any(line.rstrip().endswith(" 1") for line in shown.splitlines())


def test_sources_of_an_assumption_gives_its_reasoning(khazri: Khazri, small: Path) -> None:
    told = khazri("sources", small, "assets", "arda_lake", "inflow_mwh")
    assert "an assumption" in told.out
    assert "The lake fills in spring" in told.out


def test_sources_of_a_row_lists_its_values(khazri: Khazri, small: Path) -> None:
    told = khazri("sources", small, "assets", "arda_lake", "--json").json["result"]
    assert {v["column"]: v["value"] for v in told["values"]}["capacity_mw"] == "300"


@pytest.mark.parametrize(
    ("place", "suggestion"),
    [
        (("asets",), "assets"),
        (("assets", "arda_lakes"), "arda_lake"),
        (("assets", "arda_lake", "capacity"), "capacity_mw"),
    ],
)
def test_sources_suggest_names(
    khazri: Khazri, small: Path, place: tuple[str, ...], suggestion: str
) -> None:
    told = khazri("sources", small, *place)
    assert told.code == 2
    assert f"did you mean '{suggestion}'?" in told.err


def test_schema_lists_every_table_and_column(khazri: Khazri) -> None:
    tables = khazri("schema", "--json").json["result"]["tables"]
    assert [table["table"] for table in tables] == list(TABLES)
    told = khazri("schema", "links").out
    assert all(name in told for name in TABLES["links"].column_names)


def test_a_case_goes_to_a_spreadsheet_and_back(khazri: Khazri, small: Path, tmp_path: Path) -> None:
    book, again = tmp_path / "small.xlsx", tmp_path / "again"
    assert khazri("case", "export", small, book).code == 0
    assert khazri("case", "import", book, again).code == 0
    assert read_case(again).content_hash == read_case(small).content_hash


def test_a_spreadsheet_with_faults_changes_nothing(khazri: Khazri, tmp_path: Path) -> None:
    book = tmp_path / "book.xlsx"
    book.write_bytes(b"not a spreadsheet")
    assert khazri("case", "import", book, tmp_path / "case").code == 2
    assert not (tmp_path / "case").exists()


@pytest.mark.parametrize(
    "words",
    [
        ("check", "{case}"),
        ("sources", "{case}"),
        ("sources", "{case}", "assets"),
        ("schema",),
        ("schema", "assets"),
        ("plan", "{case}", "--dry-run"),
        ("schema", "nonsense"),
        ("plan", "{case}", "--year", "1999"),
        ("nonsense",),
        ("plan",),
    ],
)
def test_json_is_one_object_with_the_same_names(
    khazri: Khazri, small: Path, words: tuple[str, ...]
) -> None:
    told = khazri(*(word.format(case=small) for word in words), "--json")
    assert set(told.json) == _ENVELOPE
    assert told.json["ok"] == (told.code == 0)
    assert told.json["schema"].startswith("khazri-")
    assert told.json["schema"].endswith("-1")
    assert told.err == ""
    assert all(set(entry) >= _ERROR for entry in told.json["errors"])


def test_plain_tables_are_lines_with_tabs(khazri: Khazri) -> None:
    lines = khazri("schema", "links", "--plain").out.splitlines()
    assert any(line.startswith("from_bus\ttext\t") for line in lines)


def test_quiet_leaves_only_the_result(khazri: Khazri, small: Path) -> None:
    loud, quiet = khazri("check", small), khazri("check", small, "-q")
    assert quiet.out == loud.out
    assert quiet.err == ""
    assert loud.err != ""
