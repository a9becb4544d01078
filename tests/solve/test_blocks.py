"""Large programs go to the block method, and what becomes of those that it cannot finish."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from khazri.program import Program, build_program, violations
from khazri.solve import optimize as optimize_module
from khazri.solve.blocks import BlockSolver
from khazri.solve.highs import HighsSolver
from khazri.solve.optimize import Effort, Progress, optimize
from khazri.solve.solver import Feature

from ..systems import random_system

HOURS = 120


@pytest.fixture
def program(monkeypatch: pytest.MonkeyPatch) -> Program:
    """A program that counts as large here."""
    monkeypatch.setattr(optimize_module, "SIMPLEX_COLUMNS", 100)
    return build_program(random_system(1, HOURS, 3))


def test_large_programs_are_solved_exactly_by_the_block_method(program: Program) -> None:
    found = optimize(program, BlockSolver(), Effort())
    exact = optimize(program, HighsSolver(), Effort(segments=0))
    assert found.is_exact
    assert "block method" in found.solver
    assert found.certificate.is_valid, found.certificate.faults
    assert abs(found.certificate.gap) < 1e-6
    assert found.certificate.cost == pytest.approx(exact.certificate.cost, rel=1e-6)
    assert np.abs(violations(program, found.point).balance).max() < 1e-3


def test_out_of_time_its_capacities_are_run_through_every_hour(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two hundred milliseconds are not enough; whatever the method has by then, the plan holds in
    every hour and its gap is proven."""
    monkeypatch.setattr(optimize_module, "USEFUL_GAP", np.inf)
    full = optimize(program, BlockSolver(), Effort())
    found = optimize(program, BlockSolver(), Effort(time_limit_s=0.0, window_h=24))
    assert not found.is_exact
    assert found.certificate.is_valid, found.certificate.faults
    assert found.certificate.bound <= full.certificate.cost * (1 + 1e-9)
    assert found.certificate.cost >= full.certificate.bound * (1 - 1e-9)


def test_without_kernels_it_says_so_and_segments_do_the_work(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(BlockSolver, "supports", lambda _, feature: feature is not Feature.STAGES)
    heard: list[Progress] = []
    found = optimize(program, BlockSolver(), Effort(), heard.append)
    assert any("no compiled kernels" in news.text for news in heard)
    assert "block method" not in found.solver
    assert found.certificate.is_valid, found.certificate.faults


def test_several_chains_are_solved_at_once(program: Program) -> None:
    """Two halves of the year that know nothing of each other."""
    half = HOURS // 2
    previous = np.arange(HOURS) - 1
    previous[[0, half]] = [half - 1, HOURS - 1]
    is_first = np.isin(np.arange(HOURS), [0, half])
    two = replace(program, previous=previous, is_first=is_first)
    found = optimize(two, BlockSolver(), Effort(segments=0))
    assert "block method" in found.solver
    assert found.certificate.is_valid, found.certificate.faults
    other = optimize(two, HighsSolver(), Effort(segments=0))
    assert found.certificate.cost == pytest.approx(other.certificate.cost, rel=1e-5)


def test_a_number_of_segments_that_is_asked_for_is_respected(program: Program) -> None:
    found = optimize(program, BlockSolver(), Effort(segments=24, window_h=24))
    assert "block method" not in found.solver
