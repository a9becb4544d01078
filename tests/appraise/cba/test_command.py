"""``khazri appraise`` and ``khazri share`` of a case, on plans that are there already."""

from __future__ import annotations

import json
import re

import pandas as pd
import pytest
from tests.appraise.cba.conftest import SEGMENTS

from khazri.cli import run

SECOND = "Sea cable second pole"


@pytest.fixture(scope="module")
def out(appraised):
    """The folder that ``khazri appraise`` wrote; nothing was planned for it."""
    folder = appraised.store.parent / "result"
    before = {path.name for path in appraised.store.iterdir()}
    words = ["appraise", str(appraised.case.path), "--hours", str(SEGMENTS), "--jobs", "1"]
    assert run([*words, "--out", str(folder), "--quiet"], {}) == 0
    assert {path.name for path in appraised.store.iterdir()} == before
    return folder


def test_tables_and_json_say_the_same_as_the_appraisal(out, appraised):
    written = json.loads((out / "appraisal.json").read_text(encoding="utf-8"))
    for name, table in appraised.found.tables.items():
        assert len(written[name]) == len(table)
        assert len(pd.read_csv(out / f"{name}.csv")) == len(table)
    assert [row["npv_eur"] for row in written["value"]] == pytest.approx(
        appraised.found.value["npv_eur"].tolist()
    )
    assert written["not_computed"]
    assert written["notes"] == [
        f"{SECOND} (sea_cable/2) cannot run before 2035: it is not in the plans of 2030"
    ]


def test_the_page_needs_nothing_else_and_names_its_plans(out, appraised):
    page = (out / "appraisal.html").read_text(encoding="utf-8")
    assert not re.search(r"(src|href)=\"(?!#|data:)", page)
    assert "<script" not in page
    for corridor in appraised.corridors.appraised:
        assert f'id="sheet-{corridor.name}"' in page
    for key in appraised.found.plans["plan"]:
        assert key[:12] in page
    assert "Not computed: adequacy" in page
    assert f"Leg 2: {SECOND}" in page
    assert ">Leg 2: sea_cable" not in page
    assert "Assumed: investment and fixed cost of each link are paid half and half" in page
    assert "nan" not in re.sub(r'data-value="nan"', "", page).casefold().split()


def test_parties_share_what_plans_say(appraised, capsys):
    words = ["share", str(appraised.case.path), "--year", "2030", "--hours", str(SEGMENTS)]
    folder = appraised.store.parent / "shared"
    assert run([*words, "--jobs", "1", "--out", str(folder), "--json"], {}) == 0
    result = json.loads(capsys.readouterr().out)["result"]
    assert result["players"] == ["AR", "BE", "CO"]
    assert result["plans"] == 4
    rows = {row["coalition"]: row for row in result["coalitions"]}
    assert result["total_eur"] == pytest.approx(rows["AR;BE;CO"]["worth_eur"])
    assert rows["AR"]["legs"] == ""
    page = (folder / "memo.html").read_text(encoding="utf-8")
    assert "Together the parties gain" in page
    assert "a year" in page.split('id="verdict"')[1].split("</h1>")[0]
    for key in {row["plan"] for row in rows.values()}:
        assert key[:12] in page
    assert f"{SEGMENTS} segments of hours" in page
    assert "Arda" in page
    assert len(pd.read_csv(folder / "coalitions.csv")) == 8


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["see_cable"], "no corridor 'see_cable'"),
        (["cable"], "did you mean 'sea_cable'?"),
        (["--years", "2033"], "no year 2033"),
        (["--method", "guess"], "toot, pint or both"),
        (["--jobs", "0"], "a number of plans"),
        (["--societal-co2", "-5"], "EUR per tonne"),
        (["--discount-rate", "4"], "a share below one"),
    ],
)
def test_what_cannot_be_is_refused_at_once(appraised, capsys, words, said):
    assert run(["appraise", str(appraised.case.path), *words], {}) == 2
    assert said in capsys.readouterr().err


def test_corridors_are_held_against_other_scenarios(appraised, tmp_path, capsys):
    """Under both scenarios each corridor is built at once, later, or not: values and regrets of
    all say the same in the tables, the terminal and on the page; the plans of the reference are
    those of the appraisal."""
    words = ["appraise", str(appraised.case.path), "corin_line", "--years", "2030"]
    words += ["--method", "pint", "--hours", str(SEGMENTS), "--jobs", "1", "--plain"]
    asked = ["--scenarios", "reference,high_demand", "--out", str(tmp_path / "out")]
    assert run([*words, *asked], {}) == 0
    said = capsys.readouterr().out
    values = pd.read_csv(tmp_path / "out" / "by_scenario.csv").fillna({"country": ""})
    of_all = values[values["country"] == ""]
    assert set(of_all["scenario"]) == {"reference", "high_demand"}
    assert len(of_all) == 8
    choices = pd.read_csv(tmp_path / "out" / "regret.csv").fillna({"country": ""})
    chosen = choices[(choices["country"] == "") & choices["is_chosen"]]["option"].item()
    assert re.search(rf"{chosen}.*least", said)
    page = (tmp_path / "out" / "appraisal.html").read_text(encoding="utf-8")
    assert "Under other scenarios" in page
    written = json.loads((tmp_path / "out" / "appraisal.json").read_text(encoding="utf-8"))
    assert len(written["regret"]) == len(choices)
    assert run([*words, "--scenarios", "hihg_demand"], {}) == 2
    assert "did you mean 'high_demand'" in capsys.readouterr().err
