"""What of a ground and of its meters is fitted, by name: the only place that knows their order."""

from enum import IntEnum
from typing import Final, NamedTuple

import numpy as np


class GroundParameter(IntEnum):
    """
    Place of each parameter.

    Log factors of k and R_b*, shift of T0 [K], log factors of the working length and of the holes'
    distances, share of the flow that misses the field [-], bias of the fluid temperature [K], log
    gain of the source heat, offset of its pair of thermometers [K].
    """

    CONDUCTIVITY = 0
    RESISTANCE = 1
    TEMPERATURE = 2
    LENGTH = 3
    SPACING = 4
    BYPASS = 5
    BIAS = 6
    GAIN = 7
    PAIR = 8


FIELD: Final = int(GroundParameter.BYPASS)
"""Parameters before this one are the field's own."""
GROUND: Final = int(GroundParameter.BIAS)
"""Parameters before this one may be causes, the rest are the meters'."""


class _Range(NamedTuple):
    """Least and largest value of a parameter."""

    low: float
    high: float


_RANGES: Final = {
    GroundParameter.CONDUCTIVITY: _Range(-1.0, 1.0),
    GroundParameter.RESISTANCE: _Range(-0.7, 1.6),
    GroundParameter.TEMPERATURE: _Range(-12.0, 12.0),
    GroundParameter.LENGTH: _Range(-1.2, 0.05),
    GroundParameter.SPACING: _Range(-1.2, 0.05),
    GroundParameter.BYPASS: _Range(-0.02, 0.7),
    GroundParameter.BIAS: _Range(-1.0, 1.0),
    GroundParameter.GAIN: _Range(-0.2, 0.2),
    GroundParameter.PAIR: _Range(-0.5, 0.5),
}
_STRAYS: Final = {
    GroundParameter.CONDUCTIVITY: 0.05,
    GroundParameter.RESISTANCE: 0.12,
    GroundParameter.TEMPERATURE: 0.25,
    GroundParameter.LENGTH: 0.02,
    GroundParameter.SPACING: 0.03,
    GroundParameter.BYPASS: 0.15,
}
SMALLEST: Final = np.array([_RANGES[p].low for p in GroundParameter])
LARGEST: Final = np.array([_RANGES[p].high for p in GroundParameter])
"""What a ground may be at least and at most: no hole is longer or further off than drawn."""
UNLIKE: Final = np.array([_STRAYS[p] for p in list(GroundParameter)[:GROUND]])
"""What ground parameters of a sound plant stray by, its ground being no model."""
