"""In which order the rows of a stage are eliminated, and what stays sparse."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from khazri.program import Program
from khazri.program.varying import Indices


@dataclass(frozen=True)
class Ordering:
    """Rows of a stage in the order of elimination, and the pattern of their factor.

    ``rows`` (m,) are the program's rows in this order, ``place`` (m,) where each of them is.
    The first ``n_plain`` touch no neighbouring stage. ``l_start`` (n_plain + 1,) and ``l_row``
    are the pattern of the factor's columns below the diagonal; ``border_start`` and
    ``border_column`` say which border columns can be other than zero in each plain row.
    """

    rows: Indices
    place: Indices
    n_plain: int
    l_start: Indices
    l_row: Indices
    border_start: Indices
    border_column: Indices


def order_rows(program: Program) -> Ordering:
    """Return a fill-reducing order of the rows of a stage (minimum degree), coupled rows last.

    Source: George and Liu (1989), The evolution of the minimum degree ordering algorithm.
    """
    m = program.n_rows
    neighbours = _row_graph(program)
    is_carried = np.isin(program.entries.column, program.carry.column)
    is_coupled = np.zeros(m, dtype=bool)
    is_coupled[program.carry.row] = True
    is_coupled[program.entries.row[is_carried]] = True

    order: list[int] = []
    fill: list[set[int]] = []
    left = {row for row in range(m) if not is_coupled[row]}
    while left:
        row = min(left, key=lambda i: (len(neighbours[i]), i))
        around = neighbours[row]
        for other in around:
            neighbours[other] |= around
            neighbours[other] -= {row, other}
        order.append(row)
        fill.append(around)
        left.remove(row)
    rows = np.array([*order, *np.flatnonzero(is_coupled)], dtype=np.int64)
    place = np.empty(m, dtype=np.int64)
    place[rows] = np.arange(m)
    n_plain = len(order)
    structure = [np.sort(place[sorted(around)]) for around in fill]
    border = _border_pattern(program, place, n_plain, structure)
    return Ordering(rows, place, n_plain, *_packed(structure), *_packed(border))


def _row_graph(program: Program) -> list[set[int]]:
    """Rows that share a column of the same stage, or carried columns of the stage before."""
    neighbours: list[set[int]] = [set() for _ in range(program.n_rows)]
    for entries in (program.entries, program.carry):
        order = np.argsort(entries.column, kind="stable")
        cuts = np.flatnonzero(np.diff(entries.column[order])) + 1
        for group in np.split(entries.row[order], cuts):
            rows = set(group.tolist())
            for row in rows:
                neighbours[row] |= rows - {row}
    return neighbours


def _border_pattern(
    program: Program, place: Indices, n_plain: int, structure: list[Indices]
) -> list[Indices]:
    """Border columns of each plain row: its own and what earlier rows fill in."""
    k = program.n_globals
    own: list[set[int]] = [set() for _ in range(n_plain)]
    sums: dict[int, set[int]] = {}
    for row, column in zip(program.sum_entries.row, program.sum_entries.column, strict=True):
        sums.setdefault(int(column), set()).add(k + int(row))
    # Columns whose bounds coincide enter as global entries; their capacity is covered here too.
    for row, column in zip(program.entries.row, program.entries.column, strict=True):
        at = int(place[row])
        if at >= n_plain:
            continue
        if program.capacity[column] >= 0:
            own[at].add(int(program.capacity[column]))
        own[at] |= sums.get(int(column), set())
    for row, column in zip(program.global_entries.row, program.global_entries.column, strict=True):
        if place[row] < n_plain:
            own[int(place[row])].add(int(column))
    for at, below in enumerate(structure):
        for other in below[below < n_plain]:
            own[int(other)] |= own[at]
    return [np.array(sorted(columns), dtype=np.int64) for columns in own]


def _packed(lists: list[Indices]) -> tuple[Indices, Indices]:
    starts = np.concatenate([[0], np.cumsum([len(part) for part in lists])]).astype(np.int64)
    return starts, np.concatenate([np.zeros(0, dtype=np.int64), *lists]).astype(np.int64)
