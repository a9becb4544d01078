"""Parquet files to pandas frames and back.

Khazri reads profiles and writes tidy tables of numbers, text, flags and times. For that much the
Rust implementation of Parquet (33 MB) is enough; pyarrow would add 170 MB to every installation.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import arro3.core as arrow
import numpy as np
import pandas as pd
from arro3.core import DataType as _Type
from arro3.io import read_parquet, write_parquet

from khazri.errors import UnreadableFileError

_MAGIC = b"PAR1"
_FOOTER_BYTES = 8
_NUMPY_KINDS = "biufM"  # flags, integers, floats, times


def read_frame(path: Path) -> pd.DataFrame:
    """The columns of a Parquet file, in the order of the file, with a plain index.

    Missing numbers and flags become NaN, missing text and times stay missing. Times are UTC and
    come without a time zone, in microseconds. An index written by pandas is an ordinary column.

    Raises       UnreadableFileError: no such file, not Parquet, cut short, damaged, or a column
                 that holds something else than numbers, text, flags or times
    """
    _check_frame_of(path)
    try:
        table = read_parquet(path).read_all()
    except Exception as error:  # the library raises nothing narrower
        raise UnreadableFileError(path, f"a sound Parquet file ({error})") from error
    return pd.DataFrame({name: _values(table[name], name, path) for name in table.column_names})


def write_frame(frame: pd.DataFrame, path: Path) -> None:
    """Write the columns of a frame, without its index; equal frames give equal bytes.

    Parameters
        frame  columns of numbers, text, flags or times (UTC, with or without a time zone)
    """
    write_parquet(arrow_table(frame), path, compression="zstd(3)")


def arrow_table(frame: pd.DataFrame) -> arrow.Table:
    """The columns of a frame as an Arrow table, without its index; categories become text."""
    names = [str(name) for name in frame.columns]
    return arrow.Table.from_arrays([_array(frame[name]) for name in frame.columns], names=names)


def _check_frame_of(path: Path) -> None:
    """Refuse what does not begin and end as Parquet does: the library would panic on it."""
    try:
        with path.open("rb") as file:
            head = file.read(len(_MAGIC))
            size = file.seek(0, 2)
            file.seek(max(size - _FOOTER_BYTES, 0))
            footer = file.read(_FOOTER_BYTES)
    except FileNotFoundError as error:
        raise UnreadableFileError(path, "this file") from error
    except OSError as error:
        raise UnreadableFileError(path, f"a readable file ({error.strerror})") from error
    length = int.from_bytes(footer[:4], "little")
    whole = size >= len(_MAGIC) + length + _FOOTER_BYTES
    if head != _MAGIC or footer[4:] != _MAGIC or not whole:
        raise UnreadableFileError(path, "a whole Parquet file")


def _values(column: arrow.ChunkedArray, name: str, path: Path) -> np.ndarray | list[object]:
    """One column as pandas takes it."""
    kind = column.type
    if _is_any(kind, _Type.is_timestamp, _Type.is_date):
        micros = column.cast(_Type.timestamp("us")).cast(_Type.int64())
        missing = np.iinfo(np.int64).min  # what NumPy reads as NaT
        times = [missing if value is None else value for value in micros.to_pylist()]
        return np.array(times, dtype=np.int64).view("datetime64[us]")
    if _is_any(kind, _Type.is_numeric, _Type.is_boolean):
        if column.null_count == 0:
            return column.to_numpy()
        return np.array([np.nan if v is None else v for v in column.to_pylist()], dtype=np.float64)
    if _is_any(kind, _Type.is_dictionary):
        column = column.cast(_Type.string())
    elif not _is_any(kind, _Type.is_string, _Type.is_large_string):
        raise UnreadableFileError(
            path, f"numbers, text, flags or times in column '{name}', not {kind}"
        )
    return column.to_pylist()


def _is_any(kind: _Type, *checks: Callable[[_Type], bool]) -> bool:
    """Whether one of the checks holds (called directly, each would narrow the type to nothing)."""
    return any(check(kind) for check in checks)


def _array(column: pd.Series) -> arrow.Array:
    """One column as Arrow takes it."""
    if isinstance(column.dtype, pd.DatetimeTZDtype):
        column = column.dt.tz_convert(None)
    if isinstance(column.dtype, pd.CategoricalDtype) and not column.hasnans:
        # a million times the same few words: repeated by Arrow, not by Python
        words = _array(pd.Series(column.cat.categories))
        return words.take(arrow.Array.from_numpy(column.cat.codes.to_numpy(dtype=np.uint32)))
    if column.dtype.kind in _NUMPY_KINDS:
        values = column.to_numpy()
        if values.dtype == object:  # a nullable dtype of pandas
            values = column.to_numpy(dtype=np.float64, na_value=np.nan)
        return arrow.Array.from_numpy(np.ascontiguousarray(values))
    is_missing = column.isna()
    text = [None if missing else str(v) for v, missing in zip(column, is_missing, strict=True)]
    return arrow.Array(text, type=_Type.string())
