"""Who asks: an organisation's name, which of its plants may be seen, and secrets that prove it."""

import hashlib
import ipaddress
import secrets
from dataclasses import dataclass

SCOPES = ("read", "write", "admin")
"""What one may be allowed; ``admin`` may do all."""


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


def new_secret() -> tuple[str, str]:
    """Return a new secret and the hash under which it is known."""
    secret = "lk_" + secrets.token_urlsafe(32)
    return secret, secret_hash(secret)


def secret_hash(secret: str) -> str:
    """Return the hash under which a secret is known."""
    return hashlib.sha256(secret.encode()).hexdigest()
