"""Files that prove records of hidden works, kept beside the ledger under their SHA-256."""

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from loopkeeper.adapters.ledger.file import FOLDER
from loopkeeper.adapters.store.durable import copied, sync
from loopkeeper.app.paper import digest_of, on_disk
from loopkeeper.app.works_ports import EvidenceFiles, EvidenceState
from loopkeeper.errors import InputError
from loopkeeper.lifecycle.build.seal import HASH

EVIDENCE = "evidence"
"""Folder of the files, in the ledger's own."""
LARGEST = 50_000_000
"""Of a file that is taken in: a photograph or a scan, no film of a day's work. [byte]"""
BETWEEN = re.compile(r"[;,；，、]")
"""What stands between the names of several files in one cell."""
SUFFIX = re.compile(r"\.[a-z0-9]{1,8}")
"""An ending that is kept behind the hash; another is left off."""


def evidence_files(texts: Iterable[str], folders: Sequence[Path]) -> EvidenceFiles:
    """
    Return the files that texts name, by their hashes.

    Parameters
    ----------
    texts : iterable of str
        As rows tell their evidence: a file, several, or only words.
    folders : sequence of Path
        Where files are looked for, the first first; nothing outside of them is read.

    Returns
    -------
    EvidenceFiles

    Raises
    ------
    OutsideError
        When the disk does not give a file.
    """
    hashes: dict[str, tuple[str, ...]] = {}
    files: dict[str, Path] = {}
    large: list[str] = []
    for text in dict.fromkeys(one.strip() for one in texts):
        named = [path for name in _names(text, folders) if (path := _inside(name, folders))]
        own: list[str] = []
        for path in named:
            with on_disk(path):
                if path.stat().st_size > LARGEST:
                    large.append(path.name)
                    continue
                digest = digest_of(path)
            files.setdefault(digest, path)
            own.append(digest)
        if own:
            hashes[text] = tuple(dict.fromkeys(own))
    return EvidenceFiles(hashes=hashes, files=files, large=tuple(dict.fromkeys(large)))


def _names(text: str, folders: Sequence[Path]) -> list[str]:
    """One file whose name has a comma, else several with something between."""
    if _inside(text, folders):
        return [text]
    return [name.strip() for name in BETWEEN.split(text)]


def _inside(name: str, folders: Sequence[Path]) -> Path | None:
    """A file of a folder; never one that a name or a link leads to elsewhere."""
    for folder in folders:
        try:
            path, top = (folder / name).resolve(), folder.resolve()
            if name and path.is_relative_to(top) and path.is_file():
                return path
        except (OSError, ValueError):
            continue
    return None


def evidence_beside(ledger: Path, hashes: Iterable[str]) -> Mapping[str, Path]:
    """Return the files beside another ledger's that are what their hashes say."""
    folder = ledger.parent / EVIDENCE
    found = ((one, _genuine(folder, one)) for one in hashes)
    return {one: path for one, path in found if path is not None}


def keep_evidence(dossier: Path, files: Mapping[str, Path]) -> None:
    """
    Keep files under their hashes: each whole, or not at all; one that is there stays.

    Raises
    ------
    InputError
        When a file is not what it was when its hash was taken.
    OutsideError
        When the disk does not give or take it.
    """
    folder = dossier / FOLDER / EVIDENCE
    for digest, path in files.items():
        if _genuine(folder, digest) is not None:
            continue
        ending = path.suffix.lower()
        target = folder / f"{digest}{ending if SUFFIX.fullmatch(ending) else ''}"
        with on_disk(target):
            folder.mkdir(parents=True, exist_ok=True)
            partial = target.with_name(f"{target.name}.part")
            if copied(path, partial) != digest:
                partial.unlink()
                raise InputError(f"{path.name}: was changed while it was taken in")
            partial.rename(target)
            sync(folder)


def evidence_state(dossier: Path, hashes: Iterable[str]) -> Mapping[str, EvidenceState]:
    """
    Return what of the evidence is not there, or not what its hash says.

    Raises
    ------
    OutsideError
        When the disk does not give a file.
    """
    folder = dossier / FOLDER / EVIDENCE
    found: dict[str, EvidenceState] = {}
    for one in hashes:
        if _genuine(folder, one) is None:
            there = any(_of_hash(folder, one))
            found[one] = EvidenceState.ALTERED if there else EvidenceState.MISSING
    return found


def _of_hash(folder: Path, digest: str) -> list[Path]:
    if HASH.fullmatch(digest) is None:
        return []
    return sorted(p for p in (folder / digest, *folder.glob(f"{digest}.*")) if p.is_file())


def _genuine(folder: Path, digest: str) -> Path | None:
    for path in _of_hash(folder, digest):
        with on_disk(path):
            if digest_of(path) == digest:
                return path
    return None
