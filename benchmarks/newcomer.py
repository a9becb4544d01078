"""What a newcomer waits for: `khazri plan` on a folder of 10 buses x 720 hours, files included.

    python benchmarks/newcomer.py [--buses 10] [--hours 720] [--runs 3]

Makes the folder, plans it in fresh processes and prints the seconds of the best run as JSON: in
all, inside solvers (the block method or HiGHS), and outside them (start of Python, reading,
checking, building, certificate, report, tables). Beside them stands the processor time, which
says more where other work runs.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

import khazri
from khazri.case import new_case, write_package
from khazri.parquet import write_frame

Floats = NDArray[np.float64]
Result = TypeVar("Result")

UNUSED = (
    "citations", "co2_prices", "corridor_links", "corridor_steps", "corridors", "limits",
    "market_steps", "markets", "patches", "uncertainties", "uncertainty_cells",
)  # fmt: skip
"""Tables of the demo case that would name places of its own."""
HOURS_A_YEAR = 8760
EXAMPLE = {"source_id": "example"}


def write_case(folder: Path, n_buses: int, n_hours: int, seed: int = 0) -> None:
    """Write a case folder: technologies of the demo case, everything else of random size."""
    new_case(folder)
    for name in UNUSED:
        (folder / f"{name}.csv").unlink()
    random = np.random.default_rng(seed)
    buses = [f"bus_{number:02d}" for number in range(n_buses)]
    series = _series(buses, n_hours, random)
    for path in (folder / "profiles").glob("*.parquet"):
        path.unlink()
    write_frame(series.astype("float32"), folder / "profiles" / "hours.parquet")
    case = pd.read_csv(folder / "case.csv").assign(hours=n_hours)
    load = random.uniform(300, 1500, n_buses)
    tables = {
        "case": case,
        "scenarios": pd.read_csv(folder / "scenarios.csv").head(1),
        "zones": _places("zone", buses, country="AR", latitude=40.0, longitude=45.0),
        "buses": _places("bus", buses, zone=buses, carrier="electricity"),
        "profiles": pd.DataFrame([_profile(name) for name in series.columns]),
        "assets": pd.DataFrame(
            [row for bus, size in zip(buses, load, strict=True) for row in _assets(bus, size)]
        ),
        "links": pd.DataFrame(_links(buses, random)),
        "fuel_prices": pd.DataFrame(
            {"carrier": ["gas", "coal"], "country": "AR", "year": 2030, "price": [25.0, 9.0]}
        ).assign(**EXAMPLE),
        "technology_costs": _scaled(pd.read_csv(folder / "technology_costs.csv"), n_hours),
        "demands": pd.DataFrame(
            {"demand": buses, "bus": buses, "sector": "all", "year": 2030, **EXAMPLE}
        ).assign(energy_mwh=load * n_hours, profile=[f"load_{bus}" for bus in buses]),
    }
    for name, frame in tables.items():
        frame.to_csv(folder / f"{name}.csv", index=False)
    write_package(folder)


def _scaled(costs: pd.DataFrame, n_hours: int) -> pd.DataFrame:
    """Costs of capacity for the hours of the case instead of a year, so that it is worth some."""
    yearly = ["overnight_cost", "energy_overnight_cost", "fixed_om"]
    share = np.where(costs["parameter"].isin(yearly), n_hours / HOURS_A_YEAR, 1.0)
    return costs.assign(value=(costs["value"] * share).round(4))


def _places(key: str, names: list[str], **cells: object) -> pd.DataFrame:
    return pd.DataFrame({key: names, "name": names, **cells, **EXAMPLE})


def _series(buses: list[str], n_hours: int, random: np.random.Generator) -> pd.DataFrame:
    hour = np.arange(n_hours)
    found: dict[str, Floats] = {}
    for bus in buses:
        day = 1 + 0.2 * np.sin(2 * np.pi * (hour + random.uniform(0, 6)) / 24)
        load = day + random.normal(0, 0.03, n_hours)
        sun = np.clip(np.sin(2 * np.pi * (hour % 24 - 6) / 24), 0, None)
        slow = np.convolve(random.normal(0, 1, n_hours), np.ones(24) / 5, mode="same")
        found[f"load_{bus}"] = load / load.mean()
        found[f"solar_{bus}"] = 0.8 * sun * random.uniform(0.4, 1, n_hours)
        found[f"wind_{bus}"] = 1 / (1 + np.exp(0.5 - slow))
    return pd.DataFrame(found)


def _profile(name: str) -> dict[str, object]:
    kind, bus = name.split("_", 1)
    return {
        "profile": name, "name": name, "kind": kind, "zone": bus, "file": "hours.parquet",
        "unit": "1", "basis": "modelled", "source_id": "synthetic",
    }  # fmt: skip


def _assets(bus: str, load: float) -> list[dict[str, object]]:
    sizes = {"ccgt": 0.8, "coal": 0.4, "wind_onshore": 0.0, "solar": 0.0, "battery": 0.0}
    rows = []
    for technology, share in sizes.items():
        row: dict[str, object] = {
            "asset": f"{bus}_{technology}", "name": f"{bus} {technology}", "bus": bus,
            "technology": technology, "capacity_mw": round(share * load, 1), **EXAMPLE,
            "status": "existing" if share else "candidate",
            "capacity_max_mw": None if share else round(4 * load, 1),
        }  # fmt: skip
        if technology in ("wind_onshore", "solar"):
            row["availability_profile"] = f"{technology.split('_')[0]}_{bus}"
        if technology == "battery":
            row["storage_hours"] = 4
        rows.append(row)
    return rows


def _links(buses: list[str], random: np.random.Generator) -> list[dict[str, object]]:
    """Return a ring with chords, all of them lines that obey the voltage law."""
    n = len(buses)
    pairs = [(i, (i + 1) % n) for i in range(n)] + [(i, (i + n // 2) % n) for i in range(0, n // 2)]
    return [
        {
            "link": f"line_{i}_{j}", "name": f"{buses[i]} - {buses[j]}", "from_bus": buses[i],
            "to_bus": buses[j], "kind": "ac", "status": "existing", "voltage_kv": 380,
            "capacity_forward_mw": 400, "capacity_backward_mw": 400,
            "reactance_ohm": round(random.uniform(20, 80), 1), **EXAMPLE,
        }
        for i, j in pairs
    ]  # fmt: skip


class _Clock:
    """Seconds during which at least one solver is at work, in whatever thread."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.processor_seconds = 0.0
        self._working = 0
        self._began = 0.0
        self._processor_began = 0.0
        self._lock = threading.Lock()

    def __enter__(self) -> None:
        with self._lock:
            if self._working == 0:
                self._began = time.perf_counter()
                self._processor_began = time.process_time()
            self._working += 1

    def __exit__(self, *error: object) -> None:
        with self._lock:
            self._working -= 1
            if self._working == 0:
                self.seconds += time.perf_counter() - self._began
                self.processor_seconds += time.process_time() - self._processor_began


