"""From trenches and standing columns on paper to the ground that a simulation takes."""

import numpy as np
from numpy.typing import NDArray

from loopkeeper.errors import InconsistentPlantError, OutOfRangeError
from loopkeeper.physics.ground import ModalGround
from loopkeeper.physics.horizontal import (
    Trench,
    Tube,
    coil_as_trench,
    surface_wave,
    trench_ground,
    tube_table,
)
from loopkeeper.physics.standing_column import StandingColumn, column_ground
from loopkeeper.plant.kinds import Section
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.season import coldest_day
from loopkeeper.plant.source import Ground, HorizontalLoop, LoopForm
from loopkeeper.plant.verdict import Verdict

Floats = NDArray[np.float64]
Times = NDArray[np.datetime64]


def trench_of(loop: HorizontalLoop) -> tuple[Trench, Tube]:
    """
    Return the pipes of a horizontal loop, and what stands between them and their water.

    Parameters
    ----------
    loop : HorizontalLoop
        As drawn; each straight pipe, or each coil, is a circuit where it is not said.

    Returns
    -------
    Trench
        Straight pipes; those that stand for a coil.
    Tube
        The pipe, with its metres per metre of these.

    Raises
    ------
    OutOfRangeError
        When pipes lie in one another or above ground.
    """
    radius = loop.pipe_outer / 2
    own, per_metre, each = Trench(loop.depth, loop.pipe_spacing, loop.pipes, radius), 1.0, 1
    if loop.form is LoopForm.SLINKY:
        own, per_metre = coil_as_trench(
            diameter=loop.coil_diameter,
            pitch=loop.coil_pitch,
            depth=loop.depth,
            pipe_radius=radius,
        )
    else:
        each = loop.pipes
    trench = Trench(
        own.depth, own.spacing, own.pipes, own.radius, loop.trenches, loop.trench_spacing
    )
    circuits = loop.circuits or each * loop.trenches
    return trench, Tube(radius, loop.pipe_inner / 2, circuits, per_metre)


def horizontal_ground(plant: Plant, flow: Floats) -> tuple[ModalGround, tuple[Verdict, ...]]:
    """
    Return a plant's trenches or flat coils as one modal source.

    Parameters
    ----------
    plant : Plant
        With a horizontal loop and its ground.
    flow : array, shape (n,)
        Flows at which the pipes' resistance stands. [m3 s-1]

    Returns
    -------
    ModalGround
        All pipes together.
    verdicts : tuple of Verdict
        What stands in for coils.

    Raises
    ------
    InconsistentPlantError
        When loop or ground are missing or impossible.
    """
    loop, ground = plant.source.horizontal, plant.source.ground
    if loop is None or ground is None:
        raise InconsistentPlantError(
            f"plant {plant.site.id}: a horizontal loop needs [source.horizontal_loop] and "
            "[source.ground]"
        )
    try:
        trench, tube = trench_of(loop)
    except OutOfRangeError as error:
        raise InconsistentPlantError(f"plant {plant.site.id}: {error}") from error
    modal = trench_ground(
        trench,
        conductivity=ground.conductivity,
        heat_capacity=ground.heat_capacity,
        temperature=ground.undisturbed_temperature,
        length=loop.length,
        by_flow=tube_table(tube, flow, (plant.source.fluid, plant.source.fluid_mass_fraction)),
    )
    coils = loop.form is LoopForm.SLINKY
    return modal, (Verdict("plant.loop.coils", {"pipes": trench.pipes}),) if coils else ()


def shallow_course(plant: Plant, time: Times) -> Floats | None:
    """
    Return the temperature that the ground of a horizontal loop has on its own.

    Parameters
    ----------
    plant : Plant
        Its ground, the swing of its surface, and the day it is coldest: half a year later south
        of the equator where it is not said.
    time : array of datetime64, shape (n,)
        Instants.

    Returns
    -------
    array, shape (n,), or None
        At the depth of the pipes [°C]; None of any other source.
    """
    source = plant.source
    if source.traits.section is not Section.HORIZONTAL_LOOP:
        return None
    loop, ground = source.horizontal, source.ground
    if loop is None or ground is None:
        return None
    stated = loop.coldest_day
    return surface_wave(
        np.array(loop.depth),
        (time - time.astype("datetime64[Y]")) / np.timedelta64(1, "D"),
        mean=ground.undisturbed_temperature,
        swing=loop.surface_swing,
        coldest=coldest_day(plant.site) if stated is None else stated,
        diffusivity=ground.conductivity / ground.heat_capacity,
    )


def standing_column_ground(plant: Plant) -> tuple[ModalGround, tuple[Verdict, ...]]:
    """
    Return a plant's standing column wells as one modal source.

    Parameters
    ----------
    plant : Plant
        With equal standing column wells and their rock.

    Returns
    -------
    ModalGround
        All wells together, too far apart to feel each other.
    verdicts : tuple of Verdict
        What the response takes for granted.

    Raises
    ------
    InconsistentPlantError
        When wells or ground are missing, or leave the range that the response is known in.
    """
    wells, ground = plant.source.standing_columns, plant.source.ground
    if wells is None or ground is None:
        raise InconsistentPlantError(
            f"plant {plant.site.id}: standing columns need [source.standing_column] and "
            "[source.ground]"
        )
    try:
        column = StandingColumn(wells.length, wells.diameter / 2, wells.flow, wells.bleed)
        modal = column_ground(column, wells.count, _rock(ground), ground.undisturbed_temperature)
    except OutOfRangeError as error:
        raise InconsistentPlantError(f"plant {plant.site.id}: {error}") from error
    figures = {"percent": f"{100 * wells.bleed:g}"}
    return modal, (Verdict("plant.column.runs_on", figures),)


def _rock(ground: Ground) -> tuple[float, float]:
    return ground.conductivity, ground.heat_capacity
