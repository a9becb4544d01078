"""What one plan of a study differs by from the case as it is."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType

from khazri.case import Case
from khazri.case.driven import driven
from khazri.errors import UsageError


class CorridorState(StrEnum):
    """What a plan may do with a corridor: leave it, build it, or choose."""

    OFF = "off"
    BUILT = "built"
    CANDIDATE = "candidate"


@dataclass(frozen=True)
class Variant:
    """A year under a scenario with some corridors decided.

    ``built`` stand from their earliest year on, ``off`` do not; all others are as the scenario has
    them. ``links`` narrows what stands: of corridors, only these links can be built; None: all.
    ``driven`` has uncertain drivers and their values, by name; all others are as the tables say.
    """

    year: int
    scenario: str
    built: frozenset[str] = frozenset()
    off: frozenset[str] = frozenset()
    links: frozenset[str] | None = None
    driven: tuple[tuple[str, float], ...] = ()

    @property
    def label(self) -> str:
        """What a reader is told while it runs."""
        with_ = " + ".join(sorted(self.built)) or "no corridor"
        at = ", ".join(f"{name} {value:.3g}" for name, value in self.driven)
        return f"{self.year} {self.scenario} with {with_}" + (f" at {at}" if at else "")

    def facts(self) -> dict[str, object]:
        """All of it as plain values that do not depend on the order of sets."""
        return {
            "year": self.year,
            "scenario": self.scenario,
            "built": sorted(self.built),
            "off": sorted(self.off),
            "links": None if self.links is None else sorted(self.links),
            "driven": sorted(self.driven),
        }


def varied(case: Case, variant: Variant) -> Case:
    """The case of a variant: drivers moved, states of corridors set, links that are not there out.

    Parameters
    ----------
    case
        Read under the scenario of the variant.

    Raises
    ------
    UsageError
        The case has no such year, corridor, link or driver, a corridor is both built and off, or
        a driver moves a cell out of its range.
    """
    if case.scenario != variant.scenario:
        raise UsageError(f"the case was read under '{case.scenario}', not '{variant.scenario}'")
    if variant.year not in case.years:
        known = ", ".join(str(year) for year in case.years)
        raise UsageError(f"the case has no year {variant.year}; years: {known}")
    given, case = case, driven(case, dict(variant.driven))
    states = _states(case, variant)
    corridors = case.table("corridors").copy()
    named = corridors["corridor"].astype(str)
    corridors["state"] = [
        states.get(name, state)
        for name, state in zip(named, corridors["state"].astype(str), strict=True)
    ]
    tables = {**case.tables, "corridors": corridors}
    if variant.links is not None:
        members = case.table("corridor_links")
        unknown = variant.links - set(members["link"].astype(str))
        if unknown:
            raise UsageError(f"no corridor has the link {', '.join(sorted(unknown))}")
        kept = members["link"].astype(str).isin(variant.links)
        gone = set(members["link"].astype(str)[~kept])
        tables["corridor_links"] = members[kept].reset_index(drop=True)
        links = case.table("links").copy()
        # an empty cell would mean their capacity, which they might have
        links.loc[links["link"].astype(str).isin(gone), "build_max_mw"] = 0.0
        tables["links"] = links
    digest = hashlib.sha256(given.content_hash.encode())
    digest.update(repr(sorted(variant.facts().items())).encode())
    return replace(case, tables=MappingProxyType(tables), content_hash=digest.hexdigest())


def _states(case: Case, variant: Variant) -> Mapping[str, str]:
    known = set(case.table("corridors")["corridor"].astype(str))
    both = variant.built & variant.off
    if both:
        raise UsageError(f"{', '.join(sorted(both))}: either built or off")
    unknown = (variant.built | variant.off) - known
    if unknown:
        raise UsageError(
            f"the case has no corridor {', '.join(sorted(unknown))}; "
            f"it has {', '.join(sorted(known))}"
        )
    return {
        **dict.fromkeys(variant.built, str(CorridorState.BUILT)),
        **dict.fromkeys(variant.off, str(CorridorState.OFF)),
    }
