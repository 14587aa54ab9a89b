"""Work orders of plants."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Select, func, select

from loopkeeper.adapters.records.base import Records
from loopkeeper.adapters.records.editions import add_edition, edition, newest
from loopkeeper.adapters.records.owned import owned, seen_by
from loopkeeper.adapters.records.schema import work_order
from loopkeeper.app.access import Actor
from loopkeeper.app.ports import Clock
from loopkeeper.app.work_orders import WorkOrder, WorkState


class WorkOrders:
    """The work orders that an actor may see."""

    def __init__(self, records: Records, actor: Actor, clock: Clock) -> None:
        """Of a database, for somebody."""
        self._records, self._actor, self._clock = records, actor, clock

    def all(self, plant: str) -> tuple[WorkOrder, ...]:
        """Return every order of a plant as it is now, by number."""
        asked = newest(work_order, "organisation", "plant", "number")
        return self._read(asked.order_by(work_order.c.number), plant)

    def everywhere(self) -> tuple[tuple[str, WorkOrder], ...]:
        """Return every order as it is now with its plant, by plant and number."""
        now = newest(work_order, "organisation", "plant", "number")
        mine = now.where(seen_by(self._actor, work_order))
        asked = mine.order_by(work_order.c.plant, work_order.c.number)
        with self._records.reading() as base:
            rows = base.execute(asked).mappings().all()
        return tuple((row["plant"], _order(dict(row))) for row in rows)

    def counts(self, states: Collection[WorkState]) -> Mapping[str, int]:
        """Return by plant how many orders are in some states; plants without any are left out."""
        now = newest(work_order, "organisation", "plant", "number")
        mine = now.where(seen_by(self._actor, work_order), work_order.c.state.in_(list(states)))
        found = mine.subquery()
        asked = select(found.c.plant, func.count()).group_by(found.c.plant)
        with self._records.reading() as base:
            return {row[0]: row[1] for row in base.execute(asked)}

    def editions(self, plant: str, number: int) -> tuple[WorkOrder, ...]:
        """Return what an order was, the oldest first; none where there is no such order."""
        asked = select(work_order).where(work_order.c.number == number)
        return self._read(asked.order_by(work_order.c.version), plant)

    def open(self, plant: str, one: WorkOrder) -> WorkOrder:
        """Keep a new order; it gets the next number of the plant."""
        own = owned(self._actor, plant)
        same = [work_order.c[name] == value for name, value in own.items()]
        with self._records.writing() as base:
            known = base.execute(select(func.max(work_order.c.number)).where(*same)).scalar()
            row = self._row(one)
            add_edition(base, work_order, {**own, "number": (known or 0) + 1}, row)
        return _order({**row, "number": (known or 0) + 1})

    def put(self, plant: str, one: WorkOrder) -> WorkOrder:
        """Keep the next edition; ConflictError when there is one since the ``version`` given."""
        key, row = owned(self._actor, plant, number=one.number), self._row(one)
        with self._records.writing() as base:
            add_edition(base, work_order, key, row)
        return _order({**key, **row})

    def _row(self, one: WorkOrder) -> dict[str, Any]:
        told = {name: getattr(one, name) for name in _TOLD}
        by = one.changed_by or self._actor.name
        return {**told, **edition(one.version, self._clock(), by)}

    def _read(self, asked: Select[Any], plant: str) -> tuple[WorkOrder, ...]:
        mine = asked.where(seen_by(self._actor, work_order), work_order.c.plant == plant)
        with self._records.reading() as base:
            return tuple(_order(dict(row)) for row in base.execute(mine).mappings())


_TOLD = ("state", "title", "about", "assignee", "due_on", "note")


def _order(row: dict[str, Any]) -> WorkOrder:
    told = {name: row[name] for name in WorkOrder.__slots__}
    return WorkOrder(**{**told, "state": WorkState(row["state"])})
