"""Sankey diagrams: nodes in columns, ribbons as wide as what flows.

Long ribbons pass intermediate columns through gaps of their own (dummy nodes), so that none runs
behind a node; nodes of a column are ordered by the mean place of their neighbours (the barycentre
method of Sugiyama, Tagawa and Toda, 1981, IEEE Transactions SMC 11(2)).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from markupsafe import Markup

from khazri.report.markup import element, join, share

_WIDTH = 1000.0
_DRAWN = 0.79
"""Share of the width for nodes; the rest is for the names of the last column."""
_NODE = 11.0
_ROW = 17.0
"""Height that a name needs [pixels]."""
_GAP = 5.0
_PASS = 3.0
"""Room between ribbons that pass a column [pixels]."""
_LEAST = 1.2
_TALL = 30.0
"""Height from which a node has its amount below its name [pixels]."""
_FLOWING = 330.0
"""Height of the thickest column without gaps [pixels]."""
_SWEEPS = 12

_Key = Hashable


@dataclass(frozen=True)
class SankeyNode:
    """A node: name, amount in words, and whether it stands in the last column."""

    name: str
    amount: str
    is_last: bool = False


@dataclass(frozen=True)
class Ribbon:
    """What flows from node to node: size, class of its colour, and words for the pointer."""

    start: int
    end: int
    size: float
    style: str
    words: str


@dataclass
class _Cell:
    """A place in a column: of a node, or of a ribbon that passes; top and height in pixels."""

    key: _Key
    size: float
    is_node: bool
    top: float = 0.0
    height: float = 0.0


def sankey(nodes: Sequence[SankeyNode], ribbons: Sequence[Ribbon], label: str) -> Markup:
    """The diagram as SVG that stretches with the page; ribbons have sizes above zero."""
    column = columns_of(nodes, ribbons)
    paths = [_path(index, ribbon, column) for index, ribbon in enumerate(ribbons)]
    sizes = _sizes(nodes, ribbons)
    cells = _cells(sizes, ribbons, column, paths)
    _order(cells, paths)
    tall = _place(cells)
    by_key = {cell.key: cell for stack in cells for cell in stack}
    last = max(len(cells) - 1, 1)

    def x_of(number: int) -> float:
        return number / last * (_DRAWN * _WIDTH - _NODE)

    scale = _scale(cells)
    ports = _ports(ribbons, paths, by_key, scale)
    drawn = [
        element(
            "path",
            element("title", ribbon.words),
            d=_ribbon(paths[index], ports[index], ribbon.size * scale, (column, x_of, tall)),
            class_=f"ribbon {ribbon.style}",
        )
        for index, ribbon in sorted(enumerate(ribbons), key=lambda item: -item[1].size)
    ]
    boxes = [
        element(
            "rect",
            element("title", f"{node.name}: {node.amount}"),
            x=x_of(column[number]),
            y=by_key[number].top / tall * _WIDTH,
            width=_NODE,
            height=by_key[number].height / tall * _WIDTH,
            class_="sankey-node",
        )
        for number, node in enumerate(nodes)
    ]
    data = element(
        "svg", join([*drawn, *boxes]), viewBox=f"0 0 {_WIDTH:.0f} {_WIDTH:.0f}",
        preserveAspectRatio="none", width="100%", height="100%",
    )  # fmt: skip
    texts = [
        _name(node, x_of(column[number]), by_key[number], tall) for number, node in enumerate(nodes)
    ]
    svg = element(
        "svg", data, join(texts), role="img", aria_label=label, style=f"height:{tall:.0f}px"
    )
    return element(
        "div", svg, class_="sankey", tabindex=0, role="region", aria_label=f"Diagram: {label}"
    )


def columns_of(nodes: Sequence[SankeyNode], ribbons: Sequence[Ribbon]) -> list[int]:
    """The column of each node: after all that flows into it; sources stand before their first use.

    Ribbons that close a circle do not count, smaller ones first.
    """
    after: dict[int, set[int]] = {number: set() for number in range(len(nodes))}

    def reaches(start: int, end: int) -> bool:
        seen, open_ = set(), [start]
        while open_:
            number = open_.pop()
            if number == end:
                return True
            if number not in seen:
                seen.add(number)
                open_ += after[number]
        return False

    for ribbon in sorted(ribbons, key=lambda one: -one.size):
        if not reaches(ribbon.end, ribbon.start):
            after[ribbon.start].add(ribbon.end)
    column = [0] * len(nodes)
    for _ in nodes:
        for start, ends in after.items():
            for end in ends:
                column[end] = max(column[end], column[start] + 1)
    fed = {end for ends in after.values() for end in ends}
    for number, ends in after.items():
        if number not in fed and ends:
            column[number] = min(column[end] for end in ends) - 1
    last = max(column, default=0)
    return [last if node.is_last else place for node, place in zip(nodes, column, strict=True)]


def _path(index: int, ribbon: Ribbon, column: Sequence[int]) -> list[_Key]:
    """Cells that a ribbon runs through; ribbons backward run straight."""
    between = range(column[ribbon.start] + 1, column[ribbon.end])
    return [ribbon.start, *((index, number) for number in between), ribbon.end]


def _sizes(nodes: Sequence[SankeyNode], ribbons: Sequence[Ribbon]) -> list[float]:
    inward, outward = [0.0] * len(nodes), [0.0] * len(nodes)
    for ribbon in ribbons:
        outward[ribbon.start] += ribbon.size
        inward[ribbon.end] += ribbon.size
    return [max(pair) for pair in zip(inward, outward, strict=True)]


def _cells(
    sizes: Sequence[float],
    ribbons: Sequence[Ribbon],
    column: Sequence[int],
    paths: Sequence[Sequence[_Key]],
) -> list[list[_Cell]]:
    """Cells of each column, largest first."""
    cells: list[list[_Cell]] = [[] for _ in range(max(column, default=0) + 1)]
    for number, size in enumerate(sizes):
        cells[column[number]].append(_Cell(number, size, is_node=True))
    for ribbon, path in zip(ribbons, paths, strict=True):
        for place, key in enumerate(path[1:-1], start=column[ribbon.start] + 1):
            cells[place].append(_Cell(key, ribbon.size, is_node=False))
    for stack in cells:
        stack.sort(key=lambda cell: -cell.size)
    return cells


def _order(cells: list[list[_Cell]], paths: Sequence[Sequence[_Key]]) -> None:
    """Sort each column by where its neighbours are, forward and backward in turn."""
    size = {cell.key: cell.size for stack in cells for cell in stack}
    before: dict[_Key, list[_Key]] = {}
    behind: dict[_Key, list[_Key]] = {}
    for path in paths:
        for start, end in pairwise(path):
            behind.setdefault(start, []).append(end)
            before.setdefault(end, []).append(start)
    for sweep in range(_SWEEPS):
        forward = sweep % 2 == 0
        near = before if forward else behind
        place: dict[_Key, float] = {}
        for stack in cells if forward else reversed(cells):
            for number, cell in enumerate(stack):
                around = [(place[key], size[key]) for key in near.get(cell.key, []) if key in place]
                weight = sum(part for _, part in around)
                middle = sum(at * part for at, part in around) / weight if weight else None
                cell.top = number / max(len(stack) - 1, 1) if middle is None else middle
            stack.sort(key=lambda cell: cell.top)
            whole = sum(cell.size for cell in stack) or 1.0
            run = 0.0
            for cell in stack:
                place[cell.key] = (run + cell.size / 2) / whole
                run += cell.size


def _scale(cells: Sequence[Sequence[_Cell]]) -> float:
    """Pixels for a unit of size."""
    most = max((sum(cell.size for cell in stack) for stack in cells), default=0.0)
    return _FLOWING / most if most else 1.0


def _place(cells: Sequence[Sequence[_Cell]]) -> float:
    """Give every cell its top and height; return the height of the diagram [pixels]."""
    scale = _scale(cells)
    heights = []
    for stack in cells:
        run = 0.0
        for cell in stack:
            cell.height = max(cell.size * scale, _LEAST)
            slot = max(cell.height, _ROW) + _GAP if cell.is_node else cell.height + _PASS
            cell.top = run + (slot - cell.height) / 2
            run += slot
        heights.append(run)
    tall = max(heights, default=0.0)
    for stack, height in zip(cells, heights, strict=True):
        for cell in stack:
            cell.top += (tall - height) / 2
    return tall or 1.0


def _ports(
    ribbons: Sequence[Ribbon],
    paths: Sequence[Sequence[_Key]],
    cells: Mapping[_Key, _Cell],
    scale: float,
) -> list[dict[_Key, tuple[float, float]]]:
    """Where each ribbon enters and leaves each cell of its path: tops (in, out) in pixels."""
    leaving: dict[_Key, float] = {}
    entering: dict[_Key, float] = {}
    at: list[dict[_Key, tuple[float, float]]] = [{} for _ in ribbons]
    out_of: list[dict[_Key, float]] = [{} for _ in ribbons]
    hops = [
        (index, start, end) for index, path in enumerate(paths) for start, end in pairwise(path)
    ]
    for index, start, _ in sorted(hops, key=lambda hop: cells[hop[2]].top):
        top = cells[start].top + leaving.get(start, 0.0)
        out_of[index][start] = top
        leaving[start] = leaving.get(start, 0.0) + ribbons[index].size * scale
    for index, start, end in sorted(hops, key=lambda hop: cells[hop[1]].top):
        top = cells[end].top + entering.get(end, 0.0)
        at[index][end] = (top, out_of[index].get(end, top))
        entering[end] = entering.get(end, 0.0) + ribbons[index].size * scale
        at[index].setdefault(start, (out_of[index][start], out_of[index][start]))
    return at


def _ribbon(
    path: Sequence[_Key],
    ports: Mapping[_Key, tuple[float, float]],
    thick: float,
    place: tuple[Sequence[int], Callable[[int], float], float],
) -> str:
    """Outline of a ribbon: along its upper edge through all cells, back along the lower one."""
    column, x_of, tall = place
    first, last = path[0], path[-1]
    assert isinstance(first, int)
    assert isinstance(last, int)
    columns = [column[first], *(column[first] + 1 + n for n in range(len(path) - 2)), column[last]]
    points: list[tuple[float, float]] = []
    for number, (key, at) in enumerate(zip(path, columns, strict=True)):
        left, right = x_of(at), x_of(at) + _NODE
        enters, leaves = ports[key]
        if number > 0:
            points.append((left, enters))
        if number < len(path) - 1:
            points.append((right, leaves))
    high = [(x, y / tall * _WIDTH) for x, y in points]
    low = [(x, (y + max(thick, _LEAST)) / tall * _WIDTH) for x, y in points]
    return f"M{_curve(high)}L{_curve(low[::-1])}Z"


def _curve(points: Sequence[tuple[float, float]]) -> str:
    """Points joined in turn by a curve (between columns) and a line (through a column)."""
    drawn = [f"{points[0][0]:.1f},{points[0][1]:.1f}"]
    for number, ((x0, y0), (x1, y1)) in enumerate(pairwise(points)):
        end = f"{x1:.1f},{y1:.1f}"
        if number % 2:
            drawn.append(f"L{end}")
        else:
            middle = (x0 + x1) / 2
            drawn.append(f"C{middle:.1f},{y0:.1f} {middle:.1f},{y1:.1f} {end}")
    return "".join(drawn)


def _name(node: SankeyNode, x: float, cell: _Cell, tall: float) -> Markup:
    """The name right of its node; its amount beside it in the last column, below where there is
    room."""
    middle = (cell.top + cell.height / 2) / tall
    at: dict[str, str | int] = {"x": share((x + _NODE) / _WIDTH), "dx": 5, "y": share(middle)}
    if node.is_last:
        return element("text", node.name, element("tspan", f" {node.amount}", class_="amount"),
                       dy=4, **at)  # fmt: skip
    if cell.height < _TALL:
        return element("text", node.name, dy=4, **at)
    below = element("tspan", node.amount, x=at["x"], dx=5, dy=14, class_="amount")
    return element("text", node.name, below, dy=-3, **at)
