"""Solve a PyPSA network: its program, its proof, and its results in PyPSA's variables."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from khazri.errors import InfeasibleError
from khazri.interop.attributes import CAPACITY, Component
from khazri.interop.capacity import Ends, existing_cost
from khazri.interop.network import Network
from khazri.interop.program import Built, build_network
from khazri.interop.results import network_with_results
from khazri.interop.support import check_supported
from khazri.interop.words import in_words_of
from khazri.program import lower_bound, reduced_costs
from khazri.solve import optimize
from khazri.solve.blocks import BlockSolver
from khazri.solve.certificate import Certificate
from khazri.solve.highs import HighsSolver
from khazri.solve.optimize import Effort, OnPhase, Optimum
from khazri.solve.solver import Solver

TOLERANCE = 1e-6
"""Relative tolerance, that of gaps in branch and cut included. Programs below
:data:`~khazri.solve.optimize.SIMPLEX_COLUMNS` end at a vertex and are exact all the same."""

_GENEROUS = 50.0
"""How many times the needs of a network an end is that it leaves open."""

_HOURS = 200.0
"""Hours of such power that an energy is that a network leaves open."""

_FACTORS = (1.0, 1e5)
"""How many times larger ends are tried where one of them limits the solution, or leaves none."""

_NEAR = 1e-3
"""A value this close to its end, relatively, touches it."""

_WORTH = 1e-7
"""A touched end limits the solution if moving it were worth more than this share of the cost."""


@dataclass(frozen=True)
class Solved:
    """A solved network.

    ``network`` holds the results. ``cost`` is that of all operation and of all capacity that may be
    extended; ``objective`` and ``constant`` split it as PyPSA does.
    """

    network: Network
    cost: float
    objective: float
    constant: float
    certificate: Certificate
    solver: str
    seconds: float
    iterations: int
    n_columns: int
    n_rows: int


def solve_network(network: Network, solver: Solver, on_phase: OnPhase | None = None) -> Solved:
    """Return the network with the least-cost capacities and operation.

    Raises
    ------
    NetworkError
        The network holds what cannot be solved here.
    InfeasibleError
        Its limits cannot be met together, or its cost falls without end.
    SolverError
        The solver gave up.

    Notes
    -----
    Where the network leaves a capacity or output open, a generous end is assumed, for the proof
    needs finite bounds. If one of them limits the solution, larger ones are tried.
    """
    check_supported(network)
    ends = first_ends(network)
    for factor in _FACTORS:
        built = build_network(network, Ends(ends.power * factor, ends.energy * factor))
        is_last = factor == _FACTORS[-1] or not has_assumed(built)
        try:
            optimum = optimize.optimize(
                built.program,
                _suited(solver, built),
                Effort(segments=0, tolerance=TOLERANCE),
                on_phase,
            )
        except InfeasibleError as error:
            if is_last:
                raise in_words_of(network, built.program, error) from error
            continue
        pressing = pressed(built, optimum)
        if not pressing:
            return _solved(built, optimum)
        if is_last:
            raise InfeasibleError(
                "the cost falls without end: nothing limits " + ", ".join(pressing[:5])
            )
    raise AssertionError("the last attempt returns or raises")


def _suited(solver: Solver, built: Built) -> Solver:
    """Return HiGHS for networks with modules: their numbers are decided over all snapshots."""
    is_block = isinstance(solver, BlockSolver)
    return HighsSolver() if is_block and built.program.is_integer.any() else solver


def _solved(built: Built, optimum: Optimum) -> Solved:
    cost = optimum.certificate.cost
    constant = existing_cost(built.network)
    last = optimum.rounds[-1]
    program = built.program
    return Solved(
        network=network_with_results(built, optimum.point, cost),
        cost=cost,
        objective=cost - constant,
        constant=constant,
        certificate=optimum.certificate,
        solver=optimum.solver,
        seconds=last.seconds_segments,
        iterations=last.iterations,
        n_columns=program.n_stages * program.n_columns + program.n_globals,
        n_rows=program.n_stages * program.n_rows + program.n_global_rows,
    )


def first_ends(network: Network) -> Ends:
    """Return ends that no sensible solution should reach, from what the network needs.

    Loads, prescribed values, inflows and least capacities are added up.
    """
    need = 1.0
    for kind, attribute in (
        (Component.LOAD, "p_set"),
        (Component.GENERATOR, "p_set"),
        (Component.LINK, "p_set"),
        (Component.STORAGE_UNIT, "p_set"),
        (Component.STORAGE_UNIT, "inflow"),
        (Component.STORE, "p_set"),
    ):
        values = network.values(kind, attribute)
        amounts = np.abs(values).sum(axis=-1, where=~np.isnan(values))
        need += float(amounts.max(initial=0.0))
    for kind, name in CAPACITY.items():
        least = network.table(kind)[f"{name}_min"].to_numpy()
        need += float(least[np.isfinite(least)].sum()) if kind is not Component.STORE else 0.0
    stored = network.table(Component.STORE)[["e_initial", "e_nom_min"]].to_numpy()
    stored_units = network.table(Component.STORAGE_UNIT)["state_of_charge_initial"].to_numpy()
    held = float(np.abs(np.nan_to_num(stored)).sum() + np.abs(stored_units).sum())
    return Ends(_GENEROUS * (need + held), _GENEROUS * (_HOURS * need + held))


def has_assumed(built: Built) -> bool:
    """Tell whether the network leaves anything open."""
    return bool(
        built.assumed_global.any() or built.assumed_below.any() or built.assumed_above.any()
    )


def pressed(built: Built, optimum: Optimum) -> list[str]:
    """Return the names of what is held back by an end that was only assumed."""
    if not has_assumed(built):
        return []
    program, point = built.program, optimum.point
    least = _WORTH * max(1.0, abs(optimum.certificate.cost))
    reduced = lower_bound(
        program, optimum.bound_row_dual, optimum.bound_sum_dual
    ).global_reduced_cost
    end = program.global_upper
    at_end = built.assumed_global & (point.y >= end * (1.0 - _NEAR)) & (-reduced * end > least)
    found = [str(item) for item in program.globals.item[at_end]]
    stage = reduced_costs(program, point.row_dual, point.sum_dual)
    for assumed, bound, sign in (
        (built.assumed_above, program.upper, 1.0),
        (built.assumed_below, program.lower, -1.0),
    ):
        which = np.flatnonzero(assumed)
        limit = sign * bound.take(which).dense()
        value, worth = sign * point.x[:, which], -sign * stage[:, which]
        touches = (value >= limit * (1.0 - _NEAR)) & (worth * limit > least)
        found += [str(item) for item in program.columns.item[which[touches.any(axis=0)]]]
    return found
