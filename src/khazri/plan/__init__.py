"""The plan of a year in the planner's words, and the tables and accounts that follow from it."""

from khazri.plan.make import make_plan
from khazri.plan.plan import Plan
from khazri.plan.run import plan_case, plan_key
from khazri.plan.variables import VARIABLES, Variable

__all__ = [
    "VARIABLES",
    "Plan",
    "Variable",
    "make_plan",
    "plan_case",
    "plan_key",
]
