"""The load network and what a standard lets its pumps draw: EC(H)R of GB 50736-2012 8.5.12."""

from dataclasses import dataclass

from loopkeeper.units import from_si

_LARGEST = ((60.0, 0.004225), (200.0, 0.003858), (float("inf"), 0.003749))
"""Pump flow [m3/h] up to which a value of A holds (M+). [-]"""
_HEAD = {("cooling", 1): 28.0, ("heating", 1): 22.0, ("cooling", 2): 33.0, ("heating", 2): 27.0}
"""B by mode and stages of pumping (M+). [m]"""
_SHORT, _LONG = 400.0, 1000.0
# α as (up to 400 m), (a + b / L between), (a + b / L from 1000 m), all from memory (M).
_SLOPES = {
    "cooling": (0.02, (0.016, 1.6), (0.013, 4.6)),
    "heating four-pipe": (0.014, (0.0125, 0.6), (0.009, 4.1)),
    "heating severe-cold": (0.009, (0.0072, 0.72), (0.0059, 2.02)),
    "heating cold": (0.0024, (0.002, 0.16), (0.0016, 0.56)),
    "heating hot-summer-warm-winter": (0.0032, (0.0026, 0.24), (0.0021, 0.74)),
}
TWO_PIPES = 2


@dataclass(frozen=True, slots=True)
class LoadNetwork:
    """
    Pipes from the plant room to the building.

    ``length`` to the farthest user and back [m]; ``pipes`` 2 where heat and cold share them,
    4 where not; ``stages`` of pumping, 1 or 2.
    """

    length: float
    pipes: int = TWO_PIPES
    stages: int = 1


def transport_limit(
    network: LoadNetwork, mode: str, flow: float, difference: float, climate_zone: str
) -> float:
    r"""
    Return the most electricity that load pumps may draw for the heat or cold they carry.

    .. math:: EC(H)R = A (B + \alpha \Sigma L) / \Delta T

    Parameters
    ----------
    network : LoadNetwork
        Pipes.
    mode : str
        ``"heating"`` or ``"cooling"``.
    flow : float
        Design flow of one pump. [m3 s-1]
    difference : float
        Design difference of supply and return. [K]
    climate_zone : str
        As in the dossier, e.g. ``cold-B``; other zones than severe cold and hot-summer-warm-winter
        have the values of the cold one.

    Returns
    -------
    float
        Ratio at design conditions. [-] GB 50736-2012 8.5.12, GB 50189-2015 4.3.9; A and B M+,
        α M.
    """
    hourly = float(from_si(flow, "m3/h"))
    scale = next(a for largest, a in _LARGEST if hourly <= largest)
    slope = _slope(_SLOPES[_pipes(network, mode, climate_zone)], network.length)
    return scale * (_HEAD[mode, network.stages] + slope * network.length) / difference


def _pipes(network: LoadNetwork, mode: str, climate_zone: str) -> str:
    """The row of the table of α."""
    if mode == "cooling":
        return mode
    if network.pipes > TWO_PIPES:
        return "heating four-pipe"
    region = climate_zone.rpartition("-")[0]
    own = f"heating {region}"
    return own if own in _SLOPES else "heating cold"


def _slope(row: tuple[float, tuple[float, float], tuple[float, float]], length: float) -> float:
    """α of a length. [m m-1]"""
    short, *others = row
    if length <= _SHORT:
        return short
    base, falling = others[length >= _LONG]
    return base + falling / length
