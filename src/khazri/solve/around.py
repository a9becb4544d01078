"""A better lower bound from what a decision changes: its neighbourhood, decided freely.

The multipliers of a plan with whole decisions held prove little about other decisions: where a
corridor is not built, they say what its first megawatt would earn, as if all of it earned that.
But a decision changes few prices, those of the buses at its ends. Between the prices of all other
rows the program of these rows alone is small, and with all decisions free its optimum has the
multipliers that prove most (block ascent on the Lagrangian dual: Geoffrion 1974). Evaluated on
the full program they prove what they prove however the rows were chosen.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from khazri.program import Program, reduced_costs
from khazri.program.program import Flags
from khazri.program.proof import admissible, priced
from khazri.program.shorten import select
from khazri.program.varying import Floats, Indices, from_pieces
from khazri.solve.structured.method import Ending, Tuning, solve_structured

CHANGED = 3e-3
"""Rows whose multipliers a decision changes by this share of all rows' mean are around it."""


def changed_rows(one: Floats, other: Floats) -> Indices:
    """Rows whose multipliers differ between two solutions, (T, m) each."""
    difference = np.abs(one - other).mean(axis=0)
    return np.flatnonzero(difference > CHANGED * np.abs(one).mean())


def decide_around(
    program: Program, rows: Indices, row_dual: Floats, sum_dual: Floats, tuning: Tuning
) -> tuple[Floats, Floats]:
    """Return multipliers (T, m) and (R,) with those of ``rows``, and of global rows that hold only
    globals, chosen anew, all globals free.

    Parameters
    ----------
    program
        The full program, its integers relaxed.
    rows
        Stage rows whose multipliers may change.
    row_dual : (T, m)
        Multipliers to start from.
    sum_dual : (R,)
        Multipliers of the global rows to start from.

    Notes
    -----
    All stay as they are where the small program is not solved.
    """
    found = solve_structured(neighbourhood(program, rows, row_dual, sum_dual), tuning)
    if found.ending is not Ending.OPTIMAL:
        return row_dual, sum_dual
    rows_better, sums_better = row_dual.copy(), sum_dual.copy()
    rows_better[:, rows] = found.point.row_dual
    sums_better[~_of_stages(program)] = found.point.sum_dual[0]
    return rows_better, sums_better


def _of_stages(program: Program) -> Flags:
    """Global rows (R,) that hold columns of stages."""
    return np.isin(np.arange(program.n_global_rows), program.sum_entries.row)


def neighbourhood(program: Program, rows: Indices, row_dual: Floats, sum_dual: Floats) -> Program:
    """Return the program of ``rows`` (q,) alone, all other rows priced.

    Its optimum is the best bound on ``program`` that the multipliers of ``rows`` can prove beside
    ``row_dual`` (T, m) and ``sum_dual`` (R,) of the others. Global rows that hold only globals
    stay.
    """
    others = row_dual.copy()
    others[:, rows] = 0.0
    of_stages = _of_stages(program)
    price = np.where(of_stages, admissible(program, sum_dual), 0.0)
    reduced = reduced_costs(program, others, price)

    touches = np.zeros(program.n_columns, dtype=bool)
    for entries in (program.entries, program.carry):
        touches[entries.column[np.isin(entries.row, rows)]] = True
    # Columns in none of the rows stand where their reduced costs point to.
    value, global_cost = priced(program, others, price, np.where(touches, 0.0, reduced))

    columns = np.flatnonzero(touches)
    part = select(program, columns, rows, np.flatnonzero(~of_stages))
    own = reduced[:, columns] / program.weight[:, None]
    return replace(
        part,
        cost=from_pieces([own], program.n_stages),
        global_cost=global_cost,
        constant_cost=value,
    )
