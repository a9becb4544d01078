"""What a command hands back: a result for programs, the same in blocks for people."""

from __future__ import annotations

import dataclasses
import enum
import math
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.text import Text

from khazri.errors import (
    CaseError,
    InfeasibleError,
    KhazriError,
    UnreadableFileError,
    UsageError,
)

SCHEMA_VERSION = 1
"""Raised when a name in the object of ``--json`` changes its meaning or goes away."""


@dataclass(frozen=True)
class Grid:
    """A table on the screen; ``right`` names the columns with numbers."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    title: str = ""
    right: frozenset[str] = frozenset()


Block = str | Text | Grid


@dataclass(frozen=True)
class Outcome:
    """What a command found.

    ``result`` is what ``--json`` prints, ``blocks`` say the same to people; ``advice`` are the
    commands to try next. ``errors`` mark a result that is there but must not be trusted or is not
    what was asked for; the exit code is that of the worst of them.
    """

    command: str
    result: Mapping[str, object]
    blocks: tuple[Block, ...] = ()
    advice: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    errors: tuple[KhazriError, ...] = ()

    @property
    def exit_code(self) -> int:
        """0, or the code of the first error."""
        return self.errors[0].exit_code if self.errors else 0


def call(*words: object) -> str:
    """A command to try, as one would type it."""
    return shlex.join(["khazri", *(str(word) for word in words)])


def envelope(outcome: Outcome) -> dict[str, object]:
    """The object that ``--json`` prints for an outcome."""
    return {
        "schema": f"khazri-{outcome.command}-{SCHEMA_VERSION}",
        "ok": not outcome.errors,
        "result": as_json(outcome.result),
        "warnings": list(outcome.warnings),
        "errors": [entry for error in outcome.errors for entry in error_entries(error)],
    }


def error_envelope(command: str, entries: Sequence[Mapping[str, object]]) -> dict[str, object]:
    """The object that ``--json`` prints where there is no result."""
    return {
        "schema": f"khazri-{command}-{SCHEMA_VERSION}",
        "ok": False,
        "result": None,
        "warnings": [],
        "errors": [dict(entry) for entry in entries],
    }


def error_entries(error: KhazriError) -> list[dict[str, object]]:
    """An error as entries ``code``, ``message``, ``where``, ``found``, ``expected``, ``hint``.

    Faults of a case have their table, row and column too, an infeasible program all its facts.
    """
    if isinstance(error, CaseError):
        return [
            {"code": error.code, "message": str(issue), **issue.as_dict()} for issue in error.issues
        ]
    if isinstance(error, UnreadableFileError):
        return [entry(error.code, str(error), where=str(error.path), expected=error.expected)]
    if isinstance(error, UsageError):
        return [
            entry(
                error.code,
                str(error),
                where=error.where,
                found=error.found,
                expected=error.expected,
                hint=error.hint,
            )
        ]
    if isinstance(error, InfeasibleError) and error.facts:
        return [_infeasible_entry(error)]
    return [entry(error.code, str(error))]


def _infeasible_entry(error: InfeasibleError) -> dict[str, object]:
    """What is missing most, and all ``facts``: what is missing, then which limits collide."""
    most = error.facts[0]
    words = {"where": str(most["where"]), "found": str(most["words"])}
    told = entry(error.code, str(error), **words, expected="limits that can be met together")
    return told | {"facts": [as_json(fact) for fact in error.facts]}


def entry(
    code: str,
    message: str,
    *,
    where: str = "",
    found: str = "",
    expected: str = "",
    hint: str = "",
) -> dict[str, object]:
    """One entry of ``errors``."""
    return {
        "code": code,
        "message": message,
        "where": where,
        "found": found,
        "expected": expected,
        "hint": hint,
    }


def as_json(value: object) -> object:
    """A value in the types of JSON; what is not a number is null."""
    match value:
        case enum.Enum():
            found: object = value.value
        case bool() | int() | str() | None:
            found = value
        case float():
            found = value if math.isfinite(value) else None
        case Path():
            found = str(value)
        case Mapping():
            found = {str(key): as_json(item) for key, item in value.items()}
        case list() | tuple():
            found = [as_json(item) for item in value]
        case _:
            assert dataclasses.is_dataclass(value), f"{type(value)} has no place in JSON"
            found = {f.name: as_json(getattr(value, f.name)) for f in dataclasses.fields(value)}
    return found
