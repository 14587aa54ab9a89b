"""
Use cases that lead a plant from its records to an explained shortfall.

Each takes the groundwork of a plant as a value; who shows the answer is decided outside.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from loopkeeper.app.calibrating import Calibrated, calibrated
from loopkeeper.app.groundwork import Groundwork, once
from loopkeeper.errors import DataError, InsufficientDataError
from loopkeeper.lifecycle.diagnose.case import LoadScales, Setting
from loopkeeper.lifecycle.diagnose.explain import Inquiry, Metered, Promised, explain
from loopkeeper.lifecycle.diagnose.investigate import investigate
from loopkeeper.lifecycle.diagnose.metered_effect import metered_effects
from loopkeeper.lifecycle.diagnose.result import Diagnosis
from loopkeeper.lifecycle.diagnose.scene import Prior, Scene
from loopkeeper.lifecycle.diagnose.source_fit import water_shift
from loopkeeper.lifecycle.diagnose.suspect import PosteriorSampler, Suspect
from loopkeeper.lifecycle.evaluate.evaluate import EvaluationInput, evaluate
from loopkeeper.lifecycle.evaluate.result import Evaluation, promised_of
from loopkeeper.measure.machine_meters import DRAW_UNLIKELY
from loopkeeper.measure.past import reference_past
from loopkeeper.measure.reference import ReferenceLoads, reference_loads
from loopkeeper.physics.system import Trajectory
from loopkeeper.plant.model import PlantModel
from loopkeeper.plant.years import mode_energy
from loopkeeper.units import HOUR

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


def evaluate_plant(ground: Groundwork) -> Evaluation:
    """
    Return promised, expected and measured performance of a period.

    Parameters
    ----------
    ground : Groundwork
        The prepared plant.

    Returns
    -------
    Evaluation
        Performances, traces and ground outlook.
    """
    design = calibrated(ground)
    return evaluate(
        EvaluationInput(
            ground.dossier.plant,
            design.designed,
            design.built,
            design.design,
            ground.operation,
            ground.past,
            ground.doubt,
            ground.kpis,
            ground.quality,
        ),
        ground.period,
        ground.verdicts,
    )


def evaluated(ground: Groundwork) -> Evaluation | DataError:
    """Return the evaluation of a period, or why there is none; key figures stand without it."""
    try:
        return evaluate_plant(ground)
    except DataError as error:
        return error


@dataclass(frozen=True)
class Investigation:
    """What a diagnosis knows before it shares the shortfall out: inquiry, suspects, dice."""

    inquiry: Inquiry
    suspects: tuple[Suspect, ...]
    rng: np.random.Generator


def diagnose_plant(
    ground: Groundwork,
    evaluation: Evaluation,
    progress: Callable[[float], None] = lambda _: None,
    draws: int = 40,
) -> Diagnosis:
    """
    Return why the plant used more than promised, by cause.

    Parameters
    ----------
    ground : Groundwork
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
    found = investigated(ground, evaluation, draws)
    return explain(found.inquiry, found.suspects, found.rng, progress)


def investigated(ground: Groundwork, evaluation: Evaluation, draws: int = 40) -> Investigation:
    """
    Return what the measured hours speak for, before it is shared out in energy.

    Parameters
    ----------
    ground, evaluation, draws
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
    problems = ground.problems_of(READ)
    if problems:
        raise InsufficientDataError(
            "the shortfall cannot be explained", [v.sentence() for v in problems]
        )
    dossier, plant = ground.dossier, ground.dossier.plant
    if dossier.design_loads is None:
        raise InsufficientDataError(
            "the shortfall cannot be explained",
            ["design/loads.csv is missing: there is no design load to deviate from"],
        )
    reference, said = reference_loads(plant, dossier.design_loads, ground.operation)
    setting = _setting(ground, reference)
    rng = np.random.default_rng(SEED)
    design = calibrated(ground)
    model = _unprotected(_on_designed_water(ground, design.designed))
    doubt = {
        loop: float(np.hypot(moved, ground.doubt.pumps))
        for loop, moved in zip(("source", "load"), design.doubt[2:], strict=True)
    }
    known = Prior(
        ground.surveyed, design.pumps, doubt, design.machine_doubt, _weather_doubt(ground),
        design.misdesign, ground.drawdown,
        meter_doubted=any(v.code == DRAW_UNLIKELY for v in evaluation.cautions),
    )  # fmt: skip
    scene = Scene(
        plant, model, setting, known, ground.period, PosteriorSampler(rng, draws), ground.record
    )  # fmt: skip
    findings = investigate(scene)
    cautions = once((*design.verdicts, *evaluation.cautions, *said, *findings.verdicts))
    run = _design_run(design)
    inquiry = Inquiry(
        plant=plant,
        model=model,
        setting=setting,
        promised=_promised(run, evaluation, setting),
        design_run=run,
        metered=Metered(
            evaluation.measured.electricity.value, ground.doubt.electricity, ground.doubt.heat
        ),
        expected=evaluation.expected.electricity,
        surveyed=ground.surveyed,
        period=ground.period,
        effects=metered_effects(scene),
        cautions=cautions,
    )
    return Investigation(inquiry, findings.suspects, rng)


def _weather_doubt(ground: Groundwork) -> float:
    design = ground.dossier.design_loads
    known = design is not None and design.outdoor_temperature is not None
    return WEATHER_SPLIT if known else WEATHER_UNKNOWN


def _on_designed_water(ground: Groundwork, designed: PlantModel) -> PlantModel:
    """The plant as designed on water as designed: surface water off its range is a deviation."""
    shift = water_shift(ground.dossier.plant, ground.operation)
    return designed.with_system(shift.moved(designed.system, -1.0))


def _unprotected(model: PlantModel) -> PlantModel:
    """A plant that never stops for cold water: the heat to be explained was delivered."""
    free = replace(model.system.controls, source_outlet_min=-np.inf, source_outlet_max=np.inf)
    return model.with_system(replace(model.system, controls=free))


def _setting(ground: Groundwork, reference: ReferenceLoads) -> Setting:
    op = ground.operation
    ratios = [
        measured.sum() / designed.sum() if designed.sum() > 0 and measured.sum() > 0 else 1.0
        for measured, designed in (
            (op.heating, reference.heating),
            (op.cooling, reference.cooling),
        )
    ]
    return Setting(
        operation=op,
        reference=reference,
        past=ground.past,
        reference_past=reference_past(reference, op.outdoor, len(ground.past.heating)),
        scales=LoadScales.of(float(ratios[0]), float(ratios[1])),
        heating=float(op.heating.sum() * HOUR),
        cooling=float(op.cooling.sum() * HOUR),
    )


def _design_run(design: Calibrated) -> Trajectory:
    if design.run is None:  # pragma: no cover - diagnose_plant() has refused it
        raise InsufficientDataError("no design year")
    return design.run


def _promised(run: Trajectory, evaluation: Evaluation, setting: Setting) -> Promised:
    """The promise at the delivered heat, and what the plant brought onto it needs for that."""
    reference = mode_energy(run).at_delivered_heat(setting.heating, setting.cooling)
    return Promised(promised_of(evaluation).electricity.value, reference)
