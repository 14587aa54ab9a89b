"""A pump alone at full speed, beside its curve: reversed, slow, choked, or read wrongly."""

from dataclasses import replace
from typing import Final

import numpy as np

from loopkeeper.lifecycle.commission.judged import Proved, Tried
from loopkeeper.lifecycle.commission.means import (
    channel,
    compared,
    mean_of,
    missing,
    ratio,
    too_uncertain,
)
from loopkeeper.lifecycle.commission.meters import transformer
from loopkeeper.measure.series import Bools, Floats
from loopkeeper.measure.uncertainty import COVERAGE_FACTOR_90, Estimate
from loopkeeper.physics.pump import parallel_operation
from loopkeeper.plant.machines import PumpRecord
from loopkeeper.plant.verdict import Verdict
from loopkeeper.units import GRAVITY, HOUR

CURVE, POWER = 0.08, 0.05
"""Standard deviations of a sound pump's flow on its loop, and of its draw, about its papers (A):
the loop's resistance moves the one, and hardly the other. [-]"""
SOUND: Final = (0.85, 1.15)
"""Draw of a sound pump over its papers', and the least flow; alone on a loop made for several it
runs out on its curve, as far as the loop's own resistance lets it (A). [-]"""
REVERSED: Final = (0.25, 0.75)
"""
Flow of a centrifugal pump that turns the wrong way, over its own [-]: about a half, at half the
head (handbooks of centrifugal pumps, M).
"""
LOW_HEAD: Final = 0.5
"""Head over the papers' below which little flow is the pump's fault, not the loop's (A). [-]"""
CHOKED: Final = 0.05
"""Flow over the papers' of a pump against a shut valve. [-]"""
FEWEST: Final = 5
"""Minutes of a pump alone that are needed. [min]"""


def rotation(tried: Tried) -> Proved:
    """
    Judge a pump that runs alone.

    Parameters
    ----------
    tried : Tried
        Flow of its loop, its draw, and where there is one the pressure across it.

    Returns
    -------
    Proved
        Flow and draw beside the curve. Little flow at little pressure is a pump that turns the
        wrong way or has air, at much pressure a shut valve or a full strainer; without a pressure
        both are named. Flow and draw that go together as speed and its cube are a slow drive.
    """
    pump = next((p for p in tried.plant.pumps if p.id == tried.planned.of), None)
    if pump is None:
        return Proved(reasons=(missing(tried.planned.of, "flow"),))
    where = _alone(tried, pump)
    if where.sum() < FEWEST:
        return Proved(reasons=(Verdict("commission.pump.never_alone", {"pump": pump.id}),))
    flow = mean_of(tried, "flow", pump.loop, where)
    if flow is None:
        return Proved(reasons=(missing(pump.loop, "flow"),))
    moved, _ = _alone_on_loop(tried, pump)
    drawn = _draw_at(pump, flow.value).scaled(1e-3)
    sides = [
        compared(
            ("flow", pump.id, "m³/h"),
            flow.scaled(HOUR),
            Estimate.normal(moved, CURVE * moved).scaled(HOUR),
        )
    ]
    draw = _draw(tried, pump, where)
    if draw is not None:
        sides.append(compared(("electricity_power", pump.id, "kW"), draw.scaled(1e-3), drawn))
    shares = [ratio(one.measured, one.expected) for one in sides]
    head = _head(tried, pump, where)
    findings = _named(pump, shares[0], shares[1] if draw is not None else None, head)
    reasons: tuple[Verdict, ...] = ()
    if draw is None and not findings:
        reasons = (missing(pump.id, "electricity_power"),)
    if not findings:
        doubtful = [
            c
            for c, one in zip(sides, shares, strict=True)
            if not _sound(one.value) and (c.quantity != "flow" or one.value < SOUND[0])
        ]
        reasons += tuple(too_uncertain(c) for c in doubtful)
    capped = [
        replace(one, value=min(one.value, 1.0), low=min(one.low, 1.0))
        if c.quantity == "flow"
        else one
        for c, one in zip(sides, shares, strict=True)
    ]
    sound = [replace(c, agrees=_may_be_sound(one)) for c, one in zip(sides, capped, strict=True)]
    return Proved(compared=tuple(sound), findings=findings, reasons=reasons)


def _sound(share: float) -> bool:
    return SOUND[0] <= share <= SOUND[1]


def _may_be_sound(share: Estimate) -> bool | None:
    """Whether a share lies within the bounds; None where only its interval reaches them."""
    if share.low > SOUND[1] or share.high < SOUND[0]:
        return False
    return True if _sound(share.value) else None


