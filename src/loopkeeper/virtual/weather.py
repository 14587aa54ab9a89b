"""Synthetic weather: outdoor temperature and sun, hour by hour."""

from dataclasses import dataclass

import numpy as np

from loopkeeper.measure.series import Floats


@dataclass(frozen=True, slots=True)
class Climate:
    """Annual mean and amplitude, daily amplitude, spread of weather systems. [°C], [K]"""

    mean: float = 12.5
    annual: float = 15.0
    daily: float = 4.5
    weather: float = 2.6


def synthetic_weather(
    climate: Climate, day_of_year: Floats, rng: np.random.Generator
) -> tuple[Floats, Floats]:
    """
    Return outdoor temperature and solar irradiance.

    Parameters
    ----------
    climate : Climate
        The place.
    day_of_year : array, shape (n,)
        Local time of each hour in days since New Year. [d]
    rng : Generator
        Weather of one particular year.

    Returns
    -------
    temperature : array, shape (n,)
        Outdoor temperature. [°C]
    sun : array, shape (n,)
        Irradiance on a vertical mean facade. [W m-2]
    """
    hour = (day_of_year % 1.0) * 24
    season = np.cos(2 * np.pi * (day_of_year - 20.0) / 365.25)
    systems = _slow_noise(len(day_of_year), 60.0, rng)
    clouds = _slow_noise(len(day_of_year), 20.0, rng)
    clear = 1.0 / (1.0 + np.exp(-(0.6 + 1.2 * clouds)))
    noon = np.cos(2 * np.pi * (hour - 13.0) / 24)
    sun = np.maximum(0.0, noon + 0.15 - 0.25 * season) * (330.0 - 90.0 * season) * clear
    afternoon = np.cos(2 * np.pi * (hour - 15.5) / 24)
    temperature = (
        climate.mean
        - climate.annual * season
        + climate.weather * systems
        + climate.daily * (0.6 + 0.6 * clear) * afternoon
    )
    return temperature, sun


def _slow_noise(count: int, hours: float, rng: np.random.Generator) -> Floats:
    """First-order noise of unit variance that remembers for so many hours."""
    fade = np.exp(-1.0 / hours)
    kick = rng.standard_normal(count) * np.sqrt(1 - fade**2)
    values = np.empty(count)
    level = float(rng.standard_normal())
    for n in range(count):
        level = fade * level + kick[n]
        values[n] = level
    return values
