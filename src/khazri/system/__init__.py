"""One planning year of a case as aligned arrays."""

from khazri.system.build import build_system
from khazri.system.describe import describe
from khazri.system.system import (
    Buses,
    Conversions,
    Demands,
    Flags,
    Floats,
    Indices,
    Limit,
    LimitKind,
    Links,
    Markets,
    Names,
    OperatingReserve,
    Phases,
    Ports,
    Retirements,
    Stores,
    Supplies,
    System,
    UnservedBlocks,
)

__all__ = [
    "Buses",
    "Conversions",
    "Demands",
    "Flags",
    "Floats",
    "Indices",
    "Limit",
    "LimitKind",
    "Links",
    "Markets",
    "Names",
    "OperatingReserve",
    "Phases",
    "Ports",
    "Retirements",
    "Stores",
    "Supplies",
    "System",
    "UnservedBlocks",
    "build_system",
    "describe",
]
