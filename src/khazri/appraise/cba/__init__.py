"""What a corridor is worth to whom: plans with and without it, over its life."""

from khazri.appraise.cba.benefits import (
    NOT_COMPUTED,
    Benefit,
    Benefits,
    Effect,
    benefits,
    difference,
    outcome,
)
from khazri.appraise.cba.synergy import (
    Method,
    choice,
    contributions,
    needed_sets,
    regrets,
    synergy,
)
from khazri.appraise.cba.value import (
    Flows,
    Leg,
    appraisal,
    best_start,
    by_start,
    delay_costs,
    flows,
)

__all__ = [
    "NOT_COMPUTED",
    "Benefit",
    "Benefits",
    "Effect",
    "Flows",
    "Leg",
    "Method",
    "appraisal",
    "benefits",
    "best_start",
    "by_start",
    "choice",
    "contributions",
    "delay_costs",
    "difference",
    "flows",
    "needed_sets",
    "outcome",
    "regrets",
    "synergy",
]
