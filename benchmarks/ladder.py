"""What is measured: a fixed ladder of systems, each by the tools in turn."""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.measure import Tool
from benchmarks.systems import Size

BOTH = (Tool.KHAZRI, Tool.PYPSA)
ALL = (Tool.KHAZRI, Tool.PYPSA, Tool.PYPSA_FILE)


@dataclass(frozen=True)
class Benchmark:
    """One system, built or also solved by ``tools`` in each of ``repeats`` rounds."""

    size: Size
    solves: bool
    tools: tuple[Tool, ...]
    repeats: int

    @property
    def name(self) -> str:
        """The name that claims refer to, such as ``build-20x8760``."""
        what = "solve" if self.solves else "build"
        return f"{what}-{self.size.buses}x{self.size.hours}"

    def turns(self, number: int) -> tuple[Tool, ...]:
        """Return the tools of round ``number`` in their order, which alternates; the way through a
        file, which takes minutes, only in the first."""
        if number == 0:
            return self.tools
        again = tuple(tool for tool in self.tools if tool is not Tool.PYPSA_FILE)
        return again[::-1] if number % 2 else again


def _build(buses: int, hours: int, tools: tuple[Tool, ...], repeats: int) -> Benchmark:
    return Benchmark(Size(buses, hours), solves=False, tools=tools, repeats=repeats)


def _solve(buses: int, hours: int, tools: tuple[Tool, ...], repeats: int) -> Benchmark:
    return Benchmark(Size(buses, hours), solves=True, tools=tools, repeats=repeats)


FULL = (
    _build(5, 720, ALL, 3),
    _build(20, 730, BOTH, 3),
    _build(20, 2190, ALL, 3),
    _build(20, 4380, BOTH, 3),
    _build(20, 8760, ALL, 5),
    _solve(5, 720, ALL, 1),
    _solve(10, 730, BOTH, 1),
)
"""What ``make bench`` measures, about 12 minutes on a quiet machine."""

QUICK = (
    _build(5, 720, ALL, 1),
    _build(20, 730, BOTH, 1),
    _build(20, 2190, BOTH, 1),
    _solve(5, 240, ALL, 1),
)
"""What ``make bench-quick`` measures, about a minute."""

WARM = Size(2, 24)
"""What every process does before it measures."""

TINY = (_build(2, 24, BOTH, 1), _solve(2, 24, BOTH, 1))
"""To try out the benchmarks themselves."""
