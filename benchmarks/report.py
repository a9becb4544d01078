"""What the measurements say: medians, ratios within rounds, a table and the page of the docs."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.measure import Tool

Json = dict[str, Any]
Figure = Callable[[Json], float]

NAMES = {
    Tool.KHAZRI: "Khazri",
    Tool.PYPSA: "PyPSA, direct",
    Tool.PYPSA_FILE: "PyPSA, LP file",
}
_TO_SOLVER = ("build", "matrix", "file", "hand over")


def read_s(measured: Json) -> float:
    """Seconds from the file to the network in memory."""
    return float(measured["seconds"]["read"])


def program_s(measured: Json) -> float:
    """Seconds from the network to the tool's own model of it."""
    return float(measured["seconds"]["build"])


def to_solver_s(measured: Json) -> float:
    """Seconds from the network to a model that HiGHS holds."""
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


def solver_s(measured: Json) -> float:
    """Seconds of those in HiGHS."""
    return float(measured["facts"]["solver_seconds"])


def iterations(measured: Json) -> float:
    """Iterations of the solver."""
    return float(measured["facts"]["iterations"])


BUILT: dict[str, Figure] = {
    "read s": read_s,
    "model s": program_s,
    "to solver s": to_solver_s,
    "model MB": program_mb,
    "peak MB": peak_mb,
}
SOLVED: dict[str, Figure] = {
    "solve s": solve_s,
    "HiGHS s": solver_s,
    "iterations": iterations,
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


def ratio(results: Json, benchmark: str, tool: Tool, figure: Figure) -> float:
    """Return how many times Khazri's figure another tool's is: the median of ratios in rounds."""
    own = {one["round"]: figure(one) for one in _of(results, benchmark, Tool.KHAZRI)}
    others = _of(results, benchmark, tool)
    return median(figure(one) / own[one["round"]] for one in others)


def _of(results: Json, benchmark: str, tool: Tool) -> list[Json]:
    return [
        one
        for one in results["measurements"]
        if one["benchmark"] == benchmark and one["tool"] == tool
    ]


def _is_solve(benchmark: str) -> bool:
    return benchmark.startswith("solve")


# ---- tables


def _number(value: float) -> str:
    return f"{value:,.2f}" if value < 10 else f"{value:,.1f}" if value < 100 else f"{value:,.0f}"


def rows(results: Json, benchmark: str) -> Iterable[list[str]]:
    """Yield the cells of each tool, and of its ratio to Khazri."""
    figures = SOLVED if _is_solve(benchmark) else BUILT
    for tool in tools_of(results, benchmark):
        values = [_number(of(results, benchmark, tool, figure)) for figure in figures.values()]
        yield [benchmark, NAMES[tool], *values]
        if tool is not Tool.KHAZRI:
            times = [f"× {ratio(results, benchmark, tool, f):.3g}" for f in figures.values()]
            yield ["", "   to Khazri", *times]


def table(results: Json) -> str:
    """Return everything as text for a terminal."""
    lines = [_machine(results), ""]
    for solved, figures in ((False, BUILT), (True, SOLVED)):
        names = [name for name in benchmarks_of(results) if _is_solve(name) is solved]
        if not names:
            continue
        cells = [["benchmark", "tool", *figures]]
        cells += [row for name in names for row in rows(results, name)]
        widths = [max(len(row[place]) for row in cells) for place in range(len(cells[0]))]
        for row in cells:
            first = [cell.ljust(width) for cell, width in zip(row[:2], widths[:2], strict=True)]
            rest = [cell.rjust(width) for cell, width in zip(row[2:], widths[2:], strict=True)]
            lines.append("  ".join([*first, *rest]).rstrip())
        lines.append("")
    return "\n".join(lines)


def _markdown(results: Json, solved: bool) -> list[str]:
    figures = SOLVED if solved else BUILT
    head = ["benchmark", "tool", *figures]
    lines = ["| " + " | ".join(head) + " |", "|---|---|" + "--:|" * len(figures)]
    for name in benchmarks_of(results):
        if _is_solve(name) is solved:
            for row in rows(results, name):
                cells = [f"`{row[0]}`" if row[0] else "", row[1].strip(), *row[2:]]
                lines.append("| " + " | ".join(cells) + " |")
    return lines


def _machine(results: Json) -> str:
    about, versions = results["machine"], results["versions"]
    packages = ", ".join(f"{name} {number}" for name, number in versions.items())
    return (
        f"{about['processor']}, {about['cores']} cores, {about['memory_gb']} GB, "
        f"{about['system']}, Python {about['python']}, {results['date']}; {packages}"
    )


def _load(results: Json) -> str:
    """Say how busy the machine was."""
    least, most = min(results["load"]), max(results["load"])
    return f"Processes that wanted to run meanwhile, the benchmark's included: {least} to {most}."


# ---- the page


def page(results: Json) -> str:
    """Return ``docs/performance.md``: every number on it comes from ``results``."""
    parts = [_HEAD, _FROM_NETWORK, *_markdown(results, solved=False), ""]
    parts += [*_claims_about_building(results), "", _GROWTH, *_growth(results), ""]
    parts += [_SOLVING, *_markdown(results, solved=True), "", *_claims_about_solving(results)]
    return "\n".join([*parts, "", _ABOUT.format(machine=_machine(results), load=_load(results))])


_HEAD = """# Performance

Made by `make bench` from `benchmarks/results/full.json`; do not edit.

Khazri and [PyPSA](https://pypsa.org) read the same network file and give the same HiGHS, with the
same options, a program of the same optimum. The networks are random systems of so many
electrical buses and hours (`benchmarks/systems.py`): wind, sun, two kinds of gas turbine,
batteries, reservoirs, hydrogen from electrolyser to turbine with a demand of its own, lines under
the voltage law that may grow, and a limit of emissions. The name of a benchmark is what is
done and the size: `build-20x8760` builds 20 buses × 8,760 hours. `make bench` repeats all of it on
your machine, `make bench-quick` a part in less than three minutes.
"""

_FROM_NETWORK = """## From a network to the solver

*read* is from the file to the network in memory; *model* from there to the tool's own model
(Khazri's block arrays, linopy's expressions); *to solver* from the network to a model that HiGHS
holds. *model MB* and *peak MB* are the largest memory of the whole process until the model stands
and at the end, interpreter and packages included. PyPSA runs in both ways it offers: *direct* is
its fastest, with `io_api="direct"`, which hands arrays over in memory, and linopy's sparse model;
*LP file* is the default, in which HiGHS reads a file. Rows "to Khazri" are medians of the ratios
within a round.
"""

_GROWTH = """## Growth with hours

Of Khazri, 20 buses: time and memory grow with the hours and not faster, so the last two columns do
not rise.
"""

_SOLVING = """## From a network to its solution

*solve* is from the network in memory to the solution: building, handing over, HiGHS, and for
Khazri also the proof of the optimum; *HiGHS* is the solver's part (for Khazri with the hand-over).
The options are those that Khazri chooses: HiPO without crossover above 30,000 columns, else the
simplex method, relative tolerance 1e-8. Khazri's program has fewer rows, since fixed bounds stay
bounds.
"""

_ABOUT = """## How it was measured

Machine: {machine}.
{load}

Each measurement is a process of its own, which has done the same to a system of 2 buses and 24
hours before. In a round each tool runs once, in the next in the reverse order (the way through a
file only in the first); ratios are formed within rounds and their median is given, so that load by
others and the state of memory meet all tools. PyPSA's constant of the objective is left out and
names are not passed to the solver, which is its fastest documented way. Memory is the high-water
mark of the resident set. The results with every round are in `benchmarks/results/full.json`.
"""


AIM_TIMES, AIM_SHARE = 25.0, 0.25
"""What building is meant to reach at the largest size: times faster, share of the memory."""


def _claims_about_building(results: Json) -> list[str]:
    lines: list[str] = []
    for name in benchmarks_of(results):
        if _is_solve(name):
            continue
        model = ratio(results, name, Tool.PYPSA, program_s)
        to_solver = ratio(results, name, Tool.PYPSA, to_solver_s)
        lines.append(
            f"- `{name}`: Khazri's model stands {model:.0f} times sooner than PyPSA's; with the "
            f"matrix in HiGHS it is {to_solver:.1f} times faster, and the process has taken "
            f"{_share(results, name, Tool.PYPSA, peak_mb):.0%} of the memory "
            f"({_share(results, name, Tool.PYPSA, added_mb):.0%} of what comes on top of the "
            "packages)."
        )
        if Tool.PYPSA_FILE in tools_of(results, name):
            through_file = ratio(results, name, Tool.PYPSA_FILE, to_solver_s)
            lines.append(
                f"- `{name}`: against PyPSA's default way through a file it is "
                f"{through_file:.0f} times faster to the solver, with "
                f"{_share(results, name, Tool.PYPSA_FILE, peak_mb):.0%} of the memory."
            )
    return [*lines, *_aims(results), *_where_it_goes(results)]


def _share(results: Json, benchmark: str, tool: Tool, figure: Figure) -> float:
    return 1.0 / ratio(results, benchmark, tool, figure)


def _largest(results: Json) -> str:
    built = [name for name in benchmarks_of(results) if not _is_solve(name)]
    return max(built, key=lambda name: of(results, name, Tool.KHAZRI, peak_mb))


def _aims(results: Json) -> list[str]:
    """Say whether the aims are reached: by the model, and with HiGHS's own copy of the matrix."""
    most = _largest(results)

    def verdict(what: str, times: float, share: float) -> str:
        faster = "reached" if times >= AIM_TIMES else "not reached"
        smaller = "reached" if share <= AIM_SHARE else "not reached"
        return f"{what} {faster} in time ({times:.1f}), {smaller} in memory ({share:.0%})"

    of_model = verdict(
        "by the model",
        ratio(results, most, Tool.PYPSA, program_s),
        _share(results, most, Tool.PYPSA, program_mb),
    )
    of_all = verdict(
        "with HiGHS's copy of the matrix",
        ratio(results, most, Tool.PYPSA, to_solver_s),
        _share(results, most, Tool.PYPSA, peak_mb),
    )
    return [
        f"- `{most}`: the aim is {AIM_TIMES:.0f} times faster with {AIM_SHARE:.0%} of the memory: "
        f"{of_model}; {of_all}."
    ]


def _where_it_goes(results: Json) -> list[str]:
    """Say of the largest system what Khazri's time and memory go to."""
    most = _largest(results)

    def typical(figure: Figure) -> float:
        return of(results, most, Tool.KHAZRI, figure)

    seconds = {
        step: typical(lambda one, step=step: one["seconds"][step])
        for step in ("build", "matrix", "hand over")
    }
    copied = typical(lambda one: one["peak_mb"]["hand over"] - one["peak_mb"]["matrix"])
    taken = typical(
        lambda one: (one["peak_mb"]["matrix"] - one["peak_mb"]["read"]) / one["facts"]["matrix_mb"]
    )
    return [
        f"- `{most}`: Khazri's time to the solver is {seconds['build']:.2f} s for the model, "
        f"{seconds['matrix']:.2f} s for writing the matrix and {seconds['hand over']:.2f} s in "
        f"which HiGHS copies and checks it; its copy is {copied:,.0f} MB of the peak. Ours goes as "
        "soon as it has one.",
        f"- `{most}`: model and matrix together take {taken:.2f} times the memory of the arrays "
        "that go to the solver.",
    ]


def _growth(results: Json) -> list[str]:
    lines = [
        "| benchmark | hours | to solver s | MB beyond packages | s per 1,000 h | MB per 1,000 h |",
        "|---|--:|--:|--:|--:|--:|",
    ]
    for name in benchmarks_of(results):
        if not name.startswith("build-20x"):
            continue
        hours = int(name.rsplit("x", 1)[1])
        seconds = of(results, name, Tool.KHAZRI, to_solver_s)
        memory = of(results, name, Tool.KHAZRI, added_mb)
        lines.append(
            f"| `{name}` | {hours:,} | {_number(seconds)} | {_number(memory)} "
            f"| {_number(1e3 * seconds / hours)} | {_number(1e3 * memory / hours)} |"
        )
    return lines


def _claims_about_solving(results: Json) -> list[str]:
    return [
        f"- `{name}`: from network to solution PyPSA takes "
        f"{ratio(results, name, Tool.PYPSA, solve_s):.2f} times as long as Khazri, which needs "
        f"{_share(results, name, Tool.PYPSA, peak_mb):.0%} of the memory; the costs differ by "
        f"{_difference(results, name):.0e} of their size."
        for name in benchmarks_of(results)
        if _is_solve(name)
    ]


def _difference(results: Json, benchmark: str) -> float:
    """Return by how much costs of the tools differ at most, relative."""
    costs = [
        one["facts"]["objective"]
        for one in results["measurements"]
        if one["benchmark"] == benchmark
    ]
    return (max(costs) - min(costs)) / abs(max(costs))


def main() -> None:
    """Print results as a table, or write the page of the documentation."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("results", type=Path)
    parser.add_argument("--page", type=Path, help="write this page instead of printing a table")
    asked = parser.parse_args()
    results = json.loads(asked.results.read_text())
    if asked.page is None:
        print(table(results))
    else:
        asked.page.write_text(page(results))


if __name__ == "__main__":
    main()
