"""Run the plans of a study: each once, what is done stays done."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from khazri.case import read_case
from khazri.errors import KhazriError
from khazri.study.coarse import Fidelity
from khazri.study.errors import StudyError
from khazri.study.run import Extract, Result, case_under, result_key, run_variant
from khazri.study.store import Store
from khazri.study.variant import Variant, varied
from khazri.study.workers import Job, Workers


@dataclass(frozen=True)
class Progress:
    """``done`` plans of ``total`` are there, ``found`` of them from before; ``left_s`` seconds are
    left if the others take as long (NaN: unknown)."""

    done: int
    total: int
    found: int
    label: str
    seconds: float
    left_s: float


OnProgress = Callable[[Progress], None]


def run_study(
    folder: Path,
    variants: Sequence[Variant],
    fidelity: Fidelity,
    extract: Extract,
    store: Store,
    workers: Workers,
    on_progress: OnProgress | None = None,
) -> dict[Variant, Result]:
    """Make all plans that the store does not have yet.

    Parameters
    ----------
    folder
        Folder of the case.
    variants
        What to plan; equal ones are planned once.
    extract
        What is kept of each plan.
    store
        Where results are looked for and kept, each as soon as it is there.
    workers
        Who runs them.

    Raises
    ------
    CaseError, UsageError
        The case has faults, or no such scenario, year or corridor: before anything is run.
    StudyError
        A plan is infeasible, its solver gave up, workers die again and again, or they run another
        version of Khazri. What was done by then is kept.
    """
    began = time.perf_counter()
    wanted = list(dict.fromkeys(variants))
    cases = {name: read_case(folder, name) for name in dict.fromkeys(v.scenario for v in wanted)}
    for variant in wanted:
        varied(cases[variant.scenario], variant)
    keys = {v: result_key(cases[v.scenario], v, fidelity, extract) for v in wanted}
    results = {v: found for v in wanted if (found := store.find(keys[v])) is not None}
    n_found = len(results)
    # Of one scenario after the other, so that a process reads each case once.
    missing = sorted(
        (v for v in wanted if v not in results), key=lambda v: (v.scenario, v.year, v.label)
    )

    def tell(label: str) -> None:
        if on_progress is not None:
            seconds = time.perf_counter() - began
            made = len(results) - n_found
            left = (len(wanted) - len(results)) * seconds / made if made else float("nan")
            on_progress(Progress(len(results), len(wanted), n_found, label, seconds, left))

    tell("found before" if n_found else "begins")
    jobs: list[Job] = [
        partial(_job, folder, cases[v.scenario].content_hash, v, fidelity, extract) for v in missing
    ]
    for number, result in workers.run(jobs):
        if result.key != keys[missing[number]]:
            raise StudyError(f"{result.variant.label}: a worker runs another version of Khazri")
        store.keep(result)
        results[missing[number]] = result
        tell(missing[number].label)
    return {variant: results[variant] for variant in wanted}


def _job(
    folder: Path,
    content_hash: str,
    variant: Variant,
    fidelity: Fidelity,
    extract: Extract,
    threads: int,
) -> Result:
    try:
        case = case_under(folder, variant.scenario, content_hash)
        return run_variant(case, variant, fidelity, extract, threads)
    except StudyError:
        raise
    except KhazriError as error:
        raise StudyError(f"{variant.label}: {error}") from None
