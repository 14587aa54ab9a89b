"""The first day of a plant: a handful of facts, and usual values for the rest."""

from dataclasses import dataclass
from math import ceil, sqrt

from loopkeeper.lifecycle.design.uses import Served, Use
from loopkeeper.physics.fluid import WATER
from loopkeeper.plant.kinds import Section, traits_of
from loopkeeper.plant.site import SourceKind
from loopkeeper.units import HOUR

COP, EER = 4.5, 5.0
"""Of a machine of today at its rating point (A). [-]"""
COLDEST, WARMER, SUN = 30.0, 8.0, 800.0
"""Air below rooms in winter and above them in summer [K], sun on the horizontal [W m-2] (A)."""
SPREAD = 5.0
"""Usual temperature difference of the source water. [K]"""
WELL_FLOW = 100.0
"""What a well gives, to begin with (A). [m3 h-1]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """
    What is known of a plant on the first day.

    ``area`` [m2], ``heating`` and ``cooling`` of the machines [kW], ``flow`` of the source water
    [m3 h-1], ``count`` of holes or wells, their ``length`` [m], ``ground`` temperature [°C].
    """

    id: str
    name: str
    timezone: str
    latitude: float
    longitude: float
    use: str
    area: float
    source: SourceKind
    heating: float
    cooling: float
    ground: float
    count: int
    length: float

    @property
    def flow(self) -> float:
        """Water that carries what machines draw from or put into the source. [m3 h-1]"""
        carried = max(_drawn(self.heating), _put_in(self.cooling))
        return float(f"{1000 * carried / (WATER * SPREAD) * HOUR:.2g}")


def usual_capacity(use: Use, area: float) -> tuple[float, float]:
    """
    Return the heat and cold that a use of a size usually asks for at its peak.

    Parameters
    ----------
    use : Use
        Of the building.
    area : float
        Heated and cooled. [m2]

    Returns
    -------
    heating, cooling : float
        Rounded up to whole tens. [kW]
    """
    heating = 0.0 if use.heats is Served.NEVER else use.loss * COLDEST + use.hot_water
    cooling = 0.0 if use.cools is Served.NEVER else use.gains + SUN * use.solar + use.loss * WARMER
    return _tens(heating * area / 1000), _tens(cooling * area / 1000)


def usual_count(source: SourceKind, heating: float, cooling: float, length: float) -> int:
    """
    Return how many holes, in a whole rectangle, trenches or wells, to begin with.

    Parameters
    ----------
    source : SourceKind
        What the plant stands on.
    heating, cooling : float
        Of the machines. [kW]
    length : float
        Of a hole, trench or column. [m]
    """
    drawn, put_in = 1000 * _drawn(heating), 1000 * _put_in(cooling)
    traits = traits_of(source)
    if traits.drawn is None or traits.put_in is None:
        return max(1, ceil(max(drawn, put_in) / (WATER * SPREAD) * HOUR / WELL_FLOW))
    least = max(1, ceil(max(drawn / traits.drawn, put_in / traits.put_in) / length))
    if traits.section is not Section.BOREHOLE_FIELD:
        return least
    side = ceil(sqrt(least))
    return side * ceil(least / side)


def _drawn(heating: float) -> float:
    return heating * (1 - 1 / COP)


def _put_in(cooling: float) -> float:
    return cooling * (1 + 1 / EER)


def _tens(power: float) -> float:
    return 10.0 * ceil(power / 10)
