"""Which consecutive hours are taken together: merge where little is lost.

Neighbouring segments are merged in the order of the loss that merging brings: the growth of the
weighted sum of squares within segments (Ward 1963), over features that drive the program. The
greedy pairs are found for all segments at once, so the work is a few dozen array passes.
"""

from __future__ import annotations

import numpy as np

from khazri.program import Program, Segments
from khazri.program.families import Column, Row
from khazri.program.varying import Floats, Indices


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
    while len(start) > target:
        joint = size[:-1] * size[1:] / (size[:-1] + size[1:])
        loss = joint * np.square(mean[1:] - mean[:-1]).sum(axis=1)
        loss[must[start[1:]]] = np.inf
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

    Residual load of each bus [MW] is its demand less what its time-varying supplies could give;
    prices are those of markets, weighed by the power that could be traded at them; inflow counts
    as what it lets stores give. The capacities stand for those of a plan not yet known.
    """
    balance = np.flatnonzero(program.rows.family == Row.BALANCE)
    residual = program.rhs.take(balance).dense()
    _, upper = program.bounds(y)
    supply = np.flatnonzero(program.columns.family == Column.SUPPLY)
    moving = supply[np.isin(supply, np.union1d(program.upper.index, program.upper_slope.index))]
    entry = np.flatnonzero(np.isin(program.entries.column, moving))
    entry = entry[np.isin(program.entries.row[entry], balance)]
    bus = np.searchsorted(balance, program.entries.row[entry])
    for place, column in zip(bus, program.entries.column[entry], strict=True):  # over supplies
        residual[:, place] -= upper[:, column]
    trades = program.cost.index
    traded = program.cost.values - program.cost.values.mean(axis=0)
    scale = np.sqrt(np.square(traded).mean(axis=0, keepdims=True)) + 1e-9
    price = traded / scale * upper[:, trades] * np.minimum(scale / 20.0, 1.0)
    stores = np.flatnonzero(program.is_store & np.isin(np.arange(program.n_rows), program.rhs.index))
    inflow = program.rhs.take(stores).dense() * 0.2
    return np.concatenate([residual, price, inflow], axis=1)
