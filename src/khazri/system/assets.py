"""Assets in one year: what exists, what can be built, and what capacity costs."""

from __future__ import annotations

import numpy as np
import pandas as pd

from khazri.case.schema import TECHNOLOGY_PARAMETERS
from khazri.case.years import at_year
from khazri.errors import Issue
from khazri.system.capacity import CANDIDATE, capacities, store_sizes
from khazri.system.costs import (
    KW_PER_MW,
    annuity,
    cost_of_capital,
    plant_investment,
    technology_values,
)
from khazri.system.inputs import Inputs, floats_of, looked_up, names_of, some_of
from khazri.system.system import Retirements

_UNIT_OF = {name: f"{name} in {unit}" for name, unit in TECHNOLOGY_PARAMETERS.items()}

_ONLY_FOR = {
    "availability_profile": ("supply", "conversion"),
    "min_output_profile": ("supply",),
    "min_output": ("supply", "conversion"),
    "ramp_per_h": ("supply", "conversion"),
    "efficiency": ("supply",),
    "fuel_bus": ("supply",),
}
"""Columns of ``assets`` that other kinds of technology would leave unused (columns of stores are
refused elsewhere when the case is read)."""


_OVERRIDES = (
    "availability",
    "min_output",
    "ramp_per_h",
    "process_co2_t_per_mwh",
    "ch4_t_per_mwh",
)
"""Columns of ``assets`` that are those of the technology where they are empty."""


def assets_of_year(inputs: Inputs) -> pd.DataFrame:
    """Assets that exist, can be built or have retired, with all that the three kinds share.

    Adds to the columns of ``assets`` those of the technology (``kind``, ``group``, ``fuel``, ...),
    ``zone`` and ``country`` of the bus, ``existing_mw``, ``retired_mw``, ``build_max_mw``, the
    sizes of stores (:func:`~khazri.system.capacity.store_sizes`) and the resolved
    ``availability``, ``min_output``, ``ramp_per_h``, ``process_co2_t_per_mwh`` and
    ``ch4_t_per_mwh``.
    """
    assets = inputs.tables["assets"]
    technologies = inputs.tables["technologies"].drop(columns=["name", "source_id", "note"])
    assets = assets.merge(
        technologies, on="technology", how="left", validate="m:1", suffixes=("", "_of_technology")
    )
    places = inputs.buses[["bus", "zone", "country", "carrier"]]
    assets = assets.merge(places, on="bus", how="left", validate="m:1")
    capacity = capacities(assets, inputs.tables["asset_years"], inputs.year)
    capacity["build_max_mw"] *= inputs.may_build
    assets = pd.concat([assets, capacity], axis=1)
    for name in _OVERRIDES:
        assets[name] = assets[name].fillna(assets[f"{name}_of_technology"])
    return assets.assign(**store_sizes(assets))


def in_service(inputs: Inputs, assets: pd.DataFrame) -> pd.DataFrame:
    """Assets that have capacity in the year or can be built, with what their capacity costs."""
    there = (assets["existing_mw"] > 0) | (assets["build_max_mw"] > 0)
    assets = assets[there].reset_index(drop=True)
    _check_columns(inputs, assets)
    return with_capital_costs(inputs, assets)


def of_kind(assets: pd.DataFrame, kind: str) -> pd.DataFrame:
    """Assets whose technology is of one kind."""
    return assets[assets["kind"] == kind].reset_index(drop=True)


def build_retirements(inputs: Inputs, assets: pd.DataFrame) -> Retirements:
    """All capacity that was lost by retirement, of assets that go on with less included."""
    frame = assets[assets["retired_mw"] > 0]
    return Retirements(
        name=names_of(frame, "asset"),
        technology=names_of(frame, "technology"),
        group=names_of(frame, "group"),
        bus=inputs.bus_index(frame["bus"]),
        retired_mw=floats_of(frame, "retired_mw"),
    )


