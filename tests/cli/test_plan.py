"""``khazri plan``, ``compare`` and ``backcast``: files, exit codes, a second run, settings."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest
import xarray as xr
from tests.cli.cases import Khazri, edit, read_rows

from khazri.case import read_case
from khazri.cli import plan as plan_module
from khazri.errors import SolverError
from khazri.plan import Plan, Unfinished, summary
from khazri.plan.run import OnUnfinished, input_hashes


def test_a_plan_is_a_report_a_file_and_tables(planned: Path) -> None:
    assert {path.name for path in planned.iterdir()} == {"report.html", "plan.nc", "tables"}
    assert (planned / "tables" / "capacity.csv").is_file()
    assert (planned / "tables" / "hourly_prices.parquet").is_file()
    assert "</html>" in (planned / "report.html").read_text(encoding="utf-8")


def test_a_second_run_gives_the_same_summary_and_writes_nothing(
    khazri: Khazri, small: Path, planned: Path
) -> None:
    before = (planned / "plan.nc").stat().st_mtime_ns
    told = khazri("plan", small, "--out", planned)
    assert told.code == 0
    assert "Nothing has changed" in told.out
    for words in ("cost", "certified", "gap", "net exports", str(planned / "report.html")):
        assert words in told.out
    assert (planned / "plan.nc").stat().st_mtime_ns == before


def test_a_changed_option_is_planned_anew_and_other_files_stay(
    khazri: Khazri, small: Path, planned: Path, tmp_path: Path
) -> None:
    out = Path(shutil.copytree(planned, tmp_path / "out"))
    (out / "notes.txt").write_text("mine")
    told = khazri("plan", small, "--out", out, "--gap", "1%", "--json")
    assert told.json["result"]["plans"][0]["new"] is True
    assert Plan.load(out / "plan.nc").options["gap"] == 0.01
    names = {path.name for path in out.iterdir()}
    assert names == {"report.html", "plan.nc", "tables", "notes.txt"}


def test_json_gives_the_summary_of_the_plan(khazri: Khazri, small: Path, planned: Path) -> None:
    told = khazri("plan", small, "--out", planned, "--json").json
    plan = told["result"]["plans"][0]
    found = summary(Plan.load(planned / "plan.nc"))
    assert plan["cost"] == found.cost
    assert plan["gap"] == found.gap
    assert plan["built_mw"] == dict(found.built_mw)
    assert plan["valid"] is True
    stored = Plan.load(planned / "plan.nc")
    assert plan["plan_key"] == stored.key
    assert json.loads(stored.data.attrs["input_hashes"]) == input_hashes(small)
    assert stored.data.attrs["seed"].startswith("0")


def test_what_an_interrupted_run_has_found_is_kept(
    khazri: Khazri, small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = Unfinished(2030, 120.0, 100.0, 0.2, {"supply": {"arda_gas_new": 250.0}})

    def stopped(*args: object, on_unfinished: OnUnfinished, **more: object) -> Plan:
        on_unfinished(found)
        raise KeyboardInterrupt

    out = tmp_path / "out"
    with monkeypatch.context() as patch:
        patch.setattr(plan_module, "plan_case", stopped)
        told = khazri("plan", small, "--out", out)
    assert told.code == 130
    assert "gap 20 %" in told.err
    assert "not certified" in told.err
    assert str(out / "unfinished.json") in told.err.replace("\n", "")
    kept = json.loads((out / "unfinished.json").read_text(encoding="utf-8"))
    assert kept["status"] == "unfinished"
    assert kept["certified"] is False
    assert kept["built"] == found.built
    assert khazri("plan", small, "--out", out).code == 0
    assert {path.name for path in out.iterdir()} == {"report.html", "plan.nc", "tables"}


def test_unserved_demand_comes_first(khazri: Khazri, small: Path, tmp_path: Path) -> None:
    """Without any plant and without a market nothing can be served."""
    poor = Path(shutil.copytree(small, tmp_path / "poor"))
    for index, row in enumerate(read_rows(poor, "assets")):
        if row["bus"] == "belma":
            edit(poor, "assets", index, "capacity_mw", "0")
            edit(poor, "assets", index, "capacity_max_mw", "0")
            edit(poor, "assets", index, "charge_capacity_mw", "")
    told = khazri("plan", poor, "--out", tmp_path / "out", "-q")
    assert told.code == 0, told.err
    assert "stay unserved" in told.out.splitlines()[0]
    assert "Belma" in told.out.splitlines()[0]


def test_several_years_go_to_folders_of_their_own(both_years: Path) -> None:
    for year in (2030, 2040):
        assert (both_years / str(year) / "report.html").is_file()
        assert Plan.load(both_years / str(year) / "plan.nc").year == year


def test_the_folder_is_named_after_case_year_and_scenario(
    khazri: Khazri, small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    told = khazri("plan", small, "-n", "--year", "2030,2040", "--json").json
    assert [s["folder"] for s in told["result"]["sizes"]] == ["out/small-2030", "out/small-2040"]
    told = khazri("plan", small, "-n", "--scenario", "low_carbon", "--json").json
    assert told["result"]["sizes"][0]["folder"] == "out/small-2030-low_carbon"


def test_a_dry_run_says_how_large_it_is_and_writes_nothing(
    khazri: Khazri, small: Path, tmp_path: Path
) -> None:
    told = khazri("plan", small, "--dry-run", "--out", tmp_path / "out")
    assert told.code == 0
    assert "unknowns" in told.out
    assert not (tmp_path / "out").exists()


def test_bad_input_changes_nothing_on_disk(khazri: Khazri, small: Path, tmp_path: Path) -> None:
    broken = Path(shutil.copytree(small, tmp_path / "broken"))
    edit(broken, "assets", 0, "capacity_mw", "abc")
    told = khazri("plan", broken, "--out", tmp_path / "out")
    assert told.code == 2
    assert f"khazri check {broken}" in told.err
    assert not (tmp_path / "out").exists()


def test_a_place_that_cannot_be_a_folder_is_refused_before_planning(
    khazri: Khazri, small: Path, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    told = khazri("plan", small, "--out", tmp_path / "file" / "out")
    assert told.code == 2
    assert "--out" in told.err


def test_an_infeasible_case_ends_with_3(khazri: Khazri, small: Path, tmp_path: Path) -> None:
    """At least 10^12 t of emissions a year cannot be emitted."""
    impossible = Path(shutil.copytree(small, tmp_path / "impossible"))
    edit(impossible, "limits", 0, "sense", "min")
    edit(impossible, "limits", 0, "value", "1e12")
    edit(impossible, "limits", 1, "sense", "min")
    told = khazri("plan", impossible, "--out", tmp_path / "out")
    assert told.code == 3
    assert not (tmp_path / "out").exists()
    (error,) = khazri("plan", impossible, "--out", tmp_path / "out", "--json").json["errors"]
    name = error["facts"][0]["item"]
    assert error["where"] == f"limits.csv row '{name}'"
    assert error["found"].startswith(f"limit {name}: ")
    assert " t below its minimum" in error["found"]
    assert error["facts"][0]["unit"] == "t"
    assert error["expected"]


@pytest.mark.parametrize(
    ("words", "where", "found", "expected", "hint"),
    [
        (["plan", "{}", "--scenario", "low_carbn"], "scenario", "low_carbn",
         "one of reference, high_demand, low_carbon", "did you mean 'low_carbon'?"),
        (["plan", "{}", "--solver", "simplex"], "--solver", "simplex",
         "one of khazri, highs, clarabel", "solvers: khazri, highs, clarabel"),
        (["sources", "{}", "asets"], "table", "asets",
         "the name of a table", "did you mean 'assets'?"),
        (["sources", "{}", "assets", "arda_gaz", "capacity_mw"], "assets row", "arda_gaz",
         "a key of assets: asset", "did you mean 'arda_gas'?"),
        (["sources", "{}", "assets", "arda_gas", "capacity"], "assets column", "capacity",
         "a column of assets", "did you mean 'capacity_mw'?"),
        (["schema", "xyz"], "table", "xyz", "the name of a table", "khazri schema lists them"),
    ],
)  # fmt: skip
def test_unknown_names_are_told_in_parts(
    khazri: Khazri, small: Path, words: list[str], where: str, found: str, expected: str, hint: str
) -> None:
    told = khazri(*[small if word == "{}" else word for word in words], "--json")
    assert told.code == 2
    (error,) = told.json["errors"]
    assert error["where"] == where
    assert error["found"] == found
    assert error["expected"] == expected
    assert error["hint"] == hint
    assert error["message"].endswith(hint)


def test_a_year_that_the_case_lacks_is_told_in_parts(khazri: Khazri, small: Path) -> None:
    (error,) = khazri("plan", small, "--year", "1999", "--json").json["errors"]
    assert (error["where"], error["found"]) == ("--year", "1999")
    assert error["expected"] == "one of 2030, 2040"


def test_a_solver_that_gives_up_ends_with_4(
    khazri: Khazri, small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gives_up(*_: object, **__: object) -> Plan:
        raise SolverError("the year: stopped")

    monkeypatch.setattr(plan_module, "plan_case", gives_up)
    told = khazri("plan", small, "--out", tmp_path / "out", "--json")
    assert told.code == 4
    assert told.json["errors"][0]["code"] == "solver"


def _doctored(
    monkeypatch: pytest.MonkeyPatch, planned: Path, attribute: str, factor: float
) -> None:
    """Let the planning give the plan of the folder with one attribute wrong."""
    data: xr.Dataset = Plan.load(planned / "plan.nc").data.copy()
    data.attrs[attribute] *= factor
    monkeypatch.setattr(plan_module, "plan_case", lambda *_, **__: Plan(data))


def test_a_plan_without_valid_certificate_is_written_marked_and_ends_with_4(
    khazri: Khazri, small: Path, planned: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _doctored(monkeypatch, planned, "claimed_cost", 1.5)
    told = khazri("plan", small, "--out", tmp_path / "out")
    assert told.code == 4
    assert told.out.startswith("NOT CERTIFIED")
    assert "the solver claims a cost" in told.err
    assert (tmp_path / "out" / "plan.nc").is_file()


def test_a_plan_that_stops_before_its_gap_is_written_marked_and_ends_with_5(
    khazri: Khazri, small: Path, planned: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a bound of 90 % of the cost the gap is 10 %; 2 % was asked for."""
    _doctored(monkeypatch, planned, "bound", 0.9)
    told = khazri("plan", small, "--out", tmp_path / "out")
    assert told.code == 5
    assert "10" in told.err
    assert "--time-limit" in told.err
    assert (tmp_path / "out" / "plan.nc").is_file()


