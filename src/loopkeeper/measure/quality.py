"""Readings that look admitted but cannot be true: stuck values and spikes; gaps; a summary."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from loopkeeper.measure.admitted import SECOND, Admitted, Flag, Segments, stamp
from loopkeeper.measure.averaging import StepAxis, integrate, step_mean
from loopkeeper.measure.contradiction import contradicted
from loopkeeper.measure.excursions import crowded
from loopkeeper.measure.nameplates import MOST, bounds, implausible_verdict, scale_verdict
from loopkeeper.measure.outliers import judge
from loopkeeper.measure.series import Floats, Period
from loopkeeper.measure.witnesses import MovingPoint, partners, related, witness_of
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.points import Point, Statistic
from loopkeeper.plant.verdict import Verdict
from loopkeeper.units import HOUR

FEWEST = 24
"""Fewer readings show no course. [-]"""

Bools = NDArray[np.bool_]

STUCK_LEAST: Final = 6 * HOUR
"""Nothing is called stuck before this much running time. [s]"""
STUCK_ALWAYS: Final = 48 * HOUR
"""The same for flow and power, which full load holds steady, and for what never changes. [s]"""
STUCK_TIMES: Final = 20.0
"""Unchanged this many times longer than usual is stuck. [-]"""
STUCK_READINGS: Final = 12
"""A stuck run holds at least this many readings."""
IDLE: Final = 0.005
"""A flow or power below this share of what its nameplates bound is at rest. [-]"""
RUNNING_SHARE: Final = 0.05
"""Machines run when they draw more than this share of their usual high draw. [-]"""
LEAST_COVERAGE: Final = 0.95
"""Points with less coverage get a verdict. [-]"""

_TEMPERATURE: Final = "temperature"
_SLOW: Final = ("ground_temperature", "water_temperature")
_CAN_STICK: Final = ("flow", "heat_power", "electricity_power", "pressure", "water_level")


@dataclass(frozen=True, slots=True)
class PointSummary:
    """Coverage of a point over a period and the share of its readings flagged, by flag. [-]"""

    point: str
    quantity: str
    of: str
    coverage: float
    flags: Mapping[str, float]


@dataclass(frozen=True)
class _RunningClock:
    """Running time of the plant since the first hour: ``seconds`` at the hours' ``edges``."""

    edges: Floats
    seconds: Floats

    def at(self, instants: NDArray[np.int64]) -> Floats:
        """Return the running time at these instants. [s]"""
        return np.interp(instants / SECOND, self.edges, self.seconds)


@dataclass(frozen=True)
class _Scene:
    """The plant, its running time and what its points say about each other."""

    plant: Plant
    clock: _RunningClock
    witnesses: tuple[MovingPoint, ...]


def check_readings(admitted: Admitted, plant: Plant) -> Admitted:
    """
    Return the readings with stuck values and spikes flagged, and verdicts on them and on gaps.

    A value is stuck when it stays the same, while the machines run, for 20 times longer than the
    point's own habit and at least 6 h; a coarse or change-of-value point has long habits, an idle
    plant does not count. Spikes, sentinels and dropouts leave the course of a point and return
    while no other point of the plant explains it; limits come from medians, which the false
    readings cannot move, and from the nameplates.

    Parameters
    ----------
    admitted : Admitted
        Admitted readings.
    plant : Plant
        Tells which points belong to machines.

    Returns
    -------
    Admitted
        The same stretches with new quality codes; earlier verdicts first.
    """
    segments = admitted.segments()
    if not segments:
        return admitted
    scene = _scene(admitted, segments, plant)
    verdicts = list(admitted.verdicts)
    pieces: list[NDArray[np.uint8]] = []
    first, last = _span(segments)
    for name, stretch in segments.items():
        point = admitted.point(name)
        checked, said = _checked(point, stretch, scene)
        pieces.append(checked.flag)
        verdicts += [*said, *_gap_verdict(point, checked, first, last)]
    frame = admitted.frame.with_columns(pl.Series("flag", np.concatenate(pieces)))
    return Admitted(frame, admitted.points, tuple(verdicts))


def summarise(admitted: Admitted, period: Period) -> tuple[PointSummary, ...]:
    """
    Return coverage and flags of every point over a period.

    Parameters
    ----------
    admitted : Admitted
        Checked readings.
    period : Period
        The period.

    Returns
    -------
    tuple of PointSummary
        One per point of the list; a point without readings has no coverage.
    """
    edges = np.array([period.start, period.end], dtype="datetime64[us]").astype(np.int64)
    length = max(int(edges[1] - edges[0]), 1)
    segments = admitted.segments()
    return tuple(_summary(p, segments.get(p.id), edges, length) for p in admitted.points)


