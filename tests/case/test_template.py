"""The example case that comes with Khazri."""

from __future__ import annotations

import pytest

from khazri.case import check_case, new_case
from khazri.case.template import demo_profiles
from khazri.errors import UsageError


def test_it_is_small_and_free_of_faults(demo_folder) -> None:
    files = [path for path in demo_folder.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < 400_000
    assert check_case(demo_folder) == ()
    assert (demo_folder / "datapackage.json").is_file()


def test_an_empty_folder_may_be_there(tmp_path) -> None:
    assert new_case(tmp_path) == tmp_path
    assert (tmp_path / "assets.csv").is_file()


def test_a_folder_with_something_in_it_is_refused(tmp_path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(UsageError, match="not empty"):
        new_case(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_file_in_the_way_is_refused(tmp_path) -> None:
    (tmp_path / "demo").write_text("a file")
    with pytest.raises(UsageError, match="not empty"):
        new_case(tmp_path / "demo")


def test_unknown_template(tmp_path) -> None:
    with pytest.raises(UsageError, match="no template is called 'big'"):
        new_case(tmp_path / "big", "big")


def test_profiles_are_plausible_and_always_the_same() -> None:
    """Sun sleeps at midnight and makes 15-25 % a year, wind 20-45 %; loads peak below twice."""
    profiles = demo_profiles()
    assert profiles.equals(demo_profiles())
    assert (profiles["solar_arda"].iloc[::24] == 0).all()
    assert profiles[["solar_arda", "solar_belma"]].mean().between(0.15, 0.25).all()
    assert profiles[["wind_arda", "wind_belma"]].mean().between(0.2, 0.45).all()
    assert profiles[["load_arda", "load_belma"]].max().between(1.2, 2.0).all()
    assert profiles[["load_arda", "load_belma"]].min().between(0.4, 0.8).all()
    assert profiles["load_arda"].idxmax() // 24 in range(170, 240)
