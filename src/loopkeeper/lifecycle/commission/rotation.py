"""A pump alone at full speed, beside its curve: reversed, slow, choked, or read wrongly."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from scipy.ndimage import minimum_filter1d, uniform_filter1d

from loopkeeper.lifecycle.commission.judged import ComparedFigure, Proved, Tried
from loopkeeper.lifecycle.commission.means import (
    channel,
    compared,
    held_against,
    hidden,
    joined,
    mean_of,
    missing,
    ratio,
)
from loopkeeper.lifecycle.commission.meters import transformer
from loopkeeper.lifecycle.commission.steady import MINUTE
from loopkeeper.measure.series import Bools
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
GRID: Final = 50.0
"""Frequency of full speed. [Hz]"""
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
    wanted = Estimate.normal(moved, CURVE * moved)
    sides = [compared(("flow", pump.id, "m³/h"), flow.scaled(HOUR), wanted.scaled(HOUR))]
    told = [held_against(sides[0], (SOUND[0], np.inf), "commission.pump.choked")]
    draw, slow = _draw(tried, pump, where), False
    if draw is not None:
        name = ("electricity_power", pump.id, "kW")
        sides.append(compared(name, draw.scaled(1e-3), _draw_at(pump, flow.value).scaled(1e-3)))
        told.append(held_against(sides[1], SOUND, "commission.pump.draw"))
        slow = _slow(flow.scaled(1 / moved), draw.scaled(1 / drawn))
    part = joined(told)
    if part.findings:
        named = _named(pump, sides, part, slow=slow, head=_head(tried, pump, where))
        return Proved(compared=part.compared, findings=(named,))
    bare = () if draw is not None else (missing(pump.id, "electricity_power"),)
    return Proved(compared=part.compared, reasons=(*bare, *part.reasons))


def _named(
    pump: PumpRecord,
    sides: Sequence[ComparedFigure],
    part: Proved,
    *,
    slow: bool,
    head: float | None,
) -> Verdict:
    """Name what flow, draw and head over the papers' tell together."""
    flow, *rest = [ratio(one.measured, one.expected).value for one in sides]
    draw = rest[0] if rest else None
    figures: dict[str, object] = {"pump": pump.id, "flow": 100 * flow}
    figures["draw"] = None if draw is None else 100 * draw
    if part.compared[0].agrees is False:
        if slow:
            return Verdict("commission.pump.slow", {**figures, "hertz": GRID * flow})
        return Verdict(_of_little_flow(flow, head), figures)
    usual = None if draw is None else transformer(draw)
    if usual is None:
        return Verdict("commission.pump.draw", figures)
    return Verdict("commission.pump.transformer", {**figures, "one": usual[0], "other": usual[1]})


def _slow(flow: Estimate, draw: Estimate) -> bool:
    """Whether flow and draw are those of a lower speed: n and its cube on a closed loop."""
    cube = flow.value**3
    doubt = float(np.hypot(draw.standard_deviation, 3 * flow.value**2 * flow.standard_deviation))
    return abs(draw.value - cube) < 2 * doubt and draw.value < SOUND[0] ** 2


def _of_little_flow(flow: float, head: float | None) -> str:
    """Name what leaves little flow, by the head where it is known."""
    if flow <= CHOKED:
        return "commission.pump.shut"
    turned = REVERSED[0] <= flow <= REVERSED[1]
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
    own = runs_within(tried, pump)
    if own is not None:
        where &= own
    for other in tried.plant.pumps:
        if other.id != pump.id and other.loop is pump.loop and (seen := _runs(tried, other)):
            where &= ~seen[0]
    return where


def runs_within(tried: Tried, pump: PumpRecord) -> Bools | None:
    """Return the minutes of a pump's runs without ends that a register blurs; None: no meter."""
    own = _runs(tried, pump)
    return None if own is None else minimum_filter1d(own[0], own[1], mode="constant", cval=0)


def _runs(tried: Tried, pump: PumpRecord) -> tuple[Bools, int] | None:
    """
    Minutes in which a pump runs by its own meter, and over how many of them that is seen.

    A register that steps every few minutes stands still in between: its rate counts over twice
    the time of a step at rated power. None without a meter.
    """
    power, rate = (channel(tried.minutes, quantity, pump.id) for quantity in DRAWS)
    if np.isfinite(power).any():
        return power > RUNS * pump.power, 1
    if not np.isfinite(rate).any():
        return None
    around = 2 * int(np.ceil(_step(tried, pump.id) / MINUTE / pump.power)) + 1
    smooth = uniform_filter1d(np.nan_to_num(rate), around, mode="constant")
    return smooth > RUNS * pump.power, around


def _step(tried: Tried, of: str) -> float:
    """What a register of electricity is rounded to. [J]"""
    return tried.minutes.channels[COUNTED, of].resolution


DRAWS: Final = ("electricity_power", "electricity_energy")
"""Quantities of a draw; a counter is laid as its rate."""
COUNTED: Final = "electricity_energy"
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
    return own_draw(tried, pump.id, where) or own_draw(tried, f"{pump.loop}-pumps", where)


def own_draw(tried: Tried, of: str, where: Bools) -> Estimate | None:
    """Return the mean of a meter of electricity with what its register hides, None: none. [W]"""
    for quantity in DRAWS:
        found = mean_of(tried, quantity, of, where)
        if found is not None:
            unseen = hidden(_step(tried, of), where) if quantity == COUNTED else 0.0
            return Estimate.normal(found.value, float(np.hypot(found.standard_deviation, unseen)))
    return None


def _head(tried: Tried, pump: PumpRecord, where: Bools) -> float | None:
    """Pressure across the pump over its rated head; None where it is not measured. [-]"""
    told = mean_of(tried, "differential_pressure", pump.id, where)
    if told is None or not pump.head:
        return None
    return told.value / (GRAVITY * DENSITY * pump.head)


DENSITY: Final = 1000.0
"""Of water. [kg m-3]"""
