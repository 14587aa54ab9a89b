"""Whether a disk has room: asked first, because a library's threads panic on a full one."""

import os
from pathlib import Path

import polars as pl

from loopkeeper.errors import StoreError

SPARE = 2**18
"""Left free for the log of a table and for the journal. [B]"""


def room_for(rows: pl.DataFrame, folder: Path) -> None:
    """
    Refuse to begin what the disk has no room for.

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
    try:
        disk = os.statvfs(folder)
    except OSError as error:
        raise StoreError(f"{folder}: {error.strerror}") from error
    if disk.f_flag & os.ST_RDONLY:
        raise StoreError(f"{folder}: the file system is read-only · 文件系统只读")
    free = disk.f_bavail * disk.f_frsize
    if free < rows.estimated_size() + SPARE:
        left = free / 2**20
        raise StoreError(f"{folder}: the disk is full, {left:.2g} MiB left · 磁盘已满")
