"""What is different between two plans: the difference first, then both values."""

from __future__ import annotations

import numpy as np
import pandas as pd

from khazri.plan.accounts import costs, welfare
from khazri.plan.plan import Plan
from khazri.plan.prices import price_summary
from khazri.plan.tables import capacity, emissions, exchange, generation, links, unserved


def compare(plan_a: Plan, plan_b: Plan) -> dict[str, pd.DataFrame]:
    """Compare plan B with plan A, table by table.

    Returns
    -------
    dict of DataFrame
        ``costs`` (by kind, with the total), ``capacity`` (MW after building, by country and
        group), ``generation`` (MWh, by country and group), ``prices`` (mean over hours by bus),
        ``flows`` (MWh sent between countries, by carrier), ``links`` (built MW), ``emissions``,
        ``unserved``, ``welfare`` (total by country). Each has its key columns, then
        ``difference`` (B - A), ``a`` and ``b``, largest difference first; what only one of the
        plans has counts as zero in the other (prices: NaN).
    """
    tables = {
        "costs": (_costs, ["kind"]),
        "capacity": (_capacity, ["country", "group"]),
        "generation": (_generation, ["country", "group"]),
        "prices": (_prices, ["bus"]),
        "flows": (_flows, ["from_country", "to_country", "carrier"]),
        "links": (_links, ["link"]),
        "emissions": (_emissions, ["country"]),
        "unserved": (_unserved, ["zone"]),
        "welfare": (_welfare, ["country"]),
    }
    return {
        name: _difference(table(plan_a), table(plan_b), key, missing=_missing(name))
        for name, (table, key) in tables.items()
    }


def _missing(name: str) -> float:
    """What stands for a row that one plan lacks: no capacity is zero, no price is unknown."""
    return np.nan if name == "prices" else 0.0


def _difference(a: pd.DataFrame, b: pd.DataFrame, key: list[str], missing: float) -> pd.DataFrame:
    left = a.groupby(key, sort=False)["value"].sum()
    right = b.groupby(key, sort=False)["value"].sum()
    both = pd.concat({"a": left, "b": right}, axis=1).fillna(missing)
    both.insert(0, "difference", both["b"] - both["a"])
    order = both["difference"].abs().sort_values(ascending=False, kind="stable").index
    return both.loc[order].rename_axis(index=key).reset_index()


def _costs(plan: Plan) -> pd.DataFrame:
    frame = costs(plan).rename(columns={"cost_eur": "value"})
    total = pd.DataFrame({"kind": ["total"], "value": [frame["value"].sum()]})
    return pd.concat([frame, total], ignore_index=True)


def _capacity(plan: Plan) -> pd.DataFrame:
    frame = capacity(plan)
    return frame.assign(value=frame["existing_mw"] + frame["built_mw"])


def _generation(plan: Plan) -> pd.DataFrame:
    return generation(plan).rename(columns={"energy_mwh": "value"})


def _prices(plan: Plan) -> pd.DataFrame:
    return price_summary(plan).rename(columns={"mean": "value"})


def _flows(plan: Plan) -> pd.DataFrame:
    return exchange(plan).rename(columns={"energy_mwh": "value"})


def _links(plan: Plan) -> pd.DataFrame:
    return links(plan).rename(columns={"built_mw": "value"})


def _emissions(plan: Plan) -> pd.DataFrame:
    return emissions(plan).rename(columns={"emissions_t": "value"})


def _unserved(plan: Plan) -> pd.DataFrame:
    return unserved(plan).rename(columns={"energy_mwh": "value"})


def _welfare(plan: Plan) -> pd.DataFrame:
    frame = welfare(plan).rename(columns={"total_eur": "value"})
    return frame.assign(country=frame["country"].replace("", "all"))
