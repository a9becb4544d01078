"""Two areas with linear supply in one hour: a textbook case solved by hand.

Area A offers q MW at 10 + 0.01 q EUR/MWh and needs 1,000 MW, area B at 40 + 0.02 q and 1,500 MW.
The lines of supply become steps of 10 MW at the price of their middle, the first of 5 MW, so that
every quantity met here lies in the middle of a step: its price is that of the line and no other.
A step costs what the line costs over it, but the half step in use ends at a price a little above
the line's mean: each area pays slope x 5 x 5 / 2 more, whatever the link, so gains are exact.
"""

from __future__ import annotations

import numpy as np

from khazri.system import Buses, Links, Supplies, System

from ...systems import group, system

_STEP_MW = 10.0
_MOST_MW = 2500.0


def two_areas(link_mw: float) -> System:
    """Both areas, joined by ``link_mw`` both ways."""
    edges = np.concatenate([[0.0], np.arange(_STEP_MW / 2, _MOST_MW, _STEP_MW)])
    middle, width = (edges[1:] + edges[:-1]) / 2, np.diff(edges)
    price = np.concatenate([10.0 + 0.01 * middle, 40.0 + 0.02 * middle])
    return system(
        1,
        n_buses=2,
        load=[[1000.0, 1500.0]],
        buses=group(Buses, 2, name=["A", "B"], zone=["A", "B"], country=["A", "B"]),
        supplies=group(
            Supplies,
            2 * len(width),
            bus=np.repeat([0, 1], len(width)),
            existing_mw=np.tile(width, 2),
            variable_cost=price,
            other_cost=price,
        ),
        links=group(
            Links, 1, from_bus=[0], to_bus=[1], forward_mw=[link_mw], backward_mw=[link_mw]
        ),
    )
