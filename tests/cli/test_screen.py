"""What is seen: lines that move, lines in a pipe, tables of both, JSON."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path

import pytest
from rich.console import Console

from khazri.cli.manner import Manner
from khazri.cli.outcome import Grid, Outcome, as_json, envelope
from khazri.cli.progress import Progress
from khazri.cli.screen import Screen
from khazri.errors import CaseError, GapNotReachedError, Issue, NotCertifiedError

_GRID = Grid(
    ("name", "MW"),
    (("a", "1,000"), ("longer", "\N{MINUS SIGN}2")),
    title="power",
    right=frozenset({"MW"}),
)


def _console(*, terminal: bool) -> Console:
    return Console(file=io.StringIO(), force_terminal=terminal, width=60, color_system=None)


def _said(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_in_a_pipe_each_phase_is_one_line() -> None:
    console = _console(terminal=False)
    with Progress(console, is_moving=False, is_silent=False) as progress:
        progress.say("read", "the case")
        progress.say("solve", "iteration 1")
        progress.say("solve", "iteration 2")
        progress.say("write", "files")
    lines = [re.sub(r"^ *[\d.]+ s +", "", line).split() for line in _said(console).splitlines()]
    assert lines == [["read", "the", "case"], ["solve", "iteration", "1"], ["write", "files"]]


def test_on_a_terminal_phases_that_ended_stay() -> None:
    console = _console(terminal=True)
    with Progress(console, is_moving=True, is_silent=False) as progress:
        progress.say("read", "the case")
        progress.say("solve", "iteration 2")
    said = _said(console)
    assert "✓ read     the case" in said
    assert "✓ solve    iteration 2" in said


def test_a_phase_that_failed_gets_no_tick() -> None:
    console = _console(terminal=True)
    with (
        contextlib.suppress(ZeroDivisionError),
        Progress(console, is_moving=True, is_silent=False) as progress,
    ):
        progress.say("read", "the case")
        raise ZeroDivisionError
    assert "✓" not in _said(console)


def test_silence_is_silent() -> None:
    console = _console(terminal=True)
    with Progress(console, is_moving=True, is_silent=True) as progress:
        progress.say("read", "the case")
    assert _said(console) == ""


def test_a_table_in_a_pipe_has_columns_below_each_other(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Screen(Manner()).outcome(Outcome("test", {}, (_GRID,)))
    assert capsys.readouterr().out.splitlines() == [
        "power",
        "name       MW",
        "a       1,000",
        "longer     \N{MINUS SIGN}2",
    ]


def test_a_plain_table_has_tabs_and_hyphens(capsys: pytest.CaptureFixture[str]) -> None:
    Screen(Manner(plain=True)).outcome(Outcome("test", {}, (_GRID,)))
    lines = capsys.readouterr().out.splitlines()
    assert lines == ["power", "name\tMW", "a\t1,000", "longer\t-2"]


def test_faults_of_whole_tables_come_last_and_are_counted(
    capsys: pytest.CaptureFixture[str],
) -> None:
    issues = [
        Issue("buses.csv", "a file"),
        Issue("assets.csv", "a number", found="abc", row=3, column="capacity_mw"),
    ]
    Screen(Manner()).failure("check", CaseError(issues))
    said = capsys.readouterr().err
    assert said.index("assets.csv row 3") < said.index("buses.csv: found nothing")
    assert said.splitlines()[-1] == "error 2 faults in 2 tables; nothing was written"


def test_words_in_brackets_are_not_taken_for_colours(capsys: pytest.CaptureFixture[str]) -> None:
    issue = Issue("assets.csv", "a number", found="[bold]7[/bold]", row=3, column="capacity_mw")
    Screen(Manner()).failure("check", CaseError([issue]))
    assert "found '[bold]7[/bold]'" in capsys.readouterr().err


def test_the_first_error_decides_the_exit_code_and_all_are_told() -> None:
    errors = (NotCertifiedError("a"), GapNotReachedError("b"))
    outcome = Outcome("plan", {"n": 1}, errors=errors)
    told = envelope(outcome)
    assert outcome.exit_code == 4
    assert told["ok"] is False
    assert told["result"] == {"n": 1}
    assert [e["code"] for e in told["errors"]] == ["not-certified", "gap-not-reached"]  # type: ignore[attr-defined]


def test_json_has_no_numbers_that_are_none() -> None:
    value = {"nan": float("nan"), "inf": float("inf"), "path": Path("a/b"), "pair": (1, True)}
    assert as_json(value) == {"nan": None, "inf": None, "path": "a/b", "pair": [1, True]}
