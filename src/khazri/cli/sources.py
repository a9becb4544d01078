"""``khazri sources``: where the numbers of a case come from."""

from __future__ import annotations

from pathlib import Path

from khazri.case import (
    TABLES,
    Case,
    Provenance,
    assumptions,
    read_case,
    source_table,
    sources_of,
)
from khazri.case.values import row_labels
from khazri.cli.outcome import Block, Grid, Outcome, call
from khazri.cli.work import Work
from khazri.errors import UsageError

_NOT_VALUES = frozenset({"currency", "price_year", "source_id", "note"})
_DIGITS = 7


def sources_command(
    folder: Path,
    place: tuple[str | None, str | None, str | None],
    scenario: str | None,
    work: Work,
) -> Outcome:
    """All sources, or those of a table, a row or a value."""
    work.progress.say("read", f"all tables of {folder}")
    case = read_case(folder, scenario)
    table, row, column = place
    if table is None:
        return _all_sources(case)
    case.table(table)
    if not TABLES[table].sourced:
        raise UsageError(f"the table '{table}' names no sources; it holds no values of its own")
    if row is None:
        return _of_table(case, table)
    if column is None:
        return _of_row(case, table, row)
    return _of_value(case, sources_of(case, table, row, column))


def _all_sources(case: Case) -> Outcome:
    frame = source_table(case)
    records = frame.astype(object).where(frame.notna(), "").to_dict("records")
    assumed = assumptions(case)
    rows = tuple(
        (str(r["source_id"]), f"{r['values']:,}", str(r["date"]), str(r["title"]))
        for r in records
        if r["values"]
    )
    values = sum(int(record["values"]) for record in records)
    blocks: tuple[Block, ...] = (
        Grid(("source", "values", "date", "title"), rows, right=frozenset({"values"})),
        f"\n{values:,} values from {len(rows):,} sources ({len(records) - len(rows):,} more are "
        "listed for reference)\nrows that rest on judgement ('expert', reasoning in their "
        f"note): {len(assumed):,}",
    )
    result = {"sources": records, "assumptions": assumed.to_dict("records")}
    return Outcome("sources", result, blocks, (_example(case),))


def _example(case: Case) -> str:
    """A command that shows one value of this case."""
    labels = row_labels(TABLES["assets"], case.tables["assets"])
    return call("sources", case.path, "assets", labels[0], "capacity_mw")


def _of_table(case: Case, table: str) -> Outcome:
    labels = row_labels(TABLES[table], case.tables[table])
    cells = case.texts[table].cells
    lines = zip(labels, cells["source_id"], cells["note"], strict=True)
    records = [{"key": key, "source_id": source, "note": note} for key, source, note in lines]
    rows = tuple((r["key"], r["source_id"], r["note"]) for r in records)
    advice = (call("sources", case.path, table, labels[0]),) if labels else ()
    result = {"table": table, "rows": records}
    return Outcome("sources", result, (Grid(("row", "source", "note"), rows),), advice)


def _of_row(case: Case, table: str, row: str) -> Outcome:
    schema = TABLES[table]
    names = [n for n in schema.column_names if n not in _NOT_VALUES and n not in schema.key]
    found = [sources_of(case, table, row, name) for name in names]
    known = [one for one in found if one.value]
    rows = tuple((one.column, _short(one.value), _unit(one), _source_words(one)) for one in known)
    notes = dict.fromkeys(one.note for one in known if one.note)
    blocks: tuple[Block, ...] = (
        f"{table}.csv row {found[0].row}: {row}\n",
        Grid(("column", "value", "unit", "source"), rows),
        *(f"\n{note}" for note in notes),
    )
    example = next((one.column for one in known if one.unit), names[0])
    advice = (call("sources", case.path, table, row, example),)
    result = {"table": table, "row": row, "values": known}
    return Outcome("sources", result, blocks, advice)


def _unit(one: Provenance) -> str:
    return "" if one.unit == "1" else one.unit


def _short(value: str) -> str:
    """A number with seven digits at most, digits before the point kept; other text as it is."""
    whole, point, rest = value.partition(".")
    digits = len(whole.lstrip("-0"))
    if not point or not rest.isdigit() or len(rest) + digits <= _DIGITS:
        return value
    return f"{float(value):.{max(_DIGITS - digits, 0)}f}".rstrip("0").rstrip(".")


def _source_words(one: Provenance) -> str:
    if one.is_default:
        return "default of the table"
    return one.source.source_id or "–"


def _of_value(case: Case, one: Provenance) -> Outcome:
    source = one.source
    money = f"in {one.currency} {one.price_year}" if one.currency else ""
    written = f"{one.written} {money}".strip() if one.written != one.value or money else ""
    change = one.change
    facts = (
        ("value", f"{_short(one.value) or '–'} {_unit(one)}".strip()),
        ("meaning", one.meaning),
        ("written", written),
        ("default", "the cell is empty: the default of the table holds" if one.is_default else ""),
        ("changed", f"from {change.before or '–'} by {change.scenario}" if change else ""),
        ("why", one.note),
        ("source", "an assumption" if source.is_assumption else source.title or source.source_id),
        ("publisher", source.publisher if not source.is_assumption else ""),
        ("date", source.date if not source.is_assumption else ""),
        ("address", source.url),
        ("licence", source.licence if not source.is_assumption else ""),
        ("about it", source.note if not source.is_assumption else ""),
    )
    rows = tuple((name, text) for name, text in facts if text)
    blocks: tuple[Block, ...] = (
        f"{one.table}.csv row {one.row}: {one.key}, {one.column}\n",
        Grid(("", ""), rows),
    )
    advice = (call("sources", case.path, one.table, one.key),)
    return Outcome("sources", {"value": one}, blocks, advice)
