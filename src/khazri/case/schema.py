"""The tables of a case: every column with its type, unit, range, foreign key, default and meaning.

This module is the only place where tables are described. Reading, checking, the spreadsheet round
trip, ``datapackage.json``, ``khazri schema`` and the table reference of the documentation all
follow it; the tables of demand and markets stand in :mod:`khazri.case.schema_demand`. A rule that
cannot be said about one column or one pair of columns of one row lives in
:mod:`khazri.case.check`.

Units. Power in MW, energy in MWh, money in the unit named by the row's ``currency`` and
``price_year`` (EUR of the case's price year where a row has neither), time in UTC hours that are
named by their beginning, fractions as 0..1, emissions in t CO2.
"""

from __future__ import annotations

from khazri.case.columns import (
    MONEY,
    Column,
    ColumnType,
    Table,
    choice,
    flag,
    number,
    ref,
    table,
    text,
    year,
)
from khazri.case.schema_demand import DEMAND_TABLES
from khazri.case.schema_scenarios import SCENARIO_TABLES
from khazri.case.schema_uncertainty import UNCERTAINTY_TABLES

EXPERT = "expert"
"""Source id of an assumption; its reasoning stands in the row's note."""

PALETTE = (
    "nuclear",
    "coal",
    "lignite",
    "gas",
    "oil",
    "biomass",
    "geothermal",
    "hydro_reservoir",
    "hydro_ror",
    "wind_onshore",
    "wind_offshore",
    "solar",
    "battery",
    "pumped_hydro",
    "hydrogen",
    "extraction",
    "refining",
    "boiler",
    "heat_pump",
    "electrolysis",
    "carbon_capture",
    "storage",
    "imports",
    "demand_response",
    "unserved",
)
"""Groups under which results are shown, in stack order from the bottom; each has a colour."""

BALANCE_LINES = (
    "production",
    "imports",
    "exports",
    "stores",
    "plants",
    "conversion",
    "compressors",
    "losses",
    "demand",
    "saved",
    "given up",
    "unserved",
)
"""Lines of an energy balance, from where energy comes to where it goes."""

TECHNOLOGY_PARAMETERS = {
    "overnight_cost": "EUR/kW",
    "energy_overnight_cost": "EUR/kWh",
    "line_cost": "EUR/MW/km",
    "fixed_om": "EUR/kW/a",
    "energy_fixed_om": "EUR/kWh/a",
    "variable_om": "EUR/MWh",
    "efficiency": "1",
    "lifetime": "a",
}
"""Parameters of ``technology_costs`` and the unit in which each is given (money in the row's
currency in place of EUR)."""


GASES = ("co2", "co2e")
"""What prices and limits of emissions count: CO2 alone, or CO2 and methane as CO2 equivalent."""

STATUS = ("existing", "construction", "planned", "candidate")
"""``existing``, ``construction`` and ``planned`` capacity is there from its commissioning year;
``candidate`` capacity is there only if the plan builds it."""

