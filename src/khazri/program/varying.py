"""Numbers per stage and item that are mostly constant in time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]


@dataclass(frozen=True)
class Varying:
    """A (T, n) array of which only the items ``index`` change from stage to stage.

    ``constant`` (n,) holds the others (and zeros at ``index``); ``values`` (T, v) the changing
    ones. A year of hours for hundreds of items costs the memory of the few that do vary.
    """

    constant: Floats
    index: Indices
    values: Floats

    @property
    def n_stages(self) -> int:
        """Number of stages T."""
        return len(self.values)

    @property
    def n_items(self) -> int:
        """Number of items n."""
        return len(self.constant)

    def dense(self) -> Floats:
        """Return the whole array (T, n)."""
        full = np.broadcast_to(self.constant, (self.n_stages, self.n_items)).copy()
        full[:, self.index] = self.values
        return full

    def take(self, items: Indices) -> Varying:
        """Return the items ``items`` (q,) as a (T, q) array of the same kind."""
        place = np.full(self.n_items, -1, dtype=np.int64)
        place[self.index] = np.arange(len(self.index))
        chosen = place[items]
        varies = chosen >= 0
        return Varying(self.constant[items], np.flatnonzero(varies), self.values[:, chosen[varies]])

    def stages(self, start: int, stop: int) -> Varying:
        """Return the stages ``start`` to ``stop`` (exclusive)."""
        return Varying(self.constant, self.index, self.values[start:stop])

    def times(self, factor: Floats) -> Floats:
        """Return the dense array (T, n) with each stage multiplied by ``factor`` (T,)."""
        return self.dense() * factor[:, None]

    def averaged(self, starts: Indices, weight: Floats) -> Varying:
        """Return weighted means over segments of stages.

        Parameters
        ----------
        starts : (S,)
            First stage of each segment.
        weight : (T,)
            Weight of each stage.
        """
        total = np.add.reduceat(weight, starts)
        sums = np.add.reduceat(self.values * weight[:, None], starts, axis=0)
        return Varying(self.constant, self.index, sums / total[:, None])


def constant(values: Floats, n_stages: int) -> Varying:
    """Return ``values`` (n,) in every one of ``n_stages`` stages."""
    none = np.zeros(0, dtype=np.int64)
    return Varying(np.asarray(values, dtype=float), none, np.zeros((n_stages, 0)))


def overwrite(held: Varying, items: Indices, values: Floats) -> Varying:
    """Return ``held`` with ``values`` (T, q) at ``items``; constant ones are stored once."""
    changes = np.any(values != values[:1], axis=0)
    fixed, moving = items[~changes], items[changes]
    keep = ~np.isin(held.index, items)
    rest = held.constant.copy()
    rest[moving] = 0.0
    rest[fixed] = values[0, ~changes]
    index = np.concatenate([held.index[keep], moving])
    order = np.argsort(index)
    joined = np.concatenate([held.values[:, keep], values[:, changes]], axis=1)
    return Varying(rest, index[order], joined[:, order])


def from_pieces(pieces: Sequence[Floats], n_stages: int) -> Varying:
    """Join arrays (n,) and (T, n) side by side; columns that do not change are stored once."""
    constants: list[Floats] = []
    indices: list[Indices] = []
    values: list[Floats] = []
    offset = 0
    for piece in pieces:
        if piece.ndim == 1:
            constants.append(piece)
            offset += len(piece)
            continue
        changes = np.any(piece != piece[:1], axis=0)
        fixed = np.where(changes, 0.0, piece[0] if len(piece) else 0.0)
        constants.append(fixed)
        indices.append(offset + np.flatnonzero(changes))
        values.append(piece[:, changes])
        offset += piece.shape[1]
    index = np.concatenate(indices) if indices else np.zeros(0, dtype=np.int64)
    stacked = np.concatenate(values, axis=1) if values else np.zeros((n_stages, 0))
    joined = np.concatenate(constants) if constants else np.zeros(0)
    return Varying(joined.astype(float), index.astype(np.int64), stacked)
