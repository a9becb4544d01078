import numpy as np
import pytest

from khazri.errors import CaseError
from khazri.system import LimitKind, build_system

ASSETS = [
    {"asset": "gas", "bus": "a1", "technology": "ccgt", "capacity_mw": 100},
    {"asset": "gas_new", "bus": "a2", "technology": "ccgt", "capacity_max_mw": 50},
    {"asset": "farm", "bus": "b1", "technology": "wind", "capacity_mw": 40, "capacity_max_mw": 60},
    {
        "asset": "lake",
        "bus": "a1",
        "technology": "reservoir",
        "capacity_mw": 20,
        "storage_hours": 10,
        "inflow_profile": "melt",
    },
    {
        "asset": "cell",
        "bus": "a1",
        "technology": "battery",
        "capacity_max_mw": 30,
        "storage_hours": 4,
    },
]
LINKS = [
    {"link": "ab", "from_bus": "a1", "to_bus": "b1"},
    {"link": "ba", "from_bus": "b1", "to_bus": "a2"},
    {"link": "aa", "from_bus": "a1", "to_bus": "a2"},
]


@pytest.fixture
def limited(make_case):
    assets = [
        {"name": row["asset"], "status": "existing" if "capacity_mw" in row else "candidate"} | row
        for row in ASSETS
    ]
    links = [
        {"name": row["link"], "kind": "dc", "status": "existing", "capacity_forward_mw": 10} | row
        for row in LINKS
    ]

    def make(*limits, **tables):
        rows = [
            {"limit": "l", "name": "l", "sense": "max", "year": 2030} | limit for limit in limits
        ]
        prices = [
            {"carrier": "gas", "country": country, "year": 2030, "price": 30}
            for country in ("AA", "BB")
        ]
        defaults = {"assets": assets, "links": links, "fuel_prices": prices}
        return make_case(**(defaults | tables), limits=rows)

    return make


def _only(system):
    (limit,) = system.limits
    return limit


def test_groups_are_in_the_order_that_the_tests_of_this_module_expect(limited):
    system = build_system(limited(), 2030)
    assert system.supplies.name.tolist() == ["gas", "gas_new", "farm"]
    assert system.stores.name.tolist() == ["lake", "cell"]
    assert system.links.name.tolist() == ["ab", "ba", "aa"]
    assert system.limits == ()


def test_energy_counts_plants_and_stores_with_inflow_of_their_own(limited):
    case = limited({"kind": "energy", "country": "AA", "value": 500})
    limit = _only(build_system(case, 2030))
    assert (limit.kind, limit.sense, limit.value, limit.unit) == ("energy", "max", 500, "MWh")
    assert limit.supply.tolist() == [1, 1, 0]
    assert limit.discharge.tolist() == [1, 0]
    assert limit.forward.size == limit.supply_capacity.size == 0


def test_energy_counts_a_battery_where_it_is_named(limited):
    case = limited({"kind": "energy", "technology": "battery; wind", "value": 500})
    limit = _only(build_system(case, 2030))
    assert limit.supply.tolist() == [0, 0, 1]
    assert limit.discharge.tolist() == [0, 1]


def test_values_are_linear_between_given_years_and_absent_outside(limited):
    limits = [
        {"kind": "energy", "year": 2030, "value": 100},
        {"kind": "energy", "year": 2040, "value": 300},
    ]
    case = limited(*limits)
    assert _only(build_system(case, 2035)).value == 200
    assert build_system(case, 2029).limits == build_system(case, 2041).limits == ()


def test_emissions_weigh_output_by_what_it_emits(limited):
    """Candidates of 2030 emit 0.2 / 0.55 t/MWh, what always existed 0.2 / 0.5."""
    limit = _only(build_system(limited({"kind": "emissions", "value": 10}), 2030))
    np.testing.assert_allclose(limit.supply, [0.4, 0.2 / 0.55, 0])
    assert limit.unit == "t"


def test_capacity_takes_what_exists_off_the_value(limited):
    """150 MW may stand in AA; 100 MW of gas and 20 MW of the lake are there: 30 MW may be built."""
    case = limited({"kind": "capacity", "country": "AA", "value": 150})
    limit = _only(build_system(case, 2030))
    assert limit.value == 30
    assert limit.supply_capacity.tolist() == [0, 1, 0]
    assert limit.store_capacity.tolist() == [0, 1]


def test_a_share_is_of_the_demand_of_the_country(limited):
    """Half of the 400 MWh of AA; its renewables are the lake alone."""
    row = {"kind": "share", "country": "AA", "value": 0.5, "sense": "min", "renewable_only": "true"}
    limit = _only(build_system(limited(row), 2030))
    assert (limit.kind, limit.value) == (LimitKind.SHARE, pytest.approx(200))
    assert limit.supply.size == 0
    assert limit.discharge.tolist() == [1, 0]


def test_trade_counts_what_is_sent_from_the_country_to_its_partner(limited):
    row = {"kind": "trade", "country": "AA", "partner": "BB", "value": 50}
    limit = _only(build_system(limited(row), 2030))
    assert limit.forward.tolist() == [1, 0, 0]
    assert limit.backward.tolist() == [0, 1, 0]


