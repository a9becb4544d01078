"""Efficiency measures, steps of demand and contracts of a year, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from khazri.errors import CaseError
from khazri.system import build_system

MEASURE = {
    "measure": "lamps",
    "name": "Lamps",
    "bus": "a1",
    "year": 2030,
    "potential_mwh": 40,
    "overnight_cost": 100,
    "lifetime_a": 10,
    "rebound": 0.25,
}
DEMANDS = [
    {"demand": "d1", "bus": "a1", "sector": "homes", "year": 2030, "energy_mwh": 400,
     "profile": "load"},
    {"demand": "d2", "bus": "a1", "sector": "works", "year": 2030, "energy_mwh": 40},
]  # fmt: skip


def issues_of(case, year=2030):
    with pytest.raises(CaseError) as caught:
        build_system(case, year)
    return [(issue.table, issue.row_id, issue.column) for issue in caught.value.issues]


def test_a_measure_saves_by_the_shape_of_its_demand(make_case):
    """The demand of homes is 50, 150, 125, 75 MW in the four hours: 400 MWh. 40 MWh less a quarter
    that is used again is 30 MWh: 3.75, 11.25, 9.375, 5.625 MW. It costs 40 MWh x 100 EUR x the
    annuity of ten years at 5 %, 0.1295: 518.02 EUR."""
    measure = MEASURE | {"sector": "homes"}
    system = build_system(make_case(efficiency=[measure], demands=DEMANDS), 2030)
    saving = system.measures.saving[:, 0]
    np.testing.assert_allclose(saving, [3.75, 11.25, 9.375, 5.625])
    assert system.measures.investment_cost[0] == pytest.approx(40 * 100 * 0.1295045750)
    assert system.measures.potential_mwh.tolist() == [40]


def test_without_a_sector_it_lowers_all_demand_of_its_bus(make_case):
    """The bus demands 60, 160, 135, 85 MW, 440 MWh: the first hour has 60/440 of 30 MWh."""
    system = build_system(make_case(efficiency=[MEASURE], demands=DEMANDS), 2030)
    assert system.measures.saving[0, 0] == pytest.approx(30 * 60 / 440)


def test_a_profile_scales_to_the_potential_whatever_its_mean(make_case):
    """Gusts are 0.2, 0.4, 0.6, 0.8, in sum 2: shares of a tenth to four tenths of 30 MWh."""
    system = build_system(make_case(efficiency=[MEASURE | {"profile": "gusts"}]), 2030)
    np.testing.assert_allclose(system.measures.saving[:, 0], [3, 6, 9, 12])


def test_potentials_grow_between_years_and_costs_may_be_gains(make_case):
    """20 MWh in 2030 and 40 in 2040 are 30 in 2035; before 2030 there is no such measure. Without
    cost of capital ten years pay 100 EUR back by 10 a year, of which 15 of other gains are taken:
    30 x -5 EUR."""
    rows = [
        MEASURE | {"year": year, "potential_mwh": mwh, "wacc": 0, "fixed_om": -15}
        for year, mwh in ((2030, 20), (2040, 40))
    ]
    case = make_case(efficiency=rows)
    assert build_system(case, 2035).measures.potential_mwh.tolist() == [30]
    assert build_system(case, 2035).measures.investment_cost[0] == pytest.approx(-150)
    assert build_system(case, 2050).measures.potential_mwh.tolist() == [40]
    assert len(build_system(case, 2029).measures) == 0


def test_nothing_is_taken_up_in_a_backcast(make_case):
    case = make_case(efficiency=[MEASURE], years=[{"year": 2030, "kind": "backcast"}])
    assert len(build_system(case, 2030).measures) == 0


def test_measures_of_a_group_save_a_share_of_their_sum(make_case):
    """40 and 60 MWh overlap: together three quarters of 100."""
    group = {"group": "light", "name": "Light", "share": 0.75}
    rows = [
        MEASURE | {"group": "light"},
        MEASURE | {"measure": "sensors", "potential_mwh": 60, "group": "light"},
        MEASURE | {"measure": "motors"},
    ]
    system = build_system(make_case(efficiency=rows, efficiency_groups=[group]), 2030)
    assert system.measures.group.tolist() == [0, 0, -1]
    assert system.measure_groups.potential_mwh.tolist() == [75]


def test_savings_above_the_demand_of_an_hour_are_an_issue(make_case):
    """d1 is 50 MW in the first hour. By a flat shape 240 MWh would save 60 of them; of two equal
    measures that overlap by half, together 240 MWh by the shape of gusts, 4/10 fall into the last
    hour: 96 MW of 75."""
    flat = MEASURE | {"potential_mwh": 240, "rebound": 0, "profile": "flat"}
    case = make_case(efficiency=[flat], demands=DEMANDS[:1])
    object.__setattr__(case, "profiles", case.profiles.assign(flat=1.0))
    assert issues_of(case) == [("efficiency.csv", "lamps|2030", "potential_mwh")]
    pair = [
        MEASURE
        | {"measure": name, "potential_mwh": 240, "rebound": 0, "profile": "gusts", "group": "g"}
        for name in ("one", "two")
    ]
    groups = [{"group": "g", "name": "g", "share": 0.5}]
    case = make_case(efficiency=pair, efficiency_groups=groups, demands=DEMANDS[:1])
    assert issues_of(case) == [("efficiency.csv", "one|2030", "potential_mwh")]
    groups = [{"group": "g", "name": "g", "share": 0.35}]
    case = make_case(efficiency=pair, efficiency_groups=groups, demands=DEMANDS[:1])
    assert len(build_system(case, 2030).measures) == 2  # 67.2 of 75 MW


def test_a_sector_has_its_own_demand_to_lower(make_case):
    """Works demand 10 MW: half of all 440 MWh fits the bus, 41 of 40 MWh does not fit the sector,
    and mines are not there."""
    works = MEASURE | {"sector": "works", "potential_mwh": 41, "rebound": 0}
    case = make_case(efficiency=[works], demands=DEMANDS)
    assert issues_of(case) == [("efficiency.csv", "lamps|2030", "potential_mwh")]
    mines = MEASURE | {"sector": "mines"}
    case = make_case(efficiency=[mines], demands=DEMANDS)
    assert issues_of(case) == [("efficiency.csv", "lamps|2030", "sector")]


def test_a_saving_lowers_what_limits_ask_of_demand(make_case):
    """A share of 0.3 of 440 MWh is 132 MWh less 0.3 x 30 where all is saved. Demand peaks at 160 MW
    in the second hour; saving all leaves at least 160 x (1 - 30/440) = 149.1, above the third
    hour's 135: the second is the peak, of which 30 x 160/440 = 10.9 MW are saved, 1.1 times."""
    limit = {"limit": "l", "name": "l", "sense": "min", "year": 2030, "country": "AA"}
    limits = [
        limit | {"kind": "share", "value": 0.3},
        limit | {"limit": "p", "kind": "planning_reserve", "value": 0.1},
    ]
    plant = {
        "asset": "farm",
        "name": "farm",
        "bus": "a1",
        "technology": "wind",
        "status": "candidate",
        "capacity_max_mw": 5000,
    }
    tables = {"efficiency": [MEASURE], "demands": DEMANDS, "assets": [plant]}
    share, reserve = build_system(make_case(limits=limits, **tables), 2030).limits
    assert share.value == pytest.approx(132)
    assert share.measure.tolist() == pytest.approx([9.0])
    assert reserve.value == pytest.approx(1.1 * 160)
    assert reserve.measure.tolist() == pytest.approx([1.1 * 30 * 160 / 440])


