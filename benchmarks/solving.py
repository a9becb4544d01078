"""What the measurements say about solving: the block method against HiPO."""

from __future__ import annotations

from collections.abc import Iterable

from benchmarks.figures import (
    NAMES,
    Json,
    benchmarks_of,
    buses_of,
    gap,
    hours_of,
    is_of,
    iterations,
    number,
    of,
    peak_mb,
    ratio,
    share,
    solve_s,
    solver_s,
    stage_iteration_ms,
    tools_of,
)
from benchmarks.measure import Task, Tool

AIM_CASE_MB = 4000.0
"""Memory that the reference case may take over a whole year."""

YEAR = "20x8760"
"""The system that the aims are about."""

AIM_HIGHS, AIM_PYPSA, AIM_MB = 15.0, 20.0, 6000.0
"""Times faster than Khazri with HiPO and than PyPSA with HiPO, and peak memory [MB]."""

AIM_SPREAD, AIM_GROWTH = 0.20, 0.5
"""Time per stage and iteration constant within this share; iterations grow by less than this."""


def claims_about_solving(results: Json) -> list[str]:
    """Return lines that compare whole solves, each naming its benchmark."""
    lines = []
    for name in _solved(results):
        for tool in tools_of(results, name):
            if tool is not Tool.KHAZRI:
                lines.append(
                    f"- `{name}`: from network to solution {NAMES[tool]} takes "
                    f"{ratio(results, name, tool, solve_s):.1f} times as long as Khazri with the "
                    f"block method, which needs {share(results, name, tool, peak_mb):.0%} of the "
                    f"memory and {of(results, name, Tool.KHAZRI, iterations):.0f} iterations "
                    f"instead of {of(results, name, tool, iterations):.0f}; the costs differ by "
                    f"{_difference(results, name, tool):.0e} of their size."
                )
    year = f"{Task.SOLVE}-{YEAR}"
    if year in _solved(results):
        memory = of(results, year, Tool.KHAZRI, peak_mb)
        lines.append(
            f"- `{year}`: the whole year takes {of(results, year, Tool.KHAZRI, solve_s):,.0f} s "
            f"from network to solution, {of(results, year, Tool.KHAZRI, solver_s):,.0f} s of them "
            f"in the block method ({of(results, year, Tool.KHAZRI, iterations):.0f} iterations), "
            f"with a proven gap of {of(results, year, Tool.KHAZRI, gap):.1e} and "
            f"{memory / 1e3:.2f} GB; the aim of {AIM_MB / 1e3:.0f} GB is "
            f"{'reached' if memory < AIM_MB else 'not reached'}."
        )
    return lines


def whole_case(results: Json) -> list[str]:
    """Return what memory the reference case takes over a whole year, step by step."""
    name = next((one for one in benchmarks_of(results) if is_of(Task.CASE, one)), None)
    if name is None:
        return []

    def gb(tool: Tool, step: str) -> float:
        return of(results, name, tool, lambda one: float(one["peak_mb"][step])) / 1e3

    def fact(tool: Tool, key: str) -> float:
        return of(results, name, tool, lambda one: float(one["facts"][key]))

    def size(prefix: str) -> str:
        columns, rows, nonzeros = (
            fact(own, prefix + what) / 1e6 for what in ("columns", "rows", "nonzeros")
        )
        return f"{columns:.2f} million columns, {rows:.2f} million rows, {nonzeros:.2f} million"

    own, highs = Tool.KHAZRI, Tool.KHAZRI_HIGHS
    return [
        f"- `{name}`: all 8,760 hours at once are {size('')} non-zeros; as the block method solves "
        f"them, without columns and rows that decide nothing, {size('solved_')}. The power system "
        f"alone, before there were other carriers, would be {size('power_')} as solved.",
        f"- `{name}`: the process has taken "
        f"{gb(own, 'build'):.2f} GB when the program stands and {gb(own, 'begin'):.2f} GB after "
        f"{fact(own, 'iterations'):.0f} iterations of the block method; the "
        f"aim of {AIM_CASE_MB / 1e3:.0f} GB is "
        f"{_reached(gb(own, 'begin') < AIM_CASE_MB / 1e3)}.",
        f"- `{name}`: on the way to HiGHS it is {gb(highs, 'matrix'):.2f} GB with the matrix "
        f"({fact(highs, 'matrix_mb') / 1e3:.2f} GB) and {gb(highs, 'hand over'):.2f} GB once HiGHS "
        "holds its copy, before it begins; what HiGHS itself needs then is not counted here.",
    ]


