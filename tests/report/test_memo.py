"""Memos as pages: well formed, without anything from elsewhere, everything escaped."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from khazri.appraise.finance import (
    Debt,
    Factor,
    Financed,
    Project,
    Repayment,
    Terms,
    Uncertain,
    cashflow,
    figures,
    simulate,
    tornado,
)
from khazri.appraise.sharing import Parties, make_game, share
from khazri.report.memo import render_memo
from khazri.report.memo_finance import finance_memo
from khazri.report.memo_sharing import Told, sharing_memo

from .test_render import Page


def _financed(revenue: float) -> Financed:
    years = 10
    project = Project(
        "Cable <A> & B", 100e6, (0.4, 0.6), 2030, 2025, np.full(years, revenue),
        np.full(years, 2e6), np.full(years, 1e6), 0.4,
    )  # fmt: skip
    debt = Debt(0.6, 0.06, 8, 1, Repayment.SCULPTED)
    parts = pd.DataFrame(
        {
            "item": ["cable"], "capacity_mw": [500.0], "investment_eur": [100e6],
            "fixed_om_eur": [2e6], "cost_of_capital": [0.06], "lifetime_a": [10.0],
        }
    )  # fmt: skip
    by_year = pd.DataFrame(
        {
            "year": [2030], "scenario": ["calm"], "plan_key": ["abc"], "is_certified": [False],
            "earned_eur": [revenue], "running_cost_eur": [0.0], "energy_mwh": [1e6],
        }
    )  # fmt: skip
    terms = Terms(0.06, inflation=0.02, debt=debt)
    return Financed(project, terms, parts, by_year, ("the plan of 2030 is not certified",))


def _page(source: Financed, *, with_risk: bool) -> Page:
    flow = cashflow(source.project, source.terms)
    factors = [
        Uncertain(Factor.REVENUE, 0.5, 1.0, 1.2), Uncertain(Factor.DELAY, 0.0, 0.0, 2.0)
    ]  # fmt: skip
    case = source.project, source.terms, factors
    risk = (simulate(*case, 30, 1), tornado(*case)) if with_risk else (None, None)
    return Page(render_memo(finance_memo(source, flow, figures(flow), *risk, "EUR")))


def test_an_investors_memo():
    """25 million a year in money of 2025 on 100 million: more than the cost of capital of 6 %."""
    page = _page(_financed(25e6), with_risk=True)
    assert "Cable <A> & B returns" in page.text
    assert "above its cost of capital of 6%" in page.text
    assert "Chance of a gain" in page.text
    assert "the plan of 2030 is not certified" in page.text
    headings = [attributes.get("id") for attributes in page.all("section")]
    assert headings == [None, "years", "risk", "terms"]
    assert len(page.all("figure")) == 3
    assert page.all("script") == []
    assert all("://" not in str(v) for _, a, _ in page.elements for v in a.values())


def test_a_memo_of_what_never_pays():
    page = _page(_financed(1e6), with_risk=False)
    assert "has no single rate of return" in page.text
    assert "risk" not in [attributes.get("id") for attributes in page.all("section")]


def test_a_memo_without_a_loan():
    source = _financed(25e6)
    source = replace(source, terms=Terms(0.06))
    page = _page(source, with_risk=False)
    assert len(page.all("figure")) == 1
    assert "DSCR" not in page.text.split("Year by year")[0]


@pytest.mark.parametrize("pair", [6e6, 9e6])
def test_a_memo_on_sharing(pair):
    """Three of whom any two have 6 of 10 million, or 9: then no sharing holds."""
    worths = {frozenset(one): 0.0 for one in "ABC"}
    worths |= {frozenset(two): pair for two in ("AB", "AC", "BC")}
    worths[frozenset("ABC")] = 10e6
    parties = Parties(np.array([9e6, 5e6, 1e6]), np.array([2e6, 2e6, 1e6]))
    sharing = share(make_game(worths), parties)
    page = Page(render_memo(sharing_memo(sharing, Told("A & B & C", "EUR"))))
    assert ("No sharing holds" in page.text) == (pair > 20e6 / 3)
    assert "EU cost allocation: A gets most, 7 m EUR" in page.text
    assert [a.get("id") for a in page.all("section")][1:] == ["rules", "stability", "payments"]
    assert len(page.all("figure")) == len(sharing.payoffs)
