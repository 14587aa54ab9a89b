"""What the records of a plant say for or against a cause, what would settle it, what to do."""

from dataclasses import dataclass

import numpy as np

from loopkeeper.lifecycle.diagnose.ground_fit import GroundPrior
from loopkeeper.measure.uncertainty import Estimate
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.site import SourceKind
from loopkeeper.plant.source import Basis
from loopkeeper.plant.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Surveyed:
    """
    What thermal response tests gave.

    Conductivity [W m-1 K-1] and T0 [°C], None where not measured; ``holes`` tested.
    """

    conductivity: Estimate | None = None
    undisturbed_temperature: Estimate | None = None
    holes: int = 0


def ground_prior(plant: Plant, surveyed: Surveyed) -> GroundPrior:
    """
    Return what survey, design basis and ledger let one expect of the ground.

    Parameters
    ----------
    plant : Plant
        Design basis and ledger.
    surveyed : Surveyed
        Results of response tests.

    Returns
    -------
    GroundPrior
        Means and standard deviations in the order of ``ground_fit.PARAMETERS``.
    """
    ground = plant.source.ground
    designed = ground.conductivity if ground else 1.0
    temperature = ground.undisturbed_temperature if ground else 0.0
    tested = ground is not None and ground.basis is Basis.TEST
    mean = np.zeros(7)
    known = (0.07, 0.4) if tested else (0.25, 1.0)
    deviation = np.array([known[0], 0.35, known[1], 0.05, 0.15, 0.025, 0.05])
    if surveyed.conductivity is not None:
        mean[0] = np.log(surveyed.conductivity.value / designed)
        spread = surveyed.conductivity.standard_deviation / surveyed.conductivity.value
        deviation[0] = max(spread, 0.05)
    if surveyed.undisturbed_temperature is not None:
        mean[2] = surveyed.undisturbed_temperature.value - temperature
        deviation[2] = max(surveyed.undisturbed_temperature.standard_deviation, 0.3)
    deviation[3] = _length_doubt(plant)
    return GroundPrior(mean, deviation)


def _length_doubt(plant: Plant) -> float:
    """Standard deviation of the log working length: the ledger decides how sure one may be."""
    rows = [c.numbers() for c in plant.ledger if c.check == "active_length"]
    ratios = [found / drawn for pair in rows if pair for drawn, found in [pair] if drawn > 0]
    holes = plant.source.field.count if plant.source.field else 0
    if not ratios or holes == 0:
        return 0.15
    share = min(1.0, len(ratios) / holes)
    return 0.02 if share > 0.8 and np.mean(ratios) > 0.98 else 0.15 - 0.08 * share


def _trial_of(plant: Plant, mode: str) -> bool:
    return any(t.mode == mode and t.accepted is not False for t in plant.trials)


def _part_load_tried(plant: Plant) -> bool:
    return any(
        t.load_fraction is not None and t.load_fraction <= 0.6 and t.mode in {"heating", "cooling"}
        for t in plant.trials
    )


def _ledger_rows(plant: Plant, *checks: str) -> list[tuple[float, float]]:
    pairs = [c.numbers() for c in plant.ledger if c.check in checks]
    return [p for p in pairs if p is not None and p[0] > 0]


def evidence_for(plant: Plant, cause: str, surveyed: Surveyed) -> tuple[Verdict, ...]:
    """
    Return what the records say about a cause.

    Parameters
    ----------
    plant : Plant
        Survey, ledger, trials and events.
    cause : str
        Code of the cause, e.g. ``construction.resistance``.
    surveyed : Surveyed
        Results of response tests.

    Returns
    -------
    tuple of Verdict
        Sentences with their figures; a missing record is evidence too.
    """
    family, _, detail = cause.partition(".")
    found: list[Verdict] = []
    if family == "resource":
        found += _survey_evidence(plant, surveyed)
    if family == "construction":
        found += _ledger_evidence(plant, detail)
    if family == "commissioning":
        found += _trial_evidence(plant)
    if family == "operation":
        found += _event_evidence(plant, detail)
    if family == "hydraulic" and not _trial_of(plant, "balance"):
        found.append(Verdict("evidence.trial.no_balance", {}))
    return tuple(found)


def _survey_evidence(plant: Plant, surveyed: Surveyed) -> list[Verdict]:
    source = plant.source
    assumed = source.ground if source.kind is SourceKind.BOREHOLE_FIELD else source.aquifer
    found = []
    if assumed is not None and assumed.basis is Basis.REGIONAL_GUESS:
        found.append(Verdict("evidence.survey.regional_guess", {}))
    if surveyed.conductivity is not None:
        found.append(
            Verdict(
                "evidence.survey.test",
                {
                    "value": surveyed.conductivity.value,
                    "low": surveyed.conductivity.low,
                    "high": surveyed.conductivity.high,
                },
            )
        )
    elif not any(t.kind in _TESTS[source.kind][0] for t in plant.tests):
        found.append(Verdict(_TESTS[source.kind][1], {}))
    return found


