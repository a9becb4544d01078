"""The table of sources: those of the four raw folders and of the profiles, each once."""

from __future__ import annotations

from tables.raw import RAW, Record, records
from tables.records import Row, Tables

FOLDERS = ("region", "azerbaijan", "fuels", "technology", "profiles")
COLUMNS = ("title", "publisher", "date", "url", "licence", "note")
EXTRA: tuple[Row, ...] = (
    {
        "source_id": "khazri_zones",
        "title": "Zones of the Caspian reference case: names, coordinates and aliases",
        "publisher": "Khazri",
        "date": "2026-11-24",
        "licence": "CC0-1.0",
        "note": "raw/zones.csv",
    },
)


def rows() -> Tables:
    """Return `sources`, in the order of first appearance.

    A source named in several folders takes each cell from the first folder that fills it; a
    second address is kept in the note.
    """
    merged: dict[str, Row] = {}
    for folder in FOLDERS:
        path = f"{folder}/sources.csv"
        if (RAW / path).exists():
            for record in records(path):
                _add(merged, record)
    return {"sources": [*merged.values(), *EXTRA]}


def _add(merged: dict[str, Row], record: Record) -> None:
    known = merged.setdefault(record["source_id"], {"source_id": record["source_id"]})
    url = record.get("url") or ""
    if known.get("url") and url and url != known["url"] and url not in str(known.get("note")):
        known["note"] = f"{known.get('note') or ''}; also {url}".lstrip("; ")
    for column in COLUMNS:
        known[column] = known.get(column) or record.get(column) or None
