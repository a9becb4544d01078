"""The folder that the newcomer's benchmark plans is a sound case of the size asked for."""

from __future__ import annotations

from pathlib import Path

from benchmarks.newcomer import write_case

from khazri.case import check_case, read_case
from khazri.system import build_system


def test_the_case_is_sound_and_as_large_as_asked(tmp_path: Path) -> None:
    """Four buses in a ring with two chords are six lines; each bus has two plants that stand, and
    wind, sun and a battery that can be built."""
    write_case(tmp_path / "case", 4, 48)
    assert not check_case(tmp_path / "case")
    system = build_system(read_case(tmp_path / "case"), 2030)
    assert system.load.shape == (48, 4)
    assert len(system.links.name) == 6
    assert (system.supplies.existing_mw > 0).sum() == 8
    assert (system.supplies.build_max_mw > 0).sum() == 8
    assert (system.stores.build_max_mw > 0).sum() == 4
