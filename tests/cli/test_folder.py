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
