"""Readings of a service for somebody: only those of plants they see."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol

import polars as pl

from loopkeeper.app.access import Actor
from loopkeeper.app.columns import Columns
from loopkeeper.app.ports import Window
from loopkeeper.errors import AccessError


class ArchiveStore(Protocol):
    """What an archive asks of a store."""

    def plants(self) -> Sequence[str]:
        """Return the plants that have readings."""

    def recent(self, plant: str) -> Window:
        """Return the window in which the newest readings lie."""

    def latest(self, plant: str) -> pl.DataFrame:
        """Return the newest reading of each point."""

    def read(self, window: Window, *, as_of: datetime | None = None) -> pl.DataFrame:
        """Return readings, as they were known at a time."""

    def hours(self, window: Window) -> pl.DataFrame:
        """Return hourly statistics."""

    def damaged(self, window: Window | None = None) -> list[date]:
        """Return the days of which something is lost."""

    def span(self, plant: str) -> tuple[date, date] | None:
        """Return the first and last day of which a plant has readings in the table."""


class Archive:
    """The readings of the plants that somebody sees; AccessError for those of others."""

    def __init__(self, store: ArchiveStore, actor: Actor) -> None:
        """Look into this store on behalf of somebody."""
        self._store, self._actor = store, actor

    @property
    def actor(self) -> Actor:
        """On whose behalf."""
        return self._actor

    def plants(self) -> list[str]:
        """Return the plants with readings."""
        return [p for p in self._store.plants() if self._actor.sees(p)]

    def latest(self, plant: str) -> tuple[pl.DataFrame, list[date]]:
        """Return the newest reading of each point, and days of which something is lost."""
        self.refuse_hidden([plant])
        return self._store.latest(plant), self._store.damaged(self._store.recent(plant))

    def last_day(self, plant: str) -> date | None:
        """Return the last day of which a plant has readings that are put away."""
        self.refuse_hidden([plant])
        span = self._store.span(plant)
        return None if span is None else span[1]

    def readings(
        self, asked: Window, as_of: datetime | None = None
    ) -> tuple[pl.DataFrame, list[date]]:
        """Return readings as they were known at a time, and days of which something is lost."""
        self.refuse_hidden([asked.plant])
        return self._store.read(asked, as_of=as_of), self._store.damaged(asked)

    def hours(self, asked: Window) -> tuple[pl.DataFrame, list[date]]:
        """Return hourly statistics, and days of which something is lost."""
        self.refuse_hidden([asked.plant])
        return self._store.hours(asked), self._store.damaged(asked)

    def accepted(self, columns: Columns) -> pl.DataFrame:
        """Return readings that somebody sends, all of plants they see."""
        self.refuse_hidden(columns.plant)
        return columns.frame()

    def refuse_hidden(self, plants: Sequence[str]) -> None:
        """Refuse plants that are not to be seen; AccessError names them."""
        hidden = sorted({p for p in plants if not self._actor.sees(p)})
        if hidden:
            raise AccessError(f"{self._actor.name!r} may not see {', '.join(hidden)}")
