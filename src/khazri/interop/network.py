"""A PyPSA network as tables and series, read from and written to its netCDF files without PyPSA."""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

from khazri.errors import Issue, NetworkError, UnreadableFileError
from khazri.interop.attributes import ATTRIBUTES, Attribute, Component, Value, port_attributes
from khazri.program.varying import Floats

KNOWN_VERSION = (1, 4)
"""The PyPSA version whose attributes are known here; files of newer ones may mean more."""

WEIGHTINGS = ("objective", "stores", "generators")
"""What snapshots are weighted for: cost, energy of stores, energy of yearly limits."""

_PORT = re.compile(r"bus([2-9]|[1-9]\d+)$")
_COMPRESSION = {"zlib": True, "complevel": 4}

Tables = Mapping[Component, pd.DataFrame]
Series = Mapping[Component, Mapping[str, pd.DataFrame]]


@dataclass(frozen=True)
class Network:
    """A network of one period: tables of components and series of what varies.

    ``snapshots`` (T,) are their labels. ``weightings`` has the columns ``objective``, ``stores``
    and ``generators`` [h], indexed by ``snapshots``. ``tables`` holds a frame for each kind of
    component, indexed by name, with every attribute of
    :data:`~khazri.interop.attributes.ATTRIBUTES` filled and all further columns of the file.
    ``series`` holds, by kind and attribute, frames of (T, some of the names): they take the place
    of the table's value. ``attributes`` are those of the file (``network_name`` and so on),
    ``others`` its variables that are not read here (shapes, sub-networks).

    Make one with :func:`make_network` or :func:`read_network`: they fill in the defaults.
    """

    snapshots: pd.Index
    weightings: pd.DataFrame
    tables: Tables
    series: Series
    attributes: Mapping[str, object] = field(default_factory=dict)
    others: xr.Dataset = field(default_factory=xr.Dataset)

    @property
    def name(self) -> str:
        """The name of the network."""
        return str(self.attributes.get("network_name", ""))

    @property
    def version(self) -> tuple[int, int]:
        """Major and minor version of the PyPSA that wrote the file; (0, 0) if it does not say."""
        found = re.match(r"(\d+)\.(\d+)", str(self.attributes.get("network_pypsa_version", "")))
        return (int(found[1]), int(found[2])) if found else (0, 0)

    def table(self, component: Component) -> pd.DataFrame:
        """Return the table of a kind of component; without rows where there are none."""
        found = self.tables.get(component)
        return found if found is not None else complete(component, pd.DataFrame())

    def values(self, component: Component, attribute: str) -> Floats:
        """Return an attribute, (n,), or (T, n) where a series gives it for any of them."""
        table = self.table(component)
        static = table[attribute].to_numpy(dtype=float)
        series = self.series.get(component, {}).get(attribute)
        if series is None or not series.shape[1]:
            return static
        place = table.index.get_indexer(series.columns)
        known = place >= 0
        values = np.broadcast_to(static, (len(self.snapshots), len(static))).copy()
        values[:, place[known]] = series.to_numpy(dtype=float)[:, known]
        return values


def make_network(
    snapshots: pd.Index,
    tables: Tables,
    series: Series,
    *,
    weightings: pd.DataFrame | None = None,
    attributes: Mapping[str, object] | None = None,
) -> Network:
    """Return a network from tables that hold what differs from the defaults.

    Parameters
    ----------
    snapshots : (T,)
        Labels of the snapshots.
    tables
        Frames indexed by name; attributes and single values that are left out take their defaults.
    series
        By kind and attribute, frames of (T, names).
    weightings
        Columns ``objective``, ``stores`` and ``generators`` [h]; 1 h each if left out.
    attributes
        Attributes of the file; ``network_name`` for one.
    """
    if weightings is None:
        weightings = pd.DataFrame(1.0, snapshots, list(WEIGHTINGS))
    version: dict[str, object] = {
        "network_pypsa_version": ".".join(str(part) for part in (*KNOWN_VERSION, 0))
    }
    completed: dict[Component, pd.DataFrame] = {
        kind: complete(kind, _filled(kind, table)) for kind, table in tables.items()
    }
    return Network(
        snapshots,
        weightings,
        completed,
        series,
        {**version, **(attributes or {})},
    )


def attributes_of(component: Component, columns: pd.Index) -> dict[str, Attribute]:
    """Return the known attributes of a kind; of links, for as many ports as ``columns`` name."""
    known = dict(ATTRIBUTES[component])
    if component is Component.LINK:
        for port in ports(columns):
            known |= port_attributes(port)
    return known


