"""What a project earns its owners and lenders, on stated terms."""

from khazri.appraise.finance.agreement import Agreement, Pay, Revenue, read_agreement
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
from khazri.appraise.finance.of_case import Financed, country_of_buses, financed, link_parts
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
from khazri.appraise.finance.workbook import write_workbook

__all__ = [
    "Agreement",
    "Cashflow",
    "Cover",
    "Currency",
    "Debt",
    "Factor",
    "Figures",
    "Financed",
    "Pay",
    "Project",
    "Repayment",
    "Return",
    "Revenue",
    "Simulation",
    "Tax",
    "Terms",
    "Uncertain",
    "break_even",
    "cap_and_floor",
    "cashflow",
    "country_of_buses",
    "figures",
    "financed",
    "internal_return",
    "internal_returns",
    "interpolated",
    "levelised_tariff",
    "link_parts",
    "payback",
    "present_value",
    "read_agreement",
    "regulated_revenue",
    "simulate",
    "tariff_for_owners",
    "tariff_revenue",
    "tornado",
    "with_revenue",
    "write_workbook",
]
