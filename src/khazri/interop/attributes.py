"""Components of a PyPSA network and their attributes: default, whether it may vary, whether we can.

Facts of PyPSA 1.4 (MIT licence), ``pypsa/data/component_attrs``: a file holds only what differs
from these defaults. Attributes that change nothing in a linear optimisation of one period (colours,
coordinates, reactive power, start-up costs of plants that are not committed) are not listed; they
are carried along as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

INFINITE = float("inf")
NOT_GIVEN = float("nan")

Value = float | int | bool | str


class Component(StrEnum):
    """Kinds of components, by the name of their list in a file."""

    BUS = "buses"
    CARRIER = "carriers"
    GENERATOR = "generators"
    LOAD = "loads"
    LINK = "links"
    LINE = "lines"
    TRANSFORMER = "transformers"
    STORAGE_UNIT = "storage_units"
    STORE = "stores"
    GLOBAL_CONSTRAINT = "global_constraints"
    LINE_TYPE = "line_types"
    TRANSFORMER_TYPE = "transformer_types"
    PROCESS = "processes"

    @property
    def word(self) -> str:
        """What one of them is called in a sentence."""
        return _WORDS[self]


_WORDS: dict[Component, str] = {
    Component.BUS: "bus",
    Component.CARRIER: "carrier",
    Component.GENERATOR: "generator",
    Component.LOAD: "load",
    Component.LINK: "link",
    Component.LINE: "line",
    Component.TRANSFORMER: "transformer",
    Component.STORAGE_UNIT: "storage unit",
    Component.STORE: "store",
    Component.GLOBAL_CONSTRAINT: "global constraint",
    Component.LINE_TYPE: "line type",
    Component.TRANSFORMER_TYPE: "transformer type",
    Component.PROCESS: "process",
}


@dataclass(frozen=True)
class Attribute:
    """One attribute of a component.

    ``default`` is what it is where a file says nothing; ``varies`` whether it may be a series;
    ``refused`` why another value than the default cannot be solved here, empty if it can.
    """

    default: Value
    varies: bool = False
    refused: str = ""


def _varying(default: Value) -> Attribute:
    return Attribute(default, varies=True)


def _capacity(name: str) -> dict[str, Attribute]:
    """Attributes of everything that has a capacity ``name``: ``p_nom``, ``s_nom`` or ``e_nom``."""
    return {
        name: Attribute(0.0),
        f"{name}_mod": Attribute(0.0),
        f"{name}_extendable": Attribute(default=False),
        f"{name}_min": Attribute(0.0),
        f"{name}_max": Attribute(INFINITE),
        f"{name}_set": Attribute(NOT_GIVEN),
        "capital_cost": Attribute(0.0),
        "overnight_cost": Attribute(NOT_GIVEN),
        "discount_rate": Attribute(NOT_GIVEN),
        "fom_cost": Attribute(0.0),
        "lifetime": Attribute(INFINITE),
        "active": Attribute(default=True),
    }


_COMMITMENT = {
    "committable": Attribute(default=False, refused="no unit commitment"),
    "maintainable": Attribute(default=False, refused="no planning of maintenance"),
    "p_init": Attribute(NOT_GIVEN),
    "ramp_limit_up": _varying(NOT_GIVEN),
    "ramp_limit_down": _varying(NOT_GIVEN),
    "ramp_limit_start_up": Attribute(NOT_GIVEN),
    "ramp_limit_shut_down": Attribute(NOT_GIVEN),
}
_QUADRATIC = {
    "marginal_cost": _varying(0.0),
    "marginal_cost_quadratic": Attribute(0.0, varies=True, refused="no quadratic costs"),
}
_BRANCH = {"bus0": Attribute(""), "bus1": Attribute("")}

LINK_PORT: Mapping[str, Attribute] = {
    "bus": Attribute(""),
    "efficiency": _varying(1.0),
    "delay": Attribute(0, refused="no delays"),
    "cyclic_delay": Attribute(default=True),
}
"""Attributes that a link has for each port beyond the second: ``bus2``, ``efficiency2`` and so on.
Those of the second are called ``bus1``, ``efficiency``, ``delay`` and ``cyclic_delay``."""

ATTRIBUTES: Mapping[Component, Mapping[str, Attribute]] = {
    Component.BUS: {"v_nom": Attribute(1.0), "carrier": Attribute("AC")},
    Component.CARRIER: {"co2_emissions": Attribute(0.0)},
    Component.GENERATOR: {
        "bus": Attribute(""),
        "carrier": Attribute(""),
        **_capacity("p_nom"),
        "p_min_pu": _varying(0.0),
        "p_max_pu": _varying(1.0),
        "p_set": _varying(NOT_GIVEN),
        "e_sum_min": Attribute(-INFINITE),
        "e_sum_max": Attribute(INFINITE),
        "sign": Attribute(1.0),
        **_QUADRATIC,
        "efficiency": _varying(1.0),
        **_COMMITMENT,
    },
    Component.LOAD: {
        "bus": Attribute(""),
        "carrier": Attribute(""),
        "p_set": _varying(0.0),
        "sign": Attribute(-1.0),
        "active": Attribute(default=True),
    },
    Component.LINK: {
        **_BRANCH,
        "carrier": Attribute(""),
        "efficiency": LINK_PORT["efficiency"],
        "delay": LINK_PORT["delay"],
        **_capacity("p_nom"),
        "p_min_pu": _varying(0.0),
        "p_max_pu": _varying(1.0),
        "p_set": _varying(NOT_GIVEN),
        "length": Attribute(0.0),
        **_QUADRATIC,
        **_COMMITMENT,
    },
    Component.LINE: {
        **_BRANCH,
        "carrier": Attribute(""),
        "type": Attribute(""),
        "x": Attribute(0.0),
        "r": Attribute(0.0),
        "num_parallel": Attribute(1.0),
        **_capacity("s_nom"),
        "s_max_pu": _varying(1.0),
        "length": Attribute(0.0),
        "v_ang_max": Attribute(INFINITE),
    },
    Component.TRANSFORMER: {
        **_BRANCH,
        "type": Attribute("", refused="no standard types of transformers"),
        "x": Attribute(0.0),
        "r": Attribute(0.0),
        "tap_ratio": Attribute(1.0),
        **_capacity("s_nom"),
        "s_max_pu": _varying(1.0),
        "phase_shift": _varying(0.0),
        "phase_shift_min": Attribute(0.0),
        "phase_shift_max": Attribute(0.0),
        "v_ang_max": Attribute(INFINITE),
    },
    Component.STORAGE_UNIT: {
        "bus": Attribute(""),
        "carrier": Attribute(""),
        **_capacity("p_nom"),
        "p_min_pu": _varying(-1.0),
        "p_max_pu": _varying(1.0),
        "p_set": _varying(NOT_GIVEN),
        "p_dispatch_set": _varying(NOT_GIVEN),
        "p_store_set": _varying(NOT_GIVEN),
        "sign": Attribute(1.0),
        "spill_cost": _varying(0.0),
        **_QUADRATIC,
        "marginal_cost_storage": _varying(0.0),
        "state_of_charge_initial": Attribute(0.0),
        "state_of_charge_set": _varying(NOT_GIVEN),
        "cyclic_state_of_charge": Attribute(default=False),
        "max_hours": Attribute(1.0),
        "efficiency_store": _varying(1.0),
        "efficiency_dispatch": _varying(1.0),
        "standing_loss": _varying(0.0),
        "inflow": _varying(0.0),
    },
    Component.STORE: {
        "bus": Attribute(""),
        "carrier": Attribute(""),
        **_capacity("e_nom"),
        "e_min_pu": _varying(0.0),
        "e_max_pu": _varying(1.0),
        "e_initial": Attribute(0.0),
        "e_cyclic": Attribute(default=False),
        "e_set": _varying(NOT_GIVEN),
        "p_set": _varying(NOT_GIVEN),
        "sign": Attribute(1.0),
        **_QUADRATIC,
        "marginal_cost_storage": _varying(0.0),
        "standing_loss": _varying(0.0),
    },
    Component.GLOBAL_CONSTRAINT: {
        "type": Attribute("primary_energy"),
        "investment_period": Attribute(NOT_GIVEN, refused="no investment periods"),
        "bus": Attribute(""),
        "carrier_attribute": Attribute("co2_emissions"),
        "sense": Attribute("=="),
        "constant": Attribute(0.0),
    },
    Component.LINE_TYPE: {"r_per_length": Attribute(0.0), "x_per_length": Attribute(0.0)},
    Component.TRANSFORMER_TYPE: {},
    Component.PROCESS: {"active": Attribute(default=True)},
}

CAPACITY: Mapping[Component, str] = {
    Component.GENERATOR: "p_nom",
    Component.LINK: "p_nom",
    Component.LINE: "s_nom",
    Component.TRANSFORMER: "s_nom",
    Component.STORAGE_UNIT: "p_nom",
    Component.STORE: "e_nom",
}
"""The attribute that holds the capacity of each kind that has one."""


def port_attributes(port: int) -> dict[str, Attribute]:
    """Return the attributes of a further port of a link, from 2 on."""
    return {f"{name}{port}": attribute for name, attribute in LINK_PORT.items()}
