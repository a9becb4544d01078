"""Solvers by the name that users give."""

from __future__ import annotations

from enum import StrEnum

from khazri.solve.blocks import BlockSolver
from khazri.solve.clarabel import ClarabelSolver
from khazri.solve.highs import HighsSolver
from khazri.solve.solver import Solver


class SolverName(StrEnum):
    """Solvers that Khazri knows."""

    KHAZRI = "khazri"
    HIGHS = "highs"
    CLARABEL = "clarabel"


def make_solver(name: SolverName) -> Solver:
    """Return the solver called ``name``; whether it is installed shows when it solves."""
    match name:
        case SolverName.KHAZRI:
            return BlockSolver()
        case SolverName.HIGHS:
            return HighsSolver()
        case SolverName.CLARABEL:
            return ClarabelSolver()
