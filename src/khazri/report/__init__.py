"""One self-contained HTML report of a plan: tables in, a page out, nothing computed."""

from khazri.report.view import COLUMNS, Headline, Proof, ReportView, empty

__all__ = ["COLUMNS", "Headline", "Proof", "ReportView", "empty"]
