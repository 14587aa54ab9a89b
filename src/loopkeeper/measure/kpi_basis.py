"""
What every key figure rests on: measured hours, their share, and reasons to refuse.

Functions of key figures take measured hours, the plant and the period; ``mode`` is ``"heating"``
or ``"cooling"``, ``loop`` is ``"source"`` or ``"load"``. They answer with a value, or with a
refusal where too little of the period is measured.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from loopkeeper.measure.calendar import local_calendar
from loopkeeper.measure.meter_error import Sensed
from loopkeeper.measure.metered import Group
from loopkeeper.measure.series import Floats, PlantHours
from loopkeeper.measure.told import UNTOLD, silences, silent_share
from loopkeeper.measure.uncertainty import Estimate
from loopkeeper.plant.verdict import Verdict
from loopkeeper.plant.years import cooling_share
from loopkeeper.units import MAJORITY

Bools = NDArray[np.bool_]

MINIMUM_COVERAGE: Final = 0.8
"""Least share of a period that must be measured for a figure to be given. [-]"""
ONE_MODE: Final = 0.02
"""Below this share of the other mode a month is of one, and heat follows electricity. [-]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class KpiValue:
    """
    One key figure; ``value`` in ``unit``.

    ``estimated`` is the share of the value that stands for hours without measurement. [-]
    """

    name: str
    boundary: str
    mode: str
    value: Estimate
    unit: str
    coverage: float
    clause: str = ""
    confidence: str = ""
    estimated: float = 0.0


@dataclass(frozen=True, slots=True)
class KpiRefusal:
    """A key figure that cannot be given, with every reason."""

    name: str
    boundary: str
    mode: str
    reasons: tuple[Verdict, ...]

    def given(
        self, value: Estimate, unit: str, coverage: float, clause: str = "", confidence: str = ""
    ) -> KpiValue:
        """Return the figure itself, where it can be given after all."""
        return KpiValue(
            name=self.name,
            boundary=self.boundary,
            mode=self.mode,
            value=value,
            unit=unit,
            coverage=coverage,
            clause=clause,
            confidence=confidence,
        )


Answer = KpiValue | KpiRefusal


@dataclass(frozen=True)
class Cut:
    """The hours of a period in which everything needed is known, and the share they stand for."""

    hours: PlantHours
    known: Bools
    coverage: float

    def mode(self, name: str) -> Bools:
        """Return the known hours of a mode; idle hours belong to the mode before."""
        load = np.nan_to_num(self.hours.values("heat_power", "load"))
        cold = cooling_share(np.maximum(load, 0.0), np.maximum(-load, 0.0)) > MAJORITY
        return np.asarray(self.known & (cold if name == "cooling" else ~cold))


@dataclass(frozen=True, slots=True)
class Fill:
    """
    What missing hours of an energy are filled by, shape (n,) each.

    ``month`` numbers the local months; ``beside`` is the power of a meter that moves with the
    energy, NaN in months in which it does not. [W]
    """

    month: NDArray[np.int64]
    beside: Floats


def by_month(
    hours: PlantHours, timezone: str, beside: Floats | None = None, load: Floats | None = None
) -> Fill:
    """
    Return what missing hours are filled by.

    Parameters
    ----------
    hours : PlantHours
        The period.
    timezone : str
        Of the site.
    beside : array, shape (n,), optional
        Power of a meter that moves with the energy while the plant is in one mode. [W]
    load : array, shape (n,), optional
        Heat at the user side, cold negative: tells the modes of a month. [W]

    Returns
    -------
    Fill
    """
    number = local_calendar(hours.time, timezone)[0]
    month = np.concatenate([[0], np.cumsum(np.diff(number) != 0)])[: len(number)]
    if beside is None or load is None:
        return Fill(month, np.full(len(number), np.nan))
    heat, cold = (
        np.bincount(month, np.maximum(s * np.nan_to_num(load), 0.0)) for s in (1.0, -1.0)
    )
    one = np.minimum(heat, cold) <= ONE_MODE * np.maximum(heat, cold)
    return Fill(month, np.where(one[month], beside, np.nan))


def cut_out(
    hours: PlantHours,
    groups: Sequence[Group],
    blank: KpiRefusal,
    *,
    whole: bool = False,
) -> Cut | KpiRefusal:
    """
    Return the hours in which all groups are known; refuse with reasons when they are too few.

    Parameters
    ----------
    hours : PlantHours
        The period.
    groups : sequence of Group
        What must be known.
    blank : KpiRefusal
        Name, boundary and mode of the figure.
    whole : bool
        Whether the figure is one of the whole period: a month of silence would bend it.

    Returns
    -------
    Cut or KpiRefusal
        The hours, or why they do not do.
    """
    reasons = _unusable(hours, groups, blank)
    if reasons:
        return replace(blank, reasons=reasons)
    known = np.ones(len(hours.time), dtype=bool)
    covered = np.ones(len(hours.time))
    for group in groups:
        if group.values is not None:
            known &= np.isfinite(group.values)
        for key in group.channels:
            covered = np.minimum(covered, hours.channels[key].coverage)
    coverage = float(np.where(known, covered, 0.0).mean()) if len(known) else 0.0
    figures = {**_named(blank), "coverage_percent": f"{100 * coverage:.0f}"}
    if whole and silent_share(known) > UNTOLD:
        figures["days"] = f"{max(b - a for a, b in silences(known)) / 24:.0f}"
        return replace(blank, reasons=(Verdict("measure.kpi.half_told", figures),))
    if coverage < MINIMUM_COVERAGE:
        figures["needed_percent"] = f"{100 * MINIMUM_COVERAGE:.0f}"
        return replace(blank, reasons=(Verdict("measure.kpi.coverage", figures),))
    return Cut(hours, known, coverage)


