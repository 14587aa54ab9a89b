"""The water side as found: how pumps are driven, what they draw and move, and by-passes."""

from dataclasses import dataclass

import numpy as np

from loopkeeper.measure.operation import Operation
from loopkeeper.measure.series import Floats
from loopkeeper.physics.pump import PumpBank, PumpMode, parallel_operation

CLEARLY_BETTER = 0.6
"""A control is only believed when it leaves less than this share of what the design's leaves."""
ENOUGH_HOURS = 100
LEAST_FACTOR = 0.12
"""Pumps within 12 % of their rating are as rated. [-]"""


@dataclass(frozen=True, slots=True)
class PumpFit:
    """
    A pump bank as found: control, and electricity and flow relative to the rating.

    ``scatter`` is the robust spread of the log electricity ratio under the found control. [-]
    """

    mode: PumpMode
    electricity_factor: float
    flow_factor: float
    scatter: float

    @property
    def unusual(self) -> bool:
        """Whether electricity or flow is further from the rating than pumps usually are."""
        return bool(abs(np.log(self.electricity_factor)) > LEAST_FACTOR)


def fit_pumps(
    bank: PumpBank,
    *,
    electricity: Floats,
    flow: Floats,
    required: Floats,
    running: Floats,
) -> PumpFit | None:
    """
    Find which control explains a bank's measured electricity, and its factors under it.

    Parameters
    ----------
    bank : PumpBank
        As designed.
    electricity : array, shape (n,)
        Measured. [W]
    flow : array, shape (n,)
        Measured, NaN where not. [m3 s-1]
    required : array, shape (n,)
        Flow that would hold the design spread. [m3 s-1]
    running : array, shape (n,)
        Share of the bank's machines that run, 0 … 1. [-]

    Returns
    -------
    PumpFit or None
        None when pumps have no rating, or fewer than 100 hours are usable.
    """
    usable = np.isfinite(electricity) & (electricity > 0) & np.isfinite(running) & (running > 0.05)
    if usable.sum() < ENOUGH_HOURS or bank.electricity <= 0:
        return None
    fits = {
        mode: _fit_mode(bank, mode, electricity[usable], flow[usable], required[usable],
                        running[usable])
        for mode in PumpMode
    }  # fmt: skip
    designed = fits[bank.mode]
    best = min(fits.values(), key=_strangeness)
    return best if _strangeness(best) < CLEARLY_BETTER * _strangeness(designed) else designed


def _strangeness(fit: PumpFit) -> float:
    """How much a control leaves unexplained: scatter, and a distance from the rating."""
    return float(fit.scatter + 0.15 * abs(np.log(fit.electricity_factor)))


def found_bypass(operation: Operation) -> tuple[float, float] | None:
    """
    Return the share of source flow that misses the field, and its standard deviation.

    Parameters
    ----------
    operation : Operation
        Measured hours.

    Returns
    -------
    (float, float) or None
        None when the field flow is not metered. [-], [-]
    """
    usable = (
        np.isfinite(operation.field_flow)
        & np.isfinite(operation.source_flow)
        & (operation.run_share > 0.9)
    )
    if usable.sum() < ENOUGH_HOURS:
        return None
    share = 1.0 - operation.field_flow[usable] / operation.source_flow[usable]
    return float(np.median(share)), 0.02


def _fit_mode(
    bank: PumpBank,
    mode: PumpMode,
    electricity: Floats,
    flow: Floats,
    required: Floats,
    running: Floats,
) -> PumpFit:
    predicted_flow, predicted = _predict(bank, mode, required, running)
    log = np.log(electricity / np.maximum(predicted, 1.0))
    middle = float(np.median(log))
    scatter = float(1.4826 * np.median(np.abs(log - middle))) + 0.02
    with np.errstate(divide="ignore", invalid="ignore"):
        moved = flow / predicted_flow
    known = moved[np.isfinite(moved) & (moved > 0)]
    return PumpFit(
        mode,
        float(np.exp(middle)),
        float(np.median(known)) if len(known) else 1.0,
        scatter,
    )


def _predict(
    bank: PumpBank, mode: PumpMode, required: Floats, running: Floats
) -> tuple[Floats, Floats]:
    """Flow and electricity of a bank under one control."""
    table = np.array([parallel_operation(bank, n) for n in range(bank.count + 1)])
    top_flow, top_power = table[-1]
    if mode is PumpMode.CONSTANT:
        return np.full(len(running), top_flow), np.full(len(running), top_power)
    if mode is PumpMode.VARIABLE:
        on = np.minimum(1.0, running * bank.count)
        speed = np.clip(required / top_flow, bank.minimum_speed, 1.0)
        return on * speed * top_flow, on * speed**3 * top_power
    count = np.clip(running * bank.count, 0.0, bank.count)
    axis = np.arange(bank.count + 1)
    return np.interp(count, axis, table[:, 0]), np.interp(count, axis, table[:, 1])
