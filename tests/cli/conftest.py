"""A small case and its plan, made once, and a way to run commands as the program does."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from tests.cli.cases import Khazri, Ran, edit, scale

from khazri.case import new_case, write_package
from khazri.cli import run
from khazri.parquet import read_frame, write_frame

_HOURS = 72
_HOURS_A_YEAR = 8760


@pytest.fixture
def khazri(capsys: pytest.CaptureFixture[str]) -> Khazri:
    """Runs a command line: ``khazri("check", folder)``; ``environ`` is all the environment."""

    def call(*words: object, environ: Mapping[str, str] | None = None) -> Ran:
        capsys.readouterr()
        code = run([str(word) for word in words], environ or {})
        said = capsys.readouterr()
        return Ran(code, said.out, said.err)

    return call


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo case cut to three days; read it, never write there."""
    folder = new_case(tmp_path_factory.mktemp("cases") / "small")
    profiles = folder / "profiles" / "demo.parquet"
    frame = read_frame(profiles).head(_HOURS).astype("float64")
    for name in ("load_arda", "load_belma", "price_corin"):
        frame[name] /= frame[name].mean()
    write_frame(frame.astype("float32"), profiles)
    edit(folder, "case", 0, "hours", str(_HOURS))
    for table, column in (("demands", "energy_mwh"), ("assets", "inflow_mwh")):
        scale(folder, table, column, _HOURS / _HOURS_A_YEAR)
    write_package(folder)
    return folder


@pytest.fixture(scope="session")
def both_years(small: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with plans of both years of the small case; read it, never write there."""
    out = tmp_path_factory.mktemp("plans") / "small"
    assert run(["plan", str(small), "--year", "2030,2040", "--out", str(out), "--quiet"], {}) == 0
    return out


@pytest.fixture(scope="session")
def planned(both_years: Path) -> Path:
    """The plan of 2030; read it, never write there."""
    return both_years / "2030"
