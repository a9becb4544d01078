"""Terms of a project as a person writes them: one TOML file."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from khazri.appraise.finance.revenue import cap_and_floor, regulated_revenue, tariff_revenue
from khazri.appraise.finance.risk import Factor, Uncertain
from khazri.appraise.finance.terms import Cover, Currency, Debt, Floats, Repayment, Tax, Terms
from khazri.errors import UnreadableFileError, UsageError

_T = TypeVar("_T")


class Pay(StrEnum):
    """How a project is paid."""

    MERCHANT = "merchant"
    TARIFF = "tariff"
    CAP_AND_FLOOR = "cap_and_floor"
    REGULATED = "regulated"


@dataclass(frozen=True)
class Revenue:
    """How a project is paid, in money of the price year.

    Parameters
        model   merchant: what it earns at the prices of the plan; the others as named
        tariff  [EUR/MWh] of a tariff on all energy
        cap, floor  [EUR/a] between which the revenue at the market is kept
        period  [a] over which cap and floor are held against the mean
        rate    [1/a] real return allowed on a regulated investment; the cost of capital if not
                given
        years   [a] over which a regulated investment is written off; its life if not given
    """

    model: Pay = Pay.MERCHANT
    tariff: float | None = None
    cap: float | None = None
    floor: float | None = None
    period: int = 1
    rate: float | None = None
    years: int | None = None

    def __post_init__(self) -> None:
        needed = {
            Pay.TARIFF: {"tariff": self.tariff},
            Pay.CAP_AND_FLOOR: {"cap": self.cap, "floor": self.floor},
        }.get(self.model, {})
        for name, value in needed.items():
            if value is None:
                raise UsageError(
                    f"revenue.{name} is missing; the model '{self.model}' needs it",
                    where=f"revenue.{name}",
                    expected="a number",
                )

    def of(
        self, earned: Floats, energy: Floats, cost: Floats, investment: float, rate: float
    ) -> Floats:
        """Revenue (T,) [EUR/a] from what is earned at the market, energy, costs and investment;
        ``rate`` is the cost of capital."""
        match self.model:
            case Pay.TARIFF:
                assert self.tariff is not None
                return tariff_revenue(self.tariff, energy)
            case Pay.CAP_AND_FLOOR:
                assert self.cap is not None
                assert self.floor is not None
                return cap_and_floor(earned, self.cap, self.floor, self.period)
            case Pay.REGULATED:
                allowed = rate if self.rate is None else self.rate
                years = len(cost) if self.years is None else self.years
                return regulated_revenue(investment, allowed, years, cost)
            case Pay.MERCHANT:
                return np.asarray(earned, dtype=np.float64)


@dataclass(frozen=True)
class Agreement:
    """All that a person may say about the finance of a project; see :func:`read_agreement`."""

    first_year: int | None = None
    spending: tuple[float, ...] = (1.0,)
    inflation: float = 0.0
    discount_rate: float | None = None
    equity_rate: float | None = None
    debt: Debt | None = None
    tax: Tax | None = None
    cover: Cover | None = None
    currency: Currency = field(default_factory=Currency)
    revenue: Revenue = field(default_factory=Revenue)
    uncertain: tuple[Uncertain, ...] = ()

    def terms(self, cost_of_capital: float) -> Terms:
        """The terms, with the cost of capital of the case where none is given."""
        rate = cost_of_capital if self.discount_rate is None else self.discount_rate
        return Terms(
            discount_rate=rate,
            equity_rate=self.equity_rate,
            inflation=self.inflation,
            debt=self.debt,
            tax=self.tax,
            cover=self.cover,
            currency=self.currency,
        )


_PARTS = {"debt": Debt, "tax": Tax, "cover": Cover, "currency": Currency, "revenue": Revenue}
_ENUMS = {"repayment": Repayment, "model": Pay}


def read_agreement(path: str | Path) -> Agreement:
    """The terms in a TOML file; what it does not say is not there: no loan, no tax, no cover.

    Raises
        UnreadableFileError  no such file, or it is not TOML
        UsageError           a name is not known, or a value cannot be

    Notes
        Top level: ``first_year`` of construction, ``spending`` (shares by year), ``inflation``,
        ``discount_rate`` (real), ``equity_rate`` (nominal). Tables ``[debt]``, ``[tax]``,
        ``[cover]``, ``[currency]``, ``[revenue]`` have the parameters of their classes;
        ``[uncertain]`` has a factor with lowest, most likely and highest value on each line:
        ``investment = [0.9, 1.0, 1.3]``.
    """
    path = Path(path)
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UnreadableFileError(path, f"terms in TOML: {error}") from error
    known = [one.name for one in fields(Agreement)]
    values: dict[str, Any] = {}
    for name, value in content.items():
        _check_name(name, known, "")
        if name in _PARTS:
            values[name] = _part(_PARTS[name], name, value)
        elif name == "uncertain":
            values[name] = tuple(
                _uncertain(factor, three) for factor, three in _table(name, value).items()
            )
        elif name == "spending":
            values[name] = tuple(float(one) for one in _numbers(name, value))
        else:
            values[name] = _numbers(name, [value])[0]
    return Agreement(**values)


def _part(kind: type[_T], where: str, value: object) -> _T:
    """One table of the file as its class."""
    table = _table(where, value)
    known = [one.name for one in fields(kind)]  # type: ignore[arg-type]
    found: dict[str, Any] = {}
    for name, one in table.items():
        _check_name(name, known, f"{where}.")
        if name in _ENUMS:
            choices = [str(choice) for choice in _ENUMS[name]]
            if one not in choices:
                raise UsageError(
                    f"{where}.{name} is '{one}'; expected {', '.join(choices)}",
                    where=f"{where}.{name}",
                    found=str(one),
                    expected=", ".join(choices),
                )
            found[name] = _ENUMS[name](one)
        elif isinstance(one, list):
            found[name] = tuple(float(part) for part in _numbers(f"{where}.{name}", one))
        else:
            found[name] = _numbers(f"{where}.{name}", [one])[0]
    try:
        return kind(**found)
    except TypeError as error:
        raise UsageError(f"[{where}]: {error}", where=where) from error


def _table(where: str, value: object) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise UsageError(f"{where} is {value}; expected a table [{where}]", where=where)
    return value


def _uncertain(name: str, three: object) -> Uncertain:
    _check_name(name, [str(factor) for factor in Factor], "uncertain.")
    numbers = _numbers(f"uncertain.{name}", three)
    if len(numbers) != 3:
        raise UsageError(
            f"uncertain.{name} has {len(numbers)} values; expected lowest, most likely, highest",
            where=f"uncertain.{name}",
        )
    return Uncertain(Factor(name), *(float(one) for one in numbers))


def _numbers(where: str, values: object) -> list[float | int]:
    if not isinstance(values, list):
        raise UsageError(f"{where} is {values}; expected a list of numbers", where=where)
    for value in values:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise UsageError(
                f"{where} is {value}; expected a number",
                where=where,
                found=str(value),
                expected="a number",
            )
    return list(values)


def _check_name(name: str, known: Sequence[str], inside: str) -> None:
    if name not in known:
        raise UsageError(
            f"terms have no '{inside}{name}'; expected one of {', '.join(known)}",
            where=f"{inside}{name}",
            found=name,
            expected=", ".join(known),
        )
