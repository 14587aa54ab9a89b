"""Who may come in at a service, with which tokens: every change is kept with who made it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from loopkeeper.app.access import LISTED, RIGHTS, SCOPES, new_secret, scopes_of
from loopkeeper.errors import InputError

ALL_PLANTS = ("*",)
"""Of a member who may see every plant of the organisation."""
RATE = 600
"""Calls a minute of a token where nothing else is said. [1/min]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceMember:
    """
    A person or a program: what it may do, and with which plants.

    ``role`` is a person's and says the scopes; a program has none. ``version`` counts the editions
    of it, 0 before the first is kept; one that is not ``active`` may do nothing.
    """

    name: str
    scopes: tuple[str, ...] = ("read",)
    plants: tuple[str, ...] = ALL_PLANTS
    role: str = ""
    active: bool = True
    version: int = 0
    changed_at: datetime | None = None
    changed_by: str = ""

    def __post_init__(self) -> None:
        """Refuse what nobody may be allowed."""
        if not self.name.strip():
            raise InputError("a member needs a name")
        for scope in set(self.scopes) - set(SCOPES):
            raise InputError(f"{scope!r} is no scope; expected read, write, admin")
        if not (self.scopes and self.plants):
            raise InputError(f"{self.name!r} needs a scope and a plant, or is taken out")
        if self.role:
            self._as_its_role()

    def _as_its_role(self) -> None:
        if self.role not in RIGHTS:
            known = ", ".join(RIGHTS)
            raise InputError(f"{self.role!r} is no role; expected {known}")
        if set(self.scopes) != set(scopes_of(self.role)):
            raise InputError(f"the role of {self.name!r} says what it may")
        if self.role in LISTED and not set(self.plants).isdisjoint(ALL_PLANTS):
            raise InputError(
                f"{self.name!r} needs the plants that {self.role} may see, one by one"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedToken:
    """A token by the hash of its secret; without ``ends_at`` it holds until it is ended."""

    sha256: str
    member: str
    per_minute: int = RATE
    made_at: datetime
    made_by: str
    ends_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def id(self) -> str:
        """What it is called by: the first digits of its hash."""
        return self.sha256[:12]

    def holds(self, now: datetime) -> bool:
        """Whether it opens anything now."""
        ends = [end for end in (self.ends_at, self.ended_at) if end is not None]
        return all(now < end for end in ends)


class MemberBook(Protocol):
    """Members of an organisation and their tokens; all of it is only added to."""

    def all(self) -> tuple[ServiceMember, ...]:
        """Return the newest edition of every member, by name."""

    def editions(self, name: str) -> tuple[ServiceMember, ...]:
        """Return what a member was, the oldest first."""

    def put(self, one: ServiceMember) -> ServiceMember:
        """Keep the next edition; ConflictError when there is one since the ``version`` given."""

    def tokens(self) -> tuple[IssuedToken, ...]:
        """Return every token ever made, the oldest first."""

    def issue(self, one: IssuedToken) -> None:
        """Keep a token."""

    def end(self, one: IssuedToken) -> None:
        """End a token now, for ever."""

    def holder(self, sha256: str) -> tuple[ServiceMember, IssuedToken] | None:
        """Return whose a secret is, by its hash; None where it opens nothing now."""

    def guarded(self) -> bool:
        """Whether there ever was a token: who ended all of them has not opened the door."""


def person(name: str, role: str, plants: Sequence[str]) -> ServiceMember:
    """Return a person in a role; InputError where there is no such role."""
    scopes = scopes_of(role) if role in RIGHTS else ("read",)
    return ServiceMember(name=name, role=role, scopes=scopes, plants=tuple(plants))


def member_of(book: MemberBook, name: str) -> ServiceMember | None:
    """Return a member as it is now, None where there is none of the name."""
    return next(reversed(book.editions(name)), None)


def token_for(
    book: MemberBook, token: IssuedToken, lasts: timedelta | None = None
) -> tuple[str, IssuedToken]:
    """
    Make a token for a member.

    Parameters
    ----------
    book : MemberBook
        Of the member's organisation.
    token : IssuedToken
        Whose, of when, by whom; its hash is made here.
    lasts : timedelta, optional
        How long it holds; until it is ended when left out.

    Returns
    -------
    secret : str
        Nobody but who asks ever sees it.
    token : IssuedToken
        As it is kept.

    Raises
    ------
    InputError
        When there is no such member, or it is not active.
    """
    owner = member_of(book, token.member)
    if owner is None or not owner.active:
        raise InputError(f"{token.member!r} is no member that may come in")
    secret, digest = new_secret()
    ends = None if lasts is None else token.made_at + lasts
    made = replace(token, sha256=digest, ends_at=ends)
    book.issue(made)
    return secret, made


def token_named(tokens: Sequence[IssuedToken], name: str) -> IssuedToken:
    """
    Return the one token whose hash begins so.

    Raises
    ------
    InputError
        When none or several do.
    """
    found = [one for one in tokens if one.sha256.startswith(name)]
    if len(found) != 1:
        raise InputError(f"{name!r} names {len(found)} tokens; expected the id of one")
    return found[0]
