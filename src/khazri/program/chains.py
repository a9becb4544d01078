"""Programs of one system under several weathers, as one program of several chains of stages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from khazri.program.program import Entries, Program
from khazri.program.varying import Floats, Varying

_Arrays = tuple[NDArray[Any], ...]

_PATTERNS: tuple[tuple[str, Callable[[Program], _Arrays]], ...] = (
    ("columns", lambda p: (p.columns.family, p.columns.item, p.capacity, p.implied)),
    ("rows", lambda p: (p.rows.family, p.rows.item, p.is_store)),
    ("globals", lambda p: (p.globals.family, p.globals.item, p.is_integer)),
    ("global rows", lambda p: (p.global_rows.family, p.global_rows.item)),
    ("entries", lambda p: (p.entries.row, p.entries.column)),
    ("carried entries", lambda p: (p.carry.row, p.carry.column, p.carry_is_cyclic)),
    ("entries of globals", lambda p: (p.global_entries.row, p.global_entries.column)),
    ("entries of global rows", lambda p: (p.sum_entries.row, p.sum_entries.column)),
    ("globals in global rows", lambda p: (p.sum_row, p.sum_column)),
)


def join_chains(programs: Sequence[Program], weights: Floats) -> Program:
    """Return the program that decides the globals for all of ``programs`` at once.

    Parameters
    ----------
    programs
        Programs of one system: the same columns, rows, globals and entries, other numbers. Each
        may have a number of stages, and of chains, of its own.
    weights : (C,)
        How likely each of them is; adds up to one.

    Returns
    -------
    Program
        Stages one after the other. Costs and global rows are weighted means over programs, so a
        limit on the emissions of a year holds on average. Globals keep to the bounds of all.

    Raises
    ------
    ValueError
        The programs differ in more than numbers, or the weights do not add up to one.
    """
    weights = np.asarray(weights, dtype=float)
    if len(weights) != len(programs) or np.any(weights <= 0.0) or abs(weights.sum() - 1.0) > 1e-9:
        raise ValueError("weights are positive, one for each program, and add up to one")
    first = programs[0]
    for what, pattern in _PATTERNS:
        for other in programs[1:]:
            pairs = zip(pattern(first), pattern(other), strict=True)
            if not all(np.array_equal(one, another) for one, another in pairs):
                raise ValueError(f"programs of one system have the same {what}")

    def mean(number: Callable[[Program], Floats]) -> Floats:
        total: Floats = sum(w * number(p) for w, p in zip(weights, programs, strict=True))
        return total

    def numbers(of: Callable[[Program], Varying]) -> Varying:
        return _one_after_the_other([of(program) for program in programs])

    def entries(of: Callable[[Program], Entries]) -> Entries:
        return replace(of(first), value=numbers(lambda program: of(program).value))

    starts = np.cumsum([0, *(program.n_stages for program in programs)])[:-1]
    weighted = [w * program.weight for w, program in zip(weights, programs, strict=True)]
    previous = [start + p.previous for start, p in zip(starts, programs, strict=True)]
    return replace(
        first,
        duration=np.concatenate([program.duration for program in programs]),
        weight=np.concatenate(weighted),
        previous=np.concatenate(previous),
        is_first=np.concatenate([program.is_first for program in programs]),
        cost=numbers(lambda program: program.cost),
        lower=numbers(lambda program: program.lower),
        upper=numbers(lambda program: program.upper),
        lower_slope=numbers(lambda program: program.lower_slope),
        upper_slope=numbers(lambda program: program.upper_slope),
        entries=entries(lambda program: program.entries),
        carry=entries(lambda program: program.carry),
        global_entries=entries(lambda program: program.global_entries),
        rhs=numbers(lambda program: program.rhs),
        global_cost=mean(lambda program: program.global_cost),
        global_lower=np.maximum.reduce([program.global_lower for program in programs]),
        global_upper=np.minimum.reduce([program.global_upper for program in programs]),
        sum_entries=entries(lambda program: program.sum_entries),
        sum_value=mean(lambda program: program.sum_value),
        sum_lower=mean(lambda program: program.sum_lower),
        sum_upper=mean(lambda program: program.sum_upper),
        constant_cost=float(
            sum(w * p.constant_cost for w, p in zip(weights, programs, strict=True))
        ),
    )


def _one_after_the_other(parts: Sequence[Varying]) -> Varying:
    """Return the stages of all ``parts``; what is the same in all of them stays constant."""
    varies = np.zeros(parts[0].n_items, dtype=bool)
    for part in parts:
        varies[part.index] = True
        varies |= part.constant != parts[0].constant
    index = np.flatnonzero(varies)
    values = np.concatenate([part.take(index).dense() for part in parts])
    return Varying(np.where(varies, 0.0, parts[0].constant), index, values)
