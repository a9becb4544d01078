"""What rows of money are worth: present value, rate of return, payback, levelised price."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq

from khazri.appraise.finance.cashflow import Cashflow, cashflow, with_revenue
from khazri.appraise.finance.terms import Floats, Project, Terms
from khazri.errors import UsageError

_LOWEST, _HIGHEST = -0.5, 10.0
"""Range in which rates of return are looked for; below it a last small payment makes rates that
mean nothing."""

_SCAN = 400
_BISECTIONS = 60
_IMAGINARY = 1e-7


def present_value(flow: Floats, rate: float | Floats) -> Floats:
    """Value (...) in the first year of a flow (..., Y) paid yearly from then on."""
    growth = 1.0 + np.asarray(rate, dtype=np.float64)
    years = np.arange(flow.shape[-1])
    return np.asarray((flow / growth[..., None] ** years).sum(axis=-1))


@dataclass(frozen=True)
class Return:
    """An internal rate of return with all that is to be known about it.

    ``value`` is NaN where there is none or more than one; ``all`` lists every rate between -50 %
    and 1,000 % at which the value is zero; ``sign_changes`` counts those of the flow: with more
    than one there may be several rates, and then none of them is the return.
    """

    value: float
    all: tuple[float, ...]
    sign_changes: int


def internal_return(flow: Floats) -> Return:
    """The rate at which a flow (Y,) is worth nothing, and whether it is the only one.

    Notes
        Real roots of the flow as a polynomial of 1 / (1 + rate), from the eigenvalues of its
        companion matrix, brought to rounding by Newton's method. By Descartes' rule there are at
        most as many as there are changes of sign.
    """
    signs = np.sign(flow[flow != 0])
    changes = int((signs[1:] != signs[:-1]).sum())
    if changes == 0:
        return Return(float("nan"), (), 0)
    roots = np.roots(flow / np.abs(flow).max())
    is_real = np.abs(roots.imag) <= _IMAGINARY * np.maximum(np.abs(roots), 1.0)
    growth = roots.real[is_real]
    growth = growth[(growth > 1.0 + _LOWEST) & (growth < 1.0 + _HIGHEST)]
    rates = sorted({round(_polished(flow, g) - 1.0, 10) for g in growth})
    return Return(rates[0] if len(rates) == 1 else float("nan"), tuple(rates), changes)


def _polished(flow: Floats, growth: float) -> float:
    years = np.arange(len(flow))
    for _ in range(3):
        value = float((flow * growth**-years).sum())
        slope = float((-years * flow * growth ** (-years - 1.0)).sum())
        if slope == 0.0:
            break
        growth -= value / slope
    return growth


def internal_returns(flow: Floats) -> Floats:
    """Rates of return (S,) of many flows (S, Y); NaN where there is none or more than one.

    Values are scanned at 400 rates and the only change of sign is bisected.
    """
    rates = np.expm1(np.linspace(np.log1p(_LOWEST), np.log1p(_HIGHEST), _SCAN))
    powers = (1.0 + rates)[:, None] ** -np.arange(flow.shape[-1])
    # by the largest term, so that far years at low rates do not swamp the sign
    is_gain = flow @ (powers / powers.max(axis=1, keepdims=True)).T > 0
    turns = is_gain[:, 1:] != is_gain[:, :-1]
    place = turns.argmax(axis=1)
    low, high = rates[place], rates[place + 1]
    rises = is_gain[np.arange(len(flow)), place]
    for _ in range(_BISECTIONS):
        middle = 0.5 * (low + high)
        before = (present_value(flow, middle) > 0) == rises
        low, high = np.where(before, middle, low), np.where(before, high, middle)
    return np.where(turns.sum(axis=1) == 1, 0.5 * (low + high), np.nan)


def payback(flow: Floats, rate: float = 0.0) -> float:
    """Years from the first until what was paid has come back for good; NaN if it does not.

    ``flow`` (Y,); within a year the sum is drawn as a line; ``rate`` discounts it.
    """
    total = np.cumsum(flow / (1.0 + rate) ** np.arange(len(flow)))
    if total[-1] < 0 or not (total < 0).any():
        return float("nan") if total[-1] < 0 else 0.0
    last = int(np.flatnonzero(total < 0)[-1])
    return last - float(total[last]) / float(total[last + 1] - total[last])


def levelised_tariff(project: Project, rate: float) -> float:
    """The real price [EUR/MWh] at which a project is worth nothing at a real rate, before tax.

    Value of all costs over value of all energy. NaN without energy.
    """
    c = project.n_construction
    cost = np.concatenate(
        [float(project.investment) * np.array(project.spending), project.operation_cost]
    )
    energy = np.concatenate([np.zeros(c), project.energy])
    delivered = float(present_value(energy, rate))
    return float(present_value(cost, rate)) / delivered if delivered > 0 else float("nan")


def tariff_for_owners(project: Project, terms: Terms) -> float:
    """The real price [EUR/MWh] at which owners just get the return they ask for, after all terms.

    NaN without energy.

    Raises
        UsageError  no price up to a thousand times the levelised one suffices
    """
    if not project.energy.any():
        return float("nan")

    def owners_gain(price: float) -> float:
        flow = cashflow(with_revenue(project, price * project.energy), terms).to_owners
        return float(present_value(flow, terms.asked_by_owners))

    low, high = 0.0, max(levelised_tariff(project, terms.discount_rate), 1e-9)
    for _ in range(10):
        if owners_gain(high) >= 0:
            break
        low, high = high, 2.0 * high
    else:
        raise UsageError("no tariff gives owners the return they ask for")
    return float(brentq(owners_gain, low, high, xtol=1e-12 * high, rtol=1e-12))


def break_even(project: Project, rate: float) -> float:
    """Share of the revenue that suffices to be worth nothing at a real rate, before tax.

    Above 1 where the revenue does not suffice; NaN without any.
    """
    c = project.n_construction
    cost = np.concatenate(
        [float(project.investment) * np.array(project.spending), project.operation_cost]
    )
    earned = float(present_value(np.concatenate([np.zeros(c), project.revenue]), rate))
    return float(present_value(cost, rate)) / earned if earned > 0 else float("nan")


@dataclass(frozen=True)
class Figures:
    """What an investor asks first.

    Money [EUR of the price year], valued in the first year of construction; rates [1/a], nominal
    but for ``project_return_real``; tariffs [EUR/MWh] real. Returns of the project are before the
    loan. ``payback_years`` count from the first year of construction. ``break_even_utilisation`` is
    the use of the capacity at which the project is worth nothing if revenue follows use.
    """

    net_present_value: float
    project_return: Return
    project_return_real: Return
    project_return_after_tax: Return
    owners_return: Return
    owners_value: float
    investment: float
    uses: float
    debt_share: float
    lowest_dscr: float
    mean_dscr: float
    lowest_llcr: float
    levelised_tariff: float
    tariff_for_owners: float
    break_even_share: float
    break_even_utilisation: float
    payback_years: float
    discounted_payback_years: float


def figures(flow: Cashflow) -> Figures:
    """The figures of one project (without samples)."""
    project, terms = flow.project, flow.terms
    if flow.free.ndim != 1:
        raise UsageError("figures are of one project; samples have internal_returns")
    rate = terms.discount_rate
    share = break_even(project, rate)
    due = flow.dscr[np.isfinite(flow.dscr)]
    owed = flow.llcr[np.isfinite(flow.llcr)]
    return Figures(
        net_present_value=float(present_value(flow.real_free, rate)),
        project_return=internal_return(flow.free),
        project_return_real=internal_return(flow.real_free),
        project_return_after_tax=internal_return(flow.free_after_tax),
        owners_return=internal_return(flow.to_owners),
        owners_value=float(present_value(flow.to_owners, terms.asked_by_owners)) / flow.level[0],
        investment=float(project.investment),
        uses=float(flow.uses.sum()),
        debt_share=float(flow.debt_share),
        lowest_dscr=float(due.min()) if len(due) else float("nan"),
        mean_dscr=float(due.mean()) if len(due) else float("nan"),
        lowest_llcr=float(owed.min()) if len(owed) else float("nan"),
        levelised_tariff=levelised_tariff(project, rate),
        tariff_for_owners=tariff_for_owners(project, terms),
        break_even_share=share,
        break_even_utilisation=share * project.utilisation,
        payback_years=payback(flow.real_free),
        discounted_payback_years=payback(flow.real_free, rate),
    )
