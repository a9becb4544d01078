"""The page of what a plan holds: its tables and the variables of its dataset."""

from __future__ import annotations

import inspect
from collections.abc import Iterable

from khazri.plan import VARIABLES
from khazri.plan.export import HOURLY, YEARLY


def plan_page() -> str:
    """Every table and variable of a plan."""
    yearly = [
        (f"`{name}`", _first_line(function), f"`khazri.plan.{function.__name__}`")
        for name, function in YEARLY.items()
    ]
    hourly = [
        (f"`{name}`", VARIABLES[variable].meaning, f"`{item}`", f"`{column}`")
        for name, (variable, item, column) in HOURLY.items()
    ]
    variables = [
        (f"`{name}`", ", ".join(variable.dims), variable.unit, variable.meaning)
        for name, variable in VARIABLES.items()
    ]
    parts = (
        _HEAD,
        _rows(("file", "what it holds", "in Python"), yearly),
        _HOURLY,
        _rows(("file", "what it holds", "one for each", "column in Parquet"), hourly),
        _VARIABLES,
        _rows(("variable", "dimensions", "unit", "what it is"), variables),
    )
    return "\n\n".join(parts) + "\n"


def _first_line(function: object) -> str:
    return (inspect.getdoc(function) or "").split("\n\n")[0].replace("\n", " ").replace("``", "`")


def _rows(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    heads = list(heads)
    lines = [" | ".join(cell.replace("|", r"\|") for cell in row) for row in rows]
    body = [f"| {line} |" for line in lines]
    return "\n".join([f"| {' | '.join(heads)} |", "|---" * len(heads) + "|", *body])


_HEAD = """\
# What a plan holds

A folder of results has the plan itself in `plan.nc` and tables of it in `tables/`, each as CSV and
as Parquet. The [Python reference](python.md) tells the columns of each table.

## Tables of the year"""

_HOURLY = """\
## Tables of the hours

CSV files have one column for each item, Parquet files one row for each hour and item."""

_VARIABLES = """\
## Variables of the dataset

`plan.data` in Python, or `plan.nc` in any netCDF reader. Hourly values are single precision, all
others double. The money unit EUR stands for the currency of the case. Items carry coordinates such
as `supply_zone` and `supply_group`; facts of the run are attributes of the dataset."""
