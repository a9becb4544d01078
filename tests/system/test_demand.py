import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khazri.errors import CaseError
from khazri.system import build_system


def test_load_is_the_sum_of_the_demands_of_each_bus(make_case):
    """400 MWh over 4 h are 100 MW times 0.5, 1.5, 1.25, 0.75; constant 40 MWh are 10 MW each."""
    system = build_system(make_case(), 2030)
    np.testing.assert_allclose(system.demands.mean_mw, [100, 10])
    np.testing.assert_allclose(system.load, [[50, 0, 10], [150, 0, 10], [125, 0, 10], [75, 0, 10]])


@settings(max_examples=10)
@given(low=st.floats(1, 1e6), high=st.floats(1, 1e6), year=st.integers(2020, 2060))
def test_load_has_the_energy_of_the_year(make_case, low, high, year):
    case = make_case(
        demands=[
            {"demand": "d", "bus": "a1", "year": 2030, "energy_mwh": low, "profile": "load"},
            {"demand": "d", "bus": "a1", "year": 2040, "energy_mwh": high, "profile": "load"},
        ]
    )
    share = min(max((year - 2030) / 10, 0), 1)
    expected = (1 - share) * low + share * high
    assert build_system(case, year).load.sum() == pytest.approx(expected, rel=1e-9)


def test_blocks_of_unserved_demand_stand_at_each_bus_cheapest_first(make_case):
    unserved = build_system(make_case(), 2030).unserved
    assert unserved.name.tolist() == ["a1/first", "a1/last", "b1/first", "b1/last"]
    assert unserved.bus.tolist() == [0, 0, 2, 2]
    assert unserved.share.tolist() == [0.25, 0.75, 0.25, 0.75]
    assert unserved.price.tolist() == [1000, 5000, 1000, 5000]


def test_a_country_with_demand_needs_blocks_for_all_of_it(make_case):
    blocks = [{"country": "AA", "block": "b", "share": 0.9, "price": 1000}]
    with pytest.raises(CaseError) as caught:
        build_system(make_case(unserved_blocks=blocks), 2030)
    found = {issue.row_id: issue.found for issue in caught.value.issues}
    assert found == {"AA": "0.9", "BB": ""}


def test_market_steps_are_those_of_the_year(make_case):
    """From 50 EUR/MWh in 2030 to 70 in 2040: 60 in 2035; a step without volume is left out."""
    step = {"market": "m", "step": "1", "import_max_mw": 100}
    case = make_case(
        more_buses=[{"bus": "m1", "name": "m1", "zone": "B1", "carrier": "electricity"}],
        markets=[{"market": "m", "name": "m", "bus": "m1", "price_profile": "prices"}],
        market_steps=[
            step | {"year": 2030, "buy_price": 50, "import_max_mwh": 300},
            step | {"year": 2040, "buy_price": 70, "import_max_mwh": 500},
            {"market": "m", "step": "2", "year": 2030, "sell_price": 20, "export_max_mw": 10},
            {"market": "m", "step": "3", "year": 2030, "buy_price": 90},
        ],
    )
    system = build_system(case, 2035)
    markets = system.markets
    assert markets.name.tolist() == ["m/1", "m/2"]
    assert markets.bus.tolist() == [3, 3]
    assert markets.buy_price.tolist() == [60, 0]
    assert markets.sell_price.tolist() == [0, 20]
    assert markets.import_max_mw.tolist() == [100, 0]
    assert markets.export_max_mw.tolist() == [0, 10]
    np.testing.assert_array_equal(markets.import_max_mwh, [400, np.nan])
    assert np.isnan(markets.export_max_mwh).all()
    assert markets.profile.tolist() == [3, 3]
    assert system.buses.is_market.tolist() == [False, False, False, True]
