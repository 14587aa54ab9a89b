"""The manifest of a package: one way to write it, and nothing else is read."""

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from loopkeeper.adapters.handover.names import MANIFEST, safe_name
from loopkeeper.app.handover_ports import Package, PackageHead
from loopkeeper.errors import InputError
from loopkeeper.lifecycle.commission.package import PackedFile
from loopkeeper.lifecycle.commission.views import PackageView

FORMAT, UNSIGNED, SIGNED = "loopkeeper-handover", 1, 2
"""What a manifest calls itself, and its versions."""
_HASH, _SIGNATURE = re.compile(r"[0-9a-f]{64}"), re.compile(r"[0-9a-f]{128}")
"""A SHA-256 or a key, and a signature: one way to write each."""


@dataclass(frozen=True, kw_only=True)
class ManifestRead:
    """
    What a manifest says.

    ``as_written`` where it is, byte for byte, what is written of what it says; its ``signature``,
    hexadecimal, and the text that this is over; both empty where nobody signed.
    """

    package: Package
    as_written: bool
    signature: str
    signed: bytes


def manifest_bytes(package: Package, sign: Callable[[bytes], str]) -> bytes:
    """Return the manifest of a package as it is written, under a signature of its key."""
    return _whole(package, sign(_text(_told(package))))


def _whole(package: Package, signature: str) -> bytes:
    told = _told(package)
    ends = {"digest": hashlib.sha256(_text(told)).hexdigest()}
    return _text({**told, **ends, **({"signature": signature} if package.key else {})})


def _text(told: dict[str, Any]) -> bytes:
    return json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True).encode()


def _told(package: Package) -> dict[str, Any]:
    head = package.head
    ledger = dict(zip(("size", "root", "sealed"), head.ledger, strict=True)) if head.ledger else {}
    missing = [
        dict(zip(("item", "clause", "confidence"), one, strict=True)) for one in head.missing
    ]
    return {
        "format": FORMAT,
        "version": SIGNED if package.key else UNSIGNED,
        **({"key": package.key} if package.key else {}),
        "plant": dict(zip(("id", "name", "name_zh"), head.plant, strict=True)),
        "program": head.program,
        "created_on": head.on.isoformat(),
        "view": str(head.view),
        "whole": {} if head.whole is None else {"files": head.whole[0], "root": head.whole[1]},
        "files": [_file(one) for one in package.files],
        "root": package.root,
        "ledger": ledger,
        "completeness": {"there": head.there, "asked": head.asked, "missing": missing},
        "open_items": head.open,
    }


def _file(one: PackedFile) -> dict[str, Any]:
    told: dict[str, Any] = {"name": one.name, "size": one.size, "sha256": one.sha256}
    if one.proof is not None:
        told["proof"] = {"number": one.proof[0], "hashes": list(one.proof[1])}
    return told


def read_manifest(raw: bytes) -> ManifestRead:
    """
    Return what a manifest says.

    Raises
    ------
    InputError
        When it is none, of another version, or names a path that leads out of the package.
    """
    try:
        told = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{MANIFEST} is no JSON that can be read") from error
    if not isinstance(told, dict) or told.get("format") != FORMAT:
        raise InputError(f"{MANIFEST} is no manifest of a hand-over")
    if told.get("version") not in (UNSIGNED, SIGNED):
        version = str(told.get("version"))[:20]
        raise InputError(f"{MANIFEST}: version {version}; {SIGNED} is known here")
    try:
        package = _package(told)
        signature = _hex(told["signature"], _SIGNATURE) if package.key else ""
        return ManifestRead(
            package=package,
            as_written=_whole(package, signature) == raw,
            signature=signature,
            signed=_text(_told(package)) if package.key else b"",
        )
    except InputError as error:
        raise InputError(f"{MANIFEST}: {error}") from error
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise InputError(f"{MANIFEST}: something of it is missing or of another kind") from error


def _package(told: dict[str, Any]) -> Package:
    ledger, whole, complete = told["ledger"], told["whole"], told["completeness"]
    files = tuple(_packed(one) for one in told["files"])
    names = [one.name for one in files]
    if names != sorted(set(names)):
        raise ValueError
    head = PackageHead(
        plant=(_words(told["plant"], "id"), *_both(told["plant"])),
        program=_words(told, "program"),
        on=date.fromisoformat(told["created_on"]),
        view=PackageView(told["view"]),
        ledger=(
            (_count(ledger["size"]), _hash(ledger["root"]), ledger["sealed"] is True)
            if ledger
            else None
        ),
        there=_count(complete["there"]),
        asked=_count(complete["asked"]),
        missing=tuple(
            (_words(one, "item"), _words(one, "clause"), _words(one, "confidence"))
            for one in complete["missing"]
        ),
        open=_count(told["open_items"]),
        whole=(_count(whole["files"]), _hash(whole["root"])) if whole else None,
    )
    key = _hash(told["key"]) if told["version"] == SIGNED else ""
    return Package(head=head, files=files, root=_hash(told["root"]), key=key)


def _packed(told: dict[str, Any]) -> PackedFile:
    proof = told.get("proof")
    return PackedFile(
        name=safe_name(_words(told, "name")),
        size=_count(told["size"]),
        sha256=_hash(told["sha256"]),
        proof=proof and (_count(proof["number"]), tuple(_hash(one) for one in proof["hashes"])),
    )


def _both(told: dict[str, Any]) -> tuple[str, str]:
    return _words(told, "name"), _words(told, "name_zh")


def _words(told: dict[str, Any], key: str) -> str:
    if not isinstance(told[key], str):
        raise TypeError
    return str(told[key])


def _count(told: object) -> int:
    if type(told) is not int or told < 0:
        raise TypeError
    return told


def _hash(told: object) -> str:
    return _hex(told, _HASH)


def _hex(told: object, form: re.Pattern[str]) -> str:
    if not isinstance(told, str) or not form.fullmatch(told):
        raise TypeError
    return told
