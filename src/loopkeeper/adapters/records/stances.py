"""What people hold of deviations."""

from typing import Any

from sqlalchemy import Select, select

from loopkeeper.adapters.records.base import Records
from loopkeeper.adapters.records.editions import add_edition, edition, newest
from loopkeeper.adapters.records.owned import owned, seen_by
from loopkeeper.adapters.records.schema import stance
from loopkeeper.app.access import Actor
from loopkeeper.app.ports import Clock
from loopkeeper.app.stances import DeviationStance, Stance


class Stances:
    """What is held of the deviations that an actor may see."""

    def __init__(self, records: Records, actor: Actor, clock: Clock) -> None:
        """Of a database, for somebody."""
        self._records, self._actor, self._clock = records, actor, clock

    def all(self, plant: str) -> tuple[DeviationStance, ...]:
        """Return what is held now of the deviations of a plant, by cause."""
        now = newest(stance, "organisation", "plant", "cause").order_by(stance.c.cause)
        return self._read(now, plant)

    def editions(self, plant: str, cause: str) -> tuple[DeviationStance, ...]:
        """Return what was held of a deviation, the oldest first."""
        asked = select(stance).where(stance.c.cause == cause).order_by(stance.c.version)
        return self._read(asked, plant)

    def put(self, plant: str, one: DeviationStance) -> DeviationStance:
        """Keep the next edition; ConflictError when there is one since the ``version`` given."""
        key = owned(self._actor, plant, cause=one.cause)
        told = {"stance": one.stance, "note": one.note, "made_at": one.made_at}
        row = {**told, **edition(one.version, self._clock(), self._actor.name)}
        with self._records.writing() as base:
            add_edition(base, stance, key, row)
        return _stance({**key, **row})

    def _read(self, asked: Select[Any], plant: str) -> tuple[DeviationStance, ...]:
        mine = asked.where(seen_by(self._actor, stance), stance.c.plant == plant)
        with self._records.reading() as base:
            return tuple(_stance(dict(row)) for row in base.execute(mine).mappings())


def _stance(row: dict[str, Any]) -> DeviationStance:
    told = {name: row[name] for name in DeviationStance.__slots__}
    return DeviationStance(**{**told, "stance": Stance(row["stance"])})
