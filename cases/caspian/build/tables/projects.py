"""Own costs of projects, from what was signed or announced for them.

`technology/local_anchors.csv` has the whole cost of a project and its capacity; a plant of the case
carries the quotient, in the money in which it was published.
"""

from __future__ import annotations

from dataclasses import dataclass

from tables.fleet import Asset, Citation
from tables.raw import LAST_PRICE_YEAR, preferred
from tables.records import Row

# Plants of the case: their project, and for one that is wider than its project the capacity that
# the cost has to be spread over [MW].
_PROJECTS = {
    "az_garadagh_pv": ("Garadagh", None),
    "az_bilasuvar_pv": ("Bilasuvar_Neftchala", None),
    "az_neftchala_pv": ("Bilasuvar_Neftchala", None),
    "az_khizi_absheron_a1": ("Khizi-Absheron", None),
    "az_khizi_absheron_a2": ("Khizi-Absheron", None),
    "az_bess_absheron": ("BESS_Absheron_Agdash", None),
    "az_bess_agdash": ("BESS_Absheron_Agdash", None),
    "az_nov8_ccgt": ("Mingachevir_1280", 1880.0),
    "tr_eastmed_nuclear": ("Akkuyu", None),
    "kz_south_nuclear": ("Ulken_NPP", None),
}


@dataclass(frozen=True)
class OwnCost:
    """Cells of the own cost of a plant, and their source."""

    cells: Row
    citation: Citation


def own_cost(plant: str) -> OwnCost | None:
    """Return what is known of the investment of a plant; None where nothing is.

    Raises ValueError where the raw file has no total cost or no capacity of its project.
    """
    if plant not in _PROJECTS:
        return None
    project, whole_mw = _PROJECTS[plant]
    cost, capacity = (_anchor(project, variable) for variable in ("total_cost", "capacity"))
    size = whole_mw or float(capacity["value"])
    note = f"{cost['value']} {cost['unit']} of {cost['price_year']} for {size:g} MW"
    if cost["note"]:
        note = f"{note}; {cost['note']}"
    return OwnCost(
        cells={
            "overnight_cost": round(float(cost["value"]) * 1000 / size, 1),
            "currency": cost["currency"],
            # no deflator reaches beyond the price year of the case
            "price_year": min(int(cost["price_year"]), LAST_PRICE_YEAR),
        },
        citation=Citation(cost["source_id"], note),
    )


def with_own_cost(asset: Asset) -> Asset:
    """Return the asset with its own cost, if one is known.

    Raises ValueError where the row has other money already.
    """
    own = own_cost(asset.asset)
    if own is None:
        return asset
    if asset.cells.get("variable_cost") is not None:
        raise ValueError(f"{asset.asset}: two costs in one row, which has one currency")
    cells = {**asset.cells, **own.cells}
    citations = {**asset.citations, "overnight_cost": own.citation}
    return Asset(**{**vars(asset), "cells": cells, "citations": citations})


def _anchor(project: str, variable: str) -> dict[str, str]:
    rows = [
        row
        for row in preferred("technology/local_anchors.csv")
        if (row["project"], row["variable"]) == (project, variable)
    ]
    if len(rows) != 1:
        raise ValueError(f"{project} {variable}: {len(rows)} rows in the raw file, expected one")
    return rows[0]
