"""From a case to its plan in one call, and the key under which the plan is known."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import khazri
from khazri.case import Case, price_basis, read_case
from khazri.case.profiles import profile_files
from khazri.errors import InfeasibleError
from khazri.plan.make import Titles, make_plan
from khazri.plan.plan import Plan
from khazri.program import Program, build_program
from khazri.solve.certificate import relative_gap
from khazri.solve.infeasible_words import with_units
from khazri.solve.optimize import Best, Effort, OnPhase, Progress, optimize
from khazri.solve.solver import Solver
from khazri.system import build_system

_SEED = "0, the default of the solver; Khazri itself draws no random numbers"


@dataclass(frozen=True)
class Unfinished:
    """What a run has found before its end.

    ``built`` are the global values (capacities in MW, shares of corridors) by family and item; they
    were run through every hour at ``cost`` and nothing can cost less than ``bound`` [EUR/a]. Rows
    and bounds of the hours have not been checked: there is no certificate yet.
    """

    year: int
    cost: float
    bound: float
    gap: float
    built: dict[str, dict[str, float]]


OnUnfinished = Callable[[Unfinished], None]


def plan_case(
    case: Case | str | Path,
    year: int | None = None,
    scenario: str | None = None,
    effort: Effort | None = None,
    solver: Solver | None = None,
    on_phase: OnPhase | None = None,
    on_unfinished: OnUnfinished | None = None,
) -> Plan:
    """Plan one year of a case: what to build, how every hour runs, what it costs, with proof.

    Parameters
    ----------
    case
        A case or the folder of one.
    year
        Planning year; None: the default of the case.
    scenario
        Name of a scenario; None: that of ``case``, or the default of the folder's case.
    effort
        How far to go; None: :class:`~khazri.solve.optimize.Effort` as it is.
    solver
        A solver; None: the block method, with HiGHS for what it leaves.
    on_phase
        Called with what is being done.
    on_unfinished
        Called with each better plan on the way.

    Raises
    ------
    CaseError, UsageError
        The case has faults, or no such year or scenario.
    InfeasibleError
        No plan meets all limits.
    SolverError
        The solver gave up.
    """
    began = time.perf_counter()
    _say(on_phase, "read", "reading and checking the case")
    if not isinstance(case, Case):
        case = read_case(case, scenario)
    elif scenario is not None and scenario != case.scenario:
        case = case.with_scenario(scenario)
    effort = effort or Effort()
    solver = solver or _default_solver()
    chosen = case.default_year if year is None else year
    _say(on_phase, "build", f"writing the equations of {chosen}")
    system = build_system(case, chosen)
    program = build_program(system)

    def on_best(best: Best) -> None:
        if on_unfinished is not None:
            on_unfinished(_unfinished(program, chosen, best))

    try:
        optimum = optimize(program, solver, effort, on_phase, on_best)
    except InfeasibleError as error:
        units = {limit.name: limit.unit for limit in system.limits}
        raise with_units(error, units) from None
    key = plan_key(case.content_hash, chosen, case.scenario, effort, solver.name)
    facts = {
        "plan_key": key,
        "options": json.dumps(asdict(effort), sort_keys=True),
        "input_hashes": json.dumps(input_hashes(case.path)),
        "seed": _SEED,
        "price_basis": price_basis(case.table("scenarios"), case.scenario),
        "created": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "seconds": time.perf_counter() - began,
    }
    return make_plan(system, program, optimum, titles_of(case), facts)


def _unfinished(program: Program, year: int, best: Best) -> Unfinished:
    built: dict[str, dict[str, float]] = {}
    labels = program.globals
    for family, item, value in zip(labels.family, labels.item, best.y.tolist(), strict=True):
        built.setdefault(str(family), {})[str(item)] = value
    return Unfinished(year, best.cost, best.bound, relative_gap(best.cost, best.bound), built)


def plan_key(
    case_hash: str,
    year: int,
    scenario: str,
    effort: Effort,
    solver: str,
    code: str | None = None,
) -> str:
    """Hash (SHA-256) of all that a plan depends on but the speed of the machine.

    ``case_hash`` is ``Case.content_hash``, ``solver`` the solver's name with its version, ``code``
    what tells versions of the program apart; None: :func:`code_hash`.
    """
    parts = [case_hash, year, scenario, asdict(effort), solver, code or code_hash()]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def code_hash() -> str:
    """Hash (SHA-256) of the version, of all modules and of the sources of the kernels."""
    home = Path(khazri.__file__).parent
    found = hashlib.sha256(khazri.__version__.encode())
    for module in sorted(file for kind in ("*.py", "*.c", "*.h") for file in home.rglob(kind)):
        found.update(module.read_bytes())
    return found.hexdigest()


def input_hashes(folder: Path) -> dict[str, str]:
    """Hash (SHA-256) of each table and each file of profiles in a case folder, by its name."""
    files = [*sorted(folder.glob("*.csv")), *profile_files(folder)]
    return {
        file.relative_to(folder).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in files
    }


def titles_of(case: Case) -> Titles:
    """Names shown to readers of buses, assets, links and corridors."""

    def names(table: str, key: str) -> dict[str, str]:
        frame = case.table(table)
        return dict(zip(frame[key].astype(str), frame["name"].astype(str), strict=True))

    return {
        "bus": names("buses", "bus"),
        "asset": names("assets", "asset"),
        "link": names("links", "link"),
        "corridor": names("corridors", "corridor"),
    }


def _default_solver() -> Solver:
    from khazri.solve.blocks import BlockSolver

    return BlockSolver()


def _say(on_phase: OnPhase | None, phase: str, text: str) -> None:
    if on_phase is not None:
        on_phase(Progress(phase, text, float("nan"), 0.0))
