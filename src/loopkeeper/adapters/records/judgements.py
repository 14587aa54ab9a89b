"""What the daily rounds found, one after the other: dated, attributable, never changed."""

import json
from datetime import datetime

from sqlalchemy import RowMapping, func, insert, select

from loopkeeper.adapters.records.base import Records
from loopkeeper.adapters.records.owned import owned, seen_by
from loopkeeper.adapters.records.schema import judgement
from loopkeeper.app.access import Actor
from loopkeeper.app.ports import Judged


class Judgements:
    """The judgements that an actor may see."""

    def __init__(self, records: Records, actor: Actor) -> None:
        """Of a database, for somebody."""
        self._records, self._actor = records, actor

    def add(self, plant: str, made: Judged) -> None:
        """Keep a judgement; durable when this returns."""
        row = owned(
            self._actor,
            plant,
            made_at=made.made_at,
            code_version=made.code_version,
            data_version=made.data_version,
            found=json.dumps(made.found, ensure_ascii=False),
        )
        with self._records.writing() as base:
            base.execute(insert(judgement), [row])

    def last(self, plant: str) -> Judged | None:
        """Return the newest judgement of a plant, None before the first."""
        asked = (
            select(judgement)
            .where(seen_by(self._actor, judgement), judgement.c.plant == plant)
            .order_by(judgement.c.id.desc())
            .limit(1)
        )
        with self._records.reading() as base:
            row = base.execute(asked).mappings().first()
        return None if row is None else _judged(row)

    def between(self, plant: str, start: datetime, end: datetime) -> tuple[Judged, ...]:
        """Return the judgements of a period, oldest first."""
        asked = (
            select(judgement)
            .where(seen_by(self._actor, judgement), judgement.c.plant == plant)
            .where(judgement.c.made_at >= start, judgement.c.made_at < end)
            .order_by(judgement.c.id)
        )
        with self._records.reading() as base:
            return tuple(_judged(row) for row in base.execute(asked).mappings())

    def newest(self) -> dict[str, datetime]:
        """Return when each plant was judged last."""
        asked = (
            select(judgement.c.plant, func.max(judgement.c.made_at))
            .where(seen_by(self._actor, judgement))
            .group_by(judgement.c.plant)
        )
        with self._records.reading() as base:
            return {str(plant): at for plant, at in base.execute(asked)}


def _judged(row: RowMapping) -> Judged:
    return Judged(
        row["made_at"], row["code_version"], row["data_version"], json.loads(row["found"])
    )
