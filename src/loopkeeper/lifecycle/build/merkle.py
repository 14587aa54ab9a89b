"""
A tree of hashes over records, in the manner of RFC 6962.

The root names every record and its place. That one record is among them, or that a later ledger
begins with an earlier one, is proved by a handful of hashes without handing over the others.
"""

import hashlib
from collections.abc import Sequence

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
        From the record's side upwards (RFC 6962, 2.1.1), for :func:`included`.
    """
    if len(leaves) <= 1:
        return ()
    half = _half(len(leaves))
    if number < half:
        return (*inclusion(leaves[:half], number), root(leaves[half:]))
    return (*inclusion(leaves[half:], number - half), root(leaves[:half]))


def included(
    record: bytes, number: int, size: int, proof: Sequence[bytes], known: bytes
) -> bool:
    """
    Return whether a record is the one at a place below a root.

    Parameters
    ----------
    record : bytes
        As it was kept.
    number, size : int
        Its place from 0, and of how many. [-]
    proof : sequence of bytes
        Of :func:`inclusion`.
    known : bytes
        The root.
    """
    if not 0 <= number < size:
        return False
    above, rest = leaf(record), list(proof)
    place, last = number, size - 1
    while last:
        if place % 2 or place < last:
            if not rest:
                return False
            beside = rest.pop(0)
            above = node(beside, above) if place % 2 else node(above, beside)
        place, last = place // 2, last // 2
    return not rest and above == known


def consistency(leaves: Sequence[bytes], before: int) -> tuple[bytes, ...]:
    """
    Return the hashes that prove that the first records are those of an earlier root.

    Parameters
    ----------
    leaves : sequence of bytes
        Hashes of all records now.
    before : int
        How many there were. [-]

    Returns
    -------
    tuple of bytes
        As RFC 6962, 2.1.2, for :func:`extends`.
    """
    return _grown(leaves, before, whole=True) if 0 < before < len(leaves) else ()


def _grown(leaves: Sequence[bytes], before: int, *, whole: bool) -> tuple[bytes, ...]:
    if before == len(leaves):
        return () if whole else (root(leaves),)
    half = _half(len(leaves))
    if before <= half:
        return (*_grown(leaves[:half], before, whole=whole), root(leaves[half:]))
    return (*_grown(leaves[half:], before - half, whole=False), root(leaves[:half]))


def extends(
    earlier: tuple[int, bytes], later: tuple[int, bytes], proof: Sequence[bytes]
) -> bool:
    """
    Return whether a ledger begins with an earlier one.

    Parameters
    ----------
    earlier, later : tuple
        How many records and their root.
    proof : sequence of bytes
        Of :func:`consistency`.
    """
    (before, old), (size, new) = earlier, later
    if before in {0, size}:
        return not proof and (old == new if before else old == EMPTY)
    rest = list(proof)
    place, last = before - 1, size - 1
    while place % 2:
        place, last = place // 2, last // 2
    if place and not rest:
        return False
    first = rest.pop(0) if place else old
    left, right = first, first
    while last:
        if place % 2 or place < last:
            if not rest:
                return False
            beside = rest.pop(0)
            if place % 2:
                left, right = node(beside, left), node(beside, right)
            else:
                right = node(right, beside)
        place, last = place // 2, last // 2
    return not rest and left == old and right == new


def _half(count: int) -> int:
    """The greatest power of two below a count."""
    return 1 << (count - 1).bit_length() - 1
