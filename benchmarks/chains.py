"""Weather chains with shared capacities, in one process and in two: what Dask gains.

    python -m benchmarks.chains [--buses 10] [--hours 730] [--chains 8] [--runs 3]

Each chain is the random system of `systems.py` under a weather of its own; capacities and the limit
of emissions are shared. The whole is solved by the block method in this process with one thread,
then by the workers of a local Dask cluster with one process of one thread each, in turns. Prints as
JSON the wall-clock seconds of the best runs, what was the same, and machine and load: both ways
need the cores that they use for themselves, so on a busy machine the ratio says little.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import tempfile
import time
from pathlib import Path

import numpy as np
from benchmarks.measure import TOLERANCE
from benchmarks.systems import Size, network
from distributed import Client, LocalCluster

from khazri.interop import read_network
from khazri.interop.program import build_network
from khazri.interop.solve import first_ends
from khazri.program import Program
from khazri.program.chains import join_chains
from khazri.solve.structured.crew import Hire, here
from khazri.solve.structured.distribute import on_dask
from khazri.solve.structured.method import Outcome, Tuning, solve_structured

AIM = 1.6
"""Two processes at least so many times faster than one."""


def weather_chains(size: Size, n_chains: int) -> Program:
    """Return the system of ``size`` under ``n_chains`` weathers, each as likely as the others."""
    long = network(Size(size.buses, size.hours * n_chains))
    # Each part stands for a whole year again.
    long.snapshot_weightings.loc[:, ["objective", "generators"]] *= n_chains
    programs = []
    with tempfile.TemporaryDirectory() as folder:
        for number in range(n_chains):
            part = slice(number * size.hours, (number + 1) * size.hours)
            file = Path(folder) / f"{number}.nc"
            long.copy(snapshots=long.snapshots[part]).export_to_netcdf(file)
            found = read_network(file)
            programs.append(build_network(found, first_ends(found)).program)
    return join_chains(programs, np.full(n_chains, 1.0 / n_chains))


def timed(program: Program, hire: Hire) -> tuple[float, Outcome]:
    """Solve with one thread a process; return seconds and what was found."""
    began = time.perf_counter()
    found = solve_structured(program, Tuning(TOLERANCE, threads=1), hire=hire)
    return time.perf_counter() - began, found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--buses", type=int, default=10)
    parser.add_argument("--hours", type=int, default=730)
    parser.add_argument("--chains", type=int, default=8)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--runs", type=int, default=3)
    asked = parser.parse_args()
    program = weather_chains(Size(asked.buses, asked.hours), asked.chains)
    load = os.getloadavg()[0]
    with (
        LocalCluster(
            n_workers=asked.workers, threads_per_worker=1, processes=True, dashboard_address=":0"
        ) as cluster,
        Client(cluster) as client,
    ):
        hires = {"one process": here, f"{asked.workers} workers": on_dask(client)}
        runs = [
            (way, timed(program, hire)) for _ in range(asked.runs) for way, hire in hires.items()
        ]
    one, many = ([run for way, run in runs if way == name] for name in hires)
    seconds = [min(taken for taken, _ in ran) for ran in (one, many)]
    first, last = one[0][1], many[0][1]
    print(
        json.dumps(
            {
                "system": f"{asked.chains} chains of {Size(asked.buses, asked.hours)}",
                "columns": program.n_stages * program.n_columns + program.n_globals,
                "border": program.n_globals + program.n_global_rows,
                "iterations": first.iterations,
                "ending": first.ending,
                "same_bits": bool(
                    np.array_equal(first.point.x, last.point.x)
                    and np.array_equal(first.point.row_dual, last.point.row_dual)
                ),
                "one_process_seconds": round(seconds[0], 1),
                "workers": asked.workers,
                "workers_seconds": round(seconds[1], 1),
                "all_seconds": {
                    name: [round(taken, 1) for way, (taken, _) in runs if way == name]
                    for name in hires
                },
                "times_faster": round(seconds[0] / seconds[1], 2),
                "aim": AIM,
                "processor": platform.processor() or platform.machine(),
                "cores": os.cpu_count(),
                "load_before": round(load, 1),
                "load_after": round(os.getloadavg()[0], 1),
            },
            indent=1,
        )
    )


if __name__ == "__main__":
    main()
