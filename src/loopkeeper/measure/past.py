"""The years before a period: what the ground has been through since hand-over, day by day."""

from dataclasses import dataclass

import numpy as np

from loopkeeper.measure.operation import Operation
from loopkeeper.measure.reference import ReferenceLoads
from loopkeeper.measure.series import Floats, LoadYear, Period
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.verdict import Verdict

A_MONTH = 30
"""Days without a record that are worth a word. [d]"""

YEAR = 365
"""No more days ahead of a period are read. [d]"""


@dataclass(frozen=True)
class Past:
    """Daily means from hand-over to the period, shape (d,): loads and recharge [W], air [°C]."""

    heating: Floats
    cooling: Floats
    recharge: Floats
    outdoor: Floats


@dataclass(frozen=True)
class RecordedYears:
    """
    A period with the whole days recorded ahead of it, a year at most.

    ``operation`` all these hours, ``ahead`` the days before the period [d], ``past`` what lies
    before the first of them.
    """

    operation: Operation
    ahead: int
    past: Past


def daily_means(values: Floats) -> Floats:
    """
    Return means over whole days.

    Parameters
    ----------
    values : array, shape (24 d + r,)
        Hourly values; the incomplete last day is left out. [any]

    Returns
    -------
    array, shape (d,)
        Daily means in the same unit.
    """
    days = len(values) // 24
    return np.asarray(values[: 24 * days].reshape(days, 24).mean(axis=1))


def days_since_hand_over(plant: Plant, period: Period) -> int:
    """Return whole days between hand-over and the start of a period; 0 when unknown. [d]"""
    if plant.site.handed_over_on is None:
        return 0
    start = np.datetime64(plant.site.handed_over_on, "D")
    return max(0, int((period.start.astype("datetime64[D]") - start).astype(int)))


def measured_past(
    plant: Plant, whole: Operation, period: Period
) -> tuple[Past, tuple[Verdict, ...]]:
    """
    Return what the ground has been through, from the record as far as it reaches.

    Parameters
    ----------
    plant : Plant
        Hand-over date.
    whole : Operation
        All recorded hours.
    period : Period
        The period that follows.

    Returns
    -------
    Past
        Days before the record are taken as the period's own year, by calendar.
    verdicts : tuple of Verdict
        How many days had to be supposed.
    """
    days = days_since_hand_over(plant, period)
    before = whole.within(Period(whole.time[0], period.start))
    inside = whole.within(period)
    columns = []
    known = min(days, before.hours // 24)
    for name in ("heating", "cooling", "recharge", "outdoor"):
        recorded = daily_means(getattr(before, name)[before.hours - 24 * known :])
        columns.append(np.concatenate([_repeated(getattr(inside, name), days, known), recorded]))
    verdicts = []
    if days - known > A_MONTH:
        verdicts.append(Verdict("measure.past.supposed", {"days": days - known}))
    if plant.site.handed_over_on is None:
        verdicts.append(Verdict("measure.past.no_hand_over", {}))
    return Past(*columns), tuple(verdicts)


def recorded(plant: Plant, whole: Operation, period: Period, past: Past) -> RecordedYears:
    """
    Return a period with what was recorded in the year ahead of it.

    Parameters
    ----------
    plant : Plant
        Hand-over date: nothing before it is the plant's.
    whole : Operation
        All recorded hours.
    period : Period
        The period.
    past : Past
        The days before it.

    Returns
    -------
    RecordedYears
        Whole days, so that the period begins one.
    """
    before = whole.within(Period(whole.time[0], period.start))
    ahead = min(before.hours // 24, YEAR)
    if plant.site.handed_over_on is not None:
        ahead = min(ahead, len(past.heating))
    first = before.time[before.hours - 24 * ahead] if ahead else period.start
    kept = slice(0, max(len(past.heating) - ahead, 0))
    earlier = Past(past.heating[kept], past.cooling[kept], past.recharge[kept], past.outdoor[kept])
    return RecordedYears(whole.within(Period(first, period.end)), ahead, earlier)


def reference_past(loads: ReferenceLoads, outdoor: Floats, days: int) -> Past:
    """
    Return the years before as the design would have had them.

    Parameters
    ----------
    loads : ReferenceLoads
        Design loads on the hours of the period.
    outdoor : array, shape (n,)
        Outdoor temperature of the period. [°C]
    days : int
        Days since hand-over. [d]

    Returns
    -------
    Past
        The reference year repeated backwards by calendar.
    """
    columns = (loads.heating, loads.cooling, loads.recharge, outdoor)
    return Past(*(_repeated(c, days, 0) for c in columns))


def design_past(design: LoadYear, recharge: Floats, days: int) -> Past:
    """
    Return the design year repeated for the years before a period.

    Parameters
    ----------
    design : LoadYear
        The design year.
    recharge : array, shape (n,)
        Recharge of the design year. [W]
    days : int
        Days since hand-over. [d]

    Returns
    -------
    Past
        Whole years are repeated, so that the design year can follow on.
    """
    whole = round(days / 365) * 365
    outdoor = design.outdoor_temperature
    air = np.zeros(len(design.time)) if outdoor is None else outdoor
    columns = (design.heating + design.hot_water, design.cooling, recharge, air)
    return Past(*(_repeated(c, whole, 0) for c in columns))


def _repeated(year: Floats, days: int, known: int) -> Floats:
    """Daily means of a year laid end to end backwards from its start, without the last `known`."""
    daily = daily_means(year)
    if days <= known or len(daily) == 0:
        return np.zeros(0)
    back = np.arange(days, known, -1)
    return np.asarray(daily[(-back) % len(daily)])