def _named(
    pump: PumpRecord, flow: Estimate, draw: Estimate | None, head: float | None
) -> tuple[Verdict, ...]:
    """Name what flow, draw and head over the papers' tell together."""
    figures: dict[str, object] = {"pump": pump.id, "flow": 100 * flow.value}
    figures["draw"] = None if draw is None else 100 * draw.value
    low = flow.high < SOUND[0]
    off = draw is not None and _may_be_sound(draw) is False
    if low and draw is not None and _slow(flow, draw):
        return (Verdict("commission.pump.slow", {**figures, "hertz": 50 * flow.value}),)
    if low:
        return (Verdict(_of_little_flow(flow, head), figures),)
    if not off or draw is None:
        return ()
    usual = transformer(draw.value)
    if usual is None:
        return (Verdict("commission.pump.draw", figures),)
    told = {**figures, "one": usual[0], "other": usual[1]}
    return (Verdict("commission.pump.transformer", told),)


def _slow(flow: Estimate, draw: Estimate) -> bool:
    """Whether flow and draw are those of a lower speed: n and its cube on a closed loop."""
    cube = flow.value**3
    doubt = float(np.hypot(draw.standard_deviation, 3 * flow.value**2 * flow.standard_deviation))
    return abs(draw.value - cube) < 2 * doubt and draw.value < SOUND[0] ** 2


def _of_little_flow(flow: Estimate, head: float | None) -> str:
    """Name what leaves little flow, by the head where it is known."""
    if flow.value <= CHOKED:
        return "commission.pump.shut"
    turned = REVERSED[0] <= flow.value <= REVERSED[1]
    if head is None:
        return "commission.pump.reversed_or_choked" if turned else "commission.pump.choked"
    if head >= LOW_HEAD:
        return "commission.pump.choked"
    return "commission.pump.reversed" if turned else "commission.pump.air"


def _alone(tried: Tried, pump: PumpRecord) -> Bools:
    """Minutes in which this pump runs and none other of its loop: by their own draws."""
    minutes = tried.minutes
    flows = channel(minutes, "flow", pump.loop)
    where = np.isfinite(flows)
    own = _read(tried, pump)
    if np.isfinite(own).any():
        where &= own > RUNS * pump.power
    for other in tried.plant.pumps:
        draw = _read(tried, other)
        if other.id != pump.id and other.loop is pump.loop and np.isfinite(draw).any():
            where &= ~(draw > RUNS * other.power)
    return where


def _read(tried: Tried, pump: PumpRecord) -> Floats:
    """What a pump's own meter read, minute by minute. [W]"""
    told = [channel(tried.minutes, quantity, pump.id) for quantity in DRAWS]
    return told[0] if np.isfinite(told[0]).any() else told[1]


DRAWS: Final = ("electricity_power", "electricity_energy")
"""Quantities of a draw; a counter is laid as its rate."""
RUNS: Final = 0.05
"""Draw over the rated one from which on a pump runs. [-]"""


def _draw_at(pump: PumpRecord, flow: float) -> Estimate:
    """
    Return what a sound pump draws at full speed for the flow that it moves. [W]

    By its own curve up to the rating. Beyond, the draw of some pumps goes on as the curve does
    and that of others stays what it was; far out it falls. All between is sound.
    """
    x = float(np.clip(flow / pump.flow, *ON_CURVE))
    share = 1.0 + 0.5 * (x - 1.0) + 0.25 * (x - 1.0) ** 2
    least = min(share, 1.0 if x <= RUN_OUT else FAR_OUT)
    value, half = (share + least) / 2 * pump.power, (share - least) / 2 * pump.power
    return Estimate.normal(value, float(np.hypot(POWER * value, half / COVERAGE_FACTOR_90)))


RUN_OUT, FAR_OUT = 1.6, 0.5
"""Flow over the rating from which on a pump's head breaks down, and least draw there (A). [-]"""
ON_CURVE: Final = (0.3, 2.0)
"""Flow over the rating within which the draw of a pump is known (physics/pump.py). [-]"""


def _alone_on_loop(tried: Tried, pump: PumpRecord) -> tuple[float, float]:
    """Flow and draw of one pump alone on its loop, scaled from its bank. [m3 s-1], [W]"""
    bank = tried.model.system.pumps_of(pump.loop)
    flow, draw = parallel_operation(bank, 1)
    return pump.flow * flow / bank.flow, pump.power * draw / bank.electricity


def _draw(tried: Tried, pump: PumpRecord, where: Bools) -> Estimate | None:
    """The pump's own meter, else that of its loop's pumps while it runs alone. [W]"""
    told = (mean_of(tried, q, of, where) for of in (pump.id, f"{pump.loop}-pumps") for q in DRAWS)
    return next((one for one in told if one is not None), None)


def _head(tried: Tried, pump: PumpRecord, where: Bools) -> float | None:
    """Pressure across the pump over its rated head; None where it is not measured. [-]"""
    told = mean_of(tried, "differential_pressure", pump.id, where)
    if told is None or not pump.head:
        return None
    return told.value / (GRAVITY * DENSITY * pump.head)


DENSITY: Final = 1000.0
"""Of water. [kg m-3]"""
