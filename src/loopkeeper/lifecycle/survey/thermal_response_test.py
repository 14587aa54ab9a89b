"""Thermal response test: two ways to the same properties, and what doubts them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from loopkeeper.errors import UnphysicalError
from loopkeeper.lifecycle.survey.before_heating import Undisturbed
from loopkeeper.lifecycle.survey.flow_steps import FlowStep, flow_steps
from loopkeeper.lifecycle.survey.line_source import LineSource, TestHole, line_source
from loopkeeper.lifecycle.survey.response_fit import ResponseFit
from loopkeeper.lifecycle.survey.test_record import TestLog, TestRecord, prepare
from loopkeeper.lifecycle.survey.two_evaluations import UNSTEADY, between, followed, unsteadiness
from loopkeeper.measure.uncertainty import Estimate
from loopkeeper.plant.verdict import Verdict
from loopkeeper.plant.words import Phrase
from loopkeeper.units import HOUR

WIDE, LEAST_STEPS, STEADILY = 0.06, 4, 0.7
"""Relative deviation from which on the window matters; steps that show a course, and the share of
them that must rise (A). [-]"""

LONG_ENOUGH = 48.0
"""Hours of heating, GB 50366 C.3 (M+); ASHRAE asks for 36 to 48. [h]"""
RISING = 0.025
"""Rise of the conductivity in the second part of the test that is no noise any more. [-]"""
RATES = (50.0, 80.0)
"""Heat rates of a test (ASHRAE, M+). [W m-1]"""
DIFFERS = 0.3
"""Water before heating and a stated temperature further apart are said. [K]"""
APART = {"conductivity": 0.08, "resistance": 0.10}
"""Evaluations further apart are said. [-]"""
TWO_HOLES_FROM = 5000.0
"""Area from which two holes are asked for (GB 50411-2019 14.2.2, V). [m2]"""
WARM, WARM_FOR = 5.0, 12.0
"""Water above the undisturbed ground [K] for so long [h] (GB 50366 C.3, M+)."""


@dataclass(frozen=True)
class ThermalResponse:
    """
    A test evaluated by the line source and by the full model, with all verdicts.

    ``line_source`` is None where a line source has no answer: the flow changed, or the water does
    not rise as over one. ``steps`` are the stretches of one flow.
    """

    record: TestRecord
    hole: TestHole
    steps: tuple[FlowStep, ...]
    line_source: LineSource | None
    fit: ResponseFit
    verdicts: tuple[Verdict, ...]

    @property
    def conductivity(self) -> Estimate:
        """Conductivity to design with: the full fit's, or between both. [W m-1 K-1]"""
        line = self.line_source
        return between(None if line is None else line.conductivity, self.fit.conductivity)

    @property
    def undisturbed(self) -> Undisturbed | None:
        """Of the ground before heating, where the test or its owner knows it."""
        return self.fit.undisturbed


