"""Where turning round costs nothing, both ways are one signed column."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.systems import a_limit, group, system

from khazri.plan import make_plan
from khazri.program import build_program
from khazri.program.families import Column
from khazri.program.signed import signed_links, signed_stores
from khazri.solve.highs import HighsSolver
from khazri.solve.optimize import Effort, optimize
from khazri.system import Emissions, Links, Stores, Supplies, System

PAID = Emissions(np.zeros(1), np.zeros(1), np.zeros(1), np.ones(1))


def pipe(store=None, link=None, limits=()) -> System:
    """60, then 100 MW at bus 1, behind a pipe with line pack; gas at bus 0 for 10 EUR/MWh."""
    stores = {"charge_mw": 30.0, "discharge_mw": 40.0, "energy_mwh": 50.0} | (store or {})
    links = {"forward_mw": 200.0, "backward_mw": 150.0} | (link or {})
    return system(
        2,
        n_buses=2,
        load=[[0, 60], [0, 100]],
        supplies=group(Supplies, 1, bus=[0], existing_mw=80.0, variable_cost=10.0),
        links=group(Links, 1, from_bus=[0], to_bus=[1], **links),
        stores=group(Stores, 1, bus=[1], **stores),
        limits=limits,
    )


def test_the_other_way_is_below_zero() -> None:
    """Charging at 30 MW is a discharge of -30 MW, sending 150 MW back -150 MW sent."""
    program = build_program(pipe())
    lower, upper = (side.dense()[0] for side in (program.lower, program.upper))
    for family, low, high in (
        (Column.CHARGE, 0, 0),
        (Column.DISCHARGE, -30, 40),
        (Column.FORWARD, -150, 200),
        (Column.BACKWARD, 0, 0),
    ):
        column = program.columns.of(family)
        assert (lower[column].item(), upper[column].item()) == (low, high)


def test_a_plan_tells_both_ways_apart() -> None:
    """The plant makes 80 MW in both hours: 20 MW go into the pipe, then 20 MW come out."""
    built = pipe()
    program = build_program(built)
    plan = make_plan(built, program, optimize(program, HighsSolver(), Effort(segments=0)))
    assert plan.cost == pytest.approx(1600)
    for name, expected in (
        ("charge", [20, 0]),
        ("discharge", [0, 20]),
        ("forward", [80, 80]),
        ("backward", [0, 0]),
    ):
        np.testing.assert_allclose(plan.data[name].to_numpy()[:, 0], expected, atol=1e-4)


@pytest.mark.parametrize(
    "store",
    [
        {"charge_efficiency": 0.99},
        {"discharge_efficiency": 0.99},
        {"variable_cost": 0.1},
        {"charge_emissions": PAID},
        {"discharge_emissions": PAID},
    ],
    ids=lambda store: next(iter(store)),
)
def test_stores_that_lose_or_pay_have_a_column_for_each_way(store) -> None:
    assert signed_stores(pipe()).all()
    assert not signed_stores(pipe(store)).any()


@pytest.mark.parametrize(
    "link",
    [
        {"loss": 0.01},
        {"tariff_forward": 0.1},
        {"tariff_backward": 0.1},
        {"forward_emissions": PAID},
        {"compressor_bus": [0], "compressor_ratio": 0.01},
        {"reactance": 0.1},
    ],
    ids=lambda link: next(iter(link)),
)
def test_links_that_lose_or_pay_have_a_column_for_each_way(link) -> None:
    assert signed_links(pipe()).all()
    assert not signed_links(pipe(link=link)).any()


def test_a_limit_on_one_way_needs_a_column_for_each() -> None:
    """A limit on the difference of both ways does not; nor does one on something else."""
    one = np.ones(1)
    for limit, is_signed in (
        (a_limit(forward=one, value=50.0), (True, False)),
        (a_limit(discharge=one, value=50.0), (False, True)),
        (a_limit(forward=one, backward=-one, value=50.0), (True, True)),
        (a_limit(supply=one, value=50.0), (True, True)),
    ):
        built = pipe(limits=(limit,))
        assert (signed_stores(built).item(), signed_links(built).item()) == is_signed


def test_new_capacity_moves_both_ends() -> None:
    """A candidate store charges half as fast as it discharges: slopes -0.5 and 1 per MW built."""
    store = {"charge_mw": 0.0, "discharge_mw": 0.0, "build_max_mw": 10.0, "charge_ratio": 0.5}
    built = pipe(store)
    program = build_program(replace(built, stores=replace(built.stores, hours=np.ones(1))))
    column = program.columns.of(Column.DISCHARGE)
    assert np.unique(program.lower_slope.dense()[:, column]) == [-0.5]
    assert np.unique(program.upper_slope.dense()[:, column]) == [1.0]
