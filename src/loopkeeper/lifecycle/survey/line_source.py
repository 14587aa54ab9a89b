"""Thermal response test by the line source: steady power, and power that varies or fails."""

from dataclasses import dataclass

import numpy as np
from scipy.special import exp1

from loopkeeper.errors import InsufficientDataError, UnphysicalError
from loopkeeper.lifecycle.survey.before_heating import Undisturbed
from loopkeeper.lifecycle.survey.test_record import Bools, TestRecord
from loopkeeper.measure.series import Floats
from loopkeeper.measure.uncertainty import Estimate
from loopkeeper.units import HOUR

EULER = 0.5772156649015329
SETTLED = 5.0
"""Pipes and grout no longer show after this many r_b²/α (Mogensen). [-]"""
SHORTEST_TEST = 20.0
"""Heating that must follow the start of evaluation. [h]"""
STEADY = 0.01
"""Standard deviation of the hourly power, of its mean, up to which it is taken as steady: 1.8 %
over a day shifts a plain slope by more than the method's own doubt; within an hour the ground
evens it out. [-]"""
PLAUSIBLE = (0.2, 15.0)
"""Conductivities of any ground: outside no slope is an answer. [W m-1 K-1]"""
FEWEST = 10
"""Readings a slope needs. [-]"""
METHOD = (0.05, 0.10)
"""90 % limits of conductivity and resistance by length and method (standards §12.5, M). [-]"""


@dataclass(frozen=True, slots=True)
class TestHole:
    """
    The hole a test was made in.

    ``length`` active [m]; ``radius`` [m]; ground ``heat_capacity`` assumed [J m-3 K-1];
    ``undisturbed`` temperature before heating, None when nobody knows it.
    """

    length: float
    radius: float
    heat_capacity: float
    undisturbed: Undisturbed | None

    @property
    def reference(self) -> float:
        """Temperature that rises are counted from; 0 °C where none is known. [°C]"""
        return 0.0 if self.undisturbed is None else self.undisturbed.value


@dataclass(frozen=True)
class LineSource:
    """
    What the line source makes of a test.

    Conductivity [W m-1 K-1] and resistance, None where the undisturbed temperature is not known
    [m K W-1]; ``window`` evaluated [s]; ``stepwise``
    conductivity [W m-1 K-1] by the end of the window [s], shape (m,); ``superposed`` True when the
    power had to be superposed.
    """

    conductivity: Estimate
    resistance: Estimate | None
    window: tuple[float, float]
    stepwise_end: Floats
    stepwise: Floats
    superposed: bool


def line_source(record: TestRecord, hole: TestHole) -> LineSource:
    r"""
    Evaluate a test by the line source.

    .. math::
        \bar T_f(t) = T_0 + q' \left[R_b^* +
        \frac{1}{4 \pi k}\left(\ln\frac{4 \alpha t}{r_b^2} - \gamma\right)\right]

    for steady power; when it failed, its steps are superposed with the exponential integral in
    place of the bracket's logarithm.

    Parameters
    ----------
    record : TestRecord
        The test.
    hole : TestHole
        Where it was made.

    Returns
    -------
    LineSource
        Estimates whose 90 % intervals span what start and end of evaluation change, and 5 % of k
        and 10 % of R_b for method and length; that of R_b the undisturbed temperature's too.

    Raises
    ------
    InsufficientDataError
        When less than 20 h of heating follow the start of evaluation.
    UnphysicalError
        When the slope gives no conductivity any ground has.

    Notes
    -----
    Evaluation begins at :math:`5 r_b^2/\alpha`, or where the log begins when whoever handed it in
    has already cut the first hours off. Valid before axial effects matter (years).

    References
    ----------
    .. [1] P. Mogensen, "Fluid to duct wall heat transfer in duct system heat storages", 1983.
    .. [2] GB 50366-2005 (2009), appendix C.
    """
    heated = record.heated & record.settled
    on, first, last = heated, 0.0, float(record.time[heated].max())
    fit = _superposed_fit if varies(record) else _steady_fit
    conductivity, resistance = 2.0, 0.1
    for _ in range(4):
        settling = SETTLED * hole.radius**2 * hole.heat_capacity / conductivity
        on = heated & ~after_outage(record, record.time, settling)
        if record.complete:
            first = settling
        if last - max(first, record.time[0]) < SHORTEST_TEST * HOUR:
            raise InsufficientDataError(
                "the thermal response test is too short",
                [
                    f"heating lasted {last / HOUR:.1f} h; {SHORTEST_TEST:.0f} h are needed after "
                    f"the first {max(first, record.time[0]) / HOUR:.1f} h"
                ],
            )
        chosen = on & (record.time >= first)
        if chosen.sum() < FEWEST:
            raise InsufficientDataError("too few readings under heat", [f"{chosen.sum()} rows"])
        conductivity, resistance = fit(record, hole, chosen)
        if not PLAUSIBLE[0] <= conductivity <= PLAUSIBLE[1]:
            raise UnphysicalError("the water does not rise as over a line source")
    begin = float(record.time[on & (record.time >= first)].min())
    ends = np.arange(begin + 12 * HOUR, last, max(3 * HOUR, (last - begin) / 20))
    stepwise = np.array(
        [fit(record, hole, on & (record.time >= first) & (record.time <= e))[0] for e in ends]
    )
    spread = _window_spread(record, hole, on, (begin, last))
    return LineSource(
        _estimate(
            conductivity, float(np.hypot(spread[0], conductivity * record.power_doubt)), METHOD[0]
        ),
        _resistance(resistance, spread[1], hole, record),
        (begin, last),
        ends,
        stepwise,
        superposed=varies(record),
    )


