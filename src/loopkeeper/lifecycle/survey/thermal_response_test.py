"""Thermal response test (热响应试验): two ways to the same properties, and what doubts them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from loopkeeper.lifecycle.survey.line_source import Hole, LineSource, line_source
from loopkeeper.lifecycle.survey.response_fit import ResponseFit, response_fit
from loopkeeper.lifecycle.survey.test_record import TestLog, TestRecord, prepare
from loopkeeper.measure.uncertainty import Estimate
from loopkeeper.plant.verdict import Verdict
from loopkeeper.units import HOUR

LONG_ENOUGH = 48.0
"""Hours of heating, GB 50366 C.3 (M+); ASHRAE asks for 36 to 48. [h]"""
STEADY_POWER = 0.015
"""Standard deviation of the power, of its mean (ASHRAE, M+). [-]"""
RISING = 0.025
"""Rise of the conductivity in the second part of the test that is no noise any more. [-]"""
RATES = (50.0, 80.0)
"""Heat rates of a test (ASHRAE, M+). [W m-1]"""
TWO_HOLES_FROM = 5000.0
"""Area from which two holes are asked for (GB 50411-2019 14.2.2, V). [m2]"""
WARM, WARM_FOR = 5.0, 12.0
"""Water above the undisturbed ground [K] for so long [h] (GB 50366 C.3, M+)."""


@dataclass(frozen=True)
class ThermalResponse:
    """A test evaluated by the line source and by the full model, with all verdicts."""

    record: TestRecord
    hole: Hole
    line_source: LineSource
    fit: ResponseFit
    verdicts: tuple[Verdict, ...]

    @property
    def conductivity(self) -> Estimate:
        """Conductivity to design with: the full fit. [W m-1 K-1]"""
        return self.fit.conductivity

    @property
    def undisturbed_temperature(self) -> float:
        """Of the ground before heating. [°C]"""
        return self.fit.undisturbed_temperature.value


def interpret(
    log: TestLog, *, length: float, radius: float, heat_capacity: float,
    undisturbed_temperature: float | None = None,
) -> ThermalResponse:  # fmt: skip
    """
    Evaluate a thermal response test.

    Parameters
    ----------
    log : TestLog
        As logged.
    length : float
        Active length of the hole. [m]
    radius : float
        Of the hole. [m]
    heat_capacity : float
        Of the ground, assumed. [J m-3 K-1]
    undisturbed_temperature : float, optional
        Measured before heating; water at rest in the log otherwise. [°C]

    Returns
    -------
    ThermalResponse
        Both evaluations and every doubt.

    Raises
    ------
    InsufficientDataError
        When temperature or power is missing, or the heating too short to say anything.
    """
    record, said = prepare(log)
    given = undisturbed_temperature
    if given is None:
        given = record.before if record.before is not None else float(record.temperature[0])
    hole = Hole(length, radius, heat_capacity, given)
    line = line_source(record, hole)
    fit = response_fit(record, hole, line)
    verdicts = (*said, *_conduct(record, hole), *_trend(line), *_agreement(line, fit))
    return ThermalResponse(record, hole, line, fit, verdicts)


@dataclass(frozen=True, slots=True)
class Holes:
    """Several holes together: mean conductivity [W m-1 K-1] and what their number says."""

    conductivity: Estimate
    verdicts: tuple[Verdict, ...]


def combined(tests: Sequence[ThermalResponse], *, area: float | None = None) -> Holes:
    """
    Return the arithmetic mean of several holes, as GB 50366 C.1.1 asks for, with their spread.

    Parameters
    ----------
    tests : sequence of ThermalResponse
        At least one.
    area : float, optional
        Area the plant serves; from 5000 m² on two holes are expected. [m2]

    Returns
    -------
    Holes
        The interval holds the doubt of each test and how the holes differ.
    """
    values = np.array([t.conductivity.value for t in tests])
    verdicts = []
    if len(tests) > 1:
        figures = {
            "count": len(tests), "mean": f"{values.mean():.2f}",
            "low": f"{values.min():.2f}", "high": f"{values.max():.2f}",
        }  # fmt: skip
        verdicts.append(Verdict("survey.trt.spread", figures))
    elif area is not None and area >= TWO_HOLES_FROM:
        verdicts.append(Verdict("survey.trt.one_hole", {"area": f"{TWO_HOLES_FROM:,.0f}"}))
    return Holes(mean_of([t.conductivity for t in tests]), tuple(verdicts))


def mean_of(holes: Sequence[Estimate]) -> Estimate:
    """
    Return the mean of several holes.

    Parameters
    ----------
    holes : sequence of Estimate
        The same property of each, at least one.

    Returns
    -------
    Estimate
        Its interval holds the doubt of each and how they differ.
    """
    values = np.array([h.value for h in holes])
    own = float(np.mean([h.standard_deviation for h in holes]))
    width = float(np.hypot(own / np.sqrt(len(values)), values.std()))
    return Estimate.normal(float(values.mean()), width)


def _conduct(record: TestRecord, hole: Hole) -> list[Verdict]:
    """How the test was run: length, power, rate, warmth."""
    verdicts: list[Verdict] = []
    on = record.heated
    power = record.power[on]
    unsteady = float(power.std() / power.mean())
    if unsteady > STEADY_POWER:
        figures = {"deviation_percent": round(100 * unsteady, 1)}
        verdicts.append(Verdict("survey.trt.power_unsteady", figures))
    duration = float(record.time[on].max() / HOUR)
    if duration < LONG_ENOUGH:
        verdicts.append(Verdict("survey.trt.too_short", {"hours": round(duration, 1)}))
    rate = float(power.mean()) / hole.length
    if not RATES[0] <= rate <= RATES[1]:
        verdicts.append(Verdict("survey.trt.rate", {"rate": f"{rate:.1f}"}))
    steps = np.diff(record.time, prepend=record.time[0])
    warm = on & (record.temperature > hole.undisturbed_temperature + WARM)
    hours = float(steps[warm].sum() / HOUR)
    if hours < WARM_FOR:
        verdicts.append(Verdict("survey.trt.warming", {"hours": f"{hours:.1f}"}))
    if record.before is not None and abs(record.before - hole.undisturbed_temperature) > 0.3:
        rest = {
            "before": f"{record.before:.2f}", "given": f"{hole.undisturbed_temperature:.2f}",
        }  # fmt: skip
        verdicts.append(Verdict("survey.trt.temperature_differs", rest))
    return verdicts


def _trend(line: LineSource) -> list[Verdict]:
    """Whether the answer depends on when the evaluation starts or ends."""
    verdicts: list[Verdict] = []
    spread = line.conductivity.standard_deviation / line.conductivity.value
    if spread > 0.06:
        figures = {"spread_percent": round(100 * spread, 1)}
        verdicts.append(Verdict("survey.trt.window_matters", figures))
    steps = line.stepwise
    if len(steps) < 4:
        return verdicts
    later = steps[len(steps) // 3 :]
    rise = steps[-1] / later[0] - 1
    steadily = np.mean(np.diff(later) > 0)
    if rise > RISING and steadily > 0.7:
        course = {
            "first": f"{later[0]:.2f}", "last": f"{steps[-1]:.2f}",
            "first_hours": round(line.stepwise_end[len(steps) // 3] / HOUR),
            "last_hours": round(line.stepwise_end[-1] / HOUR),
        }  # fmt: skip
        verdicts.append(Verdict("survey.trt.rising", course))
    return verdicts


def _agreement(line: LineSource, fit: ResponseFit) -> list[Verdict]:
    """Two evaluations that differ by more than either's doubt."""
    apart = fit.conductivity.value / line.conductivity.value - 1
    if abs(apart) <= 0.08:
        return []
    figures = {
        "line_source": f"{line.conductivity.value:.2f}",
        "fit": f"{fit.conductivity.value:.2f}",
        "percent": f"{100 * apart:+.0f}",
    }
    return [Verdict("survey.trt.methods_differ", figures)]
