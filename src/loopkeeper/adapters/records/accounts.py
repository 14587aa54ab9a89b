"""Accounts of persons, their one-time links and their sessions."""

import json
from dataclasses import replace
from typing import Any

from sqlalchemy import Select, and_, exists, insert, select, update
from sqlalchemy.exc import IntegrityError

from loopkeeper.adapters.records.base import Records
from loopkeeper.adapters.records.editions import add_edition, edition, newest
from loopkeeper.adapters.records.schema import (
    account,
    account_code,
    account_key,
    account_link,
    account_link_use,
    log_in,
    log_in_end,
    log_in_seen,
)
from loopkeeper.app.access import Actor
from loopkeeper.app.people import OneTimeLink, PersonAccount, PersonSession
from loopkeeper.app.ports import Clock
from loopkeeper.app.second_factor import SecondKey
from loopkeeper.errors import ConflictError
from loopkeeper.plant.words import Language

_SESSION = ("sha256", "organisation", "account", "made_at", "ends_at", "address", "agent")


class Accounts:
    """Who logs in: found by name or secret wherever they belong, listed and written of one's."""

    def __init__(self, records: Records, actor: Actor, clock: Clock) -> None:
        """Of a database, for somebody."""
        self._records, self._actor, self._clock = records, actor, clock

    def account(self, name: str) -> PersonAccount | None:
        """Return an account as it is now; names are unique among all organisations."""
        asked = select(account).where(account.c.name == name)
        found = self._accounts(asked.order_by(account.c.version.desc()).limit(1))
        return next(iter(found), None)

    def all(self) -> tuple[PersonAccount, ...]:
        """Return the accounts of the organisation as they are now, by name."""
        own = account.c.organisation == self._actor.organisation
        return self._accounts(newest(account, "name").where(own).order_by(account.c.name))

    def any(self) -> bool:
        """Whether there ever was an account that somebody could log in to."""
        asked = select(account.c.id).where(account.c.password != "").limit(1)
        with self._records.reading() as base:
            return base.execute(asked).scalar() is not None

    def put(self, one: PersonAccount) -> PersonAccount:
        """Keep the next edition; ConflictError when there is one since, or it is another's."""
        known = self.account(one.name)
        if known is not None and known.organisation != self._actor.organisation:
            raise ConflictError(f"the name {one.name!r} is taken")
        row = {
            **edition(one.version, self._clock(), self._actor.name),
            "organisation": self._actor.organisation,
            "language": str(one.language),
            "password": one.password,
        }
        with self._records.writing() as base:
            add_edition(base, account, {"name": one.name}, row)
        return _account({"name": one.name, **row})

    def key(self, name: str) -> SecondKey:
        """Return the second key of an account as it is now, an empty one where there is none."""
        asked = select(account_key).where(account_key.c.name == name)
        with self._records.reading() as base:
            rows = base.execute(asked.order_by(account_key.c.version.desc()).limit(1))
            row = rows.mappings().first()
        if row is None:
            return SecondKey(name=name)
        told = {n: row[n] for n in ("name", "secret", "confirmed", "version")}
        return SecondKey(**told, spare=tuple(json.loads(row["spare"])))

    def put_key(self, one: SecondKey) -> SecondKey:
        """Keep the next edition; ConflictError when there is one since."""
        row = {
            **edition(one.version, self._clock(), self._actor.name),
            "organisation": self._actor.organisation,
            "secret": one.secret,
            "confirmed": one.confirmed,
            "spare": json.dumps(one.spare),
        }
        with self._records.writing() as base:
            add_edition(base, account_key, {"name": one.name}, row)
        return replace(one, version=one.version + 1)

    def use_code(self, name: str, code: str) -> bool:
        """Use a code of an account up; False where that was done before."""
        row = {"account": name, "code": code, "used_at": self._clock()}
        with self._records.writing() as base:
            try:
                with base.begin_nested():
                    base.execute(insert(account_code), [row])
            except IntegrityError:
                return False
        return True

    def make_link(self, one: OneTimeLink) -> None:
        """Keep a link; those made for the same account before open nothing any more."""
        row = {name: getattr(one, name) for name in OneTimeLink.__slots__}
        row["organisation"] = self._actor.organisation
        used = exists().where(account_link_use.c.sha256 == account_link.c.sha256)
        same = and_(account_link.c.account == one.account, ~used)
        own = account_link.c.organisation == self._actor.organisation
        with self._records.writing() as base:
            before = base.execute(select(account_link.c.sha256).where(own, same)).scalars().all()
            if before:
                over = {"used_at": one.made_at, "used_by": one.made_by}
                base.execute(insert(account_link_use), [{"sha256": s, **over} for s in before])
            base.execute(insert(account_link), [row])

    def link(self, sha256: str) -> OneTimeLink | None:
        """Return a link that opens now, of whatever organisation."""
        used = exists().where(account_link_use.c.sha256 == account_link.c.sha256)
        asked = select(account_link).where(account_link.c.sha256 == sha256, ~used)
        with self._records.reading() as base:
            row = base.execute(asked).mappings().first()
        found = None if row is None else OneTimeLink(**row)
        return found if found is not None and self._clock() < found.ends_at else None

    def use(self, one: OneTimeLink, by: str) -> None:
        """Use a link up; ConflictError where that was done before."""
        row = {"sha256": one.sha256, "used_at": self._clock(), "used_by": by}
        with self._records.writing() as base:
            try:
                with base.begin_nested():
                    base.execute(insert(account_link_use), [row])
            except IntegrityError as error:
                raise ConflictError("this link was used already") from error

    def begin(self, one: PersonSession) -> None:
        """Keep a session."""
        row = {name: getattr(one, name) for name in _SESSION}
        seen = {"sha256": one.sha256, "seen_at": one.seen_at}
        with self._records.writing() as base:
            base.execute(insert(log_in), [row])
            base.execute(insert(log_in_seen), [seen])

    def session(self, sha256: str) -> PersonSession | None:
        """Return a session of whatever organisation, whether it holds or not."""
        found = self._sessions(_sessions().where(log_in.c.sha256 == sha256))
        return next(iter(found), None)

    def sessions(self, name: str) -> tuple[PersonSession, ...]:
        """Return the sessions of an account that were not ended, the newest first."""
        own = and_(log_in.c.organisation == self._actor.organisation, log_in.c.account == name)
        asked = _sessions().where(own, log_in_end.c.ended_at.is_(None))
        return self._sessions(asked.order_by(log_in.c.made_at.desc()))

    def touch(self, one: PersonSession) -> None:
        """Note that a session is used now."""
        mine = log_in_seen.c.sha256 == one.sha256
        with self._records.writing() as base:
            base.execute(update(log_in_seen).where(mine).values(seen_at=self._clock()))

    def end(self, one: PersonSession) -> None:
        """End a session now, for ever; one that was ended before stays ended since then."""
        known = select(log_in_end.c.sha256).where(log_in_end.c.sha256 == one.sha256)
        row = {"sha256": one.sha256, "ended_at": self._clock(), "ended_by": self._actor.name}
        with self._records.writing() as base:
            if base.execute(known).scalar() is None:
                base.execute(insert(log_in_end), [row])

    def _accounts(self, asked: Select[Any]) -> tuple[PersonAccount, ...]:
        with self._records.reading() as base:
            return tuple(_account(dict(row)) for row in base.execute(asked).mappings())

    def _sessions(self, asked: Select[Any]) -> tuple[PersonSession, ...]:
        with self._records.reading() as base:
            return tuple(PersonSession(**row) for row in base.execute(asked).mappings())


def _sessions() -> Select[Any]:
    wanted = select(
        *(log_in.c[name] for name in _SESSION), log_in_seen.c.seen_at, log_in_end.c.ended_at
    )
    seen = wanted.join(log_in_seen, log_in_seen.c.sha256 == log_in.c.sha256)
    return seen.join(log_in_end, log_in_end.c.sha256 == log_in.c.sha256, isouter=True)


def _account(row: dict[str, Any]) -> PersonAccount:
    told = {name: row[name] for name in PersonAccount.__slots__}
    return PersonAccount(**{**told, "language": Language(row["language"])})
