"""``khazri appraise --uncertainty`` on plans that are there already: files, page and refusals."""

from __future__ import annotations

import json
import re

import pandas as pd
import pytest
from tests.appraise.uncertainty.conftest import SAMPLE

from khazri.cli import run


def _words(two_buses, *more):
    return ["appraise", str(two_buses.folder), "--hours", "full", "--method", "pint",
            "--jobs", "1", *more]  # fmt: skip


@pytest.fixture(scope="module")
def out(two_buses):
    """The folder that the command wrote; nothing was planned for it."""
    folder = two_buses.store.folder.parent / "result"
    before = set(two_buses.store.folder.iterdir())
    asked = ["--uncertainty", str(SAMPLE.count), "--seed", str(SAMPLE.seed)]
    words = _words(two_buses, *asked, "--uncertainty-hours", "full", "--out", str(folder))
    assert run([*words, "--quiet"], {}) == 0
    assert set(two_buses.store.folder.iterdir()) == before
    return folder


def test_tables_and_json_say_the_same_as_the_assessment(out, two_buses):
    written = json.loads((out / "uncertainty.json").read_text(encoding="utf-8"))
    for name, table in two_buses.found.tables.items():
        assert len(written[name]) == len(table)
        assert len(pd.read_csv(out / f"uncertainty_{name}.csv")) == len(table)
    assert [row["npv_eur"] for row in written["values"]] == pytest.approx(
        two_buses.found.values["npv_eur"].tolist()
    )
    assert (written["draws"], written["seed"], written["plans"]) == (8, 3, 26)
    assert written["fidelity_of_draws"].startswith("every hour of the year")
    kept = {path.stem for path in two_buses.store.folder.iterdir()}
    for row in written["rests_on"]:
        assert {row["with_plan"], row["without_plan"]} <= kept
        assert row["is_certified"]


def test_the_page_shows_chances_tornado_and_fan(out, two_buses):
    page = (out / "uncertainty.html").read_text(encoding="utf-8")
    assert not re.search(r"(src|href)=\"(?!#|data:)", page)
    assert "<script" not in page
    chance = two_buses.found.chances.set_index("country").loc[""]
    assert f"The tie pays in {chance['paying']} of {chance['draws']} draws" in page
    assert 'id="tornado-tie-pint"' in page
    assert 'id="fan-tie-pint"' in page
    assert page.index("Gas price") < page.index("Cost of the tie") < page.index("Coal price")
    assert "nan" not in re.sub(r'data-value="nan"', "", page).casefold().split()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--uncertainty", "1"], "a number of draws, 2 or more"),
        (["--uncertainty", "24", "--sampling", "sobol"], "a power of two"),
        (["--uncertainty", "8", "--sampling", "dice"], "lhs or sobol"),
        (["--uncertainty", "8", "--seed", "-1"], "a whole number"),
        (["--uncertainty", "8", "--uncertainty-hours", "few"], "auto, full or a number"),
    ],
)
def test_what_cannot_be_is_refused_at_once(two_buses, capsys, words, said):
    assert run(_words(two_buses, *words), {}) == 2
    assert said in capsys.readouterr().err
