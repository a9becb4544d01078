"""Small projects to compute by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from khazri.appraise.finance import Cover, Currency, Debt, Project, Repayment, Tax, Terms


def project(
    investment: float, revenue: list[float], cost: float = 0.0, spending: tuple[float, ...] = (1.0,)
) -> Project:
    """A project from 2030 on in money of 2030 that sells 10 MWh a year at half its capacity."""
    return Project(
        name="line",
        investment=investment,
        spending=spending,
        first_year=2030,
        price_year=2030,
        revenue=np.array(revenue, dtype=float),
        operation_cost=np.full(len(revenue), cost),
        energy=np.full(len(revenue), 10.0),
        utilisation=0.5,
    )


def full_terms(repayment: Repayment = Repayment.SCULPTED) -> Terms:
    """Terms with everything: inflation, a loan, tax, cover and another currency."""
    parts = (0.0, *(1 / 11,) * 11) if repayment is Repayment.AGREED else ()
    return Terms(
        discount_rate=0.06,
        equity_rate=0.12,
        inflation=0.02,
        debt=Debt(0.7, 0.07, 12, 1, repayment, target_dscr=1.3, fee=0.015, parts=parts),
        tax=Tax(0.2, 10),
        cover=Cover(0.008, 0.9, 0.8, 15),
        currency=Currency(0.25, 0.01),
    )


def cable() -> Project:
    """A cable of 1,000 built in three years that earns some 150 a year for 25 years."""
    base = project(1000.0, [0.0] * 25, 20.0, (0.2, 0.5, 0.3))
    return replace(base, revenue=150.0 + 10.0 * np.sin(np.arange(25)))
