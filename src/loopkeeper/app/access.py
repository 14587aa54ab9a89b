"""Who asks: an organisation's name, which of its plants may be seen, and secrets that prove it."""

import hashlib
import ipaddress
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

SCOPES = ("read", "write", "admin")
"""What one may be allowed; ``admin`` may do all."""
RIGHTS: Final = {
    "operator": ("read", "work"),
    "engineer": ("read", "work", "audit"),
    "evaluator": ("read", "audit"),
    "site": ("read",),
    "partner": ("read",),
    "owner": ("read", "audit"),
    "admin": ("read", "work", "audit", "people"),
}  # fmt: skip
"""What each role may: read; handle alarms, orders and jobs; see who did what; let people in."""
OPEN_RIGHTS: Final = ("read", "work", "audit")
"""What anybody at this machine may while nobody has an account."""
LISTED: Final = frozenset({"site", "partner"})
"""Roles that see listed plants only, never all of them."""
_SCOPE_OF: Final = {"read": "read", "work": "write", "people": "admin"}
"""What an action is called where a program asks for it."""


def scopes_of(role: str) -> tuple[str, ...]:
    """Return the scopes that a role has; KeyError where there is no such role."""
    return tuple(_SCOPE_OF[action] for action in RIGHTS[role] if action in _SCOPE_OF)


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


TRIES, WINDOW, REMEMBERED = 10, 60.0, 10_000
"""Wrong secrets that may be sent within so many seconds; so many senders are remembered."""


@dataclass
class Failures:
    """Wrong secrets by whom they are of: limited in a window, the oldest forgotten first."""

    clock: Callable[[], float] = time.monotonic
    tries: int = TRIES
    window: float = WINDOW
    _seen: dict[str, list[float]] = field(default_factory=dict)

    def wait(self, of: str) -> float:
        """Return how long somebody has to wait before the next try. [s]"""
        now = self.clock()
        recent = [t for t in self._seen.get(of, ()) if now - t < self.window]
        return recent[0] + self.window - now if len(recent) >= self.tries else 0.0

    def note(self, of: str) -> None:
        """Remember a wrong secret."""
        now = self.clock()
        recent = [t for t in self._seen.pop(of, ()) if now - t < self.window]
        self._seen[of] = [*recent, now][-self.tries :]
        while len(self._seen) > REMEMBERED:
            del self._seen[next(iter(self._seen))]

    def forgive(self, of: str) -> None:
        """Forget the last one: it was right."""
        if recent := self._seen.get(of):
            recent.pop()
