"""Projects that state a cost of their own, beside what their technology costs."""

from __future__ import annotations

import pandas as pd

from khazri.case import Case, sources_of
from khazri.report.view import COLUMNS
from khazri.system.costs import (
    EUR_PER_MILLION_EUR,
    KW_PER_MW,
    link_investment,
    plant_investment,
    technology_values,
)


def project_costs(case: Case, year: int) -> pd.DataFrame:
    """Own and default investment of the plants and candidate links that state their own.

    Returns
    -------
    DataFrame
        table, key, name, technology (its name), size_mw, own_cost, default_cost, unit (EUR/kW of
        the case's price year), assumed (whether the own cost rests on judgement), note (what is
        said of the own cost). The default is that of ``year``, for stores with their energy; NaN
        where the technology has no cost. Rows without an own cost are left out.
    """
    frame = pd.concat([_plants(case, year), _links(case, year)], ignore_index=True)
    technologies = case.table("technologies").set_index("technology")["name"].astype("str")
    frame["technology"] = frame["technology"].map(technologies).fillna("")
    frame["unit"] = f"{case.currency}/kW"
    stands = [
        sources_of(case, table, key, column)
        for table, key, column in zip(frame["table"], frame["key"], frame["column"], strict=True)
    ]
    frame["assumed"] = [found.source.is_assumption for found in stands]
    frame["note"] = [found.note for found in stands]
    return frame[list(COLUMNS["project_costs"])]


def _plants(case: Case, year: int) -> pd.DataFrame:
    assets = case.table("assets")
    assets = assets[assets["overnight_cost"].notna()].reset_index(drop=True)
    sizes = case.table("asset_years").groupby("asset")["capacity_mw"].max()
    later = assets["asset"].astype("str").map(sizes).fillna(0.0)
    hours = assets["storage_hours"].astype(float).fillna(0.0)
    return pd.DataFrame(
        {
            "table": "assets",
            "column": "overnight_cost",
            "key": assets["asset"].astype("str"),
            "name": assets["name"].astype("str"),
            "technology": assets["technology"].astype("str"),
            "size_mw": assets["capacity_mw"].astype(float).clip(lower=later),
            "own_cost": assets["overnight_cost"].astype(float),
            "default_cost": plant_investment(_values(case, assets, year), hours) / KW_PER_MW,
        }
    )


def _links(case: Case, year: int) -> pd.DataFrame:
    links = case.table("links")
    own = links["capex_million"].notna() & (links["status"] == "candidate")
    links = links[own].reset_index(drop=True)
    size = links["build_max_mw"].astype(float)
    investment = links["capex_million"].astype(float) * EUR_PER_MILLION_EUR
    length = links["length_km"].astype(float)
    return pd.DataFrame(
        {
            "table": "links",
            "column": "capex_million",
            "key": links["link"].astype("str"),
            "name": links["name"].astype("str"),
            "technology": links["technology"].astype("str"),
            "size_mw": size,
            "own_cost": investment / (size * KW_PER_MW),
            "default_cost": link_investment(_values(case, links, year), length) / KW_PER_MW,
        }
    )


def _values(case: Case, frame: pd.DataFrame, year: int) -> pd.DataFrame:
    years = pd.Series(float(year), frame.index)
    return technology_values(case.table("technology_costs"), frame["technology"], years)
