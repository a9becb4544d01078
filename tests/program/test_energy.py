"""Gas, heat, oil, hydrogen and CO2 on systems of one or two hours, solved by hand.

Buses of the systems here: 0 power, 1 gas, 2 heat unless a test says otherwise.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.systems import a_limit, group, system

from khazri.program import Point, Program, build_program, flatten, lower_bound, unflatten
from khazri.program.families import Column, Global, GlobalRow, Row
from khazri.solve.highs import HighsSolver
from khazri.solve.solver import Method, SolverOptions, Termination
from khazri.system import (
    Conversions,
    Demands,
    Emissions,
    LimitKind,
    Links,
    Markets,
    MeasureGroups,
    Measures,
    OperatingReserve,
    Ports,
    Responses,
    Stores,
    Supplies,
    System,
    UnservedBlocks,
)

EXACT = 1e-6


def solve(built: System) -> tuple[Program, Point, float]:
    program = build_program(built)
    result = HighsSolver().solve(flatten(program), SolverOptions(Method.SIMPLEX))
    assert result.termination is Termination.OPTIMAL, result.detail
    point = unflatten(program, result.column_value, result.row_dual)
    bound = lower_bound(program, point.row_dual, point.sum_dual[0]).value
    assert bound == pytest.approx(result.objective, rel=1e-7, abs=1e-6)
    return program, point, result.objective


def column(program: Program, point: Point, family: Column) -> np.ndarray:
    return point.x[:, program.columns.of(family)]


def price(program: Program, point: Point) -> np.ndarray:
    return point.row_dual[:, program.rows.of(Row.BALANCE)] / program.weight[:, None]


def decided(program: Program, point: Point, family: Global) -> np.ndarray:
    return point.y[program.globals.of(family)]


def emitting(co2, price_per_t):
    """Emissions of CO2 alone at a price [EUR/t]."""
    factor = np.atleast_1d(np.asarray(co2, dtype=float))
    return Emissions(factor, np.zeros(len(factor)), factor, factor * price_per_t)


def test_a_chp_plant_gives_power_and_heat_from_one_fuel() -> None:
    """40 MW of power and 58 MW of heat. The CHP plant burns 2.2 MWh of gas at 20 EUR/MWh for a MWh
    of power and 0.9 of heat: 88 MWh for 40 and 36; a boiler with 1.1 makes the other 22 from 24.2.
    Cost 112.2 x 20 = 2,244. Heat is worth 1.1 x 20 = 22, power 2.2 x 20 - 0.9 x 22 = 24.2."""
    built = system(
        1,
        n_buses=3,
        load=[[40, 0, 58]],
        supplies=group(Supplies, 1, bus=[1], existing_mw=500.0, variable_cost=20.0),
        conversions=group(
            Conversions,
            2,
            name=["chp", "boiler"],
            bus=[0, 2],
            existing_mw=100.0,
            ports=group(Ports, 3, conversion=[0, 0, 1], bus=[1, 2, 1], ratio=[-2.2, 0.9, -1.1]),
        ),
    )
    program, point, cost = solve(built)
    assert cost == pytest.approx(2244, rel=EXACT)
    np.testing.assert_allclose(column(program, point, Column.CONVERSION), [[40, 22]])
    np.testing.assert_allclose(price(program, point), [[24.2, 20, 22]])


def test_a_plant_draws_its_fuel_from_a_bus() -> None:
    """100 MW at an efficiency of 0.5 draw 200 MWh of gas beside 30 of demand: the field gives 150
    at 10 EUR/MWh, an import the other 80 at 25. Power is worth 25 / 0.5 + 3 = 53 EUR/MWh."""
    built = system(
        1,
        n_buses=2,
        load=[[100, 30]],
        supplies=group(
            Supplies,
            3,
            name=["plant", "field", "import"],
            bus=[0, 1, 1],
            existing_mw=[120.0, 150.0, 500.0],
            variable_cost=[3.0, 10.0, 25.0],
            fuel_bus=[1, -1, -1],
            fuel_per_mwh=[2.0, 0.0, 0.0],
        ),
    )
    program, point, cost = solve(built)
    np.testing.assert_allclose(column(program, point, Column.SUPPLY), [[100, 150, 80]])
    assert cost == pytest.approx(300 + 1500 + 2000, rel=EXACT)
    np.testing.assert_allclose(price(program, point), [[53, 25]])


def test_a_mwh_of_wind_frees_two_of_gas_for_export() -> None:
    """The plant of 0.5 gives what wind does not. With 60, then 61 MW of wind against 100 MW of
    demand it draws 80, then 78 MWh of the 200 MWh of a field, and 120, then 122 are exported at 18
    EUR/MWh: each MWh of wind earns 36 EUR, and that is the price of power."""

    def with_wind(mw: float) -> tuple[float, float, float]:
        built = system(
            1,
            n_buses=2,
            load=[[100, 0]],
            supplies=group(
                Supplies,
                3,
                name=["wind", "plant", "field"],
                bus=[0, 0, 1],
                existing_mw=[mw, 120.0, 200.0],
                min_output=[0.0, 0.0, 1.0],
                fuel_bus=[-1, 1, -1],
                fuel_per_mwh=[0.0, 2.0, 0.0],
            ),
            markets=group(Markets, 1, bus=[1], sell_price=18.0, export_max_mw=500.0),
        )
        program, point, cost = solve(built)
        exported = column(program, point, Column.EXPORT)[0, 0]
        return float(exported), cost, float(price(program, point)[0, 0])

    before, after = with_wind(60.0), with_wind(61.0)
    assert before == pytest.approx((120, -2160, 36))
    assert after == pytest.approx((122, -2196, 36))


def test_hydrogen_is_made_when_power_is_free_and_stored() -> None:
    """10 MW of hydrogen in both hours; 100 MW of wind blow in the first only. An electrolyser of
    30 MW makes 20 from 1.5 x 20 = 30 MW of power and the store keeps half."""
    built = system(
        2,
        n_buses=2,
        profiles=[[1.0], [0.0]],
        load=[[0, 10], [0, 10]],
        supplies=group(Supplies, 1, existing_mw=100.0, profile=[0]),
        conversions=group(
            Conversions,
            1,
            bus=[1],
            existing_mw=30.0,
            ports=group(Ports, 1, conversion=[0], bus=[0], ratio=[-1.5]),
        ),
        stores=group(Stores, 1, bus=[1], charge_mw=50.0, discharge_mw=50.0, energy_mwh=50.0),
    )
    program, point, cost = solve(built)
    assert cost == pytest.approx(0, abs=EXACT)
    np.testing.assert_allclose(column(program, point, Column.CONVERSION), [[20], [0]])
    np.testing.assert_allclose(column(program, point, Column.SUPPLY), [[30], [0]])


def test_line_pack_carries_a_peak_that_the_pipeline_cannot() -> None:
    """60, then 100 MW behind a pipeline of 80 MW that needs 0.05 MWh of power for each MWh: 20 MWh
    of the first hour are kept in the pipe. Gas costs 10, power 40 EUR/MWh: 160 x (10 + 2) =
    1,920."""
    built = system(
        2,
        n_buses=3,
        load=[[0, 0, 60], [0, 0, 100]],
        supplies=group(Supplies, 2, bus=[0, 1], existing_mw=500.0, variable_cost=[40.0, 10.0]),
        links=group(
            Links,
            1,
            from_bus=[1],
            to_bus=[2],
            forward_mw=80.0,
            backward_mw=80.0,
            compressor_bus=[0],
            compressor_ratio=[0.05],
        ),
        stores=group(Stores, 1, bus=[2], charge_mw=40.0, discharge_mw=40.0, energy_mwh=40.0),
    )
    program, point, cost = solve(built)
    assert cost == pytest.approx(1920, rel=EXACT)
    np.testing.assert_allclose(column(program, point, Column.FORWARD)[:, 0], [80, 80])
    np.testing.assert_allclose(column(program, point, Column.SUPPLY)[:, 0], [4, 4])
    np.testing.assert_allclose(price(program, point)[:, 2], [12, 12])


def test_compressors_draw_power_whichever_way_gas_goes() -> None:
    """50 MW go backward: 0.05 x 50 MW of power at 40 EUR/MWh come on top of gas at 10."""
    built = system(
        1,
        n_buses=3,
        load=[[0, 50, 0]],
        supplies=group(Supplies, 2, bus=[0, 2], existing_mw=500.0, variable_cost=[40.0, 10.0]),
        links=group(
            Links,
            1,
            from_bus=[1],
            to_bus=[2],
            forward_mw=80.0,
            backward_mw=80.0,
            compressor_bus=[0],
            compressor_ratio=[0.05],
        ),
    )
    _, _, cost = solve(built)
    assert cost == pytest.approx(50 * 12, rel=EXACT)


def test_a_refinery_yields_products_in_fixed_parts() -> None:
    """Crude at 30 EUR/MWh: 2.5 MWh give 1 of petrol and 1.2 of diesel. 10 of petrol and 20 of
    diesel are wanted; diesel can be bought at 90, petrol sold at 50. A run costs 75 and brings at
    the margin 50 + 1.2 x 90: the refinery runs full at 12, 2 are sold, 20 - 14.4 = 5.6 bought:
    900 - 100 + 504 = 1,304."""
    built = system(
        1,
        n_buses=3,
        load=[[10, 20, 0]],
        supplies=group(Supplies, 1, bus=[2], existing_mw=500.0, variable_cost=30.0),
        conversions=group(
            Conversions,
            1,
            bus=[0],
            existing_mw=12.0,
            ports=group(Ports, 2, conversion=[0, 0], bus=[2, 1], ratio=[-2.5, 1.2]),
        ),
        markets=group(
            Markets,
            2,
            name=["petrol", "diesel"],
            bus=[0, 1],
            buy_price=[0.0, 90.0],
            sell_price=[50.0, 0.0],
            import_max_mw=[0.0, 100.0],
            export_max_mw=[100.0, 0.0],
        ),
    )
    program, point, cost = solve(built)
    assert cost == pytest.approx(1304, rel=EXACT)
    np.testing.assert_allclose(column(program, point, Column.EXPORT), [[2, 0]])
    np.testing.assert_allclose(column(program, point, Column.IMPORT), [[0, 5.6]])


def test_captured_co2_goes_into_a_store_until_it_is_full() -> None:
    """100 EUR/t. Of the 0.5 t of a MWh the plant with capture emits 0.05 and captures 0.45, at 60
    EUR of its own; the plain one emits 0.4 at 30. A MWh costs 65 against 70, so capture runs until
    the 9 t of the store are full: 20 MWh of 60, the plain plant makes the rest."""
    built = system(
        2,
        n_buses=2,
        load=[[30, 0], [30, 0]],
        supplies=group(
            Supplies,
            1,
            existing_mw=100.0,
            variable_cost=70.0,
            emissions=emitting([0.4], 100.0),
        ),
        conversions=group(
            Conversions,
            1,
            bus=[0],
            existing_mw=100.0,
            variable_cost=60.0,
            emissions=emitting([0.05], 100.0),
            ports=group(Ports, 1, conversion=[0], bus=[1], ratio=[0.45]),
        ),
        stores=group(Stores, 1, bus=[1], charge_mw=100.0, energy_mwh=9.0, start_level=0.0),
    )
    program, point, cost = solve(built)
    assert column(program, point, Column.CONVERSION).sum() == pytest.approx(20)
    assert column(program, point, Column.LEVEL)[-1, 0] == pytest.approx(9)
    assert cost == pytest.approx(20 * 65 + 40 * 70, rel=EXACT)


def savings(**values) -> Measures:
    return group(Measures, len(values["name"]), bus=0, **values)


def test_a_measure_is_taken_up_where_it_costs_less_than_it_saves() -> None:
    """Two hours of 100 MW at 50 and 20 EUR/MWh. One measure takes 10 and 5 MW off at 550 EUR, worth
    600; another 5 and 10 MW at 480, worth 450. Cost 100 x 70 - 600 + 550 = 6,950."""
    built = system(
        2,
        profiles=[[0.0], [1.0]],
        load=[100, 100],
        supplies=group(Supplies, 2, existing_mw=200.0, profile=[-1, 0], variable_cost=[50.0, 20.0]),
        measures=savings(
            name=["one", "two"],
            saving=[[10, 5], [5, 10]],
            potential_mwh=[15.0, 15.0],
            investment_cost=[550.0, 480.0],
        ),
    )
    program, point, cost = solve(built)
    np.testing.assert_allclose(price(program, point)[:, 0], [50, 20])
    np.testing.assert_allclose(decided(program, point, Global.MEASURE), [1, 0])
    assert cost == pytest.approx(6950, rel=EXACT)


def test_measures_that_overlap_share_what_they_can_save() -> None:
    """Two measures of 20 MWh overlap to 30 together. At 40 EUR/MWh both pay, the first more: it
    saves 20 at 200, the second half of its 20 at half of 400. The multiplier of the overlap says
    that one more MWh would save 40 - 400/20 = 20 EUR."""
    built = system(
        1,
        load=[100],
        supplies=group(Supplies, 1, existing_mw=200.0, variable_cost=40.0),
        measures=savings(
            name=["one", "two"],
            group=[0, 0],
            saving=[[20, 20]],
            potential_mwh=[20.0, 20.0],
            investment_cost=[200.0, 400.0],
        ),
        measure_groups=group(MeasureGroups, 1, potential_mwh=[30.0]),
    )
    program, point, cost = solve(built)
    np.testing.assert_allclose(decided(program, point, Global.MEASURE), [1, 0.5])
    assert cost == pytest.approx(70 * 40 + 400, rel=EXACT)
    overlap = point.sum_dual[0, program.global_rows.of(GlobalRow.MEASURE_GROUP)]
    np.testing.assert_allclose(overlap, [-20])


def test_rebound_uses_up_part_of_the_saving() -> None:
    """Of 20 MWh a quarter is used again, so 15 MW leave the balance, while of the 30 MWh of the
    overlap it takes 20. Worth 15 x 40 = 600 of 500 EUR."""
    built = system(
        1,
        load=[100],
        supplies=group(Supplies, 1, existing_mw=200.0, variable_cost=40.0),
        measures=savings(
            name=["one"],
            group=[0],
            saving=[[15]],
            rebound=[0.25],
            potential_mwh=[20.0],
            investment_cost=[500.0],
        ),
        measure_groups=group(MeasureGroups, 1, potential_mwh=[30.0]),
    )
    program, point, cost = solve(built)
    np.testing.assert_allclose(decided(program, point, Global.MEASURE), [1])
    assert cost == pytest.approx(85 * 40 + 500, rel=EXACT)


def test_a_saving_needs_no_operating_reserve() -> None:
    """A tenth of 100 MW is kept ready: 10 MW. Saving 20 MW leaves 2 less to keep: 80 + 8 MW are one
    more than a plant of 87 MW has, so 1 MW goes unserved at 3,000 EUR. Were all 10 MW still to be
    kept, it would be 3."""
    built = system(
        1,
        load=[100],
        supplies=group(Supplies, 1, existing_mw=87.0, variable_cost=40.0, reserve_share=1.0),
        measures=savings(
            name=["one"],
            saving=[[20]],
            potential_mwh=[20.0],
            investment_cost=[1.0],
        ),
        reserves=(OperatingReserve("r", np.array([0]), 0.1),),
    )
    program, point, cost = solve(built)
    np.testing.assert_allclose(decided(program, point, Global.MEASURE), [1])
    np.testing.assert_allclose(column(program, point, Column.UNSERVED), [[1]])
    assert cost == pytest.approx(79 * 40 + 1 + 3000, rel=EXACT)


def test_demand_is_given_up_step_by_step_before_it_goes_unserved() -> None:
    """100 MW of a works, 70 can be served at 40 EUR/MWh. Steps of 10 and 15 MW are worth 60 and 200
    EUR/MWh: both go, and 5 MW stay unserved at 3,000, the price."""
    built = system(
        1,
        load=[100],
        demands=group(Demands, 1, mean_mw=100.0),
        supplies=group(Supplies, 1, existing_mw=70.0, variable_cost=40.0),
        responses=group(
            Responses, 2, demand=[0, 0], bus=[0, 0], share=[0.1, 0.15], price=[60.0, 200.0]
        ),
    )
    program, point, cost = solve(built)
    np.testing.assert_allclose(column(program, point, Column.RESPONSE), [[10, 15]])
    np.testing.assert_allclose(column(program, point, Column.UNSERVED), [[5]])
    assert cost == pytest.approx(70 * 40 + 600 + 3000 + 15_000, rel=EXACT)
    served = replace(built, supplies=replace(built.supplies, existing_mw=np.array([95.0])))
    program, point, _ = solve(served)
    np.testing.assert_allclose(column(program, point, Column.RESPONSE), [[5, 0]])
    np.testing.assert_allclose(price(program, point), [[60]])


def test_what_is_given_up_or_saved_does_not_pay_for_its_emissions() -> None:
    """100 MW of gas that emits 0.2 t at 50 EUR/t: users pay 10 EUR/MWh beside the price of 20. A
    step worth 28 is given up, as gas costs 30; a measure at 29 EUR/MWh is taken. 10 and 20 MW less
    leave 70 x 30 + 280 + 580 = 2,960, and the price, before emissions, stays 20."""
    emissions = emitting([0.2], 50.0)
    built = system(
        1,
        load=[100],
        demands=group(Demands, 1, mean_mw=100.0, emissions=emissions),
        unserved=group(UnservedBlocks, 1, emissions=emissions),
        supplies=group(Supplies, 1, existing_mw=200.0, variable_cost=20.0),
        responses=group(Responses, 1, share=[0.1], price=[28.0], emissions=emissions),
        measures=savings(
            name=["one"],
            saving=[[20]],
            potential_mwh=[20.0],
            investment_cost=[580.0],
            emissions=emissions,
        ),
    )
    program, point, cost = solve(built)
    np.testing.assert_allclose(column(program, point, Column.RESPONSE), [[10]])
    np.testing.assert_allclose(decided(program, point, Global.MEASURE), [1])
    assert cost == pytest.approx(2960, rel=EXACT)
    np.testing.assert_allclose(price(program, point), [[20]])


def test_a_cap_on_emissions_counts_what_demand_burns() -> None:
    """A plant of 0.4 t/MWh feeds 100 MW beside demand of 50 MW of gas, 10 t. A cap of 40 t leaves
    30 t, 75 MWh; clean power at 90 instead of 50 EUR/MWh makes the other 25. A tonne more would
    save 100 EUR: 2.5 MWh at 40."""
    built = system(
        1,
        n_buses=2,
        load=[[100, 50]],
        demands=group(Demands, 1, bus=[1], mean_mw=50.0, emissions=0.2),
        supplies=group(
            Supplies,
            3,
            bus=[0, 0, 1],
            existing_mw=500.0,
            variable_cost=[50.0, 90.0, 0.0],
            emissions=[0.4, 0.0, 0.0],
        ),
        limits=(
            a_limit(
                kind=LimitKind.EMISSIONS,
                value=40.0,
                supply=np.array([0.4, 0.0, 0.0]),
                demand=np.array([0.2]),
                unserved=np.array([0.0, -0.2]),
            ),
        ),
    )
    program, point, cost = solve(built)
    np.testing.assert_allclose(column(program, point, Column.SUPPLY)[0, :2], [75, 25])
    assert cost == pytest.approx(75 * 50 + 25 * 90, rel=EXACT)
    np.testing.assert_allclose(point.sum_dual[0], [-100])


@pytest.mark.parametrize(("penalty", "taken", "cost"), [(np.nan, 30, 900), (12, 30, 900)])
def test_a_contract_takes_its_least_volume(penalty: float, taken: float, cost: float) -> None:
    """40 MW at 20 EUR/MWh from a plant, or at 30 by contract with at least 30 MWh: 10 EUR/MWh of
    loss are less than 12 of penalty. 30 x 30 + 10 x 20 = 1,100, of which 900 by contract."""
    program, point, total = solve(_contract(penalty))
    assert column(program, point, Column.IMPORT).sum() == pytest.approx(taken)
    assert total == pytest.approx(cost + 200, rel=EXACT)


def test_a_contract_is_paid_for_where_that_is_cheaper_than_taking() -> None:
    """With a penalty of 8 EUR/MWh nothing is taken: 40 x 20 + 30 x 8 = 1,040."""
    program, point, total = solve(_contract(8.0))
    assert column(program, point, Column.IMPORT).sum() == pytest.approx(0)
    np.testing.assert_allclose(decided(program, point, Global.IMPORT_SHORTFALL), [30])
    assert total == pytest.approx(1040, rel=EXACT)


def test_a_least_export_can_be_missed_for_its_price() -> None:
    """A plant of 40 MW at 20 EUR/MWh serves 25 MW; 30 MWh were promised at 50: 15 are sold and 15
    missed at 9 EUR: 800 - 750 + 135 = 185."""
    built = system(
        1,
        load=[25],
        supplies=group(Supplies, 1, existing_mw=40.0, variable_cost=20.0),
        markets=group(
            Markets,
            1,
            sell_price=50.0,
            export_max_mw=100.0,
            export_min_mwh=[30.0],
            export_max_mwh=[35.0],
            shortfall_price=[9.0],
        ),
    )
    program, point, cost = solve(built)
    np.testing.assert_allclose(decided(program, point, Global.EXPORT_SHORTFALL), [15])
    assert cost == pytest.approx(185, rel=EXACT)


def _contract(penalty: float) -> System:
    return system(
        2,
        load=[20, 20],
        supplies=group(Supplies, 1, existing_mw=40.0, variable_cost=20.0),
        markets=group(
            Markets,
            1,
            buy_price=30.0,
            import_max_mw=100.0,
            import_min_mwh=[30.0],
            shortfall_price=[penalty],
        ),
    )
