"""Sizing a plant's own field: machines, controls and ground coupled, loads as designed."""

from dataclasses import dataclass, replace

import numpy as np

from loopkeeper.errors import InconsistentPlantError, InsufficientDataError, NotConvergedError
from loopkeeper.lifecycle.design.sizing import (
    FieldSize,
    FieldTask,
    GroundValues,
    Limits,
    size_field,
)
from loopkeeper.measure.design_year import design_case
from loopkeeper.measure.series import Floats, LoadYear
from loopkeeper.physics.system import simulate
from loopkeeper.plant.assemble import assemble
from loopkeeper.plant.plant import Plant
from loopkeeper.units import DAY, HOUR

ROUNDS = 6
"""Times that machines and length are matched. [-]"""
MATCHED = 0.002
"""Relative change of length that counts as matched. [-]"""


@dataclass(frozen=True)
class PlantSize:
    """A plant with its field at the sized length, the task behind it, and rounds it took."""

    plant: Plant
    task: FieldTask
    size: FieldSize
    rounds: int


def size_plant(
    plant: Plant, design: LoadYear | None, *, low: float, high: float, years: int = 25
) -> PlantSize:
    """
    Return the shortest length of a plant's holes that keeps the water to its machines in limits.

    Parameters
    ----------
    plant : Plant
        With a borehole field, machines and pumps.
    design : LoadYear or None
        Hourly loads of the building.
    low, high : float
        Limits of the water to the machines. [°C]
    years : int
        [year]

    Returns
    -------
    PlantSize
        Heat drawn follows from the machines at the temperatures of that length.

    Raises
    ------
    InsufficientDataError
        When there is no design year.
    InconsistentPlantError
        When the plant has no borehole field.
    NotConvergedError
        When machines and length do not match each other.
    """
    field, ground = plant.source.field, plant.source.ground
    if field is None or ground is None:
        raise InconsistentPlantError(f"plant {plant.site.id}: no borehole field to size")
    if design is None:
        raise InsufficientDataError(
            "the field cannot be sized", ["design/loads.csv holds no hourly design year"]
        )
    before, wanted = field.length, field.length
    for n in range(1, ROUNDS + 1):
        task = field_task(plant, _drawn(plant, design), (low, high, years))
        size = size_field(task)
        before, wanted = wanted, size.length
        plant = with_length(plant, wanted)
        if abs(wanted / before - 1) < MATCHED:
            return PlantSize(plant, task, size, n)
    raise NotConvergedError(f"machines and field do not match: {before:.1f} and {wanted:.1f} m")


def with_length(plant: Plant, length: float) -> Plant:
    """
    Return the plant with holes of another length.

    Parameters
    ----------
    plant : Plant
        With a borehole field.
    length : float
        Of each hole. [m]

    Returns
    -------
    Plant
    """
    if plant.source.field is None:
        raise InconsistentPlantError(f"plant {plant.site.id}: no borehole field")
    field = replace(plant.source.field, length=length, lengths=())
    return replace(plant, source=replace(plant.source, field=field))


def _drawn(plant: Plant, design: LoadYear) -> Floats:
    """Heat drawn in each hour of the tenth design year. [W]"""
    model, _ = assemble(plant)
    load, boundary = design_case(plant, design)
    days = len(load.heating) // 24
    mean = [
        np.asarray(c)[: 24 * days].reshape(days, 24).mean(axis=1)
        for c in (load.heating, load.cooling, load.recharge, boundary.outdoor_temperature)
    ]
    state = None
    for _ in range(9):
        past = replace(load, heating=mean[0], cooling=mean[1], recharge=mean[2])
        outside = replace(boundary, outdoor_temperature=mean[3], enabled=mean[0] + mean[1] > 0)
        state = simulate(model.system, past, outside, DAY, state).state
    return simulate(model.system, load, boundary, HOUR, state)["ground_heat_rate"]


def field_task(plant: Plant, heat: Floats, limits: tuple[float, float, int]) -> FieldTask:
    """
    Return what a plant's field has to do.

    Parameters
    ----------
    plant : Plant
        With a borehole field.
    heat : array, shape (n,)
        Drawn from the ground, hourly. [W]
    limits : tuple of (float, float, int)
        Of the water to the machines [°C], and years [year].

    Returns
    -------
    FieldTask
        With the resistance and flow of the plant's own holes and pumps.
    """
    source = plant.source
    if source.field is None or source.ground is None:
        raise InconsistentPlantError(f"plant {plant.site.id}: no borehole field to size")
    g = source.ground
    model, _ = assemble(plant)
    geometry = replace(model.field.field.geometry, length=source.field.length, lengths=None)
    flow = model.system.source_pumps.flow * model.system.source_pumps.count
    return FieldTask(
        geometry,
        GroundValues(
            g.conductivity,
            g.heat_capacity,
            g.undisturbed_temperature,
            groundwater=model.field.field.groundwater,
        ),
        heat,
        model.field.resistance,
        Limits(limits[0], limits[1], limits[2], flow * model.system.source_heat_capacity),
    )
