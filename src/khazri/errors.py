"""Everything Khazri can refuse, one class per cause.

Each class knows a stable ``code`` for programs and the ``exit_code`` of the command line. Facts
travel as fields; the text is made here and nowhere else.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

_LINES_PER_ISSUE = 6
_LINE_WIDTH = 100
_VALUE_WIDTH = 60
_EXPECTED_WIDTH = 240
_MARGIN = "  "


@dataclass(frozen=True)
class Issue:
    """One fault in the input: where it is, what is there, what was expected, what to do.

    Parameters
        table     file name of the table in the case folder ("assets.csv"), or of a profile file
        row       line of the file as an editor or spreadsheet counts it (the header is line 1);
                  None where the fault is not in one row
        row_id    key of the row, where it has one
        column    name of the column; None where the fault is not in one column
        found     what is there, as written; empty where something is absent
        expected  what would have been right, as a noun phrase: "a number >= 0"
        hint      what to do about it; empty where that is plain
    """

    table: str
    expected: str
    found: str = ""
    row: int | None = None
    row_id: str | None = None
    column: str | None = None
    hint: str = ""

    @property
    def where(self) -> str:
        """The place of the fault: ``assets.csv row 12 (id 'az_x') column 'capacity_mw'``."""
        parts = [self.table]
        if self.row is not None:
            parts.append(f"row {self.row}")
        if self.row_id:
            parts.append(f"(id '{_shorten(self.row_id, _VALUE_WIDTH)}')")
        if self.column is not None:
            parts.append(f"column '{self.column}'")
        return " ".join(parts)

    def as_dict(self) -> dict[str, str | int | None]:
        """The facts under the names that ``--json`` prints."""
        return {
            "where": self.where,
            "table": self.table,
            "row": self.row,
            "id": self.row_id,
            "column": self.column,
            "found": self.found,
            "expected": self.expected,
            "hint": self.hint,
        }

    def __str__(self) -> str:
        """At most six lines: where, found and expected on the first, the hint indented below."""
        found = f"found '{_shorten(self.found, _VALUE_WIDTH)}'" if self.found else "found nothing"
        first = f"{self.where}: {found}, expected {_shorten(self.expected, _EXPECTED_WIDTH)}"
        hint = textwrap.wrap(
            self.hint, _LINE_WIDTH, initial_indent=_MARGIN, subsequent_indent=_MARGIN
        )
        return "\n".join(_at_most([first, *hint], _LINES_PER_ISSUE))


class KhazriError(Exception):
    """The base of every error that Khazri raises on purpose."""

    code: ClassVar[str] = "error"
    exit_code: ClassVar[int] = 1


class UsageError(KhazriError):
    """A command or function was called with options that do not fit.

    Parameters
        message   what is wrong, in words
        where     the option or argument: "--year"; empty where it is none by itself
        found     what was given
        expected  what would have been right, as a noun phrase
        hint      what to do, where the message ends with it
    """

    code = "usage"
    exit_code = 2

    def __init__(
        self, message: str, *, where: str = "", found: str = "", expected: str = "", hint: str = ""
    ) -> None:
        self.where = where
        self.found = found
        self.expected = expected
        self.hint = hint
        super().__init__(message)


class CaseError(KhazriError):
    """A case folder, table, profile or scenario is wrong; carries all faults found at once."""

    code = "case"
    exit_code = 2

    def __init__(self, issues: Iterable[Issue]) -> None:
        self.issues: tuple[Issue, ...] = tuple(issues)
        assert self.issues, "a CaseError needs at least one issue"
        super().__init__(self.issues)

    def __str__(self) -> str:
        """All faults below each other, and a count where there are several."""
        lines = [str(issue) for issue in self.issues]
        if len(self.issues) > 1:
            lines.append(f"{len(self.issues)} faults in the input")
        return "\n".join(lines)


class NetworkError(CaseError):
    """A PyPSA network is wrong, or holds what cannot be solved here; carries all of it at once."""

    code = "network"


class UnreadableFileError(KhazriError):
    """A file is absent, damaged or of another format.

    Parameters
        path      the file
        expected  what would have been right, as a noun phrase: "a whole Parquet file"
    """

    code = "unreadable-file"
    exit_code = 2

    def __init__(self, path: Path, expected: str) -> None:
        self.path = path
        self.expected = expected
        super().__init__(path, expected)

    def __str__(self) -> str:
        """The file and what was expected."""
        return f"{self.path}: expected {self.expected}"


class InfeasibleError(KhazriError):
    """No plan meets all limits, or cost has no lower end; the message names the cause.

    Parameters
        message  the cause in words, in at most 15 lines
        facts    the same for programs: what is missing, then which limits collide
    """

    code = "infeasible"
    exit_code = 3

    def __init__(self, message: str, facts: Iterable[Mapping[str, object]] = ()) -> None:
        self.facts = tuple(facts)
        super().__init__(message)


class SolverError(KhazriError):
    """The solver stopped without a usable answer."""

    code = "solver"
    exit_code = 4


class NotCertifiedError(KhazriError):
    """The solver's answer did not pass the certificate computed from the program's arrays."""

    code = "not-certified"
    exit_code = 4


class GapNotReachedError(KhazriError):
    """The search stopped before the gap that was asked for; the plan is written and marked."""

    code = "gap-not-reached"
    exit_code = 5


class MissingExtraError(KhazriError):
    """A solver or another optional part that was asked for is not installed.

    Parameters
        what   what was asked for: "the solver 'clarabel'"
        extra  name of the extra that brings it: "solvers"
    """

    code = "missing-extra"
    exit_code = 6

    def __init__(self, what: str, extra: str) -> None:
        self.what = what
        self.extra = extra
        super().__init__(what, extra)

    def __str__(self) -> str:
        """What is missing and the command that brings it."""
        return f"{self.what} is not installed; get it with: pip install 'khazri[{self.extra}]'"


def _shorten(text: str, width: int) -> str:
    """A text on one line, cut where it would hide the rest of the sentence."""
    flat = " ".join(text.split())
    return flat if len(flat) <= width else flat[: width - 1] + "…"


def _at_most(lines: list[str], count: int) -> list[str]:
    """The first ``count`` lines; an ellipsis marks that there were more."""
    if len(lines) <= count:
        return lines
    return [*lines[: count - 1], lines[count - 1] + " …"]
