"""Who runs the plans of a study: this process, processes beside it, or a Dask cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Any, Protocol

from khazri.errors import UsageError
from khazri.solve.blocks import n_threads
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

        A process that dies takes the whole pool with it; what it had not done is begun once more
        by a new one.
        """
        open_jobs = dict(enumerate(jobs))
        for is_last in (False, True):
            try:
                for number, result in self._attempt(open_jobs):
                    del open_jobs[number]
                    yield number, result
            except BrokenProcessPool:
                if is_last:
                    raise
            if not open_jobs:
                return

    def _attempt(self, jobs: dict[int, Job]) -> Iterator[tuple[int, Result]]:
        pool = ProcessPoolExecutor(self.count, mp_context=get_context("spawn"))
        try:
            numbers: dict[Future[Result], int] = {
                pool.submit(job, 1): number for number, job in jobs.items()
            }
            for future in as_completed(numbers):
                yield numbers[future], future.result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


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
            for future, result in distributed.as_completed(futures, with_results=True):
                yield numbers[future.key], result


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
