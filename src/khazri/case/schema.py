"""The tables of a case: every column with its type, unit, range, foreign key, default and meaning.

This module is the only place where tables are described. Reading, checking, the spreadsheet round
trip, ``datapackage.json``, ``khazri schema`` and the table reference of the documentation all
follow it. A rule that cannot be said about one column or one pair of columns of one row lives in
:mod:`khazri.case.check`.

Units. Power in MW, energy in MWh, money in the unit named by the row's ``currency`` and
``price_year`` (EUR of the case's price year where a row has neither), time in UTC hours that are
named by their beginning, fractions as 0..1, emissions in t CO2.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ColumnType(StrEnum):
    """What a cell may hold."""

    TEXT = "text"
    NUMBER = "number"
    INTEGER = "integer"
    FLAG = "flag"
    CHOICE = "choice"
    DATE = "date"


@dataclass(frozen=True)
class Column:
    """One column of a table.

    ``minimum`` and ``maximum`` are inclusive. ``references`` names a table whose (single) key the
    value must be, ``many`` allows several such values parted by ``;``. ``default`` stands for an
    empty cell; a column that is neither ``required`` nor has a default may stay empty (missing).
    ``money`` marks amounts converted with the row's ``currency`` and ``price_year`` on reading.
    """

    name: str
    type: ColumnType
    meaning: str
    unit: str = ""
    required: bool = False
    default: str | float | bool | None = None
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[str, ...] = ()
    references: str | None = None
    many: bool = False
    money: bool = False


@dataclass(frozen=True)
class Table:
    """One table: a CSV file of the case folder with this name.

    ``key`` columns identify a row; together they must be unique. ``ordered`` lists pairs (low,
    high) of columns of which the first may not exceed the second where both are present.
    ``sourced`` tables carry ``source_id`` and ``note`` as their last columns, and each row needs a
    source; ``expert`` as source means an assumption whose reasoning stands in the note.
    """

    name: str
    meaning: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    required: bool = False
    sourced: bool = True
    ordered: tuple[tuple[str, str], ...] = ()

    def column(self, name: str) -> Column:
        """Return the column called ``name``; KeyError where the table has none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    @property
    def column_names(self) -> tuple[str, ...]:
        """Names of all columns, in the order of the file."""
        return tuple(column.name for column in self.columns)


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
    "imports",
    "demand_response",
    "unserved",
)
"""Groups under which results are shown, in stack order from the bottom; each has a colour."""

TECHNOLOGY_PARAMETERS = {
    "overnight_cost": "EUR/kW",
    "energy_overnight_cost": "EUR/kWh",
    "fixed_om": "EUR/kW/a",
    "energy_fixed_om": "EUR/kWh/a",
    "variable_om": "EUR/MWh",
    "efficiency": "1",
    "lifetime": "a",
}
"""Parameters of ``technology_costs`` and the unit in which each is given (money in the row's
currency in place of EUR)."""


def _text(name: str, meaning: str, *, required: bool = False, default: str | None = None) -> Column:
    return Column(name, ColumnType.TEXT, meaning, required=required, default=default)


def _number(
    name: str,
    meaning: str,
    unit: str,
    *,
    required: bool = False,
    default: float | None = None,
    low: float | None = 0.0,
    high: float | None = None,
    money: bool = False,
) -> Column:
    return Column(
        name,
        ColumnType.NUMBER,
        meaning,
        unit=unit,
        required=required,
        default=default,
        minimum=low,
        maximum=high,
        money=money,
    )


def _year(name: str, meaning: str, *, required: bool = False) -> Column:
    return Column(
        name, ColumnType.INTEGER, meaning, unit="a", required=required, minimum=1900, maximum=2150
    )


def _ref(
    name: str,
    table: str,
    meaning: str,
    *,
    required: bool = False,
    many: bool = False,
    default: str | None = None,
) -> Column:
    return Column(
        name,
        ColumnType.TEXT,
        meaning,
        required=required,
        references=table,
        many=many,
        default=default,
    )


