"""Members of an organisation and their tokens."""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Select, insert, select

from loopkeeper.adapters.records.base import Records
from loopkeeper.adapters.records.editions import add_edition, edition, newest
from loopkeeper.adapters.records.schema import member, token, token_end
from loopkeeper.app.access import Actor
from loopkeeper.app.members import IssuedToken, ServiceMember, member_of
from loopkeeper.app.ports import Clock


class Members:
    """Who may come in, of the organisation of an actor."""

    def __init__(self, records: Records, actor: Actor, clock: Clock) -> None:
        """Of a database, for somebody."""
        self._records, self._actor, self._clock = records, actor, clock

    def all(self) -> tuple[ServiceMember, ...]:
        """Return the newest edition of every member, by name."""
        own = member.c.organisation == self._actor.organisation
        asked = newest(member, "organisation", "name").where(own).order_by(member.c.name)
        return self._read(asked)

    def editions(self, name: str) -> tuple[ServiceMember, ...]:
        """Return what a member was, the oldest first."""
        own = (member.c.organisation == self._actor.organisation, member.c.name == name)
        return self._read(select(member).where(*own).order_by(member.c.version))

    def put(self, one: ServiceMember) -> ServiceMember:
        """Keep the next edition; ConflictError when there is one since the ``version`` given."""
        key = {"organisation": self._actor.organisation, "name": one.name}
        row = {
            **edition(one.version, self._clock(), self._actor.name),
            "scopes": json.dumps(sorted(one.scopes)),
            "plants": json.dumps(sorted(one.plants)),
            "active": one.active,
            "role": one.role,
        }
        with self._records.writing() as base:
            add_edition(base, member, key, row)
        return _member({**key, **row})

    def tokens(self) -> tuple[IssuedToken, ...]:
        """Return every token ever made, the oldest first."""
        own = token.c.organisation == self._actor.organisation
        with self._records.reading() as base:
            rows = base.execute(_tokens().where(own).order_by(token.c.made_at)).mappings()
            return tuple(_token(dict(row)) for row in rows)

    def issue(self, one: IssuedToken) -> None:
        """Keep a token."""
        row = {
            "organisation": self._actor.organisation,
            "sha256": one.sha256,
            "member": one.member,
            "per_minute": one.per_minute,
            "made_at": one.made_at,
            "made_by": one.made_by,
            "ends_at": one.ends_at,
        }
        with self._records.writing() as base:
            base.execute(insert(token), [row])

    def end(self, one: IssuedToken) -> None:
        """End a token now, for ever; one that was ended before stays ended since then."""
        known = select(token_end.c.sha256).where(token_end.c.sha256 == one.sha256)
        row = {"sha256": one.sha256, "ended_at": self._clock(), "ended_by": self._actor.name}
        with self._records.writing() as base:
            if base.execute(known).scalar() is None:
                base.execute(insert(token_end), [row])

    def holder(self, sha256: str) -> tuple[ServiceMember, IssuedToken] | None:
        """Return whose a secret is, by its hash; None where it opens nothing now."""
        own = token.c.organisation == self._actor.organisation
        with self._records.reading() as base:
            row = base.execute(_tokens().where(own, token.c.sha256 == sha256)).mappings().first()
        kept = None if row is None else _token(dict(row))
        if kept is None or not kept.holds(self._clock()):
            return None
        owner = member_of(self, kept.member)
        return None if owner is None or not owner.active else (owner, kept)

    def guarded(self) -> bool:
        """Whether there ever was a token: who ended all of them has not opened the door."""
        own = token.c.organisation == self._actor.organisation
        with self._records.reading() as base:
            return base.execute(select(token.c.sha256).where(own).limit(1)).scalar() is not None

    def _read(self, asked: Select[Any]) -> tuple[ServiceMember, ...]:
        with self._records.reading() as base:
            return tuple(_member(dict(row)) for row in base.execute(asked).mappings())


def _tokens() -> Select[Any]:
    ended = token_end.c.ended_at
    return select(token, ended).join(token_end, token.c.sha256 == token_end.c.sha256, isouter=True)


def _member(row: Mapping[str, Any]) -> ServiceMember:
    return ServiceMember(
        name=row["name"],
        scopes=tuple(json.loads(row["scopes"])),
        plants=tuple(json.loads(row["plants"])),
        role=row["role"],
        active=row["active"],
        version=row["version"],
        changed_at=row["changed_at"],
        changed_by=row["changed_by"],
    )


def _token(row: Mapping[str, Any]) -> IssuedToken:
    return IssuedToken(**{name: row[name] for name in IssuedToken.__slots__})
