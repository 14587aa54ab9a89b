"""What a use of a building asks of a square metre: known uses by name, and own ones."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from loopkeeper.plant.tables import data_table

Day = tuple[int, int]
"""Month and day."""


class Served(StrEnum):
    """When heat or cold is given."""

    NEVER = "never"
    SEASON = "season"
    ALWAYS = "always"


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """
    What a use asks of a square metre (A unless a survey replaces it).

    ``loss`` of envelope and air [W m-2 K-1], ``capacity`` [J m-2 K-1], ``gains`` of people and
    equipment while open [W m-2], ``solar`` share of the sun on the horizontal that comes in,
    by floor area [-], ``hot_water`` [W m-2] on average; open from ``opens`` to ``closes`` [h], on
    ``workdays`` only or always; set-points open and closed [°C]; ``heats`` and ``cools`` when;
    ``own_hours`` share of people and equipment by the hour of a workday and of a day of rest, in
    place of the opening hours; ``closed`` from day to day.
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
    heats: Served = Served.SEASON
    cools: Served = Served.SEASON
    own_hours: tuple[tuple[float, ...], ...] = ()
    closed: tuple[tuple[Day, Day], ...] = ()


def _use(row: Mapping[str, str]) -> Use:
    return Use(
        loss=float(row["loss_W_m2K"]),
        capacity=float(row["capacity_J_m2K"]),
        gains=float(row["gains_W_m2"]),
        solar=float(row["solar"]),
        hot_water=float(row["hot_water_W_m2"]),
        opens=int(row["opens_h"]),
        closes=int(row["closes_h"]),
        workdays=row["workdays"] == "yes",
        heating=float(row["heating_C"]),
        heating_closed=float(row["heating_closed_C"]),
        cooling=float(row["cooling_C"]),
        cooling_closed=float(row["cooling_closed_C"]),
        heats=Served(row["heats"]),
        cools=Served(row["cools"]),
    )


USES = {row["use"]: _use(row) for row in data_table("uses.csv")}
"""Uses known by name."""
_CHINESE = {name: row["use"] for row in data_table("uses.csv") for name in row["zh"].split(";")}
"""The same by their Chinese names."""


def use_name(name: str) -> str:
    """
    Return the name of a use as the program has it.

    Parameters
    ----------
    name : str
        English or Chinese, blanks or hyphens for underscores.

    Returns
    -------
    str
        Empty when there is no such use.
    """
    plain = name.strip().lower().replace(" ", "_").replace("-", "_")
    found = _CHINESE.get(name.strip(), plain)
    return found if found in USES else ""
