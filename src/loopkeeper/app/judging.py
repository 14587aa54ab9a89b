"""
The daily round: what a plant's own model and its own meters say of it, from the store.

Sensors are judged by the rules of admission on the newest readings; everything that needs months
stands on hourly statistics: meters against each other, electricity against the plant's model, the
ground's future against the design's.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import numpy as np
import polars as pl

from loopkeeper.app.closing_the_loop import evaluate_plant
from loopkeeper.app.daily import carried_on
from loopkeeper.app.groundwork import Measured, admit_readings, lay_groundwork
from loopkeeper.app.sensor_health import CONTEXT, SensorHealth, sensor_health
from loopkeeper.app.watching import charted
from loopkeeper.errors import LoopkeeperError
from loopkeeper.lifecycle.evaluate.result import Evaluation
from loopkeeper.lifecycle.monitor.daily import DailyState
from loopkeeper.lifecycle.monitor.defaults import APART, GROUND_AHEAD, UNSOUND, WATCH
from loopkeeper.lifecycle.monitor.early_warning import ModeChart
from loopkeeper.measure.consistency import check_hours
from loopkeeper.measure.dossier import Dossier
from loopkeeper.measure.limits import physical_limits
from loopkeeper.measure.series import Period, PlantHours
from loopkeeper.plant.points import Point, Statistic
from loopkeeper.plant.verdict import Severity, Verdict
from loopkeeper.units import linear_to_si

NEWEST = timedelta(days=1) + CONTEXT
"""Readings that are looked at one by one."""
LOOKED_BACK = timedelta(days=90)
"""Hours in which meters are set against each other; a drift shows in no less than 60 days."""
AHEAD = 10
"""Years of the forecast. [year]"""


@dataclass(frozen=True)
class Judgement:
    """
    What a round found.

    ``figures`` values of the calculated points that alarms watch; ``charts`` of both modes;
    ``verdicts`` in words; the ``state`` of the daily update, for the next round.
    """

    time: datetime
    sensors: tuple[SensorHealth, ...]
    charts: tuple[ModeChart, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    figures: Mapping[str, float] = field(default_factory=dict)
    state: DailyState | None = None


def judged(
    dossier: Dossier,
    newest: pl.DataFrame,
    hours: pl.DataFrame,
    now: datetime,
    state: DailyState | None = None,
) -> Judgement:
    """
    Judge a running plant.

    Parameters
    ----------
    dossier : Dossier
        Of the plant.
    newest : DataFrame
        Readings of the last days, ``time, point, value, known_at, quality``.
    hours : DataFrame
        Hourly statistics since the plant was sound, ``point, time, mean, min, max, first, last,
        count`` in each meter's own unit.
    now : datetime
        The time, UTC.
    state : DailyState, optional
        Of the daily update as the last round left it; a new one is begun where there is none.

    Returns
    -------
    Judgement
        What cannot be judged stands in it with its reason.
    """
    plant = dossier.plant
    sensors, said = sensor_health(plant, lambda *_: newest, now)
    figures: dict[str, float] = {UNSOUND: sum(h.last is None or not h.sound for h in sensors)}
    charts: tuple[ModeChart, ...] = ()
    found: tuple[Verdict, ...] = ()
    try:
        record = by_hours(dossier, hours)
        dossier, measured = record.dossier, record.measured
        charts, found = _against_model(dossier, measured, now, figures)
        if len(measured.hours.time):
            state, told = carried_on(dossier, measured, state)
            found = (*found, *told)
    except LoopkeeperError as error:
        found = (*found, Verdict("monitor.round.none", {"reason": str(error)}))
    if state is not None:
        figures |= {WATCH + family: reach for family, reach in state.standing().items()}
    return Judgement(now, sensors, charts, (*said, *found), figures, state)


def _against_model(
    dossier: Dossier, measured: Measured, now: datetime, figures: dict[str, float]
) -> tuple[tuple[ModeChart, ...], tuple[Verdict, ...]]:
    """Meters, electricity and ground; each as far as its data reach."""
    apart = check_hours(_last(measured.hours, now), dossier.plant)
    figures[APART] = sum(v.severity is not Severity.NOTE for v in apart)
    times = measured.hours.time
    if not len(times):
        return (), apart
    period = Period(times[0], times[-1] + np.timedelta64(1, "h"))
    try:
        case = lay_groundwork(dossier, measured, period)
        evaluation = evaluate_plant(case)
    except LoopkeeperError as error:
        return (), (*apart, Verdict("monitor.round.none", {"reason": str(error)}))
    charts, called = charted(case, evaluation)
    for one in charts:
        figures[WATCH + one.mode] = one.standing
    return charts, (*apart, *called, *_ahead(evaluation, figures))


def _last(hours: PlantHours, now: datetime) -> PlantHours:
    """The hours in which meters are set against each other."""
    end = np.datetime64(now.replace(tzinfo=None), "s")
    return hours.within(Period(end - np.timedelta64(LOOKED_BACK), end))


def _ahead(evaluation: Evaluation, figures: dict[str, float]) -> tuple[Verdict, ...]:
    """The source's temperature in ten years, if the last year repeats itself."""
    outlook = evaluation.ground
    if outlook is None:
        return ()
    place = min(outlook.lived + AHEAD, len(outlook.year)) - 1
    found, meant = float(outlook.found.mean[place]), float(outlook.design.mean[place])
    figures[GROUND_AHEAD] = found - meant
    words = {"years": AHEAD, "found": f"{found:.1f}", "design": f"{meant:.1f}"}
    return (Verdict("monitor.ground.ahead", words),)


