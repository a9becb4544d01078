"""``khazri optimize``: what it prints, writes and refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.interop.tiny import network, one_bus

from khazri.cli.main import run
from khazri.interop import Component, read_network, write_network

DATA = Path(__file__).parents[1] / "data" / "pypsa"


def answer(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    found: dict[str, object] = json.loads(capsys.readouterr().out)
    return found


def test_an_example_is_solved_and_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "solved.nc"
    words = ["optimize", str(DATA / "ac-dc-meshed.nc"), "--out", str(out), "--json"]
    assert run(words, {}) == 0
    told = answer(capsys)
    assert told["schema"] == "khazri-optimize-1"
    result = told["result"]
    assert isinstance(result, dict)
    assert result["objective"] == pytest.approx(-3_474_256.0405, rel=1e-8)
    assert result["objective_constant"] == pytest.approx(21_915_277.5183, rel=1e-8)
    assert result["valid"]
    assert len(result["mean_price"]) == 9
    solved = read_network(out)
    assert "marginal_price" in solved.series[Component.BUS]
    assert solved.attributes["network__objective"] == pytest.approx(result["objective"])


def test_people_are_told_cost_capacity_energy_and_prices(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """100 MW at 7 EUR/MW and 2 x 100 MWh at 10 EUR/MWh."""
    path = tmp_path / "tiny.nc"
    write_network(one_bus(p_nom=30.0, p_nom_extendable=True, capital_cost=7.0), path)
    assert run(["optimize", str(path)], {}) == 0
    said = capsys.readouterr().out
    assert "tiny: cost 2,700 over 2 snapshots" in said
    assert "objective 2,490 as PyPSA counts it: without 210 for given capacity" in said
    assert "plant" in said
    assert "here" in said


def test_what_is_not_supported_ends_with_code_2_and_its_names(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "tiny.nc"
    write_network(one_bus(committable=True), path)
    assert run(["optimize", str(path), "--json"], {}) == 2
    (error,) = answer(capsys)["errors"]  # type: ignore[misc]
    assert error["code"] == "network"
    assert (error["table"], error["id"], error["column"], error["found"]) == (
        "generators",
        "plant",
        "committable",
        "True",
    )


def test_an_infeasible_network_ends_with_code_3_and_its_cause(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "tiny.nc"
    write_network(one_bus(p_nom=60.0), path)
    assert run(["optimize", str(path)], {}) == 3
    assert "bus here: 80 MWh short, up to 40 MW," in capsys.readouterr().err


def test_programs_are_told_the_cause_in_words_of_the_network(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of 100 MW in two snapshots 60 MW are there: 80 MWh short, held back by p_max_pu of 1."""
    path = tmp_path / "tiny.nc"
    write_network(one_bus(p_nom=60.0), path)
    assert run(["optimize", str(path), "--json"], {}) == 3
    out = capsys.readouterr().out
    assert ".csv" not in out
    (error,) = json.loads(out)["errors"]
    missing, need, limit = error["facts"]
    hours = {
        "first_snapshot": "2030-01-01 00:00:00",
        "last_snapshot": "2030-01-01 01:00:00",
    }
    here = {"component": "buses", "name": "here", "attribute": "", **hours}
    amount = {"amount": pytest.approx(80.0), "peak": pytest.approx(40.0), "unit": "MWh"}
    assert missing.items() >= {**here, "kind": "short", **amount}.items()
    assert need.items() >= {**here, "side": "need"}.items()
    plant = {"component": "generators", "name": "plant", "attribute": "p_max_pu"}
    assert limit.items() >= {**plant, **hours, "side": "at most"}.items()
    assert error["where"] == "buses 'here'"


def test_a_missing_file_is_told_as_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["optimize", str(tmp_path / "missing.nc"), "--json"], {}) == 2
    (error,) = json.loads(capsys.readouterr().out)["errors"]
    assert error["where"] == str(tmp_path / "missing.nc")
    assert "there is no such file" in error["message"]


def test_files_are_not_replaced_and_folders_must_exist(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "tiny.nc"
    write_network(network(1, {Component.BUS: {"x": {}}}), path)
    before = path.read_bytes()
    assert run(["optimize", str(path), "--out", str(path)], {}) == 2
    assert path.read_bytes() == before
    assert run(["optimize", str(path), "--out", str(tmp_path / "no" / "s.nc")], {}) == 2
    capsys.readouterr()
