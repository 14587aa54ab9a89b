"""
Early warning: does the plant still use what its own model says it needs?

Day by day, apart for heating and cooling, the electricity measured is held against the electricity
that the model of the plant expects for the same heat, water and weather. A chart of the logarithm
of their ratio calls when it shifts for good; how often it calls for nothing is stated.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from loopkeeper.errors import InsufficientDataError
from loopkeeper.measure.control_chart import FEWEST, Chart, control_chart
from loopkeeper.measure.series import Floats, Times
from loopkeeper.plant.verdict import Verdict

SOUND_DAYS = 45
"""Days of each mode, from its first on, in which the plant counts as sound. [day]"""
CALLED_FOR_NOTHING = 730.0
"""Days of a mode between two false alarms on average. [day]"""
UNIMPORTANT = 0.01
"""Meters and models are not surer than this from season to season (A). [-]"""
WHOLE_DAY = 20
"""Known hours a day needs. [h]"""
IDLE = 0.05
"""Days with less than this share of the mode's usual electricity say nothing. [-]"""
LOOKED_BACK = 14
"""Days before a signal that count to the shift. [day]"""
RECENT = 30
"""Days that tell whether a shift is over: no signal in them and their mean back again. [day]"""
BACK = 0.5
"""A mean is back that near the sound one, or within what is unimportant. [standard deviation]"""


@dataclass(frozen=True)
class ModeChart:
    """
    The chart of one mode.

    ``days`` dates (UTC) and ``ratio`` logarithm of measured over expected electricity, shape
    (n,) [-]; ``chart`` over them; the first ``sound`` days are those it stands on.
    """

    mode: str
    days: Times
    ratio: Floats
    chart: Chart
    sound: int

    @property
    def signals(self) -> tuple[int, ...]:
        """Days of signals after the sound time, as places in ``days``."""
        return tuple(n for n in self.chart.signals if n >= self.sound)

    @property
    def standing(self) -> float:
        """
        How near its limit the average came in the last month of the mode, 1 there. [-]

        No less than 1 while the mean of that month has not come back after a signal.
        """
        recent = np.abs(self.chart.average[-RECENT:])
        reached = float(recent.max() / self.chart.limit) if len(recent) else 0.0
        usual = self.chart.deviation / np.sqrt(1 - self.chart.memory**2)
        off = abs(float(np.nanmean(self.ratio[-RECENT:])) - self.chart.mean)
        away = off > max(BACK * usual, UNIMPORTANT)
        return max(reached, 1.0) if self.signals and away else reached


@dataclass(frozen=True)
class Hours:
    """Hourly means, shape (n,): what was delivered and used, and what the model expects. [W]"""

    time: Times
    heating: Floats
    cooling: Floats
    measured: Floats
    expected: Floats


def early_warning(
    hours: Hours, *, sound_days: int = SOUND_DAYS, run_length: float = CALLED_FOR_NOTHING
) -> tuple[tuple[ModeChart, ...], tuple[Verdict, ...]]:
    """
    Chart a plant against its own model.

    Parameters
    ----------
    hours : Hours
        Whole hours of a running plant.
    sound_days : int
        First days of each mode, in which it was sound, as after acceptance.
    run_length : float
        Days between false alarms on average. [day]

    Returns
    -------
    charts : tuple of ModeChart
        One for each mode with days enough.
    verdicts : tuple of Verdict
        Shifts found, with their size; modes that cannot be charted, with the reason.
    """
    charts: list[ModeChart] = []
    said: list[Verdict] = []
    for mode, here, other in (
        ("heating", hours.heating, hours.cooling),
        ("cooling", hours.cooling, hours.heating),
    ):
        days, ratio = _daily(hours, here > other)
        words = {"mode": mode}
        try:
            chart = control_chart(ratio, sound_days, run_length=run_length, least=UNIMPORTANT)
        except InsufficientDataError:
            known = min(len(days), sound_days)
            said.append(
                Verdict("monitor.warning.none", {**words, "known": known, "needed": FEWEST})
            )
            continue
        charts.append(ModeChart(mode, days, ratio, chart, sound_days))
        later = charts[-1].signals
        figures: dict[str, str | int] = {**words, "run": f"{run_length:.0f}"}
        figures["days"] = max(0, len(days) - sound_days)
        if later and charts[-1].standing < 1:
            passed = {"first": str(days[later[0]]), "last": str(days[later[-1]])}
            said.append(Verdict("monitor.warning.passed", {**figures, **passed}))
        elif later:
            said.append(_shift(charts[-1], later[0], figures))
        else:
            said.append(Verdict("monitor.warning.quiet", figures))
    return tuple(charts), tuple(said)


def _daily(hours: Hours, chosen: np.ndarray) -> tuple[Times, Floats]:
    """Days of a mode and the logarithm of measured over expected electricity."""
    day = hours.time.astype("datetime64[D]")
    known = np.isfinite(hours.measured) & np.isfinite(hours.expected)
    days, place = np.unique(day, return_inverse=True)

    def summed(values: Floats) -> Floats:
        return np.asarray(np.bincount(place, weights=values, minlength=len(days)), np.float64)

    used = summed(np.where(known, hours.measured, 0.0))
    meant = summed(np.where(known, hours.expected, 0.0))
    enough = summed(known.astype(np.float64)) >= WHOLE_DAY
    enough &= summed((known & chosen).astype(np.float64)) >= 0.5 * WHOLE_DAY
    enough &= (used > 0) & (meant > 0)
    if enough.any():
        enough &= meant > IDLE * np.median(meant[enough])
    return days[enough], np.log(used[enough] / meant[enough])


def _shift(one: ModeChart, place: int, words: Mapping[str, str | int]) -> Verdict:
    """The first signal, and the size of the shift from a fortnight before it to the end."""
    recent = one.ratio[max(0, place - LOOKED_BACK + 1) :]
    percent = 100 * float(np.expm1(np.median(recent) - one.chart.mean))
    figures = {**words, "day": str(one.days[place]), "percent": f"{round(percent):+d}"}
    return Verdict("monitor.warning.shift", figures)
