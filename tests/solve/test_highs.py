"""What is particular to HiGHS: that HiPO is there and used, progress, Ctrl-C, threads."""

from __future__ import annotations

import subprocess
import sys
import textwrap
import threading
import time
import weakref

import numpy as np
import pytest

from khazri.errors import MissingExtraError, SolverError
from khazri.program import FlatProgram, flatten
from khazri.solve import highs
from khazri.solve.choose import SolverName, make_solver
from khazri.solve.highs import HighsSolver, HipoMissingError, hipo_available
from khazri.solve.solver import (
    Method,
    PointStatus,
    SolverOptions,
    SolverProgress,
    SolverResult,
    Termination,
)

from .flat_programs import flat
from .sample_programs import SampleSize, sample_program, with_integer_lines

SMALL = SampleSize(n_buses=4, n_stages=40)


def heard(method: Method, *, integers: bool = False) -> tuple[list[SolverProgress], SolverResult]:
    """Solve the small sample and keep all progress."""
    sample = sample_program(SMALL)
    program = flatten(with_integer_lines(sample) if integers else sample)
    news: list[SolverProgress] = []

    def listen(progress: SolverProgress) -> bool:
        news.append(progress)
        return True

    return news, HighsSolver().solve(program, SolverOptions(method), listen)


def test_hipo_is_there() -> None:
    """It comes with ``highspy[extras]``, on which the package depends."""
    assert hipo_available()


def test_missing_hipo_is_said_and_not_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(highs, "hipo_available", lambda: False)
    program = flat([1], [[1]], [(1, 1)], [(0, 2)])
    with pytest.raises(HipoMissingError, match=r"pip install 'highspy\[extras\]'") as caught:
        HighsSolver().solve(program, SolverOptions(Method.INTERIOR_POINT))
    assert isinstance(caught.value, MissingExtraError)
    assert caught.value.exit_code == 6
    small = HighsSolver().solve(program, SolverOptions())
    assert small.termination is Termination.OPTIMAL  # by the simplex method


def test_progress_of_hipo_ends_where_the_result_does() -> None:
    news, result = heard(Method.INTERIOR_POINT)
    assert [p.iteration for p in news] == list(range(result.iterations + 1))
    assert all(
        np.isfinite([p.primal_infeasibility, p.dual_infeasibility, p.gap]).all() for p in news
    )
    assert news[0].gap > 0.1
    assert news[-1].gap < 1e-6
    assert news[-1].primal_infeasibility < 1e-6
    assert [p.seconds for p in news] == sorted(p.seconds for p in news)


def test_progress_of_simplex() -> None:
    news, result = heard(Method.SIMPLEX)
    assert news[0].primal_infeasibility > 1.0
    assert news[-1].primal_infeasibility == 0.0
    assert 0 < news[-1].iteration <= result.iterations
    assert np.isnan(news[-1].gap)


def test_progress_of_branch_and_cut() -> None:
    news, result = heard(Method.AUTOMATIC, integers=True)
    assert result.termination is Termination.OPTIMAL
    assert news[-1].gap <= 1e-4


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("    0   1.1e+11  -1.7e+13   5.80e-02   1.07e+01  2.03e+00     0.8", (0, 0.058, 10.7)),
        (">  41   1.9e+09   1.9e+09   5.80e-12   1.07e-10  2.03e-09", (41, 5.8e-12, 1.07e-10)),
    ],
)
def test_lines_of_hipo(line: str, expected: tuple[int, float, float]) -> None:
    progress = highs.read_progress(line, Method.INTERIOR_POINT, 1.5)
    assert progress is not None
    read = (progress.iteration, progress.primal_infeasibility, progress.dual_infeasibility)
    assert read == expected
    assert progress.seconds == 1.5


def test_gap_of_hipo_is_relative_to_the_mean() -> None:
    """(110 - 90) / 100."""
    progress = highs.read_progress("3 110.0 90.0 1e-3 1e-3 1e-1 0.1", Method.INTERIOR_POINT, 0.0)
    assert progress is not None
    assert progress.gap == pytest.approx(0.2)


@pytest.mark.parametrize("method", [Method.INTERIOR_POINT, Method.SIMPLEX])
@pytest.mark.parametrize(
    "line",
    [
        "",
        " iter       primal obj         dual obj       pinf       dinf       gap    time",
        "15977 rows, 13035 cols, 49589 nonzeros 0s",
        "Threads:                        1",
        "  Matrix  [8e-03, 1e+02]",
    ],
)
def test_other_lines_are_no_progress(line: str, method: Method) -> None:
    assert highs.read_progress(line, method, 0.0) is None


