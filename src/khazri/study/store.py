"""Results of a study on disk, each under the key of what it depends on."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from khazri.errors import UsageError
from khazri.study.run import Result
from khazri.study.variant import Variant


@dataclass(frozen=True)
class Store:
    """A folder of results; what is in it stays, whatever happens to the run."""

    folder: Path

    def find(self, key: str) -> Result | None:
        """The result under ``key``, or None; a file that cannot be read counts as none."""
        path = self._path(key)
        try:
            return _result(json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def keep(self, result: Result) -> None:
        """Write a result, whole or not at all.

        Raises
        ------
        UsageError
            The folder cannot be written.
        """
        path = self._path(result.key)
        draft = path.with_suffix(f".{os.getpid()}")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            draft.write_text(json.dumps(_facts(result)), encoding="utf-8")
            os.replace(draft, path)
        except OSError as error:
            raise UsageError(f"{self.folder} cannot be written: {error.strerror}") from None

    def _path(self, key: str) -> Path:
        return self.folder / f"{key}.json"


def _facts(result: Result) -> dict[str, Any]:
    return {
        "key": result.key,
        "variant": result.variant.facts(),
        "cost": result.cost,
        "bound": result.bound,
        "is_valid": result.is_valid,
        "seconds": result.seconds,
        "stages": result.stages,
        "tables": {name: _table(frame) for name, frame in result.tables.items()},
    }


def _table(frame: pd.DataFrame) -> dict[str, Any]:
    """A table as plain values: numbers keep every digit."""
    return {
        "index_name": frame.index.name,
        "index": frame.index.tolist(),
        "columns": [str(column) for column in frame.columns],
        "values": {str(column): frame[column].tolist() for column in frame.columns},
    }


def _frame(table: Mapping[str, Any]) -> pd.DataFrame:
    index = pd.Index(table["index"], name=table["index_name"])
    return pd.DataFrame(
        {column: table["values"][column] for column in table["columns"]}, index=index
    )


def _result(facts: Mapping[str, Any]) -> Result:
    given = facts["variant"]
    links = given["links"]
    return Result(
        key=facts["key"],
        variant=Variant(
            year=given["year"],
            scenario=given["scenario"],
            built=frozenset(given["built"]),
            off=frozenset(given["off"]),
            links=None if links is None else frozenset(links),
            driven=tuple((name, value) for name, value in given["driven"]),
        ),
        cost=facts["cost"],
        bound=facts["bound"],
        is_valid=facts["is_valid"],
        seconds=facts["seconds"],
        stages=facts["stages"],
        tables={name: _frame(table) for name, table in facts["tables"].items()},
    )
