"""The page of the families of columns and rows, as the program itself registers them."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from khazri.program.families import COLUMNS, GLOBAL_ROWS, GLOBALS, ROWS, Family


def families_page() -> str:
    """Unit, items, formula and reason of every family."""
    parts = [
        ("Columns of a stage", "What is decided in each hour.", COLUMNS),
        ("Rows of a stage", "What holds in each hour.", ROWS),
        ("Columns of the year", "What is decided once.", GLOBALS),
        ("Rows of the year", "What holds over the year.", GLOBAL_ROWS),
    ]
    sections = [
        "\n\n".join([f"## {title}\n\n{words}", *_blocks(families)])
        for title, words, families in parts
    ]
    return "\n\n".join([_HEAD, *sections]) + "\n"


def _blocks(families: Mapping[StrEnum, Family]) -> list[str]:
    return [
        f"### `{name}`\n\n{family.reason} One for each of: {family.items}. "
        f"Unit: {family.unit}.\n\n```{{math}}\n{family.formula}\n```"
        for name, family in families.items()
    ]


_HEAD = """\
# Families of columns and rows

Every program is made of these families and of no others; a test holds the register against what
is built. The [mathematics](../mathematics.md) says how they fit together. Symbols: $h$ stage (an
hour), $s$ supply, $c$ conversion, $w$ store, $l$ link, $u$ block of unserved demand, $k$ market
step or phase of a corridor, $b$ bus, $g$ operating reserve; $K$ capacity, existing and new; $a$
mean availability and $\\alpha$ hourly availability; $\\underline m$ lowest output and $\\mu$ its
shape; $E$ energy capacity or energy of a year; $\\sigma_w$ standing loss, $\\sigma_u$ share of a
block; $\\eta^c$, $\\eta^d$ efficiencies; $i$ inflow; $\\rho$ ramp limit; $r$ ratio of a port;
$\\kappa$ share of headroom that counts; $R$ required reserve; $D$ demand; $x_l$ reactance; $V$ size
of a market step; $y$ what is decided for the year."""
