"""Efficiency measures of a plan as a supply curve, and demand that was given up."""

from __future__ import annotations

import numpy as np
import pandas as pd

from khazri.plan.arrays import NOISE_MW, energy, names, values
from khazri.plan.plan import Plan


def measures(plan: Plan) -> pd.DataFrame:
    """Each measure: what it could save, what the plan takes of it, and what a MWh saved costs.

    Returns
    -------
    DataFrame
        measure, name, bus, zone, country, carrier, sector, overlap (group of overlapping measures),
        uptake (0..1), potential_mwh (at full uptake, rebound taken off), saved_mwh,
        cost_eur (of what is taken up), cost_per_mwh [EUR/MWh saved], worth_per_mwh [EUR/MWh]: what
        a MWh that it saves would cost at the prices of its hours, payments for emissions included.
        Sorted by cost_per_mwh: a supply curve.
    """
    potential = values(plan, "measure_potential") * (1.0 - values(plan, "measure_rebound"))
    full_cost, uptake = values(plan, "measure_full_cost"), values(plan, "measure_uptake")
    frame = pd.DataFrame(
        {
            "measure": names(plan, "measure"),
            "name": names(plan, "measure_title"),
            "bus": names(plan, "measure_bus"),
            "zone": names(plan, "measure_zone"),
            "country": names(plan, "measure_country"),
            "carrier": _carrier(plan),
            "sector": names(plan, "measure_sector"),
            "overlap": names(plan, "measure_overlap"),
            "uptake": uptake,
            "potential_mwh": potential,
            "saved_mwh": energy(plan, "saved"),
            "cost_eur": uptake * full_cost,
            "cost_per_mwh": np.divide(
                full_cost, potential, out=np.full(len(potential), np.nan), where=potential > 0
            ),
            "worth_per_mwh": values(plan, "measure_worth"),
        }
    )
    return frame.sort_values("cost_per_mwh", kind="stable").reset_index(drop=True)


def responses(plan: Plan) -> pd.DataFrame:
    """Each step of a price-responsive demand: what its users gave up.

    Returns
    -------
    DataFrame
        response, demand, bus, zone, country, price (its worth to its users) [EUR/MWh], energy_mwh
        (of the step), given_up_mwh, hours (in which any is given up).
    """
    given_up = values(plan, "given_up")
    return pd.DataFrame(
        {
            "response": names(plan, "response"),
            "demand": names(plan, "response_demand"),
            "bus": names(plan, "response_bus"),
            "zone": names(plan, "response_zone"),
            "country": names(plan, "response_country"),
            "price": values(plan, "response_price"),
            "energy_mwh": values(plan, "response_energy"),
            "given_up_mwh": energy(plan, "given_up"),
            "hours": plan.weight @ (given_up > NOISE_MW),
        }
    )


def _carrier(plan: Plan) -> np.ndarray:
    carrier = pd.Series(names(plan, "bus_carrier"), index=names(plan, "bus"))
    return np.asarray(carrier.reindex(names(plan, "measure_bus")).to_numpy(), dtype=np.str_)
