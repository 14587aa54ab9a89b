"""Energy grades of heat pump units by their nameplate (GB 19577-2024, GB 30721-2014)."""

from dataclasses import dataclass
from typing import Final

from loopkeeper.plant.tables import data_table

UNIT_TYPES: Final = (("I", 6.0), ("II", 0.0), ("III", -5.0))
"""Coldest source water by type (T/BAEE 019-2023: II, III V; I by its 6 °C point, A). [°C]"""
DEPRESSION: Final = 10.0
"""
How far below the ground's constant layer boreholes let the water fall (A). [K]

By the standard's two examples, ground of 8 °C (Harbin) asks for III and of 17.4 °C (Hefei) for I.
"""


def type_needed(coldest: float, ground: float | None = None) -> str | None:
    """
    Return the type of unit that the coldest source water and the ground ask for.

    Parameters
    ----------
    coldest : float
        Entering the machines as computed or measured. [°C]
    ground : float, optional
        Constant layer around boreholes; None for water that is pumped. [°C]

    Returns
    -------
    str or None
        I, II or III, by the colder of both; None below −5 °C, where no type is defined.
    """
    lowest = coldest if ground is None else min(coldest, ground - DEPRESSION)
    return next((name for name, limit in UNIT_TYPES if lowest >= limit), None)


@dataclass(frozen=True, slots=True)
class Grade:
    """A unit's grade: 1 best to 3, 0 below the limit; what it was judged by."""

    grade: int
    metric: str
    value: float
    standard: str
    confidence: str


@dataclass(frozen=True, slots=True)
class Nameplate:
    """
    What a unit is graded by.

    ``medium`` on the load side (water or air), ``source`` of the table (ground, groundwater,
    water_loop), capacities [W] and efficiencies [-]; cooling is 0 of units that only heat.
    """

    medium: str
    source: str
    heating: float
    cooling: float
    cop: float
    eer: float

    @property
    def acop(self) -> float:
        """Combined index of GB/T 19409-2013 (M+). [-]"""
        return 0.56 * self.eer + 0.44 * self.cop


def unit_grade(unit: Nameplate, standard: str = "GB 19577-2024") -> Grade | None:
    """
    Return the energy grade of a unit.

    Parameters
    ----------
    unit : Nameplate
        The unit.
    standard : str
        GB 19577-2024, or GB 30721-2014 for older units.

    Returns
    -------
    Grade or None
        None when the standard has no row for it, or the plate lacks what its metric needs.
    """
    only = unit.cooling <= 0
    kind = "water_heating_only" if only and unit.medium == "water" else unit.medium
    size = unit.heating if only else unit.cooling
    fitting = [
        g
        for g in data_table("unit_grades.csv")
        if g["standard"] == standard
        and g["unit_kind"] == kind
        and g["source"] == unit.source
        and size / 1e3 > float(g["capacity_over_kW"])
    ]
    if not fitting:
        return None
    found = max(fitting, key=lambda g: float(g["capacity_over_kW"]))
    combined = found["metric"] != "COP"
    if unit.cop <= 0 or (combined and unit.eer <= 0):
        return None
    value = unit.acop if combined else unit.cop
    reached = [n for n in (1, 2, 3) if value >= float(found[f"grade_{n}"])]
    return Grade(min(reached, default=0), found["metric"], value, standard, found["confidence"])
