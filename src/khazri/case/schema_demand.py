"""The tables of demand and of markets, a part of :mod:`khazri.case.schema`."""

from __future__ import annotations

from khazri.case.columns import MONEY, Table, number, ref, table, text, year

DEMAND_TABLES: tuple[Table, ...] = (
    table(
        "demands",
        "Energy demanded at buses; linear between given years, held outside.",
        ("demand", "year"),
        (
            text("demand", "identifier", required=True),
            ref("bus", "buses", "bus", required=True),
            text("sector", "sector", default="all"),
            year("year", "year", required=True),
            number("energy_mwh", "energy of the year", "MWh/a", required=True),
            ref("profile", "profiles", "hourly shape with mean 1; empty: constant"),
            number(
                "feedstock_share",
                "share of its carbon that stays in products and is not emitted",
                "1",
                default=0.0,
                high=1,
            ),
        ),
        required=True,
    ),
    table(
        "demand_steps",
        "Parts of a demand that are given up when energy costs more than they are worth.",
        ("demand", "step"),
        (
            text("demand", "demand (of demands)", required=True),
            text("step", "name of the step", required=True),
            number("share", "share of the demand in each hour", "1", required=True, high=1),
            number(
                "price", "worth of the energy to its user", "EUR/MWh", required=True, money=True
            ),
            *MONEY,
        ),
    ),
    table(
        "efficiency",
        "Measures that save energy: the plan decides how much of each is taken up. Values are "
        "linear between given years, held after; a measure is not there before its first row.",
        ("measure", "year"),
        (
            text("measure", "identifier", required=True),
            text("name", "name shown to readers", required=True),
            ref("bus", "buses", "bus of the demand that it lowers", required=True),
            text("sector", "sector of the demand that it lowers; empty: all demand of the bus"),
            year("year", "year", required=True),
            number("potential_mwh", "saved in the year at full uptake", "MWh/a", required=True),
            ref("profile", "profiles", "hourly shape of the saving; empty: as the demand"),
            number(
                "overnight_cost",
                "investment for each MWh saved in a year",
                "EUR/(MWh/a)",
                required=True,
                money=True,
            ),
            number("lifetime_a", "economic life", "a", required=True, low=1, high=200),
            number(
                "fixed_om",
                "yearly cost for each MWh saved in a year (negative: other gains)",
                "EUR/(MWh/a)/a",
                default=0.0,
                low=None,
                money=True,
            ),
            number("wacc", "own real cost of capital; empty: of the country", "1", high=0.5),
            number(
                "rebound",
                "share of the saving that is used up again, for more comfort and use",
                "1",
                default=0.0,
                high=1,
            ),
            ref("group", "efficiency_groups", "group of overlapping measures"),
            *MONEY,
        ),
    ),
    table(
        "efficiency_groups",
        "Measures of a group overlap: together they save at most this share of the sum of what "
        "each would save alone.",
        ("group",),
        (
            text("group", "identifier", required=True),
            text("name", "name shown to readers", required=True),
            number(
                "share",
                "most that all together save, over the sum of their potentials",
                "1",
                required=True,
                high=1,
            ),
        ),
    ),
    table(
        "unserved_blocks",
        "Price-ordered blocks of demand that can stay unserved.",
        ("country", "block"),
        (
            ref("country", "countries", "country", required=True),
            ref(
                "carrier",
                "carriers",
                "carrier of the demand; empty: all carriers without blocks of their own",
            ),
            text("block", "name of the block", required=True),
            number("share", "share of the demand of each hour", "1", required=True, high=1),
            number(
                "price", "value of lost load of the block", "EUR/MWh", required=True, money=True
            ),
            *MONEY,
        ),
    ),
    table(
        "markets",
        "Price markets beyond the modelled area: one bus for each border.",
        ("market",),
        (
            text("market", "identifier", required=True),
            text("name", "name shown to readers", required=True),
            ref("bus", "buses", "bus of the market, with nothing else on it", required=True),
            ref("price_profile", "profiles", "hourly shape (mean 1) of both prices"),
        ),
    ),
    table(
        "market_steps",
        "Price steps of the markets; linear between given years, held outside.",
        ("market", "step", "year"),
        (
            ref("market", "markets", "market", required=True),
            text("step", "name of the step", required=True),
            year("year", "year", required=True),
            number("buy_price", "the system pays for imports", "EUR/MWh", low=None, money=True),
            number("sell_price", "the system earns by exports", "EUR/MWh", low=None, money=True),
            number("import_max_mw", "largest import", "MW", default=0.0),
            number("export_max_mw", "largest export", "MW", default=0.0),
            number("import_max_mwh", "most import in a year; empty: no limit", "MWh/a"),
            number("export_max_mwh", "most export in a year; empty: no limit", "MWh/a"),
            number("import_min_mwh", "least import in a year; empty: none", "MWh/a"),
            number("export_min_mwh", "least export in a year; empty: none", "MWh/a"),
            number(
                "shortfall_price",
                "paid for each MWh that import_min_mwh or export_min_mwh is missed by (take or "
                "pay); empty: they must be met",
                "EUR/MWh",
                money=True,
            ),
            *MONEY,
        ),
        ordered=(
            ("sell_price", "buy_price"),
            ("import_min_mwh", "import_max_mwh"),
            ("export_min_mwh", "export_max_mwh"),
        ),
    ),
)
"""Demand, what may be saved, given up or stay unserved of it, and markets."""
