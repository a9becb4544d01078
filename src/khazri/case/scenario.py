"""Scenarios: named overlays that change cells of the tables, each building on its parent.

Patches work on the text of the tables, before anything is typed or converted: a price is set,
multiplied or added to in the currency and price year of its row, and a patched table passes the
same checks as one that was written so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

import pandas as pd

from khazri.case.columns import Column, ColumnType
from khazri.case.schema import TABLES
from khazri.case.texts import TextTable, closest, did_you_mean
from khazri.case.values import (
    TypedTable,
    cell_text,
    number_text,
    parse_cell,
    row_labels,
    value_type,
)
from khazri.errors import Issue

NOT_PATCHED = ("sources", "citations", "scenarios", "patches")
"""Tables that no scenario may change."""

_PATCH_FILE = "patches.csv"


@dataclass(frozen=True)
class Change:
    """One cell that a scenario changes; ``row`` is the row in ``patches.csv``."""

    scenario: str
    table: str
    key: str
    column: str
    before: str
    after: str
    source_id: str
    note: str
    row: int


@dataclass(frozen=True)
class _Patch:
    """One row of ``patches``, with the rows (by position) of the table that it changes."""

    index: int
    scenario: str
    table: str
    column: Column
    action: str
    value: str
    matches: tuple[int, ...]
    source_id: str
    note: str


def chain_of(scenarios: pd.DataFrame, name: str) -> tuple[str, ...]:
    """The scenarios that ``name`` builds on, the first ancestor first, itself last."""
    parent_of = dict(zip(scenarios["scenario"], scenarios["parent"], strict=True))
    chain: list[str] = []
    current: object = name
    while isinstance(current, str) and current not in chain:
        chain.append(current)
        current = parent_of.get(current)
    return tuple(reversed(chain))


def price_basis(scenarios: pd.DataFrame, name: str) -> str:
    """What fuels are priced at under a scenario: its own words or those of the nearest ancestor.

    "" where none of them says it.
    """
    words = dict(zip(scenarios["scenario"], scenarios["price_basis"], strict=True))
    said = [words.get(one) for one in chain_of(scenarios, name)]
    return str(next((one for one in reversed(said) if isinstance(one, str) and one), ""))


def cycle_issues(scenarios: TypedTable) -> list[Issue]:
    """Scenarios that build on themselves; each circle is told once."""
    frame = scenarios.frame
    parent_of = dict(zip(frame["scenario"], frame["parent"], strict=True))
    issues = []
    told: set[str] = set()
    for index, name in enumerate(frame["scenario"]):
        path: list[str] = []
        current: object = name
        while isinstance(current, str) and current not in path and current not in told:
            path.append(current)
            current = parent_of.get(current)
        if current == name and path:
            told.update(path)
            circle = " → ".join([*path, str(name)])
            hint = f"{circle} is a circle; leave one parent empty"
            expected = "a scenario that does not build on this one"
            issues.append(scenarios.issue(index, "parent", expected, hint))
    return issues


def patch_issues(tables: Mapping[str, TypedTable]) -> list[Issue]:
    """What is wrong with the patches of all scenarios, as far as the tables as they are tell."""
    issues = []
    for found in _patches(tables):
        if isinstance(found, Issue):
            issues.append(found)
    return issues


def patched_texts(
    texts: Mapping[str, TextTable], tables: Mapping[str, TypedTable], chain: tuple[str, ...]
) -> tuple[dict[str, TextTable], tuple[Change, ...]]:
    """The tables under the scenarios of a chain, and the cells that these change.

    ``tables`` are the same tables typed; their patches must be free of issues.
    """
    cells: dict[str, dict[str, list[str]]] = {}
    labels: dict[str, list[str]] = {}
    changes = []
    by_scenario: dict[str, list[_Patch]] = {name: [] for name in chain}
    for patch in _patches(tables):
        if isinstance(patch, _Patch) and patch.scenario in by_scenario:
            by_scenario[patch.scenario].append(patch)
    for patch in (patch for name in chain for patch in by_scenario[name]):
        patched = cells.setdefault(patch.table, dict(texts[patch.table].cells))
        column = list(patched[patch.column.name])
        if patch.table not in labels:
            labels[patch.table] = row_labels(TABLES[patch.table], tables[patch.table].frame)
        for position in patch.matches:
            before = column[position] or cell_text(patch.column.default)
            column[position] = _patched(patch, before)
            changes.append(
                Change(
                    patch.scenario,
                    patch.table,
                    labels[patch.table][position],
                    patch.column.name,
                    before,
                    column[position],
                    patch.source_id,
                    patch.note,
                    int(tables["patches"].rows[patch.index]),
                )
            )
        patched[patch.column.name] = column
    changed = {name: replace(texts[name], cells=columns) for name, columns in cells.items()}
    return {**texts, **changed}, tuple(changes)


def blame_patches(issues: list[Issue], changes: tuple[Change, ...], scenario: str) -> list[Issue]:
    """Issues of patched tables, told by the patch where a patch wrote to the row."""
    last = {(f"{change.table}.csv", change.key, change.column): change for change in changes}
    rows = {(f"{change.table}.csv", change.key): change for change in changes}
    blamed = []
    for issue in issues:
        change = last.get((issue.table, issue.row_id or "", issue.column or ""))
        change = change or rows.get((issue.table, issue.row_id or ""))
        if change is None:
            hint = f"under scenario '{scenario}'. {issue.hint}".strip()
            blamed.append(replace(issue, hint=hint))
            continue
        hint = (
            f"scenario '{change.scenario}' makes {change.column} of {change.table} "
            f"'{change.key}' {change.after or 'empty'} (was {change.before or 'empty'}). "
        )
        blamed.append(
            replace(
                issue,
                table=_PATCH_FILE,
                row=change.row,
                row_id=f"{change.scenario}|{change.table}|{change.key}|{change.column}",
                column="value",
                hint=(hint + issue.hint).strip(),
            )
        )
    return blamed


def _patches(tables: Mapping[str, TypedTable]) -> Iterator[_Patch | Issue]:
    """The sound patches in the order of their rows, and an issue for each other."""
    typed = tables["patches"]
    labels: dict[str, list[str]] = {}
    columns = {name: typed.frame[name].map(cell_text).to_list() for name in typed.frame.columns}
    for index in range(len(typed.frame)):
        if not typed.sound[index]:
            continue
        cells = {name: values[index] for name, values in columns.items()}
        fault = _target_issue(typed, index, cells)
        if fault is not None:
            yield fault
            continue
        target = tables[cells["table"]]
        if not target.complete:
            continue
        if cells["table"] not in labels:
            labels[cells["table"]] = row_labels(target.schema, target.frame)
        matches, fault = _matches(typed, index, cells, labels[cells["table"]])
        fault = fault or _value_issue(typed, index, cells, target, matches)
        if fault is not None:
            yield fault
            continue
        yield _Patch(
            index,
            cells["scenario"],
            cells["table"],
            target.schema.column(cells["column"]),
            cells["action"],
            cells["value"],
            matches,
            cells["source_id"],
            cells["note"],
        )


def _target_issue(typed: TypedTable, index: int, cells: Mapping[str, str]) -> Issue | None:
    """Whether the patch names a table and a column that scenarios may change."""
    name = cells["table"]
    patched = [table for table in TABLES if table not in NOT_PATCHED]
    if name not in patched:
        hint = did_you_mean(name, patched, "khazri schema lists the tables")
        if name in NOT_PATCHED:
            hint = f"{', '.join(NOT_PATCHED)} are the same in all scenarios"
        return typed.issue(index, "table", "a table that scenarios may change", hint)
    table = TABLES[name]
    free = [column for column in table.column_names if column not in table.key]
    if cells["column"] not in free:
        hint = did_you_mean(cells["column"], free, f"khazri schema {name} lists the columns")
        if cells["column"] in table.key:
            hint = "the key of a row is the same in all scenarios"
        return typed.issue(index, "column", f"a column of {name} besides its key", hint)
    return None


def _matches(
    typed: TypedTable, index: int, cells: Mapping[str, str], labels: list[str]
) -> tuple[tuple[int, ...], Issue | None]:
    """The rows whose key the pattern of the patch matches; none is an issue."""
    pattern = cells["key"]
    table = TABLES[cells["table"]]
    if pattern.count("|") != len(table.key) - 1:
        expected = f"{len(table.key)} parts joined by |: {'|'.join(table.key)}"
        if len(table.key) == 1:
            expected = f"one part: {table.key[0]}"
        return (), typed.issue(index, "key", expected, "* stands for any text")
    escaped = re.escape(pattern).replace(r"\*", "[^|]*").replace(r"\?", "[^|]")
    expression = re.compile(escaped)
    matches = tuple(place for place, label in enumerate(labels) if expression.fullmatch(label))
    if matches:
        return matches, None
    match = closest(pattern, labels)
    hint = f"did you mean '{match}'?" if match else "no row has a key like this"
    return (), typed.issue(index, "key", f"the key of a row of {table.name}.csv", hint)


def _value_issue(
    typed: TypedTable,
    index: int,
    cells: Mapping[str, str],
    target: TypedTable,
    matches: tuple[int, ...],
) -> Issue | None:
    """Whether the value fits the column, and for a factor or summand whether there is a number.

    Rows of the table that have a fault of their own are told there and not here.
    """
    column = target.schema.column(cells["column"])
    if cells["action"] == "set":
        fault = parse_cell(column, cells["value"])[1]
        if fault is None:
            return None
        expected = f"{fault.expected} for {column.name} of {target.schema.name}"
        return typed.issue(index, "value", expected, fault.hint)
    if value_type(column) not in {ColumnType.NUMBER, ColumnType.INTEGER}:
        expected = f"set, as {column.name} of {target.schema.name} is not a number"
        return typed.issue(index, "action", expected)
    factor = Column("value", ColumnType.NUMBER, "factor or summand", required=True)
    fault = parse_cell(factor, cells["value"])[1]
    if fault is not None:
        return typed.issue(index, "value", fault.expected, fault.hint)
    empty = target.frame[column.name].isna()
    for place in matches:
        if empty.iloc[place] and target.sound[place]:
            label = row_labels(target.schema, target.frame.iloc[[place]])[0]
            expected = f"a row in which {column.name} has a value"
            hint = f"{column.name} of '{label}' is empty; use set"
            return typed.issue(index, "key", expected, hint)
    return None


def _patched(patch: _Patch, before: str) -> str:
    """The cell after the patch."""
    if patch.action == "set":
        return patch.value
    # Decimals, so that 1.15 times 5600000 is what a person would write.
    value, operand = Decimal(before), Decimal(patch.value)
    changed = value * operand if patch.action == "multiply" else value + operand
    return number_text(float(changed))
