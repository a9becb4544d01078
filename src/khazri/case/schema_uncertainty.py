"""The tables of what is uncertain, a part of :mod:`khazri.case.schema`."""

from __future__ import annotations

from khazri.case.columns import Table, choice, number, ref, table, text

UNCERTAINTY_TABLES: tuple[Table, ...] = (
    table(
        "uncertainties",
        "What may come otherwise than the tables say, and within which range. Each is drawn by "
        "itself; what moves together is one row with several cells.",
        ("driver",),
        (
            text("driver", "identifier", required=True),
            text("name", "name shown to readers", required=True),
            choice(
                "action",
                "what is drawn: a factor on cells (1: as the tables say) or a summand (0), money "
                "in the currency and price year of the case",
                ("multiply", "add"),
                default="multiply",
            ),
            number("low", "lowest factor or summand", "as action says", required=True, low=None),
            number("high", "highest factor or summand", "as action says", required=True, low=None),
            choice(
                "distribution",
                "triangular: most likely as the tables say; uniform: all between both ends alike",
                ("triangular", "uniform"),
                default="triangular",
            ),
        ),
        ordered=(("low", "high"),),
    ),
    table(
        "uncertainty_cells",
        "Which cells a driver moves; empty ones stay empty.",
        ("driver", "table", "key", "column"),
        (
            ref("driver", "uncertainties", "driver", required=True),
            text("table", "table with the cells", required=True),
            text("key", "row key, parts joined by |; * and ? match any text", required=True),
            text(
                "column",
                "column of numbers; annual_mean of profiles: all their hourly values, those of "
                "plants cut at 1",
                required=True,
            ),
            number(
                "weight",
                "how far cells follow: 0.5 goes half the way of factor or summand, -1 against it",
                "1",
                default=1.0,
                low=None,
            ),
        ),
        sourced=False,
    ),
)
"""Drivers with their ranges, and the cells that they move."""
