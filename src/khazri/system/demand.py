"""Demand of one year: by demand, by bus and hour, and what may stay unserved."""

from __future__ import annotations

import numpy as np
import pandas as pd

from khazri.case.years import at_year
from khazri.errors import Issue
from khazri.system.emissions import carbon_at, emissions_of, mean_emissions, taken
from khazri.system.inputs import Inputs, floats_of, indices, names_of, some_of
from khazri.system.system import Demands, Floats, Responses, UnservedBlocks

_TOLERANCE = 1e-9


def build_demands(inputs: Inputs) -> Demands:
    """Demands of the year, those of zero energy left out.

    The mean power is such that the energy of the year is met exactly, whatever the rounding of the
    profile's mean. What is demanded of a carrier with carbon is burned, feedstock apart.
    """
    frame = at_year(inputs.tables["demands"], ["demand"], ["energy_mwh"], inputs.year)
    frame = frame[frame["energy_mwh"] > 0].reset_index(drop=True)
    profile = inputs.profile_index(frame["profile"])
    bus = inputs.bus_index(frame["bus"])
    burned = carbon_at(inputs, bus) * (1.0 - floats_of(frame, "feedstock_share"))
    return Demands(
        name=names_of(frame, "demand"),
        sector=names_of(frame, "sector"),
        bus=bus,
        mean_mw=floats_of(frame, "energy_mwh") / inputs.series_sum(profile),
        profile=profile,
        emissions=emissions_of(inputs, bus, burned, np.zeros(len(frame))),
    )


def demand_energy(inputs: Inputs, demands: Demands) -> Floats:
    """Energy of each demand in the year, (D,) [MWh]."""
    energy: Floats = demands.mean_mw * inputs.series_sum(demands.profile)
    return energy


def build_responses(inputs: Inputs, demands: Demands) -> Responses:
    """Steps of demands that are given up where energy is dearer than they are worth."""
    table = inputs.tables["demand_steps"]
    demand = indices(pd.Index(demands.name), table["demand"])
    table = table[demand >= 0].reset_index(drop=True)
    demand = demand[demand >= 0]
    label = table["demand"] + "/" + table["step"]
    return Responses(
        name=np.asarray(label.to_numpy(dtype=object), dtype=np.str_),
        demand=demand,
        bus=demands.bus[demand],
        share=floats_of(table, "share"),
        price=floats_of(table, "price"),
        emissions=taken(demands.emissions, demand),
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
    answer, and its price is stated. Blocks of the carrier go before those of all carriers.
    """
    blocks = inputs.tables["unserved_blocks"].sort_values(["country", "price"])
    loaded = inputs.buses.iloc[np.unique(demands.bus)].copy()
    loaded["of_carrier"] = loaded["carrier"].where(
        pd.MultiIndex.from_frame(loaded[["country", "carrier"]]).isin(
            pd.MultiIndex.from_frame(blocks[["country", "carrier"]])
        ),
        "",
    )
    total = blocks.groupby(["country", "carrier"])["share"].sum()
    for (country, carrier), buses in loaded.groupby(["country", "of_carrier"])["bus"]:
        share = float(total.get((country, carrier), 0.0))
        if abs(share - 1.0) > _TOLERANCE:
            of_carrier = f" and carrier '{carrier}'" if str(carrier) else ""
            inputs.issues.append(
                Issue(
                    "unserved_blocks.csv",
                    f"shares that add up to 1 over the blocks of country '{country}'{of_carrier}",
                    found=f"{share:.6g}" if (country, carrier) in total.index else "",
                    row_id=str(country),
                    column="share",
                    hint=f"the whole demand of {some_of(buses)} needs a price at which it stays "
                    "unserved",
                )
            )
    frame = loaded[["bus", "country", "of_carrier"]].merge(
        blocks, left_on=["country", "of_carrier"], right_on=["country", "carrier"], how="inner"
    )
    bus = inputs.bus_index(frame["bus"])
    is_at = bus[:, None] == demands.bus[None, :]
    return UnservedBlocks(
        name=np.asarray((frame["bus"] + "/" + frame["block"]).to_numpy(dtype=object), np.str_),
        bus=bus,
        share=floats_of(frame, "share"),
        price=floats_of(frame, "price"),
        emissions=mean_emissions(demands.emissions, demand_energy(inputs, demands), is_at),
    )
