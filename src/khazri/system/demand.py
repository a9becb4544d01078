"""Demand of one year: by demand, by bus and hour, and what may stay unserved."""

from __future__ import annotations

import numpy as np

from khazri.case.years import at_year
from khazri.errors import Issue
from khazri.system.inputs import Inputs, floats_of, names_of, some_of
from khazri.system.system import Demands, Floats, UnservedBlocks

_TOLERANCE = 1e-9


def build_demands(inputs: Inputs) -> Demands:
    """Demands of the year, those of zero energy left out.

    The mean power is such that the energy of the year is met exactly, whatever the rounding of the
    profile's mean.
    """
    frame = at_year(inputs.tables["demands"], ["demand"], ["energy_mwh"], inputs.year)
    frame = frame[frame["energy_mwh"] > 0].reset_index(drop=True)
    profile = inputs.profile_index(frame["profile"])
    return Demands(
        name=names_of(frame, "demand"),
        sector=names_of(frame, "sector"),
        bus=inputs.bus_index(frame["bus"]),
        mean_mw=floats_of(frame, "energy_mwh") / inputs.series_sum(profile),
        profile=profile,
    )


def load_of(inputs: Inputs, demands: Demands) -> Floats:
    """Load (T, B) [MW]: the demands of each bus in each hour."""
    n_profiles = inputs.profiles.shape[1]
    weight = np.zeros((n_profiles + 1, len(inputs.buses)))
    # column -1, the last, is the constant
    np.add.at(weight, (demands.profile, demands.bus), demands.mean_mw)
    load: Floats = inputs.profiles @ weight[:-1] + weight[-1]
    return load


def build_unserved(inputs: Inputs, demands: Demands) -> UnservedBlocks:
    """Blocks of demand that may stay unserved at each bus with demand, cheapest first.

    A country with demand needs blocks, and their shares add up to 1: then every hour has an
    answer, and its price is stated.
    """
    blocks = inputs.tables["unserved_blocks"].sort_values(["country", "price"])
    loaded = inputs.buses.iloc[np.unique(demands.bus)]
    total = blocks.groupby("country")["share"].sum()
    for country, buses in loaded.groupby("country")["bus"]:
        share = float(total.get(country, 0.0))
        if abs(share - 1.0) > _TOLERANCE:
            inputs.issues.append(
                Issue(
                    "unserved_blocks.csv",
                    f"shares that add up to 1 over the blocks of country '{country}'",
                    found=f"{share:.6g}" if country in total.index else "",
                    row_id=str(country),
                    column="share",
                    hint=f"the whole demand of {some_of(buses)} needs a price at which it stays "
                    "unserved",
                )
            )
    frame = loaded[["bus", "country"]].merge(blocks, on="country", how="inner")
    return UnservedBlocks(
        name=np.asarray((frame["bus"] + "/" + frame["block"]).to_numpy(dtype=object), np.str_),
        bus=inputs.bus_index(frame["bus"]),
        share=floats_of(frame, "share"),
        price=floats_of(frame, "price"),
    )
