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
from khazri.appraise.cba.case_appraisal import (
    ALL,
    Appraisal,
    Terms,
    appraise,
    kept,
    variants,
)
from khazri.appraise.cba.coalitions import (
    Coalitions,
    CoalitionWorths,
    coalition_worths,
    coalitions,
)
from khazri.appraise.cba.corridors import (
    Corridor,
    CorridorLeg,
    Corridors,
    needed_choices,
    read_corridors,
    with_legs,
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
    "ALL",
    "NOT_COMPUTED",
    "Appraisal",
    "Benefit",
    "Benefits",
    "CoalitionWorths",
    "Coalitions",
    "Corridor",
    "CorridorLeg",
    "Corridors",
    "Effect",
    "Flows",
    "Leg",
    "Method",
    "Terms",
    "appraisal",
    "appraise",
    "benefits",
    "best_start",
    "by_start",
    "choice",
    "coalition_worths",
    "coalitions",
    "contributions",
    "delay_costs",
    "difference",
    "flows",
    "kept",
    "needed_choices",
    "needed_sets",
    "outcome",
    "read_corridors",
    "regrets",
    "synergy",
    "variants",
    "with_legs",
]
