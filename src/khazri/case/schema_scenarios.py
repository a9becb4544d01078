"""The tables of scenarios, a part of :mod:`khazri.case.schema`."""

from __future__ import annotations

from khazri.case.columns import Table, choice, ref, table, text

SCENARIO_TABLES: tuple[Table, ...] = (
    table(
        "scenarios",
        "Named overlays; each builds on its parent.",
        ("scenario",),
        (
            text("scenario", "identifier", required=True),
            text("name", "name shown to readers", required=True),
            ref("parent", "scenarios", "scenario it builds on; empty: the tables as they are"),
            text("description", "what it assumes"),
            text(
                "price_basis",
                "what fuels are priced at, in words (their opportunity value, regulated tariffs); "
                "empty: as in its parent. Reports name it, and compare with plans of another",
            ),
        ),
        required=True,
        sourced=False,
    ),
    table(
        "patches",
        "What a scenario changes: cells of other tables, in the order of the rows.",
        ("scenario", "table", "key", "column"),
        (
            ref("scenario", "scenarios", "scenario", required=True),
            text("table", "table to change", required=True),
            text("key", "row key, parts joined by |; * and ? match any text", required=True),
            text("column", "column to change", required=True),
            choice("action", "how", ("set", "multiply", "add"), default="set"),
            text("value", "new value, factor or summand; empty with set: clears the cell"),
        ),
    ),
)
