"""Networks of PyPSA: solved with our own program, made into cases, and made from plans."""

from khazri.interop.attributes import Component
from khazri.interop.case_from_pypsa import NetworkCase, case_of_network, write_network_case
from khazri.interop.export_pypsa import Exported, export_network
from khazri.interop.network import Network, make_network, read_network, write_network
from khazri.interop.solve import Solved, solve_network
from khazri.interop.support import check_supported, unknown_columns

__all__ = [
    "Component",
    "Exported",
    "Network",
    "NetworkCase",
    "Solved",
    "case_of_network",
    "check_supported",
    "export_network",
    "make_network",
    "read_network",
    "solve_network",
    "unknown_columns",
    "write_network",
    "write_network_case",
]
