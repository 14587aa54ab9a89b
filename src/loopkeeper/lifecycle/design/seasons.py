"""Seasons as the air tells them: the hemisphere of a year of weather, and its warm months."""

import numpy as np
from numpy.typing import NDArray

from loopkeeper.measure.series import Floats
from loopkeeper.plant.season import ALWAYS, NORTHERN, SOUTHERN, in_tropics
from loopkeeper.plant.verdict import Verdict

Hours = NDArray[np.int64]
COOL = 15.0
"""Monthly mean below which houses in the tropics are heated (heating limit, A). [°C]"""
HOT = 22.0
"""Monthly mean from which a month outside them is one of cooling too. [°C]"""
SEASONAL = 2.0
"""Difference of July and January from which the air tells the hemisphere. [K]"""


def _summer_excess(month: Hours, air: Floats) -> float:
    """How much warmer June to August are than December to February. [K]"""
    summer, winter = np.isin(month, (6, 7, 8)), np.isin(month, (12, 1, 2))
    if not summer.any() or not winter.any():
        return 0.0
    return float(air[summer].mean() - air[winter].mean())


def _southern(month: Hours, air: Floats, latitude: float | None) -> bool:
    excess = _summer_excess(month, air)
    if abs(excess) >= SEASONAL:
        return excess < 0
    return latitude is not None and latitude < 0


def hemisphere(file: str, month: Hours, air: Floats, latitude: float | None) -> list[Verdict]:
    """
    Hold the seasons of the air against the latitude.

    Parameters
    ----------
    file : str
        What the verdict calls the year.
    month : array of int, shape (n,)
        Local month of each hour.
    air : array, shape (n,)
        [°C]
    latitude : float or None
        Where the file tells it. [°]

    Returns
    -------
    list of Verdict
        Air of the other hemisphere, or a note that this is the southern.
    """
    excess = _summer_excess(month, air)
    south = _southern(month, air, latitude)
    figures = {"file": file, "latitude": latitude, "excess": f"{excess:+z.1f}"}
    if in_tropics(latitude):
        return []
    if latitude is not None and abs(excess) >= SEASONAL and south != (latitude < 0):
        return [Verdict("design.weather.hemisphere", figures)]
    return [Verdict("design.weather.southern", figures)] if south else []


def warm_months(month: Hours, air: Floats, latitude: float | None) -> frozenset[int]:
    """
    Return the months in which buildings are cooled and not heated.

    Parameters
    ----------
    month : array of int, shape (n,)
        Local month of each hour.
    air : array, shape (n,)
        [°C]
    latitude : float or None
        Decides where the air has no seasons. [°]

    Returns
    -------
    frozenset of int
        May to September, south of the equator November to March, and every hot month besides; in
        the tropics every month but cool ones, as high up.
    """
    means = {m: float(air[at].mean()) for m in ALWAYS if (at := month == m).any()}
    if in_tropics(latitude):
        return ALWAYS - {m for m, mean in means.items() if mean < COOL}
    base = SOUTHERN if _southern(month, air, latitude) else NORTHERN
    return base | {m for m, mean in means.items() if mean >= HOT}
