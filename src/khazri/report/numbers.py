"""Numbers as people read them: one unit a table, three digits, a real minus, "–" for absent."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

ABSENT = "–"
MINUS = "−"
NBSP = "\u00a0"

_DIGITS = 3

VISIBLE_MW = 0.1
"""Additions below this are traces of a solver's tolerance, not plans for anything."""


@dataclass(frozen=True)
class Unit:
    """A unit to show a quantity in: `value` [stored unit] / `size` is shown with `name`."""

    name: str
    size: float

    def text(self, value: float) -> str:
        """The number alone, three digits."""
        return number(value / self.size)

    def with_unit(self, value: float) -> str:
        """Number and unit, parted by a space that does not break."""
        return f"{self.text(value)}{NBSP}{self.name}"


POWER = (Unit("MW", 1.0), Unit("GW", 1e3))
ENERGY = (Unit("MWh", 1.0), Unit("GWh", 1e3), Unit("TWh", 1e6))
MASS = (Unit("t", 1.0), Unit("kt", 1e3), Unit("Mt", 1e6))
MASS_RATE = (Unit("t/h", 1.0), Unit("kt/h", 1e3))
SCALES = {"MW": POWER, "MWh": ENERGY, "t": MASS}


def money(currency: str) -> tuple[Unit, ...]:
    """Units of amounts of money in `currency`."""
    return (Unit(currency, 1.0), Unit(f"m {currency}", 1e6), Unit(f"bn {currency}", 1e9))


def unit_for(scale: tuple[Unit, ...], values: Iterable[float]) -> Unit:
    """The unit in which the largest of `values` has one to four digits before the point.

    `values` are in the stored unit of the scale; NaN and infinite ones are passed over.
    """
    largest = max((abs(v) for v in values if math.isfinite(v)), default=0.0)
    fitting = [unit for unit in scale if largest >= unit.size]
    return fitting[-1] if fitting else scale[0]


def best(value: float, unit: str) -> str:
    """A single figure in the unit that suits it: 15,200 MW is 15.2 GW, 0.3 of unit 1 is 30%."""
    if not math.isfinite(value):
        return ABSENT
    if unit == "1":
        return percent(value)
    chosen = unit_for(SCALES.get(unit, (Unit(unit, 1.0),)), [value])
    return chosen.with_unit(value) if chosen.name else chosen.text(value)


def number(value: float) -> str:
    """Three significant digits, thousands parted by commas; "<0.01" for the tiny, "–" for NaN.

    Examples
    --------
    >>> number(1234.5), number(-0.0456), number(0), number(float("nan"))
    ('1,234', '−0.046', '0', '–')
    """
    if not math.isfinite(value):
        return ABSENT
    if value == 0:
        return "0"
    size = abs(value)
    if size < 0.0005:
        return f"{MINUS}<0.001" if value < 0 else "<0.001"
    decimals = max(0, _DIGITS - 1 - math.floor(math.log10(size)))
    text = f"{size:,.{min(decimals, _DIGITS)}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return f"{MINUS}{text}" if value < 0 else text


def added(mw: float) -> str:
    """New capacity [MW]; "<0.1" below what anyone would build."""
    return f"<{VISIBLE_MW:g}" if 0 < mw < VISIBLE_MW else number(mw)


def percent(share: float, *, signed: bool = False) -> str:
    """A share (0..1) as "12.3%"; `signed` puts a plus before gains."""
    if not math.isfinite(share):
        return ABSENT
    value = 100 * share
    if abs(value) >= 1e5:
        return ">100,000%" if value > 0 else f"{MINUS}>100,000%"
    text = number(round(value, 1) if abs(value) >= 0.1 else value) + "%"
    return f"+{text}" if signed and value > 0 else text


def scientific(value: float) -> str:
    """Small violations and tolerances: "3.2e−7", "0" for none."""
    if not math.isfinite(value):
        return ABSENT
    if value == 0 or 1e-2 <= abs(value) < 1e5:
        return number(value)
    return f"{value:.1e}".replace("e-0", "e-").replace("e+0", "e+").replace("-", MINUS)


def ticks(low: float, high: float, count: int = 5) -> list[float]:
    """About `count` round numbers from at most `low` to at least `high` (1, 2, 2.5 or 5 x 10^n).

    A range too narrow for its own digits, or without finite ends, gives the ticks of one unit.
    """
    if not (math.isfinite(low) and math.isfinite(high)):
        low, high = 0.0, 1.0
    if high - low <= 1e-9 * max(abs(low), abs(high), 1e-9):
        high = low + max(1.0, 1e-3 * abs(low))
    rough = (high - low) / count
    power = 10.0 ** math.floor(math.log10(rough))
    step = next((f * power for f in (1.0, 2.0, 2.5, 5.0) if f * power >= rough), 10 * power)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [float(f"{i * step:.12g}") for i in range(first, last + 1)]
