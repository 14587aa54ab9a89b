"""
One chart that goes on from day to day: what it stands on, where it is, what it called.

The footing is learnt once, over the days of a full diagnosis; after that a day costs one step.
What the model leaves open from season to season never calls: the limit is wider by as much as a
lasting shift of that size could move the chart.
"""

from dataclasses import dataclass, replace

import numpy as np

from loopkeeper.measure.control_chart import (
    FEWEST,
    OUTLIER,
    WEIGHT,
    first_order,
    limit_for,
    moved,
)
from loopkeeper.measure.series import Bools, Floats

IDLE = 0.05
"""Days with less than this share of the mode's usual heat say nothing. [-]"""
KEPT = 120
"""Days of the mode that are remembered, to date what began. [day]"""
LOOKED_BACK = 14
"""Days of the mode that tell whether a shift is over. [day]"""
FRESH = 7
"""A value older than this many days tells nothing of the next one. [day]"""
BACK = 0.5
"""A mean is back that near the sound one, beside the slack. [standard deviation]"""


@dataclass(frozen=True, slots=True)
class Family:
    """
    What a chart is about.

    ``slack`` lasting shift that model and meters may show from season to season, ``least``
    standard deviation that counts from day to day, both in the residual's unit (logarithm of a
    ratio [-], K, or a share [-]).
    """

    name: str
    slack: float
    least: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Footing:
    """
    What the days of the diagnosis tell of a residual.

    Its ``level`` at the mode's mean ``heat`` [W] and its ``slope`` over a ``spread`` of it [W],
    known between ``low`` and ``high`` [W]; the ``usual`` heat of a day [W]; ``deviation`` of its
    innovations, their ``memory`` [-]; the ``limit`` of the chart and the lasting shift of the
    innovations that may be, ``allowed`` [standard deviation].
    """

    level: float
    slope: float
    heat: float
    spread: float
    low: float
    high: float
    usual: float
    deviation: float
    memory: float
    limit: float
    allowed: float

    def apart(self, value: float, heat: float) -> float:
        """Return how far a day's residual is from the usual one at that heat, in its unit."""
        place = (min(max(heat, self.low), self.high) - self.heat) / self.spread
        return value - self.level - self.slope * place

    @property
    def scatter(self) -> float:
        """Standard deviation of the days about the usual, in the residual's unit."""
        return float(self.deviation / np.sqrt(1 - self.memory**2))


@dataclass(frozen=True, slots=True)
class Call:
    """
    A lasting shift that was called.

    ``day`` of the signal, estimated ``onset``, ``size`` in the residual's unit, electricity it
    costs a day now (NaN unknown) [J].
    """

    day: np.datetime64
    onset: np.datetime64
    size: float
    cost: float = float("nan")

    @property
    def delay(self) -> int:
        """Days from the estimated onset to the signal. [day]"""
        return int((self.day - self.onset).astype(int))


@dataclass(frozen=True, kw_only=True)
class Gauge:
    """
    A chart as it stands after a day.

    ``family`` and ``mode``; ``average`` in its own standard deviations [-]; ``days`` and
    distances ``apart`` remembered, shape (k,); the ``call`` that stands.
    """

    family: str
    mode: str
    footing: Footing
    average: float
    days: np.ndarray[tuple[int], np.dtype[np.datetime64]]
    apart: Floats
    call: Call | None = None

    @property
    def standing(self) -> float:
        """How near its limit the chart is, 1 there; no less while a call stands. [-]"""
        reached = abs(self.average) / self.footing.limit
        return max(reached, 1.0) if self.call else reached

    @property
    def ran(self) -> int:
        """Days of the mode from the estimated onset to the signal, 0 without a call. [day]"""
        if self.call is None:
            return 0
        return int(((self.days >= self.call.onset) & (self.days < self.call.day)).sum())

    def takes(self, heat: float) -> bool:
        """Tell whether a day with that heat says anything. [W]"""
        return heat > IDLE * self.footing.usual

    def after(self, day: np.datetime64, value: float, heat: float) -> "Gauge":
        """
        Return the chart after a day.

        Parameters
        ----------
        day : datetime64[D]
            Local date.
        value : float
            The day's residual; not finite or of an idle day leaves the chart as it is.
        heat : float
            Mean heat or cold delivered that day. [W]

        Returns
        -------
        Gauge
            With a call where it signals, without one where a shift is over.
        """
        if not np.isfinite(value) or not self.takes(heat):
            return self
        f, apart = self.footing, self.footing.apart(value, heat)
        if len(self.days) and int((day - self.days[-1]).astype(int)) <= FRESH:
            innovation = apart - f.memory * float(self.apart[-1])
        else:
            innovation = apart * float(np.sqrt(1 - f.memory**2))
        average = moved(self.average, innovation / f.deviation, most=OUTLIER + f.allowed)
        days = np.append(self.days, day)[-KEPT:]
        one = replace(self, average=average, days=days, apart=np.append(self.apart, apart)[-KEPT:])
        return one.judged(day)

    def judged(self, day: np.datetime64) -> "Gauge":
        """Return the chart with a call that is new, up to date, or over."""
        if self.call is None:
            if abs(self.average) <= self.footing.limit:
                return self
            place = onset_of(self.apart, np.sign(self.average))
            size = float(np.median(self.apart[place:]))
            return replace(self, average=0.0, call=Call(day, self.days[place], size))
        since = self.days >= self.call.onset
        size = float(np.median(self.apart[since][-LOOKED_BACK:]))
        back = BACK * self.footing.scatter + _slack(self.family)
        long_enough = int((self.days > self.call.day).sum()) >= LOOKED_BACK
        if long_enough and abs(float(self.apart[-LOOKED_BACK:].mean())) <= back:
            last = slice(-1, None)  # what is over dates nothing that comes
            kept = (self.days[last], self.apart[last])
            return replace(self, average=0.0, days=kept[0], apart=kept[1], call=None)
        return replace(self, call=replace(self.call, size=size))


