"""
Which way heat goes: heating or cooling, hour by hour, without asking the heat meter.

Nearly all heat meters count up in both seasons. What the water, the controls and the calendar say
is set beside each other in an order of trust; what points the other way throughout is named.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Final

import numpy as np

from loopkeeper.measure.calendar import local_calendar
from loopkeeper.measure.meter_error import pair_limit
from loopkeeper.measure.series import Bools, Floats, PlantHours
from loopkeeper.plant.plant import Plant

TRUST: Final = {
    "heat_sign": 3.5, "load_difference": 3.0, "source_difference": 3.0, "machine_mode": 2.5,
    "operating_mode": 2.5, "load_level": 2.5, "set_point": 2.0, "season": 1.5,
}  # fmt: skip
"""Evidence from the most to the least trusted, with its vote: any two outvote a third. [-]"""
WARM_WATER, COLD_WATER = 27.0, 18.0
"""Water warmer than the first heats a building, colder than the second cools it. [°C]"""
COLD_DAY, WARM_DAY = 10.0, 26.0
"""Colder than the first a building is heated, warmer than the second it is cooled. [°C]"""
HEATS, COOLS = frozenset({1.0}), frozenset({-1.0, 2.0})
"""Values of ``operating_mode`` points; any other says nothing."""
LEAST_HOURS: Final = 24
"""Evidence that meets the rest in fewer hours is neither believed nor doubted. [h]"""
REVERSED: Final = 0.8
"""Evidence against the rest in this share of hours points the other way. [-]"""
FLOWING: Final = 0.1
"""Water moves above this share of its usual high flow; standing water tells nothing. [-]"""


@dataclass(frozen=True)
class Evidence:
    """What one witness says in each hour: 1 heating, −1 cooling, 0 nothing. Shape (n,)."""

    name: str
    sign: Floats


@dataclass(frozen=True)
class HeatDirection:
    """
    Direction of the heat to the building, shape (n,): 1 heating, −1 cooling, 0 unknown.

    ``by`` are the witnesses it rests on, in order of trust; ``against`` is the share of weighed
    hours in which believed witnesses contradict each other. [-]
    """

    sign: Floats
    by: tuple[str, ...]
    against: float

    def filled(self) -> Floats:
        """Return the direction with unknown hours as the last known one before, else after."""
        known = np.flatnonzero(self.sign)
        if len(known) == 0:
            return self.sign
        place = np.searchsorted(known, np.arange(len(self.sign)), side="right") - 1
        return np.asarray(self.sign[known[np.maximum(place, 0)]])


def witnesses(hours: PlantHours, plant: Plant) -> tuple[Evidence, ...]:
    """
    Return everything that tells the direction of heat, the most trusted first.

    Parameters
    ----------
    hours : PlantHours
        Measured hours.
    plant : Plant
        Seasons and what operators wrote down.

    Returns
    -------
    tuple of Evidence
        Only what says something.
    """
    found = [
        Evidence("load_difference", _difference(hours, "load")),
        Evidence("source_difference", _difference(hours, "source")),
        Evidence("machine_mode", _mode(hours, [m.id for m in plant.machines])),
        Evidence("operating_mode", _mode(hours, ["machines", "load", "site"])),
        Evidence("operating_mode", _written(hours, plant)),
        Evidence("load_level", _level(hours)),
        Evidence("set_point", _set_point(hours)),
        Evidence("season", _season(hours, plant)),
    ]
    return tuple(e for e in found if e.sign.any())


def direction_of(evidence: Sequence[Evidence], weight: Floats) -> HeatDirection:
    """
    Return the direction on which the trusted witnesses agree.

    Parameters
    ----------
    evidence : sequence of Evidence
        In order of trust.
    weight : array, shape (n,)
        How much an hour counts, e.g. the heat metered in it, without sign. [any]

    Returns
    -------
    HeatDirection
        By the most trusted witness of each hour that does not point the other way throughout.
    """
    if not evidence:
        return HeatDirection(np.zeros(len(weight)), (), 0.0)
    believed = [e for e in evidence if disagreement(e, evidence, weight) < REVERSED]
    believed = believed or list(evidence[:1])
    sign = np.zeros(len(weight))
    for one in believed:
        sign = np.where(sign == 0, one.sign, sign)
    used = [e.name for e in believed if (e.sign[weight > 0] != 0).any()]
    return HeatDirection(sign, tuple(dict.fromkeys(used)), _conflict(believed, weight))


def disagreement(one: Evidence, evidence: Sequence[Evidence], weight: Floats) -> float:
    """
    Return the share of weighed hours in which a witness stands against the vote of all.

    Parameters
    ----------
    one : Evidence
        The witness.
    evidence : sequence of Evidence
        All of them.
    weight : array, shape (n,)
        How much an hour counts. [any]

    Returns
    -------
    float
        0 when there is less than a day's hours of it. [-]
    """
    said = np.sign(np.sum([TRUST[e.name] * e.sign for e in evidence], axis=0))
    both = (one.sign != 0) & (said != 0) & (weight > 0)
    total = float(weight[both].sum())
    if both.sum() < LEAST_HOURS or total <= 0:
        return 0.0
    return float(weight[both & (one.sign != said)].sum()) / total


def _conflict(believed: Sequence[Evidence], weight: Floats) -> float:
    """Share of weight in which measured witnesses contradict; the calendar contradicts nobody."""
    signs = np.stack([e.sign for e in believed if e.name != "season"] or [np.zeros(len(weight))])
    torn = (signs > 0).any(axis=0) & (signs < 0).any(axis=0)
    spoken = (signs != 0).any(axis=0)
    total = float(weight[spoken].sum())
    return float(weight[torn].sum()) / total if total > 0 else 0.0


def _difference(hours: PlantHours, loop: str) -> Floats:
    """Sign of supply less return while water moves, beyond what the pair of sensors allows."""
    keys = [(f"{side}_temperature", loop) for side in ("supply", "return")]
    none = np.zeros(len(hours.time))
    if not all(hours.has(*k) for k in keys):
        return none
    supply, back = (hours.channels[k] for k in keys)
    limit = 0.3
    if supply.point is not None and back.point is not None:
        limit = pair_limit(supply.point, back.point)
    apart = np.nan_to_num(supply.values - back.values)
    clear = (np.abs(apart) > limit) & _moving(hours, loop)
    return np.where(clear, np.sign(apart), none)


def _moving(hours: PlantHours, loop: str) -> Bools:
    """Hours in which a loop's water moves; all of them without a flow meter."""
    if not hours.has("flow", loop):
        return np.ones(len(hours.time), dtype=bool)
    flow = np.nan_to_num(np.abs(hours.values("flow", loop)))
    if not flow.any():
        return np.ones(len(hours.time), dtype=bool)
    return np.asarray(flow > FLOWING * float(np.quantile(flow[flow > 0], 0.9)))


