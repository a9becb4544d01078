"""Names of rows and columns lead back to the component and attribute they come from."""

from __future__ import annotations

import pytest

from khazri.interop.attributes import Component
from khazri.interop.places import Place, place_of
from khazri.solve.infeasible import Side

PLACES = [
    ("generator a b", Side.AT_MOST, Place(Component.GENERATOR, "a b", "p_max_pu")),
    ("generator a b", Side.AT_LEAST, Place(Component.GENERATOR, "a b", "p_min_pu")),
    ("capacity of line 1", Side.AT_MOST, Place(Component.LINE, "1", "s_nom_max")),
    ("capacity of store s", Side.AT_LEAST, Place(Component.STORE, "s", "e_nom_min")),
    ("level of store s", Side.AT_MOST, Place(Component.STORE, "s", "e_max_pu")),
    ("level of storage unit s", Side.AT_MOST, Place(Component.STORAGE_UNIT, "s", "max_hours")),
    ("ramp of link l", Side.AT_MOST, Place(Component.LINK, "l", "ramp_limit_up")),
    ("energy of generator g", Side.AT_LEAST, Place(Component.GENERATOR, "g", "e_sum_min")),
    ("global constraint co2", Side.AT_MOST, Place(Component.GLOBAL_CONSTRAINT, "co2", "constant")),
    ("p_set of link l", Side.AT_MOST, Place(Component.LINK, "l", "p_set")),
    ("e_set of level of store s", Side.AT_MOST, Place(Component.STORE, "s", "e_set")),
    ("bus town of b", Side.NEED, Place(Component.BUS, "town of b", "")),
    ("cycle 1", Side.NEED, Place(None, "cycle 1", "")),
]


@pytest.mark.parametrize(("item", "side", "place"), PLACES)
def test_a_name_leads_to_its_place(item: str, side: Side, place: Place) -> None:
    assert place_of(item, side) == place


def test_a_place_is_a_few_words() -> None:
    assert str(PLACES[0][2]) == "generators 'a b' p_max_pu"
    assert str(PLACES[-1][2]) == "'cycle 1'"
