"""What is printed: results on stdout, all else on stderr, colours only on a terminal."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from itertools import groupby

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from khazri.cli.manner import Manner
from khazri.cli.outcome import Block, Grid, Outcome, entry, envelope, error_entries, error_envelope
from khazri.cli.progress import Progress
from khazri.errors import CaseError, Issue, KhazriError

_MINUS = "\u2212"
"""The sign of negative numbers for people; programs know only the hyphen."""

_WIDE = 10_000
"""Columns of a screen that is a file or a pipe: lines are not broken there."""


class Screen:
    """Both streams, in one manner."""

    def __init__(self, manner: Manner) -> None:
        self.manner = manner
        self.out = _console(manner, stderr=False)
        self.err = _console(manner, stderr=True)
        self.left = ""
        """What there would be if the command were stopped now."""
        self._progress: Progress | None = None

    @property
    def is_moving(self) -> bool:
        """Whether lines on stderr may be rewritten."""
        can_move = self.err.is_terminal and not self.err.is_dumb_terminal
        return can_move and not self.manner.plain and not self.manner.json

    def progress(self) -> Progress:
        """A way to tell what is being done; a context manager."""
        is_silent = self.manner.quiet or self.manner.json
        self._progress = Progress(self.err, is_moving=self.is_moving, is_silent=is_silent)
        return self._progress

    def still(self) -> None:
        """Stop the line that moves, if there is one."""
        if self._progress is not None:
            self._progress.stop()

    def outcome(self, outcome: Outcome) -> None:
        """Print a result, what is wrong with it, and what to try next."""
        if self.manner.json:
            self._json(envelope(outcome))
            return
        for block in outcome.blocks:
            self._block(block)
        if not self.manner.quiet:
            if outcome.advice and self.err.is_terminal:
                self.err.print()
            for words in outcome.advice:
                self.err.print(Text.assemble(("next  ", "dim"), (words, "bold")))
        for words in outcome.warnings:
            self.err.print(Text.assemble(("warning ", "bold yellow"), words))
        for error in outcome.errors:
            self._error(str(error))

    def failure(self, command: str, error: KhazriError, advice: str = "") -> None:
        """Print an error that left no result."""
        if self.manner.json:
            self._json(error_envelope(command, error_entries(error)))
            return
        if isinstance(error, CaseError):
            self._issues(error.issues)
        else:
            self._error(str(error))
        self._advice(advice)

    def usage(self, command: str, message: str, usage: str, advice: str) -> None:
        """Print that the command line was wrong."""
        if self.manner.json:
            self._json(error_envelope(command, [entry("usage", message, hint=advice)]))
            return
        if usage:
            self.err.print(Text(usage, style="dim"))
        self._error(message)
        self._advice(advice)

    def mistake(self, command: str, message: str, crash_file: str) -> None:
        """Print that Khazri itself went wrong."""
        words = f"this is a mistake of Khazri's, not yours: {message}"
        hint = f"everything about it is in {crash_file}; please report it with that file"
        if self.manner.json:
            self._json(error_envelope(command, [entry("unexpected", message, hint=hint)]))
            return
        self._error(words)
        self._advice(hint)

    def interrupted(self, command: str, message: str) -> None:
        """Print that the command was stopped from outside."""
        if self.manner.json:
            self._json(error_envelope(command, [entry("interrupted", message)]))
            return
        self.err.print(Text.assemble(("stopped ", "bold yellow"), message))

    def settings(self, grid: Grid) -> None:
        """Print which setting won; asked for, so said even when quiet."""
        if not self.manner.json:
            self.err.print(_table(grid))

    def _block(self, block: Block) -> None:
        if isinstance(block, str | Text):
            self.out.print(block if isinstance(block, Text) else Text(block))
        elif self.manner.plain:
            for row in ((block.title,), block.columns, *block.rows):
                if any(row):
                    self.out.file.write("\t".join(row).replace(_MINUS, "-") + "\n")
        elif not self.out.is_terminal:
            for line in _lines(block):
                self.out.print(Text(line))
        else:
            if block.title:
                self.out.print(Text(block.title, style="bold"))
            self.out.print(_table(block))

    def _issues(self, issues: Iterable[Issue]) -> None:
        """All faults by table; those of a whole table come last, as others follow from them."""
        ordered = sorted(issues, key=lambda issue: (issue.row is None, issue.table))
        tables = set()
        for table, group in groupby(ordered, key=lambda issue: issue.table):
            tables.add(table)
            for issue in group:
                first, *others = str(issue).splitlines()
                place, rest = first[: len(issue.where)], first[len(issue.where) :]
                self.err.print(Text.assemble((place, "bold"), rest))
                for line in others:
                    self.err.print(Text(line, style="dim"))
            self.err.print()
        faults = "1 fault" if len(ordered) == 1 else f"{len(ordered):,} faults"
        where = next(iter(tables)) if len(tables) == 1 else f"{len(tables)} tables"
        self._error(f"{faults} in {where}; nothing was written")

    def _error(self, words: str) -> None:
        self.err.print(Text.assemble(("error ", "bold red"), words))

    def _advice(self, words: str) -> None:
        if words:
            self.err.print(Text(words))

    def _json(self, value: Mapping[str, object]) -> None:
        self.out.file.write(json.dumps(value, allow_nan=False) + "\n")


def _console(manner: Manner, *, stderr: bool) -> Console:
    console = Console(
        stderr=stderr, no_color=not manner.color, highlight=False, emoji=False, soft_wrap=False
    )
    if not console.is_terminal:
        console.width = _WIDE
    return console


def _table(grid: Grid) -> Table:
    """A grid for a terminal: cells are folded to its width."""
    table = Table(
        box=None,
        pad_edge=False,
        padding=(0, 2, 0, 0),
        header_style="dim",
        show_header=any(grid.columns),
    )
    for index, name in enumerate(grid.columns):
        # The key of a row and numbers are kept whole; what is said about it may be folded.
        is_right = name in grid.right
        table.add_column(
            name,
            justify="right" if is_right else "left",
            overflow="fold",
            no_wrap=is_right or index == 0,
        )
    for row in grid.rows:
        table.add_row(*(Text(cell) for cell in row))
    return table


def _lines(grid: Grid) -> list[str]:
    """A grid for a file or a pipe: a line for each row, columns below each other."""
    head = [grid.columns] if any(grid.columns) else []
    rows = [tuple(" ".join(cell.split()) for cell in row) for row in [*head, *grid.rows]]
    widths = [max(cell_len(row[index]) for row in rows) for index in range(len(grid.columns))]
    lines = [grid.title] if grid.title else []
    for row in rows:
        cells = [
            cell.rjust(width) if name in grid.right else cell.ljust(width)
            for name, cell, width in zip(grid.columns, row, widths, strict=True)
        ]
        lines.append("  ".join(cells).rstrip())
    return lines
