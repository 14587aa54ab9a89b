"""How far each sensor of a running plant is to be believed: the batch rules on a moving window."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

import numpy as np
import polars as pl

from loopkeeper.lifecycle.monitor.calculated import PREFIX
from loopkeeper.measure.admit import admit
from loopkeeper.measure.nameplates import highest_rates
from loopkeeper.measure.quality import PointSummary, check_readings, summarise
from loopkeeper.measure.series import Period
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.points import Point, calibration_end
from loopkeeper.plant.verdict import Verdict

COVERED, FLAGGED = 0.95, 0.01
"""A sound sensor covers so much and is flagged so little (A). [-]"""

CONTEXT = timedelta(days=4)
"""Readings before the judged ones: habits, running time and counters need them."""


class NewestReadings(Protocol):
    """Where readings come from: newest values of a plant in a half-open period."""

    def __call__(self, plant: str, start: datetime, end: datetime) -> pl.DataFrame:
        """Return ``time, point, value, known_at, quality``."""


@dataclass(frozen=True)
class SensorHealth:
    """
    A point's health over the judged period.

    ``coverage`` share of the time with good readings, ``flags`` share of readings by flag [-];
    ``last`` when it was heard; ``due`` when its calibration ends, None when never calibrated.
    """

    point: str
    coverage: float
    flags: dict[str, float]
    last: datetime | None
    due: date | None

    @property
    def sound(self) -> bool:
        """Whether it covers 95 % of the time and nothing is flagged above 1 %."""
        return self.coverage >= COVERED and all(share <= FLAGGED for share in self.flags.values())


def sensor_health(
    plant: Plant, readings: NewestReadings, now: datetime, *, over: timedelta = timedelta(days=1)
) -> tuple[tuple[SensorHealth, ...], tuple[Verdict, ...]]:
    """
    Judge every sensor of a plant by its newest readings.

    Parameters
    ----------
    plant : Plant
        With its point list.
    readings : callable
        From the store.
    now : datetime
        The time, UTC.
    over : timedelta
        Length of the judged period, before now.

    Returns
    -------
    health : tuple of SensorHealth
        One for each point of the list.
    verdicts : tuple of Verdict
        What the rules of admission say, and calibrations due; as a batch over the same days would.
    """
    frame = readings(plant.site.id, now - over - CONTEXT, now)
    frame = frame.filter(~pl.col("point").str.starts_with(PREFIX))
    admitted = admit(frame, plant.points, now=now, fastest=highest_rates(plant))
    checked = check_readings(admitted, plant)
    period = Period(*(np.datetime64(t.replace(tzinfo=None), "s") for t in (now - over, now)))
    summaries = {s.point: s for s in summarise(checked, period)}
    heard = dict(frame.group_by("point").agg(pl.col("time").max()).iter_rows())
    health = tuple(_health(p, summaries[p.id], heard.get(p.id)) for p in plant.points)
    return health, (*checked.verdicts, *_calibrations(health, now.date()))


def _health(point: Point, summary: PointSummary, last: datetime | None) -> SensorHealth:
    return SensorHealth(
        point.id, summary.coverage, dict(summary.flags), last, calibration_end(point)
    )


def _calibrations(health: tuple[SensorHealth, ...], today: date) -> list[Verdict]:
    """The register of calibrations: what is overdue, and what was never calibrated."""
    overdue = [h.point for h in health if h.due is not None and h.due < today]
    never = [h.point for h in health if h.due is None]
    said = []
    for code, points in (("overdue", overdue), ("never", never)):
        if points:
            figures = {"count": len(points), "points": ", ".join(points[:8])}
            said.append(Verdict(f"monitor.calibration.{code}", figures))
    return said
