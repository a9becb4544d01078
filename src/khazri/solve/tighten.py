"""A better lower bound from the hours: the multipliers of a coarse solution, improved in windows.

Multipliers spread from segments know nothing of single hours: evening peaks and cheap hours of
markets are averaged away, and the bound they prove is low. What ties windows of some days together
is little: stored energy and outputs handed on, yearly limits, and capacities. With prices for all
three - the value of stored energy and of limits from the coarse solution, and a share of each
capacity's cost for each window - the year falls apart into windows, each with capacities of its
own to rent. The sum of their optima is the best bound that those prices allow (Lagrangian
decomposition by variable splitting: Guignard and Kim 1987), and hourly prices come with it.

A capacity's cost is shared out as the coarse solution earns it: what capacity is worth in a window
at the coarse prices, and of what is left over a share by length. The result is evaluated on the
full program like any multipliers, so it proves what it proves however well the prices were chosen.
"""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_array

from khazri.program import Program, cut, flatten, reduced_costs
from khazri.program.program import Entries
from khazri.program.proof import add_columns, admissible, global_worth, stage_transpose
from khazri.program.varying import Floats, Indices, from_pieces
from khazri.solve.dispatch import OnWindow
from khazri.solve.solver import Solver, SolverOptions, Termination


def tighten(
    program: Program,
    row_dual: Floats,
    sum_dual: Floats,
    windows: Indices,
    solver: Solver,
    options: SolverOptions,
    *,
    n_parts: int = 2,
    on_window: OnWindow | None = None,
) -> Floats:
    """Return multipliers (T, m) of the stage rows that prove a better bound with ``sum_dual``.

    Parameters
    ----------
    program
        The full program.
    row_dual : (T, m)
        Multipliers to start from, spread over the stages.
    sum_dual : (R,)
        Multipliers of the global rows; they stay as they are.
    windows : (W,)
        First stage of each window.
    options
        How to solve each window; after ``options.time_limit_s`` in all no further one is begun.
    n_parts
        Windows solved side by side.

    Notes
    -----
    A window that the solver does not finish, or that is not begun, keeps the multipliers it came
    with.
    """
    rent = _rents(program, row_dual, sum_dual, windows)
    price, end = admissible(program, sum_dual), time.monotonic() + options.time_limit_s
    year = _Year(program, row_dual, price, windows, rent, solver, options, end)
    improved = row_dual.copy()
    with ThreadPoolExecutor(max_workers=n_parts) as pool:
        for number, found in enumerate(pool.map(year.solve, range(len(windows)))):
            start, stop = year.span(number)
            improved[start:stop] = found
            if on_window is not None:
                on_window(number + 1, len(windows))
    return improved


def _rents(program: Program, row_dual: Floats, sum_dual: Floats, windows: Indices) -> Floats:
    """Share the cost of each global column out to the windows, (W, k) [EUR/MW/a].

    The shares add up to the cost less what global rows pay for the column.
    """
    price = admissible(program, sum_dual)
    reduced = reduced_costs(program, row_dual, price)
    earned = -np.maximum(reduced, 0.0) * program.lower_slope.dense()
    earned -= np.minimum(reduced, 0.0) * program.upper_slope.dense()
    follows = np.flatnonzero(program.capacity >= 0)
    of_windows = np.add.reduceat(earned[:, follows], windows, axis=0)
    rent = add_columns(of_windows, program.capacity[follows], program.n_globals)
    entries = program.global_entries
    worth = entries.value.dense() * row_dual[:, entries.row]
    rent += add_columns(np.add.reduceat(worth, windows, axis=0), entries.column, program.n_globals)
    length = np.diff(np.append(windows, program.n_stages)) / program.n_stages
    rest = program.global_cost - global_worth(program, price) - rent.sum(axis=0)
    return np.asarray(rent + length[:, None] * rest, dtype=float)


@dataclass(frozen=True)
class _Year:
    """What the windows of a year share while they are solved."""

    program: Program
    row_dual: Floats
    sum_dual: Floats
    windows: Indices
    rent: Floats
    solver: Solver
    options: SolverOptions
    end: float

    def span(self, number: int) -> tuple[int, int]:
        """First stage of a window and the first after it."""
        stops = np.append(self.windows[1:], self.program.n_stages)
        return int(self.windows[number]), int(stops[number])

    def solve(self, number: int) -> Floats:
        """Return improved multipliers of a window's stage rows, (stages, m)."""
        start, stop = self.span(number)
        old = self.row_dual[start:stop]
        if time.monotonic() > self.end:
            return old
        flat = flatten(self._priced(number, start, stop))
        # Rows that need the stage before stay priced; yearly limits are in the costs already.
        free = self._handed_rows(start)
        n_sums = self.program.n_global_rows
        row_lower, row_upper = flat.row_lower.copy(), flat.row_upper.copy()
        row_lower[free], row_upper[free] = -np.inf, np.inf
        row_lower[len(row_lower) - n_sums :] = -np.inf
        row_upper[len(row_upper) - n_sums :] = np.inf
        flat = replace(
            flat,
            row_lower=row_lower,
            row_upper=row_upper,
            is_integer=np.zeros_like(flat.is_integer),
        )
        result = self.solver.solve(flat, replace(self.options, threads=1))
        if result.termination is not Termination.OPTIMAL:
            return old
        found = result.row_dual[: old.size].reshape(old.shape).copy()
        found[0, free] = old[0, free]
        return found

    def _handed_rows(self, stage: int) -> Indices:
        """Stage rows that the stage before hands something to."""
        carry = self.program.carry
        if not self.program.is_first[stage]:
            return np.unique(carry.row)
        return np.unique(carry.row[self.program.carry_is_cyclic])

    def _priced(self, number: int, start: int, stop: int) -> Program:
        """Return a window with prices in place of what ties it to the rest of the year."""
        program = self.program
        piece = cut(program, start, stop)
        cost = piece.cost.dense()
        prices = np.broadcast_to(self.sum_dual, (stop - start, len(self.sum_dual)))
        cost -= stage_transpose(piece.sum_entries, prices, program.n_columns)
        weight = piece.weight[:, None]
        cost[0] -= self._worth(piece.entries, self._handed_rows(start), start) / weight[0]
        after = stop % program.n_stages
        handed = cut(program, after, after + 1).carry
        cost[-1] -= self._worth(handed, self._handed_rows(after), after) / weight[-1]
        return replace(piece, cost=from_pieces([cost], stop - start), global_cost=self.rent[number])

    def _worth(self, entries: Entries, rows: Indices, of: int) -> Floats:
        """Return what columns earn in the priced ``rows`` of stage ``of``, (n,).

        ``entries`` are those of a piece that begins with that stage.
        """
        price = np.zeros(self.program.n_rows)
        price[rows] = self.row_dual[of, rows]
        values = entries.value.stages(0, 1).dense()[0]
        matrix = csr_array(
            (values, (entries.column, entries.row)),
            shape=(self.program.n_columns, self.program.n_rows),
        )
        return np.asarray(matrix @ price)
