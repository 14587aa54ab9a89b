"""A second proof beside the password: codes that change with time (RFC 6238), and spare ones."""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from urllib.parse import quote

STEP: Final = 30
"""A code holds so long. [s]"""
DIGITS: Final = 6
"""Digits of a code. [-]"""
SPARE: Final = 8
"""Spare codes that somebody is given. [-]"""
_AROUND: Final = (0, -1, 1)
"""Steps whose codes count: clocks differ. [-]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondKey:
    """
    The second key of an account: in base 32, empty where there is none.

    It counts once a code of it was given (``confirmed``); ``spare`` are hashes of codes that each
    count once.
    """

    name: str
    secret: str = field(default="", repr=False)
    confirmed: bool = False
    spare: tuple[str, ...] = field(default=(), repr=False)
    version: int = 0

    @property
    def counts(self) -> bool:
        """Whether the account is asked for it."""
        return bool(self.secret) and self.confirmed


def new_key() -> str:
    """Return a new key in base 32, as long as RFC 4226 recommends."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def new_spare() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return spare codes, and the hashes under which they are known."""
    codes = tuple(secrets.token_hex(5) for _ in range(SPARE))
    return codes, tuple(map(spare_hash, codes))


def spare_hash(code: str) -> str:
    """Return the hash under which a spare code is known."""
    return hashlib.sha256(code.strip().lower().encode()).hexdigest()


def code_of(key: bytes, step: int, digits: int = DIGITS, algorithm: str = "sha1") -> str:
    """
    Return the code of a step by RFC 4226.

    Parameters
    ----------
    key : bytes
        Shared with the device.
    step : int
        Since 1970. [-]
    digits : int
        Of the code. [-]
    algorithm : str
        Of the hash.
    """
    found = hmac.new(key, step.to_bytes(8, "big"), algorithm).digest()
    place = found[-1] & 0xF
    number = int.from_bytes(found[place : place + 4], "big") & 0x7FFFFFFF
    return str(number % 10**digits).zfill(digits)


def matching_step(key: str, given: str, now: datetime) -> int | None:
    """Return the step whose code was given, None where it is of none of those that count."""
    here, raw = int(now.timestamp()) // STEP, base64.b32decode(key)
    for step in (here + away for away in _AROUND):
        if hmac.compare_digest(code_of(raw, step).encode(), given.strip().encode()):
            return step
    return None


def key_address(name: str, key: str) -> str:
    """Return what a device takes the key from."""
    return f"otpauth://totp/Loopkeeper:{quote(name)}?secret={key}&issuer=Loopkeeper"
