"""Points at which an uncertain case is planned: as it is, at the ends of each driver, and drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from khazri.case.uncertainty import Driver
from khazri.errors import UsageError

Floats = NDArray[np.float64]


class Sampling(StrEnum):
    """How drivers are drawn together; both are spread more evenly than chance would.

    With few draws of many drivers the Latin hypercube is better: 16 points of a Sobol sequence in
    nine dimensions have pairs of drivers that go together with a correlation of 0.8 to 1.
    """

    LATIN_HYPERCUBE = "lhs"
    SOBOL = "sobol"


class PointKind(StrEnum):
    """What a point is for."""

    BASE = "base"
    LOW = "low"
    HIGH = "high"
    DRAW = "draw"


@dataclass(frozen=True)
class Point:
    """One state of the drivers: ``values`` by name, all others as the tables say.

    ``number`` counts draws from 1; ``driver`` is the one that stands at its end.
    """

    kind: PointKind
    values: tuple[tuple[str, float], ...] = ()
    driver: str = ""
    number: int = 0

    @property
    def name(self) -> str:
        """A name that no other point has."""
        parts = [str(self.kind), self.driver, str(self.number) if self.number else ""]
        return " ".join(part for part in parts if part)


@dataclass(frozen=True)
class Sample:
    """How many draws, how they are drawn, and from which seed."""

    count: int
    sampling: Sampling = Sampling.LATIN_HYPERCUBE
    seed: int = 0

    def __post_init__(self) -> None:
        is_power = self.count > 0 and self.count & (self.count - 1) == 0
        if self.count < 2:
            raise UsageError(f"{self.count} draws; expected two or more")
        if self.sampling is Sampling.SOBOL and not is_power:
            raise UsageError(
                f"{self.count} draws of a Sobol sequence are not balanced; expected a power of two "
                "(16, 32, 64), or Latin hypercube sampling"
            )


def shares(sample: Sample, dimensions: int) -> Floats:
    """Points of the unit cube, (S, D): the same seed gives the same.

    The Latin hypercube is the one of smallest centred discrepancy among many.

    Source
        Sobol (1967) with the scrambling of Matousek (1998); McKay, Beckman and Conover (1979)
        for the Latin hypercube; both as in ``scipy.stats.qmc``
    """
    from scipy.stats import qmc  # a second to import

    rng = np.random.default_rng(sample.seed)
    if sample.sampling is Sampling.SOBOL:
        found = qmc.Sobol(d=dimensions, scramble=True, rng=rng).random(sample.count)
    else:
        # Of many hypercubes the most even one: else pairs of drivers go together by chance.
        found = qmc.LatinHypercube(d=dimensions, optimization="random-cd", rng=rng).random(
            sample.count
        )
    return np.asarray(found, dtype=np.float64)


def points(drivers: Sequence[Driver], sample: Sample) -> tuple[Point, ...]:
    """The case as its tables say, each driver at its low and its high end, and all draws.

    A driver whose range ends where the tables are has no point there: it is the case itself.
    """
    names = [one.name for one in drivers]
    ends = [
        Point(kind, ((one.name, value),), driver=one.name)
        for one in drivers
        for kind, value in ((PointKind.LOW, one.low), (PointKind.HIGH, one.high))
        if value != one.neutral
    ]
    share = shares(sample, len(drivers))
    values = np.column_stack([one.at(share[:, i]) for i, one in enumerate(drivers)])
    draws = [
        Point(PointKind.DRAW, tuple(zip(names, map(float, row), strict=True)), number=n)
        for n, row in enumerate(values, start=1)
    ]
    return (Point(PointKind.BASE), *ends, *draws)
