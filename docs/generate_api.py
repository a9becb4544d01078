"""The page of the public functions and classes, from their own signatures and docstrings."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from enum import Enum
from importlib import import_module

PUBLIC: dict[str, tuple[str, ...] | None] = {
    "khazri.case": None,
    "khazri.system": ("build_system", "describe", "System"),
    "khazri.program": None,
    "khazri.solve.optimize": ("optimize", "Effort", "Optimum", "Round"),
    "khazri.solve.certificate": ("certify", "Certificate", "FamilyCheck"),
    "khazri.solve.choose": ("SolverName", "make_solver"),
    "khazri.plan": None,
    "khazri.interop": None,
    "khazri.appraise": None,
    "khazri.appraise.cba": None,
    "khazri.appraise.sharing": None,
    "khazri.appraise.finance": None,
    "khazri.report": None,
}
"""Modules in the order of the data, and which names of each; None: all of ``__all__``."""


_ROLE = re.compile(r":(?:class|func|mod|data):`(?:~[\w.]*\.)?([\w.]+)`")
"""References of docstrings to other names; ``~`` leaves out the module."""


def api_page() -> str:
    """Signature and docstring of every public function and class."""
    return "\n\n".join([_HEAD, *(part for module in PUBLIC for part in _module(module))]) + "\n"


def _module(name: str) -> Iterator[str]:
    module = import_module(name)
    yield f"## `{name}`\n\n{(module.__doc__ or '').splitlines()[0]}"
    for entry in PUBLIC[name] or module.__all__:
        value = getattr(module, entry)
        if inspect.isclass(value):
            yield _heading(f"{name}.{entry}-class", entry, _kind(value))
            yield _fenced(inspect.getdoc(value) or "")
            yield from _members(value)
        elif inspect.isfunction(value):
            yield _heading(f"{name}.{entry}", entry, "")
            yield _fenced(f"{entry}{_signature(value)}\n\n{inspect.getdoc(value) or ''}")


def _heading(target: str, entry: str, kind: str) -> str:
    return f"(api-{target})=\n### `{entry}`{kind}"


def _kind(value: type) -> str:
    return " (enumeration)" if issubclass(value, Enum) else " (class)"


def _members(value: type) -> Iterator[str]:
    """First lines of a class's own public methods and properties."""
    rows = []
    for name, member in vars(value).items():
        plain = member.__func__ if isinstance(member, staticmethod | classmethod) else member
        if name.startswith("_") or not (inspect.isfunction(plain) or isinstance(plain, property)):
            continue
        call = _names(plain) if inspect.isfunction(plain) else ""
        first = (inspect.getdoc(plain) or "").split("\n\n")[0].replace("\n", " ")
        first = _ROLE.sub(r"`\1`", first)
        rows.append(f"| `{name}{call}` | {first.replace('``', '`').replace('|', chr(92) + '|')} |")
    if rows:
        yield "\n".join(["| of it | what it is |", "|---|---|", *rows])


def _names(function: object) -> str:
    """The parameters by name alone."""
    assert callable(function)
    names = [name for name in inspect.signature(function).parameters if name != "self"]
    return f"({', '.join(names)})"


def _signature(function: object) -> str:
    assert callable(function)
    signature = inspect.signature(function)
    if len(str(signature)) < 80:
        return str(signature)
    lines = "".join(f"\n    {parameter}," for parameter in signature.parameters.values())
    return f"({lines}\n) -> {signature.return_annotation}"


def _fenced(text: str) -> str:
    plain = _ROLE.sub(r"`\1`", text).replace("``", "`")
    return f"```text\n{plain.strip()}\n```"


_HEAD = """\
# Python

The public functions and classes in the order in which data passes through them. Names that begin
with an underscore, and modules not named here, may change at any time. The
[tutorial](../tutorial.md#from-python) shows them at work."""