def _mode(hours: PlantHours, places: Sequence[str]) -> Floats:
    """What points of operating mode say, as long as they agree."""
    total = np.zeros(len(hours.time))
    for of in places:
        if hours.has("operating_mode", of):
            values = hours.values("operating_mode", of)
            total += np.isin(values, list(HEATS)).astype(float)
            total -= np.isin(values, list(COOLS)).astype(float)
    return np.sign(total)


def _written(hours: PlantHours, plant: Plant) -> Floats:
    """Changes of mode that operators wrote down; each holds until the next."""
    sign = np.zeros(len(hours.time))
    for event in sorted(plant.events, key=lambda e: e.time):
        if event.kind == "operating_mode":
            start = np.datetime64(event.time.astimezone(UTC).replace(tzinfo=None), "s")
            sign[hours.time >= start] = _named_mode(event.note, event.value)
    return sign


def _named_mode(note: str, value: float | None) -> float:
    """Return the sign of a mode by its name in either language, else by its number."""
    text = note.lower()
    heats = any(word in text for word in ("heat", "winter", "供热", "供暖", "制热", "采暖"))
    cools = any(word in text for word in ("cool", "summer", "chill", "供冷", "制冷"))
    if heats != cools:
        return 1.0 if heats else -1.0
    return 1.0 if value in HEATS else -1.0 if value in COOLS else 0.0


def _level(hours: PlantHours) -> Floats:
    """Warm water heats, cold water cools; a swapped pair has the same mean."""
    keys = [(f"{side}_temperature", "load") for side in ("supply", "return")]
    known = [hours.channels[k].values for k in keys if k in hours.channels]
    if not known:
        return np.zeros(len(hours.time))
    return _by_level(np.mean(known, axis=0), COLD_WATER, WARM_WATER) * _moving(hours, "load")


def _set_point(hours: PlantHours) -> Floats:
    if not hours.has("setpoint", "load"):
        return np.zeros(len(hours.time))
    return _by_level(hours.values("setpoint", "load"), COLD_WATER, WARM_WATER)


def _by_level(values: Floats, cold: float, warm: float) -> Floats:
    known = np.nan_to_num(values, nan=(cold + warm) / 2)
    return np.where(known > warm, 1.0, np.where(known < cold, -1.0, 0.0))


def _season(hours: PlantHours, plant: Plant) -> Floats:
    """The site's seasons where they name one mode; else the outdoor temperature."""
    site, sign = plant.site, np.zeros(len(hours.time))
    if hours.has("outdoor_temperature", "site"):
        sign = -_by_level(hours.values("outdoor_temperature", "site"), COLD_DAY, WARM_DAY)
    if site.heating_season is None and site.cooling_season is None:
        return sign
    month, day, _, _ = local_calendar(hours.time, site.timezone)
    slot = 32 * month + day
    for season, way in ((site.heating_season, 1.0), (site.cooling_season, -1.0)):
        if season is not None:
            days = [s for s in np.unique(slot) if season.contains(int(s) // 32, int(s) % 32)]
            sign = np.where(np.isin(slot, days), way, sign)
    return sign
