"""What all groups of a system look up: plain tables, the year, buses and profile columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from khazri.errors import Issue
from khazri.system.system import Flags, Floats, Indices, Names

_NAMED_IN_HINT = 3

_BACKCAST = "backcast"

_USED = (
    "zones",
    "carriers",
    "gwp",
    "fuel_prices",
    "co2_prices",
    "buses",
    "technologies",
    "technology_costs",
    "finance",
    "assets",
    "asset_years",
    "ports",
    "links",
    "link_tariffs",
    "carbon_charges",
    "corridors",
    "corridor_links",
    "demands",
    "demand_steps",
    "efficiency",
    "efficiency_groups",
    "unserved_blocks",
    "markets",
    "market_steps",
    "limits",
)
"""Tables that the equations of a year depend on."""


@dataclass(frozen=True)
class Inputs:
    """The tables of a case and what is looked up in them again and again.

    ``tables`` are plain (see :func:`plain`). ``may_build`` is False in the year of a back-cast: its
    fleet and links are what there was. ``buses`` has one row per bus with its ``country``,
    ``is_market``, and the ``unit`` and ``carbon`` [t CO2/MWh] of its carrier; its order is that of
    all bus indices. ``profiles`` (T, P) are the hourly series with their ``profile_names`` (P,).
    Methane is compared with CO2 over ``gwp_horizon_a`` years. ``issues`` collects what is wrong
    while a system is built, so that everything can be told at once.
    """

    tables: Mapping[str, pd.DataFrame]
    year: int
    wacc: float
    gwp_horizon_a: int
    may_build: bool
    buses: pd.DataFrame
    profile_names: pd.Index[Any]
    profiles: Floats
    issues: list[Issue] = field(default_factory=list)

    @property
    def n_hours(self) -> int:
        """Number of hours T."""
        return len(self.profiles)

    def bus_index(self, bus: pd.Series[Any]) -> Indices:
        """Position of each named bus."""
        return indices(pd.Index(self.buses["bus"]), bus)

    def profile_index(self, profile: pd.Series[Any]) -> Indices:
        """Column of each named profile; -1 where the name is empty (constant 1)."""
        found = indices(self.profile_names, profile)
        lost = (found < 0) & (profile != "").to_numpy()
        for name in sorted(set(profile[lost])):
            self.issues.append(
                Issue("profiles.csv", "a series of this name", row_id=name, column="profile")
            )
        return found

    def series_sum(self, profile: Indices) -> Floats:
        """Sum over the hours of each profile column; T where the column is -1."""
        sums = np.append(self.profiles.sum(axis=0), float(self.n_hours))
        return sums[profile]


def make_inputs(tables: Mapping[str, pd.DataFrame], profiles: pd.DataFrame, year: int) -> Inputs:
    """Inputs from the typed tables of a case and its profiles (T rows, one column each)."""
    case = tables["case"].iloc[0]
    plain_tables = {name: plain(tables[name]) for name in _USED}
    buses = plain_tables["buses"].merge(
        plain_tables["zones"][["zone", "country"]], on="zone", how="left", validate="m:1"
    )
    carriers = plain_tables["carriers"].rename(columns={"co2_t_per_mwh": "carbon"})
    buses = buses.merge(
        carriers[["carrier", "carbon", "unit"]], on="carrier", how="left", validate="m:1"
    )
    buses["is_market"] = buses["bus"].isin(plain_tables["markets"]["bus"])
    values = np.ascontiguousarray(profiles.to_numpy(dtype=np.float64))
    years = tables["years"]
    is_past = bool(((years["year"] == year) & (years["kind"] == _BACKCAST)).any())
    return Inputs(
        tables=plain_tables,
        year=year,
        wacc=float(case["wacc"]),
        gwp_horizon_a=int(case["gwp_horizon_a"]),
        may_build=not is_past,
        buses=buses,
        profile_names=profiles.columns,
        profiles=values,
    )


def plain(frame: pd.DataFrame) -> pd.DataFrame:
    """The table with ``""`` for missing text and float64 with NaN for all numbers."""
    columns: dict[str, Any] = {}
    for name in frame.columns:
        column = frame[name]
        if pd.api.types.is_bool_dtype(column.dtype):
            columns[name] = column.astype(bool)
        elif pd.api.types.is_numeric_dtype(column.dtype):
            columns[name] = pd.Series(
                column.to_numpy(dtype=np.float64, na_value=np.nan), column.index
            )
        else:
            columns[name] = column.astype("str").fillna("")
    return pd.DataFrame(columns, index=frame.index).reset_index(drop=True)


def indices(index: pd.Index[Any], names: pd.Series[Any]) -> Indices:
    """Position of each name in ``index``; -1 where it is not there."""
    return np.asarray(index.get_indexer(pd.Index(names)), dtype=np.int64)


def looked_up(keys: pd.Series[str], table: pd.DataFrame, key: str, value: str) -> pd.Series[float]:
    """The number in column ``value`` of the row with each key; NaN where there is none."""
    return keys.map(table.set_index(key)[value]).astype(np.float64)


def names_of(frame: pd.DataFrame, column: str) -> Names:
    """A text column as an array."""
    return np.asarray(frame[column].to_numpy(dtype=object), dtype=np.str_)


def floats_of(frame: pd.DataFrame, column: str) -> Floats:
    """A number column as an array."""
    return np.array(frame[column].to_numpy(dtype=np.float64), dtype=np.float64)


def flags_of(frame: pd.DataFrame, column: str) -> Flags:
    """A flag column as an array."""
    return np.array(frame[column].to_numpy(dtype=bool), dtype=np.bool_)


def some_of(items: Iterable[object]) -> str:
    """The first few of the items as text, and how many more there are."""
    listed = [str(item) for item in items]
    rest = len(listed) - _NAMED_IN_HINT
    shown = ", ".join(listed[:_NAMED_IN_HINT])
    return f"{shown} and {rest} more" if rest > 0 else shown
