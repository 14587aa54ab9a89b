"""What machines counted of themselves: hours run and starts."""

from collections.abc import Iterator
from typing import Final

import numpy as np

from loopkeeper.measure.kpi_basis import (
    MINIMUM_COVERAGE,
    Answer,
    KpiRefusal,
    KpiValue,
    cut_out,
)
from loopkeeper.measure.metered import Group
from loopkeeper.measure.series import Period, PlantHours
from loopkeeper.measure.uncertainty import Estimate
from loopkeeper.units import HOUR

COUNTS: Final = {"running": ("running_hours", "h", 1.0), "starts": ("starts", "-", HOUR)}
"""Quantities with the figure's name, its unit and what an hour's mean stands for."""


def operating_counts(
    hours: PlantHours, period: Period, *, minimum_coverage: float = MINIMUM_COVERAGE
) -> Iterator[Answer]:
    """
    Yield the hours run and the starts of every part that counts them.

    Parameters
    ----------
    hours : PlantHours
        Measured hours.
    period : Period
        The period.
    minimum_coverage : float
        Least share of the period that must be measured. [-]

    Yields
    ------
    KpiValue or KpiRefusal
        Hours [h], or a number [-], in the measured hours.
    """
    inside = hours.over(period)
    for quantity, (name, unit, each) in COUNTS.items():
        for of in inside.places(quantity):
            key = (quantity, of)
            blank = KpiRefusal(name, of, "all", ())
            group = Group(of, inside.channels[key].values, (key,))
            cut = cut_out(inside, [group], minimum_coverage, blank)
            if isinstance(cut, KpiRefusal):
                yield cut
                continue
            total = float(np.nansum(inside.channels[key].values[cut.known])) * each
            yield KpiValue(
                name=name,
                boundary=of,
                mode="all",
                value=Estimate.exact(total),
                unit=unit,
                coverage=cut.coverage,
            )
