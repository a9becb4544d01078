"""Amounts in words: three digits and the multiple of the unit that suits them."""

from __future__ import annotations

import math

_POWER = ((1e6, "TW"), (1e3, "GW"), (1.0, "MW"))
_ENERGY = ((1e6, "TWh"), (1e3, "GWh"), (1.0, "MWh"))
_EMISSIONS = ((1e6, "Mt"), (1e3, "kt"), (1.0, "t"))
_MONEY = ((1e9, "bn "), (1e6, "million "), (1.0, ""))


def power(mw: float) -> str:
    """A power [MW]: ``1.23 GW``."""
    return _scaled(mw, _POWER)


def energy(mwh: float) -> str:
    """An energy [MWh]: ``45.6 TWh``."""
    return _scaled(mwh, _ENERGY)


def emissions(t: float) -> str:
    """Emissions [t]: ``78.9 Mt``."""
    return _scaled(t, _EMISSIONS)


def money(amount: float, currency: str) -> str:
    """An amount of money: ``12.3 bn EUR``."""
    return _scaled(amount, tuple((size, unit + currency) for size, unit in _MONEY))


def share(part: float) -> str:
    """A share of one: ``12 %``, ``1.2 %``, ``0.35 %``."""
    percent = 100.0 * part
    if not math.isfinite(percent):
        return "unknown"
    places = 2 if abs(percent) < 1 else 1 if abs(percent) < 10 else 0
    return f"{percent:.{places}f} %"


def number(value: float) -> str:
    """A number with three digits and no exponent."""
    if value == 0:
        return "0"
    rounded = float(f"{value:.3g}")  # 0.9996 has the digits of 1.00
    places = max(2 - math.floor(math.log10(abs(rounded))), 0)
    return f"{value:,.{places}f}"


def _scaled(value: float, sizes: tuple[tuple[float, str], ...]) -> str:
    if not math.isfinite(value):
        return "unknown"
    for size, unit in sizes:
        # 999.6 would be shown as 1,000 of the smaller unit.
        if abs(value) >= 0.9995 * size:
            return f"{number(value / size)} {unit}"
    return f"{number(value)} {sizes[-1][1]}"
