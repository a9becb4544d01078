"""Run a ladder and keep what was measured: ``python -m benchmarks.run LADDER OUT.json``.

Ladders are full, quick, large and tiny (:mod:`benchmarks.ladder`).

Every measurement runs in a process of its own. The tools take turns in each round, in alternating
order, so that what else the machine does in the meantime meets all of them.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import platform
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.ladder import FULL, LARGE, QUICK, TINY, WARM, Benchmark
from benchmarks.measure import CASE
from benchmarks.report import table
from benchmarks.systems import write_network

LADDERS = {"full": FULL, "quick": QUICK, "large": LARGE, "tiny": TINY}
PACKAGES = ("khazri", "pypsa", "linopy", "highspy", "highspy-extras", "numpy", "pandas", "xarray")

LIMIT_S = 60 * 60.0
"""A run ends after this time; what is not done by then is left out."""

Json = dict[str, Any]


class NotMeasuredError(Exception):
    """A benchmark failed or ran out of time."""


def run(ladder: Sequence[Benchmark]) -> Json:
    """Measure ``ladder`` and return machine, versions and all measurements.

    ``load`` is how many processes wanted to run (mean of a minute), at first and after each
    benchmark. ``left_out`` says why of benchmarks that failed or would have taken too long.
    """
    began, end = datetime.now(UTC), time.monotonic() + LIMIT_S
    left_out: dict[str, str] = {}
    load = [os.getloadavg()[0]]
    measurements: list[Json] = []
    with tempfile.TemporaryDirectory() as folder:
        warm = Path(folder) / "warm.nc"
        write_network(WARM, warm)
        for benchmark in ladder:
            if benchmark.size is None:
                system = CASE
            else:
                system = Path(folder) / f"{benchmark.size.buses}x{benchmark.size.hours}.nc"
                if not system.exists():
                    write_network(benchmark.size, system)
            try:
                measurements += _rounds(benchmark, warm, system, end)
            except NotMeasuredError as error:
                print(f"{benchmark.name}  left out: {error}", file=sys.stderr, flush=True)
                left_out[benchmark.name] = str(error)
            load.append(os.getloadavg()[0])
    return {
        "date": began.date().isoformat(),
        "machine": machine(),
        "load": [round(number, 1) for number in load],
        "versions": {name: version(name) for name in PACKAGES},
        "measurements": measurements,
        "left_out": left_out,
    }


def _rounds(benchmark: Benchmark, warm: Path, system: Path, end: float) -> list[Json]:
    found: list[Json] = []
    for number in range(benchmark.repeats):
        for tool in benchmark.turns(number):
            print(f"{benchmark.name}  {tool}  round {number + 1}", file=sys.stderr, flush=True)
            asked = [tool, benchmark.task, str(warm), str(system)]
            command = [sys.executable, "-m", "benchmarks.measure", *asked]
            left = max(end - time.monotonic(), 0.0)
            try:
                ran = subprocess.run(
                    command, capture_output=True, text=True, check=False, timeout=left
                )
            except subprocess.TimeoutExpired:
                raise NotMeasuredError(f"{tool} was not done when time was up") from None
            if ran.returncode != 0:
                raise NotMeasuredError(f"{tool} failed:\n{ran.stderr}")
            # HiGHS greets on the lines before.
            measured = json.loads(ran.stdout.splitlines()[-1])
            found.append({"benchmark": benchmark.name, "round": number + 1, **measured})
    return found


def machine() -> Json:
    """Describe this machine: processor, cores, memory, system and Python."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
    }


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()


def together(ladder: Sequence[Benchmark], old: Json, new: Json) -> Json:
    """Return ``old`` with the benchmarks of ``new`` in the place of its own, in the ladder's order.

    Raises
    ------
    ValueError
        They were run on different machines or with different versions.
    """
    for name in ("machine", "versions"):
        if old[name] != new[name]:
            raise ValueError(f"the results that are there have another {name}")
    again = {one["benchmark"] for one in new["measurements"]}
    place = {benchmark.name: number for number, benchmark in enumerate(ladder)}
    kept = [one for one in old["measurements"] if one["benchmark"] in place.keys() - again]
    measurements = sorted([*kept, *new["measurements"]], key=lambda one: place[one["benchmark"]])
    return {**new, "load": [*old["load"], *new["load"]], "measurements": measurements}


def main() -> None:
    """Run the ladder that the command line names, write the results and print them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("ladder", choices=LADDERS)
    parser.add_argument("out", type=Path)
    parser.add_argument(
        "--only", nargs="+", metavar="NAME", help="run these again and keep the rest of OUT"
    )
    asked = parser.parse_args()
    logging.disable(logging.WARNING)
    warnings.simplefilter("ignore")
    ladder = LADDERS[asked.ladder]
    chosen = [one for one in ladder if asked.only is None or one.name in asked.only]
    unknown = set(asked.only or ()) - {one.name for one in chosen}
    if unknown:
        parser.error(f"not on this ladder: {', '.join(sorted(unknown))}")
    results = run(chosen)
    if asked.only is not None and asked.out.exists():
        results = together(ladder, json.loads(asked.out.read_text()), results)
    asked.out.parent.mkdir(parents=True, exist_ok=True)
    asked.out.write_text(json.dumps(results, indent=1) + "\n")
    print(table(results))
    if results["left_out"]:
        sys.exit(f"left out: {', '.join(results['left_out'])}")


if __name__ == "__main__":
    main()
