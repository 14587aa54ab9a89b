"""Synthetic hourly weather: annual and diurnal cycle, red noise, and years that differ."""

from dataclasses import dataclass

import numpy as np
from scipy.signal import lfilter

HOUR = np.timedelta64(1, "h")


@dataclass(frozen=True)
class Climate:
    """Means and swings of a place; temperatures in °C, seasons as month-day pairs."""

    zone: str
    latitude: float
    longitude: float
    mean: float
    annual_swing: float
    coldest_day: int
    diurnal_swing: float
    synoptic: float
    clearness: float
    ground: float
    heating: tuple[str, str]
    cooling: tuple[str, str]


CLIMATES = {
    "severe_cold": Climate(
        "severe-cold-C", 41.8, 123.4, 8.4, 17.8, 17, 4.6, 3.4, 0.60, 10.4,
        ("11-01", "03-31"), ("06-10", "08-31"),
    ),
    "cold": Climate(
        "cold-A", 36.7, 117.0, 13.9, 14.4, 18, 4.4, 3.0, 0.57, 15.0,
        ("11-15", "03-15"), ("06-01", "09-15"),
    ),
    "hot_summer_cold_winter": Climate(
        "hot-summer-cold-winter-A", 30.6, 114.3, 17.2, 12.3, 20, 3.9, 2.8, 0.47, 18.2,
        ("12-01", "03-05"), ("05-20", "09-25"),
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Weather:
    """Hourly air temperature (°C), global radiation (W/m²) and relative humidity (%)."""

    time: np.ndarray
    air: np.ndarray
    solar: np.ndarray
    humidity: np.ndarray

    @property
    def wet_bulb(self) -> np.ndarray:
        """Stull (2011) wet-bulb temperature in °C."""
        t, rh = self.air, self.humidity
        return (
            t * np.arctan(0.151977 * np.sqrt(rh + 8.313659))
            + np.arctan(t + rh)
            - np.arctan(rh - 1.676331)
            + 0.00391838 * rh**1.5 * np.arctan(0.023101 * rh)
            - 4.686035
        )


def red_noise(rng: np.random.Generator, size: int, sigma: float, hours: float) -> np.ndarray:
    """First-order autoregressive noise of a standard deviation and a correlation time."""
    memory = np.exp(-1.0 / hours)
    shocks = rng.normal(0.0, sigma * np.sqrt(1.0 - memory**2), size)
    start = [rng.normal(0.0, sigma) * memory]
    return lfilter([1.0], [1.0, -memory], shocks, zi=start)[0]


def day_of_year(time: np.ndarray) -> np.ndarray:
    """Day of the year, from 0, with the hour as fraction."""
    return (time - time.astype("datetime64[Y]")) / HOUR / 24.0


def radiation(latitude: float, day: np.ndarray, cloud: np.ndarray) -> np.ndarray:
    """Global horizontal radiation in W/m² from the sun's height and a clearness."""
    hour = (day % 1.0) * 24.0
    declination = np.radians(23.45 * np.sin(2.0 * np.pi * (284.0 + day) / 365.0))
    lat = np.radians(latitude)
    height = np.sin(lat) * np.sin(declination) + np.cos(lat) * np.cos(declination) * np.cos(
        np.radians(15.0 * (hour - 12.0))
    )
    return 1160.0 * np.maximum(height, 0.0) ** 1.15 * cloud


def weather(
    climate: Climate, rng: np.random.Generator, start: str, end: str, *, typical: bool = False
) -> Weather:
    """Weather from `start` up to `end`; a typical one has no year of its own character."""
    time = np.arange(np.datetime64(start, "h"), np.datetime64(end, "h"))
    day, n = day_of_year(time), time.size
    phase = 2.0 * np.pi * (day - climate.coldest_day) / 365.25
    clear = np.clip(
        climate.clearness * (1.0 + red_noise(rng, n, 0.33, 30.0)) / 0.74 * 0.74, 0.10, 0.82
    )
    solar = radiation(climate.latitude, day, clear)
    swing = climate.diurnal_swing * (0.55 + 0.75 * clear / climate.clearness) / 1.3
    diurnal = -swing * np.cos(2.0 * np.pi * ((day % 1.0) * 24.0 - 3.5) / 24.0)
    years = (time.astype("datetime64[M]").astype(int) + 4) // 12
    spans = np.unique(years, return_inverse=True)[1]
    warm = rng.normal(0.0, 0.0 if typical else 0.55, spans.max() + 1)[spans]
    winter = rng.normal(0.0, 0.0 if typical else 0.7, spans.max() + 1)[spans]
    noise = red_noise(rng, n, climate.synoptic * 0.86, 60.0) + red_noise(rng, n, 0.9, 5.0)
    noise *= 1.0 + 0.25 * np.cos(phase)
    air = climate.mean - climate.annual_swing * np.cos(phase) + diurnal + noise
    air += warm + winter * np.maximum(np.cos(phase), 0.0)
    wet = 66.0 + 9.0 * np.cos(2.0 * np.pi * (day - 215.0) / 365.25) - 2.2 * diurnal
    humidity = np.clip(wet - 28.0 * (clear - climate.clearness) / 0.3, 15.0, 99.0)
    return Weather(time, air, solar, humidity)