def test_stopped_point_is_not_called_good() -> None:
    """After five iterations of HiPO there are values, of a kind that HiGHS does not vouch for."""
    program = flatten(sample_program(SampleSize(n_buses=8, n_stages=100)))
    options = SolverOptions(Method.INTERIOR_POINT)
    result = HighsSolver().solve(program, options, lambda p: p.iteration < 5)
    assert result.termination is Termination.INTERRUPTED
    assert result.primal in (PointStatus.INFEASIBLE, PointStatus.UNKNOWN, PointStatus.NONE)


def test_threads_may_differ_between_solves() -> None:
    """HiGHS keeps one pool of threads for each thread that calls it; ours are fresh ones."""
    program = flatten(sample_program(SMALL))
    results = [
        HighsSolver().solve(program, SolverOptions(Method.INTERIOR_POINT, threads=threads))
        for threads in (2, 1, 0)
    ]
    assert {result.termination for result in results} == {Termination.OPTIMAL}
    assert len({result.objective for result in results}) == 1


@pytest.mark.parametrize("method", [Method.INTERIOR_POINT, Method.SIMPLEX])
def test_the_matrix_is_let_go_while_highs_works(method: Method) -> None:
    """HiGHS has a copy: ours, if nobody else holds it, is gone at the first sign of progress."""
    program = sample_program(SMALL)
    held: list[weakref.ref[FlatProgram]] = []
    alive: list[bool] = []

    def make() -> FlatProgram:
        made = flatten(program)
        held.append(weakref.ref(made))
        return made

    def listen(_: SolverProgress) -> bool:
        alive.append(held[0]() is not None)
        return True

    result = HighsSolver().solve(make(), SolverOptions(method), listen)
    assert result.termination is Termination.OPTIMAL
    assert alive
    assert not any(alive)


def test_basis_of_another_size_is_refused() -> None:
    small, large = flat([1], [[1]], [(1, 1)], [(0, 2)]), flatten(sample_program(SMALL))
    basis = HighsSolver().solve(small, SolverOptions()).basis
    assert basis is not None
    with pytest.raises(SolverError, match="does not fit"):
        HighsSolver().solve(large, SolverOptions(Method.SIMPLEX), start=basis)


def test_python_goes_on_while_highs_works() -> None:
    """Two solves at once give what one does, and this thread is never held up for long."""
    program = flatten(sample_program(SampleSize(n_buses=8, n_stages=60)))
    objectives: list[float] = []

    def work() -> None:
        objectives.append(HighsSolver().solve(program, SolverOptions(Method.SIMPLEX)).objective)

    threads = [threading.Thread(target=work) for _ in range(2)]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    ticks = [time.monotonic()]
    while any(thread.is_alive() for thread in threads):
        time.sleep(0.001)
        ticks.append(time.monotonic())
    assert len(set(objectives)) == 1
    assert len(objectives) == 2
    assert np.diff(ticks).max() < 0.5 * (time.monotonic() - began)


@pytest.mark.skipif(sys.platform == "win32", reason="signals are sent to a process by POSIX means")
@pytest.mark.parametrize("moment", [0.3, 1.5])
def test_ctrl_c_leaves_within_two_seconds(moment: float) -> None:
    """A process interrupts itself early in a solve of many seconds, when HiPO analyses the matrix
    and does not listen, or later, among its iterations. It says when it was out, and ends well."""
    script = f"""
        import os, signal, sys, threading, time
        sys.path.insert(0, {str(__file__).rsplit("/", 1)[0]!r})
        from sample_programs import SampleSize, sample_program
        from khazri.program import FlatProgram, flatten
        from khazri.solve.highs import HighsSolver
        from khazri.solve.solver import Method, SolverOptions

        program = flatten(sample_program(SampleSize(n_buses=12, n_stages=600)))
        sent = []

        def interrupt():
            sent.append(time.monotonic())
            os.kill(os.getpid(), signal.SIGINT)

        threading.Timer({moment}, interrupt).start()
        result = HighsSolver().solve(program, SolverOptions(Method.INTERIOR_POINT))
        print(result.termination, time.monotonic() - sent[0], flush=True)
    """
    ran = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    termination, seconds = ran.stdout.split()
    assert termination == "interrupted"
    assert float(seconds) < 2.0


@pytest.mark.parametrize("name", list(SolverName))
def test_solvers_by_name(name: SolverName) -> None:
    assert make_solver(name).name.lower().startswith(name)


def test_branch_and_cut_stops_at_the_tolerance_asked_for() -> None:
    """Left alone, HiGHS stops 1e-4 from the bound."""
    options = SolverOptions(tolerance=3e-8)
    assert highs.highs_options(options, is_interior=False, is_mixed=True)["mip_rel_gap"] == 3e-8
