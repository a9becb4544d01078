"""One plan of a study, and what is kept of it."""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from functools import lru_cache, partial
from pathlib import Path

import pandas as pd

from khazri.case import Case, read_case
from khazri.errors import SolverError, UsageError
from khazri.plan.make import make_plan
from khazri.plan.plan import Plan
from khazri.plan.run import code_hash, titles_of
from khazri.program import FlatProgram, Program, Segments, aggregate, build_program
from khazri.solve.blocks import BlockSolver
from khazri.solve.optimize import Effort, Optimum, optimize
from khazri.solve.solver import Basis, OnProgress, SolverOptions, SolverResult
from khazri.study.coarse import Fidelity, over_segments, segments_of
from khazri.study.variant import Variant, varied
from khazri.system import build_system

Extract = Callable[[Plan], Mapping[str, pd.DataFrame]]
"""What is kept of a plan: tables by name. A function of a module, or a ``partial`` of one, so that
it can be sent to another process."""


@dataclass(frozen=True)
class Result:
    """What is kept of a plan: its ``cost`` and proven ``bound`` [EUR/a], whether the certificate is
    valid, its size, and tables by name."""

    key: str
    variant: Variant
    cost: float
    bound: float
    is_valid: bool
    seconds: float
    stages: int
    tables: Mapping[str, pd.DataFrame]

    @property
    def gap(self) -> float:
        """Relative gap between cost and bound."""
        return (self.cost - self.bound) / max(abs(self.cost), 1.0)

    @property
    def excess(self) -> float:
        """What the plan may cost more than the best one [EUR/a]; rounding can put a bound above."""
        return max(self.cost - self.bound, 0.0)


def result_key(case: Case, variant: Variant, fidelity: Fidelity, extract: Extract) -> str:
    """Hash (SHA-256) of all that a result depends on but the speed of the machine."""
    kept = extract.func if isinstance(extract, partial) else extract
    given = [repr(extract.args), repr(extract.keywords)] if isinstance(extract, partial) else []
    name = f"{kept.__module__}.{kept.__qualname__}"
    parts = [case.content_hash, variant.facts(), asdict(fidelity), name, given, _code()]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def run_variant(
    case: Case, variant: Variant, fidelity: Fidelity, extract: Extract, threads: int
) -> Result:
    """Plan a variant and keep what ``extract`` takes from it.

    ``case`` was read under the scenario of the variant; ``threads`` work on the plan.

    Raises
    ------
    InfeasibleError, SolverError, UsageError
        As :func:`khazri.plan.run.plan_case` does.
    """
    chosen = varied(case, variant)
    system = build_system(chosen, variant.year)
    program = _decided(build_program(system))
    segments = _segments_of_year(case, variant.year, fidelity)
    if segments is not None:
        system, program = over_segments(system, segments), aggregate(program, segments)
    optimum = _solved(program, threads, fidelity.tolerance)
    plan = make_plan(system, program, optimum, titles_of(chosen))
    certificate = plan.certificate
    return Result(
        key=result_key(case, variant, fidelity, extract),
        variant=variant,
        cost=plan.cost,
        bound=plan.bound,
        is_valid=certificate.is_valid,
        seconds=sum(
            one.seconds_segments + one.seconds_bound + one.seconds_dispatch
            for one in optimum.rounds
        ),
        stages=program.n_stages,
        tables=dict(extract(plan)),
    )


@lru_cache(maxsize=8)
def _segments_of_year(case: Case, year: int, fidelity: Fidelity) -> Segments | None:
    """The segments of a year by what its tables say: with drivers moved as without, so that draws
    differ by what was drawn alone."""
    return segments_of(build_program(build_system(case, year)), fidelity)


def _solved(program: Program, threads: int, tolerance: float) -> Optimum:
    """The plan to a tolerance, or to a looser one where the block method does not reach it.

    A looser plan of the block method is there in seconds and says how loose it is; a tighter one of
    a general solver would take as long as the rest of the study.
    """
    for loosened in (1.0, 10.0, 100.0):
        reached = loosened * tolerance
        effort = Effort(segments=0, gap=reached, tolerance=reached)
        with contextlib.suppress(_LeftToOthersError):
            return optimize(program, _StagesOnly(threads), effort)
    effort = Effort(segments=0, gap=tolerance, tolerance=tolerance)
    return optimize(program, BlockSolver(threads), effort)


class _LeftToOthersError(SolverError):
    """The block method does not take a program, or does not reach the tolerance."""


class _StagesOnly(BlockSolver):
    """The block method with nobody to take over."""

    def solve(
        self,
        program: FlatProgram,
        options: SolverOptions,
        on_progress: OnProgress | None = None,
        start: Basis | None = None,
    ) -> SolverResult:
        """Refuse what is not for the block method."""
        raise _LeftToOthersError("left to a general solver")


def _decided(program: Program) -> Program:
    """Integers that have one value left are no decision."""
    is_open = program.global_upper > program.global_lower
    return replace(program, is_integer=program.is_integer & is_open)


@lru_cache(maxsize=1)
def _code() -> str:
    """What this process runs, as it was when it began: files may change under it."""
    return code_hash()


@lru_cache(maxsize=2)
def case_under(path: Path, scenario: str, content_hash: str) -> Case:
    """Read a case once for all plans that a process makes of it.

    Raises
    ------
    UsageError
        What lies there has another ``content_hash``: it was changed after the study began, or is
        another file where a worker of a cluster looks.
    """
    case = read_case(path, scenario)
    if case.content_hash != content_hash:
        raise UsageError(f"{path} is not the case that the study began with; run it again")
    return case
