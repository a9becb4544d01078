"""``khazri case from-pypsa``: a network as a folder that is checked and planned."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.cases import Khazri, read_rows


@pytest.fixture
def network(repository: Path) -> Path:
    """A network of PyPSA's own."""
    return repository / "tests" / "data" / "public" / "pypsa" / "pypsa_ac-dc-meshed.nc"


def test_a_network_becomes_a_case_that_can_be_checked_and_planned(
    khazri: Khazri, network: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "meshed"
    told = khazri("case", "from-pypsa", network, folder, "--json")
    assert told.code == 0
    result = told.json["result"]
    assert result["case"] == str(folder)
    assert any("outside the voltage law" in words for words in result["not_carried"])
    assert len(told.json["warnings"]) == len(result["not_carried"])
    assert read_rows(folder, "sources")[0]["title"] == "PyPSA network AC-DC-Meshed"
    assert khazri("check", folder).code == 0
    planned = khazri("plan", folder, "--out", tmp_path / "out", "--json")
    assert planned.code == 0
    assert planned.json["result"]["plans"][0]["unserved_mwh"] == pytest.approx(0.0, abs=1e-3)
    assert "wind" in khazri("sources", folder, "assets").out.casefold()


def test_a_folder_in_use_and_a_file_that_is_no_network_are_refused(
    khazri: Khazri, network: Path, small: Path, tmp_path: Path
) -> None:
    assert khazri("case", "from-pypsa", network, small).code == 2
    other = tmp_path / "other.nc"
    other.write_text("no network")
    assert khazri("case", "from-pypsa", other, tmp_path / "case").code == 2
    assert not (tmp_path / "case").exists()
