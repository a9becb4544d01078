"""Each family of rows and columns on a case of one to three buses, solved by hand."""

from __future__ import annotations

import numpy as np
import pytest
from tests.systems import a_limit, group, system

from khazri.program import Point, Program, build_program, flatten, unflatten
from khazri.program.families import (
    COLUMNS,
    GLOBAL_ROWS,
    GLOBALS,
    ROWS,
    Column,
    Global,
    GlobalRow,
    Row,
)
from khazri.solve.highs import HighsSolver
from khazri.solve.solver import Method, SolverOptions, Termination
from khazri.system import (
    Conversions,
    Limit,
    LimitKind,
    Links,
    Markets,
    OperatingReserve,
    Phases,
    Ports,
    Stores,
    Supplies,
    System,
)

EXACT = 1e-6
"""Vertices of tiny programs come out to rounding; this leaves room for the solver's tolerance."""


def solve(built: System) -> tuple[Program, Point, float]:
    program = build_program(built)
    options = SolverOptions(Method.SIMPLEX)
    result = HighsSolver().solve(flatten(program), options)
    assert result.termination is Termination.OPTIMAL, result.detail
    return program, unflatten(program, result.column_value, result.row_dual), result.objective


def column(program: Program, point: Point, family: Column) -> np.ndarray:
    return point.x[:, program.columns.of(family)]


def price(program: Program, point: Point) -> np.ndarray:
    return point.row_dual[:, program.rows.of(Row.BALANCE)] / program.weight[:, None]


def test_supply_follows_availability_and_the_marginal_plant_sets_the_price() -> None:
    """Sun gives 50 of 100 MW, then nothing; gas at 60 EUR/MWh fills 80 MW: 30, then 80.
    Cost 60 x (30 + 80) = 6,600; price 60 in both hours."""
    built = system(
        2,
        profiles=[[0.5], [0.0]],
        load=[80, 80],
        supplies=group(
            Supplies,
            2,
            name=["sun", "gas"],
            existing_mw=100.0,
            profile=[0, -1],
            variable_cost=[0.0, 60.0],
        ),
    )
    program, point, cost = solve(built)
    assert cost == pytest.approx(6600, rel=EXACT)
    np.testing.assert_allclose(column(program, point, Column.SUPPLY), [[50, 30], [0, 80]])
    np.testing.assert_allclose(price(program, point), [[60], [60]])


def test_minimum_output_holds_and_follows_its_shape() -> None:
    """A 100 MW plant must run at 0.4 in the first hour and at 0.4 x 0.5 in the second, at 90
    EUR/MWh against 10 for the other: 40 and 20 MW."""
    built = system(
        2,
        profiles=[[1.0], [0.5]],
        load=[80, 80],
        supplies=group(
            Supplies,
            2,
            name=["must", "cheap"],
            existing_mw=100.0,
            min_output=[0.4, 0.0],
            min_profile=[0, -1],
            variable_cost=[90.0, 10.0],
        ),
    )
    program, point, _ = solve(built)
    np.testing.assert_allclose(column(program, point, Column.SUPPLY)[:, 0], [40, 20])


def test_new_capacity_is_built_when_it_saves_more_than_it_costs() -> None:
    """100 MW for two hours: sun at 50 EUR/MW saves 0.8 + 0.2 MWh of gas at 60 EUR/MWh per MW built,
    so it is built up to its limit of 100 MW: 100 x 50 + 60 x (100 - 80 + 100 - 20) = 11,000."""
    built = system(
        2,
        profiles=[[0.8], [0.2]],
        load=[100, 100],
        supplies=group(
            Supplies,
            2,
            name=["sun", "gas"],
            existing_mw=[0.0, 200.0],
            build_max_mw=[100.0, 0.0],
            profile=[0, -1],
            variable_cost=[0.0, 60.0],
            investment_cost=[50.0, 0.0],
        ),
    )
    program, point, cost = solve(built)
    assert program.globals.family.tolist() == [Global.SUPPLY]
    np.testing.assert_allclose(point.y, [100])
    assert cost == pytest.approx(11_000, rel=EXACT)


