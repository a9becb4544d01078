"""Networks of a few components made by hand, without PyPSA."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from khazri.interop import Component, Network, make_network

Rows = Mapping[str, Mapping[str, Any]]


def network(
    snapshots: int,
    components: Mapping[Component, Rows],
    series: Mapping[Component, Mapping[str, Mapping[str, list[float]]]] | None = None,
    weight: float = 1.0,
) -> Network:
    """Make a network from rows by name; attributes that are left out have their defaults."""
    labels = pd.date_range("2030-01-01", periods=snapshots, freq="h").rename("snapshot")
    return make_network(
        labels,
        {kind: pd.DataFrame.from_dict(rows, orient="index") for kind, rows in components.items()},
        {
            kind: {name: pd.DataFrame(values, index=labels) for name, values in one.items()}
            for kind, one in (series or {}).items()
        },
        weightings=pd.DataFrame(weight, labels, ["objective", "stores", "generators"]),
        attributes={"network_name": "tiny"},
    )


def one_bus(snapshots: int = 2, **generator: Any) -> Network:
    """A load of 100 MW and one plant of 150 MW at 10 EUR/MWh, unless told otherwise."""
    plant = {"bus": "here", "p_nom": 150.0, "marginal_cost": 10.0, **generator}
    return network(
        snapshots,
        {
            Component.BUS: {"here": {}},
            Component.LOAD: {"town": {"bus": "here", "p_set": 100.0}},
            Component.GENERATOR: {"plant": plant},
        },
    )
