"""
A tree of hashes over records, in the manner of RFC 6962.

The root names every record and its place. That one record is among them is proved by a handful of
hashes without handing over the others.
"""

import hashlib
from collections.abc import Sequence

from loopkeeper.errors import InputError

LEAF, NODE = b"\x00", b"\x01"
"""Before what is hashed, so that no node passes for a record (RFC 6962, 2.1)."""
EMPTY = hashlib.sha256(b"").digest()
"""Root of no records."""


def leaf(record: bytes) -> bytes:
    """Return the hash of a record."""
    return hashlib.sha256(LEAF + record).digest()


def node(left: bytes, right: bytes) -> bytes:
    """Return the hash above two hashes."""
    return hashlib.sha256(NODE + left + right).digest()


class Tree:
    """A tree that grows record by record, and knows its root at any time."""

    def __init__(self) -> None:
        """Of no records."""
        self._peaks: list[tuple[int, bytes]] = []

    def add(self, one: bytes) -> None:
        """Take the hash of the next record."""
        size = 1
        while self._peaks and self._peaks[-1][0] == size:
            one = node(self._peaks.pop()[1], one)
            size *= 2
        self._peaks.append((size, one))

    def root(self) -> bytes:
        """Return the root above all that was added; see :func:`root`."""
        if not self._peaks:
            return EMPTY
        *left, (_, above) = self._peaks
        for _, one in reversed(left):
            above = node(one, above)
        return above


def root(leaves: Sequence[bytes]) -> bytes:
    """
    Return the root above the hashes of records, in their order.

    Source: RFC 6962, 2.1. A node over a power of two stands left, what remains right; the last
    leaf is never doubled.
    """
    tree = Tree()
    for one in leaves:
        tree.add(one)
    return tree.root()


def inclusion(leaves: Sequence[bytes], number: int) -> tuple[bytes, ...]:
    """
    Return the hashes that prove that a record stands at a place.

    Parameters
    ----------
    leaves : sequence of bytes
        Hashes of all records.
    number : int
        Place of the record, from 0. [-]

    Returns
    -------
    tuple of bytes
        From the record's side upwards (RFC 6962, 2.1.1).
    """
    if len(leaves) <= 1:
        return ()
    half = _half(len(leaves))
    if number < half:
        return (*inclusion(leaves[:half], number), root(leaves[half:]))
    return (*inclusion(leaves[half:], number - half), root(leaves[:half]))


def rooted(one: bytes, place: tuple[int, int], proof: Sequence[bytes]) -> bytes:
    """
    Return the root that a proof leads to.

    Parameters
    ----------
    one : bytes
        Hash of a record.
    place : tuple
        Its place from 0, and how many records there are. [-]
    proof : sequence of bytes
        As :func:`inclusion` gives it.

    Raises
    ------
    InputError
        When the proof has not as many hashes as the place needs.
    """
    number, count = place
    if not 0 <= number < count or (count == 1) != (not proof):
        raise InputError("the proof is of another length than its place needs")
    if count == 1:
        return one
    half = _half(count)
    if number < half:
        return node(rooted(one, (number, half), proof[:-1]), proof[-1])
    return node(proof[-1], rooted(one, (number - half, count - half), proof[:-1]))


def _half(count: int) -> int:
    """The greatest power of two below a count."""
    return 1 << (count - 1).bit_length() - 1
