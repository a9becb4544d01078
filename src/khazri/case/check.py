"""Rules about one row, or a few rows of the same thing, that the schema cannot say.

Each rule looks only at rows that are sound so far and tells the row that has to change. Rules
about the case as a whole stand in :mod:`khazri.case.check_whole`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import numpy as np
import pandas as pd

from khazri.case.money import EURO, is_money_parameter
from khazri.case.profiles import UNITS
from khazri.case.schema import BALANCE_LINES, EXPERT, PALETTE, TABLES, TECHNOLOGY_PARAMETERS
from khazri.case.texts import closest, did_you_mean
from khazri.case.values import TypedTable, cell_text, number_text, row_labels
from khazri.errors import Issue

Tables = Mapping[str, TypedTable]

_STORE_COLUMNS = (
    "charge_capacity_mw",
    "storage_hours",
    "energy_mwh",
    "inflow_profile",
    "inflow_mwh",
    "start_level",
)
_ITEM_UNITS = {
    "generation": "MWh",
    "demand": "MWh",
    "export": "MWh",
    "import": "MWh",
    "fuel": "MWh",
    "emissions": "t",
    "balance": "MWh",
    "curtailment": "MWh",
    "capacity": "MW",
}
_PROFILE_USES = (
    ("demands", "profile", ("load",)),
    ("markets", "price_profile", ("price",)),
    ("assets", "availability_profile", ("wind", "solar", "hydro", "other")),
    ("assets", "min_output_profile", ("wind", "solar", "hydro", "other")),
    ("assets", "inflow_profile", ("hydro", "other")),
)
_LINK_COSTS = ("overnight_cost", "line_cost")
"""Parameters of a technology of links that make up the investment: per kW, per MW and km."""
_SAME_IN_ALL_YEARS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("demands", "demand", ("bus", "sector", "profile", "feedstock_share")),
    (
        "limits",
        "limit",
        (
            *("kind", "sense", "country", "partner", "zone", "carrier", "gas"),
            *("technology", "asset", "link", "renewable_only"),
        ),
    ),
    ("co2_prices", "country", ("gas",)),
    (
        "efficiency",
        "measure",
        ("name", "bus", "sector", "profile", "lifetime_a", "wacc", "rebound", "group"),
    ),
)
_MOST_EFFICIENT = 10
"""The largest efficiency of anything, heat pumps too."""
_SHARE_TOLERANCE = 1e-9
"""How far shares may add up beside 1 by rounding."""


def row_issues(tables: Tables) -> list[Issue]:
    """All breaches of the rules of this module."""
    return [issue for rule in _RULES for issue in rule(tables)]


def sound_rows(typed: TypedTable, mask: pd.Series) -> list[int]:
    """Positions of the sound rows for which ``mask`` (R) holds; missing is no."""
    holds = mask.to_numpy(dtype=bool, na_value=False)
    return [int(index) for index in np.flatnonzero(holds & typed.sound)]


def looked_up(tables: Tables, keys: pd.Series, table: str, column: str) -> pd.Series:
    """For each key (R) the value of ``column`` in the row of ``table``; missing where unknown."""
    frame = tables[table].frame
    values = dict(zip(frame[tables[table].schema.key[0]], frame[column], strict=True))
    return pd.Series([values.get(key) for key in keys], index=keys.index, dtype=frame[column].dtype)


def case_currency(tables: Tables) -> str:
    """The currency of all results, and of rows that name none; EUR where it cannot be read."""
    known = tables["case"].frame["currency"].dropna()
    return str(known.iloc[0]) if len(known) else EURO


def _one_case(tables: Tables) -> Iterator[Issue]:
    """A folder holds one case."""
    case = tables["case"]
    for index in range(1, len(case.frame)):
        yield case.issue(index, None, "one row: a folder holds one case")


def _ordered_pairs(tables: Tables) -> Iterator[Issue]:
    """Lows do not exceed their highs."""
    for typed in tables.values():
        for low, high in typed.schema.ordered:
            column = typed.schema.column(low)
            for index in sound_rows(typed, typed.frame[low] > typed.frame[high]):
                limit = cell_text(typed.frame[high].iloc[index])
                unit = "" if column.unit in {"", "1", "a"} else f" {column.unit}"
                expected = f"at most {high}, which is {limit}{unit}"
                yield typed.issue(index, low, expected)


def _reasons(tables: Tables) -> Iterator[Issue]:
    """Assumptions say why."""
    for typed in tables.values():
        if not typed.schema.sourced:
            continue
        bare = (typed.frame["source_id"] == EXPERT) & typed.frame["note"].isna()
        for index in sound_rows(typed, bare):
            expected = "the reasoning of this assumption"
            hint = f"a row whose source is '{EXPERT}' says in its note why the value holds"
            yield typed.issue(index, "note", expected, hint)


def _citations(tables: Tables) -> Iterator[Issue]:
    """Citations name cells that exist."""
    typed = tables["citations"]
    labels: dict[str, dict[str, None]] = {}
    cells = typed.frame[["table", "key", "column"]].itertuples(index=False, name=None)
    for index, (table, key, column) in enumerate(cells):
        if not typed.sound[index]:
            continue
        if table not in TABLES:
            hint = did_you_mean(table, TABLES, "khazri schema lists the tables")
            yield typed.issue(index, "table", "the name of a table", hint)
        elif column not in TABLES[table].column_names:
            names = TABLES[table].column_names
            hint = did_you_mean(column, names, f"khazri schema {table} lists the columns")
            yield typed.issue(index, "column", f"a column of {table}", hint)
        elif tables[table].complete:
            if table not in labels:
                target = tables[table]
                labels[table] = dict.fromkeys(row_labels(target.schema, target.frame))
            if key not in labels[table]:
                match = closest(key, labels[table])
                hint = f"did you mean '{match}'?" if match else ""
                yield typed.issue(index, "key", f"the key of a row of {table}.csv", hint)


def _technology_costs(tables: Tables) -> Iterator[Issue]:
    """Efficiencies and lives are possible ones; only money has a currency."""
    typed = tables["technology_costs"]
    parameter, value = typed.frame["parameter"], typed.frame["value"]
    impossible = (value <= 0) | (value > _MOST_EFFICIENT)
    for index in sound_rows(typed, (parameter == "efficiency") & impossible):
        hint = "write a fraction, not percent" if value.iloc[index] > _MOST_EFFICIENT else ""
        expected = f"an efficiency above 0, at most {_MOST_EFFICIENT}"
        yield typed.issue(index, "value", expected, hint)
    for index in sound_rows(typed, (parameter == "lifetime") & ((value < 1) | (value > 200))):
        yield typed.issue(index, "value", "a lifetime from 1 to 200 a")
    plain = pd.Series([pd.notna(name) and not is_money_parameter(name) for name in parameter])
    for column in ("currency", "price_year"):
        for index in sound_rows(typed, plain & typed.frame[column].notna()):
            unit = TECHNOLOGY_PARAMETERS[str(parameter.iloc[index])]
            expected = f"an empty cell, as {parameter.iloc[index]} [{unit}] is not money"
            yield typed.issue(index, column, expected)


def _burning(tables: Tables) -> Iterator[Issue]:
    """Plants that burn a fuel give no more than is in it; conversions may, as heat pumps do."""
    technologies = tables["technologies"].frame
    burns = (technologies["kind"] == "supply") & technologies["fuel"].notna()
    burning = set(technologies.loc[burns, "technology"])
    costs = tables["technology_costs"]
    is_efficiency = costs.frame["parameter"] == "efficiency"
    for typed, column, stated in (
        (tables["assets"], "efficiency", tables["assets"].frame["efficiency"]),
        (costs, "value", costs.frame["value"].where(is_efficiency)),
    ):
        mask = typed.frame["technology"].isin(burning) & (stated > 1) & (stated <= _MOST_EFFICIENT)
        for index in sound_rows(typed, mask):
            expected = f"an efficiency of at most 1, as {typed.frame['technology'].iloc[index]}"
            yield typed.issue(index, column, f"{expected} burns a fuel", "net, LHV, as a fraction")


def _asset_kinds(tables: Tables) -> Iterator[Issue]:
    """The columns of an asset fit the kind of its technology."""
    typed = tables["assets"]
    frame = typed.frame
    kind = looked_up(tables, frame["technology"], "technologies", "kind")
    for index in sound_rows(typed, kind == "link"):
        hint = "connections between buses stand in links.csv"
        yield typed.issue(
            index, "technology", "a technology of supply, storage or conversion", hint
        )
    for column in _STORE_COLUMNS:
        wrong = frame[column].notna() & kind.isin(["supply", "conversion"])
        for index in sound_rows(typed, wrong):
            hint = f"only assets with a technology of kind storage have {column}"
            expected = f"an empty cell, as the technology is of kind {kind.iloc[index]}"
            yield typed.issue(index, column, expected, hint)
    sizeless = (kind == "storage") & frame["storage_hours"].isna() & frame["energy_mwh"].isna()
    for index in sound_rows(typed, sizeless):
        hint = "a store needs storage_hours or energy_mwh"
        yield typed.issue(index, "storage_hours", "the hours of storage of this store", hint)
    expandable = frame["capacity_max_mw"] > frame["capacity_mw"]
    unsized = (kind == "storage") & frame["storage_hours"].isna() & expandable
    for index in sound_rows(typed, unsized & ~sizeless):
        hint = "new capacity of a store brings its energy with it"
        yield typed.issue(index, "storage_hours", "the hours of storage of new capacity", hint)
    shapeless = frame["inflow_mwh"].notna() & frame["inflow_profile"].isna()
    for index in sound_rows(typed, shapeless & (kind == "storage")):
        hint = "inflow_mwh scales a profile"
        yield typed.issue(index, "inflow_profile", "the profile of the inflow", hint)
    for index in sound_rows(
        typed, frame["min_output_profile"].notna() & frame["min_output"].isna()
    ):
        hint = "min_output_profile is the shape that min_output follows"
        yield typed.issue(index, "min_output", "the lowest output of this asset", hint)


def _asset_status(tables: Tables) -> Iterator[Issue]:
    """Candidates have no capacity yet and may get some."""
    typed = tables["assets"]
    frame = typed.frame
    candidate = frame["status"] == "candidate"
    for index in sound_rows(typed, candidate & (frame["capacity_mw"] > 0)):
        hint = "what is there is existing, construction or planned"
        yield typed.issue(index, "capacity_mw", "0 for a candidate", hint)
    limits = tables["asset_years"].frame
    by_year = set(limits.loc[limits["capacity_max_mw"].notna(), "asset"])
    closed = frame["capacity_max_mw"].isna() & ~frame["asset"].isin(by_year)
    for index in sound_rows(typed, candidate & closed):
        hint = "without it nothing can be built"
        yield typed.issue(index, "capacity_max_mw", "the largest capacity of a candidate", hint)


def _ports(tables: Tables) -> Iterator[Issue]:
    """Only conversion assets have ports, and each has one; a port is not the main bus."""
    typed = tables["ports"]
    technology = looked_up(tables, typed.frame["asset"], "assets", "technology")
    kind = looked_up(tables, technology, "technologies", "kind")
    for index in sound_rows(typed, kind.notna() & (kind != "conversion")):
        expected = "an asset whose technology is of kind conversion"
        hint = f"the technology of this one is of kind {kind.iloc[index]}"
        yield typed.issue(index, "asset", expected, hint)
    main = looked_up(tables, typed.frame["asset"], "assets", "bus")
    for index in sound_rows(typed, main == typed.frame["bus"]):
        yield typed.issue(index, "bus", "another bus than the one of the main flow")
    assets = tables["assets"]
    kind = looked_up(tables, assets.frame["technology"], "technologies", "kind")
    bare = (kind == "conversion") & ~assets.frame["asset"].isin(typed.frame["asset"])
    for index in sound_rows(assets, bare) if typed.complete else []:
        hint = "a conversion asset takes energy from another bus: say from which in ports.csv"
        yield assets.issue(index, "technology", "a conversion asset with ports", hint)


def _links(tables: Tables) -> Iterator[Issue]:
    """Links join two buses of one carrier; candidates have a size and a cost."""
    typed = tables["links"]
    frame = typed.frame
    for index in sound_rows(typed, frame["from_bus"] == frame["to_bus"]):
        yield typed.issue(index, "to_bus", "another bus than from_bus")
    start = looked_up(tables, frame["from_bus"], "buses", "carrier")
    end = looked_up(tables, frame["to_bus"], "buses", "carrier")
    for index in sound_rows(typed, start.notna() & end.notna() & (start != end)):
        expected = f"a bus of the carrier of from_bus, {start.iloc[index]}"
        hint = f"this bus carries {end.iloc[index]}; a conversion asset changes carriers"
        yield typed.issue(index, "to_bus", expected, hint)
    role = looked_up(tables, frame["technology"], "technologies", "kind")
    for index in sound_rows(typed, role.notna() & (role != "link")):
        hint = f"the kind of this one is {role.iloc[index]}"
        yield typed.issue(index, "technology", "a technology of kind link", hint)
    candidate = frame["status"] == "candidate"
    for index in sound_rows(typed, candidate & frame["build_max_mw"].isna()):
        expected = "the largest capacity that can be built"
        yield typed.issue(index, "build_max_mw", expected, "each candidate link needs it")
    yield from _link_investments(tables, candidate & frame["capex_million"].isna())
    for index in sound_rows(typed, frame["reactance_ohm"].notna() & (frame["kind"] != "ac")):
        hint = "only ac lines obey Kirchhoff's voltage law"
        yield typed.issue(index, "reactance_ohm", "an empty cell", hint)
    unvolted = frame["reactance_ohm"].notna() & ~(frame["voltage_kv"] > 0)
    for index in sound_rows(typed, unvolted):
        hint = "reactances of different voltages compare only per unit"
        yield typed.issue(index, "voltage_kv", "the voltage of a line with reactance_ohm", hint)


def _link_investments(tables: Tables, unpriced: pd.Series[bool]) -> Iterator[Issue]:
    """Candidates without an investment of their own take that of their technology."""
    typed, costs = tables["links"], tables["technology_costs"]
    technology = typed.frame["technology"]
    given = costs.frame.groupby("parameter")["technology"].agg(set)
    per_kw, per_km = (technology.isin(given.get(name, set())) for name in _LINK_COSTS)
    for index in sound_rows(typed, unpriced & ~per_kw & ~per_km) if costs.complete else []:
        hint = "or give its technology an overnight_cost or line_cost in technology_costs.csv"
        yield typed.issue(index, "capex_million", "the investment of a candidate", hint)
    for index in sound_rows(typed, unpriced & per_km & typed.frame["length_km"].isna()):
        expected = "the length of a candidate without capex_million"
        hint = "its technology has a line_cost, which counts by km"
        yield typed.issue(index, "length_km", expected, hint)


def _corridor_links(tables: Tables) -> Iterator[Issue]:
    """Corridors are made of candidates."""
    typed = tables["corridor_links"]
    status = looked_up(tables, typed.frame["link"], "links", "status")
    for index in sound_rows(typed, status.notna() & (status != "candidate")):
        expected = "a link whose status is candidate"
        hint = f"the status of this one is {status.iloc[index]}; a corridor is built by the plan"
        yield typed.issue(index, "link", expected, hint)


def _one_story(tables: Tables) -> Iterator[Issue]:
    """Rows of one thing in several years differ only in what may change with the year."""
    for table, key, columns in _SAME_IN_ALL_YEARS:
        yield from _same_in_all_years(tables[table], key, columns)


def _same_in_all_years(typed: TypedTable, key: str, columns: tuple[str, ...]) -> Iterator[Issue]:
    first: dict[object, int] = {}
    rows = list(zip(*(typed.frame[name].map(cell_text) for name in columns), strict=True))
    for index, name in enumerate(typed.frame[key]):
        if not typed.sound[index]:
            continue
        start = first.setdefault(name, index)
        for column, text, wanted in zip(columns, rows[index], rows[start], strict=True):
            if text != wanted:
                words = f"'{wanted}'" if wanted else "an empty cell"
                expected = f"{words}, as in row {typed.rows[start]} of the same {key}"
                yield typed.issue(index, column, expected, f"use another {key}")


def _unserved_blocks(tables: Tables) -> Iterator[Issue]:
    """The blocks of a country, or of a carrier in it, are its whole demand; each has some."""
    typed = tables["unserved_blocks"]
    if not (typed.complete and typed.sound.all()):
        return
    keys = typed.frame[["country", "carrier"]].fillna("")
    total = typed.frame["share"].groupby([keys["country"], keys["carrier"]]).transform("sum")
    is_last = ~keys.duplicated(keep="last")
    for index in sound_rows(typed, is_last & ((total - 1.0).abs() > _SHARE_TOLERANCE)):
        expected = "shares of one country and carrier that add up to 1"
        hint = f"with this row they are {total.iloc[index]:.4g}"
        yield typed.issue(index, "share", expected, hint)
    demands = tables["demands"]
    zone = looked_up(tables, demands.frame["bus"], "buses", "zone")
    place = looked_up(tables, zone, "zones", "country")
    carrier = looked_up(tables, demands.frame["bus"], "buses", "carrier")
    known = set(zip(keys["country"], keys["carrier"], strict=True))
    has_blocks = pd.Series(
        [(c, "") in known or (c, name) in known for c, name in zip(place, carrier, strict=True)]
    )
    bare = (demands.frame["energy_mwh"] > 0) & place.notna() & ~has_blocks
    for index in sound_rows(demands, bare & ~place.where(bare).duplicated()):
        expected = f"a bus in a country with unserved blocks: {place.iloc[index]} has none"
        hint = f"add blocks for {place.iloc[index]} to unserved_blocks.csv"
        yield demands.issue(index, "bus", expected, hint)


def _demand_steps(tables: Tables) -> Iterator[Issue]:
    """Steps belong to a demand, are no more than all of it, and worth something."""
    typed = tables["demand_steps"]
    frame = typed.frame
    demands = tables["demands"]
    known = sorted({str(name) for name in demands.frame["demand"]})
    strange = ~frame["demand"].isin(known)
    for index in sound_rows(typed, strange) if demands.complete else []:
        hint = did_you_mean(str(frame["demand"].iloc[index]), known)
        yield typed.issue(index, "demand", "a demand of demands.csv", hint)
    total = frame["share"].groupby(frame["demand"]).transform("sum")
    is_last = ~frame["demand"].duplicated(keep="last")
    for index in sound_rows(typed, is_last & (total > 1.0 + _SHARE_TOLERANCE)):
        expected = "shares of one demand that add up to at most 1"
        yield typed.issue(
            index, "share", expected, f"with this row they are {total.iloc[index]:.4g}"
        )
    for index in sound_rows(typed, frame["price"] <= 0):
        yield typed.issue(index, "price", "more than 0: what is given up is worth something")


def _market_prices(tables: Tables) -> Iterator[Issue]:
    """What can be traded has a price, and no market buys dearer than it sells."""
    typed = tables["market_steps"]
    frame = typed.frame
    sides = (("import_max_mw", "buy_price"), ("export_max_mw", "sell_price"))
    for volume, price in sides:
        for index in sound_rows(typed, (frame[volume] > 0) & frame[price].isna()):
            yield typed.issue(index, price, "a price", f"as {volume} is above 0")
    buying = frame["buy_price"].where(frame["import_max_mw"] > 0)
    lowest = buying.groupby([frame["market"], frame["year"]]).transform("min")
    selling = frame["sell_price"].where(frame["export_max_mw"] > 0)
    own = frame["sell_price"] > frame["buy_price"]
    money = frame["currency"].fillna(case_currency(tables))
    for index in sound_rows(typed, (selling > lowest) & ~own):
        price = f"{number_text(float(lowest.iloc[index]))} {money.iloc[index]}/MWh"
        expected = f"at most {price}, the lowest buy_price of this market and year"
        hint = "else buying and selling at once earns money"
        yield typed.issue(index, "sell_price", expected, hint)


def _limit_scopes(tables: Tables) -> Iterator[Issue]:
    """The scope of a limit fits its kind."""
    typed = tables["limits"]
    frame = typed.frame
    trade = frame["kind"].isin(["trade", "net_trade"])
    for column in ("partner", "link"):
        for index in sound_rows(typed, ~trade & frame[column].notna()):
            expected = f"an empty cell, as the limit is of kind {frame['kind'].iloc[index]}"
            hint = f"only limits of kind trade or net_trade have {column}"
            yield typed.issue(index, column, expected, hint)
    counted = frame["gas"].notna() & (frame["gas"] != "co2") & (frame["kind"] != "emissions")
    for index in sound_rows(typed, counted):
        hint = "only limits of kind emissions have a gas"
        yield typed.issue(index, "gas", "an empty cell", hint)
    placeless = trade & frame[["country", "partner", "link"]].isna().all(axis=1)
    for index in sound_rows(typed, placeless):
        hint = "a limit on trade names a country, a partner or links"
        yield typed.issue(index, "country", "the sender", hint)
    for index in sound_rows(typed, (frame["kind"] != "net_trade") & (frame["value"] < 0)):
        hint = "only limits of kind net_trade can be negative"
        yield typed.issue(index, "value", "at least 0", hint)
    reserve = frame["kind"].isin(["share", "planning_reserve", "operating_reserve"])
    for index in sound_rows(typed, reserve & (frame["value"] > 10)):
        expected = "a fraction"
        hint = f"write a fraction, not percent: {number_text(frame['value'].iloc[index] / 100)}"
        yield typed.issue(index, "value", expected, hint)


def _actuals(tables: Tables) -> Iterator[Issue]:
    """Reported items are known ones, in the unit that fits them."""
    typed = tables["actuals"]
    carriers = set(tables["carriers"].frame["carrier"])
    details = {
        "generation": (*PALETTE, "total"),
        "capacity": (*PALETTE, "total"),
        "fuel": tuple(carriers),
        "emissions": ("", "total"),
    }
    for index, item in enumerate(typed.frame["item"]):
        if not typed.sound[index]:
            continue
        noun, _, detail = str(item).partition(":")
        allowed = details.get(noun, ("",))
        if noun not in _ITEM_UNITS:
            expected = "one of " + ", ".join(_ITEM_UNITS)
            yield typed.issue(index, "item", expected, did_you_mean(noun, _ITEM_UNITS))
        elif noun == "balance":
            yield from _balance_item(typed, index, detail, carriers)
        elif not set(detail.split("+")) <= set(allowed):
            expected = f"{noun} alone" if allowed == ("",) else f"{noun}: and a known name"
            options = [f"{noun}:{name}" for name in allowed if name]
            yield typed.issue(index, "item", expected, did_you_mean(str(item), options))
        elif typed.frame["unit"].iloc[index] != _ITEM_UNITS[noun]:
            yield typed.issue(index, "unit", f"{_ITEM_UNITS[noun]}, the unit of {noun}")


def _balance_item(
    typed: TypedTable, index: int, detail: str, carriers: set[str]
) -> Iterator[Issue]:
    """A line of an energy balance is named by a known carrier, a known line and any detail."""
    carrier, _, rest = detail.partition(":")
    line = rest.partition(":")[0]
    if carrier not in carriers:
        hint = did_you_mean(carrier, carriers)
        yield typed.issue(index, "item", "balance: and a carrier of carriers.csv", hint)
    elif line not in BALANCE_LINES:
        hint = did_you_mean(line, BALANCE_LINES)
        yield typed.issue(index, "item", f"balance:{carrier}: and a line of a balance", hint)
    elif typed.frame["unit"].iloc[index] != _ITEM_UNITS["balance"]:
        yield typed.issue(index, "unit", "MWh, the unit of balances")


def _profile_uses(tables: Tables) -> Iterator[Issue]:
    """Profiles are of the kind that their use needs, and without unit."""
    profiles = tables["profiles"]
    for index in sound_rows(profiles, ~profiles.frame["unit"].str.fullmatch(UNITS)):
        hint = "profiles are shapes; their size stands in the table that uses them"
        expected = "1, or in words: share of ..., hourly over mean ..."
        yield profiles.issue(index, "unit", expected, hint)
    for table, column, kinds in _PROFILE_USES:
        typed = tables[table]
        kind = looked_up(tables, typed.frame[column], "profiles", "kind")
        for index in sound_rows(typed, kind.notna() & ~kind.isin(kinds)):
            expected = f"a profile of kind {' or '.join(kinds)}"
            yield typed.issue(index, column, expected, f"this one is of kind {kind.iloc[index]}")


_RULES: tuple[Callable[[Tables], Iterator[Issue]], ...] = (
    _one_case,
    _ordered_pairs,
    _reasons,
    _citations,
    _technology_costs,
    _burning,
    _asset_kinds,
    _asset_status,
    _ports,
    _links,
    _corridor_links,
    _unserved_blocks,
    _demand_steps,
    _market_prices,
    _limit_scopes,
    _actuals,
    _profile_uses,
    _one_story,
)