def _summary(
    point: Point, stretch: Segments | None, edges: NDArray[np.int64], length: int
) -> PointSummary:
    if stretch is None:
        return PointSummary(point.id, point.quantity, point.of, 0.0, {})
    inside = (stretch.end > edges[0]) & (stretch.start < edges[1])
    codes = stretch.flag[inside]
    flags = {
        flag.name.lower(): float((codes == flag).mean())
        for flag in Flag
        if flag is not Flag.GOOD and (codes == flag).any()
    }
    good = stretch.good()
    ones = Segments(good.start, good.end, np.ones(len(good.start)), good.flag)
    coverage = float(integrate(ones, edges)[0]) * SECOND / length
    return PointSummary(point.id, point.quantity, point.of, min(coverage, 1.0), flags)


def _span(segments: Mapping[str, Segments]) -> tuple[int, int]:
    """First and last instant of any point. [µs]"""
    return (
        min(int(s.start[0]) for s in segments.values()),
        max(int(s.end[-1]) for s in segments.values()),
    )


def _running_clock(
    segments: Mapping[str, Segments], points: Sequence[Point], plant: Plant
) -> _RunningClock:
    """Count the hours in which any machine draws electricity; without such a meter, all hours."""
    axis = StepAxis.spanning(*_span(segments))
    parts = {m.id for m in plant.machines} | {"machines"}
    quantities = {"electricity_power", "electricity_energy", "running"}
    on = np.zeros(len(axis.edges) - 1, dtype=bool)
    seen = False
    for point in points:
        if point.of in parts and point.quantity in quantities and point.id in segments:
            seen = True
            on |= running_hours(step_mean(segments[point.id], axis)[0])
    if not seen:
        on[:] = True
    seconds = np.concatenate([[0.0], np.cumsum(np.where(on, HOUR, 0.0))])
    return _RunningClock(axis.edges / SECOND, seconds)


def running_hours(draw: Floats) -> Bools:
    """
    Tell in which hours a machine or pump runs, by its draw.

    Parameters
    ----------
    draw : array, shape (n,)
        Electricity or running share; NaN is not running. [W]

    Returns
    -------
    bool array, shape (n,)
        True where the draw exceeds 5 % of what it usually reaches.
    """
    known = draw[np.isfinite(draw) & (draw > 0)]
    if len(known) == 0:
        return np.zeros(len(draw), dtype=bool)
    high = float(np.quantile(known, 0.9))
    return np.asarray(np.nan_to_num(draw) > RUNNING_SHARE * high)


def _scene(admitted: Admitted, segments: Mapping[str, Segments], plant: Plant) -> _Scene:
    """Gather what the points know about each other."""
    found = (witness_of(admitted.point(name), s) for name, s in segments.items())
    witnesses = tuple(w for w in found if w is not None)
    return _Scene(plant, _running_clock(segments, admitted.points, plant), witnesses)


def _checked(point: Point, stretch: Segments, scene: _Scene) -> tuple[Segments, list[Verdict]]:
    """Flag a point's readings, each check on what the ones before left."""
    flag = stretch.flag.copy()
    checked = Segments(stretch.start, stretch.end, stretch.value, flag)
    said: list[Verdict] = []
    if len(stretch.start) == 0:
        return checked, said
    said += _bound(point, checked, scene)
    if point.statistic in {Statistic.COUNTER, Statistic.SUM} or len(stretch.start) < FEWEST:
        return checked, said
    warm = point.quantity.endswith(_TEMPERATURE)
    if warm or point.quantity in _CAN_STICK:
        patient = not warm or point.quantity in _SLOW
        good = flag == Flag.GOOD
        stuck = good & _stuck(stretch, scene.clock, patient=patient)
        if stuck.any():
            flag[stuck] = Flag.STUCK
            said.append(_stuck_verdict(point, stretch, stuck))
        said += _outliers(point, checked, scene, warm=warm)
    return checked, said


def _bound(point: Point, checked: Segments, scene: _Scene) -> list[Verdict]:
    """Leave out what the place of a point does not allow; much of it is a matter of scale."""
    low, high = bounds(point, scene.plant)
    if not np.isfinite(high):
        return []
    good = checked.flag <= Flag.SPREAD
    if not point.quantity.endswith(_TEMPERATURE):
        running = checked.value[good & (np.abs(checked.value) > RUNNING_SHARE * high)]
        if point.statistic is Statistic.COUNTER:
            means = step_mean(checked, StepAxis.spanning(*_span({point.id: checked})))[0]
            running = means[np.nan_to_num(means) > RUNNING_SHARE * high]
        said = scale_verdict(point, running, high)
        if said or point.statistic is Statistic.COUNTER:
            return list(said)
    wrong = good & ((checked.value < low) | (checked.value > high))
    if not wrong.any() or wrong.sum() > MOST * good.sum():
        return []
    checked.flag[wrong] = Flag.JUMP
    return [implausible_verdict(point, checked, wrong, (low, high))]


