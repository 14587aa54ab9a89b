"""A small disk of a test's own, so that it can be full."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from peers import waiting


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """Mount one below a folder; the test is skipped where that may not be."""
    place = folder / "disk"
    place.mkdir()
    made = waiting.run(
        ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(place)],
        capture_output=True,
        text=True,
    )
    if made.returncode:
        pytest.skip(f"no file system can be mounted here: {made.stderr.strip()}")
    try:
        yield place
    finally:
        waiting.run(["umount", "-l", str(place)], check=True)


def remounted(place: Path, options: str) -> None:
    """Mount it anew with other options."""
    waiting.run(["mount", "-o", options, str(place)], check=True, seconds=30)


def filled(place: Path) -> None:
    """Leave no room on it."""
    with suppress(OSError), (place / "filler").open("wb", buffering=0) as file:
        while file.write(bytes(4096)):
            pass


def emptied(place: Path) -> None:
    """Make room again."""
    (place / "filler").unlink()
