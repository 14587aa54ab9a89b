"""Statements of rooms that are metered one by one, as in villages with a unit in every house."""

from dataclasses import dataclass

import numpy as np

from loopkeeper.errors import InsufficientDataError
from loopkeeper.lifecycle.evaluate.money import Bill, Room, band_share, bills
from loopkeeper.measure.calendar import local_calendar
from loopkeeper.measure.metered import electricity_of, pumps
from loopkeeper.measure.series import Channel, Floats, Period, PlantHours
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.site import Tariff
from loopkeeper.units import HOUR, KWH

LOOPS = ("source", "load")
ROOMS = ("room-", "zone-")
"""How the places of rooms begin."""


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
    _refuse_free_hours(plant.tariff)
    month, _, hour, _ = local_calendar(inside.time, plant.site.timezone)

    def by_band(power: Floats) -> dict[str, float]:
        energy = np.nan_to_num(power) * HOUR / KWH
        bands = plant.tariff.bands if plant.tariff else ()
        return {b.name: float((energy * band_share(b, month, hour)).sum()) for b in bands}

    made = [Room(of, by_band(meter.values)) for of, meter in rooms.items()]
    shared = by_band(np.sum([np.zeros(len(hour)), *_shared(inside, plant)], axis=0))
    found = bills(made, plant.tariff, shared=shared)
    coverage = {of: float(meter.coverage.mean()) for of, meter in rooms.items()}
    currency = plant.tariff.currency
    return tuple(Statement(bill, currency, coverage[bill.room]) for bill in found)


def _refuse_free_hours(tariff: Tariff) -> None:
    """Refuse bills by a tariff that leaves hours without a price."""
    wrong = tariff.wrong_hours()
    if wrong:
        month, hour, share = wrong[0]
        raise InsufficientDataError(
            "no bills can be made",
            [f"[tariff] prices {share:.0%} of hour {hour} in month {month}; {len(wrong)} such"],
        )


def _shared(hours: PlantHours, plant: Plant) -> list[Floats]:
    """What all rooms use together: the pumps of both loops, each meter once. [W]"""
    both = electricity_of(hours, plant, "source-pumps", "load-pumps")
    each = [both] if both.values is not None else [pumps(hours, plant, of) for of in LOOPS]
    return [np.nan_to_num(group.values) for group in each if group.values is not None]


def _meters(hours: PlantHours) -> dict[str, Channel]:
    """The better covered electricity channel of each place."""
    found: dict[str, Channel] = {}
    for (quantity, of), channel in hours.channels.items():
        if quantity not in {"electricity_energy", "electricity_power"}:
            continue
        if of not in found or channel.coverage.sum() > found[of].coverage.sum():
            found[of] = channel
    return found
