"""How parties share what they are worth together: values, nucleolus, core, bargaining, payments."""

from khazri.appraise.sharing.core import (
    LeastCore,
    is_nucleolus,
    least_core,
    nucleolus,
    prenucleolus,
)
from khazri.appraise.sharing.game import (
    Game,
    excess,
    make_game,
    savings_game,
    superadditive_faults,
)
from khazri.appraise.sharing.payments import Compensation, Payment, compensate, fewest_payments
from khazri.appraise.sharing.read import read_game
from khazri.appraise.sharing.share import (
    Parties,
    Rule,
    Sharing,
    payment_table,
    payments_of,
    payoff_table,
    share,
    stability_table,
)
from khazri.appraise.sharing.values import (
    equal_split,
    in_proportion,
    nash_bargain,
    separable_costs,
    shapley_value,
)

__all__ = [
    "Compensation",
    "Game",
    "LeastCore",
    "Parties",
    "Payment",
    "Rule",
    "Sharing",
    "compensate",
    "equal_split",
    "excess",
    "fewest_payments",
    "in_proportion",
    "is_nucleolus",
    "least_core",
    "make_game",
    "nash_bargain",
    "nucleolus",
    "payment_table",
    "payments_of",
    "payoff_table",
    "prenucleolus",
    "read_game",
    "savings_game",
    "separable_costs",
    "shapley_value",
    "share",
    "stability_table",
    "superadditive_faults",
]