def test_settings_come_from_flag_then_environment_then_case_then_default(
    khazri: Khazri, small: Path
) -> None:
    def settings(*words: str, **environ: str) -> dict[str, tuple[str, str]]:
        told = khazri("plan", small, "-n", "--json", *words, environ=environ).json
        found = told["result"]["settings"]
        return {name: (one["value"], one["origin"]) for name, one in found.items()}

    plain = settings()
    assert plain["year"] == ("2030", "case")
    assert plain["scenario"] == ("reference", "case")
    assert plain["gap"][1] == "default"
    environ = settings(KHAZRI_YEAR="2040", KHAZRI_GAP="1%", KHAZRI_TIME_LIMIT="5min")
    assert environ["year"] == ("2040", "environment")
    assert environ["time-limit"] == ("5min", "environment")
    flag = settings("--gap", "0.3%", KHAZRI_GAP="1%")
    assert flag["gap"] == ("0.3%", "flag")


def test_explain_prints_who_decided(khazri: Khazri, small: Path) -> None:
    told = khazri("plan", small, "-n", "--explain", environ={"KHAZRI_GAP": "1%"})
    assert "KHAZRI_GAP" in told.err
    assert "case.csv default_year" in told.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--gap", "2"), "--gap: found '2', expected a share below one"),
        (("--gap", "abc"), "as 0.5% or 0.005"),
        (("--hours", "some"), "expected auto, full or a number"),
        (("--hours", "0"), "above zero"),
        (("--time-limit", "soon"), "240s, 4min or 1h"),
        (("--year", "20"), "a year, or several as 2030,2035"),
        (("--year", "2031"), "years: 2030, 2040"),
        (("--scenario", "low_carbn"), "did you mean 'low_carbon'?"),
        (("--solver", "highz"), "did you mean 'highs'?"),
        (("--yaer", "2030"), "did you mean --year?"),
    ],
)
def test_wrong_options_end_with_2_and_say_what_is_right(
    khazri: Khazri, small: Path, words: tuple[str, ...], said: str
) -> None:
    told = khazri("plan", small, *words)
    assert told.code == 2
    assert said in told.err
    assert told.out == ""


