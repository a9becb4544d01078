"""Supplies and conversions of one year as aligned arrays."""

from __future__ import annotations

import numpy as np
import pandas as pd

from khazri.errors import Issue
from khazri.system.assets import of_kind, with_fuel_costs
from khazri.system.emissions import carbon_at, check_no_carbon, emissions_of
from khazri.system.inputs import Inputs, flags_of, floats_of, indices, names_of
from khazri.system.system import Conversions, Floats, Indices, Ports, Supplies

_TOLERANCE = 1e-9
"""Shares may miss each other by rounding; far below what a profile resolves."""


def build_supplies(inputs: Inputs, assets: pd.DataFrame) -> Supplies:
    """Supplies of the year from the assets that are in service.

    What burns a fuel emits its carbon less that of its output; what does not takes from nature.
    """
    frame = with_fuel_costs(inputs, of_kind(assets, "supply"))
    _check_fuel_buses(inputs, frame)
    bus = inputs.bus_index(frame["bus"])
    burns = (frame["fuel"] != "").to_numpy(dtype=bool)
    burned = floats_of(frame, "fuel_carbon") - np.where(burns, carbon_at(inputs, bus), 0.0)
    emissions = emissions_of(
        inputs,
        bus,
        burned + floats_of(frame, "process_co2_t_per_mwh"),
        floats_of(frame, "ch4_t_per_mwh"),
        flags_of(frame, "renewable"),
    )
    profile = inputs.profile_index(frame["availability_profile"])
    min_profile = inputs.profile_index(frame["min_output_profile"])
    supplies = Supplies(
        name=names_of(frame, "asset"),
        technology=names_of(frame, "technology"),
        group=names_of(frame, "group"),
        bus=bus,
        existing_mw=floats_of(frame, "existing_mw"),
        retired_mw=floats_of(frame, "retired_mw"),
        build_max_mw=floats_of(frame, "build_max_mw"),
        availability=floats_of(frame, "availability"),
        profile=profile,
        min_output=floats_of(frame, "min_output"),
        min_profile=min_profile,
        ramp_per_h=floats_of(frame, "ramp_per_h"),
        energy_min_mwh=floats_of(frame, "energy_min_mwh"),
        energy_max_mwh=floats_of(frame, "energy_max_mwh"),
        variable_cost=floats_of(frame, "fuel_cost")
        + emissions.cost
        + floats_of(frame, "other_cost"),
        fuel_cost=floats_of(frame, "fuel_cost"),
        other_cost=floats_of(frame, "other_cost"),
        investment_cost=floats_of(frame, "investment_cost"),
        fixed_cost=floats_of(frame, "fixed_cost"),
        fuel=names_of(frame, "fuel"),
        fuel_per_mwh=floats_of(frame, "fuel_per_mwh"),
        fuel_bus=inputs.bus_index(frame["fuel_bus"]),
        emissions=emissions,
        capacity_credit=floats_of(frame, "capacity_credit"),
        reserve_share=floats_of(frame, "reserve_share"),
        renewable=flags_of(frame, "renewable"),
    )
    low = supplies.min_output, min_profile
    _check_output_range(inputs, frame, low, (supplies.availability, profile))
    return supplies


def build_conversions(inputs: Inputs, assets: pd.DataFrame) -> Conversions:
    """Conversions of the year from the assets that are in service, with their ports.

    They emit the carbon that goes in through ports and does not come out of another flow.
    """
    frame = of_kind(assets, "conversion")
    _check_conversions(inputs, frame)
    bus = inputs.bus_index(frame["bus"])
    ports = _ports(inputs, frame)
    flows = ports.ratio * carbon_at(inputs, ports.bus)
    kept = np.bincount(ports.conversion, flows, minlength=len(frame)) + carbon_at(inputs, bus)
    emissions = emissions_of(
        inputs,
        bus,
        floats_of(frame, "process_co2_t_per_mwh") - kept,
        floats_of(frame, "ch4_t_per_mwh"),
        flags_of(frame, "renewable"),
    )
    profile = inputs.profile_index(frame["availability_profile"])
    conversions = Conversions(
        name=names_of(frame, "asset"),
        technology=names_of(frame, "technology"),
        group=names_of(frame, "group"),
        bus=bus,
        existing_mw=floats_of(frame, "existing_mw"),
        retired_mw=floats_of(frame, "retired_mw"),
        build_max_mw=floats_of(frame, "build_max_mw"),
        availability=floats_of(frame, "availability"),
        profile=profile,
        min_output=floats_of(frame, "min_output"),
        ramp_per_h=floats_of(frame, "ramp_per_h"),
        variable_cost=floats_of(frame, "other_cost"),
        emissions=emissions,
        investment_cost=floats_of(frame, "investment_cost"),
        fixed_cost=floats_of(frame, "fixed_cost"),
        capacity_credit=floats_of(frame, "capacity_credit"),
        ports=ports,
    )
    constant = np.full(len(frame), -1)
    low = conversions.min_output, constant
    _check_output_range(inputs, frame, low, (conversions.availability, profile))
    return conversions


