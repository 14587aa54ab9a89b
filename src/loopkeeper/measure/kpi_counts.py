"""What machines counted of themselves: hours run and starts."""

from collections.abc import Iterator
from typing import Final

import numpy as np

from loopkeeper.measure.kpi_basis import (
    Answer,
    KpiRefusal,
    cut_out,
)
from loopkeeper.measure.metered import Group
from loopkeeper.measure.series import Period, PlantHours
from loopkeeper.measure.uncertainty import Estimate
from loopkeeper.units import HOUR

COUNTS: Final = {"running": ("running_hours", "h", 1.0), "starts": ("starts", "-", HOUR)}
"""Quantities with the figure's name, its unit and what an hour's mean stands for."""


def operating_counts(hours: PlantHours, period: Period) -> Iterator[Answer]:
    """Yield the hours run [h] and the starts [-] of every part that counts them, as measured."""
    inside = hours.over(period)
    for quantity, (name, unit, each) in COUNTS.items():
        for of in inside.places(quantity):
            key = (quantity, of)
            blank = KpiRefusal(name, of, "all", ())
            group = Group(of, inside.channels[key].values, (key,))
            cut = cut_out(inside, [group], blank)
            if isinstance(cut, KpiRefusal):
                yield cut
                continue
            total = float(np.nansum(inside.channels[key].values[cut.known])) * each
            yield blank.given(Estimate.exact(total), unit, cut.coverage)
