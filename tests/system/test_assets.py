import numpy as np
import pytest

from khazri.errors import CaseError
from khazri.system import build_system

ANNUITY_25_5 = 0.05 / (1 - 1.05**-25)
ANNUITY_30_5 = 0.05 / (1 - 1.05**-30)


def _asset(name, technology="ccgt", status="existing", **more):
    return {
        "asset": name,
        "name": name,
        "bus": "a1",
        "technology": technology,
        "status": status,
    } | more


def _issues(case, year=2030):
    with pytest.raises(CaseError) as caught:
        build_system(case, year)
    return caught.value.issues


def test_capacity_lives_from_commissioning_to_retirement(make_case):
    case = make_case(
        assets=[
            _asset("always", capacity_mw=10),
            _asset("early", capacity_mw=20, retirement_year=2030),
            _asset("new", capacity_mw=30, status="planned", commissioning_year=2030),
            _asset("later", capacity_mw=40, status="planned", commissioning_year=2031),
            _asset("last", capacity_mw=50, retirement_year=2031),
        ]
    )
    system = build_system(case, 2030)
    capacity = dict(zip(system.supplies.name, system.supplies.existing_mw, strict=True))
    assert capacity == {"always": 10, "new": 30, "last": 50}
    assert system.retirements.name.tolist() == ["early"]
    assert system.retirements.retired_mw.tolist() == [20]
    assert build_system(case, 2029).supplies.name.tolist() == ["always", "early", "last"]


def test_asset_years_stand_in_place_of_capacity(make_case):
    """60 MW in 2025 and 20 MW in 2035 make 40 MW in 2030; 20 MW of the 60 have gone."""
    assets = [_asset("fleet", capacity_mw=100, commissioning_year=2010, retirement_year=2026)]
    years = [
        {"asset": "fleet", "year": 2025, "capacity_mw": 60, "capacity_max_mw": 60},
        {"asset": "fleet", "year": 2035, "capacity_mw": 20, "capacity_max_mw": 80},
    ]
    case = make_case(assets=assets, asset_years=years)
    supplies = build_system(case, 2030).supplies
    assert supplies.existing_mw.tolist() == [40]
    assert supplies.retired_mw.tolist() == [20]
    assert supplies.build_max_mw.tolist() == [30]  # (60 + 80) / 2 - 40
    assert build_system(case, 2050).supplies.existing_mw.tolist() == [20]
    # before the first year given the asset's own row holds
    assert build_system(case, 2020).supplies.existing_mw.tolist() == [100]
    assert build_system(case, 2020).supplies.build_max_mw.tolist() == [0]


def test_candidates_are_built_from_their_commissioning_year_on(make_case):
    case = make_case(
        assets=[
            _asset("now", status="candidate", capacity_max_mw=100),
            _asset("soon", status="candidate", capacity_max_mw=100, commissioning_year=2031),
            _asset("grown", capacity_mw=30, capacity_max_mw=100),
        ]
    )
    supplies = build_system(case, 2030).supplies
    assert supplies.name.tolist() == ["now", "grown"]
    assert supplies.existing_mw.tolist() == [0, 30]
    assert supplies.build_max_mw.tolist() == [100, 70]


def test_costs_of_a_supply_by_hand(make_case):
    """Gas at 30 EUR/MWh, 0.55 in 2030 (halfway 0.5 to 0.6) for what is built then.

    Fuel 30 / 0.55, CO2 0.2 / 0.55 t at 50 EUR/t, other 2 EUR/MWh. Investment: 1000 EUR/kW at the
    annuity of 25 a and 5 %, and 20 EUR/kW of fixed O&M.
    """
    case = make_case(
        assets=[_asset("new", status="candidate", capacity_max_mw=100)],
        co2_prices=[
            {"country": "AA", "year": 2025, "price": 40},
            {"country": "AA", "year": 2035, "price": 60},
        ],
    )
    supplies = build_system(case, 2030).supplies
    assert supplies.fuel_per_mwh[0] == pytest.approx(1 / 0.55)
    assert supplies.fuel_cost[0] == pytest.approx(30 / 0.55)
    assert supplies.emissions.co2[0] == pytest.approx(0.2 / 0.55)
    assert supplies.emissions.cost[0] == pytest.approx(50 * 0.2 / 0.55)
    assert supplies.variable_cost[0] == pytest.approx((30 + 10) / 0.55 + 2)
    assert supplies.investment_cost[0] == pytest.approx(1_000_000 * ANNUITY_25_5 + 20_000)
    assert supplies.fixed_cost[0] == pytest.approx(20_000)
    assert supplies.availability[0] == 0.9


