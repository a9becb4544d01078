"""Reads the part of a MATPOWER case file that a DC optimal power flow needs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]

_POLYNOMIAL = 2
_ISOLATED = 4
_BUS = {"number": 0, "type": 1, "load": 2, "shunt": 4}
_GENERATOR = {"bus": 0, "status": 7, "p_max": 8, "p_min": 9}
_BRANCH = {
    "start": 0, "end": 1, "r": 2, "x": 3, "rate": 5, "tap": 8, "shift": 9, "status": 10,
    "angle_min": 11, "angle_max": 12,
}  # fmt: skip


@dataclass(frozen=True)
class Grid:
    """A grid in one hour: buses (B,), generators (G,) and branches (L,) in service.

    Powers in MW, angles in radians, ``r`` and ``x`` per unit of ``base_mva``. ``cost`` (G, 3) are
    the coefficients c2, c1, c0 of what a generator costs at p MW, c2 p^2 + c1 p + c0 [USD/h].
    """

    base_mva: float
    load: Floats
    shunt: Floats
    generator_bus: Indices
    p_min: Floats
    p_max: Floats
    cost: Floats
    start: Indices
    end: Indices
    r: Floats
    x: Floats
    rate: Floats
    tap: Floats
    shift: Floats
    angle_max: Floats


def read_matpower(path: Path) -> Grid:
    """Read a MATPOWER file of format 2; what it does not know stops with an AssertionError."""
    text = path.read_text("utf-8")
    bus, generator, branch = (_matrix(text, name) for name in ("bus", "gen", "branch"))
    prices = _matrix(text, "gencost")
    assert "mpc.dcline" not in text, "a file with DC lines"
    assert np.all(prices[:, 0] == _POLYNOMIAL), "costs by points, not by polynomial"
    assert np.all(prices[:, 3] == 3), "polynomials of another degree than 2"
    assert np.all(bus[:, _BUS["type"]] != _ISOLATED), "isolated buses"
    assert np.all(branch[:, _BRANCH["angle_min"]] == -branch[:, _BRANCH["angle_max"]]), (
        "one-sided limits of angles"
    )
    runs = generator[:, _GENERATOR["status"]] > 0
    generator, prices = generator[runs], prices[runs]
    branch = branch[branch[:, _BRANCH["status"]] > 0]
    place = {int(number): i for i, number in enumerate(bus[:, _BUS["number"]])}

    def at(numbers: Floats) -> Indices:
        return np.array([place[int(number)] for number in numbers], dtype=np.int64)

    return Grid(
        base_mva=float(re.search(r"mpc\.baseMVA\s*=\s*([\d.]+)", text)[1]),
        load=bus[:, _BUS["load"]],
        shunt=bus[:, _BUS["shunt"]],
        generator_bus=at(generator[:, _GENERATOR["bus"]]),
        p_min=generator[:, _GENERATOR["p_min"]],
        p_max=generator[:, _GENERATOR["p_max"]],
        cost=prices[:, 4:7],
        start=at(branch[:, _BRANCH["start"]]),
        end=at(branch[:, _BRANCH["end"]]),
        r=branch[:, _BRANCH["r"]],
        x=branch[:, _BRANCH["x"]],
        rate=branch[:, _BRANCH["rate"]],
        # 0 stands for a line, whose ratio is 1
        tap=np.where(branch[:, _BRANCH["tap"]] == 0, 1.0, branch[:, _BRANCH["tap"]]),
        shift=np.radians(branch[:, _BRANCH["shift"]]),
        angle_max=np.radians(branch[:, _BRANCH["angle_max"]]),
    )


def _matrix(text: str, name: str) -> Floats:
    """The rows of ``mpc.name``, without comments."""
    body = re.search(rf"mpc\.{name} = \[(.*?)\];", text, re.DOTALL)
    assert body, f"the file has no mpc.{name}"
    lines = [line.split("%")[0].replace(";", " ").split() for line in body[1].splitlines()]
    return np.array([[float(number) for number in line] for line in lines if line])
