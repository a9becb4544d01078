"""One self-contained HTML report of a plan: tables in, a page out, nothing computed."""

from khazri.report.energy import basis_table
from khazri.report.geography import Projection, Shapes, read_shapes
from khazri.report.render import render
from khazri.report.view import COLUMNS, Headline, Proof, ReportView, empty

__all__ = [
    "COLUMNS",
    "Headline",
    "Projection",
    "Proof",
    "ReportView",
    "Shapes",
    "basis_table",
    "empty",
    "read_shapes",
    "render",
]
