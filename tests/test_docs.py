"""The documentation is complete: what the program has, the pages describe, and what they call is
there."""

import inspect
import re
import shlex
import sys
import tomllib

import pytest
import typer

from khazri import errors
from khazri.case import TABLES
from khazri.cli.app import COMMANDS, app
from khazri.plan import VARIABLES
from khazri.plan.export import HOURLY, YEARLY
from khazri.program.families import COLUMNS, GLOBAL_ROWS, GLOBALS, ROWS

_PAGES = ("README.md", "CONTRIBUTING.md", *(f"docs/{p}.md" for p in ("tutorial", "own-case")))
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


@pytest.fixture(scope="module")
def reference(repository):
    """The modules that write the reference pages; they lie beside the pages, in no package."""
    folder = str(repository / "docs")
    sys.path.insert(0, folder)
    try:
        import generate_api
        import generate_families
        import generate_plan
        import generate_reference
    finally:
        sys.path.remove(folder)
    return generate_reference, generate_families, generate_api, generate_plan


def _commands() -> dict[str, typer.core.TyperCommand]:
    """Every command by the words that call it."""
    root = typer.main.get_command(app)
    found = {}
    for name, command in root.commands.items():
        if hasattr(command, "commands"):
            found.update({f"{name} {part}": c for part, c in command.commands.items()})
        else:
            found[name] = command
    return found


def _shell_lines(text: str) -> list[str]:
    """The lines of the shell blocks of a page, comments left out."""
    blocks = [body for language, body in _FENCE.findall(text) if language == "sh"]
    return [line.split(" #")[0].strip() for body in blocks for line in body.splitlines()]


def test_the_list_of_commands_is_whole():
    listed = {" ".join((name, part)) for name, parts in COMMANDS.items() for part in parts}
    listed |= {name for name, parts in COMMANDS.items() if not parts}
    assert listed == set(_commands())


@pytest.mark.parametrize("name", _commands())
def test_every_command_and_option_says_what_it_does(name):
    command = _commands()[name]
    assert inspect.getdoc(command.callback)
    for parameter in command.params:
        assert getattr(parameter, "help", None), f"{name}: {parameter.name}"


def test_every_option_is_on_the_page_of_commands(reference):
    page = reference[0]._commands_page(COMMANDS)
    for name, command in _commands().items():
        section = page.split(f"## `khazri {name}`\n")[1].split("\n## ")[0]
        for parameter in command.params:
            shown = [o for o in parameter.opts if o.startswith("--")] or [parameter.metavar]
            assert all(word in section for word in shown), f"{name}: {parameter.name}"


def test_every_table_and_column_is_on_the_page_of_tables(reference):
    page = reference[0]._tables_page(TABLES.values())
    for table in TABLES.values():
        section = page.split(f"## `{table.name}.csv`")[1].split("\n## ")[0]
        assert table.meaning in section
        for column in table.columns:
            assert f"| `{column.name}` | {column.type.value} |" in section
            assert column.meaning


def test_every_family_is_on_the_page_of_families(reference):
    page = reference[1].families_page()
    for families in (COLUMNS, ROWS, GLOBALS, GLOBAL_ROWS):
        for name, family in families.items():
            section = page.split(f"### `{name}`\n")[1].split("\n### ")[0]
            assert family.reason in section
            assert family.formula in section
            assert f"Unit: {family.unit}." in section


def test_every_error_and_exit_code_is_on_its_page(reference):
    page = reference[0]._exit_codes_page()
    for value in vars(errors).values():
        if inspect.isclass(value) and issubclass(value, errors.KhazriError):
            row = f"| {value.exit_code} | `{value.code}` | `{value.__name__}` |"
            assert row in page or value is errors.KhazriError


def test_every_public_function_is_described(reference):
    page = reference[2].api_page()
    for module in reference[2].PUBLIC:
        assert f"## `{module}`" in page
    undescribed = re.findall(r"### `(\w+)`[^\n]*\n\n```text\n\s*```", page)
    assert not undescribed


def test_every_variable_and_table_of_a_plan_is_described(reference):
    page = reference[3].plan_page()
    for name, variable in VARIABLES.items():
        assert f"| `{name}` | {', '.join(variable.dims)} | {variable.unit} |" in page
    assert all(f"| `{name}` |" in page for name in (*YEARLY, *HOURLY))


def test_every_dependency_has_its_reason(repository):
    settings = tomllib.loads((repository / "pyproject.toml").read_text("utf-8"))["project"]
    page = (repository / "docs" / "architecture.md").read_text("utf-8").split("(dependencies)=")[1]
    extras = settings["optional-dependencies"]
    for wanted in (settings["dependencies"], *extras.values()):
        for requirement in wanted:
            name = re.split(r"[<>=]", requirement)[0]
            assert f"`{name}`" in page, name
    assert all(f"| `{extra}` |" in page for extra in extras)


@pytest.mark.parametrize("page", _PAGES)
def test_commands_of_a_page_are_there(repository, page):
    targets = set(re.findall(r"^([a-z-]+):", (repository / "Makefile").read_text("utf-8"), re.M))
    commands = _commands()
    lines = _shell_lines((repository / page).read_text("utf-8"))
    assert lines
    for line in lines:
        words = shlex.split(line.partition("|")[0])
        if words[:1] == ["make"]:
            assert set(words[1:]) <= targets, line
        if words[:1] != ["khazri"]:
            continue
        name = next((n for n in (" ".join(words[1:3]), words[1]) if n in commands), None)
        assert name is not None, line
        known = {option for p in commands[name].params for option in p.opts}
        used = {word for word in words if word.startswith("-")}
        assert used <= known, line


def test_python_of_the_pages_is_python(repository):
    """Names that a page takes from khazri exist; all examples compile."""
    import khazri

    for page in _PAGES:
        for language, body in _FENCE.findall((repository / page).read_text("utf-8")):
            if language == "python":
                compile(body, page, "exec")
                for name in re.findall(r"\bkhazri\.([A-Za-z_]+)\(", body):
                    assert hasattr(khazri, name), f"{page}: khazri.{name}"


def test_links_of_the_pages_lead_somewhere(repository):
    pages = [repository / "README.md", *sorted((repository / "docs").glob("*.md"))]
    dead = []
    for page in pages:
        for target in _LINK.findall(page.read_text("utf-8")):
            file = target.split("#")[0]
            is_made = file.startswith("reference/")
            if not file or is_made or file.startswith(("http", "mailto")):
                continue
            if not (page.parent / file).exists():
                dead.append(f"{page.name}: {target}")
    assert not dead
