"""Work for other processes: what they run must be found by its name."""

from __future__ import annotations

import os
import signal
from pathlib import Path


def answer(number: int, threads: int) -> tuple[int, int]:
    """What it was given."""
    return number, threads


def dies_once(mark: Path, number: int, threads: int) -> tuple[int, int]:
    """Kills its own process when it is run for the first time."""
    if not mark.exists():
        mark.write_text("was here", encoding="utf-8")
        os.kill(os.getpid(), signal.SIGKILL)
    return number, threads


def dies(threads: int) -> None:
    """Kills its own process whenever it is run."""
    os.kill(os.getpid(), signal.SIGKILL)
