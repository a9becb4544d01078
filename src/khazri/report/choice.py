"""A choice between views of the same figures, on one page and without a script.

Radio buttons that the stylesheet reads: parts of other options are not displayed. Where a browser
does not know ``:has`` all parts are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from khazri.report.markup import element, join


@dataclass(frozen=True)
class Choice:
    """A choice by id (a class name) and legend; the first of the options is taken at first."""

    id: str
    legend: str
    options: Sequence[str]

    @property
    def control(self) -> Markup:
        """The radio buttons; nothing where there is nothing to choose."""
        if len(self.options) < 2:
            return Markup("")
        checked = Markup(" checked")
        buttons = [
            element(
                "label",
                Markup('<input type="radio" name="{0}" id="{0}-{1}"{2}>').format(
                    self.id, number, checked if number == 0 else ""
                ),
                element("span", name),
            )
            for number, name in enumerate(self.options)
        ]
        return element(
            "fieldset",
            element("legend", self.legend),
            element("div", join(buttons), class_="options"),
            class_=f"choice {self.id}-choice",
        )

    def part(self, number: int) -> str:
        """Class of what belongs to an option; "" where there is nothing to choose."""
        return f"{self.id}-part {self.id}-{number}" if len(self.options) > 1 else ""

    @property
    def style(self) -> str:
        """Rules that hide what belongs to other options."""
        if len(self.options) < 2:
            return ""
        return "".join(
            f"body:has(#{self.id}-{number}:checked) .{self.id}-part:not(.{self.id}-{number})"
            "{display:none}\n"
            for number in range(len(self.options))
        )
