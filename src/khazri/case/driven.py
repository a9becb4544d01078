"""The case with what is uncertain moved, see :mod:`khazri.case.uncertainty`."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pandas as pd

from khazri.case.case import Case
from khazri.case.schema import TABLES
from khazri.case.texts import unknown_name
from khazri.case.uncertainty import (
    CELLS,
    DRIVERS,
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
from khazri.case.values import cell_text, row_labels
from khazri.errors import UsageError

_FACTOR_KINDS = ("wind", "solar")


def drivers_of(case: Case, wanted: Sequence[str] = ()) -> tuple[Driver, ...]:
    """The drivers of a case in the order of its table; none named: all.

    Raises
        UsageError  the case has none, or none of that name
    """
    table = case.table(DRIVERS)
    known = [str(name) for name in table["driver"]]
    if not known:
        raise UsageError(
            f"the case has no {DRIVERS}.csv: what is uncertain, and how far?",
            where="case",
            expected=f"rows in {DRIVERS}.csv and {CELLS}.csv; khazri schema {DRIVERS} explains",
        )
    for name in wanted:
        if name not in known:
            raise unknown_name(
                f"the case has no driver '{name}'",
                name,
                known,
                where="driver",
                expected=f"a driver of {DRIVERS}.csv",
                otherwise=f"drivers: {', '.join(known)}",
            )
    rows = [row for row in table.to_dict("records") if not wanted or row["driver"] in wanted]
    return tuple(
        Driver(
            name=str(row["driver"]),
            title=str(row["name"]),
            action=Action(row["action"]),
            low=float(row["low"]),
            high=float(row["high"]),
            distribution=Distribution(row["distribution"]),
            source=cell_text(row["source_id"]),
            note="" if pd.isna(row["note"]) else str(row["note"]),
        )
        for row in rows
    )


def moved_cells(case: Case, driver: str) -> tuple[Moved, ...]:
    """The cells of a case that a driver moves."""
    frame = case.table(CELLS)
    rows = frame[frame["driver"] == driver].to_dict("records")
    labels: dict[str, list[str]] = {}
    found = []
    for row in rows:
        name = str(row["table"])
        if name not in labels:
            labels[name] = row_labels(TABLES[name], case.table(name))
        column = str(row["column"])
        places = matching(str(row["key"]), labels[name])
        places = with_value(case.table(name), name, column, places)
        found.append(Moved(driver, name, column, float(row["weight"]), places))
    return tuple(found)


def driven(case: Case, values: Mapping[str, float]) -> Case:
    """The case with drivers at ``values``; those not named stay at what the tables say.

    Raises
        UsageError  no such driver, or a cell leaves the range of its column

    Notes
        Capacity factors are cut at 1, so their mean moves a little less than the factor says.
    """
    if not values:
        return case
    tables = dict(case.tables)
    scale = pd.Series(1.0, index=case.profiles.columns)
    digest = hashlib.sha256(case.content_hash.encode())
    digest.update(repr(sorted(values.items())).encode())
    for driver in drivers_of(case, tuple(values)):
        for one in moved_cells(case, driver.name):
            change = driver.change(values[driver.name], one.weight)
            tables[one.table] = moved(tables[one.table], one, driver.action, change)
            if one.table == PROFILES:
                scale[case.table(PROFILES)["profile"].iloc[one.places]] *= change
    for name, frame in tables.items():
        if frame is not case.tables[name]:
            _check_range(name, frame, values)
    return replace(
        case,
        tables=MappingProxyType(tables),
        profiles=_scaled(case, scale),
        content_hash=digest.hexdigest(),
    )


def _check_range(name: str, frame: pd.DataFrame, values: Mapping[str, float]) -> None:
    for column, place, expected in out_of_range(TABLES[name], frame):
        key = row_labels(TABLES[name], frame.iloc[[place]])[0]
        words = ", ".join(f"{driver} at {value:.4g}" for driver, value in values.items())
        raise UsageError(
            f"with {words}, {column} of {name} '{key}' is {frame[column].iloc[place]:g}, expected "
            f"{expected}; narrow a range in {DRIVERS}.csv or take the cell out of {CELLS}.csv"
        )


def _scaled(case: Case, scale: pd.Series[float]) -> pd.DataFrame:
    """Profiles times their factors (P,); capacity factors are cut at 1."""
    changed = [str(name) for name in scale.index[scale != 1.0]]
    if not changed:
        return case.profiles
    table = case.table(PROFILES)
    factors = {*table.loc[table["kind"].isin(_FACTOR_KINDS), "profile"],
               *case.table("assets")["availability_profile"].dropna()}  # fmt: skip
    top = np.array([1.0 if name in factors else np.inf for name in changed])
    values = case.profiles[changed].to_numpy() * scale[changed].to_numpy()
    return case.profiles.assign(
        **{name: np.minimum(values[:, i], top[i]) for i, name in enumerate(changed)}
    )
