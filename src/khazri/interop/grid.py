"""Lines and transformers under Kirchhoff's voltage law."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources
from io import StringIO

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from khazri.interop.attributes import Component
from khazri.interop.capacity import active
from khazri.interop.network import Network
from khazri.program.cycles import cycle_basis
from khazri.program.program import Flags
from khazri.program.varying import Floats, Indices

RADIANS = np.pi / 180.0
"""Radians of a degree."""


@dataclass(frozen=True)
class Grid:
    """Active lines, then active transformers, arrays (n,).

    ``from_bus`` and ``to_bus`` are rows of the table of buses; ``impedance`` per MW [1/MW] is the
    reactance where the network is of alternating current, else the resistance; ``reactance`` the
    reactance in any case. ``is_line`` tells them apart.
    """

    from_bus: Indices
    to_bus: Indices
    impedance: Floats
    reactance: Floats
    is_line: Flags

    def __len__(self) -> int:
        return len(self.from_bus)


@dataclass(frozen=True)
class Cycles:
    """Entries ``sign * weight * flow`` of the voltage law of each of ``count`` cycles.

    Rows are divided by ``scale`` (count,), the mean impedance of the cycle.
    """

    cycle: Indices
    branch: Indices
    sign: Floats
    weight: Floats
    scale: Floats
    count: int


def grid(network: Network) -> Grid:
    """Return the passive branches of a network with their impedances per MW."""
    buses = network.table(Component.BUS)
    lines = network.table(Component.LINE).iloc[active(network, Component.LINE)]
    transformers = network.table(Component.TRANSFORMER).iloc[active(network, Component.TRANSFORMER)]
    ends = [
        buses.index.get_indexer(pd.Index([*lines[end], *transformers[end]], dtype=object))
        for end in ("bus0", "bus1")
    ]
    voltage = buses["v_nom"].to_numpy()[ends[0][: len(lines)]]
    ratio = transformers["tap_ratio"].to_numpy()
    with np.errstate(divide="ignore", invalid="ignore"):
        x, r = (
            np.concatenate(
                [
                    line_impedance(network, name)[active(network, Component.LINE)] / voltage**2,
                    transformers[name].to_numpy() / transformers["s_nom"].to_numpy() * ratio,
                ]
            )
            for name in ("x", "r")
        )
    is_alternating = _is_alternating(buses["carrier"].to_numpy(dtype=str), *ends)
    return Grid(
        from_bus=ends[0],
        to_bus=ends[1],
        impedance=np.where(is_alternating[ends[0]] if len(x) else [], x, r),
        reactance=x,
        is_line=np.arange(len(x)) < len(lines),
    )


def line_types(network: Network) -> pd.DataFrame:
    """Return line types by name: those of the network, then the standard ones of PyPSA.

    Source: PyPSA 1.4 (MIT licence), standard types, which it takes from pandapower; Ohm per km.
    """
    text = resources.files("khazri.interop").joinpath("line_types.csv").read_text("utf-8")
    standard = pd.read_csv(StringIO(text), index_col="name")
    own = network.table(Component.LINE_TYPE)[list(standard.columns)]
    return pd.concat([own, standard[~standard.index.isin(own.index)]])


def line_impedance(network: Network, name: str) -> Floats:
    """Return ``x`` or ``r`` [Ohm] of all lines: their own, or those of their type."""
    lines, types = network.table(Component.LINE), line_types(network)
    own = lines[name].to_numpy()
    kind = types.index.get_indexer(pd.Index(lines["type"]))
    per_length = types[f"{name}_per_length"].to_numpy()[kind]
    typed = per_length * lines["length"].to_numpy() / lines["num_parallel"].to_numpy()
    return np.where(kind >= 0, typed, own)


def _is_alternating(carrier: np.ndarray, from_bus: Indices, to_bus: Indices) -> Flags:
    """Tell of each bus whether the first bus of its synchronous area carries ``AC``."""
    count = len(carrier)
    links = coo_array((np.ones(len(from_bus)), (from_bus, to_bus)), shape=(count, count))
    _, area = connected_components(links.tocsr(), directed=False)
    _, first = np.unique(area, return_index=True)
    return np.asarray(carrier[first][area] == "AC")


def cycles(branches: Grid, n_buses: int) -> Cycles:
    """Return a cycle basis of the branches with finite reactance, without cycles of zeros."""
    meshed = np.flatnonzero(np.isfinite(branches.reactance))
    basis = cycle_basis(
        branches.from_bus[meshed], branches.to_bus[meshed], np.ones(len(meshed)), n_buses
    )
    branch = meshed[basis.line] if len(meshed) else basis.line
    weight = branches.impedance[branch]
    total = np.bincount(basis.cycle, np.abs(weight), minlength=len(basis))
    size = total / np.maximum(np.bincount(basis.cycle, minlength=len(basis)), 1.0)
    kept = size > 0.0
    new = np.cumsum(kept) - 1
    here = kept[basis.cycle]
    cycle = new[basis.cycle[here]]
    scale = size[kept]
    return Cycles(
        cycle,
        branch[here],
        basis.coefficient[here],
        weight[here] / scale[cycle],
        scale,
        int(kept.sum()),
    )
