"""Values of a year from values given for some years."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

import numpy as np
import pandas as pd
from numpy.typing import NDArray


class Outside(StrEnum):
    """What holds before the first and after the last given year."""

    HELD = "held"
    """the first and the last given value"""
    HELD_AFTER = "held_after"
    """nothing before, the last given value after"""
    ABSENT = "absent"
    """nothing"""


def at_year(
    frame: pd.DataFrame,
    keys: Sequence[str],
    value_columns: Sequence[str],
    year: int,
    outside: Outside = Outside.HELD,
) -> pd.DataFrame:
    """One row for each key with its values in ``year``, linear between the given years.

    Parameters
        frame          a table of a case with the columns ``keys``, ``value_columns`` and ``year``
        keys           columns that tell apart what the values belong to (may be missing in a row)
        value_columns  numbers; a missing one is as if its row did not mention the value
        outside        what holds before the first and after the last given year

    Returns
        a frame with the columns of ``frame``, ``year`` set to the year asked for, index 0..n-1,
        keys in the order of their first rows. A value that is given in no year is NaN. All other
        columns are those of the latest row not after ``year``, or else of the first row. Keys
        without any value in the year (``outside``) are left out.
    """
    if frame.empty:
        return frame.copy()
    groups = frame.groupby(list(keys), sort=False, dropna=False).ngroup()
    code: NDArray[np.int64] = np.asarray(groups, dtype=np.int64)
    years = frame["year"].to_numpy(dtype=np.float64)
    order = np.lexsort((years, code))
    code, years = code[order], years[order]
    n_keys = int(code.max()) + 1
    row, _ = _neighbours(code, years, np.ones(len(code), dtype=bool), n_keys, year)
    first = np.searchsorted(code, np.arange(n_keys))
    result = frame.iloc[order[np.where(row >= 0, row, first)]].reset_index(drop=True)
    result["year"] = pd.Series(year, index=result.index, dtype="Int64")
    given = np.zeros(n_keys, dtype=bool)
    for name in value_columns:
        values = frame[name].to_numpy(dtype=np.float64)[order]
        present = ~np.isnan(values)
        below, above = _neighbours(code, years, present, n_keys, year)
        has_below, has_above = below >= 0, above >= 0
        if outside is Outside.ABSENT:
            has_below, has_above = has_below & has_above, has_below & has_above
        elif outside is Outside.HELD_AFTER:
            has_above &= has_below
        low = np.where(has_below, below, above)
        high = np.where(has_above, above, below)
        span = years[high] - years[low]
        share = np.where(span > 0, (year - years[low]) / np.where(span > 0, span, 1.0), 0.0)
        value = values[low] * (1.0 - share) + values[high] * share
        result[name] = np.where(has_below | has_above, value, np.nan)
        given |= has_below | has_above
    return result[given].reset_index(drop=True) if outside is not Outside.HELD else result


def _neighbours(
    code: NDArray[np.int64],
    years: NDArray[np.float64],
    present: NDArray[np.bool_],
    n_keys: int,
    year: int,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Positions (K) of the last row not after and the first not before ``year``; -1 if none.

    Rows are sorted by key, then year; of positions written twice the last one stays.
    """
    below = np.full(n_keys, -1)
    above = np.full(n_keys, -1)
    (before,) = np.nonzero(present & (years <= year))
    (after,) = np.nonzero(present & (years >= year))
    below[code[before]] = before
    above[code[after[::-1]]] = after[::-1]
    return below, above