_WELL_TESTS = (
    frozenset({"pumping", "step", "recovery", "reinjection"}),
    "evidence.survey.no_pumping",
)
_TESTS = {
    SourceKind.BOREHOLE_FIELD: (frozenset({"thermal_response"}), "evidence.survey.no_test"),
    SourceKind.SINGLE_WELL: _WELL_TESTS,
    SourceKind.WELL_GROUP: _WELL_TESTS,
    SourceKind.SURFACE_WATER: (frozenset({"water_quality"}), "evidence.survey.no_water"),
}
"""Tests that measure a source, and the verdict when none is on record."""

_CHECKS = {
    "active_length": ("active_length", "depth"),
    "resistance": ("grout_volume_ratio", "grout_conductivity"),
    "seal": ("seal_test", "packing_volume_ratio"),
}
"""Rows of the ledger that bear on a cause of construction."""


def _ledger_evidence(plant: Plant, detail: str) -> list[Verdict]:
    checks = _CHECKS[detail]
    rows = _ledger_rows(plant, *checks)
    if not rows:
        return [Verdict("evidence.ledger.missing", {"checks": ", ".join(checks)})]
    short = [r for r in rows if r[1] < 0.97 * r[0]]
    figures = {
        "checks": ", ".join(checks),
        "rows": len(rows),
        "below": len(short),
        "mean_percent": 100 * float(np.mean([found / drawn for drawn, found in rows])),
    }
    return [Verdict("evidence.ledger.below" if short else "evidence.ledger.as_drawn", figures)]


def _trial_evidence(plant: Plant) -> list[Verdict]:
    if not plant.trials:
        return [Verdict("evidence.trial.none", {})]
    found = []
    if not _part_load_tried(plant):
        found.append(Verdict("evidence.trial.no_part_load", {}))
    if not _trial_of(plant, "control"):
        found.append(Verdict("evidence.trial.no_control", {}))
    failed = [t.trial for t in plant.trials if t.accepted is False]
    if failed:
        found.append(
            Verdict("evidence.trial.not_accepted", {"trials": ", ".join(sorted(set(failed)))})
        )
    return found


def _event_evidence(plant: Plant, detail: str) -> list[Verdict]:
    if detail == "set_point":
        changes = [e for e in plant.events if e.kind == "setpoint_change"]
        if not changes:
            return [Verdict("evidence.event.no_set_point_record", {})]
        return [
            Verdict(
                "evidence.event.set_point_change",
                {"time": f"{e.time:%Y-%m-%d}", "note": e.note},
            )
            for e in changes[:3]
        ]
    service = [e for e in plant.events if e.kind == "maintenance"]
    if not service:
        return [Verdict("evidence.event.no_maintenance", {})]
    last = max(service, key=lambda e: e.time)
    return [Verdict("evidence.event.last_maintenance", {"time": f"{last.time:%Y-%m-%d}"})]


_SETTLES = {
    frozenset({"construction.resistance", "resource.conductivity"}): "settles.pulse_test",
    frozenset({"construction.active_length", "resource.conductivity"}): "settles.depth_survey",
    frozenset({"construction.active_length", "construction.resistance"}): "settles.depth_survey",
    frozenset({"construction.resistance", "hydraulic.bypass"}): "settles.field_flow",
    frozenset({"resource.temperature", "thermal_balance.history"}): "settles.rest_temperature",
    frozenset({"resource.well_bypass", "resource.water_temperature"}): "settles.rest_temperature",
}


def settled_by(one: str, other: str) -> Verdict:
    """Return the measurement that would tell two causes apart."""
    return Verdict(_SETTLES.get(frozenset({one, other}), "settles.longer_record"), {})


_ACTIONS = {
    "design.load_size": ("action.resize_operation",),
    "thermal_balance.history": ("action.recharge",),
    "thermal_balance.temperature": ("action.recharge",),
    "construction.resistance": ("action.loop_check", "action.raise_flow"),
    "construction.active_length": ("action.loop_check",),
    "resource.conductivity": ("action.reduce_ground_load",),
    "resource.temperature": ("action.reduce_ground_load",),
    "construction.seal": ("action.seal_check", "action.clean_exchanger"),
    "resource.well_bypass": ("action.reduce_ground_load", "action.seal_check"),
    "resource.breakthrough": ("action.spread_wells", "action.reduce_ground_load"),
    "operation.exchanger_fouling": ("action.clean_exchanger",),
    "operation.wear": ("action.clean_and_charge",),
    "operation.set_point": ("action.restore_set_point",),
    "commissioning.set_point": ("action.restore_set_point", "action.recommission"),
    "commissioning.staging": ("action.recommission",),
    "commissioning.source_pump_control": ("action.recommission",),
    "commissioning.load_pump_control": ("action.recommission",),
    "commissioning.source_pumps_idle": ("action.recommission",),
    "commissioning.load_pumps_idle": ("action.recommission",),
    "hydraulic.source_pumps": ("action.trim_pumps",),
    "hydraulic.load_pumps": ("action.trim_pumps",),
    "hydraulic.bypass": ("action.close_bypass",),
}


def actions_for(cause: str) -> tuple[Verdict, ...]:
    """Return what to do about a cause, most effective first."""
    return tuple(Verdict(code, {}) for code in _ACTIONS.get(cause, ()))
