"""Results of design as JSON."""

from typing import Any

from loopkeeper.app.designing import Sized
from loopkeeper.lifecycle.design.consistency import Consistency
from loopkeeper.units import KWH


def check_json(found: Consistency, language: str) -> dict[str, Any]:
    """Return a checked design as plain data, energies in MWh."""
    run = found.horizon
    mwh = 1000 * KWH
    return {
        "passes": found.passes,
        "years": run.years,
        "balance_ratio": round(run.balance_ratio, 4),
        "drift_K": round(run.drift, 3),
        "late_drift_K_per_year": round(run.late_drift, 4),
        "yearly": [
            {
                "year": n + 1, "coldest_C": round(float(run.coldest[n]), 2),
                "warmest_C": round(float(run.warmest[n]), 2),
                "mean_C": round(float(run.mean[n]), 3),
                "extracted_MWh": round(float(run.extracted[n]) / mwh, 2),
                "injected_MWh": round(float(run.injected[n]) / mwh, 2),
                "electricity_MWh": round(float(run.electricity[n]) / mwh, 2),
                "unmet_share": round(float(run.unmet[n]), 5),
            }
            for n in range(run.years)
        ],
        "verdicts": [v.as_dict(language) for v in found.verdicts],
    }  # fmt: skip


def size_json(answer: Sized, language: str) -> dict[str, Any]:
    """Return a sized field as plain data, lengths in metres."""
    size, sure = answer.found.size, answer.reliability
    return {
        "count": answer.found.task.geometry.count,
        "length_m": round(size.length, 3),
        "total_length_m": round(size.total_length, 1),
        "decided_by": size.decided_by,
        "year": size.year,
        "coldest_C": round(size.coldest, 3),
        "warmest_C": round(size.warmest, 3),
        "numerical_error": size.numerical_error,
        "resistance_mK_W": answer.found.task.resistance,
        "rounds": answer.found.rounds,
        "probability": sure.probability,
        "length_for_probability_m": {f"{p:g}": round(v, 2) for p, v in sure.length_for.items()},
        "what_moves_it": {n: round(v, 4) for n, v in sure.ranking.items()},
        "verdicts": [v.as_dict(language) for v in answer.verdicts],
    }