def test_a_store_shifts_energy_with_its_losses() -> None:
    """Free wind of 100 MW in hour 1 only, load 20 MW in both. The store charges c MW at 0.9 and
    gives back 0.8 of what it holds: 20 = 0.8 x 0.9 c, so c = 27.78 and the level is 25 MWh."""
    built = system(
        2,
        profiles=[[1.0], [0.0]],
        load=[20, 20],
        supplies=group(Supplies, 1, name=["wind"], existing_mw=100.0, profile=[0]),
        stores=group(
            Stores,
            1,
            name=["store"],
            charge_mw=50.0,
            discharge_mw=50.0,
            energy_mwh=100.0,
            charge_efficiency=0.9,
            discharge_efficiency=0.8,
        ),
    )
    program, point, cost = solve(built)
    assert cost == pytest.approx(0, abs=EXACT)
    np.testing.assert_allclose(column(program, point, Column.DISCHARGE).sum(), 20)
    level = column(program, point, Column.LEVEL)
    assert level[0, 0] - level[1, 0] == pytest.approx(25)


def test_standing_loss_and_given_start() -> None:
    """80 of 100 MWh at the start, a tenth lost each hour: after hours without flows 72, then
    64.8; the second hour's load of 64.8 - 20 empties it to 20."""
    built = system(
        2,
        load=[0.0, 44.8],
        stores=group(
            Stores,
            1,
            name=["store"],
            discharge_mw=100.0,
            energy_mwh=100.0,
            standing_loss_per_h=0.1,
            start_level=0.8,
        ),
    )
    program, point, cost = solve(built)
    assert cost == pytest.approx(0, abs=EXACT)
    np.testing.assert_allclose(column(program, point, Column.LEVEL)[:, 0], [72.0, 20.0])


def test_one_stage_alone() -> None:
    """In a year of one hour a cyclic store can give nothing: 10 MW stay unserved at 3,000."""
    built = system(
        1,
        load=[10.0],
        stores=group(Stores, 1, name=["store"], discharge_mw=50.0, energy_mwh=100.0),
    )
    _, _, cost = solve(built)
    assert cost == pytest.approx(30_000, rel=EXACT)


def test_start_level_grows_with_what_is_built() -> None:
    """A new store comes half full: each MW brings 4 MWh, so 2 MWh serve a load of 10 MWh from
    5 MW, at 100 EUR/MW, where unserved demand costs 3,000 EUR/MWh."""
    built = system(
        2,
        load=[5.0, 5.0],
        stores=group(
            Stores,
            1,
            name=["new"],
            build_max_mw=50.0,
            hours=4.0,
            start_level=0.5,
            investment_cost=100.0,
        ),
    )
    _, point, cost = solve(built)
    np.testing.assert_allclose(point.y, [5.0])
    assert cost == pytest.approx(500, rel=EXACT)


def test_inflow_that_cannot_be_used_is_spilled() -> None:
    """Inflow of 30 MWh an hour, 10 MW of turbine, no room to store: 20 MWh an hour pass."""
    built = system(
        3,
        load=[10, 10, 10],
        stores=group(
            Stores,
            1,
            name=["dam"],
            discharge_mw=10.0,
            charge_ratio=0.0,
            inflow_mw=30.0,
        ),
    )
    program, point, cost = solve(built)
    assert cost == pytest.approx(0, abs=EXACT)
    np.testing.assert_allclose(column(program, point, Column.SPILL)[:, 0], [20, 20, 20])


def test_a_heat_pump_draws_by_its_cop() -> None:
    """Heat of 60 MW at bus 1 from a heat pump with COP 3, then 2: it draws 20, then 30 MW of
    power at bus 0 that costs 50 EUR/MWh: 2,500 in all; heat is worth 50/3, then 25."""
    built = system(
        2,
        n_buses=2,
        profiles=[[1 / 3], [1 / 2]],
        load=[[0, 60], [0, 60]],
        supplies=group(Supplies, 1, name=["power"], existing_mw=100.0, variable_cost=50.0),
        conversions=group(
            Conversions,
            1,
            name=["heat pump"],
            bus=[1],
            existing_mw=100.0,
            ports=group(Ports, 1, conversion=[0], bus=[0], ratio=[-1.0], profile=[0]),
        ),
    )
    program, point, cost = solve(built)
    assert cost == pytest.approx(2500, rel=EXACT)
    np.testing.assert_allclose(column(program, point, Column.SUPPLY)[:, 0], [20, 30])
    np.testing.assert_allclose(price(program, point)[:, 1], [50 / 3, 25])


def test_a_link_loses_and_separates_prices() -> None:
    """90 MW arrive when 100 are sent and a tenth is lost; with 10 EUR/MWh at the start and a
    tariff of 1 EUR/MWh the price at the end is (10 + 1) / 0.9."""
    built = system(
        1,
        n_buses=2,
        load=[[0, 90]],
        supplies=group(Supplies, 1, name=["far"], existing_mw=500.0, variable_cost=10.0),
        links=group(
            Links,
            1,
            name=["link"],
            from_bus=[0],
            to_bus=[1],
            forward_mw=200.0,
            loss=0.1,
            tariff_forward=1.0,
            tariff_backward=7.0,
        ),
    )
    program, point, cost = solve(built)
    assert cost == pytest.approx(1100, rel=EXACT)
    np.testing.assert_allclose(price(program, point), [[10, 11 / 0.9]])


