"""Causes planted into a healthy world: each is one modification of it."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from loopkeeper.virtual.causes import PlantedCause
from loopkeeper.virtual.world import World


def planted(world: World, causes: Sequence[PlantedCause]) -> World:
    """
    Return the world with causes planted.

    Parameters
    ----------
    world : World
        The healthy world.
    causes : sequence of PlantedCause
        What is to be wrong.

    Returns
    -------
    World
        The sick world.
    """
    for cause in causes:
        world = _PLANT[cause.name](world, cause)
    return world


def _scaled(world: World, factor: float) -> World:
    b = world.building
    return replace(
        world,
        building=b._replace(
            envelope=b.envelope * factor,
            gains=b.gains * factor,
            aperture=b.aperture * factor,
            air=b.air * factor,
            mass=b.mass * factor,
            coupling=b.coupling * factor,
        ),
    )


_PLANT: dict[str, Callable[[World, PlantedCause], World]] = {
    "design.load_underestimated": lambda w, c: _scaled(w, 1 + 0.7 * c.severity),
    "design.load_overestimated": lambda w, c: _scaled(w, 1 - 0.7 * c.severity),
    "operation.fouling": lambda w, c: replace(w, wear=0.4 * c.severity, wear_on=c.onset),
    "operation.set_point_drift": lambda w, c: replace(
        w, heating_drift=9.0 * c.severity, cooling_drift=-3.0 * c.severity, drift_on=c.onset
    ),
    "thermal_balance.imbalance": lambda w, c: replace(
        w, building=w.building._replace(cooling=w.building.cooling * (1 - c.severity))
    ),
    "thermal_balance.recharge_lost": lambda w, c: replace(
        w, recharge=w.recharge * (1 - c.severity)
    ),
    "construction.grout": lambda w, c: replace(w, resistance=w.resistance * (1 + 2 * c.severity)),
    "construction.short_holes": lambda w, c: replace(w, length_factor=1 - 0.6 * c.severity),
    "resource.conductivity": lambda w, c: replace(
        w, conductivity=w.conductivity * (1 - 0.7 * c.severity)
    ),
    "resource.temperature": lambda w, c: replace(w, undisturbed=w.undisturbed - 7.0 * c.severity),
    "resource.breakthrough": lambda w, c: replace(w, tube_volume=1 - 0.85 * c.severity),
    "construction.seal_leak": lambda w, c: replace(w, leak=0.6 * c.severity, leak_on=c.onset),
    "operation.exchanger_fouling": lambda w, c: replace(w, film=6 * c.severity, film_on=c.onset),
    "operation.reinjection_decline": lambda w, c: replace(
        w, decline=0.6 * c.severity, decline_on=c.onset
    ),
    "operation.sand": lambda w, c: replace(w, sand=c.severity),
    "hydraulic.bypass": lambda w, c: replace(w, bypass=0.75 * c.severity),
    "hydraulic.oversized_pumps": lambda w, c: replace(
        w, pump_flow=1 + 0.5 * c.severity, pump_power=1 + 2.5 * c.severity
    ),
    "commissioning.pump_control": lambda w, _: replace(w, load_mode=0),
    "commissioning.staging": lambda w, _: replace(w, equal=1),
}
