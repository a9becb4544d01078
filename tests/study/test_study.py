"""Studies: each plan once, what is done stays done, whoever does it."""

from __future__ import annotations

import os
import signal
import threading
import time
from dataclasses import dataclass, field, replace
from functools import partial

import pandas as pd
import pytest
from tests.corridors import change, two_corridors
from tests.study.jobs import answer, dies, dies_once

from khazri.appraise.cba.case_appraisal import kept
from khazri.errors import UsageError
from khazri.study import (
    Fidelity,
    Store,
    StudyError,
    Variant,
    dask_cluster,
    local_processes,
    run_study,
    this_process,
)

_BOTH = frozenset({"sea_cable", "corin_line"})
_VARIANTS = [
    Variant(2030, "reference", off=_BOTH),
    Variant(2030, "reference", _BOTH),
    Variant(2040, "reference", _BOTH, links=frozenset({"sea_cable_1", "corin_dc"})),
]
_FIDELITY = Fidelity(8)
_EXTRACT = partial(kept, corridor_links=("sea_cable_1", "sea_cable_2", "corin_dc"))


@dataclass
class Watched:
    """Runs jobs here, counts them, and stops as Ctrl-C does after so many."""

    stops_after: int = 1000
    count: int = 1
    done: list[str] = field(default_factory=list)

    def run(self, jobs):
        for number, job in enumerate(jobs):
            if len(self.done) == self.stops_after:
                raise KeyboardInterrupt
            result = job(1)
            self.done.append(result.key)
            yield number, result


def _run(two, store, workers, variants=_VARIANTS, told=None):
    return run_study(two, variants, _FIDELITY, _EXTRACT, store, workers, told)


def _same(one, other):
    assert list(one) == list(other)
    for variant, result in one.items():
        assert (result.key, result.cost, result.bound) == (
            other[variant].key, other[variant].cost, other[variant].bound
        )  # fmt: skip
        for name, table in result.tables.items():
            pd.testing.assert_frame_equal(
                table, other[variant].tables[name], check_dtype=False, check_index_type=False
            )


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    return Store(tmp_path_factory.mktemp("store"))


@pytest.fixture(scope="module")
def done(two, store):
    """All plans after an interruption: one plan, Ctrl-C, then the other two."""
    first = Watched(stops_after=1)
    with pytest.raises(KeyboardInterrupt):
        _run(two, store, first)
    second, told = Watched(), []
    results = _run(two, store, second, [*_VARIANTS, _VARIANTS[0]], told.append)
    return results, first, second, told


def test_an_interruption_keeps_what_is_done(done):
    results, first, second, _ = done
    assert len(first.done) == 1
    assert len(second.done) == len(_VARIANTS) - 1
    assert {*first.done, *second.done} == {result.key for result in results.values()}
    assert all(result.is_valid for result in results.values())


def test_equal_variants_are_planned_once(done):
    results, _, second, _ = done
    assert list(results) == _VARIANTS
    assert len(second.done) == len(set(second.done))


def test_progress_tells_what_is_done_and_how_long_it_takes(done):
    told = done[3]
    assert [(state.done, state.total, state.found) for state in told] == [
        (1, 3, 1), (2, 3, 1), (3, 3, 1)
    ]  # fmt: skip
    assert told[1].left_s > 0
    assert told[2].left_s == 0


def test_what_was_found_is_not_solved_again(two, store, done):
    idle = Watched(stops_after=0)
    _same(_run(two, store, idle), done[0])
    assert idle.done == []


@pytest.mark.parametrize(
    "variant",
    [
        Variant(2030, "reference", frozenset({"see_cable"})),
        Variant(2030, "nobody", _BOTH),
        Variant(2031, "reference", _BOTH),
    ],
)
def test_names_that_are_not_there_are_refused_before_anything_is_run(two, tmp_path, variant):
    workers = Watched()
    with pytest.raises(UsageError):
        _run(two, Store(tmp_path), workers, [_VARIANTS[0], variant])
    assert workers.done == []


def test_a_worker_of_another_version_is_refused(two, tmp_path, done):
    class Older(Watched):
        def run(self, jobs):
            yield 0, replace(done[0][_VARIANTS[0]], key="another")

    with pytest.raises(StudyError, match="another version"):
        _run(two, Store(tmp_path), Older(), _VARIANTS[:1])
    assert list(tmp_path.iterdir()) == []


def test_a_plan_that_fails_is_named(tmp_path):
    """Emissions of at least 10^15 t cannot be reached."""
    folder = two_corridors(tmp_path / "two")
    change(folder, "limits", {"sense": "min", "value": "1e15"})
    with pytest.raises(StudyError, match=r"(?s)2030 reference with no corridor: .*limit emissions"):
        _run(folder, Store(tmp_path / "store"), this_process(), _VARIANTS[:1])


@pytest.mark.slow
def test_a_killed_process_loses_nothing(tmp_path):
    """Of six jobs the third kills its process; every answer comes once, on one thread each."""
    jobs = [partial(answer, number) for number in range(6)]
    jobs[2] = partial(dies_once, tmp_path / "mark", 2)
    found = list(local_processes(2).run(jobs))
    assert sorted(found) == [(number, (number, 1)) for number in range(6)]


@pytest.mark.slow
def test_processes_that_always_die_are_told():
    with pytest.raises(StudyError, match="processes die"):
        list(local_processes(2).run([dies]))


@pytest.mark.slow
def test_two_processes_find_the_same(two, tmp_path, done):
    _same(_run(two, Store(tmp_path), local_processes(2)), done[0])


@pytest.mark.slow
def test_processes_end_when_nobody_waits_any_more(two, tmp_path):
    """After Ctrl-C in the middle no process works on: all are gone within seconds."""
    from multiprocessing import active_children

    begun = local_processes(2).run([partial(time.sleep), partial(answer, 1)])
    next(begun)
    children = active_children()
    begun.close()
    for child in children:
        child.join(20)
    assert children
    assert not any(child.is_alive() for child in children)


@pytest.mark.slow
def test_a_cluster_finds_the_same_and_a_killed_worker_loses_nothing(two, tmp_path, done):
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, host="127.0.0.1"
    ) as cluster:
        workers = dask_cluster(cluster.scheduler_address)
        assert workers.count == 2
        victim = next(iter(cluster.workers.values())).pid

        def kill(state):
            if state.done == 0:
                threading.Timer(1.5, os.kill, (victim, signal.SIGKILL)).start()

        _same(_run(two, Store(tmp_path), workers, told=kill), done[0])
    with pytest.raises(ProcessLookupError):
        os.kill(victim, 0)


@pytest.mark.slow
def test_a_cluster_that_is_not_there_is_told():
    pytest.importorskip("distributed")
    with pytest.raises(UsageError, match="no Dask scheduler answers"):
        dask_cluster("tcp://127.0.0.1:9")
