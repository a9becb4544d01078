"""A cycle basis of the lines that obey Kirchhoff's voltage law."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array, csc_array
from scipy.sparse.csgraph import minimum_spanning_tree
from scipy.sparse.linalg import spsolve

from khazri.program.varying import Floats, Indices


@dataclass(frozen=True)
class Cycles:
    """Entries of the voltage law: ``Σ coefficient flow[line] = 0`` for each of ``count`` cycles."""

    cycle: Indices
    line: Indices
    coefficient: Floats
    count: int

    def __len__(self) -> int:
        return self.count


def cycle_basis(from_bus: Indices, to_bus: Indices, reactance: Floats, n_buses: int) -> Cycles:
    """Return one cycle for each line outside a spanning forest.

    Parameters
    ----------
    from_bus, to_bus : (L,)
        Ends of the lines.
    reactance : (L,)
        Series reactance in any common unit.
    n_buses
        Number of buses.

    Notes
    -----
    With B the incidence of buses and lines, the forest's columns span those of all lines; a line
    outside it and the forest path between its ends form a cycle. Coefficients are divided by the
    mean reactance of the cycle, so that rows are of order one.
    """
    n_lines = len(from_bus)
    none = np.zeros(0, dtype=np.int64)
    if n_lines == 0:
        return Cycles(none, none, np.zeros(0), 0)
    # Parallel lines share an entry of the graph: the first of each pair of buses stands for it.
    pair = np.sort(np.stack([from_bus, to_bus]), axis=0)
    _, representative = np.unique(pair[0] * n_buses + pair[1], return_index=True)
    graph = coo_array(
        (representative + 1.0, (pair[0][representative], pair[1][representative])),
        shape=(n_buses, n_buses),
    )
    forest = minimum_spanning_tree(graph.tocsr()).tocoo()
    tree = np.sort(forest.data.astype(np.int64) - 1)
    chord = np.setdiff1d(np.arange(n_lines), tree)
    if not len(chord):
        return Cycles(none, none, np.zeros(0), 0)

    incidence = csc_array(
        (
            np.concatenate([-np.ones(n_lines), np.ones(n_lines)]),
            (np.concatenate([from_bus, to_bus]), np.tile(np.arange(n_lines), 2)),
        ),
        shape=(n_buses, n_lines),
    )
    branches = incidence[:, tree]
    # Least squares by the normal equations: columns of a forest are independent.
    path = spsolve(csc_array(branches.T @ branches), csc_array(branches.T @ incidence[:, chord]))
    dense = np.rint(np.asarray(path.todense() if hasattr(path, "todense") else path))
    dense = dense.reshape(len(tree), len(chord))
    branch, cycle = np.nonzero(dense)
    line = np.concatenate([tree[branch], chord])
    owner = np.concatenate([cycle, np.arange(len(chord))])
    sign = np.concatenate([-dense[branch, cycle], np.ones(len(chord))])
    raw = sign * reactance[line]
    mean = np.bincount(owner, np.abs(raw)) / np.bincount(owner)
    return Cycles(owner, line, raw / mean[owner], len(chord))
