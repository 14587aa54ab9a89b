"""Where two evaluations of one test, or two readings of its power, do not agree."""

from dataclasses import replace

import numpy as np

from loopkeeper.lifecycle.survey.flow_steps import FlowStep
from loopkeeper.lifecycle.survey.line_source import TestHole
from loopkeeper.lifecycle.survey.response_fit import ResponseFit, response_fit
from loopkeeper.lifecycle.survey.test_record import TestRecord
from loopkeeper.measure.uncertainty import Estimate
from loopkeeper.plant.verdict import Verdict

UNSTEADY = 0.015
"""Standard deviation of a steady test's power, of its mean (ASHRAE, M+). [-]"""
FOLLOWED = 0.5
"""Water whose misfit falls to this share when the power is held at its mean did not follow the
logged one: a heater is steadier than two thermometers three kelvin apart. [-]"""


def between(line: Estimate | None, fit: Estimate) -> Estimate:
    """
    Return the conductivity to design with.

    Parameters
    ----------
    line, fit : Estimate
        By the line source, where it has an answer, and by the full fit.

    Returns
    -------
    Estimate
        The fit's, where both agree within their doubts; else the mixture of both.

    Notes
    -----
    A doubt common to both methods is added, so large that their difference is one standard
    deviation [1]_; the weights are those of the doubts then, and the interval is the mixture's.

    References
    ----------
    .. [1] R. C. Paule, J. Mandel, "Consensus values and weighting factors", J. Res. NBS 87 (1982).
    """
    if line is None:
        return fit
    apart = line.value - fit.value
    own = np.array([fit.standard_deviation, line.standard_deviation]) ** 2
    common = (apart**2 - own.sum()) / 2
    if common <= 0:
        return fit
    share = float((own[0] + common) / (own.sum() + 2 * common))
    width = (1 - share) * own[0] + share * own[1] + share * (1 - share) * apart**2
    return Estimate.normal(fit.value + share * apart, float(np.sqrt(width)))


def unsteadiness(record: TestRecord) -> float:
    """Return the standard deviation of the power under heat, of its mean. [-]"""
    power = record.power[record.heated]
    return float(power.std() / power.mean())


def followed(
    record: TestRecord, hole: TestHole, steps: tuple[FlowStep, ...]
) -> tuple[TestRecord, ResponseFit, list[Verdict]]:
    """
    Fit a test on the power that its water followed.

    Parameters
    ----------
    record, hole, steps
        As for :func:`response_fit`.

    Returns
    -------
    TestRecord, ResponseFit, list of Verdict
        As logged, unless the power was logged as unsteady and the water fits its mean far better:
        then with the mean, doubted by how far the log strays.
    """
    fit = response_fit(record, hole, steps)
    strays = unsteadiness(record)
    if strays <= UNSTEADY:
        return record, fit, []
    on = record.heated
    power = np.where(on, record.power[on].mean(), record.power)
    held = replace(record, power=power, power_doubt=strays)
    other = response_fit(held, hole, steps)
    if other.rmse > FOLLOWED * fit.rmse:
        return record, fit, []
    figures = {
        "logged": f"{fit.rmse:.2f}",
        "held": f"{other.rmse:.2f}",
        "percent": f"{100 * strays:.1f}",
    }
    return held, other, [Verdict("survey.trt.power_not_followed", figures)]
