"""The readings that a finding rests on: points of the dossier, so that one can look them up."""

from loopkeeper.lifecycle.diagnose.cause import SeenAt
from loopkeeper.plant.metering import parts_behind, required_parts
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.points import Point

Need = tuple[str, tuple[str, ...]]
"""A place, and the quantities that are read there."""

_WATER = ("supply_temperature", "return_temperature", "flow")
_HEAT = ("heat_power", "heat_energy", "cooling_energy")
_ELECTRICITY = ("electricity_power", "electricity_energy")
_SOURCE: tuple[Need, ...] = (("source", (*_WATER, "water_temperature", *_HEAT)),)
_LOAD: tuple[Need, ...] = (("load", (*_WATER, *_HEAT)),)
_AIR: Need = ("site", ("outdoor_temperature",))
_LOADS: tuple[Need, ...] = (*_LOAD, ("recharge", _HEAT), _AIR)
_RUNNING: Need = ("machines", ("running",))
_NEEDS: dict[SeenAt, tuple[Need, ...]] = {
    SeenAt.SOURCE: (*_SOURCE, _RUNNING),
    SeenAt.FIELD: (("source", ("flow",)), ("field", ("flow",))),
    SeenAt.SUPPLY: (("load", ("supply_temperature", "setpoint")), _AIR),
    SeenAt.MACHINES: (("machines", (*_ELECTRICITY, "running")), *_SOURCE, *_LOAD),
    SeenAt.STAGING: (("machines", (*_ELECTRICITY, "running")), *_LOAD),
    SeenAt.LOAD: _LOADS,
    SeenAt.SOURCE_PUMPS: (
        ("source-pumps", _ELECTRICITY), ("source", (*_WATER, *_ELECTRICITY)), _RUNNING,
    ),
    SeenAt.LOAD_PUMPS: (
        ("load-pumps", _ELECTRICITY), ("load", (*_WATER, *_ELECTRICITY)), _RUNNING,
    ),
}  # fmt: skip
"""What is read at a place."""


def readings_of(plant: Plant, place: SeenAt) -> tuple[str, ...]:
    """
    Return the points that speak of a cause.

    Parameters
    ----------
    plant : Plant
        Its point list.
    place : SeenAt
        Where it shows.

    Returns
    -------
    tuple of str
        Ids, in the order of the point list.
    """
    needs = _NEEDS[place]
    return tuple(p.id for p in plant.points if any(_meets(p, need, plant) for need in needs))


def _meets(point: Point, need: Need, plant: Plant) -> bool:
    """Whether a point is one of those; a meter of several parts counts for each."""
    place, quantities = need
    if point.quantity not in quantities:
        return False
    if point.of == place:
        return True
    if not place.endswith("pumps") and place != "machines":
        return False
    parts = parts_behind(point.of, plant)
    return parts is not None and bool(parts & required_parts(place, plant))
