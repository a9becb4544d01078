"""Rules about what is uncertain: ranges hold what the tables say, cells are there and stay allowed.

They look at rows that are sound so far, as those of :mod:`khazri.case.check` do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from khazri.case.columns import ColumnType
from khazri.case.schema import TABLES
from khazri.case.texts import closest, did_you_mean
from khazri.case.uncertainty import (
    CELLS,
    DRIVERS,
    NOT_DRIVEN,
    PROFILE_COLUMN,
    PROFILES,
    Action,
    Distribution,
    Driver,
    Moved,
    matching,
    moved,
    out_of_range,
    with_value,
)
from khazri.case.values import TypedTable, row_labels
from khazri.errors import Issue

Tables = Mapping[str, TypedTable]
Found = list[tuple[int, Moved]]
"""Rows of ``uncertainty_cells`` (by position) and what they move."""


def uncertainty_issues(tables: Tables) -> list[Issue]:
    """What is wrong with drivers and their cells, as far as the tables tell."""
    drivers, issues = _drivers(tables[DRIVERS])
    issues += _idle(tables, drivers)
    found = list(_cells(tables, issues))
    issues += _twice(tables, found)
    for driver in drivers.values():
        issues += _beyond(tables, driver, found)
    return issues


def _drivers(typed: TypedTable) -> tuple[dict[str, Driver], list[Issue]]:
    """The sound drivers, and an issue for each whose range leaves out what the tables say."""
    drivers, issues = {}, []
    for index, row in enumerate(typed.frame.to_dict("records")):
        if not typed.sound[index]:
            continue
        action = Action(row["action"])
        low, high, middle = float(row["low"]), float(row["high"]), action.neutral
        words = f"{middle:g}, at which the tables are as they are (action {action})"
        if action is Action.MULTIPLY and low < 0:
            hint = "a factor below zero turns the sign of its cells; action add is for summands"
            issues.append(typed.issue(index, "low", "a factor of 0 or more", hint))
        elif low > middle:
            issues.append(typed.issue(index, "low", f"at most {words}"))
        elif high < middle:
            issues.append(typed.issue(index, "high", f"at least {words}"))
        elif low < high:
            name = str(row["driver"])
            kind = Distribution(row["distribution"])
            drivers[name] = Driver(name, str(row["name"]), action, low, high, kind, "", "")
        else:
            hint = "a driver that stays where it is is not uncertain; remove it"
            issues.append(typed.issue(index, "high", f"more than low, {low:g}", hint))
    return drivers, issues


def _idle(tables: Tables, drivers: Mapping[str, Driver]) -> list[Issue]:
    """Drivers that move nothing."""
    if not tables[CELLS].complete:
        return []
    typed = tables[DRIVERS]
    moving = set(tables[CELLS].frame["driver"])
    return [
        typed.issue(
            index, "driver", f"a driver that moves something: a row of {CELLS}.csv names it"
        )
        for index, name in enumerate(typed.frame["driver"])
        if name in drivers and name not in moving
    ]


def _cells(tables: Tables, issues: list[Issue]) -> Iterator[tuple[int, Moved]]:
    """What each sound row moves; issues of all others are added to ``issues``."""
    typed = tables[CELLS]
    actions = dict(
        zip(tables[DRIVERS].frame["driver"], tables[DRIVERS].frame["action"], strict=True)
    )
    labels: dict[str, list[str]] = {}
    for index, row in enumerate(typed.frame.to_dict("records")):
        if not typed.sound[index]:
            continue
        if float(row["weight"]) == 0.0:
            issues.append(typed.issue(index, "weight", "a number but 0, which moves nothing"))
            continue
        name, key, column = str(row["table"]), str(row["key"]), str(row["column"])
        fault = _target(typed, index, name, column, str(actions.get(row["driver"])))
        if fault is not None:
            issues.append(fault)
            continue
        target = tables[name]
        if not target.complete:
            continue
        if name not in labels:
            labels[name] = row_labels(target.schema, target.frame)
        places = matching(key, labels[name])
        filled = with_value(target.frame, name, column, places)
        if filled.size:
            weight = float(row["weight"])
            yield index, Moved(str(row["driver"]), name, column, weight, filled)
        elif target.sound[places].all():
            issues.append(_nothing(typed, index, target, labels[name], places.size > 0))


def _target(typed: TypedTable, index: int, name: str, column: str, action: str) -> Issue | None:
    """Whether a row names a table and a column of numbers that drivers may move."""
    may = [table for table in TABLES if table not in NOT_DRIVEN]
    if name not in may:
        hint = did_you_mean(name, may, "khazri schema lists the tables")
        if name in NOT_DRIVEN:
            hint = f"{', '.join(NOT_DRIVEN)} are not uncertain in this sense"
        return typed.issue(index, "table", "a table that drivers may move", hint)
    table = TABLES[name]
    numbers = [
        one.name
        for one in table.columns
        if one.type is ColumnType.NUMBER and one.name not in table.key
    ]
    if name == PROFILES:
        numbers = [PROFILE_COLUMN]
    if column not in numbers:
        hint = did_you_mean(column, numbers, f"columns of numbers: {', '.join(numbers)}")
        return typed.issue(index, "column", f"a column of numbers of {name}", hint)
    if name == PROFILES and action == Action.ADD:
        return typed.issue(index, "table", "a table besides profiles, as these are only multiplied")
    return None


def _nothing(
    typed: TypedTable, index: int, target: TypedTable, labels: list[str], is_there: bool
) -> Issue:
    """A row that moves no cell: no such key, or only empty cells."""
    row = typed.frame.iloc[index]
    name, column = target.schema.name, row["column"]
    if is_there:
        expected = f"rows of {name}.csv in which {column} has a value"
        return typed.issue(index, "key", expected, "empty cells stay empty")
    parts = "|".join(target.schema.key)
    if str(row["key"]).count("|") != len(target.schema.key) - 1:
        hint = f"{len(target.schema.key)} parts joined by |: {parts}"
    else:
        match = closest(str(row["key"]), labels)
        hint = f"did you mean '{match}'?" if match else "no row has a key like this"
    return typed.issue(index, "key", f"the key of a row of {name}.csv", hint)


def _twice(tables: Tables, found: Found) -> list[Issue]:
    """Cells that are moved by two rows."""
    typed = tables[CELLS]
    first: dict[tuple[str, str, int], int] = {}
    issues = []
    for index, target in found:
        for place in target.places:
            before = first.setdefault((target.table, target.column, int(place)), index)
            if before == index:
                continue
            typed.sound[index] = False
            key = row_labels(TABLES[target.table], tables[target.table].frame.iloc[[place]])[0]
            driver = typed.frame["driver"].iloc[before]
            hint = f"row {typed.rows[before]} ({driver}) moves {target.column} of '{key}' already"
            issues.append(typed.issue(index, "key", "cells that no other row moves", hint))
            break
    return issues


def _beyond(tables: Tables, driver: Driver, found: Found) -> Iterator[Issue]:
    """Whether cells of a driver are still allowed at both ends of its range; the first that is not
    is told for each table."""
    typed = tables[CELLS]
    for name in dict.fromkeys(one.table for _, one in found if one.driver == driver.name):
        own = [(i, one) for i, one in found if one.driver == driver.name and one.table == name]
        if name == PROFILES or not tables[name].sound.all():
            continue
        before = {one[:2] for one in out_of_range(TABLES[name], tables[name].frame)}
        for value in (driver.low, driver.high):
            frame = tables[name].frame
            for _, one in own:
                change = driver.change(value, one.weight)
                frame = moved(frame, one, driver.action, change)
            faults = (one for one in out_of_range(TABLES[name], frame) if one[:2] not in before)
            fault = next(faults, None)
            if fault is None:
                continue
            column, place, expected = fault
            key = row_labels(TABLES[name], frame.iloc[[place]])[0]
            index = next((i for i, one in own if place in one.places), own[0][0])
            hint = (
                f"'{driver.name}' at {value:g} makes {column} of '{key}' "
                f"{frame[column].iloc[place]:g}, expected {expected}; narrow the range or move "
                "fewer cells"
            )
            wanted = "cells that their column allows over the whole range"
            yield typed.issue(index, "weight", wanted, hint)
            break
