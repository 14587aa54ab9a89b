"""Standing column wells with bleed: part of the water is discharged, fresh water follows."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import erf, exp1

from loopkeeper.errors import OutOfRangeError
from loopkeeper.physics.fluid import WATER

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class StandingColumn:
    """
    A standing column well with bleed.

    ``length`` H [m], ``radius`` [m], ``flow`` V̇ [m3 s-1], ``bleed`` share β of it discharged [-].
    """

    length: float
    radius: float
    flow: float
    bleed: float

    def __post_init__(self) -> None:
        """Keep to the range the published fit covers."""
        for name, value, low, high in (
            ("length", self.length, 100.0, 500.0),
            ("radius", self.radius, 0.076, 0.102),
            ("flow", self.flow, 54e-3 / 60, 600e-3 / 60),
            ("bleed", self.bleed, 0.0096, 1.0),
        ):
            if not low * 0.999 <= value <= high * 1.001:
                raise OutOfRangeError(
                    f"standing column well: {name} = {value:g}, allowed {low:g} … {high:g}"
                )


_FIT: Final = (
    (-0.4478, 0.7110, 1.0011),
    (0.1288, -0.7595, 0.7339),
    (0.6458, 0.7838, 0.2383),
    (0.1483, 0.5114, -0.0100),
)


def standing_column_response(
    well: StandingColumn, *, conductivity: float, heat_capacity: float, hours: int
) -> Floats:
    r"""
    Return the drop of the wall temperature of a standing column well under unit extraction.

    Parameters
    ----------
    well : StandingColumn
        The well.
    conductivity : float
        Of the rock. [W m-1 K-1]
    heat_capacity : float
        Of the rock. [J m-3 K-1]
    hours : int
        Length of the response. [h]

    Returns
    -------
    array, shape (hours,)
        After 1, 2, … hours. [m K W-1]

    Raises
    ------
    OutOfRangeError
        When the bleed's Péclet number leaves 0.05 … 1, conductivity 1 … 5 or heat capacity
        2.1 … 2.6 MJ/(m³ K).

    Notes
    -----
    Infinite line source damped by the bleed (Nguyen, Jacques and Pasquier 2025): the step
    response's increments are weighted by an error function of the volume bled.
    """
    bled = well.bleed * well.flow
    peclet = bled / (2 * np.pi * well.length) * heat_capacity / conductivity
    for name, value, low, high in (
        ("Péclet number", peclet, 0.05, 1.0),
        ("conductivity", conductivity, 1.0, 5.0),
        ("heat capacity", heat_capacity, 2.1e6, 2.6e6),
    ):
        if not low <= value <= high:
            raise OutOfRangeError(
                f"standing column well: {name} = {value:.3g}, allowed {low:g} … {high:g}"
            )
    e1, e2, e3, e4 = (a * peclet**b + c for a, b, c in _FIT)
    time = 3600.0 * np.arange(1, hours + 1)
    line = exp1(well.radius**2 * heat_capacity / (4 * conductivity * time)) / (
        4 * np.pi * conductivity
    )
    swept = (bled * time / (np.pi * well.length * well.radius**2)) ** e4
    damping = e1 * (1 - e2 * well.bleed) * (1 + erf(np.sqrt(peclet) / e3 * (1 - swept) / swept))
    increments = np.diff(line, prepend=0.0)
    size = 2 * hours
    spectrum = np.fft.rfft(increments, size) * np.fft.rfft(damping, size)
    return np.asarray(np.fft.irfft(spectrum, size)[:hours])


def bleed_limit(load: float, *, well: StandingColumn) -> float:
    """
    Return how far the entering water of a bled well finally lies from the undisturbed ground.

    Parameters
    ----------
    load : float
        Heat drawn. [W]
    well : StandingColumn
        The well.

    Returns
    -------
    float
        Q (1−β)/(C_w β V̇): the energy balance of the discharged water. [K]
    """
    return load * (1 - well.bleed) / (WATER * well.bleed * well.flow)
