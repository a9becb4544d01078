"""Ctrl-C: said at once, obeyed within two seconds, a second one at once."""

from __future__ import annotations

import os
import signal
import sys
import threading
from types import FrameType, TracebackType

from khazri.cli.screen import Screen

INTERRUPTED = 130
_PATIENCE_S = 1.8


class Interrupt:
    """Listens for Ctrl-C while a command runs.

    The first one raises KeyboardInterrupt in the main thread; work that does not end by itself
    within two seconds is left where it is. Files appear only when they are whole, so nothing
    half-written remains.
    """

    def __init__(self, screen: Screen, command: str) -> None:
        self._screen = screen
        self._command = command
        self._told = threading.Lock()
        self._before: signal.Handlers | object = None
        self._watch: threading.Timer | None = None
        self.is_pressed = False

    def __enter__(self) -> Interrupt:
        if threading.current_thread() is threading.main_thread():
            self._before = signal.signal(signal.SIGINT, self._on_signal)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._watch is not None:
            self._watch.cancel()
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)  # type: ignore[arg-type]

    def leave(self) -> int:
        """Say that the command was stopped; returns the exit code."""
        if self._told.acquire(blocking=False):
            left = self._screen.left or "what was not finished is not written"
            self._screen.interrupted(self._command, f"by Ctrl-C; {left}")
        return INTERRUPTED

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        if self.is_pressed:
            self._leave_now()
        self.is_pressed = True
        self._watch = threading.Timer(_PATIENCE_S, self._leave_now)
        self._watch.daemon = True
        self._watch.start()
        raise KeyboardInterrupt

    def _leave_now(self) -> None:
        """End the process without waiting for threads that work on."""
        self._screen.still()
        self.leave()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(INTERRUPTED)
