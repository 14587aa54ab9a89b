"""Folders of plants, as the files room reads and writes them."""

from pathlib import Path

import polars as pl

from loopkeeper.adapters.files.design.first_dossier import dossier_text
from loopkeeper.adapters.files.dossier.alarms import read_alarms, write_alarms
from loopkeeper.adapters.files.dossier.daily_state import keep_state, newest_state, state_text
from loopkeeper.adapters.files.dossier.findings import keep_result
from loopkeeper.adapters.files.dossier.kept import data_version, keep_diagnosis, kept_diagnosis
from loopkeeper.adapters.files.dossier.promise import write_promise
from loopkeeper.adapters.files.dossier.read import inspect_dossier, read_dossier
from loopkeeper.adapters.files.dossier.write_records import keep_trials
from loopkeeper.adapters.files.telemetry.export import read_export as _read_export
from loopkeeper.adapters.files.telemetry.telemetry import gather_telemetry, manner_of
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.verdict import Verdict

__all__ = [
    "data_version",
    "dossier_text",
    "gather_telemetry",
    "inspect_dossier",
    "keep_diagnosis",
    "keep_result",
    "keep_state",
    "keep_trials",
    "kept_diagnosis",
    "newest_state",
    "read_alarms",
    "read_dossier",
    "read_export",
    "state_text",
    "write_alarms",
    "write_promise",
]


def read_export(path: Path, name: str, plant: Plant) -> tuple[pl.DataFrame, tuple[Verdict, ...]]:
    """Return the readings of one file, as the plant's dossier tells how they are written."""
    return _read_export(path, name, manner_of(plant))
