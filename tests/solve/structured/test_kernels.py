"""Threads of the kernels: an exception leaves no worker in memory that is about to go."""

from __future__ import annotations

import threading

import pytest

from khazri.solve.structured.form import make_form
from khazri.solve.structured.kernels import Stages

from .programs import random_program


def test_an_interrupted_call_waits_for_the_others() -> None:
    """One call is interrupted while the other works on; that has ended when the error arrives."""
    stages = Stages(make_form(random_program(1, (), hours=4, n_buses=1)), threads=2)
    begun, ended = threading.Event(), threading.Event()

    def interrupted() -> None:
        begun.wait()
        raise KeyboardInterrupt

    def at_work() -> None:
        begun.set()
        threading.Event().wait(0.1)
        ended.set()

    with pytest.raises(KeyboardInterrupt):
        stages._at_once([interrupted, at_work])
    assert ended.is_set()
