"""Networks of PyPSA: read, solved with Khazri's own program, and written back."""

from khazri.interop.attributes import Component
from khazri.interop.network import Network, make_network, read_network, write_network

__all__ = ["Component", "Network", "make_network", "read_network", "write_network"]
