"""Step tests of a well: aquifer loss B, well loss C, and how good the well is; injectivity."""

from dataclasses import dataclass

import numpy as np

from loopkeeper.errors import InsufficientDataError
from loopkeeper.lifecycle.survey.pumping_test import Observations, Schedule
from loopkeeper.measure.levels import steady_for
from loopkeeper.measure.series import Floats
from loopkeeper.measure.uncertainty import Estimate
from loopkeeper.physics.well_heads import viscosity_ratio
from loopkeeper.plant.verdict import Verdict
from loopkeeper.units import HOUR

LEAST_STEPS, LEAST_LEVELS = 3, 6
"""Steps and levels that tell linear from turbulent losses. [-]"""

WALTON = ((0.5, "good"), (1.0, "mild"), (4.0, "severe"), (np.inf, "hard_to_restore"))
"""Walton's classes of a well by C, upper limits (aqtesolv manual). [min2 m-5]"""
MINUTE = HOUR / 60
SQUARE_MINUTES = MINUTE**2
"""Seconds squared in a minute squared. [s2]"""
STABLE_FOR = {"pumping": 12.0, "reinjection": 36.0}
"""Hours a test must be stable for, GB 50366 §5.3 (M+). [h]"""
LARGEST_DRAWDOWN = 5.0
"""At the design yield, GB 50366 §5.3 (M+). [m]"""


@dataclass(frozen=True, kw_only=True)
class StepTest:
    r"""
    Losses of a well: :math:`s = (a + b \ln t) Q + C Q^p`.

    ``aquifer_loss`` B after one hour [s m-2]; ``well_loss`` C [s2 m-5 for p = 2]; ``power`` p [-];
    ``efficiency`` aquifer loss of all loss at each step [-]; ``walton`` class; ``rmse`` [m].
    """

    aquifer_loss: Estimate
    well_loss: Estimate
    power: float
    transmissivity: Estimate
    efficiency: Floats
    walton: str
    rmse: float


def step_test(place: Observations, schedule: Schedule, *, power: float = 2.0) -> StepTest:
    r"""
    Separate aquifer and well loss by the whole course of a step test.

    .. math:: s(t) = \sum_i \Delta Q_i (a + b \ln (t - t_i)) + C Q(t)^p

    Parameters
    ----------
    place : Observations
        Levels in the pumped well.
    schedule : Schedule
        At least three steps.
    power : float
        Exponent p; 2 after Jacob, 1.5 to 3.5 after Rorabaugh. [-]

    Returns
    -------
    StepTest
        Linear least squares; intervals with residual noise.

    Raises
    ------
    InsufficientDataError
        With fewer than three steps or six readings.

    References
    ----------
    .. [1] R. N. Eden and C. P. Hazel, Civ. Eng. Trans. Inst. Eng. Aust. CE15 (1973) 5.
    .. [2] W. C. Walton, Illinois State Water Survey Bulletin 49 (1962).
    """
    flows = schedule.flows[schedule.flows > 0]
    if len(flows) < LEAST_STEPS:
        raise InsufficientDataError("too few steps", [f"{len(flows)} flows, 3 are needed"])
    late = place.time > 0
    time, level = place.time[late], place.drawdown[late]
    if len(time) < LEAST_LEVELS:
        raise InsufficientDataError("too few readings", [f"{len(time)} readings, 6 are needed"])
    since = np.maximum(time[:, None] - schedule.starts[None, :], 0.0)
    change = np.diff(schedule.flows, prepend=0.0)
    begun = since > 0
    current = schedule.flows[np.searchsorted(schedule.starts, time, side="right") - 1]
    settled = since.max(axis=1) > 0
    logs = np.where(begun, np.log(np.maximum(since, 1.0) / HOUR), 0.0)
    matrix = np.column_stack([begun @ change, (logs * begun) @ change, np.abs(current) ** power])
    x, *_ = np.linalg.lstsq(matrix[settled], level[settled], rcond=None)
    if not (x[1] > 0 and x[0] > 0):
        raise InsufficientDataError(
            "the step test shows no aquifer loss",
            ["levels do not sink with flow and time; are columns, flows and starts right?"],
        )
    apart = matrix[settled] @ x - level[settled]
    noise = float(np.sqrt(np.sum(apart**2) / max(len(apart) - 3, 1)))
    sigma = noise * np.sqrt(np.diag(np.linalg.pinv(matrix[settled].T @ matrix[settled])))
    loss = float(x[2])
    scaled = loss / SQUARE_MINUTES
    return StepTest(
        aquifer_loss=Estimate.normal(float(x[0]), float(sigma[0])),
        well_loss=Estimate.normal(loss, float(sigma[2])),
        power=power,
        transmissivity=Estimate.normal(
            float(1 / (4 * np.pi * x[1])), float(sigma[1] / (4 * np.pi * x[1] ** 2))
        ),
        efficiency=x[0] * flows / (x[0] * flows + loss * flows**power),
        walton=next(name for limit, name in WALTON if scaled <= limit),
        rmse=noise,
    )


