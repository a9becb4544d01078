"""What a plan holds: dimensions, unit and meaning of every variable of its dataset.

Hourly variables are single precision (seven digits), all others double. Money units are written
with EUR and carry the currency of the case in the dataset.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True)
class Variable:
    """Dimensions, unit and meaning of one variable."""

    dims: tuple[str, ...]
    unit: str
    meaning: str

    @property
    def is_hourly(self) -> bool:
        """Whether there is a value for each hour and item."""
        return "hour" in self.dims and len(self.dims) > 1


def _all(dims: tuple[str, ...], entries: dict[str, tuple[str, str]]) -> dict[str, Variable]:
    return {name: Variable(dims, unit, meaning) for name, (unit, meaning) in entries.items()}


_SUPPLY = {
    "supply_existing": ("MW", "capacity that exists"),
    "supply_built": ("MW", "capacity that the plan builds"),
    "supply_retired": ("MW", "capacity that has retired"),
    "supply_potential": ("MW", "largest capacity that is possible"),
    "supply_fuel_cost": ("EUR/MWh", "cost of fuel per output"),
    "supply_other_cost": ("EUR/MWh", "other variable cost per output"),
    "supply_investment_cost": ("EUR/MW/a", "annuity and fixed O&M of new capacity"),
    "supply_fixed_cost": ("EUR/MW/a", "fixed O&M of existing capacity"),
    "supply_fuel_use": ("MWh/MWh", "fuel (LHV) per output"),
    "supply_reserve_share": ("1", "share of headroom that counts as operating reserve"),
    "supply_limit_income": (
        "EUR/a",
        "what limits are worth to the plant: payments at their multipliers, negative for charges",
    ),
}
_STORE = {
    "store_existing": ("MW", "discharging power that exists"),
    "store_built": ("MW", "discharging power that the plan builds"),
    "store_retired": ("MW", "discharging power that has retired"),
    "store_potential": ("MW", "largest discharging power that is possible"),
    "store_charge_capacity": ("MW", "charging power after building"),
    "store_energy_capacity": ("MWh", "energy capacity after building"),
    "store_availability": ("1", "mean availability of both powers"),
    "store_discharge_cost": ("EUR/MWh", "variable cost per discharge"),
    "store_investment_cost": ("EUR/MW/a", "annuity and fixed O&M of new discharging power"),
    "store_fixed_cost": ("EUR/MW/a", "fixed O&M of existing discharging power"),
    "store_reserve_share": ("1", "share of headroom that counts as operating reserve"),
    "store_limit_income": (
        "EUR/a",
        "what limits are worth to the store: payments at their multipliers, negative for charges",
    ),
}
_CONVERSION = {
    "conversion_existing": ("MW", "capacity that exists"),
    "conversion_built": ("MW", "capacity that the plan builds"),
    "conversion_retired": ("MW", "capacity that has retired"),
    "conversion_potential": ("MW", "largest capacity that is possible"),
    "conversion_variable_cost": ("EUR/MWh", "variable cost per main flow"),
    "conversion_investment_cost": ("EUR/MW/a", "annuity and fixed O&M of new capacity"),
    "conversion_fixed_cost": ("EUR/MW/a", "fixed O&M of existing capacity"),
    "conversion_limit_income": (
        "EUR/a",
        "what limits are worth to the plant: payments at their multipliers, negative for charges",
    ),
}
_LINK = {
    "link_existing_forward": ("MW", "forward capacity that exists"),
    "link_existing_backward": ("MW", "backward capacity that exists"),
    "link_built_forward": ("MW", "forward capacity that the plan builds"),
    "link_built_backward": ("MW", "backward capacity that the plan builds"),
    "link_potential_forward": ("MW", "largest forward capacity that is possible"),
    "link_loss": ("1", "share of the energy sent that is lost"),
    "link_tariff_forward": ("EUR/MWh", "charge on energy sent forward"),
    "link_tariff_backward": ("EUR/MWh", "charge on energy sent backward"),
    "link_compressor_ratio": ("MWh/MWh", "drawn from the bus of the compressors per energy sent"),
    "link_fixed_cost": ("EUR/MW/a", "fixed O&M of existing capacity, the larger way"),
    "link_investment": ("EUR/a", "annuity and fixed O&M of what is built, phases shared out"),
    "link_limit_income": (
        "EUR/a",
        "what limits are worth to the link: payments at their multipliers, negative for charges",
    ),
}

_MEASURE = {
    "measure_uptake": ("1", "share of the measure that is taken up"),
    "measure_potential": ("MWh/a", "what full uptake saves, before rebound"),
    "measure_rebound": ("1", "share of the saving that is used up again"),
    "measure_worth": (
        "EUR/MWh",
        "what a MWh that it saves would cost: mean price of the hours of its saving, payments for "
        "emissions included",
    ),
    "measure_full_cost": ("EUR/a", "annuity and fixed cost of full uptake"),
}

EMITTERS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "supply": ("supply", "output"),
        "conversion": ("conversion", "main flow"),
        "charge": ("store", "charge"),
        "discharge": ("store", "discharge"),
        "forward": ("link", "energy sent forward"),
        "backward": ("link", "energy sent backward"),
        "demand": ("demand", "demand, which its users pay for"),
        "unserved": ("unserved_block", "demand not served, to be taken off"),
        "response": ("response", "demand given up, to be taken off"),
        "measure": ("measure", "demand saved, to be taken off"),
    }
)
"""Flows that emit, or spare emissions: the dimension of each, and what a MWh is of."""


def _emissions() -> dict[str, Variable]:
    factors = {
        "emission_factor": ("t/MWh", "CO2"),
        "methane_factor": ("t/MWh", "methane"),
        "co2e_factor": ("t/MWh", "CO2 and methane as CO2 equivalent"),
        "emission_cost": ("EUR/MWh", "payments for emissions"),
    }
    return {
        f"{flow}_{factor}": Variable((dim,), unit, f"{what} per {of}")
        for flow, (dim, of) in EMITTERS.items()
        for factor, (unit, what) in factors.items()
    }


VARIABLES: Mapping[str, Variable] = MappingProxyType(
    {
        "weight": Variable(("hour",), "h", "hours of the year that the hour stands for"),
        **_all(
            ("hour", "bus"),
            {
                "load": ("MW", "demand"),
                "price": ("EUR/MWh", "what one more MWh of demand would cost"),
            },
        ),
        **_all(
            ("hour", "supply"),
            {
                "supply_output": ("MW", "output"),
                "supply_available": ("MW", "output that sun, wind, water and outages allow"),
            },
        ),
        **_all(("supply",), _SUPPLY),
        **_all(
            ("hour", "store"),
            {
                "charge": ("MW", "power taken from the bus"),
                "discharge": ("MW", "power given to the bus"),
                "level": ("MWh", "energy in the store at the end of the hour"),
                "inflow": ("MW", "inflow of water"),
                "spill": ("MW", "inflow that passes unused"),
                "stored_value": ("EUR/MWh", "what one more MWh in the store would save"),
            },
        ),
        **_all(("store",), _STORE),
        **_all(
            ("hour", "conversion"),
            {
                "conversion_output": ("MW", "main flow"),
                "conversion_available": ("MW", "largest main flow"),
            },
        ),
        **_all(("conversion",), _CONVERSION),
        "port_flow": Variable(("hour", "port"), "MW", "flow into the bus of the port"),
        **_all(
            ("hour", "link"),
            {
                "forward": ("MW", "power sent from start to end"),
                "backward": ("MW", "power sent from end to start"),
            },
        ),
        **_all(("link",), _LINK),
        "phase_built": Variable(("phase",), "1", "share of the corridor phase that is built"),
        "phase_investment_cost": Variable(("phase",), "EUR/a", "annuity and fixed O&M if built"),
        **_all(
            ("hour", "market_step"),
            {
                "imports": ("MW", "purchase from the market"),
                "exports": ("MW", "sale to the market"),
                "buy_price": ("EUR/MWh", "price of purchases"),
                "sell_price": ("EUR/MWh", "price of sales"),
            },
        ),
        "import_capacity": Variable(("market_step",), "MW", "largest purchase"),
        "export_capacity": Variable(("market_step",), "MW", "largest sale"),
        **_all(
            ("market_step",),
            {
                "import_shortfall": ("MWh", "what a least import with a price is missed by"),
                "export_shortfall": ("MWh", "what a least export with a price is missed by"),
                "shortfall_price": ("EUR/MWh", "paid for it; 0 where there is none"),
            },
        ),
        "demand_energy": Variable(("demand",), "MWh", "energy of the demand"),
        "given_up": Variable(("hour", "response"), "MW", "demand that its users give up"),
        "response_price": Variable(("response",), "EUR/MWh", "worth of the energy to its users"),
        "response_energy": Variable(("response",), "MWh", "energy of the step in the year"),
        "saved": Variable(("hour", "measure"), "MW", "demand that the measure saves"),
        **_all(("measure",), _MEASURE),
        **_emissions(),
        "bus_limit_income": Variable(
            ("bus",),
            "EUR/a",
            "what limits are worth to the demand: payments at their multipliers, negative for "
            "charges",
        ),
        "unserved": Variable(("hour", "unserved_block"), "MW", "demand that stays unserved"),
        "unserved_share": Variable(("unserved_block",), "1", "share of demand in the block"),
        "lost_load_value": Variable(("unserved_block",), "EUR/MWh", "value of lost load"),
        **_all(
            ("hour", "reserve"),
            {
                "reserve_price": ("EUR/MWh", "what one more MW of required reserve would cost"),
                "reserve_requirement": ("MW", "operating reserve that is required"),
                "reserve_shortage": ("MW", "operating reserve that is missing"),
            },
        ),
        "reserve_shortage_price": Variable(("reserve",), "EUR/MWh", "cost of missing reserve"),
        **_all(
            ("limit",),
            {
                "limit_value": ("unit of the limit", "the limit"),
                "limit_used": ("unit of the limit", "what the plan uses of it"),
                "limit_price": ("EUR per unit", "what the cost grows by when the value does"),
            },
        ),
        "retired": Variable(("retirement",), "MW", "capacity lost by retirement"),
        **_all(
            ("family",),
            {
                "violation": ("unit of the family", "largest violation of the family"),
                "tolerance": ("unit of the family", "largest violation that is allowed"),
                "family_size": ("unit of the family", "largest number of the family"),
            },
        ),
        **_all(
            ("round",),
            {
                "round_segments": ("1", "segments of the round"),
                "round_cost": ("EUR/a", "cost of the round's plan"),
                "round_bound": ("EUR/a", "bound that the round proved"),
                "round_seconds_segments": ("s", "time for the segments"),
                "round_seconds_bound": ("s", "time for improving the bound"),
                "round_seconds_dispatch": ("s", "time for the hours"),
                "round_iterations": ("1", "iterations of the solver"),
            },
        ),
        "bound_row_dual": Variable(
            ("stage", "stage_row"), "EUR per unit of the row", "multipliers behind the bound"
        ),
        "bound_sum_dual": Variable(
            ("global_row",), "EUR per unit of the row", "multipliers behind the bound"
        ),
    }
)
