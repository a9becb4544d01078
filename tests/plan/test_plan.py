"""A plan as a file and on the screen; from a case to a plan."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from khazri.case import new_case
from khazri.errors import UnreadableFileError, UsageError
from khazri.parquet import read_frame
from khazri.plan import VARIABLES, Plan, export_tables, export_workbook, plan_key
from khazri.plan.run import input_hashes
from khazri.plan.words import energy, money, number, share
from khazri.solve.optimize import Effort

from .conftest import random_plan


def test_a_plan_is_the_same_after_saving(tmp_path):
    plan = random_plan(1)
    path = plan.save(tmp_path / "new" / "plan.nc")
    again = Plan.load(path)
    xr.testing.assert_identical(again.data, plan.data)
    assert again.certificate == plan.certificate
    assert [p.name for p in path.parent.iterdir()] == ["plan.nc"]


def test_a_file_that_is_no_plan_is_refused(tmp_path):
    path = tmp_path / "plan.nc"
    with pytest.raises(UnreadableFileError, match="no such file"):
        Plan.load(path)
    path.write_bytes(b"not a plan")
    with pytest.raises(UnreadableFileError, match=r"plan\.nc"):
        Plan.load(path)
    xr.Dataset({"x": 1}).to_netcdf(path, engine="h5netcdf")
    with pytest.raises(UnreadableFileError, match="a plan of format"):
        Plan.load(path)


def test_a_file_cut_short_is_refused(tmp_path):
    path = random_plan(1).save(tmp_path / "plan.nc")
    path.write_bytes(path.read_bytes()[:20_000])
    with pytest.raises(UnreadableFileError):
        Plan.load(path)


def test_every_variable_has_units_and_a_meaning():
    data = random_plan(1).data
    assert set(data.data_vars) == set(VARIABLES)
    for name, variable in data.data_vars.items():
        assert variable.attrs["units"], name
        assert variable.attrs["long_name"], name
        assert variable.dims == VARIABLES[name].dims


def test_the_plan_reads_like_the_domain():
    plan = random_plan(1)
    assert plan.prices.dims == ("hour", "bus")
    assert plan.flows.dims == ("hour", "link")
    assert plan.levels.dims == ("hour", "store")
    assert plan.unserved.dims == ("hour", "bus")
    assert plan.dispatch.groupby("group").sum().sizes["group"] == 6
    assert plan.year == 2030
    assert plan.gap == pytest.approx(0.0, abs=1e-5)
    assert bool((plan.curtailment >= -1e-3).all())


def test_what_a_person_sees():
    plan = random_plan(1)
    assert "certified" in repr(plan)
    assert "<li>" in plan._repr_html_()
    assert len(repr(plan).splitlines()) <= 9


def test_a_certificate_that_is_not_valid_is_told_first():
    plan = random_plan(1)
    data = plan.data.copy()
    data["violation"] = data["violation"] + 1e3
    assert repr(Plan(data)).startswith("NOT CERTIFIED: balance of")


def test_tables_as_files(tmp_path):
    plan = random_plan(1)
    files = export_tables(plan, tmp_path / "csv", "csv")
    assert {f.name for f in files} >= {"capacity.csv", "hourly_prices.csv", "welfare.csv"}
    prices = pd.read_csv(tmp_path / "csv" / "hourly_prices.csv")
    assert list(prices.columns) == ["time", "b0", "b1", "b2", "b3"]
    assert prices["b2"].to_numpy() == pytest.approx(plan.prices.sel(bus="b2").to_numpy(), abs=6e-4)
    export_tables(plan, tmp_path / "parquet", "parquet")
    tidy = read_frame(tmp_path / "parquet" / "hourly_prices.parquet")
    assert list(tidy.columns) == ["time", "bus", "price_eur_mwh"]
    assert len(tidy) == 24 * 4
    assert tidy["price_eur_mwh"].to_numpy() == pytest.approx(plan.prices.to_numpy().ravel())
    with pytest.raises(UsageError, match="csv or parquet"):
        export_tables(plan, tmp_path, "xml")


def test_tables_as_a_spreadsheet(tmp_path):
    from python_calamine import CalamineWorkbook

    plan = random_plan(1)
    book = CalamineWorkbook.from_path(str(export_workbook(plan, tmp_path / "plan.xlsx")))
    assert book.sheet_names[0] == "summary"
    rows = book.get_sheet_by_name("costs").to_python()
    assert rows[0] == ["kind", "cost_eur"]
    assert sum(row[1] for row in rows[1:]) == pytest.approx(plan.cost, rel=1e-6)
    with pytest.raises(UsageError, match=r"\.xlsx"):
        export_workbook(plan, tmp_path / "plan.ods")


def test_keys_differ_where_plans_would():
    effort = Effort()
    key = plan_key("abc", 2030, "", effort, "HiGHS 1.15.1", "0.1")
    assert key == plan_key("abc", 2030, "", Effort(), "HiGHS 1.15.1", "0.1")
    others = {
        plan_key("abd", 2030, "", effort, "HiGHS 1.15.1", "0.1"),
        plan_key("abc", 2035, "", effort, "HiGHS 1.15.1", "0.1"),
        plan_key("abc", 2030, "dry", effort, "HiGHS 1.15.1", "0.1"),
        plan_key("abc", 2030, "", dataclasses.replace(effort, gap=0.1), "HiGHS 1.15.1", "0.1"),
        plan_key("abc", 2030, "", effort, "HiGHS 1.16", "0.1"),
        plan_key("abc", 2030, "", effort, "HiGHS 1.15.1", "0.2"),
    }
    assert key not in others
    assert len(others) == 6


def test_files_of_the_case_are_remembered_by_their_content(tmp_path):
    folder = new_case(tmp_path / "demo")
    before = input_hashes(folder)
    assert set(before) == {path.name for path in folder.glob("*.csv")} | {"profiles/demo.parquet"}
    zones = folder / "zones.csv"
    zones.write_text(zones.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    after = input_hashes(folder)
    assert {name for name in before if after[name] != before[name]} == {"zones.csv"}


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (energy(1_002_000_000.0), "1,002 TWh"),
        (energy(558_000.0), "558 GWh"),
        (energy(0.0), "0 MWh"),
        (energy(-999_960.0), "-1.00 TWh"),
        (money(34.44e9, "EUR"), "34.4 bn EUR"),
        (money(float("nan"), "EUR"), "unknown"),
        (share(0.00051), "0.05 %"),
        (share(0.054), "5.4 %"),
        (share(float("inf")), "unknown"),
        (number(0.01234), "0.0123"),
    ],
)
def test_amounts_in_words(told, words):
    assert told == words


def test_hours_have_times_without_a_leap_day():
    plan = random_plan(1)
    assert plan.data["time"].to_numpy()[0] == np.datetime64("2030-01-01T00:00")
