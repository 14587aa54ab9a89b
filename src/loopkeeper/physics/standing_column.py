"""Standing column wells with bleed: part of the water is discharged, fresh water follows."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import erf, exp1

from loopkeeper.errors import OutOfRangeError
from loopkeeper.physics.ground import CYCLE_TIME, LONGEST_TIME, ModalGround
from loopkeeper.physics.hole_resistance import NO_CHANGE
from loopkeeper.physics.modes import fit_modes
from loopkeeper.units import HOUR, YEAR

Floats = NDArray[np.float64]

STEADY: Final = 10 * YEAR
"""Bled wells are at rest by then; the response is held from there on. [s]"""
FIRST, TIMES = 60.0, 160
"""First time of a response [s] and how many it is fitted at [-]; within an hour it is a line's."""


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
    time = 3600.0 * np.arange(1, hours + 1, dtype=np.float64)
    line = _line(well, (conductivity, heat_capacity), time)
    swept = (bled * time / (np.pi * well.length * well.radius**2)) ** e4
    damping = e1 * (1 - e2 * well.bleed) * (1 + erf(np.sqrt(peclet) / e3 * (1 - swept) / swept))
    increments = np.diff(line, prepend=0.0)
    size = 2 * hours
    spectrum = np.fft.rfft(increments, size) * np.fft.rfft(damping, size)
    return np.asarray(np.fft.irfft(spectrum, size)[:hours])


def _line(well: StandingColumn, rock: tuple[float, float], time: Floats) -> Floats:
    """Infinite line source at the wall of a well. [m K W-1]"""
    conductivity, heat_capacity = rock
    early = well.radius**2 * heat_capacity / (4 * conductivity * time)
    return np.asarray(exp1(early) / (4 * np.pi * conductivity))


def column_ground(
    well: StandingColumn, count: int, rock: tuple[float, float], temperature: float
) -> ModalGround:
    """
    Return equal standing column wells in modal form.

    Parameters
    ----------
    well : StandingColumn
        One of them.
    count : int
        How many, too far apart to feel each other. [-]
    rock : tuple of (float, float)
        Conductivity [W m-1 K-1] and heat capacity [J m-3 K-1].
    temperature : float
        Undisturbed rock and water. [°C]

    Returns
    -------
    ModalGround
        The mean of water taken and returned is the wall's: films in such a column cost less than
        0.01 m K/W.

    Raises
    ------
    OutOfRangeError
        As :func:`standing_column_response`.

    Notes
    -----
    The response is known by the hour and for water that is bled all the time: a well at rest is
    taken to recover as fast as one that runs. Validated in
    tests/validation/test_sources_by_dossier.py
    against the heat balance of the water bled.
    """
    conductivity, heat_capacity = rock
    hours = round(STEADY / HOUR)
    by_hour = standing_column_response(
        well, conductivity=conductivity, heat_capacity=heat_capacity, hours=hours
    )
    time = np.geomspace(FIRST, LONGEST_TIME, TIMES)
    early = _line(well, rock, np.minimum(time, HOUR)) / _line(well, rock, np.array([HOUR]))
    response = early * np.interp(time, HOUR * np.arange(1, hours + 1), by_hour)
    constants, coefficients = fit_modes(time, np.maximum.accumulate(response))
    return ModalGround(
        undisturbed_temperature=temperature,
        time_constants=constants,
        coefficients=coefficients,
        total_length=count * well.length,
        cycling_resistance=float(np.interp(CYCLE_TIME, time, response)),
        by_flow=NO_CHANGE,
    )