def plan_once(folder: Path, out: Path) -> None:
    """Plan in this process and write the seconds inside solvers to stdout."""
    from khazri.cli.main import run
    from khazri.solve import optimize
    from khazri.solve.highs import HighsSolver

    clock = _Clock()

    def timed(solve: Callable[..., Result]) -> Callable[..., Result]:
        def solve_in_time(*args: object, **options: object) -> Result:
            with clock:
                return solve(*args, **options)

        return solve_in_time

    HighsSolver.solve = timed(HighsSolver.solve)  # type: ignore[method-assign]
    optimize.solve_structured = timed(optimize.solve_structured)
    code = run(["plan", str(folder), "--out", str(out), "--quiet"], os.environ)
    told = {"solver_s": clock.seconds, "solver_cpu_s": clock.processor_seconds, "exit": code}
    print(json.dumps(told))


def main() -> None:
    """Make the folder, time the runs, print the best."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--buses", type=int, default=10)
    parser.add_argument("--hours", type=int, default=720)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--once", nargs=2, metavar=("CASE", "OUT"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.once:
        plan_once(Path(asked.once[0]), Path(asked.once[1]))
        return
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "case"
        write_case(folder, asked.buses, asked.hours)
        runs = [_timed(folder, Path(scratch) / f"out{number}") for number in range(asked.runs)]
    best = min(runs, key=lambda run: run["seconds"])
    print(
        json.dumps(
            {
                "buses": asked.buses,
                "hours": asked.hours,
                **{name: round(value, 2) for name, value in best.items()},
                "khazri": khazri.__version__,
                "python": platform.python_version(),
                "cores": os.cpu_count(),
            }
        )
    )


def _timed(folder: Path, out: Path) -> dict[str, float]:
    began, cpu_began = time.perf_counter(), _cpu_of_children()
    command = [sys.executable, __file__, "--once", str(folder), str(out)]
    # what is imported is compiled once, as an installed package is
    told_not_to = "PYTHONDONTWRITEBYTECODE"
    environment = {name: value for name, value in os.environ.items() if name != told_not_to}
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    seconds, cpu = time.perf_counter() - began, _cpu_of_children() - cpu_began
    told = json.loads(done.stdout.splitlines()[-1])
    if told["exit"] not in (0, 5):
        raise SystemExit(f"khazri plan ended with {told['exit']}:\n{done.stdout}{done.stderr}")
    return {
        "seconds": seconds,
        "solver_s": told["solver_s"],
        "outside_s": seconds - told["solver_s"],
        "solver_cpu_s": told["solver_cpu_s"],
        "outside_cpu_s": cpu - told["solver_cpu_s"],
        "exit": told["exit"],
    }


def _cpu_of_children() -> float:
    """Processor time [s] of all processes started here that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
