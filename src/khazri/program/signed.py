"""Stores and links whose two ways are one signed column, because turning round costs nothing.

Where neither way loses or costs anything, as in line pack, charging and discharging in the same
hour is as good as neither: a program with a column for each way leaves open how much of it there
is. Only the difference of the two matters, so one column has it: the discharge of such a store may
be negative, and so may the flow forward of such a link. The column of the other way stays at zero.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from khazri.program.program import Flags
from khazri.program.varying import Floats
from khazri.system.system import System


def signed_stores(system: System) -> Flags:
    """Return which stores (W,) lose and pay nothing when they charge or discharge."""
    stores = system.stores
    coefficients = ((limit.charge, limit.discharge) for limit in system.limits)
    is_free = _is_netted(len(stores), coefficients)
    is_free &= (stores.charge_efficiency == 1.0) & (stores.discharge_efficiency == 1.0)
    is_free &= (stores.charge_emissions.cost == 0.0) & (stores.discharge_emissions.cost == 0.0)
    is_free &= stores.variable_cost == 0.0
    return is_free


def signed_links(system: System) -> Flags:
    """Return which links (L,) carry either way without loss, power of compressors or charge.

    Links under the voltage law are signed anyway and not among them.
    """
    links = system.links
    coefficients = ((limit.forward, limit.backward) for limit in system.limits)
    is_free = _is_netted(len(links), coefficients)
    is_free &= np.isnan(links.reactance) & (links.loss == 0.0) & (links.compressor_bus < 0)
    is_free &= (links.tariff_forward == 0.0) & (links.tariff_backward == 0.0)
    is_free &= (links.forward_emissions.cost == 0.0) & (links.backward_emissions.cost == 0.0)
    return is_free


def _is_netted(count: int, coefficients: Iterable[tuple[Floats, Floats]]) -> Flags:
    """Whether limits, too, see only the difference of both ways; empty arrays stand for zeros."""
    is_netted: Flags = np.ones(count, dtype=np.bool_)
    for ways in coefficients:
        both = np.zeros(count)
        for one in ways:
            if len(one):
                both += one
        is_netted &= both == 0.0
    return is_netted