def varies(record: TestRecord) -> bool:
    """Tell whether the power of a test must be superposed: it failed, or its hours differ."""
    on = record.heated
    _, hour = np.unique((record.time[on] / HOUR).astype(int), return_inverse=True)
    hourly = np.bincount(hour, record.power[on]) / np.bincount(hour)
    return bool(record.outages) or float(hourly.std() / hourly.mean()) > STEADY


def after_outage(record: TestRecord, time: Floats, settling: float) -> Bools:
    """
    Tell which instants follow a failure so soon that the hole's own capacity still shows.

    Parameters
    ----------
    record : TestRecord
        Its failures.
    time : array, shape (n,)
        Instants since heating began. [s]
    settling : float
        How long it shows after the power is back. [s]

    Returns
    -------
    array of bool, shape (n,)
    """
    soon = np.zeros(len(time), dtype=bool)
    for start, length in record.outages:
        soon |= (time >= start) & (time < start + length + settling)
    return soon


def _estimate(value: float, spread: float, method: float) -> Estimate:
    return Estimate.normal(value, float(np.hypot(spread, method * abs(value) / 1.645)))


def _resistance(
    value: float, spread: float, hole: TestHole, record: TestRecord
) -> Estimate | None:
    """Resistance, doubted as the undisturbed temperature is; none without that. [m K W-1]"""
    if hole.undisturbed is None:
        return None
    warmth = hole.undisturbed.doubt * hole.length / record.steady_power
    power = value * record.power_doubt
    return _estimate(value, float(np.linalg.norm([spread, warmth, power])), METHOD[1])


def _window_spread(
    record: TestRecord, hole: TestHole, on: Bools, window: tuple[float, float]
) -> tuple[float, float]:
    """Standard deviation of both results over windows that start later or end earlier."""
    fit = _superposed_fit if varies(record) else _steady_fit
    begin, last = window
    span = last - begin
    fits = np.array(
        [
            fit(record, hole, on & (record.time >= a) & (record.time <= b))
            for a in (begin, begin + 0.1 * span, begin + 0.2 * span)
            for b in (last, last - 0.15 * span)
        ]
    )
    return float(np.nanstd(fits[:, 0])), float(np.nanstd(fits[:, 1]))


def _steady_fit(record: TestRecord, hole: TestHole, window: Bools) -> tuple[float, float]:
    """Conductivity and resistance from the slope of the rise over log time."""
    rate = float(record.power[window].mean()) / hole.length
    rise = record.temperature[window] - hole.reference
    slope, intercept = np.polyfit(np.log(record.time[window]), rise, 1)
    if slope <= 0:
        return np.nan, np.nan
    conductivity = rate / (4 * np.pi * slope)
    diffusivity = conductivity / hole.heat_capacity
    near = (np.log(4 * diffusivity / hole.radius**2) - EULER) / (4 * np.pi * conductivity)
    return float(conductivity), float(intercept / rate - near)


def _superposed_fit(record: TestRecord, hole: TestHole, window: Bools) -> tuple[float, float]:
    """The same with every change of power superposed; solved again with its own diffusivity."""
    changes, at = power_steps(record)
    rate = changes / hole.length
    when = record.time[window]
    chosen = np.unique(np.linspace(0, len(when) - 1, 200).astype(int))
    when = when[chosen]
    rise = record.temperature[window][chosen] - hole.reference
    now = np.interp(when, record.time, record.power) / hole.length
    conductivity, resistance = 2.0, 0.1
    for _ in range(5):
        diffusivity = conductivity / hole.heat_capacity
        since = np.maximum(when[:, None] - at[None, :], 1e-9)
        shape = exp1(hole.radius**2 / (4 * diffusivity * since)) * (when[:, None] > at)
        columns = [shape @ rate / (4 * np.pi), now]
        if hole.undisturbed is None:
            columns.append(np.ones(len(when)))
        (inverse, resistance, *_), *_ = np.linalg.lstsq(np.column_stack(columns), rise, rcond=None)
        if not 1 / PLAUSIBLE[1] <= inverse <= 1 / PLAUSIBLE[0]:
            return np.nan, np.nan
        conductivity = 1.0 / inverse
    return float(conductivity), float(resistance)


def power_steps(record: TestRecord) -> tuple[Floats, Floats]:
    """
    Return the power of a test as few steps: ten minutes' means, and their changes.

    Parameters
    ----------
    record : TestRecord
        The test; before its first row the power is taken as that of the first hour logged.

    Returns
    -------
    changes, at : arrays, shape (m,)
        [W], [s]
    """
    edges = np.arange(0.0, record.time[-1] + 600.0, 600.0)
    place = np.clip(np.digitize(record.time, edges) - 1, 0, len(edges) - 1)
    count = np.bincount(place, minlength=len(edges))
    total = np.bincount(place, record.power, minlength=len(edges))
    level = np.divide(total, count, out=np.full(len(edges), np.nan), where=count > 0)
    known = np.flatnonzero(np.isfinite(level))
    level = np.interp(np.arange(len(edges)), known, level[known])
    return np.diff(level, prepend=0.0), edges
