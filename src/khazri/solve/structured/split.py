"""A program of several chains of stages as one program for each."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from khazri.program import Program
from khazri.program.program import Entries


def follows_itself(program: Program) -> bool:
    """Whether each stage comes after the one it follows, and the first one of each chain of stages
    follows the chain's last."""
    starts = np.flatnonzero(program.is_first)
    if not len(starts) or starts[0] != 0:
        return False
    before = np.arange(program.n_stages) - 1
    before[starts] = np.append(starts[1:], program.n_stages) - 1
    return bool(np.array_equal(before, program.previous))


def split_chains(program: Program) -> list[Program]:
    """Return one program per chain, in their order.

    All have the same globals and global rows, and stages with the same pattern. What globals cost
    and use of global rows is in the first of them only, so that sums over chains are those of
    ``program``.
    """
    starts = np.flatnonzero(program.is_first)
    if len(starts) == 1:
        return [program]
    stops = np.append(starts[1:], program.n_stages)
    return [_chain(program, int(a), int(b)) for a, b in zip(starts, stops, strict=True)]


def _chain(program: Program, start: int, stop: int) -> Program:
    def cut(entries: Entries) -> Entries:
        return replace(entries, value=entries.value.stages(start, stop))

    n = stop - start
    chain = replace(
        program,
        duration=program.duration[start:stop],
        weight=program.weight[start:stop],
        previous=np.roll(np.arange(n), 1),
        is_first=np.arange(n) == 0,
        cost=program.cost.stages(start, stop),
        lower=program.lower.stages(start, stop),
        upper=program.upper.stages(start, stop),
        lower_slope=program.lower_slope.stages(start, stop),
        upper_slope=program.upper_slope.stages(start, stop),
        entries=cut(program.entries),
        carry=cut(program.carry),
        global_entries=cut(program.global_entries),
        rhs=program.rhs.stages(start, stop),
        sum_entries=cut(program.sum_entries),
    )
    if start == 0:
        return chain
    none = np.zeros(0, dtype=np.int64)
    return replace(
        chain,
        global_cost=np.zeros(program.n_globals),
        sum_row=none,
        sum_column=none,
        sum_value=np.zeros(0),
        constant_cost=0.0,
    )