def _outliers(point: Point, checked: Segments, scene: _Scene, *, warm: bool) -> list[Verdict]:
    """Flag sentinels, spikes and dropouts among the good readings."""
    good = np.flatnonzero(checked.flag == Flag.GOOD)
    start, value = checked.start[good], checked.value[good]
    high = bounds(point, scene.plant)[1]
    if not warm and np.isfinite(high):  # the noise of a meter at rest is nothing
        value = np.where(np.abs(value) < IDLE * high, 0.0, value)
    others = [w for w in scene.witnesses if w.point.id != point.id]
    sworn = None if warm else related(point, scene.plant, others)
    still = contradicted(start, value, partners(point, scene.plant, others))
    if still.any():
        checked.flag[good[still]] = Flag.JUMP
        said = [Verdict("measure.quality.dropout", _figures(point, checked, good[still]))]
        return said + _outliers(point, checked, scene, warm=warm)
    means = point.statistic is Statistic.MEAN
    judged = judge(start, value, others, sworn, means=means)
    if judged.erratic is not None:
        figures = _figures(point, checked, good[judged.erratic])
        figures["percent"] = round(100 * float(judged.erratic.mean()), 1)
        figures["count"] = len(good)
        checked.flag[good] = Flag.JUMP
        return [Verdict("measure.quality.erratic", figures)]
    said = []
    wrong = judged.sentinel | judged.spike | judged.dropout
    around = np.isin(checked.flag, (Flag.RANGE, Flag.JUMP))
    around[good[wrong]] = True
    island = crowded(around)[good] & ~wrong
    for code, mask in (
        ("measure.quality.sentinel", judged.sentinel),
        ("measure.quality.spike", judged.spike | island),
        ("measure.quality.dropout", judged.dropout),
    ):
        if mask.any():
            checked.flag[good[mask]] = Flag.JUMP
            said.append(Verdict(code, _figures(point, checked, good[mask])))
    return said


def _stuck(stretch: Segments, clock: _RunningClock, *, patient: bool) -> Bools:
    """Readings that repeat the one before for far longer than the point's habit."""
    value = stretch.value
    first = np.concatenate([[0], np.flatnonzero(np.diff(value) != 0) + 1])
    last = np.concatenate([first[1:], [len(value)]]) - 1
    length = clock.at(stretch.end[last]) - clock.at(stretch.start[first])
    if (
        patient and len(first) > 1
    ):  # flow and power stand at zero, or at one speed, for good reasons
        length = np.where(np.abs(value[first]) < 0.02 * _high(value), 0.0, length)
    running = length[length > 0]
    mask = np.zeros(len(value), dtype=bool)
    if len(running) == 0:
        return mask
    limit = _longest_habit(running, patient=patient)
    for run in np.flatnonzero((length > limit) & (last - first >= STUCK_READINGS)):
        mask[first[run] + 1 : last[run] + 1] = True
    return mask


def _longest_habit(running: Floats, *, patient: bool) -> float:
    """Longest run that still is the point's own way, from all its runs. [s]"""
    if patient:
        return max(STUCK_ALWAYS, STUCK_TIMES * _time_median(running))
    if len(running) == 1:
        return STUCK_ALWAYS
    habit = float(np.quantile(running, 0.9, method="lower"))
    return max(STUCK_LEAST, STUCK_TIMES * habit)


def _time_median(length: Floats) -> float:
    """Length of run in which half of the time is spent. [s]"""
    ordered = np.sort(length)
    share = np.cumsum(ordered)
    return float(ordered[np.searchsorted(share, share[-1] / 2)])


def _high(value: Floats) -> float:
    """A value that is rarely exceeded."""
    return float(np.quantile(np.abs(value), 0.99))


def _figures(point: Point, stretch: Segments, places: NDArray[np.int64]) -> dict[str, object]:
    return {
        "point": point.id,
        "count": len(places),
        "first": stamp(int(stretch.start[places[0]])),
        "value": float(f"{stretch.value[places[0]]:.5g}"),
    }


def _stuck_verdict(point: Point, stretch: Segments, found: Bools) -> Verdict:
    figures = _figures(point, stretch, np.flatnonzero(found))
    figures["hours"] = round(float(stretch.seconds[found].sum()) / HOUR, 1)
    return Verdict("measure.quality.stuck", figures)


def _gap_verdict(point: Point, stretch: Segments, first: int, last: int) -> tuple[Verdict, ...]:
    """Say how much of the record a point covers, and its longest silence."""
    good = stretch.good()
    covered = float(good.seconds.sum()) * SECOND / max(last - first, 1)
    if covered >= LEAST_COVERAGE:
        return ()
    ends = np.concatenate([[first], good.end])
    starts = np.concatenate([good.start, [last]])
    worst = int(np.argmax(starts - ends))
    return (
        Verdict(
            "measure.quality.gap",
            {
                "point": point.id,
                "coverage_percent": round(100 * covered, 1),
                "longest_hours": round(float(starts[worst] - ends[worst]) / SECOND / HOUR, 1),
                "first": stamp(int(ends[worst])),
            },
        ),
    )
