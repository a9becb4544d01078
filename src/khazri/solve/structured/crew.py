"""Who works on chains: one call goes to all of them, answers come back in their order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from khazri.program import Program
from khazri.solve.structured.chain import Chain

P = ParamSpec("P")
Answer = TypeVar("Answer")


class Crew(Protocol):
    """Chains somewhere, here or on other machines."""

    def ask(
        self,
        what: Callable[Concatenate[Chain, P], Answer],
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> list[Answer]:
        """Call a method of every chain, ``ask(Chain.step, 0.9, ...)``; answers in order."""

    def close(self) -> None:
        """Let go of chains and of what they occupy."""


Hire = Callable[[Sequence[Program], int], Crew]
"""Turns programs of one chain each, and a number of threads in this process, into a crew."""


class LocalCrew:
    """Chains in this process. Threads work on a chain each while there are enough chains, and on
    parts of the same chain where there are more threads than chains."""

    def __init__(self, programs: Sequence[Program], threads: int, first: int = 0) -> None:
        """Take ``programs``, those of the chains from number ``first`` on."""
        n = len(programs)
        each = max(1, threads // n)
        self._chains = [
            Chain(program, each, first + number) for number, program in enumerate(programs)
        ]
        self._pool = ThreadPoolExecutor(min(threads, n)) if min(threads, n) > 1 else None

    def ask(
        self,
        what: Callable[Concatenate[Chain, P], Answer],
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> list[Answer]:
        """Call a method of every chain; see :class:`Crew`.

        Chains work in memory of their own, so an exception, Ctrl-C among them, goes on only when
        all of them are done.
        """
        if self._pool is None:
            return [what(chain, *args, **kwargs) for chain in self._chains]
        running = [self._pool.submit(what, chain, *args, **kwargs) for chain in self._chains]
        try:
            return [one.result() for one in running]
        finally:
            wait(running)

    def close(self) -> None:
        """End the threads."""
        if self._pool is not None:
            self._pool.shutdown()
        self._chains.clear()


def here(programs: Sequence[Program], threads: int) -> Crew:
    """Hire this process."""
    return LocalCrew(programs, threads)
