r"""
Fields beside a field: constant heat drawn there cools the ground here, a little more every year.

The ground is linear, so what neighbours do is added to what the field does itself:

.. math::
    \Delta T(t) = \sum_n \frac{q'_n}{2 \pi k}\,\bigl(h_n(t + t_n) - h_n(t_n)\bigr)

with the age t_n of a neighbour when the field starts; its past is left out of the second term
where the temperature that is stated was measured beside it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from loopkeeper.physics.gfunction import FieldGeometry
from loopkeeper.physics.ground import LONGEST_TIME, ModalGround
from loopkeeper.physics.modes import signed_modes
from loopkeeper.physics.moving_water import Stream, response_upon
from loopkeeper.units import DAY

Floats = NDArray[np.float64]

FIRST = 30 * DAY
"""Earlier than this no neighbour is felt. [s]"""
COUNT = 24
"""Modes of what is still to come. [-]"""


@dataclass(frozen=True)
class Neighbour:
    """
    A borehole field beside the own one.

    ``heat`` drawn from the ground, mean over the year, negative when put in [W]; ``age`` of it
    when the own field starts, negative when it comes later [s]; ``seen`` when the temperature
    stated for the ground was measured beside it, so that its past is in it.
    """

    geometry: FieldGeometry
    heat: float
    age: float = 0.0
    seen: bool = False


@dataclass(frozen=True)
class Surroundings:
    """
    A field and the ground that it shares with its neighbours.

    ``conductivity`` [W m-1 K-1], ``heat_capacity`` [J m-3 K-1], ``groundwater`` Darcy flux
    [m s-1] and where it heads, from the x axis [rad].
    """

    geometry: FieldGeometry
    conductivity: float
    heat_capacity: float
    groundwater: tuple[float, float] = (0.0, 0.0)


def neighbours_drop(here: Surroundings, neighbours: Sequence[Neighbour], time: Floats) -> Floats:
    """
    Return by how much neighbours have cooled the walls of a field.

    Parameters
    ----------
    here : Surroundings
        The own field.
    neighbours : sequence of Neighbour
        What stands beside it.
    time : array, shape (n,)
        Since the own field started, ascending. [s]

    Returns
    -------
    array, shape (n,)
        Mean over its holes, against the temperature that is stated; negative when warmed. [K]

    Raises
    ------
    OutOfRangeError
        When holes of two fields stand within one another.

    Notes
    -----
    Every neighbour draws the same all year: its seasons die out within about ten metres. The
    heat of each of its holes is the same per metre. Neighbours do not answer to one another.
    Validated in tests/validation/test_neighbours.py.
    """
    stream = Stream.of(
        here.groundwater, conductivity=here.conductivity, heat_capacity=here.heat_capacity
    )
    total = np.zeros(len(time))
    for one in neighbours:
        rate = one.heat / one.geometry.total_length
        ages = np.maximum(np.append(time, 0.0) + one.age, 1.0)
        order, place = np.unique(ages, return_inverse=True)
        felt = response_upon(here.geometry, one.geometry, stream, time=order)[place]
        since = felt[:-1] - (felt[-1] if one.seen else 0.0)
        total += rate / (2 * np.pi * here.conductivity) * since
    return total


def beside(modal: ModalGround, here: Surroundings, neighbours: Sequence[Neighbour]) -> ModalGround:
    """
    Return a field's modal ground with what its neighbours still do to it.

    Parameters
    ----------
    modal : ModalGround
        The field alone.
    here : Surroundings
        The same.
    neighbours : sequence of Neighbour
        What stands beside it.

    Returns
    -------
    ModalGround
        With modes that no heat of its own drives: they end where the neighbours leave the ground.
    """
    if not neighbours:
        return modal
    time = np.concatenate([[0.0], np.geomspace(FIRST, LONGEST_TIME, 100)])
    drop = neighbours_drop(here, neighbours, time)
    taus, weights, _ = signed_modes(time, drop - drop[0], (FIRST, 1.5 * LONGEST_TIME, COUNT))
    return replace(
        modal,
        time_constants=np.concatenate([modal.time_constants, taus]),
        coefficients=np.concatenate([modal.coefficients, np.zeros(COUNT)]),
        initial=np.concatenate([np.zeros(modal.count), -weights]),
        settled=float(drop[0] + weights.sum()),
    )
