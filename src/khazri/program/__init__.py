"""The block-structured linear program of a system and what can be proven about it."""

from khazri.program.aggregate import Segments, aggregate, spread_duals
from khazri.program.build import build_program
from khazri.program.flat import FlatProgram, flatten, unflatten
from khazri.program.program import Entries, Labels, Point, Program
from khazri.program.proof import Bound, Violations, lower_bound, reduced_costs, violations
from khazri.program.shorten import Shortened, shorten
from khazri.program.window import Edges, cut, window

__all__ = [
    "Bound",
    "Edges",
    "Entries",
    "FlatProgram",
    "Labels",
    "Point",
    "Program",
    "Segments",
    "Shortened",
    "Violations",
    "aggregate",
    "build_program",
    "cut",
    "flatten",
    "lower_bound",
    "reduced_costs",
    "shorten",
    "spread_duals",
    "unflatten",
    "violations",
    "window",
]
