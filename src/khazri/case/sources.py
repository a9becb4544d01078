"""Where a number comes from: the source of each value, what each source feeds, assumptions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from khazri.case.case import Case
from khazri.case.columns import Table
from khazri.case.scenario import Change
from khazri.case.schema import EXPERT, TABLES
from khazri.case.texts import unknown_name
from khazri.case.values import cell_text, row_labels

_NOT_VALUES = frozenset({"currency", "price_year", "source_id", "note"})


@dataclass(frozen=True)
class Source:
    """One document or data set; all but the identifier may be empty."""

    source_id: str
    title: str = ""
    publisher: str = ""
    date: str = ""
    url: str = ""
    licence: str = ""
    note: str = ""

    @property
    def is_assumption(self) -> bool:
        """Whether nothing but reasoning stands behind what names this source."""
        return self.source_id == EXPERT


@dataclass(frozen=True)
class Provenance:
    """One value of a case and where it comes from.

    ``value`` is what the case works with; ``written`` is what stands in the file, or what a patch
    of the scenario made of it, in its own ``currency`` and ``price_year`` (empty where it is no
    money or follows the case). ``is_default`` tells that the cell is empty and the default of the
    schema holds. ``source`` and ``note`` are those of ``change``, the last patch that wrote the
    cell, or of the cell's citation, or else of its row.
    """

    table: str
    row: int
    key: str
    column: str
    meaning: str
    unit: str
    value: str
    written: str
    currency: str
    price_year: str
    is_default: bool
    source: Source
    note: str
    change: Change | None


def sources_of(case: Case, table: str, key: str, column: str) -> Provenance:
    """Where the value in one cell comes from.

    Parameters
        table   name of a table
        key     key of the row, parts joined by ``|``
        column  name of a column of the table

    Raises
        UsageError  there is no such table, row or column
    """
    frame = case.table(table)
    schema = TABLES[table]
    labels = row_labels(schema, frame)
    if key not in labels:
        raise unknown_name(
            f"{table} has no row '{key}'",
            key,
            labels,
            where=f"{table} row",
            expected=f"a key of {table}: {'|'.join(schema.key)}",
            otherwise=f"a key is {'|'.join(schema.key)}",
        )
    if column not in schema.column_names:
        raise unknown_name(
            f"{table} has no column '{column}'",
            column,
            schema.column_names,
            where=f"{table} column",
            expected=f"a column of {table}",
            otherwise=f"khazri schema {table} lists them",
        )
    index = labels.index(key)
    described = schema.column(column)
    cells = {name: values[index] for name, values in case.texts[table].cells.items()}
    is_money = described.money or (table == "technology_costs" and column == "value")
    change = _last_change(case, table, key, column)
    source_id, note = _standing(case, cells, (table, key, column), change)
    return Provenance(
        table=table,
        row=int(case.rows[table][index]),
        key=key,
        column=column,
        meaning=described.meaning,
        unit=described.unit,
        value=cell_text(frame[column].iloc[index]),
        written=cells[column],
        currency=cells.get("currency", "") if is_money else "",
        price_year=cells.get("price_year", "") if is_money else "",
        is_default=cells[column] == "" and described.default is not None,
        source=_source(case, source_id),
        note=note,
        change=change,
    )


def source_table(case: Case) -> pd.DataFrame:
    """What each source feeds: one row for each source, those with most values first.

    Returns
        the columns of ``sources`` and ``rows`` (rows that name it), ``values`` (cells that are
        filled in and rest on it, by their row or their citation), ``tables`` (joined by ``, ``)
    """
    cells = _value_cells(case)
    groups = cells.groupby("source_id")
    frame = case.tables["sources"].set_index("source_id", drop=False)
    counts = pd.DataFrame(
        {
            "rows": cells.drop_duplicates(["source_id", "table", "key"]).value_counts("source_id"),
            "values": groups.size(),
            "tables": groups["table"].agg(lambda tables: ", ".join(dict.fromkeys(tables))),
        }
    )
    result = frame.join(counts)
    for name in ("rows", "values"):
        result[name] = result[name].fillna(0).astype("int64")
    result["tables"] = result["tables"].fillna("")
    return result.sort_values("values", ascending=False, kind="stable").reset_index(drop=True)


def assumptions(case: Case) -> pd.DataFrame:
    """All rows and cells whose source is ``expert``: ``table``, ``row``, ``key``, ``columns``,
    ``note``; ``columns`` are those of the row that are filled in and rest on the assumption.
    """
    cells = _value_cells(case)
    cells = cells[cells["source_id"] == EXPERT]
    groups = cells.groupby(["table", "row", "key", "note"], sort=False)
    return (
        groups["column"]
        .agg(", ".join)
        .rename("columns")
        .reset_index()[["table", "row", "key", "columns", "note"]]
    )


def describe_scenario(case: Case, scenario: str) -> pd.DataFrame:
    """The cells that a scenario changes against the tables as they are.

    Returns
        one row for each cell: ``table``, ``key``, ``column``, ``before``, ``after`` as written,
        ``scenario`` (of the chain) that wrote it last, ``source_id`` and ``note`` of that patch
    """
    changes = case.changes if scenario == case.scenario else case.with_scenario(scenario).changes
    first: dict[tuple[str, str, str], Change] = {}
    last: dict[tuple[str, str, str], Change] = {}
    for change in changes:
        cell = (change.table, change.key, change.column)
        first.setdefault(cell, change)
        last[cell] = change
    columns = ["table", "key", "column", "before", "after", "scenario", "source_id", "note"]
    rows = [
        (*cell, first[cell].before, end.after, end.scenario, end.source_id, end.note)
        for cell, end in last.items()
        if first[cell].before != end.after
    ]
    return pd.DataFrame(rows, columns=columns, dtype="str")


def _last_change(case: Case, table: str, key: str, column: str) -> Change | None:
    cell = (table, key, column)
    for change in reversed(case.changes):
        if (change.table, change.key, change.column) == cell:
            return change
    return None


def _standing(
    case: Case, cells: dict[str, str], place: tuple[str, str, str], change: Change | None
) -> tuple[str, str]:
    """Source and note of a cell: of its last patch, of its citation, or of its row."""
    if change is not None:
        return change.source_id, change.note
    citations = case.texts["citations"].cells
    places = zip(citations["table"], citations["key"], citations["column"], strict=True)
    for index, cited in enumerate(places):
        if cited == place:
            return citations["source_id"][index], citations["note"][index]
    return cells.get("source_id", ""), cells.get("note", "")


def _source(case: Case, source_id: str) -> Source:
    frame = case.tables["sources"]
    for row in frame[frame["source_id"] == source_id].to_dict("records"):
        return Source(**{str(name): cell_text(value) for name, value in row.items()})
    return Source(source_id)


def _value_cells(case: Case) -> pd.DataFrame:
    """All filled cells of sourced tables besides keys: table, row, key, column, source, note."""
    parts = [_table_cells(case, table) for table in TABLES.values() if table.sourced]
    cells = pd.concat(parts, ignore_index=True)
    cited = case.tables["citations"].set_index(["table", "key", "column"])
    places = pd.MultiIndex.from_frame(cells[["table", "key", "column"]])
    position = cited.index.get_indexer(places)
    is_cited = position >= 0
    for name in ("source_id", "note"):
        override = cited[name].fillna("").to_numpy(dtype=object)
        cells[name] = cells[name].to_numpy(dtype=object)
        cells.loc[is_cited, name] = override[position[is_cited]]
    return cells


def _table_cells(case: Case, table: Table) -> pd.DataFrame:
    text, rows = case.texts[table.name], case.rows[table.name]
    labels = np.array(row_labels(table, case.tables[table.name]), dtype=object)
    columns = [
        name for name in table.column_names if name not in _NOT_VALUES and name not in table.key
    ]
    written = np.array([text.cells[name] for name in columns], dtype=object)
    column, row = np.nonzero(written.reshape(len(columns), len(rows)) != "")
    return pd.DataFrame(
        {
            "table": table.name,
            "row": rows[row],
            "key": labels[row],
            "column": np.array(columns, dtype=object)[column],
            "source_id": np.array(text.cells["source_id"], dtype=object)[row],
            "note": np.array(text.cells["note"], dtype=object)[row],
        }
    )
