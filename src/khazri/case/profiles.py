"""Hourly profiles of a case: columns of Parquet files, named by the table ``profiles``."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from khazri.case.texts import did_you_mean
from khazri.case.values import TypedTable, number_text
from khazri.errors import Issue, UnreadableFileError
from khazri.parquet import read_frame

PROFILE_FOLDER = "profiles"
UNITS = "1|share of .+|hourly over mean .+"
"""Units of profiles (a pattern): none but ratios, as the size stands in the table that uses it."""

FACTOR_TOLERANCE = 1e-6
"""How far a factor may be above 1: what rounding to single precision may leave."""
_MEAN_KINDS = frozenset({"load", "price"})
_FACTOR_KINDS = frozenset({"wind", "solar"})
_MEAN_TOLERANCE = 1e-3
"""How far the mean of a shape may be from 1; more than rounding to three digits leaves."""
_STATED_TOLERANCE = 0.02
"""How far a mean or peak stated in the table may be from the series, of the larger of the two."""


def read_profiles(folder: Path, table: TypedTable, hours: int) -> tuple[pd.DataFrame, list[Issue]]:
    """The profiles named in the table, (T, P) float64, and what is wrong with them.

    Each file is read once and only for the columns that are named. A faulty profile is left out.
    """
    frame = table.frame
    issues: list[Issue] = []
    series: dict[str, NDArray[np.float64]] = {}
    for file, part in frame[table.sound].groupby("file", sort=False):
        content, fault = _read_file(folder / PROFILE_FOLDER, str(file))
        if content is None:
            expected = "a Parquet file in the folder profiles"
            issues.append(table.issue(int(part.index[0]), "file", expected, fault))
            continue
        for index, profile in zip(part.index, part["profile"], strict=True):
            if profile not in content:
                hint = did_you_mean(profile, content.columns, f"add the column to {file}")
                expected = f"the name of a column of {file}"
                issues.append(table.issue(index, "profile", expected, hint))
                continue
            found = _value_issues(table, index, content[profile], hours)
            issues += found
            if not found:
                # Single precision is the digits of a profile, whatever its file has.
                series[profile] = content[profile].to_numpy(np.float32).astype(np.float64)
    ordered = {name: series[name] for name in frame["profile"] if name in series}
    return pd.DataFrame(ordered, index=pd.RangeIndex(hours, name="hour")), issues


def profile_files(folder: Path) -> list[Path]:
    """The Parquet files of a case, by name."""
    return sorted((folder / PROFILE_FOLDER).glob("*.parquet"))


def _read_file(folder: Path, file: str) -> tuple[pd.DataFrame | None, str]:
    """The columns of a profile file, or else why there are none."""
    if "/" in file or "\\" in file:
        return None, "the name alone, without folder"
    if not (folder / file).is_file():
        names = [path.name for path in folder.glob("*.parquet")]
        return None, did_you_mean(file, names, f"there is no such file in {PROFILE_FOLDER}/")
    try:
        return read_frame(folder / file), ""
    except UnreadableFileError as error:
        return None, f"the file is there, but: expected {error.expected}"


def _value_issues(table: TypedTable, index: int, column: pd.Series, hours: int) -> list[Issue]:
    """What is wrong with the values of one profile: length, gaps, range, mean; the first only."""
    row = table.frame.iloc[index]
    place = f"of profile '{row['profile']}' in {row['file']}"

    def issue(expected: str, found: str, hint: str = "") -> list[Issue]:
        return [table.issue(index, "profile", f"{expected} {place}", hint, found=found)]

    if column.dtype.kind not in "iuf":
        return issue(f"{hours} numbers", f"values of type {column.dtype}")
    values = column.to_numpy(dtype=np.float64)
    if len(values) != hours:
        hint = "hours of the year without 29 February; the table case says how many"
        return issue(f"{hours} values", f"{len(values)} values", hint)
    bad = np.flatnonzero(~np.isfinite(values))
    if bad.size:
        hint = f"{bad.size} such values; the first stands in hour {bad[0]} (counted from 0)"
        return issue("only numbers", str(values[bad[0]]), hint)
    kind = row["kind"]
    low = -np.inf if kind == "price" else 0.0
    high = 1.0 if kind in _FACTOR_KINDS else np.inf
    outside = np.flatnonzero((values < low) | (values > high + FACTOR_TOLERANCE))
    if outside.size:
        first = int(outside[0])
        expected = "values from 0 to 1" if high == 1.0 else "values >= 0"
        hint = f"{outside.size} such values; the first stands in hour {first} (counted from 0)"
        return issue(expected, number_text(float(values[first])), hint)
    mean = float(values.mean())
    if kind in _MEAN_KINDS and abs(mean - 1.0) > _MEAN_TOLERANCE:
        return issue("a mean of 1", f"{mean:.6g}", "divide the series by its mean")
    return _stated_issues(table, index, {"annual_mean": mean, "peak": float(values.max())})


def _stated_issues(table: TypedTable, index: int, actual: Mapping[str, float]) -> list[Issue]:
    """Means and peaks that the table states but the series does not have."""
    issues = []
    for column, value in actual.items():
        stated = float(table.frame[column].iloc[index])
        if abs(stated - value) > _STATED_TOLERANCE * max(abs(stated), abs(value)):
            expected = f"{value:.6g}, as the series has it"
            issues.append(table.issue(index, column, expected, "correct the table or the file"))
    return issues
