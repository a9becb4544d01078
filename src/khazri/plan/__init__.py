"""The plan of a year in the planner's words, and the tables and accounts that follow from it."""

from khazri.plan.accounts import (
    CostKind,
    asset_costs,
    costs,
    costs_by_country,
    total_welfare,
    welfare,
)
from khazri.plan.compare import compare
from khazri.plan.emissions import emissions_by_source
from khazri.plan.export import TableFormat, export_tables, export_workbook
from khazri.plan.make import make_plan
from khazri.plan.measures import measures, responses
from khazri.plan.national import Line, energy_balance
from khazri.plan.plan import Plan
from khazri.plan.prices import PriceParts, price_parts, price_summary
from khazri.plan.run import Unfinished, plan_case, plan_key
from khazri.plan.summary import Summary, summary
from khazri.plan.tables import (
    balance,
    capacity,
    emissions,
    exchange,
    fuel_use,
    generation,
    limits,
    links,
    unserved,
)
from khazri.plan.variables import VARIABLES, Variable

__all__ = [
    "VARIABLES",
    "CostKind",
    "Line",
    "Plan",
    "PriceParts",
    "Summary",
    "TableFormat",
    "Unfinished",
    "Variable",
    "asset_costs",
    "balance",
    "capacity",
    "compare",
    "costs",
    "costs_by_country",
    "emissions",
    "emissions_by_source",
    "energy_balance",
    "exchange",
    "export_tables",
    "export_workbook",
    "fuel_use",
    "generation",
    "limits",
    "links",
    "make_plan",
    "measures",
    "plan_case",
    "plan_key",
    "price_parts",
    "price_summary",
    "responses",
    "summary",
    "total_welfare",
    "unserved",
    "welfare",
]
