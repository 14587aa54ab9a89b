"""Key figures of the loops: thermal balance, pump electricity per volume, temperature spread."""

import numpy as np

from loopkeeper.measure.energies import (
    carried_heat_capacity,
    electric_energy,
    loop_meters,
    thermal_energy,
)
from loopkeeper.measure.kpi_basis import (
    Answer,
    KpiRefusal,
    by_month,
    cut_out,
    daily_variation,
    nothing_delivered,
    scaled_up,
)
from loopkeeper.measure.meter_error import Sensed, deviation, limits_of, pair_limit, summed
from loopkeeper.measure.metered import Group, heat, pumps
from loopkeeper.measure.recharge import PUMP_DOUBT, told_by_pump
from loopkeeper.measure.series import Bools, Period, PlantHours
from loopkeeper.measure.uncertainty import Estimate
from loopkeeper.plant.plant import Plant
from loopkeeper.units import HOUR

NOTHING = 1e-3
"""Share of a source's heat both ways below which one way is noise. [-]"""


def thermal_balance_ratio(hours: PlantHours, plant: Plant, period: Period) -> Answer:
    """
    Return heat injected into the ground over heat extracted from it, recharge and relief included.

    A ratio of 1 is balanced; below 1 the ground cools [-]; periods are usefully whole years.
    Injected and extracted heat are summed over hours in which the loop, on balance, gives or
    takes. An error of the flow meter cancels, one of the temperature pair counts twice. Missing
    hours are not scaled up: they enter the interval.
    """
    inside = hours.over(period)
    blank = KpiRefusal("thermal_balance_ratio", "ground", "all", ())
    groups = [heat(inside, "source")]
    cut = cut_out(inside, groups, blank, whole=True)
    if isinstance(cut, KpiRefusal):
        return cut
    source = np.nan_to_num(inside.values("heat_power", "source"))
    extracted = thermal_energy(inside, plant, "source", cut.known & (source > 0))
    injected = thermal_energy(inside, plant, "source", cut.known & (source < 0)).scaled(-1.0)
    injected = summed([injected, _beside(inside, plant, cut.known, 1.0)])
    extracted = summed([extracted, _beside(inside, plant, cut.known, -1.0)])
    if extracted.value <= 0:
        return nothing_delivered(blank)
    ratio = injected.over(extracted)
    spread = np.hypot(
        daily_variation(np.maximum(source, 0.0), cut.known),
        daily_variation(np.maximum(-source, 0.0), cut.known),
    )
    gaps = ratio.value * (1 - cut.coverage) * float(spread)
    answer = ratio.with_part("gaps", gaps).estimate()
    return blank.given(answer, "-", cut.coverage)


def _beside(inside: PlantHours, plant: Plant, known: Bools, sign: float) -> Sensed:
    """Heat that backups put into the ground (+1) or take out of it (−1), positive. [J]"""
    recharge = heat(inside, "recharge")
    if recharge.values is None:
        return Sensed(0.0)
    moved = known & (sign * np.nan_to_num(recharge.values) > 0)
    found = thermal_energy(inside, plant, "recharge", moved).scaled(sign)
    if not told_by_pump(inside):
        return found
    return Sensed(found.value, {**found.parts, "recharge:pump": PUMP_DOUBT * found.value})


def source_energies(hours: PlantHours, plant: Plant, period: Period) -> tuple[Answer, Answer]:
    """
    Return the heat drawn from the source and the heat put into it, missing hours scaled up. [J]

    By the hourly sign of the source's heat; recharge has a meter of its own and is not in it.
    """
    inside = hours.over(period)
    blanks = [KpiRefusal("source_energy", "source", way, ()) for way in ("extracted", "injected")]
    found: list[Answer] = []
    for blank, side in zip(blanks, (1.0, -1.0), strict=True):
        cut = cut_out(inside, [heat(inside, "source")], blank)
        if isinstance(cut, KpiRefusal):
            found.append(cut)
            continue
        power = side * np.nan_to_num(inside.values("heat_power", "source"))
        energy = thermal_energy(inside, plant, "source", cut.known & (power > 0)).scaled(side)
        both = float(np.abs(power[cut.known]).sum()) * HOUR
        if energy.value < NOTHING * both:
            found.append(nothing_delivered(blank))
        else:
            fill = by_month(inside, plant.site.timezone)
            found.append(scaled_up(blank, energy, cut, np.maximum(power, 0.0), fill))
    return found[0], found[1]


def specific_pump_energy(hours: PlantHours, plant: Plant, period: Period, loop: str) -> Answer:
    """
    Return pump electricity per volume pumped. [J m-3]

    It is the head paid for, over the pump's efficiency.
    """
    inside = hours.over(period)
    metered, flow = pumps(inside, plant, loop), _flow(inside, loop)
    blank = KpiRefusal("specific_pump_energy", metered.name, "all", ())
    cut = cut_out(inside, [metered, flow], blank)
    if isinstance(cut, KpiRefusal) or flow.values is None:
        return cut if isinstance(cut, KpiRefusal) else blank
    moved = float(flow.values[cut.known].sum() * HOUR)
    if moved <= 0:
        return nothing_delivered(blank)
    point = inside.channels["flow", loop].point
    relative = deviation(limits_of(point).relative) if point else 0.0
    volume = Sensed(moved, {f"flow:{loop}": relative * moved})
    value = electric_energy(inside, metered, cut.known).over(volume).estimate()
    return blank.given(value, "J m-3", cut.coverage)


def mean_temperature_difference(
    hours: PlantHours, plant: Plant, period: Period, loop: str, mode: str
) -> Answer:
    """Return the flow-weighted mean difference of a loop's supply and return, positive. [K]"""
    inside = hours.over(period)
    blank = KpiRefusal("mean_temperature_difference", loop, mode, ())
    groups = [heat(inside, "load"), heat(inside, loop), _calculated(inside, loop)]
    cut = cut_out(inside, groups, blank)
    if isinstance(cut, KpiRefusal):
        return cut
    where = cut.mode(mode)
    meters = loop_meters(inside, loop)
    carried = carried_heat_capacity(inside, plant, loop, where)
    energy = float(inside.values("heat_power_calculated", loop)[where].sum() * HOUR)
    sign = -1.0 if mode == "cooling" else 1.0
    if carried <= 0 or sign * energy <= 0 or meters is None:
        return nothing_delivered(blank)
    spread = deviation(pair_limit(meters.supply, meters.back), float(where.sum()))
    value = Estimate.normal(sign * energy / carried, spread)
    return blank.given(value, "K", cut.coverage)


def _flow(hours: PlantHours, loop: str) -> Group:
    key = ("flow", loop)
    if key in hours.channels:
        return Group(f"{loop} flow", hours.channels[key].values, (key,))
    return Group(f"{loop} flow", None, (), (f"flow of {loop}",))


def _calculated(hours: PlantHours, loop: str) -> Group:
    key = ("heat_power_calculated", loop)
    if key in hours.channels:
        return Group(loop, hours.channels[key].values, (key,))
    return Group(loop, None, (), (f"flow and both temperatures of {loop}",))
