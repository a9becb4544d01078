"""Reading and writing PyPSA's files without PyPSA."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from tests.interop.tiny import network, one_bus

from khazri.errors import NetworkError, UnreadableFileError
from khazri.interop import Component, Network, read_network, write_network

DATA = Path(__file__).parents[1] / "data" / "pypsa"


def assert_same(one: Network, other: Network) -> None:
    assert list(one.snapshots) == list(other.snapshots)
    pd.testing.assert_frame_equal(one.weightings, other.weightings)
    assert set(one.tables) == set(other.tables)
    for kind, table in one.tables.items():
        pd.testing.assert_frame_equal(table, other.tables[kind][table.columns], check_dtype=False)
        assert set(one.series.get(kind, {})) == set(other.series.get(kind, {}))
        for name, frame in one.series.get(kind, {}).items():
            there = other.series[kind][name]
            np.testing.assert_array_equal(frame.to_numpy(), there.to_numpy())
            assert list(frame.columns) == list(there.columns)


def test_an_example_of_pypsa_is_read_with_defaults_filled_in() -> None:
    read = read_network(DATA / "ac-dc-meshed.nc")
    assert read.name == "AC-DC-Meshed"
    assert read.version == (1, 1)
    assert len(read.snapshots) == 10
    assert {kind: len(table) for kind, table in read.tables.items() if len(table)} == {
        Component.BUS: 9,
        Component.CARRIER: 6,
        Component.GENERATOR: 6,
        Component.LOAD: 6,
        Component.LINK: 4,
        Component.LINE: 7,
        Component.GLOBAL_CONSTRAINT: 1,
    }
    gas = read.tables[Component.GENERATOR].loc["Manchester Gas"]
    assert gas["p_nom_extendable"]
    assert gas["p_nom_max"] == np.inf
    assert gas["efficiency"] == pytest.approx(0.350026, abs=1e-6)
    assert not gas["committable"]


def test_series_take_the_place_of_the_table_where_there_are_any() -> None:
    made = network(
        2,
        {Component.BUS: {"x": {}}, Component.LOAD: {"a": {"p_set": 7.0}, "b": {"p_set": 1.0}}},
        {Component.LOAD: {"p_set": {"b": [3.0, 4.0]}}},
    )
    np.testing.assert_array_equal(made.values(Component.LOAD, "p_set"), [[7, 3], [7, 4]])
    np.testing.assert_array_equal(made.values(Component.LOAD, "sign"), [-1, -1])
    assert made.values(Component.STORE, "e_nom").shape == (0,)


@pytest.mark.parametrize("name", ["ac-dc-meshed.nc", "storage-hvdc.nc"])
def test_what_is_written_is_read_again(tmp_path: Path, name: str) -> None:
    read = read_network(DATA / name)
    write_network(read, tmp_path / "again.nc")
    again = read_network(tmp_path / "again.nc")
    assert_same(read, again)
    assert again.attributes["crs"] == read.attributes["crs"]


def test_columns_of_ones_own_and_further_ports_are_carried_along(tmp_path: Path) -> None:
    made = network(
        1,
        {
            Component.BUS: {"x": {"country": "AZ"}, "y": {"country": ""}},
            Component.LINK: {"l": {"bus0": "x", "bus1": "y", "bus2": "x", "efficiency2": 0.4}},
        },
    )
    write_network(made, tmp_path / "made.nc")
    read = read_network(tmp_path / "made.nc")
    assert list(read.tables[Component.BUS]["country"]) == ["AZ", ""]
    assert read.tables[Component.LINK].loc["l", "efficiency2"] == 0.4
    assert read.tables[Component.LINK].loc["l", "delay2"] == 0


def test_nothing_needs_pypsa() -> None:
    """A fresh interpreter reads, solves and writes an example with no trace of PyPSA."""
    code = (
        "import sys, pathlib, tempfile\n"
        "from khazri.interop import read_network, solve_network, write_network\n"
        "from khazri.solve.highs import HighsSolver\n"
        f"solved = solve_network(read_network(pathlib.Path({str(DATA / 'storage-hvdc.nc')!r})),"
        " HighsSolver())\n"
        "write_network(solved.network, pathlib.Path(tempfile.mkdtemp()) / 'solved.nc')\n"
        "assert not {'pypsa', 'linopy', 'netCDF4'} & set(sys.modules)\n"
        "print(solved.cost)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert float(done.stdout) == pytest.approx(15_881_838.6058, rel=1e-9)


def test_a_file_that_is_not_there_or_no_network_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="nowhere"):
        read_network(tmp_path / "nowhere.nc")
    text = tmp_path / "text.nc"
    text.write_text("no netCDF")
    with pytest.raises(UnreadableFileError, match="a PyPSA network in netCDF 4"):
        read_network(text)
    xr.Dataset({"x": ("time", [1.0])}).to_netcdf(tmp_path / "other.nc", engine="h5netcdf")
    with pytest.raises(UnreadableFileError, match="with snapshots and buses"):
        read_network(tmp_path / "other.nc")


def test_periods_scenarios_and_curves_are_refused_together(tmp_path: Path) -> None:
    write_network(one_bus(), tmp_path / "one.nc")
    data = xr.load_dataset(tmp_path / "one.nc", engine="h5netcdf")
    curve = ("snapshots", "generators_pw_marginal_cost_i")
    data = data.assign_coords(
        investment_periods=[2030, 2040],
        scenario=["wet", "dry"],
        generators_pw_marginal_cost_i=["plant"],
    ).assign(generators_pw_marginal_cost=(curve, [[1.0], [2.0]]))
    data.to_netcdf(tmp_path / "many.nc", engine="h5netcdf")
    with pytest.raises(NetworkError) as raised:
        read_network(tmp_path / "many.nc")
    found = {(issue.column, issue.found) for issue in raised.value.issues}
    assert found == {
        ("investment_periods", "2030, 2040"),
        ("scenarios", "wet, dry"),
        ("marginal_cost", "plant"),
    }


def test_a_folder_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="a folder to write"):
        write_network(one_bus(), tmp_path / "missing" / "solved.nc")
