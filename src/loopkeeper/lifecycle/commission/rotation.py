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
from loopkeeper.measure.series import Bools
from loopkeeper.measure.uncertainty import Estimate
from loopkeeper.physics.pump import parallel_operation
from loopkeeper.plant.machines import PumpRecord
from loopkeeper.plant.verdict import Verdict
from loopkeeper.units import GRAVITY, HOUR

CURVE, POWER = 0.08, 0.05
"""Standard deviations of a sound pump's flow on its loop, and of its draw, about its papers (A):
the loop's resistance moves the one, and hardly the other. [-]"""
SOUND: Final = (0.85, 1.15)
"""Flow and draw of a sound pump over its papers' (A). [-]"""
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
    moved, drawn = _alone_on_loop(tried, pump)
    sides = [
        compared(
            ("flow", pump.id, "m³/h"),
            flow.scaled(HOUR),
            Estimate.normal(moved, CURVE * moved).scaled(HOUR),
        )
    ]
    draw = _draw(tried, pump, where)
    if draw is not None:
        wanted = Estimate.normal(drawn, POWER * drawn).scaled(1e-3)
        sides.append(compared(("electricity_power", pump.id, "kW"), draw.scaled(1e-3), wanted))
    shares = [ratio(one.measured, one.expected) for one in sides]
    head = _head(tried, pump, where)
    findings = _named(pump, shares[0], shares[1] if draw is not None else None, head)
    reasons: tuple[Verdict, ...] = ()
    if draw is None and not findings:
        reasons = (missing(pump.id, "electricity_power"),)
    if not findings:
        doubtful = [c for c, one in zip(sides, shares, strict=True) if not _sound(one.value)]
        reasons += tuple(too_uncertain(c) for c in doubtful)
    sound = [replace(c, agrees=_may_be_sound(one)) for c, one in zip(sides, shares, strict=True)]
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
    low, high = flow.high < SOUND[0], flow.low > SOUND[1]
    off = draw is not None and _may_be_sound(draw) is False
    if low and draw is not None and _slow(flow, draw):
        return (Verdict("commission.pump.slow", {**figures, "hertz": 50 * flow.value}),)
    if low:
        return (Verdict(_of_little_flow(flow, head), figures),)
    if high:
        return (Verdict("commission.pump.too_much", figures),)
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
    own = channel(minutes, "electricity_power", pump.id)
    if np.isfinite(own).any():
        where &= own > RUNS * pump.power
    for other in tried.plant.pumps:
        draw = channel(minutes, "electricity_power", other.id)
        if other.id != pump.id and other.loop is pump.loop and np.isfinite(draw).any():
            where &= ~(draw > RUNS * other.power)
    return where


RUNS: Final = 0.05
"""Draw over the rated one from which on a pump runs. [-]"""


def _alone_on_loop(tried: Tried, pump: PumpRecord) -> tuple[float, float]:
    """Flow and draw of one pump alone on its loop, scaled from its bank. [m3 s-1], [W]"""
    bank = tried.model.system.pumps_of(pump.loop)
    flow, draw = parallel_operation(bank, 1)
    return pump.flow * flow / bank.flow, pump.power * draw / bank.electricity


def _draw(tried: Tried, pump: PumpRecord, where: Bools) -> Estimate | None:
    """The pump's own meter, else that of its loop's pumps while it runs alone. [W]"""
    own = mean_of(tried, "electricity_power", pump.id, where)
    return own or mean_of(tried, "electricity_power", f"{pump.loop}-pumps", where)


def _head(tried: Tried, pump: PumpRecord, where: Bools) -> float | None:
    """Pressure across the pump over its rated head; None where it is not measured. [-]"""
    told = mean_of(tried, "differential_pressure", pump.id, where)
    if told is None or not pump.head:
        return None
    return told.value / (GRAVITY * DENSITY * pump.head)


DENSITY: Final = 1000.0
"""Of water. [kg m-3]"""
