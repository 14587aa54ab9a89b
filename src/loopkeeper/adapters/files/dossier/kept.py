"""What a dossier keeps beside its files of record: its version, and its last diagnosis."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from loopkeeper.adapters.files.dossier import columns
from loopkeeper.errors import InputError

DIAGNOSIS = Path(columns.DIAGNOSIS)
"""Where a dossier keeps its last diagnosis."""


def data_version(folder: Path) -> str:
    """Return a hash over every file of a dossier, names and contents."""
    found = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.is_file() and p.name[0] != "."):
        found.update(str(path.relative_to(folder)).encode())
        found.update(hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()[:12]


def keep_diagnosis(folder: Path, answer: Mapping[str, object]) -> None:
    """
    Keep a diagnosis in a dossier.

    Parameters
    ----------
    folder : Path
        The dossier.
    answer : mapping
        As :func:`loopkeeper.app.answers.loop.diagnosis_json` gives it.
    """
    target = folder / DIAGNOSIS
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(answer, ensure_ascii=False, indent=1), encoding="utf-8")


def kept_diagnosis(folder: Path) -> Mapping[str, Any] | None:
    """
    Return the diagnosis a dossier keeps.

    Returns
    -------
    mapping or None
        None where there is none.

    Raises
    ------
    InputError
        When the file is no diagnosis.
    """
    path = folder / DIAGNOSIS
    if not path.is_file():
        return None
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(found["deviations"], list):
            return dict(found)
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f"{path}: no diagnosis: {error}") from error
    raise InputError(f"{path}: no diagnosis: deviations are no list")
