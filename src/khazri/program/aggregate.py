"""Segments of consecutive stages in place of single ones, and the way back for multipliers.

Averaging the rows of a segment relaxes them, and where coefficients and costs are constant over
the segment the optimum of the averaged program is itself a lower bound. Where they are not, the
bound is still proven: the multipliers are spread over the hours (:func:`spread_duals`) and
evaluated on the full program (:func:`khazri.program.proof.lower_bound`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from khazri.program.families import Column, Row
from khazri.program.program import Entries, Program
from khazri.program.varying import Floats, Indices, Varying, overwrite


@dataclass(frozen=True)
class Segments:
    """Consecutive stages taken together: ``start`` (S,) is the first stage of each."""

    start: Indices
    n_stages: int

    def __len__(self) -> int:
        return len(self.start)

    @property
    def stop(self) -> Indices:
        """First stage after each segment, (S,)."""
        return np.append(self.start[1:], self.n_stages)

    @property
    def size(self) -> Indices:
        """Number of stages in each segment, (S,)."""
        return self.stop - self.start

    @property
    def of_stage(self) -> Indices:
        """Segment of each stage, (T,)."""
        return np.repeat(np.arange(len(self)), self.size)


def aggregate(program: Program, segments: Segments) -> Program:
    """Return the program over segments: averages of all rows but stores, which add up.

    Parameters
    ----------
    program
        Stages of any length.
    segments
        Consecutive stages; no segment may reach over the first stage of a chain.

    Returns
    -------
    Program
        One stage a segment, powers being means over it and levels those at its end.
    """
    start = segments.start
    weight = program.weight

    def mean(values: Varying) -> Varying:
        return values.averaged(start, weight)

    remaining = _kept_until_end(program, segments)
    level = program.columns.family == Column.LEVEL
    return replace(
        program,
        duration=np.add.reduceat(program.duration, start),
        weight=np.add.reduceat(weight, start),
        previous=segments.of_stage[program.previous[start]],
        is_first=program.is_first[start],
        cost=mean(program.cost),
        lower=_bounds_of_segments(program, program.lower, segments, level),
        upper=_bounds_of_segments(program, program.upper, segments, level),
        lower_slope=_bounds_of_segments(program, program.lower_slope, segments, level),
        upper_slope=_bounds_of_segments(program, program.upper_slope, segments, level),
        entries=_aggregate_entries(program, segments, remaining, level),
        carry=_aggregate_carry(program, segments),
        global_entries=_aggregate_sums(program.global_entries, program, segments, remaining),
        rhs=_aggregate_rhs(program, segments, remaining),
        sum_entries=Entries(
            program.sum_entries.row, program.sum_entries.column, mean(program.sum_entries.value)
        ),
    )


def spread_duals(program: Program, segments: Segments, row_dual: Floats) -> Floats:
    """Spread multipliers of segment rows (S, m) over the stages of ``program``, (T, m).

    A mean's multiplier is shared by weight; a store's is worth, before the end of the segment,
    what is left of it by then; a ramp's runs linearly from one segment's to the next's.
    """
    owner = segments.of_stage
    total = np.add.reduceat(program.weight, segments.start)
    spread = row_dual[owner] * (program.weight / total[owner])[:, None]
    stores = np.flatnonzero(program.is_store)
    spread[:, stores] = row_dual[owner][:, stores] * _kept_until_end(program, segments)
    ramps = np.flatnonzero(program.rows.family == Row.RAMP)
    if len(ramps):
        position = np.arange(program.n_stages) - segments.start[owner]
        share = (position / segments.size[owner])[:, None]
        here, after = row_dual[:, ramps], np.roll(row_dual[:, ramps], -1, axis=0)
        spread[:, ramps] = here[owner] * (1.0 - share) + after[owner] * share
    return spread


def _kept_until_end(program: Program, segments: Segments) -> Floats:
    """Share of a MWh stored in each stage that is left at its segment's end, (T, stores)."""
    stores = np.flatnonzero(program.is_store)
    kept = np.ones((program.n_stages, len(stores)))
    place = np.searchsorted(stores, program.carry.row)
    is_level = np.isin(program.carry.row, stores)
    kept[:, place[is_level]] = -program.carry.value.dense()[:, is_level]
    logs = np.log(np.maximum(kept, 1e-300))
    running = np.cumsum(logs, axis=0)
    end = running[segments.stop - 1][segments.of_stage]
    return np.asarray(np.exp(end - running), dtype=float)


def _bounds_of_segments(
    program: Program, bound: Varying, segments: Segments, level: np.ndarray
) -> Varying:
    """Average bounds of powers, take those of levels at the end, stretch those of ramps."""
    averaged = bound.averaged(segments.start, program.weight)
    values = averaged.values
    at_end = level[bound.index]
    values[:, at_end] = bound.values[segments.stop - 1][:, at_end]
    ramp = program.columns.family == Column.RAMP
    if not ramp.any():
        return averaged
    # Means of two segments lie half of each apart, so they may differ by as many ramps.
    size = segments.size.astype(float)
    apart = 0.5 * (size + np.roll(size, 1))
    dense = averaged.dense()
    dense[:, ramp] *= apart[:, None]
    index = np.union1d(bound.index, np.flatnonzero(ramp))
    rest = np.where(np.isin(np.arange(bound.n_items), index), 0.0, bound.constant)
    return Varying(rest, index, dense[:, index])


def _aggregate_sums(
    entries: Entries, program: Program, segments: Segments, remaining: Floats
) -> Entries:
    """Average entries of power rows; add up those of store rows by what is left at the end."""
    in_store = program.is_store[entries.row]
    averaged = entries.value.averaged(segments.start, program.weight)
    if not in_store.any():
        return Entries(entries.row, entries.column, averaged)
    stores = np.flatnonzero(program.is_store)
    which = np.flatnonzero(in_store)
    left = remaining[:, np.searchsorted(stores, entries.row[which])]
    sums = np.add.reduceat(entries.value.take(which).dense() * left, segments.start, axis=0)
    return Entries(entries.row, entries.column, overwrite(averaged, which, sums))


def _aggregate_entries(
    program: Program, segments: Segments, remaining: Floats, level: np.ndarray
) -> Entries:
    entries = program.entries
    summed = _aggregate_sums(entries, program, segments, remaining)
    own = np.flatnonzero(program.is_store[entries.row] & level[entries.column])
    ones = entries.value.take(own).dense()[segments.stop - 1]
    return Entries(entries.row, entries.column, overwrite(summed.value, own, ones))


def _aggregate_carry(program: Program, segments: Segments) -> Entries:
    carry = program.carry
    in_store = np.flatnonzero(program.is_store[carry.row])
    averaged = carry.value.averaged(segments.start, program.weight)
    if not len(in_store):
        return Entries(carry.row, carry.column, averaged)
    logs = np.log(np.maximum(-carry.value.take(in_store).dense(), 1e-300))
    kept = -np.exp(np.add.reduceat(logs, segments.start, axis=0))
    return Entries(carry.row, carry.column, overwrite(averaged, in_store, kept))


def _aggregate_rhs(program: Program, segments: Segments, remaining: Floats) -> Varying:
    averaged = program.rhs.averaged(segments.start, program.weight)
    stores = np.flatnonzero(program.is_store)
    if not len(stores):
        return averaged
    flows = program.rhs.take(stores).dense() * remaining
    return overwrite(averaged, stores, np.add.reduceat(flows, segments.start, axis=0))
