"""
Other ways to give heat and cold, and the coal they burn: each figure once, with its source.

Two kinds of figures must not be mixed. ``reference`` is the whole conventional system that
GB/T 50801-2013 compares with, its pumps included; ``unit`` is new equipment over a season without
the pumps of the water loop.
"""

from dataclasses import dataclass
from functools import cache

from loopkeeper.plant.carbon import COAL_HEAT
from loopkeeper.plant.tables import data_table
from loopkeeper.units import KWH


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceWay:
    """
    A figure of a way to give heat or cold.

    ``value`` useful over final energy [-], of pumps electricity per heat and cold [-], of power
    stations standard coal per electricity [kg kWh-1]; ``below`` the capacity of a unit up to which
    it holds [W]; where it stands, its year and confidence.
    """

    way: str
    mode: str
    kind: str
    below: float
    value: float
    fuel: str
    source: str
    source_zh: str
    year: int
    confidence: str


def reference_way(
    way: str, mode: str, kind: str = "reference", capacity: float | None = None
) -> ReferenceWay:
    """
    Return a figure of the table.

    Parameters
    ----------
    way, mode, kind : str
        As in ``plant/data/reference_ways.csv``.
    capacity : float, optional
        Nominal capacity of a unit; that of the largest where it is not known. [W]

    Raises
    ------
    KeyError
        When the table has no such way.
    """
    rows = [r for r in _ways() if (r.way, r.mode, r.kind) == (way, mode, kind)]
    if not rows:
        raise KeyError((way, mode, kind))
    if not capacity:
        return rows[-1]
    return next(r for r in rows if capacity < r.below)


def system_efficiency(way: str, mode: str) -> float:
    """
    Return the efficiency of a new unit with the pumps of its water loop.

    Parameters
    ----------
    way, mode : str
        A ``unit`` driven by electricity.

    Returns
    -------
    float
        Heat or cold over electricity, of unit and pumps. [-]
    """
    pumps = reference_way("pumps", "both", "share").value
    return 1.0 / (1.0 / reference_way(way, mode, "unit").value + pumps)


def reference_eer(capacity: float | None) -> float:
    """
    Return the energy efficiency of the usual cold source system.

    Parameters
    ----------
    capacity : float or None
        Nominal cooling of a unit; that of the largest, which saves least, when not known. [W]

    Returns
    -------
    float
        2.3 below 528 kW, 2.6 to 1163 kW, 2.8 above (GB/T 50801-2013, S). [-]
    """
    return reference_way("chiller", "cooling", capacity=capacity).value


def coal_burnt(heat: float) -> float:
    """Return the standard coal that the reference boiler burns for so much heat. [J] → [kg]"""
    return heat / KWH / (reference_way("coal", "heating").value * COAL_HEAT)


def coal_saved(
    heat: float, cold: float, spent: tuple[float, float], capacity: float | None = None
) -> float:
    """
    Return the standard coal saved against coal boiler and reference chiller.

    Parameters
    ----------
    heat, cold : float
        Delivered. [J]
    spent : tuple of float
        Electricity, and fuel by its heating value. [J]
    capacity : float, optional
        Nominal cooling of a unit of the reference chiller. [W]

    Returns
    -------
    float
        [kg], after GB/T 50801-2013 (form M+) with the coal of thermal power stations (M).
    """
    power = reference_way("power_station", "electricity").value
    powered = (cold / reference_eer(capacity) - spent[0]) / KWH * power
    return coal_burnt(heat) + powered - spent[1] / KWH / COAL_HEAT


@cache
def _ways() -> tuple[ReferenceWay, ...]:
    return tuple(
        ReferenceWay(
            way=row["way"],
            mode=row["mode"],
            kind=row["kind"],
            below=float(row["below_W"] or "inf"),
            value=float(row["value"]),
            fuel=row["fuel"],
            source=row["source"],
            source_zh=row["source_zh"],
            year=int(row["year"]),
            confidence=row["confidence"],
        )
        for row in data_table("reference_ways.csv")
    )
