"""
Seals of a ledger: how many records it held, their root, signed; and what was changed since.

A seal names the hash of every record since the one before, so that what was changed, taken away
or put elsewhere is named itself, not only that something was.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from loopkeeper.errors import InputError
from loopkeeper.lifecycle.build.merkle import Tree, leaf, root

HASH, SIGNATURE = re.compile(r"[0-9a-f]{64}"), re.compile(r"[0-9a-f]{128}")
"""A SHA-256 or a key, and a signature, in hexadecimal: one way to write each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """
    A signed state of a ledger.

    ``size`` records in all with their ``root``; ``leaves`` the hashes of those since the seal
    before; ``time`` ISO 8601; ``key`` that signed, and the ``signature`` over all else.
    """

    size: int
    root: str
    leaves: tuple[str, ...]
    time: str
    key: str
    signature: str = ""

    def told(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {
            "size": self.size,
            "root": self.root,
            "leaves": list(self.leaves),
            "time": self.time,
            "key": self.key,
            "signature": self.signature,
        }

    def signed(self) -> bytes:
        """Return what the signature is over."""
        told = {k: v for k, v in self.told().items() if k != "signature"}
        return json.dumps(told, sort_keys=True, separators=(",", ":")).encode()


def seal_of(told: Mapping[str, Any]) -> Seal:
    """
    Return a seal of plain data.

    Raises
    ------
    InputError
        When it is none.
    """
    try:
        made = Seal(**{**told, "leaves": tuple(told["leaves"])})
    except (TypeError, KeyError) as error:
        raise InputError("it is no seal") from error
    hashes = (made.root, made.key, *made.leaves)
    texts = (made.time, made.signature, *hashes)
    if type(made.size) is not int or not all(isinstance(one, str) for one in texts):
        raise InputError("it is no seal")
    if not all(map(HASH.fullmatch, hashes)) or not SIGNATURE.fullmatch(made.signature):
        raise InputError("it is no seal")
    return made


def sealed(
    lines: Sequence[bytes], before: int, time: str, sign: tuple[str, Callable[[bytes], str]]
) -> Seal:
    """
    Return the seal of a ledger.

    Parameters
    ----------
    lines : sequence of bytes
        All records as they are kept.
    before : int
        How many of them the last seal held. [-]
    time : str
        Now, ISO 8601.
    sign : tuple
        The name of the key, and what signs with it.
    """
    leaves, (key, signs) = [leaf(one) for one in lines], sign
    made = Seal(
        size=len(lines),
        root=root(leaves).hex(),
        leaves=tuple(one.hex() for one in leaves[before:]),
        time=time,
        key=key,
    )
    return Seal(**{**made.told(), "leaves": made.leaves, "signature": signs(made.signed())})


class Change(StrEnum):
    """What became of a ledger since it was sealed."""

    ALTERED = "altered"
    MISSING = "missing"
    MOVED = "moved"
    PUT_IN = "put_in"
    SEAL = "seal"
    ROOT = "root"
    SHORTER = "shorter"
    HEAD = "head"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tampering:
    """A change: of the record at a place from 1, or of a seal by its number from 1."""

    change: Change
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """
    What of a ledger stands as it was sealed.

    ``size`` records with their ``root`` now, of which the last ``unsealed`` are under no seal;
    what was changed; the ``keys`` that sealed.
    """

    size: int
    root: str
    unsealed: int
    changes: tuple[Tampering, ...]
    keys: tuple[str, ...]

    @property
    def sound(self) -> bool:
        """Whether nothing was changed."""
        return not self.changes


def verified(
    lines: Sequence[bytes],
    seals: Sequence[Seal],
    genuine: Callable[[Seal], bool],
    witness: tuple[int, str] | None = None,
) -> Verified:
    """
    Hold a ledger against its seals, and against a root that somebody else kept.

    Parameters
    ----------
    lines : sequence of bytes
        All records as they are kept now.
    seals : sequence of Seal
        In their order.
    genuine : callable
        Whether a seal's signature is its key's.
    witness : tuple, optional
        How many records there were when a root was printed, and that root.

    Returns
    -------
    Verified
        Every record that was altered, taken away, put in or moved is named where its seal stands.
    """
    leaves = [leaf(one).hex() for one in lines]
    changes: list[Tampering] = []
    told: list[str] = []
    tree = Tree()
    for number, one in enumerate(seals, 1):
        told += one.leaves
        for each in one.leaves:
            tree.add(bytes.fromhex(each))
        if not genuine(one) or one.size != len(told):
            changes.append(Tampering(change=Change.SEAL, number=number))
        elif tree.root().hex() != one.root:
            changes.append(Tampering(change=Change.ROOT, number=number))
    changes += _records(leaves, told)
    if witness is not None and not _witnessed(leaves, witness):
        shorter = witness[0] > len(leaves)
        change = Change.SHORTER if shorter else Change.ROOT
        changes.append(Tampering(change=change, number=witness[0]))
    return Verified(
        size=len(lines),
        root=root([bytes.fromhex(h) for h in leaves]).hex(),
        unsealed=max(0, len(leaves) - len(told)),
        changes=tuple(changes),
        keys=tuple(dict.fromkeys(one.key for one in seals)),
    )


def _witnessed(leaves: Sequence[str], witness: tuple[int, str]) -> bool:
    size, known = witness
    return size <= len(leaves) and root([bytes.fromhex(h) for h in leaves[:size]]).hex() == known


def _records(leaves: Sequence[str], told: Sequence[str]) -> list[Tampering]:
    """Records that are not where or what their seals say."""
    if list(leaves[: len(told)]) == list(told):
        return []
    lost, strange = Counter(told), Counter(leaves)
    lost, strange = lost - strange, strange - lost
    found: list[Tampering] = []
    for number, one in enumerate(told, 1):
        here = leaves[number - 1] if number <= len(leaves) else ""
        if here == one:
            continue
        if lost[one]:
            lost[one] -= 1
            change = Change.ALTERED if here and strange[here] else Change.MISSING
            strange[here] -= change is Change.ALTERED
            found.append(Tampering(change=change, number=number))
        else:
            found.append(Tampering(change=Change.MOVED, number=number))
    put_in = [n for n, h in enumerate(leaves[: len(told)], 1) if strange[h] > 0]
    return [*found, *(Tampering(change=Change.PUT_IN, number=n) for n in put_in)]
