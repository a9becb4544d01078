"""What is being done: one line that moves on a terminal, else a line every ten seconds."""

from __future__ import annotations

import threading
import time
from types import TracebackType

from rich.console import Console, ConsoleOptions, RenderResult
from rich.live import Live
from rich.spinner import Spinner
from rich.text import Text

_EVERY_S = 10.0


class Progress:
    """Tells phases on stderr; says nothing where it was asked to be quiet.

    A phase that ends leaves a line with its seconds. On a terminal the last line moves; elsewhere
    the state is said when a phase begins and then every ten seconds.
    """

    def __init__(self, console: Console, *, is_moving: bool, is_silent: bool) -> None:
        self._console = console
        self._is_moving = is_moving
        self._is_silent = is_silent
        self._began = time.monotonic()
        self._phase = ""
        self._phase_began = self._began
        self._text = ""
        self._lock = threading.Lock()
        self._done = threading.Event()
        self._live: Live | None = None

    def __enter__(self) -> Progress:
        if self._is_silent:
            return self
        if self._is_moving:
            self._live = Live(
                _Line(self), console=self._console, transient=True, refresh_per_second=10
            )
            self._live.start()
        else:
            threading.Thread(target=self._tick, name="progress", daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            self._leave_line()
        self.stop()
        if self._live is not None:
            self._console.print()

    def stop(self) -> None:
        """Let no line move any more; what is said afterwards stays where it is."""
        self._done.set()
        if self._live is not None:
            self._live.stop()

    def say(self, phase: str, text: str) -> None:
        """Tell what is being done; a new phase ends the one before."""
        if self._is_silent:
            return
        with self._lock:
            is_new = phase != self._phase
            if is_new and self._phase:
                self._leave_line()
            if is_new:
                self._phase, self._phase_began = phase, time.monotonic()
            self._text = text
            if is_new and self._live is None:
                self._print_state()

    def _leave_line(self) -> None:
        """Leave a line about the phase that has ended."""
        if self._live is not None:
            seconds = time.monotonic() - self._phase_began
            self._console.print(
                Text.assemble(
                    ("  ✓ ", "green"),
                    f"{self._phase:<8} {self._text}",
                    (f"  {seconds:.1f} s", "dim"),
                )
            )

    def _tick(self) -> None:
        while not self._done.wait(_EVERY_S):
            with self._lock:
                self._print_state()

    def _print_state(self) -> None:
        if self._phase:
            seconds = time.monotonic() - self._began
            self._console.print(Text(f"{seconds:6.1f} s  {self._phase:<8} {self._text}"))

    def line(self) -> Text:
        """The line that moves: phase, what is done, seconds of the phase."""
        seconds = time.monotonic() - self._phase_began
        return Text.assemble(
            (f"{self._phase:<8} ", "bold"), self._text, (f"  {seconds:.0f} s", "dim")
        )


class _Line:
    """The moving line with a turning sign before it."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._spinner = Spinner("dots", style="cyan")

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        line = Text("  ") + self._spinner.render(time.monotonic()) + Text(" ")
        line.append_text(self._progress.line())
        line.no_wrap, line.overflow = True, "ellipsis"
        yield line
