"""Who runs the plans of a study: this process, processes beside it, or a Dask cluster."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from typing import Any, Protocol

from khazri.errors import UsageError
from khazri.solve.blocks import n_threads
from khazri.study.errors import StudyError
from khazri.study.run import Result

Job = Callable[[int], Result]
"""Runs one plan on so many threads."""


class Workers(Protocol):
    """Run jobs, in any order."""

    @property
    def count(self) -> int:
        """How many jobs run side by side."""

    def run(self, jobs: Sequence[Job]) -> Iterator[tuple[int, Result]]:
        """Yield the number of each job and its result as they are done."""


@dataclass(frozen=True)
class ThisProcess:
    """One plan after the other."""

    count: int = 1

    def run(self, jobs: Sequence[Job]) -> Iterator[tuple[int, Result]]:
        """Yield results in order."""
        for number, job in enumerate(jobs):
            yield number, job(n_threads())


@dataclass(frozen=True)
class LocalProcesses:
    """``count`` processes, one thread each: plans need nothing of each other, so cores are used
    better by more plans than by more threads."""

    count: int

    def run(self, jobs: Sequence[Job]) -> Iterator[tuple[int, Result]]:
        """Yield results as they come.

        A process that dies takes the whole pool with it. What was not done is begun anew by a new
        one, as long as something is done in between.
        """
        waiting = dict(enumerate(jobs))
        while waiting:
            before = len(waiting)
            for number, result in self._attempt(waiting):
                del waiting[number]
                yield number, result
            if len(waiting) == before:
                raise StudyError(
                    f"processes die before a plan is done ({before} are left); is there enough "
                    "memory for so many side by side?"
                )

    def _attempt(self, jobs: Mapping[int, Job]) -> Iterator[tuple[int, Result]]:
        """What one pool gets done until it ends or one of its processes dies."""
        context = get_context("spawn")
        reader, writer = context.Pipe(duplex=False)
        pool = ProcessPoolExecutor(
            self.count, mp_context=context, initializer=_obey, initargs=(reader,)
        )
        try:
            numbers = {pool.submit(job, 1): number for number, job in jobs.items()}
            for future in as_completed(numbers):
                try:
                    result = future.result()
                except BrokenProcessPool:
                    continue
                yield numbers[future], result
        except BrokenProcessPool:  # while jobs were handed in
            return
        finally:
            writer.close()  # processes end here, whatever they are at, so waiting takes no time
            pool.shutdown(wait=True, cancel_futures=True)


def _obey(reader: Connection) -> None:
    """Let this process end as soon as nobody waits for it: its parent closes the pipe, or dies.

    Ctrl-C is for the parent alone; it decides what becomes of the work.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def watch() -> None:
        wait([reader])
        os._exit(0)

    threading.Thread(target=watch, name="watch", daemon=True).start()


@dataclass(frozen=True)
class DaskCluster:
    """The workers of a Dask cluster. The scheduler begins anew what a lost worker had not done."""

    address: str
    count: int

    def run(self, jobs: Sequence[Job]) -> Iterator[tuple[int, Result]]:
        """Yield results as they come."""
        distributed = _distributed()
        with distributed.Client(self.address) as client:
            futures = [client.submit(job, 1, pure=False) for job in jobs]
            numbers = {future.key: number for number, future in enumerate(futures)}
            try:
                for future, result in distributed.as_completed(futures, with_results=True):
                    yield numbers[future.key], result
            except distributed.KilledWorker as error:
                raise StudyError(f"workers die again and again: {error}") from None


def this_process() -> Workers:
    """One plan after the other, on all threads."""
    return ThisProcess()


def local_processes(count: int) -> Workers:
    """``count`` processes beside this one."""
    return LocalProcesses(count) if count > 1 else ThisProcess()


def dask_cluster(address: str) -> Workers:
    """All workers of the cluster whose scheduler is at ``address`` (tcp://host:port).

    Raises
    ------
    UsageError
        Dask is not installed, or nobody answers at the address.
    """
    distributed = _distributed()
    try:
        with distributed.Client(address, timeout=10) as client:
            count = len(client.scheduler_info()["workers"])
    except (OSError, TimeoutError, ValueError) as error:
        raise UsageError(f"no Dask scheduler answers at {address}: {error}") from None
    return DaskCluster(address, max(count, 1))


def _distributed() -> Any:
    try:
        import distributed
    except ImportError:
        raise UsageError("a Dask cluster needs the extra: pip install 'khazri[dask]'") from None
    return distributed
