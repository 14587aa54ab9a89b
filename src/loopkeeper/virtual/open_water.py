"""Wells and surface water of a virtual plant: what its world returns to the machines."""

from datetime import date
from functools import lru_cache
from typing import Protocol

import numpy as np

from loopkeeper.measure.series import Floats, Times
from loopkeeper.plant.assemble import assemble
from loopkeeper.plant.model import PlantModel
from loopkeeper.plant.plant import Plant
from loopkeeper.plant.site import SourceKind
from loopkeeper.plant.surface import yearly_water
from loopkeeper.plant.well_groups import group_response
from loopkeeper.plant.wells import single_well_response
from loopkeeper.virtual.nature_source import Water

STEPS_A_DAY = 288
GROWTH_DAYS = 12.0
"""Time constant of a film on an exchanger. [d]"""
WEATHER_OF_WATER = 1.2
"""Spread of surface water about its yearly course, with a memory of ten days. [K]"""
NEVER = 10**9
_NONE = np.zeros(0)


class WetWorld(Protocol):
    """What is read of a world."""

    @property
    def undisturbed(self) -> float: ...  # noqa: D102
    @property
    def leak(self) -> float: ...  # noqa: D102
    @property
    def leak_on(self) -> date | None: ...  # noqa: D102
    @property
    def film(self) -> float: ...  # noqa: D102
    @property
    def film_on(self) -> date | None: ...  # noqa: D102
    @property
    def decline(self) -> float: ...  # noqa: D102
    @property
    def decline_on(self) -> date | None: ...  # noqa: D102
    @property
    def tube_volume(self) -> float: ...  # noqa: D102


@lru_cache(maxsize=16)
def assembled(plant: Plant) -> PlantModel:
    """Return a template's plant as designed; reducing wells takes seconds, once."""
    return assemble(plant)[0]


def step_of(onset: date | None, start: date) -> int:
    """Return the step at which something begins; the first when it was always there. [-]"""
    return 0 if onset is None else max(0, (onset - start).days * STEPS_A_DAY)


def water_of(world: "WetWorld", start: date, time: Times, seed: int) -> Water:
    """
    Return the world's wells or surface water.

    Parameters
    ----------
    world : WetWorld
        Healthy or with causes planted.
    start : date
        First local day.
    time : array of datetime64, shape (n,)
        Steps, UTC.
    seed : int
        Of the water's own weather.

    Returns
    -------
    Water
        For nature's loop; of sort 0 for a borehole field.
    """
    plant: Plant = world.template.plant  # type: ignore[attr-defined]
    kind = plant.source.kind
    natural = _natural(plant, world, time, seed)
    if kind is SourceKind.BOREHOLE_FIELD:
        return Water(0, natural, _NONE, _NONE, 1.0, 1.0, NEVER, 0.0, 0.0, 1.0, NEVER, 0.0, NEVER)
    edges, share, exchange = _tubes(plant, world.tube_volume)
    resistance = 1.0 / plant.source.exchanger if plant.source.exchanger else 0.0
    return Water(
        1,
        natural,
        edges,
        share,
        exchange,
        exchange * (1.0 - world.leak),
        step_of(world.leak_on, start),
        resistance,
        world.film * resistance,
        GROWTH_DAYS * STEPS_A_DAY,
        step_of(world.film_on, start),
        world.decline / (365 * STEPS_A_DAY),
        step_of(world.decline_on, start),
    )


def _natural(plant: Plant, world: "WetWorld", time: Times, seed: int) -> Floats:
    """Temperature of the water on its own. [°C]"""
    body = plant.source.surface
    if plant.source.kind is not SourceKind.SURFACE_WATER or body is None:
        return np.full(len(time), world.undisturbed)
    shift = world.undisturbed - 0.5 * (body.low + body.high)
    rng = np.random.default_rng(77_000 + seed)
    days = len(time) // STEPS_A_DAY + 2
    level, fade = np.zeros(days), np.exp(-1 / 10)
    for n in range(1, days):
        level[n] = fade * level[n - 1] + np.sqrt(1 - fade**2) * rng.standard_normal()
    own = np.interp(np.arange(len(time)) / STEPS_A_DAY, np.arange(days), level)
    course = yearly_water(body, plant.site, time)
    return np.asarray(course + WEATHER_OF_WATER * own + shift)


def _tubes(plant: Plant, factor: float) -> tuple[Floats, Floats, float]:
    """Circulated volumes [m3] and the share of returned water that arrives within each [-]."""
    if plant.source.kind is SourceKind.SURFACE_WATER:
        return _NONE, _NONE, 1.0
    if plant.source.kind is SourceKind.SINGLE_WELL:
        response, wells = single_well_response(plant)
        volume, feedback, exchange = wells * response.volume, response.feedback, response.exchange
    else:
        volume, feedback = group_response(plant)
        exchange = 1.0
    axis = np.geomspace(volume[0], volume[-1], 90)
    share = np.diff(np.interp(axis, volume, feedback), prepend=0.0)
    return factor * np.concatenate([[0.0], axis]), np.maximum(share, 0.0), exchange
