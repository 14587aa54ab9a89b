"""Passwords by argon2id, with what OWASP asks for at least."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_MEMORY = 19 * 2**10
"""Memory of one hash. [KiB]"""
_HASHER = PasswordHasher(time_cost=2, memory_cost=_MEMORY, parallelism=1)
_NOBODYS = "$argon2id$v=19$m=19456,t=2,p=1$bG9vcGtlZXBlcjAwMDAwMA$" + "A" * 43
"""A hash that no password has, of the same cost: who asks for nobody waits as long."""


class Argon2:
    """Hashes and checks passwords."""

    def hashed(self, password: str) -> str:
        """Return the hash of a password."""
        return _HASHER.hash(password)

    def matches(self, kept: str, password: str) -> bool:
        """Whether a password is the one of a hash; of no hash it takes as long and is False."""
        try:
            _HASHER.verify(kept or _NOBODYS, password)
        except (VerificationError, InvalidHashError):
            return False
        return bool(kept)
