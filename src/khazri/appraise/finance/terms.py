"""What is built, what it earns, and the terms on which it is paid for."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from khazri.errors import UsageError

Floats = NDArray[np.float64]


class Repayment(StrEnum):
    """How a loan is paid back after its grace."""

    ANNUITY = "annuity"
    LEVEL = "level"
    SCULPTED = "sculpted"
    AGREED = "agreed"


@dataclass(frozen=True)
class Debt:
    """A loan that pays a share of all uses of money during construction, interest included.

    Parameters
        share        [1] of all uses; the largest where ``target_dscr`` is given
        rate         [1/a] nominal interest on the balance at the beginning of the year
        tenor        [a] years of operation after which nothing is owed
        grace        [a] years of operation in which only interest is paid
        repayment    annuity: equal payments; level: equal principal; sculpted: payments in
                     proportion to the cash that is there; agreed: principal by ``parts``
        target_dscr  [1] the share is lowered until no year falls below this
        fee          [1] of what is drawn, paid when drawn
        parts        (tenor) [1] of the loan that are paid back in each year, for an agreed one
    """

    share: float
    rate: float | Floats
    tenor: int
    grace: int = 0
    repayment: Repayment = Repayment.ANNUITY
    target_dscr: float | None = None
    fee: float = 0.0
    parts: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        _check(0.0 <= self.share <= 1.0, "debt.share", self.share, "a share from 0 to 1")
        _check(bool(np.all(np.asarray(self.rate) >= 0)), "debt.rate", self.rate, "not below 0")
        _check(0 <= self.grace < self.tenor, "debt.grace", self.grace, "years below the tenor")
        _check(0.0 <= self.fee < 0.5, "debt.fee", self.fee, "a share from 0 to 0.5")
        if self.repayment is Repayment.AGREED:
            paid = sum(self.parts[self.grace :])
            is_whole = len(self.parts) == self.tenor and abs(paid - 1.0) < 1e-6
            expected = "a part for each year, together one after the years of grace"
            _check(is_whole, "debt.parts", self.parts, expected)
        if self.target_dscr is not None:
            _check(self.target_dscr > 0, "debt.target_dscr", self.target_dscr, "a number above 0")


@dataclass(frozen=True)
class Tax:
    """Tax on profit: ``rate`` [1]; all that was spent until operation is written off in equal
    parts over ``depreciation_years``; losses are carried forward without end."""

    rate: float
    depreciation_years: int

    def __post_init__(self) -> None:
        _check(0.0 <= self.rate < 1.0, "tax.rate", self.rate, "a share from 0 to 1")
        years = self.depreciation_years
        _check(years >= 1, "tax.depreciation_years", years, "at least one year")


@dataclass(frozen=True)
class Cover:
    """Cover against political risk: ``premium`` [1/a] on the covered shares of the balance of the
    loan and of the equity paid in, at the beginning of each of the first ``years`` years."""

    premium: float
    debt_share: float = 1.0
    equity_share: float = 1.0
    years: int = 100

    def __post_init__(self) -> None:
        _check(0.0 <= self.premium < 1.0, "cover.premium", self.premium, "a share from 0 to 1")
        for name, share in (("debt_share", self.debt_share), ("equity_share", self.equity_share)):
            _check(0.0 <= share <= 1.0, f"cover.{name}", share, "a share from 0 to 1")
        _check(self.years >= 0, "cover.years", self.years, "not below 0")


@dataclass(frozen=True)
class Currency:
    """Revenue earned in another currency than the costs: ``local_share`` [1] of it loses
    ``real_depreciation`` [1/a] of its real value each year from the first of construction."""

    local_share: float = 0.0
    real_depreciation: float = 0.0

    def __post_init__(self) -> None:
        _check(0 <= self.local_share <= 1, "currency.local_share", self.local_share, "0 to 1")
        rate = self.real_depreciation
        _check(-1 < rate < 1, "currency.real_depreciation", rate, "a rate from -1 to 1")


@dataclass(frozen=True)
class Terms:
    """All terms of a project; what is not given is not there.

    Parameters
        inflation      [1/a] of costs and revenue from the price year on
        discount_rate  [1/a] real cost of capital at which the project is valued
        equity_rate    [1/a] nominal return that owners ask for
    """

    discount_rate: float
    equity_rate: float | None = None
    inflation: float = 0.0
    debt: Debt | None = None
    tax: Tax | None = None
    cover: Cover | None = None
    currency: Currency = field(default_factory=Currency)

    def __post_init__(self) -> None:
        for name in ("discount_rate", "inflation"):
            value = getattr(self, name)
            _check(-0.5 < value < 1.0, name, value, "a rate from -0.5 to 1")

    @property
    def nominal_rate(self) -> float:
        """The cost of capital with inflation."""
        return (1.0 + self.discount_rate) * (1.0 + self.inflation) - 1.0

    @property
    def asked_by_owners(self) -> float:
        """The return that owners ask for; the nominal cost of capital where none is given."""
        return self.nominal_rate if self.equity_rate is None else self.equity_rate


@dataclass(frozen=True, eq=False)
class Project:
    """What is built and what it earns, in money of the price year.

    Parameters
        name            name shown to readers
        investment      (...) [EUR] overnight cost
        spending        (C,) [1] shares of it in each year of construction; they add up to one
        first_year      first year of construction
        price_year      year of the money
        revenue         (..., T) [EUR/a] in each year of operation
        operation_cost  (..., T) [EUR/a] all costs of operation, fuel included
        energy          (T,) [MWh/a] what a tariff is paid on; zeros where it is not known
        utilisation     [1] mean use of the capacity that goes with ``energy``; NaN if not known
    """

    name: str
    investment: float | Floats
    spending: tuple[float, ...]
    first_year: int
    price_year: int
    revenue: Floats
    operation_cost: Floats
    energy: Floats
    utilisation: float = float("nan")

    def __post_init__(self) -> None:
        total = sum(self.spending)
        is_sound = min(self.spending, default=-1.0) >= 0 and abs(total - 1.0) < 1e-9
        _check(is_sound, "spending", self.spending, "shares that add up to one")
        years = self.revenue.shape[-1]
        if self.operation_cost.shape[-1] != years or self.energy.shape != (years,):
            raise UsageError("revenue, costs and energy need the same years of operation")

    @property
    def n_construction(self) -> int:
        """Years of construction C."""
        return len(self.spending)

    @property
    def n_operation(self) -> int:
        """Years of operation T."""
        return int(self.revenue.shape[-1])

    @property
    def years(self) -> NDArray[np.int64]:
        """All years (C + T,), construction first."""
        return self.first_year + np.arange(self.n_construction + self.n_operation)


def _check(is_right: bool, where: str, found: object, expected: str) -> None:
    if not is_right:
        raise UsageError(
            f"{where} is {found}; expected {expected}",
            where=where,
            found=str(found),
            expected=expected,
        )
