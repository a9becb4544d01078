import pickle
from pathlib import Path

import pytest

from khazri import errors
from khazri.errors import CaseError, Issue, KhazriError, MissingExtraError, UnreadableFileError

ISSUE = Issue(
    table="assets.csv",
    row=12,
    row_id="az_x",
    column="capacity_mw",
    found="-5",
    expected="a number >= 0",
    hint="a capacity is never negative; did you mean 5?",
)


def test_an_issue_says_where_what_expected_and_then_the_hint():
    assert str(ISSUE).splitlines() == [
        "assets.csv row 12 (id 'az_x') column 'capacity_mw': found '-5', expected a number >= 0",
        "  a capacity is never negative; did you mean 5?",
    ]


def test_an_issue_leaves_out_what_it_does_not_know():
    issue = Issue(table="links.csv", expected="this file")
    assert str(issue) == "links.csv: found nothing, expected this file"


def test_the_first_line_is_never_broken_but_cut_where_it_is_endless():
    """240 characters of what was expected, 60 of what was found, each with its ellipsis."""
    issue = Issue(table="buses.csv", row=2, found="x\n" * 500, expected="one of " + "bus, " * 200)
    (line,) = str(issue).splitlines()
    found = line.removeprefix("buses.csv row 2: found '").split("'")[0]
    assert found.startswith("x x x")
    assert len(found) == 60
    assert len(line.split("expected ")[1]) == 240
    assert line.endswith("…")


def test_an_issue_never_takes_more_than_six_lines():
    lines = str(Issue(table="buses.csv", expected="a bus", hint="word " * 200)).splitlines()
    assert len(lines) == 6
    assert all(len(line) <= 102 for line in lines)
    assert lines[-1].endswith("…")


def test_a_case_error_lists_all_faults_and_counts_them():
    other = Issue(table="buses.csv", row=3, column="carrier", found="gaz", expected="a carrier")
    text = str(CaseError([ISSUE, other]))
    assert text.splitlines()[0].startswith("assets.csv row 12")
    assert "buses.csv row 3 column 'carrier': found 'gaz'" in text
    assert text.endswith("2 faults in the input")


def test_a_case_error_without_a_fault_is_a_mistake_of_ours():
    with pytest.raises(AssertionError):
        CaseError([])


@pytest.mark.parametrize(
    "error",
    [
        CaseError([ISSUE]),
        MissingExtraError("the solver 'clarabel'", "solvers"),
        UnreadableFileError(Path("load.parquet"), "a whole Parquet file"),
    ],
)
def test_errors_survive_the_way_between_processes(error):
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is type(error)
    assert str(copy) == str(error)
    assert vars(copy) == vars(error)


def test_every_error_has_its_own_code_and_a_documented_exit_code():
    """Exit codes: 1 unexpected, 2 input or usage, 3 infeasible, 4 solver, 5 gap, 6 missing."""
    classes = [
        value
        for value in vars(errors).values()
        if isinstance(value, type) and issubclass(value, KhazriError)
    ]
    assert {c.__name__: c.exit_code for c in classes} == {
        "KhazriError": 1,
        "UsageError": 2,
        "CaseError": 2,
        "NetworkError": 2,
        "UnreadableFileError": 2,
        "InfeasibleError": 3,
        "SolverError": 4,
        "NotCertifiedError": 4,
        "GapNotReachedError": 5,
        "MissingExtraError": 6,
    }
    assert len({c.code for c in classes}) == len(classes)
