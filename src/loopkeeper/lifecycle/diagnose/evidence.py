"""What the records of a plant say for or against a cause, what would settle it, what to do."""

from collections.abc import Callable, Collection

import numpy as np

from loopkeeper.lifecycle.diagnose.ground_fit import GroundPrior
from loopkeeper.lifecycle.diagnose.ground_parameters import LARGEST, SMALLEST
from loopkeeper.lifecycle.diagnose.ground_parameters import GroundParameter as Place
from loopkeeper.measure.case import UNRECORDED, FieldWorks, Recorded, Surveyed
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.records import Trial
from loopkeeper.plant.source import Basis
from loopkeeper.plant.verdict import Verdict

MOST_HOLES, SHORT = 0.8, 0.97
"""Share of holes in a ledger that speaks for the field; of the drawn value below which it is less
(A). [-]"""
MODES = ("heating", "cooling")
"""Modes of trials in which a plant delivers."""
PART_LOAD = 0.6
"""Largest share of the load that a trial of part load was at (A). [-]"""

MENDED = 0.5
"""Standard deviation of the length of loops that are not tight, of that length (A). [-]"""
HISTORY_DOUBT = 2.0
"""Two years and more without a record may have left a ground warmer or colder by this. [K]"""


def ground_prior(
    plant: Plant,
    surveyed: Surveyed,
    days: int,
    *,
    works: FieldWorks = UNRECORDED,
    field_metered: bool = False,
) -> GroundPrior:
    """
    Return what survey, design basis and ledger let one expect of the ground.

    Parameters
    ----------
    plant : Plant
        Design basis and trials.
    surveyed : Surveyed
        Results of response tests.
    days : int
        Since hand-over and before the record: what was drawn then is guessed. [d]
    works : FieldWorks
        What the ledger tells of the field.
    field_metered : bool
        Whether a meter tells what passes the field.

    Returns
    -------
    GroundPrior
        Means and standard deviations in the order of ``GroundParameter``.
    """
    ground = plant.source.ground
    designed = ground.conductivity if ground else 1.0
    temperature = ground.undisturbed_temperature if ground else 0.0
    tested = ground is not None and ground.basis is Basis.TEST
    mean = np.zeros(len(Place))
    records = {
        Place.LENGTH: (works.length, works.tight),
        Place.RESISTANCE: (works.resistance,),
        Place.SPACING: (works.spacing,),
    }
    for place, told in records.items():
        mean[place] = np.clip(sum(map(_expected, told)), SMALLEST[place], LARGEST[place])
    known = (0.07, 0.4) if tested else (0.25, 1.0)
    doubts = {
        Place.CONDUCTIVITY: known[0],
        Place.RESISTANCE: 0.35,
        Place.TEMPERATURE: known[1],
        Place.LENGTH: _length_doubt(works),
        Place.SPACING: _spacing_doubt(works.spacing),
        Place.BYPASS: _bypass_doubt(plant, field_metered=field_metered),
        Place.BIAS: 0.15,
        Place.GAIN: 0.025,
        Place.PAIR: 0.05,
    }
    deviation = np.array([doubts[place] for place in Place])
    if surveyed.conductivity is not None:
        mean[Place.CONDUCTIVITY] = np.log(surveyed.conductivity.value / designed)
        spread = surveyed.conductivity.standard_deviation / surveyed.conductivity.value
        deviation[Place.CONDUCTIVITY] = max(spread, 0.05)
    warmth, unknown = surveyed.undisturbed_temperature, known[1]
    if warmth is not None:
        mean[Place.TEMPERATURE] = warmth.value - temperature
        unknown = max(warmth.standard_deviation, 0.3)
    since = HISTORY_DOUBT * min(1.0, days / 730.0)
    deviation[Place.TEMPERATURE] = np.hypot(unknown, since)
    recorded = frozenset(
        int(place) for place, told in records.items() if not all(one.as_drawn for one in told)
    )
    return GroundPrior(mean, deviation, recorded)


def _expected(told: Recorded) -> float:
    """Mean of the log: as the holes on record where these are not as drawn, by their weight."""
    if told.as_drawn:
        return 0.0
    return told.weight * float(np.log(told.factor))


def _length_doubt(works: FieldWorks) -> float:
    """
    Standard deviation of the log working length: the ledger decides how sure one may be.

    A loop that failed its last test was shut, or mended and nobody wrote it down.
    """
    told = works.length
    known = 0.02 if told.share > MOST_HOLES else 0.15 - 0.08 * told.weight
    return float(np.hypot(known, MENDED * _expected(works.tight)))


def _spacing_doubt(told: Recorded) -> float:
    """
    Standard deviation of the log distances between holes.

    Heads as drawn say little of holes that lean: only places that are not as drawn are believed.
    """
    if told.as_drawn:
        return 0.4
    return 0.4 - 0.35 * told.weight


def _bypass_doubt(plant: Plant, *, field_metered: bool) -> float:
    """Standard deviation of the share that misses the field: a meter tells, a trial of valves."""
    if field_metered:
        return 0.02
    return 0.1 if _trial_of(plant, "valves") else 0.3


def _trial_of(plant: Plant, mode: str) -> bool:
    return any(t.mode == mode and t.accepted is not False for t in plant.trials)


