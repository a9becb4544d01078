"""Infeasible systems whose cause is known, and the numbers that must come out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from khazri.program import Program, build_program
from khazri.program.varying import Varying
from khazri.solve.infeasible import Missing, Side, explain_infeasible
from khazri.solve.infeasible_words import in_words, infeasible_error, with_units
from khazri.system.system import Limit, LimitKind, Links, Stores, Supplies, UnservedBlocks

from ..systems import group, system

NOBODY = group(UnservedBlocks, 1, share=[0.0])
"""No demand may stay unserved."""


def supplies(n: int, **values: object) -> Supplies:
    made: Supplies = group(Supplies, n, **values)
    return made


def short_program(hours: int = 6, peak_hour: int = 4) -> Program:
    """Load 80 MW, 130 MW in one hour; a plant of 100 MW; nothing may stay unserved."""
    load = np.full(hours, 80.0)
    load[peak_hour] = 130.0
    plants = supplies(1, name=["plant"], existing_mw=[100.0], variable_cost=[10.0])
    return build_program(system(hours, load=load, supplies=plants, unserved=NOBODY))


def only(table: pd.DataFrame) -> pd.Series:
    assert len(table) == 1, table
    return table.iloc[0]


def test_short_hour() -> None:
    """130 - 100 = 30 MW in hour 4; the load of that hour against the plant's capacity, 130:100."""
    report = explain_infeasible(short_program())
    row = only(report.missing)
    assert (row.kind, row.family, row["item"]) == (Missing.SHORT, "balance", "b0")
    assert row.amount == pytest.approx(30.0)
    assert row.peak == pytest.approx(30.0)
    assert (row.first_hour, row.last_hour, row.n_hours) == (4, 4, 1)
    need, limit = report.limits.iloc[0], report.limits.iloc[1]
    assert (need.family, need["item"], need.side) == ("balance", "b0", Side.NEED)
    assert (limit.family, limit["item"], limit.side) == ("supply", "plant", Side.AT_MOST)
    assert need.share == pytest.approx(1.0)
    assert limit.share == pytest.approx(-100 / 130)
    assert limit.first_hour == 4


def test_hours_of_a_window_are_those_of_the_year() -> None:
    row = only(explain_infeasible(short_program(), first_hour=100).missing)
    assert row.first_hour == 104


def test_feasible_program_lacks_nothing() -> None:
    plants = supplies(1, existing_mw=[200.0])
    program = build_program(system(6, load=np.full(6, 80.0), supplies=plants, unserved=NOBODY))
    report = explain_infeasible(program)
    assert not report.is_found
    assert not report.only_integers
    assert report.is_exact
    assert in_words(report).startswith("All limits can be met")


def test_surplus_of_a_plant_that_must_run() -> None:
    """A plant that gives at least 90 MW against a load of 80: 10 MW too much in all 3 hours."""
    plants = supplies(1, name=["nuclear"], existing_mw=[100.0], min_output=[0.9])
    report = explain_infeasible(build_program(system(3, load=np.full(3, 80.0), supplies=plants)))
    row = only(report.missing)
    assert row.kind == Missing.SURPLUS
    assert row.amount == pytest.approx(30.0)
    assert row.peak == pytest.approx(10.0)
    first = report.limits.iloc[0]
    assert (first.family, first["item"], first.side) == ("supply", "nuclear", Side.AT_LEAST)


def test_emission_limit_is_named_and_not_the_balance() -> None:
    """80 MW for 10 h at 0.5 t/MWh are 400 t; the limit is 250 t: 150 t too much."""
    plants = supplies(1, name=["gas"], existing_mw=[100.0], emissions=[0.5])
    none = np.zeros(0)
    limit = Limit(
        name="cap", kind=LimitKind.EMISSIONS, sense="max", value=250.0, unit="t",
        supply=np.array([0.5]), discharge=none, conversion=none, forward=none, backward=none,
        supply_capacity=none, store_capacity=none, conversion_capacity=none,
    )  # fmt: skip
    program = build_program(
        system(10, load=np.full(10, 80.0), supplies=plants, unserved=NOBODY, limits=(limit,))
    )
    report = explain_infeasible(program)
    row = only(report.missing)
    assert (row.kind, row.family, row["item"]) == (Missing.ABOVE, "limit", "cap")
    assert row.amount == pytest.approx(150.0)
    assert row.n_hours == -1
    named = set(zip(report.limits.family, report.limits["item"], report.limits.side, strict=True))
    assert ("limit", "cap", Side.AT_MOST) in named
    assert ("balance", "b0", Side.NEED) in named
    words = in_words(report)
    assert "limit cap" in words
    assert "limits.csv" in words
    assert "150 in the unit of the limit above its maximum" in words
    told = with_units(infeasible_error(program), {"cap": "t"})
    assert "limit cap: 150 t above its maximum (limits.csv row 'cap')" in str(told)
    assert (told.facts[0]["unit"], told.facts[0]["where"]) == ("t", "limits.csv row 'cap'")