FAMILIES = (
    Family("machines", 0.02, 0.01),
    Family("supply", 0.3, 0.1),
    Family("inlet", 0.5, 0.1),
    Family("source_pumps", 0.05, 0.02),
    Family("load_pumps", 0.05, 0.02),
    Family("bypass", 0.03, 0.01),
    Family("balance", 0.015, 0.01),
    Family("total", 0.02, 0.01),
)
"""All charts, what names a cause before what only says that there is one (A)."""


def _slack(family: str) -> float:
    return next(f.slack for f in FAMILIES if f.name == family)


def footing(values: Floats, heat: Floats, family: Family, run_length: float) -> Footing | None:
    """
    Learn what is usual.

    Parameters
    ----------
    values : array, shape (n,)
        Residuals of the days of one mode; NaN where nothing is known.
    heat : array, shape (n,)
        Heat or cold delivered. [W]
    family : Family
        What they are about.
    run_length : float
        Days between false alarms of this chart on average. [day]

    Returns
    -------
    Footing or None
        None with fewer than 30 days, or where they do not vary: there is no chart then.
    """
    known = np.isfinite(values) & _working(heat)
    x, h = values[known], heat[known]
    if len(x) < FEWEST or np.ptp(x) == 0:
        return None
    level, mean, spread = float(x.mean()), float(h.mean()), max(float(h.std()), 1.0)
    place = (h - mean) / spread
    slope = float(place @ (x - level)) / (len(x) + 1)  # ridge of one day
    apart = x - level - slope * place
    memory = first_order(apart)
    before = np.concatenate([[0.0], apart[:-1]])
    deviation = max(float(np.std(apart - memory * before, ddof=2)), family.least)
    allowed = family.slack * (1 - memory) / deviation
    limit = limit_for(run_length) + allowed * float(np.sqrt((2 - WEIGHT) / WEIGHT))
    return Footing(
        level=level,
        slope=slope,
        heat=mean,
        spread=spread,
        low=float(h.min()),
        high=float(h.max()),
        usual=float(np.median(h)),
        deviation=deviation,
        memory=memory,
        limit=limit,
        allowed=allowed,
    )


def _working(heat: Floats) -> Bools:
    """Days of the mode that are not idle."""
    some = np.isfinite(heat) & (heat > 0)
    return np.asarray(some & (heat > IDLE * np.median(heat[some]))) if some.any() else some


def onset_of(apart: Floats, sign: float) -> int:
    """
    Return where a step to one side most likely began.

    Parameters
    ----------
    apart : array, shape (n,)
        Distances from the usual, up to the signal.
    sign : float
        Side of the signal, 1 or -1.

    Returns
    -------
    int
        Index of the first value after the step: of greatest likelihood for a step of any size in
        independent values. Of what grows slowly it is later than the beginning.
    """
    sums = np.cumsum((sign * apart)[::-1])[::-1]
    gain = np.maximum(sums, 0.0) ** 2 / np.arange(len(apart), 0, -1)
    return int(np.argmax(gain))
