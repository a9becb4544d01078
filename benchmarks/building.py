"""What the measurements say about building: how Khazri's ways to its solvers compare."""

from __future__ import annotations

from benchmarks.figures import (
    Figure,
    Json,
    added_mb,
    benchmarks_of,
    hours_of,
    is_of,
    number,
    of,
    peak_mb,
    program_s,
    ratio,
    share,
    to_solver_s,
    tools_of,
)
from benchmarks.measure import Task, Tool

AIM_TIMES, AIM_SHARE = 25.0, 0.25
"""What building is meant to reach at the largest size: times faster, share of the memory."""


def claims_about_building(results: Json) -> list[str]:
    """Return lines that compare Khazri with PyPSA, each naming its benchmark."""
    lines: list[str] = []
    for name in _built(results):
        model = ratio(results, name, Tool.PYPSA, program_s)
        to_solver = ratio(results, name, Tool.PYPSA, to_solver_s)
        matrix = ratio(results, name, Tool.PYPSA, to_solver_s, Tool.KHAZRI_HIGHS)
        lines.append(
            f"- `{name}`: Khazri's model stands {model:.0f} times sooner than PyPSA's; its own "
            f"method is ready {to_solver:.1f} times sooner than HiGHS from PyPSA, and the process "
            f"has taken {share(results, name, Tool.PYPSA, peak_mb):.0%} of the memory "
            f"({share(results, name, Tool.PYPSA, added_mb):.0%} of what comes on top of the "
            f"packages). With the matrix in HiGHS it is {matrix:.1f} times faster with "
            f"{share(results, name, Tool.PYPSA, peak_mb, Tool.KHAZRI_HIGHS):.0%} of the memory."
        )
        if Tool.PYPSA_FILE in tools_of(results, name):
            lines.append(
                f"- `{name}`: against PyPSA's default way through a file it is "
                f"{ratio(results, name, Tool.PYPSA_FILE, to_solver_s):.0f} times faster to the "
                f"solver, with {share(results, name, Tool.PYPSA_FILE, peak_mb):.0%} of the memory."
            )
    return [*lines, *_aims(results), *_where_it_goes(results)]


def growth(results: Json) -> list[str]:
    """Return a table of Khazri's time and memory against hours."""
    lines = [
        "| benchmark | hours | to solver s | MB beyond packages | s per 1,000 h | MB per 1,000 h |",
        "|---|--:|--:|--:|--:|--:|",
    ]
    for name in _built(results):
        if not name.startswith("build-20x"):
            continue
        hours = hours_of(name)
        seconds = of(results, name, Tool.KHAZRI, to_solver_s)
        memory = of(results, name, Tool.KHAZRI, added_mb)
        lines.append(
            f"| `{name}` | {hours:,} | {number(seconds)} | {number(memory)} "
            f"| {number(1e3 * seconds / hours)} | {number(1e3 * memory / hours)} |"
        )
    return lines


def _built(results: Json) -> list[str]:
    return [name for name in benchmarks_of(results) if is_of(Task.BUILD, name)]


def _largest(results: Json) -> str:
    return max(_built(results), key=lambda name: of(results, name, Tool.KHAZRI, peak_mb))


def _aims(results: Json) -> list[str]:
    """Say whether the aims are reached on the way to each of Khazri's solvers."""
    most = _largest(results)

    def verdict(what: str, base: Tool) -> str:
        times = ratio(results, most, Tool.PYPSA, to_solver_s, base)
        part = share(results, most, Tool.PYPSA, peak_mb, base)
        faster = "reached" if times >= AIM_TIMES else "not reached"
        smaller = "reached" if part <= AIM_SHARE else "not reached"
        return f"{what} {faster} in time ({times:.1f}), {smaller} in memory ({part:.0%})"

    return [
        f"- `{most}`: the aim is {AIM_TIMES:.0f} times faster than PyPSA's direct way with "
        f"{AIM_SHARE:.0%} of the memory: {verdict('to the block method', Tool.KHAZRI)}; "
        f"{verdict('to HiGHS', Tool.KHAZRI_HIGHS)}."
    ]


def _where_it_goes(results: Json) -> list[str]:
    """Say of the largest system what Khazri's time and memory go to."""
    most = _largest(results)

    def typical(tool: Tool, figure: Figure) -> float:
        return of(results, most, tool, figure)

    def step(tool: Tool, name: str) -> float:
        return typical(tool, lambda one: one["seconds"][name])

    own, highs = Tool.KHAZRI, Tool.KHAZRI_HIGHS
    copied = typical(highs, lambda one: one["peak_mb"]["hand over"] - one["peak_mb"]["matrix"])
    taken = typical(
        highs,
        lambda one: (one["peak_mb"]["matrix"] - one["peak_mb"]["read"]) / one["facts"]["matrix_mb"],
    )
    return [
        f"- `{most}`: Khazri's time to the block method is {step(own, 'build'):.2f} s for the "
        f"model, {step(own, 'form'):.2f} s for its form and {step(own, 'hand over'):.2f} s for "
        f"setting up stages; to HiGHS, after the model, {step(highs, 'matrix'):.2f} s for writing "
        f"the matrix and {step(highs, 'hand over'):.2f} s in which HiGHS copies and checks it; its "
        f"copy is {copied:,.0f} MB of the peak.",
        f"- `{most}`: model and matrix together take {taken:.2f} times the memory of the arrays "
        "that go to HiGHS.",
    ]