def _choice(
    name: str, meaning: str, choices: tuple[str, ...], *, default: str | None = None
) -> Column:
    return Column(
        name,
        ColumnType.CHOICE,
        meaning,
        required=default is None,
        default=default,
        choices=choices,
    )


def _flag(name: str, meaning: str, *, default: bool) -> Column:
    return Column(name, ColumnType.FLAG, meaning, default=default)


_CURRENCY = _text("currency", "currency of the money in this row; empty: the case's currency")
_PRICE_YEAR = _year("price_year", "price year of the money in this row; empty: the case's")
_MONEY = (_CURRENCY, _PRICE_YEAR)
_SOURCE = (
    _ref("source_id", "sources", "where the row comes from; expert = assumption", required=True),
    _text("note", "remarks; for an assumption the reasoning"),
)


def _table(
    name: str,
    meaning: str,
    key: tuple[str, ...],
    columns: tuple[Column, ...],
    *,
    required: bool = False,
    sourced: bool = True,
    ordered: tuple[tuple[str, str], ...] = (),
) -> Table:
    full = columns + _SOURCE if sourced else columns
    return Table(name, meaning, key, full, required, sourced, ordered)


STATUS = ("existing", "construction", "planned", "candidate")
"""``existing``, ``construction`` and ``planned`` capacity is there from its commissioning year;
``candidate`` capacity is there only if the plan builds it."""

