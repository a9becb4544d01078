"""Writes the reference pages that follow from the code and the tables of the reference case.

Run before Sphinx (`make docs` does); the pages are not kept in the repository.
"""

from __future__ import annotations

import inspect
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from generate_api import api_page
from generate_caspian import caspian_page
from generate_families import families_page
from generate_plan import plan_page

from khazri import errors
from khazri.case.columns import Column, Table
from khazri.case.schema import TABLES
from khazri.cli.app import COMMANDS

_OUT = Path(__file__).parent / "reference"


def main() -> None:
    """Write all generated pages."""
    _OUT.mkdir(exist_ok=True)
    (_OUT / "tables.md").write_text(_tables_page(TABLES.values()), encoding="utf-8")
    (_OUT / "commands.md").write_text(_commands_page(COMMANDS), encoding="utf-8")
    (_OUT / "exit-codes.md").write_text(_exit_codes_page(), encoding="utf-8")
    (_OUT / "families.md").write_text(families_page(), encoding="utf-8")
    (_OUT / "caspian.md").write_text(caspian_page(), encoding="utf-8")
    (_OUT / "plan.md").write_text(plan_page(), encoding="utf-8")
    (_OUT / "python.md").write_text(api_page(), encoding="utf-8")


def _tables_page(tables: Iterable[Table]) -> str:
    return "\n\n".join([_TABLES_HEAD, *(_table(table) for table in tables)]) + "\n"


def _table(table: Table) -> str:
    facts = [f"Key: {_code_list(table.key)}."]
    if table.required:
        facts.append("The file must be there.")
    facts.extend(f"`{low}` may not exceed `{high}`." for low, high in table.ordered)
    rows = [
        f"| `{column.name}` | {column.type.value} | {_cell(column.unit)} | {_allowed(column)} "
        f"| {_empty_means(column)} | {_cell(column.meaning)} |"
        for column in table.columns
    ]
    return "\n".join(
        [
            f"(table-{table.name})=",
            f"## `{table.name}.csv`",
            "",
            table.meaning,
            " ".join(facts),
            "",
            "| column | type | unit | allowed | if empty | meaning |",
            "|---|---|---|---|---|---|",
            *rows,
        ]
    )


def _allowed(column: Column) -> str:
    if column.choices:
        return _code_list(column.choices)
    if column.references:
        link = f"a row of [`{column.references}`](#table-{column.references})"
        return f"{link}; several, parted by `;`" if column.many else link
    low, high = column.minimum, column.maximum
    if low is not None and high is not None:
        return f"{low:g} to {high:g}"
    if low is not None:
        return f"at least {low:g}"
    if high is not None:
        return f"at most {high:g}"
    return ""


def _empty_means(column: Column) -> str:
    if column.default is not None:
        return f"`{_as_written(column.default)}`"
    return "an error" if column.required else "nothing"


def _as_written(value: str | float | bool) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else f"{value:g}"


def _commands_page(commands: Mapping[str, Iterable[str]]) -> str:
    calls = [""]
    for command, parts in commands.items():
        calls.extend(f"{command} {part}" for part in parts) if parts else calls.append(command)
    sections = [
        f"## `{f'khazri {call}'.strip()}`\n\n```text\n{_help(call.split())}\n```" for call in calls
    ]
    return "\n\n".join([_COMMANDS_HEAD, *sections]) + "\n"


def _help(words: list[str]) -> str:
    """What the command prints for --help, as in a plain terminal of 100 columns."""
    code = "from khazri.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code, *words, "--help"],
        env=os.environ | {"COLUMNS": "100", "NO_COLOR": "1", "TERM": "dumb"},
        capture_output=True,
        text=True,
        check=True,
    )
    return "\n".join(line.rstrip() for line in done.stdout.strip("\n").splitlines())


def _exit_codes_page() -> str:
    classes = [
        value
        for value in vars(errors).values()
        if inspect.isclass(value) and issubclass(value, errors.KhazriError)
    ]
    rows = [
        f"| {c.exit_code} | `{c.code}` | `{c.__name__}` | {(c.__doc__ or '').splitlines()[0]} |"
        for c in sorted(classes, key=lambda c: (c.exit_code, c.code))
        if c is not errors.KhazriError
    ]
    return "\n".join([_EXIT_CODES_HEAD, *rows]) + "\n"


def _code_list(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _cell(text: str) -> str:
    return text.replace("|", r"\|")


_TABLES_HEAD = """\
# The tables of a case

A case is a folder: one CSV file for each table below (UTF-8, comma, decimal point), profiles in
`profiles/*.parquet`, and a `datapackage.json` that describes them to other tools. A file may be
left out unless its table says that it must be there. Tables with the column `source_id` need a
source in every row; the source `expert` marks an assumption, whose reasoning stands in `note`."""

_COMMANDS_HEAD = """\
# Commands

The help of every command, as the program prints it."""

_EXIT_CODES_HEAD = """\
# Exit codes

A command ends with 0 when the plan is done and certified, and with 130 when it was interrupted.
1 is an unexpected error, a mistake of ours. All else says what stood in the way; `--json` prints
the same `code`.

| exit | code | Python class | meaning |
|---|---|---|---|"""


if __name__ == "__main__":
    main()
