"""Rules side by side, reading games, and games that are not games."""

import json

import numpy as np
import pytest

from khazri.appraise.sharing import (
    Game,
    Parties,
    Rule,
    make_game,
    payment_table,
    payoff_table,
    read_game,
    share,
    stability_table,
    superadditive_faults,
)
from khazri.errors import CaseError, UnreadableFileError, UsageError

from .games import game, glove, voting

_COALITIONS = """coalition,worth_eur
A,0
B,0
C,0
A;B,60
A;C,40
B;C,20
A;B;C,100
"""
_PARTIES = """party,benefit_eur,cost_eur,host
A,90,30,true
B,70,20,true
C,10,20,true
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "coalitions.csv").write_text(_COALITIONS, "utf-8")
    (tmp_path / "parties.csv").write_text(_PARTIES, "utf-8")
    return tmp_path


def test_all_rules_side_by_side(folder):
    """Each rule shares 100; A, B, C are left with 60, 50, -10 before payments."""
    found = share(*read_game(folder))
    assert not found.left_out
    assert found.proven
    table = payoff_table(found).set_index("party")
    assert table.loc["C", "as it falls"] == -10.0
    # Shapley of A: (0 + 0)/3 + (60 + 40)/6 + (100 - 20)/3
    assert table.loc["A", "Shapley value"] == pytest.approx(100 / 6 + 80 / 3)
    # 90 : 70 : 10 of 100
    assert table.loc["C", "in proportion to benefit"] == pytest.approx(1000 / 170)
    # C loses 10; A and B pay 60 : 50
    assert table.loc["A", "EU cost allocation"] == pytest.approx(60 - 10 * 60 / 110)
    assert table[[str(r) for r in Rule]].sum().to_numpy() == pytest.approx(np.full(9, 100.0))


def test_who_would_leave(folder):
    """In equal parts A and B have 66.7, more than their 60; as it falls A + C have 50 > 40: but C
    alone has -10 < 0 and goes."""
    table = stability_table(share(*read_game(folder))).set_index("rule")
    assert table.loc["equal parts", "is_stable"]
    assert not table.loc["as it falls", "is_stable"]
    assert table.loc["as it falls", "leaves"] == "C"
    assert table.loc["as it falls", "largest_excess_eur"] == pytest.approx(10.0)


def test_who_pays_whom(folder):
    """To equal parts A gives 60 - 33.3 and B 50 - 33.3; C gets both."""
    table = payment_table(share(*read_game(folder)))
    equal = table[table["rule"] == "equal parts"]
    assert list(zip(equal["payer"], equal["payee"], strict=True)) == [("A", "C"), ("B", "C")]
    assert equal["amount_eur"].to_numpy() == pytest.approx([80 / 3, 50 / 3])


def test_without_costs_some_rules_are_left_out():
    found = share(glove())
    assert set(found.left_out) == {Rule.OWN, Rule.BENEFIT, Rule.COST, Rule.CBCA}
    assert payment_table(found).empty


def test_no_sharing_of_a_majority_game_holds():
    table = stability_table(share(voting(2, [1, 1, 1])))
    assert not table["is_stable"].any()


def test_benefits_and_costs_must_fit_the_worth():
    with pytest.raises(UsageError, match="add up to 3"):
        share(glove(), Parties(np.ones(3), np.zeros(3)))


def test_json_says_the_same_as_tables(folder, tmp_path):
    file = tmp_path / "game.json"
    rows = [line.split(",") for line in _COALITIONS.splitlines()[1:]]
    parties = {
        "A": {"benefit_eur": 90, "cost_eur": 30, "host": True},
        "B": {"benefit_eur": 70, "cost_eur": 20, "host": True},
        "C": {"benefit_eur": 10, "cost_eur": 20, "host": True},
    }
    content = {"coalitions": {k: float(v) for k, v in rows}, "parties": parties}
    file.write_text(json.dumps(content), "utf-8")
    tables = [payoff_table(share(*read_game(path))) for path in (folder, file)]
    assert tables[0].equals(tables[1])
    plain = read_game(folder / "coalitions.csv")[0]
    assert plain.players == ("A", "B", "C")


def test_all_faults_are_told_at_once(folder):
    (folder / "coalitions.csv").write_text(
        _COALITIONS.replace("B;C,20", "B;C,many") + "A;D,5\nA,0\n", "utf-8"
    )
    (folder / "parties.csv").write_text(_PARTIES.replace("20,true", ",maybe"), "utf-8")
    with pytest.raises(CaseError) as caught:
        read_game(folder)
    assert [(i.table, i.column, i.found) for i in caught.value.issues] == [
        ("coalitions.csv", "worth_eur", "many"),
        ("coalitions.csv", "coalition", "D"),
        ("coalitions.csv", "coalition", "A"),
        ("parties.csv", "cost_eur", ""),
        ("parties.csv", "cost_eur", ""),
        ("parties.csv", "host", "maybe"),
        ("parties.csv", "host", "maybe"),
    ]


@pytest.mark.parametrize("name", ["game.json", "game.csv", "game.txt"])
def test_files_that_are_not_there_or_not_games(tmp_path, name):
    with pytest.raises(UnreadableFileError):
        read_game(tmp_path / name)
    (tmp_path / name).write_text("[1, 2]", "utf-8")
    with pytest.raises((UnreadableFileError, CaseError, UsageError)):
        read_game(tmp_path / name)


def test_coalitions_that_are_missing_are_named():
    with pytest.raises(UsageError, match="1 coalitions have no worth: B"):
        make_game({frozenset("A"): 1.0, frozenset("AB"): 2.0}, ("A", "B"))
    with pytest.raises(UsageError, match="not a party"):
        make_game({frozenset("AC"): 1.0}, ("A", "B"))
    with pytest.raises(UsageError, match="nobody"):
        make_game({frozenset(): 1.0, frozenset("A"): 1.0})


@pytest.mark.parametrize(
    ("players", "worth", "said"),
    [
        ((), [0.0], "1 to 12"),
        (("a", "a"), [0.0] * 4, "same name"),
        (("a",), [0.0], "2 coalitions"),
        (("a",), [0.0, np.nan], "a number"),
        (("a",), [1.0, 1.0], "nobody"),
    ],
)
def test_what_is_not_a_game(players, worth, said):
    with pytest.raises(UsageError, match=said):
        Game(players, np.array(worth))


def test_pairs_that_lose_by_joining():
    """a and b have 3 each alone but 5 together."""
    source = game(2, lambda s: {0: 0.0, 1: 3.0, 2: 5.0}[len(s)])
    assert superadditive_faults(source) == [(1, 2, 1.0)]
    assert superadditive_faults(glove()) == []
