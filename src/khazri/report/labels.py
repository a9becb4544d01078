"""Names on a map, moved or left out where they would cover each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from khazri.report.geography import Extent
from khazri.report.markup import element, join, share

# Mean width of a letter and height of a line of map text, pixels at its font size of 12.
_LETTER, _LINE = 6.9, 14.0
# Where a name may stand, pixels from its point: above, below, then farther and aside.
_SPOTS = ((0, -9), (0, 18), (0, -23), (0, 32))
_ASIDE = 9.0


@dataclass(frozen=True)
class Label:
    """A name and its point (units of the drawing). `must` names are shown even if they overlap."""

    words: str
    x: float
    y: float
    style: str
    must: bool = False


@dataclass(frozen=True)
class _Box:
    left: float
    top: float
    right: float
    bottom: float

    def overlap(self, other: _Box) -> float:
        """Area shared with another box."""
        width = min(self.right, other.right) - max(self.left, other.left)
        height = min(self.bottom, other.bottom) - max(self.top, other.top)
        return max(width, 0.0) * max(height, 0.0)

    def outside(self, width: float, height: float) -> bool:
        """Whether a part of the box lies beyond a picture of this size."""
        return self.left < 0 or self.top < 0 or self.right > width or self.bottom > height


def draw_labels(
    labels: Sequence[Label], extent: Extent, widths: Sequence[float], style: str
) -> Markup:
    """Names placed one after the other, the first ones best.

    They cover each other at none of the `widths` [pixels] at which the map is seen.
    """
    taken: list[list[_Box]] = [[] for _ in widths]
    drawn = []
    for label in labels:
        spots = [
            (dx, dy, anchor, [_box(label, pixels / extent.width, dx, dy, anchor)
                              for pixels in widths])
            for dx, dy, anchor in _candidates()
        ]  # fmt: skip
        costs = [
            sum(
                sum(box.overlap(other) for other in others)
                + 1e6 * box.outside(pixels, extent.height * pixels / extent.width)
                for box, others, pixels in zip(boxes, taken, widths, strict=True)
            )
            for *_, boxes in spots
        ]
        best = min(range(len(spots)), key=costs.__getitem__)
        if costs[best] > 0 and not label.must:
            continue
        dx, dy, anchor, boxes = spots[best]
        for others, box in zip(taken, boxes, strict=True):
            others.append(box)
        drawn.append(
            element(
                "text", label.words, x=share(label.x / extent.width),
                y=share(label.y / extent.height), dx=dx, dy=dy, text_anchor=anchor,
                class_=label.style,
            )
        )  # fmt: skip
    return element("g", join(drawn), class_=style)


def _candidates() -> list[tuple[float, float, str]]:
    aside = [(_ASIDE, 4.0, "start"), (-_ASIDE, 4.0, "end")]
    return [(float(dx), float(dy), "middle") for dx, dy in _SPOTS[:2]] + aside + [
        (float(dx), float(dy), "middle") for dx, dy in _SPOTS[2:]
    ]  # fmt: skip


def _box(label: Label, zoom: float, dx: float, dy: float, anchor: str) -> _Box:
    """Where a name is on a map drawn at `zoom` pixels per unit of the drawing."""
    x, y = label.x * zoom + dx, label.y * zoom + dy
    width = _LETTER * len(label.words)
    left = {"start": x, "middle": x - width / 2, "end": x - width}[anchor]
    return _Box(left, y - _LINE + 3, left + width, y + 3)
