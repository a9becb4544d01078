"""References between tables: what names a row that is not there, and which of the two is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from khazri.case.columns import Column
from khazri.case.texts import closest, did_you_mean
from khazri.case.values import TypedTable, cell_text
from khazri.errors import Issue

_USES_THAT_AGREE = 2
"""How many cells have to miss the same name before the key is suspected and not they."""


@dataclass(frozen=True)
class _Use:
    """One name in a cell that refers to another table."""

    typed: TypedTable
    index: int
    column: Column
    name: str


def reference_issues(tables: Mapping[str, TypedTable]) -> list[Issue]:
    """Values that name a row of another table where there is none.

    Where several cells miss the same name and a key much like it is used by nobody, the key is
    what was mistyped: then there is one issue at the key and none at the cells.
    """
    uses: dict[str, list[_Use]] = {}
    for typed in tables.values():
        for column in typed.schema.columns:
            if column.references is not None and tables[column.references].complete:
                uses.setdefault(column.references, []).extend(_uses(typed, column))
    issues = []
    for name, found in uses.items():
        target = tables[name]
        keys = [cell_text(key) for key in target.frame[target.schema.key[0]]]
        unused = set(keys) - {use.name for use in found}
        missing: dict[str, list[_Use]] = {}
        for use in found:
            if use.name not in keys:
                use.typed.sound[use.index] = False
                missing.setdefault(use.name, []).append(use)
        for word, places in missing.items():
            mistyped = closest(word, unused) if len(places) >= _USES_THAT_AGREE else None
            if mistyped is None:
                issues += [_use_issue(use, keys) for use in places]
            else:
                unused.remove(mistyped)
                issues.append(_key_issue(target, keys.index(mistyped), word, places))
    order = {f"{name}.csv": place for place, name in enumerate(tables)}
    return sorted(issues, key=lambda issue: order[issue.table])


def _uses(typed: TypedTable, column: Column) -> list[_Use]:
    """All names in a column that refers to another table."""
    uses = []
    for index, cell in enumerate(typed.frame[column.name]):
        text = cell_text(cell)
        names = [name.strip() for name in text.split(";")] if column.many else [text]
        uses += [_Use(typed, index, column, name) for name in names if text]
    return uses


def _use_issue(use: _Use, keys: list[str]) -> Issue:
    table = use.column.references
    hint = did_you_mean(use.name, keys, f"add '{use.name}' to {table}.csv or use one of its rows")
    if not use.name:
        hint = "there is one ; too many"
    expected = f"a key of {table}.csv"
    return use.typed.issue(use.index, use.column.name, expected, hint, found=use.name)


def _key_issue(target: TypedTable, index: int, word: str, places: list[_Use]) -> Issue:
    target.sound[index] = False
    first = places[0].typed.issue(places[0].index, places[0].column.name, "")
    expected = f"'{word}', as {len(places)} cells name it while none names this key"
    hint = f"did you mean '{word}'? The first of the cells is {first.where}"
    return target.issue(index, target.schema.key[0], expected, hint)
