"""Heat pump units: performance maps, a parametric map from a rating point, part load."""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import RegularGridInterpolator

from loopkeeper.errors import InputError, OutOfRangeError
from loopkeeper.units import ZERO_CELSIUS

BEST = 0.85
"""Share of Carnot's efficiency that no machine reaches. [-]"""

Floats = NDArray[np.float64]

CONDENSER_APPROACH = 3.0
"""Condensing above leaving water, rated. [K]"""
EVAPORATOR_APPROACH = 3.0
"""Evaporating below leaving water, rated. [K]"""
RATED_SPREAD = 5.0
"""Temperature change of the source water at rated flow (GB/T 19409: 0.215 m³/(h·kW)). [K]"""
CYCLING_LOSS = 0.10
"""Loss of efficiency when a machine runs an infinitely small share of the time (C_d). [-]"""


@dataclass(frozen=True)
class PerformanceMap:
    """
    Steady performance of one mode on a regular grid.

    Axes: ``source_inlet`` [°C] shape (i,), ``load_outlet`` [°C] shape (j,), ``part_load`` [-]
    shape (k,), each ascending. ``capacity`` at full load [W] shape (i, j); ``electricity`` at the
    share ``part_load`` of that capacity [W] shape (i, j, k).
    """

    source_inlet: Floats
    load_outlet: Floats
    part_load: Floats
    capacity: Floats
    electricity: Floats

    def __post_init__(self) -> None:
        """Refuse a map that is not a grid or not positive."""
        shape = (len(self.source_inlet), len(self.load_outlet), len(self.part_load))
        if self.capacity.shape != shape[:2] or self.electricity.shape != shape:
            raise InputError(f"performance map is not a grid of {shape}")
        for axis in (self.source_inlet, self.load_outlet, self.part_load):
            if np.any(np.diff(axis) <= 0):
                raise InputError("axes of a performance map must ascend")
        if np.any(self.capacity <= 0) or np.any(self.electricity <= 0):
            raise InputError("capacity and electricity of a performance map must be positive")

    def drawing(self, factor: float) -> "PerformanceMap":
        """Return the map with its electricity multiplied. [-]"""
        return replace(self, electricity=factor * self.electricity)

    def scaled(self, factor: float) -> "PerformanceMap":
        """Return the map of a machine of another size: capacity and electricity multiplied. [-]"""
        return replace(
            self, capacity=factor * self.capacity, electricity=factor * self.electricity
        )

    def on(self, source_inlet: Floats, load_outlet: Floats, part_load: Floats) -> "PerformanceMap":
        """Return the map on other axes [°C], [°C], [-]; edges are held constant."""

        def resample(values: Floats, own: tuple[Floats, ...], new: tuple[Floats, ...]) -> Floats:
            clipped = [np.clip(n, o[0], o[-1]) for n, o in zip(new, own, strict=True)]
            keep = [i for i, o in enumerate(own) if len(o) > 1]
            grid = np.stack(np.meshgrid(*clipped, indexing="ij"), axis=-1)
            squeezed = values.reshape([len(own[i]) for i in keep])
            if not keep:
                return np.full(grid.shape[:-1], float(values.reshape(-1)[0]))
            inner = RegularGridInterpolator(tuple(own[i] for i in keep), squeezed)
            return np.asarray(inner(grid[..., keep]), dtype=np.float64)

        own2, new2 = (self.source_inlet, self.load_outlet), (source_inlet, load_outlet)
        return PerformanceMap(
            source_inlet,
            load_outlet,
            part_load,
            resample(self.capacity, own2, new2),
            resample(self.electricity, (*own2, self.part_load), (*new2, part_load)),
        )


@dataclass(frozen=True)
class Machine:
    """
    One heat pump unit.

    ``minimum_part_load`` below which it cycles [-]; ``rated_spread`` source temperature change
    at full load and the constant flow the map was taken at [K]; ``cycling_loss`` C_d [-].
    """

    heating: PerformanceMap | None
    cooling: PerformanceMap | None
    minimum_part_load: float = 0.25
    rated_spread: float = RATED_SPREAD
    cycling_loss: float = CYCLING_LOSS

    def drawing(self, *, heating: float, cooling: float) -> "Machine":
        """Return the machine with the electricity of its maps multiplied, mode by mode. [-]"""
        return replace(
            self,
            heating=self.heating and self.heating.drawing(heating),
            cooling=self.cooling and self.cooling.drawing(cooling),
        )

    def scaled(self, factor: float) -> "Machine":
        """Return a machine of another size, alike in everything else. [-]"""
        return replace(
            self,
            heating=self.heating and self.heating.scaled(factor),
            cooling=self.cooling and self.cooling.scaled(factor),
        )