def test_a_wrong_variable_is_named(khazri: Khazri, small: Path) -> None:
    told = khazri("plan", small, environ={"KHAZRI_GAP": "much"})
    assert told.code == 2
    assert "KHAZRI_GAP: found 'much'" in told.err


def test_the_tables_as_they_are_can_be_asked_for(khazri: Khazri, small: Path) -> None:
    told = khazri("plan", small, "-n", "--scenario", "", "--json").json["result"]
    assert told["sizes"][0]["folder"].endswith("small-2030-tables")
    assert told["settings"]["scenario"]["value"] == ""


def test_compare_puts_the_difference_first(khazri: Khazri, both_years: Path) -> None:
    """The total of the kinds of cost is the cost of the plan, so their differences agree."""
    first, second = both_years / "2030", both_years / "2040" / "plan.nc"
    told = khazri("compare", first, second, "--json").json["result"]
    total = next(row for row in told["tables"]["costs"] if row["kind"] == "total")
    assert list(total) == ["kind", "difference", "a", "b"]
    assert total["difference"] == pytest.approx(told["b"]["cost"] - told["a"]["cost"], rel=1e-3)
    assert total["difference"] != 0
    shown = khazri("compare", first, second)
    assert shown.code == 0
    assert "cost a year, by kind" in shown.out


