"""The colours of all views, read from ``palette.json``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from itertools import pairwise
from typing import Literal

Theme = Literal["light", "dark"]
THEMES: tuple[Theme, ...] = ("light", "dark")

# Single colours of the page that the stylesheet needs besides those of the groups.
_PAGE_COLOURS = ("ground", "text", "muted", "focus", "warning", "gain", "loss")


@dataclass(frozen=True)
class Group:
    """A group of technologies: id, name, and hexadecimal colours for areas and for lines or text.

    ``fill`` and ``ink`` map a theme to a colour such as ``#F3975E``.
    """

    id: str
    name: str
    fill: Mapping[Theme, str]
    ink: Mapping[Theme, str]


@dataclass(frozen=True)
class Palette:
    """All colours: ``groups`` in stack order from the bottom, ``page`` by name and theme."""

    groups: tuple[Group, ...]
    page: Mapping[str, Mapping[Theme, str]]

    def ordered(self, ids: set[str]) -> list[Group]:
        """The groups called `ids`, in stack order.

        Raises
        ------
        KeyError: when an id is not in the palette.
        """
        unknown = ids - {group.id for group in self.groups}
        if unknown:
            raise KeyError(f"no colour for {sorted(unknown)}")
        return [group for group in self.groups if group.id in ids]

    def css_variables(self, theme: Theme) -> str:
        """Declarations such as ``--gas-fill: #F3975E;`` for one theme."""
        lines = [f"--{name}: {colours[theme]};" for name, colours in self.page.items()]
        for group in self.groups:
            lines.append(f"--{group.id}-fill: {group.fill[theme]};")
            lines.append(f"--{group.id}-ink: {group.ink[theme]};")
        return "\n".join(lines)

    def css_classes(self) -> str:
        """Rules for areas (``.f-gas``), lines (``.l-gas``) and text (``.t-gas``)."""
        return "\n".join(
            f".f-{g.id}{{fill:var(--{g.id}-fill);background-color:var(--{g.id}-fill);"
            f"stroke:var(--{g.id}-ink)}}"
            f".l-{g.id}{{stroke:var(--{g.id}-ink)}}.t-{g.id}{{color:var(--{g.id}-ink)}}"
            for g in self.groups
        )


def read_palette() -> Palette:
    """The palette that ships with the package."""
    text = resources.files(__package__).joinpath("palette.json").read_text(encoding="utf-8")
    content = json.loads(text)
    groups = tuple(
        Group(
            id=row["id"],
            name=row["name"],
            fill={theme: row[theme]["fill"] for theme in THEMES},
            ink={theme: row[theme]["ink"] for theme in THEMES},
        )
        for row in content["groups"]
    )
    return Palette(groups, {name: content[name] for name in _PAGE_COLOURS})


# Control points of cividis, evenly spaced; Nuñez, Anderton and Renslow (2018), PLOS ONE 13(7).
_CIVIDIS = (
    (0, 34, 78),
    (18, 53, 112),
    (59, 73, 108),
    (87, 93, 109),
    (112, 113, 115),
    (138, 134, 120),
    (165, 156, 116),
    (195, 179, 105),
    (225, 204, 85),
    (254, 232, 56),
)


def cividis(share: float) -> tuple[int, int, int]:
    """Red, green and blue (0..255) at `share` (0..1, clipped) of the cividis scale."""
    position = min(max(share, 0.0), 1.0) * (len(_CIVIDIS) - 1)
    for start, (low, high) in enumerate(pairwise(_CIVIDIS)):
        if position <= start + 1:
            part = position - start
            red, green, blue = (round(a + part * (b - a)) for a, b in zip(low, high, strict=True))
            return red, green, blue
    return _CIVIDIS[-1]
