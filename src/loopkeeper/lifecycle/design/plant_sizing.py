"""Sizing a plant's own field: machines, controls and ground coupled, loads as designed."""

from dataclasses import dataclass, replace

import numpy as np

from loopkeeper.errors import InconsistentPlantError, InsufficientDataError, NotConvergedError
from loopkeeper.lifecycle.design.sizing import (
    FieldSize,
    FieldTask,
    GroundValues,
    Limits,
    Running,
    size_field,
)
from loopkeeper.measure.design_year import design_case
from loopkeeper.measure.series import Floats, LoadYear
from loopkeeper.physics.system import Trajectory, simulate
from loopkeeper.plant.assemble import assemble
from loopkeeper.plant.plant import Plant
from loopkeeper.units import DAY, HOUR

MOVING = 1e-3
"""Smaller spreads of the source water are those of no flow. [K]"""

ROUNDS = 12
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
    plant: Plant,
    design: LoadYear | None,
    *,
    low: float,
    high: float,
    years: int = 25,
    field_low: float | None = None,
) -> PlantSize:
    """
    Return the shortest length of a plant's holes that keeps its water in limits.

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
    field_low : float, optional
        Limit of the water to the field while heat is drawn. [°C]

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
    limits = Limits(low, high, years, field_low=field_low)
    before, wanted = field.length, field.length
    for n in range(1, ROUNDS + 1):
        task = field_task(plant, _drawn(plant, design), limits)
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
        Its ground is as warm as the gradient makes it over that length.
    """
    if plant.source.field is None:
        raise InconsistentPlantError(f"plant {plant.site.id}: no borehole field")
    drawn, ground = plant.source.field, plant.source.ground
    if ground is not None:
        warmer = ground.gradient * (length - drawn.length) / 2
        ground = replace(ground, undisturbed_temperature=ground.undisturbed_temperature + warmer)
    field = replace(drawn, length=length, lengths=())
    return replace(plant, source=replace(plant.source, field=field, ground=ground))


def _drawn(plant: Plant, design: LoadYear) -> Trajectory:
    """The tenth design year, hour by hour."""
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
    return simulate(model.system, load, boundary, HOUR, state)


def field_task(plant: Plant, heat: Floats | Trajectory, limits: Limits) -> FieldTask:
    """
    Return what a plant's field has to do.

    Parameters
    ----------
    plant : Plant
        With a borehole field.
    heat : array, shape (n,), or Trajectory
        Drawn from the ground, hourly [W], by machines that run all the hour at design flow; or a
        simulated year, which knows their flow and the share of the hour that they run.
    limits : Limits
        Of the water.

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
    pumps, capacity = model.system.source_pumps, model.system.source_heat_capacity
    flow = pumps.flow * pumps.count
    run = None if isinstance(heat, np.ndarray) else heat
    geometry = replace(model.field.field.geometry, length=source.field.length, lengths=None)
    return FieldTask(
        geometry=geometry,
        ground=GroundValues(
            g.conductivity,
            g.heat_capacity,
            g.undisturbed_temperature,
            g.gradient,
            source.field.length,
            model.field.field.groundwater,
        ),
        heat=heat if isinstance(heat, np.ndarray) else heat["ground_heat_rate"],
        resistance=model.field.resistance,
        limits=replace(limits, capacity_flow=flow * capacity),
        running=Running(
            np.full(1, flow) if run is None else _flow_of(run, capacity, flow),
            np.ones(1) if run is None else run["run_share"],
            capacity,
            model.field.flow_table.per_flow(source.field.in_series / source.field.count),
            source.field.in_series,
            model.field_source.cycling_resistance,
        ),
        neighbours=model.field.neighbours,
    )


def _flow_of(run: Trajectory, capacity: float, design: float) -> Floats:
    """Flow of the field while machines run, by heat and spread; design flow at rest. [m3 s-1]"""
    spread = np.abs(run["source_supply"] - run["source_return"])
    share, heat = run["run_share"], np.abs(run["ground_heat_rate"])
    moving = (spread > MOVING) & (share > 0)
    flow = heat / (np.where(share > 0, share, 1.0) * capacity * np.where(moving, spread, 1.0))
    return np.where(moving & (flow > 0), np.clip(flow, 0.02 * design, 2 * design), design)
