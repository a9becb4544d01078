"""A memo: one page with a verdict, a few figures and their tables, to read or to print."""

from __future__ import annotations

from dataclasses import dataclass

import khazri
from khazri.report.markup import Section
from khazri.report.render import page_environment, page_style


@dataclass(frozen=True)
class Card:
    """A figure that matters: name, value with unit, and what it is."""

    name: str
    value: str
    note: str = ""


@dataclass(frozen=True)
class Memo:
    """What a memo shows. ``facts`` say what it is made from and stand under each figure."""

    title: str
    facts: str
    verdict: str
    under: str
    cards: tuple[Card, ...]
    sections: tuple[Section, ...]
    alerts: tuple[str, ...] = ()


def render_memo(memo: Memo) -> str:
    """The memo as one HTML page that needs neither network nor script."""
    page = page_environment().get_template("memo.html.j2")
    foot = f"{memo.facts} · Khazri {khazri.__version__}"
    return page.render(page=memo, version=khazri.__version__, style=page_style(foot), foot=foot)
