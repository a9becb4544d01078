"""Whole decisions - corridors built or not - by branch and bound over segments of hours.

Each node is a program with some decisions held, solved by the block method. The node that may
still be cheapest is branched on next, at the decision that is furthest from whole (best bound
first; Land and Doig 1960). It suits a handful of decisions: every node is a plan of the year.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from khazri.program import Program, Segments, aggregate
from khazri.program.program import Flags
from khazri.program.varying import Floats
from khazri.solve.structured.method import Ending, Outcome, Tuning, solve_structured

MOST_NODES = 40
"""A search that needs more nodes than this is given up."""

_TOLERANCE = 1e-5
"""Relative tolerance of nodes: below what segments can tell."""

_WORTH = 1e-4
"""Nodes that promise less than this more than the best plan, relative to its cost, are left."""

_WHOLE = 1e-2
"""A value this close to a whole number is tried there: an interior point method ends beside it."""

OnNode = Callable[[int, float], None]
"""Called after each node with how many there were, and the least cost that is still possible."""


@dataclass(frozen=True)
class Decision:
    """What was decided over segments: ``relaxed`` is the optimum with parts of decisions,
    ``decided`` the one with whole ones, whose integer globals hold the decisions."""

    relaxed: Outcome
    decided: Outcome


@dataclass(frozen=True, order=True)
class _Node:
    """Bounds of the globals (k,) and the optimum within them."""

    cost: float
    number: int
    lower: Floats = field(compare=False)
    upper: Floats = field(compare=False)
    found: Outcome = field(compare=False)


def decide(
    program: Program, segments: Segments, threads: int, on_node: OnNode | None = None
) -> Decision | None:
    """Decide a program's integer globals over segments of its stages.

    Parameters
    ----------
    program
        Stages in one or several chains; integer columns among its globals.
    segments
        The stages that count as one.
    threads
        Threads of the block method.

    Returns
    -------
    Decision or None
        None where a node could not be solved, or more than :data:`MOST_NODES` were needed.
    """
    coarse = aggregate(program, segments)
    is_integer = coarse.is_integer
    relaxed = replace(coarse, is_integer=np.zeros_like(is_integer))
    tuning = Tuning(_TOLERANCE, threads=threads)

    def solve(lower: Floats, upper: Floats) -> Outcome:
        return solve_structured(replace(relaxed, global_lower=lower, global_upper=upper), tuning)

    lower, upper = coarse.global_lower, coarse.global_upper
    root = solve(lower, upper)
    if root.ending is not Ending.OPTIMAL:
        return None
    nodes = [_Node(root.cost, 0, lower, upper, root)]
    best: Outcome | None = None
    count = 1
    while nodes:
        node = heapq.heappop(nodes)
        if best is not None and node.cost > best.cost - _WORTH * abs(best.cost):
            break
        if on_node is not None:
            on_node(count, node.cost)
        for low, high in _children(node, is_integer):
            found = solve(low, high)
            count += 1
            if found.ending is Ending.INFEASIBLE:
                continue
            if found.ending is not Ending.OPTIMAL or count > MOST_NODES:
                return None
            if np.any((low < high) & is_integer):
                heapq.heappush(nodes, _Node(found.cost, count, low, high, found))
            elif best is None or found.cost < best.cost:
                best = found
    return None if best is None else Decision(root, best)


def _children(node: _Node, is_integer: Flags) -> list[tuple[Floats, Floats]]:
    """Bounds of the globals in the nodes that a node leads to: below and above the value of the
    decision that is furthest from whole, or all held where none is far."""
    y = np.clip(node.found.point.y, node.lower, node.upper)
    off = np.where(is_integer, np.abs(y - np.round(y)), 0.0)
    which = int(np.argmax(off))
    if off[which] < _WHOLE:
        return [hold(node.lower, node.upper, is_integer, y)]
    below, above = node.upper.copy(), node.lower.copy()
    below[which], above[which] = np.floor(y[which]), np.ceil(y[which])
    return [(node.lower, below), (above, node.upper)]


def hold(lower: Floats, upper: Floats, is_integer: Flags, y: Floats) -> tuple[Floats, Floats]:
    """Bounds (k,) that leave the integer globals the whole numbers nearest to ``y`` (k,) only."""
    whole = np.round(y)
    return np.where(is_integer, whole, lower), np.where(is_integer, whole, upper)
