"""Key figures of groundwater: how much was taken and returned."""

import numpy as np

from loopkeeper.measure.kpi_basis import (
    MINIMUM_COVERAGE,
    Answer,
    KpiRefusal,
    KpiValue,
    cut_out,
    nothing_delivered,
)
from loopkeeper.measure.meter_error import Sensed, deviation, limits_of
from loopkeeper.measure.metered import Group
from loopkeeper.measure.quality import Bools
from loopkeeper.measure.series import Period, PlantHours
from loopkeeper.units import HOUR

TAKEN = ("abstraction_volume", "abstraction_flow")
BACK = ("reinjection_volume", "reinjection_flow")


def reinjection_ratio(
    hours: PlantHours, period: Period, *, minimum_coverage: float = MINIMUM_COVERAGE
) -> Answer:
    """
    Return water returned over water taken, all wells together.

    Parameters
    ----------
    hours : PlantHours
        Measured hours.
    period : Period
        The period; hours in which any of the wells' meters is unknown are left out.
    minimum_coverage : float
        Least share of the period that must be measured. [-]

    Returns
    -------
    KpiValue or KpiRefusal
        The ratio [-]; every meter is an independent source of error.
    """
    inside = hours.within(period)
    blank = KpiRefusal("reinjection_ratio", "wells", "all", ())
    groups = [_water(inside, names) for names in (BACK, TAKEN)]
    cut = cut_out(inside, groups, minimum_coverage, blank)
    if isinstance(cut, KpiRefusal):
        return cut
    back, taken = (_volume(inside, g, cut.known) for g in groups)
    if taken.value <= 0:
        return nothing_delivered(blank)
    ratio = back.over(taken).estimate()
    return KpiValue(
        blank.name, blank.boundary, "all", ratio, "-", cut.coverage, "GB 55015-2021 5.3.3", "M"
    )


def water_taken(
    hours: PlantHours, period: Period, *, minimum_coverage: float = MINIMUM_COVERAGE
) -> Answer:
    """
    Return the water taken from all wells.

    Parameters
    ----------
    hours : PlantHours
        Measured hours.
    period : Period
        The period.
    minimum_coverage : float
        Least share of the period that must be measured. [-]

    Returns
    -------
    KpiValue or KpiRefusal
        Volume in the known hours [m3]; ``estimated`` stays 0, unknown hours add nothing.
    """
    inside = hours.within(period)
    blank = KpiRefusal("water_taken", "wells", "all", ())
    group = _water(inside, TAKEN)
    cut = cut_out(inside, [group], minimum_coverage, blank)
    if isinstance(cut, KpiRefusal):
        return cut
    volume = _volume(inside, group, cut.known).estimate()
    return KpiValue(blank.name, blank.boundary, "all", volume, "m3", cut.coverage)


def _water(hours: PlantHours, quantities: tuple[str, str]) -> Group:
    """Flow of all meters of the first of two quantities that any well has. [m3 s-1]"""
    for quantity in quantities:
        keys = tuple((quantity, of) for of in hours.places(quantity))
        if keys:
            flows = [hours.channels[k].values for k in keys]
            return Group(quantity, np.sum(flows, axis=0), keys)
    return Group(quantities[0], None, (), (" or ".join(quantities) + " of the wells",))


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
