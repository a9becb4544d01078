"""Stores and reservoirs of one year as aligned arrays."""

from __future__ import annotations

import numpy as np
import pandas as pd

from khazri.errors import Issue
from khazri.system.assets import of_kind
from khazri.system.emissions import carbon_at, check_no_carbon, emissions_of
from khazri.system.inputs import Inputs, flags_of, floats_of, names_of
from khazri.system.system import Floats, Indices, Stores


def build_stores(inputs: Inputs, assets: pd.DataFrame) -> Stores:
    """Stores of the year from the assets that are in service."""
    frame = of_kind(assets, "storage")
    _check_stores(inputs, frame)
    inflow_profile = inputs.profile_index(frame["inflow_profile"])
    name, bus = names_of(frame, "asset"), inputs.bus_index(frame["bus"])
    leaks = floats_of(frame, "standing_loss_per_h")
    check_no_carbon(inputs, "assets.csv", name, bus, leaks > 0, "technology")
    charge_efficiency = floats_of(frame, "charge_efficiency")
    discharge_efficiency = floats_of(frame, "discharge_efficiency")
    burned_in = carbon_at(inputs, bus) * (1.0 - charge_efficiency)
    burned_out = carbon_at(inputs, bus) * (1.0 / discharge_efficiency - 1.0)
    is_renewable = flags_of(frame, "renewable")
    return Stores(
        name=name,
        technology=names_of(frame, "technology"),
        group=names_of(frame, "group"),
        bus=bus,
        charge_mw=floats_of(frame, "existing_mw") * floats_of(frame, "charge_ratio"),
        discharge_mw=floats_of(frame, "existing_mw"),
        energy_mwh=floats_of(frame, "existing_mw") * floats_of(frame, "existing_hours"),
        retired_mw=floats_of(frame, "retired_mw"),
        build_max_mw=floats_of(frame, "build_max_mw"),
        charge_ratio=floats_of(frame, "charge_ratio"),
        hours=floats_of(frame, "hours"),
        availability=floats_of(frame, "availability"),
        charge_efficiency=charge_efficiency,
        discharge_efficiency=discharge_efficiency,
        standing_loss_per_h=leaks,
        inflow_mw=_inflow(inputs, frame, inflow_profile),
        inflow_profile=inflow_profile,
        start_level=floats_of(frame, "start_level"),
        variable_cost=floats_of(frame, "other_cost"),
        charge_emissions=emissions_of(inputs, bus, burned_in, np.zeros(len(frame))),
        discharge_emissions=emissions_of(
            inputs,
            bus,
            burned_out + floats_of(frame, "process_co2_t_per_mwh"),
            floats_of(frame, "ch4_t_per_mwh"),
            is_renewable,
        ),
        investment_cost=floats_of(frame, "investment_cost"),
        fixed_cost=floats_of(frame, "fixed_cost"),
        capacity_credit=floats_of(frame, "capacity_credit"),
        reserve_share=floats_of(frame, "reserve_share"),
        renewable=is_renewable,
    )


def _inflow(inputs: Inputs, frame: pd.DataFrame, profile: Indices) -> Floats:
    """Factor [MW] on the inflow profile: its sum is ``inflow_mwh``, else it follows capacity.

    Water comes whether or not a candidate is built: without turbines it is spilled.
    """
    size = frame["existing_mw"].where(frame["existing_mw"] > 0, frame["build_max_mw"])
    follows = size.where(frame["inflow_profile"] != "", 0.0).to_numpy(dtype=np.float64)
    energy = frame["inflow_mwh"].to_numpy(dtype=np.float64)
    total = inputs.series_sum(profile)
    for item in np.flatnonzero((energy > 0) & (total <= 0)):
        inputs.issues.append(
            Issue(
                "assets.csv",
                "a profile with inflow in some hour",
                found=str(frame["inflow_profile"].iloc[item]),
                row_id=str(frame["asset"].iloc[item]),
                column="inflow_profile",
            )
        )
    given = np.divide(energy, total, out=np.zeros(len(frame)), where=total > 0)
    return np.where(np.isnan(energy), follows, given)


def _check_stores(inputs: Inputs, frame: pd.DataFrame) -> None:
    """Properties of the technology that stores would leave unused are issues."""
    unused = {
        "fuel": frame["fuel"] != "",
        "min_output": frame["min_output_of_technology"] > 0,
        "ramp_per_h": frame["ramp_per_h_of_technology"].notna(),
    }
    for column, wrong in unused.items():
        rows = frame[wrong].drop_duplicates("technology")
        inputs.issues.extend(
            Issue("technologies.csv", "nothing: stores do not use it", row_id=name, column=column)
            for name in rows["technology"]
        )
