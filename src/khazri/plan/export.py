"""A plan as tidy tables: CSV, Parquet, or one spreadsheet."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from khazri.errors import UsageError
from khazri.parquet import arrow_table, write_frame
from khazri.plan import accounts, prices, tables
from khazri.plan.arrays import Array, names
from khazri.plan.emissions import emissions_by_source
from khazri.plan.measures import measures, responses
from khazri.plan.national import energy_balance
from khazri.plan.plan import Plan
from khazri.plan.summary import summary

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook


class TableFormat(StrEnum):
    """File formats of exported tables."""

    CSV = "csv"
    PARQUET = "parquet"


YEARLY: dict[str, Callable[[Plan], pd.DataFrame]] = {
    "capacity": tables.capacity,
    "generation": tables.generation,
    "links": tables.links,
    "exchange": tables.exchange,
    "balance": tables.balance,
    "energy_balance": energy_balance,
    "prices": prices.price_summary,
    "costs": accounts.costs,
    "costs_by_country": accounts.costs_by_country,
    "asset_costs": accounts.asset_costs,
    "welfare": accounts.welfare,
    "emissions": tables.emissions,
    "emissions_by_source": emissions_by_source,
    "measures": measures,
    "responses": responses,
    "fuel_use": tables.fuel_use,
    "unserved": tables.unserved,
    "limits": tables.limits,
}
"""Tables with one value for the year, by the name of their file or sheet."""

HOURLY = {
    "hourly_prices": ("price", "bus", "price_eur_mwh"),
    "hourly_load": ("load", "bus", "mw"),
    "hourly_output": ("supply_output", "supply", "mw"),
    "hourly_conversion": ("conversion_output", "conversion", "mw"),
    "hourly_charge": ("charge", "store", "mw"),
    "hourly_discharge": ("discharge", "store", "mw"),
    "hourly_level": ("level", "store", "mwh"),
    "hourly_forward": ("forward", "link", "mw"),
    "hourly_backward": ("backward", "link", "mw"),
    "hourly_imports": ("imports", "market_step", "mw"),
    "hourly_exports": ("exports", "market_step", "mw"),
    "hourly_saved": ("saved", "measure", "mw"),
    "hourly_given_up": ("given_up", "response", "mw"),
    "hourly_unserved": ("unserved", "unserved_block", "mw"),
}
"""Hourly tables by the name of their file: variable, item, and name of the value's column."""

_CSV_PLACES = 3
_NOTE_WIDTH = 100


def export_tables(plan: Plan, directory: str | Path, *formats: TableFormat | str) -> list[Path]:
    """Write the tables of the year and of the hours, as CSV or in each of ``formats``; returns the
    files.

    Hourly Parquet files are tidy (time, item, value). Hourly CSV files have a column per item, in
    thousandths of a unit: one row per value would be far more than a spreadsheet opens.

    Raises
        UsageError  a format is neither csv nor parquet
    """
    kinds = [_format(name) for name in formats or (TableFormat.CSV,)]
    folder = Path(directory)
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, table in YEARLY.items():
        frame = table(plan)
        written += [_write(frame, folder / f"{name}.{kind}", kind) for kind in kinds]
    for name, (variable, item, value) in HOURLY.items():
        if not plan.data.sizes[item]:
            continue
        for kind in kinds:
            is_tidy = kind is TableFormat.PARQUET
            frame = tidy(plan, variable, item, value) if is_tidy else wide(plan, variable, item)
            written.append(_write(frame, folder / f"{name}.{kind}", kind))
    return written


def _format(name: TableFormat | str) -> TableFormat:
    try:
        return TableFormat(name)
    except ValueError:
        known = " or ".join(TableFormat)
        raise UsageError(f"tables can be written as {known}, not as '{name}'") from None


def wide(plan: Plan, variable: str, item: str) -> pd.DataFrame:
    """An hourly variable with a column for each item, after the column ``time``."""
    # Adding zero makes 0 of -0.
    array = np.round(plan.data[variable].to_numpy().astype(float), _CSV_PLACES) + 0.0
    frame = pd.DataFrame(array, columns=names(plan, item))
    frame.insert(0, "time", names(plan, "time"))
    return frame


def tidy(plan: Plan, variable: str, item: str, value: str) -> pd.DataFrame:
    """An hourly variable with a row for each hour and item: ``time``, ``item``, ``value``."""
    array: Array = plan.data[variable].to_numpy()
    hours, count = array.shape
    items = pd.Index([str(name) for name in names(plan, item)])
    kinds = pd.Categorical.from_codes(np.tile(np.arange(count), hours), categories=items)
    time = np.repeat(names(plan, "time"), count)
    return pd.DataFrame({"time": time, item: kinds, value: array.ravel()})


def export_workbook(plan: Plan, path: str | Path) -> Path:
    """Write the tables of the year and the hourly prices as a spreadsheet (xlsx).

    Raises
        UsageError  the name of the file does not end in .xlsx
    """
    import xlsxwriter

    path = Path(path)
    if path.suffix.casefold() != ".xlsx":
        raise UsageError(f"{path} is not the name of a spreadsheet; end it in .xlsx")
    path.parent.mkdir(parents=True, exist_ok=True)
    options = {"nan_inf_to_errors": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(path), {**options, "strings_to_formulas": False}) as book:
        _write_front(book, plan)
        for name, table in YEARLY.items():
            _write_sheet(book, name, table(plan))
        frame = wide(plan, "price", "bus")
        _write_sheet(book, "hourly_prices", frame.assign(time=frame["time"].astype("str")))
    return path


def _write_front(book: Workbook, plan: Plan) -> None:
    """The first sheet: the summary, and the facts of the run."""
    sheet = book.add_worksheet("summary")
    sheet.set_column(0, 0, _NOTE_WIDTH)
    lines = [line.strip() for line in summary(plan).lines]
    lines += ["", *(f"{name}: {value}" for name, value in plan.data.attrs.items())]
    for row, line in enumerate(lines):
        sheet.write_string(row, 0, line)


def _write_sheet(book: Workbook, name: str, frame: pd.DataFrame) -> None:
    """One table: a bold header that stays in view, numbers as numbers, missing ones empty."""
    sheet = book.add_worksheet(name)
    bold = book.add_format({"bold": True})
    for column, title in enumerate(frame.columns):
        sheet.write_string(0, column, str(title), bold)
        cells = frame.iloc[:, column]
        if pd.api.types.is_numeric_dtype(cells.dtype):
            for row, value in enumerate(cells.to_numpy(dtype=float), start=1):
                if np.isfinite(value):
                    sheet.write_number(row, column, value)
        else:
            for row, text in enumerate(cells.astype("str"), start=1):
                sheet.write_string(row, column, text)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(len(frame), 1), max(len(frame.columns) - 1, 0))


def _write(frame: pd.DataFrame, path: Path, kind: TableFormat) -> Path:
    from arro3.io import write_csv

    if kind is TableFormat.PARQUET:
        write_frame(frame, path)
    else:
        write_csv(arrow_table(frame), path)
    return path
