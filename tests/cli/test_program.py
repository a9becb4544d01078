"""The program as a whole: start-up, help, mistakes of ours, interruption, pipes."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from tests.cli.cases import Khazri

import khazri as package
from khazri import errors
from khazri.cli import schema as schema_module
from khazri.cli.app import COMMANDS
from khazri.cli.manner import EVERYWHERE, Manner, split_manner

# A shell starts jobs in the background with SIGINT ignored, which programs inherit.
_RUN = (
    "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); "
    "from khazri.cli import main; sys.argv[0] = 'khazri'; main()"
)
_HEAVY = ("numpy", "pandas", "scipy", "xarray", "highspy", "khazri.case", "khazri.plan")


def _program(*words: object, **environ: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", _RUN, *(str(word) for word in words)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **environ},
    )


def _calls() -> list[tuple[str, ...]]:
    calls: list[tuple[str, ...]] = [()]
    for command, inner in COMMANDS.items():
        calls += [(command, part) for part in inner] or [(command,)]
    return calls


@pytest.mark.parametrize("call", _calls(), ids=" ".join)
def test_help_of_every_command_leads_with_an_example(khazri: Khazri, call: tuple[str, ...]) -> None:
    told = khazri(*call, "--help")
    assert told.code == 0
    lines = [line.strip() for line in told.out.splitlines()]
    example = next(n for n, line in enumerate(lines) if line.startswith("khazri " + " ".join(call)))
    assert example < next(n for n, line in enumerate(lines) if "─ Options" in line)


@pytest.mark.parametrize(
    "words", [["--help"], ["plan", "--help"], ["plan"], ["chek"], ["--version"]]
)
def test_help_and_usage_errors_load_nothing_heavy(words: list[str]) -> None:
    code = (
        "import sys; from khazri.cli import run; "
        f"run({words!r}, {{}}); "
        f"print([name for name in {_HEAVY!r} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.splitlines()[-1] == "[]"


def test_without_a_command_the_help_is_shown(khazri: Khazri) -> None:
    told = khazri()
    assert told.code == 0
    assert "khazri case new demo" in told.out


def test_version(khazri: Khazri) -> None:
    assert khazri("--version").out == f"khazri {package.__version__}\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("chek",), "did you mean 'check'"),
        (("case", "nwe"), "did you mean 'new'"),
        (("plan",), "missing argument 'CASE'"),
        (("plan", "a", "b"), "unexpected extra argument"),
        (("check", "case", "--out", "x"), "no such option: --out"),
    ],
)
def test_wrong_usage_ends_with_2_and_says_what_is_right(
    khazri: Khazri, words: tuple[str, ...], said: str
) -> None:
    told = khazri(*words)
    assert told.code == 2
    assert said in told.err
    assert "--help" in told.err
    assert "Traceback" not in told.err


def _break_schema(monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(_: object) -> None:
        raise ZeroDivisionError("one over nothing")

    monkeypatch.setattr(schema_module, "schema_command", breaks)


def test_a_mistake_of_ours_ends_with_1_and_names_a_crash_file(
    khazri: Khazri, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _break_schema(monkeypatch)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    told = khazri("schema", "assets")
    (crash,) = tmp_path.glob("khazri-crash-*.txt")
    assert told.code == 1
    assert str(crash) in told.err
    assert "Traceback" not in told.err
    written = crash.read_text(encoding="utf-8")
    assert "ZeroDivisionError: one over nothing" in written
    assert "khazri schema assets" in written


def test_a_full_disk_is_told_without_a_crash_file(
    khazri: Khazri, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "out/plan.nc")

    monkeypatch.setattr(schema_module, "schema_command", full)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    told = khazri("schema")
    assert told.code == 2
    assert told.err == "error out/plan.nc: No space left on device\n"
    assert not list(tmp_path.iterdir())


def test_debug_shows_the_traceback(
    khazri: Khazri, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _break_schema(monkeypatch)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert "Traceback" in khazri("schema", "--debug").err
    assert "Traceback" in khazri("schema", environ={"KHAZRI_DEBUG": "1"}).err


def test_ctrl_c_ends_with_130_within_two_seconds(tmp_path: Path) -> None:
    case, out = tmp_path / "demo", tmp_path / "out"
    made = _program("case", "new", case)
    made.communicate()
    assert made.returncode == 0
    program = _program("plan", case, "--hours", "full", "--out", out)
    assert program.stderr is not None
    for line in program.stderr:
        if "solve" in line:
            break
    time.sleep(0.5)
    pressed = time.monotonic()
    program.send_signal(signal.SIGINT)
    _, said = program.communicate(timeout=20)
    assert program.returncode == 130
    assert time.monotonic() - pressed < 2.5
    assert "stopped by Ctrl-C" in said
    assert "Traceback" not in said
    assert not out.exists()


def test_a_reader_that_goes_away_is_no_error() -> None:
    program = _program("schema")
    assert program.stdout is not None
    assert program.stderr is not None
    program.stdout.close()
    said = program.stderr.read()
    program.stderr.close()
    program.wait()
    assert said == ""


def test_everywhere_options_are_heard_wherever_they_stand() -> None:
    manner, others = split_manner(["--json", "plan", "case", "-nq", "--debug"], {})
    assert manner == Manner(json=True, quiet=True, debug=True)
    assert others == ["plan", "case", "-n"]
    manner, others = split_manner(["plan", "--", "--json"], {})
    assert manner == Manner()
    assert others == ["plan", "--", "--json"]


@pytest.mark.parametrize(
    ("words", "environ", "color"),
    [
        ([], {}, True),
        ([], {"NO_COLOR": "1"}, False),
        ([], {"TERM": "dumb"}, False),
        ([], {"KHAZRI_NO_COLOR": "1"}, False),
        ([], {"KHAZRI_NO_COLOR": "0"}, True),
        (["--no-color"], {}, False),
        (["--plain"], {}, False),
    ],
)
def test_colour_is_left_out_where_it_is_not_wanted(
    words: list[str], environ: dict[str, str], color: bool
) -> None:
    assert split_manner(words, environ)[0].color is color


def test_the_documentation_says_what_every_exit_code_means(repository: Path) -> None:
    page = (repository / "docs" / "command-line.md").read_text(encoding="utf-8")
    codes = {error.exit_code for error in vars(errors).values() if _is_error(error)} | {0, 130}
    assert all(f"\n| {code} | " in page for code in codes)
    assert all(f"`--{name.replace('_', '-')}`" in page for name in EVERYWHERE)


def _is_error(thing: object) -> bool:
    return isinstance(thing, type) and issubclass(thing, errors.KhazriError)