def test_compare_of_a_plan_with_itself_finds_no_difference(khazri: Khazri, planned: Path) -> None:
    told = khazri("compare", planned, planned).out
    assert "no difference: cost a year" in told


def test_compare_refuses_what_is_no_plan(khazri: Khazri, planned: Path, tmp_path: Path) -> None:
    told = khazri("compare", planned, tmp_path, "--json")
    assert told.code == 2
    assert told.json["errors"][0]["where"] == str(tmp_path / "plan.nc")


def _with_actuals(small: Path, folder: Path) -> Path:
    """The small case with one reported value: coal gave 100 MWh in Belma in 2030."""
    shutil.copytree(small, folder)
    country = str(read_case(small).tables["zones"].set_index("zone").loc["belma", "country"])
    header = "country,year,item,partner,value,unit,source_id,note\n"
    row = f"{country},2030,generation:coal,,100,MWh,example,\n"
    (folder / "actuals.csv").write_text(header + row, encoding="utf-8")
    return folder


def test_backcast_holds_the_plan_against_what_was_reported(
    khazri: Khazri, small: Path, tmp_path: Path
) -> None:
    case = _with_actuals(small, tmp_path / "past")
    told = khazri("backcast", case, "--year", "2030", "--out", tmp_path / "out", "--json")
    assert told.code == 0, told.err
    (row,) = told.json["result"]["rows"]
    assert row["reported"] == 100
    assert row["deviation"] == pytest.approx(row["model"] / 100 - 1)
    shown = khazri("backcast", case, "--year", "2030", "--out", tmp_path / "out")
    assert "generation:coal" in shown.out


def test_backcast_of_a_year_without_reports_ends_with_2_before_planning(
    khazri: Khazri, small: Path, tmp_path: Path
) -> None:
    told = khazri("backcast", small, "--year", "2030", "--out", tmp_path / "out")
    assert told.code == 2
    assert "nothing is reported for 2030" in told.err
    assert not (tmp_path / "out").exists()


def test_a_solver_that_is_not_installed_ends_with_6(
    khazri: Khazri, small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "clarabel", None)
    told = khazri("plan", small, "--solver", "clarabel", "--out", tmp_path / "out")
    assert told.code == 6
    assert "pip install 'khazri[solvers]'" in told.err


def test_what_fuels_are_priced_at_is_said_and_the_other_basis_beside_gives_a_table(
    khazri: Khazri, small: Path, tmp_path: Path
) -> None:
    case, out = Path(shutil.copytree(small, tmp_path / "two")), tmp_path / "out"
    for row, words in enumerate(("values of trade", "tariffs")):
        edit(case, "scenarios", row, "price_basis", words)
    first = khazri("plan", case, "--scenario", "high_demand", "--out", out / "two-2030-high_demand")
    assert "  fuels at tariffs\n" in first.out
    told = khazri("plan", case, "--out", out / "two-2030", "--json")
    assert told.json["result"]["plans"][0]["price_basis"] == "values of trade"
    table = pd.read_csv(out / "two-2030" / "tables" / "basis.csv").set_index("figure")
    other = Plan.load(out / "two-2030-high_demand" / "plan.nc")
    assert table.loc["System cost", "other"] == pytest.approx(other.cost)
    earlier = out / "two-2030-high_demand"
    assert not (earlier / "tables" / "basis.csv").exists()
    again = khazri("plan", case, "--scenario", "high_demand", "--out", earlier)
    assert "it was not made again" in again.out
    table = pd.read_csv(earlier / "tables" / "basis.csv").set_index("figure")
    assert table.loc["System cost", "value"] == pytest.approx(other.cost)
    written = (earlier / "report.html").stat().st_mtime_ns
    khazri("plan", case, "--scenario", "high_demand", "--out", earlier)
    assert (earlier / "report.html").stat().st_mtime_ns == written
