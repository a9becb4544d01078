"""Variants change what they say and nothing else, and are told apart."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from types import MappingProxyType

import pytest

from khazri.appraise.cba.case_appraisal import kept
from khazri.errors import UsageError
from khazri.plan import costs, welfare
from khazri.study import Fidelity, Variant, varied
from khazri.study.run import result_key
from khazri.system import build_system

_BOTH = frozenset({"sea_cable", "corin_line"})
_BUILT = Variant(2040, "reference", built=_BOTH)


def _shares(case, variant):
    phases = build_system(varied(case, variant), variant.year).phases
    return dict(zip(phases.name.tolist(), phases.share_min.tolist(), strict=True))


def test_built_corridors_must_stand_and_those_that_are_off_are_gone(case):
    variant = Variant(2040, "reference", frozenset({"sea_cable"}), frozenset({"corin_line"}))
    assert _shares(case, variant) == {"sea_cable/1": 1.0, "sea_cable/2": 1.0}


def test_a_corridor_that_nobody_decided_stays_as_the_scenario_has_it(case):
    assert _shares(case, Variant(2040, "reference", frozenset({"sea_cable"}))) == {
        "corin_line/1": 0.0, "sea_cable/1": 1.0, "sea_cable/2": 1.0
    }  # fmt: skip


def test_a_leg_does_not_stand_before_its_year(case):
    assert _shares(case, replace(_BUILT, year=2030))["sea_cable/2"] == 0.0


@pytest.mark.parametrize("capacity", [0.0, 500.0])
def test_links_narrow_a_corridor(case, capacity):
    """Whether the link held back has a capacity of its own or only a size that may be built."""
    links = case.table("links").copy()
    is_held = links["link"] == "sea_cable_2"
    links.loc[is_held, ["capacity_forward_mw", "capacity_backward_mw"]] = capacity
    case = replace(case, tables=MappingProxyType({**case.tables, "links": links}))
    narrowed = replace(_BUILT, links=frozenset({"sea_cable_1", "corin_dc"}))
    links = build_system(varied(case, narrowed), 2040).links.name.tolist()
    assert "sea_cable_1" in links
    assert "sea_cable_2" not in links
    assert _shares(case, narrowed) == {"corin_line/1": 1.0, "sea_cable/1": 1.0}


@pytest.mark.parametrize(
    ("variant", "words"),
    [
        (Variant(2030, "reference", frozenset({"see_cable"})), "no corridor see_cable"),
        (Variant(2030, "reference", off=frozenset({"see_cable"})), "no corridor see_cable"),
        (Variant(2030, "reference", _BOTH, _BOTH), "either built or off"),
        (replace(_BUILT, links=frozenset({"belma_corin"})), "no corridor has the link belma_corin"),
        (Variant(2030, "high_demand", _BOTH), "read under 'reference'"),
    ],
)  # fmt: skip
def test_what_cannot_be_varied_is_refused(case, variant, words):
    with pytest.raises(UsageError, match=words):
        varied(case, variant)


def test_a_key_changes_with_anything_it_depends_on(case):
    """Thirteen questions, each different from the first in one thing, have thirteen keys."""
    fidelity = Fidelity(12, 1e-6)
    one = partial(kept, corridor_links=("sea_cable_1",))
    keys = [
        result_key(case, variant, fine, extract)
        for variant, fine, extract in [
            (_BUILT, fidelity, costs),
            (replace(_BUILT, year=2030), fidelity, costs),
            (replace(_BUILT, scenario="high_demand"), fidelity, costs),
            (replace(_BUILT, built=frozenset({"sea_cable"})), fidelity, costs),
            (replace(_BUILT, built=frozenset(), off=_BOTH), fidelity, costs),
            (replace(_BUILT, links=frozenset({"sea_cable_1"})), fidelity, costs),
            (replace(_BUILT, links=frozenset()), fidelity, costs),
            (_BUILT, Fidelity(13, 1e-6), costs),
            (_BUILT, Fidelity(None, 1e-6), costs),
            (_BUILT, Fidelity(12, 1e-7), costs),
            (_BUILT, fidelity, welfare),
            (_BUILT, fidelity, one),
            (_BUILT, fidelity, partial(kept, corridor_links=("corin_dc",))),
        ]
    ]
    keys.append(result_key(replace(case, content_hash="another"), _BUILT, fidelity, costs))
    assert len(set(keys)) == len(keys)


def test_a_key_does_not_change_with_the_order_of_sets(case):
    again = Variant(2040, "reference", built=frozenset(["corin_line", "sea_cable"]))
    assert result_key(case, again, Fidelity(), costs) == result_key(case, _BUILT, Fidelity(), costs)
