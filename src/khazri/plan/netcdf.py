"""A dataset as a netCDF-4 file, written as the HDF5 file that it is.

Through xarray and h5netcdf, the hundred and seventy variables of a plan cost half a second whatever
their size, for each looks its dimensions up again and again. Values and attributes are encoded by
xarray in either case, so the files read the same.

Layout: NetCDF-4 Format Specification, https://docs.unidata.ucar.edu/netcdf-c/current/.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import h5py
import numpy as np
import xarray as xr

_COMPRESSED = {"compression": "gzip", "compression_opts": 3, "shuffle": True}
"""The order of bytes helps noisy last digits."""
_CHUNK_OF_NONE = 1024
_NO_VARIABLE = "This is a netCDF dimension but not a netCDF variable."
"""What the specification asks a dimension without values of its own to be called, before its
size in ten places."""


def write_netcdf(data: xr.Dataset, path: Path) -> None:
    """Write a dataset without groups, every variable with numbers compressed.

    A dimension without items is unlimited in the file, for netCDF knows no other of length zero.
    """
    variables, attributes = xr.conventions.cf_encoder(
        *xr.conventions.encode_dataset_coordinates(data)
    )
    dimensions = {str(name): number for number, name in enumerate(data.sizes)}
    with h5py.File(path, "w", track_order=True) as file:
        file.attrs["_NCProperties"] = np.bytes_(f"version=2,h5py={h5py.__version__}")
        file.attrs.update(attributes)
        for name, number in dimensions.items():
            scale = _dimension(file, name, data.sizes[name], variables.get(name))
            scale.attrs["_Netcdf4Dimid"] = np.int32(number)
        for name, variable in variables.items():
            if name in dimensions:
                continue
            made = _dataset(file, str(name), variable)
            for axis, dimension in enumerate(variable.dims):
                made.dims[axis].attach_scale(file[str(dimension)])
            if variable.ndim > 1:
                numbers = [dimensions[str(dimension)] for dimension in variable.dims]
                made.attrs["_Netcdf4Coordinates"] = np.array(numbers, dtype=np.int32)


def _dimension(file: h5py.File, name: str, size: int, variable: xr.Variable | None) -> h5py.Dataset:
    """Make the scale of a dimension: its variable, or one without values."""
    if variable is None:
        scale = file.create_dataset(name, (size,), ">f4", **_extent((size,)))
        scale.make_scale(f"{_NO_VARIABLE}{size:10d}")
    else:
        scale = _dataset(file, name, variable)
        scale.make_scale(name)
    return scale


def _dataset(file: h5py.File, name: str, variable: xr.Variable) -> h5py.Dataset:
    values = variable.to_numpy()
    dtype = values.dtype if values.dtype.kind in "fiu" else h5py.string_dtype()
    squeezed = _COMPRESSED if values.dtype.kind in "fiu" and values.size and values.ndim else {}
    made = file.create_dataset(
        name, values.shape, dtype, values.astype(dtype), **squeezed, **_extent(values.shape)
    )
    made.attrs.update(variable.attrs)
    return made


def _extent(shape: tuple[int, ...]) -> dict[str, Any]:
    """Say that dimensions without items may grow."""
    if all(shape):
        return {}
    return {
        "maxshape": tuple(size or None for size in shape),
        "chunks": tuple(size or _CHUNK_OF_NONE for size in shape),
    }
