"""Use cases of design: a dossier checked, and its field sized."""

from dataclasses import dataclass

from loopkeeper.errors import InsufficientDataError
from loopkeeper.lifecycle.design.consistency import Consistency, check_design
from loopkeeper.lifecycle.design.horizon import horizon
from loopkeeper.lifecycle.design.plant_sizing import PlantSize, size_plant
from loopkeeper.lifecycle.design.sizing import Doubts, Reliability, reliability
from loopkeeper.measure.dossier import Dossier
from loopkeeper.plant.assemble import assemble
from loopkeeper.plant.source import Basis
from loopkeeper.plant.verdict import Verdict

GUESSED = Doubts(conductivity=0.25, resistance=0.15, temperature=1.0, load=0.10)
"""Where the ground is a regional guess."""
TESTED = Doubts(conductivity=0.07, resistance=0.10, temperature=0.3, load=0.10)
"""Where a response test was made."""


@dataclass(frozen=True)
class Sized:
    """A sized plant with its reliability and what to say of it."""

    found: PlantSize
    reliability: Reliability
    verdicts: tuple[Verdict, ...]


def checked(dossier: Dossier, years: int = 25) -> Consistency:
    """
    Check the design of a dossier.

    Parameters
    ----------
    dossier : Dossier
        With a design year.
    years : int
        [year]

    Returns
    -------
    Consistency
        Figures and verdicts, those of reading and assembling among them.

    Raises
    ------
    InsufficientDataError
        When there is no design year.
    """
    plant, design = dossier.plant, dossier.design_loads
    if design is None:
        raise InsufficientDataError(
            "the design cannot be checked", ["design/loads.csv holds no hourly design year"]
        )
    model, assumed = assemble(plant)
    found = check_design(plant, design, horizon(plant, model.system, design, years=years))
    return Consistency(found.horizon, (*found.verdicts, *assumed))


def sized(
    dossier: Dossier, *, low: float | None, high: float | None, years: int, deepest: float
) -> Sized:
    """
    Size the field of a dossier.

    Parameters
    ----------
    dossier : Dossier
        With a borehole field, machines and a design year.
    low, high : float or None
        Limits of the water to the machines; the promised ones, else 4 and 33 °C (GB 50366). [°C]
    years : int
        [year]
    deepest : float
        Depth allowed. [m]

    Returns
    -------
    Sized
        Length, probability, and what to measure next.
    """
    promise = dossier.plant.promise
    coldest = next(v for v in (low, promise.source_inlet_min, 4.0) if v is not None)
    warmest = next(v for v in (high, promise.source_inlet_max, 33.0) if v is not None)
    found = size_plant(dossier.plant, dossier.design_loads, low=coldest, high=warmest, years=years)
    ground = dossier.plant.source.ground
    tested = ground is not None and ground.basis is Basis.TEST
    sure = reliability(found.task, found.size, TESTED if tested else GUESSED)
    return Sized(found, sure, _said(found, sure, deepest))


def _said(found: PlantSize, sure: Reliability, deepest: float) -> tuple[Verdict, ...]:
    size = found.size
    cold = size.decided_by == "cold"
    verdicts = [
        Verdict("design.size.numerical", {
            "length": f"{size.length:.1f}", "count": found.task.geometry.count,
            "error": f"{100 * size.numerical_error:.2g}",
        }),
        Verdict("design.size.decided", {
            "side": size.decided_by, "side_zh": "冷" if cold else "热", "year": size.year,
        }),
        Verdict("design.size.probability", {
            "length": f"{size.length:.1f}", "probability": f"{100 * sure.probability:.0f}",
            "sure": f"{sure.length_for[0.95]:.1f}",
            "doubt": max(sure.ranking, key=lambda name: sure.ranking[name]),
        }),
    ]  # fmt: skip
    if size.length > deepest:
        figures = {"length": f"{size.length:.0f}", "limit": f"{deepest:g}"}
        verdicts.append(Verdict("design.size.too_deep", figures))
    return tuple(verdicts)
