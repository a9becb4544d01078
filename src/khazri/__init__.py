"""Least-cost hourly plans of regional power systems, with proof.

The way of the data is one function a step::

    case = khazri.read_case("cases/caspian")
    system = khazri.build_system(case, year=2030)
    program = khazri.build_program(system)
    plan = khazri.plan_case(case, year=2030)  # all of the above, solved and certified

Names are imported from their packages at first use, so that ``import khazri`` costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from khazri.case import read_case
    from khazri.plan import Plan, plan_case
    from khazri.program import build_program
    from khazri.system import build_system

__version__ = "0.1.0"

__all__ = [
    "Plan",
    "__version__",
    "build_program",
    "build_system",
    "plan_case",
    "read_case",
]

_HOME_OF = {
    "Plan": "khazri.plan",
    "build_program": "khazri.program",
    "build_system": "khazri.system",
    "plan_case": "khazri.plan",
    "read_case": "khazri.case",
}


def __getattr__(name: str) -> object:
    """A public name, imported from its package at first use (PEP 562)."""
    if name not in _HOME_OF:
        raise AttributeError(f"module 'khazri' has no attribute {name!r}")
    value: object = getattr(import_module(_HOME_OF[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """All public names, imported already or not."""
    return sorted({*globals(), *__all__})
