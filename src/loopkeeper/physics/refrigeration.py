r"""
Machines from their refrigerant: where neither map nor rating at other conditions is known.

One-stage vapour compression with real-fluid properties; the maps of other kinds of machines
follow.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from loopkeeper.errors import OutOfRangeError
from loopkeeper.physics.coolprop import props_si
from loopkeeper.physics.heat_pump import PerformanceMap
from loopkeeper.units import ZERO_CELSIUS

SUPERHEAT: Final = 5.0
"""Of the gas the compressor takes. [K]"""
BELOW_CRITICAL: Final = 4.0
"""Condensing is held this far below the critical temperature. [K]"""
SUBCOOLING: Final = 3.0
"""Of the liquid before the valve. [K]"""


@dataclass(frozen=True, slots=True)
class Compressor:
    """
    A compressor in its refrigerant.

    ``refrigerant`` by CoolProp's name; ``isentropic`` and ``motor`` efficiency [-]; ``swept``
    volume per time [m3 s-1]; ``clearance`` loss of volumetric efficiency per pressure ratio [-].
    """

    refrigerant: str
    swept: float
    isentropic: float = 0.70
    motor: float = 0.92
    clearance: float = 0.03


def cycle(
    compressor: Compressor, evaporating: float, condensing: float
) -> tuple[float, float, float]:
    """
    Return what a compressor does between two saturation temperatures.

    Parameters
    ----------
    compressor : Compressor
        The compressor.
    evaporating, condensing : float
        [°C]

    Returns
    -------
    cold, heat, electricity : float
        [W], [W], [W]; heat is cold plus what the motor puts into the refrigerant.

    Raises
    ------
    OutOfRangeError
        When the refrigerant is unknown or the temperatures leave its range.
    """
    r = compressor.refrigerant
    try:
        low = props_si("P", "T", evaporating + ZERO_CELSIUS, "Q", 1, r)
        high = props_si("P", "T", condensing + ZERO_CELSIUS, "Q", 0, r)
        suction = evaporating + SUPERHEAT + ZERO_CELSIUS
        h1, s1, rho = (props_si(key, "T", suction, "P", low, r) for key in ("H", "S", "D"))
        ideal = props_si("H", "S", s1, "P", high, r)
        liquid = props_si("H", "T", condensing - SUBCOOLING + ZERO_CELSIUS, "P", high, r)
    except ValueError as error:
        raise OutOfRangeError(
            f"{r} between {evaporating:.1f} and {condensing:.1f} °C: outside its properties"
        ) from error
    if high <= low:
        raise OutOfRangeError(
            f"condensing {condensing:.1f} °C must lie above evaporating {evaporating:.1f} °C"
        )
    filling = max(1.0 - compressor.clearance * (high / low - 1.0), 0.1)
    mass = rho * compressor.swept * filling
    work = mass * (ideal - h1) / compressor.isentropic
    cold = mass * (h1 - liquid)
    return float(cold), float(cold + work), float(work / compressor.motor)


@dataclass(frozen=True, slots=True)
class Approach:
    """How far saturation lies from the leaving fluid: source and load side. [K]"""

    source: float = 3.0
    load: float = 3.0


WATER_TO_WATER: Final = Approach()
WATER_TO_AIR: Final = Approach(load=14.0)
"""Air coils need about 14 K at the supply air temperature. [K]"""


@dataclass(frozen=True, slots=True)
class Rating:
    """
    One rating point.

    ``capacity`` [W] and ``efficiency`` (COP or EER) [-] with water entering on the source side at
    ``source_inlet`` and water, or supply air, leaving at ``load_outlet`` [°C].
    """

    heating: bool
    capacity: float
    efficiency: float
    source_inlet: float
    load_outlet: float


def cycle_map(
    rating: Rating,
    *,
    refrigerant: str = "R410A",
    approach: Approach = WATER_TO_WATER,
    spread: float = 5.0,
) -> PerformanceMap:
    """
    Return a performance map from the refrigerant's cycle through one rating point.

    Parameters
    ----------
    rating : Rating
        What the nameplate says.
    refrigerant : str
        CoolProp's name.
    approach : Approach
        Exchangers; :data:`WATER_TO_AIR` for air coils.
    spread : float
        Rated temperature change of the source water. [K]

    Returns
    -------
    PerformanceMap
        From −10 to 30 °C (heating) or 5 to 45 °C (cooling) source water.

    Raises
    ------
    OutOfRangeError
        When the refrigerant is unknown, or the efficiency exceeds what its cycle can reach at
        isentropic compression.

    Notes
    -----
    Swept volume and a constant efficiency factor are fitted to the rating. Compared with
    :func:`loopkeeper.physics.heat_pump.rated_map` it bends with the refrigerant, which matters
    for low source temperatures (types II and III) and high supply temperatures.
    """
    sources = np.linspace(-10.0, 30.0, 9) if rating.heating else np.linspace(5.0, 45.0, 9)
    loads = (
        np.linspace(rating.load_outlet - 15, rating.load_outlet + 15, 7)
        if rating.heating
        else np.linspace(rating.load_outlet - 3, rating.load_outlet + 12, 6)
    )
    part = np.array([0.25, 0.5, 0.75, 1.0])
    unit = Compressor(refrigerant, 1e-3)
    hottest = _critical(refrigerant) - BELOW_CRITICAL

    def saturation(source: float, load: float) -> tuple[float, float]:
        if rating.heating:
            return source - spread - approach.source, min(load + approach.load, hottest)
        return load - approach.load, max(source + spread + approach.source, load + 10.0)

    cold, heat, electricity = cycle(unit, *saturation(rating.source_inlet, rating.load_outlet))
    useful = heat if rating.heating else cold
    share = rating.efficiency / (useful / electricity)
    if not 0.0 < share <= 1.0 / (unit.isentropic * unit.motor):
        raise OutOfRangeError(
            f"rated efficiency {rating.efficiency:.2f} is {share:.0%} of the {refrigerant} cycle "
            f"at {unit.isentropic:.0%} isentropic efficiency; more than an ideal compressor"
        )
    grid = np.array(
        [[cycle(unit, *saturation(float(s), float(w))) for w in loads] for s in sources]
    )
    produced = grid[..., 1] if rating.heating else grid[..., 0]
    full = rating.capacity * produced / useful
    power = full / (share * produced / grid[..., 2])
    return PerformanceMap(sources, loads, part, full, power[..., None] * part)


def _critical(refrigerant: str) -> float:
    """Critical temperature. [°C]"""
    try:
        return props_si("Tcrit", refrigerant) - ZERO_CELSIUS
    except ValueError as error:
        raise OutOfRangeError(
            f"refrigerant {refrigerant!r} is unknown; expected a number such as R410A or R134a"
        ) from error
