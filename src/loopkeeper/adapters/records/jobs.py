"""
Work that survives a restart: asked for once, claimed with a lease, tried again, cancelled.

Whoever claims a job holds it until the lease ends and says from time to time that it is still at
it; a lease that ends unsaid is free for the next. The same on SQLite (one writer at a time) and on
PostgreSQL (``FOR UPDATE SKIP LOCKED``).
"""

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import RowMapping, and_, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from loopkeeper.adapters.records.base import Records
from loopkeeper.adapters.records.owned import owned, seen_by
from loopkeeper.adapters.records.schema import IS_OPEN, job, trail
from loopkeeper.adapters.records.trail import did
from loopkeeper.app.access import Actor
from loopkeeper.app.jobs import BACK_OFF, Job, JobState, Order
from loopkeeper.errors import StoreError


class Jobs:
    """The jobs that an actor may see."""

    def __init__(self, records: Records, actor: Actor) -> None:
        """Of a database, for somebody."""
        self._records, self._actor = records, actor

    def ask(self, order: Order, now: datetime) -> Job:
        """Put work in the queue; while a job of its key waits or runs, that is the one."""
        name = uuid.uuid4().hex
        row = owned(
            self._actor,
            order.plant,
            id=name,
            kind=order.kind,
            key=order.key or name,
            payload=json.dumps(order.payload, ensure_ascii=False),
            state=JobState.WAITING,
            tries=0,
            most_tries=order.most_tries,
            due_at=order.due_at or now,
            lease_until=None,
            worker="",
            progress=0.0,
            cancelled=False,
            error="",
            result="{}",
            asked_by=self._actor.name,
            asked_at=now,
            ended_at=None,
        )
        try:
            with self._records.writing() as base:
                base.execute(insert(job), [row])
        except StoreError as error:
            if not isinstance(error.__cause__, IntegrityError):
                raise
            found = self._open(order)
            if found is None:  # it has just ended
                raise
            return found
        return self.of(name)

    def of(self, name: str) -> Job:
        """
        Return a job by its id.

        Raises
        ------
        KeyError
            When there is none that the actor may see.
        """
        with self._records.reading() as base:
            asked = select(job).where(seen_by(self._actor, job), job.c.id == name)
            row = base.execute(asked).mappings().first()
        if row is None:
            raise KeyError(name)
        return _job(row)

    def all(self, most: int = 100) -> tuple[Job, ...]:
        """Return the newest jobs, the newest first."""
        asked = select(job).where(seen_by(self._actor, job))
        with self._records.reading() as base:
            rows = base.execute(asked.order_by(job.c.asked_at.desc()).limit(most)).mappings()
            return tuple(_job(row) for row in rows)

    def claim(
        self, worker: str, kinds: Sequence[str], now: datetime, lease: timedelta
    ) -> Job | None:
        """
        Take the job that is due longest, or whose worker is gone; None where there is none.

        Of jobs whose worker is gone those that were cancelled end, and those at their last try
        are given up.
        """
        # a lease longer than any was given by a clock that was wrong
        left = and_(
            seen_by(self._actor, job),
            job.c.kind.in_(list(kinds)),
            job.c.state == JobState.RUNNING,
            or_(job.c.lease_until < now, job.c.lease_until > now + 2 * lease),
        )
        gone = {"state": JobState.FAILED, "error": "its worker is gone", "ended_at": now}
        ended = {"state": JobState.CANCELLED, "ended_at": now}
        free = or_(left, and_(job.c.state == JobState.WAITING, job.c.due_at <= now))
        asked = (
            select(job)
            .where(seen_by(self._actor, job), job.c.kind.in_(list(kinds)), free)
            .order_by(job.c.due_at, job.c.asked_at)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        with self._records.writing() as base:
            base.execute(update(job).where(left, job.c.cancelled).values(**ended))
            base.execute(update(job).where(left, job.c.tries >= job.c.most_tries).values(**gone))
            row = base.execute(asked).mappings().first()
            if row is None:
                return None
            held = replace(
                _job(row),
                state=JobState.RUNNING,
                worker=worker,
                tries=row["tries"] + 1,
                progress=0.0,
            )
            taken = {n: getattr(held, n) for n in ("state", "worker", "tries", "progress")}
            base.execute(
                update(job).where(job.c.id == held.id).values(lease_until=now + lease, **taken)
            )
            return held

    def renew(self, held: Job, until: datetime, progress: float = 0.0) -> bool:
        """
        Say that a job is still worked on, and how far it is where that is known.

        False when it is another's now, or was cancelled: then it has ended.
        """
        mine = self._mine(held)
        with self._records.writing() as base:
            values = {"progress": progress, "lease_until": until}
            kept = base.execute(update(job).where(mine, ~job.c.cancelled).values(**values))
            if not kept.rowcount:
                ended = {"state": JobState.CANCELLED, "ended_at": until}
                base.execute(update(job).where(mine).values(**ended))
        return bool(kept.rowcount)

    def done(self, held: Job, now: datetime, result: Mapping[str, Any]) -> bool:
        """End a job; False when it is another's now: then what was done counts for nothing."""
        told = json.dumps(result, ensure_ascii=False)
        ended = {"state": JobState.DONE, "progress": 1.0, "error": "", "ended_at": now}
        return self._ended(held, {**ended, "result": told})

    def failed(self, held: Job, error: str, now: datetime) -> bool:
        """Put a job back to be tried later, or give it up after its last try."""
        if held.tries >= held.most_tries:
            return self._ended(held, {"state": JobState.FAILED, "error": error, "ended_at": now})
        later = now + BACK_OFF * 2 ** (held.tries - 1)
        return self._ended(
            held,
            {"state": JobState.WAITING, "error": error, "due_at": later, "lease_until": None},
        )

    def cancel(self, name: str, now: datetime) -> Job:
        """
        Cancel a job: one that waits ends at once, one that runs when it next looks.

        Raises
        ------
        KeyError
            When there is none that the actor may see.
        """
        own = and_(seen_by(self._actor, job), job.c.id == name)
        waits = and_(own, job.c.state == JobState.WAITING)
        ended = {"state": JobState.CANCELLED, "cancelled": True, "ended_at": now}
        with self._records.writing() as base:
            changed = base.execute(update(job).where(waits).values(**ended)).rowcount
            runs = and_(own, job.c.state == JobState.RUNNING)
            changed += base.execute(update(job).where(runs).values(cancelled=True)).rowcount
            found = base.execute(select(job).where(own)).mappings().first()
            if found is not None and changed:
                detail = f"{found['kind']} {name}"
                row = did(self._actor, found["plant"], now, "job.cancel", detail)
                base.execute(insert(trail), [row])
        return self.of(name)

    def _open(self, order: Order) -> Job | None:
        """The job of a key that waits or runs."""
        own = and_(seen_by(self._actor, job), job.c.kind == order.kind, job.c.key == order.key)
        with self._records.reading() as base:
            row = base.execute(select(job).where(own, IS_OPEN)).mappings().first()
        return None if row is None else _job(row)

    def _ended(self, held: Job, values: Mapping[str, Any]) -> bool:
        with self._records.writing() as base:
            kept = base.execute(update(job).where(self._mine(held)).values(**values))
        return bool(kept.rowcount)

    def _mine(self, held: Job) -> Any:
        return and_(
            job.c.id == held.id,
            job.c.state == JobState.RUNNING,
            job.c.worker == held.worker,
            job.c.tries == held.tries,
        )


def _job(row: RowMapping) -> Job:
    return Job(
        id=row["id"],
        kind=row["kind"],
        plant=row["plant"],
        key=row["key"],
        payload=json.loads(row["payload"]),
        state=JobState(row["state"]),
        tries=row["tries"],
        most_tries=row["most_tries"],
        worker=row["worker"],
        progress=row["progress"],
        cancelled=bool(row["cancelled"]),
        error=row["error"],
        result=json.loads(row["result"]),
        asked_by=row["asked_by"],
        asked_at=row["asked_at"],
        due_at=row["due_at"],
        ended_at=row["ended_at"],
    )
