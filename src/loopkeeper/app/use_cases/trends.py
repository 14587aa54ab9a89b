"""Trends: points of a plant over any period, in few numbers of which the extremes are exact."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import polars as pl

from loopkeeper.app.ports import Window
from loopkeeper.app.use_cases.archive import Archive
from loopkeeper.errors import InputError
from loopkeeper.measure.buckets import Buckets, as_they_are
from loopkeeper.plant.plant import Plant

MOST_POINTS: Final = 12
"""Points that are asked for at once. [-]"""
MOST_BUCKETS: Final = 1500
"""Buckets of a period, as many as a wide screen has pixels. [-]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendPoint:
    """A point that can be looked at: what, where and in which unit, empty where nobody says."""

    id: str
    quantity: str = ""
    of: str = ""
    statistic: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class TrendLine:
    """
    A point over a period.

    ``step`` is the width of its buckets, None where ``rows`` are the readings themselves:
    ``time, mean, min, max, count, quality`` in the point's unit, null in gaps.
    """

    point: TrendPoint
    step: timedelta | None
    rows: pl.DataFrame


@dataclass(frozen=True, slots=True, kw_only=True)
class Trended:
    """What was asked for, and the days of it of which something is lost."""

    asked: Window
    lines: tuple[TrendLine, ...]
    missing: Sequence[date]


@dataclass(frozen=True)
class Trends:
    """Trends of the plants that somebody sees; AccessError for those of others."""

    plants: Mapping[str, Plant]
    archive: Archive

    def zone(self, plant: str) -> ZoneInfo:
        """Return the clock of a plant, UTC where no dossier tells."""
        found = self.plants.get(plant)
        return ZoneInfo("UTC" if found is None else found.site.timezone)

    def points(self, plant: str) -> tuple[TrendPoint, ...]:
        """Return the points of a plant's dossier, and after them others that sent readings."""
        stated = self._stated(plant)
        others = sorted(self._heard(plant) - set(stated))
        return (*stated.values(), *(TrendPoint(id=name) for name in others))

    def of(self, asked: Window, most: int) -> Trended:
        """
        Return trends.

        Parameters
        ----------
        asked : Window
            Plant, one to twelve points, and a period.
        most : int
            Buckets of the period; a point with fewer readings comes as it is. [-]

        Raises
        ------
        AccessError
            For a plant that is not to be seen.
        InputError
            For no or too many points, a period that is none, or a point that nobody knows.
        """
        self.archive.refuse_hidden([asked.plant])
        names = list(dict.fromkeys(asked.points or ()))
        if not 0 < len(names) <= MOST_POINTS:
            raise InputError(
                f"{len(names)} points are asked for: from 1 to {MOST_POINTS} are drawn"
            )
        if asked.end <= asked.start:
            raise InputError("the period ends before it begins")
        if not 0 < most <= MOST_BUCKETS:
            raise InputError(
                f"{most} buckets are asked for: from 1 to {MOST_BUCKETS} are possible"
            )
        window = Window(asked.plant, asked.start, asked.end, names)
        known = self._known(window)
        buckets = Buckets.of(asked.start, asked.end, most, self.zone(asked.plant))
        raw, binned, missing = self._found(window, buckets, most)
        whole = buckets.with_gaps(binned, names)
        lines = (
            TrendLine(known[name], None, as_they_are(raw[name]))
            if name in raw
            else TrendLine(known[name], buckets.step, whole[name])
            for name in names
        )
        return Trended(asked=window, lines=tuple(lines), missing=missing)

    def alike(self, plant: str, point: str, other: str) -> str | None:
        """Return the point of another plant that measures the same in the same unit."""
        own = self._stated(plant).get(point)
        there = self._stated(other)
        if own is None:
            return point if point in self._heard(other) - set(there) else None
        same = [p for p in there.values() if _meaning(p) == _meaning(own)]
        return next((p.id for p in sorted(same, key=lambda p: p.id != point)), None)

    def _stated(self, plant: str) -> dict[str, TrendPoint]:
        """Points of a dossier."""
        found = self.plants.get(plant)
        stated = () if found is None else found.points
        return {
            p.id: TrendPoint(
                id=p.id, quantity=p.quantity, of=p.of, statistic=str(p.statistic), unit=p.unit
            )
            for p in stated
        }

    def _heard(self, plant: str) -> set[str]:
        """Points that sent something lately, or on the last day there was."""
        latest, _ = self.archive.latest(plant)
        last = self.archive.last_day(plant)
        if latest.is_empty() and last is not None:
            start = datetime.combine(last, time.min, UTC)
            latest, _ = self.archive.hours(Window(plant, start, start + timedelta(days=1)))
        return set(latest["point"])

    def _known(self, window: Window) -> dict[str, TrendPoint]:
        """What is asked for; InputError names what nobody knows."""
        known, names = self._stated(window.plant), window.points or ()
        if strange := set(names) - set(known):
            strange -= self._heard(window.plant)
        if strange:
            rows, _ = self.archive.readings(replace(window, points=sorted(strange)))
            strange -= set(rows["point"])
        if strange:
            raise InputError(f"{window.plant} has no point {', '.join(sorted(strange))}")
        return {name: known.get(name, TrendPoint(id=name)) for name in names}

    def _found(
        self, window: Window, buckets: Buckets, most: int
    ) -> tuple[dict[str, pl.DataFrame], pl.DataFrame, Sequence[date]]:
        """Readings of points with few, buckets of all, days of which something is lost."""
        whole = replace(window, start=buckets.start, end=buckets.end)
        if buckets.of_hours:
            hours, missing = self.archive.hours(whole)
            binned = buckets.of_hour_rows(hours)
            sizes = hours.group_by("point").agg(pl.col("count").sum())
            few = sizes.filter(pl.col("count") <= most)["point"].to_list()
            rows = hours.select("point").clear()
            if few:
                rows, _ = self.archive.readings(replace(window, points=few))
        else:
            rows, missing = self.archive.readings(whole)
            binned = buckets.of_readings(rows)
            rows = rows.filter(pl.col("time").is_between(window.start, window.end, closed="left"))
        parts = {str(name): part for (name,), part in rows.group_by("point", maintain_order=True)}
        raw = {name: part for name, part in parts.items() if part.height <= most}
        return raw, binned, missing


def _meaning(point: TrendPoint) -> tuple[str, ...]:
    return point.quantity, point.of, point.statistic, point.unit
