"""The folder of a plan: what lies beside it is used where it fits and never stops the writing."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import h5netcdf
import pandas as pd

from khazri.cli import folder as folders


def test_a_backcast_by_another_version_is_passed_over(tmp_path: Path) -> None:
    """A file with a key but not of this format, where the back-cast of 2024 would lie."""
    case: Any = SimpleNamespace(
        path=tmp_path / "tiny", table=lambda _: pd.DataFrame({"kind": ["backcast"], "year": [2024]})
    )
    beside = tmp_path / folders.default_folder(case, 2024, None).name
    (beside / folders.TABLES_FOLDER).mkdir(parents=True)
    (beside / folders.REPORT_FILE).touch()
    with h5netcdf.File(beside / folders.PLAN_FILE, "w") as file:
        file.attrs["plan_key"] = "of an older Khazri"
    plan: Any = SimpleNamespace(year=2030)
    assert folders.key_in(beside) != ""
    assert folders._backcast_beside(plan, case, tmp_path / "tiny-2030") is None


def test_a_plan_at_other_prices_of_fuel_is_found_beside(tmp_path: Path, monkeypatch: Any) -> None:
    """dry builds on free as the plan does; fixed has another basis, and only it is looked for."""
    scenarios = pd.DataFrame(
        [("free", None, "values"), ("dry", "free", None), ("fixed", "free", "tariffs")],
        columns=["scenario", "parent", "price_basis"],
    )
    tables = {"scenarios": scenarios, "case": pd.DataFrame({"default_scenario": ["free"]})}
    case: Any = SimpleNamespace(
        path=tmp_path / "tiny", scenarios=("free", "dry", "fixed"), table=tables.__getitem__
    )
    plans = {name: SimpleNamespace(year=2030, scenario=name) for name in ("free", "dry", "fixed")}
    beside = {f"tiny-2030-{name}": plan for name, plan in plans.items()}
    beside["tiny-2030"] = plans["free"]
    monkeypatch.setattr(folders, "_plan_of", lambda _, folder: beside.get(folder.name))
    folder = tmp_path / "tiny-2030"
    assert folders._other_basis_beside(plans["free"], case, folder) is plans["fixed"]  # type: ignore[arg-type]
    assert folders._other_basis_beside(plans["fixed"], case, folder) is plans["free"]  # type: ignore[arg-type]
    del beside["tiny-2030-fixed"]
    assert folders._other_basis_beside(plans["dry"], case, folder) is None  # type: ignore[arg-type]
