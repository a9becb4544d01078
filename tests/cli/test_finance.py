"""``khazri finance`` and ``khazri share``: what people and programs are told, what is written."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.cases import Khazri

from khazri.appraise.finance import cashflow, figures, financed
from khazri.case import Case, read_case
from khazri.cli import run
from khazri.errors import UsageError
from khazri.plan import Plan
from khazri.plan.arrays import values

_TERMS = """
spending = [0.3, 0.7]
[debt]
share = 0.6
rate = 0.05
tenor = 15
repayment = "sculpted"
[revenue]
model = "regulated"
[uncertain]
investment = [0.9, 1.0, 1.2]
revenue = [0.8, 1.0, 1.1]
"""

_COALITIONS = "coalition,worth_eur\nA,0\nB,0\nC,0\nA;B,1e6\nA;C,1e6\nB;C,1e6\nA;B;C,1e6\n"


@pytest.fixture(scope="module")
def built(small: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Plans of both years in which the sea cable is built."""
    out = tmp_path_factory.mktemp("plans") / "cable"
    words = ["plan", str(small), "--year", "2030,2040", "--scenario", "low_carbon"]
    assert run([*words, "--out", str(out), "--quiet"], {}) == 0
    return out


@pytest.fixture(scope="module")
def plans(built: Path) -> list[Plan]:
    return [Plan.load(built / year / "plan.nc") for year in ("2030", "2040")]


@pytest.fixture(scope="module")
def case(small: Path) -> Case:
    return read_case(small, "low_carbon")


def test_a_corridor_costs_what_it_costs_in_the_plan(case: Case, plans: list[Plan]) -> None:
    """Paid in the year before operation, the levelised cost of the two poles is the annuity and the
    fixed cost of the plan: (280 + 360) million EUR at 7.25 % over 40 years, and 2 % a year."""
    found = financed(case, "sea_cable", plans[:1])
    assert found.project.investment == pytest.approx(640e6)
    assert found.terms.discount_rate == pytest.approx(0.0725)
    tariff = figures(cashflow(found.project, found.terms)).levelised_tariff
    assert tariff * found.project.energy[0] == pytest.approx(
        values(plans[0], "link_investment").sum()
    )


def test_between_plans_amounts_are_interpolated(case: Case, plans: list[Plan]) -> None:
    """Operation begins in 2032: after a fifth of the way from 2030 to 2040; held from 2040 on."""
    found = financed(case, "sea_cable", plans)
    first, last = found.by_year["earned_eur"]
    assert found.project.revenue[0] == pytest.approx(0.8 * first + 0.2 * last)
    assert found.project.revenue[8:] == pytest.approx(last)
    assert len(found.project.revenue) == 40
    assert "interpolated between" in found.notes[0]


def test_a_plant_earns_what_it_sells_and_pays_for_its_fuel(case: Case, plans: list[Plan]) -> None:
    name = str(plans[0].capacity.query("built_mw > 1 or existing_mw > 1")["asset"].iloc[0])
    found = financed(case, name, plans[:1])
    row, part = found.by_year.iloc[0], found.parts.iloc[0]
    assert found.project.revenue[0] == row["earned_eur"]
    assert found.project.operation_cost[0] == pytest.approx(
        row["running_cost_eur"] + part["fixed_om_eur"]
    )
    assert len(found.project.revenue) == int(part["lifetime_a"])


def test_a_portfolio_adds_up(case: Case, plans: list[Plan]) -> None:
    """The cable runs from 2032; so does the plant with it, for the shorter life of both."""
    name = str(plans[0].capacity.query("built_mw > 1 or existing_mw > 1")["asset"].iloc[0])
    both = financed(case, f"sea_cable, {name}", plans)
    each = [financed(case, one, plans) for one in ("sea_cable", name)]
    investments = [float(one.project.investment) for one in each]
    assert float(both.project.investment) == pytest.approx(sum(investments))
    assert both.by_year["earned_eur"].tolist() == pytest.approx(
        (each[0].by_year["earned_eur"] + each[1].by_year["earned_eur"]).tolist()
    )
    assert both.project.n_operation == min(one.project.n_operation for one in each)
    with pytest.raises(UsageError, match="twice"):
        financed(case, "sea_cable,sea_cable", plans)


