"""Cases made of dictionaries, typed as the reader of cases types its files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pandas as pd

from khazri.case import TABLES, Case
from khazri.case.texts import TextTable
from khazri.case.values import typed_table

Rows = Sequence[Mapping[str, object]]


def case_of(tables: Mapping[str, Rows], profiles: Mapping[str, Sequence[float]]) -> Case:
    """A case of typed ``tables``; those not given are empty. Rows without a source are
    assumptions."""
    texts = {name: _text(name, tables.get(name, [])) for name in TABLES}
    frames = {name: _typed(text) for name, text in texts.items()}
    series = pd.DataFrame(profiles, dtype=np.float64)
    return Case(
        path=Path("small"),
        name="small",
        title="A small case",
        currency="EUR",
        price_year=2025,
        hours=len(series),
        scenario="",
        tables=MappingProxyType(frames),
        profiles=series,
        content_hash="0",
        texts=MappingProxyType(texts),
        rows=MappingProxyType({name: 2 + np.arange(len(frames[name])) for name in TABLES}),
        changes=(),
    )


def _text(name: str, rows: Rows) -> TextTable:
    schema = TABLES[name]
    texts = [{key: str(value) for key, value in row.items()} for row in rows]
    for row in texts:
        assert set(row) <= set(schema.column_names), row
        if schema.sourced:
            row.setdefault("source_id", "expert")
    cells = {column: [row.get(column, "") for row in texts] for column in schema.column_names}
    return TextTable(schema, cells, list(range(2, len(rows) + 2)), True)


def _typed(text: TextTable) -> pd.DataFrame:
    table, issues = typed_table(text)
    assert not issues, issues
    return table.frame
