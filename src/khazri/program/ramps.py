"""Plants whose output may change only so fast from one hour to the next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from khazri.program.assemble import Matrix
from khazri.program.families import Column
from khazri.program.program import Flags, Names
from khazri.program.varying import Floats, Indices
from khazri.program.yearly import GlobalColumns
from khazri.system.system import Conversions, Supplies, System


@dataclass(frozen=True)
class Ramps:
    """Supplies, then conversions, whose ramp limit can bind, arrays (r,): less than the whole
    capacity in an hour.

    ``item`` is the number of the plant among those of its kind, ``change`` [1/h] the share of its
    capacity, ``existing_mw`` what stands and ``capacity`` the global column that adds to it, -1:
    none.
    """

    name: Names
    is_supply: Flags
    item: Indices
    change: Floats
    existing_mw: Floats
    capacity: Indices

    def __len__(self) -> int:
        return len(self.name)


def ramps_of(system: System, columns: GlobalColumns) -> Ramps:
    """Return the plants of ``system`` that have a ramp limit."""
    supplies = _limited(system.supplies, columns.supply, is_supply=True)
    conversions = _limited(system.conversions, columns.conversion, is_supply=False)
    return Ramps(
        name=np.concatenate([supplies.name, conversions.name]),
        is_supply=np.concatenate([supplies.is_supply, conversions.is_supply]),
        item=np.concatenate([supplies.item, conversions.item]),
        change=np.concatenate([supplies.change, conversions.change]),
        existing_mw=np.concatenate([supplies.existing_mw, conversions.existing_mw]),
        capacity=np.concatenate([supplies.capacity, conversions.capacity]),
    )


def _limited(group: Supplies | Conversions, capacity: Indices, *, is_supply: bool) -> Ramps:
    here = np.flatnonzero(group.ramp_per_h < 1.0)
    return Ramps(
        name=group.name[here],
        is_supply=np.full(len(here), is_supply),
        item=here,
        change=group.ramp_per_h[here],
        existing_mw=group.existing_mw[here],
        capacity=capacity[here],
    )


def write_ramps(
    ramps: Ramps, matrix: Matrix, carry: Matrix, offset: Mapping[Column, int], first: int
) -> None:
    """Write the change of output from one stage to the next, in rows from ``first`` on."""
    number = np.arange(len(ramps))
    output = ramps.item + np.where(
        ramps.is_supply, offset[Column.SUPPLY], offset[Column.CONVERSION]
    )
    matrix.add(first + number, output, 1.0)
    matrix.add(first + number, offset[Column.RAMP] + number, -1.0)
    carry.add(first + number, output, -1.0)
