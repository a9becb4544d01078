"""What may come otherwise: samples over cost, revenue, interest and delay, and a tornado."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
import pandas as pd

from khazri.appraise.finance.cashflow import Cashflow, cashflow
from khazri.appraise.finance.metrics import internal_returns, present_value
from khazri.appraise.finance.terms import Floats, Project, Repayment, Terms
from khazri.errors import UsageError

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


class Factor(StrEnum):
    """What is uncertain."""

    INVESTMENT = "investment"
    REVENUE = "revenue"
    OPERATION = "operation cost"
    INTEREST = "interest"
    DELAY = "delay"


@dataclass(frozen=True)
class Uncertain:
    """A factor with its lowest, most likely and highest value, as a triangular distribution.

    Investment, revenue and operation cost are multiplied by it; interest [1/a] is added; delay [a]
    moves revenue and costs of operation back while construction and loan go on as agreed, and
    what lies beyond the end of operation is lost.
    """

    factor: Factor
    low: float
    mode: float
    high: float

    def __post_init__(self) -> None:
        if not self.low <= self.mode <= self.high:
            raise UsageError(f"{self.factor}: {self.low}, {self.mode}, {self.high} do not rise")
        if self.low < 0 and self.factor is not Factor.INTEREST:
            raise UsageError(f"{self.factor} is {self.low}; expected a number not below 0")

    def at(self, share: Floats) -> Floats:
        """Values at shares (0..1) of the distribution, (S,)."""
        span = self.high - self.low
        if span == 0:
            return np.full_like(share, self.mode)
        turn = (self.mode - self.low) / span
        rising = self.low + np.sqrt(share * turn) * span
        falling = self.high - np.sqrt((1.0 - share) * (1.0 - turn)) * span
        return np.where(share < turn, rising, falling)


@dataclass(frozen=True, eq=False)
class Simulation:
    """Samples of a project: ``draws`` (S rows, a column per factor) and what came of each.

    ``figures`` has net_present_value [EUR], project_return, owners_return [1/a, nominal; NaN where
    there is none or more than one] and lowest_dscr [1].
    """

    draws: pd.DataFrame
    figures: pd.DataFrame

    @property
    def chance_of_gain(self) -> float:
        """Share of the samples in which the project is worth more than nothing."""
        return float((self.figures["net_present_value"] > 0).mean())

    @property
    def quantiles(self) -> pd.DataFrame:
        """Quantiles of each figure: a row per quantile."""
        return self.figures.quantile(list(QUANTILES))


def simulate(
    project: Project, terms: Terms, uncertain: Sequence[Uncertain], count: int, seed: int
) -> Simulation:
    """Latin hypercube over independent factors, all samples at once.

    Each factor is drawn once from each of ``count`` equally likely slices; the same seed gives the
    same samples. The loan is agreed before: its share of uses and the parts in which it is paid
    back are those of the expected case, whatever comes.

    Raises
        UsageError  a factor is given twice, none is given, or fewer than two samples
    """
    names = [str(one.factor) for one in uncertain]
    if not names or len(set(names)) < len(names):
        raise UsageError("each factor is given once, and at least one")
    if count < 2:
        raise UsageError("a simulation needs at least two samples")
    from scipy.stats import qmc  # a second to import

    share = qmc.LatinHypercube(d=len(names), rng=np.random.default_rng(seed)).random(count)
    values = {one.factor: one.at(share[:, i]) for i, one in enumerate(uncertain)}
    flow = _with(project, _agreed(project, terms), values)
    draws = pd.DataFrame({str(factor): value for factor, value in values.items()})
    return Simulation(draws, _figures(flow))


def tornado(project: Project, terms: Terms, uncertain: Sequence[Uncertain]) -> pd.DataFrame:
    """Net present value with one factor at a time at its ends, the others most likely.

    Returns
    -------
    DataFrame
        factor, low, high, value_at_low, value_at_high [EUR], swing [EUR]; widest first.
    """
    terms = _agreed(project, terms)
    rows = []
    middle = {one.factor: np.full(2, one.mode) for one in uncertain}
    for one in uncertain:
        flow = _with(project, terms, {**middle, one.factor: np.array([one.low, one.high])})
        worth = present_value(flow.real_free, terms.discount_rate)
        rows.append((str(one.factor), one.low, one.high, float(worth[0]), float(worth[1])))
    columns = ["factor", "low", "high", "value_at_low", "value_at_high"]
    frame = pd.DataFrame(rows, columns=columns)
    frame["swing"] = (frame["value_at_high"] - frame["value_at_low"]).abs()
    return frame.sort_values("swing", ascending=False, kind="stable").reset_index(drop=True)


def _agreed(project: Project, terms: Terms) -> Terms:
    """The terms with the loan as it is agreed on what is expected: its share of uses, and the parts
    in which it is paid back."""
    debt = terms.debt
    if debt is None:
        return terms
    expected = cashflow(project, terms)
    debt = replace(debt, share=float(expected.debt_share), target_dscr=None)
    if debt.repayment is Repayment.SCULPTED and debt.share > 0:
        c = project.n_construction
        paid = expected.principal[c : c + debt.tenor]
        debt = replace(debt, repayment=Repayment.AGREED, parts=tuple(paid / paid.sum()))
    return replace(terms, debt=debt)


def _with(project: Project, terms: Terms, values: dict[Factor, Floats]) -> Cashflow:
    """The years of all samples: ``values`` (S,) of each factor."""
    count = len(next(iter(values.values())))
    one = np.ones(count)
    late = values.get(Factor.DELAY, np.zeros(count))
    revenue, cost = (
        _late(np.broadcast_to(row, (count, row.shape[-1])) * values.get(factor, one)[:, None], late)
        for row, factor in (
            (project.revenue, Factor.REVENUE),
            (project.operation_cost, Factor.OPERATION),
        )
    )
    changed = replace(
        project,
        investment=project.investment * values.get(Factor.INVESTMENT, one),
        revenue=revenue,
        operation_cost=cost,
    )
    debt = terms.debt
    if debt is not None and Factor.INTEREST in values:
        rate = np.maximum(debt.rate + values[Factor.INTEREST], 0.0)
        terms = replace(terms, debt=replace(debt, rate=rate))
    return cashflow(changed, terms)


def _late(rows: Floats, years: Floats) -> Floats:
    """Rows (S, T) moved back by ``years`` (S,), parts of a year by weight; nothing comes before."""
    whole = np.floor(years).astype(np.int64)
    part = (years - whole)[:, None]
    count, n = rows.shape
    padded = np.hstack([rows, np.zeros((count, 1))])
    at = np.arange(n)[None, :] - whole[:, None]
    # the last column holds the zero that stands for years before the first
    first, second = (
        np.take_along_axis(padded, np.where(place >= 0, place, n), axis=1) for place in (at, at - 1)
    )
    return np.asarray((1.0 - part) * first + part * second)


def _figures(flow: Cashflow) -> pd.DataFrame:
    due = np.where(np.isfinite(flow.dscr), flow.dscr, np.inf).min(axis=-1)
    return pd.DataFrame(
        {
            "net_present_value": present_value(flow.real_free, flow.terms.discount_rate),
            "project_return": internal_returns(flow.free),
            "owners_return": internal_returns(flow.to_owners),
            "lowest_dscr": np.where(np.isfinite(due), due, np.nan),
        }
    )
