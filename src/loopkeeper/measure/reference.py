"""The design year brought to the weather and the rooms of the measured year."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from loopkeeper.measure.calendar import local_calendar
from loopkeeper.measure.operation import Operation
from loopkeeper.measure.recharge_year import design_recharge
from loopkeeper.measure.series import Floats, LoadYear, Times
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.verdict import Verdict
from loopkeeper.units import HOURS_A_DAY, SATURDAY

OFFICE = (10, 17)
"""Hours of a working day in which rooms are kept as promised. [h]"""

LEAP_YEAR = 366
"""Days of a year in which every date has its place. [d]"""

BEFORE_MONTH = np.array([0, 31, 60, 91, 121, 152, 182, 213, 244, 274, 305, 335])
"""Days of such a year before each month. [d]"""

WEEK = 7
"""So near a day with load a day may have load too. [d]"""

ROOM_SLACK = 1.0
"""Rooms within this of the promised temperature count as kept. [K]"""


@dataclass(frozen=True)
class ReferenceLoads:
    """
    Design loads on the hours of a measured period, shape (n,). [W]

    ``heating`` and ``cooling`` follow the measured weather and rooms; ``recharge`` is what the
    design puts into the ground, negative where it takes heat out of it.
    """

    heating: Floats
    cooling: Floats
    recharge: Floats


@dataclass(frozen=True)
class _Signature:
    """Mean power of a day over its mean outdoor temperature, and its course over the hours."""

    balance: float
    slope: float
    sign: float
    shape: Floats

    def demand(self, outdoor: Floats, offset: float) -> Floats:
        """Return the mean power of days with these outdoor means, rooms moved by `offset`. [W]"""
        difference = self.sign * (self.balance - outdoor) + offset
        return np.asarray(self.slope * np.maximum(0.0, difference))


@dataclass(frozen=True)
class _Days:
    """
    Local days of a series: index of each hour's day, its hour, weekend, slot, daily means.

    ``slot`` is the day's place in a leap year.
    """

    index: NDArray[np.int64]
    hour: NDArray[np.int64]
    weekend: NDArray[np.bool_]
    slot: NDArray[np.int64]
    mean: Floats

    @classmethod
    def of(cls, time: Times, outdoor: Floats, zone: str) -> "_Days":
        """Cut a series into local days."""
        month, day, hour, weekday = local_calendar(time, zone)
        slot = BEFORE_MONTH[month - 1] + day - 1
        index = np.cumsum(np.concatenate([[0], (np.diff(slot) != 0).astype(np.int64)]))
        mean = np.bincount(index, outdoor) / np.bincount(index)
        return cls(index, hour, weekday >= SATURDAY, slot, mean)


def reference_loads(
    plant: Plant, design: LoadYear, measured: Operation
) -> tuple[ReferenceLoads, tuple[Verdict, ...]]:
    """
    Return the design loads under the weather and room temperatures of a measured period.

    Each mode's daily design load is read as a straight line over the daily mean outdoor
    temperature; the measured day is set on that line, moved by what the rooms are kept warmer
    (heating) or colder (cooling) than promised, and spread over the hours as the design does.

    Parameters
    ----------
    plant : Plant
        Promised room temperatures and time zone.
    design : LoadYear
        The design year; without its weather, loads are only mapped by calendar.
    measured : Operation
        The measured period.

    Returns
    -------
    ReferenceLoads
        Design loads on the hours of the period.
    verdicts : tuple of Verdict
        What could not be split off.
    """
    verdicts: list[Verdict] = []
    by_calendar = _by_calendar(plant, design, measured)
    heating, cooling, recharge = by_calendar
    if design.outdoor_temperature is None:
        verdicts.append(Verdict("measure.reference.no_design_weather", {}))
        return ReferenceLoads(heating, cooling, recharge), tuple(verdicts)
    zone = plant.site.timezone
    warmer = _room_offset(measured, plant.promise.indoor_heating, measured.heating > 0, zone)
    colder = _room_offset(measured, plant.promise.indoor_cooling, measured.cooling > 0, zone)
    if warmer is None or colder is None:
        verdicts.append(Verdict("measure.reference.no_room_temperature", {}))
    loads = [
        _adjusted(plant, design, values, measured, offset or 0.0)
        for values, offset in (
            (design.heating + design.hot_water, warmer),
            (design.cooling, colder),
        )
    ]
    return ReferenceLoads(loads[0], loads[1], recharge), tuple(verdicts)


def _by_calendar(plant: Plant, design: LoadYear, measured: Operation) -> tuple[Floats, ...]:
    """Design loads by month, day and hour of local time."""
    zone = plant.site.timezone
    table = {
        key: n
        for n, key in enumerate(
            zip(*(c.tolist() for c in local_calendar(design.time, zone)[:3]), strict=True)
        )
    }
    month, day, hour, _ = local_calendar(measured.time, zone)
    rows = np.array(
        [
            table.get((m, d, h), table.get((m, min(d, 28), h), 0))
            for m, d, h in zip(month.tolist(), day.tolist(), hour.tolist(), strict=True)
        ]
    )
    recharge = design_recharge(plant, design, measured.recharged)
    columns = (design.heating + design.hot_water, design.cooling, recharge)
    return tuple(c[rows] for c in columns)


def _room_offset(
    measured: Operation, promised: float | None, active: NDArray[np.bool_], zone: str
) -> float | None:
    """Mean measured room temperature minus the promised one in working hours of a mode. [K]"""
    _, _, hour, weekday = local_calendar(measured.time, zone)
    working = active & (hour >= OFFICE[0]) & (hour < OFFICE[1]) & (weekday < SATURDAY)
    known = working & np.isfinite(measured.indoor)
    if promised is None or known.sum() < HOURS_A_DAY:
        return None
    offset = float(np.median(measured.indoor[known]) - promised)
    return offset if abs(offset) > ROOM_SLACK else 0.0


def _adjusted(
    plant: Plant, design: LoadYear, load: Floats, measured: Operation, offset: float
) -> Floats:
    """Set each measured day on the signature of the design load."""
    if design.outdoor_temperature is None or load.max() <= 0:
        return np.zeros(measured.hours)
    sign = -1.0 if load is design.cooling else 1.0
    zone = plant.site.timezone
    designed = _Days.of(design.time, design.outdoor_temperature, zone)
    actual = _Days.of(measured.time, measured.outdoor, zone)
    signature = _fit(designed, load, sign)
    demand = signature.demand(actual.mean, sign * offset)
    allowed = _in_season(designed, load, actual)
    shaped = demand[actual.index] * signature.shape[actual.weekend.astype(int), actual.hour]
    return np.where(allowed, shaped, 0.0)


def _fit(days: _Days, load: Floats, sign: float) -> _Signature:
    """Fit mean power of a day = slope · max(0, ±(balance − mean)) by a search over the balance."""
    count = np.bincount(days.index)
    energy = np.bincount(days.index, load) / count
    season = energy > 0
    mean = days.mean[season]
    best = (np.inf, 0.0, 0.0)
    for balance in np.arange(mean.min() - 8.0, mean.max() + 8.0, 0.25):
        degree = np.maximum(0.0, sign * (balance - mean))
        power = float(degree @ degree)
        if power > 0:
            slope = float(degree @ energy[season]) / power
            error = float(((energy[season] - slope * degree) ** 2).sum())
            best = min(best, (error, float(balance), slope))
    flat = _Signature(best[1], best[2], sign, np.ones((2, 24)))
    predicted = (flat.demand(days.mean, 0.0) * season)[days.index]
    shape = np.stack(
        [
            np.bincount(days.hour[kind], load[kind], minlength=24)
            / np.maximum(np.bincount(days.hour[kind], predicted[kind], minlength=24), 1e-9)
            for kind in (~days.weekend, days.weekend)
        ]
    )
    return _Signature(best[1], best[2], sign, shape)


def _in_season(designed: _Days, load: Floats, actual: _Days) -> NDArray[np.bool_]:
    """Hours whose calendar day lies within a week of a design day with load."""
    active = np.zeros(LEAP_YEAR, dtype=bool)
    active[designed.slot[load > 0]] = True
    wrapped = np.concatenate([active[-WEEK:], active, active[:WEEK]])
    near = np.convolve(wrapped, np.ones(2 * WEEK + 1), "valid") > 0
    return np.asarray(near[actual.slot])