PART_LOAD: Final = {
    "scroll": (0.04411957, 0.64036703, 0.31955532),
    "reciprocating": (0.08144133, 0.41927141, 0.49939604),
    "screw": (0.33018833, 0.23554291, 0.46070828),
    "centrifugal": (0.17149273, 0.58820208, 0.23737257),
}
"""Power at part load by kind of compressor, see :func:`with_part_load`. [-]"""


def rated_map(
    *, heating: bool, capacity: float, efficiency: float, source_inlet: float, load_outlet: float
) -> PerformanceMap:
    r"""
    Return a parametric map through one rating point.

    Efficiency is a constant share of Carnot between evaporating and condensing temperature,

    .. math:: COP = \eta\, \frac{T_c}{T_c - T_e}, \qquad EER = \eta\, \frac{T_e}{T_c - T_e},

    and capacity follows the evaporating temperature (2.6 % per K, the slope of the refrigerant's
    density) and falls 0.6 % per K of condensing temperature.

    Parameters
    ----------
    heating : bool
        True for a heating map, False for a cooling map.
    capacity : float
        Rated heating or cooling capacity. [W]
    efficiency : float
        Rated COP or EER. [-]
    source_inlet : float
        Source water entering at the rating point. [°C]
    load_outlet : float
        Load water leaving at the rating point. [°C]

    Returns
    -------
    PerformanceMap
        Grid over the usual range of the mode.

    Raises
    ------
    OutOfRangeError
        When the rated efficiency exceeds what Carnot allows, or is not positive.

    Notes
    -----
    A stand-in where no map is given: within about 10 % of published brine/water maps 15 K away
    from the rating point (tests/validation/test_rated_map.py).
    """
    low, high = (-10.0, 30.0) if heating else (5.0, 45.0)
    source = np.linspace(low, high, 9)
    load = np.linspace(30.0, 60.0, 7) if heating else np.linspace(5.0, 20.0, 4)
    part = np.array([0.25, 0.5, 0.75, 1.0])
    evaporating, condensing = _saturation(heating, source[:, None], load[None, :])
    rated_e, rated_c = _saturation(heating, np.array(source_inlet), np.array(load_outlet))
    carnot = (condensing if heating else evaporating) / (condensing - evaporating)
    rated_carnot = float((rated_c if heating else rated_e) / (rated_c - rated_e))
    share = efficiency / rated_carnot
    if not 0.0 < share < BEST:
        raise OutOfRangeError(
            f"rated efficiency {efficiency:.2f} is {share:.0%} of Carnot; expected up to 85 %"
        )
    drift = (1 + 0.026 * (evaporating - rated_e)) * (1 - 0.006 * (condensing - rated_c))
    full = capacity * np.maximum(drift, 0.2)
    electricity = full / (share * carnot)
    return PerformanceMap(source, load, part, full, electricity[..., None] * part)


def with_part_load(machine_map: PerformanceMap, compressor: str) -> PerformanceMap:
    """
    Return a map whose part load is that of a kind of compressor.

    Parameters
    ----------
    machine_map : PerformanceMap
        Its electricity at full load counts.
    compressor : str
        One of :data:`PART_LOAD`.

    Returns
    -------
    PerformanceMap
        The same at full load.

    Raises
    ------
    OutOfRangeError
        When the kind is unknown.

    Notes
    -----
    Power over full-load power as a parabola of the part load, scaled to 1 at full load: water-
    cooled chillers of NECB 2011, table 8.4.6.5.-B (the same figures as COMNET's). A screw draws
    42 % of its power at a quarter of its load; a set of scrolls gains.
    """
    if compressor not in PART_LOAD:
        raise OutOfRangeError(
            f"compressor {compressor!r}: expected one of {', '.join(sorted(PART_LOAD))}"
        )
    a, b, c = PART_LOAD[compressor]
    part = machine_map.part_load
    share = (a + b * part + c * part**2) / (a + b + c)
    full = machine_map.electricity[..., -1:]
    return replace(machine_map, electricity=full * share)


def _saturation(heating: bool, source: Floats, load: Floats) -> tuple[Floats, Floats]:  # noqa: FBT001
    """Evaporating and condensing temperature at rated spreads. [K]"""
    spread = RATED_SPREAD
    if heating:
        evaporating, condensing = source - spread - EVAPORATOR_APPROACH, load + CONDENSER_APPROACH
    else:
        evaporating, condensing = load - EVAPORATOR_APPROACH, source + spread + CONDENSER_APPROACH
    return evaporating + ZERO_CELSIUS, np.maximum(condensing, evaporating + 8.0) + ZERO_CELSIUS
