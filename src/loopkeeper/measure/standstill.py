"""Meters that stand still while the rest of the plant shows that it runs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from loopkeeper.measure.admitted import SECOND, Admitted, Codes, Flag, Segments, stamp
from loopkeeper.measure.averaging import HOUR_STEP
from loopkeeper.measure.excursions import runs_of
from loopkeeper.measure.metered import machines
from loopkeeper.measure.series import Bools, Floats, PlantHours
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.points import Point
from loopkeeper.plant.verdict import Verdict

LEAST_RUN: Final = 3
"""A meter stands when it counts nothing for this many hours in which others show work. [h]"""
LEAST_HOURS: Final = 6
"""Less than this in all is not worth a word. [h]"""
AT_WORK: Final = 0.3
"""A witness works above this share of its usual working hour. [-]"""
STEPS: Final = 5.0
"""A register must have missed this many of its own smallest steps. [-]"""
DEAD: Final = 0.5
"""A meter that stands in this share of the plant's working hours is of no use. [-]"""
LOOPS: Final = ("load", "source")
"""The loops whose heat bears witness."""
_HEAT: Final = ("heat_power", "heat_energy", "cooling_energy")


@dataclass(frozen=True)
class Stood:
    """A point, the hours in which it stood (shape (n,)) and the witnesses' names."""

    point: Point
    hours: Bools
    witnesses: tuple[str, ...]
    share: float


def without_standstills(
    admitted: Admitted, hours: PlantHours, plant: Plant
) -> tuple[Admitted, tuple[Verdict, ...]]:
    """
    Return the readings with the standstill of meters flagged, and verdicts that name the meter.

    Heat without electricity, or electricity without heat, for hours on end is impossible: the
    meter that counted nothing stood. Its hours are unknown then, not zero.

    Parameters
    ----------
    admitted : Admitted
        Checked readings.
    hours : PlantHours
        The same by the hour.
    plant : Plant
        Its machines.

    Returns
    -------
    Admitted
        The same object when nothing stood.
    verdicts : tuple of Verdict
        One per meter.
    """
    found = standstills(hours, plant)
    if not found:
        return admitted, ()
    segments = admitted.segments()
    flagged = {f.point.id: _flagged(segments[f.point.id], hours, f.hours) for f in found}
    codes = [flagged.get(name, s.flag) for name, s in segments.items()]
    frame = admitted.frame.with_columns(pl.Series("flag", np.concatenate(codes)))
    said = tuple(_said(f, hours) for f in found)
    return Admitted(frame, admitted.points, (*admitted.verdicts, *said)), said


def standstills(hours: PlantHours, plant: Plant) -> tuple[Stood, ...]:
    """
    Return the meters of heat and of the machines' electricity that stood while others worked.

    Empty where nobody can bear witness.
    """
    drawn = machines(hours, plant)
    thermal = {
        (kind, loop): hours.channels[kind, loop]
        for loop in LOOPS
        for kind in ("heat_power_calculated", "heat_power")
        if (kind, loop) in hours.channels
    }
    found: list[Stood] = []
    if len(drawn.channels) == 1 and drawn.values is not None:
        point = hours.channels[drawn.channels[0]].point
        others = {f"heat of {loop}": np.abs(c.values) for (_, loop), c in thermal.items()}
        found += _stood(point, drawn.values, others)
    for loop in LOOPS:
        metered = thermal.get(("heat_power", loop))
        if metered is None or metered.point is None:
            continue
        signed = {
            f"heat of {of}": c.values
            for (kind, of), c in thermal.items()
            if kind == "heat_power_calculated" or of != loop
        }
        others = {name: np.abs(values) for name, values in signed.items()}
        if drawn.values is not None:
            others["machines"] = drawn.values
        for point, hours_of in _registers(hours, loop, signed):
            counted = np.where(hours_of, np.abs(metered.values), np.nan)
            found += _stood(point, counted, others)
    return tuple(found)


