"""``khazri plan --export``: a plan for PyPSA."""

from __future__ import annotations

import shutil
import warnings
from pathlib import Path

import pytest
from tests.cli.cases import Khazri

from khazri.case import read_case
from khazri.plan import Plan

pypsa = pytest.importorskip("pypsa")

_SINGLE = 1e-7
"""Relative: operation is written in single precision."""


def test_the_network_lies_beside_the_plan_and_costs_the_same(
    khazri: Khazri, small: Path, planned: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    told = khazri("plan", small, "--out", out, "--export", "pypsa", "--json")
    assert told.code == 0
    path = out / "pypsa.nc"
    (network,) = told.json["result"]["networks"]
    (left,) = network["not_carried"]
    assert network["network"] == str(path)
    assert "from the last hour to the first" in left
    assert told.json["warnings"] == [f"{path} lacks: {left}"]
    plan = Plan.load(out / "plan.nc")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        read = pypsa.Network(str(path))
    cost = read.statistics.system_cost(round=False).sum()
    assert cost == pytest.approx(plan.cost, rel=_SINGLE)
    assert read.meta["khazri"]["plan_key"] == plan.key
    zone = read_case(small).table("zones").set_index("zone").loc["belma"]
    place = read.buses.loc["belma", ["x", "y"]].tolist()
    assert place == pytest.approx([zone["longitude"], zone["latitude"]])


def test_a_plan_that_is_there_is_exported_all_the_same(
    khazri: Khazri, small: Path, planned: Path
) -> None:
    told = khazri("plan", small, "--out", planned, "--export", "pypsa")
    path = planned / "pypsa.nc"
    assert "Nothing has changed" in told.out
    assert str(path) in told.out
    assert path.is_file()
    path.unlink()


def test_a_network_of_an_older_plan_goes_with_it(
    khazri: Khazri, small: Path, planned: Path, tmp_path: Path
) -> None:
    out = Path(shutil.copytree(planned, tmp_path / "out"))
    (out / "pypsa.nc").write_text("of an older plan")
    assert khazri("plan", small, "--out", out, "--gap", "1%").code == 0
    assert not (out / "pypsa.nc").exists()


def test_a_tool_that_is_not_known_is_refused(khazri: Khazri, small: Path) -> None:
    refused = khazri("plan", small, "--export", "plexos")
    assert refused.code == 2
    assert "none or pypsa" in refused.err
