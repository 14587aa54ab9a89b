"""Flow of a test: steady, in steps that have a resistance each, or neither."""

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import median_filter

from loopkeeper.errors import InsufficientDataError
from loopkeeper.lifecycle.survey.test_record import Bools, TestRecord
from loopkeeper.measure.series import Floats
from loopkeeper.units import HOUR

FEWEST = 3
"""Fewer readings show no step of flow. [-]"""

STEADY_FLOW = 0.10
"""The middle 90 % of the flow under heat lie within this share of its median: one flow. [-]"""
SAME = 0.05
"""Flow of one step stays within this share. [-]"""
SHORTEST_STEP = 4 * HOUR
"""A step must last so long to have a resistance of its own. [s]"""
SMOOTHED = 0.5 * HOUR
"""Flow is smoothed by the median over so long. [s]"""
COVERED = 0.6
"""Steps must cover this share of the heating. [-]"""


@dataclass(frozen=True, slots=True)
class FlowStep:
    """One flow: from ``start`` to ``end`` since heating began [s], ``flow`` [m3 s-1]."""

    start: float
    end: float
    flow: float

    def holds(self, time: Floats) -> Bools:
        """Tell which instants lie in the step. [s]"""
        return np.asarray((time >= self.start) & (time < self.end))


def flow_steps(record: TestRecord) -> tuple[FlowStep, ...]:
    """
    Divide the heating into stretches of one flow.

    Parameters
    ----------
    record : TestRecord
        With its flow, where it is known.

    Returns
    -------
    tuple of FlowStep
        One over the whole test when the flow is steady or not known; else every stretch of four
        hours or more within 5 %.

    Raises
    ------
    InsufficientDataError
        When the flow changes so that such stretches cover less than 60 % of the heating: there is
        neither one resistance nor one for each flow.
    """
    time, flow = _heated_flow(record)
    whole = FlowStep(0.0, np.inf, float(np.median(flow)) if len(flow) else np.nan)
    if not len(flow):
        return (whole,)
    low, high = np.quantile(flow, [0.05, 0.95])
    if high - low <= STEADY_FLOW * whole.flow:
        return (whole,)
    steps = _stretches(time, flow)
    covered = sum(s.end - s.start for s in steps)
    if covered < COVERED * (time[-1] - time[0]):
        raise InsufficientDataError(
            "the flow is not steady, so there is no one resistance",
            [
                f"flow under heat from {HOUR * low:.2f} to {HOUR * high:.2f} m³/h "
                f"({100 * (high / low - 1):.0f} %); stretches of {SHORTEST_STEP / HOUR:.0f} h "
                f"within {100 * SAME:.0f} % cover {100 * covered / (time[-1] - time[0]):.0f} %"
            ],
        )
    return steps if len(steps) > 1 else (whole,)


def _heated_flow(record: TestRecord) -> tuple[Floats, Floats]:
    """Time and smoothed flow of the rows under heat; the first half hour is start-up."""
    if record.flow is None:
        return np.zeros(0), np.zeros(0)
    on = record.heated & record.settled & np.isfinite(record.flow) & (record.time > SMOOTHED)
    time, flow = record.time[on], record.flow[on]
    if len(flow) < FEWEST or not np.median(flow) > 0:
        return np.zeros(0), np.zeros(0)
    usual = float(np.median(np.diff(record.time)))
    rows = 2 * int(SMOOTHED / (2 * usual)) + 1
    return time, np.asarray(median_filter(flow, size=rows, mode="nearest"))


def _stretches(time: Floats, flow: Floats) -> tuple[FlowStep, ...]:
    """Stretches whose flow stays near the median of their first half hour, long enough to keep."""
    steps, first = [], 0
    while first < len(time):
        early = time < time[first] + SMOOTHED
        early[:first] = False
        level = float(np.median(flow[early]))
        away = np.abs(flow[first:] / level - 1) > SAME
        last = first + (int(np.argmax(away)) if away.any() else len(away))
        last = max(last, first + 1)
        end = float(time[last]) if last < len(time) else np.inf
        until = min(end, float(time[-1]))
        if until - time[first] >= SHORTEST_STEP:
            start = 0.0 if not first else float(time[first])
            kept = float(np.median(flow[first:last]))
            steps.append(FlowStep(start, until, kept))
        first = last
    return tuple(steps)