def as_readings(hours: pl.DataFrame, points: tuple[Point, ...]) -> pl.DataFrame:
    """
    Turn hourly statistics back into readings, one an hour.

    Parameters
    ----------
    hours : DataFrame
        ``point, time, mean, min, max, first, last, count``.
    points : tuple of Point
        Of the plant; what stands in no list is left out.

    Returns
    -------
    DataFrame
        ``time, point, value, known_at``. Counters give their first reading of the hour, sums what
        was summed, all others the mean; an hour with a value beyond what is possible is left out.
    """
    none = pl.DataFrame(
        schema={
            "time": pl.Datetime("us", "UTC"),
            "point": pl.String,
            "value": pl.Float64,
            "known_at": pl.Datetime("us", "UTC"),
        }
    )
    parts = [none, *(_readings(hours, point) for point in points)]
    return pl.concat(parts).sort("point", "time")


@dataclass(frozen=True)
class HourlyRecord:
    """A plant as hourly statistics tell of it: admitted, and the ``version`` of what was told."""

    dossier: Dossier
    measured: Measured
    version: str


def by_hours(dossier: Dossier, hours: pl.DataFrame) -> HourlyRecord:
    """
    Admit what hourly statistics tell of a plant.

    Parameters
    ----------
    dossier : Dossier
        The plant.
    hours : DataFrame
        As for :func:`as_readings`.

    Returns
    -------
    HourlyRecord
        What its points measured now and then is a mean here: means of a pump that stops within
        the hour lie between off and full, and are no dirt.
    """
    plant = dossier.plant
    told = tuple(
        replace(point, statistic=Statistic.MEAN) if point.statistic is Statistic.INSTANT else point
        for point in plant.points
    )
    readings = as_readings(hours, plant.points)
    meant = replace(dossier, plant=replace(plant, points=told))
    version = hashlib.sha256(readings.write_csv().encode()).hexdigest()[:12]
    return HourlyRecord(meant, admit_readings(meant, readings), version)


_VALUE: Mapping[Statistic, Callable[[], pl.Expr]] = {
    Statistic.COUNTER: lambda: pl.col("first"),
    Statistic.SUM: lambda: pl.col("mean") * pl.col("count"),
}


def _readings(hours: pl.DataFrame, point: Point) -> pl.DataFrame:
    value = _VALUE.get(point.statistic, lambda: pl.col("mean"))()
    rows = hours.filter(pl.col("point") == point.id)
    if point.statistic not in _VALUE:
        factor, offset, _ = linear_to_si(point.unit or "-")
        low, high = ((limit - offset) / factor for limit in physical_limits(point.quantity))
        rows = rows.filter(pl.col("min") >= low, pl.col("max") <= high)
    known_at = (pl.col("time") + timedelta(hours=1)).alias("known_at")
    return rows.select("time", "point", value.alias("value"), known_at)
