"""Rows labelled by month, day and hour, as simulations write them, on a year of hours."""

from datetime import UTC, datetime, timedelta, timezone

import numpy as np
from numpy.typing import NDArray

from loopkeeper.measure.series import Floats, Times
from loopkeeper.units import MONTHS_A_YEAR

LEAP_DAY = 29
"""Day that February has in leap years only."""

YEAR = 2023
"""Calendar that years without one are laid on: not a leap year, begins on a Sunday."""
HOURS = 8760
_BEFORE = np.concatenate([[0], np.cumsum([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])])
"""Days before each month."""
Whole = NDArray[np.int64]


def leap_day(month: Whole, day: Whole) -> NDArray[np.bool_]:
    """Tell which rows belong to the day that the calendar has not."""
    return np.asarray((month == 2) & (day == LEAP_DAY))


def real_days(month: Whole, day: Whole) -> bool:
    """Tell whether every row has a day of the calendar, or 29 February."""
    if not np.all((month >= 1) & (month <= MONTHS_A_YEAR)):
        return False
    longest = np.diff(_BEFORE)[month - 1] + (month == 2)
    return bool(np.all((day >= 1) & (day <= longest)))


def hour_of_year(month: Whole, day: Whole, hour: Whole) -> Whole:
    """
    Return the place of hours in the year.

    Parameters
    ----------
    month, day : array of int, shape (n,)
        Of the calendar; 29 February counts as 1 March.
    hour : array of int, shape (n,)
        That begins, 0 to 23.

    Returns
    -------
    array of int, shape (n,)
        0 to 8759; a year that begins in July turns over at New Year.
    """
    return np.asarray((24 * (_BEFORE[month - 1] + day - 1) + hour) % HOURS)


def laid(place: Whole, values: Floats) -> Floats:
    """Return the mean of the rows of each hour of the year, NaN where there is none."""
    known = np.isfinite(values)
    total = np.bincount(place[known], values[known], HOURS)
    count = np.bincount(place[known], minlength=HOURS)
    return np.asarray(np.where(count > 0, total / np.maximum(count, 1), np.nan))


def hours_from(offset: float) -> Times:
    """Return the hours of the year of a clock so many hours before UTC, as UTC."""
    clock = timezone(timedelta(hours=offset))
    start = datetime(YEAR, 1, 1, tzinfo=clock).astimezone(UTC).replace(tzinfo=None)
    return np.asarray(np.datetime64(start, "s") + np.arange(HOURS) * np.timedelta64(3600, "s"))
