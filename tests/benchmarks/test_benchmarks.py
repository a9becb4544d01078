"""The benchmarks run, their tools solve the same problem, and ratios are what they say."""

from __future__ import annotations

import warnings
from itertools import pairwise
from pathlib import Path
from typing import Any

import linopy
import pytest
from benchmarks.figures import of, ratio, stage_iteration_ms, to_solver_s
from benchmarks.ladder import FULL, QUICK, TINY, Benchmark
from benchmarks.measure import MEASURES, TOLERANCE, Measured, Task, Tool
from benchmarks.report import table
from benchmarks.run import run, together
from benchmarks.systems import Size, network, write_network

from khazri.case import new_case
from khazri.interop.solve import TOLERANCE as OF_THE_COMMAND
from khazri.solve import optimize

TINY_SIZE = Size(2, 24)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("benchmarks") / "tiny.nc"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        write_network(TINY_SIZE, path)
    return path


def measured(tool: Tool, path: Path, task: Task) -> Measured:
    semantics = linopy.options["semantics"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return MEASURES[tool](path, task)
        finally:
            linopy.options["semantics"] = semantics


def test_all_tools_build_a_program_of_the_same_columns(tiny: Path) -> None:
    """Khazri's has fewer rows: bounds that do not move are no rows in it."""
    built = {tool: measured(tool, tiny, Task.BUILD) for tool in Tool}
    sizes = {tool: found.facts for tool, found in built.items()}
    assert len({about["columns"] for about in sizes.values()}) == 1
    assert sizes[Tool.PYPSA]["rows"] == sizes[Tool.PYPSA_FILE]["rows"]
    assert sizes[Tool.KHAZRI]["rows"] < sizes[Tool.PYPSA]["rows"]
    for found in built.values():
        assert set(found.seconds) >= {"read", "build", "hand over"}
        # The kernel adds up what processors count some pages late: a peak may seem to fall by them.
        peaks = list(found.peak_mb.values())
        assert all(later > earlier - 1.0 for earlier, later in pairwise(peaks))


def test_all_tools_find_the_same_optimum(tiny: Path) -> None:
    costs = [measured(tool, tiny, Task.SOLVE).facts["objective"] for tool in Tool]
    assert costs[0] > 0
    assert costs == pytest.approx([costs[0]] * len(costs), rel=1e-9)


def test_a_run_keeps_machine_versions_and_measurements() -> None:
    """Of Khazri alone, in processes of their own."""
    results = run([Benchmark(Task.BUILD, TINY_SIZE, tools=(Tool.KHAZRI,), repeats=2)])
    assert {"pypsa", "linopy", "highspy", "khazri"} <= set(results["versions"])
    assert results["machine"]["cores"] >= 1
    assert [one["round"] for one in results["measurements"]] == [1, 2]
    assert all(one["peak_mb"]["hand over"] > 50 for one in results["measurements"])
    assert "build-2x24" in table(results)


def test_the_same_seed_gives_the_same_network() -> None:
    first, second, other = (network(TINY_SIZE, seed) for seed in (0, 0, 1))
    assert first.generators_t.p_max_pu.equals(second.generators_t.p_max_pu)
    assert first.lines.equals(second.lines)
    assert not first.lines.equals(other.lines)


def test_twenty_buses_are_the_system_that_is_spoken_of() -> None:
    """29 lines (10 cycles), 47 stores: 20 batteries, 20 of hydrogen, 7 reservoirs."""
    grid = network(Size(20, 24))
    assert len(grid.lines) == 29
    assert len(grid.storage_units) + len(grid.stores) == 47


def test_ratios_are_formed_within_rounds() -> None:
    """Khazri 1 s and 10 s, PyPSA 4 s and 20 s: 4 and 2 times as long, in the middle 3."""

    def one(tool: Tool, number: int, seconds: float) -> dict[str, Any]:
        return {
            "benchmark": "build-1x1",
            "tool": tool,
            "round": number,
            "seconds": {"build": seconds / 2, "hand over": seconds / 2},
        }

    results = {
        "measurements": [
            one(Tool.KHAZRI, 1, 1.0),
            one(Tool.PYPSA, 1, 4.0),
            one(Tool.PYPSA, 2, 20.0),
            one(Tool.KHAZRI, 2, 10.0),
        ]
    }
    assert ratio(results, "build-1x1", Tool.PYPSA, to_solver_s) == pytest.approx(3.0)
    assert of(results, "build-1x1", Tool.PYPSA, to_solver_s) == pytest.approx(12.0)


def test_the_tolerance_is_that_OF_THE_COMMAND() -> None:
    assert OF_THE_COMMAND == TOLERANCE


def test_what_fails_or_takes_too_long_is_left_out_and_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """No time at all is allowed: nothing is measured, and it ends at once."""
    monkeypatch.setattr("benchmarks.run.LIMIT_S", 0.0)
    results = run([Benchmark(Task.BUILD, TINY_SIZE, tools=(Tool.KHAZRI,), repeats=1)])
    assert results["measurements"] == []
    assert results["left_out"] == {"build-2x24": "khazri was not done when time was up"}


def test_a_case_is_brought_to_both_solvers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The demo case, of which the block method does as many iterations as it is asked for."""
    monkeypatch.setattr("benchmarks.measure.PACE_ITERATIONS", 2)
    demo = new_case(tmp_path / "demo")
    own, highs = (measured(tool, demo, Task.CASE) for tool in (Tool.KHAZRI, Tool.KHAZRI_HIGHS))
    assert own.facts["columns"] == highs.facts["columns"]
    assert own.facts["iterations"] == 2
    assert own.peak_mb["begin"] >= own.peak_mb["build"]
    assert highs.peak_mb["hand over"] >= highs.peak_mb["matrix"]


def test_names_of_benchmarks_are_unique() -> None:
    for ladder in (FULL, QUICK, TINY):
        names = [benchmark.name for benchmark in ladder]
        assert len(set(names)) == len(names)


def test_the_block_method_and_highs_find_the_same_optimum(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The block method is used from 1,000 stage columns on here: the system stays small."""
    monkeypatch.setattr(optimize, "SIMPLEX_COLUMNS", 1000)
    path = tmp_path / "small.nc"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        write_network(Size(3, 96), path)
    own = measured(Tool.KHAZRI, path, Task.SOLVE)
    assert "block method" in str(own.facts["solver"])
    other = measured(Tool.KHAZRI_HIGHS, path, Task.SOLVE)
    assert "HiGHS" in str(other.facts["solver"])
    for found in (own, other):
        assert found.facts["is_valid"]
        assert float(found.facts["gap"]) < 1e-5
    assert own.facts["objective"] == pytest.approx(other.facts["objective"], rel=1e-5)


def test_a_solver_that_is_only_begun_tells_its_pace(tmp_path: Path) -> None:
    """HiPO is stopped after a few iterations."""
    path = tmp_path / "begun.nc"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        write_network(Size(3, 96), path)
    facts = measured(Tool.KHAZRI_HIGHS, path, Task.PACE).facts
    assert 1 <= int(facts["iterations"]) <= 6
    assert float(facts["iteration_seconds"]) > 0
    with pytest.raises(ValueError, match="run to its end"):
        measured(Tool.KHAZRI, path, Task.PACE)


def test_time_per_stage_and_iteration() -> None:
    """8 s for 10 iterations over 100 hours are 8 ms per hour and iteration."""
    one = {
        "benchmark": "solve-3x100",
        "facts": {"solver_seconds": 8.0, "iterations": 10},
    }
    assert stage_iteration_ms(one) == pytest.approx(8.0)


def test_a_benchmark_that_is_run_again_takes_the_place_of_its_old_results() -> None:
    """Of builds a and b, b is run again; a is kept, first as on the ladder."""
    ladder = [Benchmark(Task.BUILD, Size(1, hours), (Tool.KHAZRI,), 1) for hours in (1, 2)]
    old, new = (
        {
            "date": date,
            "machine": {"cores": 2},
            "versions": {},
            "load": [load],
            "measurements": [{"benchmark": name, "date": date} for name in names],
        }
        for date, load, names in (
            ("old", 1.0, ["build-1x1", "build-1x2", "build-9x9"]),
            ("new", 2.0, ["build-1x2"]),
        )
    )
    both = together(ladder, old, new)
    assert [one["date"] for one in both["measurements"]] == ["old", "new"]
    assert [one["benchmark"] for one in both["measurements"]] == ["build-1x1", "build-1x2"]
    assert both["load"] == [1.0, 2.0]
    with pytest.raises(ValueError, match="machine"):
        together(ladder, {**old, "machine": {"cores": 4}}, new)
