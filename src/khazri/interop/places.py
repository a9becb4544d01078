"""Where in a network the rows and columns of its program come from."""

from __future__ import annotations

from dataclasses import dataclass

from khazri.interop.attributes import CAPACITY, Component
from khazri.interop.columns import Part
from khazri.solve.infeasible import Side


@dataclass(frozen=True)
class Place:
    """A component by kind and name, and the attribute that sets a limit; "" where none does."""

    kind: Component | None
    name: str
    attribute: str

    def __str__(self) -> str:
        """The place as a sentence has it: ``generators 'plant' p_max_pu``."""
        words = [] if self.kind is None else [str(self.kind)]
        return " ".join([*words, f"'{self.name}'", *([self.attribute] if self.attribute else [])])


def place_of(item: str, side: Side) -> Place:
    """Return where ``item``, the name of a row or column, comes from.

    ``side`` says which of two attributes sets the limit, a lower or an upper one.
    """
    is_least = side is Side.AT_LEAST
    for start, (kind, least, most) in _STARTS.items():
        if item.startswith(start):
            return Place(kind, item.removeprefix(start), least if is_least else most)
    attribute, between, held = item.partition(" of ")
    if between:  # prescribed values and angles: a limit on top of another
        inner = place_of(held, side)
        return Place(inner.kind, inner.name, attribute)
    return Place(None, item, "")


def _starts() -> dict[str, tuple[Component, str, str]]:
    """Beginnings of names, longer ones before those they begin with, with kind and attributes."""
    unit, store, transformer = Component.STORAGE_UNIT, Component.STORE, Component.TRANSFORMER
    starts: dict[str, tuple[Component, str, str]] = {
        f"capacity of {kind.word} ": (kind, f"{name}_min", f"{name}_max")
        for kind, name in CAPACITY.items()
    }
    starts |= {
        f"{Part.CHARGE} ": (unit, "p_min_pu", "p_min_pu"),
        f"{Part.DISCHARGE} ": (unit, "p_max_pu", "p_max_pu"),
        f"{Part.SPILL} ": (unit, "inflow", "inflow"),
        f"{Part.LEVEL} ": (unit, "max_hours", "max_hours"),
        f"{Part.EXCHANGE} ": (store, "p_set", "p_set"),
        f"{Part.STORE_LEVEL} ": (store, "e_min_pu", "e_max_pu"),
        f"{Part.ANGLE} ": (transformer, "phase_shift_min", "phase_shift_max"),
        "energy of generator ": (Component.GENERATOR, "e_sum_min", "e_sum_max"),
    }
    for kind in (Component.GENERATOR, Component.LINK):
        starts[f"ramp of {kind.word} "] = (kind, "ramp_limit_down", "ramp_limit_up")
        starts[f"{kind.word} "] = (kind, "p_min_pu", "p_max_pu")
    for kind in (Component.LINE, transformer):
        starts[f"{kind.word} "] = (kind, "s_max_pu", "s_max_pu")
    starts[f"{Component.GLOBAL_CONSTRAINT.word} "] = (
        Component.GLOBAL_CONSTRAINT,
        "constant",
        "constant",
    )
    for kind in (Component.BUS, unit, store):
        starts[f"{kind.word} "] = (kind, "", "")
    return starts


_STARTS = _starts()
