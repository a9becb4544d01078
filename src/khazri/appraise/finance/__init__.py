"""What a project earns its owners and lenders, on stated terms."""

from khazri.appraise.finance.cashflow import Cashflow, cashflow, with_revenue
from khazri.appraise.finance.metrics import (
    Figures,
    Return,
    break_even,
    figures,
    internal_return,
    internal_returns,
    levelised_tariff,
    payback,
    present_value,
    tariff_for_owners,
)
from khazri.appraise.finance.revenue import (
    cap_and_floor,
    interpolated,
    regulated_revenue,
    tariff_revenue,
)
from khazri.appraise.finance.risk import Factor, Simulation, Uncertain, simulate, tornado
from khazri.appraise.finance.terms import (
    Cover,
    Currency,
    Debt,
    Project,
    Repayment,
    Tax,
    Terms,
)

__all__ = [
    "Cashflow",
    "Cover",
    "Currency",
    "Debt",
    "Factor",
    "Figures",
    "Project",
    "Repayment",
    "Return",
    "Simulation",
    "Tax",
    "Terms",
    "Uncertain",
    "break_even",
    "cap_and_floor",
    "cashflow",
    "figures",
    "internal_return",
    "internal_returns",
    "interpolated",
    "levelised_tariff",
    "payback",
    "present_value",
    "regulated_revenue",
    "simulate",
    "tariff_for_owners",
    "tariff_revenue",
    "tornado",
    "with_revenue",
]
