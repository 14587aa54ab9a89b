"""Whether a disk takes anything: asked first, because a library's threads panic if it does not."""

import errno
import os
from contextlib import suppress
from pathlib import Path

import polars as pl

from loopkeeper.errors import StoreError
from loopkeeper.plant.words import in_both

SPARE = 2**18
"""Left free for the log of a table and for the journal. [B]"""
FULL = {errno.ENOSPC, errno.EDQUOT}
"""Of a disk that is full: SQLite goes on by itself once there is room."""
_WORDS = {
    errno.EROFS: "disk.read_only",
    **dict.fromkeys(FULL, "disk.full"),
}


def refusal(folder: Path, size: int = SPARE) -> OSError | None:
    """Return why so many bytes cannot be written into a folder, or where it will be made."""
    place = next(p for p in (folder, *folder.parents) if p.is_dir())
    probe = place / f".probe-{os.getpid()}"
    try:
        handle = os.open(probe, os.O_WRONLY | os.O_CREAT, 0o644)
        try:
            os.posix_fallocate(handle, 0, size)
        finally:
            os.close(handle)
    except OSError as error:
        return error
    finally:
        with suppress(OSError):
            probe.unlink()
    return None


def said(folder: Path, error: OSError) -> str:
    """Return a refusal as a sentence."""
    key = _WORDS.get(error.errno or 0)
    return f"{folder}: {error.strerror if key is None else in_both(key)}"


def room_for(rows: pl.DataFrame, folder: Path) -> None:
    """
    Refuse to begin what the disk does not take.

    Parameters
    ----------
    rows : DataFrame
        To be written; compressed they take less than in memory.
    folder : Path
        Where.

    Raises
    ------
    StoreError
        When the disk is full or read-only; it says how much is left.
    """
    if error := refusal(folder):
        raise StoreError(said(folder, error)) from error
    disk = os.statvfs(folder)
    free = disk.f_bavail * disk.f_frsize
    if free < rows.estimated_size() + SPARE:
        left = f"{free / 2**20:.2g}"
        raise StoreError(f"{folder}: {in_both('disk.nearly_full', left=left)}")
