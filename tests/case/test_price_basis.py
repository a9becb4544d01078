"""What fuels are priced at under a scenario: its own words, or those of whom it builds on."""

from __future__ import annotations

import pandas as pd
import pytest

from khazri.case import price_basis


@pytest.mark.parametrize(
    ("scenario", "words"),
    [("free", "values"), ("dry", "values"), ("fixed", "tariffs"), ("past", "tariffs"), ("x", "")],
)
def test_the_nearest_ancestor_says_it(scenario: str, words: str) -> None:
    """dry builds on free (values), past on fixed (tariffs) on free; x says and inherits nothing."""
    table = pd.DataFrame(
        [
            ("free", None, "values"),
            ("dry", "free", None),
            ("fixed", "free", "tariffs"),
            ("past", "fixed", ""),
            ("x", None, None),
        ],
        columns=["scenario", "parent", "price_basis"],
    )
    assert price_basis(table, scenario) == words
