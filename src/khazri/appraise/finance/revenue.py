"""How a line or plant is paid: by tariff, by the market, between a cap and a floor, by its cost."""

from __future__ import annotations

import numpy as np

from khazri.appraise.finance.terms import Floats
from khazri.errors import UsageError


def tariff_revenue(tariff: float, energy: Floats) -> Floats:
    """A tariff [EUR/MWh] on energy (..., T) [MWh/a]."""
    return np.asarray(tariff * energy)


def cap_and_floor(earned: Floats, cap: float, floor: float, period: int = 1) -> Floats:
    """What is kept of what is earned at the market, (..., T) [EUR/a].

    Parameters
        earned  (..., T) [EUR/a] at the market, a last period that is shorter included
        cap     [EUR/a] above which all is handed over
        floor   [EUR/a] up to which is topped up
        period  [a] over which both are held against the mean; the difference is settled in its
                last year

    Raises
        UsageError  the cap is below the floor

    Source
        Ofgem (2014), Decision on the cap and floor regime: five years
    """
    if cap < floor or period < 1:
        raise UsageError(f"the cap {cap:,.0f} is below the floor {floor:,.0f}")
    kept = earned.astype(np.float64).copy()
    for start in range(0, earned.shape[-1], period):
        part = earned[..., start : start + period]
        count = part.shape[-1]
        total = part.sum(axis=-1)
        kept[..., start + count - 1] += np.clip(total, floor * count, cap * count) - total
    return kept


def regulated_revenue(investment: float, rate: float, years: int, operation_cost: Floats) -> Floats:
    """Allowed revenue (..., T) [EUR/a]: return on what is not yet written off, write-off in equal
    parts over ``years``, and the costs of operation.

    At the rate allowed an investment that is made in one year is worth exactly nothing.
    """
    age = np.arange(operation_cost.shape[-1])
    left = np.maximum(1.0 - age / years, 0.0)
    allowed = investment * (rate * left + (age < years) / years)
    return np.asarray(allowed + operation_cost)


def interpolated(years: Floats, values: Floats, wanted: Floats) -> Floats:
    """Values (k,) of planning ``years`` (k,) in the years wanted: linear between, held outside."""
    order = np.argsort(years)
    return np.asarray(np.interp(wanted, years[order], values[order]), dtype=np.float64)
