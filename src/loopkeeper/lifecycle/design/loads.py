"""
Loads of a building nobody has simulated: area, use and weather through one thermal store.

A single resistance and capacity with schedules and set-points: enough for the shape of a year, its
peaks and energies within some 20 %; an hourly simulation replaces it whenever there is one.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from loopkeeper.errors import InputError
from loopkeeper.measure.series import Floats, LoadYear, Times
from loopkeeper.physics.compiled import compiled
from loopkeeper.units import HOUR

Hours = NDArray[np.int64]
PREPARED = 2
"""Hours before opening in which rooms are brought to their set-points. [h]"""
RESERVE = 1.2
"""Capacity of a usual plant over the steady need of an extreme hour. [-]"""


@dataclass(frozen=True, slots=True)
class Use:
    """
    What a use asks of a square metre (A unless a survey replaces it).

    ``loss`` of envelope and air [W m-2 K-1], ``capacity`` [J m-2 K-1], ``gains`` of people and
    equipment while open [W m-2], ``solar`` share of the sun on the horizontal that comes in,
    by floor area [-], ``hot_water`` [W m-2] on average; open from ``opens`` to ``closes`` [h], on
    ``workdays`` only or always; set-points open and closed [°C].
    """

    loss: float
    capacity: float
    gains: float
    solar: float
    hot_water: float
    opens: int
    closes: int
    workdays: bool
    heating: float = 20.0
    heating_closed: float = 16.0
    cooling: float = 26.0
    cooling_closed: float = 31.0


USES = {
    "office": Use(1.30, 3.6e5, 18.0, 0.030, 0.3, 7, 19, workdays=True),
    "residential": Use(1.10, 4.0e5, 5.0, 0.020, 2.8, 0, 24, workdays=False, heating_closed=20.0),
    "school": Use(1.45, 3.2e5, 14.0, 0.030, 0.4, 7, 17, workdays=True),
    "hospital": Use(1.55, 3.6e5, 14.0, 0.025, 4.0, 0, 24, workdays=False, heating=22.0,
                    heating_closed=22.0, cooling=25.0, cooling_closed=25.0),
    "hotel": Use(1.30, 3.6e5, 10.0, 0.025, 5.0, 0, 24, workdays=False, heating_closed=20.0),
    "mall": Use(1.35, 3.4e5, 32.0, 0.020, 0.4, 9, 22, workdays=False),
}  # fmt: skip
"""Uses known by name."""


@dataclass(frozen=True)
class WeatherYear:
    """A year of weather, shape (n,): instants, local hour and weekday, air [°C], sun [W m-2]."""

    time: Times
    hour: Hours
    weekday: Hours
    month: Hours
    air: Floats
    sun: Floats


def built_loads(
    use: Use, area: float, weather: WeatherYear, *, insulation: float = 1.0
) -> LoadYear:
    r"""
    Return the hourly loads of a building by its area and use.

    Parameters
    ----------
    use : Use
        See :data:`USES`.
    area : float
        Heated and cooled. [m2]
    weather : WeatherYear
        Hourly.
    insulation : float
        Loss against the use's, below 1 for better envelopes. [-]

    Returns
    -------
    LoadYear
        Heat, cold and hot water; heating from October to April, cooling from May to September.

    Raises
    ------
    InputError
        When area or insulation are not positive, or the weather is no year.

    Notes
    -----
    :math:`C \dot T = \dot q_{gains} + \dot q_{sun} - H (T - T_{air}) + \dot q`, solved exactly
    over each hour, with just the heat or cold that keeps the set-point; a week runs ahead.
    """
    if area <= 0 or insulation <= 0:
        raise InputError(f"area {area:g} m², insulation {insulation:g}: allowed above 0")
    if len(weather.air) not in {8760, 8784} or not np.all(np.isfinite(weather.air)):
        raise InputError(f"weather of {len(weather.air)} hours: a whole year is needed, no gaps")
    use = replace(use, loss=use.loss * insulation)
    open_, kept = _open(use, weather, 0), _open(use, weather, PREPARED)
    warm_season = (weather.month >= 5) & (weather.month <= 9)
    inside = use.gains * np.where(open_, 1.0, 0.15) + use.solar * weather.sun
    low = np.where(warm_season, -50.0, np.where(kept, use.heating, use.heating_closed))
    high = np.where(warm_season, np.where(kept, use.cooling, use.cooling_closed), 99.0)
    need = np.zeros(len(inside))
    limits = _plant_limits(use, weather, inside)
    _room((use.loss, use.capacity, *limits), weather.air, inside, low, high, need)
    heating, cooling = area * np.maximum(need, 0.0), area * np.maximum(-need, 0.0)
    return LoadYear(
        weather.time, heating, cooling, np.full(len(need), area * use.hot_water), weather.air
    )


def _open(use: Use, weather: WeatherYear, before: int) -> NDArray[np.bool_]:
    """Hours in which the building is open, or made ready so many hours before."""
    open_ = (weather.hour >= use.opens - before) & (weather.hour < use.closes)
    return np.asarray(open_ & (weather.weekday < 5) if use.workdays else open_)


def _plant_limits(use: Use, weather: WeatherYear, inside: Floats) -> tuple[float, float]:
    """Largest heat and cold a usual plant gives: steady need of an extreme hour and a reserve."""
    cold, hot = np.quantile(weather.air, [0.004, 0.996])
    heating = use.loss * max(use.heating - float(cold), 5.0)
    cooling = use.loss * max(float(hot) - use.cooling, 2.0) + float(np.quantile(inside, 0.98))
    return RESERVE * heating, RESERVE * cooling


@compiled
def _room(
    walls: tuple[float, float, float, float],
    air: Floats,
    inside: Floats,
    low: Floats,
    high: Floats,
    need: Floats,
) -> None:
    """Heat (positive) or cold that keeps the room between its set-points; last week runs ahead."""
    loss, capacity, most_heat, most_cold = walls
    fade = np.exp(-loss * HOUR / capacity)
    room = 0.5 * (20.0 + 22.0)
    count = air.size
    for n in range(-168, count):
        k = n % count
        rest = air[k] + inside[k] / loss
        free = rest + (room - rest) * fade
        wanted = min(max(free, low[k]), high[k])
        power = loss * (wanted - free) / (1.0 - fade)
        power = min(max(power, -most_cold), most_heat)
        room = free + power * (1.0 - fade) / loss
        if n >= 0:
            need[k] = power


@dataclass(frozen=True, slots=True)
class LoadFigures:
    """
    A load by its figures.

    ``peak`` and ``p99`` exceeded in 1 % of the hours under load [W], ``energy`` a year [J],
    ``full_load_hours`` [h].
    """

    peak: float
    p99: float
    energy: float
    full_load_hours: float


def figures(load: Floats) -> LoadFigures:
    """
    Return peak, energy and hours of a load.

    Parameters
    ----------
    load : array, shape (n,)
        Hourly. [W]

    Returns
    -------
    LoadFigures
    """
    peak = float(load.max(initial=0.0))
    active = load[load > 0]
    energy = float(load.sum() * HOUR)
    return LoadFigures(
        peak,
        float(np.quantile(active, 0.99)) if len(active) else 0.0,
        energy,
        energy / peak / HOUR if peak > 0 else 0.0,
    )
