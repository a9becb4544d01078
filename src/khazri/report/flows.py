"""Flows of a country's energy: from sources over carriers and conversion to uses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import pandas as pd

from khazri.plan import Line


class Kind(StrEnum):
    """What a node of the flows is."""

    SOURCE = "source"
    CARRIER = "carrier"
    CONVERSION = "conversion"
    USE = "use"


@dataclass(frozen=True)
class Node:
    """A node by kind and name."""

    kind: Kind
    name: str


@dataclass(frozen=True)
class Flow:
    """Energy of the year [MWh] from one node to another; ``carrier`` is its id."""

    start: Node
    end: Node
    carrier: str
    energy: float


_IMPORTS = Node(Kind.SOURCE, "Imports")
_UNSERVED = Node(Kind.SOURCE, "Unserved")
_OTHER_INPUT = Node(Kind.SOURCE, "Ambient heat and bought fuel")
_EXPORTS = Node(Kind.USE, "Exports")
_LOSSES = Node(Kind.USE, "Losses")
_CONVERSION_LOSSES = Node(Kind.USE, "Losses of conversion")
_STORE_LOSSES = Node(Kind.USE, "Into stores")
_SPARED = (Line.SAVED, Line.GIVEN_UP)
_NOTHING_MWH = 1.0


def country_flows(
    balance: pd.DataFrame, carriers: Mapping[str, str], groups: Mapping[str, str]
) -> list[Flow]:
    """Flows of one country out of its energy balance.

    Parameters
    ----------
    balance
        Rows of :func:`khazri.plan.energy_balance` of the country.
    carriers, groups
        Names of carriers that count energy (others are left out), and of groups.

    Notes
    -----
    A group that draws a carrier is a conversion: what it makes comes out of it, and the difference
    goes to losses or comes from outside the balance (ambient heat, fuel that is no carrier of it).
    What it makes of the carrier that it draws itself is production all the same.
    Demand is what is left after savings and what users do without.
    """
    rows = balance[balance["carrier"].isin(list(carriers))]
    turned = rows["line"].isin([Line.PLANTS, Line.CONVERSION]) & (rows["energy_mwh"] < 0)
    drawn = set(rows.loc[turned, ["carrier", "detail"]].itertuples(index=False, name=None))
    converting = {detail for _, detail in drawn}
    spared = rows[rows["line"].isin(_SPARED)].groupby(["carrier", "detail"])["energy_mwh"].sum()
    found: dict[tuple[Node, Node, str], float] = {}
    columns = [rows[column].astype(str) for column in ("carrier", "line", "detail")]
    amounts = rows["energy_mwh"].to_numpy(dtype=float)
    for carrier, said, detail, amount in zip(*columns, amounts, strict=True):
        line, energy = Line(said), float(amount)
        if line in _SPARED:
            continue
        if line is Line.DEMAND:
            energy += float(spared.get((carrier, detail), 0.0))
        inner = Node(Kind.CARRIER, carriers[carrier])
        is_converting = detail in converting and (carrier, detail) not in drawn
        outer = _outer(line, detail, energy, groups, is_converting=is_converting)
        key = (outer, inner, carrier) if energy > 0 else (inner, outer, carrier)
        found[key] = found.get(key, 0.0) + abs(energy)
    flows = [Flow(*key, energy) for key, energy in found.items() if energy > _NOTHING_MWH]
    return flows + _closing(flows)


def _outer(
    line: Line, detail: str, energy: float, groups: Mapping[str, str], *, is_converting: bool
) -> Node:
    """The node at the other end of a row of the balance."""
    name = groups.get(detail, words(detail))
    fixed = {
        Line.IMPORTS: _IMPORTS,
        Line.EXPORTS: _EXPORTS,
        Line.UNSERVED: _UNSERVED,
        Line.LOSSES: _LOSSES,
        Line.COMPRESSORS: _LOSSES,
    }
    if line in fixed:
        return fixed[line]
    if line is Line.DEMAND:
        return Node(Kind.USE, words(detail))
    if line is Line.STORES and energy < 0:
        return _STORE_LOSSES
    if line in (Line.PLANTS, Line.CONVERSION) or (line is Line.PRODUCTION and is_converting):
        return Node(Kind.CONVERSION, f"{name}: conversion")
    return Node(Kind.SOURCE, name)


def words(detail: str) -> str:
    """An id as words: "own_use" is "Own use"."""
    said = detail.replace("_", " ")
    return said[:1].upper() + said[1:] if said else "Demand"


def _closing(flows: list[Flow]) -> list[Flow]:
    """What makes the conversions close."""
    net: dict[Node, float] = {}
    for flow in flows:
        for node, sign in ((flow.end, 1.0), (flow.start, -1.0)):
            if node.kind is Kind.CONVERSION:
                net[node] = net.get(node, 0.0) + sign * flow.energy
    lost = [Flow(node, _CONVERSION_LOSSES, "", left) for node, left in net.items() if left > 0]
    given = [Flow(_OTHER_INPUT, node, "", -left) for node, left in net.items() if left < 0]
    return [flow for flow in lost + given if flow.energy > _NOTHING_MWH]