def test_a_link_charges_each_direction_by_its_own_tariff() -> None:
    """Two buses with plants of 10 and 20 EUR/MWh, one of which is off in each hour, and 50 MW of
    demand at the other end: 50 MW go forward in hour 0 at 10 + 3 and backward in hour 1 at 20 + 8
    EUR/MWh."""
    built = system(
        2,
        n_buses=2,
        profiles=[[1, 0], [0, 1]],
        load=[[0, 50], [50, 0]],
        supplies=group(
            Supplies,
            2,
            name=["a", "b"],
            bus=[0, 1],
            profile=[0, 1],
            existing_mw=100.0,
            variable_cost=[10.0, 20.0],
        ),
        links=group(
            Links,
            1,
            name=["link"],
            from_bus=[0],
            to_bus=[1],
            forward_mw=60.0,
            backward_mw=60.0,
            tariff_forward=3.0,
            tariff_backward=8.0,
        ),
    )
    program, point, cost = solve(built)
    assert cost == pytest.approx(50 * 13 + 50 * 28, rel=EXACT)
    np.testing.assert_allclose(price(program, point), [[10, 13], [28, 20]])


def test_flows_share_parallel_paths_by_reactance() -> None:
    """Three buses in a triangle of equal lines, 90 MW from bus 0 to bus 1: the direct line takes
    60, the way round 30."""
    built = system(
        1,
        n_buses=3,
        load=[[0, 90, 0]],
        supplies=group(Supplies, 1, name=["plant"], existing_mw=500.0, variable_cost=10.0),
        links=group(
            Links,
            3,
            name=["01", "12", "20"],
            from_bus=[0, 1, 2],
            to_bus=[1, 2, 0],
            forward_mw=100.0,
            backward_mw=100.0,
            reactance=[2.0, 2.0, 2.0],
        ),
    )
    program, point, _ = solve(built)
    assert len(program.rows.item[program.rows.of(Row.VOLTAGE_LAW)]) == 1
    np.testing.assert_allclose(column(program, point, Column.FLOW), [[60, -30, -30]], atol=1e-9)


def test_blocks_of_demand_go_unserved_from_the_cheapest() -> None:
    """70 of 100 MW can be served; 20 MW may go at 200, the rest at 5,000 EUR/MWh: 20 x 200 +
    10 x 5,000 = 54,000 and the price is 5,000."""
    from khazri.system import UnservedBlocks

    built = system(
        1,
        load=[100],
        supplies=group(Supplies, 1, name=["plant"], existing_mw=70.0),
        unserved=group(
            UnservedBlocks, 2, name=["low", "high"], share=[0.2, 0.8], price=[200.0, 5000.0]
        ),
    )
    program, point, cost = solve(built)
    assert cost == pytest.approx(54_000, rel=EXACT)
    np.testing.assert_allclose(price(program, point), [[5000]])


def test_a_market_buys_and_sells_within_its_yearly_volume() -> None:
    """Sales at 40 + 45 x (0.5, 1.5) - 45 = 17.5, 62.5 (the common level of 50 and 40 swings). A
    plant at 10 EUR/MWh would sell 100 MW in both hours; 120 MWh are allowed: 20 in the cheap hour,
    100 in the dear one: -350 - 6,250 + 1,200 = -5,400; one more MWh would earn 17.5 - 10."""
    built = system(
        2,
        profiles=[[0.5], [1.5]],
        load=[0, 0],
        supplies=group(Supplies, 1, name=["plant"], existing_mw=500.0, variable_cost=10.0),
        markets=group(
            Markets,
            1,
            name=["step"],
            buy_price=50.0,
            sell_price=40.0,
            profile=[0],
            import_max_mw=100.0,
            export_max_mw=100.0,
            export_max_mwh=120.0,
        ),
    )
    program, point, cost = solve(built)
    assert cost == pytest.approx(-5400, rel=EXACT)
    np.testing.assert_allclose(column(program, point, Column.EXPORT)[:, 0], [20, 100])
    volume = program.global_rows.of(GlobalRow.EXPORT_ENERGY)
    np.testing.assert_allclose(point.sum_dual[0, volume], [-7.5])


