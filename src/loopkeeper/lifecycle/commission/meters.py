"""Proof of the meters: heat three ways, electricity two ways, and who of them is wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from loopkeeper.lifecycle.commission.judged import Proved, Tried
from loopkeeper.lifecycle.commission.maps import by_maps
from loopkeeper.lifecycle.commission.means import (
    LOOPS,
    channel,
    compared,
    heat_of,
    held_against,
    is_heating,
    joined,
    machine_draw,
    mean_of,
    missing,
    period_of,
    steady_minutes,
    under_load,
)
from loopkeeper.lifecycle.commission.steady import SHORTEST
from loopkeeper.measure.balance import ALWAYS_OPEN
from loopkeeper.measure.derived import loop_fluid, volumetric_heat_capacity
from loopkeeper.measure.series import Bools
from loopkeeper.measure.uncertainty import COVERAGE_FACTOR_90, Estimate
from loopkeeper.plant.verdict import Verdict

CLOSED: Final = 0.07
"""
Two ways to the same heat agree within so much beside their own intervals (A): pockets, mixing and
what pipes lose over minutes. [-]
"""
FAR: Final = 0.2
"""A meter so far from two witnesses that agree is wrong. [-]"""
PULSES: Final = (0.001, 0.01, 0.1, 0.25, 0.4, 2.5, 4.0, 10.0, 100.0, 1000.0)
"""Wrong factors of pulses and registers of heat meters: decades, and 2.5 of pulse values. [-]"""
TRANSFORMERS: Final = (50, 75, 100, 150, 200, 250, 300, 400, 500, 600, 800, 1000, 1250, 1500, 2000)
"""Usual primary currents of current transformers, to 5 A (IEC 61869-2, GB/T 20840.2, M). [A]"""
MAP_DOUBT: Final = 0.05
"""Standard deviation of machines' maps as witnesses of meters (A). [-]"""
BY_THE_MAP: Final = (0.88, 1.12)
"""Draw over that of the maps that is taken where heats say that it is the meter (A). [-]"""
TAKEN_FOR: Final = 5.0
"""Transformers whose currents are further apart are not taken for one another (A). [-]"""
GROSS: Final = (0.4**0.5, 2.5**0.5)
"""
Ratios that are no matter of steadiness: nearer to the least wrong factor of pulses than to none.
Water that warms the loop, and machines that start and stop, move means of hours by less (A). [-]
"""
UNSTEADY: Final = 0.5
"""Water goes the wrong way by more than this where nothing was steady (A). [K]"""
NEAR: Final = 0.08
"""A ratio so near to a factor is told to be that factor. [-]"""


def meters(tried: Tried) -> Proved:
    """
    Judge the meters while machines run steadily.

    Parameters
    ----------
    tried : Tried
        Flows and temperatures of both loops, heat meters and the machines' electricity.

    Returns
    -------
    Proved
        Which sensor is exchanged and which meter is wrong, and by what factor where it is a usual
        one. Who is wrong is told where two others agree; not proven where they do not. Where
        nothing was steady, exchanged sensors and gross factors show nevertheless.
    """
    where, why = steady_minutes(tried)
    if why:
        return joined([_gross(tried), Proved(reasons=why)])
    swapped = _swapped(tried, where)
    if swapped.findings or swapped.reasons:
        return swapped
    parts = [_heat_meters(tried, where), _electricity(tried, where)]
    return joined(parts, period_of(tried, where))


def _gross(tried: Tried) -> Proved:
    """What is so wrong that all minutes under load show it, steady or not."""
    where = under_load(tried)
    if where.sum() < SHORTEST:
        return Proved()
    swapped = _swapped(tried, where, UNSTEADY)
    if swapped.findings:
        return swapped
    parts = [_heat_meters(tried, where, GROSS), _electricity(tried, where, GROSS)]
    found = joined(one for one in parts if one.findings)
    return replace(found, reasons=())


def _swapped(tried: Tried, where: Bools, beyond: float = 0.0) -> Proved:
    """Sensors of supply and return exchanged: water that goes the wrong way of the machines."""
    heating = is_heating(tried, where)
    if heating is None:
        return Proved(reasons=(missing("load", "supply_temperature", "return_temperature"),))
    findings = []
    for loop in LOOPS:
        sides = [mean_of(tried, f"{s}_temperature", loop, where) for s in ("supply", "return")]
        if sides[0] is None or sides[1] is None:
            continue
        drop = (sides[0].value - sides[1].value) * (1 if heating else -1)
        half = COVERAGE_FACTOR_90 * _apart(sides[0], sides[1])
        if drop < -half - beyond:
            figures = {"loop": loop, "kelvin": -drop}
            findings.append(Verdict("commission.meter.swapped", figures))
    return Proved(findings=tuple(findings))


