"""The few variables that stand for the whole year: globals, then slacks of global rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from khazri.program.program import Flags
from khazri.program.varying import Floats


@dataclass
class Small:
    """Bounded variables (q,) with the multipliers of their bounds; infinite bounds are absent.

    ``is_fixed`` ones have one value and no multipliers.
    """

    value: Floats
    lower: Floats
    upper: Floats
    z_lower: Floats
    z_upper: Floats
    has_lower: Flags
    has_upper: Flags
    is_fixed: Flags

    def to_lower(self) -> Floats:
        """Distance to the lower bound; 1 where there is none."""
        return np.where(self.has_lower, self._above(self.value - self.lower), 1.0)

    def to_upper(self) -> Floats:
        """Distance to the upper bound; 1 where there is none."""
        return np.where(self.has_upper, self._above(self.upper - self.value), 1.0)

    def _above(self, distance: Floats) -> Floats:
        return np.maximum(distance, 1e-15 * (1.0 + np.abs(self.value)))

    def theta(self) -> Floats:
        """Diagonal of the linear system; infinite where fixed."""
        own = self.z_lower / self.to_lower() + self.z_upper / self.to_upper()
        return np.where(self.is_fixed, np.inf, own + 1e-14)

    def products(self) -> Floats:
        """Distances times multipliers of all bounds there are."""
        return np.concatenate(
            [
                (self.z_lower * self.to_lower())[self.has_lower],
                (self.z_upper * self.to_upper())[self.has_upper],
            ]
        )

    def bound_value(self) -> float:
        """What the bounds add to the dual objective."""
        low = self.z_lower[self.has_lower] @ self.lower[self.has_lower]
        return float(low - self.z_upper[self.has_upper] @ self.upper[self.has_upper])

    def multipliers(
        self, d: Floats, change_lower: Floats, change_upper: Floats
    ) -> tuple[Floats, Floats]:
        """Return the multipliers' direction for wanted changes of the products."""
        lower = (change_lower - self.z_lower * d) / self.to_lower()
        upper = (change_upper + self.z_upper * d) / self.to_upper()
        return np.where(self.has_lower, lower, 0.0), np.where(self.has_upper, upper, 0.0)

    def ratios(self, d: Floats, d_lower: Floats, d_upper: Floats) -> tuple[float, float]:
        """Return the largest relative decreases of distances and of multipliers."""
        low, up = self.has_lower, self.has_upper
        primal = [(-d / self.to_lower())[low], (d / self.to_upper())[up]]
        dual = [-d_lower[low] / self.z_lower[low], -d_upper[up] / self.z_upper[up]]
        return (
            float(np.concatenate(primal).max(initial=0.0)),
            float(np.concatenate(dual).max(initial=0.0)),
        )

    def products_after(
        self, d: Floats, d_lower: Floats, d_upper: Floats, steps: tuple[float, float]
    ) -> tuple[Floats, Floats]:
        """Return the products after a step: (q,) of lower and of upper bounds, 0 where absent."""
        lower = (self.to_lower() + steps[0] * d) * (self.z_lower + steps[1] * d_lower)
        upper = (self.to_upper() - steps[0] * d) * (self.z_upper + steps[1] * d_upper)
        return np.where(self.has_lower, lower, 0.0), np.where(self.has_upper, upper, 0.0)

    def push(self, change_lower: Floats, change_upper: Floats) -> Floats:
        """Return the right-hand side (q,) that wanted changes of the products bring."""
        push = change_lower / self.to_lower() - change_upper / self.to_upper()
        return np.where(self.is_fixed, 0.0, push)

    def move(self, d: Floats, d_lower: Floats, d_upper: Floats, primal: float, dual: float) -> None:
        """Take a step."""
        self.value = self.value + primal * np.where(self.is_fixed, 0.0, d)
        self.z_lower = self.z_lower + dual * d_lower
        self.z_upper = self.z_upper + dual * d_upper


def start_small(value: Floats, lower: Floats, upper: Floats, product: float) -> Small:
    """Return variables at ``value`` (q,), inside their bounds, all products equal."""
    is_fixed = lower >= upper
    has_lower = np.isfinite(lower) & ~is_fixed
    has_upper = np.isfinite(upper) & ~is_fixed
    small = Small(
        np.where(is_fixed, lower, value),
        lower,
        upper,
        np.zeros(len(value)),
        np.zeros(len(value)),
        has_lower,
        has_upper,
        is_fixed,
    )
    small.z_lower = np.where(has_lower, product / small.to_lower(), 0.0)
    small.z_upper = np.where(has_upper, product / small.to_upper(), 0.0)
    return small
