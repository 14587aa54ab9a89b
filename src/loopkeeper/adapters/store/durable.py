"""What is written is on the disk before anything relies on it; one process writes."""

import fcntl
import hashlib
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Self

from loopkeeper.app.paper import on_disk
from loopkeeper.errors import OutsideError, StoreError

LOCK = "lock"
"""File that the writing process holds."""
QUARANTINE = "quarantine"
"""Folder for what is set aside; nothing is deleted from it."""
BLOCK = 2**20


def sync(path: Path) -> None:
    """Wait until a file's content, or a folder's entries, are on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_all(files: Iterable[Path], top: Path) -> None:
    """Sync files, then the folders they stand in up to ``top``, the deepest first."""
    folders = {top}
    for file in files:
        sync(file)
        folders |= {p for p in file.parents if p.is_relative_to(top)}
    for folder in sorted(folders, key=lambda p: len(p.parts), reverse=True):
        sync(folder)


def made(folder: Path) -> None:
    """Make a folder with its parents; their entries are on the disk when this returns."""
    missing = [p for p in (folder, *folder.parents) if not p.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for one in missing:
            sync(one.parent)
    except OSError as error:
        raise StoreError(f"{folder}: {error.strerror}") from error


def digest(path: Path) -> str:
    """Return the SHA-256 of a file, hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def copied(source: Path, target: Path) -> str:
    """Copy a file, wait until it is on the disk, and return the SHA-256 of what was written."""
    held = hashlib.sha256()
    with source.open("rb") as old, target.open("wb") as new:
        while part := old.read(BLOCK):
            held.update(part)
            new.write(part)
        new.flush()
        os.fsync(new.fileno())
    return held.hexdigest()


def replaced(file: Path, raw: bytes) -> None:
    """Put a file in the place of one: the new one whole and on the disk, or the old one."""
    partial = file.with_name(f"{file.name}.part")
    with partial.open("wb") as out:
        out.write(raw)
        out.flush()
        os.fsync(out.fileno())
    partial.rename(file)
    sync(file.parent)


@contextmanager
def alone(lock: Path, file: Path) -> Iterator[None]:
    """
    Hold a lock while a file is written.

    Raises
    ------
    OutsideError
        When somebody else holds it, or the disk does not give it.
    """
    with on_disk(lock):
        lock.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(lock, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(handle)
        raise OutsideError(f"{file}: somebody else writes to it now") from error
    try:
        yield
    finally:
        os.close(handle)


def aside(path: Path, place: Path) -> None:
    """Move a file into a folder of what is set aside; nothing that lies there is covered."""
    if not path.exists():
        return
    made(place)
    target, count = place / path.name, 1
    while target.exists():
        count += 1
        target = place / f"{path.name}.{count}"
    path.rename(target)
    sync(place)
    sync(path.parent)


class Lock:
    """Held by the process that writes; it ends with the process, however that ends."""

    def __init__(self, folder: Path) -> None:
        """Take it; raises StoreError naming the holder when another process has it."""
        try:
            self._handle = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            self._handle = -1
            raise StoreError(f"{folder / LOCK}: {error.strerror}") from error
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = os.read(self._handle, 20).decode("ascii", errors="replace").strip()
            self.release()
            who = f"process {holder}" if holder.isdigit() else "another process"
            raise StoreError(
                f"{folder}: {who} writes to this store; stop it first, one writes at a time"
            ) from error
        with suppress(OSError):  # a name is for people; a full disk keeps nobody out
            os.ftruncate(self._handle, 0)
            os.pwrite(self._handle, f"{os.getpid()}\n".encode(), 0)

    def release(self) -> None:
        """Let go; the file stays, it means nothing by itself."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1

    def __enter__(self) -> Self:
        """Hold it."""
        return self

    def __exit__(self, *_: object) -> None:
        """Let go."""
        self.release()

    def __del__(self) -> None:
        """Let go of a lock that was forgotten."""
        self.release()
