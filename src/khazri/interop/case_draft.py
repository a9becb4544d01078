"""A case in the making: rows of its tables, its profiles, and what was left out on the way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from khazri.case.schema import EXPERT, TABLES
from khazri.interop.attributes import Component
from khazri.interop.capacity import Ends
from khazri.interop.network import Network, attributes_of
from khazri.program.varying import Floats, Indices

NETWORK = "network"
"""Id of the source that the network is."""
PROFILE_FILE = "network.parquet"

_SIGNS_OF_KEYS = str.maketrans({"|": "/", ";": ",", "*": "x", "?": ""})
"""Signs that part keys and mark patterns in tables."""
_SHOWN = 3
"""Names shown in a sentence about many."""


RENEWABLE = frozenset(
    {
        "wind_onshore",
        "wind_offshore",
        "solar",
        "hydro_ror",
        "hydro_reservoir",
        "biomass",
        "geothermal",
    }
)
"""Groups of results that count as renewable."""


@dataclass(frozen=True)
class Item:
    """One active component: its row of the table, and what varies as values of each hour (H,)."""

    kind: Component
    name: str
    row: Mapping[str, object]
    hourly: Mapping[str, Floats]

    def text(self, attribute: str) -> str:
        """A text; empty where the component has no such attribute."""
        return str(self.row.get(attribute, ""))

    def flag(self, attribute: str) -> bool:
        """A truth."""
        return bool(self.row[attribute])

    def number(self, attribute: str) -> float:
        """A number; the mean of the hours where it varies."""
        if attribute in self.hourly:
            return float(self.hourly[attribute].mean())
        return float(str(self.row[attribute]))

    def varies(self, attribute: str) -> bool:
        """Whether hours differ."""
        return attribute in self.hourly

    def values(self, attribute: str, hours: int) -> Floats:
        """Values of each hour, (hours,)."""
        if attribute in self.hourly:
            return self.hourly[attribute]
        return np.full(hours, self.number(attribute))


def items(network: Network, kind: Component, repeats: Indices) -> list[Item]:
    """Active components of one kind; snapshot t stands for ``repeats`` (T,) hours."""
    table = network.table(kind)
    if not len(table):
        return []
    is_active = table["active"].to_numpy(dtype=bool) if "active" in table else np.ones(len(table))
    moving: dict[str, dict[str, Floats]] = {}
    constant: dict[str, dict[str, float]] = {}
    known = attributes_of(kind, table.columns)
    for attribute, frame in network.series.get(kind, {}).items():
        if attribute not in known:
            continue
        values = frame.to_numpy(dtype=float)
        moves = (values != values[0]).any(axis=0) & ~np.isnan(values).all(axis=0)
        for place, name in enumerate(frame.columns.astype(str)):
            if moves[place]:
                moving.setdefault(name, {})[attribute] = np.repeat(values[:, place], repeats)
            else:
                constant.setdefault(name, {})[attribute] = float(values[0, place])
    rows = table.to_dict("index")
    return [
        Item(
            kind,
            str(name),
            {**{str(key): value for key, value in rows[name].items()},
             **constant.get(str(name), {})},
            moving.get(str(name), {}),
        )
        for name, is_here in zip(table.index, is_active, strict=True)
        if is_here
    ]  # fmt: skip


@dataclass
class Draft:
    """Tables and profiles that grow; ``year`` and ``hours`` are those of the case.

    ``ends`` stand for capacities without an end. ``bus_of`` and ``carrier_of`` give, for each bus
    of the network, its id in the case and what it carries there, ``fuel_of`` the fuel of each
    carrier that emits. ``technologies`` collects those that supply with each carrier.
    """

    year: int
    hours: int
    ends: Ends
    bus_of: dict[str, str] = field(default_factory=dict)
    carrier_of: dict[str, str] = field(default_factory=dict)
    fuel_of: dict[str, str] = field(default_factory=dict)
    rows: dict[str, list[dict[str, object]]] = field(default_factory=dict)
    profiles: dict[str, Floats] = field(default_factory=dict)
    technologies: dict[str, list[str]] = field(default_factory=dict)
    _left: dict[tuple[Component | None, str], list[str]] = field(default_factory=dict)
    _known: dict[object, str] = field(default_factory=dict)
    _used: dict[str, set[str]] = field(default_factory=dict)

    def add(self, table: str, /, **cells: object) -> None:
        """Append a row, from the network unless the cells name another source."""
        row = cells if not TABLES[table].sourced else {"source_id": NETWORK, **cells}
        unknown = set(row) - set(TABLES[table].column_names)
        assert not unknown, f"{table} has no {sorted(unknown)}"
        self.rows.setdefault(table, []).append(row)

    def assume(self, table: str, key: str, column: str, note: str) -> None:
        """Say that a single value of a row is not from the network, and why it holds."""
        self.add("citations", table=table, key=key, column=column, source_id=EXPERT, note=note)

    def name(self, table: str, text: str) -> str:
        """A key of ``table`` that no other row has, as near to ``text`` as can be."""
        used = self._used.setdefault(table, set())
        plain = text.translate(_SIGNS_OF_KEYS).strip() or table
        found, number = plain, 2
        while found in used:
            found, number = f"{plain} {number}", number + 1
        used.add(found)
        return found

    def profile(self, name: str, kind: str, values: Floats, zone: str = "") -> str:
        """The profile with these ``values`` (hours,); equal ones are kept once."""
        key = (kind, values.tobytes())
        if key not in self._known:
            self._known[key] = self.name("profiles", name)
            self.profiles[self._known[key]] = values
            self.add(
                "profiles",
                profile=self._known[key],
                name=name,
                kind=kind,
                zone=zone,
                file=PROFILE_FILE,
                basis="modelled",
                method="series of the network as it is, divided where it has a size",
            )
        return self._known[key]

    def technology(
        self, kind: str, carrier: str, group: str, yearly: float, **cells: object
    ) -> str:
        """A technology with these properties, one for all that share them.

        ``yearly`` is what a MW costs over the horizon of the network; it is kept as fixed O&M, so
        that no life and no rate of interest change it.
        """
        key = (kind, carrier, group, yearly, tuple(sorted(cells.items())))
        if key not in self._known:
            found = self.name("technologies", carrier or group)
            self._known[key] = found
            if kind == "supply":
                self.technologies.setdefault(carrier, []).append(found)
            self.add(
                "technologies",
                technology=found,
                name=carrier or group,
                kind=kind,
                group=group,
                renewable=group in RENEWABLE,
                **cells,
            )
            for parameter, value in (("fixed_om", yearly / 1000.0), ("overnight_cost", 0.0)):
                self.add(
                    "technology_costs",
                    technology=found,
                    year=self.year,
                    parameter=parameter,
                    value=value,
                    note="the cost of capital of the network is a yearly one and kept as fixed O&M",
                )
        return self._known[key]

    def leave(self, words: str, item: Item | None = None) -> None:
        """Note what the case does not hold, or holds in another way."""
        key = (item.kind if item else None, words)
        self._left.setdefault(key, []).append(item.name if item else "")

    def not_carried(self) -> tuple[str, ...]:
        """What was left out, in sentences, one for all components that it is true of."""
        return tuple(
            f"{_together(kind.word, names)}: {words}" if kind else words
            for (kind, words), names in self._left.items()
        )

    def frames(self) -> dict[str, pd.DataFrame]:
        """All tables with the columns of their files, in the order of the schema."""
        return {
            name: pd.DataFrame(self.rows[name], columns=list(table.column_names))
            for name, table in TABLES.items()
            if name in self.rows
        }


def _together(word: str, names: Iterable[str]) -> str:
    names = list(names)
    shown = ", ".join(f"'{name}'" for name in names[:_SHOWN])
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f"{word} {shown}{more}"
