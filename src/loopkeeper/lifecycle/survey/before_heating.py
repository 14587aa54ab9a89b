"""The ground before heating: what it was told to be, or what the water showed at rest."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from loopkeeper.measure.series import Floats
from loopkeeper.measure.uncertainty import Estimate
from loopkeeper.units import HOUR

Origin = Literal["stated", "dossier", "circulation", "rest", "recovery"]
DOUBT: dict[Origin, float] = {
    "stated": 0.1,
    "dossier": 0.5,
    "circulation": 0.15,
    "rest": 0.5,
    "recovery": 0.1,
}
"""
Standard deviation by origin [K]: a profile or circulation read with care; what a dossier assumes
of the site; water pumped round a hole follows the mean of its depth; water that stands at the
sensors knows the pipes near the surface; end effects in a recovery.
"""
SHORTEST = 600.0
"""Water must have been watched so long before heating. [s]"""
FEWEST = 3
"""Readings before heating that show anything. [-]"""
RESTLESS = 1.0
"""Water that drifts more than this in the last hour before heating tells nothing. [K]"""
RUNS = 0.5
"""The pump runs above this share of the flow under heat. [-]"""


@dataclass(frozen=True, slots=True)
class Undisturbed:
    """Temperature of the ground before heating [°C], its standard deviation [K], its origin."""

    value: float
    doubt: float
    origin: Origin

    @classmethod
    def of(cls, value: float, origin: Origin) -> "Undisturbed":
        """Return a temperature with the doubt usual for its origin. [°C]"""
        return cls(value, DOUBT[origin], origin)

    @property
    def estimate(self) -> Estimate:
        """With its 90 % interval. [°C]"""
        return Estimate.normal(self.value, self.doubt)


def before_heating(time: Floats, temperature: Floats, flow: Floats | None) -> Undisturbed | None:
    """
    Return what the water showed before the heater was on.

    Parameters
    ----------
    time : array, shape (n,)
        Of the rows before heating. [s]
    temperature : array, shape (n,)
        Mean of the water in the hole. [°C]
    flow : array, shape (n,), optional
        Share of the flow under heat, where it was logged. [-]

    Returns
    -------
    Undisturbed or None
        Of the last hour; None where fewer than three readings or ten minutes stand before the
        heating, or the water drifts by more than 1 K in that hour. A reading under heat is never
        taken.
    """
    known = np.isfinite(temperature)
    runs = None if flow is None else known & (np.nan_to_num(flow) > RUNS)
    circulates = runs is not None and bool(runs[-FEWEST:].all()) and runs.sum() >= FEWEST
    used = runs if circulates and runs is not None else known
    t, warm = time[used], temperature[used]
    if len(t) < FEWEST or t[-1] - t[0] < SHORTEST:
        return None
    late = t >= t[-1] - HOUR
    half = max(1, int(late.sum()) // 3)
    drift = float(np.median(warm[-half:]) - np.median(warm[late][:half]))
    if abs(drift) > RESTLESS:
        return None
    origin: Origin = "circulation" if circulates else "rest"
    return Undisturbed(
        float(np.median(warm[late])), float(np.hypot(DOUBT[origin], drift / 2)), origin
    )
