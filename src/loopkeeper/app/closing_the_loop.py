"""
Use cases that lead a plant from its records to an explained shortfall.

Each takes a case as a value; who shows the answer is decided outside.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from loopkeeper.app.calibrating import Calibrated, calibrated
from loopkeeper.errors import DataError, InsufficientDataError
from loopkeeper.lifecycle.diagnose.explain import Inquiry, Promised, explain
from loopkeeper.lifecycle.diagnose.hypothesis import Setting
from loopkeeper.lifecycle.diagnose.investigate import investigate
from loopkeeper.lifecycle.diagnose.metered_effect import metered_effects
from loopkeeper.lifecycle.diagnose.result import Diagnosis
from loopkeeper.lifecycle.diagnose.scene import Prior, Scene
from loopkeeper.lifecycle.diagnose.source_fit import water_shift
from loopkeeper.lifecycle.diagnose.suspect import PosteriorSampler, Suspect
from loopkeeper.lifecycle.evaluate.evaluate import evaluate
from loopkeeper.lifecycle.evaluate.result import Evaluation, promised_of
from loopkeeper.measure.case import Case
from loopkeeper.measure.machine_meters import DRAW_UNLIKELY
from loopkeeper.measure.reference import reference_loads
from loopkeeper.physics.system import Trajectory
from loopkeeper.plant.model import PlantModel
from loopkeeper.plant.verdict import once
from loopkeeper.plant.years import mode_energy

READ = frozenset(
    {"heat_power", "electricity_power", "electricity_energy", "supply_temperature",
     "return_temperature", "flow", "outdoor_temperature", "running"}
)  # fmt: skip
"""Quantities that a diagnosis reads by the hour."""
WEATHER_SPLIT, WEATHER_UNKNOWN = 0.05, 0.20
"""Standard deviation of the log of a year's loads for its weather: split off, or not, where the
design year has none. [-]"""
SEED = 20250701
"""Seed of the posterior draws, so that the same dossier gives the same answer."""


def evaluate_plant(case: Case) -> Evaluation:
    """Return promised, expected and measured performance of a period of a prepared plant."""
    design = calibrated(case)
    return evaluate(case, design.models, design.design)


def evaluated(case: Case) -> Evaluation | DataError:
    """Return the evaluation of a period, or why there is none; key figures stand without it."""
    try:
        return evaluate_plant(case)
    except DataError as error:
        return error


@dataclass(frozen=True)
class Investigation:
    """What a diagnosis knows before it shares the shortfall out: inquiry, suspects, dice."""

    inquiry: Inquiry
    suspects: tuple[Suspect, ...]
    rng: np.random.Generator


def diagnose_plant(
    case: Case,
    evaluation: Evaluation,
    progress: Callable[[float], None] = lambda _: None,
    draws: int = 40,
) -> Diagnosis:
    """
    Return why the plant used more than promised, by cause.

    Parameters
    ----------
    case : Case
        The prepared plant.
    evaluation : Evaluation
        Its evaluation.
    progress : callable
        Told the share done.
    draws : int
        Posterior draws. [-]

    Returns
    -------
    Diagnosis
        The explained shortfall.

    Raises
    ------
    InsufficientDataError
        As :func:`investigated`.
    """
    found = investigated(case, evaluation, draws)
    return explain(found.inquiry, found.suspects, found.rng, progress)


def investigated(case: Case, evaluation: Evaluation, draws: int = 40) -> Investigation:
    """
    Return what the measured hours speak for, before it is shared out in energy.

    Parameters
    ----------
    case, evaluation, draws
        As for :func:`diagnose_plant`.

    Returns
    -------
    Investigation
        The suspects with their sizes.

    Raises
    ------
    InsufficientDataError
        When what it reads has a problem, or the dossier holds no design year: without it there is
        nothing to deviate from.
    """
    problems = case.problems_of(READ)
    if problems:
        raise InsufficientDataError(
            "the shortfall cannot be explained", [v.sentence() for v in problems]
        )
    loads = case.dossier.design_loads
    if loads is None:
        raise InsufficientDataError(
            "the shortfall cannot be explained",
            ["design/loads.csv is missing: there is no design load to deviate from"],
        )
    reference, said = reference_loads(case.plant, loads, case.operation)
    rng = np.random.default_rng(SEED)
    design = calibrated(case)
    scene = Scene(
        model=_unprotected(_on_designed_water(case, design.models.designed)),
        setting=Setting(case=case, reference=reference),
        known=_known(case, design, evaluation),
        dice=PosteriorSampler(rng, draws),
    )
    findings = investigate(scene)
    run = _design_run(design)
    inquiry = Inquiry(
        scene=scene,
        promised=_promised(run, evaluation, scene.setting),
        design_run=run,
        measured=evaluation.measured.electricity.value,
        expected=evaluation.expected.electricity,
        effects=metered_effects(scene),
        cautions=once((*design.verdicts, *evaluation.cautions, *said, *findings.verdicts)),
    )
    return Investigation(inquiry, findings.suspects, rng)


def _known(case: Case, design: Calibrated, evaluation: Evaluation) -> Prior:
    """What is known before the machines are looked at."""
    return Prior(
        pumps=design.pumps,
        doubt={
            loop: float(np.hypot(moved, case.doubt.pumps))
            for loop, moved in zip(("source", "load"), design.doubt[2:], strict=True)
        },
        machine_doubt=design.machine_doubt,
        weather_doubt=_weather_doubt(case),
        misdesign=design.misdesign,
        meter_doubted=any(v.code == DRAW_UNLIKELY for v in evaluation.cautions),
    )


def _weather_doubt(case: Case) -> float:
    design = case.dossier.design_loads
    known = design is not None and design.outdoor_temperature is not None
    return WEATHER_SPLIT if known else WEATHER_UNKNOWN


def _on_designed_water(case: Case, designed: PlantModel) -> PlantModel:
    """The plant as designed on water as designed: surface water off its range is a deviation."""
    shift = water_shift(case.plant, case.operation)
    return designed.with_system(shift.moved(designed.system, -1.0))


def _unprotected(model: PlantModel) -> PlantModel:
    """A plant that never stops for cold water: the heat to be explained was delivered."""
    free = replace(model.system.controls, source_outlet_min=-np.inf, source_outlet_max=np.inf)
    return model.with_system(replace(model.system, controls=free))


def _design_run(design: Calibrated) -> Trajectory:
    if design.run is None:  # pragma: no cover - diagnose_plant() has refused it
        raise InsufficientDataError("no design year")
    return design.run


def _promised(run: Trajectory, evaluation: Evaluation, setting: Setting) -> Promised:
    """The promise at the delivered heat, and what the plant brought onto it needs for that."""
    reference = mode_energy(run).at_delivered_heat(setting.heating, setting.cooling)
    return Promised(promised_of(evaluation).electricity.value, reference)
