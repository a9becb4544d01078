"""Khazri's own solver: the block method for large programs, HiGHS for all else."""

from __future__ import annotations

import os

from khazri import __version__
from khazri.program import FlatProgram
from khazri.solve.highs import HighsSolver
from khazri.solve.solver import (
    Basis,
    Feature,
    OnProgress,
    SolverOptions,
    SolverResult,
)
from khazri.solve.structured.library import KernelsMissingError, load


class BlockSolver:
    """Solves programs stage by stage; hands matrices, integers and vertices over to HiGHS."""

    def __init__(self, threads: int | None = None) -> None:
        """Work on stages with ``threads``; None: :func:`n_threads`."""
        self._highs = HighsSolver()
        self.threads = n_threads() if threads is None else threads

    @property
    def name(self) -> str:
        """Name and version, and of what solves matrices."""
        return f"Khazri {__version__} with {self._highs.name}"

    @property
    def stages_name(self) -> str:
        """Name and version of the solver of stages."""
        return f"Khazri {__version__} block method"

    def supports(self, feature: Feature) -> bool:
        """Tell whether the solver can do this; stages need the compiled kernels."""
        if feature is not Feature.STAGES:
            return self._highs.supports(feature)
        try:
            load()
        except KernelsMissingError:
            return False
        return True

    def solve(
        self,
        program: FlatProgram,
        options: SolverOptions,
        on_progress: OnProgress | None = None,
        start: Basis | None = None,
    ) -> SolverResult:
        """Solve a matrix by HiGHS; see :class:`~khazri.solve.solver.Solver`."""
        return self._highs.solve(program, options, on_progress, start)


def n_threads() -> int:
    """Processor cores that this process may use, at most the two that the method keeps busy."""
    return min(2, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 2)