def calculated(tried: Tried, loop: str, where: Bools) -> Estimate | None:
    """Return the mean heat of a loop by flow and temperatures, positive either way. [W]"""
    flow = mean_of(tried, "flow", loop, where)
    sides = [mean_of(tried, f"{s}_temperature", loop, where) for s in ("supply", "return")]
    heat = channel(tried.minutes, "heat_power_calculated", loop)[where]
    if flow is None or sides[0] is None or sides[1] is None or not np.isfinite(heat).any():
        return None
    value = abs(float(np.nanmean(heat)))
    middle = np.array([(sides[0].value + sides[1].value) / 2])
    capacity = float(volumetric_heat_capacity(loop_fluid(tried.plant, loop), middle)[0])
    pair = _apart(sides[0], sides[1]) * capacity * flow.value
    scale = flow.standard_deviation / flow.value * value if flow.value else 0.0
    return Estimate.normal(value, float(np.hypot(pair, scale)))


def _apart(one: Estimate, other: Estimate) -> float:
    """Standard deviation of a difference."""
    return float(np.hypot(one.standard_deviation, other.standard_deviation))


def metered(tried: Tried, loop: str, where: Bools) -> Estimate | None:
    """Return the mean heat of a loop by its own meter, positive either way; None without one."""
    found = tried.minutes.channels.get(("heat_power", loop))
    if found is None or found.point is None:
        return None
    heat = heat_of(tried, loop, where)
    if heat is None:
        return None
    return Estimate(abs(heat.value), *sorted((abs(heat.low), abs(heat.high))))


def _heat_meters(
    tried: Tried, where: Bools, bounds: tuple[float, float] = (1 - CLOSED, 1 + CLOSED)
) -> Proved:
    """Each loop's meter beside its flow and temperatures; the other loop says who is wrong."""
    parts = []
    for loop in LOOPS:
        meter, flow = metered(tried, loop, where), calculated(tried, loop, where)
        if meter is None or flow is None or flow.value <= 0:
            continue
        one = compared(("heat_power", loop, "kW"), meter.scaled(1e-3), flow.scaled(1e-3))
        told = held_against(one, bounds, "commission.meter.heat")
        if told.findings:
            told = Proved(
                compared=told.compared, findings=_blamed(tried, loop, where, (meter, flow))
            )
        parts.append(told)
    if not parts:
        return Proved(reasons=(missing("load", "heat_power", "flow"),))
    return joined(parts)


def _blamed(
    tried: Tried, loop: str, where: Bools, ways: tuple[Estimate, Estimate]
) -> tuple[Verdict, ...]:
    """Say who of a loop's two ways is wrong: the one further from what the other loop leaves."""
    meter, flow = ways
    rest = _by_other_loop(tried, loop, where)
    figures: dict[str, object] = {"loop": loop, "percent": 100 * meter.value / flow.value}
    if rest is None or rest <= 0:
        return (Verdict("commission.meter.heat", figures),)
    apart = [abs(one.value / rest - 1) for one in (meter, flow)]
    if min(apart) > FAR or abs(apart[0] - apart[1]) < CLOSED:
        return (Verdict("commission.meter.heat", figures),)
    if apart[1] < apart[0]:
        factor = meter.value / rest
        usual = nearest(factor, PULSES)
        code = "commission.meter.heat_wrong" if usual is None else "commission.meter.heat_factor"
        return (Verdict(code, {**figures, "factor": usual or factor}),)
    return (Verdict("commission.meter.flow_wrong", {"loop": loop, "factor": flow.value / rest}),)


def _by_other_loop(tried: Tried, loop: str, where: Bools) -> float | None:
    """Heat of a loop by that of the other and the machines' electricity. [W]"""
    other = "source" if loop == "load" else "load"
    draw, heat = machine_draw(tried, where), calculated(tried, other, where)
    if heat is None:
        heat = metered(tried, other, where)
    if draw is None or heat is None:
        return None
    heating = is_heating(tried, where)
    adds = (loop == "load") == bool(heating)
    return heat.value + draw.value if adds else heat.value - draw.value


