"""Who did what to a plant: only added to."""

from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from loopkeeper.adapters.records.base import Records
from loopkeeper.adapters.records.owned import owned, seen_by
from loopkeeper.adapters.records.schema import trail
from loopkeeper.app.access import Actor
from loopkeeper.app.ports import Clock, PastDeed, PlacedDeed


class Trail:
    """The trail that an actor may see."""

    def __init__(self, records: Records, actor: Actor, clock: Clock) -> None:
        """Of a database, for somebody."""
        self._records, self._actor, self._clock = records, actor, clock

    def add(self, plant: str, deed: str, detail: str) -> None:
        """Keep that the actor did something now."""
        with self._records.writing() as base:
            base.execute(insert(trail), [did(self._actor, plant, self._clock(), deed, detail)])

    def all(self, plant: str, most: int = 100) -> tuple[PastDeed, ...]:
        """Return the newest deeds, the newest first."""
        asked = select(trail).where(seen_by(self._actor, trail), trail.c.plant == plant)
        with self._records.reading() as base:
            rows = base.execute(asked.order_by(trail.c.id.desc()).limit(most)).mappings()
            return tuple(
                PastDeed(time=r["time"], by=r["by"], deed=r["deed"], detail=r["detail"])
                for r in rows
            )

    def newest(self, most: int = 100) -> tuple[PlacedDeed, ...]:
        """Return the newest deeds wherever they were done, the newest first."""
        asked = select(trail).where(seen_by(self._actor, trail)).order_by(trail.c.id.desc())
        told = ("time", "by", "deed", "detail", "plant")
        with self._records.reading() as base:
            rows = base.execute(asked.limit(most)).mappings()
            return tuple(PlacedDeed(**{name: row[name] for name in told}) for row in rows)


def did(actor: Actor, plant: str, time: datetime, deed: str, detail: str) -> dict[str, Any]:
    """Return the row of something that was done."""
    return owned(actor, plant, time=time, by=actor.name, deed=deed, detail=detail)
