"""The certificate passes the true optimum and refuses every doctored one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from khazri.program import Point, Program, build_program, flatten, lower_bound, unflatten
from khazri.program.families import Column, Global, GlobalRow, Row
from khazri.solve.certificate import Certificate, certify
from khazri.solve.highs import HighsSolver
from khazri.solve.solver import Method, SolverOptions
from khazri.system import build_system

from ..energy import energy_case
from ..systems import random_system

HOURS = 48
NO_HANDOVERS = np.zeros(0, dtype=np.int64)


@cache
def optimum() -> tuple[Program, Point, float, float]:
    """A program with all features, its optimum, bound and cost."""
    program = build_program(random_system(7, HOURS, 3))
    result = HighsSolver().solve(flatten(program), SolverOptions(Method.SIMPLEX))
    point = unflatten(program, result.column_value, result.row_dual)
    bound = lower_bound(program, point.row_dual, point.sum_dual[0]).value
    return program, point, bound, result.objective


def certificate(
    point: Point, claimed: float | None = None, bound: float | None = None
) -> Certificate:
    program, _, proven, cost = optimum()
    return certify(
        program,
        point,
        proven if bound is None else bound,
        cost if claimed is None else claimed,
        NO_HANDOVERS,
    )


def test_the_true_optimum_is_certified() -> None:
    _, point, _, cost = optimum()
    found = certificate(point)
    assert found.is_valid, found.faults
    assert abs(found.gap) < 1e-9
    assert found.cost == pytest.approx(cost)


Doctor = Callable[[Point, Program, np.random.Generator], Point]


def _moved(family: Column, amount: float) -> Doctor:
    """Change one value of a column family, where and when by chance."""

    def doctor(point: Point, program: Program, rng: np.random.Generator) -> Point:
        here = program.columns.of(family)
        x = point.x.copy()
        x[rng.integers(HOURS), rng.integers(here.start, here.stop)] += amount
        return replace(point, x=x)

    return doctor


def _scaled(family: Column, factor: float) -> Doctor:
    """Multiply a whole column family."""

    def doctor(point: Point, program: Program, rng: np.random.Generator) -> Point:
        x = point.x.copy()
        x[:, program.columns.of(family)] *= factor
        return replace(point, x=x)

    return doctor


def _priced(family: Row, amount: float) -> Doctor:
    """Change one multiplier of a row family."""

    def doctor(point: Point, program: Program, rng: np.random.Generator) -> Point:
        here = program.rows.of(family)
        dual = point.row_dual.copy()
        dual[rng.integers(HOURS), rng.integers(here.start, here.stop)] += amount
        return replace(point, row_dual=dual)

    return doctor


def _all_priced(factor: float) -> Doctor:
    def doctor(point: Point, program: Program, rng: np.random.Generator) -> Point:
        return replace(point, row_dual=point.row_dual * factor)

    return doctor


def _capacity(factor: float) -> Doctor:
    """Claim another capacity than the dispatch uses."""

    def doctor(point: Point, program: Program, rng: np.random.Generator) -> Point:
        return replace(point, y=point.y * factor)

    return doctor


def _swapped(point: Point, program: Program, rng: np.random.Generator) -> Point:
    """Swap two hours of the dispatch."""
    x = point.x.copy()
    x[[3, 20]] = x[[20, 3]]
    return replace(point, x=x)


def _not_a_number(point: Point, program: Program, rng: np.random.Generator) -> Point:
    x = point.x.copy()
    x[rng.integers(HOURS), rng.integers(program.n_columns)] = np.nan
    return replace(point, x=x)


def _volume(point: Point, program: Program, rng: np.random.Generator) -> Point:
    """Trade the full power in every hour, whatever the yearly volume."""
    x = point.x.copy()
    trades = program.columns.of(Column.EXPORT)
    x[:, trades] = program.upper.dense()[:, trades]
    return replace(point, x=x)


def _limit_price(point: Point, program: Program, rng: np.random.Generator) -> Point:
    """Price the volume of a market wrongly."""
    here = program.global_rows.of(GlobalRow.EXPORT_ENERGY)
    sums = point.sum_dual.copy()
    sums[:, here] -= 30.0
    return replace(point, sum_dual=sums)


_TENTH = 0.1
_ELSEWHERE = {Column.CONVERSION, Column.RESPONSE}
"""Families that the sample does not have; those of several carriers are doctored below."""
DOCTORS: dict[str, Doctor] = {
    **{f"{family} up": _moved(family, 50.0) for family in Column if family not in _ELSEWHERE},
    **{f"{family} down": _moved(family, -50.0) for family in Column if family not in _ELSEWHERE},
    **{f"{family} price up": _priced(family, 40.0) for family in (Row.BALANCE, Row.STORE)},
    **{f"{family} price down": _priced(family, -40.0) for family in (Row.BALANCE, Row.STORE)},
    "ramp price": _priced(Row.RAMP, 80.0),
    "voltage price": _priced(Row.VOLTAGE_LAW, 50.0),
    "reserve price": _priced(Row.RESERVE, 60.0),
    "supply scaled": _scaled(Column.SUPPLY, 1.01),
    "supply shrunk": _scaled(Column.SUPPLY, 0.999),
    "levels scaled": _scaled(Column.LEVEL, 1.05),
    "flows reversed": _scaled(Column.FLOW, -1.0),
    "discharge doubled": _scaled(Column.DISCHARGE, 2.0),
    "unserved hidden": _scaled(Column.UNSERVED, -1.0),
    "prices doubled": _all_priced(2.0),
    "prices negated": _all_priced(-1.0),
    "prices off by a hundredth": _all_priced(1.01),
    "no prices": _all_priced(0.0),
    "four times the capacity": _capacity(4.0),
    "half the capacity": _capacity(0.5),
    "a tenth less capacity": _capacity(1 - _TENTH),
    "hours swapped": _swapped,
    "not a number": _not_a_number,
    "volume": _volume,
    "limit price": _limit_price,
}
_UNUSED = {"unserved hidden"}
"""No demand goes unserved in the sample: there is nothing to hide."""


@pytest.mark.parametrize("name", [name for name in DOCTORS if name not in _UNUSED])
def test_no_doctored_solution_is_certified(name: str) -> None:
    program, point, _, _ = optimum()
    rng = np.random.default_rng(sum(map(ord, name)))
    found = certificate(DOCTORS[name](point, program, rng))
    assert not found.is_valid
    assert found.faults


def test_half_a_corridor_that_must_be_whole_is_refused() -> None:
    """A share of 0.4 of a phase that is built whole or not at all, else a perfect plan."""
    program, point, bound, cost = optimum()
    whole = replace(program, is_integer=program.globals.family == Global.PHASE)
    assert 0.0 < point.y[-1] < 1.0
    found = certify(whole, point, bound, cost, NO_HANDOVERS)
    assert not found.is_valid
    assert "whole decisions" in found.faults[0]


@pytest.mark.parametrize("claim", [0.99, 1.00001, 2.0, np.nan, -1.0])
def test_a_status_that_lies_about_the_cost_is_refused(claim: float) -> None:
    _, point, _, cost = optimum()
    assert not certificate(point, claimed=cost * claim).is_valid


@pytest.mark.parametrize("bound", [np.nan, np.inf, -np.inf, 1.5])
def test_a_bound_that_cannot_be_is_refused(bound: float) -> None:
    """No bound at all, or one above the cost of a plan that exists."""
    _, point, _, cost = optimum()
    assert not certificate(point, bound=bound * cost).is_valid


@cache
def energy() -> tuple[Program, Point, float, float]:
    """A day of a country with all carriers, its optimum, bound and cost."""
    program = build_program(build_system(energy_case(0), 2030))
    result = HighsSolver().solve(flatten(program), SolverOptions(Method.SIMPLEX))
    point = unflatten(program, result.column_value, result.row_dual)
    bound = lower_bound(program, point.row_dual, point.sum_dual[0]).value
    return program, point, bound, result.objective


@pytest.mark.parametrize("amount", [-5.0, 5.0])
@pytest.mark.parametrize("family", sorted(_ELSEWHERE))
def test_no_doctored_flow_of_other_carriers_is_certified(family: Column, amount: float) -> None:
    program, point, bound, cost = energy()
    assert certify(program, point, bound, cost, NO_HANDOVERS).is_valid
    x = point.x.copy()
    x[7, program.columns.of(family)] += amount
    assert not certify(program, replace(point, x=x), bound, cost, NO_HANDOVERS).is_valid


@pytest.mark.parametrize("family", [Global.MEASURE, Global.EXPORT_SHORTFALL])
def test_no_doctored_uptake_or_shortfall_is_certified(family: Global) -> None:
    """Uptakes beyond all there is or saved without being there, volumes missed by less than
    nothing."""
    program, point, bound, cost = energy()
    for amount in (-0.3, 0.3) if family == Global.MEASURE else (-50.0,):
        y = point.y.copy()
        y[program.globals.of(family)] += amount
        assert not certify(program, replace(point, y=y), bound, cost, NO_HANDOVERS).is_valid


def test_there_are_fifty_doctored_solutions() -> None:
    assert len(DOCTORS) - len(_UNUSED) + 5 + 4 >= 50
