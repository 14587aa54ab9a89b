"""What a package holds, folder or archive: looked at, never followed out of it or unpacked."""

import hashlib
import os
import stat
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import IO, Protocol

from loopkeeper.adapters.archives import MOST_EXPANDED, SMALL, UNREADABLE
from loopkeeper.adapters.handover.names import safe_name
from loopkeeper.app.paper import on_disk
from loopkeeper.errors import InputError
from loopkeeper.lifecycle.commission.package import PackedFile

MOST_FILES = 100_000
"""A package of more is not looked at. [-]"""
LARGEST = 8_000_000_000
"""A package of more is not looked at, unpacked or not. [byte]"""
BLOCK = 1 << 20
"""Read at a time. [byte]"""


class Contents(Protocol):
    """Files of a package by their path in it, with their size. [byte]"""

    sizes: Mapping[str, int]

    def opened(self, name: str) -> AbstractContextManager[IO[bytes]]:
        """Open a file."""


class FolderContents:
    """A package as a folder."""

    def __init__(self, folder: Path) -> None:
        """
        Look at its files.

        Raises
        ------
        InputError
            When something in it is no file, or there is too much.
        """
        self._folder = folder
        with on_disk(folder):
            self.sizes: Mapping[str, int] = dict(_walked(folder, ""))
        _admitted(folder.name, self.sizes)

    @contextmanager
    def opened(self, name: str) -> Iterator[IO[bytes]]:
        """Open a file, never a link."""
        file = self._folder / name
        with on_disk(file):
            handle = os.open(file, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
        with os.fdopen(handle, "rb") as stream:
            yield stream


def _walked(folder: Path, prefix: str) -> Iterator[tuple[str, int]]:
    with os.scandir(folder) as found:
        entries = sorted(found, key=lambda one: one.name)
    for one in entries:
        name = f"{prefix}{one.name}"
        if one.is_dir(follow_symlinks=False):
            yield from _walked(Path(one.path), f"{name}/")
        elif one.is_file(follow_symlinks=False):
            yield safe_name(name), one.stat(follow_symlinks=False).st_size
        else:
            raise InputError(f"{name}: is a link or no file; a hand-over holds files only")


class ZipContents:
    """A package as an archive, with or without a folder around it."""

    def __init__(self, file: Path, archive: zipfile.ZipFile) -> None:
        """
        Look at the list of files of an open archive.

        Raises
        ------
        InputError
            When it holds what leads out of it, or grows too much.
        """
        self._file, self._archive = file, archive
        members = [one for one in archive.infolist() if not one.is_dir()]
        for one in members:
            _member(one, file.name)
        names = [one.filename for one in members]
        if len(set(names)) < len(names):
            raise InputError(f"{file.name}: holds two files of one name")
        top = _around(names)
        self._members = {one.filename.removeprefix(top): one for one in members}
        self.sizes: Mapping[str, int] = {k: one.file_size for k, one in self._members.items()}
        _admitted(file.name, self.sizes)
        whole, packed = sum(self.sizes.values()), file.stat().st_size
        if whole > SMALL and whole > MOST_EXPANDED * packed:
            raise InputError(f"{file.name}: grows more than {MOST_EXPANDED} times when unpacked")

    @contextmanager
    def opened(self, name: str) -> Iterator[IO[bytes]]:
        """Open a file; it is read up to the size that it says it has."""
        try:
            with on_disk(self._file), self._archive.open(self._members[name]) as stream:
                yield stream
        except UNREADABLE as error:
            raise InputError(f"{name}: cannot be read from the archive") from error


def _member(one: zipfile.ZipInfo, name: str) -> None:
    safe_name(one.orig_filename)
    kind = stat.S_IFMT(one.external_attr >> 16)
    if kind and not stat.S_ISREG(kind):
        raise InputError(f"{one.filename}: is a link or no file; a hand-over holds files only")
    if one.flag_bits & 1:
        raise InputError(f"{name}: is under a password; save it without one")


def _around(names: list[str]) -> str:
    """The folder around all files, where an archive has one."""
    tops = {name.split("/", 1)[0] for name in names if "/" in name}
    around = len(tops) == 1 and all("/" in name for name in names)
    return f"{tops.pop()}/" if around else ""


def _admitted(name: str, sizes: Mapping[str, int]) -> None:
    if len(sizes) > MOST_FILES:
        raise InputError(f"{name}: {len(sizes)} files, more than {MOST_FILES} allowed")
    whole = sum(sizes.values())
    if whole > LARGEST:
        raise InputError(f"{name}: {whole} bytes when unpacked, more than {LARGEST} allowed")


@contextmanager
def contents_of(path: Path) -> Iterator[Contents]:
    """
    Open a folder or an archive; see there for what is refused.

    Raises
    ------
    InputError
        When it is an archive that cannot be read.
    """
    if path.is_dir():
        yield FolderContents(path)
        return
    with on_disk(path), path.open("rb") as stream:
        try:
            archive = zipfile.ZipFile(stream)
        except UNREADABLE as error:
            raise InputError(f"{path.name}: no archive that can be read") from error
        with archive:
            yield ZipContents(path, archive)


def hashed(contents: Contents, name: str) -> PackedFile:
    """Return a file of a package by what it holds."""
    found, size = hashlib.sha256(), 0
    with contents.opened(name) as stream:
        while block := stream.read(BLOCK):
            found.update(block)
            size += len(block)
    return PackedFile(name=name, size=size, sha256=found.hexdigest())
