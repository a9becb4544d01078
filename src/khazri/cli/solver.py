"""Which solver a command uses."""

from __future__ import annotations

from khazri.case.texts import unknown_name
from khazri.cli.settings import Settings
from khazri.solve.choose import SolverName, make_solver
from khazri.solve.solver import Solver


def chosen_solver(settings: Settings, flag: str | None) -> Solver:
    """The solver that ``--solver`` or the environment names; Khazri's own where nothing does.

    Raises
        UsageError  no solver is called so
    """
    name = settings.choose("solver", flag, SolverName.KHAZRI.value).text
    known = [solver.value for solver in SolverName]
    if name not in known:
        raise unknown_name(
            f"no solver is called '{name}'",
            name,
            known,
            where="--solver",
            expected=f"one of {', '.join(known)}",
            otherwise=f"solvers: {', '.join(known)}",
        )
    return make_solver(SolverName(name))
