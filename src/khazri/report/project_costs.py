"""Projects whose own cost differs from what their technology costs."""

from __future__ import annotations

import pandas as pd

from khazri.case import Case, at_year
from khazri.plan import Plan
from khazri.report.view import COLUMNS


def project_costs(case: Case, plan: Plan) -> pd.DataFrame:
    """Own and default investment cost of the assets that state their own.

    Returns
    -------
    DataFrame
        asset, name, technology, own_cost, default_cost, unit (EUR/kW of the case's price year). The
        default of a store covers its energy capacity, as its own cost does; NaN where the
        technology has no cost.
    """
    assets = case.table("assets")
    own = assets[assets["overnight_cost"].notna()]
    table = at_year(
        case.table("technology_costs"), ["technology", "parameter"], ["value"], plan.year
    )
    wide = table.pivot_table("value", "technology", "parameter", aggfunc="first")
    wide = wide.reindex(columns=["overnight_cost", "energy_overnight_cost"])
    technology = own["technology"].astype("str")
    per_power = technology.map(wide["overnight_cost"]).astype(float)
    per_energy = technology.map(wide["energy_overnight_cost"]).astype(float).fillna(0.0)
    hours = own["storage_hours"].astype(float).fillna(0.0)
    frame = pd.DataFrame(
        {
            "asset": own["asset"].astype("str"),
            "name": own["name"].astype("str"),
            "technology": technology,
            "own_cost": own["overnight_cost"].astype(float),
            "default_cost": per_power + per_energy * hours,
            "unit": f"{plan.currency}/kW",
        }
    )
    return frame[list(COLUMNS["project_costs"])].reset_index(drop=True)
