"""Compiles the C files beside this module into shared libraries, one per instruction set.

Run by the build of the package (``hatch_build.py``), by ``make`` when a C file has changed, and by
hand with ``python -m khazri.solve.structured.compile``. It is also run by path, before Khazri
is installed, so it imports nothing outside the standard library.
"""

from __future__ import annotations

import hashlib
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).resolve().parent

# Sums may be fused and reordered by the author, never by the compiler: no -ffast-math. Without
# semantic interposition exported functions of one file are inlined into each other.
_FLAGS = (
    "-std=c11",
    "-O3",
    "-ffp-contract=fast",
    "-fno-math-errno",
    "-fno-trapping-math",
    "-fno-semantic-interposition",
    "-fPIC",
    "-shared",
    "-Wall",
    "-Wextra",
)

# Per variant: what it adds to the flags. A compiler that refuses them leaves the variant out, so
# that processors other than x86-64 have the baseline alone.
VARIANTS: Mapping[str, tuple[str, ...]] = {
    "base": (),
    "v3": ("-march=x86-64-v3",),
    "v4": ("-march=x86-64-v4", "-mprefer-vector-width=512"),
}

_COMPILERS = ("cc", "gcc", "clang")
_PROBE = "#include <math.h>\n#include <stdlib.h>\ndouble probe(double x) { return sqrt(x); }\n"
_NO_COMPILER = 6  # exit code; that of a missing extra on Khazri's command line


class CompilationError(Exception):
    """A compiler that works otherwise refused the C files; carries what it said."""


def main() -> int:
    """Compile what is out of date, say in one line what is new, and return an exit code."""
    before = set(HERE.glob("kernels_*.so"))
    try:
        libraries = compile_kernels(HERE, os.environ)
    except CompilationError as error:
        print(error, file=sys.stderr)
        return 1
    except PermissionError as error:
        print(f"the libraries belong beside their source: {error}", file=sys.stderr)
        return 1
    if not libraries:
        print(
            "no C compiler here: large programs go to HiGHS, which takes longer; "
            "on Debian: apt-get install gcc libc6-dev",
            file=sys.stderr,
        )
        return _NO_COMPILER
    if set(libraries) - before:
        print("compiled", ", ".join(library.name for library in libraries))
    return 0


def library_path(folder: Path, variant: str) -> Path:
    """Where the library of a variant lies.

    Its name carries a hash of the C files and flags, so a library that an edit has made stale is
    never loaded.
    """
    content = hashlib.sha256(repr((_FLAGS, dict(VARIANTS))).encode())
    for source in sorted([*folder.glob("*.c"), *folder.glob("*.h")]):
        content.update(f"\0{source.name}\0".encode() + source.read_bytes())
    return folder / f"kernels_{variant}-{content.hexdigest()[:12]}.so"


def compile_kernels(folder: Path, environ: Mapping[str, str]) -> list[Path]:
    """Compile all C files of a folder into one library per variant that the compiler knows.

    Libraries that are up to date stay as they are; stale ones are removed.

    Parameters
        folder   holds the ``*.c`` and ``*.h``, and gets the libraries
        environ  environment variables; ``CC`` names the compiler, otherwise cc, gcc or clang

    Returns
        the libraries, the baseline first; empty where no compiler works

    Raises
        CompilationError: the compiler works, but not on these files
    """
    wanted = {variant: library_path(folder, variant) for variant in VARIANTS}
    for stale in set(folder.glob("kernels_*.so")) - set(wanted.values()):
        stale.unlink(missing_ok=True)  # another process may do the same
    missing = [variant for variant, library in wanted.items() if not library.exists()]
    compiler = _find_compiler(environ) if missing else None
    if compiler is not None:
        sources = sorted(folder.glob("*.c"))
        with ThreadPoolExecutor() as pool:
            list(pool.map(lambda v: _compile(compiler, v, sources, wanted[v]), missing))
    return [library for library in wanted.values() if library.exists()]


def _find_compiler(environ: Mapping[str, str]) -> list[str] | None:
    """The command of the first C compiler that makes a library, headers included."""
    named = environ.get("CC", "")
    for command in [shlex.split(named)] if named else [[name] for name in _COMPILERS]:
        if shutil.which(command[0]) and _works(command, ()):
            return command
    return None


def _works(compiler: Sequence[str], flags: Sequence[str]) -> bool:
    """Whether the compiler makes a library of a few lines with these flags."""
    with tempfile.TemporaryDirectory() as scratch:
        source = Path(scratch, "probe.c")
        source.write_text(_PROBE, "utf-8")
        command = [*compiler, *_FLAGS, *flags, str(source), "-o", str(source.with_suffix(".so"))]
        command.append("-lm")
        return subprocess.run(command, capture_output=True, check=False).returncode == 0


def _compile(compiler: Sequence[str], variant: str, sources: Sequence[Path], library: Path) -> None:
    """Write one library in a single step, so that nobody ever loads half of one."""
    flags = VARIANTS[variant]
    if flags and not _works(compiler, flags):
        return
    with tempfile.TemporaryDirectory(dir=library.parent, prefix=".") as scratch:
        fresh = Path(scratch, library.name)
        command = [*compiler, *_FLAGS, *flags, *map(str, sources), "-o", str(fresh), "-lm"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise CompilationError(f"{shlex.join(command)}\n{done.stderr}")
        if done.stderr:
            print(done.stderr, file=sys.stderr, end="")
        fresh.replace(library)


if __name__ == "__main__":
    sys.exit(main())
