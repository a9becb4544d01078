"""From a command line to an exit code: every way in which a command can end, in one place."""

from __future__ import annotations

import contextlib
import errno
import io
import os
import platform
import re
import sys
import tempfile
import time
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path

from typer import TyperException
from typer.main import get_command

import khazri
from khazri.cli.app import COMMANDS, Session, app
from khazri.cli.interrupt import INTERRUPTED, Interrupt
from khazri.cli.manner import split_manner
from khazri.cli.outcome import Outcome, call
from khazri.cli.screen import Screen
from khazri.errors import KhazriError, UsageError

_UNEXPECTED = 1
_USAGE = 2
_READER_GONE = 141
"""What shells know a program by whose reader has closed the pipe (128 + SIGPIPE)."""
_OF_THE_MACHINE = frozenset(
    {errno.EACCES, errno.EPERM, errno.ENOSPC, errno.EROFS, errno.EDQUOT, errno.EIO, errno.EMFILE}
)
"""Errors of files and disks that are no mistake of the program."""

_BRACES = re.compile(r"\{([A-Z]+)\}")


def main() -> None:
    """The program ``khazri``."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # An old terminal shows a question mark for what it does not know; it is no error.
            stream.reconfigure(errors="replace")
    code = run(sys.argv[1:], os.environ)
    if code == INTERRUPTED:
        # A solver that was left in the middle of its work would be torn down with an abort.
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    sys.exit(code)


def run(words: Sequence[str], environ: Mapping[str, str]) -> int:
    """Run one command line; returns the exit code and raises nothing."""
    manner, others = split_manner(words, environ)
    screen = Screen(manner)
    command = _command_of(others)
    with Interrupt(screen, command) as interrupt:
        try:
            return _run(others, Session(screen, environ), command)
        except (KeyboardInterrupt, Exception) as error:  # noqa: BLE001 - every end is told
            if interrupt.is_pressed or isinstance(error, KeyboardInterrupt):
                return interrupt.leave()
            if manner.debug and not manner.json:
                screen.err.file.write(traceback.format_exc())
            return _end(error, screen, command, words)


def _end(error: BaseException, screen: Screen, command: str, words: Sequence[str]) -> int:
    """Tell an error; returns the exit code."""
    match error:
        case KhazriError():
            screen.failure(command, error, _advice(error, command, words))
            return error.exit_code
        case BrokenPipeError():
            _silence()
            return _READER_GONE
        case OSError() if error.errno in _OF_THE_MACHINE:
            screen.failure(command, UsageError(f"{error.filename or 'disk'}: {error.strerror}"))
            return UsageError.exit_code
        case _:
            crash = _crash_file(words)
            screen.mistake(command, f"{type(error).__name__}: {error}", str(crash))
            return _UNEXPECTED


def _run(words: list[str], session: Session, command: str) -> int:
    """Run the command and print what it found."""
    try:
        answer = get_command(app)(
            args=words, prog_name="khazri", standalone_mode=False, obj=session
        )
    except TyperException as error:
        context = getattr(error, "ctx", None)
        usage = _BRACES.sub(r"\1", context.get_usage()) if context else ""
        path = context.command_path if context else "khazri"
        session.screen.usage(command, _told(error), usage, f"help: {path} --help")
        return _USAGE
    if isinstance(answer, Outcome):
        session.screen.outcome(answer)
        sys.stdout.flush()
        return answer.exit_code
    if answer == INTERRUPTED:
        raise KeyboardInterrupt
    return int(answer or 0)


def _command_of(words: Sequence[str]) -> str:
    """The command of a command line, as in the ``schema`` of ``--json``: ``case-new``."""
    plain = [word for word in words if not word.startswith("-")]
    if plain and plain[0] in COMMANDS:
        inner = COMMANDS[plain[0]]
        if len(plain) > 1 and plain[1] in inner:
            return f"{plain[0]}-{plain[1]}"
        return plain[0]
    return "khazri"


def _told(error: TyperException) -> str:
    """Typer's words as a sentence of ours."""
    close = getattr(error, "possibilities", None)
    words = error.message if close else error.format_message()
    words = words.strip().rstrip(".").replace(". Did you", "; did you")
    if close:
        words += f"; did you mean {' or '.join(sorted(close))}?"
    return words[:1].lower() + words[1:]


def _advice(error: KhazriError, command: str, words: Sequence[str]) -> str:
    """The command that helps further."""
    folder = next((word for word in words if Path(word, "case.csv").is_file()), None)
    if error.code == "case" and command in ("plan", "backcast") and folder:
        return f"correct them and look again with: {call('check', folder)}"
    return ""


def _crash_file(words: Sequence[str]) -> Path:
    """A file with the command line, the versions and the traceback."""
    stamp = time.strftime("%Y%m%d-%H%M%S", time.gmtime())
    path = Path(tempfile.gettempdir()) / f"khazri-crash-{stamp}-{os.getpid()}.txt"
    lines = [
        f"khazri {khazri.__version__}, Python {platform.python_version()}, {platform.platform()}",
        f"command: khazri {' '.join(words)}",
        f"folder: {Path.cwd()}",
        "",
        traceback.format_exc(),
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def _silence() -> None:
    """Let nothing more be written to a pipe that nobody reads."""
    with contextlib.suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
