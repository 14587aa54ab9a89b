"""Who asks: an organisation's name, and which of its plants may be seen."""

import ipaddress
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Actor:
    """
    Somebody who asks, or the service itself.

    ``organisation`` whose records are asked for; ``plants`` that may be seen, None for all of it.
    """

    name: str
    organisation: str = ""
    plants: frozenset[str] | None = None

    def sees(self, plant: str) -> bool:
        """Whether a plant may be seen."""
        return self.plants is None or plant in self.plants


SERVICE = Actor("loopkeeper")
"""The service on its own behalf."""


def loopback(host: str) -> bool:
    """Return whether an address is this machine's own."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