def _electricity(
    tried: Tried, where: Bools, bounds: tuple[float, float] = (1 - FAR, 1 + FAR)
) -> Proved:
    """The machines' meter beside their maps; what both heats leave says who is wrong."""
    draw, heat = machine_draw(tried, where), _load_heat(tried, where)
    if draw is None or heat is None:
        of = ("machines", "electricity_power") if draw is None else ("load", "heat_power")
        return Proved(reasons=(missing(*of),))
    told_by = by_maps(tried, where, heat)
    if told_by is None:
        waters = missing("source", "supply_temperature", "return_temperature")
        return Proved(reasons=(waters,))
    drawn = told_by.draw
    wanted = told_by.wanted_draw(MAP_DOUBT)
    one = compared(("electricity_power", "machines", "kW"), draw.scaled(1e-3), wanted.scaled(1e-3))
    told = held_against(one, bounds, "commission.meter.electricity")
    wrong = wrong_meter(tried, where, draw.value, drawn)
    if wrong is False:
        return replace(told, findings=())  # the machines draw so much, not the meter
    if wrong and bounds != GROSS:
        told = held_against(one, BY_THE_MAP, "commission.meter.electricity")
    return replace(told, findings=(misread(draw.value / drawn),)) if told.findings else told


def misread(factor: float) -> Verdict:
    """Return that a meter of machines reads so many times what their maps say. [-]"""
    usual = transformer(factor)
    if usual is None:
        return Verdict("commission.meter.electricity", {"percent": 100 * factor})
    figures = {"factor": factor, "one": usual[0], "other": usual[1]}
    return Verdict("commission.meter.transformer", figures)


def wrong_meter(tried: Tried, where: Bools, read: float, wanted: float) -> bool | None:
    """
    Return whether a meter of machines is wrong, and not what they draw.

    What machines draw they reject: the heats of both loops leave their electricity, whatever a
    transformer makes of it. They hold either what is ``read`` or what is ``wanted`` by the maps
    [W]; None where they hold both, or neither, or are not measured.
    """
    rest = _by_heats(tried, where)
    if rest is None or _holds(rest, read) == _holds(rest, wanted):
        return None
    return _holds(rest, wanted)


def _holds(one: Estimate, value: float) -> bool:
    return one.low <= value <= one.high


def _load_heat(tried: Tried, where: Bools) -> Estimate | None:
    """Heat of the load by the way that is not a heat meter, whose factor may be wrong. [W]"""
    return calculated(tried, "load", where) or metered(tried, "load", where)


def _by_heats(tried: Tried, where: Bools) -> Estimate | None:
    """Electricity that the heats of both loops leave, None where one is not measured. [W]"""
    source, load = (_heat_both_ways(tried, o, where) for o in LOOPS)
    if source is None or load is None:
        return None
    sign = 1.0 if is_heating(tried, where) else -1.0
    doubt = float(np.hypot(_apart(source, load), ALWAYS_OPEN / 2 * load.value))
    return Estimate.normal(sign * (load.value - source.value), doubt)


def _heat_both_ways(tried: Tried, loop: str, where: Bools) -> Estimate | None:
    """Heat of a loop by flow and temperatures and by its meter, weighed where both agree. [W]"""
    flow, meter = calculated(tried, loop, where), metered(tried, loop, where)
    if flow is None or meter is None:
        return flow or meter
    one, other = flow.standard_deviation, meter.standard_deviation
    if abs(meter.value - flow.value) > CLOSED * flow.value or not (one and other):
        return flow
    share = other**2 / (one**2 + other**2)
    middle = share * flow.value + (1 - share) * meter.value
    return Estimate.normal(middle, one * other / float(np.hypot(one, other)))


def nearest(factor: float, usual: Sequence[float]) -> float | None:
    """Return the usual factor that a ratio is near to, None where it is none."""
    best = min(usual, key=lambda one: abs(np.log(factor / one)))
    return best if abs(factor / best - 1) <= NEAR else None


def transformer(factor: float) -> tuple[int, int] | None:
    """
    Return two neighbouring primary currents whose ratio a meter is wrong by.

    The installed one first, the one that the meter was told last: a meter told too much reads too
    much. None where no two that are taken for one another have such a ratio.
    """
    near: Mapping[tuple[int, int], float] = {
        (a, b): abs(factor / (b / a) - 1)
        for a in TRANSFORMERS
        for b in TRANSFORMERS
        if a != b and 1 / TAKEN_FOR <= b / a <= TAKEN_FOR
    }
    best = min(near, key=lambda pair: (round(near[pair], 2), abs(pair[0] - pair[1])))
    return best if near[best] <= NEAR / 2 else None
