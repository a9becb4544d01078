"""Corridors beside each other: one out, one in, pairs; and choices under several futures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

import numpy as np
import pandas as pd

from khazri.errors import UsageError

Worths = Mapping[frozenset[str], float]
"""What each set of corridors is worth [EUR], the empty set included."""


class Method(StrEnum):
    """Against what a corridor is held."""

    TOOT = "toot"
    PINT = "pint"


def needed_sets(corridors: Sequence[str], method: Method) -> tuple[frozenset[str], ...]:
    """The sets of corridors whose worth a synergy matrix needs: 1 + n + n (n - 1) / 2 of them."""
    every = frozenset(corridors)
    small = [frozenset({a, b}) for i, a in enumerate(corridors) for b in [a, *corridors[i + 1 :]]]
    sets = [frozenset[str](), *small]
    if method is Method.TOOT:
        sets = [every - one for one in sets]
    return tuple(dict.fromkeys(sets))


def contributions(worths: Worths, corridors: Sequence[str], method: Method) -> pd.Series[float]:
    """What each corridor adds: to none (put in one at a time), or to all others (take out one).

    Raises
        UsageError  the worth of a set is missing
    """
    base = frozenset(corridors) if method is Method.TOOT else frozenset[str]()
    sign = -1.0 if method is Method.TOOT else 1.0
    added = [sign * (_worth(worths, base ^ {one}) - _worth(worths, base)) for one in corridors]
    return pd.Series(added, index=pd.Index(list(corridors)))


def synergy(worths: Worths, corridors: Sequence[str], method: Method) -> pd.DataFrame:
    """How corridors help or hinder each other, [EUR].

    Returns
    -------
    DataFrame
        (n, n) by corridor: on the diagonal what each adds by itself; beside it what a pair adds
        beyond the sum of both: above zero they help each other, below zero they compete.

    Notes
        One at a time put in: v(ij) - v(i) - v(j) + v(); taken out: v(N) - v(N-i) - v(N-j) +
        v(N-ij). Both are the same difference, at the lower and at the upper end.

    Source
        ENTSO-E, 4th guideline for cost benefit analysis of grid development projects: TOOT and PINT
    """
    n = len(corridors)
    base = frozenset(corridors) if method is Method.TOOT else frozenset[str]()
    matrix = np.diag(contributions(worths, corridors, method).to_numpy(dtype=float))
    for i in range(n):
        for j in range(i + 1, n):
            one, other = corridors[i], corridors[j]
            beyond = (
                _worth(worths, base)
                - _worth(worths, base ^ {one})
                - _worth(worths, base ^ {other})
                + _worth(worths, base ^ {one, other})
            )
            matrix[i, j] = matrix[j, i] = beyond
    return pd.DataFrame(matrix, index=list(corridors), columns=list(corridors))


def _worth(worths: Worths, corridors: frozenset[str]) -> float:
    if corridors not in worths:
        names = " + ".join(sorted(corridors)) or "no corridor"
        raise UsageError(f"there is no worth of {names}")
    return float(worths[corridors])


def regrets(values: pd.DataFrame) -> pd.DataFrame:
    """What each option (rows) falls short of the best one in each scenario (columns), [EUR]."""
    best = values.to_numpy(dtype=float).max(axis=0)
    return pd.DataFrame(
        best - values.to_numpy(dtype=float), index=values.index, columns=values.columns
    )


def choice(values: pd.DataFrame, weights: Sequence[float] | None = None) -> pd.DataFrame:
    """How options do over scenarios.

    Parameters
        values   [EUR] options (rows) by scenarios (columns)
        weights  of the scenarios; equal if not given

    Returns
    -------
    DataFrame
        index option: largest_regret, worst, mean [EUR]; least_regret marks the option whose
        largest regret is smallest.

    Source
        Savage (1951), The theory of statistical decision
    """
    weight = np.ones(values.shape[1]) if weights is None else np.asarray(weights, dtype=float)
    if len(weight) != values.shape[1] or (weight < 0).any() or weight.sum() <= 0:
        raise UsageError("each scenario needs a weight, none below zero and one above")
    amounts = values.to_numpy(dtype=float)
    largest = regrets(values).to_numpy().max(axis=1)
    return pd.DataFrame(
        {
            "largest_regret": largest,
            "worst": amounts.min(axis=1),
            "mean": amounts @ weight / weight.sum(),
            "least_regret": largest == largest.min(),
        },
        index=values.index,
    )
