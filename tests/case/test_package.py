"""The description of a case as a Frictionless data package."""

from __future__ import annotations

import json

import pytest
from frictionless import Package

from khazri.case import TABLES, write_package


def test_frictionless_finds_the_tables_valid(demo_folder) -> None:
    package = Package(str(demo_folder / "datapackage.json"))
    tables = [resource.name for resource in package.resources if resource.type == "table"]
    assert set(tables) <= set(TABLES)
    assert len(tables) >= 25
    for name in tables:
        report = package.get_table_resource(name).validate()
        assert report.valid, report.flatten(["rowNumber", "fieldName", "note"])


@pytest.mark.parametrize(
    ("table", "row", "column", "value", "error"),
    [
        ("assets", 2, "capacity_mw", "abc", "type-error"),
        ("assets", 2, "status", "gone", "constraint-error"),
        ("assets", 2, "bus", "nowhere", "foreign-key"),
        ("buses", 3, "bus", "arda_north", "primary-key"),
    ],
)
def test_frictionless_refuses_what_the_schema_refuses(
    files, table, row, column, value, error
) -> None:
    files.cell(table, row, column, value)
    write_package(files.folder)
    package = Package(str(files.folder / "datapackage.json"))
    report = package.get_table_resource(table).validate()
    assert [found for (found,) in report.flatten(["type"])] == [error]


def test_it_says_what_the_case_is(files) -> None:
    """Columns in the order of the file; a strange column is not described."""
    files.cell("buses", 2, "colour", "blue")
    package = json.loads(write_package(files.folder).read_text(encoding="utf-8"))
    assert package["name"] == "demo"
    assert package["title"] == "Two countries by the sea"
    resources = {resource["name"]: resource for resource in package["resources"]}
    fields = [field["name"] for field in resources["buses"]["schema"]["fields"]]
    assert fields == ["bus", "name", "zone", "carrier", "source_id", "note"]
    capacity = resources["assets"]["schema"]["fields"][5]
    assert capacity["description"] == "capacity at the bus (0 for candidates) [MW]"
    assert capacity["constraints"] == {"minimum": 0.0}
    assert resources["profiles-demo"]["path"] == "profiles/demo.parquet"