def test_plans_that_do_not_fit(case: Case, plans: list[Plan]) -> None:
    with pytest.raises(UsageError, match="at least one"):
        financed(case, "sea_cable", [])
    with pytest.raises(UsageError, match="same year"):
        financed(case, "sea_cable", [plans[0], plans[0]])
    data = plans[0].data
    other = Plan(data.assign_attrs(scenario="reference"))
    with pytest.raises(UsageError, match="not of"):
        financed(case, "sea_cable", [other])
    with pytest.raises(UsageError, match="sea_cable"):
        financed(case, "sea_cabel", plans)
    less = Plan(data.assign(link_built_forward=0.9 * data["link_built_forward"]))
    with pytest.raises(UsageError, match="does not build all of sea_cable_1, sea_cable_2"):
        financed(case, "sea_cable", [less])


def test_finance_tells_people(khazri: Khazri, small: Path, built: Path, tmp_path: Path) -> None:
    out = tmp_path / "f"
    told = khazri("finance", small, "sea_cable", "--plan", built / "2040", "--out", out)
    assert told.code == 0
    for words in ("Sea cable", "net present value", "levelised tariff", "held in all years"):
        assert words in told.out
    page = (out / "memo.html").read_text("utf-8")
    assert "What the plans say" in page
    assert "://" not in page
    assert (out / "finance.xlsx").stat().st_size > 5000


def test_finance_tells_programs(khazri: Khazri, small: Path, built: Path, tmp_path: Path) -> None:
    terms = tmp_path / "terms.toml"
    terms.write_text(_TERMS, "utf-8")
    told = khazri(
        "finance", small, "sea_cable", "--plan", built / "2030", "--terms", terms,
        "--samples", "20", "--out", tmp_path / "f", "--json",
    )  # fmt: skip
    result = told.json["result"]
    assert told.json["schema"] == "khazri-finance-1"
    # a regulated asset earns its allowed return on what is invested; one year is lost in building
    assert 0 < result["figures"]["project_return_real"]["value"] <= 0.0725
    assert result["figures"]["lowest_dscr"] > 1
    assert result["samples"]["count"] == 20
    assert [row["factor"] for row in result["tornado"]] == ["investment", "revenue"] or [
        row["factor"] for row in result["tornado"]
    ] == ["revenue", "investment"]
    assert "What may come otherwise" in (tmp_path / "f" / "memo.html").read_text("utf-8")


def test_finance_refuses_a_folder_without_plans(
    khazri: Khazri, small: Path, tmp_path: Path
) -> None:
    told = khazri("finance", small, "sea_cable", "--plan", tmp_path, "--out", tmp_path / "f")
    assert told.code == 2
    assert "holds no plan" in told.err


def test_share_tells_people_and_programs(khazri: Khazri, tmp_path: Path) -> None:
    """Any two of three get 1 million: the core is empty, and every pair lacks a third."""
    game = tmp_path / "coalitions.csv"
    game.write_text(_COALITIONS, "utf-8")
    told = khazri("share", game, "--out", tmp_path / "s")
    assert told.code == 0
    assert "the core is empty" in told.out
    assert "Shapley value" in told.out
    assert "EU cost allocation left out" in told.err
    page = (tmp_path / "s" / "memo.html").read_text("utf-8")
    assert "No sharing holds" in page
    assert (tmp_path / "s" / "stability.csv").exists()
    result = khazri("share", game, "--json").json["result"]
    assert result["core"]["least_excess_eur"] == pytest.approx(1e6 / 3)
    assert result["nucleolus_proven"]
    assert len(result["core"]["decided_by"]) == 3


def test_share_with_costs_pays(khazri: Khazri, tmp_path: Path) -> None:
    (tmp_path / "coalitions.csv").write_text(_COALITIONS, "utf-8")
    (tmp_path / "parties.csv").write_text(
        "party,benefit_eur,cost_eur\nA,2e6,0\nB,1e6,0\nC,0,2e6\n", "utf-8"
    )
    told = khazri("share", tmp_path, "--threshold", "50%", "--out", tmp_path / "s")
    assert "who pays whom" in told.out
    assert "Who pays whom" in (tmp_path / "s" / "memo.html").read_text("utf-8")
    wrong = khazri("share", tmp_path, "--threshold", "much")
    assert wrong.code == 2
    assert "--threshold: found 'much'" in wrong.err
