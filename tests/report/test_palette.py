"""The palette keeps its promises: contrast, separation and order."""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
import pytest

from khazri.case.schema import PALETTE
from khazri.report.palette import THEMES, Palette, Theme, cividis, read_palette

Array = np.ndarray[tuple[int, ...], np.dtype[np.float64]]

# Machado, Oliveira and Fernandes (2009), full deficiency, on linear RGB.
_VISION = {
    "normal": np.eye(3),
    "protan": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deutan": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritan": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}


@pytest.fixture(scope="module")
def palette() -> Palette:
    return read_palette()


def _linear(colour: str) -> Array:
    """Linear RGB of a hexadecimal sRGB colour (IEC 61966-2-1)."""
    value = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def _contrast(one: str, other: str) -> float:
    """Contrast ratio of WCAG 2: black on white gives 21."""
    light, dark = sorted(
        (float(_linear(c) @ [0.2126, 0.7152, 0.0722]) for c in (one, other)), reverse=True
    )
    return (light + 0.05) / (dark + 0.05)


def _oklab2(linear: Array) -> Array:
    """Oklab (Ottosson 2020) with a and b doubled, as the distance OK2 weighs them."""
    to_cone = np.array(
        [
            [0.4122214708, 0.5363325363, 0.0514459929],
            [0.2119034982, 0.6806995451, 0.1073969566],
            [0.0883024619, 0.2817188376, 0.6299787005],
        ]
    )
    to_lab = np.array(
        [
            [0.2104542553, 0.7936177850, -0.0040720468],
            [1.9779984951, -2.4285922050, 0.4505937099],
            [0.0259040371, 0.7827717662, -0.8086757660],
        ]
    )
    lab = to_lab @ np.cbrt(to_cone @ np.clip(linear, 0, 1))
    return lab * np.array([1.0, 2.0, 2.0])


def _distance(one: str, other: str) -> float:
    """Smallest distance x 100 of two colours over four kinds of vision."""
    return min(
        100 * float(np.linalg.norm(_oklab2(v @ _linear(one)) - _oklab2(v @ _linear(other))))
        for v in _VISION.values()
    )


def test_contrast_of_black_on_white_is_21() -> None:
    assert _contrast("#000000", "#FFFFFF") == pytest.approx(21.0)


def test_groups_are_those_of_the_schema_in_stack_order(palette: Palette) -> None:
    assert tuple(group.id for group in palette.groups) == PALETTE


@pytest.mark.parametrize("theme", THEMES)
def test_ink_is_readable_on_the_ground(palette: Palette, theme: Theme) -> None:
    ground = palette.page["ground"][theme]
    words = [palette.page[n][theme] for n in ("text", "muted", "focus", "warning", "gain", "loss")]
    for colour in [group.ink[theme] for group in palette.groups] + words:
        assert _contrast(colour, ground) >= 4.5, colour


@pytest.mark.parametrize("theme", THEMES)
def test_fills_or_their_edges_stand_out(palette: Palette, theme: Theme) -> None:
    ground = palette.page["ground"][theme]
    for group in palette.groups:
        best = max(_contrast(group.fill[theme], ground), _contrast(group.ink[theme], ground))
        assert best >= 3.0, group.id


@pytest.mark.parametrize(
    ("theme", "any_two", "neighbours"), [("light", 8.2, 14), ("dark", 7.5, 13)]
)
def test_fills_differ_for_every_kind_of_vision(
    palette: Palette, theme: Theme, any_two: float, neighbours: float
) -> None:
    fills = [group.fill[theme] for group in palette.groups]
    assert min(_distance(a, b) for a, b in combinations(fills, 2)) >= any_two - 0.1
    assert min(_distance(a, b) for a, b in pairwise(fills)) >= neighbours - 0.1


def test_unknown_groups_are_refused(palette: Palette) -> None:
    with pytest.raises(KeyError, match="perpetuum"):
        palette.ordered({"gas", "perpetuum"})


def test_cividis_gets_lighter() -> None:
    """Luminance rises along the scale; its ends are dark blue and yellow."""
    steps = [sum(np.array(cividis(s)) * [0.2126, 0.7152, 0.0722]) for s in np.linspace(0, 1, 21)]
    assert all(a < b for a, b in pairwise(steps))
    assert cividis(-1) == (0, 34, 78)
    assert cividis(2) == (254, 232, 56)
