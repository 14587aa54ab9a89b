"""Results of field tests as JSON, and as records in a dossier with where they came from."""

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from loopkeeper import __version__
from loopkeeper.lifecycle.survey.thermal_response_test import Holes, ThermalResponse
from loopkeeper.measure.uncertainty import Estimate
from loopkeeper.units import HOUR


def interval(estimate: Estimate, digits: int) -> list[float]:
    """Return the 90 % interval as a list of two. [unit of the estimate]"""
    return [round(estimate.low, digits), round(estimate.high, digits)]


def response_json(file: Path, test: ThermalResponse, language: str) -> dict[str, Any]:
    """Return a thermal response test as plain data."""
    line, fit = test.line_source, test.fit
    return {
        "file": file.name,
        "mean_power_W": round(test.record.mean_power, 1),
        "heat_rate_W_m": round(test.record.mean_power / test.hole.length, 2),
        "outages": [
            {"after_h": round(a / HOUR, 2), "minutes": round(b / 60, 1)}
            for a, b in test.record.outages
        ],
        "line_source": {
            "conductivity_W_mK": round(line.conductivity.value, 5),
            "conductivity_interval": interval(line.conductivity, 4),
            "resistance_mK_W": round(line.resistance.value, 6),
            "resistance_interval": interval(line.resistance, 5),
            "window_h": [round(t / HOUR, 2) for t in line.window],
            "superposed": line.superposed,
            "stepwise": {
                "end_h": [round(t / HOUR, 2) for t in line.stepwise_end],
                "conductivity_W_mK": [round(float(k), 4) for k in line.stepwise],
            },
        },
        "fit": {
            "conductivity_W_mK": round(fit.conductivity.value, 5),
            "conductivity_interval": interval(fit.conductivity, 4),
            "resistance_mK_W": round(fit.resistance.value, 6),
            "resistance_interval": interval(fit.resistance, 5),
            "undisturbed_C": round(fit.undisturbed_temperature.value, 3),
            "undisturbed_interval": interval(fit.undisturbed_temperature, 3),
            "heat_capacity_MJ_m3K": round(fit.heat_capacity.value / 1e6, 4),
            "heat_capacity_interval": interval(fit.heat_capacity.scaled(1e-6), 3),
            "rmse_K": round(fit.rmse, 5),
        },
        "verdicts": [v.as_dict(language) for v in test.verdicts],
    }


def together_json(
    answers: Sequence[dict[str, Any]], together: Holes, language: str
) -> dict[str, Any]:
    """Return several holes and their mean as plain data."""
    return {
        "tests": list(answers),
        "conductivity_W_mK": round(together.conductivity.value, 5),
        "conductivity_interval": interval(together.conductivity, 4),
        "verdicts": [v.as_dict(language) for v in together.verdicts],
    }


def keep_result(folder: Path, file: Path, kind: str, answer: dict[str, Any]) -> Path:
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
    answer : dict
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
    target = survey / f"{file.stem}.result.json"
    text = json.dumps({"provenance": provenance, "result": answer}, ensure_ascii=False, indent=2)
    target.write_text(text + "\n", encoding="utf-8")
    return target
