"""Statements of rooms that are metered one by one, as in villages with a unit in every house."""

from dataclasses import dataclass

import numpy as np

from loopkeeper.errors import InsufficientDataError
from loopkeeper.lifecycle.evaluate.money import Bill, Room, bills, in_band
from loopkeeper.measure.calendar import local_calendar
from loopkeeper.measure.series import Channel, Period, PlantHours
from loopkeeper.plant.plant import Plant
from loopkeeper.units import HOUR, KWH

ROOMS = ("room-", "zone-")
"""How the places of rooms begin."""
SHARED = ("source-pumps", "load-pumps")
"""What all rooms use together."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A room's bill, its currency, and the share of the period its meter was heard. [-]"""

    bill: Bill
    currency: str
    coverage: float


def room_bills(plant: Plant, hours: PlantHours, period: Period) -> tuple[Statement, ...]:
    """
    Return the statements of a period.

    Parameters
    ----------
    plant : Plant
        With a tariff.
    hours : PlantHours
        Measured hours; electricity of rooms, and of what they share.
    period : Period
        What is billed.

    Returns
    -------
    tuple of Statement
        By room; energy that a counter counted over a gap is in it, what was not metered is not.

    Raises
    ------
    InsufficientDataError
        When there is no tariff or no room has a meter of its own.
    """
    inside = hours.within(period)
    meters = _meters(inside)
    rooms = {of: meter for of, meter in meters.items() if of.startswith(ROOMS)}
    if plant.tariff is None or not rooms:
        missing = "a [tariff]" if plant.tariff is None else "electricity of room-… in points.csv"
        raise InsufficientDataError("no bills can be made", [f"the dossier has no {missing}"])
    hour = local_calendar(inside.time, plant.site.timezone)[2]
    made = []
    for of, meter in rooms.items():
        energy = np.nan_to_num(meter.values) * HOUR / KWH
        used = {b.name: float(energy[in_band(b, hour)].sum()) for b in plant.tariff.bands}
        made.append(Room(of, used))
    shared = sum(float(np.nansum(meters[of].values)) * HOUR / KWH for of in SHARED if of in meters)
    found = bills(made, plant.tariff, shared=shared)
    coverage = {of: float(meter.coverage.mean()) for of, meter in rooms.items()}
    currency = plant.tariff.currency
    return tuple(Statement(bill, currency, coverage[bill.room]) for bill in found)


def _meters(hours: PlantHours) -> dict[str, Channel]:
    """The better covered electricity channel of each place."""
    found: dict[str, Channel] = {}
    for (quantity, of), channel in hours.channels.items():
        if quantity not in {"electricity_energy", "electricity_power"}:
            continue
        if of not in found or channel.coverage.sum() > found[of].coverage.sum():
            found[of] = channel
    return found
