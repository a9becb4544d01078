"""What of a PyPSA network can be solved here: anything else is named, all of it at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd

from khazri.errors import Issue, NetworkError
from khazri.interop.attributes import CAPACITY, Component, Value
from khazri.interop.columns import ever
from khazri.interop.grid import grid, line_types
from khazri.interop.limits import LimitKind
from khazri.interop.network import KNOWN_VERSION, Network, attributes_of, ports
from khazri.program.program import Flags
from khazri.program.varying import Floats

_SENSES = ("<=", ">=", "==", "=")
_MAY_BE_INFINITE = frozenset(
    {"lifetime", "v_ang_max", "max_hours", "e_sum_min", "e_sum_max", *CAPACITY.values()}
    | {f"{name}_max" for name in CAPACITY.values()}
)
"""Attributes whose infinite values mean something; a per-unit bound of given capacity may be
infinite as well."""
_MAY_BE_MISSING = frozenset({"fom_cost"})
"""Attributes that count as their default where they are no number, without being so by default."""

_PER_UNIT = frozenset({"p_min_pu", "p_max_pu", "s_max_pu", "e_min_pu", "e_max_pu"})
_LIMIT_OF_BUSES = ("nom_min_", "nom_max_")


def check_supported(network: Network) -> None:
    """Refuse a network that cannot be solved exactly as PyPSA would.

    Raises
    ------
    NetworkError
        With each component, attribute and value that is wrong or means something that Khazri does
        not do.
    """
    issues = [issue for check in _CHECKS for issue in check(network)]
    if issues:
        raise NetworkError(issues)


def unknown_columns(network: Network) -> tuple[str, ...]:
    """Return columns that mean nothing here, of a file that is newer than what is known here.

    Older files may hold columns of their own; so may newer ones, but there one cannot tell.
    """
    if network.version <= KNOWN_VERSION:
        return ()
    return tuple(
        f"{kind}.{name}"
        for kind, table in network.tables.items()
        for name in table.columns
        if name not in attributes_of(kind, table.columns)
    )


def _active(network: Network, kind: Component) -> pd.DataFrame:
    table = network.table(kind)
    return table[table["active"]] if "active" in table else table


def _text(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _each(
    kind: Component, table: pd.DataFrame, wrong: np.ndarray, attribute: str, expected: str
) -> Iterator[Issue]:
    for name in table.index[wrong]:
        yield Issue(
            kind,
            expected,
            _text(table.loc[name, attribute]),
            row_id=str(name),
            column=attribute,
        )


def _refused(network: Network) -> Iterator[Issue]:
    """Attributes with another value than the only one that can be solved."""
    for kind in network.tables:
        table = _active(network, kind)
        for name, about in attributes_of(kind, table.columns).items():
            if not about.refused:
                continue
            expected = f"{_text(about.default) or 'nothing'} ({about.refused})"
            yield from _each(kind, table, _differs(table[name], about.default), name, expected)
            series = network.series.get(kind, {}).get(name)
            if series is not None:
                here = series.loc[:, series.columns.isin(table.index)]
                for column in here.columns[(here != about.default).any()]:
                    values = here[column].to_numpy(dtype=float)
                    found = _text(float(values[np.argmax(values != about.default)]))
                    yield Issue(kind, expected, found, row_id=str(column), column=name)


def _differs(column: pd.Series, default: Value) -> np.ndarray:
    if isinstance(default, float) and np.isnan(default):
        return column.notna().to_numpy()
    return (column != default).to_numpy()


def _numbers(network: Network) -> Iterator[Issue]:
    """Values that are no number where one is needed, or infinite where none may be."""
    for kind in network.tables:
        table = _active(network, kind)
        for name, about in attributes_of(kind, table.columns).items():
            if not isinstance(about.default, float) or about.refused:
                continue
            may_be_open = name in _MAY_BE_INFINITE or name in _PER_UNIT
            may_be_missing = np.isnan(about.default) or name in _MAY_BE_MISSING
            expected = "a number" if may_be_open else "a finite number"
            static = table[name].to_numpy()
            wrong = _is_wrong(static, is_open=may_be_open, is_free=may_be_missing)
            yield from _each(kind, table, wrong, name, expected)
            series = network.series.get(kind, {}).get(name)
            if series is None:
                continue
            here = series.loc[:, series.columns.isin(table.index)]
            values = here.to_numpy(dtype=float)
            bad = _is_wrong(values, is_open=may_be_open, is_free=may_be_missing)
            for place, column in enumerate(here.columns):
                if bad[:, place].any():
                    first = int(np.argmax(bad[:, place]))
                    found = f"{values[first, place]:g} in {here.index[first]!s}"
                    where = f"{expected} in each snapshot"
                    yield Issue(kind, where, found, row_id=str(column), column=name)
    if not np.isfinite(network.weightings.to_numpy()).all():
        yield Issue("snapshots", "finite weights", "not a number", column="snapshot_weightings")


def _is_wrong(values: Floats, *, is_open: bool, is_free: bool) -> Flags:
    """Tell which values are no number, unless they may be missing, or are infinite."""
    missing = np.isnan(values) & (not is_free)
    return np.asarray(missing if is_open else missing | np.isinf(values))


def _capacities(network: Network) -> Iterator[Issue]:
    """Capacities that are prescribed but given, and open-ended shares of chosen ones."""
    for kind, name in CAPACITY.items():
        table = _active(network, kind)
        extends = table[f"{name}_extendable"].to_numpy(dtype=bool)
        wanted = table[f"{name}_set"].notna().to_numpy()
        yield from _each(
            kind,
            table,
            wanted & ~extends,
            f"{name}_set",
            f"nothing, as {name}_extendable is False",
        )
        if not extends.any():
            continue
        for share in sorted(_PER_UNIT & set(table.columns) | ({"max_hours"} & set(table.columns))):
            values = network.values(kind, share)[..., network.table(kind).index.isin(table.index)]
            endless = ever(np.isinf(values))
            yield from _each(
                kind, table, endless & extends, share, "a finite number, as capacity is chosen"
            )


def _places(network: Network) -> Iterator[Issue]:
    """Buses and types that do not exist."""
    buses = network.table(Component.BUS).index
    for kind in network.tables:
        table = _active(network, kind)
        needed = [name for name in ("bus", "bus0", "bus1") if name in table]
        if kind is Component.GLOBAL_CONSTRAINT:
            needed = []
        for name in needed:
            yield from _each(
                kind, table, ~table[name].isin(buses).to_numpy(), name, "the name of a bus"
            )
        if kind is Component.LINK:
            for port in ports(table.columns):
                name = f"bus{port}"
                lost = (table[name] != "") & ~table[name].isin(buses)
                yield from _each(kind, table, lost.to_numpy(), name, "the name of a bus or nothing")
        if not table.index.is_unique:
            twice = ", ".join(sorted(set(table.index[table.index.duplicated()])))
            yield Issue(kind, "names that are used once", twice, column="name")
    lines = _active(network, Component.LINE)
    strange = (lines["type"] != "") & ~lines["type"].isin(line_types(network).index)
    yield from _each(
        Component.LINE, lines, strange.to_numpy(), "type", "the name of a line type or nothing"
    )
    for column in network.table(Component.BUS).columns:
        limited = str(column).startswith(_LIMIT_OF_BUSES)
        carrier = str(column)[len(_LIMIT_OF_BUSES[0]) :]
        if limited and carrier in network.table(Component.CARRIER).index:
            table = network.table(Component.BUS)
            yield from _each(
                Component.BUS,
                table,
                table[column].notna().to_numpy(),
                str(column),
                "nothing; a global constraint tech_capacity_expansion_limit does the same",
            )


def _processes(network: Network) -> Iterator[Issue]:
    for name in _active(network, Component.PROCESS).index:
        yield Issue(Component.PROCESS, "no processes; links do the same", "a process", row_id=name)


def _divisors(network: Network) -> Iterator[Issue]:
    """Zeros that something is divided by."""
    kinds = [(Component.STORAGE_UNIT, "efficiency_dispatch")]
    constraints = network.table(Component.GLOBAL_CONSTRAINT)
    if (constraints["type"] == LimitKind.PRIMARY_ENERGY).any():
        kinds.append((Component.GENERATOR, "efficiency"))
    for kind, name in kinds:
        table = network.table(kind)
        zero = ever(network.values(kind, name) == 0.0)
        wrong = zero & table["active"].to_numpy(dtype=bool)
        yield from _each(kind, table, wrong, name, "a number other than 0")


def _impedances(network: Network) -> Iterator[Issue]:
    """Branches without an impedance that is a number."""
    if any(True for _ in _places(network)):
        return
    branches = grid(network)
    lines = _active(network, Component.LINE)
    lost = np.isnan(branches.impedance) | np.isnan(branches.reactance)
    yield from _each(
        Component.LINE, lines, lost[branches.is_line], "x", "a reactance that is a number"
    )
    yield from _each(
        Component.TRANSFORMER,
        _active(network, Component.TRANSFORMER),
        lost[~branches.is_line],
        "s_nom",
        "a number other than 0, as x and r are per unit of it",
    )


def _constraints(network: Network) -> Iterator[Issue]:
    """Global constraints of unknown types, senses or carrier attributes."""
    kind = Component.GLOBAL_CONSTRAINT
    table = network.table(kind)
    known = table["type"].isin(list(LimitKind))
    yield from _each(kind, table, ~known.to_numpy(), "type", f"one of {', '.join(LimitKind)}")
    sensible = table["sense"].isin(_SENSES).to_numpy()
    yield from _each(kind, table, ~sensible, "sense", "one of <=, >=, ==")
    carriers = network.table(Component.CARRIER)
    lost = (table["type"] == LimitKind.PRIMARY_ENERGY) & ~table["carrier_attribute"].isin(
        carriers.columns
    )
    yield from _each(kind, table, lost.to_numpy(), "carrier_attribute", "a column of carriers")


_CHECKS: tuple[Callable[[Network], Iterator[Issue]], ...] = (
    _refused,
    _numbers,
    _capacities,
    _places,
    _processes,
    _divisors,
    _impedances,
    _constraints,
)
