"""The design year as the simulation takes it."""

import numpy as np

from loopkeeper.measure.operation import allowed_heat, in_season
from loopkeeper.measure.recharge_year import Shown, design_recharge
from loopkeeper.measure.series import LoadYear
from loopkeeper.physics.system import BoundaryConditions, Load
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.surface import natural_course


def design_case(
    plant: Plant, design: LoadYear, shown: Shown | None = None
) -> tuple[Load, BoundaryConditions]:
    """
    Return load and boundary of the design year.

    Parameters
    ----------
    plant : Plant
        Its recharge, and its body of water or horizontal loop.
    design : LoadYear
        Heat, cold and hot water by the hour; hot water counts as heat.
    shown : tuple of arrays, optional
        Hours of a record and the recharge measured in them: they tell when the design's happens.

    Returns
    -------
    Load
        [W]
    BoundaryConditions
        Outdoor temperature, zero where the design gives none, and open water with its limits or
        the ground near its surface.
    """
    heating = design.heating + design.hot_water
    outdoor = design.outdoor_temperature
    air = np.zeros(len(design.time)) if outdoor is None else outdoor
    enabled = in_season(design.time, plant) | ((heating + design.cooling) > 0)
    load = Load(heating, design.cooling, design_recharge(plant, design, shown))
    water = natural_course(plant, design.time)
    if water is None:
        return load, BoundaryConditions(air, enabled)
    limit = allowed_heat(plant, design.time, water, design.cooling)
    return load, BoundaryConditions(air, enabled, water, limit)
