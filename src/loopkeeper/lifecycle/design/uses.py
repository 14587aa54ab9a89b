"""What a use of a building asks of a square metre: known uses by name, and own ones."""

from dataclasses import dataclass
from enum import StrEnum

Day = tuple[int, int]
"""Month and day."""


class Served(StrEnum):
    """When heat or cold is given."""

    NEVER = "never"
    SEASON = "season"
    ALWAYS = "always"


@dataclass(frozen=True, slots=True)
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


USES = {
    "office": Use(1.30, 3.6e5, 18.0, 0.030, 0.3, 7, 19, workdays=True),
    "residential": Use(1.10, 4.0e5, 5.0, 0.020, 2.8, 0, 24, workdays=False, heating_closed=20.0),
    "school": Use(1.45, 3.2e5, 14.0, 0.030, 0.4, 7, 17, workdays=True),
    "hospital": Use(1.55, 3.6e5, 14.0, 0.025, 4.0, 0, 24, workdays=False, heating=22.0,
                    heating_closed=22.0, cooling=25.0, cooling_closed=25.0),
    "hotel": Use(1.30, 3.6e5, 10.0, 0.025, 5.0, 0, 24, workdays=False, heating_closed=20.0),
    "mall": Use(1.35, 3.4e5, 32.0, 0.020, 0.4, 9, 22, workdays=False),
    "greenhouse": Use(5.50, 2.0e5, 0.0, 0.500, 0.0, 7, 18, workdays=False, heating=16.0,
                      heating_closed=12.0, heats=Served.ALWAYS, cools=Served.NEVER),
    "toll_station": Use(1.90, 3.0e5, 9.0, 0.030, 1.5, 0, 24, workdays=False),
    "service_area": Use(1.90, 3.2e5, 22.0, 0.030, 2.5, 6, 23, workdays=False, heating=18.0),
    "factory": Use(2.30, 3.0e5, 20.0, 0.015, 0.3, 7, 19, workdays=True, heating=16.0,
                   heating_closed=8.0, cooling=28.0, cooling_closed=40.0),
    "data_room": Use(1.00, 2.0e5, 500.0, 0.000, 0.0, 0, 24, workdays=False, cooling=24.0,
                     cooling_closed=24.0, heats=Served.NEVER, cools=Served.ALWAYS),
    "farmhouse": Use(2.40, 4.0e5, 4.0, 0.040, 0.8, 0, 24, workdays=False, heating=16.0,
                     heating_closed=16.0, cooling=28.0, cooling_closed=28.0),
}  # fmt: skip
"""Uses known by name."""
CHINESE = {
    "办公": "office", "住宅": "residential", "学校": "school", "医院": "hospital",
    "酒店": "hotel", "宾馆": "hotel", "商场": "mall", "温室": "greenhouse", "大棚": "greenhouse",
    "收费站": "toll_station", "服务区": "service_area", "厂房": "factory", "数据机房": "data_room",
    "数据中心": "data_room", "机房": "data_room", "农宅": "farmhouse", "农房": "farmhouse",
}  # fmt: skip
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
    found = CHINESE.get(name.strip(), plain)
    return found if found in USES else ""
