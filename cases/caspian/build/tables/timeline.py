"""Values given for some years, and what holds between them."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise


def linear(values: Mapping[int, float], year: int) -> float:
    """Return the value in `year`: linear between the given years, held outside of them."""
    years = sorted(values)
    if year <= years[0]:
        return values[years[0]]
    for low, high in pairwise(years):
        if low <= year <= high:
            share = (year - low) / (high - low)
            return values[low] + share * (values[high] - values[low])
    return values[years[-1]]


def stepped(changes: Mapping[int, float], start: int, end: int) -> dict[int, float]:
    """Return the years and values that a table linear between its years needs for steps.

    `changes` maps years to the value that holds from then on. A year before each change repeats
    the earlier value, so that a step stays a step.
    """
    years = sorted(year for year in changes if start <= year <= end)
    steps: dict[int, float] = {}
    held = 0.0
    for index, year in enumerate(years):
        if index and year - 1 not in steps and year - 1 > years[index - 1]:
            steps[year - 1] = held
        held = round(changes[year], 4)
        steps[year] = held
    return steps
