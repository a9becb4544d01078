"""Chains on the workers of a Dask cluster, the extra ``dask``.

Each worker holds some chains for the whole run, as an actor. Programs travel there once and the
solution comes back once; in between only what is as large as the border goes to and fro.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Concatenate

import numpy as np

from khazri.errors import SolverError
from khazri.program import Program
from khazri.solve.structured.chain import Chain
from khazri.solve.structured.crew import Answer, Crew, Hire, LocalCrew, P

if TYPE_CHECKING:
    from distributed import Client


def on_dask(client: Client) -> Hire:
    """Hire the workers of a cluster, ``solve_structured(program, tuning, hire=on_dask(client))``.

    Each uses as many threads as it has. Results are the same to the last bit as in one process
    with as many threads per chain.
    """

    def hire(programs: Sequence[Program], threads: int) -> Crew:
        return DaskCrew(programs, client)

    return hire


class WorkerCrew(LocalCrew):
    """Chains of one worker."""

    def answer(self, message: bytes) -> bytes:
        """Do what a pickled (method, arguments, named arguments) asks; the answers pickled.

        Bytes go through Dask several times faster than what they stand for.
        """
        what, args, kwargs = pickle.loads(message)
        return pickle.dumps(self.ask(what, *args, **kwargs))


class DaskCrew:
    """Chains on workers, neighbours on the same one."""

    def __init__(self, programs: Sequence[Program], client: Client) -> None:
        """Send ``programs`` to the workers there are.

        Raises
        ------
        SolverError
            There are none.
        """
        workers = client.scheduler_info(n_workers=-1)["workers"]
        if not workers:
            raise SolverError("the Dask cluster has no workers")
        names = sorted(workers)[: len(programs)]
        hired = []
        for name, part in zip(
            names, np.array_split(np.arange(len(programs)), len(names)), strict=True
        ):
            sent = client.scatter(  # type: ignore[no-untyped-call]
                [programs[i] for i in part], workers=[name], hash=False
            )
            hired.append(
                client.submit(
                    WorkerCrew,
                    sent,
                    int(workers[name]["nthreads"]),
                    int(part[0]),
                    workers=[name],
                    actor=True,
                )
            )
        self._actors: list[Any] = [one.result() for one in hired]

    def ask(
        self,
        what: Callable[Concatenate[Chain, P], Answer],
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> list[Answer]:
        """Call a method of every chain; see :class:`~khazri.solve.structured.crew.Crew`."""
        message = pickle.dumps((what, args, kwargs))
        running = [actor.answer(message) for actor in self._actors]
        return [answer for one in running for answer in pickle.loads(one.result())]

    def close(self) -> None:
        """Let workers forget the chains."""
        for one in [actor.close() for actor in self._actors]:
            one.result()
        self._actors.clear()
