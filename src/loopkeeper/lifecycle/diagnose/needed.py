"""
The plant that the promise needs, beside the one that documents list.

A promise is made for a plant that fits its load; what was bought may be twice that, or of the
wrong kind. What is listed beyond the need is a deviation of the design, seen before any reading.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from loopkeeper.lifecycle.diagnose.pump_fit import PumpFit
from loopkeeper.physics.fluid import WATER
from loopkeeper.physics.pump import PumpMode
from loopkeeper.physics.system import System
from loopkeeper.plant.model import PlantModel
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.verdict import Verdict

ABOVE_NEED = 1.2
"""Fixed pumps that move more than this share of what the design needs are far above need. [-]"""
FAR_TOO_LARGE, MARGIN = 1.6, 1.15
"""Machines of more than this share of the peak load are oversized, a spare one included; what
machines usually have above it. [-]"""


@dataclass(frozen=True)
class Misdesign:
    """What documents list other than the promise needs; ``change`` leads from need to list."""

    cause: str
    change: Callable[[PlantModel], PlantModel]
    finding: Verdict


@dataclass(frozen=True)
class Needed:
    """
    The plant of the size that its design load needs.

    ``pumps`` listed over needed flow of the loops that were changed and ``machines`` listed over
    needed capacity [-].
    """

    system: System
    pumps: dict[str, float]
    machines: float

    def misdesign(self, found: Mapping[str, PumpFit | None]) -> tuple[Misdesign, ...]:
        """
        Return the oversizing of the machines, if any.

        Their pumps are as ``found``, but for a control that is not the design's.
        """
        if self.machines <= 1.0:
            return ()
        size, ratios = self.machines, dict(self.pumps)

        def change(model: PlantModel) -> PlantModel:
            system = model.system
            listed = replace(system, machines=tuple(m.scaled(size) for m in system.machines))
            for loop, fit in found.items():
                listed = _pumps_scaled(listed, loop, ratios.get(loop, 1.0))
                bank = listed.pumps_of(loop)
                if fit is not None:  # a control that was never put right is no size
                    own = fit.rated(bank) if fit.otherwise(bank) else fit.on(bank)
                    listed = listed.with_pumps(loop, own)
            return model.with_system(listed)

        percent = 100 * size * MARGIN
        finding = Verdict("diagnose.design.oversizing", {"percent": percent})
        return (Misdesign("design.oversizing", change, finding),)


def as_needed(plant: Plant, system: System) -> Needed:
    """
    Return the plant with machines and pumps of the size its design needs.

    Parameters
    ----------
    plant : Plant
        Its promise and its source tell the need.
    system : System
        With machines and pumps as listed.

    Returns
    -------
    Needed
        Machines below 1.6 times the peak and fixed pumps within 20 % of the need are left alone;
        of oversized machines the pumps go with them, whatever their drive.
    """
    promise = plant.promise
    size = _oversize(plant)
    if size > 1.0:
        smaller = tuple(m.scaled(1.0 / size) for m in system.machines)
        system = replace(system, machines=smaller)
    peak = max(promise.peak_heating or 0.0, promise.peak_cooling or 0.0)
    needs = {
        "source": (plant.source.design_flow or 0.0) / (max(1.0, size)),
        "load": peak / (WATER * plant.controls.load_design_dt),
    }
    ratios: dict[str, float] = {}
    for loop, need in needs.items():
        bank = system.pumps_of(loop)
        listed = bank.count * bank.flow
        varies = bank.mode is PumpMode.VARIABLE and size <= 1.0
        if varies or not 0 < need < listed / ABOVE_NEED:
            continue
        ratios[loop] = listed / need
        system = _pumps_scaled(system, loop, need / listed)
    return Needed(system, ratios, size)


def undersized(factor: float) -> Misdesign:
    """
    Return a field that is shorter than its promise needs.

    Parameters
    ----------
    factor : float
        Needed over listed length, above one. [-]

    Returns
    -------
    Misdesign
        From the needed length to the listed one.
    """

    def change(other: PlantModel) -> PlantModel:
        ground = other.field
        return other.with_ground(replace(ground, length_factor=ground.length_factor / factor))

    finding = Verdict("diagnose.design.undersized_source", {"percent": 100 / factor})
    return Misdesign("design.undersized_source", change, finding)


def other_type(heating: float, cooling: float) -> Misdesign:
    """
    Return machines whose maps need more than their promise, heating and cooling. [-]

    Parameters
    ----------
    heating, cooling : float
        Promised over listed electricity. [-]

    Returns
    -------
    Misdesign
        From the promised machines to the listed ones.
    """

    def change(model: PlantModel) -> PlantModel:
        system = model.system
        listed = tuple(
            m.drawing(heating=1.0 / heating, cooling=1.0 / cooling) for m in system.machines
        )
        return model.with_system(replace(system, machines=listed))

    percent = 50 * (1.0 / heating + 1.0 / cooling) - 100
    finding = Verdict("diagnose.design.unit_type", {"percent": percent})
    return Misdesign("design.unit_type", change, finding)


def _oversize(plant: Plant) -> float:
    """Listed over needed capacity of the machines, where far too large in every mode. [-]"""
    promise = plant.promise
    pairs = (
        (sum(m.rated_heating or 0.0 for m in plant.machines), promise.peak_heating or 0.0),
        (sum(m.rated_cooling or 0.0 for m in plant.machines), promise.peak_cooling or 0.0),
    )
    ratios = [listed / peak for listed, peak in pairs if listed > 0 and peak > 0]
    least = min(ratios, default=1.0)
    return least / MARGIN if least > FAR_TOO_LARGE else 1.0


def _pumps_scaled(system: System, loop: str, factor: float) -> System:
    bank = system.pumps_of(loop).as_found(flow_factor=factor, electricity_factor=factor)
    return system.with_pumps(loop, bank)
