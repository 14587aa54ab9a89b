"""One file of readings by itself, outside a dossier: dropped into a folder, or sent."""

from dataclasses import replace
from pathlib import Path

import polars as pl

from loopkeeper.adapters.files.telemetry.telemetry import EMPTY, Manner, read_telemetry_file
from loopkeeper.plant.verdict import Verdict

_OTHER = "Asia/Shanghai"


def read_export(path: Path, name: str, manner: Manner) -> tuple[pl.DataFrame, tuple[Verdict, ...]]:
    """
    Read one file as :func:`read_telemetry_file` does, though nobody may have told its zone.

    Without a zone times have to state their offset: where they do not, there are no readings and
    a verdict says so.
    """
    told = manner if manner.zone else replace(manner, zone="UTC")
    frame, said = read_telemetry_file(path, name, told)
    if manner.zone:
        return frame, said
    other, _ = read_telemetry_file(path, name, replace(manner, zone=_OTHER))
    if frame["time"].equals(other["time"]):
        return frame, said
    return EMPTY, (*said, Verdict("dossier.time.no_zone", {"file": name}))
