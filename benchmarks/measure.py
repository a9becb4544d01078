"""One measurement in a process of its own: ``python -m benchmarks.measure TOOL TASK WARM NETWORK``.

The tool first does the same to the small network WARM, so that imports and what packages prepare
at first use are not counted. Prints one JSON object. Times are wall-clock seconds; memory is the
largest resident set of the process so far, in MB, so each step's figure includes the steps before
it and the interpreter.
"""

from __future__ import annotations

import argparse
import json
import logging
import resource
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

Result = TypeVar("Result")


TOLERANCE = 1e-6
"""Relative tolerance that every solver is given."""

PACE_ITERATIONS = 4
"""Iterations after which a solver is stopped whose end would take too long to wait for."""

CASE, CASE_YEAR = Path(__file__).parents[1] / "cases" / "caspian", 2030
"""The case whose memory is measured, and its planning year."""


class Task(StrEnum):
    """What the tool does: bring the network to its solver, solve it, or only begin to solve it; or
    bring a whole case to its solver, of which the block method does a few iterations."""

    BUILD = "build"
    SOLVE = "solve"
    PACE = "pace"
    CASE = "case"


class Tool(StrEnum):
    """What is measured: Khazri with its own method, Khazri with HiGHS, or PyPSA by one of its two
    ways to HiGHS."""

    KHAZRI = "khazri"
    KHAZRI_HIGHS = "khazri-highs"
    PYPSA = "pypsa"
    PYPSA_FILE = "pypsa-file"


@dataclass
class Measured:
    """What was measured, step by step: seconds, those of all its cores together, and peak memory
    after the step."""

    tool: Tool
    seconds: dict[str, float] = field(default_factory=dict)
    core_seconds: dict[str, float] = field(default_factory=dict)
    peak_mb: dict[str, float] = field(default_factory=dict)
    facts: dict[str, float | int | str] = field(default_factory=dict)

    def step(self, name: str, work: Callable[[], Result]) -> Result:
        """Do ``work`` and note what it took."""
        began, used = time.perf_counter(), time.process_time()
        result = work()
        self.seconds[name] = time.perf_counter() - began
        self.core_seconds[name] = time.process_time() - used
        self.peak_mb[name] = peak_mb()
        return result


def peak_mb() -> float:
    """Return the largest resident set of this process so far [MB]."""
    status = Path("/proc/self/status")
    if status.exists():
        # Not getrusage here: it starts from the size of the process that started this one.
        lines = dict(line.split(":", 1) for line in status.read_text().splitlines())
        return int(lines["VmHWM"].split()[0]) / 1024
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / 2**20 if sys.platform == "darwin" else most / 1024


def khazri(path: Path, task: Task) -> Measured:
    """Measure Khazri with its block method: read, write the program, set up its stages; or solve.

    The memory that iterations work in is asked for here but first touched by them, so it shows
    when solving.
    """
    from khazri.interop import read_network
    from khazri.interop.program import build_network
    from khazri.interop.solve import first_ends
    from khazri.program import shorten
    from khazri.solve.blocks import BlockSolver, n_threads
    from khazri.solve.structured.form import make_form
    from khazri.solve.structured.kernels import Stages
    from khazri.solve.structured.method import Tuning, solve_structured
    from khazri.solve.structured.substitute import without_implied

    measured = Measured(Tool.KHAZRI)
    measured.peak_mb["start"] = peak_mb()
    if task is Task.CASE:
        program = measured.step("build", lambda: _case_program(path))
        tuning = Tuning(TOLERANCE, max_iterations=PACE_ITERATIONS, threads=n_threads())
        found = measured.step("begin", lambda: solve_structured(program, tuning))
        measured.facts |= _program_size(program) | {"iterations": found.iterations}
        short = without_implied(shorten(program).program).program
        power = without_implied(shorten(_power_part(path, program)).program).program
        for name, part in (("solved", short), ("power", power)):
            size = _program_size(part)
            measured.facts |= {f"{name}_{what}": number for what, number in size.items()}
        return measured
    network = measured.step("read", lambda: read_network(path))
    if task is Task.SOLVE:
        _solve(measured, network, BlockSolver())
        return measured
    if task is Task.PACE:
        raise ValueError("the block method is always run to its end")
    program = measured.step("build", lambda: build_network(network, first_ends(network))).program
    form = measured.step("form", lambda: make_form(without_implied(program).program))
    stages = measured.step("hand over", lambda: Stages(form, n_threads()))
    measured.facts |= _program_size(program) | {
        "stage_columns": stages.n,
        "stage_rows": stages.m,
        "border": stages.K,
    }
    return measured


