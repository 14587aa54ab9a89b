"""Clock checks: meters that must move together do so, and the day is warmest in the afternoon."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from loopkeeper.measure.calendar import local_calendar
from loopkeeper.measure.metered import machines
from loopkeeper.measure.series import Floats, PlantHours, Times
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.verdict import Verdict

LONGEST_SHIFT: Final = 12
"""Shifts up to this many hours are looked for. [h]"""
MONTH: Final = 30 * 24
"""Shifts are looked for month by month. [h]"""
BETTER: Final = 0.05
"""A shift must raise the correlation by this much to be believed. [-]"""
CLEAR: Final = 0.5
"""A correlation below this says nothing. [-]"""
WARMEST: Final = (12.0, 18.0)
"""The warmest hour of a mean day lies between these, local time. [h]"""
LEAST_SWING: Final = 1.0
"""Amplitude below which a mean day has no warmest hour. [K]"""


@dataclass(frozen=True, slots=True)
class Shift:
    """A clock shift found: hours by which the series is late, from which hour on."""

    hours: int
    first: int
    months: int


def find_shift(reference: Floats, series: Floats) -> Shift | None:
    """
    Return the shift of a series against another that should move with it.

    Parameters
    ----------
    reference, series : array, shape (n,)
        Hourly values; NaN where unknown. [any]

    Returns
    -------
    Shift or None
        Positive when `series` is late; None when in step, or when the months do not agree.
    """
    found: list[tuple[int, int]] = []
    for first in range(0, len(reference) - MONTH + 1, MONTH):
        window = slice(first, first + MONTH)
        lag = _best_lag(reference[window], series[window])
        if lag:
            found.append((first, lag))
    if not found:
        return None
    lags = np.array([lag for _, lag in found])
    usual = int(np.median(lags))
    agreeing = [first for first, lag in found if lag == usual]
    if len(agreeing) < 2 and len(reference) >= 2 * MONTH:
        return None
    return Shift(usual, agreeing[0], len(agreeing)) if agreeing and usual else None


def _best_lag(reference: Floats, series: Floats) -> int:
    """Lag of the highest correlation, 0 unless it is clearly better than none."""
    scores = {
        lag: _correlation(reference, series, lag)
        for lag in range(-LONGEST_SHIFT, LONGEST_SHIFT + 1)
    }
    best = max(scores, key=lambda lag: (scores[lag], -abs(lag)))
    clearly = scores[best] > CLEAR and scores[best] > scores[0] + BETTER
    return best if clearly else 0


def _correlation(reference: Floats, series: Floats, lag: int) -> float:
    """Correlation of the reference with the series moved back by `lag`."""
    n = len(reference)
    one = reference[max(0, -lag) : n - max(0, lag)]
    other = series[max(0, lag) : n - max(0, -lag)]
    known = np.isfinite(one) & np.isfinite(other)
    if known.sum() < n // 2:
        return 0.0
    one, other = one[known] - one[known].mean(), other[known] - other[known].mean()
    power = float((one @ one) * (other @ other))
    return float(one @ other) / float(np.sqrt(power)) if power > 0 else 0.0


def check_clock(hours: PlantHours, plant: Plant) -> tuple[Verdict, ...]:
    """
    Return a problem for each group of meters whose clock is off.

    Heat to the building, electricity of the machines and heat of the source must move together;
    the outdoor temperature must be highest in the local afternoon.

    Parameters
    ----------
    hours : PlantHours
        Measured hours.
    plant : Plant
        Its machines and time zone.

    Returns
    -------
    tuple of Verdict
        Empty when the clocks agree or cannot be judged.
    """
    verdicts: list[Verdict] = []
    group = machines(hours, plant)
    if group.values is not None:
        for of in ("load", "source"):
            if not hours.has("heat_power", of):
                continue
            shift = find_shift(group.values, np.abs(hours.values("heat_power", of)))
            if shift is not None:
                figures = {
                    "of": of,
                    "hours": f"{shift.hours:+d}",
                    "months": shift.months,
                    "first": str(hours.time[shift.first].astype("datetime64[D]")),
                }
                verdicts.append(Verdict("measure.clock.shifted", figures))
    if hours.has("outdoor_temperature", "site"):
        outdoor = hours.values("outdoor_temperature", "site")
        warmest = warmest_hour(hours.time, outdoor, plant.site.timezone)
        if warmest is not None and not WARMEST[0] <= warmest <= WARMEST[1]:
            figures = {"hour": f"{warmest:.0f}", "timezone": plant.site.timezone}
            verdicts.append(Verdict("measure.clock.weather", figures))
    return tuple(verdicts)


def warmest_hour(time: Times, outdoor: Floats, timezone: str) -> float | None:
    """
    Return the local hour at which a mean day is warmest.

    Parameters
    ----------
    time : array of datetime64, shape (n,)
        Hours, UTC.
    outdoor : array, shape (n,)
        Outdoor temperature. [°C]
    timezone : str
        IANA name of the site's time zone.

    Returns
    -------
    float or None
        Phase of the daily harmonic [h], None when days are too few or too even.
    """
    known = np.isfinite(outdoor)
    if known.sum() < 10 * 24:
        return None
    hour = local_calendar(time[known], timezone)[2]
    counts = np.bincount(hour, minlength=24)
    if (counts == 0).any():
        return None
    mean = np.bincount(hour, outdoor[known], minlength=24) / counts
    angle: NDArray[np.float64] = 2 * np.pi * (np.arange(24) + 0.5) / 24
    along, across = float(mean @ np.cos(angle)) / 12, float(mean @ np.sin(angle)) / 12
    if np.hypot(along, across) < LEAST_SWING:
        return None
    return float(np.arctan2(across, along) / (2 * np.pi) * 24 % 24)