@pytest.mark.parametrize("sense", ["max", "min"])
@pytest.mark.parametrize("value", [50, 0, -50])
def test_net_trade_takes_off_what_is_sent_back(limited, sense, value):
    """Of any sign: -50 says that at least or at most 50 MWh net come in."""
    row = {"kind": "net_trade", "country": "AA", "partner": "BB", "value": value, "sense": sense}
    limit = _only(build_system(limited(row), 2030))
    assert (limit.value, limit.unit) == (value, "MWh")
    assert limit.forward.tolist() == [1, -1, 0]
    assert limit.backward.tolist() == [-1, 1, 0]


def test_trade_over_named_links_with_any_partner(limited):
    row = {"kind": "trade", "country": "BB", "link": "ba;aa", "value": 50}
    limit = _only(build_system(limited(row), 2030))
    assert limit.forward.tolist() == [0, 1, 0]
    assert limit.backward.size == 0


def test_trade_over_a_line_under_the_voltage_law_is_refused(limited):
    line = {
        "link": "ab",
        "name": "ab",
        "from_bus": "a1",
        "to_bus": "b1",
        "kind": "ac",
        "status": "existing",
        "capacity_forward_mw": 10,
        "voltage_kv": 220,
        "reactance_ohm": 30,
    }
    row = {"kind": "trade", "country": "AA", "value": 50}
    with pytest.raises(CaseError) as caught:
        build_system(limited(row, links=[line]), 2030)
    (issue,) = caught.value.issues
    assert (issue.row_id, issue.found) == ("l|2030", "ab")


def test_planning_reserve_by_hand(limited):
    """Peak of AA 150 MW, 15 % more: 172.5 MW. Firm: 0.9 · 100 MW gas and 0.5 · 20 MW lake = 100 MW.

    The missing 72.5 MW are to come from new gas at a credit of 0.9.
    """
    row = {"kind": "planning_reserve", "country": "AA", "sense": "min", "value": 0.15}
    limit = _only(build_system(limited(row), 2030))
    assert limit.value == pytest.approx(72.5)
    assert limit.supply_capacity.tolist() == [0, 0.9, 0]
    assert limit.store_capacity.size == 0


def test_operating_reserves_name_their_buses(limited):
    case = limited({"kind": "operating_reserve", "country": "AA", "sense": "min", "value": 0.05})
    system = build_system(case, 2030)
    assert system.limits == ()
    (reserve,) = system.reserves
    assert reserve.name == "l"
    assert reserve.buses.tolist() == [0, 1]
    assert reserve.requirement_share == 0.05


def test_an_operating_reserve_without_demand_is_refused(limited):
    row = {"kind": "operating_reserve", "zone": "A2", "sense": "min", "value": 0.05}
    with pytest.raises(CaseError) as caught:
        build_system(limited(row), 2030)
    (issue,) = caught.value.issues
    assert (issue.row_id, issue.column, issue.found) == ("l|2030", "zone", "A2")


@pytest.mark.parametrize("kind", ["share", "planning_reserve", "operating_reserve"])
def test_demand_of_several_carriers_is_not_added_up(limited, kind):
    """AA demands electricity and gas, BB only electricity."""
    gas = {"bus": "g", "name": "g", "zone": "A1", "carrier": "gas"}
    heat = {"demand": "heat", "bus": "g", "year": 2030, "energy_mwh": 40}
    row = {"kind": kind, "sense": "min", "value": 0.05}
    more = {"more_buses": [gas], "more_demands": [heat]}
    with pytest.raises(CaseError) as caught:
        build_system(limited(row | {"country": "AA"}, **more), 2030)
    (issue,) = caught.value.issues
    assert (issue.row_id, issue.column, issue.found) == ("l|2030", "carrier", "electricity, gas")
    build_system(limited(row | {"country": "BB"}, **more), 2030)


def test_yearly_energy_of_a_store_becomes_a_limit(limited):
    assets = [
        {"name": "lake", "status": "existing", "energy_min_mwh": 5, "energy_max_mwh": 30}
        | ASSETS[3]
    ]
    system = build_system(limited(assets=assets), 2030)
    found = [(limit.name, limit.sense, limit.value) for limit in system.limits]
    assert found == [("lake energy_min_mwh", "min", 5), ("lake energy_max_mwh", "max", 30)]
    assert system.limits[0].discharge.tolist() == [1]


def test_a_lower_limit_that_nothing_can_meet_is_refused(limited):
    row = {"kind": "energy", "country": "BB", "technology": "ccgt", "sense": "min", "value": 10}
    with pytest.raises(CaseError) as caught:
        build_system(limited(row), 2030)
    (issue,) = caught.value.issues
    assert (issue.row_id, issue.found) == ("l|2030", "10")


def test_an_upper_limit_below_existing_capacity_is_refused(limited):
    row = {"kind": "capacity", "technology": "ccgt", "value": 80}
    with pytest.raises(CaseError) as caught:
        build_system(limited(row), 2030)
    (issue,) = caught.value.issues
    assert "at least 100" in issue.expected


def test_an_upper_limit_on_nothing_is_left_out(limited):
    row = {"kind": "energy", "country": "BB", "technology": "ccgt", "value": 10}
    assert build_system(limited(row), 2030).limits == ()


def test_a_lower_limit_that_existing_capacity_meets_is_left_out(limited):
    row = {"kind": "capacity", "country": "AA", "sense": "min", "value": 110}
    assert build_system(limited(row), 2030).limits == ()
