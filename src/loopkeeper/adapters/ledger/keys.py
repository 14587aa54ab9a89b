"""Keys that seal ledgers and sign hand-overs: Ed25519 (RFC 8032), named by their public half."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from loopkeeper.app.paper import on_disk
from loopkeeper.errors import InputError
from loopkeeper.lifecycle.build.seal import Seal

SIZE = 32
"""Bytes of a private key. [-]"""


@dataclass(frozen=True)
class Signer:
    """A private key."""

    private: Ed25519PrivateKey

    @property
    def name(self) -> str:
        """Its public half, hexadecimal."""
        public = self.private.public_key()
        return public.public_bytes(Encoding.Raw, PublicFormat.Raw).hex()

    def sign(self, told: bytes) -> str:
        """Return the signature over something, hexadecimal."""
        return self.private.sign(told).hex()

    def pair(self) -> tuple[str, Callable[[bytes], str]]:
        """Return its name and what signs with it."""
        return self.name, self.sign


def signer_of(file: Path) -> Signer:
    """
    Return the key of a file; one that is not there is made, for its owner only.

    Raises
    ------
    InputError
        When the file is no key.
    OutsideError
        When the disk does not give or take it.
    """
    with on_disk(file):
        if not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as out:
                out.write(Ed25519PrivateKey.generate().private_bytes_raw())
        raw = file.read_bytes()
    if len(raw) != SIZE:
        raise InputError(f"{file}: expected a key of {SIZE} bytes")
    return Signer(Ed25519PrivateKey.from_private_bytes(raw))


def genuine(seal: Seal) -> bool:
    """Return whether the signature of a seal is its key's."""
    return holds(seal.key, seal.signature, seal.signed())


def holds(key: str, signature: str, told: bytes) -> bool:
    """Return whether a signature over something is that of a key, both hexadecimal."""
    try:
        public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(key))
        public.verify(bytes.fromhex(signature), told)
    except (InvalidSignature, ValueError):
        return False
    return True
