"""Meters that stand still while the rest of the plant shows that it runs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from loopkeeper.measure.admitted import SECOND, Admitted, Codes, Quality, Segments, stamp
from loopkeeper.measure.averaging import HOUR_STEP
from loopkeeper.measure.metered import machines
from loopkeeper.measure.series import Bools, ChannelKey, Floats, PlantHours
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
_HEAT: Final = frozenset({"heat_power", "heat_energy", "cooling_energy"})
_ELECTRICITY: Final = frozenset({"electricity_power", "electricity_energy"})


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
    codes = [flagged.get(name, s.quality) for name, s in segments.items()]
    frame = admitted.frame.with_columns(pl.Series("quality", np.concatenate(codes)))
    said = tuple(_said(f, hours) for f in found)
    return Admitted(frame, admitted.points, (*admitted.verdicts, *said)), said


def standstills(hours: PlantHours, plant: Plant) -> tuple[Stood, ...]:
    """
    Return the meters of heat and of the machines' electricity that stood while others worked.

    Parameters
    ----------
    hours : PlantHours
        Measured hours.
    plant : Plant
        Its machines.

    Returns
    -------
    tuple of Stood
        Empty where nobody can bear witness.
    """
    drawn = machines(hours, plant)
    thermal = {
        f"heat of {loop}": hours.channels[key]
        for loop in ("load", "source")
        for key in (("heat_power_calculated", loop), ("heat_power", loop))
        if key in hours.channels
    }
    witnesses = {name: (np.abs(c.values), frozenset(c.rests_on)) for name, c in thermal.items()}
    if drawn.values is not None:
        witnesses["machines"] = (drawn.values, frozenset(drawn.channels))
    found = []
    for key, channel in hours.channels.items():
        if channel.point is None or channel.rests_on or not _is_judged(key, drawn.channels):
            continue
        others = {n: v for n, (v, keys) in witnesses.items() if key not in keys}
        if key[0] in _HEAT:
            others.pop(f"heat of {key[1]}" if key[0] == "heat_power" else "", None)
        one = _stood(channel.point, channel.values, others)
        found += [one] if one is not None else []
    return tuple(found)


def _is_judged(key: ChannelKey, drawn: tuple[ChannelKey, ...]) -> bool:
    if key[0] in _ELECTRICITY:
        return key in drawn and len(drawn) == 1
    return key[0] in {"heat_power", "heat_energy"} and key[1] in {"load", "source"}


def _stood(point: Point, values: Floats, witnesses: Mapping[str, Floats]) -> Stood | None:
    """Hours in which a meter counted nothing and every witness that spoke was at work."""
    if not witnesses:
        return None
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
        return None
    active = working & np.isfinite(values)
    return Stood(point, stood, tuple(witnesses), float(stood.sum() / max(active.sum(), 1)))


def _usual(values: Floats) -> float:
    known = values[np.isfinite(values) & (values > 0)]
    return float(np.median(known)) if len(known) else 0.0


def _long_enough(hours: Bools) -> Bools:
    """Runs of at least ``LEAST_RUN`` hours."""
    kept = np.zeros(len(hours), dtype=bool)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], hours.view(np.int8), [0]])))
    for first, last in edges.reshape(-1, 2):
        kept[first:last] = last - first >= LEAST_RUN
    return kept


def _missed(values: Floats, stood: Bools, witnesses: Mapping[str, Floats]) -> Bools:
    """Runs in which the meter should have made several of its own smallest steps."""
    positive = values[np.isfinite(values) & (values > 0)]
    if len(positive) == 0:
        return np.asarray(stood)
    smallest = float(np.quantile(positive, 0.01))
    seen = next(iter(witnesses.values()))
    both = np.isfinite(values + seen) & (values > 0)
    ratio = float(values[both].sum() / max(float(seen[both].sum()), 1e-9))
    kept = np.zeros(len(stood), dtype=bool)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], stood.view(np.int8), [0]])))
    for first, last in edges.reshape(-1, 2):
        kept[first:last] = ratio * np.nansum(seen[first:last]) > STEPS * smallest
    return kept


def _flagged(stretch: Segments, hours: PlantHours, stood: Bools) -> Codes:
    """Flag the flat stretches that reach into the hours in which the meter stood."""
    edges = hours.time.astype("datetime64[us]").astype(np.int64)
    first = np.searchsorted(edges, stretch.start, side="right") - 1
    last = np.searchsorted(edges, stretch.end - SECOND // 1000, side="right") - 1
    sums = np.concatenate([[0], np.cumsum(stood)])
    touched = sums[np.minimum(last, len(stood) - 1) + 1] - sums[np.maximum(first, 0)] > 0
    flat = stretch.value == 0
    runs = np.cumsum(np.concatenate([[1], (np.diff(flat.view(np.int8)) != 0).astype(int)]))
    hit = np.unique(runs[flat & touched])
    wrong = flat & np.isin(runs, hit)
    quality = stretch.quality.copy()
    quality[wrong & (quality <= Quality.SPREAD)] = Quality.STUCK
    return quality


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
