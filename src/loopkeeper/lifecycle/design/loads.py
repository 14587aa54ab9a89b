"""
Loads of a building nobody has simulated: area, use and weather through one thermal store.

A single resistance and capacity with schedules and set-points: enough for the shape of a year, its
peaks and energies within some 20 %; an hourly simulation replaces it whenever there is one.
"""

from dataclasses import dataclass, replace

import numpy as np

from loopkeeper.errors import InputError
from loopkeeper.lifecycle.design.seasons import warm_months
from loopkeeper.lifecycle.design.uses import Served, Use
from loopkeeper.lifecycle.design.weather import WeatherYear
from loopkeeper.measure.series import Bools, Floats, LoadYear
from loopkeeper.physics.compiled import compiled
from loopkeeper.units import HOUR, HOURS_A_LEAP_YEAR, HOURS_A_YEAR, SATURDAY

PREPARED = 2
"""Hours before opening in which rooms are brought to their set-points. [h]"""
RESTING = 0.15
"""Share of people and equipment left while closed. [-]"""
NEVER = 99.0
"""A set-point that is never met. [°C]"""
RESERVE = 1.2
"""Capacity of a usual plant over the steady need of an extreme hour. [-]"""


def built_loads(
    use: Use, area: float, weather: WeatherYear, *, insulation: float = 1.0
) -> LoadYear:
    r"""
    Return the hourly loads of a building by its area and use.

    Parameters
    ----------
    use : Use
        See :data:`~loopkeeper.lifecycle.design.uses.USES`.
    area : float
        Heated and cooled. [m2]
    weather : WeatherYear
        Hourly.
    insulation : float
        Loss against the use's, below 1 for better envelopes. [-]

    Returns
    -------
    LoadYear
        Heat, cold and hot water; cooling from May to September, south of the equator from November
        to March, and in every hot month, heating in the others; in the tropics heating in cool
        months only; a use may have its own seasons.

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
    if len(weather.air) not in {HOURS_A_YEAR, HOURS_A_LEAP_YEAR} or not np.all(
        np.isfinite(weather.air)
    ):
        raise InputError(f"weather of {len(weather.air)} hours: a whole year is needed, no gaps")
    use = replace(use, loss=use.loss * insulation)
    people = _people(use, weather)
    open_ = people > 0 if use.own_hours else people == 1.0
    kept = open_ | np.roll(open_, -1) | np.roll(open_, -PREPARED)
    inside = use.gains * people + use.solar * weather.sun
    warm = np.isin(weather.month, list(warm_months(weather.month, weather.air, weather.latitude)))
    heated, cooled = _served(use.heats, ~warm), _served(use.cools, warm)
    low = np.where(heated, np.where(kept, use.heating, use.heating_closed), -NEVER)
    high = np.where(cooled, np.where(kept, use.cooling, use.cooling_closed), NEVER)
    need = np.zeros(len(inside))
    limits = _plant_limits(use, weather, inside)
    _room((use.loss, use.capacity, *limits), weather.air, inside, low, high, need)
    heating, cooling = area * np.maximum(need, 0.0), area * np.maximum(-need, 0.0)
    return LoadYear(
        weather.time, heating, cooling, np.full(len(need), area * use.hot_water), weather.air
    )


def _people(use: Use, weather: WeatherYear) -> Floats:
    """Share of people and equipment in each hour; none, or a rest, while a use is closed."""
    resting = weather.weekday >= SATURDAY
    if use.own_hours:
        workday, weekend = (np.array(day) for day in use.own_hours)
        share = np.where(resting, weekend[weather.hour], workday[weather.hour])
    else:
        open_ = (weather.hour >= use.opens) & (weather.hour < use.closes)
        share = np.where(open_ & ~(resting & use.workdays), 1.0, RESTING)
    here = 100 * weather.month + weather.day
    away = np.zeros(len(share), dtype=bool)
    for first, last in use.closed:
        a, b = (100 * m + d for m, d in (first, last))
        away |= (here >= a) & (here <= b) if a <= b else (here >= a) | (here <= b)
    return np.asarray(np.where(away, 0.0 if use.own_hours else RESTING, share))


def _served(served: Served, season: Bools) -> Bools:
    """Hours in which heat or cold is given."""
    if served is Served.SEASON:
        return season
    return np.full(len(season), served is Served.ALWAYS)


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
