"""What coalitions can build, and what that is worth to their members."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.corridors import change, two_corridors

from khazri.appraise.cba.coalitions import Outside, coalition_worths, coalitions
from khazri.appraise.cba.corridors import read_corridors
from khazri.case import read_case
from khazri.errors import UsageError


def _of(*members: str) -> frozenset[str]:
    return frozenset(members)


@pytest.fixture(scope="module")
def game(appraised):
    return coalitions(appraised.corridors, 2040, "reference")


def test_a_coalition_builds_legs_that_end_at_its_members(game):
    """Arda and Belma can lay both poles, Belma and Corin the line, nobody anything alone."""
    assert game.players == ("AR", "BE", "CO")
    assert len(game.choices) == 8
    assert game.choices[_of("AR", "BE")] == {"sea_cable": 2}
    assert game.choices[_of("BE", "CO")] == {"corin_line": 1}
    assert game.choices[_of("AR", "BE", "CO")] == {"sea_cable": 2, "corin_line": 1}
    assert all(not game.choices[_of(*one)] for one in ["", ["AR"], ["BE"], ["CO"], ["AR", "CO"]])


def test_many_coalitions_rest_on_few_plans(game, appraised):
    assert len(game.variants) == 4
    assert set(game.variants) <= set(appraised.results)


def test_a_country_that_is_only_crossed_is_needed_too(tmp_path):
    folder = two_corridors(tmp_path / "two")
    change(folder, "corridors", {"parties": "AR;BE;CO"}, corridor="sea_cable")
    corridors = read_corridors(read_case(folder), ["sea_cable"])
    assert corridors.of("sea_cable").crossed == ("CO",)
    game = coalitions(corridors, 2040, "reference")
    assert game.choices[_of("AR", "BE")] == {}
    assert game.choices[_of("AR", "BE", "CO")] == {"sea_cable": 2}


def test_a_leg_waits_for_those_before_it(tmp_path):
    """The second pole ends in Corin now: with it alone Belma and Corin cannot begin."""
    folder = two_corridors(tmp_path / "two")
    change(folder, "links", {"from_bus": "belma", "to_bus": "corin_border"}, link="sea_cable_2")
    game = coalitions(read_corridors(read_case(folder), ["sea_cable"]), 2040, "reference")
    assert game.choices[_of("AR", "BE")] == {"sea_cable": 1}
    assert game.choices[_of("BE", "CO")] == {}
    assert game.choices[_of("AR", "BE", "CO")] == {"sea_cable": 2}


def _net(appraised, year, members, **legs):
    """Welfare of members with legs less that without, by the tables of both plans."""
    kinds = ["consumers", "producers", "congestion rent", "traders", "limits and reserves"]
    after, before = appraised.at(year, **legs), appraised.at(year)
    change_of = (after.tables["outcome"] - before.tables["outcome"])[kinds].sum(axis=1)
    change_of -= after.tables["paid"]["eur_a"] - before.tables["paid"]["eur_a"]
    return change_of[list(members)].sum()


def test_worths_are_the_welfare_of_members_with_what_is_best_for_them(appraised):
    found = coalition_worths(coalitions(appraised.corridors, 2030, "reference"), appraised.results)
    sea = _net(appraised, 2030, ["AR", "BE"], sea_cable=1)
    line = _net(appraised, 2030, ["BE", "CO"], corin_line=1)
    everybody = ["AR", "BE", "CO"]
    all_of = [
        _net(appraised, 2030, everybody, **legs)
        for legs in ({"sea_cable": 1, "corin_line": 1}, {"sea_cable": 1}, {"corin_line": 1})
    ]
    assert found.worths[_of()] == found.worths[_of("AR")] == found.worths[_of("AR", "CO")] == 0.0
    assert found.worths[_of("AR", "BE")] == pytest.approx(max(sea, 0.0))
    assert found.worths[_of("BE", "CO")] == pytest.approx(max(line, 0.0))
    assert found.worths[_of(*everybody)] == pytest.approx(max(*all_of, 0.0))
    assert found.worths[_of(*everybody)] > 0


def test_what_falls_to_each_adds_up_to_what_all_are_worth(appraised):
    found = coalition_worths(coalitions(appraised.corridors, 2030, "reference"), appraised.results)
    table = found.together
    assert list(table.index) == ["AR", "BE", "CO"]
    own = table["benefit_eur"] - table["cost_eur"]
    assert own.sum() == pytest.approx(found.worths[_of("AR", "BE", "CO")])
    assert table["is_host"].all()


def test_a_year_in_which_nothing_can_run_is_refused(appraised):
    with pytest.raises(UsageError, match="can run in 2029"):
        coalitions(appraised.corridors, 2029, "reference")


def test_too_many_parties_are_refused(appraised):
    one = appraised.corridors.appraised[0]
    crowd = replace(one, parties=tuple(f"P{i}" for i in range(13)))
    with pytest.raises(UsageError, match="more than 12"):
        coalitions(replace(appraised.corridors, appraised=(crowd,)), 2040, "reference")


def test_those_outside_may_build_without_asking(appraised):
    """Beside Arda, Belma and Corin build their line if that is best for both; what it takes from
    Arda, or brings, is Arda's worth alone. Everybody together has nobody outside."""
    game = coalitions(appraised.corridors, 2030, "reference", Outside.TOGETHER)
    assert len(game.variants) == 4
    found = coalition_worths(game, appraised.results)
    line = _net(appraised, 2030, ["BE", "CO"], corin_line=1)
    assert line > 0
    assert found.worths[_of("AR")] == pytest.approx(_net(appraised, 2030, ["AR"], corin_line=1))
    assert abs(found.worths[_of("AR")]) > 1.0
    alone = coalition_worths(coalitions(appraised.corridors, 2030, "reference"), appraised.results)
    everybody = _of("AR", "BE", "CO")
    assert found.worths[everybody] == alone.worths[everybody]
    assert found.worths[_of()] == 0.0


def test_what_plans_cannot_tell_is_nothing(appraised):
    """Where nothing is heard but what Corin gains, its line with Belma is worth that alone."""
    game = coalitions(appraised.corridors, 2030, "reference")
    gain = {one: _net(appraised, 2030, [one], corin_line=1) for one in ("AR", "BE", "CO")}
    assert gain["CO"] > abs(gain["BE"]) > 0
    found = coalition_worths(game, appraised.results, noise=0.5 * (gain["CO"] + abs(gain["BE"])))
    assert found.worths[_of("BE", "CO")] == pytest.approx(gain["CO"])