def khazri_highs(path: Path, task: Task) -> Measured:
    """Measure Khazri with HiGHS: read, write the program, flatten it, hand it over; or solve."""
    import highspy

    from khazri.interop import read_network
    from khazri.interop.program import build_network
    from khazri.interop.solve import first_ends
    from khazri.program import flatten
    from khazri.solve.highs import HighsSolver, hand_over

    measured = Measured(Tool.KHAZRI_HIGHS)
    measured.peak_mb["start"] = peak_mb()
    if task is Task.CASE:
        program = measured.step("build", lambda: _case_program(path))
    else:
        network = measured.step("read", lambda: read_network(path))
        if task is Task.SOLVE:
            _solve(measured, network, HighsSolver())
            return measured
        built = measured.step("build", lambda: build_network(network, first_ends(network)))
        program = built.program
    if task is Task.PACE:
        _pace(measured, program)
        return measured
    flat = measured.step("matrix", lambda: flatten(program))
    model = highspy.Highs()
    model.setOptionValue("output_flag", False)
    measured.step("hand over", lambda: hand_over(model, flat))
    measured.facts |= {"matrix_mb": flat.n_bytes / 2**20} | _size(model)
    return measured


def _solve(measured: Measured, network, solver) -> None:
    """Solve to TOLERANCE, prove the solution and put it into the network's variables."""
    from khazri.interop.program import build_network
    from khazri.interop.results import network_with_results
    from khazri.interop.solve import first_ends, pressed
    from khazri.solve.optimize import Effort, optimize

    def work():
        built = build_network(network, first_ends(network))
        optimum = optimize(built.program, solver, Effort(segments=0, tolerance=TOLERANCE))
        if pressed(built, optimum):
            raise RuntimeError("an assumed end limits the solution")
        network_with_results(built, optimum.point, optimum.certificate.cost)
        return optimum

    optimum = measured.step("solve", work)
    last = optimum.rounds[-1]
    measured.facts |= {
        "objective": optimum.certificate.cost,
        "gap": optimum.certificate.gap,
        "is_valid": not optimum.certificate.faults,
        "iterations": last.iterations,
        "solver_seconds": last.seconds_segments,
        "solver": optimum.solver,
    }


def _case_program(folder: Path):
    """Read a case and write the program of its year."""
    from khazri.case import read_case
    from khazri.program import build_program
    from khazri.system import build_system

    return build_program(build_system(read_case(folder), CASE_YEAR))


def _power_part(folder: Path, program):
    """Return the part of a program that is of electricity: balances of its buses, their stores,
    the voltage law, and the columns in them."""
    import numpy as np

    from khazri.case import read_case
    from khazri.program.families import Row
    from khazri.program.shorten import select
    from khazri.system import build_system

    system = build_system(read_case(folder), CASE_YEAR)
    is_power = system.buses.carrier == "electricity"
    kept = np.ones(program.n_rows, dtype=bool)
    kept[program.rows.of(Row.BALANCE)] = is_power
    kept[program.rows.of(Row.STORE)] = is_power[system.stores.bus]
    used = program.entries.column[kept[program.entries.row]]
    columns = np.unique(used)
    sums = np.arange(program.n_global_rows)
    return select(program, columns, np.flatnonzero(kept), sums)


def _program_size(program) -> dict[str, int]:
    each = len(program.entries) + len(program.carry)
    each += len(program.global_entries) + len(program.sum_entries)
    return {
        "columns": program.n_stages * program.n_columns + program.n_globals,
        "rows": program.n_stages * program.n_rows + program.n_global_rows,
        "nonzeros": program.n_stages * each + len(program.sum_row),
    }


def _pace(measured: Measured, program) -> None:
    """Let HiPO begin, and note when each of its first iterations was done."""
    from khazri.program import flatten
    from khazri.solve.highs import HighsSolver
    from khazri.solve.solver import Method, SolverOptions, SolverProgress

    ended: list[float] = []

    def on_progress(news: SolverProgress) -> bool:
        ended.append(news.seconds)
        return len(ended) <= PACE_ITERATIONS

    options = SolverOptions(Method.INTERIOR_POINT, TOLERANCE)
    measured.step("begin", lambda: HighsSolver().solve(flatten(program), options, on_progress))
    measured.facts |= {
        "before_seconds": ended[0],
        "iterations": len(ended) - 1,
        "iteration_seconds": (ended[-1] - ended[0]) / max(len(ended) - 1, 1),
    }


