"""Folders of plants, as the files room reads and writes them."""

from loopkeeper.adapters.files.design.first_dossier import dossier_text
from loopkeeper.adapters.files.dossier.alarms import read_alarms, write_alarms
from loopkeeper.adapters.files.dossier.daily_state import keep_state, newest_state, state_text
from loopkeeper.adapters.files.dossier.findings import keep_result
from loopkeeper.adapters.files.dossier.kept import data_version, keep_diagnosis, kept_diagnosis
from loopkeeper.adapters.files.dossier.promise import write_promise
from loopkeeper.adapters.files.dossier.read import inspect_dossier, read_dossier
from loopkeeper.adapters.files.telemetry.telemetry import gather_telemetry

__all__ = [
    "data_version",
    "dossier_text",
    "gather_telemetry",
    "inspect_dossier",
    "keep_diagnosis",
    "keep_result",
    "keep_state",
    "kept_diagnosis",
    "newest_state",
    "read_alarms",
    "read_dossier",
    "state_text",
    "write_alarms",
    "write_promise",
]