def test_what_exists_keeps_the_efficiency_of_its_commissioning_year(make_case):
    """0.5 up to 2020, 0.6 from 2040: 0.52 in 2024; an efficiency of its own comes first."""
    case = make_case(
        assets=[
            _asset("old", capacity_mw=1),
            _asset("young", capacity_mw=1, commissioning_year=2024),
            _asset("own", capacity_mw=1, efficiency=0.4, variable_cost=7),
        ]
    )
    supplies = build_system(case, 2050).supplies
    np.testing.assert_allclose(1 / supplies.fuel_per_mwh, [0.5, 0.52, 0.4])
    np.testing.assert_allclose(supplies.other_cost, [2, 2, 7])
    assert (supplies.investment_cost == 0).all()


def test_own_overnight_cost_and_finance_of_country_and_technology(make_case):
    """900 EUR/kW of its own over the 30 a of the technology; 8 % for wind in AA."""
    wacc, years = 0.08, 30
    case = make_case(
        assets=[
            _asset("farm", "wind", "candidate", capacity_max_mw=5, overnight_cost=900),
            _asset("other", "wind", "candidate", bus="b1", capacity_max_mw=5),
        ],
        finance=[{"country": "AA", "technology": "wind", "wacc": wacc}],
    )
    cost = build_system(case, 2035).supplies.investment_cost
    share = wacc / (1 - (1 + wacc) ** -years)
    assert cost[0] == pytest.approx(900_000 * share + 30_000)
    assert cost[1] == pytest.approx(1_100_000 * ANNUITY_30_5 + 30_000)


def test_profiles_are_columns_and_minus_one_is_constant(make_case):
    case = make_case(
        assets=[
            _asset("gas", capacity_mw=1),
            _asset("farm", "wind", capacity_mw=1, availability_profile="gusts"),
        ]
    )
    system = build_system(case, 2030)
    assert system.supplies.profile.tolist() == [-1, 1]
    assert system.profile_names.tolist()[1] == "gusts"
    np.testing.assert_array_equal(
        system.series(system.supplies.profile), [[1, 0.2], [1, 0.4], [1, 0.6], [1, 0.8]]
    )


def test_missing_costs_prices_and_efficiencies_are_told_at_once(make_case):
    technologies = [
        {"technology": "mystery", "name": "M", "kind": "supply", "group": "gas", "fuel": "gas"}
    ]
    case = make_case(
        more_technologies=technologies,
        assets=[_asset("m", "mystery", "candidate", bus="b1", capacity_max_mw=1)],
    )
    issues = _issues(case)
    lacking = {issue.row_id for issue in issues if issue.table == "technology_costs.csv"}
    assert lacking == {
        f"mystery|2030|{parameter}"
        for parameter in ("overnight_cost", "fixed_om", "variable_om", "efficiency")
    }
    (price,) = [issue for issue in issues if issue.table == "assets.csv"]
    assert price.row_id == "m"
    assert "'gas' in country 'BB'" in price.expected


def test_least_output_above_what_is_available_is_refused_with_its_hour(make_case):
    """0.5 of capacity against gusts of 0.2, 0.4, 0.6, 0.8: worst in hour 0."""
    case = make_case(
        assets=[_asset("w", "wind", capacity_mw=1, min_output=0.5, availability_profile="gusts")]
    )
    (issue,) = _issues(case)
    assert (issue.row_id, issue.column, issue.found) == ("w", "min_output", "0.5")
    assert "0.2 in hour 0" in issue.expected
    fits = make_case(
        assets=[
            _asset(
                "w",
                "wind",
                capacity_mw=1,
                min_output=0.9,
                availability_profile="gusts",
                min_output_profile="gusts",
            )
        ]
    )
    assert build_system(fits, 2030).supplies.min_output.tolist() == [0.9]


