"""Plans over segments: the same segments for all of a year, and accounts that add up."""

from __future__ import annotations

import numpy as np
import pytest

from khazri.errors import UsageError
from khazri.plan import costs, energy_balance, plan_case, total_welfare, welfare
from khazri.program import build_program
from khazri.solve.optimize import Effort
from khazri.study import Fidelity, Variant, varied
from khazri.study.coarse import segments_of
from khazri.study.run import case_under, run_variant
from khazri.system import build_system

_BOTH = frozenset({"sea_cable", "corin_line"})
_VARIANTS = [
    Variant(2030, "reference", _BOTH),
    Variant(2030, "reference", off=_BOTH),
    Variant(2030, "reference", frozenset({"sea_cable"}), frozenset({"corin_line"})),
    Variant(2030, "reference", _BOTH, links=frozenset({"corin_dc"})),
]
_SEGMENTS = 12


def _accounts(plan):
    """Sums that must be equal, side by side."""
    table = welfare(plan)
    return {
        "costs": costs(plan),
        "welfare": table,
        "balance": energy_balance(plan),
        "said": table.tail(1).assign(total_said=total_welfare(plan), cost_said=plan.cost),
    }


@pytest.fixture(scope="module")
def coarse(case):
    return run_variant(case, _VARIANTS[0], Fidelity(_SEGMENTS), _accounts, 1)


@pytest.fixture(scope="module")
def full(case):
    return run_variant(case, _VARIANTS[0], Fidelity(None), _accounts, 1)


def test_all_variants_of_a_year_have_the_same_segments(case):
    sizes = []
    for variant in _VARIANTS:
        program = build_program(build_system(varied(case, variant), variant.year))
        sizes.append(segments_of(program, Fidelity(_SEGMENTS)).size)
    assert all(np.array_equal(size, sizes[0]) for size in sizes)
    assert sizes[0].sum() == case.hours


def test_as_many_segments_as_hours_are_every_hour(case):
    program = build_program(build_system(varied(case, _VARIANTS[0]), 2030))
    assert segments_of(program, Fidelity(case.hours)) is None
    assert segments_of(program, Fidelity(None)) is None


@pytest.mark.parametrize("which", ["coarse", "full"])
def test_costs_and_welfare_add_up(which, request):
    result = request.getfixturevalue(which)
    assert result.is_valid
    said = result.tables["said"].iloc[0]
    assert result.tables["costs"]["cost_eur"].sum() == pytest.approx(result.cost, rel=1e-9)
    assert said["cost_said"] == result.cost
    assert said["total_eur"] == pytest.approx(said["total_said"], rel=1e-9)
    table = result.tables["welfare"]
    parts = table.drop(columns=["country", "total_eur"]).sum(axis=1)
    np.testing.assert_allclose(parts, table["total_eur"], rtol=1e-9)


@pytest.mark.parametrize("which", ["coarse", "full"])
def test_energy_of_a_year_is_that_of_all_hours(which, request):
    """Segments stand for hours, so demand and what meets it add up to the year."""
    table = request.getfixturevalue(which).tables["balance"]
    sums = table.groupby(["country", "carrier"])["energy_mwh"].sum()
    assert sums.abs().max() < 1e-9 * table["energy_mwh"].abs().sum()


def test_segments_are_near_the_hours(coarse, full):
    """Twelve means of four hours: another cost, but by less than a per mille."""
    assert coarse.stages == _SEGMENTS
    assert full.stages == 48
    assert coarse.cost != pytest.approx(full.cost, rel=1e-7)
    assert coarse.cost == pytest.approx(full.cost, rel=1e-3)


def test_every_hour_is_the_plan_of_the_same_case(case, full):
    plan = plan_case(varied(case, _VARIANTS[0]), 2030, effort=Effort(gap=1e-8, tolerance=1e-8))
    assert full.cost == pytest.approx(plan.cost, rel=1e-7)


def test_a_case_that_has_changed_is_not_taken_for_the_one_it_was(two):
    with pytest.raises(UsageError, match="not the case that the study began with"):
        case_under(two, "reference", "0" * 64)
