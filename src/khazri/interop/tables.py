"""A solved network in three short tables."""

from __future__ import annotations

import numpy as np
import pandas as pd

from khazri.interop.attributes import CAPACITY, Component
from khazri.interop.network import Network


def built_capacity(network: Network) -> pd.DataFrame:
    """Return what may be extended: ``component``, ``name``, ``given`` and ``chosen`` capacity [MW,
    of stores MWh]; the largest come first."""
    pieces = []
    for kind, name in CAPACITY.items():
        table = network.table(kind)
        if f"{name}_opt" not in table:
            continue
        extends = table[table["active"] & table[f"{name}_extendable"]]
        pieces.append(
            pd.DataFrame(
                {
                    "component": kind.word,
                    "name": extends.index.astype(str),
                    "given": extends[name].to_numpy(),
                    "chosen": extends[f"{name}_opt"].to_numpy(),
                }
            )
        )
    if not pieces:
        return pd.DataFrame(columns=["component", "name", "given", "chosen"])
    found = pd.concat(pieces, ignore_index=True)
    return found.sort_values("chosen", ascending=False, kind="stable", ignore_index=True)


def energy(network: Network) -> pd.DataFrame:
    """Return energy by ``component`` and ``carrier`` [MWh], weighted as yearly limits weigh it."""
    weight = network.weightings["generators"].to_numpy()
    rows = []
    for kind in (Component.GENERATOR, Component.STORAGE_UNIT, Component.LOAD):
        output = network.series.get(kind, {}).get(
            "p_dispatch" if kind is Component.STORAGE_UNIT else "p"
        )
        if output is None:
            continue
        table = network.table(kind)
        sign = table["sign"].to_numpy()[table.index.get_indexer(output.columns)]
        total = pd.Series(weight @ (output.to_numpy() * sign), index=output.columns)
        for carrier, amount in total.groupby(table["carrier"].reindex(total.index)).sum().items():
            rows.append((kind.word, str(carrier), float(amount)))
    found = pd.DataFrame(rows, columns=["component", "carrier", "mwh"])
    return found.sort_values("mwh", ascending=False, ignore_index=True)


def mean_prices(network: Network) -> pd.DataFrame:
    """Return the mean price of each ``bus`` over the snapshots by their weight in the cost."""
    price = network.series[Component.BUS]["marginal_price"]
    weight = network.weightings["objective"].to_numpy()
    total = weight.sum()
    mean = weight @ price.to_numpy() / total if total > 0.0 else np.zeros(price.shape[1])
    return pd.DataFrame({"bus": price.columns.astype(str), "price": mean})