def test_columns_that_would_be_left_unused_are_refused(make_case):
    case = make_case(
        assets=[_asset("b", "battery", capacity_mw=1, storage_hours=2, ramp_per_h=0.5)]
    )
    (issue,) = _issues(case)
    assert issue.where == "assets.csv row 2 (id 'b') column 'ramp_per_h'"


def test_a_battery_pays_for_power_and_energy(make_case):
    """100 EUR/kW + 4 h · 150 EUR/kWh = 700 EUR/kW; O&M 3 + 4 · 1 EUR/kW; 25 a, 5 %."""
    case = make_case(
        assets=[
            _asset("new", "battery", "candidate", capacity_max_mw=10, storage_hours=4),
            _asset(
                "own",
                "battery",
                "candidate",
                capacity_max_mw=10,
                storage_hours=4,
                overnight_cost=500,
            ),
            _asset("there", "battery", capacity_mw=10, energy_mwh=20, charge_capacity_mw=5),
        ]
    )
    stores = build_system(case, 2030).stores
    share = ANNUITY_25_5
    np.testing.assert_allclose(
        stores.investment_cost, [700_000 * share + 7_000, 500_000 * share + 7_000, 0]
    )
    np.testing.assert_allclose(stores.fixed_cost, [7_000, 7_000, 5_000])
    np.testing.assert_allclose(stores.hours, [4, 4, 2])
    np.testing.assert_allclose(stores.charge_ratio, [1, 1, 0.5])
    np.testing.assert_allclose(stores.charge_mw, [0, 0, 5])
    np.testing.assert_allclose(stores.discharge_mw, [0, 0, 10])
    np.testing.assert_allclose(stores.energy_mwh, [0, 0, 20])
    assert np.isnan(stores.start_level).all()


def test_reservoirs_are_filled_by_inflow_of_the_stated_energy(make_case):
    """The melt profile sums to 2: 100 MWh need a factor of 50 MW; without energy it is 30 MW."""
    hydro = {"capacity_mw": 30, "storage_hours": 100, "inflow_profile": "melt"}
    case = make_case(
        assets=[
            _asset("stated", "reservoir", inflow_mwh=100, **hydro),
            _asset("shaped", "reservoir", **hydro),
            _asset("pumped", "reservoir", charge_capacity_mw=15, **hydro),
        ]
    )
    system = build_system(case, 2030)
    stores = system.stores
    np.testing.assert_allclose(stores.inflow_mw, [50, 30, 30])
    np.testing.assert_allclose(stores.charge_mw, [0, 0, 15])
    np.testing.assert_allclose(stores.charge_ratio, [0, 0, 0.5])
    inflow = system.series(stores.inflow_profile) * stores.inflow_mw
    np.testing.assert_allclose(inflow.sum(axis=0), [100, 60, 60])


def test_conversions_have_ports(make_case):
    case = make_case(
        more_carriers=[{"carrier": "hydrogen", "name": "H2"}],
        more_buses=[{"bus": "h", "name": "h", "zone": "A1", "carrier": "hydrogen"}],
        assets=[
            _asset("e", "electrolysis", "candidate", bus="h", capacity_max_mw=10),
            _asset("gone", "electrolysis", bus="h", capacity_mw=1, retirement_year=2020),
        ],
        ports=[
            {"asset": "gone", "bus": "a1", "ratio": -2},
            {"asset": "e", "bus": "a1", "ratio": -1.5, "ratio_profile": "load"},
        ],
    )
    conversions = build_system(case, 2030).conversions
    assert conversions.name.tolist() == ["e"]
    assert conversions.bus.tolist() == [3]
    ports = conversions.ports
    assert ports.conversion.tolist() == [0]
    assert ports.bus.tolist() == [0]
    assert ports.ratio.tolist() == [-1.5]
    assert ports.profile.tolist() == [0]