def pace(results: Json) -> list[str]:
    """Return a table of time per stage and iteration, and whether it stays the same."""
    names = [name for name in _solved(results) if name.startswith(f"{Task.SOLVE}-20x")]
    if len(names) < 2:
        return []
    lines = [
        "| benchmark | hours | iterations | solver s | s / iteration | ms / hour / iteration |",
        "|---|--:|--:|--:|--:|--:|",
    ]
    each, count = [], []
    for name in names:
        each.append(of(results, name, Tool.KHAZRI, stage_iteration_ms))
        count.append(of(results, name, Tool.KHAZRI, iterations))
        seconds = of(results, name, Tool.KHAZRI, solver_s)
        lines.append(
            f"| `{name}` | {hours_of(name):,} | {count[-1]:.0f} | {number(seconds)} "
            f"| {number(seconds / count[-1])} | {each[-1]:.3f} |"
        )
    spread, more = max(each) / min(each) - 1.0, count[-1] / count[0] - 1.0
    first, last = names[0], names[-1]
    return [
        *lines,
        "",
        f"- `{first}` to `{last}`: time per hour and iteration differs by at most {spread:.0%}; "
        f"the aim is {AIM_SPREAD:.0%}, {_reached(spread <= AIM_SPREAD)}. Iterations grow by "
        f"{more:.0%}; the aim is less than {AIM_GROWTH:.0%}, {_reached(more < AIM_GROWTH)}.",
    ]


def paces(results: Json) -> list[str]:
    """Return lines about solvers that were only begun, and what may be expected of their end."""
    return [line for name in benchmarks_of(results) for line in _begun(results, name)]


def _begun(results: Json, name: str) -> Iterable[str]:
    if not is_of(Task.PACE, name):
        return
    tool = Tool.KHAZRI_HIGHS

    def fact(key: str) -> float:
        return of(results, name, tool, lambda one: float(one["facts"][key]))

    before, each = fact("before_seconds"), fact("iteration_seconds")
    yield (
        f"- `{name}`: measured: {before:,.0f} s before the first iteration (building the matrix, "
        "presolve, ordering and the starting point), then "
        f"{each:,.1f} s an iteration, mean of {fact('iterations'):.0f}; peak memory "
        f"{of(results, name, tool, peak_mb) / 1e3:.1f} GB."
    )
    same = name.replace(Task.PACE, Task.SOLVE)
    ended = [other for other in _solved(results) if tool in tools_of(results, other)]
    if same not in _solved(results) or not ended:
        return
    largest = max(ended, key=lambda other: buses_of(other) * hours_of(other))
    count = of(results, largest, tool, iterations)
    expected = before + count * each
    own = of(results, same, Tool.KHAZRI, solve_s)
    yield (
        f"- `{name}`: extrapolated, not measured: with the {count:.0f} iterations that HiPO takes "
        f"in `{largest}` it would take {expected:,.0f} s, {expected / own:.1f} times as long as "
        f"the block method in `{same}`. A larger system may take more iterations; later ones may "
        "take longer or shorter than the first."
    )
    year = f"{Task.SOLVE}-{YEAR}"
    if year not in _solved(results):
        return
    factor = hours_of(year) / hours_of(same)
    own = of(results, year, Tool.KHAZRI, solve_s)
    yield (
        f"- `{name}`: extrapolated to the whole year, with time per iteration and before the first "
        f"in proportion to hours and as many iterations, HiPO would take {factor * expected:,.0f} "
        f"s, {factor * expected / own:.1f} times as long as the block method in `{year}`."
    )
    yield (
        f"- `{year}`: the aims are {AIM_HIGHS:.0f} times faster than Khazri with HiPO and "
        f"{AIM_PYPSA:.0f} times faster than PyPSA with HiPO. Neither is shown, as HiPO was not run "
        f"to its end there.{_nearest(results, largest)}"
    )


def _nearest(results: Json, largest: str) -> str:
    """Say what was measured on the largest system that HiPO solved."""
    times = ratio(results, largest, Tool.KHAZRI_HIGHS, solve_s)
    return f" The largest system measured with both is `{largest}`: {times:.1f} times."


def _solved(results: Json) -> list[str]:
    return [name for name in benchmarks_of(results) if is_of(Task.SOLVE, name)]


def _reached(is_reached: bool) -> str:
    return "reached" if is_reached else "not reached"


def _difference(results: Json, benchmark: str, tool: Tool) -> float:
    """Return by how much a tool's cost differs from Khazri's, relative."""
    own, other = (
        of(results, benchmark, one, lambda measured: float(measured["facts"]["objective"]))
        for one in (Tool.KHAZRI, tool)
    )
    return abs(own - other) / abs(own)
