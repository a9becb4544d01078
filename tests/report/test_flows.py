"""Flows of a country's energy, and how they are drawn."""

from __future__ import annotations

import re
from itertools import pairwise
from random import Random

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khazri.report.choice import Choice
from khazri.report.flows import Flow, Kind, Node, country_flows
from khazri.report.sankey import Ribbon, SankeyNode, columns_of, sankey

CARRIERS = {"gas": "Gas", "power": "Power", "heat": "Heat"}
GROUPS = {"field": "Field", "turbine": "Turbine", "pump": "Pump"}


def _rows(*rows: tuple[str, str, str, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["carrier", "line", "detail", "energy_mwh"])


def _by_ends(flows: list[Flow]) -> dict[tuple[str, str], float]:
    return {(flow.start.name, flow.end.name): flow.energy for flow in flows}


def test_gas_becomes_power_becomes_heat() -> None:
    """100 of gas: 60 to turbines that make 30 of power (30 lost), 40 abroad. 10 of power run a pump
    that gives 25 of heat (15 from the air), 20 go to homes after 2 are saved (22 asked for)."""
    flows = country_flows(
        _rows(
            ("gas", "production", "field", 100.0),
            ("gas", "plants", "turbine", -60.0),
            ("gas", "exports", "south", -40.0),
            ("power", "production", "turbine", 30.0),
            ("power", "conversion", "pump", -10.0),
            ("power", "demand", "homes", -22.0),
            ("power", "saved", "homes", 2.0),
            ("heat", "conversion", "pump", 25.0),
            ("heat", "demand", "homes", -25.0),
            ("co2", "stores", "store", -9.0),
        ),
        CARRIERS,
        GROUPS,
    )
    assert _by_ends(flows) == {
        ("Field", "Gas"): 100.0,
        ("Gas", "Turbine: conversion"): 60.0,
        ("Gas", "Exports"): 40.0,
        ("Turbine: conversion", "Power"): 30.0,
        ("Power", "Pump: conversion"): 10.0,
        ("Power", "Homes"): 20.0,
        ("Pump: conversion", "Heat"): 25.0,
        ("Heat", "Homes"): 25.0,
        ("Turbine: conversion", "Losses of conversion"): 30.0,
        ("Ambient heat and bought fuel", "Pump: conversion"): 15.0,
    }


def test_what_makes_the_carrier_that_it_draws_is_a_source() -> None:
    """A group with fields and plants: its gas is production, its power conversion."""
    flows = country_flows(
        _rows(
            ("gas", "production", "field", 9.0),
            ("gas", "plants", "field", -9.0),
            ("power", "production", "field", 4.0),
            ("power", "demand", "", -4.0),
        ),
        CARRIERS,
        GROUPS,
    )
    ends = _by_ends(flows)
    assert ends["Field", "Gas"] == 9.0
    assert ends["Gas", "Field: conversion"] == 9.0
    assert ends["Power", "Demand"] == 4.0
    assert Node(Kind.USE, "Demand") in {flow.end for flow in flows}


def _nodes(count: int) -> list[SankeyNode]:
    return [SankeyNode(f"n{number}", "1 TWh") for number in range(count)]


def test_columns_follow_the_flows() -> None:
    """0 → 1 → 2 → 3, a source 4 used in 3 stands just before it, a small way back 3 → 1 does not
    count, and a node for the last column stands there."""
    nodes = [*_nodes(5), SankeyNode("n5", "", is_last=True)]
    pairs = [(0, 1, 9), (1, 2, 9), (2, 3, 9), (4, 3, 2), (3, 1, 1), (1, 5, 1)]
    ribbons = [Ribbon(start, end, float(size), "k0", "") for start, end, size in pairs]
    assert columns_of(nodes, ribbons) == [0, 1, 2, 3, 2, 3]


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_nodes_never_cover_each_other_and_names_have_room(seed: int) -> None:
    """Random flows: boxes of a column keep apart, and so do their names, by a line of text."""
    random = Random(seed)
    count = random.randint(2, 14)
    ribbons = [
        Ribbon(start, end, random.choice([1e-3, 1.0, 300.0]), "k0", "w")
        for start in range(count)
        for end in range(start + 1, count)
        if random.random() < 0.4
    ]
    drawn = str(sankey(_nodes(count), ribbons, "all of it"))
    tall = float(re.search(r"height:(\d+)px", drawn)[1])  # type: ignore[index]
    boxes = re.findall(
        r'<rect x="([^"]*)" y="([^"]*)" width="[^"]*" height="([^"]*)" class="sankey-node"', drawn
    )
    assert len(boxes) == count
    by_column: dict[str, list[tuple[float, float]]] = {}
    for x, y, height in boxes:
        top, size = float(y) / 1000 * tall, float(height) / 1000 * tall
        assert top >= -0.5
        assert top + size <= tall + 0.5
        by_column.setdefault(x, []).append((top, top + size))
    for column in by_column.values():
        column.sort()
        for (top, bottom), (next_top, next_bottom) in pairwise(column):
            assert next_top >= bottom - 0.5
            assert (next_top + next_bottom) / 2 - (top + bottom) / 2 >= 15.0


def test_ribbons_are_as_wide_as_what_flows() -> None:
    """3 and 1 flow into one node, which is the thickest column: 330 pixels, three quarters of it
    for the first ribbon, from its upper to its lower edge."""
    ribbons = [Ribbon(0, 2, 3.0, "k0", "a"), Ribbon(1, 2, 1.0, "k1", "b")]
    drawn = str(sankey(_nodes(3), ribbons, "x"))
    tall = float(re.search(r"height:(\d+)px", drawn)[1])  # type: ignore[index]
    outline = re.search(r'd="M([^"]*)" class="ribbon k0"', drawn)[1]  # type: ignore[index]
    start = float(outline.split("C")[0].split(",")[1])
    end = float(outline.rstrip("Z").rsplit(",", 1)[1])
    assert (end - start) / 1000 * tall == pytest.approx(0.75 * 330, abs=2.0)


def test_a_choice_of_one_is_none() -> None:
    one = Choice("carrier", "Carrier", ["Power"])
    assert (str(one.control), one.part(0), one.style) == ("", "", "")
    two = Choice("carrier", "Carrier", ["Power", "<Gas>"])
    assert str(two.control).count('type="radio"') == 2
    assert "&lt;Gas&gt;" in two.control
    assert two.part(1) == "carrier-part carrier-1"