_TABLES = (
    table(
        "case",
        "The case itself: one row.",
        ("case",),
        (
            text("case", "short name, used in folder and file names", required=True),
            text("title", "title shown to readers", required=True),
            text("description", "what the case is for"),
            text("currency", "currency of all results", default="EUR"),
            year("price_year", "price year of all results", required=True),
            ref("default_year", "years", "planning year used when none is asked for"),
            ref("default_scenario", "scenarios", "scenario used when none is asked for"),
            number(
                "wacc",
                "real cost of capital where the finance table says nothing",
                "1",
                default=0.07,
                high=0.5,
            ),
            Column(
                "gwp_horizon_a",
                ColumnType.INTEGER,
                "years over which methane is compared with CO2 (see gwp)",
                unit="a",
                default=100,
                minimum=1,
                maximum=500,
            ),
            Column(
                "hours",
                ColumnType.INTEGER,
                "hours of the year that every profile covers; 29 February left out",
                unit="h",
                default=8760,
                minimum=1,
                maximum=8784,
            ),
        ),
        required=True,
    ),
    table(
        "years",
        "Years that can be planned.",
        ("year",),
        (
            year("year", "planning year; also the year of a back-cast", required=True),
            choice("kind", "what the year is for", ("planning", "backcast"), default="planning"),
        ),
        required=True,
    ),
    table(
        "sources",
        "Documents and data sets behind the values.",
        ("source_id",),
        (
            text("source_id", "identifier used in all other tables", required=True),
            text("title", "title of the document or data set", required=True),
            text("publisher", "who published it"),
            text("date", "date of publication or of reading"),
            text("url", "where it can be found"),
            text("licence", "terms under which the facts are used"),
            text("note", "remarks"),
        ),
        required=True,
        sourced=False,
    ),
    table(
        "citations",
        "Sources of single values where they differ from the source of the row.",
        ("table", "key", "column"),
        (
            text("table", "table of the value", required=True),
            text("key", "key of the row; parts joined by |", required=True),
            text("column", "column of the value", required=True),
        ),
    ),
    table(
        "currencies",
        "Exchange rates (units of the currency per EUR, mean of the year) and deflators (index).",
        ("variable", "currency", "year"),
        (
            choice("variable", "what the row gives", ("exchange_rate", "deflator")),
            text("currency", "currency code", required=True),
            year("year", "year of the rate or index", required=True),
            number("value", "rate or index", "1", required=True, low=1e-9),
        ),
    ),
    table(
        "countries",
        "Countries (or country groups) that results are added up for.",
        ("country",),
        (
            text("country", "country code", required=True),
            text("name", "name shown to readers", required=True),
        ),
        required=True,
    ),
    table(
        "zones",
        "Places: each has one country and a position on the map.",
        ("zone",),
        (
            text("zone", "identifier", required=True),
            text("name", "name shown to readers", required=True),
            ref("country", "countries", "country of the zone", required=True),
            number("latitude", "latitude north", "degree", required=True, low=-90, high=90),
            number("longitude", "longitude east", "degree", required=True, low=-180, high=180),
        ),
        required=True,
    ),
    table(
        "carriers",
        "Forms of energy, and materials such as captured CO2.",
        ("carrier",),
        (
            text("carrier", "identifier", required=True),
            text("name", "name shown to readers", required=True),
            number(
                "co2_t_per_mwh",
                "its carbon, as the CO2 of burning it (LHV); captured CO2 has 1 t/t",
                "t/MWh",
                default=0.0,
            ),
            choice(
                "unit",
                "what its flows are measured in; with t/h, read t for every MWh of its buses",
                ("MW", "t/h"),
                default="MW",
            ),
        ),
        required=True,
    ),
    table(
        "gwp",
        "How much CO2 a tonne of methane is compared with.",
        ("gas", "horizon_a"),
        (
            choice(
                "gas",
                "methane from fossil fuels, or from living matter (of renewable technologies)",
                ("ch4_fossil", "ch4_biogenic"),
            ),
            Column(
                "horizon_a",
                ColumnType.INTEGER,
                "years that warming is added up over",
                unit="a",
                required=True,
                minimum=1,
                maximum=500,
            ),
            number("value", "CO2 for each tonne", "t/t", required=True),
        ),
    ),
    table(
        "fuel_prices",
        "Prices of fuels delivered to power plants; linear between given years, held outside.",
        ("carrier", "country", "year"),
        (
            ref("carrier", "carriers", "fuel", required=True),
            ref("country", "countries", "country of the plant", required=True),
            year("year", "year of the price", required=True),
            number("price", "price", "EUR/MWh LHV", required=True, low=None, money=True),
            *MONEY,
        ),
    ),
    table(
        "co2_prices",
        "Prices of emissions; linear between given years, held outside. No row: no price.",
        ("country", "year"),
        (
            ref("country", "countries", "country of the emitter", required=True),
            year("year", "year of the price", required=True),
            number("price", "price", "EUR/t", required=True, money=True),
            choice("gas", "what it is paid for: CO2, or methane too", GASES, default="co2"),
            *MONEY,
        ),
    ),
    table(
        "buses",
        "Nodes of the balances: one carrier at one place.",
        ("bus",),
        (
            text("bus", "identifier", required=True),
            text("name", "name shown to readers", required=True),
            ref("zone", "zones", "place", required=True),
            ref("carrier", "carriers", "carrier balanced here", required=True),
        ),
        required=True,
    ),
    table(
        "technologies",
        "Kinds of plant with defaults for the assets that use them.",
        ("technology",),
        (
            text("technology", "identifier", required=True),
            text("name", "name shown to readers", required=True),
            choice("kind", "role in the equations", ("supply", "storage", "conversion", "link")),
            choice("group", "group and colour in results", PALETTE),
            ref(
                "fuel",
                "carriers",
                "fuel, bought at the price of the country or drawn from the fuel_bus of the asset; "
                "empty: none",
            ),
            flag("renewable", "counts as renewable in shares", default=False),
            number("lifetime_a", "economic life", "a", default=25, low=1, high=200),
            number("availability", "mean availability", "1", default=1.0, high=1),
            number("min_output", "lowest output as share of capacity", "1", default=0.0, high=1),
            number("ramp_per_h", "largest change per hour, share of capacity", "1/h", high=1),
            number("capacity_credit", "share counted as firm", "1", default=0.0, high=1),
            number("reserve_share", "share of headroom that counts", "1", default=0.0, high=1),
            number("charge_efficiency", "efficiency of charging", "1", default=1.0, high=1),
            number("discharge_efficiency", "efficiency of discharging", "1", default=1.0, high=1),
            number("standing_loss_per_h", "share of level lost", "1/h", default=0.0, high=1),
            number(
                "process_co2_t_per_mwh",
                "CO2 besides the carbon that goes in and does not come out, per MWh of main flow",
                "t/MWh",
                default=0.0,
                low=None,
            ),
            number(
                "ch4_t_per_mwh",
                "methane that escapes, per MWh of main flow (of stores: discharged)",
                "t/MWh",
                default=0.0,
            ),
        ),
        required=True,
        ordered=(("min_output", "availability"),),
    ),
    table(
        "technology_costs",
        "Costs, efficiency and life of technologies; linear between given years, held outside.",
        ("technology", "year", "parameter"),
        (
            ref("technology", "technologies", "technology", required=True),
            year("year", "year of commissioning", required=True),
            choice("parameter", "what the value is", tuple(TECHNOLOGY_PARAMETERS)),
            number("value", "value in the unit of its parameter", "see parameter", required=True),
            *MONEY,
        ),
    ),
    table(
        "finance",
        "Real cost of capital by country and technology; a row without technology holds for all.",
        ("country", "technology"),
        (
            ref("country", "countries", "country", required=True),
            ref("technology", "technologies", "technology; empty: all others"),
            number("wacc", "real weighted average cost of capital", "1", required=True, high=0.5),
        ),
    ),
    table(
        "assets",
        "Plants and stores: existing, under construction, planned, and candidates.",
        ("asset",),
        (
            text("asset", "identifier", required=True),
            text("name", "name shown to readers", required=True),
            ref("bus", "buses", "bus of the main flow", required=True),
            ref("technology", "technologies", "technology", required=True),
            choice("status", "state today", STATUS),
            number("capacity_mw", "capacity at the bus (0 for candidates)", "MW", default=0.0),
            number("capacity_max_mw", "largest total capacity; empty: no expansion", "MW", low=0.0),
            year("commissioning_year", "first year with the capacity; empty: always there"),
            year("retirement_year", "first year without it; empty: never"),
            ref(
                "fuel_bus",
                "buses",
                "supplies: bus that the fuel is drawn from; empty: bought at fuel_prices",
            ),
            number("efficiency", "net, LHV; empty: of the technology", "1", low=1e-6, high=10),
            number("availability", "mean availability; empty: of the technology", "1", high=1),
            ref("availability_profile", "profiles", "hourly capacity factor 0..1"),
            number("min_output", "lowest output, share of capacity", "1", high=1),
            ref("min_output_profile", "profiles", "hourly shape (0..1) that min_output follows"),
            number("ramp_per_h", "largest change per hour, share of capacity", "1/h", high=1),
            number("energy_min_mwh", "least energy in a year", "MWh/a"),
            number("energy_max_mwh", "most energy in a year", "MWh/a"),
            number("variable_cost", "cost besides fuel and CO2", "EUR/MWh", low=None, money=True),
            number("overnight_cost", "own investment cost", "EUR/kW", money=True),
            number("charge_capacity_mw", "stores: charging power; empty: capacity_mw", "MW"),
            number("storage_hours", "stores: energy at full discharge power", "h"),
            number("energy_mwh", "stores: existing energy; empty: capacity x hours", "MWh"),
            ref("inflow_profile", "profiles", "stores: inflow as share of capacity_mw"),
            number("inflow_mwh", "stores: inflow of a year; empty: as the profile", "MWh/a"),
            number("start_level", "stores: first level as share; empty: cyclic", "1", high=1),
            number("process_co2_t_per_mwh", "empty: of the technology", "t/MWh", low=None),
            number("ch4_t_per_mwh", "empty: of the technology", "t/MWh"),
            *MONEY,
        ),
        required=True,
        ordered=(
            ("capacity_mw", "capacity_max_mw"),
            ("energy_min_mwh", "energy_max_mwh"),
            ("min_output", "availability"),
            ("commissioning_year", "retirement_year"),
        ),
    ),
    table(
        "asset_years",
        "Capacity of an asset in given years, in place of capacity_mw; linear between, held after.",
        ("asset", "year"),
        (
            ref("asset", "assets", "asset", required=True),
            year("year", "year", required=True),
            number("capacity_mw", "capacity in place in the year", "MW"),
            number("capacity_max_mw", "largest total capacity in the year", "MW"),
        ),
        ordered=(("capacity_mw", "capacity_max_mw"),),
    ),
    table(
        "ports",
        "Further flows of conversion assets, per MWh of their main flow into their bus.",
        ("asset", "bus"),
        (
            ref("asset", "assets", "conversion asset", required=True),
            ref("bus", "buses", "bus of this port", required=True),
            number("ratio", "MWh into the bus (negative: out of it)", "1", required=True, low=None),
            ref("ratio_profile", "profiles", "hourly factor on the ratio"),
        ),
    ),
    table(
        "links",
        "Connections between buses.",
        ("link",),
        (
            text("link", "identifier", required=True),
            text("name", "name shown to readers", required=True),
            ref("from_bus", "buses", "start", required=True),
            ref("to_bus", "buses", "end", required=True),
            choice(
                "kind",
                "ac: obeys Kirchhoff's voltage law if reactance_ohm is given; others by choice",
                ("ac", "dc", "back_to_back", "pipeline"),
            ),
            ref(
                "technology",
                "technologies",
                "technology of kind link, for its cost of capital and of investment",
            ),
            choice("status", "state today", STATUS),
            number("capacity_forward_mw", "net transfer capacity forward", "MW", default=0.0),
            number("capacity_backward_mw", "net transfer capacity backward", "MW", default=0.0),
            number(
                "build_max_mw",
                "candidates: largest forward capacity that can be added; backward in proportion",
                "MW",
            ),
            year("commissioning_year", "first year; for candidates the earliest"),
            year("retirement_year", "first year without it"),
            number("voltage_kv", "nominal voltage", "kV"),
            number("length_km", "length", "km"),
            number("reactance_ohm", "series reactance (ac lines that obey KVL)", "ohm", low=1e-6),
            number(
                "loss",
                "share of what is sent that is lost; with a carrier that has carbon it is burned "
                "on the way",
                "1",
                default=0.0,
                high=0.5,
            ),
            ref("compressor_bus", "buses", "bus that compressors or pumps draw power from"),
            number(
                "compressor_ratio", "drawn from compressor_bus for each MWh sent", "1", default=0.0
            ),
            number("ch4_t_per_mwh", "methane that escapes for each MWh sent", "t/MWh", default=0.0),
            number(
                "tariff", "charge on each MWh sent, either way", "EUR/MWh", default=0.0, money=True
            ),
            number(
                "capex_million",
                "own investment at full size; empty: overnight_cost of the technology for each kW "
                "of build_max_mw and its line_cost for each MW and km",
                "million EUR",
                money=True,
            ),
            number("fixed_om_share", "fixed O&M a year, share of investment", "1/a", default=0.02),
            number("lifetime_a", "economic life", "a", default=40, low=1, high=200),
            *MONEY,
        ),
        ordered=(("commissioning_year", "retirement_year"),),
    ),
    table(
        "link_tariffs",
        "Charges by direction, beside the tariff of the link; linear between given years, "
        "held outside.",
        ("link", "year"),
        (
            ref("link", "links", "link", required=True),
            year("year", "year of the charge", required=True),
            number("forward", "on each MWh sent forward", "EUR/MWh", default=0.0, money=True),
            number("backward", "on each MWh sent backward", "EUR/MWh", default=0.0, money=True),
            *MONEY,
        ),
    ),
    table(
        "carbon_charges",
        "Carbon charged on what is sent over a link: emissions times the CO2 price that is due "
        "(co2_prices) less the one that was paid before, never less than nothing.",
        ("link", "direction"),
        (
            ref("link", "links", "link", required=True),
            choice("direction", "which way the power is sent", ("forward", "backward")),
            number("co2_t_per_mwh", "emissions charged on each MWh sent", "t/MWh", required=True),
            ref("due_country", "countries", "country whose CO2 price is due", required=True),
            ref("paid_country", "countries", "country whose CO2 price was paid; empty: none"),
            year("start_year", "first year of the charge; empty: every year"),
        ),
    ),
    table(
        "corridors",
        "Named projects made of candidate links.",
        ("corridor",),
        (
            text("corridor", "identifier", required=True),
            text("name", "name shown to readers", required=True),
            choice(
                "state",
                "off: not available; candidate: the plan may build it; built: the plan must",
                ("off", "candidate", "built"),
                default="candidate",
            ),
            flag("whole", "built as a whole or not at all (an integer decision)", default=False),
            ref("parties", "countries", "countries that take part", many=True),
            text("status", "state of the project in words"),
            year("expected_year", "year in which it is expected"),
        ),
    ),
    table(
        "corridor_links",
        "Links of each corridor; links of one phase are built together, phases in order.",
        ("corridor", "link"),
        (
            ref("corridor", "corridors", "corridor", required=True),
            ref("link", "links", "link", required=True),
            Column("phase", ColumnType.INTEGER, "order of building", default=1, minimum=1),
        ),
    ),
    table(
        "corridor_steps",
        "Steps on the way to a corridor: who does what from when to when.",
        ("step",),
        (
            text("step", "identifier", required=True),
            ref("corridor", "corridors", "corridor", required=True),
            text("name", "name shown to readers", required=True),
            Column(
                "phase",
                ColumnType.INTEGER,
                "phase in corridor_links.csv that waits for the step; empty: the corridor as a "
                "whole, its first phase",
                minimum=1,
            ),
            choice(
                "kind",
                "works: what is spent on the links of the phase is spent in the years of its works",
                ("agreement", "study", "permit", "finance", "works"),
            ),
            choice("state", "how far it is", ("done", "under_way", "planned"), default="planned"),
            text("owner", "who has to do it", required=True),
            ref("countries", "countries", "countries of the owner", many=True),
            Column("start", ColumnType.DATE, "first day", required=True),
            Column("finish", ColumnType.DATE, "last day", required=True),
            ref("after", "corridor_steps", "steps that have to be done before it", many=True),
        ),
        ordered=(("start", "finish"),),
    ),
    *DEMAND_TABLES,
    table(
        "limits",
        "Limits over a year or in each hour, on all that match the scope (empty: everything).",
        ("limit", "year"),
        (
            text("limit", "identifier", required=True),
            text("name", "name shown to readers", required=True),
            choice(
                "kind",
                "energy: MWh supplied; capacity: MW; emissions: t; share: supplied energy over "
                "demand of the country; trade: MWh sent over links from country to partner; "
                "net_trade: less what is sent back; "
                "planning_reserve: firm capacity over peak demand less 1; operating_reserve: "
                "headroom over demand of each hour; share and both reserves: demand of one carrier",
                (
                    "energy",
                    "capacity",
                    "emissions",
                    "share",
                    "trade",
                    "net_trade",
                    "planning_reserve",
                    "operating_reserve",
                ),
            ),
            choice("sense", "side of the limit", ("max", "min")),
            ref("country", "countries", "scope: country (of trade: the sender)"),
            ref("partner", "countries", "scope of trade: the receiver"),
            ref("zone", "zones", "scope: zone"),
            ref("carrier", "carriers", "scope: carrier of the bus (of the main flow, of links)"),
            choice("gas", "emissions: of CO2, or of methane too (CO2e)", GASES, default="co2"),
            ref("technology", "technologies", "scope: technologies", many=True),
            ref("asset", "assets", "scope: assets", many=True),
            ref("link", "links", "scope of trade: links", many=True),
            flag("renewable_only", "scope: renewable technologies only", default=False),
            year(
                "year", "year; linear between given years, absent before and after", required=True
            ),
            number(
                "value",
                "the limit; negative: net_trade only",
                "MWh, MW, t or 1",
                required=True,
                low=None,
            ),
        ),
    ),
    table(
        "actuals",
        "What was reported for past years: the back-cast is held against it.",
        ("country", "year", "item", "partner"),
        (
            ref("country", "countries", "country", required=True),
            year("year", "year", required=True),
            text(
                "item",
                "generation:<group>, generation:total, demand, export, import, fuel:<carrier>, "
                "emissions (of power plants) or emissions:total, curtailment or capacity:<group>; "
                "groups that are reported together are joined by +. Of any carrier "
                "balance:<carrier>:<line> or balance:<carrier>:<line>:<detail>, amounts above 0 "
                "(stores: taken out less put in)",
                required=True,
            ),
            ref("partner", "countries", "trade: the other country; empty: all"),
            number("value", "reported value", "see unit", required=True),
            Column(
                "unit",
                ColumnType.CHOICE,
                "unit of the value",
                required=True,
                choices=("MWh", "MW", "t", "1"),
            ),
        ),
    ),
    table(
        "profiles",
        "Hourly series: what each is and how it was made. Values stand in the Parquet file.",
        ("profile",),
        (
            text("profile", "identifier and column name in the file", required=True),
            text("name", "name shown to readers", required=True),
            choice(
                "kind",
                "load and price have mean 1; wind, solar, hydro and other are 0..1 or inflow",
                ("load", "wind", "solar", "hydro", "price", "other"),
            ),
            ref("zone", "zones", "place"),
            text("file", "Parquet file in profiles/, without folder", required=True),
            text("unit", "1, or in words: share of ..., hourly over mean ...", default="1"),
            choice("basis", "where the values come from", ("measured", "modelled", "mixed")),
            text("method", "how the series was made"),
            number("annual_mean", "mean of the series", "1", low=None),
            number("peak", "largest value of the series", "1", low=None),
            number(
                "calibration_value", "value that was aimed at", "see calibration_unit", low=None
            ),
            text("calibration_unit", "what calibration_value is"),
        ),
    ),
    *SCENARIO_TABLES,
    *UNCERTAINTY_TABLES,
)

TABLES: dict[str, Table] = {table.name: table for table in _TABLES}
"""All tables of a case by name, in the order in which they are best read."""