def interpret(
    log: TestLog,
    *,
    length: float,
    radius: float,
    heat_capacity: float,
    undisturbed_temperature: Undisturbed | float | None = None,
) -> ThermalResponse:
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
    undisturbed_temperature : Undisturbed or float, optional
        Temperature of the ground as stated, with its doubt and origin, or a bare figure [°C];
        else what the log shows of circulation or rest before heating. Never a reading under heat.

    Returns
    -------
    ThermalResponse
        Both evaluations and every doubt. Without an undisturbed temperature there is no
        resistance, and a verdict says so.

    Raises
    ------
    InsufficientDataError
        When temperature or power is missing, the heating too short to say anything, or the flow
        never stays the same.
    UnphysicalError
        When no ground answers as the log says.
    """
    record, said = prepare(log)
    given = undisturbed_temperature
    if isinstance(given, float | int):
        given = Undisturbed.of(float(given), "stated")
    hole = TestHole(length, radius, heat_capacity, given or record.before)
    steps = flow_steps(record)
    conduct = _conduct(record, hole)
    record, fit, power = followed(record, hole, steps)
    line, reason = _line(record, hole, steps)
    verdicts = (
        *said,
        *_known_before(record, hole, fit),
        *conduct,
        *power,
        *_flows(steps),
        *reason,
        *_trend(line),
        *_agreement(line, fit),
        *_drawn(fit),
    )
    return ThermalResponse(record, hole, steps, line, fit, verdicts)


def _line(
    record: TestRecord, hole: TestHole, steps: tuple[FlowStep, ...]
) -> tuple[LineSource | None, list[Verdict]]:
    """The line source, or none and why: one resistance, one rise over the logarithm of time."""
    if len(steps) > 1:
        return None, []
    try:
        return line_source(record, hole), []
    except UnphysicalError as error:
        return None, [Verdict("survey.trt.no_slope", {"reason": str(error)})]


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
            "count": len(tests),
            "mean": f"{values.mean():.2f}",
            "low": f"{values.min():.2f}",
            "high": f"{values.max():.2f}",
        }
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


def _conduct(record: TestRecord, hole: TestHole) -> list[Verdict]:
    """How the test was run: length, power, rate, warmth."""
    verdicts: list[Verdict] = []
    on = record.heated
    power = record.power[on]
    unsteady = unsteadiness(record)
    if unsteady > UNSTEADY:
        figures = {"deviation_percent": round(100 * unsteady, 1)}
        verdicts.append(Verdict("survey.trt.power_unsteady", figures))
    duration = float(record.time[on].max() / HOUR)
    if duration < LONG_ENOUGH:
        verdicts.append(Verdict("survey.trt.too_short", {"hours": round(duration, 1)}))
    rate = float(power.mean()) / hole.length
    if not RATES[0] <= rate <= RATES[1]:
        verdicts.append(Verdict("survey.trt.rate", {"rate": f"{rate:.1f}"}))
    if hole.undisturbed is None:
        return verdicts
    steps = np.diff(record.time, prepend=record.time[0])
    warm = on & (record.temperature > hole.undisturbed.value + WARM)
    hours = float(steps[warm].sum() / HOUR)
    if hours < WARM_FOR:
        verdicts.append(Verdict("survey.trt.warming", {"hours": f"{hours:.1f}"}))
    return verdicts


def _known_before(record: TestRecord, hole: TestHole, fit: ResponseFit) -> list[Verdict]:
    """Where the undisturbed temperature comes from, or what its absence takes along."""
    if hole.undisturbed is None:
        if fit.undisturbed is None:
            return [
                Verdict("survey.trt.no_undisturbed", {"first": f"{record.temperature[0]:.1f}"})
            ]
        return [Verdict("survey.trt.undisturbed", _origin_words(fit.undisturbed))]
    verdicts = []
    if hole.undisturbed.origin != "stated":
        verdicts.append(Verdict("survey.trt.undisturbed", _origin_words(hole.undisturbed)))
    before = record.before
    if before is not None and abs(before.value - hole.undisturbed.value) > DIFFERS:
        rest = {"before": f"{before.value:.2f}", "given": f"{hole.undisturbed.value:.2f}"}
        verdicts.append(Verdict("survey.trt.temperature_differs", rest))
    if not fit.resistances:
        figures = {"doubt": f"{hole.undisturbed.doubt:.1f}"}
        verdicts.append(Verdict("survey.trt.undisturbed_unsure", figures))
    return verdicts


def _origin_words(found: Undisturbed) -> dict[str, object]:
    return {
        "value": f"{found.value:.2f}",
        "doubt": f"{1.645 * found.doubt:.2f}",
        "origin": Phrase(f"origin.{found.origin}"),
    }


def _flows(steps: tuple[FlowStep, ...]) -> list[Verdict]:
    """Several flows: one resistance for each, and none for all."""
    if len(steps) == 1:
        return []
    flows = [s.flow * HOUR for s in steps]
    figures = {
        "percent": f"{100 * (max(flows) / min(flows) - 1):.0f}",
        "count": len(flows),
        "flows": ", ".join(f"{f:.3g}" for f in flows),
    }
    return [Verdict("survey.trt.flow_steps", figures)]


def _trend(line: LineSource | None) -> list[Verdict]:
    """Whether the answer depends on when the evaluation starts or ends."""
    if line is None:
        return []
    verdicts: list[Verdict] = []
    spread = line.conductivity.standard_deviation / line.conductivity.value
    if spread > WIDE:
        figures = {"spread_percent": round(100 * spread, 1)}
        verdicts.append(Verdict("survey.trt.window_matters", figures))
    steps = line.stepwise
    if len(steps) < LEAST_STEPS:
        return verdicts
    later = steps[len(steps) // 3 :]
    rise = steps[-1] / later[0] - 1
    steadily = np.mean(np.diff(later) > 0)
    if rise > RISING and steadily > STEADILY:
        course = {
            "first": f"{later[0]:.2f}",
            "last": f"{steps[-1]:.2f}",
            "first_hours": round(line.stepwise_end[len(steps) // 3] / HOUR),
            "last_hours": round(line.stepwise_end[-1] / HOUR),
        }
        verdicts.append(Verdict("survey.trt.rising", course))
    return verdicts


def _agreement(line: LineSource | None, fit: ResponseFit) -> list[Verdict]:
    """Every quantity that both evaluations give and in which they differ."""
    if line is None:
        return []
    verdicts = []
    designed = between(line.conductivity, fit.conductivity)
    if designed != fit.conductivity:
        found = {"line_source": line.conductivity.value, "fit": fit.conductivity.value}
        both = {key: f"{value:.2f}" for key, value in (found | designed.as_dict()).items()}
        verdicts.append(Verdict("survey.trt.between", both))
    pairs = (
        ("conductivity", line.conductivity, fit.conductivity, 2),
        ("resistance", line.resistance, fit.resistance, 3),
    )
    for name, ours, theirs, digits in pairs:
        if ours is None or theirs is None:
            continue
        apart = theirs.value / ours.value - 1
        if abs(apart) <= APART[name]:
            continue
        figures = {
            "quantity": Phrase(f"property.{name}"),
            "line_source": f"{ours.value:.{digits}f}",
            "fit": f"{theirs.value:.{digits}f}",
            "percent": f"{100 * apart:+z.0f}",
        }
        verdicts.append(Verdict("survey.trt.methods_differ", figures))
    return verdicts


def _drawn(fit: ResponseFit) -> list[Verdict]:
    """Assumptions that the test drew far from what was assumed of them."""
    verdicts = []
    for name in fit.strained:
        figures = {"quantity": Phrase(f"property.{name}")}
        verdicts.append(Verdict("survey.trt.strained", figures))
    return verdicts
