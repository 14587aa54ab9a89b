"""The readings that a finding rests on: points of the dossier, so that one can look them up."""

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
_SET_POINT: tuple[Need, ...] = (("load", ("supply_temperature", "setpoint")), _AIR)
_NEEDS: dict[str, tuple[Need, ...]] = {
    "operation.wear": (("machines", (*_ELECTRICITY, "running")), *_SOURCE, *_LOAD),
    "commissioning.staging": (("machines", (*_ELECTRICITY, "running")), *_LOAD),
    "operation.set_point": _SET_POINT,
    "commissioning.set_point": _SET_POINT,
    "hydraulic.bypass": (("source", ("flow",)), ("field", ("flow",))),
    "design.load_size": _LOADS,
    "thermal_balance.history": _LOADS,
}
"""What causes are read from, other than the water of the source and the pumps of a loop."""


def readings_of(plant: Plant, cause: str) -> tuple[str, ...]:
    """
    Return the points that speak of a cause.

    Parameters
    ----------
    plant : Plant
        Its point list.
    cause : str
        Code, e.g. ``operation.wear``.

    Returns
    -------
    tuple of str
        Ids, in the order of the point list.
    """
    needs = _needs(cause)
    return tuple(p.id for p in plant.points if any(_meets(p, need, plant) for need in needs))


def _needs(cause: str) -> tuple[Need, ...]:
    for loop in ("source", "load"):
        if f".{loop}_pump" in cause:
            pumps = (loop, (*_WATER, *_ELECTRICITY))
            return ((f"{loop}-pumps", _ELECTRICITY), pumps, ("machines", ("running",)))
    return _NEEDS.get(cause, (*_SOURCE, ("machines", ("running",))))


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