def without_well_loss(place: Observations, schedule: Schedule, steps: StepTest) -> Observations:
    """
    Return the levels of a step test as an unlossy well would show them.

    Parameters
    ----------
    place : Observations
        As measured in the well.
    schedule : Schedule
        Its steps.
    steps : StepTest
        Its losses.

    Returns
    -------
    Observations
        Less :math:`C Q^p`. [m]
    """
    step = np.searchsorted(schedule.starts, place.time, side="right") - 1
    loss = steps.well_loss.value * np.abs(schedule.flows[np.maximum(step, 0)]) ** steps.power
    return Observations(place.time, place.drawdown - loss, place.distance)


@dataclass(frozen=True, slots=True)
class Injectivity:
    """
    What a well gives or takes per metre of head.

    ``specific`` as measured and ``at_reference`` corrected to water of 20 °C [m2 s-1]; ``stable``
    hours at the end within 5 % of the final level [h].
    """

    specific: float
    at_reference: float
    stable: float


def injectivity(
    place: Observations, schedule: Schedule, *, temperature: float | None = None
) -> Injectivity:
    """
    Return specific capacity or injectivity at the end of a test.

    Parameters
    ----------
    place : Observations
        Levels in the well itself.
    schedule : Schedule
        The last flow counts.
    temperature : float, optional
        Of the water; uncorrected when not known. [°C]

    Returns
    -------
    Injectivity
        Viscous water of 7 °C needs 59 % more head than water of 25 °C in the same well, hence the
        correction.
    """
    flow = float(abs(schedule.flows[np.flatnonzero(schedule.flows)[-1]]))
    last = float(np.median(np.abs(place.drawdown[-3:])))
    if last <= 0:
        raise InsufficientDataError(
            "the well shows no drawdown", ["the last levels are those at rest; was the pump on?"]
        )
    stable = steady_for(place.time, place.drawdown) / HOUR
    ratio = 1.0 if temperature is None else viscosity_ratio(temperature)
    return Injectivity(flow / last, flow / last * ratio, stable)


def conduct(kind: str, found: Injectivity, drawdown: float) -> tuple[Verdict, ...]:
    """
    Return what GB 50366 §5.3 says of how a test was run.

    Parameters
    ----------
    kind : str
        ``pumping`` or ``reinjection``.
    found : Injectivity
        Of the tested well.
    drawdown : float
        At the end. [m]

    Returns
    -------
    tuple of Verdict
        Stability over 12 or 36 h; drawdown up to 5 m under pumping.
    """
    needed = STABLE_FOR[kind]
    code = "stable" if found.stable >= needed else "not_stable"
    figures = {"hours": f"{found.stable:.1f}", "needed": f"{needed:.0f}"}
    verdicts = [Verdict(f"survey.{kind}.{code}", figures)]
    if kind == "pumping" and drawdown > LARGEST_DRAWDOWN:
        verdicts.append(Verdict("survey.pumping.deep", {"drawdown": f"{drawdown:.1f}"}))
    return tuple(verdicts)
