"""Supplies and conversions of one year as aligned arrays."""

from __future__ import annotations

import numpy as np
import pandas as pd

from khazri.errors import Issue
from khazri.system.assets import of_kind, with_fuel_costs
from khazri.system.inputs import Inputs, flags_of, floats_of, indices, names_of
from khazri.system.system import Conversions, Floats, Indices, Ports, Supplies

_TOLERANCE = 1e-9
"""Shares may miss each other by rounding; far below what a profile resolves."""


def build_supplies(inputs: Inputs, assets: pd.DataFrame) -> Supplies:
    """Supplies of the year from the assets that are in service."""
    frame = with_fuel_costs(inputs, of_kind(assets, "supply"))
    profile = inputs.profile_index(frame["availability_profile"])
    min_profile = inputs.profile_index(frame["min_output_profile"])
    supplies = Supplies(
        name=names_of(frame, "asset"),
        technology=names_of(frame, "technology"),
        group=names_of(frame, "group"),
        bus=inputs.bus_index(frame["bus"]),
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
        + floats_of(frame, "co2_cost")
        + floats_of(frame, "other_cost"),
        fuel_cost=floats_of(frame, "fuel_cost"),
        co2_cost=floats_of(frame, "co2_cost"),
        other_cost=floats_of(frame, "other_cost"),
        investment_cost=floats_of(frame, "investment_cost"),
        fixed_cost=floats_of(frame, "fixed_cost"),
        fuel=names_of(frame, "fuel"),
        fuel_per_mwh=floats_of(frame, "fuel_per_mwh"),
        co2_t_per_mwh=floats_of(frame, "co2_t_per_mwh"),
        capacity_credit=floats_of(frame, "capacity_credit"),
        reserve_share=floats_of(frame, "reserve_share"),
        renewable=flags_of(frame, "renewable"),
    )
    low = supplies.min_output, min_profile
    _check_output_range(inputs, frame, low, (supplies.availability, profile))
    return supplies


def build_conversions(inputs: Inputs, assets: pd.DataFrame) -> Conversions:
    """Conversions of the year from the assets that are in service, with their ports."""
    frame = of_kind(assets, "conversion")
    ports = inputs.tables["ports"]
    conversion = indices(pd.Index(frame["asset"]), ports["asset"])
    ports = ports[conversion >= 0].reset_index(drop=True)
    _check_conversions(inputs, frame)
    profile = inputs.profile_index(frame["availability_profile"])
    conversions = Conversions(
        name=names_of(frame, "asset"),
        technology=names_of(frame, "technology"),
        group=names_of(frame, "group"),
        bus=inputs.bus_index(frame["bus"]),
        existing_mw=floats_of(frame, "existing_mw"),
        retired_mw=floats_of(frame, "retired_mw"),
        build_max_mw=floats_of(frame, "build_max_mw"),
        availability=floats_of(frame, "availability"),
        profile=profile,
        min_output=floats_of(frame, "min_output"),
        variable_cost=floats_of(frame, "other_cost"),
        investment_cost=floats_of(frame, "investment_cost"),
        fixed_cost=floats_of(frame, "fixed_cost"),
        ports=Ports(
            conversion=conversion[conversion >= 0],
            bus=inputs.bus_index(ports["bus"]),
            ratio=floats_of(ports, "ratio"),
            profile=inputs.profile_index(ports["ratio_profile"]),
        ),
    )
    constant = np.full(len(frame), -1)
    low = conversions.min_output, constant
    _check_output_range(inputs, frame, low, (conversions.availability, profile))
    return conversions


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