def with_capital_costs(inputs: Inputs, assets: pd.DataFrame) -> pd.DataFrame:
    """Adds ``investment_cost``, ``fixed_cost`` [EUR/MW/a], ``other_cost`` and ``efficiency``.

    ``other_cost`` [EUR/MWh] is that besides fuel and CO2. What can be built has the costs of the
    planning year, what exists the running costs and efficiency of its commissioning year. An
    asset's own ``overnight_cost`` is its whole investment, energy capacity included; without it
    the technology's costs of power and energy add up. Costs that are needed and not given are
    issues.
    """
    table = inputs.tables["technology_costs"]
    year = pd.Series(float(inputs.year), assets.index)
    began = assets["commissioning_year"].fillna(-np.inf).clip(upper=inputs.year)
    # capacity that "was always there" takes the first year that the costs are given for
    began = began.where(assets["status"] != CANDIDATE, year).clip(lower=table["year"].min())
    technology = pd.concat([assets["technology"], assets["technology"]])
    values = technology_values(table, technology, pd.concat([year, began]))
    new, old = values.iloc[: len(assets)], values.iloc[len(assets) :].reset_index(drop=True)
    own = assets["overnight_cost"] * KW_PER_MW
    is_built = assets["build_max_mw"] > 0

    _require(inputs, assets, is_built & own.isna() & new["overnight_cost"].isna(), "overnight_cost")
    _require(inputs, assets, new["fixed_om"].isna(), "fixed_om")
    _require(
        inputs, assets, assets["variable_cost"].isna() & old["variable_om"].isna(), "variable_om"
    )
    overnight = own.fillna(plant_investment(new, assets["hours"]))
    rate = cost_of_capital(
        inputs.tables["finance"], assets["country"], assets["technology"], inputs.wacc
    )
    lifetime = new["lifetime"].fillna(assets["lifetime_a"]).to_numpy(dtype=np.float64)
    new_om = new["fixed_om"] + new["energy_fixed_om"].fillna(0.0) * assets["hours"]
    old_om = old["fixed_om"] + old["energy_fixed_om"].fillna(0.0) * assets["existing_hours"]
    return assets.assign(
        investment_cost=(overnight * annuity(rate, lifetime) + new_om).where(is_built, 0.0),
        fixed_cost=old_om,
        other_cost=assets["variable_cost"].fillna(old["variable_om"]),
        efficiency=assets["efficiency"].fillna(old["efficiency"]),
    )


def with_fuel_costs(inputs: Inputs, assets: pd.DataFrame) -> pd.DataFrame:
    """Adds ``fuel_cost`` [EUR/MWh], ``fuel_per_mwh`` and ``fuel_carbon`` [t/MWh] of supplies.

    All are per MWh of output. Fuel drawn from a bus costs nothing here: its price is that of the
    bus. A fuel that is bought and has no price in the country, or that is burned without an
    efficiency, is an issue.
    """
    burns = assets["fuel"] != ""
    buys = burns & (assets["fuel_bus"] == "")
    prices = at_year(inputs.tables["fuel_prices"], ["carrier", "country"], ["price"], inputs.year)
    price = assets.merge(
        prices[["carrier", "country", "price"]].rename(columns={"carrier": "fuel"}),
        on=["fuel", "country"],
        how="left",
        validate="m:1",
    )["price"]
    carriers = inputs.tables["carriers"]
    content = looked_up(assets["fuel"], carriers, "carrier", "co2_t_per_mwh").fillna(0.0)

    _require(inputs, assets, burns & assets["efficiency"].isna(), "efficiency")
    unpriced = assets[buys & price.isna()]
    for (fuel, country), rows in unpriced.groupby(["fuel", "country"]):
        inputs.issues.append(
            Issue(
                "assets.csv",
                f"a price of '{fuel}' in country '{country}'",
                row_id=str(rows["asset"].iloc[0]),
                column="technology",
                hint=f"add rows to fuel_prices.csv; needed by {some_of(rows['asset'])}",
            )
        )
    fuel_per_mwh = (1.0 / assets["efficiency"]).where(burns, 0.0)
    return assets.assign(
        fuel_per_mwh=fuel_per_mwh,
        fuel_cost=(fuel_per_mwh * price).where(buys, 0.0),
        fuel_carbon=fuel_per_mwh * content,
    )


def _require(
    inputs: Inputs, assets: pd.DataFrame, lacking: pd.Series[bool], parameter: str
) -> None:
    """One issue for each technology of which a parameter is missing that its assets need."""
    for technology, rows in assets[lacking].groupby("technology"):
        inputs.issues.append(
            Issue(
                "technology_costs.csv",
                f"a row with {_UNIT_OF[parameter]} (0 where there is none)",
                row_id=f"{technology}|{inputs.year}|{parameter}",
                hint=f"needed by assets {some_of(rows['asset'])}",
            )
        )


def _check_columns(inputs: Inputs, assets: pd.DataFrame) -> None:
    """Values of assets that their kind of technology would leave unused are issues."""
    for column, kinds in _ONLY_FOR.items():
        own = assets[column]
        filled = own != "" if own.dtype == "str" else own.notna() & (own != 0)
        wrong = assets[filled & ~assets["kind"].isin(kinds)]
        inputs.issues.extend(
            Issue(
                "assets.csv",
                f"nothing: only {' and '.join(kinds)} technologies use it",
                found=str(value),
                row_id=asset,
                column=column,
                hint=f"technology '{technology}' is of kind {kind}",
            )
            for value, asset, technology, kind in zip(
                wrong[column], wrong["asset"], wrong["technology"], wrong["kind"], strict=True
            )
        )
