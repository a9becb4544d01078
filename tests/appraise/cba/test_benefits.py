"""Benefits from plans with and without a link, by hand and as the accounts have them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from khazri.appraise.cba import Benefit, Effect, benefits, difference, outcome
from khazri.errors import UsageError
from khazri.plan import Plan, make_plan, welfare
from khazri.program import build_program
from khazri.solve.highs import HighsSolver
from khazri.solve.optimize import Effort, optimize
from khazri.system import Buses, Links, Supplies

from ...systems import group, system

_LINK_COST = 2.0
_EMITS = 0.5
_PRICE = 10.0


def _plan(link_mw: float) -> Plan:
    """One hour: A has 100 MW at 10, B 100 MW at 45 with 0.5 t/MWh at 10 EUR/t; B needs 60 MW.

    A link of 40 MW, if any, costs 2 a MW; with it B makes 20 MW and buys 40.
    """
    chosen = system(
        1,
        n_buses=2,
        load=[[0.0, 60.0]],
        buses=group(Buses, 2, name=["a", "b"], zone=["a", "b"], country=["A", "B"]),
        supplies=group(
            Supplies, 2, name=["wind_a", "gas_b"], bus=[0, 1], existing_mw=[100.0, 100.0],
            other_cost=[10.0, 45.0], variable_cost=[10.0, 45.0], renewable=[True, False],
        ),
        links=group(
            Links, 1, name=["line"], from_bus=[0], to_bus=[1], build_max_mw=[link_mw],
            backward_ratio=[1.0], investment_cost=[_LINK_COST], loss=[0.1],
        ),
    )  # fmt: skip
    program = build_program(chosen)
    return make_plan(chosen, program, optimize(program, HighsSolver(), Effort(segments=0)))


@pytest.fixture(scope="module")
def apart() -> pd.DataFrame:
    return outcome(_plan(0.0), ["line"])


@pytest.fixture(scope="module")
def joined() -> pd.DataFrame:
    return outcome(_plan(40.0), ["line"])


def test_a_line_moves_wind_to_where_gas_is_dear(apart, joined):
    """40 MW sent bring 36 MW: B saves 36 x 45, A pays 40 x 10. The rent, 36 x 45 - 40 x 10 = 1,220,
    is halved; prices stay 10 and 45, so neither consumers nor producers gain.

    The yearly cost of the line, 2 x 40, is given back: it is counted when it is paid.
    """
    change = difference(joined, apart, societal_co2=0.0)
    assert change[str(Benefit.CONGESTION_RENT)].tolist() == pytest.approx([610.0, 610.0])
    for kind in (Benefit.CONSUMERS, Benefit.PRODUCERS, Benefit.TRADERS, Benefit.CO2):
        assert change[str(kind)].tolist() == pytest.approx([0.0, 0.0], abs=1e-6)
    assert change[str(Effect.RENEWABLE_MWH)].tolist() == pytest.approx([40.0, 0.0])
    assert change[str(Effect.CURTAILED_MWH)].tolist() == pytest.approx([-40.0, 0.0])
    assert change[str(Effect.LOSSES_MWH)].tolist() == pytest.approx([2.0, 2.0])


def test_without_own_links_the_difference_is_that_of_the_accounts():
    with_it, without = _plan(40.0), _plan(0.0)
    change = difference(outcome(with_it), outcome(without), 0.0)
    money = change[[str(kind) for kind in Benefit]].sum(axis=1)
    totals = [welfare(plan).set_index("country")["total_eur"] for plan in (with_it, without)]
    assert money["A"] == pytest.approx(totals[0]["A"] - totals[1]["A"])
    assert money.sum() == pytest.approx(totals[0][""] - totals[1][""])


def test_a_tonne_is_counted_once():
    """30 t less, 300 paid less at 10 EUR/t: at 80 EUR/t society gains 2,400, of which producers
    have 300 already."""
    before = pd.DataFrame(
        {str(kind): [0.0] for kind in Benefit if kind is not Benefit.CO2}
        | {str(effect): [0.0] for effect in Effect}
        | {"emissions_payments_eur": [1000.0]},
        index=["A"],
    )
    after = before.assign(
        **{"emissions_payments_eur": 700.0, str(Effect.CO2_T): -30.0, str(Benefit.PRODUCERS): 300.0}
    )
    change = difference(after, before, societal_co2=80.0)
    assert change.loc["A", str(Benefit.CO2)] == pytest.approx(2100.0)
    money = change[[str(kind) for kind in Benefit]].sum(axis=1)
    assert money["A"] == pytest.approx(2400.0)
    assert difference(after, before, 0.0).loc["A", str(Benefit.CO2)] == 0.0


def test_countries_must_be_the_same(apart):
    with pytest.raises(UsageError, match="same countries"):
        difference(apart, apart.iloc[:1], 0.0)


def test_own_links_must_be_there():
    with pytest.raises(UsageError, match="no link cable"):
        outcome(_plan(40.0), ["cable"])


def _year(a: float, b: float) -> pd.DataFrame:
    zeros = {str(kind): [0.0, 0.0] for kind in Benefit}
    return pd.DataFrame(zeros | {str(Benefit.CONSUMERS): [a, b]}, index=["A", "B"])


def test_years_between_and_beyond():
    """A: 10 in 2030, 20 in 2040: 10 before, 15 in 2035, 20 ever after."""
    found = benefits({2040: _year(20.0, 0.0), 2030: _year(10.0, 4.0)})
    years = np.array([2025, 2030, 2035, 2040, 2060])
    assert found.total(years)[0] == pytest.approx([10.0, 10.0, 15.0, 20.0, 20.0])
    assert found.total(years)[1] == pytest.approx([4.0, 4.0, 2.0, 0.0, 0.0])


def test_benefits_need_years_of_the_same_countries():
    with pytest.raises(UsageError, match="at least one"):
        benefits({})
    with pytest.raises(UsageError, match="same countries"):
        benefits({2030: _year(1.0, 1.0), 2040: _year(1.0, 1.0).iloc[:1]})
