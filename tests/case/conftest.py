"""The demo case, made once; tests that break it get a copy with the means to do so."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from khazri.case import Case, new_case, read_case
from khazri.parquet import read_frame, write_frame


@dataclass(frozen=True)
class CaseFiles:
    """The files of a case, and small changes to them; rows count the header as 1."""

    folder: Path

    def path(self, table: str) -> Path:
        return self.folder / f"{table}.csv"

    def records(self, table: str) -> list[list[str]]:
        with self.path(table).open(encoding="utf-8", newline="") as file:
            return list(csv.reader(file))

    def write(self, table: str, records: list[list[str]]) -> None:
        with self.path(table).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(records)

    def cell(self, table: str, row: int, column: str, value: str) -> None:
        """Write a cell; a column that is not there is added."""
        records = self.records(table)
        if column not in records[0]:
            records = [[*record, ""] for record in records]
            records[0][-1] = column
        records[row - 1][records[0].index(column)] = value
        self.write(table, records)

    def add(self, table: str, /, **cells: str) -> int:
        """Add a row with the given cells, all others empty; a new table if need be."""
        records = self.records(table) if self.path(table).exists() else [list(cells)]
        assert cells.keys() <= set(records[0]), cells
        records.append([cells.get(name, "") for name in records[0]])
        self.write(table, records)
        return len(records)

    def repeat(self, table: str, row: int, /, **changes: str) -> int:
        """Add a copy of a row with some cells changed."""
        records = self.records(table)
        cells = dict(zip(records[0], records[row - 1], strict=True))
        return self.add(table, **{**cells, **changes})

    def drop(self, table: str, *rows: int) -> None:
        records = self.records(table)
        kept = [record for row, record in enumerate(records, start=1) if row not in rows]
        self.write(table, kept)

    def rename(self, table: str, old: str, new: str) -> None:
        """Rename a column."""
        records = self.records(table)
        records[0] = [new if name == old else name for name in records[0]]
        self.write(table, records)

    def text(self, table: str, change: Callable[[str], str]) -> None:
        path = self.path(table)
        path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")

    def profile(self, name: str, change: Callable[[np.ndarray], object]) -> None:
        """Replace a column of the profile file by what ``change`` makes of it."""
        frame = read_frame(self.profiles)
        frame[name] = change(frame[name].to_numpy(copy=True))
        write_frame(frame, self.profiles)

    def cut_profiles(self, hours: int) -> None:
        write_frame(read_frame(self.profiles).iloc[:hours], self.profiles)

    def drop_profile(self, name: str) -> None:
        write_frame(read_frame(self.profiles).drop(columns=name), self.profiles)

    @property
    def profiles(self) -> Path:
        return self.folder / "profiles" / "demo.parquet"


@pytest.fixture(scope="session")
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo case on disk; not to be changed."""
    return new_case(tmp_path_factory.mktemp("cases") / "demo")


@pytest.fixture(scope="session")
def short_folder(demo_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo case with two days instead of a year, for tests that write many files."""
    folder = tmp_path_factory.mktemp("cases") / "short"
    files = CaseFiles(Path(shutil.copytree(demo_folder, folder)))
    files.cut_profiles(48)
    for name in ("load_arda", "load_belma", "price_corin"):
        files.profile(name, lambda values: values / values.mean())
    files.cell("case", 2, "hours", "48")
    return folder


@pytest.fixture
def short(short_folder: Path, tmp_path: Path) -> CaseFiles:
    """A copy of the short case that the test may change."""
    return CaseFiles(Path(shutil.copytree(short_folder, tmp_path / "short")))


@pytest.fixture(scope="session")
def demo(demo_folder: Path) -> Case:
    """The demo case, read under its default scenario."""
    return read_case(demo_folder)


@pytest.fixture
def files(demo_folder: Path, tmp_path: Path) -> CaseFiles:
    """A copy of the demo case that the test may change."""
    return CaseFiles(Path(shutil.copytree(demo_folder, tmp_path / "demo")))