_TABLES = (
    _table(
        "case",
        "The case itself: one row.",
        ("case",),
        (
            _text("case", "short name, used in folder and file names", required=True),
            _text("title", "title shown to readers", required=True),
            _text("description", "what the case is for"),
            _text("currency", "currency of all results", default="EUR"),
            _year("price_year", "price year of all results", required=True),
            _ref("default_year", "years", "planning year used when none is asked for"),
            _ref("default_scenario", "scenarios", "scenario used when none is asked for"),
            _number(
                "wacc",
                "real cost of capital where the finance table says nothing",
                "1",
                default=0.07,
                high=0.5,
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
    _table(
        "years",
        "Years that can be planned.",
        ("year",),
        (
            _year("year", "planning year; also the year of a back-cast", required=True),
            _choice("kind", "what the year is for", ("planning", "backcast"), default="planning"),
        ),
        required=True,
    ),
    _table(
        "sources",
        "Documents and data sets behind the values.",
        ("source_id",),
        (
            _text("source_id", "identifier used in all other tables", required=True),
            _text("title", "title of the document or data set", required=True),
            _text("publisher", "who published it"),
            _text("date", "date of publication or of reading"),
            _text("url", "where it can be found"),
            _text("licence", "terms under which the facts are used"),
            _text("note", "remarks"),
        ),
        required=True,
        sourced=False,
    ),
    _table(
        "citations",
        "Sources of single values where they differ from the source of the row.",
        ("table", "key", "column"),
        (
            _text("table", "table of the value", required=True),
            _text("key", "key of the row; parts joined by |", required=True),
            _text("column", "column of the value", required=True),
        ),
    ),
    _table(
        "currencies",
        "Exchange rates (units of the currency per EUR, mean of the year) and deflators (index).",
        ("variable", "currency", "year"),
        (
            _choice("variable", "what the row gives", ("exchange_rate", "deflator")),
            _text("currency", "currency code", required=True),
            _year("year", "year of the rate or index", required=True),
            _number("value", "rate or index", "1", required=True, low=1e-9),
        ),
    ),
    _table(
        "countries",
        "Countries (or country groups) that results are added up for.",
        ("country",),
        (
            _text("country", "country code", required=True),
            _text("name", "name shown to readers", required=True),
        ),
        required=True,
    ),
    _table(
        "zones",
        "Places: each has one country and a position on the map.",
        ("zone",),
        (
            _text("zone", "identifier", required=True),
            _text("name", "name shown to readers", required=True),
            _ref("country", "countries", "country of the zone", required=True),
            _number("latitude", "latitude north", "degree", required=True, low=-90, high=90),
            _number("longitude", "longitude east", "degree", required=True, low=-180, high=180),
        ),
        required=True,
    ),
    _table(
        "carriers",
        "Forms of energy.",
        ("carrier",),
        (
            _text("carrier", "identifier", required=True),
            _text("name", "name shown to readers", required=True),
            _number("co2_t_per_mwh", "CO2 of burning it (LHV)", "t/MWh", default=0.0),
        ),
        required=True,
    ),
    _table(
        "fuel_prices",
        "Prices of fuels delivered to power plants; linear between given years, held outside.",
        ("carrier", "country", "year"),
        (
            _ref("carrier", "carriers", "fuel", required=True),
            _ref("country", "countries", "country of the plant", required=True),
            _year("year", "year of the price", required=True),
            _number("price", "price", "EUR/MWh LHV", required=True, low=None, money=True),
            *_MONEY,
        ),
    ),
    _table(
        "co2_prices",
        "Prices of emissions; linear between given years, held outside. No row: no price.",
        ("country", "year"),
        (
            _ref("country", "countries", "country of the emitter", required=True),
            _year("year", "year of the price", required=True),
            _number("price", "price", "EUR/t", required=True, money=True),
            *_MONEY,
        ),
    ),
    _table(
        "buses",
        "Nodes of the balances: one carrier at one place.",
        ("bus",),
        (
            _text("bus", "identifier", required=True),
            _text("name", "name shown to readers", required=True),
            _ref("zone", "zones", "place", required=True),
            _ref("carrier", "carriers", "carrier balanced here", required=True),
        ),
        required=True,
    ),
    _table(
        "technologies",
        "Kinds of plant with defaults for the assets that use them.",
        ("technology",),
        (
            _text("technology", "identifier", required=True),
            _text("name", "name shown to readers", required=True),
            _choice("kind", "role in the equations", ("supply", "storage", "conversion", "link")),
            _choice("group", "group and colour in results", PALETTE),
            _ref("fuel", "carriers", "fuel bought at the price of the country; empty: none"),
            _flag("renewable", "counts as renewable in shares", default=False),
            _number("lifetime_a", "economic life", "a", default=25, low=1, high=200),
            _number("availability", "mean availability", "1", default=1.0, high=1),
            _number("min_output", "lowest output as share of capacity", "1", default=0.0, high=1),
            _number("ramp_per_h", "largest change per hour, share of capacity", "1/h", high=1),
            _number("capacity_credit", "share counted as firm", "1", default=0.0, high=1),
            _number("reserve_share", "share of headroom that counts", "1", default=0.0, high=1),
            _number("charge_efficiency", "efficiency of charging", "1", default=1.0, high=1),
            _number("discharge_efficiency", "efficiency of discharging", "1", default=1.0, high=1),
            _number("standing_loss_per_h", "share of level lost", "1/h", default=0.0, high=1),
        ),
        required=True,
        ordered=(("min_output", "availability"),),
    ),
    _table(
        "technology_costs",
        "Costs, efficiency and life of technologies; linear between given years, held outside.",
        ("technology", "year", "parameter"),
        (
            _ref("technology", "technologies", "technology", required=True),
            _year("year", "year of commissioning", required=True),
            _choice("parameter", "what the value is", tuple(TECHNOLOGY_PARAMETERS)),
            _number("value", "value in the unit of its parameter", "see parameter", required=True),
            *_MONEY,
        ),
    ),
    _table(
        "finance",
        "Real cost of capital by country and technology; a row without technology holds for all.",
        ("country", "technology"),
        (
            _ref("country", "countries", "country", required=True),
            _ref("technology", "technologies", "technology; empty: all others"),
            _number("wacc", "real weighted average cost of capital", "1", required=True, high=0.5),
        ),
    ),
    _table(
        "assets",
        "Plants and stores: existing, under construction, planned, and candidates.",
        ("asset",),
        (
            _text("asset", "identifier", required=True),
            _text("name", "name shown to readers", required=True),
            _ref("bus", "buses", "bus of the main flow", required=True),
            _ref("technology", "technologies", "technology", required=True),
            _choice("status", "state today", STATUS),
            _number("capacity_mw", "capacity at the bus (0 for candidates)", "MW", default=0.0),
            _number(
                "capacity_max_mw", "largest total capacity; empty: no expansion", "MW", low=0.0
            ),
            _year("commissioning_year", "first year with the capacity; empty: always there"),
            _year("retirement_year", "first year without it; empty: never"),
            _number("efficiency", "net, LHV; empty: of the technology", "1", low=1e-6, high=10),
            _number("availability", "mean availability; empty: of the technology", "1", high=1),
            _ref("availability_profile", "profiles", "hourly capacity factor 0..1"),
            _number("min_output", "lowest output, share of capacity", "1", high=1),
            _ref("min_output_profile", "profiles", "hourly shape (0..1) that min_output follows"),
            _number("ramp_per_h", "largest change per hour, share of capacity", "1/h", high=1),
            _number("energy_min_mwh", "least energy in a year", "MWh/a"),
            _number("energy_max_mwh", "most energy in a year", "MWh/a"),
            _number("variable_cost", "cost besides fuel and CO2", "EUR/MWh", low=None, money=True),
            _number("overnight_cost", "own investment cost", "EUR/kW", money=True),
            _number("charge_capacity_mw", "stores: charging power; empty: capacity_mw", "MW"),
            _number("storage_hours", "stores: energy at full discharge power", "h"),
            _number("energy_mwh", "stores: existing energy; empty: capacity x hours", "MWh"),
            _ref("inflow_profile", "profiles", "stores: inflow as share of capacity_mw"),
            _number("inflow_mwh", "stores: inflow of a year; empty: as the profile", "MWh/a"),
            _number("start_level", "stores: first level as share; empty: cyclic", "1", high=1),
            *_MONEY,
        ),
        required=True,
        ordered=(
            ("capacity_mw", "capacity_max_mw"),
            ("energy_min_mwh", "energy_max_mwh"),
            ("min_output", "availability"),
            ("commissioning_year", "retirement_year"),
        ),
    ),
    _table(
        "asset_years",
        "Capacity of an asset in given years, in place of capacity_mw; linear between, held after.",
        ("asset", "year"),
        (
            _ref("asset", "assets", "asset", required=True),
            _year("year", "year", required=True),
            _number("capacity_mw", "capacity in place in the year", "MW"),
            _number("capacity_max_mw", "largest total capacity in the year", "MW"),
        ),
        ordered=(("capacity_mw", "capacity_max_mw"),),
    ),
    _table(
        "ports",
        "Further flows of conversion assets, per MWh of their main flow into their bus.",
        ("asset", "bus"),
        (
            _ref("asset", "assets", "conversion asset", required=True),
            _ref("bus", "buses", "bus of this port", required=True),
            _number(
                "ratio", "MWh into the bus (negative: out of it)", "1", required=True, low=None
            ),
            _ref("ratio_profile", "profiles", "hourly factor on the ratio"),
        ),
    ),
    _table(
        "links",
        "Connections between buses.",
        ("link",),
        (
            _text("link", "identifier", required=True),
            _text("name", "name shown to readers", required=True),
            _ref("from_bus", "buses", "start", required=True),
            _ref("to_bus", "buses", "end", required=True),
            _choice(
                "kind",
                "ac: obeys Kirchhoff's voltage law if reactance_ohm is given; others by choice",
                ("ac", "dc", "back_to_back", "pipeline"),
            ),
            _choice("status", "state today", STATUS),
            _number("capacity_forward_mw", "net transfer capacity forward", "MW", default=0.0),
            _number("capacity_backward_mw", "net transfer capacity backward", "MW", default=0.0),
            _number(
                "build_max_mw",
                "candidates: largest forward capacity that can be added; backward in proportion",
                "MW",
            ),
            _year("commissioning_year", "first year; for candidates the earliest"),
            _year("retirement_year", "first year without it"),
            _number("voltage_kv", "nominal voltage", "kV"),
            _number("length_km", "length", "km"),
            _number("reactance_ohm", "series reactance (ac lines that obey KVL)", "ohm", low=1e-6),
            _number("loss", "share of the sent energy that is lost", "1", default=0.0, high=0.5),
            _number(
                "tariff", "charge on each MWh sent, a cost", "EUR/MWh", default=0.0, money=True
            ),
            _number("capex_million", "investment at full size", "million EUR", money=True),
            _number("fixed_om_share", "fixed O&M a year, share of investment", "1/a", default=0.02),
            _number("lifetime_a", "economic life", "a", default=40, low=1, high=200),
            *_MONEY,
        ),
        ordered=(("commissioning_year", "retirement_year"),),
    ),
    _table(
        "corridors",
        "Named projects made of candidate links.",
        ("corridor",),
        (
            _text("corridor", "identifier", required=True),
            _text("name", "name shown to readers", required=True),
            _choice(
                "state",
                "off: not available; candidate: the plan may build it; built: the plan must",
                ("off", "candidate", "built"),
                default="candidate",
            ),
            _flag("whole", "built as a whole or not at all (an integer decision)", default=False),
            _ref("parties", "countries", "countries that take part", many=True),
            _text("status", "state of the project in words"),
            _year("expected_year", "year in which it is expected"),
        ),
    ),
    _table(
        "corridor_links",
        "Links of each corridor; links of one phase are built together, phases in order.",
        ("corridor", "link"),
        (
            _ref("corridor", "corridors", "corridor", required=True),
            _ref("link", "links", "link", required=True),
            Column("phase", ColumnType.INTEGER, "order of building", default=1, minimum=1),
        ),
    ),
    _table(
        "demands",
        "Energy demanded at buses; linear between given years, held outside.",
        ("demand", "year"),
        (
            _text("demand", "identifier", required=True),
            _ref("bus", "buses", "bus", required=True),
            _text("sector", "sector", default="all"),
            _year("year", "year", required=True),
            _number("energy_mwh", "energy of the year", "MWh/a", required=True),
            _ref("profile", "profiles", "hourly shape with mean 1; empty: constant"),
        ),
        required=True,
    ),
    _table(
        "unserved_blocks",
        "Price-ordered blocks of demand that can stay unserved.",
        ("country", "block"),
        (
            _ref("country", "countries", "country", required=True),
            _text("block", "name of the block", required=True),
            _number("share", "share of the demand of each hour", "1", required=True, high=1),
            _number(
                "price", "value of lost load of the block", "EUR/MWh", required=True, money=True
            ),
            *_MONEY,
        ),
    ),
    _table(
        "markets",
        "Price markets beyond the modelled area: one bus for each border.",
        ("market",),
        (
            _text("market", "identifier", required=True),
            _text("name", "name shown to readers", required=True),
            _ref("bus", "buses", "bus of the market, with nothing else on it", required=True),
            _ref("price_profile", "profiles", "hourly shape (mean 1) of both prices"),
        ),
    ),
    _table(
        "market_steps",
        "Price steps of the markets; linear between given years, held outside.",
        ("market", "step", "year"),
        (
            _ref("market", "markets", "market", required=True),
            _text("step", "name of the step", required=True),
            _year("year", "year", required=True),
            _number("buy_price", "the system pays for imports", "EUR/MWh", low=None, money=True),
            _number("sell_price", "the system earns by exports", "EUR/MWh", low=None, money=True),
            _number("import_max_mw", "largest import", "MW", default=0.0),
            _number("export_max_mw", "largest export", "MW", default=0.0),
            _number("import_max_mwh", "most import in a year; empty: no limit", "MWh/a"),
            _number("export_max_mwh", "most export in a year; empty: no limit", "MWh/a"),
            *_MONEY,
        ),
        ordered=(("sell_price", "buy_price"),),
    ),
    _table(
        "limits",
        "Limits over a year or in each hour, on all that match the scope (empty: everything).",
        ("limit", "year"),
        (
            _text("limit", "identifier", required=True),
            _text("name", "name shown to readers", required=True),
            _choice(
                "kind",
                "energy: MWh supplied; capacity: MW; emissions: t; share: supplied energy over "
                "demand of the country; trade: MWh sent over links from country to partner; "
                "planning_reserve: firm capacity over peak demand less 1; operating_reserve: "
                "headroom over demand of each hour",
                (
                    "energy",
                    "capacity",
                    "emissions",
                    "share",
                    "trade",
                    "planning_reserve",
                    "operating_reserve",
                ),
            ),
            _choice("sense", "side of the limit", ("max", "min")),
            _ref("country", "countries", "scope: country (of trade: the sender)"),
            _ref("partner", "countries", "scope of trade: the receiver"),
            _ref("zone", "zones", "scope: zone"),
            _ref("technology", "technologies", "scope: technologies", many=True),
            _ref("asset", "assets", "scope: assets", many=True),
            _ref("link", "links", "scope of trade: links", many=True),
            _flag("renewable_only", "scope: renewable technologies only", default=False),
            _year(
                "year", "year; linear between given years, absent before and after", required=True
            ),
            _number("value", "the limit", "MWh, MW, t or 1", required=True),
        ),
    ),
    _table(
        "actuals",
        "What was reported for past years: the back-cast is held against it.",
        ("country", "year", "item", "partner"),
        (
            _ref("country", "countries", "country", required=True),
            _year("year", "year", required=True),
            _text(
                "item",
                "generation:<group>, generation:total, demand, export, import, fuel:<carrier>, "
                "emissions, curtailment or capacity:<group>; groups that are reported together "
                "are joined by +",
                required=True,
            ),
            _ref("partner", "countries", "trade: the other country; empty: all"),
            _number("value", "reported value", "see unit", required=True),
            Column(
                "unit",
                ColumnType.CHOICE,
                "unit of the value",
                required=True,
                choices=("MWh", "MW", "t", "1"),
            ),
        ),
    ),
    _table(
        "profiles",
        "Hourly series: what each is and how it was made. Values stand in the Parquet file.",
        ("profile",),
        (
            _text("profile", "identifier and column name in the file", required=True),
            _text("name", "name shown to readers", required=True),
            _choice(
                "kind",
                "load and price have mean 1; wind, solar, hydro and other are 0..1 or inflow",
                ("load", "wind", "solar", "hydro", "price", "other"),
            ),
            _ref("zone", "zones", "place"),
            _text("file", "Parquet file in profiles/, without folder", required=True),
            _text("unit", "1, or in words: share of ..., hourly over mean ...", default="1"),
            _choice("basis", "where the values come from", ("measured", "modelled", "mixed")),
            _text("method", "how the series was made"),
            _number("annual_mean", "mean of the series", "1", low=None),
            _number("peak", "largest value of the series", "1", low=None),
            _number(
                "calibration_value", "value that was aimed at", "see calibration_unit", low=None
            ),
            _text("calibration_unit", "what calibration_value is"),
        ),
    ),
    _table(
        "scenarios",
        "Named overlays; each builds on its parent.",
        ("scenario",),
        (
            _text("scenario", "identifier", required=True),
            _text("name", "name shown to readers", required=True),
            _ref("parent", "scenarios", "scenario it builds on; empty: the tables as they are"),
            _text("description", "what it assumes"),
        ),
        required=True,
        sourced=False,
    ),
    _table(
        "patches",
        "What a scenario changes: cells of other tables, in the order of the rows.",
        ("scenario", "table", "key", "column"),
        (
            _ref("scenario", "scenarios", "scenario", required=True),
            _text("table", "table to change", required=True),
            _text("key", "row key, parts joined by |; * and ? match any text", required=True),
            _text("column", "column to change", required=True),
            _choice("action", "how", ("set", "multiply", "add"), default="set"),
            _text("value", "new value, factor or summand; empty with set: clears the cell"),
        ),
    ),
)

TABLES: dict[str, Table] = {table.name: table for table in _TABLES}
"""All tables of a case by name, in the order in which they are best read."""
