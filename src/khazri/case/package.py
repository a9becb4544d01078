"""A case folder as a Frictionless data package: ``datapackage.json`` made from the schema."""

from __future__ import annotations

import json
from pathlib import Path

from khazri.case.columns import Column, ColumnType, Table
from khazri.case.profiles import PROFILE_FOLDER, profile_files
from khazri.case.schema import TABLES
from khazri.case.texts import TextTable, read_texts
from khazri.case.values import value_type

PACKAGE_FILE = "datapackage.json"
_TYPES = {
    ColumnType.TEXT: "string",
    ColumnType.CHOICE: "string",
    ColumnType.NUMBER: "number",
    ColumnType.INTEGER: "integer",
    ColumnType.FLAG: "boolean",
    ColumnType.DATE: "date",
}

Json = dict[str, object]


def write_package(folder: str | Path) -> Path:
    """Write ``datapackage.json`` for the tables and profiles of a case folder; returns its path.

    Only the tables that have a file are described; the case need not be free of faults.
    """
    folder = Path(folder)
    path = folder / PACKAGE_FILE
    path.write_text(
        json.dumps(package_of(folder), indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    return path


def package_of(folder: Path) -> Json:
    """The description of a case folder that ``datapackage.json`` holds."""
    texts, _ = read_texts(folder)
    present = [text for text in texts.values() if text.header]
    names = {text.schema.name for text in present}
    profiles: list[Json] = [
        {
            "name": f"profiles-{path.stem.casefold()}",
            "path": f"{PROFILE_FOLDER}/{path.name}",
            "description": "Hourly profiles, one column each; described in profiles.csv",
            "type": "file",
            "format": "parquet",
            "mediatype": "application/vnd.apache.parquet",
        }
        for path in profile_files(folder)
    ]
    return {
        "profile": "data-package",
        **_case_words(texts["case"], folder),
        "resources": [_resource(text, names) for text in present] + profiles,
    }


def _case_words(case: TextTable, folder: Path) -> Json:
    """Name, title and description of the case, as far as its table gives them."""
    first = {name: (case.cells[name] or [""])[0] for name in ("case", "title", "description")}
    words = {
        "name": first["case"] or folder.resolve().name,
        "title": first["title"],
        "description": first["description"],
    }
    return {word: text for word, text in words.items() if text}


def _resource(text: TextTable, present: set[str]) -> Json:
    """One table, with the columns that its file has, in their order there."""
    table = text.schema
    columns = [table.column(name) for name in text.header if name in table.column_names]
    schema: Json = {"fields": [_field(column) for column in columns], "missingValues": [""]}
    if all(table.column(name).required for name in table.key):
        schema["primaryKey"] = list(table.key)
    foreign = [_foreign_key(table, column) for column in columns if column.references in present]
    if any(foreign):
        schema["foreignKeys"] = [key for key in foreign if key]
    return {
        "name": table.name,
        "path": f"{table.name}.csv",
        "description": table.meaning,
        "profile": "tabular-data-resource",
        "type": "table",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": schema,
    }


def _field(column: Column) -> Json:
    kind = value_type(column)
    unit = f" [{column.unit}]" if column.unit else ""
    field: Json = {
        "name": column.name,
        "type": _TYPES[kind],
        "description": f"{column.meaning}{unit}",
    }
    if kind is ColumnType.FLAG:
        field["trueValues"] = ["true", "TRUE", "True", "yes", "1"]
        field["falseValues"] = ["false", "FALSE", "False", "no", "0"]
    constraints: Json = {}
    if column.required:
        constraints["required"] = True
    if column.minimum is not None:
        constraints["minimum"] = column.minimum
    if column.maximum is not None:
        constraints["maximum"] = column.maximum
    if kind is ColumnType.CHOICE:
        constraints["enum"] = list(column.choices)
    return {**field, "constraints": constraints} if constraints else field


def _foreign_key(table: Table, column: Column) -> Json:
    """Where a column refers to; empty where one cell may name several rows."""
    if column.references is None or column.many:
        return {}
    resource = "" if column.references == table.name else column.references
    target = TABLES[column.references].key[0]
    return {"fields": [column.name], "reference": {"resource": resource, "fields": [target]}}
