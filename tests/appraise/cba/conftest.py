"""A small case with two corridors, and the plans of its appraisal, made once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
from tests.corridors import two_corridors

from khazri.appraise.cba import Appraisal, Method, Terms, appraise, kept, variants
from khazri.appraise.cba.corridors import Corridors, read_corridors
from khazri.case import Case, read_case
from khazri.study import Fidelity, Result, Store, Variant, run_study, this_process

SEGMENTS = 8


@dataclass(frozen=True)
class Appraised:
    """A case with its corridors and the results of their plans in ``store``."""

    case: Case
    corridors: Corridors
    terms: Terms
    store: Path
    results: dict[Variant, Result]
    found: Appraisal

    def at(self, year: int, **legs: int) -> Result:
        """The result of the plan in which so many legs of corridors stand."""
        return self.results[self.corridors.variant(legs, year, "reference")]


@pytest.fixture(scope="session")
def appraised(tmp_path_factory: pytest.TempPathFactory) -> Appraised:
    """Read it, never write there."""
    folder = two_corridors(tmp_path_factory.mktemp("appraised") / "two")
    case = read_case(folder)
    corridors = read_corridors(case)
    terms = Terms((2030, 2040), case.scenario, tuple(Method), 0.04, 0.0, case.price_year)
    extract = partial(kept, corridor_links=tuple(corridors.every_link))
    store = folder.parent / "study"
    wanted = variants(corridors, terms)
    results = run_study(folder, wanted, Fidelity(SEGMENTS), extract, Store(store), this_process())
    return Appraised(case, corridors, terms, store, results, appraise(corridors, terms, results))
