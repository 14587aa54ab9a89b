"""What holes as found cost against holes as drawn, and what it costs not to know some of them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from loopkeeper.lifecycle.build.as_found import (
    KINDS,
    PRIORS,
    Floats,
    HolesOnRecord,
    expected,
    supposed,
)
from loopkeeper.lifecycle.build.running import RunCourse, YearlyDuty, run
from loopkeeper.measure.uncertainty import Estimate
from loopkeeper.physics.uneven_field import FELT, parallel_resistance
from loopkeeper.plant.holes import (
    DIAMETER_STEP,
    GROUT_STEP,
    LENGTH_STEP,
    FieldHoles,
    on_holes,
    resistances,
)
from loopkeeper.plant.model import GroundModel, PlantModel
from loopkeeper.plant.plant import Plant

DRAWS = 2000
"""Fields drawn; ends of an interval stand to 3 % of its width. [-]"""
TAPE = 0.005
"""Standard deviation of all recorded lengths together: where they are measured from (A). [-]"""
LONGER, WORSE = 0.02, 0.05
"""Changes of length and resistance by which their effect is found. [-]"""
ALL = "all"
"""All kinds of what nobody recorded."""
FIGURES = ("electricity", "money", "coldest", "warmest")


@dataclass(frozen=True, slots=True, kw_only=True)
class GroundDoubt:
    """Standard deviations of the ground: ``conductivity`` [-], ``temperature`` [K]."""

    conductivity: float
    temperature: float


@dataclass(frozen=True, kw_only=True)
class Consequence:
    """
    What a plant on holes as found costs against the plant as drawn.

    ``drawn``, ``found`` courses; ``model`` and ``holes`` as found, as expected where nobody
    recorded them; ``resistance_drawn`` R_b* as drawn [m K W-1]. By ``electricity`` [J a-1],
    ``money`` [a-1], ``coldest``, ``warmest`` [°C]: ``change`` found less drawn [K for
    temperatures]; ``reached`` found itself; ``unrecorded`` the change if all but what nobody
    recorded were known for certain; ``ignorance`` share of the width of the change's interval
    that goes when all of it were recorded, or one of its kinds [-].
    """

    drawn: RunCourse
    found: RunCourse
    model: PlantModel
    holes: FieldHoles
    resistance_drawn: float
    change: Mapping[str, Estimate]
    reached: Mapping[str, Estimate]
    unrecorded: Mapping[str, Estimate]
    ignorance: Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, kw_only=True)
class _Slopes:
    """Change of figures, shape (4,), by log of length and of R_b*; by ground, shape (2, 4)."""

    length: Floats
    resistance: Floats
    found_ground: Floats
    drawn_ground: Floats


def consequence(
    plant: Plant,
    model: PlantModel,
    record: HolesOnRecord,
    duty: YearlyDuty,
    doubt: GroundDoubt,
    seed: int = 1,
) -> Consequence:
    """
    Return what holes as found cost.

    Parameters
    ----------
    plant : Plant
        As drawn.
    model : PlantModel
        As drawn, on the ground that is known.
    record : HolesOnRecord
        What is found.
    duty : YearlyDuty
        What the plant has to do.
    doubt : GroundDoubt
        How well the ground is known.
    seed : int
        Of the draws: the same question has the same answer.

    Returns
    -------
    Consequence

    Notes
    -----
    Both plants are run in full; what is doubtful acts through the total length, R_b* side by side
    and the ground, to first order about the plant as found. A ground that is another is another
    for both plants. That length and R_b* act in proportion is held against full runs in
    tests/integration/test_works_cost.py.
    """
    holes = expected(record)
    found = on_holes(plant, model, holes)
    drawn_course, found_course = run(model.system, duty), run(found.system, duty)
    before, after = drawn_course.figures(), found_course.figures()
    slopes = _slopes((model, found), (before, after), duty, doubt)
    rng = np.random.default_rng(seed)
    of_all, without = _of_unrecorded(plant, model, record, slopes, rng)
    measured = TAPE * by_tape(record)
    of_tape = np.outer(measured * rng.standard_normal(DRAWS), slopes.length)
    normal = rng.standard_normal((DRAWS, 2))
    both = normal @ (slopes.found_ground - slopes.drawn_ground)
    change = after - before
    sure = change + of_tape + both
    reached = after + of_all + of_tape + normal @ slopes.found_ground
    return Consequence(
        drawn=drawn_course,
        found=found_course,
        model=found,
        holes=holes,
        resistance_drawn=model.field.resistance,
        change=_estimates(change, sure + of_all),
        reached=_estimates(after, reached),
        unrecorded=_estimates(change, change + of_all),
        ignorance={
            kind: _shares(sure + of_all, sure + of_others) for kind, of_others in without.items()
        },
    )


def by_tape(record: HolesOnRecord) -> float:
    """Return how much of all length rests on the tape: unrecorded holes are drawn like others."""
    told, prior = record.told("active_length"), PRIORS["active_length"].holes
    recorded = told / record.drawn.count
    return recorded + (1 - recorded) * told / (told + prior)


def _slopes(
    models: tuple[PlantModel, PlantModel],
    figures: tuple[Floats, Floats],
    duty: YearlyDuty,
    doubt: GroundDoubt,
) -> _Slopes:
    def moved(which: int, ground: GroundModel) -> Floats:
        system = models[which].with_ground(ground).system
        return np.asarray(run(system, duty).figures() - figures[which])

    def by_ground(which: int) -> Floats:
        own = models[which].field
        other = replace(own, conductivity=own.conductivity * (1 + doubt.conductivity))
        warmer = own.undisturbed_temperature + doubt.temperature
        return np.stack(
            [moved(which, other), moved(which, replace(own, undisturbed_temperature=warmer))]
        )

    own = models[1].field
    longer = replace(own, length_factor=own.length_factor * (1 + LONGER))
    return _Slopes(
        length=moved(1, longer) / np.log1p(LONGER),
        resistance=moved(1, own.with_resistance(own.resistance * (1 + WORSE))) / np.log1p(WORSE),
        found_ground=by_ground(1),
        drawn_ground=by_ground(0),
    )


def _of_unrecorded(
    plant: Plant,
    model: PlantModel,
    record: HolesOnRecord,
    slopes: _Slopes,
    rng: np.random.Generator,
) -> tuple[Floats, dict[str, Floats]]:
    """Change of figures in fields drawn, shape (draws, 4); the same with a kind or all known."""
    holes = expected(record)
    fields = supposed(record, rng, DRAWS)
    own, powers = resistances(plant, model, holes), _powers(plant, model, holes)
    beside = FELT / (2 * np.pi * model.field.conductivity)
    middle = {
        "active_length": holes.lengths / record.drawn.lengths,
        "diameter": holes.diameters / record.drawn.diameters,
        "grout_conductivity": holes.grout / record.drawn.grout,
    }

    def moved(kinds: tuple[str, ...]) -> Floats:
        ratios = {k: fields[k] / middle[k] for k in kinds}
        each = own * np.prod([ratios[k] ** powers[k] for k in kinds], axis=0)
        lengths = holes.lengths * ratios.get("active_length", np.ones((DRAWS, 1)))
        each = np.broadcast_to(each, lengths.shape)
        together = parallel_resistance(lengths, each, beside)
        as_expected = float(parallel_resistance(holes.lengths, own, beside))
        longer = np.log(lengths.sum(axis=1) / holes.total_length)
        worse = np.log(together / as_expected)
        of_length, of_resistance = (
            longer[:, None] * slopes.length,
            worse[:, None] * slopes.resistance,
        )
        return np.asarray(of_length + of_resistance)

    without = {k: moved(tuple(o for o in KINDS if o != k)) for k in KINDS}
    return moved(KINDS), {ALL: np.zeros((DRAWS, len(FIGURES))), **without}


def _powers(plant: Plant, model: PlantModel, holes: FieldHoles) -> dict[str, float]:
    """Powers of length, diameter and grout by which R_b* of a mean hole goes."""
    mean = np.array([holes.lengths.mean(), holes.diameters.mean(), holes.grout.mean()])
    steps = 8 * np.diag([LENGTH_STEP, DIAMETER_STEP, GROUT_STEP])
    told = np.vstack([mean, mean + steps])
    some = FieldHoles(
        x=np.arange(4.0), y=np.zeros(4), lengths=told[:, 0], diameters=told[:, 1], grout=told[:, 2]
    )
    each = resistances(plant, model, some)
    ratio = np.log(each[1:] / each[0]) / np.log(np.diag(told[1:]) / mean)
    return dict(zip(KINDS, ratio.tolist(), strict=True))


def _estimates(value: Floats, draws: Floats) -> dict[str, Estimate]:
    return {
        name: Estimate.from_draws(float(value[k]), draws[:, k])
        for k, name in enumerate(FIGURES)
        if np.isfinite(value[k])
    }


def _shares(whole: Floats, known: Floats) -> dict[str, float]:
    """Share of the width of an interval that goes when the unrecorded are known. [-]"""
    wide, narrow = (np.ptp(np.quantile(d, [0.05, 0.95], axis=0), axis=0) for d in (whole, known))
    return {
        name: float(np.clip(1 - narrow[k] / wide[k], 0.0, 1.0)) if wide[k] > 0 else 0.0
        for k, name in enumerate(FIGURES)
        if np.isfinite(wide[k])
    }
