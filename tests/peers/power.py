"""A disk whose power can be cut: ext4 in an image, shut down without writing anything back."""

import fcntl
import os
import shutil
import struct
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from peers import waiting

SHUT_DOWN, WITHOUT_LOG = 0x8004587D, 2
START = datetime(2026, 3, 1, tzinfo=UTC)
ROWS = 50


class Disk:
    """An ext4 image, mounted; what was not synced is gone after :meth:`cut`."""

    def __init__(self, folder: Path, megabytes: int = 96):
        self.image, self.mount = folder / "disk.img", folder / "disk"
        self.mount.mkdir(parents=True)
        with self.image.open("wb") as file:
            file.truncate(megabytes * 2**20)
        maker = shutil.which("mkfs.ext4", path="/usr/sbin:/sbin:/usr/bin")
        if maker is None or os.geteuid() != 0:
            pytest.skip("mounting an image needs root and mkfs.ext4")
        waiting.run([maker, "-q", str(self.image)], check=True, seconds=60)
        self.attach()

    def attach(self):
        done = waiting.run(
            ["mount", "-o", "loop", str(self.image), str(self.mount)],
            capture_output=True,
            seconds=60,
        )
        if done.returncode:
            pytest.skip("images cannot be mounted here")

    def cut(self):
        handle = os.open(self.mount, os.O_RDONLY)
        fcntl.ioctl(handle, SHUT_DOWN, struct.pack("I", WITHOUT_LOG))
        os.close(handle)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.mount.is_mount():
            waiting.run(["umount", "-l", str(self.mount)], check=True, seconds=60)

    def mend(self):
        """What somebody does with a disk that failed, before it is mounted again."""
        checker = shutil.which("e2fsck", path="/usr/sbin:/sbin:/usr/bin")
        waiting.run([checker, "-fy", str(self.image)], capture_output=True)

    def detach(self):
        waiting.run(["umount", str(self.mount)], check=True, seconds=60)


def batch(number: int) -> pl.DataFrame:
    """Readings that say which batch they belong to, over three days."""
    times = [START + timedelta(days=k % 3, seconds=number) for k in range(ROWS)]
    return pl.DataFrame(
        {
            "plant": ["a"] * ROWS,
            "point": [f"p{k}" for k in range(ROWS)],
            "time": times,
            "value": [float(number * ROWS + k) for k in range(ROWS)],
            "quality": [0] * ROWS,
            "known_at": [None] * ROWS,
        },
        schema_overrides={
            "quality": pl.Int8,
            "known_at": pl.Datetime("us", "UTC"),
            "time": pl.Datetime("us", "UTC"),
        },
    )


def window():
    """All there is."""
    from loopkeeper.app.ports import Window  # noqa: PLC0415

    return Window("a", START, START + timedelta(days=9))


def lost(store, acknowledged: int) -> int:
    """How many readings of acknowledged batches a store does not answer."""
    rows = store.read(window())
    return acknowledged * ROWS - len(
        set(rows["value"].to_list()) & set(map(float, range(acknowledged * ROWS)))
    )


def tell(said) -> None:
    sys.stdout.write(f"{said}\n")
    sys.stdout.flush()


def work(folder: Path, first: int) -> None:
    """Append, flush, compact, retain and back up until the power goes."""
    from loopkeeper.adapters.store.telemetry import TelemetryStore  # noqa: PLC0415

    store = TelemetryStore(folder, now=lambda: START + timedelta(days=30))
    for number in range(first, 10_000):
        store.append(batch(number))
        tell(number)
        if number % 4 == 3:
            store.flush()
        if number % 12 == 11:
            store.compact(everything=True)
        if number % 24 == 23:
            store.retain()
            store.backup(folder.parent / f"copy-{number}")
            tell(f"copy {number}")


if __name__ == "__main__":
    work(Path(sys.argv[1]), int(sys.argv[2]))
