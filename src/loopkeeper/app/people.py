"""Persons who log in: accounts, one-time links and sessions; only hashes of secrets are kept."""

import re
import unicodedata
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Protocol

from loopkeeper.app.members import MemberBook
from loopkeeper.app.ports import DeedBook
from loopkeeper.app.second_factor import SecondKey
from loopkeeper.errors import InputError
from loopkeeper.plant.words import Language

IDLE: Final = timedelta(hours=12)
"""A session that nobody used so long has ended: a shift."""
LONGEST: Final = timedelta(days=7)
"""No session lasts longer, however much it is used."""
FIRST_LINK: Final = timedelta(hours=1)
"""The link of the first administrator holds so long."""
INVITED: Final = timedelta(days=3)
"""A link that somebody is sent holds so long."""
SHORTEST, LONGEST_PASSWORD = 10, 200
"""Characters of a password. [-]"""
_NAME = re.compile(r"[\w][\w.@-]{1,49}")


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonAccount:
    """
    How a person proves who they are; what they may do is their member's.

    ``password`` is a hash, empty before one is set; ``version`` counts the editions.
    """

    name: str
    organisation: str = ""
    language: Language = Language.CHINESE
    password: str = field(default="", repr=False)
    version: int = 0
    changed_at: datetime | None = None
    changed_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OneTimeLink:
    """A link by the hash of its secret; one without ``account`` begins an administrator."""

    sha256: str
    account: str
    organisation: str = ""
    made_at: datetime
    made_by: str
    ends_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonSession:
    """A session by the hash of its secret: whose, from where, when it was last used."""

    sha256: str
    organisation: str
    account: str
    made_at: datetime
    ends_at: datetime
    address: str = ""
    agent: str = ""
    seen_at: datetime
    ended_at: datetime | None = None

    @property
    def id(self) -> str:
        """What it is called by: the first digits of its hash."""
        return self.sha256[:12]

    def holds(self, now: datetime) -> bool:
        """Whether it opens anything now."""
        return self.ended_at is None and now < min(self.ends_at, self.seen_at + IDLE)


class AccountBook(Protocol):
    """
    Accounts with their links and sessions.

    Found by name or secret they are of any organisation, listed and written of the reader's own.
    """

    def account(self, name: str) -> PersonAccount | None:
        """Return an account as it is now; names are unique among all organisations."""

    def all(self) -> tuple[PersonAccount, ...]:
        """Return the accounts as they are now, by name."""

    def any(self) -> bool:
        """Whether there ever was an account, of whatever organisation."""

    def put(self, one: PersonAccount) -> PersonAccount:
        """Keep the next edition; ConflictError when there is one since, or it is another's."""

    def key(self, name: str) -> SecondKey:
        """Return the second key of an account as it is now, an empty one where there is none."""

    def put_key(self, one: SecondKey) -> SecondKey:
        """Keep the next edition; ConflictError when there is one since."""

    def use_code(self, name: str, code: str) -> bool:
        """Use a code of an account up; False where that was done before."""

    def make_link(self, one: OneTimeLink) -> None:
        """Keep a link; those made for the same account before open nothing any more."""

    def link(self, sha256: str) -> OneTimeLink | None:
        """Return a link that opens now."""

    def use(self, one: OneTimeLink, by: str) -> None:
        """Use a link up; ConflictError where that was done before."""

    def begin(self, one: PersonSession) -> None:
        """Keep a session."""

    def session(self, sha256: str) -> PersonSession | None:
        """Return a session, whether it holds or not."""

    def sessions(self, name: str) -> tuple[PersonSession, ...]:
        """Return the sessions of an account that were not ended, the newest first."""

    def touch(self, one: PersonSession) -> None:
        """Note that a session is used now."""

    def end(self, one: PersonSession) -> None:
        """End a session now, for ever."""


class Passwords(Protocol):
    """How passwords are hashed: slowly, with a salt of each."""

    def hashed(self, password: str) -> str:
        """Return the hash of a password."""

    def matches(self, kept: str, password: str) -> bool:
        """Whether a password is the one of a hash; of no hash it takes as long and is False."""


@dataclass(frozen=True, kw_only=True)
class Registry:
    """Books of people as somebody sees them; what is written ``at_once`` is one transaction."""

    accounts: AccountBook
    members: MemberBook
    trail: DeedBook
    at_once: Callable[[], AbstractContextManager[None]]


def login_name(given: str) -> str:
    """
    Return a name as it is kept, whichever way it was typed.

    Raises
    ------
    InputError
        When it is none.
    """
    name = unicodedata.normalize("NFKC", given).strip().casefold()
    if not _NAME.fullmatch(name):
        raise InputError("a name has 2 to 50 letters, digits, dots or hyphens")
    return name


def good_password(given: str, name: str) -> str:
    """
    Return a password that may be set.

    Raises
    ------
    InputError
        When it is too short, too long, or the name.
    """
    if not SHORTEST <= len(given) <= LONGEST_PASSWORD:
        raise InputError(f"a password has {SHORTEST} to {LONGEST_PASSWORD} characters")
    if name.casefold() in given.casefold() or len(set(given)) <= SHORTEST // 2:
        raise InputError("this password is too easy to guess; several words are better")
    return given
