"""What controls ask for: supply after weather reset, and what a drive moves and draws."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from loopkeeper.physics.compiled import compiled
from loopkeeper.physics.pump import DriveLaw

Floats = NDArray[np.float64]


class ResetLine(NamedTuple):
    """
    Supply by outdoor temperature.

    ``full`` supply [°C], moved by ``gain`` per kelvin [K/K] beyond the outdoor ``begin`` [°C], not
    past ``limit`` [°C]. Heating falls as it gets warmer, cooling rises as it gets colder.
    """

    full: float
    gain: float
    begin: float
    limit: float


@compiled
def heating_supply(line: ResetLine, outdoor: float) -> float:
    """Return the heating set-point. [°C]"""
    if line.gain <= 0.0:
        return line.full
    fall = line.gain * max(0.0, outdoor - line.begin)
    return max(min(line.full, line.limit), line.full - fall)


@compiled
def cooling_supply(line: ResetLine, outdoor: float) -> float:
    """Return the cooling set-point. [°C]"""
    if line.gain <= 0.0:
        return line.full
    rise = line.gain * max(0.0, line.begin - outdoor)
    return min(max(line.full, line.limit), line.full + rise)


@compiled
def moved_share(base: float, slope: float, least: float, needed: float) -> float:
    """Return the flow that a drive moves for the flow that is needed, of all pumps' flow. [-]"""
    return min(1.0, max(least, base + slope * needed))


@compiled
def drawn_share(static: float, moved: float) -> float:
    """Return the electricity of pumps for the flow they move, of that at full flow. [-]"""
    return moved * (static + (1.0 - static) * moved**2)


def supplies(heating: ResetLine, cooling: ResetLine, outdoor: Floats) -> tuple[Floats, Floats]:
    """
    Return set-points of many hours.

    Parameters
    ----------
    heating, cooling : ResetLine
        The lines.
    outdoor : array, shape (n,)
        Outdoor temperature. [°C]

    Returns
    -------
    hot, cold : arrays, shape (n,)
        NaN where a line asks for the outdoor temperature and it is not known. [°C]
    """
    hot, cold = np.empty(len(outdoor)), np.empty(len(outdoor))
    _supplies(heating, cooling, outdoor, hot, cold)
    for line, asked in ((heating, hot), (cooling, cold)):
        if line.gain > 0.0:
            asked[np.isnan(outdoor)] = np.nan
    return hot, cold


@compiled
def _supplies(
    heating: ResetLine, cooling: ResetLine, outdoor: Floats, hot: Floats, cold: Floats
) -> None:
    for k in range(outdoor.size):
        hot[k] = heating_supply(heating, outdoor[k])
        cold[k] = cooling_supply(cooling, outdoor[k])


def driven(law: DriveLaw, least: Floats, needed: Floats) -> tuple[Floats, Floats]:
    """
    Return what a drive moves and draws, of flow and electricity of all pumps at full speed.

    Parameters
    ----------
    law : DriveLaw
        The law it follows.
    least, needed : array, shape (n,)
        Flow at lowest speed, flow that the load needs. [-]

    Returns
    -------
    moved, drawn : array, shape (n,)
        Shares. [-]
    """
    moved, drawn = np.empty(len(needed)), np.empty(len(needed))
    _driven(law.base_flow, law.slope, law.static, (least, needed), (moved, drawn))
    return moved, drawn


@compiled
def _driven(
    base: float,
    slope: float,
    static: float,
    asked: tuple[Floats, Floats],
    found: tuple[Floats, Floats],
) -> None:
    least, needed = asked
    moved, drawn = found
    for k in range(needed.size):
        moved[k] = moved_share(base, slope, least[k], needed[k])
        drawn[k] = drawn_share(static, moved[k])
