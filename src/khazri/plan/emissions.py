"""Emissions of a plan by source."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from khazri.plan.arrays import Array, energy, names, place_of, values
from khazri.plan.plan import Plan
from khazri.program.varying import Floats


@dataclass(frozen=True)
class _Flow:
    """Energy (n,) of one kind of flow that emits: where it is, and what it is shown under."""

    kind: str
    source: str
    amount: Floats
    bus: Array
    detail: Array


def emissions_by_source(plan: Plan) -> pd.DataFrame:
    """Emissions of the year by source; they add up to those of the plan.

    Returns
    -------
    DataFrame
        country, carrier (of the bus; of links, that of what is sent), source (plants, stores,
        links, demand), detail (group of technology, kind of link, or sector of demand), co2_t,
        methane_t, co2e_t. Emissions of demand are those of what is served: what stays unserved is
        taken off in rows of its own, sector "". Links count in the country that sends.
    """
    sector = pd.Series(names(plan, "demand_sector"), index=names(plan, "demand"))
    flows = [
        _Flow(kind, source, energy(plan, power), names(plan, f"{dim}_bus"), names(plan, detail))
        for kind, source, power, dim, detail in (
            ("supply", "plants", "supply_output", "supply", "supply_group"),
            ("conversion", "plants", "conversion_output", "conversion", "conversion_group"),
            ("charge", "stores", "charge", "store", "store_group"),
            ("discharge", "stores", "discharge", "store", "store_group"),
            ("forward", "links", "forward", "link_from", "link_kind"),
            ("backward", "links", "backward", "link_to", "link_kind"),
        )
    ]
    flows += [
        _Flow(
            "demand",
            "demand",
            values(plan, "demand_energy"),
            names(plan, "demand_bus"),
            names(plan, "demand_sector"),
        ),
        _Flow(
            "unserved",
            "demand",
            -energy(plan, "unserved"),
            names(plan, "unserved_block_bus"),
            np.full(plan.data.sizes["unserved_block"], ""),
        ),
        _Flow(
            "response",
            "demand",
            -energy(plan, "given_up"),
            names(plan, "response_bus"),
            sector.reindex(names(plan, "response_demand")).to_numpy(),
        ),
        _Flow(
            "measure",
            "demand",
            -energy(plan, "saved"),
            names(plan, "measure_bus"),
            names(plan, "measure_sector"),
        ),
    ]
    table = pd.concat([_table(plan, flow) for flow in flows], ignore_index=True)
    keys = ["country", "carrier", "source", "detail"]
    sums = table.groupby(keys, as_index=False, sort=False).sum()
    emitted = sums[["co2_t", "methane_t", "co2e_t"]].ne(0.0).any(axis=1)
    return sums[emitted].reset_index(drop=True)


def _table(plan: Plan, flow: _Flow) -> pd.DataFrame:
    place = place_of(plan, flow.bus)
    return pd.DataFrame(
        {
            "country": names(plan, "bus_country")[place],
            "carrier": names(plan, "bus_carrier")[place],
            "source": flow.source,
            "detail": flow.detail.astype(str),
            "co2_t": flow.amount * values(plan, f"{flow.kind}_emission_factor"),
            "methane_t": flow.amount * values(plan, f"{flow.kind}_methane_factor"),
            "co2e_t": flow.amount * values(plan, f"{flow.kind}_co2e_factor"),
        }
    )
