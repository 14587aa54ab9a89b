"""What is said of a sized field: its length, what decided it, and how surely."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from loopkeeper.lifecycle.design.consistency import water_limits
from loopkeeper.lifecycle.design.plant_sizing import PlantSize
from loopkeeper.lifecycle.design.reliability import Doubts, Reliability
from loopkeeper.lifecycle.design.sizing import LONGEST, size_field
from loopkeeper.measure.uncertainty import Estimate
from loopkeeper.physics.neighbour import neighbours_drop
from loopkeeper.plant.assemble import assemble
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.verdict import Verdict
from loopkeeper.plant.words import Phrase
from loopkeeper.units import DAY, YEAR

DOUBTFUL = {
    "conductivity": "property.conductivity", "resistance": "property.resistance",
    "temperature": "property.undisturbed_temperature", "load": "doubt.load",
    "neighbours": "doubt.neighbours",
}  # fmt: skip
"""What a length rests on, and the word for it."""
SHALLOW, USUAL = 20.0, 100.0
"""Length below which a field has too many holes, and a usual one. [m]"""


def size_verdicts(found: PlantSize, sure: Reliability, deepest: float) -> tuple[Verdict, ...]:
    """
    Return what is said of a sized field.

    Parameters
    ----------
    found : PlantSize
        The field.
    sure : Reliability
        How surely it keeps its limits.
    deepest : float
        Depth allowed. [m]

    Returns
    -------
    tuple of Verdict
    """
    size = found.size
    verdicts = [
        Verdict(
            "design.size.numerical",
            {
                "length": f"{size.length:.1f}",
                "count": found.task.geometry.count,
                "error": f"{100 * size.numerical_error:.2g}",
            },
        ),
        Verdict(
            f"design.size.decided_{size.decided_by}",
            {
                "coldest": f"{size.coldest:.1f}",
                "warmest": f"{size.warmest:.1f}",
                "entering": f"{size.coldest_entering:.1f}",
                "year": size.year,
            },
        ),
        *_how_surely(sure),
        *_leaning(found),
    ]
    if size.length < SHALLOW:
        usual = min(USUAL, deepest)
        fewer = int(np.ceil(size.total_length / usual))
        figures = {
            "length": f"{size.length:.1f}",
            "count": found.task.geometry.count,
            "fewer": fewer,
            "usual": f"{usual:g}",
        }
        verdicts.append(Verdict("design.size.shallow", figures))
    if size.length > deepest:
        figures = {"length": f"{size.length:.0f}", "limit": f"{deepest:g}"}
        verdicts.append(Verdict("design.size.too_deep", figures))
    return (*verdicts, *_beside(found), *_at_rest(found))


def no_length(plant: Plant, years: int) -> Verdict:
    """
    Return what is said where no length of a plant's holes keeps its limits.

    Parameters
    ----------
    plant : Plant
        With a borehole field.
    years : int
        That it was designed for. [year]

    Returns
    -------
    Verdict
    """
    limits, field = water_limits(plant), plant.source.field
    low = limits.low if limits.field_low is None else limits.field_low
    return Verdict(
        "design.size.none",
        {
            "count": 0 if field is None else field.count,
            "longest": f"{LONGEST:.0f}",
            "low": f"{low:g}",
            "high": f"{limits.high:g}",
            "rest": "" if field is None else f"{_rest(plant, years):.1f}",
        },
    )


def _rest(plant: Plant, years: int) -> float:
    """Ground of a field as its neighbours leave it after so many years. [°C]"""
    field = assemble(plant)[0].field
    drop = neighbours_drop(field.surroundings, field.neighbours, np.full(1, years * YEAR))
    return field.undisturbed_temperature - float(drop[0])


def _how_surely(sure: Reliability) -> Iterator[Verdict]:
    """Probability of the length, and worlds in which no length is enough."""
    most = max(sure.ranking, key=lambda name: sure.ranking[name])
    figures: dict[str, object] = {
        "length": f"{sure.length:.1f}",
        "probability": f"{100 * sure.probability:.0f}",
        "doubt": Phrase(DOUBTFUL[most]),
    }
    if sure.hopeless:
        yield Verdict("design.size.hopeless", {"percent": f"{100 * sure.hopeless:.0f}"})
    if np.isfinite(sure.length_for[0.95]):
        figures["sure"] = f"{sure.length_for[0.95]:.1f}"
        yield Verdict("design.size.probability", figures)
    else:
        yield Verdict("design.size.never_sure", figures)


def _leaning(found: PlantSize) -> tuple[Verdict, ...]:
    """That lengths are those of leaning holes, along the hole."""
    tilt = found.task.geometry.tilt
    if tilt is None or not np.any(tilt):
        return ()
    figures = {"tilt": f"{np.degrees(float(np.max(tilt))):.0f}"}
    return (Verdict("design.size.leaning", figures),)


def _beside(found: PlantSize) -> tuple[Verdict, ...]:
    """What neighbours do to the ground, and what the field would need without them."""
    task = found.task
    if not task.neighbours:
        return ()
    rest, alone = task.rest(found.size.length), replace(task, neighbours=())
    moved = float(rest[-1]) - task.ground.temperature(found.size.length)
    doubt = Doubts().neighbours
    change = Estimate.normal(moved, doubt * abs(moved))
    figures = {
        "count": len(task.neighbours),
        "years": task.limits.years,
        "doubt": f"{100 * doubt:.0f}",
        "change": f"{moved:+z.2f}",
        "low": f"{change.low:+z.2f}",
        "high": f"{change.high:+z.2f}",
        "length": f"{found.size.length:.1f}",
        "alone": f"{size_field(alone, quick=True).length:.1f}",
    }
    return (Verdict("design.size.neighbours", figures),)


def _at_rest(found: PlantSize) -> tuple[Verdict, ...]:
    """What the field would need if the groundwater did not move as stated."""
    task = found.task
    if task.ground.groundwater[0] <= 0:
        return ()
    still = replace(task, ground=replace(task.ground, groundwater=(0.0, 0.0)))
    figures = {
        "flux": f"{task.ground.groundwater[0] * DAY:g}",
        "length": f"{found.size.length:.1f}",
        "still": f"{size_field(still, quick=True).length:.1f}",
    }
    return (Verdict("design.size.groundwater", figures),)
