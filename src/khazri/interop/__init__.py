"""Networks of PyPSA: read, solved with Khazri's own program, and written back."""

from khazri.interop.attributes import Component
from khazri.interop.network import Network, make_network, read_network, write_network
from khazri.interop.solve import Solved, solve_network
from khazri.interop.support import check_supported, unknown_columns

__all__ = [
    "Component",
    "Network",
    "Solved",
    "check_supported",
    "make_network",
    "read_network",
    "solve_network",
    "unknown_columns",
    "write_network",
]
