"""How much of each asset there is in one year, and how large its store is."""

from __future__ import annotations

import numpy as np
import pandas as pd

from khazri.case.years import Outside, at_year
from khazri.system.inputs import looked_up

CANDIDATE = "candidate"

_RESERVOIR = "hydro_reservoir"
"""Group whose stores are filled by their inflow and do not charge unless they say so."""


def capacities(assets: pd.DataFrame, asset_years: pd.DataFrame, year: int) -> pd.DataFrame:
    """``existing_mw``, ``retired_mw`` and ``build_max_mw`` of each asset (rows of ``assets``).

    Capacity is there from the commissioning year up to the retirement year (exclusive). From the
    first year that ``asset_years`` gives for an asset, its values stand in place of the asset's
    own (linear between years, held after) and the two years no longer matter. Candidates exist
    only by building; nothing can be built before the commissioning or from the retirement year on.
    """
    starts = assets["commissioning_year"].fillna(-np.inf) <= year
    ends = assets["retirement_year"].fillna(np.inf) <= year
    candidate = assets["status"] == CANDIDATE
    own = assets["capacity_mw"].where(~candidate, 0.0)
    columns = ["capacity_mw", "capacity_max_mw"]
    values = at_year(asset_years, ["asset"], columns, year, Outside.HELD_AFTER)
    given, given_max = (looked_up(assets["asset"], values, "asset", name) for name in columns)
    past = asset_years[asset_years["year"] <= year].groupby("asset")["capacity_mw"].max()
    peak = assets["asset"].map(past).astype(np.float64).clip(lower=given)

    existing = given.where(given.notna() & ~candidate, own.where(starts & ~ends, 0.0))
    retired = (peak - given).where(given.notna(), own.where(starts & ends, 0.0))
    largest = given_max.where(given_max.notna(), assets["capacity_max_mw"].where(starts & ~ends))
    build_max = (largest.fillna(0.0) - existing).clip(lower=0.0)
    return pd.DataFrame(
        {
            "existing_mw": existing,
            "retired_mw": retired.where(~candidate, 0.0),
            "build_max_mw": build_max,
        }
    )


def store_sizes(assets: pd.DataFrame) -> dict[str, pd.Series[float]]:
    """``hours`` of new and ``existing_hours`` of existing capacity, and ``charge_ratio``.

    Charging power and energy per MW of discharging power scale with it; 0 for all but stores.
    What a row gives in MW or MWh belongs to its ``capacity_mw``, where that is 0 (candidates) to
    its ``capacity_max_mw``, and without either to the capacity of ``asset_years``.
    """
    own = assets["capacity_mw"].where(assets["capacity_mw"] > 0, assets["capacity_max_mw"])
    own = own.fillna(assets["existing_mw"] + assets["build_max_mw"])
    hours = assets["storage_hours"].fillna(assets["energy_mwh"] / own)
    existing_hours = (assets["energy_mwh"] / own).fillna(assets["storage_hours"])
    is_fed = assets["group"] == _RESERVOIR
    charge_ratio = (assets["charge_capacity_mw"] / own).fillna((~is_fed).astype(np.float64))
    sizes = {"hours": hours, "existing_hours": existing_hours, "charge_ratio": charge_ratio}
    is_store = assets["kind"] == "storage"
    return {name: size.where(is_store, 0.0) for name, size in sizes.items()}