def _registers(
    hours: PlantHours, loop: str, signed: Mapping[str, Floats]
) -> list[tuple[Point, Bools]]:
    """Heat meters of a loop with the hours each has to count in."""
    named = [hours.channels.get((quantity, loop)) for quantity in _HEAT]
    points = [None if c is None or c.rests_on else c.point for c in named]
    power, heat, cold = points
    everywhere = np.ones(len(hours.time), dtype=bool)
    if power is not None or cold is None or heat is None:
        return [(p, everywhere) for p in (power or heat or cold,) if p is not None]
    cooling = np.zeros(len(hours.time), dtype=bool)
    for values in signed.values():
        cooling |= np.nan_to_num(values) < 0
    return [(heat, ~cooling), (cold, cooling)]


def _stood(
    point: Point | None, values: Floats, witnesses: Mapping[str, Floats]
) -> tuple[Stood, ...]:
    """Hours in which a meter counted nothing and every witness that spoke was at work."""
    if point is None or not witnesses:
        return ()
    working, spoken = np.ones(len(values), dtype=bool), np.zeros(len(values), dtype=bool)
    for seen in witnesses.values():
        known = np.isfinite(seen)
        usual = _usual(seen)
        spoken |= known & (usual > 0)
        working &= ~known | (np.nan_to_num(seen) > AT_WORK * usual)
    working &= spoken
    still = np.isfinite(values) & (values == 0)
    stood = _long_enough(still & working) & _missed(values, still & working, witnesses)
    if stood.sum() < LEAST_HOURS:
        return ()
    active = working & np.isfinite(values)
    share = float(stood.sum() / max(active.sum(), 1))
    return (Stood(point, stood, tuple(witnesses), share),)


def _usual(values: Floats) -> float:
    known = values[np.isfinite(values) & (values > 0)]
    return float(np.median(known)) if len(known) else 0.0


def _long_enough(hours: Bools) -> Bools:
    """Runs of at least ``LEAST_RUN`` hours."""
    kept = np.zeros(len(hours), dtype=bool)
    for first, last in zip(*runs_of(hours), strict=True):
        kept[first : last + 1] = last - first + 1 >= LEAST_RUN
    return kept


def _missed(values: Floats, stood: Bools, witnesses: Mapping[str, Floats]) -> Bools:
    """Runs in which by some witness the meter should have made several of its smallest steps."""
    positive = values[np.isfinite(values) & (values > 0)]
    if len(positive) == 0:
        return np.asarray(stood)
    smallest = float(np.quantile(positive, 0.01))
    kept = np.zeros(len(stood), dtype=bool)
    for seen in witnesses.values():
        both = np.isfinite(values + seen)  # hours without a step too: a coarse register rests
        ratio = float(values[both].sum() / max(float(seen[both].sum()), 1e-9))
        for first, last in zip(*runs_of(stood), strict=True):
            due = ratio * np.nansum(seen[first : last + 1])
            kept[first : last + 1] |= due > STEPS * smallest
    return kept


def _flagged(stretch: Segments, hours: PlantHours, stood: Bools) -> Codes:
    """Flag the flat stretches that reach into the hours in which the meter stood."""
    edges = hours.time.astype("datetime64[us]").astype(np.int64)
    first = np.searchsorted(edges, stretch.start, side="right") - 1
    last = np.searchsorted(edges, stretch.end - SECOND // 1000, side="right") - 1
    sums = np.concatenate([[0], np.cumsum(stood)])
    touched = sums[last + 1] - sums[np.maximum(first, 0)] > 0
    flat = stretch.value == 0
    runs = np.cumsum(np.concatenate([[1], (np.diff(flat.view(np.int8)) != 0).astype(int)]))
    hit = np.unique(runs[flat & touched])
    wrong = flat & np.isin(runs, hit)
    flag = stretch.flag.copy()
    flag[wrong & (flag <= Flag.SPREAD)] = Flag.STUCK
    return flag


def _said(one: Stood, hours: PlantHours) -> Verdict:
    first = int(hours.time[int(np.argmax(one.hours))].astype("datetime64[us]").astype(np.int64))
    figures = {
        "point": one.point.id,
        "of": one.point.of,
        "hours": int(one.hours.sum()),
        "percent": f"{100 * one.share:.0f}",
        "by": ", ".join(one.witnesses),
        "first": stamp(first - first % HOUR_STEP),
    }
    code = "measure.meter.dead" if one.share > DEAD else "measure.meter.stands"
    return Verdict(code, figures)
