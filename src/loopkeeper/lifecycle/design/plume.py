"""What moving groundwater carries out of a borehole field, and how far it is felt."""

import numpy as np

from loopkeeper.lifecycle.design.horizon import Horizon
from loopkeeper.measure.series import Floats
from loopkeeper.physics.moving_water import Stream, downstream, response_upon
from loopkeeper.plant.model import GroundModel
from loopkeeper.plant.verdict import Verdict
from loopkeeper.units import DAY, HOUR

DISTANCES = (10.0, 100.0)
"""Where the change of the ground is told, downstream of the last hole. [m]"""
_MONTHS = 12


def plume_change(ground: GroundModel, run: Horizon, distance: float) -> Floats:
    """
    Return how a design changes the ground downstream of its field, month by month.

    Parameters
    ----------
    ground : GroundModel
        A borehole field in moving groundwater.
    run : Horizon
        Its design year over decades; the last one counts for all.
    distance : float
        Downstream of the last hole, in the middle of the plume. [m]

    Returns
    -------
    array, shape (12 years,)
        Mean over the depth of the holes at the end of each month; colder is negative. [K]
    """
    stream = Stream.of(
        ground.field.groundwater,
        conductivity=ground.conductivity,
        heat_capacity=ground.heat_capacity,
    )
    geometry = ground.field.geometry
    rate = run.last["ground_heat_rate"] / (geometry.total_length * ground.length_factor)
    month = np.array([part.mean() for part in np.array_split(rate, _MONTHS)])
    length = len(rate) * HOUR / _MONTHS
    end = np.arange(1, _MONTHS * run.years + 1, dtype=np.float64) * length
    place = downstream(geometry, stream, distance)
    drop = response_upon(place, geometry, stream, time=end)
    steps = np.diff(np.tile(month, run.years), prepend=0.0)
    change = np.convolve(steps, drop)[: len(end)]
    return np.asarray(-change / (2 * np.pi * ground.conductivity))


def plume_verdicts(ground: GroundModel, run: Horizon) -> list[Verdict]:
    """
    Tell how far a field in moving groundwater is felt; nothing where the water rests.

    Parameters
    ----------
    ground : GroundModel
        The field.
    run : Horizon
        Its design over decades.

    Returns
    -------
    list of Verdict
        Range and mean of the last year at two distances, and the drift of the source.
    """
    flux = ground.field.groundwater[0]
    if flux <= 0:
        return []
    figures: dict[str, object] = {
        "flux": f"{flux * DAY:g}",
        "years": run.years,
        "drift": f"{run.drift:+z.2f}",
        "late": f"{run.late_drift:+z.3f}",
    }
    for name, distance in zip(("near", "far"), DISTANCES, strict=True):
        last = plume_change(ground, run, distance)[-_MONTHS:]
        figures[name] = f"{distance:g}"
        figures[f"{name}_low"], figures[f"{name}_high"] = (
            f"{last.min():+z.2f}",
            f"{last.max():+z.2f}",
        )
        figures[f"{name}_mean"] = f"{last.mean():+z.2f}"
    return [Verdict("design.plume", figures)]
