"""Which consecutive hours are taken together: merge where little is lost.

Neighbouring segments are merged in the order of the loss that merging brings: the growth of the
weighted sum of squares within segments (Ward 1963), over features that drive the program. The
greedy pairs are found for all segments at once, so the work is a few dozen array passes.
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array

from khazri.program import Program, Segments
from khazri.program.families import Column, Row
from khazri.program.varying import Floats, Indices

_LONGEST = 1.8
"""Longest segment in multiples of the mean length."""


def choose_segments(features: Floats, n_segments: int, fixed: Indices) -> Segments:
    """Return about ``n_segments`` segments of similar consecutive stages.

    Parameters
    ----------
    features : (T, q)
        What should not be averaged away, scaled so that equal differences matter equally.
    n_segments
        Segments wanted; never fewer than there are fixed starts, never more than T.
    fixed : (f,)
        Stages at which a segment must begin (stage 0 always does).

    Notes
    -----
    No segment grows beyond a few times the mean: calm seasons keep their days and nights.
    Merging segments of sizes a and b with means p and q loses ``a b / (a + b) |p - q|²``.
    """
    n_stages = len(features)
    must = np.zeros(n_stages, dtype=bool)
    must[0] = True
    must[fixed] = True
    start = np.arange(n_stages)
    size = np.ones(n_stages)
    mean = np.asarray(features, dtype=float).copy()
    target = max(n_segments, int(must.sum()))
    longest = _LONGEST * n_stages / target
    while len(start) > target:
        joint = size[:-1] * size[1:] / (size[:-1] + size[1:])
        loss = joint * np.square(mean[1:] - mean[:-1]).sum(axis=1)
        loss[must[start[1:]]] = np.inf
        loss[size[:-1] + size[1:] > longest] = np.inf
        merged = _pairs(loss, len(start) - target)
        if not merged.any():
            break
        second = np.append(False, merged)
        first = np.append(merged, False)
        total = size[first] + size[second]
        weighted = mean[first] * size[first, None] + mean[second] * size[second, None]
        mean[first] = weighted / total[:, None]
        size[first] = total
        start, size, mean = start[~second], size[~second], mean[~second]
    return Segments(start, n_stages)


def _pairs(loss: Floats, most: int) -> np.ndarray:
    """Mark pairs to merge now: cheaper than both neighbours, the cheapest ``most`` of them.

    Only the cheaper half is taken in one pass, so that later passes see the changed means.
    """
    left = np.append(np.inf, loss[:-1])
    right = np.append(loss[1:], np.inf)
    lowest = np.isfinite(loss) & (loss < left) & (loss <= right)
    candidates = np.flatnonzero(lowest)
    take = min(most, max(1, (len(candidates) + 1) // 2))
    chosen = candidates[np.argsort(loss[candidates], kind="stable")[:take]]
    mark = np.zeros(len(loss), dtype=bool)
    mark[chosen] = True
    return mark


def drivers(program: Program, y: Floats) -> Floats:
    """Return features of each stage (T, q) at the capacities ``y``: residual load and prices.

    Residual load of each bus is its demand less what its time-varying supplies could give, in
    multiples of its mean demand, and squared where positive: costs rise ever more steeply as the
    last plants are called, and surplus is all alike. Prices of markets are in multiples of their
    mean. Each feature is weighed by the root of the power it concerns, so that squares add up like
    energies and a small country counts by its size, not by the square of it. Inflow counts as
    supply that can wait: a fifth.
    """
    balance = np.flatnonzero(program.rows.family == Row.BALANCE)
    demand = program.rhs.take(balance).dense()
    size = np.maximum(np.abs(demand).mean(axis=0), 1.0)
    residual = demand.copy()
    _, upper = program.bounds(y)
    supply = np.flatnonzero(program.columns.family == Column.SUPPLY)
    moving = supply[np.isin(supply, np.union1d(program.upper.index, program.upper_slope.index))]
    entry = np.flatnonzero(np.isin(program.entries.column, moving))
    entry = entry[np.isin(program.entries.row[entry], balance)]
    bus = np.searchsorted(balance, program.entries.row[entry])
    gather = csr_array(
        (np.ones(len(entry)), (np.arange(len(entry)), bus)), shape=(len(entry), len(balance))
    )
    residual -= upper[:, program.entries.column[entry]] @ gather

    traded = program.cost.index
    mean = np.maximum(np.abs(program.cost.values).mean(axis=0), 1.0)
    power = upper[:, traded].mean(axis=0)
    price = program.cost.values / mean * np.sqrt(power)

    moves = np.isin(np.arange(program.n_rows), program.rhs.index)
    stores = np.flatnonzero(program.is_store & moves)
    inflow = program.rhs.take(stores).dense()
    flow = np.maximum(inflow.mean(axis=0), 1.0)
    scarcity = np.square(np.maximum(residual / size, 0.0)) * np.sqrt(size)
    return np.concatenate([scarcity, price, 0.2 * inflow / np.sqrt(flow)], axis=1)
