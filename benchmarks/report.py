"""What the measurements say: a table for the terminal and the page of the docs."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable
from pathlib import Path

from benchmarks.building import claims_about_building, growth
from benchmarks.figures import (
    BUILT,
    NAMES,
    SOLVED,
    Json,
    benchmarks_of,
    gap,
    is_of,
    number,
    of,
    ratio,
    times,
    tools_of,
)
from benchmarks.measure import PACE_ITERATIONS, TOLERANCE, Task, Tool
from benchmarks.solving import claims_about_solving, pace, paces, whole_case

_TABLES = {Task.BUILD: BUILT, Task.SOLVE: SOLVED}


def rows(results: Json, benchmark: str) -> Iterable[list[str]]:
    """Yield the cells of each tool, and of its ratio to Khazri."""
    figures = SOLVED if is_of(Task.SOLVE, benchmark) else BUILT
    for tool in tools_of(results, benchmark):
        values = [number(of(results, benchmark, tool, figure)) for figure in figures.values()]
        yield [benchmark, NAMES[tool], *values]
        if tool is not Tool.KHAZRI:
            ratios = [
                "" if figure is gap else times(ratio(results, benchmark, tool, figure))
                for figure in figures.values()
            ]
            yield ["", "   to Khazri", *ratios]


def table(results: Json) -> str:
    """Return everything as text for a terminal."""
    lines = [_machine(results), ""]
    for task, figures in _TABLES.items():
        names = [name for name in benchmarks_of(results) if is_of(task, name)]
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
    return "\n".join([*lines, *paces(results)])


def _markdown(results: Json, task: Task) -> list[str]:
    figures = _TABLES[task]
    head = ["benchmark", "tool", *figures]
    lines = ["| " + " | ".join(head) + " |", "|---|---|" + "--:|" * len(figures)]
    for name in benchmarks_of(results):
        if is_of(task, name):
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


def page(results: Json) -> str:
    """Return ``docs/performance.md``: every number on it comes from ``results``."""
    parts = [_HEAD, _FROM_NETWORK, *_markdown(results, Task.BUILD), ""]
    parts += [*claims_about_building(results), "", _GROWTH, *growth(results), ""]
    parts += [_CASE, *whole_case(results), ""]
    parts += [_SOLVING.format(tolerance=TOLERANCE), *_markdown(results, Task.SOLVE), ""]
    parts += [*claims_about_solving(results), "", _PACE, *pace(results), ""]
    parts += [_BEGUN.format(count=PACE_ITERATIONS), *paces(results)]
    return "\n".join([*parts, "", _ABOUT.format(machine=_machine(results), load=_load(results))])


_HEAD = """# Performance

Made by `make bench` from `benchmarks/results/full.json`; do not edit.

Khazri and [PyPSA](https://pypsa.org) read the same network file and bring it to a solver: Khazri to
its own [block method](solver.md), which is the default above 20,000 stage columns, or to HiGHS
(`--solver highs`), PyPSA to HiGHS. The networks are random systems of so many electrical buses and
hours (`benchmarks/systems.py`): wind, sun, two kinds of gas turbine, batteries, reservoirs,
hydrogen from electrolyser to turbine with a demand of its own, lines under the voltage law that may
grow, and a limit of emissions. The name of a benchmark is what is done and the size:
`build-20x8760` builds 20 buses × 8,760 hours. `make bench` repeats all of it on your machine,
`make bench-quick` a part in less than three minutes.
"""

_FROM_NETWORK = """## From a network to the solver

*read* is from the file to the network in memory; *model* from there to the tool's own model
(Khazri's block arrays, linopy's expressions); *to solver* from the network to what the solver works
on: for Khazri the stages of the block method, for the others a model that HiGHS holds. *model MB*
and *peak MB* are the largest memory of the whole process until the model stands and at the end,
interpreter and packages included; the memory in which iterations work shows when solving, in every
tool. PyPSA runs in both ways it offers: *direct* is its fastest, with `io_api="direct"`, which
hands arrays over in memory, and linopy's sparse model; *LP file* is the default, in which HiGHS
reads a file. Rows "to Khazri" are medians of the ratios within a round to Khazri with its own
method.
"""

_GROWTH = """## Growth with hours

Of Khazri with its own method, 20 buses, from the network to the solver.
"""

_CASE = """## Memory of a whole case

Of the Caspian case that comes with Khazri.
"""

_SOLVING = """## From a network to its solution

*solve* is from the network in memory to its solution: building, handing over, the solver, and for
Khazri also the proof and the results in the network's variables; *solver* is the solver's part,
*core s* the work for all of it on all cores together, which tells less of what else the machine
did. The relative tolerance is {tolerance:.0e} for all, which is also that of `khazri optimize` and
`khazri plan`. HiGHS uses HiPO without crossover, with the
options that Khazri gives it; PyPSA hands the same options over. *gap* is the relative distance of
the cost and the lower bound that `khazri.program.lower_bound` proves from the multipliers; PyPSA
proves none. Khazri's program has fewer rows than PyPSA's, since fixed bounds stay bounds.
"""

_PACE = """## Time per hour and iteration

Of the block method, 20 buses.
"""

_BEGUN = """## HiPO on larger systems

On these HiPO is begun and stopped after {count} iterations. What follows from that for a whole
solve is an extrapolation and said to be one.
"""

_ABOUT = """## How it was measured

Machine: {machine}.
{load}

Each measurement is a process of its own, which has done the same to a system of 2 buses and 24
hours before. In a round each tool runs once, in the next in the reverse order (the way through a
file only in the first); ratios are formed within rounds and their median is given, so that load by
others and the state of memory meet all tools. Solves are run once. Comparisons between benchmarks
(growth with hours, extrapolations) are not protected from load in this way. PyPSA's constant of the
objective is left out and names are not passed to the solver, which is its fastest documented way.
Memory is the high-water mark of the resident set. The results with every round are in
`benchmarks/results/full.json`; `python -m benchmarks.run full benchmarks/results/full.json --only
NAME` measures one of them again.
"""


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