def ports(columns: pd.Index) -> list[int]:
    """Return the numbers of the ports beyond the second that a table of links has."""
    found = (_PORT.fullmatch(str(column)) for column in columns)
    return sorted(int(match[1]) for match in found if match)


def complete(component: Component, table: pd.DataFrame) -> pd.DataFrame:
    """Return ``table`` with all known attributes, defaults where it says nothing."""
    known = attributes_of(component, table.columns)
    columns: dict[str, pd.Series] = {
        name: _typed(table[name], about.default)
        if name in table
        else pd.Series(about.default, table.index, dtype=_dtype(about.default))
        for name, about in known.items()
    }
    columns |= {str(name): table[name] for name in table.columns if name not in known}
    if component is Component.LINK:
        for port in ports(table.columns):
            # PyPSA writes no number for ports that a link does not have.
            unused = columns[f"bus{port}"] == ""
            for name in (f"efficiency{port}", f"delay{port}"):
                default = known[name].default
                columns[name] = columns[name].where(~unused | columns[name].notna(), default)
    filled = pd.DataFrame(columns, index=table.index)
    filled.index = filled.index.astype(str).rename("name")
    return filled


def _filled(component: Component, table: pd.DataFrame) -> pd.DataFrame:
    """Return ``table`` with defaults in place of single values that are missing."""
    known = attributes_of(component, table.columns)
    return table.assign(
        **{
            str(name): table[name].where(table[name].notna(), known[str(name)].default)
            for name in table.columns
            if name in known
        }
    )


def _dtype(default: Value) -> str:
    return {bool: "bool", str: "object"}.get(type(default), "float64")


def _typed(column: pd.Series, default: Value) -> pd.Series:
    """Return a column in the type of its default; what is missing in the file is the default."""
    if isinstance(default, str):
        text = column.astype(object)
        return text.where(text.notna(), default).astype(str).astype(object)
    if isinstance(default, bool):
        return column.where(column.notna(), default).astype(bool)
    return column.astype("float64")


def read_network(path: Path) -> Network:
    """Read a network from a netCDF file as PyPSA 1.x writes it.

    Raises
    ------
    UnreadableFileError
        There is no such file, or it holds no PyPSA network.
    NetworkError
        It has several investment periods or scenarios, or costs in pieces.
    """
    expected = "a PyPSA network in netCDF 4"
    if not path.is_file():
        raise UnreadableFileError(path, f"{expected}; there is no such file")
    try:
        with xr.open_dataset(path, engine="h5netcdf") as opened:
            data = opened.load()
    except (OSError, ValueError, KeyError) as error:
        raise UnreadableFileError(path, f"{expected}; {error}") from error
    if "snapshots" not in data.sizes or f"{Component.BUS}_i" not in data.sizes:
        raise UnreadableFileError(path, f"{expected}, with snapshots and buses")
    _refuse_structure(data)
    snapshots, weightings = _snapshots(data)
    tables: dict[Component, pd.DataFrame] = {}
    series: dict[Component, dict[str, pd.DataFrame]] = {}
    taken = {"snapshots", *(str(name) for name in data.variables if _starts(name, "snapshots_"))}
    for kind in Component:
        if f"{kind}_i" not in data.sizes:
            continue
        own = {str(name) for name in data.variables if _starts(name, f"{kind}_")}
        tables[kind] = _table(data, kind, own)
        series[kind] = _series(data, kind, own, snapshots)
        taken |= own
    others = data.drop_vars([name for name in data.variables if str(name) in taken])
    attributes = {str(name): value for name, value in data.attrs.items()}
    return Network(snapshots, weightings, tables, series, attributes, others.drop_attrs())


def _starts(name: Hashable, start: str) -> bool:
    return str(name).startswith(start)


def _refuse_structure(data: xr.Dataset) -> None:
    """Refuse what is not one period with costs that are proportional."""
    issues = []
    if "snapshots_period" in data or "investment_periods" in data.sizes:
        periods = data.get("investment_periods", data.get("snapshots_period"))
        found = ", ".join(str(one) for one in np.unique(np.asarray(periods)))
        issues.append(Issue("network", "a single period", found, column="investment_periods"))
    if "scenario" in data.sizes:
        found = ", ".join(str(one) for one in np.asarray(data["scenario"]))
        issues.append(Issue("network", "no scenarios", found, column="scenarios"))
    for name in data.data_vars:
        kind, piece, attribute = str(name).partition("_pw_")
        if piece and kind in list(Component):
            found = ", ".join(str(one) for one in np.asarray(data[f"{name}_i"]))
            issues.append(Issue(kind, "one number; no curves", found, column=attribute))
    if issues:
        raise NetworkError(issues)