def test_steps_follow_their_demand(make_case):
    steps = [
        {"demand": "d1", "step": "one", "share": 0.1, "price": 80},
        {"demand": "gone", "step": "one", "share": 0.1, "price": 80},
    ]
    responses = build_system(make_case(demand_steps=steps), 2030).responses
    assert responses.name.tolist() == ["d1/one"]
    assert responses.demand.tolist() == [0]
    assert responses.bus.tolist() == [0]


def test_blocks_of_a_carrier_go_before_those_of_all(make_case):
    """AA demands electricity and gas: gas has a block of its own at 400, electricity the others."""
    tables = {
        "more_buses": [{"bus": "g", "name": "g", "zone": "A1", "carrier": "gas"}],
        "more_demands": [{"demand": "g", "bus": "g", "year": 2030, "energy_mwh": 40}],
    }
    block = {"country": "AA", "block": "gas", "carrier": "gas", "share": 1, "price": 400}
    unserved = build_system(make_case(**tables, more_unserved_blocks=[block]), 2030).unserved
    prices = dict(zip(unserved.name, unserved.price, strict=True))
    assert prices == {
        "a1/first": 1000, "a1/last": 5000, "b1/first": 1000, "b1/last": 5000, "g/gas": 400,
    }  # fmt: skip
    half = [block | {"share": 0.5}]
    case = make_case(**tables, more_unserved_blocks=half)
    assert issues_of(case) == [("unserved_blocks.csv", "AA", "share")]


def test_a_least_volume_that_no_year_can_carry_is_an_issue(make_case):
    """10 MW in four hours are 40 MWh."""
    tables = {
        "more_buses": [{"bus": "m", "name": "m", "zone": "B1", "carrier": "electricity"}],
        "markets": [{"market": "m", "name": "m", "bus": "m"}],
    }
    step = {
        "market": "m",
        "step": "s",
        "year": 2030,
        "buy_price": 10,
        "import_max_mw": 10,
        "import_min_mwh": 40,
        "shortfall_price": 7,
    }
    markets = build_system(make_case(**tables, market_steps=[step]), 2030).markets
    assert markets.import_min_mwh.tolist() == [40]
    assert markets.shortfall_price.tolist() == [7]
    case = make_case(**tables, market_steps=[step | {"import_min_mwh": 41}])
    assert issues_of(case) == [("market_steps.csv", "m|s|2030", "import_min_mwh")]