def test_line_is_named_where_it_binds() -> None:
    """Bus 1 has load 50 and no plant; a line of 30 MW: 20 MW short there, not at bus 0."""
    load = np.tile([10.0, 50.0], (2, 1))
    plants = supplies(1, name=["plant"], existing_mw=[500.0])
    links = group(
        Links, 1, name=["line"], from_bus=[0], to_bus=[1], forward_mw=[30.0], backward_mw=[30.0]
    )
    program = build_program(
        system(2, n_buses=2, load=load, supplies=plants, links=links, unserved=NOBODY)
    )
    report = explain_infeasible(program)
    row = only(report.missing)
    assert row["item"] == "b1"
    assert row.amount == pytest.approx(40.0)
    assert set(report.limits["item"]) == {"b1", "line"}
    assert "links.csv row 'line'" in in_words(report)


def test_store_that_lacks_energy() -> None:
    """A lake starts full at 50 MWh, no inflow; load 20 MW for 4 h from the lake alone: 30 MWh
    short, which no balance of one hour shows."""
    stores = group(
        Stores, 1, name=["lake"], discharge_mw=[40.0], energy_mwh=[50.0], start_level=[1.0]
    )
    program = build_program(system(4, load=np.full(4, 20.0), stores=stores, unserved=NOBODY))
    report = explain_infeasible(program)
    assert report.missing.amount.sum() == pytest.approx(30.0)
    assert set(report.missing.kind) == {Missing.SHORT}


def test_contradicting_bounds_are_said_first() -> None:
    """A plant with a minimum of 120 MW and a maximum of 100 in hour 1 only."""
    program = short_program()
    n = program.n_columns
    lower = np.zeros((program.n_stages, n))
    lower[1, program.columns.of("supply")] = 120.0
    every = np.arange(n)
    doctored = replace(program, lower=Varying(np.zeros(n), every, lower))
    report = explain_infeasible(doctored)
    row = only(report.missing)
    assert (row.kind, row["item"], row.first_hour) == (Missing.CONTRADICTION, "plant", 1)
    assert row.amount == pytest.approx(20.0)
    assert "minimum is above its maximum" in in_words(report)


def test_long_program_is_searched_over_segments_and_finds_the_hours() -> None:
    """A year with three hours of 130 MW against 100: 90 MWh, found to the hour."""
    hours = 8760
    load = np.full(hours, 80.0)
    load[4000:4003] = 130.0
    plants = supplies(20, existing_mw=np.full(20, 5.0))
    program = build_program(system(hours, load=load, supplies=plants, unserved=NOBODY))
    row = only(explain_infeasible(program).missing)
    assert row.amount == pytest.approx(90.0)
    assert (row.first_hour, row.last_hour, row.n_hours) == (4000, 4002, 3)


def test_words_say_where_when_and_how_much() -> None:
    """Hour 4 of the year is 4 o'clock on 1 January."""
    words = in_words(explain_infeasible(short_program()))
    assert "b0" in words
    assert "30 MWh" in words
    assert "1 Jan 04:00" in words
    assert "assets.csv row 'plant'" in words


@pytest.mark.parametrize("n_buses", [1, 40])
def test_words_are_few(n_buses: int) -> None:
    """Forty buses in the dark still make at most fifteen lines."""
    load = np.full((30, n_buses), 10.0)
    plants = supplies(n_buses, bus=np.arange(n_buses), existing_mw=np.full(n_buses, 5.0))
    program = build_program(
        system(30, n_buses=n_buses, load=load, supplies=plants, unserved=NOBODY)
    )
    report = explain_infeasible(program)
    assert len(report.missing) == n_buses
    assert len(in_words(report).splitlines()) <= 15


def test_long_names_are_kept_whole() -> None:
    name = "a_plant_" * 20
    plants = supplies(1, name=[name], existing_mw=[100.0])
    program = build_program(system(2, load=np.full(2, 130.0), supplies=plants, unserved=NOBODY))
    error = infeasible_error(program)
    assert f"assets.csv row '{name}'" in str(error)
    assert name in {fact["item"] for fact in error.facts}


def test_error_carries_words_and_facts() -> None:
    error = infeasible_error(short_program())
    assert "30 MWh" in str(error)
    assert error.facts[0]["item"] == "b0"
    assert error.facts[0]["amount"] == pytest.approx(30.0)
    assert {fact["item"] for fact in error.facts} == {"b0", "plant"}
