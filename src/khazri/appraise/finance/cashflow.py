"""The years of a project in nominal money: uses, loan, tax, and what is left to its owners.

All is paid at the end of its year; interest and premiums are due on what is owed at its beginning.
So nothing is circular: each year follows from the one before. Leading axes of arrays are samples.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from khazri.appraise.finance.terms import Debt, Floats, Project, Repayment, Terms
from khazri.errors import UsageError

_MOST_STEPS = 100
_SETTLED = 1e-13
"""Change of a root, against its size, below which it is found."""

_NO_DEBT = 1e-9
"""Share of uses below which a loan is none."""

_LARGEST_PART = 1e3
"""Largest part of the cash that may go into a loan: owners pay the rest."""


@dataclass(frozen=True, eq=False)
class Cashflow:
    """Every year of a project, (..., Y) [EUR of the year], construction first.

    ``level`` (Y,) is the price level against the price year. ``spending`` is the investment of the
    year; ``uses`` adds interest, premiums and fees until operation. ``available`` is cash for debt
    service: revenue less costs, premiums and tax. ``dscr`` and ``llcr`` are NaN where no service is
    due. ``free`` is before loan and tax; ``free_after_tax`` before loan, taxed as if there were
    none; ``to_owners`` is what owners pay (< 0) and get. ``debt_share`` (...) is what the loan pays
    of all uses; ``sculpted_dscr`` (...) the cover that a sculpted loan keeps, else NaN.
    """

    project: Project
    terms: Terms
    year: NDArray[np.int64]
    level: Floats
    spending: Floats
    uses: Floats
    drawn: Floats
    paid_in: Floats
    revenue: Floats
    operation_cost: Floats
    premium: Floats
    depreciation: Floats
    opening: Floats
    interest: Floats
    principal: Floats
    tax: Floats
    available: Floats
    service: Floats
    to_owners: Floats
    free: Floats
    free_after_tax: Floats
    dscr: Floats
    llcr: Floats
    debt_share: Floats
    sculpted_dscr: Floats

    @property
    def real_free(self) -> Floats:
        """``free`` in money of the price year."""
        return np.asarray(self.free / self.level)


def cashflow(project: Project, terms: Terms) -> Cashflow:
    """All years of a project on its terms.

    Raises
        UsageError  the loan runs longer than the operation

    Notes
        Construction: uses = investment + rate x balance + premiums + fee; the loan pays its share
        of them. Operation: tax = rate x max(0, revenue - costs - premiums - write-off - interest -
        losses carried); service by the kind of loan. A sculpted loan pays available / DSCR with
        the one DSCR that brings the balance to zero at the end of the tenor. Years in which there
        is less than the service are paid by the owners. Costs O(S (C + T)) with a factor of some
        ten where a loan is sized or sculpted.
    """
    if terms.debt is not None and terms.debt.tenor > project.n_operation:
        raise UsageError(
            f"the loan runs {terms.debt.tenor} years, the operation {project.n_operation}",
            where="debt.tenor",
            found=str(terms.debt.tenor),
            expected=f"at most {project.n_operation}",
        )
    years = _nominal(project, terms)
    share, cover = _sized(years, terms)
    return _finish(project, terms, years, _construct(years, terms, share), share, cover)


@dataclass(frozen=True, eq=False)
class _Years:
    """Nominal amounts: ``spending`` (S, C), ``revenue`` and ``cost`` (S, T); shape (...) of the
    samples before they were laid out in one axis."""

    shape: tuple[int, ...]
    level: Floats
    spending: Floats
    revenue: Floats
    cost: Floats
    rate: Floats


def _nominal(project: Project, terms: Terms) -> _Years:
    """Real amounts at the prices of their year, all samples in one axis."""
    level = (1.0 + terms.inflation) ** (project.years - project.price_year).astype(np.float64)
    c = project.n_construction
    age = np.arange(c, len(level))
    currency = terms.currency
    worth = (
        1.0
        - currency.local_share
        + currency.local_share * ((1.0 - currency.real_depreciation) ** age)
    )
    investment = np.asarray(project.investment, dtype=np.float64)
    rate = np.asarray(0.0 if terms.debt is None else terms.debt.rate, dtype=np.float64)
    shape = np.broadcast_shapes(
        investment.shape, rate.shape, project.revenue.shape[:-1], project.operation_cost.shape[:-1]
    )

    def flat(values: Floats) -> Floats:
        return np.broadcast_to(values, (*shape, values.shape[-1])).reshape(-1, values.shape[-1])

    spending = investment[..., None] * np.array(project.spending)
    return _Years(
        shape=shape,
        level=level,
        spending=flat(spending * level[:c]),
        revenue=flat(project.revenue * worth * level[c:]),
        cost=flat(project.operation_cost * level[c:]),
        rate=np.broadcast_to(rate, shape).reshape(-1).astype(np.float64),
    )


@dataclass(frozen=True, eq=False)
class _Built:
    """The years of construction, (S, C), and what is owed and paid in at their end, (S,)."""

    uses: Floats
    drawn: Floats
    opening: Floats
    interest: Floats
    premium: Floats
    balance: Floats
    equity: Floats


def _construct(years: _Years, terms: Terms, share: Floats) -> _Built:
    count, n = years.spending.shape
    fee = 0.0 if terms.debt is None else terms.debt.fee
    uses, drawn, opening, interest, premium = (np.zeros((count, n)) for _ in range(5))
    balance, equity = np.zeros(count), np.zeros(count)
    for year in range(n):
        opening[:, year] = balance
        interest[:, year] = years.rate * balance
        premium[:, year] = _premium(terms, year, balance, equity)
        needed = years.spending[:, year] + interest[:, year] + premium[:, year]
        drawn[:, year] = share * needed / (1.0 - share * fee)
        uses[:, year] = needed + fee * drawn[:, year]
        balance = balance + drawn[:, year]
        equity = equity + uses[:, year] - drawn[:, year]
    return _Built(uses, drawn, opening, interest, premium, balance, equity)


def _premium(terms: Terms, year: int, balance: Floats, equity: Floats) -> Floats:
    cover = terms.cover
    if cover is None or year >= cover.years:
        return np.zeros_like(balance)
    covered = cover.debt_share * balance + cover.equity_share * equity
    return np.asarray(cover.premium * covered)


@dataclass(frozen=True, eq=False)
class _Run:
    """The years of operation, (S, T), and the balance (S,) at the end of the tenor."""

    opening: Floats
    interest: Floats
    principal: Floats
    premium: Floats
    depreciation: Floats
    tax: Floats
    available: Floats
    balance: Floats


def _operate(years: _Years, terms: Terms, built: _Built, cover: Floats) -> _Run:
    """Operation with a given cover (S,) of a sculpted loan."""
    count, n = years.revenue.shape
    names = ("opening", "interest", "principal", "premium", "depreciation", "tax", "available")
    rows = {name: np.zeros((count, n)) for name in names}
    write_off = _write_off(terms, built.uses.sum(axis=1), n)
    balance, losses = built.balance.copy(), np.zeros(count)
    c = built.uses.shape[1]
    for year in range(n):
        interest = years.rate * balance
        premium = _premium(terms, c + year, balance, built.equity)
        cash = years.revenue[:, year] - years.cost[:, year] - premium
        tax, losses = _tax(terms, cash - write_off[:, year] - interest, losses)
        available = cash - tax
        principal = _principal(
            terms.debt, year, built.balance, balance, years.rate, available, cover
        )
        for name, value in zip(
            names,
            (balance, interest, principal, premium, write_off[:, year], tax, available),
            strict=True,
        ):
            rows[name][:, year] = value
        balance = balance - principal
    return _Run(**rows, balance=balance)


def _write_off(terms: Terms, uses: Floats, n: int) -> Floats:
    """Write-off of all uses (S,) in each of ``n`` years, (S, n); zeros without tax."""
    if terms.tax is None:
        return np.zeros((len(uses), n))
    span = terms.tax.depreciation_years
    return np.asarray(uses[:, None] / span * (np.arange(n) < span))


def _tax(terms: Terms, profit: Floats, losses: Floats) -> tuple[Floats, Floats]:
    """Tax of the year and losses carried on, both (S,)."""
    if terms.tax is None:
        return np.zeros_like(profit), losses
    taxable = np.maximum(profit - losses, 0.0)
    return terms.tax.rate * taxable, np.maximum(losses - profit, 0.0)


def _principal(
    debt: Debt | None,
    year: int,
    first: Floats,
    balance: Floats,
    rate: Floats,
    available: Floats,
    cover: Floats,
) -> Floats:
    """What is paid back in a year of operation, (S,)."""
    if debt is None or not debt.grace <= year < debt.tenor:
        return np.zeros_like(balance)
    count = debt.tenor - debt.grace
    match debt.repayment:
        case Repayment.ANNUITY:
            with np.errstate(divide="ignore", invalid="ignore"):
                part = rate / -np.expm1(-count * np.log1p(rate))
            due = np.where(rate > 0, part, 1.0 / count) * first - rate * balance
        case Repayment.LEVEL:
            due = first / count
        case Repayment.SCULPTED:
            due = np.maximum(available, 0.0) / cover - rate * balance
        case Repayment.AGREED:
            due = debt.parts[year] * first
    return np.asarray(due)


def _sized(years: _Years, terms: Terms) -> tuple[Floats, Floats]:
    """Share of the loan in all uses, and cover that a sculpted one keeps, both (S,)."""
    count = len(years.rate)
    debt = terms.debt
    no_cover = np.full(count, np.nan)
    if debt is None:
        return np.zeros(count), no_cover
    share = np.full(count, debt.share)
    is_sculpted = debt.repayment is Repayment.SCULPTED
    if debt.target_dscr is not None:
        target = np.full(count, debt.target_dscr)

        def too_much(trial: Floats) -> Floats:
            """Above zero where a share of the loan is more than the cash carries."""
            built = _construct(years, terms, trial)
            run = _operate(years, terms, built, target)
            if is_sculpted:
                return run.balance
            cover = _dscr(run.available, run.interest + run.principal)
            return np.asarray(target - np.where(np.isnan(cover), np.inf, cover).min(axis=1))

        share = _root(too_much, np.zeros(count), share)
    share = np.where(share > _NO_DEBT, share, 0.0)
    if not is_sculpted:
        return share, no_cover
    built = _construct(years, terms, share)

    def overpaid(part: Floats) -> Floats:
        """Above zero where paying a part of the cash pays back more than was lent."""
        with np.errstate(divide="ignore"):
            return -_operate(years, terms, built, 1.0 / part).balance

    part = _root(overpaid, np.zeros(count), np.full(count, _LARGEST_PART))
    with np.errstate(divide="ignore"):
        return share, np.where(share > 0, 1.0 / part, np.inf)


def _root(value: Callable[[Floats], Floats], low: Floats, high: Floats) -> Floats:
    """Where an increasing function of (S,) is zero; ``high`` where it is not above zero there.

    False position with the remedy of Illinois: an end that stays twice counts half. Exact after one
    step where the function is a line.
    """
    first, last = low, high
    below, above = value(low), value(high)
    is_done = above <= 0
    best = np.where(is_done, last, low)
    side = np.zeros(len(low), dtype=np.int64)
    for _ in range(_MOST_STEPS):
        if is_done.all():
            break
        with np.errstate(divide="ignore", invalid="ignore"):
            trial = first - below * (last - first) / (above - below)
        trial = np.where(np.isfinite(trial), np.clip(trial, first, last), 0.5 * (first + last))
        trial = np.where(is_done, best, trial)
        found = value(trial)
        is_low = found <= 0
        above = np.where(is_low & (side == -1), 0.5 * above, np.where(is_low, above, found))
        below = np.where(~is_low & (side == 1), 0.5 * below, np.where(is_low, found, below))
        first, last = np.where(is_low, trial, first), np.where(is_low, last, trial)
        side = np.where(is_low, -1, 1)
        moved = np.abs(trial - best)
        best = np.where(is_done, best, trial)
        is_done |= (found == 0) | (moved <= _SETTLED * np.maximum(np.abs(best), _SETTLED))
    return best


def _dscr(available: Floats, service: Floats) -> Floats:
    """Cover of debt service; NaN where none is due."""
    ratio = np.full(np.broadcast_shapes(available.shape, service.shape), np.nan)
    is_due = service > 1e-9 * np.maximum(np.abs(available), 1.0)
    np.divide(available, service, out=ratio, where=is_due)
    return ratio


def _finish(
    project: Project, terms: Terms, years: _Years, built: _Built, share: Floats, cover: Floats
) -> Cashflow:
    run = _operate(years, terms, built, cover)
    count, c = built.uses.shape
    n = project.n_operation
    before, after = np.zeros((count, c)), np.zeros((count, n))

    def whole(construction: Floats, operation: Floats) -> Floats:
        both = np.hstack([construction, operation])
        return both.reshape(*years.shape, c + n)

    service = run.interest + run.principal
    cash = years.revenue - years.cost - run.premium
    alone = _tax_without_loan(terms, years, cash)
    opening = np.maximum(run.opening, 0.0)
    dscr = _dscr(run.available, service)
    llcr = _llcr(run.available, opening, years.rate, 0 if terms.debt is None else terms.debt.tenor)
    return Cashflow(
        project=project,
        terms=terms,
        year=project.years,
        level=years.level,
        spending=whole(years.spending, after),
        uses=whole(built.uses, after),
        drawn=whole(built.drawn, after),
        paid_in=whole(built.uses - built.drawn, after),
        revenue=whole(before, years.revenue),
        operation_cost=whole(before, years.cost),
        premium=whole(built.premium, run.premium),
        depreciation=whole(before, run.depreciation),
        opening=whole(built.opening, run.opening),
        interest=whole(built.interest, run.interest),
        principal=whole(before, run.principal),
        tax=whole(before, run.tax),
        available=whole(before, run.available),
        service=whole(before, service),
        to_owners=whole(built.drawn - built.uses, run.available - service),
        free=whole(-years.spending - built.premium, cash),
        free_after_tax=whole(-years.spending - built.premium, cash - alone),
        dscr=whole(np.full((count, c), np.nan), dscr),
        llcr=whole(np.full((count, c), np.nan), llcr),
        debt_share=share.reshape(years.shape),
        sculpted_dscr=cover.reshape(years.shape),
    )


def _tax_without_loan(terms: Terms, years: _Years, cash: Floats) -> Floats:
    """Tax (S, T) as if the investment had been paid by owners alone."""
    tax, losses = np.zeros_like(cash), np.zeros(len(cash))
    write_off = _write_off(terms, years.spending.sum(axis=1), cash.shape[1])
    for year in range(cash.shape[1]):
        tax[:, year], losses = _tax(terms, cash[:, year] - write_off[:, year], losses)
    return tax


def _llcr(available: Floats, opening: Floats, rate: Floats, tenor: int) -> Floats:
    """Value of the cash until the end of the tenor over what is owed, (S, T)."""
    value = np.zeros_like(available)
    ahead = np.zeros(len(available))
    for year in reversed(range(tenor)):
        ahead = (ahead + available[:, year]) / (1.0 + rate)
        value[:, year] = ahead
    ratio = np.full_like(available, np.nan)
    is_owed = opening > 1e-9 * np.maximum(opening.max(axis=1, keepdims=True), 1e-9)
    is_owed &= np.arange(available.shape[1]) < tenor
    np.divide(value, opening, out=ratio, where=is_owed)
    return ratio


def with_revenue(project: Project, revenue: Floats) -> Project:
    """The same project with other revenue (..., T) [EUR/a]."""
    return replace(project, revenue=revenue)