def _part_load_tried(plant: Plant) -> bool:
    return any(
        t.load_fraction is not None and t.load_fraction <= PART_LOAD and t.mode in MODES
        for t in plant.trials
    )


def _ledger_rows(plant: Plant, *checks: str) -> list[tuple[float, float]]:
    pairs = [c.numbers() for c in plant.ledger if c.check in checks]
    return [p for p in pairs if p is not None and p[0] > 0]


def nothing(_: Plant, __: Surveyed) -> list[Verdict]:
    """Records say nothing about it."""
    return []


def no_balance(plant: Plant, _: Surveyed) -> list[Verdict]:
    """Whether flows were ever balanced."""
    return [] if _trial_of(plant, "balance") else [Verdict("evidence.trial.no_balance", {})]


def survey(plant: Plant, surveyed: Surveyed) -> list[Verdict]:
    """Where the design's ground or water comes from, and what tests say of it."""
    source, traits = plant.source, plant.source.traits
    assumed = source.aquifer if traits.groundwater else source.ground
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
    elif not any(t.kind in traits.tests for t in plant.tests):
        found.append(Verdict(f"evidence.survey.{traits.untested}", {}))
    return found


def ledger(*checks: str) -> Callable[[Plant, Surveyed], list[Verdict]]:
    """Return what the ledger of hidden works says by some of its checks."""

    def said(plant: Plant, _: Surveyed) -> list[Verdict]:
        rows = _ledger_rows(plant, *checks)
        if not rows:
            return [Verdict("evidence.ledger.missing", {"checks": ", ".join(checks)})]
        short = [r for r in rows if r[1] < SHORT * r[0]]
        figures = {
            "checks": ", ".join(checks),
            "rows": len(rows),
            "below": len(short),
            "mean_percent": 100 * float(np.mean([found / drawn for drawn, found in rows])),
        }
        return [Verdict("evidence.ledger.below" if short else "evidence.ledger.as_drawn", figures)]

    return said


def trials(plant: Plant, _: Surveyed) -> list[Verdict]:
    """What was proven at hand-over, and what was not."""
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


def at_hand_over(plant: Plant, quantity: str, of: Collection[str]) -> float | None:
    """
    Return how far trials of full or part load found a quantity from what was expected.

    Parameters
    ----------
    plant : Plant
        Its trials; of repeated ones the last counts.
    quantity : str
        As in ``points.csv``.
    of : collection of str
        Parts of the plant, whose values are summed.

    Returns
    -------
    float
        Median of the log ratio over trials; None where none tells. [-]
    """
    runs: dict[str, dict[str, tuple[float, float]]] = {}
    for trial in sorted(plant.trials, key=_begun):
        told = trial.quantity == quantity and trial.of in of and trial.mode in MODES
        if told and trial.found and trial.expected and trial.found * trial.expected > 0:
            runs.setdefault(trial.trial, {})[trial.of] = (trial.found, trial.expected)
    sums = [np.sum(list(parts.values()), axis=0) for parts in runs.values()]
    return float(np.median([np.log(found / wanted) for found, wanted in sums])) if sums else None


def _begun(trial: Trial) -> float:
    return trial.started_at.timestamp() if trial.started_at else 0.0


def set_point_changes(plant: Plant, _: Surveyed) -> list[Verdict]:
    """Changes of set-points that the log knows of, three at most."""
    changes = [e for e in plant.events if e.kind == "setpoint_change"]
    if not changes:
        return [Verdict("evidence.event.no_set_point_record", {})]
    return [
        Verdict("evidence.event.set_point_change", {"time": f"{e.time:%Y-%m-%d}", "note": e.note})
        for e in changes[:3]
    ]


def service(plant: Plant, _: Surveyed) -> list[Verdict]:
    """The last maintenance on record."""
    done = [e for e in plant.events if e.kind == "maintenance"]
    if not done:
        return [Verdict("evidence.event.no_maintenance", {})]
    last = max(done, key=lambda e: e.time)
    return [Verdict("evidence.event.last_maintenance", {"time": f"{last.time:%Y-%m-%d}"})]


_SETTLES = {
    frozenset({"construction.resistance", "resource.conductivity"}): "settles.pulse_test",
    frozenset({"construction.active_length", "resource.conductivity"}): "settles.depth_survey",
    frozenset({"construction.active_length", "construction.resistance"}): "settles.depth_survey",
    frozenset({"construction.spacing", "resource.conductivity"}): "settles.places",
    frozenset({"construction.spacing", "resource.temperature"}): "settles.places",
    frozenset({"construction.spacing", "thermal_balance.history"}): "settles.places",
    frozenset({"construction.spacing", "thermal_balance.temperature"}): "settles.places",
    frozenset({"construction.resistance", "hydraulic.bypass"}): "settles.field_flow",
    frozenset({"resource.temperature", "thermal_balance.history"}): "settles.rest_temperature",
    frozenset({"resource.well_bypass", "resource.water_temperature"}): "settles.rest_temperature",
}


def settled_by(one: str, other: str) -> Verdict:
    """Return the measurement that would tell two causes apart."""
    return Verdict(_SETTLES.get(frozenset({one, other}), "settles.longer_record"), {})
