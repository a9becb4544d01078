"""Programs without what decides nothing: the same optimum, prices and proof."""

from __future__ import annotations

import numpy as np
import pytest
from tests.systems import group, random_system, system

from khazri.program import Point, Program, build_program, flatten, shorten, unflatten, violations
from khazri.program.families import Column, Row
from khazri.program.proof import lower_bound
from khazri.solve.highs import HighsSolver
from khazri.solve.solver import Method, SolverOptions, Termination
from khazri.system import Links, Markets, Supplies


def solve(program: Program) -> tuple[Point, float]:
    result = HighsSolver().solve(flatten(program), SolverOptions(Method.SIMPLEX))
    assert result.termination is Termination.OPTIMAL, result.detail
    return unflatten(program, result.column_value, result.row_dual), result.objective


def sold_abroad(link_mw: float, market_mw: float) -> Program:
    """100 MW at 20 EUR/MWh and a load of 50 MW at home; a line that loses a tenth leads to a
    market that pays 60, then 10 EUR/MWh."""
    return build_program(
        system(
            2,
            n_buses=2,
            load=[[50.0, 0.0], [50.0, 0.0]],
            profiles=[[60.0 / 35.0], [10.0 / 35.0]],
            supplies=group(Supplies, 1, name=["plant"], existing_mw=100.0, variable_cost=20.0),
            links=group(
                Links,
                1,
                name=["line"],
                from_bus=[0],
                to_bus=[1],
                forward_mw=link_mw,
                loss=0.1,
            ),
            markets=group(
                Markets, 1, name=["abroad"], bus=[1], sell_price=35.0, profile=[0],
                export_max_mw=market_mw, export_max_mwh=1000.0,
            ),
        )
    )  # fmt: skip


@pytest.mark.parametrize(
    ("link_mw", "market_mw", "sold", "abroad"),
    [(40.0, 30.0, 30.0, 20.0 / 0.9), (20.0, 30.0, 18.0, 60.0)],
    ids=["the market is full", "the line is full"],
)
def test_what_flows_to_a_market_is_what_is_sold(
    link_mw: float, market_mw: float, sold: float, abroad: float
) -> None:
    """The plant gives 50 MW and what the line takes, sold / 0.9. Whoever is full earns the rent: a
    full market pays what sending costs, 20 / 0.9; over a full line it pays its 60.
    Cost 20 x (100 + sold / 0.9) - 60 x sold. Nothing is sold at 10, the price abroad then."""
    program = sold_abroad(link_mw, market_mw)
    short = shorten(program)
    # Backward flow and imports are zero; exports are 0.9 of forward flow, by the market's balance.
    assert set(program.columns.family) - set(short.program.columns.family) >= {
        Column.BACKWARD,
        Column.IMPORT,
        Column.EXPORT,
    }
    assert list(short.program.rows.item) == ["b0"]
    found, cost = solve(short.program)
    assert cost == pytest.approx(20.0 * (100.0 + sold / 0.9) - 60.0 * sold)
    point = short.restore(found)
    assert program.objective(point.x, point.y) == pytest.approx(cost)
    assert point.x[:, program.columns.of(Column.EXPORT)].ravel() == pytest.approx([sold, 0.0])
    prices = point.row_dual[:, program.rows.of(Row.BALANCE)]
    assert prices == pytest.approx(np.array([[20.0, abroad], [20.0, 10.0]]))
    assert lower_bound(program, point.row_dual, np.zeros(0)).value == pytest.approx(cost)


def test_a_market_that_no_line_reaches_has_the_price_of_what_is_not_bought_there() -> None:
    """80 MW could be bought at 12 EUR/MWh, and nothing can leave: the balance holds imports at zero
    whatever its price is. At 12 they are worth nothing, so they prove nothing off the cost of 20 x
    50 MW in each of two hours."""
    program = build_program(
        system(
            2,
            n_buses=2,
            load=[[50.0, 0.0], [50.0, 0.0]],
            supplies=group(Supplies, 1, name=["plant"], existing_mw=100.0, variable_cost=20.0),
            markets=group(
                Markets, 1, name=["abroad"], bus=[1], buy_price=12.0, import_max_mw=80.0,
                import_max_mwh=1000.0,
            ),
        )
    )  # fmt: skip
    short = shorten(program)
    assert list(short.program.rows.item) == ["b0"]
    assert Column.IMPORT not in short.program.columns.family
    point = short.restore(solve(short.program)[0])
    prices = point.row_dual[:, program.rows.of(Row.BALANCE)]
    assert prices == pytest.approx(np.array([[20.0, 12.0], [20.0, 12.0]]))
    assert lower_bound(program, point.row_dual, np.zeros(0)).value == pytest.approx(2000.0)


def test_volumes_that_no_hour_can_reach_have_no_row() -> None:
    """Two hours at 30 MW stay below 1,000 MWh."""
    assert sold_abroad(40.0, 30.0).n_global_rows == 0
    assert sold_abroad(40.0, 501.0).n_global_rows == 1


@pytest.mark.parametrize("seed", range(6))
def test_random_systems_keep_optimum_and_proof(seed: int) -> None:
    program = build_program(random_system(seed, hours=12, n_buses=3))
    short = shorten(program)
    assert short.program.n_columns < program.n_columns  # reservoirs charge nothing
    found, cost = solve(short.program)
    assert cost == pytest.approx(solve(program)[1], rel=1e-9)
    point = short.restore(found)
    off = violations(program, point)
    assert np.abs(off.balance).max() < 1e-6
    assert max(off.below.max(), off.above.max(), off.sums.max(initial=0.0)) < 1e-6
    proven = lower_bound(program, point.row_dual, point.sum_dual[0]).value
    assert proven == pytest.approx(cost, rel=1e-7)
