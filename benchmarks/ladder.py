"""What is measured: a fixed ladder of systems, each by the tools in turn."""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.measure import CASE, CASE_YEAR, Task, Tool
from benchmarks.systems import Size

OWN = (Tool.KHAZRI,)
KHAZRI_BOTH = (Tool.KHAZRI, Tool.KHAZRI_HIGHS)
DIRECT = (*KHAZRI_BOTH, Tool.PYPSA)
ALL = tuple(Tool)


@dataclass(frozen=True)
class Benchmark:
    """One system and one task, done by ``tools`` in each of ``repeats`` rounds.

    ``size`` is that of a random system; None: the case in the folder ``CASE``.
    """

    task: Task
    size: Size | None
    tools: tuple[Tool, ...]
    repeats: int

    @property
    def name(self) -> str:
        """The name that claims refer to, such as ``build-20x8760``."""
        if self.size is None:
            return f"{self.task}-{CASE.name}-{CASE_YEAR}"
        return f"{self.task}-{self.size.buses}x{self.size.hours}"

    def turns(self, number: int) -> tuple[Tool, ...]:
        """Return the tools of round ``number`` in their order, which alternates; the way through a
        file, which takes minutes, only in the first."""
        if number == 0:
            return self.tools
        again = tuple(tool for tool in self.tools if tool is not Tool.PYPSA_FILE)
        return again[::-1] if number % 2 else again


FULL = (
    Benchmark(Task.BUILD, Size(5, 720), ALL, 2),
    Benchmark(Task.BUILD, Size(20, 730), DIRECT, 2),
    Benchmark(Task.BUILD, Size(20, 2190), DIRECT, 2),
    Benchmark(Task.BUILD, Size(20, 8760), ALL, 2),
    Benchmark(Task.CASE, None, KHAZRI_BOTH, 1),
    Benchmark(Task.SOLVE, Size(5, 720), DIRECT, 1),
    Benchmark(Task.SOLVE, Size(10, 730), KHAZRI_BOTH, 1),
    Benchmark(Task.SOLVE, Size(20, 730), OWN, 1),
    Benchmark(Task.SOLVE, Size(20, 2190), OWN, 1),
    Benchmark(Task.SOLVE, Size(20, 8760), OWN, 1),
    Benchmark(Task.PACE, Size(20, 2190), (Tool.KHAZRI_HIGHS,), 1),
)
"""What ``make bench`` measures, about 15 minutes on two cores."""

QUICK = (
    Benchmark(Task.BUILD, Size(5, 720), DIRECT, 1),
    Benchmark(Task.BUILD, Size(20, 2190), DIRECT, 1),
    Benchmark(Task.SOLVE, Size(5, 720), DIRECT, 1),
)
"""What ``make bench-quick`` measures, about two minutes."""

LARGE = (Benchmark(Task.SOLVE, Size(50, 8760), OWN, 1),)
"""A system of the size of a country in 50 nodes, all hours: half an hour of two quiet cores."""

WARM = Size(2, 24)
"""What every process does before it measures."""

TINY = (
    Benchmark(Task.BUILD, WARM, DIRECT, 1),
    Benchmark(Task.SOLVE, WARM, DIRECT, 1),
)
"""To try out the benchmarks themselves."""
