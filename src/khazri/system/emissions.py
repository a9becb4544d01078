"""Emissions of flows: carbon that goes in and does not come out, process CO2 and methane."""

from __future__ import annotations

import numpy as np
import pandas as pd

from khazri.case.years import at_year
from khazri.errors import Issue
from khazri.system.inputs import Inputs, indices
from khazri.system.system import Emissions, Flags, Floats, Indices, Names

CO2, CO2E = "co2", "co2e"
"""What prices and limits of emissions count: CO2, or methane too."""

_FOSSIL, _BIOGENIC = "ch4_fossil", "ch4_biogenic"


def carbon_at(inputs: Inputs, bus: Indices) -> Floats:
    """Carbon of a MWh at each bus (n,), as t CO2 of burning it."""
    content: Floats = inputs.buses["carbon"].to_numpy(dtype=np.float64)[bus]
    return content


def emissions_of(
    inputs: Inputs, bus: Indices, co2: Floats, ch4: Floats, is_biogenic: Flags | None = None
) -> Emissions:
    """Emissions of flows (n,) at ``bus``: their CO2 equivalent, and what emitting them costs.

    ``co2`` and ``ch4`` [t/MWh] are what they emit; methane is fossil unless ``is_biogenic``. The
    price is that of the country of the bus; where a country has none, emissions cost nothing.
    """
    fossil = np.ones(len(bus), dtype=bool) if is_biogenic is None else ~is_biogenic
    co2e = co2 + ch4 * _warming(inputs, ch4, fossil)
    table = at_year(inputs.tables["co2_prices"], ["country"], ["price"], inputs.year)
    place = indices(pd.Index(table["country"]), inputs.buses["country"].iloc[bus])
    price = np.append(table["price"].to_numpy(dtype=np.float64), 0.0)[place]
    methane_too = np.append((table["gas"] == CO2E).to_numpy(dtype=bool), False)[place]
    return Emissions(co2, ch4, co2e, price * np.where(methane_too, co2e, co2))


def mean_emissions(emissions: Emissions, energy: Floats, members: Flags) -> Emissions:
    """Emissions of a MWh of what several demands (D,) of ``energy`` make up, (n,).

    ``members`` (n, D) says which demands make up each of the n.
    """
    weight = members * energy
    total = weight.sum(axis=1)

    def mean(values: Floats) -> Floats:
        result: Floats = np.divide(
            weight @ values, total, out=np.zeros(len(total)), where=total > 0
        )
        return result

    return Emissions(
        mean(emissions.co2), mean(emissions.ch4), mean(emissions.co2e), mean(emissions.cost)
    )


def taken(emissions: Emissions, place: Indices) -> Emissions:
    """The emissions at each ``place``."""
    return Emissions(
        emissions.co2[place], emissions.ch4[place], emissions.co2e[place], emissions.cost[place]
    )


def check_no_carbon(
    inputs: Inputs, table: str, keys: Names, bus: Indices, wrong: Flags, column: str
) -> None:
    """What makes emissions vary with time or level is an issue where the carrier has carbon."""
    for item in np.flatnonzero(wrong & (carbon_at(inputs, bus) > 0)):
        inputs.issues.append(
            Issue(
                table,
                f"nothing: {inputs.buses['carrier'].iloc[bus[item]]} has carbon, and its "
                "emissions are counted per MWh that flows",
                row_id=str(keys[item]),
                column=column,
            )
        )


def _warming(inputs: Inputs, ch4: Floats, fossil: Flags) -> Floats:
    """CO2 for each tonne of methane (n,); methane without such a value is an issue."""
    table = inputs.tables["gwp"]
    table = table[table["horizon_a"] == inputs.gwp_horizon_a]
    values = dict(zip(table["gas"], table["value"], strict=True))
    factor = np.zeros(len(ch4))
    for gas, which in ((_FOSSIL, fossil), (_BIOGENIC, ~fossil)):
        factor[which] = values.get(gas, 0.0)
        if gas not in values and np.any(ch4[which] != 0):
            _needs_value(inputs, gas)
    return factor


def _needs_value(inputs: Inputs, gas: str) -> None:
    row_id = f"{gas}|{inputs.gwp_horizon_a}"
    if all(issue.row_id != row_id for issue in inputs.issues):
        expected = f"a value of {gas} over {inputs.gwp_horizon_a} years"
        hint = "the case has methane: say how much CO2 a tonne of it is compared with"
        inputs.issues.append(Issue("gwp.csv", expected, row_id=row_id, hint=hint))
