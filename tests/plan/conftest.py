"""Plans of small systems, each solved once."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from khazri.plan import Plan, make_plan
from khazri.program import build_program
from khazri.solve.highs import HighsSolver
from khazri.solve.optimize import Effort, optimize
from khazri.system import Buses, Links, Supplies, System

from ..systems import group, random_system, system


def solved(chosen: System) -> Plan:
    """The exact plan of a small system."""
    program = build_program(chosen)
    return make_plan(chosen, program, optimize(program, HighsSolver(), Effort(segments=0)))


@cache
def random_plan(seed: int) -> Plan:
    """The plan of a day of a random system whose buses lie in two countries."""
    return solved(in_two_countries(random_system(seed, hours=24)))


def in_two_countries(chosen: System) -> System:
    """The same system with the first half of its buses in country X, the others in Y, and charges
    on links outside the voltage law that differ by direction."""
    country = np.where(np.arange(len(chosen.buses)) < len(chosen.buses) // 2, "X", "Y")
    free = np.isnan(chosen.links.reactance)
    return replace(
        chosen,
        buses=replace(chosen.buses, country=country),
        links=replace(
            chosen.links,
            tariff_forward=np.where(free, 0.5, 0.0),
            tariff_backward=np.where(free, 1.5, 0.0),
        ),
    )


def stairs(bus: int, start: float, slope: float, most_mw: int, step_mw: int) -> dict[str, list]:
    """Plants of ``step_mw`` each whose cost follows ``start + slope q`` at the middle of a step."""
    middle = np.arange(0, most_mw, step_mw) + step_mw / 2
    return {
        "name": [f"p{bus}_{step}" for step in range(len(middle))],
        "bus": [bus] * len(middle),
        "existing_mw": [float(step_mw)] * len(middle),
        "variable_cost": list(start + slope * middle),
    }


def two_areas(link_mw: float) -> System:
    """Two areas in one hour: A asks 10 + 0.01 q for 1,000 MW, B 40 + 0.02 q for 1,500 MW."""
    a = stairs(0, 10.0, 0.01, 2000, 1)
    b = stairs(1, 40.0, 0.02, 2000, 1)
    plants = {name: a[name] + b[name] for name in a}
    return system(
        1,
        n_buses=2,
        load=[[1000.0, 1500.0]],
        buses=group(Buses, 2, name=["a", "b"], zone=["a", "b"], country=["A", "B"]),
        supplies=group(Supplies, len(plants["name"]), other_cost=plants["variable_cost"], **plants),
        links=group(
            Links, 1, from_bus=[0], to_bus=[1], forward_mw=[link_mw], backward_mw=[link_mw]
        ),
    )


@pytest.fixture(scope="session")
def apart() -> Plan:
    return solved(two_areas(0.0))


@pytest.fixture(scope="session")
def joined() -> Plan:
    return solved(two_areas(500.0))
