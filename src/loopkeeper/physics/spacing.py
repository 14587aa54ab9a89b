"""Fields whose holes stand nearer to one another than drawn, or further apart."""

from dataclasses import dataclass, field, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from loopkeeper.physics.gfunction import FieldGeometry
from loopkeeper.physics.ground import FieldResponse

Floats = NDArray[np.float64]

SPACINGS = (0.3, 0.4, 0.55, 0.75, 1.0, 1.3)
"""Factors of a field's distances at which it has g-functions of its own. [-]"""


def spaced(response: FieldResponse, factor: float) -> FieldResponse:
    """
    Return a field with all its distances changed.

    Parameters
    ----------
    response : FieldResponse
        The field as drawn.
    factor : float
        Of all distances; held within 0.3 and 1.3. [-]

    Returns
    -------
    FieldResponse
        Between two g-functions, straight over the logarithm of the factor. Validated against
        g-functions of its own in tests/validation/test_spacing.py.
    """
    place = float(np.clip(factor, SPACINGS[0], SPACINGS[-1]))
    if place == 1.0 or response.geometry.count == 1:
        return response
    above = min(int(np.searchsorted(SPACINGS, place, side="right")), len(SPACINGS) - 1)
    nearer, wider = SPACINGS[above - 1], SPACINGS[above]
    share = np.log(place / nearer) / np.log(wider / nearer)
    low, high = (_interaction(response, at) for at in (nearer, wider))
    interaction = (1.0 - share) * low + share * high
    return replace(
        response, geometry=_stretched(response.geometry, place), interaction=interaction
    )


def _interaction(response: FieldResponse, factor: float) -> Floats:
    if factor == 1.0:
        return response.interaction
    g = response.geometry
    arrays = (g.x, g.y, g.lengths, g.tilt, g.orientation, response.scaled_time)
    key = b"/".join(b"" if a is None else a.tobytes() for a in arrays)
    return _own(_Asked((key, g.length, g.buried_depth, g.radius, factor), response))


@dataclass(frozen=True)
class _Asked:
    """A field at another spacing, remembered by its numbers: the last is the factor."""

    key: tuple[bytes, float, float, float, float]
    response: FieldResponse = field(compare=False)


@lru_cache(maxsize=64)
def _own(asked: _Asked) -> Floats:
    """Return g less the line source of a field at another spacing; once per process. [-]"""
    response, factor = asked.response, asked.key[-1]
    stretched = _stretched(response.geometry, factor)
    return FieldResponse.of(stretched, response.scaled_time).interaction


def _stretched(geometry: FieldGeometry, factor: float) -> FieldGeometry:
    x, y = geometry.x, geometry.y
    return replace(
        geometry, x=x.mean() + factor * (x - x.mean()), y=y.mean() + factor * (y - y.mean())
    )
