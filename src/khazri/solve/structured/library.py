"""Loads the compiled kernels that fit this processor."""

from __future__ import annotations

import ctypes
import functools
import os
from collections.abc import Mapping
from pathlib import Path

from khazri.errors import MissingExtraError, UsageError
from khazri.solve.structured.compile import HERE, VARIANTS, library_path

CHOICE = "KHAZRI_KERNELS"
_LEVELS = {"v4": 4, "v3": 3, "base": 0}  # best first; the processor level that each needs


class KernelsMissingError(MissingExtraError):
    """The C kernels are not compiled here, or their source has changed since."""

    def __init__(self) -> None:
        super().__init__("the library of compiled kernels", "kernels")

    def __str__(self) -> str:
        """What is missing and the command that brings it."""
        return (
            f"{self.what} is not there or older than its source; with a C compiler on this "
            "machine, get it with: python -m khazri.solve.structured.compile"
        )


@functools.cache
def load() -> ctypes.CDLL:
    """The library of the highest instruction set that this processor supports.

    The environment variable ``KHAZRI_KERNELS`` (base, v3 or v4) chooses another. Loaded once per
    process; the answer never changes on one machine. Calls let go of the Python lock.

    Returns
        the library, without declared signatures

    Raises
        KernelsMissingError: no library was compiled from the present source
        UsageError: the variant asked for is unknown, or this processor cannot run it
    """
    return load_variant(HERE, os.environ)


def load_variant(folder: Path, environ: Mapping[str, str]) -> ctypes.CDLL:
    """What ``load`` gives, from libraries in any folder."""
    baseline = _open(library_path(folder, "base"))
    level = baseline.khazri_cpu_level()
    asked = environ.get(CHOICE, "")
    if asked:
        _check_choice(asked, level)
        return _open(library_path(folder, asked))
    for variant, needed in _LEVELS.items():
        library = library_path(folder, variant)
        if needed <= level and library.exists():
            return _open(library)
    return baseline


def _check_choice(asked: str, level: int) -> None:
    """Refuse an unknown variant, and one that would end the process with an illegal instruction."""
    if asked not in VARIANTS:
        expected = "one of " + ", ".join(VARIANTS)
        raise UsageError(
            f"no kernels are called '{asked}'", where=CHOICE, found=asked, expected=expected
        )
    if _LEVELS[asked] > level:
        able = ", ".join(variant for variant in VARIANTS if _LEVELS[variant] <= level)
        raise UsageError(
            f"this processor cannot run the kernels '{asked}'",
            where=CHOICE,
            found=asked,
            expected=f"one of {able}",
        )


def _open(path: Path) -> ctypes.CDLL:
    try:
        return ctypes.CDLL(str(path))
    except OSError as error:  # absent, or compiled for another processor or C library
        raise KernelsMissingError from error
