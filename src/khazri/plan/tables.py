"""Tables that follow from a plan: capacity, generation, links, balances, prices, limits."""

from __future__ import annotations

import numpy as np
import pandas as pd

from khazri.plan.plan import Plan
from khazri.program.varying import Floats

CONGESTED = 0.95
"""Share of its capacity from which a link counts as congested."""


def values(plan: Plan, name: str) -> Floats:
    """A variable of the plan as double precision."""
    return np.asarray(plan.data[name].to_numpy(), dtype=float)


def energy(plan: Plan, name: str) -> Floats:
    """Energy of the year [MWh] of each item of an hourly variable."""
    return plan.weight @ values(plan, name)


def names(plan: Plan, coordinate: str) -> np.ndarray:
    """A coordinate of the plan as an array."""
    return np.asarray(plan.data[coordinate].to_numpy())


def capacity(plan: Plan) -> pd.DataFrame:
    """Capacity [MW] of each plant, conversion and store, and of what has retired.

    Returns
    -------
    DataFrame
        asset, name, zone, country, technology, group, existing_mw, built_mw, retired_mw,
        potential_mw (existing and what could be built).
    """
    parts = [
        _of_group(plan, dim).assign(
            existing_mw=values(plan, f"{dim}_existing"),
            built_mw=values(plan, f"{dim}_built"),
            retired_mw=values(plan, f"{dim}_retired"),
            potential_mw=values(plan, f"{dim}_potential"),
        )
        for dim in ("supply", "conversion", "store")
    ]
    retired = _of_group(plan, "retirement").assign(
        existing_mw=0.0, built_mw=0.0, retired_mw=values(plan, "retired"), potential_mw=0.0
    )
    present = pd.concat(parts, ignore_index=True)
    gone = retired[~retired["asset"].isin(present["asset"])]
    return pd.concat([present, gone], ignore_index=True)


def _of_group(plan: Plan, dim: str) -> pd.DataFrame:
    """Names, places and kinds of the items of a group."""
    item = "retirement_asset" if dim == "retirement" else dim
    return pd.DataFrame(
        {
            "asset": names(plan, item),
            "name": names(plan, f"{dim}_title"),
            "zone": names(plan, f"{dim}_zone"),
            "country": names(plan, f"{dim}_country"),
            "technology": names(plan, f"{dim}_technology"),
            "group": names(plan, f"{dim}_group"),
        }
    )


def exchange(plan: Plan) -> pd.DataFrame:
    """Energy sent between countries over all links, before losses.

    Returns
    -------
    DataFrame
        from_country, to_country, energy_mwh; one row per ordered pair that a link joins.
    """
    start, end = names(plan, "link_from_country"), names(plan, "link_to_country")
    ways = pd.DataFrame(
        {
            "from_country": np.concatenate([start, end]),
            "to_country": np.concatenate([end, start]),
            "energy_mwh": np.concatenate([energy(plan, "forward"), energy(plan, "backward")]),
        }
    )
    between = ways[ways["from_country"] != ways["to_country"]]
    return between.groupby(["from_country", "to_country"], as_index=False, sort=False).sum()


def to_buses(plan: Plan, amounts: Floats, buses: np.ndarray) -> Floats:
    """Add up amounts (T, n) or (n,) of items at ``buses`` (n,): (T, B) or (B,)."""
    is_at = buses[:, None] == names(plan, "bus")[None, :]
    return np.asarray(np.asarray(amounts, dtype=float) @ is_at.astype(float))
