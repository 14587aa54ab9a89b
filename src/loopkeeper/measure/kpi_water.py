"""Key figures of groundwater: how much was taken and returned."""

import numpy as np

from loopkeeper.measure.kpi_basis import (
    Answer,
    KpiRefusal,
    cut_out,
    nothing_delivered,
)
from loopkeeper.measure.meter_error import Sensed, deviation, limits_of
from loopkeeper.measure.metered import Group
from loopkeeper.measure.quality import Bools
from loopkeeper.measure.series import Period, PlantHours
from loopkeeper.measure.uncertainty import Estimate
from loopkeeper.units import HOUR

TAKEN = ("abstraction_volume", "abstraction_flow")
BACK = ("reinjection_volume", "reinjection_flow")
MAKE_UP = "make-up"
"""Place of the meter of water that is added to a closed loop."""


def reinjection_ratio(
    hours: PlantHours,
    period: Period,
    *,
    closed: bool = False,
) -> Answer:
    """
    Return water returned over water taken, all wells together. [-]

    Hours in which any of the wells' meters is unknown are left out; every meter is an independent
    source of error. ``closed`` where the water circulates in single wells: where nothing meters
    what goes back, it is what circulates less what has to be made up.
    """
    inside = hours.over(period)
    blank = KpiRefusal("reinjection_ratio", "wells", "all", ())
    back, taken = _water(inside, BACK), _taken(inside, closed=closed)
    made_up = _water(inside, TAKEN, at=MAKE_UP)
    by_make_up = closed and back.values is None and made_up.values is not None
    groups = [made_up if by_make_up else back, taken]
    cut = cut_out(inside, groups, blank, whole=True)
    if isinstance(cut, KpiRefusal):
        return cut
    other, whole = (_volume(inside, g, cut.known) for g in groups)
    if whole.value <= 0:
        return nothing_delivered(blank)
    ratio = other.over(whole).estimate()
    if by_make_up:
        ratio = Estimate(1 - ratio.value, 1 - ratio.high, 1 - ratio.low)
    return blank.given(ratio, "-", cut.coverage, "GB 55015-2021 5.3.3", "M")


def water_taken(
    hours: PlantHours,
    period: Period,
    *,
    closed: bool = False,
) -> Answer:
    """
    Return the water taken from all wells. [m3]

    ``closed`` where the water circulates in single wells: then the flow of the source is what they
    give, where they have no meter of their own. ``estimated`` stays 0, unknown hours add nothing.
    """
    inside = hours.over(period)
    blank = KpiRefusal("water_taken", "wells", "all", ())
    group = _taken(inside, closed=closed)
    cut = cut_out(inside, [group], blank)
    if isinstance(cut, KpiRefusal):
        return cut
    volume = _volume(inside, group, cut.known).estimate()
    return blank.given(volume, "m3", cut.coverage)


def _taken(hours: PlantHours, *, closed: bool) -> Group:
    """What the wells give, by their meters, else by the flow of a closed source. [m3 s-1]"""
    found, loop = _water(hours, TAKEN), ("flow", "source")
    if found.values is None and closed and loop in hours.channels:
        return Group("flow", hours.channels[loop].values, (loop,))
    return found


def _water(hours: PlantHours, quantities: tuple[str, str], *, at: str = "") -> Group:
    """Flow of all meters of the first of two quantities that any well, or a place, has. [m3/s]"""
    for quantity in quantities:
        places = [of for of in hours.places(quantity) if (of == at if at else of != MAKE_UP)]
        if places:
            keys = tuple((quantity, of) for of in places)
            flows = [hours.channels[k].values for k in keys]
            return Group(quantity, np.sum(flows, axis=0), keys)
    return Group(quantities[0], None, (), (f"{' / '.join(quantities)} @ {at or 'wells'}",))


def _volume(hours: PlantHours, group: Group, known: Bools) -> Sensed:
    total, parts = 0.0, dict[str, float]()
    for key in group.channels:
        channel = hours.channels[key]
        volume = float(np.nansum(channel.values[known]) * HOUR)
        total += volume
        if channel.point is not None:
            limit = limits_of(channel.point).relative
            parts[f"meter:{channel.point.id}"] = deviation(limit, float(known.sum())) * volume
    return Sensed(total, parts)