def _unusable(
    hours: PlantHours, groups: Sequence[Group], blank: KpiRefusal
) -> tuple[Verdict, ...]:
    """Why groups cannot be used at all: a problem of their meters first, else what is missing."""
    problems: list[Verdict] = []
    for key in (k for g in groups for k in g.channels):
        problems += [v for v in hours.withheld.get(key, ()) if v not in problems]
    if problems:
        return tuple(problems)
    missing = [text for g in groups for text in g.missing]
    return tuple(
        Verdict("measure.kpi.not_metered", {**_named(blank), "needed": m}) for m in missing
    )


def _named(blank: KpiRefusal) -> dict[str, object]:
    return {"kpi": blank.name, "boundary": blank.boundary, "mode": blank.mode}


def nothing_delivered(blank: KpiRefusal) -> KpiRefusal:
    """Return the refusal of a figure whose denominator is nothing."""
    return replace(blank, reasons=(Verdict("measure.kpi.nothing_delivered", _named(blank)),))


def nothing_of(answer: Answer) -> bool:
    """Tell whether a figure was measured and there was nothing of it."""
    return isinstance(answer, KpiRefusal) and all(
        v.code == "measure.kpi.nothing_delivered" for v in answer.reasons
    )


def daily_variation(power: Floats, known: Bools) -> float:
    """Standard deviation of daily means over their mean: what a missing day may differ. [-]"""
    days = len(power) // 24
    if days < 2:
        return 1.0
    shape = (days, 24)
    count = known[: 24 * days].reshape(shape).sum(axis=1)
    sums = np.where(known, np.nan_to_num(power), 0.0)[: 24 * days].reshape(shape).sum(axis=1)
    means = sums[count > 0] / count[count > 0]
    mean = float(means.mean()) if len(means) else 0.0
    return float(means.std() / mean) if mean > 0 else 1.0


def scaled_up(
    blank: KpiRefusal,
    energy: Sensed,
    cut: Cut,
    power: Floats,
    fill: Fill,
) -> Answer:
    """
    Return an energy scaled up over its gaps, with the share that is estimated. [J]

    Each month is filled from itself, so that a year is the sum of its months. A silence of a
    fortnight and more that leaves the period half told is no gap: nobody knows what happened in
    it, so nothing stands for it; the coverage says how much is told.

    Parameters
    ----------
    blank : KpiRefusal
        Name, boundary and mode.
    energy : Sensed
        What was measured in the known hours. [J]
    cut : Cut
        The known hours.
    power : array, shape (n,)
        Its course, for what a missing day may differ. [W]
    fill : Fill
        Months, and another meter's power that missing hours may follow.

    Returns
    -------
    KpiValue or KpiRefusal
    """
    if energy.value <= 0:
        return nothing_delivered(blank)
    factor = lift(power, cut.known, fill)
    estimated = 1 - 1 / factor
    follows = estimated > 0 and np.isfinite(fill.beside).all()
    vary = _ratio_variation(power, fill.beside, cut.known) if follows else 0.0
    vary = vary or daily_variation(power, cut.known)
    filled = energy.scaled(factor)
    value = filled.with_part("gaps", filled.value * estimated * vary).estimate()
    return replace(blank.given(value, "J", cut.coverage), estimated=estimated)


def lift(power: Floats, known: Bools, fill: Fill) -> float:
    """Return what the energy of the told hours is over that of the known ones. [-]"""
    told = np.ones(len(known), dtype=bool)
    if silent_share(known) > UNTOLD:
        for first, last in silences(known):
            told[first:last] = False
    measured = np.where(known, np.nan_to_num(power), 0.0)
    whole = float(measured.sum())
    if whole <= 0:
        return 1.0
    mean = whole / float(known.sum())
    months = (told & (fill.month == n) for n in np.unique(fill.month))
    filled = sum(_month(measured, known & here, here, (fill.beside, mean)) for here in months)
    return max(1.0, filled / whole)


def _month(measured: Floats, seen: Bools, here: Bools, by: tuple[Floats, float]) -> float:
    """Energy of a month: by the other meter, by its own mean, or by the period's mean."""
    beside, mean = by
    got, missing = float(measured[seen].sum()), int(here.sum() - seen.sum())
    if missing == 0:
        return got
    if np.isfinite(beside[here]).all() and beside[seen].sum() > 0:
        return got * float(beside[here].sum() / beside[seen].sum())
    if 2 * seen.sum() >= here.sum():
        return got * float(here.sum() / seen.sum())
    return got + missing * mean


def _ratio_variation(power: Floats, beside: Floats, known: Bools) -> float:
    """What a missing day's ratio of two powers may differ. [-]"""
    days = len(power) // 24
    if days < 2:
        return 1.0
    one, other = (
        np.where(known, np.nan_to_num(v), 0.0)[: 24 * days].reshape(days, 24).sum(axis=1)
        for v in (power, beside)
    )
    ratio = one[other > 0] / other[other > 0]
    return float(ratio.std() / ratio.mean()) if len(ratio) > 1 and ratio.mean() > 0 else 1.0
