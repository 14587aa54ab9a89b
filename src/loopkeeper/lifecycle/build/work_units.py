"""Units of hidden works: as they are written, turned into the check's own, and what can be."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from loopkeeper.errors import UnitError
from loopkeeper.plant.tables import data_table
from loopkeeper.units import linear_to_si, nearest_units

DIGITS = 10
"""Significant ones that a converted number keeps. [-]"""


@dataclass(frozen=True, slots=True)
class PossibleRange:
    """What a check can be in its own unit, and the units it is written in, ours first."""

    low: float
    high: float
    units: tuple[str, ...]


@cache
def possible_ranges() -> Mapping[str, PossibleRange]:
    """Return what each check can be; ``plant/data/hidden_works_ranges.csv``."""
    return {
        row["check"]: PossibleRange(
            float(row["low"]), float(row["high"]), tuple(row["units"].split())
        )
        for row in data_table("hidden_works_ranges.csv")
    }


@cache
def _spellings() -> Mapping[str, tuple[float, str]]:
    rows = data_table("hidden_works_units.csv")
    return {_key(row["written"]): (float(row["factor"]), row["unit"]) for row in rows}


def _key(unit: str) -> str:
    told = unicodedata.normalize("NFKC", unit).lower().replace(" ", "")
    for dot in "•∙⋅・‧":
        told = told.replace(dot, "·")
    return told


OWN = "W/(m·K)"
"""The unit that Pint reads only when it is spelled out."""


@lru_cache(maxsize=4096)
def known_unit(unit: str) -> tuple[float, str]:
    """
    Return the factor that turns a unit into SI, and its dimension.

    Raises
    ------
    UnitError
        When it is unknown, or when its zero is not that of its dimension.
    """
    factor, name = _spellings().get(_key(unit), (1.0, unit))
    if name == OWN:
        return factor, OWN
    scale, offset, dimension = linear_to_si(name)
    if offset:
        raise UnitError(f"unknown unit {unit!r}; expected one such as {nearest_units(unit)}")
    return factor * scale, dimension


def scale_to(unit: str, wanted: str) -> float | None:
    """
    Return the factor that turns one unit into another, None where they are of another dimension.

    Raises
    ------
    UnitError
        When one of them is unknown.
    """
    (mine, dimension), (theirs, other) = (known_unit(one or "-") for one in (unit, wanted))
    return mine / theirs if dimension == other else None


def converted(value: float, scale: float) -> float:
    """Return a number in another unit, without the dust of the conversion."""
    return value if scale == 1 else float(f"{value * scale:.{DIGITS}g}")


def number(text: str) -> float | None:
    """Return a text as a number, None where it is none."""
    try:
        return float(text)
    except ValueError:
        return None


def fitting(values: Sequence[float], check: str, wanted: str) -> tuple[str, ...]:
    """
    Return the units in which numbers are possible for a check.

    Parameters
    ----------
    values : sequence of float
        As they stand.
    check : str
        Its name.
    wanted : str
        The check's own unit.
    """
    there = possible_ranges().get(check)
    if there is None:
        return ()
    found = []
    for unit in there.units:
        scale = scale_to(unit, wanted)
        if scale is not None and all(there.low <= v * scale <= there.high for v in values):
            found.append(unit)
    return tuple(found)
