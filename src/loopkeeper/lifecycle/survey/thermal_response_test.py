"""Thermal response test (热响应试验): conductivity and resistance by the line source."""

from dataclasses import dataclass

import numpy as np

from loopkeeper.errors import InsufficientDataError
from loopkeeper.measure.series import Floats
from loopkeeper.measure.uncertainty import Estimate
from loopkeeper.plant.verdict import Verdict
from loopkeeper.units import HOUR

EULER = 0.5772156649015329
FIRST_HOUR = 10.0
"""Default start of evaluation: before it the borehole's own capacity still shows. [h]"""


@dataclass(frozen=True, slots=True)
class ThermalResponse:
    """Conductivity [W m-1 K-1], resistance [m K W-1], undisturbed temperature [°C], verdicts."""

    conductivity: Estimate
    resistance: Estimate
    undisturbed_temperature: float
    verdicts: tuple[Verdict, ...]


@dataclass(frozen=True, slots=True)
class TestRecord:
    """
    Raw record of a test, shape (n,): seconds from the start of heating, in- and outlet, power.

    ``time`` [s]; ``inlet`` and ``outlet`` of the borehole [°C]; ``power`` injected [W].
    """

    time: Floats
    inlet: Floats
    outlet: Floats
    power: Floats


def line_source(
    record: TestRecord,
    *,
    length: float,
    radius: float,
    heat_capacity: float,
    undisturbed_temperature: float | None = None,
) -> ThermalResponse:
    r"""
    Evaluate a test of constant power by the line source.

    .. math::
        \bar T_f(t) = T_0 + q' \left[R_b^* +
        \frac{1}{4 \pi k}\left(\ln\frac{4 \alpha t}{r_b^2} - \gamma\right)\right]

    Parameters
    ----------
    record : TestRecord
        The test.
    length : float
        Active length of the hole. [m]
    radius : float
        Borehole radius. [m]
    heat_capacity : float
        Volumetric heat capacity of the ground, assumed. [J m-3 K-1]
    undisturbed_temperature : float, optional
        Measured before heating; the first reading otherwise. [°C]

    Returns
    -------
    ThermalResponse
        Estimates whose 90 % intervals span what start and end of evaluation change.

    Raises
    ------
    InsufficientDataError
        When less than 20 h of heating follow the first ten, or the power is not steady at all.

    Notes
    -----
    Valid for power steady within 10 %, after :math:`5 r_b^2/\alpha`, before axial effects.
    Interval: spread over evaluation windows, plus 5 % of k and 10 % of R_b for method and length
    (standards.md §12.5, confidence M).

    References
    ----------
    .. [1] P. Mogensen, "Fluid to duct wall heat transfer in duct system heat storages", 1983.
    """
    on = record.power > 0.5 * np.median(record.power)
    hours = record.time / HOUR
    if hours[on].max(initial=0.0) < FIRST_HOUR + 20:
        raise InsufficientDataError(
            "the thermal response test is too short",
            [f"heating lasted {hours[on].max(initial=0.0):.1f} h, at least 30 h are needed"],
        )
    mean = 0.5 * (record.inlet + record.outlet)
    start = float(mean[0]) if undisturbed_temperature is None else undisturbed_temperature
    last = float(hours[on].max())
    windows = [
        (first, end)
        for first in (8.0, FIRST_HOUR, 13.0, 16.0)
        for end in (last, 0.85 * last)
        if end - first > 12
    ]
    fits = np.array(
        [
            _fit(
                record,
                mean - start,
                on & (hours >= a) & (hours <= b),
                length,
                radius,
                heat_capacity,
            )
            for a, b in windows
        ]
    )
    best = _fit(record, mean - start, on & (hours >= FIRST_HOUR), length, radius, heat_capacity)
    spread = fits.std(axis=0)
    return ThermalResponse(
        Estimate.normal(best[0], float(np.hypot(spread[0], 0.05 * best[0] / 1.645))),
        Estimate.normal(best[1], float(np.hypot(spread[1], 0.10 * best[1] / 1.645))),
        start,
        _verdicts(record, on, fits),
    )


def _fit(
    record: TestRecord,
    rise: Floats,
    window: np.ndarray[tuple[int], np.dtype[np.bool_]],
    length: float,
    radius: float,
    heat_capacity: float,
) -> tuple[float, float]:
    """Conductivity and resistance from the slope of the rise over log time."""
    rate = float(record.power[window].mean()) / length
    slope, intercept = np.polyfit(np.log(record.time[window]), rise[window], 1)
    conductivity = rate / (4 * np.pi * slope)
    diffusivity = conductivity / heat_capacity
    near = (np.log(4 * diffusivity / radius**2) - EULER) / (4 * np.pi * conductivity)
    return float(conductivity), float(intercept / rate - near)


def _verdicts(
    record: TestRecord, on: np.ndarray[tuple[int], np.dtype[np.bool_]], fits: Floats
) -> tuple[Verdict, ...]:
    """What the record itself says against its result."""
    verdicts: list[Verdict] = []
    power = record.power[on]
    unsteady = float(power.std() / power.mean())
    if unsteady > 0.015:
        verdicts.append(
            Verdict("survey.trt.power_unsteady", {"deviation_percent": round(100 * unsteady, 1)})
        )
    duration = float(record.time[on].max() / HOUR)
    if duration < 48:
        verdicts.append(Verdict("survey.trt.too_short", {"hours": round(duration, 1)}))
    spread = float(fits[:, 0].std() / fits[:, 0].mean())
    if spread > 0.05:
        verdicts.append(
            Verdict("survey.trt.window_matters", {"spread_percent": round(100 * spread, 1)})
        )
    return tuple(verdicts)
