"""Carbon and coal: the grid by region and year, and what fuels carry."""

from dataclasses import dataclass
from functools import cache

from loopkeeper.errors import InputError
from loopkeeper.plant.tables import data_table

GAS_CARBON = 0.202
"""Of natural gas burnt, by lower heating value (IPCC 56.1 t/TJ). [kg kWh-1]"""
COAL_CARBON = 2.47
"""Of a kilogram of standard coal (GB/T 50801-2013, S; 0.67 × 44/12 is 2.457). [kg kg-1]"""
COAL_SULPHUR = 0.02
"""Sulphur dioxide of a kilogram of standard coal (GB/T 50801-2013, S). [kg kg-1]"""
COAL_DUST = 0.01
"""Dust of a kilogram of standard coal (GB/T 50801-2013, S). [kg kg-1]"""
COAL_HEAT = 8.14
"""Heat of a kilogram of standard coal (GB/T 51350-2019, M+). [kWh kg-1]"""
NETWORK = 0.85
"""Bought heat over the heating value of the coal it is made of (A). [-]"""
HEAT_CARBON = COAL_CARBON / COAL_HEAT / NETWORK
"""Of bought heat. [kg kWh-1]"""
GAS_HEAT = 9.85
"""Heat of natural gas as GB/T 51350-2019 counts it (M+). [kWh m-3]"""


@dataclass(frozen=True, slots=True)
class GridFactor:
    """Carbon of electricity [kg kWh-1] of a region and year, with confidence."""

    region: str
    region_zh: str
    year: int
    factor: float
    confidence: str


def grid_factor(region: str = "china", year: int | None = None) -> GridFactor:
    """
    Return the carbon of a region's grid.

    Parameters
    ----------
    region : str
        English or Chinese name; ``china`` is the national mean.
    year : int, optional
        The latest when not given.

    Returns
    -------
    GridFactor

    Raises
    ------
    InputError
        When the table has no such region or year; what it has is named.
    """
    text = region.strip().lower()
    found = [f for f in _factors() if text in {f.region, f.region_zh}]
    if not found:
        known = ", ".join(sorted({f.region for f in _factors()}))
        raise InputError(f"no grid factor for {region!r}; known: {known}")
    by_year = {f.year: f for f in found}
    if year is not None and year not in by_year:
        raise InputError(f"grid factor of {region} for {year}: known are {sorted(by_year)}")
    return by_year[year if year is not None else max(by_year)]


def factor_of_time(region: str, when: int, year: int | None = None) -> GridFactor:
    """
    Return the carbon of a region's grid at a time.

    Parameters
    ----------
    region : str
        As for :func:`grid_factor`.
    when : int
        Year of what is judged.
    year : int, optional
        Of the factor, when it is to be another one's.

    Returns
    -------
    GridFactor
        Of that year; where it is not published, of the last one before, else of the first known.

    Raises
    ------
    InputError
        As for :func:`grid_factor`.
    """
    if year is not None:
        return grid_factor(region, year)
    text = region.strip().lower()
    known = sorted(f.year for f in _factors() if text in {f.region, f.region_zh})
    before = [y for y in known if y <= when]
    return grid_factor(region, before[-1] if before else known[0] if known else None)


@cache
def _factors() -> tuple[GridFactor, ...]:
    return tuple(
        GridFactor(r["region"], r["zh"], int(r["year"]), float(r["factor"]), r["confidence"])
        for r in data_table("grid_factors.csv")
    )
