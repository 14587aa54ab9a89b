"""Groundwater of a period of a plant's record."""

from collections.abc import Sequence

from loopkeeper.app.record import Prepared, find
from loopkeeper.lifecycle.evaluate.groundwater import Groundwater, groundwater
from loopkeeper.measure.kpi_basis import Answer
from loopkeeper.measure.series import Period


def groundwater_of(
    base: Prepared, period: Period, answers: Sequence[Answer]
) -> Groundwater | None:
    """Return what is known of the water of wells; None of other sources."""
    plant, hours = base.dossier.plant, base.measured.hours
    if not plant.source.traits.groundwater:
        return None
    record = hours.within(Period(hours.time[0], period.end))
    names = ("reinjection_ratio", "water_taken")
    water = tuple(find(answers, (name, "wells", "all")) for name in names)
    return groundwater(plant, hours.within(period), record, water)
