"""Who may come in, as an administrator looks after it: every change with its row of the trail."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from loopkeeper.app.access import Actor, new_secret
from loopkeeper.app.members import (
    ALL_PLANTS,
    RATE,
    IssuedToken,
    ServiceMember,
    member_of,
    person,
    token_for,
    token_named,
)
from loopkeeper.app.people import INVITED, OneTimeLink, PersonAccount, Registry, login_name
from loopkeeper.app.ports import Clock
from loopkeeper.errors import InputError


@dataclass(frozen=True, slots=True)
class PersonEntry:
    """A person of the organisation, and the account, none before the invitation is accepted."""

    member: ServiceMember
    account: PersonAccount | None

    @property
    def state(self) -> str:
        """``out``, ``invited`` or ``in``."""
        if not self.member.active:
            return "out"
        return "in" if self.account is not None and self.account.password else "invited"


@dataclass(frozen=True, kw_only=True)
class PeopleDesk:
    """People and tokens of the organisation of an actor, who may let people in."""

    books: Registry
    actor: Actor
    clock: Clock

    def people(self) -> list[PersonEntry]:
        """Return everybody with a role, by name."""
        accounts = {one.name: one for one in self.books.accounts.all()}
        members = [one for one in self.books.members.all() if one.role]
        return [PersonEntry(one, accounts.get(one.name)) for one in members]

    def let_in(self, name: str, role: str | None, plants: Sequence[str]) -> str:
        """Invite somebody, or send a new link to who is known; see :meth:`invite`."""
        known = member_of(self.books.members, login_name(name))
        if known is not None and known.role and role is None:
            return self.link(known.name)
        return self.invite(name, role or "operator", plants or ALL_PLANTS)

    def invite(self, name: str, role: str, plants: Sequence[str]) -> str:
        """
        Let somebody in; they set a password by a link.

        Returns
        -------
        str
            The secret of the link, which nobody is shown again.

        Raises
        ------
        InputError
            When the name cannot be, or is known already.
        ConflictError
            When it is the name of somebody in another organisation.
        """
        who = login_name(name)
        if member_of(self.books.members, who) is not None:
            raise InputError(f"there is a {who!r} already")
        with self.books.at_once():
            self.books.members.put(person(who, role, plants))
            known = self.books.accounts.account(who)
            self.books.accounts.put(known or PersonAccount(name=who))
            self.books.trail.add("", "person.invite", f"{who}: {role}")
            return self._link(who)

    def link(self, name: str) -> str:
        """
        Return the secret of a new link by which somebody sets a password.

        Raises
        ------
        InputError
            When there is no such person.
        """
        one = self._person(name)
        with self.books.at_once():
            self.books.trail.add("", "person.link", one.name)
            return self._link(one.name)

    def change(self, name: str, version: int, role: str, plants: Sequence[str]) -> ServiceMember:
        """
        Give somebody another role or other plants.

        Raises
        ------
        InputError
            When that cannot be, or nobody would be left to let people in.
        ConflictError
            When somebody else changed it since ``version``.
        """
        wanted = person(name, role, plants)
        read = replace(self._person(name), version=version)
        changed = replace(read, role=role, scopes=wanted.scopes, plants=wanted.plants)
        return self._kept(changed, "person.role", f"{name}: {role} {' '.join(plants)}")

    def switch(self, name: str, *, active: bool) -> ServiceMember:
        """
        Let somebody take part no more, or again; who does not has no session.

        Raises
        ------
        InputError
            When nobody would be left to let people in.
        """
        return self.keep(replace(self._person(name), active=active))

    def keep(self, changed: ServiceMember) -> ServiceMember:
        """Keep a person or program as it was changed; see :meth:`switch`."""
        known = member_of(self.books.members, changed.name)
        if known is not None and known.active != changed.active:
            deed, detail = ("person.in" if changed.active else "person.out"), changed.name
        else:
            deed, detail = "person.role", f"{changed.name}: {' '.join(changed.plants)}"
        with self.books.at_once():
            if not changed.active:
                for session in self.books.accounts.sessions(changed.name):
                    self.books.accounts.end(session)
            return self._kept(changed, deed, detail)

    def tokens(self) -> tuple[IssuedToken, ...]:
        """Return every token ever made, the newest first."""
        return tuple(reversed(self.books.members.tokens()))

    def make_token(
        self, name: str, days: float | None, per_minute: int = RATE
    ) -> tuple[str, IssuedToken]:
        """Make a token for a person or program; the secret is shown once."""
        now = self.clock()
        asked = IssuedToken(
            sha256="", member=name, per_minute=per_minute, made_at=now, made_by=self.actor.name
        )
        lasts = None if days is None else timedelta(days=days)
        with self.books.at_once():
            secret, made = token_for(self.books.members, asked, lasts)
            self.books.trail.add("", "token.make", f"{made.id}: {name}")
        return secret, made

    def end_token(self, name: str) -> IssuedToken:
        """End a token by the first digits of its hash; return it as it is kept."""
        one = token_named(self.books.members.tokens(), name)
        with self.books.at_once():
            self.books.members.end(one)
            self.books.trail.add("", "token.end", f"{one.id}: {one.member}")
        return token_named(self.books.members.tokens(), one.sha256)

    def _kept(self, changed: ServiceMember, deed: str, detail: str) -> ServiceMember:
        others = [one for one in self.books.members.all() if one.name != changed.name]
        left = [one for one in (*others, changed) if one.role and "admin" in one.scopes]
        if changed.role and not any(one.active for one in left):
            raise InputError("somebody has to be left who may let people in")
        with self.books.at_once():
            kept = self.books.members.put(changed)
            self.books.trail.add("", deed, detail)
        return kept

    def _person(self, name: str) -> ServiceMember:
        found = member_of(self.books.members, name)
        if found is None or not found.role:
            raise InputError(f"there is nobody {name!r}")
        return found

    def _link(self, name: str) -> str:
        secret, digest = new_secret()
        now = self.clock()
        one = OneTimeLink(
            sha256=digest,
            account=name,
            made_at=now,
            made_by=self.actor.name,
            ends_at=now + INVITED,
        )
        self.books.accounts.make_link(one)
        return secret
