import h5py
import numpy as np
import pandas as pd
import pytest
import xarray as xr

from khazri.plan.netcdf import write_netcdf


def dataset():
    """Every kind of value and dimension that a plan has, empty ones among them."""
    return xr.Dataset(
        {
            "price": (("hour", "bus"), np.arange(6, dtype="float32").reshape(3, 2)),
            "same_way": (("hour", "hour_too"), np.eye(3)),
            "limit_dual": (("limit",), np.zeros(0)),
            "hourly_limit": (("hour", "limit"), np.zeros((3, 0), dtype="float32")),
            "count": ((), 7),
            "family_size": (("family",), np.array([1.0, np.nan])),
        },
        coords={
            "hour": ("hour", np.arange(3), {"long_name": "hour of the year"}),
            "time": ("hour", pd.date_range("2030-01-01", periods=3, freq="h").to_numpy()),
            "bus": ["Bakı", "Şəki"],
            "bus_is_market": ("bus", np.array([True, False])),
            "limit": np.array([], dtype=str),
            "limit_item": ("limit", np.array([], dtype=object)),
        },
        attrs={"title": "Xəzər", "cost": 1.5, "year": 2030, "names": ["a", "b"]},
    )


def test_a_file_reads_as_one_that_xarray_wrote(tmp_path):
    data = dataset()
    write_netcdf(data, tmp_path / "ours.nc")
    data.to_netcdf(tmp_path / "theirs.nc", engine="h5netcdf")
    with (
        xr.open_dataset(tmp_path / "ours.nc", engine="h5netcdf") as ours,
        xr.open_dataset(tmp_path / "theirs.nc", engine="h5netcdf") as theirs,
    ):
        xr.testing.assert_identical(ours.load(), theirs.load())
        assert ours["price"].encoding["coordinates"] == theirs["price"].encoding["coordinates"]
        assert {n: v.dtype for n, v in ours.items()} == {n: v.dtype for n, v in theirs.items()}


@pytest.mark.parametrize("name", ["hour", "family", "limit", "bus", "price", "hourly_limit"])
def test_dimensions_are_marked_as_by_h5netcdf(tmp_path, name):
    """Scales, their names and extents, and which scales a variable points at: what the netCDF
    library goes by.
    """
    data = dataset()
    write_netcdf(data, tmp_path / "ours.nc")
    data.to_netcdf(tmp_path / "theirs.nc", engine="h5netcdf")
    assert marks(tmp_path / "ours.nc", name) == marks(tmp_path / "theirs.nc", name)


def marks(path, name):
    with h5py.File(path) as file:
        made = file[name]
        scales = [file[refs[0]].name for refs in made.attrs.get("DIMENSION_LIST", [])]
        return made.maxshape, made.attrs.get("CLASS"), made.attrs.get("NAME"), scales
