"""Boreholes one by one, as drawn or as found, and the plant that stands on them."""

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from loopkeeper.errors import InconsistentPlantError
from loopkeeper.physics.borehole import (
    Borehole,
    borehole_resistance,
    default_shank,
)
from loopkeeper.physics.fluid import fluid_properties
from loopkeeper.physics.unequal import HolesSideBySide
from loopkeeper.physics.uneven_field import uneven_field
from loopkeeper.plant.assemble import design_flow, hole_of
from loopkeeper.plant.model import PlantModel
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.source import BoreholeField, Ground

Floats = NDArray[np.float64]

LENGTH_STEP, DIAMETER_STEP, GROUT_STEP = 2.0, 0.002, 0.05
"""Rounding within which R_b* of two holes is computed once: 0.2 % of it. [m], [m], [W m-1 K-1]"""
CLEAR = 1e-4
"""Left between the legs of a pipe and the wall of a hole that is too narrow for them. [m]"""


@dataclass(frozen=True, kw_only=True)
class FieldHoles:
    """
    FieldHoles of a field, shape (n,) each.

    ``x``, ``y`` heads, active ``lengths``, ``diameters`` [m]; ``grout`` conductivity
    [W m-1 K-1].
    """

    x: Floats
    y: Floats
    lengths: Floats
    diameters: Floats
    grout: Floats

    @property
    def count(self) -> int:
        """How many. [-]"""
        return len(self.x)

    @property
    def total_length(self) -> float:
        """Active length of all. [m]"""
        return float(self.lengths.sum())


def drawn_holes(field: BoreholeField) -> FieldHoles:
    """Return the holes of a field as they are drawn."""
    x, y = np.array(field.positions, dtype=np.float64).T
    ones = np.ones(field.count)
    return FieldHoles(
        x=x,
        y=y,
        lengths=np.array(field.lengths) if field.lengths else field.length * ones,
        diameters=field.diameter * ones,
        grout=field.grout_conductivity * ones,
    )


def bored(plant: Plant) -> tuple[BoreholeField, Ground]:
    """
    Return field and ground of a plant.

    Raises
    ------
    InconsistentPlantError
        When it has no boreholes.
    """
    field, ground = plant.source.field, plant.source.ground
    if field is None or ground is None:
        raise InconsistentPlantError(f"plant {plant.site.id} has no borehole field")
    return field, ground


def on_holes(plant: Plant, model: PlantModel, holes: FieldHoles) -> PlantModel:
    """
    Return a plant that stands on other holes than its drawing has.

    Parameters
    ----------
    plant : Plant
        As drawn.
    model : PlantModel
        As drawn, on the ground that is known.
    holes : FieldHoles
        As found or supposed; the same water enters all of them, the same flow of it.

    Returns
    -------
    PlantModel
        R_b* of each hole by its length, diameter and grout, as much of the drawn one as the law
        says; the ground as warm as its gradient makes it over the mean length.

    Raises
    ------
    InconsistentPlantError
        When it has no boreholes.
    OutOfRangeError
        When holes overlap or a length is none.
    """
    field, ground = bored(plant)
    was = model.field
    along = warming(plant, model) * holes.lengths
    side_by_side = HolesSideBySide(
        x=holes.x,
        y=holes.y,
        lengths=holes.lengths,
        radii=holes.diameters / 2,
        resistances=resistances(plant, model, holes) + along,
        buried_depth=field.buried_depth,
    )
    found = uneven_field(was.field, side_by_side, conductivity=was.conductivity)
    deeper = float(holes.lengths.mean() - drawn_holes(field).lengths.mean())
    return model.with_ground(
        replace(
            was,
            field=found.field,
            borehole=was.borehole.with_resistance(found.resistance - float(along.mean())),
            undisturbed_temperature=was.undisturbed_temperature + ground.gradient * deeper / 2,
            flow_table=was.flow_table.per_flow(holes.count / field.count),
            length_factor=1.0,
        )
    )


def warming(plant: Plant, model: PlantModel) -> float:
    """
    Return half of what the water of a hole gains on its way, by its heat per metre and length.

    Parameters
    ----------
    plant : Plant
        Its holes share the flow evenly.
    model : PlantModel
        Its pumps and fluid.

    Returns
    -------
    float
        What stands between the water that is common to all holes, the inlet, and the mean in
        each. [K W-1]
    """
    field, _ = bored(plant)
    flow = design_flow(plant, model.system.source_pumps) / field.count
    return 1.0 / (2.0 * model.system.source_heat_capacity * flow)


def resistances(plant: Plant, model: PlantModel, holes: FieldHoles) -> Floats:
    """
    Return R_b* of every hole at design flow.

    Parameters
    ----------
    plant : Plant
        Its pipes and fluid.
    model : PlantModel
        As drawn: R_b* of a drawn hole.
    holes : FieldHoles
        As found.

    Returns
    -------
    array, shape (n,)
        The drawn one's, in the ratio of what the multipole method says of both. [m K W-1]
    """
    field, _ = bored(plant)
    flow = design_flow(plant, model.system.source_pumps) * field.in_series / field.count
    mean = float(drawn_holes(field).lengths.mean())
    base = np.array([mean, field.diameter, field.grout_conductivity])
    step = np.array([LENGTH_STEP, DIAMETER_STEP, GROUT_STEP])
    told = np.stack([holes.lengths, holes.diameters, holes.grout], axis=1)
    kinds, which = np.unique(np.round((told - base) / step), axis=0, return_inverse=True)
    whole = _law(plant, flow, base)
    each = np.array([_law(plant, flow, base + step * kind) for kind in kinds])
    return np.asarray(model.field.resistance * each[which.ravel()] / whole)


def _law(plant: Plant, flow: float, parts: Floats) -> float:
    """R_b* of a hole of a plant with a length, diameter and grout of its own. [m K W-1]"""
    field, ground = bored(plant)
    length, diameter, grout = parts.tolist()
    hole = replace(hole_of(field), length=length, grout_conductivity=max(grout, GROUT_STEP))
    hole = replace(hole, radius=max(diameter / 2, _narrowest(hole)))
    if hole.layout != "coaxial":
        hole = replace(hole, shank=default_shank(hole.radius, hole.pipe_outer))
    carrier = (plant.source.fluid, plant.source.fluid_mass_fraction)
    warm = max(ground.undisturbed_temperature, _WARM)
    return _resistance(hole, ground.conductivity, flow, (*carrier, warm))


_WARM = 5.0
"""Fluid of a design is looked at from this on, as when it is assembled. [°C]"""


def _narrowest(hole: Borehole) -> float:
    """Radius of the narrowest hole that the pipes fit into. [m]"""
    if hole.layout == "coaxial":
        return hole.pipe_outer
    return float((1.0 + np.sqrt(2.0)) * hole.pipe_outer + CLEAR)


@lru_cache(maxsize=2048)
def _resistance(
    hole: Borehole, conductivity: float, flow: float, carrier: tuple[str, float, float]
) -> float:
    return borehole_resistance(
        hole,
        ground_conductivity=conductivity,
        flow_rate=flow,
        fluid=fluid_properties(*carrier),
    )
