"""Figures of measurements: medians over rounds, and ratios within rounds."""

from __future__ import annotations

import math
from collections.abc import Callable
from statistics import median
from typing import Any

from benchmarks.measure import Task, Tool

Json = dict[str, Any]
Figure = Callable[[Json], float]

NAMES = {
    Tool.KHAZRI: "Khazri",
    Tool.KHAZRI_HIGHS: "Khazri, HiGHS",
    Tool.PYPSA: "PyPSA, direct",
    Tool.PYPSA_FILE: "PyPSA, LP file",
}
_TO_SOLVER = ("build", "form", "matrix", "file", "hand over")


def read_s(measured: Json) -> float:
    """Seconds from the file to the network in memory."""
    return float(measured["seconds"]["read"])


def program_s(measured: Json) -> float:
    """Seconds from the network to the tool's own model of it."""
    return float(measured["seconds"]["build"])


def to_solver_s(measured: Json) -> float:
    """Seconds from the network to what the solver works on."""
    return sum(measured["seconds"].get(step, 0.0) for step in _TO_SOLVER)


def program_mb(measured: Json) -> float:
    """Largest memory of the process until the tool's own model stands [MB]."""
    return float(measured["peak_mb"]["build"])


def peak_mb(measured: Json) -> float:
    """Largest memory of the process [MB]."""
    return float(max(measured["peak_mb"].values()))


def added_mb(measured: Json) -> float:
    """Largest memory of the process beyond that of the packages and their warming up [MB]."""
    return peak_mb(measured) - float(measured["peak_mb"]["start"])


def solve_s(measured: Json) -> float:
    """Seconds from the network in memory to its solution."""
    return float(measured["seconds"]["solve"])


def core_s(measured: Json) -> float:
    """Seconds of work on all cores together for that; NaN where they were not counted."""
    return float(measured.get("core_seconds", {}).get("solve", "nan"))


def solver_s(measured: Json) -> float:
    """Seconds of those in the solver."""
    return float(measured["facts"]["solver_seconds"])


def iterations(measured: Json) -> float:
    """Iterations of the solver."""
    return float(measured["facts"]["iterations"])


def gap(measured: Json) -> float:
    """Relative gap of the solution, proven; NaN where the tool proves none."""
    return float(measured["facts"].get("gap", "nan"))


def stage_iteration_ms(measured: Json) -> float:
    """Milliseconds in the solver per stage and iteration."""
    return 1e3 * solver_s(measured) / iterations(measured) / hours_of(measured["benchmark"])


def buses_of(benchmark: str) -> int:
    """Return the electrical buses of the system of a benchmark."""
    return int(benchmark.rsplit("-", 1)[1].split("x", 1)[0])


def hours_of(benchmark: str) -> int:
    """Return the hours of the system of a benchmark."""
    return int(benchmark.rsplit("x", 1)[1])


BUILT: dict[str, Figure] = {
    "read s": read_s,
    "model s": program_s,
    "to solver s": to_solver_s,
    "model MB": program_mb,
    "peak MB": peak_mb,
}
SOLVED: dict[str, Figure] = {
    "solve s": solve_s,
    "solver s": solver_s,
    "core s": core_s,
    "iterations": iterations,
    "gap": gap,
    "peak MB": peak_mb,
}


def benchmarks_of(results: Json) -> list[str]:
    """Return the names of the benchmarks that were run, in their order."""
    return list(dict.fromkeys(one["benchmark"] for one in results["measurements"]))


def tools_of(results: Json, benchmark: str) -> list[Tool]:
    """Return the tools that ran ``benchmark``; Khazri first."""
    ran = {one["tool"] for one in results["measurements"] if one["benchmark"] == benchmark}
    return [tool for tool in Tool if tool in ran]


def of(results: Json, benchmark: str, tool: Tool, figure: Figure) -> float:
    """Return the median over rounds of a figure."""
    return median(figure(one) for one in _of(results, benchmark, tool))


def ratio(
    results: Json, benchmark: str, tool: Tool, figure: Figure, base: Tool = Tool.KHAZRI
) -> float:
    """Return how many times that of ``base`` a tool's figure is: the median of ratios in rounds."""
    own = {one["round"]: figure(one) for one in _of(results, benchmark, base)}
    others = _of(results, benchmark, tool)
    return median(figure(one) / own[one["round"]] for one in others)


def share(
    results: Json, benchmark: str, tool: Tool, figure: Figure, base: Tool = Tool.KHAZRI
) -> float:
    """Return the figure of ``base`` as a share of a tool's."""
    return 1.0 / ratio(results, benchmark, tool, figure, base)


def _of(results: Json, benchmark: str, tool: Tool) -> list[Json]:
    return [
        one
        for one in results["measurements"]
        if one["benchmark"] == benchmark and one["tool"] == tool
    ]


def is_of(task: Task, benchmark: str) -> bool:
    """Tell whether a benchmark is of this task."""
    return benchmark.startswith(f"{task}-")


def number(value: float) -> str:
    """Return a number with about three digits; a gap in powers of ten."""
    if math.isnan(value):
        return "-"
    if abs(value) < 1e-3:
        return f"{value:.0e}"
    return f"{value:,.2f}" if value < 10 else f"{value:,.1f}" if value < 100 else f"{value:,.0f}"


def times(value: float) -> str:
    """Return a ratio for a table."""
    return "-" if math.isnan(value) else f"× {value:.3g}"
