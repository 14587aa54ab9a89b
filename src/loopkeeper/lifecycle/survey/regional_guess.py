"""Fallback where nothing was measured: typical ground of a city, always flagged as a guess."""

from dataclasses import dataclass
from functools import cache
from math import cos, hypot, radians

from loopkeeper.errors import InputError
from loopkeeper.measure.uncertainty import Estimate
from loopkeeper.plant.source import Basis, Ground
from loopkeeper.plant.tables import data_table
from loopkeeper.plant.verdict import Verdict

CONDUCTIVITY = Estimate(1.8, 1.2, 2.6)
"""Of unconsolidated ground and soft rock; published Chinese tests scatter so (M). [W m-1 K-1]"""
HEAT_CAPACITY = Estimate(2.4e6, 2.0e6, 3.0e6)
"""Of the same (M). [J m-3 K-1]"""
NEAR = 3.0
"""A city this near, in degrees of latitude, has ground like the site's (A). [°]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """A city's ground: undisturbed temperature [°C] with confidence; the rest is typical."""

    city: str
    chinese: str
    climate: str
    temperature: Estimate
    confidence: str
    latitude: float
    longitude: float


@cache
def regions() -> dict[str, Region]:
    """Return every city of the table by its English name."""
    found = {}
    for row in data_table("regions.csv"):
        value, half = float(row["temperature"]), float(row["half_width"])
        found[row["city"]] = Region(
            city=row["city"],
            chinese=row["zh"],
            climate=row["climate"],
            temperature=Estimate(value, value - half, value + half),
            confidence=row["confidence"],
            latitude=float(row["latitude"]),
            longitude=float(row["longitude"]),
        )
    return found


def regional_guess(city: str) -> tuple[Ground, Region, Verdict]:
    """
    Return the ground one may guess for a city.

    Parameters
    ----------
    city : str
        English or Chinese name.

    Returns
    -------
    Ground
        With basis ``regional_guess``: designs on it carry its doubt.
    Region
        Its temperature with interval and confidence.
    Verdict
        The flag.

    Raises
    ------
    InputError
        When the city is not in the table.
    """
    text = city.strip().lower().replace("'", "").replace(" ", "")
    for region in regions().values():
        if text in {region.city, region.chinese}:
            ground = Ground(
                conductivity=CONDUCTIVITY.value,
                heat_capacity=HEAT_CAPACITY.value,
                undisturbed_temperature=region.temperature.value,
                basis=Basis.REGIONAL_GUESS,
            )
            figures = {
                "city": region.city,
                "city_zh": region.chinese,
                "temperature": region.temperature.value,
                "confidence": region.confidence,
            }
            return ground, region, Verdict("survey.guess", figures)
    raise InputError(f"no regional values for {city!r}; known: {', '.join(regions())}")


def nearest_city(latitude: float, longitude: float) -> str:
    """
    Return the city of the table whose ground a place may be guessed to have.

    Parameters
    ----------
    latitude, longitude : float
        Of the place. [°]

    Raises
    ------
    InputError
        When no city of the table is near enough.
    """

    def away(one: Region) -> float:
        east = (one.longitude - longitude) * cos(radians(latitude))
        return hypot(one.latitude - latitude, east)

    nearest = min(regions().values(), key=away)
    if away(nearest) > NEAR:
        raise InputError(
            f"no regional values near {latitude:g}, {longitude:g}; the nearest city is "
            f"{nearest.city}"
        )
    return nearest.city
