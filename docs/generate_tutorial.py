"""Runs what docs/tutorial.md shows and writes into the page what comes of it.

    python docs/generate_tutorial.py

A block of `text` straight behind a block of `sh` or `python` is what that block printed, or the
value of its last line. Blocks of Python share their names and all run; of `sh`, those run that
have such a block or stand below a line `% run`. The plan of 2030 in out/caspian-2030 must be
finished, for `khazri plan` then answers in seconds (`make docs-results` sees to that).
"""

from __future__ import annotations

import ast
import contextlib
import io
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

_HERE = Path(__file__).parent
_PAGE = _HERE / "tutorial.md"
_ROOT = _HERE.parent
_BLOCK = re.compile(
    r"(?P<run>^% run\n)?^```(?P<kind>sh|python)\n(?P<code>.*?)^```\n"
    r"(?P<shown>\n```text\n(?P<text>.*?)^```\n)?",
    re.MULTILINE | re.DOTALL,
)
_ENDS_WELL = (0, 5)  # 5: stopped before the gap asked for


def main() -> None:
    """Run the page from top to bottom in a folder of its own, and write it anew."""
    page = _PAGE.read_text("utf-8")
    names: dict[str, Any] = {}

    def renew(block: re.Match[str]) -> str:
        if block["kind"] == "python":
            printed = _run_python(block["code"], names)
        elif block["run"] or block["shown"]:
            printed = _run_shell(block["code"])
        else:
            return block[0]
        if not block["shown"]:
            return block[0]
        before = block[0].removesuffix(block["shown"])
        return f"{before}\n```text\n{printed.rstrip()}\n```\n"

    with tempfile.TemporaryDirectory() as scratch, contextlib.chdir(scratch):
        for name in ("cases", "out/caspian-2030"):
            Path(name).parent.mkdir(exist_ok=True)
            Path(name).symlink_to(_ROOT / name)
        renewed = _BLOCK.sub(renew, page)
    _PAGE.write_text(renewed, encoding="utf-8")


def _run_shell(code: str) -> str:
    """What commands print, with the `khazri` of this Python."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    done = subprocess.run(
        ["bash", "-e", "-c", code],
        check=False,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PATH": path},
    )
    if done.returncode not in _ENDS_WELL:
        raise SystemExit(f"ended with {done.returncode}:\n{code}")
    return done.stdout


def _run_python(code: str, names: dict[str, Any]) -> str:
    """What lines print, and the value of the last one, as a notebook shows it."""
    *lines, last = ast.parse(code).body
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(compile(ast.Module(lines, []), str(_PAGE), "exec"), names)
        if isinstance(last, ast.Expr):
            print(eval(compile(ast.Expression(last.value), str(_PAGE), "eval"), names))
        else:
            exec(compile(ast.Module([last], []), str(_PAGE), "exec"), names)
    return printed.getvalue()


if __name__ == "__main__":
    main()
