"""Admitted readings: what every meter said, in SI, as stretches of time with a quality code."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import polars as pl
from numpy.typing import NDArray

from loopkeeper.measure.series import Floats
from loopkeeper.plant.points import Point
from loopkeeper.plant.verdict import Verdict

Microseconds = NDArray[np.int64]
"""Instants since 1970-01-01 UTC. [µs]"""
Codes = NDArray[np.uint8]
"""Quality codes."""

SECOND = 1_000_000
"""Microseconds in a second. [µs]"""
BRIDGE = 3
"""Refused readings in a row that are drawn through. [-]"""


class Flag(IntEnum):
    """
    How far a reading is to be believed.

    ``SPREAD`` is a counter's energy over a gap: right in sum, unknown in time; it counts towards
    sums but not towards coverage. Everything from ``RANGE`` on counts nowhere.
    """

    GOOD = 0
    SPREAD = 1
    RANGE = 2
    STUCK = 3
    JUMP = 4
    RESET = 5


@dataclass(frozen=True, slots=True)
class Segments:
    """
    What one point says: ``value`` [SI] holds from ``start`` until ``end`` [µs], shape (n,) each.

    Stretches are in order and do not overlap.
    """

    start: Microseconds
    end: Microseconds
    value: Floats
    flag: Codes

    def usable(self) -> "Segments":
        """Return the stretches whose value counts: good ones and spread counter energy."""
        keep = (self.flag <= Flag.SPREAD) & np.isfinite(self.value)
        if keep.all():
            return self
        return Segments(self.start[keep], self.end[keep], self.value[keep], self.flag[keep])

    def bridged(self) -> "Segments":
        """
        Return the stretches with up to three refused ones in a row drawn through from both sides.

        They count towards sums and not towards coverage, like spread energy.
        """
        known = (self.flag <= Flag.SPREAD) & np.isfinite(self.value)
        if known.all() or not known.any():
            return self
        edges = np.flatnonzero(np.diff(np.concatenate([[1], known.view(np.int8), [1]])))
        first, last = edges.reshape(-1, 2).T
        short = (last - first <= BRIDGE) & (first > 0) & (last < len(known))
        filled = np.zeros(len(known), dtype=bool)
        for a, b in zip(first[short], last[short], strict=True):
            filled[a:b] = True
        middle = self.start.astype(np.float64)
        through = np.interp(middle[filled], middle[known], self.value[known])
        value, flag = self.value.copy(), self.flag.copy()
        value[filled], flag[filled] = through, Flag.SPREAD
        return Segments(self.start, self.end, value, flag)

    def good(self) -> "Segments":
        """Return the good stretches only."""
        keep = self.flag == Flag.GOOD
        return Segments(self.start[keep], self.end[keep], self.value[keep], self.flag[keep])

    @property
    def seconds(self) -> Floats:
        """Length of each stretch. [s]"""
        return np.asarray((self.end - self.start) / SECOND, dtype=np.float64)

    def at(self, instants: Microseconds) -> Floats:
        """Return the value that holds at each instant, NaN where none does."""
        if len(self.start) == 0:
            return np.full(len(instants), np.nan)
        place = np.searchsorted(self.start, instants, side="right") - 1
        inside = (place >= 0) & (instants < self.end[place])
        return np.where(inside, self.value[place], np.nan)


@dataclass(frozen=True)
class Admitted:
    """
    Admitted readings of a plant and what was said while admitting them.

    ``frame`` has the columns ``point`` (Enum of the points' ids), ``time`` and ``until``
    (Datetime in UTC, half-open), ``value`` (SI; counters and sums as mean rate) and ``flag``
    (UInt8, :class:`Flag`), in order of point and time.
    """

    frame: pl.DataFrame
    points: tuple[Point, ...]
    verdicts: tuple[Verdict, ...]

    def segments(self) -> Mapping[str, Segments]:
        """Return the stretches of every point that has any, by point id."""
        frame = self.frame
        if frame.height == 0:
            return {}
        lengths = frame.get_column("point").rle().struct.unnest()
        columns = (
            frame.get_column("time").to_physical().to_numpy(),
            frame.get_column("until").to_physical().to_numpy(),
            frame.get_column("value").to_numpy(),
            frame.get_column("flag").to_numpy(),
        )
        ends = np.cumsum(lengths.get_column("len").to_numpy().astype(np.int64))
        starts = np.concatenate([[0], ends[:-1]])
        return {
            name: Segments(*(c[a:b] for c in columns))
            for name, a, b in zip(lengths.get_column("value"), starts, ends, strict=True)
        }

    def point(self, identifier: str) -> Point:
        """Return a point by its id."""
        return next(p for p in self.points if p.id == identifier)


def stamp(instant: int) -> str:
    """Return an instant [µs] as people write it, in UTC."""
    text = str(np.datetime64(int(instant), "us").astype("datetime64[m]"))
    return text.replace("T", " ") + " UTC"
