"""What the commands that take time are given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from khazri.cli.progress import Progress
from khazri.cli.screen import Screen


@dataclass(frozen=True)
class Work:
    """What a command that takes time may use besides its arguments."""

    screen: Screen
    environ: Mapping[str, str]
    progress: Progress
