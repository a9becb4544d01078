"""How finely the plans of a study are computed, and a system over segments of hours.

Plans of a study are compared with each other, so all of one year and scenario are solved to the
same tolerance over the same segments: what averaging costs is common to both sides and cancels but
for what a corridor changes about it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from khazri.program import Program, Segments
from khazri.program.varying import Floats
from khazri.solve.segments import choose_segments, drivers
from khazri.system.system import System


@dataclass(frozen=True)
class Fidelity:
    """``segments`` of hours in the year (None: every hour) and the relative ``tolerance`` of each
    solution."""

    segments: int | None = 1095
    tolerance: float = 1e-7

    @property
    def hours(self) -> str:
        """What of the year plans are made over."""
        if self.segments is None:
            return "every hour of the year"
        return f"{self.segments:,} segments of hours"

    @property
    def words(self) -> str:
        """What a reader is told."""
        same = "" if self.segments is None else ", the same in all plans of a year"
        exact = f"{self.tolerance * 1e6:g} millionths of its cost"
        return f"{self.hours}{same}, each plan to {exact}"


def segments_of(program: Program, fidelity: Fidelity) -> Segments | None:
    """The segments of a year: they follow from demand, weather and prices alone, so they are the
    same whatever corridors stand. None where every hour is solved."""
    if fidelity.segments is None or fidelity.segments >= program.n_stages:
        return None
    middle = 0.5 * (program.global_lower + program.global_upper)
    features = drivers(program, np.where(np.isfinite(middle), middle, 0.0))
    return choose_segments(features, fidelity.segments, np.zeros(0, dtype=np.int64))


def over_segments(system: System, segments: Segments) -> System:
    """The system with all that varies averaged over segments: T becomes S."""

    def mean(values: Floats) -> Floats:
        sums: Floats = np.add.reduceat(values, segments.start, axis=0)
        return sums / segments.size[:, None]

    return replace(
        system,
        profiles=mean(system.profiles),
        load=mean(system.load),
        measures=replace(system.measures, saving=mean(system.measures.saving)),
    )
