"""Photographs beside the records they prove: when and where they say that they were taken."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from loopkeeper.lifecycle.build.ledger import WorkRecord
from loopkeeper.plant.verdict import Verdict

DAYS_APART = 1
"""A record of the next morning, or a camera in another time zone, is no disagreement. [d]"""
KM_APART = 2.0
"""A field, its drift of position and the address of the site lie within. [km]"""
EARTH = 6371.0
"""Mean radius of the earth (IUGG, 6371.0088). [km]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Photograph:
    """The camera's day when it was ``taken``, and where in degrees; as it says."""

    taken: date | None = None
    latitude: float | None = None
    longitude: float | None = None


def photograph_doubts(
    record: WorkRecord, picture: Photograph, site: tuple[float | None, float | None]
) -> Iterator[Verdict]:
    """
    Yield where a photograph disagrees with the record it proves: cautions, phones are wrong too.

    Parameters
    ----------
    record : WorkRecord
        The record.
    picture : Photograph
        What its photograph says.
    site : tuple
        Latitude and longitude of the plant, north and east. [°]
    """
    of = {"item": record.item, "checks": record.check, "file": record.note}
    happened = _day(record.happened_at)
    if happened is not None and picture.taken is not None:
        days = abs((picture.taken - happened).days)
        if days > DAYS_APART:
            figures = {"taken": picture.taken.isoformat(), "day": happened.isoformat()}
            yield Verdict("works.photograph.day", {**of, **figures, "count": days})
    north, east = site
    if north is None or east is None or picture.latitude is None or picture.longitude is None:
        return
    apart = kilometres((picture.latitude, picture.longitude), (north, east))
    if apart > KM_APART:
        yield Verdict("works.photograph.place", {**of, "km": apart})


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def kilometres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Return the great-circle distance of two places by the haversine, of a round earth. [km]"""
    north, east, north2, east2 = map(math.radians, (*one, *other))
    across = math.cos(north) * math.cos(north2) * math.sin((east2 - east) / 2.0) ** 2
    half = math.sin((north2 - north) / 2.0) ** 2 + across
    return 2.0 * EARTH * math.asin(min(1.0, math.sqrt(half)))