def test_a_market_is_no_money_machine_at_negative_prices() -> None:
    """Level 45, spread 10, shape -1: purchases at -40, sales at -50, so buying to sell loses."""
    built = system(
        1,
        profiles=[[-1.0]],
        load=[0],
        markets=group(
            Markets,
            1,
            name=["step"],
            buy_price=50.0,
            sell_price=40.0,
            profile=[0],
            import_max_mw=100.0,
            export_max_mw=100.0,
        ),
    )
    buy, sell = built.market_prices()
    assert (buy[0, 0], sell[0, 0]) == (-40.0, -50.0)
    _, _, cost = solve(built)
    assert cost == pytest.approx(0, abs=EXACT)


def test_ramps_hold_a_plant_back() -> None:
    """Load 50, 100, 50 (cyclic); the cheap plant of 100 MW changes by 20 MW an hour at most: it
    cannot follow, so 60 - 80 - 60 at best and the dear plant gives the missing 20 MW."""
    built = system(
        3,
        load=[60, 100, 60],
        supplies=group(
            Supplies,
            2,
            name=["slow", "quick"],
            existing_mw=100.0,
            ramp_per_h=[0.2, np.nan],
            variable_cost=[10.0, 100.0],
        ),
    )
    program, point, cost = solve(built)
    np.testing.assert_allclose(column(program, point, Column.SUPPLY)[:, 0], [60, 80, 60])
    assert cost == pytest.approx(10 * 200 + 100 * 20, rel=EXACT)


@pytest.mark.parametrize(("existing", "room"), [(100.0, 0.0), (0.0, 100.0)])
def test_ramps_hold_a_conversion_back(existing: float, room: float) -> None:
    """As above, with a plant that draws 2 MWh of gas at 5 EUR/MWh for each MWh: 60 - 80 - 60. Where
    none stands, 100 MW are built at 1 EUR/MW: each lets it give 0.2 MW more in the peak hour, in
    place of power that costs 90 EUR/MWh more."""
    built = system(
        3,
        n_buses=2,
        load=[[60, 0], [100, 0], [60, 0]],
        supplies=group(
            Supplies, 2, name=["gas", "quick"], bus=[1, 0], existing_mw=[500.0, 100.0],
            variable_cost=[5.0, 100.0],
        ),
        conversions=group(
            Conversions, 1, bus=[0], existing_mw=existing, build_max_mw=room, ramp_per_h=0.2,
            investment_cost=1.0, ports=group(Ports, 1, conversion=[0], bus=[1], ratio=-2.0),
        ),
    )  # fmt: skip
    program, point, cost = solve(built)
    np.testing.assert_allclose(column(program, point, Column.CONVERSION)[:, 0], [60, 80, 60])
    assert cost == pytest.approx(10 * 200 + 100 * 20 + room, rel=EXACT)


def test_operating_reserve_keeps_headroom() -> None:
    """100 MW of load need 20 MW of headroom that only the quick plant gives (100 MW, half of its
    headroom counts): it may run at 60 MW at most; the slow one gives the other 40."""
    built = system(
        1,
        load=[100],
        supplies=group(
            Supplies,
            2,
            name=["quick", "slow"],
            existing_mw=100.0,
            reserve_share=[0.5, 0.0],
            variable_cost=[10.0, 30.0],
        ),
        reserves=(OperatingReserve("reserve", np.array([0]), 0.2),),
    )
    program, point, _ = solve(built)
    np.testing.assert_allclose(column(program, point, Column.SUPPLY), [[60, 40]])


def test_missing_reserve_is_priced_at_the_lowest_value_of_lost_load() -> None:
    """One plant of 110 MW for 100 MW of load and 20 MW of reserve: 10 MW are short at 3,000
    EUR/MWh, be it of the reserve or of the load."""
    built = system(
        1,
        load=[100],
        supplies=group(Supplies, 1, name=["plant"], existing_mw=110.0, reserve_share=1.0),
        reserves=(OperatingReserve("reserve", np.array([0]), 0.2),),
    )
    program, point, cost = solve(built)
    short = column(program, point, Column.SHORTAGE) + column(program, point, Column.UNSERVED)
    np.testing.assert_allclose(short, [[10]])
    assert cost == pytest.approx(30_000, rel=EXACT)


