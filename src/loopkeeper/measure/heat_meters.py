"""A loop's heat meter against its flow and temperatures, and who of them is wrong."""

from typing import Final

import numpy as np

from loopkeeper.measure.balance import ALWAYS_OPEN, LEAST_DAYS, first_day
from loopkeeper.measure.derived import loop_fluid, water_meter_error
from loopkeeper.measure.energies import loop_meters
from loopkeeper.measure.meter_error import (
    heat_meter_limits,
    limits_of,
    pair_limit,
    thermal_power_limit,
)
from loopkeeper.measure.metered import machines
from loopkeeper.measure.series import Bools, Floats, PlantHours
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.verdict import Verdict
from loopkeeper.units import HOUR

AGREEMENT_FLOOR: Final = 0.02
"""Two ways to measure heat agree within at least this much. [-]"""


def check_heat_meters(hours: PlantHours, plant: Plant) -> tuple[Verdict, ...]:
    """
    Return a problem for each loop whose heat meter and flow with temperatures disagree.

    Where the other loop and the machines' electricity are metered, the heat balance tells which of
    the two is wrong: the one that lies beside it while the other closes it. Empty where both agree
    within their limits or only one exists.
    """
    found = [_disputed(hours, plant, loop) for loop in ("source", "load")]
    return tuple(v for v in found if v is not None)


def _disputed(hours: PlantHours, plant: Plant, loop: str) -> Verdict | None:
    """Set a loop's heat meter against its flow and temperatures."""
    metered = hours.channels.get(("heat_power", loop))
    meters = loop_meters(hours, loop)
    if metered is None or metered.point is None or meters is None:
        return None
    calculated = hours.values("heat_power_calculated", loop)
    pair = (hours.values(f"{side}_temperature", loop) for side in ("supply", "return"))
    both = np.isfinite(metered.values + calculated + sum(pair))
    one, other = (float(np.abs(v[both]).sum() * HOUR) for v in (metered.values, calculated))
    if both.sum() < 24 * LEAST_DAYS or min(one, other) <= 0:
        return None
    difference = _weighted_difference(hours, loop, calculated, both)
    limit = AGREEMENT_FLOOR + thermal_power_limit(
        limits_of(meters.flow).relative, pair_limit(meters.supply, meters.back), difference
    )
    limit += sum(heat_meter_limits(metered.point, difference))
    limit += water_meter_error(loop_fluid(plant, loop))
    if abs(one / other - 1) <= limit:
        return None
    figures: dict[str, object] = {
        "loop": loop,
        "percent": f"{100 * (one / other - 1):+z.1f}",
        "limit_percent": f"{100 * limit:.1f}",
        "times": f"{one / other:.3g}",
        "hours": int(both.sum()),
        "first": first_day(hours, both),
    }
    culprit = _culprit(hours, plant, loop, (metered.values, calculated), limit)
    if culprit == "flow":
        sensors = {"flow": meters.flow.id, "supply": meters.supply.id, "back": meters.back.id}
        return Verdict(
            "measure.balance.flow_wrong", {**figures, "meter": metered.point.id, **sensors}
        )
    code = "measure.balance.meter_wrong" if culprit == "meter" else "measure.balance.heat_meter"
    return Verdict(code, {**figures, "point": metered.point.id})


def _culprit(
    hours: PlantHours, plant: Plant, loop: str, ways: tuple[Floats, Floats], limit: float
) -> str:
    """Say who leaves the heat balance while the other closes it: meter, flow or nobody."""
    group = machines(hours, plant)
    other = ("heat_power", "source" if loop == "load" else "load")
    if group.values is None or other not in hours.channels:
        return ""
    sign = 1.0 if loop == "load" else -1.0
    expected = hours.channels[other].values + sign * group.values
    known = np.isfinite(expected + ways[0] + ways[1])
    turnover = float(np.abs(expected[known]).sum())
    if known.sum() < 24 * LEAST_DAYS or turnover <= 0:
        return ""
    meter, flow = (abs(float((w - expected)[known].sum())) / turnover for w in ways)
    closed, open_ = limit + ALWAYS_OPEN, 2 * (limit + ALWAYS_OPEN)
    if flow < closed and meter > open_:
        return "meter"
    return "flow" if meter < closed and flow > open_ else ""


def _weighted_difference(hours: PlantHours, loop: str, calculated: Floats, both: Bools) -> float:
    """Mean temperature difference weighted by the heat it carried. [K]"""
    gap = np.abs(
        hours.values("supply_temperature", loop) - hours.values("return_temperature", loop)
    )
    weight = np.where(both & np.isfinite(gap), np.abs(calculated), 0.0)
    return max(float((np.nan_to_num(gap) * weight).sum() / weight.sum()), 0.05)
