"""Shares and quantiles of draws, and how far they may be off for want of more draws."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
_Z = 1.959963984540054
"""Normal quantile of 97.5 %."""


def wilson(hits: int, count: int) -> tuple[float, float]:
    """Interval that holds the true share with 95 %, by Wilson's score.

    It takes the draws as independent. Draws that are spread evenly are better than that, so the
    interval is rather too wide.

    Source
        Wilson (1927), Probable inference, the law of succession, and statistical inference
    """
    share = hits / count
    scale = 1.0 + _Z**2 / count
    middle = (share + _Z**2 / (2.0 * count)) / scale
    half = _Z / scale * math.sqrt(share * (1.0 - share) / count + (_Z / (2.0 * count)) ** 2)
    return max(0.0, middle - half), min(1.0, middle + half)


def quantiles(values: Floats) -> Floats:
    """Quantiles of draws (S, ...) by the shares of ``QUANTILES``: (Q, ...), linear in between."""
    return np.asarray(np.quantile(values, QUANTILES, axis=0))