def _ports(inputs: Inputs, frame: pd.DataFrame) -> Ports:
    """Ports of the conversions in ``frame``."""
    table = inputs.tables["ports"]
    conversion = indices(pd.Index(frame["asset"]), table["asset"])
    table = table[conversion >= 0].reset_index(drop=True)
    bus = inputs.bus_index(table["bus"])
    keys = np.asarray((table["asset"] + "|" + table["bus"]).to_numpy(dtype=object), dtype=np.str_)
    moves = (table["ratio_profile"] != "").to_numpy(dtype=bool)
    check_no_carbon(inputs, "ports.csv", keys, bus, moves, "ratio_profile")
    return Ports(
        conversion=conversion[conversion >= 0],
        bus=bus,
        ratio=floats_of(table, "ratio"),
        profile=inputs.profile_index(table["ratio_profile"]),
    )


def _check_output_range(
    inputs: Inputs,
    frame: pd.DataFrame,
    low: tuple[Floats, Indices],
    high: tuple[Floats, Indices],
) -> None:
    """Least output above the available capacity in any hour is an issue; ``(factor, profile)``."""
    (must,) = np.nonzero(low[0] > 0)
    ones = np.ones((inputs.n_hours, 1))
    profiles = np.hstack([inputs.profiles, ones])
    least = low[0][must] * profiles[:, low[1][must]]
    most = high[0][must] * profiles[:, high[1][must]]
    excess = least - most
    hour = excess.argmax(axis=0)
    for place in np.flatnonzero(excess.max(axis=0) > _TOLERANCE):
        item, worst = must[place], hour[place]
        inputs.issues.append(
            Issue(
                "assets.csv",
                f"at most the available share {most[worst, place]:.4g} in hour {worst} of 0 to "
                f"{inputs.n_hours - 1}",
                found=f"{least[worst, place]:.4g}",
                row_id=str(frame["asset"].iloc[item]),
                column="min_output",
                hint="lower min_output or give it a profile (min_output_profile) that stays below "
                "availability times availability_profile",
            )
        )


def _check_conversions(inputs: Inputs, frame: pd.DataFrame) -> None:
    """Conversions draw their energy through ports: one with a fuel is an issue."""
    burning = frame[frame["fuel"] != ""].drop_duplicates("technology")
    for technology, fuel in zip(burning["technology"], burning["fuel"], strict=True):
        inputs.issues.append(
            Issue(
                "technologies.csv",
                "no fuel: conversions draw theirs from a bus",
                found=fuel,
                row_id=technology,
                column="fuel",
                hint="give each asset a port with a negative ratio on a bus of the fuel",
            )
        )


def _check_fuel_buses(inputs: Inputs, frame: pd.DataFrame) -> None:
    """A bus that fuel is drawn from carries the fuel of the technology."""
    carrier = frame["fuel_bus"].map(inputs.buses.set_index("bus")["carrier"]).fillna("")
    rows = frame[(frame["fuel_bus"] != "") & (carrier != frame["fuel"])]
    for asset, bus, fuel in zip(rows["asset"], rows["fuel_bus"], rows["fuel"], strict=True):
        inputs.issues.append(
            Issue(
                "assets.csv",
                f"a bus of {fuel}" if fuel else "an empty cell: the technology has no fuel",
                found=bus,
                row_id=asset,
                column="fuel_bus",
            )
        )
