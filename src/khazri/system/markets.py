"""Price steps of the border markets in one year."""

from __future__ import annotations

import numpy as np

from khazri.case.years import at_year
from khazri.system.inputs import Inputs, floats_of, names_of
from khazri.system.system import Markets

_VALUES = [
    "buy_price",
    "sell_price",
    "import_max_mw",
    "export_max_mw",
    "import_max_mwh",
    "export_max_mwh",
]


def build_markets(inputs: Inputs) -> Markets:
    """Steps of the year that can import or export anything."""
    steps = at_year(inputs.tables["market_steps"], ["market", "step"], _VALUES, inputs.year)
    steps = steps[(steps["import_max_mw"] > 0) | (steps["export_max_mw"] > 0)]
    markets = inputs.tables["markets"][["market", "bus", "price_profile"]]
    steps = steps.merge(markets, on="market", how="left", validate="m:1")
    label = steps["market"] + "/" + steps["step"]
    return Markets(
        name=np.asarray(label.to_numpy(dtype=object), dtype=np.str_),
        market=names_of(steps, "market"),
        bus=inputs.bus_index(steps["bus"]),
        # no trade in a direction: its price is never paid
        buy_price=np.where(steps["import_max_mw"] > 0, steps["buy_price"], 0.0),
        sell_price=np.where(steps["export_max_mw"] > 0, steps["sell_price"], 0.0),
        profile=inputs.profile_index(steps["price_profile"]),
        import_max_mw=floats_of(steps, "import_max_mw"),
        export_max_mw=floats_of(steps, "export_max_mw"),
        import_max_mwh=floats_of(steps, "import_max_mwh"),
        export_max_mwh=floats_of(steps, "export_max_mwh"),
    )
