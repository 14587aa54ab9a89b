"""Hours of people: month, day, hour and weekday in the site's own time."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from loopkeeper.measure.series import Bools, Floats, Times


def local_calendar(time: Times, timezone: str) -> tuple[NDArray[np.int64], ...]:
    """
    Return month, day of month, hour and weekday (Monday = 0) in local time.

    Parameters
    ----------
    time : array of datetime64, shape (n,)
        Instants in UTC.
    timezone : str
        IANA name of the site's time zone.

    Returns
    -------
    tuple of four int arrays, shape (n,)
        Month 1–12, day 1–31, hour 0–23, weekday 0–6. [-]
    """
    parts = _local(time, timezone)
    table = np.array([(p.month, p.day, p.hour, p.weekday()) for p in parts], dtype=np.int64)
    return tuple(table.reshape(-1, 4).T)


def local_days(time: Times, timezone: str) -> Times:
    """Return the date of each hour (UTC) in local time, shape (n,)."""
    return np.array([p.date() for p in _local(time, timezone)], dtype="datetime64[D]")


def _local(time: Times, timezone: str) -> list[datetime]:
    """Instants (UTC) as a clock on site shows them."""
    zone = ZoneInfo(timezone)
    stamps = time.astype("datetime64[s]").astype(np.int64)
    return [datetime.fromtimestamp(int(s), zone) for s in stamps]


@dataclass(frozen=True)
class Months:
    """Local calendar months of some hours: ``names`` such as 2024-01, ``index`` of each hour's."""

    names: tuple[str, ...]
    index: NDArray[np.int64]

    @classmethod
    def of(cls, time: Times, timezone: str) -> "Months":
        """Cut hours (UTC) into the calendar months of a time zone."""
        told = [f"{p:%Y-%m}" for p in _local(time, timezone)]
        names, index = np.unique(np.array(told, dtype=str), return_inverse=True)
        return cls(tuple(names.tolist()), index)

    def sums(self, values: Floats) -> Floats:
        """Return the sum of each month, in the unit of the values."""
        return np.asarray(np.bincount(self.index, values, minlength=len(self.names)), np.float64)

    def means(self, values: Floats, kept: Bools) -> Floats:
        """Return the mean of each month over some hours; NaN where none is kept."""
        count = self.sums(kept.astype(np.float64))
        total = self.sums(np.where(kept, values, 0.0))
        nothing = np.full(len(self.names), np.nan)
        return np.asarray(np.divide(total, count, out=nothing, where=count > 0))
