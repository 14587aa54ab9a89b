"""Files that are sent to a service: whole and on the disk under their SHA-256, or not there."""

import hashlib
import os
import uuid
from pathlib import Path
from typing import Self

from loopkeeper.adapters.store.durable import made, sync
from loopkeeper.app.paper import on_disk
from loopkeeper.app.use_cases.imports import SentFile
from loopkeeper.errors import InputError

LARGEST = 2**30
"""A file that is sent may be so large. [B]"""


class Landing:
    """
    A file on its way in: pieces are written as they come, and it stands under its SHA-256.

    Raises
    ------
    InputError
        When it is larger than :data:`LARGEST`.
    OutsideError
        When the disk does not take it.
    """

    def __init__(self, place: Path, name: str) -> None:
        """Into a folder, which is made; only the ending of its name is kept."""
        self._name, self._size, self._hash = name, 0, hashlib.sha256()
        self._part = place / f"{uuid.uuid4().hex}.part"
        with on_disk(self._part):
            made(place)
            self._stream = self._part.open("wb")

    def add(self, piece: bytes) -> None:
        """Write a piece."""
        self._size += len(piece)
        if self._size > LARGEST:
            raise InputError(f"{self._name}: more than {LARGEST} bytes: send it in parts")
        self._hash.update(piece)
        with on_disk(self._part):
            self._stream.write(piece)

    def landed(self) -> SentFile:
        """Return the file, on disk."""
        digest, ending = self._hash.hexdigest(), Path(self._name).suffix.lower()
        file = self._part.with_name(digest + (ending if ending[1:].isalnum() else ""))
        with on_disk(file):
            self._stream.flush()
            os.fsync(self._stream.fileno())
            self._stream.close()
            self._part.replace(file)
            sync(file.parent)
        return SentFile(file=file, name=self._name, sha256=digest)

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(self, *_: object) -> None:
        """Leave nothing half written."""
        self._stream.close()
        self._part.unlink(missing_ok=True)
