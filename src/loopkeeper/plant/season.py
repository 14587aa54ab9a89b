"""When it is warm at a site: by its stated seasons, else by its latitude."""

from typing import Final

from loopkeeper.plant.site import Site

TROPIC: Final = 23.44
"""Latitude up to which the sun stands overhead once a year: no season needs heat there. [°]"""
NORTHERN: Final = frozenset({5, 6, 7, 8, 9})
"""Warm months north of the tropics."""
SOUTHERN: Final = frozenset({11, 12, 1, 2, 3})
"""Warm months south of the tropics."""
ALWAYS: Final = frozenset(range(1, 13))
"""Months of a year; in the tropics all of them are warm."""
COLDEST_DAY: Final = 28.0
"""Day on which surface water and the ground's surface are coldest, north of the equator. [d]"""
MIDWINTER, MIDSUMMER = (1, 15), (7, 15)
"""Month and day in the middle of the northern seasons."""
HALF_YEAR: Final = 182.5
"""How much later it is cold south of the equator. [d]"""


def summer_months(site: Site) -> frozenset[int]:
    """
    Return the warm months of a site.

    Parameters
    ----------
    site : Site
        Its stated seasons tell; else its latitude, northern where that is not known.

    Returns
    -------
    frozenset of int
        May to September, south of the equator November to March, in the tropics all.
    """
    south = _stated_south(site)
    if south is not None:
        return SOUTHERN if south else NORTHERN
    cooled = site.cooling_season
    if site.heating_season is None and cooled is not None and cooled.contains(*MIDWINTER):
        return ALWAYS
    if in_tropics(site.latitude):
        return ALWAYS
    return SOUTHERN if site.latitude is not None and site.latitude < 0 else NORTHERN


def winter_in_july(site: Site) -> bool | None:
    """
    Tell whether a site has its winter in July, for checks of what was stated of its year.

    Parameters
    ----------
    site : Site
        Its latitude tells; where that is not known, its stated seasons.

    Returns
    -------
    bool or None
        None where nothing tells, or in the tropics, where there is no winter.
    """
    if site.latitude is None:
        return _stated_south(site)
    return None if in_tropics(site.latitude) else site.latitude < 0


def in_tropics(latitude: float | None) -> bool:
    """Tell whether a latitude [°] is known to lie within the tropics."""
    return latitude is not None and abs(latitude) <= TROPIC


def coldest_day(site: Site) -> float:
    """Return the day of the year on which water and ground at a site are coldest. [d]"""
    south = _stated_south(site)
    if south is None:
        south = site.latitude is not None and site.latitude < 0
    return COLDEST_DAY + HALF_YEAR * south


def _stated_south(site: Site) -> bool | None:
    """Whether stated seasons have their winter in July; None where they do not tell."""
    for season, cold in ((site.heating_season, True), (site.cooling_season, False)):
        if season is None:
            continue
        january, july = season.contains(*MIDWINTER), season.contains(*MIDSUMMER)
        if january != july:
            return july if cold else january
    return None
