"""Costs of capital, operation and fuel of technologies in one year."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from khazri.case.schema import TECHNOLOGY_PARAMETERS
from khazri.system.system import Floats

KW_PER_MW = 1000.0
EUR_PER_MILLION_EUR = 1e6

_PER_KW = frozenset(
    name for name, unit in TECHNOLOGY_PARAMETERS.items() if unit.startswith("EUR/kW")
)


def annuity(rate: Floats, lifetime: Floats) -> Floats:
    """Share of an investment that is paid each year, ``r / (1 - (1 + r)^-n)``.

    ``rate`` r [1] is the real cost of capital, ``lifetime`` n [a]; ``1 / n`` where r is zero.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        share = rate / -np.expm1(-lifetime * np.log1p(rate))
    return np.where(rate > 0, share, 1.0 / lifetime)


def cost_of_capital(
    finance: pd.DataFrame, country: pd.Series[Any], technology: pd.Series[Any], default: float
) -> Floats:
    """Real cost of capital of each pair (n,) of country and technology.

    The row of both in ``finance`` comes first, then the row of the country without technology,
    then ``default``.
    """
    wanted = pd.DataFrame(
        {
            "country": country.reset_index(drop=True),
            "technology": technology.reset_index(drop=True),
        },
        dtype="str",
    )
    keys = ["country", "technology"]
    exact = wanted.merge(finance[[*keys, "wacc"]], on=keys, how="left", validate="m:1")["wacc"]
    general = finance.loc[finance["technology"] == "", ["country", "wacc"]]
    by_country = wanted.merge(general, on="country", how="left", validate="m:1")["wacc"]
    return exact.fillna(by_country).fillna(default).to_numpy(dtype=np.float64)


def technology_values(
    technology_costs: pd.DataFrame, technology: pd.Series[Any], year: pd.Series[Any]
) -> pd.DataFrame:
    """Parameters of each technology (n,) in its own ``year`` (n,): one column per parameter.

    Linear between the years given, held outside, NaN where a technology has no such row. Costs are
    per MW and per MWh of storage, whereas the table has them per kW and kWh.
    """
    wanted = pd.DataFrame(
        {
            "technology": technology.reset_index(drop=True).astype("str"),
            "year": year.reset_index(drop=True).astype(np.float64),
        }
    )
    costs = technology_costs[["technology", "parameter", "year", "value"]].astype(
        {"technology": "str", "parameter": "str", "year": np.float64, "value": np.float64}
    )
    known = costs[["technology", "parameter"]].drop_duplicates()
    left = wanted.drop_duplicates().merge(known, on="technology").sort_values("year")
    right = costs.sort_values("year")
    right["given"] = right["year"]
    by = ["technology", "parameter"]
    before = pd.merge_asof(left, right, on="year", by=by, direction="backward")
    after = pd.merge_asof(left, right, on="year", by=by, direction="forward")
    left["value"] = _between(before, after, left["year"].to_numpy(dtype=np.float64))
    per_kw = left["parameter"].isin(_PER_KW)
    left.loc[per_kw, "value"] *= KW_PER_MW
    wide = left.pivot_table("value", ["technology", "year"], "parameter", aggfunc="first")
    wide = wide.reindex(columns=list(TECHNOLOGY_PARAMETERS)).reset_index()
    values = wanted.merge(wide, on=["technology", "year"], how="left", validate="m:1")
    return values[list(TECHNOLOGY_PARAMETERS)].astype(np.float64)


def plant_investment(values: pd.DataFrame, hours: pd.Series[Any]) -> pd.Series[Any]:
    """Investment (n,) [EUR/MW] by technology: power, and energy for ``hours`` (n,) of a store.

    ``values`` is what :func:`technology_values` gives; NaN where power has no cost.
    """
    return values["overnight_cost"] + values["energy_overnight_cost"].fillna(0.0) * hours


def link_investment(values: pd.DataFrame, length_km: pd.Series[Any]) -> pd.Series[Any]:
    """Investment (n,) [EUR/MW] of links by technology: stations, and line for each km.

    ``values`` is what :func:`technology_values` gives; a cost that a technology does not have is
    0, NaN where it has neither, or a cost per km and no length.
    """
    stations, line = values["overnight_cost"], values["line_cost"]
    per_mw = stations.fillna(0.0) + (line * length_km).where(line.notna(), 0.0)
    return per_mw.where(stations.notna() | line.notna())


def _between(before: pd.DataFrame, after: pd.DataFrame, year: Floats) -> Floats:
    """Linear between the rows before and after; the nearer one where the other is absent."""
    low_year, low = (before[name].to_numpy(dtype=np.float64) for name in ("given", "value"))
    high_year, high = (after[name].to_numpy(dtype=np.float64) for name in ("given", "value"))
    low, high = np.where(np.isnan(low), high, low), np.where(np.isnan(high), low, high)
    span = high_year - low_year
    with np.errstate(divide="ignore", invalid="ignore"):
        weight = np.where(span > 0, (year - low_year) / span, 0.0)
    return np.asarray(low + weight * (high - low), dtype=np.float64)