def _snapshots(data: xr.Dataset) -> tuple[pd.Index, pd.DataFrame]:
    label = "snapshots_snapshot" if "snapshots_snapshot" in data else "snapshots"
    snapshots = pd.Index(data[label].to_numpy(), name="snapshot")
    weightings = {
        name: data[f"snapshots_{name}"].to_numpy().astype(float)
        if f"snapshots_{name}" in data
        else np.ones(len(snapshots))
        for name in WEIGHTINGS
    }
    return snapshots, pd.DataFrame(weightings, index=snapshots)


def _table(data: xr.Dataset, kind: Component, own: set[str]) -> pd.DataFrame:
    dimension = f"{kind}_i"
    names = [name for name in data.data_vars if name in own and data[name].dims == (dimension,)]
    columns = {str(name).removeprefix(f"{kind}_"): data[name].to_numpy() for name in names}
    index = pd.Index(data[dimension].to_numpy()).astype(str)
    return complete(kind, pd.DataFrame(columns, index=index))


def _series(
    data: xr.Dataset, kind: Component, own: set[str], snapshots: pd.Index
) -> dict[str, pd.DataFrame]:
    found = {}
    for name in data.data_vars:
        start = f"{kind}_t_"
        if str(name) in own and _starts(name, start):
            columns = pd.Index(data[f"{name}_i"].to_numpy()).astype(str)
            values = data[name].transpose("snapshots", f"{name}_i").to_numpy()
            found[str(name).removeprefix(start)] = pd.DataFrame(
                values, index=snapshots, columns=columns
            )
    return found


def write_network(network: Network, path: Path) -> None:
    """Write a network as a netCDF file that PyPSA opens.

    Attributes that have their defaults are left out, as PyPSA does. The file appears when it is
    whole.

    Raises
    ------
    UnreadableFileError
        The folder of ``path`` does not exist.
    """
    if not path.absolute().parent.is_dir():
        raise UnreadableFileError(path.absolute().parent, "a folder to write the network to")
    variables: dict[str, xr.DataArray] = {
        "snapshots_snapshot": _along("snapshots", network.snapshots.to_numpy()),
        **{
            f"snapshots_{name}": _along("snapshots", network.weightings[name].to_numpy())
            for name in WEIGHTINGS
        },
    }
    coordinates = {"snapshots": np.arange(len(network.snapshots))}
    for kind, table in network.tables.items():
        if not len(table):
            continue
        coordinates[f"{kind}_i"] = _plain(table.index)
        known = attributes_of(kind, table.columns)
        for name in table.columns:
            if name not in known or not _is_default(table[name], known[name].default):
                variables[f"{kind}_{name}"] = _along(f"{kind}_i", _plain(table[name]))
        for name, frame in network.series.get(kind, {}).items():
            if frame.shape[1]:
                variable = f"{kind}_t_{name}"
                coordinates[f"{variable}_i"] = _plain(frame.columns)
                variables[variable] = xr.DataArray(
                    frame.to_numpy(), dims=("snapshots", f"{variable}_i")
                )
    data = xr.Dataset(variables, coordinates, dict(network.attributes)).merge(network.others)
    encoding = {
        name: _COMPRESSION for name, one in data.data_vars.items() if one.dtype.kind in "fiub"
    }
    # Under another name first: a file of this name is whole or is not there.
    part = path.with_name(f".{path.name}.part")
    try:
        data.to_netcdf(part, engine="h5netcdf", encoding=encoding)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _along(dimension: str, values: np.ndarray) -> xr.DataArray:
    return xr.DataArray(values, dims=(dimension,))


def _plain(values: pd.Series | pd.Index) -> np.ndarray:
    """Return numbers and truth as they are, texts as text; missing texts are empty."""
    array = values.to_numpy()
    if array.dtype.kind in "biufM":
        return array
    texts = array.astype(object)
    return np.where(pd.isna(texts), "", texts).astype(str)


def _is_default(column: pd.Series, default: Value) -> bool:
    if isinstance(default, float) and np.isnan(default):
        return bool(column.isna().all())
    return bool((column == default).all())


def with_results(
    network: Network, tables: Tables, series: Series, attributes: Mapping[str, object]
) -> Network:
    """Return the network with further columns, series and attributes; equal names are replaced."""
    return replace(
        network,
        tables={
            kind: table.assign(**{str(n): tables[kind][n] for n in tables[kind].columns})
            if kind in tables
            else table
            for kind, table in network.tables.items()
        },
        series={
            kind: {**network.series.get(kind, {}), **series.get(kind, {})}
            for kind in network.tables
        },
        attributes={**network.attributes, **attributes},
    )