def pypsa(path: Path, task: Task) -> Measured:
    """Measure PyPSA by its fastest way: linopy's sparse model, handed to HiGHS in memory.

    The sparse model needs linopy's semantics "v1"; with it the hand-over takes two thirds of the
    time, building as long, and memory is the same (measured with linopy 0.10 at 20 × 8,760).
    """
    import linopy
    import pypsa as pypsa_

    linopy.options["semantics"] = "v1"

    measured = Measured(Tool.PYPSA)
    measured.peak_mb["start"] = peak_mb()
    network = measured.step("read", lambda: pypsa_.Network(path))
    if task is Task.SOLVE:
        _optimize(measured, network, "direct", sparse=True)
        return measured
    model = measured.step("build", lambda: _linopy_model(network, sparse=True))
    solver = measured.step("hand over", model.to_highspy)
    measured.facts |= _size(solver)
    return measured


def pypsa_file(path: Path, task: Task) -> Measured:
    """Measure PyPSA as it is by default: linopy writes an LP file that HiGHS reads."""
    import highspy
    import pypsa as pypsa_

    measured = Measured(Tool.PYPSA_FILE)
    measured.peak_mb["start"] = peak_mb()
    network = measured.step("read", lambda: pypsa_.Network(path))
    if task is Task.SOLVE:
        _optimize(measured, network, "lp", sparse=False)
        return measured
    model = measured.step("build", lambda: _linopy_model(network, sparse=False))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "model.lp"
        measured.step("file", lambda: model.to_file(file, progress=False))
        measured.facts["file_mb"] = file.stat().st_size / 2**20
        solver = highspy.Highs()
        solver.setOptionValue("output_flag", False)
        measured.step("hand over", lambda: solver.readModel(str(file)))
    measured.facts |= _size(solver)
    return measured


def _linopy_model(network, *, sparse: bool):
    return network.optimize.create_model(include_objective_constant=False, sparse=sparse)


def _optimize(measured: Measured, network, io_api: str, *, sparse: bool) -> None:
    """Solve with the options that Khazri gives HiGHS for a program of this size."""
    from khazri.solve.highs import highs_options
    from khazri.solve.optimize import SIMPLEX_COLUMNS
    from khazri.solve.solver import SolverOptions

    def work() -> tuple[str, str]:
        model = _linopy_model(network, sparse=sparse)
        is_interior = model.nvars > SIMPLEX_COLUMNS
        options = SolverOptions(tolerance=TOLERANCE)
        chosen = highs_options(options, is_interior=is_interior, is_mixed=False)
        return network.optimize.solve_model(
            solver_name="highs",
            io_api=io_api,
            solver_options={**chosen, "output_flag": False},
            progress=False,
        )

    status, condition = measured.step("solve", work)
    if status != "ok":
        raise RuntimeError(f"PyPSA did not solve the network: {condition}")
    solver = network.model.solver_model
    about = solver.getInfo()
    measured.facts |= {
        "objective": network.objective,
        "iterations": max(about.ipm_iteration_count, 0) + max(about.simplex_iteration_count, 0),
        "solver_seconds": solver.getRunTime(),
        "solver": "HiGHS",
    }


def _size(model) -> dict[str, int]:
    return {
        "columns": model.getNumCol(),
        "rows": model.getNumRow(),
        "entries": model.getNumNz(),
    }


MEASURES = {
    Tool.KHAZRI: khazri,
    Tool.KHAZRI_HIGHS: khazri_highs,
    Tool.PYPSA: pypsa,
    Tool.PYPSA_FILE: pypsa_file,
}


def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tool", type=Tool, choices=list(Tool))
    parser.add_argument("task", type=Task, choices=list(Task))
    parser.add_argument("warm", type=Path)
    parser.add_argument("network", type=Path)
    asked = parser.parse_args()
    logging.disable(logging.WARNING)
    warnings.simplefilter("ignore")
    measure = MEASURES[asked.tool]
    measure(asked.warm, Task.SOLVE if asked.task is Task.SOLVE else Task.BUILD)
    measured = measure(asked.network, asked.task)
    print(json.dumps(asdict(measured)))


if __name__ == "__main__":
    main()
