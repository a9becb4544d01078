"""Families of columns and rows: name, unit, indices, formula and reason of each.

Builders, certificate and documentation take their words from here; a test asserts that every
family of a program is registered.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Column(StrEnum):
    """Families of stage columns."""

    SUPPLY = "supply"
    CONVERSION = "conversion"
    CHARGE = "charge"
    DISCHARGE = "discharge"
    SPILL = "spill"
    FLOW = "flow"
    FORWARD = "forward"
    BACKWARD = "backward"
    UNSERVED = "unserved"
    RESPONSE = "response"
    IMPORT = "import"
    EXPORT = "export"
    RAMP = "ramp_rate"
    HEADROOM = "headroom"
    SHORTAGE = "reserve_shortage"
    LEVEL = "level"


class Row(StrEnum):
    """Families of stage rows."""

    BALANCE = "balance"
    VOLTAGE_LAW = "voltage_law"
    RESERVE = "operating_reserve"
    RAMP = "ramp"
    STORE = "store"


class Global(StrEnum):
    """Families of global columns."""

    SUPPLY = "supply_capacity"
    STORE = "store_capacity"
    CONVERSION = "conversion_capacity"
    LINK = "link_capacity"
    PHASE = "corridor_phase"
    MEASURE = "measure"
    IMPORT_SHORTFALL = "import_shortfall"
    EXPORT_SHORTFALL = "export_shortfall"


class GlobalRow(StrEnum):
    """Families of global rows."""

    LIMIT = "limit"
    SUPPLY_ENERGY = "supply_energy"
    IMPORT_ENERGY = "import_energy"
    EXPORT_ENERGY = "export_energy"
    PHASE_ORDER = "phase_order"
    MEASURE_GROUP = "measure_group"


@dataclass(frozen=True)
class Family:
    """What a family is: unit, the items it runs over, its formula in TeX, and why it is there."""

    unit: str
    items: str
    formula: str
    reason: str


COLUMNS: dict[Column, Family] = {
    Column.SUPPLY: Family(
        "MW",
        "supplies",
        r"\underline m_{s} \mu_{sh} K_s \le p_{sh} \le a_s \alpha_{sh} K_s",
        "Output of a plant between its minimum and what sun, wind, water or outages leave.",
    ),
    Column.CONVERSION: Family(
        "MW",
        "conversions",
        r"\underline m_{c} K_c \le f_{ch} \le a_c \alpha_{ch} K_c",
        "Main flow of a conversion; further ports follow it by their ratios.",
    ),
    Column.CHARGE: Family(
        "MW",
        "stores",
        r"0 \le c_{wh} \le a_w K^c_w",
        "Power taken from the bus into a store; 0 where turning round costs nothing.",
    ),
    Column.DISCHARGE: Family(
        "MW",
        "stores",
        r"0 \le d_{wh} \le a_w K^d_w",
        "Power given from a store to the bus; where turning round costs nothing, charging is "
        "discharge below zero, down to $-a_w K^c_w$.",
    ),
    Column.SPILL: Family(
        "MW",
        "stores with inflow",
        r"0 \le o_{wh} \le i_{wh}",
        "Inflow that passes unused; never more than what flows in.",
    ),
    Column.FLOW: Family(
        "MW",
        "links under the voltage law",
        r"-K^-_l \le f_{lh} \le K^+_l",
        "Flow of a passive line, positive from start to end, without losses.",
    ),
    Column.FORWARD: Family(
        "MW",
        "other links",
        r"0 \le f^+_{lh} \le K^+_l",
        "Power sent from start to end; where turning round costs nothing, what is sent back is "
        "below zero, down to $-K^-_l$.",
    ),
    Column.BACKWARD: Family(
        "MW",
        "other links",
        r"0 \le f^-_{lh} \le K^-_l",
        "Power sent from end to start; 0 where turning round costs nothing.",
    ),
    Column.UNSERVED: Family(
        "MW",
        "unserved blocks",
        r"0 \le q_{uh} \le \sigma_u D_{b(u)h}",
        "Demand that stays unserved, at the value of lost load of its block.",
    ),
    Column.RESPONSE: Family(
        "MW",
        "steps of demands",
        r"0 \le g_{jh} \le \sigma_j D_{d(j)h}",
        "Demand that its users give up, as energy is worth no more to them than its price.",
    ),
    Column.IMPORT: Family(
        "MW", "market steps", r"0 \le v^+_{kh} \le V^+_k", "Purchase from a market at its price."
    ),
    Column.EXPORT: Family(
        "MW", "market steps", r"0 \le v^-_{kh} \le V^-_k", "Sale to a market at its price."
    ),
    Column.RAMP: Family(
        "MW",
        "supplies and conversions with ramp limits",
        r"-\rho_s K_s \le \delta_{sh} \le \rho_s K_s",
        "Change of output from one stage to the next.",
    ),
    Column.HEADROOM: Family(
        "MW",
        "operating reserves",
        r"0 \le \eta_{gh}",
        "Headroom beyond the operating reserve that is required.",
    ),
    Column.SHORTAGE: Family(
        "MW",
        "operating reserves",
        r"0 \le \zeta_{gh} \le R_{gh}",
        "Reserve that is missing, at the lowest value of lost load among the buses.",
    ),
    Column.LEVEL: Family(
        "MWh", "stores", r"0 \le e_{wh} \le E_w", "Energy in the store at the end of the stage."
    ),
}

ROWS: dict[Row, Family] = {
    Row.BALANCE: Family(
        "MW",
        "buses",
        r"\sum p + \sum f r + \sum d - \sum c + \sum \text{flows in} - \sum \text{flows out}"
        r" - \sum p/\eta - \sum \text{pumping} + v^+ - v^- + q + g + \sum s_{eh} y_e = D_{bh}",
        "What enters a bus leaves it, fuel that plants draw and power of compressors included; its "
        "multiplier is the price.",
    ),
    Row.VOLTAGE_LAW: Family(
        "MW",
        "cycles of passive lines",
        r"\sum_{l \in \text{cycle}} \pm x_l f_{lh} = 0",
        "Voltage angles add up to zero around each cycle of a cycle basis.",
    ),
    Row.RESERVE: Family(
        "MW",
        "operating reserves",
        r"\sum \kappa_s (a_s \alpha_{sh} K_s - p_{sh})"
        r" + \sum \kappa_w (a_w K^d_w - d_{wh} + c_{wh})"
        r" - \eta_{gh} + \zeta_{gh} + \rho_g \sum s_{eh} y_e = R_{gh}",
        "Capacity that could answer a surprise of the hour.",
    ),
    Row.RAMP: Family(
        "MW",
        "supplies and conversions with ramp limits",
        r"p_{sh} - p_{s,h-1} - \delta_{sh} = 0",
        "Ties the change of output to the outputs.",
    ),
    Row.STORE: Family(
        "MWh",
        "stores",
        r"e_{wh} - (1-\sigma_w) e_{w,h-1} - \eta^c_w c_{wh} + d_{wh}/\eta^d_w + o_{wh} = i_{wh}",
        "Energy kept from one stage to the next; a MWh in the store is worth minus its multiplier.",
    ),
}

GLOBALS: dict[Global, Family] = {
    Global.SUPPLY: Family("MW", "supplies", r"0 \le y_s \le \bar y_s", "New capacity."),
    Global.STORE: Family(
        "MW", "stores", r"0 \le y_w \le \bar y_w", "New discharging power, with power and energy."
    ),
    Global.CONVERSION: Family("MW", "conversions", r"0 \le y_c \le \bar y_c", "New capacity."),
    Global.LINK: Family("MW", "links", r"0 \le y_l \le \bar y_l", "New forward capacity."),
    Global.PHASE: Family(
        "1",
        "phases of corridors",
        r"\underline y_k \le y_k \le \bar y_k",
        "Share of a phase that is built; whole corridors take 0 or 1.",
    ),
    Global.MEASURE: Family(
        "1",
        "measures",
        r"0 \le y_e \le 1",
        "Uptake of a measure that saves energy; it takes its saving of each hour off the demand.",
    ),
    Global.IMPORT_SHORTFALL: Family(
        "MWh",
        "market steps with a priced least volume",
        r"0 \le z^+_k \le \underline V^+_k",
        "What a least import is missed by, and paid for.",
    ),
    Global.EXPORT_SHORTFALL: Family(
        "MWh",
        "market steps with a priced least volume",
        r"0 \le z^-_k \le \underline V^-_k",
        "What a least export is missed by, and paid for.",
    ),
}

GLOBAL_ROWS: dict[GlobalRow, Family] = {
    GlobalRow.LIMIT: Family(
        "of the limit",
        "limits",
        r"\sum_h w_h C x_h + H y \lessgtr r",
        "Energy, emissions, shares, trade, capacity and planning reserve of the year.",
    ),
    GlobalRow.SUPPLY_ENERGY: Family(
        "MWh",
        "supplies with yearly energy",
        r"\underline E_s \le \sum_h w_h p_{sh} \le \bar E_s",
        "Energy of the year of one asset: must-run, fuel or water contracts.",
    ),
    GlobalRow.IMPORT_ENERGY: Family(
        "MWh",
        "market steps with a volume",
        r"\underline V^+_k \le \sum_h w_h v^+_{kh} + z^+_k \le \bar V^+_k",
        "Volume of a market step.",
    ),
    GlobalRow.EXPORT_ENERGY: Family(
        "MWh",
        "market steps with a volume",
        r"\underline V^-_k \le \sum_h w_h v^-_{kh} + z^-_k \le \bar V^-_k",
        "Volume of a market step.",
    ),
    GlobalRow.PHASE_ORDER: Family(
        "1",
        "phases after another",
        r"y_k - y_{k'} \le 0",
        "A later phase is built at most as far as the one before it.",
    ),
    GlobalRow.MEASURE_GROUP: Family(
        "MWh",
        "groups of measures",
        r"\sum_e \bar S_e y_e \le \bar S_g",
        "Measures that overlap save less together than each would alone.",
    ),
}
