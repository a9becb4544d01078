"""Price steps of the border markets in one year."""

from __future__ import annotations

import numpy as np
import pandas as pd

from khazri.case.years import at_year
from khazri.errors import Issue
from khazri.system.inputs import Inputs, floats_of, names_of
from khazri.system.system import Markets

_VALUES = [
    "buy_price",
    "sell_price",
    "import_max_mw",
    "export_max_mw",
    "import_max_mwh",
    "export_max_mwh",
    "import_min_mwh",
    "export_min_mwh",
    "shortfall_price",
]


def build_markets(inputs: Inputs) -> Markets:
    """Steps of the year that can import or export anything."""
    steps = at_year(inputs.tables["market_steps"], ["market", "step"], _VALUES, inputs.year)
    steps = steps[(steps["import_max_mw"] > 0) | (steps["export_max_mw"] > 0)]
    markets = inputs.tables["markets"][["market", "bus", "price_profile"]]
    steps = steps.merge(markets, on="market", how="left", validate="m:1")
    label = steps["market"] + "/" + steps["step"]
    _check_minimum(inputs, steps)
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
        import_min_mwh=floats_of(steps, "import_min_mwh"),
        export_min_mwh=floats_of(steps, "export_min_mwh"),
        shortfall_price=floats_of(steps, "shortfall_price"),
    )


def _check_minimum(inputs: Inputs, steps: pd.DataFrame) -> None:
    """A least volume above what the hours of the year can carry is an issue."""
    for way in ("import", "export"):
        most = steps[f"{way}_max_mw"] * inputs.n_hours
        rows = steps[steps[f"{way}_min_mwh"] > most]
        for market, step, value, limit in zip(
            rows["market"], rows["step"], rows[f"{way}_min_mwh"], most[rows.index], strict=True
        ):
            inputs.issues.append(
                Issue(
                    "market_steps.csv",
                    f"at most {limit:.6g}, {way}_max_mw in all hours",
                    found=f"{value:.6g}",
                    row_id=f"{market}|{step}|{inputs.year}",
                    column=f"{way}_min_mwh",
                )
            )