@pytest.mark.parametrize(
    ("limit", "supply", "dual"),
    [
        # coal at 20, gas at 50 EUR/MWh, 100 MWh: 30 t allowed at 1 t/MWh of coal: 30 and 70.
        (a_limit(kind=LimitKind.EMISSIONS, value=30.0, supply=np.array([1.0, 0.0])), [30, 70], -30),
        # at least 60 MWh of gas
        (a_limit(sense="min", value=60.0, supply=np.array([0.0, 1.0])), [40, 60], 30),
    ],
)
def test_yearly_limits_bind_and_have_a_price(
    limit: Limit, supply: list[float], dual: float
) -> None:
    built = system(
        1,
        load=[100],
        supplies=group(
            Supplies, 2, name=["coal", "gas"], existing_mw=200.0, variable_cost=[20.0, 50.0]
        ),
        limits=(limit,),
    )
    program, point, _ = solve(built)
    np.testing.assert_allclose(column(program, point, Column.SUPPLY), [supply])
    np.testing.assert_allclose(point.sum_dual[0], [dual])


def test_yearly_energy_of_an_asset() -> None:
    """A plant at 99 EUR/MWh has to give 30 MWh over two hours of 50 MW each."""
    built = system(
        2,
        load=[50, 50],
        supplies=group(
            Supplies,
            2,
            name=["must", "cheap"],
            existing_mw=100.0,
            energy_min_mwh=[30.0, np.nan],
            variable_cost=[99.0, 1.0],
        ),
    )
    program, point, _ = solve(built)
    assert column(program, point, Column.SUPPLY)[:, 0].sum() == pytest.approx(30)


def test_planning_reserve_builds_firm_capacity() -> None:
    """115 MW firm are asked for, 100 exist: 15 MW more at a credit of 0.75 are 20 MW."""
    built = system(
        1,
        load=[100],
        supplies=group(
            Supplies,
            2,
            name=["old", "new"],
            existing_mw=[100.0, 0.0],
            build_max_mw=[0.0, 100.0],
            investment_cost=[0.0, 40.0],
        ),
        limits=(
            a_limit(
                kind=LimitKind.PLANNING_RESERVE,
                sense="min",
                value=15.0,
                unit="MW",
                supply_capacity=np.array([1.0, 0.75]),
            ),
        ),
    )
    _, point, cost = solve(built)
    np.testing.assert_allclose(point.y, [20])
    assert cost == pytest.approx(800, rel=EXACT)


def corridor(*, is_whole: bool) -> System:
    """Two phases of links in a row bring power at 10 EUR/MWh to a load of 60 MW that else costs
    100 EUR/MWh: 60 of 100 MW are used, saving 60 x 90 = 5,400 against 3,000 + 2,000 when whole."""
    return system(
        1,
        n_buses=3,
        load=[[0, 0, 60]],
        supplies=group(
            Supplies,
            2,
            name=["far", "near"],
            bus=[0, 2],
            existing_mw=500.0,
            variable_cost=[10.0, 100.0],
        ),
        links=group(
            Links,
            2,
            name=["first", "second"],
            from_bus=[0, 1],
            to_bus=[1, 2],
            build_max_mw=100.0,
            phase=[0, 1],
        ),
        phases=group(
            Phases,
            2,
            name=["one", "two"],
            corridor=["way", "way"],
            is_whole=is_whole,
            after=[-1, 0],
            investment_cost=[3000.0, 2000.0],
        ),
    )


def test_a_corridor_is_built_in_part_or_whole() -> None:
    """By shares 60 % suffice: 0.6 x 5,000 + 600 = 3,600; whole it costs 5,000 + 600 = 5,600 <
    6,000, so it is built and 40 MW stay unused."""
    _, point, cost = solve(corridor(is_whole=False))
    np.testing.assert_allclose(point.y, [0.6, 0.6])
    assert cost == pytest.approx(3600, rel=EXACT)
    program = build_program(corridor(is_whole=True))
    assert program.global_rows.family.tolist() == [GlobalRow.PHASE_ORDER]
    result = HighsSolver().solve(flatten(program), SolverOptions())
    np.testing.assert_allclose(result.column_value[-2:], [1, 1])
    assert result.objective == pytest.approx(5600, rel=EXACT)


def test_all_families_are_registered_and_built() -> None:
    """Every family has words, and the random systems of the tests contain all but a few."""
    assert set(COLUMNS) == set(Column)
    assert set(ROWS) == set(Row)
    assert set(GLOBALS) == set(Global)
    assert set(GLOBAL_ROWS) == set(GlobalRow)
    for families in (COLUMNS, ROWS, GLOBALS, GLOBAL_ROWS):
        for family in families.values():  # type: ignore[attr-defined]
            assert family.unit
            assert family.formula
            assert family.reason.endswith(".")
