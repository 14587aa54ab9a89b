"""Results of field tests kept in a dossier: written with their provenance, read back with it."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from loopkeeper import __version__
from loopkeeper.adapters.files.dossier.columns import RESULT
from loopkeeper.measure.dossier import Finding
from loopkeeper.measure.uncertainty import Estimate
from loopkeeper.plant.verdict import Verdict
from loopkeeper.units import DAY

_PLACES = {
    "thermal_response": {
        "conductivity": ("design", "conductivity_W_mK", "conductivity_interval_W_mK", 1.0),
        "undisturbed_temperature": ("fit", "undisturbed_C", "undisturbed_interval_C", 1.0),
        "resistance": ("fit", "resistance_mK_W", "resistance_interval_mK_W", 1.0),
    },
    "pumping": {
        "transmissivity": ("", "transmissivity_m2_d", "transmissivity_interval_m2_d", 1 / DAY),
        "storage": ("", "storage", "storage_interval", 1.0),
    },
}
"""Where a result holds a value: part, key, key of the interval, factor to SI."""


def keep_result(folder: Path, file: Path, kind: str, answer: Mapping[str, object]) -> Path:
    """
    Keep a result in a dossier: beside the copied log, with its hash and the program's version.

    Parameters
    ----------
    folder : Path
        The dossier.
    file : Path
        The log it came from.
    kind : str
        Of the test.
    answer : mapping
        The result.

    Returns
    -------
    Path
        The record written.
    """
    survey = folder / "survey"
    survey.mkdir(exist_ok=True)
    raw = file.read_bytes()
    if file.resolve().parent != survey.resolve():
        (survey / file.name).write_bytes(raw)
    provenance = {
        "kind": kind,
        "file": f"survey/{file.name}",
        "sha256": hashlib.sha256(raw).hexdigest(),
        "code_version": __version__,
        "evaluated_at": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    target = survey / f"{file.stem}{RESULT}"
    text = json.dumps({"provenance": provenance, "result": answer}, ensure_ascii=False, indent=2)
    target.write_text(text + "\n", encoding="utf-8")
    return target


def read_findings(folder: Path) -> tuple[tuple[Finding, ...], list[Verdict]]:
    """
    Read the results kept in a dossier.

    Parameters
    ----------
    folder : Path
        The dossier.

    Returns
    -------
    findings : tuple of Finding
        By name of file; those that rest on a changed log are left out.
    verdicts : list of Verdict
        Results that cannot be read, and logs changed since.
    """
    findings, verdicts = [], []
    for path in sorted((folder / "survey").glob(f"*{RESULT}")):
        name = f"survey/{path.name}"
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
            provenance = data["provenance"]
            kind, file = str(provenance["kind"]), str(provenance["file"])
            values = _values(kind, data["result"])
            known = str(provenance["sha256"])
        except (ValueError, KeyError, TypeError, OSError) as error:
            figures = {"file": name, "reason": f"{type(error).__name__}: {error}"[:120]}
            verdicts.append(Verdict("dossier.finding.unreadable", figures))
            continue
        log = folder / file
        if not log.is_file() or hashlib.sha256(log.read_bytes()).hexdigest() != known:
            verdicts.append(Verdict("dossier.finding.changed", {"file": name, "log": file}))
            continue
        findings.append(
            Finding(
                kind,
                file,
                values,
                str(provenance.get("evaluated_at", "")),
                str(provenance.get("code_version", "")),
            )
        )
    return tuple(findings), verdicts


def _values(kind: str, result: Mapping[str, Any]) -> dict[str, Estimate]:
    """Values of a result in SI, without what was withheld; none where it is a list of places."""
    values = {}
    for name, (part, key, interval, factor) in _PLACES.get(kind, {}).items():
        table = result.get(part, result["fit"]) if part else result  # kept before there was one
        if table.get(key) is None:
            continue
        low, high = table[interval] if interval in table else table[_once(interval)]
        values[name] = Estimate(float(table[key]), float(low), float(high)).scaled(factor)
    return values


def _once(interval: str) -> str:
    """What an interval was called before its name told the unit."""
    return interval.partition("_interval")[0] + "_interval"
