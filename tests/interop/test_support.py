"""What cannot be solved as PyPSA would is refused, with component, attribute and value."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests.interop.tiny import network, one_bus

from khazri.errors import NetworkError
from khazri.interop import Component, Network, check_supported, unknown_columns

BUSES = {"x": {}, "y": {}}


def refused(net: Network) -> set[tuple[str, str | None, str | None, str]]:
    with pytest.raises(NetworkError) as raised:
        check_supported(net)
    assert raised.value.exit_code == 2
    return {(i.table, i.row_id, i.column, i.found) for i in raised.value.issues}


@pytest.mark.parametrize(
    ("attribute", "value", "found"),
    [
        ("committable", True, "True"),
        ("maintainable", True, "True"),
        ("marginal_cost_quadratic", 0.5, "0.5"),
        ("p_nom_set", 40.0, "40"),
        ("marginal_cost", np.inf, "inf"),
        ("bus", "nowhere", "nowhere"),
    ],
)
def test_an_attribute_of_a_generator_is_refused_by_name(
    attribute: str, value: Any, found: str
) -> None:
    net = one_bus(**{attribute: value})
    assert refused(net) == {("generators", "plant", attribute, found)}


def test_a_number_that_is_missing_in_a_file_is_refused() -> None:
    net = one_bus()
    net.tables[Component.GENERATOR]["p_nom"] = np.nan
    assert refused(net) == {("generators", "plant", "p_nom", "nan")}


def test_what_is_not_active_is_not_refused() -> None:
    check_supported(one_bus(committable=True, active=False))


def test_a_supported_network_passes() -> None:
    check_supported(one_bus(p_nom_extendable=True, p_nom_set=40.0, ramp_limit_up=0.1))


def test_a_series_is_refused_like_a_number() -> None:
    net = network(
        2,
        {Component.BUS: BUSES, Component.GENERATOR: {"g": {"bus": "x"}, "h": {"bus": "y"}}},
        {
            Component.GENERATOR: {
                "marginal_cost_quadratic": {"h": [0.0, 0.25]},
                "p_max_pu": {"g": [1.0, np.nan]},
            }
        },
    )
    assert refused(net) == {
        ("generators", "h", "marginal_cost_quadratic", "0.25"),
        ("generators", "g", "p_max_pu", "nan in 2030-01-01 01:00:00"),
    }


def test_all_kinds_of_faults_are_named_at_once() -> None:
    net = network(
        1,
        {
            Component.BUS: {"x": {"nom_max_gas": 50.0}, "y": {}},
            Component.CARRIER: {"gas": {}},
            Component.LINK: {
                "late": {"bus0": "x", "bus1": "y", "delay": 2},
                "lost": {"bus0": "x", "bus1": "y", "bus2": "z", "delay2": 1},
            },
            Component.LINE: {"odd": {"bus0": "x", "bus1": "y", "type": "thick"}},
            Component.TRANSFORMER: {
                "typed": {"bus0": "x", "bus1": "y", "type": "100 MVA 220/110 kV", "s_nom": 1.0},
                "empty": {"bus0": "x", "bus1": "y"},
            },
            Component.STORAGE_UNIT: {"u": {"bus": "x", "efficiency_dispatch": 0.0}},
            Component.STORE: {"s": {"bus": "x", "e_nom_extendable": True, "e_max_pu": np.inf}},
            Component.GLOBAL_CONSTRAINT: {
                "fuel": {"type": "primary_energy", "carrier_attribute": "fuel_use", "sense": "<="},
                "own": {"type": "my_limit", "sense": "<="},
                "sense": {"type": "operational_limit", "sense": "<"},
                "later": {"type": "operational_limit", "sense": "<=", "investment_period": 2040},
            },
            Component.PROCESS: {"steel": {}},
        },
    )
    assert refused(net) == {
        ("buses", "x", "nom_max_gas", "50"),
        ("links", "late", "delay", "2"),
        ("links", "lost", "delay2", "1"),
        ("links", "lost", "bus2", "z"),
        ("lines", "odd", "type", "thick"),
        ("transformers", "typed", "type", "100 MVA 220/110 kV"),
        ("storage_units", "u", "efficiency_dispatch", "0"),
        ("stores", "s", "e_max_pu", "inf"),
        ("global_constraints", "fuel", "carrier_attribute", "fuel_use"),
        ("global_constraints", "own", "type", "my_limit"),
        ("global_constraints", "sense", "sense", "<"),
        ("global_constraints", "later", "investment_period", "2040"),
        ("processes", "steel", None, "a process"),
    }


def test_a_transformer_without_size_has_no_impedance() -> None:
    net = network(
        1, {Component.BUS: BUSES, Component.TRANSFORMER: {"t": {"bus0": "x", "bus1": "y"}}}
    )
    assert refused(net) == {("transformers", "t", "s_nom", "0")}


def test_columns_of_newer_files_are_told_and_those_of_older_ones_are_their_own_matter() -> None:
    net = network(1, {Component.BUS: {"x": {"country": "AZ"}}})
    assert unknown_columns(net) == ()
    newer = Network(
        net.snapshots, net.weightings, net.tables, net.series, {"network_pypsa_version": "1.9.2"}
    )
    assert unknown_columns(newer) == ("buses.country",)
